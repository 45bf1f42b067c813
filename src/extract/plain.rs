//! Text without markup.

/// The text with `\n` for every line end that Unicode and its predecessors know: CR LF, CR, VT, FF, NEL, U+2028 and
/// U+2029. Nothing else changes, and a text that has none of them is given back as it was.
///
/// A NEL that is a byte of broken text stays for who mends that: in Arabic that was taken for Latin-1 it is half of every
/// `م`.
pub(super) fn unify_line_ends(text: String) -> String {
    let odd = |b: &u8| matches!(b, b'\r' | 0x0B | 0x0C | 0xC2 | 0xE2);
    if !text.bytes().any(|b| odd(&b)) {
        return text;
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some(at) = rest.find(['\r', '\u{B}', '\u{C}', '\u{85}', '\u{2028}', '\u{2029}']) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        if let Some(after) = rest.strip_prefix('\u{85}')
            && is_broken(&out, after)
        {
            out.push('\u{85}');
            rest = after;
            continue;
        }
        out.push('\n');
        let end = rest.chars().next().map_or(0, char::len_utf8);
        rest = rest.strip_prefix("\r\n").unwrap_or(&rest[end..]);
    }
    out.push_str(rest);
    out
}

/// Whether a NEL between two texts is a byte of UTF-8 that was taken for Latin-1, or stands beside other such bytes.
fn is_broken(before: &str, after: &str) -> bool {
    let byte = |c: char| match c {
        '\u{80}'..='\u{FF}' => c as u8,
        // The same bytes as windows-1252 shows them.
        _ => encoding_rs::WINDOWS_1252
            .encode(c.encode_utf8(&mut [0; 4]))
            .0
            .first()
            .copied()
            .filter(|b| *b >= 0x80)
            .unwrap_or(0),
    };
    let mut bytes: Vec<u8> = before.chars().rev().take(3).map(byte).collect();
    bytes.reverse();
    let at = bytes.len();
    bytes.push(0x85);
    bytes.extend(after.chars().take(2).map(byte));
    let is_control = |c: Option<char>| c.is_some_and(|c| matches!(c, '\u{80}'..='\u{84}' | '\u{86}'..='\u{9F}'));
    let in_character = (0..at).any(|from| {
        let length = match bytes[from] {
            0xC2..=0xDF => 2,
            0xE0..=0xEF => 3,
            0xF0..=0xF4 => 4,
            _ => 0,
        };
        // A capital after others ends a line.
        let is_capital = before.chars().rev().nth(at - from).is_some_and(|c| c.is_ascii_uppercase());
        let one = bytes.get(from..from + length);
        from + length > at && !is_capital && one.is_some_and(|one| std::str::from_utf8(one).is_ok())
    });
    in_character || is_control(before.chars().next_back()) || is_control(after.chars().next())
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

    #[test]
    fn a_nel_within_broken_text_stays() {
        assert_eq!(unify_line_ends("Ù\u{85}Ù\u{86} a".into()), "Ù\u{85}Ù\u{86} a");
        assert_eq!(unify_line_ends("â\u{80}\u{85} Ã™Â\u{85}".into()), "â\u{80}\u{85} Ã™Â\u{85}");
        assert_eq!(unify_line_ends("été\u{85}né CAFÉ\u{85}".into()), "été\nné CAFÉ\n");
    }
}
