//! One pass over a cleaned document: characters, words, folded words, units for shingles, lines, scripts.

use icu_segmenter::options::WordBreakInvariantOptions;
use icu_segmenter::{WordSegmenter, WordSegmenterBorrowed};
use unicode_script::Script;
use xxhash_rust::xxh3::{xxh3_64, xxh3_128};

use crate::model::paragraph::{CleanDocument, PARAGRAPH_BREAK};

use super::chars::{self, Char, Fold, lookup};
use super::fold::fold;

/// A line of a paragraph.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line {
    /// Hash of its bytes.
    pub hash: u64,
    /// Its characters.
    pub chars: u32,
    /// It ends a sentence, closing quotation marks and brackets aside.
    pub ends_sentence: bool,
    /// It ends with an ellipsis.
    pub ends_ellipsis: bool,
    /// It opens with a bullet.
    pub is_bullet: bool,
}

/// Everything that one pass finds.
#[derive(Clone, Debug, Default)]
pub struct Scan {
    /// Characters of the text, paragraph breaks among them.
    pub chars: u64,
    /// Words of all paragraphs.
    pub words: u64,
    /// Words with a letter in them.
    pub words_with_letter: u64,
    /// Letters and numbers in words; marks are not counted.
    pub word_chars: u64,
    /// Letters.
    pub letters: u64,
    /// Digits and other numbers.
    pub numbers: u64,
    /// Punctuation.
    pub punctuation: u64,
    /// Symbols.
    pub symbols: u64,
    /// Letters of scripts that are written without spaces.
    pub unspaced: u64,
    /// Hash signs.
    pub hash_signs: u64,
    /// Ellipses, of one character or of three points.
    pub ellipses: u64,
    /// Opening braces: articles have none, programs and templates many.
    pub braces: u64,
    /// Letters by script, in order of first appearance.
    pub scripts: Vec<(Script, u64)>,
    /// Its lines, in order.
    pub lines: Vec<Line>,
    /// xxh3-128 of the folded text, words separated by one space; of the text itself where nothing is left of it.
    pub fold_hash: u128,
    /// Hash of each folded word, in order of the text; in scripts without spaces words of a dictionary.
    pub words_folded: Vec<u64>,
    /// Characters of each folded word.
    pub word_lengths: Vec<u32>,
    /// As [`Self::words_folded`], but in scripts without spaces each letter with its marks.
    pub units: Vec<u64>,
}

/// Scans documents; its buffers are reused from one to the next.
pub struct Scanner {
    scan: Scan,
    folded: Vec<u8>,
    word_start: usize,
    folded_chars: u32,
    segmenter: WordSegmenterBorrowed<'static>,
}

impl Default for Scanner {
    fn default() -> Self {
        Self::new()
    }
}

impl Scanner {
    /// A scanner with empty buffers.
    pub fn new() -> Self {
        Self {
            scan: Scan::default(),
            folded: Vec::new(),
            word_start: 0,
            folded_chars: 0,
            segmenter: WordSegmenter::new_dictionary(WordBreakInvariantOptions::default()),
        }
    }

    /// Scans the document and fills in characters and words of its paragraphs.
    pub fn scan(&mut self, document: &mut CleanDocument) -> &Scan {
        self.clear();
        for index in 0..document.paragraphs.len() {
            let paragraph = &mut document.paragraphs[index];
            let text = &document.text[paragraph.bytes.clone()];
            let (before_chars, before_words) = (self.scan.chars, self.scan.words);
            // What parts paragraphs, or lines of code, is no line.
            for line in text.split('\n').filter(|line| !line.is_empty()) {
                self.line(line);
            }
            // Line ends within the paragraph are characters of it.
            self.scan.chars += text.bytes().filter(|b| *b == b'\n').count() as u64;
            paragraph.chars = (self.scan.chars - before_chars) as u32;
            paragraph.words = (self.scan.words - before_words) as u32;
        }
        self.scan.chars += (document.paragraphs.len().saturating_sub(1) * PARAGRAPH_BREAK.len()) as u64;
        if self.folded.last() == Some(&b' ') {
            self.folded.pop();
        }
        let is_empty = self.folded.is_empty();
        // Texts of nothing but symbols would all be equal.
        self.scan.fold_hash = xxh3_128(if is_empty { document.text.as_bytes() } else { &self.folded });
        &self.scan
    }

