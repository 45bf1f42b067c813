//! Text that was read in the wrong charset: UTF-8 taken for a code page of one byte a character, once or several times, and
//! words of another alphabet taken for Latin letters.
//!
//! A line is mended where what it shows cannot be text: characters that are the bytes of UTF-8 in some code page, of which
//! each has a weight by how unlikely it stands in text that was never broken.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::LazyLock;

use encoding_rs::WINDOWS_1252;

use crate::text::charset::{Charset, decode, of_label, of_misread_words};

/// Times that a text may have been broken.
const MAX_ROUNDS: usize = 4;
/// The weight of broken characters from which on a line is sure to be broken.
const SURE: f32 = 4.0;
/// Code pages that UTF-8 is taken for, the commonest first.
const PAGES: [&str; 11] = [
    "windows-1252",
    "windows-1256",
    "windows-1251",
    "windows-1250",
    "windows-1254",
    "windows-1257",
    "windows-1253",
    "iso-8859-2",
    "macintosh",
    "koi8-r",
    "cp437",
];
/// Characters below this one are all that code pages have.
const TABLE: usize = 0x2700;

/// The line as it was before it was broken.
pub fn apply(line: &str) -> Cow<'_, str> {
    if line.is_ascii() {
        return line.into();
    }
    let mut found = Cow::Borrowed(line);
    for round in 0..MAX_ROUNDS {
        match mend(&found, round > 0) {
            Some(mended) => found = Cow::Owned(mended),
            None => break,
        }
    }
    if let Some(words) = mend_words(&found) {
        found = Cow::Owned(words);
    }
    match mend_controls(&found) {
        Some(mended) => Cow::Owned(mended),
        None => found,
    }
}

/// For each code page the byte of a character, and for each character the code pages in which it begins or continues a
/// character of UTF-8, as bits.
struct Pages {
    bytes: Vec<HashMap<char, u8>>,
    leads: Vec<u16>,
    continues: Vec<u16>,
}

static PAGES_OF: LazyLock<Pages> = LazyLock::new(|| {
    let mut pages = Pages { bytes: Vec::new(), leads: vec![0; TABLE], continues: vec![0; TABLE] };
    for (number, label) in PAGES.iter().enumerate() {
        let upper =
            of_label(label).and_then(Charset::upper_half).expect("every page of the list has one byte a character");
        // Bytes that a page leaves out are shown as controls; Latin-1 shows them all so.
        let is_free = |byte: u8| number == 0 || upper[usize::from(byte - 0x80)] == '\u{FFFD}';
        let controls = (0x80u8..0xA0).filter(|byte| is_free(*byte)).map(|byte| (char::from(byte), byte));
        let page: HashMap<char, u8> =
            controls.chain(upper.into_iter().zip(0x80u8..)).filter(|(c, _)| *c != '\u{FFFD}').collect();
        for (c, byte) in &page {
            let Some(at) = Some(*c as usize).filter(|at| *at < TABLE) else { continue };
            let table = if *byte < 0xC0 { &mut pages.continues } else { &mut pages.leads };
            table[at] |= u16::from((0x80..=0xBF).contains(byte) || (0xC2..=0xF4).contains(byte)) << number;
        }
        pages.bytes.push(page);
    }
    pages
});

/// One character of UTF-8 as a line shows it: the bytes of the line that it takes, and the character.
struct Broken {
    start: usize,
    end: usize,
    character: char,
    /// Nothing for lines drawn; below it for a letter before a space, which good text shows.
    weight: f32,
    /// Enough by itself, whatever else the line holds.
    is_sure: bool,
}

