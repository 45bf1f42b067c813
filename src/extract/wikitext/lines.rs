//! Second pass over wikitext: lines to headings, lists, quotations, code and paragraphs.

use std::ops::Range;

use crate::model::document::Block;
use crate::model::paragraph::Kind;
use crate::text::chars;

use super::marks::{BAR, BREAK, CODE_CLOSE, CODE_OPEN, QUOTE_CLOSE, QUOTE_OPEN, REMOVED};
use super::tidy::{push_tidy, push_unquoted};

/// The deepest heading.
const MAX_LEVEL: usize = 6;

/// A paragraph of the article.
struct Piece {
    kind: Kind,
    /// The depth of a heading, from 1.
    level: usize,
    /// Its lines.
    text: Range<usize>,
}

/// The text of an article and its blocks, from what the first pass gives.
pub(super) fn blocks_of(flat: &str) -> (String, Vec<Block>) {
    let mut lines = Lines::default();
    for line in flat.split('\n') {
        lines.push(line);
    }
    lines.end_code();
    lines.end();
    join(&lines.text, &with_content(lines.pieces))
}

#[derive(Default)]
struct Lines {
    text: String,
    pieces: Vec<Piece>,
    /// The lines of the open paragraph, joined.
    paragraph: String,
    /// The items of the open list, one a line; and whether they are mere indents.
    list: String,
    is_indent: bool,
    /// Where the open lines of code begin.
    code: Option<usize>,
    quotes: u32,
    /// A line on its way.
    line: String,
}

impl Lines {
    fn push(&mut self, line: &str) {
        if self.code.is_some() {
            let Some(rest) = line.strip_prefix(CODE_CLOSE) else {
                self.text.push_str(line);
                self.text.push('\n');
                return;
            };
            self.end_code();
            return self.push(rest);
        }
        if line.starts_with(CODE_OPEN) {
            self.end();
            self.code = Some(self.text.len());
            return;
        }
        let mut rest = line;
        while let Some(at) = rest.find([QUOTE_OPEN, QUOTE_CLOSE]) {
            self.push_plain(&rest[..at]);
            self.end();
            let opens = rest[at..].starts_with(QUOTE_OPEN);
            self.quotes = if opens { self.quotes + 1 } else { self.quotes.saturating_sub(1) };
            rest = &rest[at + 1..];
        }
        self.push_plain(rest);
    }

    fn push_plain(&mut self, line: &str) {
        let content = line.trim_start_matches([REMOVED, ' ', '\t']);
        match content.bytes().next() {
            None => self.end_paragraph(),
            Some(b'=') if self.push_heading(content) => {}
            Some(b'*' | b'#' | b':' | b';') => self.push_item(content),
            Some(b'-') if content.starts_with("----") => {
                self.end();
                self.push_plain(content.trim_start_matches(['-', REMOVED, ' ', '\t']));
            }
            // Left of a template or a table that is not closed.
            Some(b'|') => {}
            Some(bar) if bar == BAR as u8 => {}
            Some(_) => self.push_words(line),
        }
    }

    fn push_words(&mut self, line: &str) {
        self.end_list();
        if !self.paragraph.is_empty() {
            let unspaced = |c: Option<char>| c.is_some_and(chars::is_unspaced);
            let next = line.chars().find(|c| *c != REMOVED);
            if !(unspaced(self.paragraph.chars().next_back()) && unspaced(next)) {
                self.paragraph.push(' ');
            }
        }
        push_unquoted(&mut self.paragraph, line.trim_end());
    }

    /// Takes a line as a heading, where it ends as one; gives whether it does.
    fn push_heading(&mut self, line: &str) -> bool {
        let line = line.trim_end_matches(|c: char| c == REMOVED || c.is_whitespace());
        let signs = |bytes: &mut dyn Iterator<Item = u8>| bytes.take_while(|b| *b == b'=').count();
        let level = signs(&mut line.bytes()).min(signs(&mut line.bytes().rev())).min(MAX_LEVEL);
        if level == 0 || line.len() == 1 {
            return false;
        }
        self.end();
        let words = line.get(level..line.len() - level).unwrap_or("");
        self.line.clear();
        push_unquoted(&mut self.line, words);
        let line = std::mem::take(&mut self.line);
        self.push_piece(Kind::Heading, level, &line);
        self.line = line;
        true
    }