    fn clear(&mut self) {
        let Scan { scripts, lines, words_folded, word_lengths, units, .. } = std::mem::take(&mut self.scan);
        let (mut scripts, mut lines) = (scripts, lines);
        let (mut words_folded, mut word_lengths, mut units) = (words_folded, word_lengths, units);
        scripts.clear();
        lines.clear();
        words_folded.clear();
        word_lengths.clear();
        units.clear();
        self.scan = Scan { scripts, lines, words_folded, word_lengths, units, ..Scan::default() };
        self.folded.clear();
        self.word_start = 0;
        self.folded_chars = 0;
    }

    fn line(&mut self, line: &str) {
        let mut state = LineState::default();
        let mut rest = line.chars();
        while let Some(c) = rest.next() {
            let entry = lookup(c);
            if entry.is(chars::UNSPACED) {
                let at = line.len() - rest.as_str().len() - c.len_utf8();
                let run = unspaced_run(&line[at..]);
                self.end_word(&mut state);
                self.end_folded();
                self.unspaced(run, &mut state);
                rest = line[at + run.len()..].chars();
                continue;
            }
            state.see(c, entry);
            self.character(c, entry, &mut state);
        }
        self.end_word(&mut state);
        self.end_folded();
        self.count_script(state.script, state.of_script);
        self.scan.chars += u64::from(state.chars);
        self.scan.ellipses += u64::from(state.ellipses);
        self.scan.lines.push(Line {
            hash: xxh3_64(line.as_bytes()),
            chars: state.chars,
            ends_sentence: state.ends_sentence,
            ends_ellipsis: state.ends_ellipsis,
            is_bullet: state.is_bullet,
        });
    }

    fn character(&mut self, c: char, entry: &Char, state: &mut LineState) {
        let scan = &mut self.scan;
        if entry.is(chars::WORD) {
            if !state.in_word {
                state.in_word = true;
                scan.words += 1;
            }
            if entry.is(chars::LETTER) {
                state.has_letter = true;
                scan.letters += 1;
                scan.word_chars += 1;
                if entry.script != state.script {
                    self.count_script(state.script, state.of_script);
                    (state.script, state.of_script) = (entry.script, 0);
                }
                state.of_script += 1;
            } else if entry.is(chars::NUMBER) {
                scan.numbers += 1;
                scan.word_chars += 1;
            }
        } else {
            match entry.class {
                class if class & chars::PUNCTUATION != 0 => scan.punctuation += 1,
                class if class & chars::SYMBOL != 0 => scan.symbols += 1,
                _ => {}
            }
            match c {
                '#' => scan.hash_signs += 1,
                '{' => scan.braces += 1,
                _ => {}
            }
            if !(state.in_word && entry.is(chars::JOINER)) {
                self.end_word(state);
            }
        }
        self.fold(c, entry);
    }

    fn fold(&mut self, c: char, entry: &Char) {
        match entry.fold {
            Fold::Letter(letter) => self.push_folded(letter),
            Fold::Space => self.end_folded(),
            Fold::Nothing => {}
            Fold::Long => {
                for c in fold(c).chars() {
                    if c == ' ' {
                        self.end_folded();
                    } else {
                        self.push_folded(c);
                    }
                }
            }
        }
    }

    fn push_folded(&mut self, c: char) {
        self.folded.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
        self.folded_chars += 1;
    }

    /// Ends the word that is open in the stored text.
    fn end_word(&mut self, state: &mut LineState) {
        if state.in_word {
            self.scan.words_with_letter += u64::from(state.has_letter);
            (state.in_word, state.has_letter) = (false, false);
        }
    }

    /// Ends the word that is open in the folded text.
    fn end_folded(&mut self) {
        if self.folded.len() > self.word_start {
            let hash = xxh3_64(&self.folded[self.word_start..]);
            self.scan.words_folded.push(hash);
            self.scan.word_lengths.push(self.folded_chars);
            self.scan.units.push(hash);
            self.folded.push(b' ');
        }
        self.word_start = self.folded.len();
        self.folded_chars = 0;
    }