/// The line with all that one code page explains mended; none where that is not sure.
fn mend(line: &str, again: bool) -> Option<String> {
    let pages = suspects(line);
    if pages == 0 {
        return None;
    }
    let beyond = line.chars().filter(|c| !c.is_ascii()).count();
    // Typographic quotes are often put in later; a dash may be a byte itself.
    let quotes = line.chars().filter(|c| matches!(c, '‘' | '’' | '“' | '”' | '…')).count();
    let mut best: Option<(f32, Vec<Broken>)> = None;
    for page in (0..PAGES.len()).filter(|page| pages & 1 << page != 0) {
        let mut found = broken(line, &PAGES_OF.bytes[page]);
        let explained = |found: &[Broken]| -> usize {
            found.iter().map(|b| line[b.start..b.end].chars().filter(|c| !c.is_ascii()).count()).sum()
        };
        if !found.iter().any(|b| b.weight >= SURE) {
            found.retain(|b| b.weight >= 0.0);
        }
        // Where the line is broken through and through, so is what might stand in good text as well.
        if explained(&found) * 10 < beyond * 7 {
            found.retain(|b| b.weight >= 1.0);
        }
        let weight: f32 = found.iter().map(|b| b.weight.max(0.0)).sum();
        let explained = explained(&found);
        let single = found.len() == 1 && explained + quotes < beyond && !found[0].is_sure;
        let enough = if again { SURE / 2.0 } else { SURE };
        let covers = explained * 2 >= beyond || found.iter().any(|b| b.is_sure);
        let most = best.as_ref().map_or(0.0, |(most, _)| *most);
        if weight >= enough && weight > most && covers && !single && scripts(&found) <= 2 {
            best = Some((weight, found));
        }
    }
    let (_, found) = best?;
    let mut out = String::with_capacity(line.len());
    let mut at = 0;
    for b in &found {
        out.push_str(&line[at..b.start]);
        out.push(b.character);
        at = b.end;
    }
    out.push_str(&line[at..]);
    Some(out)
}

/// How many alphabets the mended characters are of.
fn scripts(found: &[Broken]) -> u32 {
    let script = |b: &Broken| match b.character {
        '\u{AA}'..='\u{24F}' | '\u{1E00}'..='\u{1EFF}' if b.character.is_alphabetic() => 1,
        '\u{370}'..='\u{3FF}' => 2,
        '\u{400}'..='\u{52F}' => 4,
        '\u{530}'..='\u{58F}' => 8,
        '\u{590}'..='\u{5FF}' => 16,
        '\u{600}'..='\u{6FF}' => 32,
        '\u{900}'..='\u{1DFF}' => 64,
        '\u{3040}'..='\u{9FFF}' => 128,
        '\u{AC00}'..='\u{D7A3}' => 256,
        _ => 0u16,
    };
    found.iter().map(script).fold(0, |all, one| all | one).count_ones()
}

/// The code pages in which some two characters of the line may be the bytes of one, as bits.
fn suspects(line: &str) -> u16 {
    let pages = &*PAGES_OF;
    let (mut found, mut leads) = (0, 0);
    for c in line.chars() {
        if c.is_ascii() {
            // A non-breaking space as second byte is often a plain one.
            if c == ' ' {
                found |= leads & 0b1111;
            }
            leads = 0;
            continue;
        }
        let at = c as usize;
        let is_lost = c == '\u{FFFD}';
        found |= if is_lost { leads } else { leads & pages.continues.get(at).copied().unwrap_or(0) };
        leads = pages.leads.get(at).copied().unwrap_or(0);
    }
    found
}

/// All characters of UTF-8 that a line shows in a code page.
fn broken(line: &str, page: &HashMap<char, u8>) -> Vec<Broken> {
    let mut found: Vec<Broken> = Vec::new();
    let mut before = ' ';
    let mut at = 0;
    while let Some(c) = line[at..].chars().next() {
        let next = if c.is_ascii() { None } else { sequence(line, at, before, page) };
        match next {
            Some(b) => {
                before = line[..b.end].chars().next_back().unwrap_or(' ');
                at = b.end;
                found.push(b);
            }
            None => {
                before = c;
                at += c.len_utf8();
            }
        }
    }
    found
}