    fn push_item(&mut self, line: &str) {
        self.end_paragraph();
        let words = line.trim_start_matches(['*', '#', ':', ';', ' ', '\t']);
        let marks = line[..line.len() - words.len()].trim_end();
        let is_indent = marks.bytes().all(|b| b == b':');
        if !self.list.is_empty() && self.is_indent && !is_indent {
            self.end_list();
        }
        if self.list.is_empty() {
            self.is_indent = is_indent;
        }
        let colon = if marks.ends_with(';') { words.find(": ") } else { None };
        let (term, meaning) = colon.map_or((words, ""), |at| (&words[..at], &words[at + 2..]));
        for part in [term, meaning] {
            self.line.clear();
            push_unquoted(&mut self.line, part);
            if push_tidy(&mut self.list, &self.line) {
                self.list.push('\n');
            }
        }
    }

    fn end(&mut self) {
        self.end_paragraph();
        self.end_list();
    }

    fn end_paragraph(&mut self) {
        if self.paragraph.is_empty() {
            return;
        }
        let paragraph = std::mem::take(&mut self.paragraph);
        let kind = if self.quotes > 0 { Kind::Quote } else { Kind::Paragraph };
        let start = self.text.len();
        let mut end = start;
        // One line end is within a paragraph, more are between two.
        let mut blank = 0;
        for line in paragraph.split(BREAK) {
            let line = line.trim_start_matches(|c: char| c == ':' || c.is_whitespace());
            let before = self.text.len();
            if before > start && blank > 0 {
                self.pieces.push(Piece { kind, level: 0, text: end..before - 1 });
                end = before;
                blank = 0;
            }
            if push_tidy(&mut self.text, line) {
                self.text.push('\n');
            } else if before > end {
                blank += 1;
            }
        }
        if self.text.len() > end {
            self.pieces.push(Piece { kind, level: 0, text: end..self.text.len() - 1 });
        }
        self.paragraph = paragraph;
        self.paragraph.clear();
    }

    fn end_list(&mut self) {
        if self.list.is_empty() {
            return;
        }
        let list = std::mem::take(&mut self.list);
        if self.is_indent {
            let kind = if self.quotes > 0 { Kind::Quote } else { Kind::Paragraph };
            for line in list.lines() {
                self.push_piece(kind, 0, line);
            }
        } else {
            let start = self.text.len();
            self.text.push_str(&list);
            self.pieces.push(Piece { kind: Kind::List, level: 0, text: start..self.text.len() - 1 });
        }
        self.list = list;
        self.list.clear();
    }

    fn end_code(&mut self) {
        let Some(start) = self.code.take() else { return };
        let code = &self.text[start..];
        let kept = code.trim_end().len();
        // Blank lines before the first, but not its indentation.
        let blank = code.len() - code.trim_start().len();
        let head = code[..blank.min(kept)].rfind('\n').map_or(0, |at| at + 1);
        if kept > head {
            self.pieces.push(Piece { kind: Kind::Code, level: 0, text: start + head..start + kept });
        }
    }

    /// Adds a piece of one line, unless it holds no words.
    fn push_piece(&mut self, kind: Kind, level: usize, line: &str) {
        let start = self.text.len();
        if push_tidy(&mut self.text, line) {
            self.pieces.push(Piece { kind, level, text: start..self.text.len() });
            self.text.push('\n');
        }
    }
}

/// The pieces without headings that nothing stands below.
fn with_content(pieces: Vec<Piece>) -> Vec<Piece> {
    // For each level: whether a heading of it would have something below.
    let mut below = [false; MAX_LEVEL + 1];
    let mut kept: Vec<Piece> = Vec::with_capacity(pieces.len());
    for piece in pieces.into_iter().rev() {
        if piece.level == 0 {
            below.fill(true);
        } else if !below[piece.level] {
            continue;
        } else {
            below[piece.level..].fill(false);
        }
        kept.push(piece);
    }
    kept.reverse();
    kept
}

/// The text of the pieces, a blank line between two, and where each stands in it.
fn join(lines: &str, pieces: &[Piece]) -> (String, Vec<Block>) {
    let mut text = String::with_capacity(lines.len() + pieces.len());
    let mut blocks = Vec::with_capacity(pieces.len());
    let mut next = 0;
    for piece in pieces {
        if !text.is_empty() {
            text.push_str("\n\n");
        }
        let lines = &lines[piece.text.clone()];
        text.push_str(lines);
        let count = memchr::memchr_iter(b'\n', lines.as_bytes()).count() as u32 + 1;
        blocks.push(Block { kind: piece.kind, lines: next..next + count });
        next += count + 1;
    }
    (text, blocks)
}
