//! The language of a text: by its scripts where a script has one language, else by letters and function words, with an unknown class.
//!
//! A wrong name is worse than none, since limits hang on it: what no evidence carries is `und`. About a kilobyte from head, middle and
//! tail of a text is looked at.

use std::cmp::Ordering;

use unicode_script::Script;

use super::chars::{self, lookup};
use super::evidence::{sampled, samples, weigh};
use super::scan::Scan;

/// The code of an unknown language.
pub const UNKNOWN: &str = "und";

/// A language with its script.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Language {
    /// ISO 639-3; [`UNKNOWN`] where nothing tells.
    pub code: &'static str,
    /// ISO 15924; `Zyyy` where there is no letter.
    pub script: &'static str,
    /// How sure it is, 0 to 1: the share of the letters that are of a script that decides, else `l / (l + 1)` of the lead `l` over the
    /// next language.
    pub score: f32,
}

/// The language of `text`, which `scan` went over.
pub fn identify(text: &str, scan: &Scan) -> Language {
    let script = scan.script();
    match script {
        "Latn" | "Cyrl" | "Arab" | "Deva" => {
            let (code, score) = weigh(text, scan, script).unwrap_or((UNKNOWN, 0.0));
            Language { code, script, score }
        }
        "Jpan" => Language { code: "jpn", script, score: share(scan, &[Script::Han, Script::Hiragana, Script::Katakana]) },
        "Kore" => Language { code: "kor", script, score: share(scan, &[Script::Hangul, Script::Han]) },
        "Hani" | "Bopo" => han(text, scan),
        _ => by_script(text, scan, script),
    }
}

/// Letters of `scripts` in each letter of the text.
fn share(scan: &Scan, scripts: &[Script]) -> f32 {
    let of: u64 = scan.scripts.iter().filter(|(script, _)| scripts.contains(script)).map(|(_, count)| count).sum();
    of as f32 / scan.letters.max(1) as f32
}

/// Scripts of one language, as good as.
const SINGLE: &[(&str, &str)] = &[
    ("Grek", "ell"),
    ("Armn", "hye"),
    ("Geor", "kat"),
    ("Thai", "tha"),
    ("Laoo", "lao"),
    ("Khmr", "khm"),
    ("Mymr", "mya"),
    ("Taml", "tam"),
    ("Telu", "tel"),
    ("Mlym", "mal"),
    ("Knda", "kan"),
    ("Gujr", "guj"),
    ("Guru", "pan"),
    ("Orya", "ori"),
    ("Sinh", "sin"),
    ("Tibt", "bod"),
    ("Thaa", "div"),
    ("Nkoo", "nqo"),
    ("Cher", "chr"),
    ("Olck", "sat"),
];

/// Scripts of one language, or of two that differ in few letters.
fn by_script(text: &str, scan: &Scan, script: &'static str) -> Language {
    let code = match script {
        "Hebr" => hebrew_or_yiddish(text, scan),
        "Beng" => bengali_or_assamese(text),
        "Ethi" => amharic_or_tigrinya(text),
        _ => SINGLE.iter().find(|(of, _)| *of == script).map_or(UNKNOWN, |(_, code)| code),
    };
    let of_script = |count: u64| count as f32 / scan.letters.max(1) as f32;
    let most = scan.scripts.iter().find(|(s, _)| s.short_name() == script).map_or(0, |(_, count)| *count);
    Language { code, script, score: if code == UNKNOWN { 0.0 } else { of_script(most) } }
}

/// Characters of simplified writing whose traditional forms differ, and those forms.
const SIMPLIFIED: &str = "们这说国时会来对过学没还开为见关长问么给车书东门间样点从气电话边买让听识课请谢两张报钱几亲难动实现进种发后里头业产员";
const TRADITIONAL: &str = "們這說國時會來對過學沒還開為見關長問麼給車書東門間樣點從氣電話邊買讓聽識課請謝兩張報錢幾親難動實現進種發後裡頭業產員";

fn han(text: &str, scan: &Scan) -> Language {
    let (mut simplified, mut traditional) = (0, 0);
    for c in sampled(text) {
        let (is_simplified, is_traditional) = (SIMPLIFIED.contains(c), TRADITIONAL.contains(c));
        simplified += u32::from(is_simplified && !is_traditional);
        traditional += u32::from(is_traditional && !is_simplified);
    }
    let script = if traditional > simplified { "Hant" } else { "Hans" };
    Language { code: "zho", script, score: share(scan, &[Script::Han, Script::Bopomofo]) }
}

/// By letters and words; where these say nothing, by how Yiddish writes vowels.
fn hebrew_or_yiddish(text: &str, scan: &Scan) -> &'static str {
    match weigh(text, scan, "Hebr") {
        Some((code, _)) => code,
        None if writes_vowels(text) => "yid",
        None => "heb",
    }
}

/// Whether ayin stands for a vowel (one letter in ten, where Hebrew has one in thirty) or alef alone is pointed.
fn writes_vowels(text: &str) -> bool {
    let (mut ayin, mut letters, mut pointed_alef, mut points) = (0, 0, 0, 0);
    let mut before = ' ';
    for c in sampled(text) {
        letters += u32::from(lookup(c).is(chars::LETTER));
        ayin += u32::from(c == 'ע');
        points += u32::from(matches!(c, '\u{5b0}'..='\u{5bb}'));
        pointed_alef += u32::from(before == 'א' && matches!(c, '\u{5b7}' | '\u{5b8}'));
        before = c;
    }
    (ayin > 1 && ayin * 10 > letters) || pointed_alef * 2 > points
}

/// Assamese has an r of its own.
fn bengali_or_assamese(text: &str) -> &'static str {
    let count = |letter| sampled(text).filter(|c| *c == letter).count();
    if count('ৰ') > count('র') { "asm" } else { "ben" }
}

/// By frequent words of each, and by the a that each begins words with.
fn amharic_or_tigrinya(text: &str) -> &'static str {
    const AMHARIC: [&str; 10] = ["ነው", "እና", "ላይ", "ውስጥ", "ነበር", "ግን", "ወደ", "ጋር", "መሆኑን", "እንደ"];
    const TIGRINYA: [&str; 10] = ["እዩ", "ናይ", "ኣብ", "እቲ", "ካብ", "ነቲ", "ምስ", "ዘሎ", "ከምዘሎ", "እዚ"];
    let words = || samples(text).flat_map(|sample| sample.split(|c: char| !c.is_alphabetic()));
    let amharic = words().filter(|word| AMHARIC.contains(word) || word.starts_with('አ')).count();
    let tigrinya = words().filter(|word| TIGRINYA.contains(word) || word.contains(['ኣ', 'ቐ'])).count();
    match amharic.cmp(&tigrinya) {
        Ordering::Greater => "amh",
        Ordering::Less => "tir",
        Ordering::Equal => UNKNOWN,
    }
}