/// The character of UTF-8 whose first byte stands at `at`.
fn sequence(line: &str, at: usize, before: char, page: &HashMap<char, u8>) -> Option<Broken> {
    let rest = &line[at..];
    let mut chars = rest.chars();
    let lead = chars.next()?;
    let first = *page.get(&lead)?;
    let length = match first {
        0xC2..=0xDF => 2,
        0xE0..=0xEF => 3,
        0xF0..=0xF4 => 4,
        _ => return None,
    };
    let mut bytes = [first, 0, 0, 0, 0, 0];
    let mut shown = ['\0'; 5];
    let mut end = lead.len_utf8();
    let mut has_space = false;
    for i in 1..length {
        let c = chars.next()?;
        if c == '\u{FFFD}' {
            // One byte was lost, and with it the character.
            let odd = before.is_lowercase() && lead.is_uppercase();
            let weight = if odd { SURE } else { i as f32 * 0.75 };
            return Some(Broken { start: at, end: at + end + 3, character: c, weight, is_sure: false });
        }
        if c == ' ' && lead.is_alphabetic() {
            if first == 0xC3 {
                return lost_space(line, at, lead, before);
            }
            // A non-breaking space as byte became a plain one.
            bytes[i] = 0xA0;
            end += 1;
            has_space = true;
            continue;
        }
        bytes[i] = *page.get(&c).filter(|b| (0x80..=0xBF).contains(*b))?;
        shown[i - 1] = c;
        end += c.len_utf8();
    }
    let mut used = length;
    // Characters beyond the first plane may be written as two of three bytes.
    if first == 0xED && bytes[1] >= 0xA0 {
        for c in chars.by_ref().take(3) {
            bytes[used] = *page.get(&c)?;
            shown[used - 1] = c;
            end += c.len_utf8();
            used += 1;
        }
    }
    let text = decode(&bytes[..used], Charset::plain(encoding_rs::UTF_8));
    let character = text.chars().next().filter(|c| text.chars().nth(1).is_none() && is_usual(*c))?;
    let after = line[at + end..].chars().next().unwrap_or(' ');
    let weight = if has_space { -1.0 } else { weight(lead, &shown[..used - 1], character, before, after) };
    Some(Broken { start: at, end: at + end, character, weight, is_sure: used > 2 && weight >= SURE })
}

/// An `à` whose second byte, a non-breaking space, became a plain space: the space stays where a word ended and no other follows.
fn lost_space(line: &str, at: usize, lead: char, before: char) -> Option<Broken> {
    let after = at + lead.len_utf8();
    // Words in capitals end so in many languages.
    let rest = line[after..].strip_prefix(' ').filter(|_| !before.is_uppercase())?;
    let is_inside = rest.starts_with(' ') || ["s ", "quel"].iter().any(|word| rest.starts_with(word));
    let weight = if lead == 'Ã' && before.is_lowercase() { SURE } else { -1.0 };
    Some(Broken { start: at, end: after + usize::from(is_inside), character: 'à', weight, is_sure: false })
}

