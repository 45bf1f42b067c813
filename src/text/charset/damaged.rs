//! Charsets of East Asia in which a few characters are damaged: a byte that was lost or put in, a character that was cut.
//!
//! The detector of browsers gives a charset up at its first malformed character. Here a few are borne where the rest
//! reads like the language of the charset, by its commonest characters.

use encoding_rs::{BIG5, EUC_JP, EUC_KR, Encoding, GBK, SHIFT_JIS};

use super::lone::lone_characters;

/// Characters that are enough for a judgement; below, nothing is said.
const MIN_CHARACTERS: usize = 10;
/// Common ones among them that are enough.
const MIN_COMMON: usize = 4;
/// Malformed characters that are borne whatever the length, and one in so many characters.
const FEW: usize = 3;
const ONE_IN: usize = 50;
/// One malformed character in so many at most, however short the text is.
const ONE_IN_SHORT: usize = 12;
/// Bytes that rule most charsets out.
const GLANCE: usize = 256;

/// The commonest characters of Chinese, of both its scripts.
const CHINESE: &str = "的一是不了在人有我他这這中大来來上国國个個到说說们們为為子和你地出道也时時年得就那要下以生会會自着著去之过過家学學对對可\
     她里裡后後小么麼心多天而能好都然没沒日于於起还還发發成事只作当當想看文无無开開手十用主行方又如前所本见見经經头頭面公同三已老从從动動两兩长長，。、";
/// The commonest syllables of Korean.
const KOREAN: &str =
    "이다는의에을가고지하한리기사어로나은서해자도아그라시를일대인스들수있여구보정전만면니부게것제요저했과와으었";

/// What a charset of East Asia holds that is text of its language.
struct Language {
    encoding: &'static Encoding,
    is_common: fn(char) -> bool,
    /// The share of common characters that the language has at least, in hundredths.
    least: usize,
}

static LANGUAGES: [Language; 5] = [
    Language { encoding: EUC_JP, is_common: is_kana, least: 30 },
    Language { encoding: SHIFT_JIS, is_common: is_kana, least: 30 },
    Language { encoding: EUC_KR, is_common: |c| KOREAN.contains(c), least: 20 },
    Language { encoding: BIG5, is_common: |c| CHINESE.contains(c), least: 12 },
    Language { encoding: GBK, is_common: |c| CHINESE.contains(c), least: 12 },
];

/// How a text of East Asia reads in a charset.
#[derive(Clone, Copy, Default)]
struct Reading {
    characters: usize,
    common: usize,
    malformed: usize,
    /// Outside of what texts of East Asia are written with.
    strange: usize,
    /// Alone among ASCII letters, as accents are in Latin words.
    lone: usize,
}

impl Reading {
    fn of(bytes: &[u8], language: &Language) -> Self {
        let text = language.encoding.decode_without_bom_handling(bytes).0;
        let mut reading = Self::default();
        // A cut at the end is no damage.
        for line in text.strip_suffix('\u{FFFD}').unwrap_or(&text).split('\n') {
            let strange_before = reading.strange;
            let malformed_before = reading.malformed;
            line.chars().filter(|c| !c.is_ascii()).for_each(|c| reading.add(c, language));
            reading.lone += lone_characters(line);
            // A lost byte makes all pairs up to the end of the line wrong ones.
            if reading.malformed > malformed_before {
                reading.strange = strange_before;
            }
        }
        reading
    }

    fn add(&mut self, c: char, language: &Language) {
        if c == '\u{FFFD}' {
            self.malformed += 1;
            return;
        }
        self.characters += 1;
        self.common += usize::from((language.is_common)(c));
        self.strange += usize::from(!is_usual(c));
    }

    fn has_few_malformed(&self) -> bool {
        self.malformed <= FEW.max(self.characters / ONE_IN) && self.malformed * ONE_IN_SHORT <= self.characters
    }

    fn is_of(&self, language: &Language) -> bool {
        self.characters >= MIN_CHARACTERS
            && self.has_few_malformed()
            && self.strange * 20 <= self.characters
            && self.lone * 3 <= self.characters
            && self.common >= MIN_COMMON
            && self.common * 100 >= self.characters * language.least
    }

