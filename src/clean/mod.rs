//! Text to clean text: characters put right, shrapnel of markup cut, residue of the page taken out.
//!
//! Every rule has a file; each gives the same when it is applied again, and so does the whole. Nothing lossy happens to what stays:
//! marks, hamza, digits and punctuation are as they were.

mod arabic;
mod mojibake;
mod parted;
mod residue;
mod shrapnel;
mod unicode;
mod whitespace;

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::model::document::Document;
use crate::model::lines::{CleanLine, Cleaned, LineChange};
use crate::model::paragraph::Kind;
use crate::text::lines::is_hard_wrapped;

use self::residue::Line;

/// Bumped whenever the same text is cleaned to another.
pub const VERSION: u32 = 5;

/// Keys of `[clean]` in a recipe.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CleanOptions {
    /// Whether anything is cleaned at all; where not, title and text stay byte for byte.
    pub enabled: bool,
    /// Mend text that was read in a wrong charset.
    pub mojibake: bool,
    /// Cut halves of tags and whole tags, and put entities right.
    pub shrapnel: bool,
    /// Take out tatweel that only stretches.
    pub tatweel: bool,
    /// Take out lines that the page says, not the article.
    pub residue: bool,
}

impl Default for CleanOptions {
    fn default() -> Self {
        Self { enabled: true, mojibake: true, shrapnel: true, tatweel: true, residue: true }
    }
}

/// Cleans documents; its buffers are reused from one to the next.
pub struct Cleaner {
    options: CleanOptions,
    text: String,
    spans: Vec<Span>,
}

/// A line that is not blank, as a span of the repaired text.
#[derive(Clone, Copy)]
struct Span {
    start: usize,
    end: usize,
    line: u32,
    block: Option<u32>,
    kind: Kind,
    gap: bool,
}

impl Cleaner {
    /// A cleaner with these options.
    pub fn new(options: &CleanOptions) -> Self {
        Self { options: options.clone(), text: String::new(), spans: Vec::new() }
    }

    /// Cleans one document.
    pub fn clean(&mut self, document: Document) -> Cleaned {
        let mut cleaned = Cleaned { metadata: document.metadata, blocks: document.blocks, ..Cleaned::default() };
        for field in [&mut cleaned.metadata.title, &mut cleaned.metadata.author, &mut cleaned.metadata.site] {
            *field = field.take().map(|value| self.field(value)).filter(|value| !value.is_empty());
        }
        self.repair(&document.text, &mut cleaned);
        let lines = self.spans.iter().map(|s| (&self.text[s.start..s.end], s.gap));
        cleaned.is_wrapped = cleaned.blocks.is_empty() && is_hard_wrapped(lines);
        let rules = if self.options.residue {
            let lines = self.lines(cleaned.is_wrapped);
            residue::rules(&lines, &mut cleaned.metadata, !cleaned.blocks.is_empty())
        } else {
            vec![None; self.spans.len()]
        };
        self.keep(&rules, &document.text, &mut cleaned);
        cleaned
    }