/// How unlikely characters stand together in text that was never broken.
fn weight(lead: char, shown: &[char], character: char, before: char, after: char) -> f32 {
    if shown.iter().any(|c| matches!(c, '\u{80}'..='\u{9F}')) {
        return SURE;
    }
    if matches!(character, '\u{300}'..='\u{36F}') {
        return 0.5;
    }
    let signs = shown.iter().filter(|c| is_sign(**c)).count();
    let letters = shown.iter().filter(|c| c.is_alphabetic()).count();
    let is_box = |c: char| matches!(c, '\u{2500}'..='\u{25FF}');
    let drawn = is_box(lead) && shown.iter().all(|c| is_box(*c));
    if drawn {
        return 0.0;
    }
    if shown.len() > 1 {
        let is_latin = matches!(lead, '\u{C0}'..='\u{24F}');
        // Quotes after a letter of Arabic are quotes.
        let is_quote = |c: &char| matches!(c, '‹' | '›' | '«' | '»' | '‘' | '’' | '“' | '”');
        if matches!(lead, '\u{600}'..='\u{6FF}') && shown.iter().all(is_quote) {
            return 0.25;
        }
        return match (signs, letters) {
            (0, n) if n == shown.len() || lead.is_alphabetic() && !is_latin => 0.25,
            (0, 0) => 1.5,
            _ => SURE,
        };
    }
    let within = before.is_alphabetic() && after.is_alphabetic();
    let beside = before.is_lowercase() || after.is_lowercase() || !before.is_alphanumeric();
    let second = shown[0];
    match (lead, second) {
        // Latin letters with accents, which are what most broken text holds.
        ('Ã' | 'Ă', c) if is_sign(c) && beside => SURE,
        ('Â', c) if is_sign(c) && !before.is_uppercase() && character < '\u{C0}' => SURE,
        ('Ã', 'œ' | 'ž' | 'Ÿ' | '™' | '‰' | '€' | '‡' | '†' | 'ƒ' | '„' | 'ˆ' | 'š')
            if before.is_alphabetic() || after.is_alphabetic() =>
        {
            SURE
        }
        ('Ã', '\u{A0}') if within || !before.is_uppercase() => SURE,
        ('Ã', '\u{AD}') if within => SURE,
        (_, '\u{A0}' | '\u{AD}') => 0.25,
        ('Ã', _) if within => SURE,
        (l, c) if l.is_uppercase() && is_sign(c) && before.is_lowercase() => SURE,
        (_, c) if is_sign(c) && before.is_alphabetic() && after.is_lowercase() => SURE,
        ('√', c)
            if c.is_alphabetic() && !matches!(c, 'π' | 'Ω' | 'µ')
                || lead == '√' && matches!(second, '©' | '®' | '´' | '¨' | '¢' | '§') =>
        {
            SURE
        }
        // Roots, as formulas write them.
        ('√', 'π' | 'Ω' | 'µ') => 0.25,
        ('–' | '—' | '“' | '”' | '‘' | '’' | '…' | '\u{A0}', _) => 0.25,
        (_, c) if is_sign(c) => 2.0,
        (l, c) if !l.is_alphabetic() && c.is_alphabetic() => 2.0,
        (l, c) if l.is_alphabetic() && c.is_alphabetic() => odd_letters(l, c),
        _ if within => 2.0,
        _ => 0.5,
    }
}

/// The weight of two letters: nothing where a language writes them so.
fn odd_letters(lead: char, second: char) -> f32 {
    match (lead, second) {
        ('Р' | 'С', 'ё' | 'і' | 'ї' | 'є' | 'ј') => 0.5,
        ('Р' | 'С' | 'В' | 'Г', '\u{402}'..='\u{40F}' | 'Ґ') => 2.0,
        ('Р' | 'С' | 'В' | 'Г', '\u{400}'..='\u{40F}' | '\u{450}'..='\u{45F}' | 'ґ') => 1.5,
        ('ط' | 'ظ', 'پ' | 'چ' | 'ژ' | 'گ' | 'ٹ' | 'ڈ' | 'ں' | 'ھ' | 'ک' | 'ڑ') => 2.0,
        ('\u{C0}'..='\u{DF}', 'š' | 'ž' | 'œ' | 'ƒ' | 'º' | 'ª') => 2.0,
        (l, c) if l.is_uppercase() && c.is_lowercase() => 0.5,
        (l, c) if l.is_uppercase() && c.is_uppercase() => 0.25,
        (l, c) if l.is_lowercase() && c.is_uppercase() => 1.5,
        _ => 0.25,
    }
}

/// Signs that stand in no word: those of Latin-1 and of code pages but for quotes, dashes, dots and spaces.
fn is_sign(c: char) -> bool {
    matches!(c, '¡'..='ª' | '¬' | '®'..='¶' | '¸'..='º' | '¼'..='¿' | '€' | '†' | '‡' | '‰' | 'ˆ' | '˜' | '‹' | '›' | 'ƒ' | '™' | '‚' | '„' | '№' | '÷')
        || matches!(c, '\u{2200}'..='\u{22FF}' | '⌐' | '\u{2320}' | '\u{2321}' | '\u{2500}'..='\u{25FF}' | '˛' | '˝' | '˙' | '¯' | '˘' | '˚' | 'ˇ')
}

