//! What letters and function words of a text say for each language of its script, and for none of them.

use std::sync::LazyLock;

use unicode_script::Script;

use super::chars::{self, lookup};
use super::profiles::{self, PROFILES, ProfileSet};
use super::scan::Scan;

/// Bytes of text whose letters are looked at.
const SAMPLE_BYTES: usize = 1000;
/// Folded words that are looked up: about as much text.
const SAMPLE_WORDS: usize = 180;

/// Letters of a word that is hardly in two languages by chance,
const LONG_WORD: u32 = 4;
/// and what it says, beside 1 for a shorter one.
const LONG_WORD_FOR: f32 = 1.4;
/// What a letter that not all languages of its script have says for those that have it.
const LETTER_FOR: f32 = 0.25;
/// What a letter says against the languages that lack it.
const LETTER_AGAINST: f32 = 0.6;
/// What a word with the Arabic article says for Arabic.
const ARTICLE_FOR: f32 = 0.6;
/// What speaks for a language that much is written in, before anything is read.
const COMMON_FOR: f32 = 0.5;
/// The languages that most of the text on the web is in, of those that share a script.
const COMMON: &str = "ara fas urd heb rus ukr bul bel eng fra deu spa por ita nld swe dan nor fin pol ces slk hun ron tur aze \
    vie ind cat lit lav est slv hrv hin mar";

/// Languages that put a mark on one letter in ten or so,
const MARKED: &str = "ces slk pol hsb dsb hun ron tur vie lit lav isl fao aze tuk kur fin est";
/// and the share of marked letters below which a text is hardly in one of them.
const MARKED_SHARE: f32 = 0.04;

/// What speaks for a language that is not known here: at the start,
const UNKNOWN_AT_FIRST: f32 = 0.8;
/// for each word that no list has,
const UNKNOWN_WORD: f32 = 0.06;
/// for each word of `k` lists, `k / (k + UNKNOWN_SHARED)`: what many languages say, one more may say,
const UNKNOWN_SHARED: f32 = 3.0;
/// and for each sign that programs and tables are full of.
const UNKNOWN_SIGN: f32 = 0.5;
/// The lead over the next language below which two are not told apart.
const LEAST_LEAD: f32 = 0.4;

/// The language of a text in `script` that most speaks for, with a score of 0 to 1; none where nothing leads.
pub fn weigh(text: &str, scan: &Scan, script: &str) -> Option<(&'static str, f32)> {
    let mut evidence = Evidence::new();
    evidence.words(scan);
    evidence.letters(text, script);
    let (first, lead) = evidence.best(script);
    (lead >= LEAST_LEAD).then(|| (PROFILES[first].code, lead / (lead + 1.0)))
}

/// Head, middle and tail of `text`, together at most [`SAMPLE_BYTES`], cut between characters; the whole where it is no longer.
pub fn samples(text: &str) -> impl Iterator<Item = &str> {
    const THIRD: usize = SAMPLE_BYTES / 3;
    let pieces = if text.len() <= SAMPLE_BYTES {
        [text, "", ""]
    } else {
        [0, (text.len() - THIRD) / 2, text.len() - THIRD]
            .map(|from| &text[text.ceil_char_boundary(from)..text.floor_char_boundary(from + THIRD)])
    };
    pieces.into_iter()
}

/// Characters of [`samples`].
pub fn sampled(text: &str) -> impl Iterator<Item = char> {
    samples(text).flat_map(str::chars)
}

/// A number for each profile.
type ByProfile = [f32; ProfileSet::BITS as usize];

static AT_FIRST: LazyLock<ByProfile> = LazyLock::new(|| {
    let mut by_profile = [0.0; ProfileSet::BITS as usize];
    for (this, profile) in by_profile.iter_mut().zip(PROFILES) {
        *this = if COMMON.contains(profile.code) { COMMON_FOR } else { 0.0 };
    }
    by_profile
});

static MARKED_SET: LazyLock<ProfileSet> = LazyLock::new(|| {
    let marked = (0..PROFILES.len()).filter(|i| MARKED.contains(PROFILES[*i].code));
    marked.fold(0, |set, i| set | 1 << i)
});

/// How much speaks for each profile, and for none of them.
struct Evidence {
    by_profile: ByProfile,
    unknown: f32,
}

impl Evidence {
    fn new() -> Self {
        Self { by_profile: *AT_FIRST, unknown: UNKNOWN_AT_FIRST }
    }

    /// Adds `weight` to every profile of `set`.
    fn add(&mut self, mut set: ProfileSet, weight: f32) {
        while set != 0 {
            self.by_profile[set.trailing_zeros() as usize] += weight;
            set &= set - 1;
        }
    }

