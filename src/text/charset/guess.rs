//! What speaks for a charset where neither marks nor valid UTF-8 decide: escapes, the structure of double bytes, and letters.

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{GBK, ISO_2022_JP, ISO_8859_15, SHIFT_JIS, UTF_8, WINDOWS_1252};

use super::lone::lone_characters;
use super::{Beyond, Charset, damaged, decode, double_byte, likelihood, symbols};

/// Charsets of seven bits, by their escapes.
pub(super) fn by_escapes(head: &[u8], declared: Option<Charset>) -> Option<Charset> {
    let finds = |escape: &[u8]| memchr::memmem::find(head, escape).is_some();
    if memchr::memchr(0x1B, head).is_some() {
        if [&b"\x1B$)C"[..], b"\x1B$)A"].into_iter().any(finds) {
            return Some(Charset::other(Beyond::Iso2022));
        }
        if [&b"\x1B$B"[..], b"\x1B$@", b"\x1B(J"].into_iter().any(finds) {
            return Some(Charset::plain(ISO_2022_JP));
        }
    }
    let hz = Charset::other(Beyond::Hz);
    (finds(b"~{") && (declared == Some(hz) || is_hz(head))).then_some(hz)
}

/// Whether what stands between `~{` and `~}` is Chinese: pairs of bytes, nearly all in the rows of common characters.
fn is_hz(head: &[u8]) -> bool {
    let (mut common, mut pairs) = (0, 0);
    let mut rest = head;
    while let Some(open) = memchr::memmem::find(rest, b"~{") {
        rest = &rest[open + 2..];
        let Some(close) = memchr::memmem::find(rest, b"~}") else { break };
        let inner = &rest[..close];
        if close % 2 != 0 || inner.iter().any(|b| !(0x21..=0x7E).contains(b)) {
            return false;
        }
        for pair in inner.chunks_exact(2) {
            pairs += 1;
            common += usize::from(matches!(pair[0], 0x30..=0x57 | 0x21 | 0x23));
        }
        rest = &rest[close + 2..];
    }
    pairs >= 2 && common * 10 >= pairs * 8
}

/// What structure and the frequencies of letters speak for, but UTF-8.
pub(super) fn guess(head: &[u8], whole: bool) -> Charset {
    let guessed = guess_by_letters(head, whole);
    if guessed.encoding == WINDOWS_1252 && is_latin_9(head) { Charset::plain(ISO_8859_15) } else { guessed }
}

/// What follows œ at the beginning of French words, less what measures and things begin with that there may be half of.
const OE_BEGINS: [[u8; 2]; 6] = [*b"uv", *b"uf", *b"il", *b"so", *b"di", *b"d\xE8"];

/// Whether bytes in a Latin charset are in the later one of ISO, which has the euro and œ in the place of signs that nobody
/// writes before or after a figure, or in words.
fn is_latin_9(bytes: &[u8]) -> bool {
    let at = |at: Option<usize>| at.and_then(|at| bytes.get(at)).copied().unwrap_or(b' ');
    let is_sum = |i: usize| {
        let (before, after) = (at(i.checked_sub(1)), at(Some(i + 1)));
        before.is_ascii_digit() || after.is_ascii_digit() || before == b' ' && at(i.checked_sub(2)).is_ascii_digit()
    };
    let is_letter_of_word = |i: usize| {
        let (before, after) = (at(i.checked_sub(1)), at(Some(i + 1)));
        let begins = || OE_BEGINS.contains(&[after, at(Some(i + 2))]);
        after.is_ascii_lowercase() && (before.is_ascii_lowercase() || !before.is_ascii_alphanumeric() && begins())
    };
    let speaks = |(i, b): (usize, &u8)| match b {
        0xA4 => is_sum(i),
        0xBD => is_letter_of_word(i),
        _ => false,
    };
    let is_half = |(i, b): (usize, &u8)| *b == 0xBD && at(i.checked_sub(1)).is_ascii_digit();
    let each = || bytes.iter().enumerate();
    !bytes.iter().any(|b| (0x80..0xA0).contains(b)) && each().any(speaks) && !each().any(is_half)
}