    /// A run of a script that is written without spaces: words by the dictionary, units by letter.
    fn unspaced(&mut self, run: &str, state: &mut LineState) {
        for c in run.chars() {
            let entry = lookup(c);
            state.see(c, entry);
            if entry.is(chars::LETTER) {
                self.scan.letters += 1;
                self.scan.unspaced += 1;
                self.scan.word_chars += 1;
                if entry.script != state.script {
                    self.count_script(state.script, state.of_script);
                    (state.script, state.of_script) = (entry.script, 0);
                }
                state.of_script += 1;
            } else if entry.is(chars::NUMBER) {
                self.scan.numbers += 1;
                self.scan.word_chars += 1;
            }
        }
        let mut start = 0;
        for end in self.segmenter.segment_str(run).skip(1) {
            let word = &run[start..end];
            start = end;
            if word.chars().any(|c| lookup(c).is(chars::WORD)) {
                self.scan.words += 1;
                self.scan.words_with_letter += u64::from(word.chars().any(|c| lookup(c).is(chars::LETTER)));
                self.unspaced_word(word);
            }
        }
        // Runs of two scripts or beside one another are one stretch of folded text; words part where the text has a space.
        self.word_start = self.folded.len();
        if !self.folded.is_empty() && self.folded.last() != Some(&b' ') {
            self.folded.push(b' ');
            self.word_start = self.folded.len();
        }
    }

    fn unspaced_word(&mut self, word: &str) {
        let from = self.folded.len();
        let mut unit = from;
        let mut length = 0;
        for c in word.chars() {
            let entry = lookup(c);
            if !entry.is(chars::MARK) && self.folded.len() > unit {
                self.scan.units.push(xxh3_64(&self.folded[unit..]));
                unit = self.folded.len();
            }
            for folded in fold(c).chars().filter(|c| *c != ' ') {
                let mut buffer = [0; 4];
                self.folded.extend_from_slice(folded.encode_utf8(&mut buffer).as_bytes());
                length += 1;
            }
        }
        if self.folded.len() > unit {
            self.scan.units.push(xxh3_64(&self.folded[unit..]));
        }
        if self.folded.len() > from {
            self.scan.words_folded.push(xxh3_64(&self.folded[from..]));
            self.scan.word_lengths.push(length);
        }
    }

    fn count_script(&mut self, script: Script, letters: u64) {
        if letters == 0 {
            return;
        }
        match self.scan.scripts.iter_mut().find(|(s, _)| *s == script) {
            Some((_, count)) => *count += letters,
            None => self.scan.scripts.push((script, letters)),
        }
    }
}

/// The run of characters of unspaced scripts that `text` begins with, marks and joiners within it included.
fn unspaced_run(text: &str) -> &str {
    let end = text
        .char_indices()
        .find(|(_, c)| !lookup(*c).is(chars::UNSPACED | chars::JOINER))
        .map_or(text.len(), |(at, _)| at);
    &text[..end]
}

/// What is known of a line while it is scanned.
struct LineState {
    in_word: bool,
    has_letter: bool,
    chars: u32,
    started: bool,
    is_bullet: bool,
    ends_sentence: bool,
    ends_ellipsis: bool,
    dots: u32,
    ellipses: u32,
    /// The script of the last letter, and how many letters of it were not counted yet.
    script: Script,
    of_script: u64,
}

impl Default for LineState {
    fn default() -> Self {
        Self {
            in_word: false,
            has_letter: false,
            chars: 0,
            started: false,
            is_bullet: false,
            ends_sentence: false,
            ends_ellipsis: false,
            dots: 0,
            ellipses: 0,
            script: Script::Unknown,
            of_script: 0,
        }
    }
}

impl LineState {
    #[inline]
    fn see(&mut self, c: char, entry: &Char) {
        self.chars += 1;
        if entry.is(chars::WORD) {
            (self.started, self.ends_sentence, self.ends_ellipsis, self.dots) = (true, false, false, 0);
            return;
        }
        if entry.is(chars::SPACE) {
            return;
        }
        if !self.started {
            self.started = true;
            self.is_bullet = entry.is(chars::BULLET);
        }
        self.dots = if c == '.' { self.dots + 1 } else { 0 };
        let is_ellipsis = c == '…' || self.dots == 3;
        self.ellipses += u32::from(is_ellipsis);
        if !entry.is(chars::CLOSER) {
            self.ends_sentence = entry.is(chars::SENTENCE_END);
            self.ends_ellipsis = c == '…' || self.dots >= 3;
        }
    }
}

