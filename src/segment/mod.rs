//! Clean lines to paragraphs.
//!
//! Blocks of markup are paragraphs of their kind. In text without markup every line is a paragraph, save in hard-wrapped text,
//! whose lines are joined up to the blank line.

use serde::{Deserialize, Serialize};

use crate::model::lines::{CleanLine, Cleaned};
use crate::model::paragraph::{CleanDocument, Kind, PARAGRAPH_BREAK, Paragraph};
use crate::text::chars;

/// Bumped whenever the same lines give other paragraphs.
pub const VERSION: u32 = 1;

/// What one record is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Unit {
    /// One paragraph.
    #[default]
    Paragraph,
    /// One whole document.
    Document,
}

/// Keys of `[segment]` in a recipe.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SegmentOptions {
    /// What becomes one record.
    pub unit: Unit,
}

/// Cuts a cleaned text into paragraphs; characters and words of each are 0 until it is scanned.
pub fn segment(cleaned: &Cleaned) -> CleanDocument {
    let mut document = CleanDocument {
        text: String::with_capacity(cleaned.text.len() + cleaned.lines.len() * PARAGRAPH_BREAK.len()),
        paragraphs: Vec::new(),
    };
    let wrapped = cleaned.is_wrapped;
    let mut lines = cleaned.lines.iter().peekable();
    while let Some(first) = lines.next() {
        let kind = first.block.map_or(Kind::Paragraph, |b| cleaned.blocks[b as usize].kind);
        let start = open(&mut document);
        document.text.push_str(line_text(cleaned, first));
        while let Some(next) = lines.next_if(|next| joins(first, next, wrapped)) {
            let text = line_text(cleaned, next);
            document.text.push_str(if wrapped { wrap_separator(&document.text, text) } else { "\n" });
            document.text.push_str(text);
        }
        close(&mut document, start, kind);
    }
    document
}

/// A text that was not cleaned, as paragraphs: its lines that are not blank, trimmed.
pub fn segment_raw(text: &str) -> CleanDocument {
    let mut document = CleanDocument::default();
    for line in text.split('\n').map(str::trim).filter(|line| !line.is_empty()) {
        let start = open(&mut document);
        document.text.push_str(line);
        close(&mut document, start, Kind::Paragraph);
    }
    document
}

/// A whole text as one record, as it is.
pub fn whole(text: String) -> CleanDocument {
    let paragraph = Paragraph { kind: Kind::Document, bytes: 0..text.len(), chars: 0, words: 0 };
    CleanDocument { text, paragraphs: vec![paragraph] }
}

fn open(document: &mut CleanDocument) -> usize {
    if !document.text.is_empty() {
        document.text.push_str(PARAGRAPH_BREAK);
    }
    document.text.len()
}

fn close(document: &mut CleanDocument, start: usize, kind: Kind) {
    // Code keeps the indentation of its lines, but a record neither begins nor ends with white space.
    let text = &document.text[start..];
    let leading = text.len() - text.trim_start().len();
    document.text.drain(start..start + leading);
    let end = start + document.text[start..].trim_end().len();
    document.text.truncate(end);
    if end > start {
        document.paragraphs.push(Paragraph { kind, bytes: start..end, chars: 0, words: 0 });
    } else {
        let end = document.paragraphs.last().map_or(0, |p| p.bytes.end);
        document.text.truncate(end);
    }
}

fn line_text<'c>(cleaned: &'c Cleaned, line: &CleanLine) -> &'c str {
    &cleaned.text[line.start..line.end]
}

fn joins(first: &CleanLine, next: &CleanLine, wrapped: bool) -> bool {
    match first.block {
        Some(block) => next.block == Some(block),
        None => wrapped && !next.gap && next.block.is_none(),
    }
}

/// What stands between two lines that were one: a space, but nothing within a script that is written without spaces.
fn wrap_separator(before: &str, after: &str) -> &'static str {
    let unspaced = |c: Option<char>| c.is_some_and(chars::is_unspaced);
    if unspaced(before.chars().next_back()) && unspaced(after.chars().next()) { "" } else { " " }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::document::Block;
    use crate::text::lines::is_hard_wrapped;

    fn cleaned(text: &str, blocks: Vec<Block>) -> Cleaned {
        let mut cleaned = Cleaned { blocks, ..Cleaned::default() };
        let mut gap = true;
        for (number, line) in text.split('\n').enumerate() {
            if line.is_empty() {
                gap = true;
                continue;
            }
            let start = cleaned.text.len();
            cleaned.text.push_str(line);
            let end = cleaned.text.len();
            cleaned.text.push('\n');
            let number = number as u32;
            let block = cleaned.blocks.iter().position(|b| b.lines.contains(&number)).map(|b| b as u32);
            cleaned.lines.push(CleanLine { start, end, line: number, block, gap });
            gap = false;
        }
        let lines = cleaned.lines.iter().map(|l| (&cleaned.text[l.start..l.end], l.gap));
        cleaned.is_wrapped = cleaned.blocks.is_empty() && is_hard_wrapped(lines);
        cleaned
    }

    fn texts(document: &CleanDocument) -> Vec<&str> {
        document.paragraphs.iter().map(|p| &document.text[p.bytes.clone()]).collect()
    }

    #[test]
    fn every_line_is_a_paragraph_in_text_without_markup() {
        let document = segment(&cleaned("الأول\nالثاني\n\nالثالث", vec![]));
        assert_eq!(texts(&document), ["الأول", "الثاني", "الثالث"]);
        assert_eq!(document.text, "الأول\n\nالثاني\n\nالثالث");
    }

    #[test]
    fn hard_wrapped_lines_are_joined_up_to_the_blank_line() {
        let text = "The ferry that crosses the lake at\nnoon was late again on Monday, and\nthe people who waited on the pier\nread the notice about the new hours\nof the summer.\n\nNobody had told the baker about it.";
        let document = segment(&cleaned(text, vec![]));
        assert_eq!(document.paragraphs.len(), 2);
        assert!(texts(&document)[0].contains("lake at noon was"), "{}", document.text);
    }

    #[test]
    fn wrapped_lines_of_a_script_without_spaces_are_joined_without_one() {
        let text = "正午に湖を渡る船は月曜日もまた遅れ\n桟橋で待つ人々は夏の新しい時刻表の\nお知らせを読みながら静かに船を待ち\n続けていたが誰もパン屋には知らせて\nいなかった。";
        let document = segment(&cleaned(text, vec![]));
        assert_eq!(document.paragraphs.len(), 1);
        assert!(!document.text.contains(' '));
    }

    #[test]
    fn short_lines_of_a_poem_stay_lines() {
        let document = segment(&cleaned("One.\nTwo roads went on.\nThree.\nFour rivers.\nFive.\nSix.", vec![]));
        assert_eq!(document.paragraphs.len(), 6);
    }

    #[test]
    fn a_block_of_markup_is_one_paragraph_of_its_kind() {
        let blocks = vec![
            Block { kind: Kind::Heading, lines: 0..1 },
            Block { kind: Kind::List, lines: 2..4 },
            Block { kind: Kind::Code, lines: 5..7 },
        ];
        let document = segment(&cleaned("Tools\n\nsieve\nspoon\n\n  a = 1\n    b", blocks));
        assert_eq!(texts(&document), ["Tools", "sieve\nspoon", "a = 1\n    b"]);
        assert_eq!(document.paragraphs[2].kind, Kind::Code);
    }
}