fn guess_by_letters(head: &[u8], whole: bool) -> Charset {
    if symbols::are_alone(head) {
        return Charset::plain(WINDOWS_1252);
    }
    if double_byte::is_euc_tw(head) {
        return Charset::other(Beyond::EucTw);
    }
    if double_byte::is_johab(head) {
        return Charset::other(Beyond::Johab);
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(head, whole);
    let common = Charset::plain(detector.guess(None, Utf8Detection::Deny));
    // Damaged Korean and Japanese are often clean in GBK, which has a character for nearly every pair.
    if (common.encoding.is_single_byte() || common.encoding == GBK || !is_east_asian(head, common))
        && let Some(encoding) = damaged::likeliest(head)
    {
        return Charset::plain(encoding);
    }
    if !common.encoding.is_single_byte() {
        let likely = likelihood::likeliest(head, common);
        return if is_east_asian(head, common) || likely.1 < -5.5 { common } else { likely.0 };
    }
    if is_kana(head) {
        return Charset::plain(SHIFT_JIS);
    }
    likelihood::likeliest(&without_runs(head), common).0
}

/// The bytes with every run of one byte beyond ASCII cut to two: rows of no-break spaces and rules of box drawing are no
/// letters of any language.
fn without_runs(bytes: &[u8]) -> Cow<'_, [u8]> {
    let is_run = |w: &[u8]| w[0] >= 0x80 && w[0] == w[1] && w[1] == w[2];
    if !bytes.windows(3).any(is_run) {
        return Cow::Borrowed(bytes);
    }
    let mut kept: Vec<u8> = Vec::with_capacity(bytes.len());
    for byte in bytes {
        if *byte < 0x80 || !kept.ends_with(&[*byte, *byte]) {
            kept.push(*byte);
        }
    }
    Cow::Owned(kept)
}

/// Whether bytes are Japanese in Shift_JIS: all of it legible, and a third of it kana, whose first bytes are rare elsewhere.
fn is_kana(bytes: &[u8]) -> bool {
    let (mut kana, mut all) = (0u32, 0u32);
    let mut rest = bytes;
    while let [first, tail @ ..] = rest {
        rest = tail;
        if let (0x81..=0x9F | 0xE0..=0xFC, [second, after @ ..]) = (first, tail) {
            all += 1;
            kana += u32::from(matches!((first, second), (0x82, 0x9F..=0xF1) | (0x83, 0x40..=0x96)));
            rest = after;
        }
    }
    kana >= 3 && kana * 3 >= all && is_east_asian(bytes, Charset::plain(SHIFT_JIS))
}

/// Whether the text beyond ASCII is nearly all of characters of East Asia in everyday use, and not single ones in Latin words.
fn is_east_asian(head: &[u8], charset: Charset) -> bool {
    let text = decode(head, charset);
    let text = text.trim_end_matches(char::REPLACEMENT_CHARACTER);
    let (mut common, mut all) = (0usize, 0usize);
    for c in text.chars().filter(|c| !c.is_ascii()) {
        all += 1;
        common += usize::from(matches!(c, '\u{3000}'..='\u{30FF}' | '\u{4E00}'..='\u{9FA5}' | '\u{AC00}'..='\u{D7A3}'
                | '\u{FF01}'..='\u{FF5E}' | '\u{FFE0}'..='\u{FFE6}' | '\u{2010}'..='\u{25FF}' | '·' | '×'));
    }
    let lone = lone_characters(text);
    common * 20 >= all * 19 && lone * 3 <= all && (charset.encoding != GBK || is_everyday_chinese(head))
}

/// Whether most pairs of bytes beyond ASCII are in the rows of the 3,755 commonest characters of GB 2312, or of its signs.
fn is_everyday_chinese(bytes: &[u8]) -> bool {
    let (mut common, mut all) = (0u32, 0u32);
    let mut rest = bytes;
    while let [first, tail @ ..] = rest {
        rest = tail;
        if let (0x81..=0xFE, [second, after @ ..]) = (first, tail) {
            all += 1;
            common += u32::from(matches!((first, second), (0xB0..=0xD7 | 0xA1..=0xA3, 0xA1..=0xFE)));
            rest = after;
        }
    }
    common * 4 >= all * 3
}

/// The charset of another alphabet that bytes are in which were taken for windows-1252, where they leave no doubt: a dozen
/// letters and more, and nearly none among them that is of ASCII.
pub fn of_misread_words(bytes: &[u8]) -> Option<Charset> {
    let (found, mean) = likelihood::likeliest(bytes, Charset::plain(WINDOWS_1252));
    let is_sure = !likelihood::is_latin(found)
        && [
            "windows-1251",
            "windows-1253",
            "windows-1255",
            "windows-1256",
            "windows-874",
            "ISO-8859-7",
            "KOI8-U",
            "KOI8-R",
        ]
        .contains(&found.name())
        && mean > -4.4
        && bytes.iter().filter(|b| **b >= 0xC0).count() >= 12
        && likelihood::is_far_less_likely(bytes, Charset::plain(WINDOWS_1252), found);
    is_sure.then_some(found)
}

