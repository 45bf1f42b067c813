//! Character references of markup to characters, as HTML reads them.

use std::borrow::Cow;

use encoding_rs::WINDOWS_1252;
use quick_xml::escape::resolve_html5_entity;

/// The longest reference, with its ampersand and semicolon, in bytes.
const MAX_REFERENCE: usize = 36;

/// The text with every reference that is known replaced; what is no reference stays as it is. Nothing is replaced twice.
pub fn decode_entities(text: &str) -> Cow<'_, str> {
    let Some(first) = text.find('&') else { return Cow::Borrowed(text) };
    let mut out = String::with_capacity(text.len());
    out.push_str(&text[..first]);
    let mut rest = &text[first..];
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        match decode_entity(rest) {
            Some((decoded, length)) => {
                out.push_str(&decoded);
                rest = &rest[length..];
            }
            None => {
                out.push('&');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// What the reference at the head of `text` stands for, and its length in bytes; none where there is no reference that is
/// known.
///
/// A name may stand for several characters, the number of a control for none.
pub fn decode_entity(text: &str) -> Option<(Cow<'static, str>, usize)> {
    let bytes = &text.as_bytes()[..text.len().min(MAX_REFERENCE)];
    let end = memchr::memchr(b';', bytes)?;
    let name = text.get(1..end).filter(|_| bytes[0] == b'&')?;
    let decoded = match name.strip_prefix('#') {
        Some(number) => match numbered(number)? {
            c if is_stray(c) => Cow::Borrowed(""),
            c => Cow::Owned(c.into()),
        },
        None => Cow::Borrowed(resolve_html5_entity(name)?),
    };
    Some((decoded, end + 1))
}

fn numbered(number: &str) -> Option<char> {
    // The parser would take a sign.
    if number.contains('+') {
        return None;
    }
    let code = match number.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16).ok()?,
        None => number.parse().ok()?,
    };
    match u8::try_from(code) {
        // As browsers do: these are characters of windows-1252, not controls.
        Ok(byte @ 0x80..=0x9f) => WINDOWS_1252.decode_without_bom_handling(&[byte]).0.chars().next(),
        _ => char::from_u32(code),
    }
}

/// A control that is no space.
fn is_stray(c: char) -> bool {
    c.is_control() && !matches!(c, '\n' | '\t' | '\r')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_become_characters_once_and_the_rest_stays() {
        assert_eq!(decode_entities("a &lt;b&gt; &amp;lt; &eacute;&#1605;&#x645;&quot;"), "a <b> &lt; éمم\"");
        assert_eq!(decode_entities("AT&T & x; &nosuch; &#3;&"), "AT&T & x; &nosuch; &");
        assert!(matches!(decode_entities("نص"), Cow::Borrowed(_)));
    }

    #[test]
    fn numbers_of_controls_are_characters_of_windows_1252_or_nothing() {
        assert_eq!(decode_entities("It&#146;s a &#147;quoted&#x94; 5&#128;"), "It’s a “quoted” 5€");
        assert_eq!(decode_entities("a&#129;&#0;&#x7f;&#10;b"), "a\nb");
    }

    #[test]
    fn a_reference_at_the_head_has_its_length_and_other_text_is_left() {
        let of = |text| decode_entity(text).map(|(c, n)| (c.into_owned(), n));
        assert_eq!(of("&ndash;x"), Some(("–".into(), 7)));
        assert_eq!(of("&#1605;"), Some(("م".into(), 7)));
        assert_eq!(of("&#150;"), Some(("–".into(), 6)));
        for none in ["& b;", "&lol;", "&#99999999;", "&#+65;", "&", "&م;", "&nbsp", "lt;", ""] {
            assert_eq!(of(none), None, "{none}");
        }
    }
}
