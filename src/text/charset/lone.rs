//! Characters that stand alone among Latin letters: what looks like a syllable there is an accent.

/// Characters beyond ASCII that stand alone within words of ASCII letters, or at an end of one: accents, not syllables.
pub(super) fn lone_characters(text: &str) -> usize {
    let (mut lone, mut before) = (0, ' ');
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let after = chars.peek().copied().unwrap_or(' ');
        let ends_word = before.is_ascii_alphabetic() && after.is_ascii();
        let begins_word = before == ' ' && after.is_ascii_alphabetic();
        lone += usize::from(!c.is_ascii() && (ends_word || begins_word));
        before = c;
    }
    lone
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accents_stand_alone_and_syllables_do_not() {
        assert_eq!(lone_characters("pla룟. 룔vjeli né"), 3);
        assert_eq!(lone_characters("한국어 말과 그 노래"), 0);
    }
}
