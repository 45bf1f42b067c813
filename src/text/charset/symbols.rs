//! Texts of ASCII in which but a few signs of windows-1252 stand alone: `£5`, `3×4`, `Acme™`.
//!
//! One sign is no evidence for any charset, and most others have a letter in its place: so its neighbours decide, between
//! which no language writes a letter.

/// Whether there are bytes beyond ASCII, and all are signs of windows-1252 where signs stand.
pub(super) fn are_alone(bytes: &[u8]) -> bool {
    let at = |at: Option<usize>| at.and_then(|at| bytes.get(at)).copied().unwrap_or(b' ');
    let mut beyond = bytes.iter().enumerate().filter(|(_, b)| !b.is_ascii()).peekable();
    beyond.peek().is_some()
        && beyond.all(|(i, sign)| is_alone(at(i.checked_sub(1)), *sign, &bytes[i + 1..]) || is_quote(bytes, i))
}

/// Quotes of windows-1252, the opening one before the closing one.
const QUOTES: [(u8, u8); 11] = [
    (0xAB, 0xBB),
    (0xBB, 0xAB),
    (0x8B, 0x9B),
    (0x9B, 0x8B),
    (0x93, 0x94),
    (0x84, 0x93),
    (0x84, 0x94),
    (0x94, 0x94),
    (0x91, 0x92),
    (0x82, 0x91),
    (0x92, 0x92),
];

/// Bytes within which a quotation ends.
const MAX_QUOTATION: usize = 400;

/// Whether the byte at `at` opens or closes a quotation: words stand next to it on one side alone, and its other half on the
/// same line.
fn is_quote(bytes: &[u8], at: usize) -> bool {
    let is_word = |at: Option<usize>| at.and_then(|at| bytes.get(at)).is_some_and(u8::is_ascii_alphanumeric);
    let opens = |at: usize| !is_word(at.checked_sub(1)) && is_word(Some(at + 1));
    let closes = |at: usize| {
        let before = at.checked_sub(1).map_or(b' ', |before| bytes[before]);
        before.is_ascii_graphic() && !is_word(Some(at + 1))
    };
    let line = |b: &u8| *b != b'\n';
    let after = || bytes[at + 1..].iter().take(MAX_QUOTATION).take_while(|b| line(b)).enumerate();
    let before = || bytes[..at].iter().enumerate().rev().take(MAX_QUOTATION).take_while(|(_, b)| line(b));
    QUOTES.iter().any(|(open, close)| {
        bytes[at] == *open && opens(at) && after().any(|(i, b)| b == close && closes(at + 1 + i))
            || bytes[at] == *close && closes(at) && before().any(|(i, b)| b == open && opens(i))
    })
}

/// Whether `sign` stands between `before` and `rest` as signs do.
fn is_alone(before: u8, sign: u8, rest: &[u8]) -> bool {
    let after = rest.first().copied().unwrap_or(b' ');
    if !before.is_ascii() || !after.is_ascii() {
        return false;
    }
    let is_at_digit = before.is_ascii_digit() || after.is_ascii_digit();
    let (follows, leads) = (before.is_ascii_alphabetic(), after.is_ascii_alphabetic());
    match (sign, follows, leads) {
        // € ¢ ¥: letters of DOS, and a bullet of the Macintosh.
        (0x80 | 0xA2 | 0xA5, false, false) => is_at_digit,
        // £ ¤ ¦ § ¨ © « ¬ ® ° ± ² ³ ´ µ ¶ · ¸ ¹ » ¼ ½ ¾ × ÷ and ™
        (
            0x99 | 0xA3 | 0xA4 | 0xA6..=0xA9 | 0xAB | 0xAC | 0xAE | 0xB0..=0xB9 | 0xBB..=0xBE | 0xD7 | 0xF7,
            false,
            false,
        ) => true,
        (0xA0, _, _) => !follows && !leads || is_at_digit,
        // ™ and ® after a word.
        (0x99 | 0xAE, true, false) => before.is_ascii_lowercase(),
        // `m²`, `m³`, `n°`, `20 °C`
        (0xB2 | 0xB3, true, false) => before == b'm',
        (0xB0, true, false) => matches!(before, b'n' | b'N'),
        (0xB0, false, true) => before.is_ascii_digit() || matches!(after, b'C' | b'F'),
        // `1º`, `3ª`, `nº`
        (0xAA | 0xBA, _, false) => before.is_ascii_digit() || matches!(before, b'n' | b'N'),
        // Bullets and dashes between words.
        (0x95..=0x97, false, false) => before == b' ' || before == b'\n' || after == b' ',
        // `µm`
        (0xB5, false, true) => {
            b"mgslFLAVWHM".contains(&after) && !rest.get(1).is_some_and(|b| b.is_ascii_alphabetic() || !b.is_ascii())
        }
        // `¡no!`
        (0xA1, false, true) => rest.iter().take_while(|b| **b != b'\n').take(MAX_CRY).any(|b| *b == b'!'),
        _ => false,
    }
}

/// Bytes within which what begins with `¡` ends.
const MAX_CRY: usize = 200;

#[cfg(test)]
mod tests {
    use super::*;
    use encoding_rs::{ISO_8859_2, KOI8_R, WINDOWS_1250, WINDOWS_1252};

    #[test]
    fn signs_between_words_of_ascii_are_alone() {
        for text in [
            "it cost £5 then",
            "3×4",
            "±2",
            "5 µm",
            "¥3",
            "20 °C and 20°C",
            "Acme™ and Acme®",
            "© 2004",
            "5 m²",
            "a · b",
            "¶ 4 § 4",
            "½ cup",
            "5¢",
            "€9",
            "¡no!",
            "5\u{a0}km",
            "He said «yes» and left",
            "sagt ›nein‹ und „ja“",
            "sanoi ”ei” ja",
            "el 1º lugar, nº 4, la 3ª",
            "• one – two",
        ] {
            assert!(are_alone(&WINDOWS_1252.encode(text).0), "{text}");
        }
        for text in ["plain", "café", "«oui", "mañana", "à Paris £5", "naïve", "a\u{a0}b"] {
            assert!(!are_alone(&WINDOWS_1252.encode(text).0), "{text}");
        }
        for (text, encoding) in
            [("są", ISO_8859_2), ("Łza", ISO_8859_2), ("żal", WINDOWS_1250), ("в ноль", KOI8_R), ("ľud", ISO_8859_2)]
        {
            assert!(!are_alone(&encoding.encode(text).0), "{text}");
        }
    }
}
