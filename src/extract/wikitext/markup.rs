//! First pass over wikitext: takes out templates, tables, footnotes, files, comments and tags, and leaves the words of
//! links. What it gives has lines as before, and the marks of [`super::marks`].
//!
//! One pass with a stack of open constructs: what a construct held is cut off the end of the output when it closes, so
//! that nothing is read twice, however deep it nests. What never closes stays as the words that it has.

mod brackets;
mod raw;
mod tables;
mod variants;

use crate::model::wiki_site::{TEMPLATES, WikiSite};

use super::frames::{Arguments, Frame, FrameKind};
use super::marks::{BAR, BREAK, QUOTE_CLOSE, REMOVED, is_control};
use super::tags;
use super::templates::{self, Shown};

/// Constructs open at a time; those nested deeper are taken as words.
const MAX_OPEN: usize = 10_000;
/// The longest name of a template, in bytes.
const MAX_NAME_BYTES: usize = 96;
/// The longest magic word, in bytes.
const MAX_MAGIC_BYTES: usize = 80;

/// Languages whose wikis write `-{…}-` where their scripts or regions differ.
const CONVERTED: &[&str] =
    &["zh", "gan", "wuu", "sr", "sh", "kk", "ku", "uz", "iu", "shi", "tg", "tly", "crh", "ban", "en-x-piglatin"];

/// The bytes at which the pass stops.
static STOPS: [bool; 256] = stops(false);
/// The same where language variants are told apart.
static STOPS_CONVERTED: [bool; 256] = stops(true);

const fn stops(converted: bool) -> [bool; 256] {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = match byte as u8 {
            b'{' | b'}' | b'[' | b']' | b'|' | b'<' | b'&' | b'_' | b'\n' => true,
            b'-' | b';' => converted,
            other => is_control(other),
        };
        byte += 1;
    }
    table
}

/// The article without its markup but that of lines: headings, lists, quotes of apostrophes.
pub(super) fn flatten(source: &str, site: &WikiSite, title: &str) -> String {
    let language = site.language.as_deref().unwrap_or_default();
    let base = language.split('-').next().unwrap_or_default();
    let mut pass = Pass {
        source,
        at: 0,
        out: String::with_capacity(source.len()),
        frames: Vec::new(),
        braces: 0,
        tables: 0,
        ends: vec![None; tags::COUNT],
        poem_end: 0,
        stops: if CONVERTED.contains(&base) { &STOPS_CONVERTED } else { &STOPS },
        site,
        title,
    };
    pass.run();
    pass.out
}

struct Pass<'a> {
    source: &'a str,
    /// The next byte of the source.
    at: usize,
    out: String,
    frames: Vec<Frame>,
    /// How many frames are braces, and how many are tables.
    braces: usize,
    tables: usize,
    /// By name of tag: from where its end was looked for, and where it is.
    ends: Vec<Option<(usize, Option<usize>)>>,
    /// Up to where lines end where they end in the source.
    poem_end: usize,
    stops: &'static [bool; 256],
    site: &'a WikiSite,
    title: &'a str,
}