    /// The share of common characters, in parts of what the language has at least; malformed ones weigh against it.
    fn merit(&self, language: &Language) -> usize {
        self.common.saturating_sub(self.malformed) * 10_000 / (self.characters.max(1) * language.least)
    }
}

/// The charset of East Asia in which all but few of the bytes beyond ASCII read like its language.
pub(super) fn likeliest(bytes: &[u8]) -> Option<&'static Encoding> {
    let first = bytes.iter().position(|b| !b.is_ascii())?;
    let bytes = &bytes[first..];
    let glance = &bytes[..bytes.len().min(GLANCE)];
    let readings = LANGUAGES.iter().filter_map(|language| {
        let seen = Reading::of(glance, language);
        if !seen.has_few_malformed() {
            return None;
        }
        let reading = if glance.len() < bytes.len() { Reading::of(bytes, language) } else { seen };
        reading.is_of(language).then(|| (reading.merit(language), language.encoding))
    });
    readings.reduce(|best, next| if next.0 > best.0 { next } else { best }).map(|(_, encoding)| encoding)
}

fn is_kana(c: char) -> bool {
    matches!(c, '\u{3041}'..='\u{3096}' | '\u{30A1}'..='\u{30FC}')
}

/// What texts of East Asia are written with beyond ASCII.
fn is_usual(c: char) -> bool {
    matches!(c, '\u{3000}'..='\u{30FF}' | '\u{4E00}'..='\u{9FA5}' | '\u{AC00}'..='\u{D7A3}' | '\u{FF01}'..='\u{FF5E}')
        || matches!(c, '\u{FFE0}'..='\u{FFE6}' | '\u{2010}'..='\u{25FF}' | '·' | '×' | '°')
}

#[cfg(test)]
mod tests {
    use super::*;
    use encoding_rs::{KOI8_R, WINDOWS_874, WINDOWS_1251, WINDOWS_1252, WINDOWS_1256};

    const CHINESE: &str = "今天早上村里的市场重新开放，农民们带来了蔬菜、鸡蛋和新鲜的面包。";
    const TAIWANESE: &str = "今天早上村裡的市場重新開放，農民們帶來了蔬菜、雞蛋和新鮮的麵包。";
    const JAPANESE: &str = "古い町の真ん中に新しい図書館が開かれ、多くの人々が朝から列を作って待っていました。";
    const KOREAN: &str = "오래된 도시의 한가운데에 새로운 도서관이 문을 열었고 많은 사람들이 아침부터 줄을 섰다.";

    #[test]
    fn a_bad_byte_leaves_the_charset_of_the_rest() {
        for (text, encoding) in
            [(CHINESE, GBK), (TAIWANESE, BIG5), (JAPANESE, EUC_JP), (JAPANESE, SHIFT_JIS), (KOREAN, EUC_KR)]
        {
            let line = encoding.encode(text).0;
            let (whole, end) = ([&line[..], b"\n", &line[..]].concat(), line.len());
            assert_eq!(likeliest(&whole), Some(encoding));
            assert_eq!(likeliest(&[&whole[..], b"\xFF\n", &line[..]].concat()), Some(encoding));
            assert_eq!(likeliest(&[&line[..end - 5], &line[end - 4..], b"\n", &whole[..]].concat()), Some(encoding));
        }
    }

    #[test]
    fn words_of_one_byte_a_letter_are_none() {
        let arabic = "أعلنت وزارة الصحة اليوم عن حملة جديدة في المدارس وكانت النساء ينتظرن على الشاطئ";
        let russian = "Сегодня в старом городе открылась новая библиотека, которую жители ждали много лет.";
        let thai = "วันนี้ตลาดในหมู่บ้านเปิดใหม่อีกครั้ง ชาวนานำผักและไข่มาขาย";
        let french = "La bibliothèque a été inaugurée après des années de travaux, à côté du vieux marché.";
        for (text, encoding) in [
            (arabic, WINDOWS_1256),
            (russian, WINDOWS_1251),
            (russian, KOI8_R),
            (thai, WINDOWS_874),
            (french, WINDOWS_1252),
        ] {
            assert_eq!(likeliest(&encoding.encode(text).0), None, "{text}");
        }
    }
}
