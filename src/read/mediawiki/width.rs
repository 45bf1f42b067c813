//! Offsets in dumps that are read as UTF-8 and stored in wider characters.

use crate::text::charset::Charset;

/// How many bytes of the source a character has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Width {
    /// The bytes are given as they are: the tags of XML are the same in them.
    Byte,
    /// Two, or four for a pair of surrogates.
    Two,
    /// Four.
    Four,
}

impl Width {
    /// That of a charset.
    pub(super) fn of(charset: Charset) -> Self {
        match charset.unit() {
            4 => Self::Four,
            2 => Self::Two,
            _ => Self::Byte,
        }
    }

    /// How many bytes of the source the bytes stand for that were made of it.
    pub(super) fn source_bytes(self, bytes: &[u8]) -> u64 {
        let count = |is: fn(&u8) -> bool| bytes.iter().filter(|b| is(b)).count() as u64;
        let characters = || count(|b| *b & 0xC0 != 0x80);
        match self {
            Self::Byte => bytes.len() as u64,
            Self::Two => 2 * characters() + 2 * count(|b| *b >= 0xF0),
            Self::Four => 4 * characters(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_are_counted_in_bytes_of_the_source() {
        let text = "a بحر 😀";
        assert_eq!(Width::Two.source_bytes(text.as_bytes()), 2 * text.encode_utf16().count() as u64);
        assert_eq!(Width::Four.source_bytes(text.as_bytes()), 4 * text.chars().count() as u64);
        assert_eq!(Width::Byte.source_bytes(text.as_bytes()), text.len() as u64);
    }
}