    fn words(&mut self, scan: &Scan) {
        let (words, third) = (&scan.words_folded, SAMPLE_WORDS / 3);
        let parts = if words.len() <= SAMPLE_WORDS {
            [&words[..], &[], &[]]
        } else {
            let middle = (words.len() - third) / 2;
            [&words[..third], &words[middle..middle + third], &words[words.len() - third..]]
        };
        // Numbers are words of every language.
        let unknown_word = UNKNOWN_WORD * scan.words_with_letter as f32 / scan.words.max(1) as f32;
        let (mut places, mut count) = ([0; SAMPLE_WORDS], 0);
        for hash in parts.into_iter().flatten() {
            match profiles::place_of_word(*hash) {
                Some(place) => (places[count], count) = (place, count + 1),
                None => self.unknown += unknown_word,
            }
        }
        let places = &mut places[..count];
        places.sort_unstable();
        for same in places.chunk_by(|a, b| a == b) {
            let word = profiles::words()[same[0] as usize];
            let times = repeated(same.len());
            self.add(word.profiles, times * if word.chars >= LONG_WORD { LONG_WORD_FOR } else { 1.0 });
            let lists = word.profiles.count_ones() as f32;
            self.unknown += times * lists / (lists + UNKNOWN_SHARED);
        }
    }

    fn letters(&mut self, text: &str, script: &str) {
        let of_script = Script::from_short_name(script);
        let (mut plain, mut signs, mut telling) = (0, 0, 0);
        for c in sampled(text) {
            if c.is_ascii() {
                plain += u32::from(c.is_ascii_alphabetic());
                signs += u32::from(is_sign_of_code(c));
                continue;
            }
            let set = match profiles::with_letter(c) {
                0 => profiles::with_letter(lower(c)),
                set => set,
            };
            if set == profiles::ALL {
                continue;
            }
            // Presentation forms and full-width letters stand for letters of any language.
            let is_form = matches!(c, '\u{f900}'..='\u{ffef}');
            let entry = lookup(c);
            if entry.is(chars::LETTER) && !is_form && Some(entry.script) == of_script {
                telling += 1;
                self.add(set, LETTER_FOR + LETTER_AGAINST);
            }
        }
        self.unknown += signs as f32 * UNKNOWN_SIGN;
        self.by_profile.iter_mut().for_each(|this| *this -= telling as f32 * LETTER_AGAINST);
        let missing = MARKED_SHARE * plain as f32 - (telling + 1) as f32;
        if script == "Latn" && missing > 0.0 {
            self.add(*MARKED_SET, -missing * LETTER_AGAINST);
        }
        if script == "Arab" {
            let articles = samples(text).map(articles).sum::<usize>();
            self.by_profile[profiles::ARABIC] += ARTICLE_FOR * articles as f32;
        }
    }

    /// The profile of `script` that most speaks for, and its lead over the next and over the unknown language.
    fn best(&self, script: &str) -> (usize, f32) {
        let (mut first, mut found, mut second) = (0, f32::NEG_INFINITY, self.unknown);
        for index in (0..PROFILES.len()).filter(|i| PROFILES[*i].script == script) {
            let this = self.by_profile[index];
            if this > found {
                second = second.max(found);
                (first, found) = (index, this);
            } else {
                second = second.max(this);
            }
        }
        (first, found - second)
    }
}

/// How many times a word counts that is met `times` times: rows of a table that begin alike do not decide.
fn repeated(times: usize) -> f32 {
    (times as f32).sqrt()
}

fn is_sign_of_code(c: char) -> bool {
    matches!(c, '{' | '}' | '[' | ']' | '<' | '>' | '=' | '_' | '|' | '\\')
}

fn lower(c: char) -> char {
    // Dotted capital I has two characters in lower case, of which the first is what it stands for.
    c.to_lowercase().next().unwrap_or(c)
}

/// Words with the Arabic article, alone or after a conjunction or preposition of one letter, and with three letters after it.
fn articles(sample: &str) -> usize {
    let with_article = |word: &&str| {
        let rest = word.strip_prefix(['و', 'ف', 'ب', 'ك']).unwrap_or(word);
        let stem = rest.strip_prefix("ال").or_else(|| word.strip_prefix("لل"));
        // Letters of Arabic have two bytes each.
        stem.is_some_and(|stem| stem.len() >= 6)
    };
    sample.split_ascii_whitespace().filter(with_article).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sample_is_head_middle_and_tail_cut_between_characters() {
        let text = format!("{}{}{}", "رأس ".repeat(400), "وسط ".repeat(400), "ذيل ".repeat(400));
        let pieces: Vec<_> = samples(&text).collect();
        assert!(pieces.concat().len() <= SAMPLE_BYTES);
        assert!(pieces[0].starts_with("رأس") && pieces[1].contains("وسط") && pieces[2].ends_with("ذيل "));
        assert_eq!(samples("abc").collect::<String>(), "abc");
    }

    #[test]
    fn articles_stand_alone_or_after_a_letter() {
        assert_eq!(articles("قال الوزير والمدير للناس بالأمس إن الى التي"), 4);
        assert_eq!(articles("آلة والي كالا"), 0);
    }
}