    /// The lines as residue is looked for among them. A line of a paragraph that was cut to a width is part of it, whatever it says.
    fn lines(&self, is_wrapped: bool) -> Vec<Line<'_>> {
        let line = |(at, span): (usize, &Span)| {
            let is_continued = self.spans.get(at + 1).is_some_and(|next| !next.gap);
            let is_part = is_wrapped && (!span.gap || is_continued);
            Line {
                text: &self.text[span.start..span.end],
                is_fixed: is_part || matches!(span.kind, Kind::Code | Kind::Table),
            }
        };
        self.spans.iter().enumerate().map(line).collect()
    }

    /// A field of one line: a title, a name.
    fn field(&self, value: String) -> String {
        let joined = value.split(['\n', '\r']).map(str::trim).filter(|l| !l.is_empty()).collect::<Vec<_>>().join(" ");
        let (repaired, _) = self.line(&joined, Kind::Paragraph);
        repaired.into_owned()
    }

    /// Puts the repaired lines of `text` into the buffers; a line of which nothing is left is a change.
    fn repair(&mut self, text: &str, cleaned: &mut Cleaned) {
        self.text.clear();
        self.spans.clear();
        let mut gap = true;
        let mut block = 0;
        for (number, line) in (0u32..).zip(text.split('\n')) {
            while cleaned.blocks.get(block).is_some_and(|b| b.lines.end <= number) {
                block += 1;
            }
            let of_block = cleaned.blocks.get(block).filter(|b| b.lines.contains(&number));
            let kind = of_block.map_or(Kind::Paragraph, |b| b.kind);
            let (repaired, rule) = self.line(line, kind);
            if repaired.trim().is_empty() {
                gap = true;
                if rule.is_some() && !line.trim().is_empty() {
                    cleaned.changes.push(change(number, rule.unwrap_or_default(), line, None));
                }
                continue;
            }
            if let Some(rule) = rule {
                cleaned.changes.push(change(number, rule, line, Some(repaired.as_ref().to_owned())));
            }
            let start = self.text.len();
            self.text.push_str(&repaired);
            let block = of_block.map(|_| block as u32);
            // Printed text often opens a paragraph with an indent instead of a blank line.
            let opens = gap || block.is_none() && (line.starts_with("  ") || line.starts_with('\t'));
            self.spans.push(Span { start, end: self.text.len(), line: number, block, kind, gap: opens });
            gap = false;
        }
    }

    /// A line with its characters, its letters and its markup put right, and the rule that a reader would notice.
    fn line<'l>(&self, line: &'l str, kind: Kind) -> (Cow<'l, str>, Option<&'static str>) {
        if kind == Kind::Code {
            return (chain(Cow::Borrowed(line), unicode::apply), None);
        }
        let mut rule = None;
        let mut text = Cow::Borrowed(line);
        if self.options.mojibake {
            // First of all: some of its bytes show as joiners and spaces that the next rule takes out.
            text = mojibake::apply(line);
            rule = matches!(text, Cow::Owned(_)).then_some("mojibake");
        }
        text = chain(text, unicode::apply);
        if self.options.tatweel {
            text = chain(text, arabic::apply);
        }
        if self.options.shrapnel
            && let Cow::Owned(mended) = parted::apply(&text)
        {
            (text, rule) = (Cow::Owned(mended), rule.or(Some("shrapnel")));
        }
        if self.options.shrapnel && memchr::memchr3(b'<', b'>', b'&', text.as_bytes()).is_some() {
            let before = whitespace::apply(&text).into_owned();
            // A whole line is told from its ends, so white space goes first.
            let after =
                chain(chain(Cow::Owned(shrapnel::apply(&before).into_owned()), unicode::apply), whitespace::apply)
                    .into_owned();
            if after != before {
                rule = rule.or(Some("shrapnel"));
            }
            return (Cow::Owned(after), rule);
        }
        (chain(text, whitespace::apply), rule)
    }

    /// Copies the lines that stay and notes the others.
    fn keep(&mut self, rules: &[Option<&'static str>], original: &str, cleaned: &mut Cleaned) {
        let mut gap_before = false;
        let originals: Vec<&str> =
            if rules.iter().any(Option::is_some) { original.split('\n').collect() } else { Vec::new() };
        for (span, rule) in self.spans.iter().zip(rules) {
            if let Some(rule) = rule {
                let text = originals.get(span.line as usize).copied().unwrap_or("");
                // One row a line and rule: a repaired line that goes has the row of its repair as well.
                cleaned.changes.push(change(span.line, rule, text, None));
                gap_before = true;
                continue;
            }
            let start = cleaned.text.len();
            cleaned.text.push_str(&self.text[span.start..span.end]);
            let end = cleaned.text.len();
            cleaned.text.push('\n');
            let gap = span.gap || gap_before || cleaned.lines.is_empty();
            cleaned.lines.push(CleanLine { start, end, line: span.line, block: span.block, gap });
            gap_before = false;
        }
        cleaned.text.pop();
        cleaned
            .changes
            .sort_by(|a, b| a.line.cmp(&b.line).then_with(|| b.replacement.is_some().cmp(&a.replacement.is_some())));
    }
}

fn change(line: u32, rule: &'static str, text: &str, replacement: Option<String>) -> LineChange {
    LineChange { line, rule: Cow::Borrowed(rule), text: text.to_owned(), replacement }
}