impl Pass<'_> {
    fn run(&mut self) {
        self.line_start();
        let bytes = self.source.as_bytes();
        while self.at < bytes.len() {
            let rest = &bytes[self.at..];
            let run = rest.iter().position(|b| self.stops[usize::from(*b)]).unwrap_or(rest.len());
            self.out.push_str(&self.source[self.at..self.at + run]);
            self.at += run;
            let Some(byte) = bytes.get(self.at) else { break };
            match byte {
                b'\n' => self.newline(),
                b'{' => self.open_braces(),
                b'}' => self.close_braces(),
                b'[' => self.open_brackets(),
                b']' => self.close_brackets(),
                b'|' => self.bar(),
                b'<' => self.tag(),
                b'&' => self.entity(),
                b'_' => self.underscores(),
                b'-' => self.hyphen(),
                b';' => self.semicolon(),
                _ => self.at += 1,
            }
        }
        self.close_all();
    }

    /// The length of the run of `byte` at the next byte.
    fn run_of(&self, byte: u8) -> usize {
        self.source.as_bytes()[self.at..].iter().take_while(|b| **b == byte).count()
    }

    fn rest(&self) -> &str {
        &self.source[self.at..]
    }

    fn push_frame(&mut self, kind: FrameKind) {
        match kind {
            FrameKind::Braces { .. } => self.braces += 1,
            FrameKind::Table { .. } => self.tables += 1,
            _ => {}
        }
        self.frames.push(Frame { kind, start: self.out.len(), source: self.at });
    }

    fn pop_frame(&mut self) -> Option<Frame> {
        let frame = self.frames.pop();
        match frame.as_ref().map(|f| &f.kind) {
            Some(FrameKind::Braces { .. }) => self.braces -= 1,
            Some(FrameKind::Table { .. }) => self.tables -= 1,
            _ => {}
        }
        frame
    }

    /// Cuts off all from `start` on, and says that something stood there.
    fn remove_from(&mut self, start: usize) {
        self.out.truncate(start);
        self.out.push(REMOVED);
    }

    fn newline(&mut self) {
        self.at += 1;
        let rest = self.rest();
        let line = rest.trim_start_matches([' ', '\t', '\r']);
        let ends_paragraph = line.is_empty() || line.starts_with('\n') || rest.starts_with('=');
        while let Some(frame) = self.frames.last() {
            match frame.kind {
                FrameKind::External { .. } | FrameKind::Variant { .. } | FrameKind::Link { bar: None } => {
                    self.frames.pop();
                }
                FrameKind::Link { .. } if ends_paragraph => {
                    self.frames.pop();
                }
                FrameKind::Hidden if ends_paragraph => {
                    let start = frame.start;
                    self.remove_from(start);
                    self.frames.pop();
                }
                _ => break,
            }
        }
        self.out.push_str(if self.at <= self.poem_end { BREAK } else { "\n" });
        self.line_start();
    }

    fn open_braces(&mut self) {
        let count = self.run_of(b'{');
        let next = self.source.as_bytes().get(self.at + count);
        if count == 1 {
            if next == Some(&b'|') && self.is_at_line_start() {
                return self.open_table(false, 2);
            }
            self.out.push('{');
            self.at += 1;
            return;
        }
        self.at += count;
        if self.frames.len() >= MAX_OPEN {
            return;
        }
        let start = self.out.len();
        let mut arguments = Arguments::new(Shown::Nothing, start);
        match count {
            2 => {
                let rest = self.rest();
                let trimmed = rest.trim_start();
                if let Some(length) = templates::function(trimmed) {
                    arguments = Arguments::new(templates::FIRST, start);
                    arguments.begin_function();
                    self.at += rest.len() - trimmed.len() + length;
                } else {
                    arguments = Arguments::new(template_shown(trimmed, self.site), start);
                }
            }
            // The value of a parameter that nobody gives is what follows its first bar.
            3 => arguments = Arguments::new(templates::FIRST, start),
            _ => {}
        }
        self.push_frame(FrameKind::Braces { count, arguments });
    }

    fn close_braces(&mut self) {
        let mut run = self.run_of(b'}');
        self.at += run;
        while run >= 2 && self.braces > 0 {
            while let Some(Frame { kind, .. }) = self.frames.last()
                && !matches!(kind, FrameKind::Braces { .. })
            {
                self.pop_frame();
            }
            run -= self.close_template(run);
        }
        if run == 1 {
            if self.rest().starts_with('-')
                && matches!(self.frames.last(), Some(Frame { kind: FrameKind::Variant { .. }, .. }))
            {
                self.at += 1;
                return self.close_variant();
            }
            self.out.push('}');
        }
    }

    /// Ends the braces on top by two or three of `run` that close; gives how many.
    fn close_template(&mut self, run: usize) -> usize {
        let title = self.title;
        let Some(Frame { kind: FrameKind::Braces { count, arguments }, start, .. }) = self.frames.last_mut() else {
            return run;
        };
        let closed = run.min(*count).min(3);
        let start = *start;
        // What is shown was settled for as many braces as opened.
        let is_shown = closed == *count && arguments.finish(&mut self.out, start, title);
        if closed == *count && arguments.shown == Shown::Quote && is_shown {
            self.out.push(QUOTE_CLOSE);
            self.out.push_str("\n\n");
        }
        *count -= closed;
        let left = *count;
        *arguments = Arguments::new(Shown::Nothing, start);
        if !is_shown {
            self.remove_from(start);
        }
        if left < 2 {
            self.pop_frame();
        }
        closed
    }

    fn bar(&mut self) {
        let at = self.at;
        self.at += 1;
        let Some(Frame { kind, start, .. }) = self.frames.last_mut() else {
            self.out.push('|');
            return;
        };
        match kind {
            FrameKind::Link { bar } => {
                bar.get_or_insert(at);
                self.out.truncate(*start);
            }
            FrameKind::Braces { arguments, .. } => {
                self.at += arguments.next(&mut self.out, *start, &self.source[at + 1..]);
            }
            FrameKind::Table { .. } | FrameKind::Hidden => self.out.push(BAR),
            FrameKind::External { .. } | FrameKind::Variant { .. } => self.out.push('|'),
        }
    }

    fn underscores(&mut self) {
        let run = self.run_of(b'_');
        if run == 2
            && let Some(length) = magic_word(self.rest())
        {
            self.at += length;
            return self.out.push(REMOVED);
        }
        self.out.push_str(&self.source[self.at..self.at + run]);
        self.at += run;
    }

    /// At the end of the source: what is still open stays as words, without the names of templates and files.
    fn close_all(&mut self) {
        let mut cuts = Vec::new();
        let mut reach = self.out.len();
        while let Some(frame) = self.pop_frame() {
            match frame.kind {
                FrameKind::Hidden => {
                    cuts.retain(|(start, _)| *start < frame.start);
                    self.out.truncate(frame.start);
                }
                FrameKind::Braces { .. } | FrameKind::Table { .. } => {
                    let head = &self.out.as_bytes()[frame.start..reach.max(frame.start)];
                    let near = &head[..head.len().min(MAX_NAME_BYTES * 2)];
                    if let Some(end) = near.iter().position(|b| *b == b'\n' || *b == BAR as u8) {
                        cuts.push((frame.start, frame.start + end));
                    }
                }
                _ => {}
            }
            reach = frame.start;
        }
        if cuts.is_empty() {
            return;
        }
        let mut kept = String::with_capacity(self.out.len());
        let mut from = 0;
        for (start, end) in cuts.into_iter().rev() {
            kept.push_str(&self.out[from..start]);
            from = end;
        }
        kept.push_str(&self.out[from..]);
        self.out = kept;
    }
}

