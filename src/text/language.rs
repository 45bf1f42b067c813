//! The language of a text: its scripts first, then letters that only some languages write, then a model, with an unknown class.
//!
//! A wrong name is worse than none, since limits hang on it: below a margin the language is `und`.

use whatlang::{Detector, Lang};

use super::arabic_script;
use super::cyrillic;
use super::scan::Scan;

/// The code of an unknown language.
pub const UNKNOWN: &str = "und";

/// Bytes of a text that the model looks at: a third each from head, middle and tail.
const SAMPLE_BYTES: usize = 600;

/// The confidence of the model below which the language is unknown.
const MIN_CONFIDENCE: f64 = 0.8;

/// The same in scripts of which the model knows nearly all languages that are left to it.
const MIN_CONFIDENCE_FEW: f64 = 0.4;

/// The same for texts of less than [`SHORT_BYTES`], in which the model is often right and seldom sure.
const MIN_CONFIDENCE_SHORT: f64 = 0.2;

/// Bytes below which a text is short.
const SHORT_BYTES: usize = 120;

/// A language with its script.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Language {
    /// ISO 639-3; [`UNKNOWN`] where it is.
    pub code: &'static str,
    /// ISO 15924; `Zyyy` where there is no letter.
    pub script: &'static str,
    /// How sure it is, 0 to 1.
    pub score: f32,
}

/// The language of `text`, which `scan` went over.
pub fn identify(text: &str, scan: &Scan) -> Language {
    let script = scan.script();
    let (code, score) = match script {
        "Arab" => arabic_script::identify(text),
        "Cyrl" => cyrillic::identify(text).unwrap_or_else(|| model(text, MIN_CONFIDENCE_FEW)),
        "Latn" => latin_letters(text).unwrap_or_else(|| model(text, MIN_CONFIDENCE)),
        "Deva" => model(text, MIN_CONFIDENCE_FEW),
        "Hani" => return han(text),
        _ => by_script(script, text),
    };
    Language { code, script, score }
}

/// Scripts that one language writes, or that letters tell apart.
fn by_script(script: &str, text: &str) -> (&'static str, f32) {
    let count = |letters: &str| text.chars().filter(|c| letters.contains(*c)).count();
    let code = match script {
        // Yiddish writes its vowels, ayin above all: Hebrew has half as many.
        "Hebr" if count("װױײ") * 100 > text.chars().count() || count("ע") * 12 > text.chars().count() => "yid",
        "Hebr" => "heb",
        "Beng" if count("ৰৱ") > 0 => "asm",
        "Beng" => "ben",
        "Ethi" if count("ኣ") > count("አ") => "tir",
        "Ethi" => "amh",
        "Grek" => "ell",
        "Armn" => "hye",
        "Geor" => "kat",
        "Thai" => "tha",
        "Laoo" => "lao",
        "Khmr" => "khm",
        "Mymr" => "mya",
        "Taml" => "tam",
        "Telu" => "tel",
        "Mlym" => "mal",
        "Knda" => "kan",
        "Gujr" => "guj",
        "Guru" => "pan",
        "Orya" => "ori",
        "Sinh" => "sin",
        "Kore" => "kor",
        "Jpan" => "jpn",
        "Tibt" => "bod",
        "Thaa" => "div",
        _ => return (UNKNOWN, 0.0),
    };
    (code, 1.0)
}

/// Characters that only simplified or only traditional Chinese writes, frequent ones.
const SIMPLIFIED: &str = "这为们来国时说会个学对发经过现开关东车门问间长书买卖见语认让谁还没图样实给头";
const TRADITIONAL: &str = "這為們來國時說會個學對發經過現開關東車門問間長書買賣見語認讓誰還沒圖樣實給頭";

fn han(text: &str) -> Language {
    let count = |letters: &str| text.chars().filter(|c| letters.contains(*c)).count();
    let script = if count(TRADITIONAL) > count(SIMPLIFIED) { "Hant" } else { "Hans" };
    Language { code: "zho", script, score: 1.0 }
}

