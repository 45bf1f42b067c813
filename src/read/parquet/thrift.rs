//! The compact protocol of Thrift, in which footers and page headers are written, as far as it takes to see what they claim.
//!
//! The decoder passes over fields that it does not know, and takes truths in lists and maps to have no bytes: so few bytes that
//! claim thousands of millions of them would keep it busy for a minute.

/// Levels of structures and lists within one another, more than the decoder goes down to.
const MAX_DEPTH: usize = 128;

/// The kinds of values. Numbers but for bytes have as many bytes as they need.
mod kind {
    pub const STOP: u8 = 0;
    pub const TRUTHS: [u8; 2] = [1, 2];
    pub const BYTE: u8 = 3;
    pub const NUMBERS: [u8; 3] = [4, 5, 6];
    pub const DOUBLE: u8 = 7;
    pub const BINARY: u8 = 8;
    pub const LISTS: [u8; 2] = [9, 10];
    pub const MAP: u8 = 11;
    pub const STRUCTURE: u8 = 12;
    pub const UUID: u8 = 13;
}

/// Whether the structure at the beginning of `bytes` claims more values without bytes than it has bytes, in lists and maps
/// together; as far as it can be followed.
pub(super) fn claims_too_much(bytes: &[u8]) -> bool {
    let mut walk = Walk { rest: bytes, left: Some(bytes.len() as u64) };
    let _ = walk.pass(kind::STRUCTURE, MAX_DEPTH);
    walk.left.is_none()
}

struct Walk<'b> {
    rest: &'b [u8],
    /// How many more values without bytes may be claimed; none after too many.
    left: Option<u64>,
}

impl Walk<'_> {
    /// Goes behind a value; none where it cannot be followed, or claims too much.
    fn pass(&mut self, of: u8, depth: usize) -> Option<()> {
        let deeper = depth.checked_sub(1)?;
        match of {
            _ if kind::TRUTHS.contains(&of) => Some(()),
            _ if kind::NUMBERS.contains(&of) => self.number().map(drop),
            _ if kind::LISTS.contains(&of) => self.list(deeper),
            kind::BYTE => self.skip(1),
            kind::DOUBLE => self.skip(8),
            kind::UUID => self.skip(16),
            kind::BINARY => {
                let length = self.number()?;
                self.skip(length)
            }
            kind::MAP => self.map(deeper),
            kind::STRUCTURE => self.structure(deeper),
            _ => None,
        }
    }

    fn structure(&mut self, depth: usize) -> Option<()> {
        loop {
            let head = self.byte()?;
            if head & 0xf == kind::STOP {
                return Some(());
            }
            // The number of the field follows where it is not that of the last and a few.
            if head >> 4 == 0 {
                self.number()?;
            }
            self.pass(head & 0xf, depth)?;
        }
    }

    fn list(&mut self, depth: usize) -> Option<()> {
        let head = self.byte()?;
        let count = if head >> 4 == 0xf { self.number()? } else { u64::from(head >> 4) };
        self.elements(count, &[head & 0xf], depth)
    }

    fn map(&mut self, depth: usize) -> Option<()> {
        let count = self.number()?;
        if count == 0 {
            return Some(());
        }
        let kinds = self.byte()?;
        self.elements(count, &[kinds >> 4, kinds & 0xf], depth)
    }

    fn elements(&mut self, count: u64, kinds: &[u8], depth: usize) -> Option<()> {
        if kinds.iter().all(|of| kind::TRUTHS.contains(of)) {
            self.left = self.left?.checked_sub(count);
            return self.left.map(drop);
        }
        for _ in 0..count {
            for of in kinds {
                self.pass(*of, depth)?;
            }
        }
        Some(())
    }

    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(*first)
    }

    fn skip(&mut self, count: u64) -> Option<()> {
        self.rest = self.rest.get(usize::try_from(count).ok()?..)?;
        Some(())
    }

    /// A number of seven bits a byte, the lowest first; of more bits than are kept, the lowest.
    fn number(&mut self) -> Option<u64> {
        let mut number = 0;
        for at in 0.. {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7f).checked_shl(7 * at).unwrap_or(0);
            if byte & 0x80 == 0 {
                break;
            }
        }
        Some(number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn truths_without_bytes_are_counted_in_lists_and_maps() {
        // A field that is a list of three truths, or of 2^28, or of lists of them; a map of truths.
        assert!(!claims_too_much(b"\x19\x31\x00"));
        assert!(claims_too_much(b"\x19\xf1\x80\x80\x80\x80\x01\x00"));
        assert!(claims_too_much(b"\x19\x29\x31\x61\x00"));
        assert!(claims_too_much(b"\x1b\x80\x80\x80\x01\x12\x00"));
        // Behind a number, a text, a structure and a field whose number is written out.
        assert!(claims_too_much(b"\x15\x80\x01\x18\x03abc\x1c\x15\x02\x00\x09\x24\xf2\xff\xff\xff\x7f\x00"));
    }

    #[test]
    fn what_cannot_be_followed_claims_nothing() {
        for bytes in [&b""[..], b"\x19", b"\x18\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", b"\x1f", &[0x1c; 300]]
        {
            assert!(!claims_too_much(bytes), "{bytes:?}");
        }
    }
}