/// What the template is shown as whose name `rest` begins with.
fn template_shown(rest: &str, site: &WikiSite) -> Shown {
    let bytes = rest.as_bytes();
    let near = &bytes[..bytes.len().min(MAX_NAME_BYTES)];
    let end = near.iter().position(|b| matches!(b, b'|' | b'}' | b'{' | b'<' | b'['));
    let Some(end) = end else { return Shown::Nothing };
    let name = match rest[..end].split_once(':') {
        Some((prefix, name)) if site.namespace(prefix) == Some(TEMPLATES) => name,
        _ => &rest[..end],
    };
    templates::shown(&name.trim().replace('_', " ").to_lowercase())
}

/// The length of the magic word at the head of `rest`, such as `__TOC__`, in any language; none where there is none.
fn magic_word(rest: &str) -> Option<usize> {
    let bytes = rest.as_bytes();
    let near = &bytes[2..bytes.len().min(MAX_MAGIC_BYTES)];
    let end = memchr::memmem::find(near, b"__")?;
    let name = rest.get(2..2 + end)?;
    // Names in programs are written in small letters.
    let is_name = !name.is_empty() && name.chars().all(|c| (c.is_alphabetic() && !c.is_ascii_lowercase()) || c == '_');
    is_name.then_some(end + 4)
}