/// Whether bytes are text in the charset that was guessed for them: in usual letters, none of them malformed.
pub(super) fn is_sure(bytes: &[u8], guessed: Charset) -> bool {
    let beyond = bytes.iter().filter(|b| !b.is_ascii()).count();
    let is_whole = !decode(bytes, guessed).contains(char::REPLACEMENT_CHARACTER);
    match likelihood::mean(bytes, guessed) {
        Some(mean) => {
            let (few, usual) = if likelihood::is_latin(guessed) { USUAL_LATIN } else { USUAL_OTHERS };
            is_whole && beyond >= few && mean > usual
        }
        None => {
            let is_few = is_whole && beyond >= 8 && is_east_asian(bytes, guessed);
            is_few || damaged::likeliest(bytes).is_some_and(|encoding| Charset::plain(encoding) == guessed)
        }
    }
}

/// Letters by which a text is sure to be of an alphabet, and the mean of the logarithms of their likelihoods, at least.
const USUAL_LATIN: (usize, f32) = (3, -4.8);
const USUAL_OTHERS: (usize, f32) = (8, -4.0);

/// Whether the declared charset gives no text while the guessed one does, or a far less likely one.
pub(super) fn refuted(head: &[u8], declared: Charset, guessed: Charset, whole: bool) -> bool {
    if declared == guessed {
        return false;
    }
    // UTF-8 was looked for before, and so were charsets of seven bits.
    if declared.encoding == UTF_8 || matches!(declared.beyond, Some(Beyond::Iso2022 | Beyond::Hz)) {
        return true;
    }
    if likelihood::is_far_less_likely(head, declared, guessed) {
        return true;
    }
    let (of_declared, of_guessed) = (strangeness(head, declared, whole), strangeness(head, guessed, whole));
    of_declared > 0.25 && of_guessed < of_declared / 2.0
}

/// The share of words beyond ASCII that no language writes: with U+FFFD or control characters, of two alphabets, or
/// Latin ones with accents on nearly every letter, as other alphabets look when they are read as Latin.
fn strangeness(head: &[u8], charset: Charset, whole: bool) -> f64 {
    let text = decode(head, charset);
    let text = if whole { &text } else { text.trim_end_matches('\u{FFFD}') };
    let (mut strange, mut words) = (0u32, 0u32);
    for word in text.split(|c: char| c.is_ascii() && !c.is_ascii_alphabetic()).filter(|word| !word.is_ascii()) {
        words += 1;
        strange += u32::from(is_strange(word));
    }
    f64::from(strange) / f64::from(words.max(1))
}

/// Whether no language writes this word (which holds no ASCII but letters).
fn is_strange(word: &str) -> bool {
    // Half-width katakana alone is how Arabic and Cyrillic look when they are read as Shift_JIS.
    if word.contains(|c| matches!(c, '\u{FF61}'..='\u{FF9F}')) {
        return !word.contains(|c| matches!(c, '\u{3041}'..='\u{3096}' | '\u{30A1}'..='\u{30FA}'));
    }
    let (mut plain, mut accented, mut other) = (0, 0, 0);
    for c in word.chars() {
        match c {
            '\u{FFFD}' | '\u{80}'..='\u{9F}' => return true,
            'a'..='z' | 'A'..='Z' => plain += 1,
            _ if !c.is_alphabetic() => {}
            '\u{C0}'..='\u{24F}' | '\u{1E00}'..='\u{1EFF}' => accented += 1,
            _ => other += 1,
        }
    }
    (other > 0 && plain + accented > 0) || (accented >= 3 && accented > 2 * plain)
}

#[cfg(test)]
mod tests {
    use super::*;
    use encoding_rs::{
        Encoding, ISO_8859_2, ISO_8859_3, ISO_8859_4, ISO_8859_13, ISO_8859_14, WINDOWS_1250, WINDOWS_1251,
        WINDOWS_1257,
    };

    const CROATIAN: &str = "Jučer su građani čekali pred pošom kućom. Žene su šetale, a đaci učili.";
    const SLOVENE: &str = "Včeraj so ljudje čakali pred staro hišo. Otroci so že šli v šolo, učitelji še ne.";

