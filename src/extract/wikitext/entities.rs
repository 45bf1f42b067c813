//! References to characters, as HTML reads them.

use std::borrow::Cow;

use quick_xml::escape::resolve_html5_entity;

/// The longest reference, in bytes, with `&` and `;`.
const MAX_BYTES: usize = 36;

/// The character, or characters, that the reference at the head of `text` stands for, and its length in bytes; none where
/// there is no reference.
pub(super) fn decode(text: &str) -> Option<(Cow<'static, str>, usize)> {
    let bytes = text.as_bytes();
    let end = memchr::memchr(b';', &bytes[..bytes.len().min(MAX_BYTES)])?;
    let name = text.get(1..end)?;
    let decoded = match name.strip_prefix('#') {
        Some(number) => Cow::Owned(numbered(number)?.to_string()),
        None => Cow::Borrowed(resolve_html5_entity(name)?),
    };
    Some((decoded, end + 1))
}

fn numbered(number: &str) -> Option<char> {
    let code = match number.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16).ok()?,
        None => number.parse().ok()?,
    };
    match u8::try_from(code) {
        // As browsers do: these are characters of windows-1252, not controls.
        Ok(byte @ 0x80..=0x9f) => encoding_rs::WINDOWS_1252.decode_without_bom_handling(&[byte]).0.chars().next(),
        _ => char::from_u32(code),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_numbers_are_decoded_and_other_text_is_left() {
        let of = |text| decode(text).map(|(c, n)| (c.into_owned(), n));
        assert_eq!(of("&ndash;x"), Some(("–".into(), 7)));
        assert_eq!(of("&#1605;"), Some(("م".into(), 7)));
        assert_eq!(of("&#x645;"), Some(("م".into(), 7)));
        assert_eq!(of("&#150;"), Some(("–".into(), 6)));
        for none in ["& b;", "&lol;", "&#99999999;", "&", "&م;", "&nbsp"] {
            assert_eq!(of(none), None, "{none}");
        }
    }
}