impl Scan {
    /// The script of most letters, by its ISO 15924 code; `Zyyy` where there is none. The kana and Han of Japanese are `Jpan`, Hangul is
    /// `Kore`.
    pub fn script(&self) -> &'static str {
        let count = |script| self.scripts.iter().find(|(s, _)| *s == script).map_or(0, |(_, n)| *n);
        let kana = count(Script::Hiragana) + count(Script::Katakana);
        let japanese = if kana > 0 { kana + count(Script::Han) } else { 0 };
        let most = self
            .scripts
            .iter()
            .filter(|(s, _)| !matches!(s, Script::Common | Script::Inherited))
            .max_by_key(|(_, n)| *n);
        match most {
            None => "Zyyy",
            Some((_, n)) if japanese >= *n && kana * 20 >= japanese => "Jpan",
            Some((Script::Hangul, _)) => "Kore",
            Some((script, _)) => script.short_name(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::paragraph::{Kind, Paragraph};

    fn scan(paragraphs: &[&str]) -> (CleanDocument, Scan) {
        let mut document = CleanDocument::default();
        for text in paragraphs {
            if !document.text.is_empty() {
                document.text.push_str(PARAGRAPH_BREAK);
            }
            let start = document.text.len();
            document.text.push_str(text);
            let bytes = start..document.text.len();
            document.paragraphs.push(Paragraph { kind: Kind::Paragraph, bytes, chars: 0, words: 0 });
        }
        let mut scanner = Scanner::new();
        let scan = scanner.scan(&mut document).clone();
        (document, scan)
    }

    fn words(text: &str) -> u32 {
        scan(&[text]).0.paragraphs[0].words
    }

    #[test]
    fn words_are_runs_of_letters_marks_and_numbers() {
        for (text, expected) in [
            ("مُدَرِّسَةٌ جديدة، في 2024!", 4),
            ("می\u{200c}شود", 1),
            ("\u{200c}a \u{200c} b\u{200c}", 2),
            ("don't", 2),
            ("हिन्दी में", 2),
            ("", 0),
            ("— … !", 0),
            ("x2 ½", 2),
        ] {
            assert_eq!(words(text), expected, "{text}");
        }
    }

    #[test]
    fn words_of_scripts_without_spaces_come_from_the_dictionary() {
        assert_eq!(words("ภาษาไทย"), 2);
        let (_, scan) = scan(&["図書館の本A"]);
        assert!(scan.words >= 3 && scan.words < 6, "{}", scan.words);
        // Every letter is a unit of its own, the Latin one as well.
        assert_eq!(scan.units.len(), 6);
        assert_eq!(scan.script(), "Jpan");
    }

    #[test]
    fn characters_are_counted_with_the_breaks_between_paragraphs() {
        let (document, scan) = scan(&["أب", "c\nd"]);
        assert_eq!(scan.chars, document.text.chars().count() as u64);
        assert_eq!(document.paragraphs.iter().map(|p| p.chars).collect::<Vec<_>>(), [2, 3]);
        assert_eq!(scan.lines.len(), 3);
    }

    #[test]
    fn blank_lines_are_no_lines() {
        let (document, scan) = scan(&["a\n\nb\n\nc"]);
        assert_eq!((scan.lines.len(), scan.chars), (3, document.text.chars().count() as u64));
    }

    #[test]
    fn texts_that_differ_in_what_is_folded_have_one_hash() {
        let hash = |text: &str| scan(&[text]).1.fold_hash;
        assert_eq!(hash("قالَ: إنَّ المدرسـة"), hash("قال إن  المدرسه."));
        assert_eq!(hash("Flour, 12 kg"), hash("FLOUR — ١٢ kg"));
        assert_ne!(hash("12 kg"), hash("13 kg"));
        assert_ne!(hash("!!!"), hash("???"));
        assert_eq!(hash("小麦粉、三袋"), hash("小麦粉 三袋"));
    }

    #[test]
    fn lines_know_how_they_end_and_begin() {
        let (_, scan) = scan(&["قال: «انتهى.»", "• item", "wait...", "He (left)."]);
        let facts: Vec<_> = scan.lines.iter().map(|l| (l.ends_sentence, l.ends_ellipsis, l.is_bullet)).collect();
        assert_eq!(facts, [(true, false, false), (false, false, true), (true, true, false), (true, false, false)]);
        assert_eq!(scan.ellipses, 1);
    }

    #[test]
    fn the_script_is_that_of_most_letters() {
        assert_eq!(scan(&["خبر عن Reuters والنهر الكبير"]).1.script(), "Arab");
        assert_eq!(scan(&["123 !"]).1.script(), "Zyyy");
        assert_eq!(scan(&["서울의 봄"]).1.script(), "Kore");
    }
}
