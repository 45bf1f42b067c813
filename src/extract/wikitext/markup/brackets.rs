//! Links: `[[page|words]]` and `[address words]`.

use super::super::frames::{Frame, FrameKind};
use super::super::links::{self, Link};
use super::super::marks::REMOVED;
use super::{MAX_OPEN, Pass};

/// How addresses begin.
const SCHEMES: &[&str] = &[
    "http://",
    "https://",
    "//",
    "ftp://",
    "ftps://",
    "mailto:",
    "irc://",
    "ircs://",
    "news:",
    "gopher://",
    "git://",
    "svn://",
    "magnet:",
    "tel:",
    "sftp://",
];

impl Pass<'_> {
    pub(super) fn open_brackets(&mut self) {
        let count = self.run_of(b'[');
        let address =
            |rest: &str| SCHEMES.iter().any(|s| rest.get(..s.len()).is_some_and(|head| head.eq_ignore_ascii_case(s)));
        self.at += count;
        let is_external = address(self.rest());
        if self.frames.len() >= MAX_OPEN {
            return;
        }
        if is_external {
            let rest = self.rest();
            let end =
                rest.find(|c: char| c.is_whitespace() || matches!(c, ']' | '[' | '<' | '"')).unwrap_or(rest.len());
            let words = rest[end..].trim_start_matches([' ', '\t']);
            self.at = self.source.len() - words.len();
            return self.push_frame(FrameKind::External { is_double: count >= 2 });
        }
        if count == 1 || count == 3 {
            self.out.push('[');
        }
        if count < 2 {
            return;
        }
        match links::link(self.rest(), self.site) {
            Link::Hidden => self.push_frame(FrameKind::Hidden),
            Link::Shown(skipped) => {
                self.at += skipped;
                self.push_frame(FrameKind::Link { bar: None });
            }
        }
    }

    pub(super) fn close_brackets(&mut self) {
        let mut run = self.run_of(b']');
        self.at += run;
        while run > 0 {
            let closed = match self.frames.last().map(|f| &f.kind) {
                Some(FrameKind::External { is_double }) => 1 + usize::from(*is_double && run > 1),
                Some(FrameKind::Link { .. } | FrameKind::Hidden) if run >= 2 => 2,
                _ => break,
            };
            run -= closed;
            let Some(frame) = self.frames.pop() else { break };
            self.close_link(&frame, self.at - run - closed);
        }
        // A pair that closes nothing is left of a broken link.
        if run % 2 == 1 {
            self.out.push(']');
        }
    }

    /// Ends a link whose brackets close at `end` of the source.
    fn close_link(&mut self, frame: &Frame, end: usize) {
        let is_blank = self.out[frame.start..].chars().all(|c| c.is_whitespace() || c == REMOVED);
        match frame.kind {
            FrameKind::Hidden => self.remove_from(frame.start),
            FrameKind::Link { bar: Some(bar) } if is_blank && end == bar + 1 => {
                let words = links::pipe_trick(&self.source[frame.source..bar]);
                self.out.push_str(words);
            }
            _ if is_blank => self.remove_from(frame.start),
            _ => {}
        }
    }
}
