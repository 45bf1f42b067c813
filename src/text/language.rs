//! The language of a text: by its scripts where a script has one language, else by letters and function words, with an unknown class.
//!
//! A wrong name is worse than none, since limits hang on it: what no evidence carries is `und`. About a kilobyte from head, middle and
//! tail of a text is looked at.

use std::cmp::Ordering;

use unicode_script::Script;

use super::chars::{self, lookup};
use super::evidence::{sampled, samples, weigh};
use super::profiles::PROFILES;
use super::scan::Scan;

/// Part of the names of stored results: raised whenever a text may be given another language.
pub const VERSION: u32 = 2;

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

/// Languages that have a script for themselves and are not in [`SINGLE`], or that letters alone tell from their neighbours.
const BY_SCRIPT: [&str; 9] = ["jpn", "kor", "zho", "heb", "yid", "ben", "asm", "amh", "tir"];

/// Every code that [`identify`] may give.
pub fn codes() -> impl Iterator<Item = &'static str> {
    let profiled = PROFILES.iter().map(|profile| profile.code);
    profiled.chain(SINGLE.iter().map(|(_, code)| *code)).chain(BY_SCRIPT).chain([UNKNOWN])
}

/// The language of `text`, which `scan` went over.
pub fn identify(text: &str, scan: &Scan) -> Language {
    let script = scan.script();
    match script {
        "Latn" | "Cyrl" | "Arab" | "Deva" => {
            let (code, score) = weigh(text, scan, script).unwrap_or((UNKNOWN, 0.0));
            Language { code, script, score }
        }
        "Jpan" => {
            Language { code: "jpn", script, score: share(scan, &[Script::Han, Script::Hiragana, Script::Katakana]) }
        }
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
    (ayin > 2 && ayin * 10 > letters) || pointed_alef * 2 > points
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::paragraph::{CleanDocument, Kind, Paragraph};
    use crate::text::scan::Scanner;

    fn identified(text: &str) -> Language {
        let paragraph = Paragraph { kind: Kind::Paragraph, bytes: 0..text.len(), chars: 0, words: 0 };
        let mut document = CleanDocument { text: text.to_owned(), paragraphs: vec![paragraph] };
        let mut scanner = Scanner::new();
        identify(text, scanner.scan(&mut document))
    }

    fn all_are(expected: &[(&str, &str)]) {
        for &(code, text) in expected {
            assert_eq!(identified(text).code, code, "{text}");
            assert!(codes().any(|known| known == code), "{code}");
        }
    }

    #[test]
    fn languages_are_named_with_their_scripts() {
        for (text, expected) in [
            ("افتتحت المدينة مكتبة جديدة على ضفة النهر أمس", ("ara", "Arab")),
            (
                "A new library opened on the bank of the river yesterday, and the whole town came to see it.",
                ("eng", "Latn"),
            ),
            ("川のほとりに新しい図書館が開館した。", ("jpn", "Jpan")),
            ("강가에 새 도서관이 문을 열었다.", ("kor", "Kore")),
            ("河边开了一家新的图书馆，大家都来看。", ("zho", "Hans")),
            ("河邊開了一家新的圖書館，大家都來看。", ("zho", "Hant")),
            ("山水", ("zho", "Hans")),
            ("ספרייה חדשה נפתחה על גדת הנהר", ("heb", "Hebr")),
            ("มีห้องสมุดใหม่ริมแม่น้ำ", ("tha", "Thai")),
            ("123 … !", ("und", "Zyyy")),
            ("", ("und", "Zyyy")),
        ] {
            let found = identified(text);
            assert_eq!((found.code, found.script), expected, "{text}");
        }
    }

    #[test]
    fn languages_of_arabic_script_are_told_apart() {
        all_are(&[
            ("ara", "قالت الوزارة إن الطريق مغلق منذ الصباح بسبب الأمطار"),
            ("ara", "احنا مش عارفين ليه الناس كده"),
            ("ara", "كسب اللاعب بطولة التنس فى چنيڤ وهو معتزل من النمسا"),
            ("ara", "كان الكتاب على الطاولة وجاء بعده"),
            ("fas", "او گفت که این کتاب را در خانه خوانده است"),
            ("fas", "من فردا به خانه می‌روم و کتاب می‌خوانم"),
            ("fas", "او گفت كه اين كتاب را در خانه خوانده است و بايد برگردد"),
            ("urd", "میں نے یہ کتاب گھر میں پڑھی ہے اور وہ اچھی ہے"),
            ("pus", "دا کتاب زما د ورور دی او زه يې لولم"),
            ("ckb", "ئەم کتێبە لە ماڵەوە بۆ من بوو"),
            ("uig", "بۇ كىتاب مېنىڭ ئۈچۈن بەك ياخشى"),
            ("snd", "هي ڪتاب تمام سٺو آهي ۽ مان ان کي پڙهندس"),
        ]);
    }

    #[test]
    fn languages_of_cyrillic_script_are_told_apart() {
        all_are(&[
            ("rus", "Дорога закрыта с самого утра из-за дождя, и мы не знаем, что делать"),
            ("ukr", "Дорога закрита від самого ранку через дощ, і ми не знаємо, що робити"),
            ("bel", "Дарога зачынена з самай раніцы праз дождж, і мы не ведаем, што рабіць"),
            ("bul", "Пътят е затворен от сутринта заради дъжда и ние не знаем какво да правим"),
            ("srp", "Пут је затворен од јутра због кише и ми не знамо шта да радимо, али ћемо чекати"),
            ("mkd", "Патот е затворен од утрово поради дождот и ние не знаеме што да правиме, но ќе чекаме"),
            ("kaz", "Бұл жол таңертеңнен бері жаңбырға байланысты жабық және біз үшін қиын"),
            ("mon", "Энэ зам өглөөнөөс хойш борооноос болж хаалттай байна, бид юу хийхээ мэдэхгүй"),
        ]);
    }

    #[test]
    fn languages_of_africa_are_not_taken_for_those_of_europe() {
        all_are(&[
            ("hau", "An rufe hanyar tun da safe saboda ruwan sama da iska a cikin gari"),
            ("swa", "Barabara hii imefungwa tangu asubuhi kwa sababu ya mvua na upepo"),
            ("yor", "Wọ́n ti ti ọ̀nà náà pa láti àárọ̀ nítorí òjò tí ó rọ̀ ní ìlú wa"),
            ("som", "Waddada waa la xiray ilaa saaka sababta oo ah roobka iyo dabaysha ka dhacday magaalada"),
        ]);
    }

    #[test]
    fn languages_of_one_alphabet_are_told_apart() {
        all_are(&[
            ("fra", "La route est fermée depuis ce matin à cause de la pluie"),
            ("deu", "Die Straße ist seit heute Morgen wegen des Regens gesperrt"),
            ("spa", "La carretera está cerrada desde esta mañana por la lluvia y no sabemos qué hacer"),
            ("por", "A estrada está fechada desde esta manhã por causa da chuva e não sabemos o que fazer"),
            ("ces", "Silnice je od rána zavřená kvůli dešti a my nevíme, co máme dělat"),
            ("tur", "Yol bu sabahtan beri yağmur yüzünden kapalı ve biz ne yapacağımızı bilmiyoruz"),
            ("vie", "Con đường này đã bị đóng từ sáng vì trời mưa rất to"),
        ]);
    }

    #[test]
    fn the_smaller_language_of_a_script_is_not_taken_for_the_larger() {
        all_are(&[
            ("yid", "איך האב נישט געוואוסט וואס דער מענטש וויל פון מיר"),
            ("yid", "שנעלע באַן"),
            ("heb", "רכבת מהירה"),
            ("tir", "እቲ መጽሓፍ ኣብ ገዛ ኣሎ"),
            ("amh", "መጽሐፉ በቤት ውስጥ ነው"),
            ("asm", "মই ঘৰত কিতাপখন পঢ়িছোঁ"),
            ("ben", "আমি ঘরে বইটা পড়েছি, নাম তার «ঘৰ»"),
        ]);
    }

    #[test]
    fn scripts_of_one_language_decide_at_once() {
        let languages = ["Καλημέρα", "안녕하세요", "สวัสดีครับ", "おはよう、世界", "வணக்கம்", "Բարեւ"].map(identified);
        assert_eq!(languages.map(|l| l.code), ["ell", "kor", "tha", "jpn", "tam", "hye"]);
        assert!(languages.iter().all(|l| l.score == 1.0));
        assert_eq!(identified("Καλημέρα ab").score, 0.8);
    }

    #[test]
    fn names_and_numbers_are_of_no_language() {
        all_are(&[
            ("und", "Qeqqata Kommunia Maniitsoq"),
            ("und", "Maria Lindgren 1984, Tomasz Kowalski 1990, John Okafor 1977, Li Wei 2001, Anna Rossi 1969"),
            ("und", "محمد سالم ٢٠٢٤، ناصر كمال ١٩٩٠"),
            ("und", "12 + 34"),
            ("und", "Xyz"),
        ]);
        assert_eq!(identified("Xyz"), Language { code: "und", script: "Latn", score: 0.0 });
    }

    #[test]
    fn programs_are_of_no_language() {
        all_are(&[
            ("und", "for (int i = 0; i < n; i++) { if (seen[i] == key) { return this->rows[i]; } }"),
            ("und", "<div class=\"row\"><a href=\"/in/me\">x</a></div> <p id=\"de\"></p>"),
            (
                "und",
                "def main(args):\n    for key in args:\n        if key not in seen:\n            rows[key] = max_of(rows, key) | flags[\"all\"]",
            ),
        ]);
    }

    #[test]
    fn rows_that_begin_alike_do_not_decide() {
        let table: String = (0..60).map(|row| format!("Peru na {row} Kenya an {row}\n")).collect();
        assert_eq!(identified(&table).code, "und");
    }

    #[test]
    fn a_long_text_is_judged_by_head_middle_and_tail() {
        let text = format!("{}{}", "سنة ٢٠٢٤ ".repeat(400), "قالت الوزارة إن الطريق مغلق ".repeat(20));
        assert_eq!(identified(&text).code, "ara");
    }
}
