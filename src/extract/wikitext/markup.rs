//! First pass over wikitext: takes out templates, tables, footnotes, files, comments and tags, and leaves the words of
//! links. What it gives has lines as before, and the marks of [`super::marks`].
//!
//! One pass with a stack of open constructs: what a construct held is cut off the end of the output when it closes, so
//! that nothing is read twice, however deep it nests. What never closes stays as the words that it has.

use crate::model::wiki_site::WikiSite;

use super::entities;
use super::frames::{Arguments, Frame, FrameKind};
use super::links::{self, Link};
use super::marks::{BAR, BREAK, CODE_CLOSE, CODE_OPEN, GUARD, QUOTE_CLOSE, QUOTE_OPEN, REMOVED, is_control};
use super::tags::{self, Found, Tag};
use super::templates::{self, Shown};

/// Constructs open at a time; those nested deeper are taken as words.
const MAX_OPEN: usize = 10_000;
/// The longest name of a template, in bytes.
const MAX_NAME_BYTES: usize = 96;
/// How far back a line is looked at to see whether only spaces stand in it, in bytes.
const MAX_INDENT: usize = 64;
/// The longest magic word, in bytes.
const MAX_MAGIC_BYTES: usize = 80;

/// Languages whose wikis write `-{…}-` where their scripts or regions differ.
const CONVERTED: &[&str] =
    &["zh", "gan", "wuu", "sr", "sh", "kk", "ku", "uz", "iu", "shi", "tg", "tly", "crh", "ban", "en-x-piglatin"];

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

    /// Opens and closes tables, which is done at the beginning of lines.
    fn line_start(&mut self) {
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

    fn open_table(&mut self, is_html: bool, length: usize) {
        self.at += length;
        if self.frames.len() < MAX_OPEN {
            self.push_frame(FrameKind::Table { is_html });
        }
    }

    /// Ends the innermost table, and all that was left open in it.
    fn close_table(&mut self) {
        while self.tables > 0 {
            let Some(frame) = self.pop_frame() else { return };
            if matches!(frame.kind, FrameKind::Table { .. }) {
                self.remove_from(frame.start);
                return;
            }
        }
    }

    /// Whether the output ends in a line that holds nothing yet.
    fn is_at_line_start(&self) -> bool {
        let bytes = self.out.as_bytes();
        let blank = |b: &&u8| matches!(**b, b' ' | b'\t' | b':') || **b == REMOVED as u8;
        let indent = bytes.iter().rev().take(MAX_INDENT).take_while(blank).count();
        bytes[..bytes.len() - indent].last().is_none_or(|b| *b == b'\n')
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
                    arguments = Arguments::new(template_shown(trimmed), start);
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

    fn open_brackets(&mut self) {
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

    fn close_brackets(&mut self) {
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

    fn tag(&mut self) {
        if self.rest().starts_with("<!--") {
            return self.comment();
        }
        let Some(found) = tags::parse(self.rest().as_bytes()) else {
            self.out.push('<');
            self.at += 1;
            return;
        };
        self.at += found.length;
        match found.tag {
            Tag::Inline => {}
            Tag::Cell => self.out.push(' '),
            Tag::Break => self.out.push_str(BREAK),
            Tag::Block => self.own_line("\n"),
            Tag::Paragraph => self.own_line("\n\n"),
            Tag::Item(mark) => {
                self.own_line("\n");
                self.out.push_str(if found.closes { "" } else { mark });
            }
            Tag::Heading(mark) if found.closes => self.out.extend([mark, "\n"]),
            Tag::Heading(mark) => self.out.extend(["\n", mark]),
            Tag::Quote => {
                self.own_line("\n");
                self.out.push(if found.closes { QUOTE_CLOSE } else { QUOTE_OPEN });
            }
            Tag::Table if found.closes => self.close_table(),
            Tag::Table => self.open_table(true, 0),
            Tag::Poem if found.closes => self.own_line("\n\n"),
            Tag::Poem => {
                self.own_line("\n\n");
                self.poem_end = self.end_of(found).unwrap_or(self.poem_end);
            }
            Tag::Hidden | Tag::Reference | Tag::Code | Tag::Literal => self.raw(found),
        }
    }

    /// Ends the line of the output, unless nothing stands in it.
    fn own_line(&mut self, ends: &str) {
        if !self.out.is_empty() && !self.out.ends_with('\n') {
            self.out.push_str(ends);
        }
    }

    fn comment(&mut self) {
        let bytes = self.source.as_bytes();
        let end = memchr::memmem::find(&bytes[self.at + 4..], b"-->").map_or(bytes.len(), |n| self.at + 4 + n + 3);
        self.at = end;
        // A line of nothing but a comment is no line.
        if self.is_at_line_start() {
            let line = self.rest().trim_start_matches([' ', '\t', '\r']);
            if let Some(next) = line.strip_prefix('\n') {
                self.at = self.source.len() - next.len();
                self.line_start();
            }
        }
    }

    /// Where the end tag of `found` begins, at or after the next byte; each stretch is searched once for each name.
    fn end_of(&mut self, found: Found) -> Option<usize> {
        if let Some((from, end)) = self.ends[found.name]
            && from <= self.at
            && end.is_none_or(|end| end >= self.at)
        {
            return end;
        }
        let end = tags::find_end(&self.source.as_bytes()[self.at..], found.name).map(|n| self.at + n);
        self.ends[found.name] = Some((self.at, end));
        end
    }

    /// A tag whose content is not wikitext.
    fn raw(&mut self, found: Found) {
        if found.closes || found.is_empty {
            return self.out.push(if found.tag == Tag::Literal { GUARD } else { REMOVED });
        }
        let end = self.end_of(found);
        if found.tag == Tag::Reference {
            return self.reference(end);
        }
        let Some(end) = end else {
            return self.out.push(REMOVED);
        };
        let content = &self.source[self.at..end];
        self.at = end + tags::parse(&self.source.as_bytes()[end..]).map_or(2, |f| f.length);
        match found.tag {
            Tag::Literal => self.literal(content),
            Tag::Code => self.code(content),
            _ => self.out.push(REMOVED),
        }
    }

    /// A footnote that ends at `end`; one that was left open ends with its line.
    fn reference(&mut self, end: Option<usize>) {
        self.out.push(REMOVED);
        let bytes = self.source.as_bytes();
        let before = &bytes[self.at..end.unwrap_or(bytes.len())];
        let next = tags::find_reference(before);
        match (end, next) {
            (Some(end), None) => self.at = end + tags::parse(&bytes[end..]).map_or(2, |f| f.length),
            (_, next) => {
                let reach = next.unwrap_or(before.len());
                self.at += memchr::memchr(b'\n', &before[..reach]).unwrap_or(reach);
            }
        }
    }

    /// Text in which only references to characters mean something.
    fn literal(&mut self, content: &str) {
        let mut rest = content;
        self.out.push(GUARD);
        while let Some(at) =
            rest.find(|c: char| matches!(c, '&' | '\'' | '\n') || (c.is_ascii() && is_control(c as u8)))
        {
            self.out.push_str(&rest[..at]);
            rest = &rest[at..];
            let taken = match rest.as_bytes()[0] {
                b'&' => match entities::decode(rest) {
                    Some((text, length)) => {
                        self.push_decoded(&text);
                        length
                    }
                    None => {
                        self.out.push('&');
                        1
                    }
                },
                b'\n' => {
                    self.out.push('\n');
                    self.out.push(GUARD);
                    1
                }
                b'\'' => {
                    self.out.push('\'');
                    self.out.push(GUARD);
                    1
                }
                _ => 1,
            };
            rest = &rest[taken..];
        }
        self.out.push_str(rest);
    }

    fn code(&mut self, content: &str) {
        self.out.push('\n');
        self.out.push(CODE_OPEN);
        self.out.push('\n');
        let mut rest = content;
        while let Some(at) = rest.find(|c: char| matches!(c, '&' | '<') || (c.is_ascii() && is_control(c as u8))) {
            self.out.push_str(&rest[..at]);
            rest = &rest[at..];
            let nowiki = ["<nowiki>", "</nowiki>"].iter().find(|tag| rest.starts_with(**tag));
            rest = match (nowiki, entities::decode(rest).filter(|_| rest.starts_with('&'))) {
                (Some(tag), _) => &rest[tag.len()..],
                (None, Some((text, length))) => {
                    self.out.extend(text.chars().filter(|c| !c.is_control() || *c == '\n' || *c == '\t'));
                    &rest[length..]
                }
                _ => {
                    if !is_control(rest.as_bytes()[0]) {
                        self.out.push_str(&rest[..1]);
                    }
                    &rest[1..]
                }
            };
        }
        self.out.push_str(rest);
        self.out.push('\n');
        self.out.push(CODE_CLOSE);
        self.out.push('\n');
    }

    fn entity(&mut self) {
        let rest = self.rest();
        let Some((mut text, mut length)) = entities::decode(rest) else {
            self.out.push('&');
            self.at += 1;
            return;
        };
        if text == "&" {
            // Escaped twice by mistake.
            let again = format!("&{}", rest[length..].chars().take(32).collect::<String>());
            if let Some((second, further)) = entities::decode(&again) {
                text = second;
                length += further - 1;
            }
        }
        self.at += length;
        self.push_decoded(&text);
    }

    fn push_decoded(&mut self, text: &str) {
        for c in text.chars() {
            match c {
                '\u{A0}' | '\n' | '\r' | '\t' => self.out.push(' '),
                c if c.is_control() => {}
                '*' | '#' | ':' | ';' | '=' | '|' | '\'' | '!' | '-' => {
                    self.out.push(GUARD);
                    self.out.push(c);
                }
                c => self.out.push(c),
            }
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

    fn hyphen(&mut self) {
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

    fn semicolon(&mut self) {
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

    fn close_variant(&mut self) {
        let Some(Frame { kind: FrameKind::Variant { end, is_hidden }, start, .. }) = self.frames.pop() else { return };
        self.out.truncate(end.unwrap_or(self.out.len()));
        if is_hidden || self.out.len() == start {
            self.remove_from(start);
        }
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
fn template_shown(rest: &str) -> Shown {
    let bytes = rest.as_bytes();
    let near = &bytes[..bytes.len().min(MAX_NAME_BYTES)];
    let end = near.iter().position(|b| matches!(b, b'|' | b'}' | b'{' | b'<' | b'['));
    let Some(end) = end else { return Shown::Nothing };
    let name = rest[..end].trim().replace('_', " ").to_lowercase();
    templates::shown(&name)
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
