//! UTF-8 that was read as a code page of one byte a character, once or twice.
//!
//! The line is put back into the code page and must be valid UTF-8 as a whole, and shorter: text that was never broken cannot pass.

use std::borrow::Cow;

use encoding_rs::{Encoding, WINDOWS_1251, WINDOWS_1252, WINDOWS_1256};

/// Times that a text may have been broken.
const MAX_ROUNDS: usize = 2;

/// Pairs of broken characters that a line must show before it is tried.
const MIN_PAIRS: usize = 2;

/// The line as it was before it was broken.
pub fn apply(line: &str) -> Cow<'_, str> {
    let mut found = Cow::Borrowed(line);
    for _ in 0..MAX_ROUNDS {
        match mend(&found) {
            Some(mended) => found = Cow::Owned(mended),
            None => break,
        }
    }
    found
}

fn mend(line: &str) -> Option<String> {
    // The second byte of a sequence is shown as a sign of Latin-1 or as general punctuation somewhere in the line.
    memchr::memchr2(0xc2, 0xe2, line.as_bytes())?;
    let code_page = suspect(line)?;
    let (bytes, _, unmappable) = code_page.encode(line);
    if unmappable {
        return None;
    }
    let mended = simdutf8::basic::from_utf8(&bytes).ok()?;
    (mended.chars().count() < line.chars().count()).then(|| mended.to_owned())
}

/// The code page through which the line may have been read, by the first bytes of UTF-8 sequences as it shows them: for Latin
/// letters in windows-1252, for Arabic in 1252 and 1256, for Cyrillic in 1252 and 1251.
fn suspect(line: &str) -> Option<&'static Encoding> {
    let (mut latin, mut arabic, mut cyrillic) = (0, 0, 0);
    let mut previous = ' ';
    for c in line.chars() {
        // The second byte of a sequence is shown as a sign or a letter that no language writes there.
        let is_second = matches!(c, '\u{80}'..='\u{bf}')
            || matches!(c, '\u{2010}'..='\u{2122}' | 'ƒ' | 'ˆ' | '˜' | 'Œ' | 'œ' | 'Š' | 'š' | 'Ž' | 'ž' | 'Ÿ');
        match previous {
            'Ã' | 'Â' | 'â' | 'Ø' | 'Ù' | 'Ú' | 'Û' | 'Ð' | 'Ñ' | 'Ä' | 'Å' if is_second => latin += 1,
            'ط' | 'ظ' | 'ع' | 'غ' if is_second || matches!(c, 'پ' | 'چ' | 'ژ' | 'گ' | 'ٹ' | 'ڈ' | 'ں' | 'ھ' | 'ہ') => {
                arabic += 1
            }
            'Р' | 'С' | 'Г' if is_second || matches!(c, '\u{400}'..='\u{40f}' | '\u{450}'..='\u{45f}' | 'ґ' | 'Ґ') => {
                cyrillic += 1
            }
            _ => {}
        }
        previous = c;
    }
    let most = latin.max(arabic).max(cyrillic);
    match most {
        n if n < MIN_PAIRS => None,
        n if n == latin => Some(WINDOWS_1252),
        n if n == arabic => Some(WINDOWS_1256),
        _ => Some(WINDOWS_1251),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn broken(text: &str, code_page: &'static Encoding) -> String {
        code_page.decode_without_bom_handling(text.as_bytes()).0.into_owned()
    }

    #[test]
    fn broken_text_is_mended_once_and_twice() {
        for (text, code_page) in [
            ("افتتحت المدينة مكتبة جديدة", WINDOWS_1252),
            ("افتتحت المدينة مكتبة جديدة", WINDOWS_1256),
            ("Новая библиотека", WINDOWS_1251),
            ("L’été à Orléans — déjà", WINDOWS_1252),
        ] {
            let once = broken(text, code_page);
            assert_eq!(apply(&once), text, "{once}");
        }
        let twice = broken(&broken("مكتبة جديدة", WINDOWS_1252), WINDOWS_1252);
        assert_eq!(apply(&twice), "مكتبة جديدة");
    }

    #[test]
    fn text_that_was_never_broken_stays() {
        for text in ["ÃO e ÂNGULO são letras", "طظ ط§ ظ„", "Ø 12 mm, Ù", "في غ§ ع", "СССР и РФ"]
        {
            assert_eq!(apply(text), text);
        }
    }
}