/// Characters that texts hold: of the scripts in use, and signs.
fn is_usual(c: char) -> bool {
    matches!(c, '\u{80}'..='\u{24F}' | 'ə' | '\u{2B0}'..='\u{2FF}' | '\u{300}'..='\u{36F}' | '\u{386}'..='\u{3CE}' | '\u{400}'..='\u{4FF}'
        | '\u{531}'..='\u{58F}' | '\u{5B0}'..='\u{5F4}' | '\u{60C}' | '\u{61B}'..='\u{6FF}' | '\u{900}'..='\u{EFF}' | '\u{1000}'..='\u{10FF}'
        | '\u{1200}'..='\u{137F}' | '\u{1780}'..='\u{17FF}' | '\u{1E00}'..='\u{1EFF}' | '\u{2009}'..='\u{2046}' | '\u{20A0}'..='\u{20BF}'
        | '\u{2100}'..='\u{214F}' | '\u{2153}'..='\u{27BF}' | '\u{2B1B}'..='\u{2B55}' | '\u{3001}'..='\u{30FF}' | '\u{4E00}'..='\u{9FA5}'
        | '\u{AC00}'..='\u{D7A3}' | '\u{FB00}'..='\u{FB06}' | '\u{FB50}'..='\u{FDFF}' | '\u{FE0F}' | '\u{FE70}'..='\u{FEFF}'
        | '\u{FF01}'..='\u{FF5E}' | '\u{FFFD}' | '\u{1F000}'..='\u{1FAFF}' | '\u{20000}'..='\u{2A6DF}')
}

/// Words of another alphabet that were taken for Latin letters, in that alphabet.
fn mend_words(line: &str) -> Option<String> {
    let (mut accented, mut plain) = (0usize, 0usize);
    for c in line.chars() {
        match c {
            '\u{C0}'..='\u{FF}' => accented += 1,
            c if c.is_ascii_alphabetic() => plain += 1,
            // Only what windows-1252 has.
            c if c > '\u{2122}' || matches!(c, '\u{300}'..='\u{1FFF}') => return None,
            _ => {}
        }
    }
    if accented < 12 || plain * 3 > accented {
        return None;
    }
    let page = &PAGES_OF.bytes[0];
    let bytes: Option<Vec<u8>> =
        line.chars().map(|c| if c.is_ascii() { Some(c as u8) } else { page.get(&c).copied() }).collect();
    let bytes = bytes?;
    let charset = of_misread_words(&bytes)?;
    let text = decode(&bytes, charset);
    (!text.contains('\u{FFFD}')).then(|| text.into_owned())
}

