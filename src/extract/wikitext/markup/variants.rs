//! `-{…}-`: words that differ by script or region; those of the first variant are shown.

use super::super::frames::{Frame, FrameKind};
use super::{MAX_OPEN, Pass};

impl Pass<'_> {
    pub(super) fn hyphen(&mut self) {
        let rest = self.rest();
        if !rest.starts_with("-{")
            || rest.starts_with("-{{") && !rest.starts_with("-{{{")
            || self.frames.len() >= MAX_OPEN
        {
            self.out.push('-');
            self.at += 1;
            return;
        }
        let inner = &rest[2..];
        let is_flag = |b: &u8| b.is_ascii_alphabetic() || matches!(b, b';' | b'-' | b' ');
        let flags = inner.bytes().take(40).take_while(|b| is_flag(b)).count();
        let (is_hidden, skipped) = match inner.as_bytes().get(flags) {
            Some(b'|') => (inner[..flags].contains(['H', 'T', '-', 'N']) && !inner[..flags].contains("zh"), flags + 1),
            _ => (false, 0),
        };
        let variant = variant_name(&inner[skipped..]);
        self.at += 2 + skipped + variant;
        self.push_frame(FrameKind::Variant { end: None, is_hidden });
    }

    pub(super) fn semicolon(&mut self) {
        let follows = self.rest()[1..].trim_start();
        let ends = follows.starts_with("}-") || variant_name(follows) > 0;
        self.at += 1;
        match self.frames.last_mut().map(|f| &mut f.kind) {
            Some(FrameKind::Variant { end, .. }) if ends => {
                end.get_or_insert(self.out.len());
            }
            _ => self.out.push(';'),
        }
    }

    pub(super) fn close_variant(&mut self) {
        let Some(Frame { kind: FrameKind::Variant { end, is_hidden }, start, .. }) = self.frames.pop() else { return };
        self.out.truncate(end.unwrap_or(self.out.len()));
        if is_hidden || self.out.len() == start {
            self.remove_from(start);
        }
    }
}

/// The length of the name of a variant and its colon at the head of `text`, such as `zh-hans:`; 0 where there is none.
fn variant_name(text: &str) -> usize {
    let trimmed = text.trim_start_matches(' ');
    let length = trimmed.bytes().take(16).take_while(|b| b.is_ascii_lowercase() || *b == b'-').count();
    let after = &trimmed[length..];
    let colon = after.trim_start_matches(' ');
    if length < 2 || !colon.starts_with(':') {
        return 0;
    }
    text.len() - colon.len() + 1
}
