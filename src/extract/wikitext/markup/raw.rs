//! Tags, comments, references to characters, and what between tags is not wikitext.

use crate::text::entities::decode_entity;

use super::super::marks::{BREAK, CODE_CLOSE, CODE_OPEN, GUARD, QUOTE_CLOSE, QUOTE_OPEN, REMOVED, is_control};
use super::super::tags::{self, Found, Tag};
use super::Pass;

impl Pass<'_> {
    pub(super) fn tag(&mut self) {
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
                b'&' => match decode_entity(rest) {
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
            rest = match (nowiki, decode_entity(rest).filter(|_| rest.starts_with('&'))) {
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

    pub(super) fn entity(&mut self) {
        let rest = self.rest();
        let Some((mut text, mut length)) = decode_entity(rest) else {
            self.out.push('&');
            self.at += 1;
            return;
        };
        if text == "&" {
            // Escaped twice by mistake.
            let again = format!("&{}", rest[length..].chars().take(32).collect::<String>());
            if let Some((second, further)) = decode_entity(&again) {
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
}