    #[test]
    fn letters_of_languages_with_few_accents_tell_their_charset() {
        let texts: [(&str, &'static Encoding); 25] = [
            (CROATIAN, WINDOWS_1250),
            (CROATIAN, ISO_8859_2),
            (SLOVENE, WINDOWS_1250),
            (SLOVENE, ISO_8859_2),
            ("Það var orðið áliðið og bærinn hljóður. Skólabörnin sungu þó áfram við höfnina.", WINDOWS_1252),
            ("Fëmijët erdhën të parët, pastaj mësuesit dhe pleqtë që kishin pritur gjatë.", WINDOWS_1252),
            ("Täna õhtul söövad õpilased külas pirukaid ja räägivad lõbusaid lugusid.", WINDOWS_1257),
            ("De coördinator van het financiële project zei één ding: knieën buigen, ideeën geven.", WINDOWS_1252),
            ("Aquest matí l’àvia ha anat a plaça a comprar síndries, però també raïm i maduixes.", WINDOWS_1252),
            ("Ĉu vi aŭdis, ke la ĝardeno jam floras? Mi iros tien ĉi-vespere kun miaj geamikoj.", ISO_8859_3),
            ("Vakar žmonės rinkosi aikštėje. Jų buvo daug, o vaikai bėgiojo aplink, kol sutemo.", ISO_8859_4),
            ("Ši žinia nustebino visą miestą: upė išsiliejo, tiltas nugriuvo, žmonės laukė pagalbos.", ISO_8859_13),
            ("Mae'r tŷ a'r dŵr ar lan y môr; dŷn ŵyr pŵer ŷd ŵyn, tŷ ar bŵys ŷd a dŵr.", ISO_8859_14),
            ("Sa sœur coûtait 30 € et le cœur des œuvres n’y était plus, hélas.", WINDOWS_1252),
            ("Sa sœur coûtait 30 € et le cœur des œuvres n'y était plus, hélas.", ISO_8859_15),
            ("El precio es de 15 € por persona.", ISO_8859_15),
            ("Crème brûlée: 1½ cups of cream, 2½tbsp of sugar and ½tsp of salt.", WINDOWS_1252),
            ("Il faut ½ litre de crème et 1½ verre de lait.", WINDOWS_1252),
            ("”Tilanne on vakava”, sanoi pääministeri, ”ja se pahenee”, hän lisäsi.", WINDOWS_1252),
            ("Decreto nº 12 del 3º de junio, y la señora llegó después de la cena.", WINDOWS_1252),
            ("Decreto nº 12. Modifica la Ley nº 8. Orden nº 9. Resolución nº 5.", WINDOWS_1252),
            ("«Non ne so nulla», disse. È già tardi, e la città «dorme».", WINDOWS_1252),
            ("Het boek kost € 12 en de kaart € 5, zei ze; daarna nog € 3 voor de bus.", WINDOWS_1252),
            ("МОСКВА ПРИНИМАЕТ ГОСТЕЙ СО ВСЕГО МИРА, СООБЩАЕТ ГОРОДСКАЯ АДМИНИСТРАЦИЯ", WINDOWS_1251),
            ("Учора людзі доўга чакалі каля старога моста, бо цягнік спазніўся на паўгадзіны.", WINDOWS_1251),
        ];
        for (text, encoding) in texts {
            let (bytes, _, lost) = encoding.encode(text);
            assert!(!lost, "{text}");
            assert_eq!(decode(&bytes, guess(&bytes, true)), text, "{}", encoding.name());
        }
    }

    #[test]
    fn code_pages_of_ukrainian_and_kazakh_are_told_from_those_of_russian() {
        let kazakh = "\u{049A}ала \u{049B}азір \u{04AF}лкен, \u{04E9}зен жа\u{0493}асында а\u{0493}аштар к\u{04E9}п";
        let ukrainian = "Її діти жили біля річки, і їх усі знали. Є в нього ще й інші вірші";
        for (page, text) in [("KZ-1048", kazakh), ("IBM1125", ukrainian)] {
            let upper = super::super::code_pages::PAGES.iter().find(|p| p.name == page).unwrap().upper();
            let byte = |c: char| match upper.iter().position(|u| *u == c) {
                Some(at) => at as u8 + 0x80,
                None => c as u8,
            };
            let bytes: Vec<u8> = text.chars().map(byte).collect();
            let charset = guess(&bytes, true);
            assert_eq!((charset.name(), &*decode(&bytes, charset)), (page, text));
        }
    }
}
