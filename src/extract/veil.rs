//! Characters that judges of pages drop or take for white space, hidden from them where they may be half of a letter:
//! UTF-8 that was read in another charset holds them, and is mended only while it is whole.

use std::borrow::Cow;

/// Signs that stand for the hidden characters, of a script that no page of our days is written in.
const SIGNS: u32 = 0x13000;

/// What UTF-8 sequences go on with, as charsets of one byte show it: controls, no-break space, soft hyphen.
pub(super) fn is_half(c: char) -> bool {
    matches!(c, '\u{80}'..='\u{a0}' | '\u{ad}')
}

/// `html` with [`is_half`] characters behind letters beyond ASCII as signs that judges take for letters.
pub(super) fn veiled(html: &str) -> Cow<'_, str> {
    let may_be = memchr::memchr_iter(0xC2, html.as_bytes()).any(|at| html[at..].starts_with(is_half));
    if !may_be || html.contains(is_sign) {
        return html.into();
    }
    let mut before = ' ';
    let hide = |c: char| {
        let shown = if is_half(c) && !before.is_ascii() { char::from_u32(SIGNS + u32::from(c)) } else { None };
        before = c;
        shown.unwrap_or(c)
    };
    html.chars().map(hide).collect::<String>().into()
}

/// `html` with the characters that [`veiled`] hid.
pub(super) fn unveiled(html: &str) -> Cow<'_, str> {
    if !html.contains(is_sign) {
        return html.into();
    }
    let show = |c: char| if is_sign(c) { char::from_u32(u32::from(c) - SIGNS).unwrap_or(c) } else { c };
    html.chars().map(show).collect::<String>().into()
}

fn is_sign(c: char) -> bool {
    u32::from(c).checked_sub(SIGNS).and_then(char::from_u32).is_some_and(is_half)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_of_letters_are_hidden_and_come_back() {
        let html = "<p>Ù\u{85}Ø\u{ad} Ã\u{a0} a\u{a0}b\u{ad}c</p>";
        let hidden = veiled(html);
        assert_eq!(hidden.chars().filter(|c| is_half(*c)).count(), 2, "{hidden}");
        assert_eq!(unveiled(&hidden), html);
        assert!(matches!(veiled("<p>نص</p>"), Cow::Borrowed(_)));
        assert!(matches!(veiled("𓂀 Ù\u{85}"), Cow::Borrowed(_)));
    }
}