/// Applies a rule to what an earlier one gave, borrowing as long as nothing changes.
fn chain<'l>(text: Cow<'l, str>, rule: fn(&str) -> Cow<'_, str>) -> Cow<'l, str> {
    match text {
        Cow::Borrowed(text) => rule(text),
        Cow::Owned(text) => match rule(&text) {
            Cow::Borrowed(same) if same.len() == text.len() => Cow::Owned(text),
            changed => Cow::Owned(changed.into_owned()),
        },
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::document::{Block, Metadata};
    use crate::segment::segment;

    fn clean(text: &str) -> Cleaned {
        let document = Document { text: text.to_owned(), ..Document::default() };
        Cleaner::new(&CleanOptions::default()).clean(document)
    }

    fn lines(cleaned: &Cleaned) -> Vec<&str> {
        cleaned.lines.iter().map(|l| &cleaned.text[l.start..l.end]).collect()
    }

    const PAGE: &str = "بريد الضفة\n\nمكتبة جديدة تفتح أبوابها على ضفة النهر الكبير\n\nافتتح المجلس البلدي أمس مكتبة عامة على ضفة النهر بحضور جمع كبير من الأهالي والطلاب، وتضم أكثر من عشرة آلاف كتاب.\nأخبار محلية –\n\nقالت مديرة المكتبة إن القاعات مفتوحة للجميع، وإن “الدخول مجاني طوال العام”. >\n\nوأضافت أن قسما خاصا بالأطفال سيفتتح في الشهر المقبل. /p>\n\nملاحظة: هدى الراوي، باحثة في شؤون الكتاب\n\nنهاية الرسالة/\n\n \u{a0}\n\n© قام مركز الضفة بترجمة هذا الخبر من مصدر وكالة النهر\n  • من خلال الانضمام إلى الشبكات الاجتماعية التالية يمكنك متابعة الأخبار .\n  • الأخبار بلغات أخرى :\n  • تابعونا على القنوات، Telegram – Instagram – Facebook .\n  • يدعم :   |    |\nزر الذهاب إلى الأعلى";

    #[test]
    fn a_scraped_page_becomes_the_article_and_every_other_line_has_a_rule() {
        let cleaned = clean(PAGE);
        assert_eq!(
            lines(&cleaned),
            [
                "افتتح المجلس البلدي أمس مكتبة عامة على ضفة النهر بحضور جمع كبير من الأهالي والطلاب، وتضم أكثر من عشرة آلاف كتاب.",
                "قالت مديرة المكتبة إن القاعات مفتوحة للجميع، وإن “الدخول مجاني طوال العام”.",
                "وأضافت أن قسما خاصا بالأطفال سيفتتح في الشهر المقبل.",
            ]
        );
        let m = &cleaned.metadata;
        assert_eq!(m.title.as_deref(), Some("مكتبة جديدة تفتح أبوابها على ضفة النهر الكبير"));
        assert_eq!((m.site.as_deref(), m.category.as_deref()), (Some("بريد الضفة"), Some("أخبار محلية")));
        assert_eq!(m.author.as_deref(), Some("هدى الراوي"));
        let rules: Vec<(u32, &str)> = cleaned.changes.iter().map(|c| (c.line, c.rule.as_ref())).collect();
        assert_eq!(
            rules,
            [
                (0, "to_site"),
                (2, "to_title"),
                (5, "to_category"),
                (7, "shrapnel"),
                (9, "shrapnel"),
                (11, "to_author"),
                (13, "end_mark"),
                (17, "copyright"),
                (18, "social"),
                (19, "empty_label"),
                (20, "social"),
                (21, "empty_label"),
                (22, "back_to_top"),
            ]
        );
    }

    #[test]
    fn pages_of_other_languages_lose_their_residue_too() {
        let body =
            "The ferry that crosses the lake was late again on Monday, and people who waited read the new timetable.";
        let page = format!(
            "Home > News > Lake\n\nFerry late again as lake freezes over\nBy Nora Lindqvist\nPublished: 2024-05-03\n\n{body}\n\nRead more: Ice on the lake\n\n{body} Again.\n\nPhoto: Nora Lindqvist\nShare this article\nTags: lake, ferry\n© 2024 Lake Post. All rights reserved.\nBack to top"
        );
        let cleaned = clean(&page);
        assert_eq!(lines(&cleaned), [body, &format!("{body} Again.")]);
        assert_eq!(cleaned.metadata.author.as_deref(), Some("Nora Lindqvist"));
        assert_eq!(cleaned.metadata.category.as_deref(), Some("Lake"));
        assert_eq!(cleaned.metadata.published, Some(1_714_694_400_000));
        assert_eq!(cleaned.metadata.title.as_deref(), Some("Ferry late again as lake freezes over"));
    }

    #[test]
    fn sentences_that_speak_of_such_things_stay() {
        for text in [
            "قال المدير: جميع الحقوق محفوظة للمؤلف في هذا الكتاب الذي صدر قبل عام، وأضاف أن الدار ستعيد طبعه في الربيع المقبل مع مقدمة جديدة كتبها المؤلف نفسه عن سنوات عمله في المدينة وعن أصدقائه فيها وعن الكتب التي قرأها هناك في تلك السنوات البعيدة.",
            "Facebook and Twitter said on Monday that they would remove the pages after a request from the council.",
            "She told the court she had read more than the lawyers thought.",
            "انتهى العمل في الجسر قبل موعده.",
            "The end of the line is a small station.",
        ] {
            assert_eq!(lines(&clean(text)), [text]);
        }
    }

    #[test]
    fn code_and_tables_stay_as_they_are() {
        let blocks = vec![Block { kind: Kind::Code, lines: 0..3 }, Block { kind: Kind::Table, lines: 4..6 }];
        let text = "if a  < b {\n    print(\"<p>\")\n}\n\nhome | 3\n--- | ---";
        let document = Document { metadata: Metadata::default(), text: text.to_owned(), blocks };
        let cleaned = Cleaner::new(&CleanOptions::default()).clean(document);
        assert_eq!(lines(&cleaned), ["if a  < b {", "    print(\"<p>\")", "}", "home | 3", "--- | ---"]);
    }

    #[test]
    fn a_known_title_is_not_text() {
        let metadata = Metadata { title: Some("افتتاح المكتبة ".into()), ..Metadata::default() };
        let text = "إفتتاح المكتبة\nافتتحت المكتبة أمس.".to_owned();
        let cleaned = Cleaner::new(&CleanOptions::default()).clean(Document { metadata, text, blocks: vec![] });
        assert_eq!(lines(&cleaned), ["افتتحت المكتبة أمس."]);
        assert_eq!(cleaned.metadata.title.as_deref(), Some("افتتاح المكتبة"));
    }

    #[test]
    fn text_is_mended_before_its_invisible_characters_go() {
        let text = "قال “نعم” ثم ذهب à Orléans";
        let broken = encoding_rs::WINDOWS_1256.decode_without_bom_handling(text.as_bytes()).0.into_owned();
        assert!(broken.contains('\u{200c}') || broken.contains('\u{a0}'));
        let cleaned = clean(&broken);
        assert_eq!(lines(&cleaned), [text]);
        assert_eq!(cleaned.changes[0].rule, "mojibake");
    }

    #[test]
    fn an_indent_opens_a_paragraph_of_wrapped_text() {
        let text = "The ferry that crosses the lake at noon\nwas late again on Monday.\n    The people who waited on the pier read\nthe notice about the new hours of the\nsummer, and nobody had told the baker\nwho opens at five about the ice.\n    He sold his bread all the same, as the\nharbour master told the paper that day\nwith a smile.";
        let document = segment(&clean(text));
        assert_eq!(document.paragraphs.len(), 3, "{}", document.text);
        assert!(document.text.contains("read the notice about"), "{}", document.text);
    }

    #[test]
    fn residue_that_other_residue_hid_goes_too() {
        assert_eq!(lines(&clean("end\nأخبار محلية –")), Vec::<&str>::new());
    }

    /// Lines of text and of residue in several scripts, some broken.
    fn any_line() -> impl Strategy<Value = String> {
        let mut pieces: Vec<String> = PAGE.lines().map(str::to_owned).collect();
        pieces.extend(
            [
                "A sentence of an article that goes on for a while, as sentences do, and ends.",
                "Home > News",
                "By Nora Lindqvist",
                "Share",
                "Read more: x",
                "----",
                "• • •",
                "Sport |",
                "Tags: a, b",
                "source: x",
                "مـرحبا &amp;amp; <p>أهلا</p> br>",
                "x > 5 and <b",
                "© 2024",
                "end",
                "café\u{301}",
                "Ø§Ù„Ù…Ø¯ÙŠÙ†Ø©",
                "…",
                "Note:",
                "川のほとりに新しい図書館が開館した。",
                "関連記事",
                "Published: 2024-01-01",
                "Facebook Twitter",
                "a:",
                "",
            ]
            .map(str::to_owned),
        );
        prop_oneof![
            4 => prop::sample::select(pieces),
            1 => "[a-zاب<>&;/ :.–|\u{200c}\u{a0}]{0,30}",
        ]
    }

    proptest! {
        #[test]
        fn cleaning_twice_is_cleaning_once(text in prop::collection::vec(any_line(), 0..14)) {
            let once = clean(&text.join("\n"));
            // The lines of a wrapped paragraph become one, which says more than any of them.
            prop_assume!(!once.is_wrapped);
            let document = segment(&once);
            let again = Cleaner::new(&CleanOptions::default()).clean(Document {
                metadata: once.metadata.clone(),
                text: document.text.clone(),
                blocks: vec![],
            });
            prop_assert_eq!(segment(&again).text, document.text);
            let mut numbers: Vec<_> = once.changes.iter().map(|c| (c.line, c.rule.clone())).collect();
            numbers.dedup();
            prop_assert_eq!(numbers.len(), once.changes.len());
        }
    }
}
