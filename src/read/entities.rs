//! Character references of markup to characters.

use std::borrow::Cow;

/// The longest reference, with its ampersand and semicolon, in bytes.
const MAX_REFERENCE: usize = 34;

/// The text with every reference that is known replaced; what is no reference stays as it is. Nothing is replaced twice.
pub fn decode_entities(text: &str) -> Cow<'_, str> {
    let Some(first) = text.find('&') else { return Cow::Borrowed(text) };
    let mut out = String::with_capacity(text.len());
    out.push_str(&text[..first]);
    let mut rest = &text[first..];
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let head = &rest.as_bytes()[..rest.len().min(MAX_REFERENCE)];
        let name = memchr::memchr(b';', head).and_then(|end| rest.get(1..end));
        match name.and_then(|name| push_character(name, &mut out).then_some(name.len() + 2)) {
            Some(length) => rest = &rest[length..],
            None => {
                out.push('&');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// Writes what a reference stands for; controls stand for nothing.
fn push_character(name: &str, out: &mut String) -> bool {
    let Some(number) = name.strip_prefix('#') else {
        let known = quick_xml::escape::resolve_html5_entity(name);
        out.push_str(known.unwrap_or_default());
        return known.is_some();
    };
    let code = match number.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16),
        None => number.parse(),
    };
    match code.ok().and_then(char::from_u32) {
        Some(c) if c.is_control() && !matches!(c, '\n' | '\t' | '\r') => true,
        Some(c) => {
            out.push(c);
            true
        }
        None => false,
    }
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
}