/// Languages of the Latin script that write letters which no other of the model's does.
fn latin_letters(text: &str) -> Option<(&'static str, f32)> {
    let (mut letters, mut hausa, mut vietnamese, mut schwa, mut maltese) = (0, 0, 0, 0, 0);
    for c in text.chars().take(SAMPLE_BYTES) {
        letters += usize::from(c.is_ascii_alphabetic() || c >= 'À');
        match c {
            'ɓ' | 'ɗ' | 'ƙ' | 'ƴ' => hausa += 1,
            'ə' | 'Ə' => schwa += 1,
            // Yoruba and Igbo write two of the letters of Vietnamese.
            'ẹ' | 'ọ' | 'ṣ' => {}
            'ơ' | 'ư' | 'đ' | '\u{1ea0}'..='\u{1ef9}' => vietnamese += 1,
            'ħ' | 'ġ' | 'ċ' => maltese += 1,
            _ => {}
        }
    }
    let share = |count: usize| count as f64 / letters.max(1) as f64;
    let found = [
        ("aze", share(schwa), 0.03),
        ("hau", share(hausa), 0.005),
        ("vie", share(vietnamese), 0.06),
        ("mlt", share(maltese), 0.02),
    ];
    found.iter().find(|(_, share, least)| share > least).map(|(code, ..)| (*code, 1.0))
}

fn model(text: &str, min_confidence: f64) -> (&'static str, f32) {
    let sample = sample(text);
    let Some(info) = Detector::new().detect(&sample) else { return (UNKNOWN, 0.0) };
    let least = if sample.len() < SHORT_BYTES { MIN_CONFIDENCE_SHORT } else { min_confidence };
    let code = if info.confidence() < least { UNKNOWN } else { iso_639_3(info.lang()) };
    (code, info.confidence() as f32)
}

/// The model's codes are ISO 639-3, but for a few members of macrolanguages.
fn iso_639_3(lang: Lang) -> &'static str {
    match lang {
        Lang::Cmn => "zho",
        Lang::Pes => "fas",
        other => other.code(),
    }
}

/// At most [`SAMPLE_BYTES`] of the text, cut between characters.
fn sample(text: &str) -> std::borrow::Cow<'_, str> {
    if text.len() <= SAMPLE_BYTES {
        return text.into();
    }
    let third = SAMPLE_BYTES / 3;
    let piece = |from: usize| &text[text.ceil_char_boundary(from)..text.floor_char_boundary(from + third)];
    [piece(0), piece((text.len() - third) / 2), piece(text.len() - third)].join(" ").into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::paragraph::{CleanDocument, Kind, Paragraph};
    use crate::text::scan::Scanner;

    fn language(text: &str) -> (&'static str, &'static str) {
        let paragraph = Paragraph { kind: Kind::Paragraph, bytes: 0..text.len(), chars: 0, words: 0 };
        let mut document = CleanDocument { text: text.to_owned(), paragraphs: vec![paragraph] };
        let mut scanner = Scanner::new();
        let found = identify(text, scanner.scan(&mut document));
        (found.code, found.script)
    }

    #[test]
    fn languages_are_named_with_their_scripts() {
        for (text, expected) in [
            ("افتتحت المدينة مكتبة جديدة على ضفة النهر أمس", ("ara", "Arab")),
            ("کتابخانه‌ای تازه در کنار رودخانه گشایش یافت و مردم پیر و جوان به آن می‌روند", ("fas", "Arab")),
            ("دریا کے کنارے ایک نیا کتب خانہ کھولا گیا ہے جہاں لوگ پڑھنے آتے ہیں", ("urd", "Arab")),
            (
                "A new library opened on the bank of the river yesterday, and the whole town came to see it.",
                ("eng", "Latn"),
            ),
            ("Новая библиотека открылась вчера на берегу реки, и весь город пришёл её посмотреть.", ("rus", "Cyrl")),
            ("Нова бібліотека відкрилася вчора на березі річки, і все місто прийшло її подивитися.", ("ukr", "Cyrl")),
            ("川のほとりに新しい図書館が開館した。", ("jpn", "Jpan")),
            ("河边开了一家新的图书馆，大家都来看。", ("zho", "Hans")),
            ("河邊開了一家新的圖書館，大家都來看。", ("zho", "Hant")),
            ("ספרייה חדשה נפתחה על גדת הנהר", ("heb", "Hebr")),
            ("123 … !", ("und", "Zyyy")),
        ] {
            assert_eq!(language(text), expected, "{text}");
        }
    }

    #[test]
    fn a_sample_is_cut_between_characters() {
        let text = "خبر ".repeat(1000);
        assert!(sample(&text).len() <= SAMPLE_BYTES + 2);
        assert_eq!(sample("abc"), "abc");
    }
}