/// Quotes, dashes and letters of windows-1252 that were taken for controls of Latin-1; letters only beside others.
fn mend_controls(line: &str) -> Option<String> {
    if !line.contains(|c: char| matches!(c, '\u{80}'..='\u{84}' | '\u{86}'..='\u{9F}')) {
        return None;
    }
    let mut out = String::with_capacity(line.len() + 8);
    let mut chars = line.chars().peekable();
    while let Some(c) = chars.next() {
        if !matches!(c, '\u{80}'..='\u{9F}') {
            out.push(c);
            continue;
        }
        let sign = WINDOWS_1252.decode_without_bom_handling(&[c as u8]).0.chars().next().unwrap_or(c);
        let beside = [out.chars().next_back(), chars.peek().copied()];
        let in_word = beside.iter().flatten().any(|c| matches!(c, 'a'..='z' | 'A'..='Z' | '\u{C0}'..='\u{24F}'));
        out.push(if in_word || !sign.is_alphabetic() { sign } else { c });
    }
    (out != line).then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The text as a program shows its bytes that takes them for the code page; bytes without a character are controls.
    fn misread(bytes: &[u8], page: &str) -> String {
        let upper = of_label(page).and_then(Charset::upper_half).unwrap();
        let shown = |b: &u8| match upper.get(usize::from(*b).wrapping_sub(0x80)) {
            Some('\u{FFFD}') | None => char::from(*b),
            Some(c) => *c,
        };
        bytes.iter().map(shown).collect()
    }

    #[test]
    fn utf_8_that_was_taken_for_a_code_page_is_mended_however_often() {
        for (text, page) in [
            ("افتتحت المدينة مكتبة جديدة", "windows-1252"),
            ("افتتحت المدينة مكتبة جديدة", "windows-1256"),
            ("افتتحت المدينة مكتبة جديدة", "windows-1250"),
            ("افتتحت المدينة مكتبة جديدة", "macintosh"),
            ("Новая библиотека", "windows-1251"),
            ("Новая библиотека", "koi8-r"),
            ("Новая библиотека", "cp437"),
            ("L’été à Orléans — déjà", "windows-1252"),
            ("Žluťoučký kůň", "iso-8859-2"),
            ("新しい図書館", "windows-1252"),
        ] {
            let mut broken = text.to_owned();
            for times in 1..=3 {
                broken = misread(broken.as_bytes(), page);
                assert_eq!(apply(&broken), text, "{times} times {page}");
            }
        }
    }

    #[test]
    fn one_broken_character_is_enough_where_no_text_writes_it() {
        for (broken, text) in [
            ("un hÃ´tel", "un hôtel"),
            ("voilÃ  tout", "voilà tout"),
            ("voilÃ  dÃ©jÃ  tout, IRMÃ ALEMÃ", "voilà déjà tout, IRMÃ ALEMÃ"),
            ("Ã Paris, l’Ã©tÃ©", "à Paris, l’été"),
            ("donâ€™t", "don’t"),
            ("in Ã–sterreich und MÃ–BEL", "in Österreich und MÖBEL"),
            ("Â£7m", "£7m"),
            ("groÃŸ – et l’Ã©tÃ©", "groß – et l’été"),
            ("a\u{93}b c\u{94}", "a“b c”"),
            ("Ù\u{85}Ù\u{86} هنا", "من هنا"),
        ] {
            assert_eq!(apply(broken), text, "{broken}");
        }
    }

    #[test]
    fn words_of_another_alphabet_that_were_taken_for_latin_are_mended() {
        let arabic = "افتتحت المدينة مكتبة جديدة على ضفة النهر";
        let bytes = encoding_rs::WINDOWS_1256.encode(arabic).0;
        assert_eq!(apply(&misread(&bytes, "windows-1252")), arabic);
        let russian = "Новая библиотека открылась вчера";
        let bytes = encoding_rs::WINDOWS_1251.encode(russian).0;
        assert_eq!(apply(&misread(&bytes, "windows-1252")), russian);
    }

    #[test]
    fn text_that_was_never_broken_stays() {
        for text in [
            "قال و››الحديثة›› في كتابه",
            "ÃO e ÂNGULO são letras",
            "طظ ط§",
            "Ø 12 mm, Ù",
            "في غ§ ع",
            "СССР и РФ",
            "Рёбра „Рубль“… СССР”",
            "قال: «الشروط، والحفظ؟»",
            "ESPAÑ… VOCÊ… É’s",
            "می\u{200c}\u{AD}خواهم",
            "її нації, Італії…",
            "کیوں؟ کیا ہوا؟",
            "4×… 5×£3, 2√π, √Ω",
            "┌─┐ ├─┤ └─┘",
            "ÄÖÜ ÅÄÖ ÆØÅ ÑANDÚ",
            "Ça coûte 5 €™",
            "A IRMÃ ALEMÃ E A ANÃ CRISTÃ DA AMANHÃ SÃ VÃ LÃ CIDADÃ MAÇÃ VILÃ E FÃ",
            "O CASĂ NOUĂ CU O FIRMĂ MARE ȘI O LUMĂ BUNĂ DUPĂ ALTĂ VARĂ FĂRĂ O TREABĂ",
            "Ã Ã Ã Ã Ã Ã Ã Ã Ã Ã",
            "MEÐ VIÐ ÞAÐ MEÐ VIÐ ÞAÐ MEÐ VIÐ ÞAÐ MEÐ VIÐ ÞAÐ MEÐ VIÐ ÞAÐ MEÐ VIÐ ÞAÐ",
        ] {
            assert_eq!(apply(text), text);
        }
    }
}
