//! Text without markup.

/// The text with `\n` for every line end that Unicode and its predecessors know: CR LF, CR, VT, FF, NEL, U+2028 and
/// U+2029. Nothing else changes, and a text that has none of them is given back as it was.
pub(super) fn unify_line_ends(text: String) -> String {
    let odd = |b: &u8| matches!(b, b'\r' | 0x0B | 0x0C | 0xC2 | 0xE2);
    if !text.bytes().any(|b| odd(&b)) {
        return text;
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some(at) = rest.find(['\r', '\u{B}', '\u{C}', '\u{85}', '\u{2028}', '\u{2029}']) {
        out.push_str(&rest[..at]);
        out.push('\n');
        rest = &rest[at..];
        let end = rest.chars().next().map_or(0, char::len_utf8);
        rest = rest.strip_prefix("\r\n").unwrap_or(&rest[end..]);
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_line_end_becomes_a_line_feed_and_nothing_else_changes() {
        let text = "a\r\nb\rc\u{B}d\u{C}e\u{85}f\u{2028}g\u{2029}h\n\r\r\n i\u{A0}\tم\u{200c}ن “x”";
        assert_eq!(unify_line_ends(text.into()), "a\nb\nc\nd\ne\nf\ng\nh\n\n\n i\u{A0}\tم\u{200c}ن “x”");
        assert_eq!(unify_line_ends("سطر\nثان".into()), "سطر\nثان");
    }
}
