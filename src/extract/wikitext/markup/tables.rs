//! `{|` to `|}`, at the beginning of lines.

use super::super::frames::{Frame, FrameKind};
use super::super::marks::{BAR, REMOVED};
use super::{MAX_OPEN, Pass};

/// How far back a line is looked at to see whether only spaces stand in it, in bytes.
const MAX_INDENT: usize = 64;

impl Pass<'_> {
    /// Opens and closes tables, which is done at the beginning of lines.
    pub(super) fn line_start(&mut self) {
        let rest = self.rest();
        let line = rest.trim_start_matches([' ', '\t', ':', '\r']);
        let indent = rest.len() - line.len();
        if line.starts_with("{|") && !line.starts_with("{|}") {
            self.at += indent;
            self.open_table(false, 2);
        } else if line.starts_with("|}") && self.closes_table(line) {
            self.at += indent + 2;
            self.close_table();
        } else if line.starts_with('!')
            && matches!(self.frames.last(), Some(Frame { kind: FrameKind::Table { .. }, .. }))
        {
            self.out.push(BAR);
        }
    }

    /// Whether `|}` at the head of `line` ends a table, rather than being a bar before the end of a template.
    fn closes_table(&self, line: &str) -> bool {
        match self.frames.last().map(|f| &f.kind) {
            Some(FrameKind::Table { is_html: false }) => true,
            _ => self.tables > 0 && !line.starts_with("|}}"),
        }
    }

    pub(super) fn open_table(&mut self, is_html: bool, length: usize) {
        self.at += length;
        if self.frames.len() < MAX_OPEN {
            self.push_frame(FrameKind::Table { is_html });
        }
    }

    /// Ends the innermost table, and all that was left open in it.
    pub(super) fn close_table(&mut self) {
        while self.tables > 0 {
            let Some(frame) = self.pop_frame() else { return };
            if matches!(frame.kind, FrameKind::Table { .. }) {
                self.remove_from(frame.start);
                return;
            }
        }
    }

    /// Whether the output ends in a line that holds nothing yet.
    pub(super) fn is_at_line_start(&self) -> bool {
        let bytes = self.out.as_bytes();
        let blank = |b: &&u8| matches!(**b, b' ' | b'\t' | b':') || **b == REMOVED as u8;
        let indent = bytes.iter().rev().take(MAX_INDENT).take_while(blank).count();
        bytes[..bytes.len() - indent].last().is_none_or(|b| *b == b'\n')
    }
}
