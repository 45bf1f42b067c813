//! What a document between tags holds: its text, and what its tags and attributes say beside it.

use memchr::memmem;

use crate::model::document::{Body, RawDocument};
use crate::text::entities::decode_entities;

use super::fields::{FieldMap, Fields, Slot};

/// The longest tag, in bytes.
const MAX_TAG: usize = 4096;

/// The document in a piece: its opening tag, and what follows up to its closing tag.
pub fn document_of(piece: &str, record: u64, map: &FieldMap) -> RawDocument {
    let opening_end = opening_end(piece);
    let (opening, content) = piece.split_at(opening_end);
    let content = content.rfind("</").filter(|i| content[*i..].len() < 64 && content[*i..].ends_with('>')).map_or(
        content,
        |close| {
            let same = content[close + 2..].trim_end_matches('>').trim_end();
            if piece[1..].get(..same.len()).is_some_and(|name| name.eq_ignore_ascii_case(same)) {
                &content[..close]
            } else {
                content
            }
        },
    );
    let mut fields = Fields::default();
    fields.see_text();
    let attributes = attributes(opening);
    for (name, value) in &attributes {
        // In Reuters' collection the attribute says whether there are topics.
        let says = |slot: Slot| slot != Slot::Text && !name.eq_ignore_ascii_case("topics");
        if let Some((slot, rank)) = slot_of(name, map).filter(|(slot, _)| says(*slot)) {
            fields.offer(slot, rank, decode_entities(value).into_owned().into());
        }
        if map.keeps(name) {
            fields.keep(name, serde_json::Value::from(decode_entities(value).as_ref()).to_string());
        }
    }
    // WikiExtractor's documents are text as it stands.
    let is_wiki = attributes.iter().any(|(name, _)| *name == "title" || *name == "url");
    let text = if is_wiki { verbatim(content) } else { Walk::new(map).text(content, &mut fields) };
    let (_, metadata) = fields.finish();
    RawDocument { record, bytes: None, metadata, body: Body::Text(text) }
}

/// The text of a document without tags of its own. It was escaped where it holds nothing that escaping would have changed.
fn verbatim(content: &str) -> String {
    let text = content.trim_start_matches(['\r', '\n']).trim_end();
    let is_reference =
        |(i, _): (usize, &str)| ["&amp;", "&lt;", "&gt;", "&quot;"].iter().any(|r| text[i..].starts_with(r));
    if !text.contains(['<', '>']) && text.match_indices('&').all(is_reference) {
        return decode_entities(text).into_owned();
    }
    text.to_owned()
}

/// The byte after the opening tag. A title in it may hold anything, so that a tag with attributes ends at the end of its line.
fn opening_end(piece: &str) -> usize {
    let line = piece.find('\n').unwrap_or(piece.len());
    let first = piece.find('>').map_or(piece.len(), |i| i + 1);
    let opening = piece[..line].trim_end();
    if first <= line && piece[..first].contains("=\"") && opening.ends_with("\">") { opening.len() } else { first }
}

/// The attributes of a tag as they stand in it, names in the case of the file. A value ends at the quote that another
/// attribute or the end of the tag follows.
fn attributes(tag: &str) -> Vec<(&str, &str)> {
    let mut found = Vec::new();
    let mut rest = tag.trim_end_matches(['>', '/']).trim_start_matches(|c: char| !c.is_whitespace());
    while let Some(equals) = rest.find('=') {
        let name = rest[..equals].trim().rsplit(char::is_whitespace).next().unwrap_or_default();
        let value = rest[equals + 1..].trim_start();
        let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''));
        let Some(quote) = quote else {
            let end = value.find(char::is_whitespace).unwrap_or(value.len());
            found.push((name, &value[..end]));
            rest = &value[end..];
            continue;
        };
        let value = &value[1..];
        let ends = |i: &usize| {
            let after = &value[i + 1..];
            let next = after.trim_start();
            let named = next.split_once('=').is_some_and(|(name, value)| {
                let first = value.split_whitespace().next().unwrap_or_default();
                let is_name =
                    !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_:".contains(&b));
                is_name && (first.starts_with(['"', '\'']) || !first.contains(quote))
            });
            next.is_empty() || (named && next.len() < after.len())
        };
        let end = value.match_indices(quote).map(|(i, _)| i).take(64).find(ends).unwrap_or(value.len());
        found.push((name, &value[..end]));
        rest = value.get(end + 1..).unwrap_or_default();
    }
    found
}

/// What a tag or attribute of this name holds.
fn slot_of(name: &str, map: &FieldMap) -> Option<(Slot, usize)> {
    let lower = name.to_ascii_lowercase();
    let slot = match lower.as_str() {
        "docno" | "docid" | "newid" => (Slot::Id, 0),
        "hl" | "ti" | "h1" | "head" => (Slot::Title, 50),
        "date_time" | "time" => (Slot::Published, 50),
        "by" => (Slot::Author, 50),
        "cat" | "topics" => (Slot::Category, 50),
        "src" | "source" => (Slot::Site, 50),
        // Within a document these are parts of it.
        "document" | "story" | "article" | "description" => return None,
        _ => return map.slot(name),
    };
    Some(slot)
}

/// Tags of HTML that end a paragraph.
fn is_block(name: &str) -> bool {
    let block = ["p", "div", "li", "ul", "ol", "table", "tr", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre", "hr"];
    block.iter().any(|b| name.eq_ignore_ascii_case(b))
}

/// A walk through the tags of a document.
struct Walk<'m, 't> {
    map: &'m FieldMap,
    /// Open tags that are known, and what they hold.
    open: Vec<(&'t str, Slot, usize, String)>,
    texts: Vec<String>,
    /// What stands in no tag that is known.
    rest: String,
    /// No comment ends from here on.
    no_comment_ends: bool,
}

impl<'m, 't> Walk<'m, 't> {
    fn new(map: &'m FieldMap) -> Self {
        Self { map, open: Vec::new(), texts: Vec::new(), rest: String::new(), no_comment_ends: false }
    }

    /// The text of the document; what other tags hold goes to `fields`.
    fn text(mut self, content: &'t str, fields: &mut Fields<'_>) -> String {
        let mut rest = content;
        while let Some(at) = rest.find('<') {
            self.words(&rest[..at]);
            rest = &rest[at..];
            match if rest.starts_with("<!--") { self.comment(rest) } else { tag(rest) } {
                Some((name, length)) => {
                    self.tag(name, fields);
                    rest = &rest[length..];
                }
                None => {
                    self.words("<");
                    rest = &rest[1..];
                }
            }
        }
        self.words(rest);
        while !self.open.is_empty() {
            self.close(self.open.len() - 1, fields);
        }
        if self.texts.is_empty() {
            self.texts.push(tidy(&self.rest));
        }
        self.texts.join("\n\n")
    }

    /// The comment that begins the text, as a tag; none where it has no end.
    fn comment(&mut self, text: &'t str) -> Option<(&'t str, usize)> {
        if self.no_comment_ends {
            return None;
        }
        let end = memmem::find(text.as_bytes(), b"-->");
        // What has no end here has none further on, and to look for it again at every comment would take quadratic time.
        self.no_comment_ends = end.is_none();
        end.map(|end| ("!", end + 3))
    }

    fn target(&mut self) -> &mut String {
        self.open.last_mut().map_or(&mut self.rest, |(_, _, _, held)| held)
    }

    fn words(&mut self, words: &str) {
        let decoded = decode_entities(words);
        self.target().push_str(&decoded);
    }

    fn tag(&mut self, name: &'t str, fields: &mut Fields<'_>) {
        if let Some(closed) = name.strip_prefix('/') {
            if let Some(at) = self.open.iter().rposition(|(open, ..)| open.eq_ignore_ascii_case(closed)) {
                while self.open.len() > at {
                    self.close(self.open.len() - 1, fields);
                }
                return;
            }
            return self.part(closed);
        }
        match slot_of(name, self.map) {
            // A tag of metadata that is not closed ends where the next begins; there are no more than a few within one another.
            Some((slot, rank)) if self.open.len() < 8 => {
                if self.open.last().is_some_and(|(_, held, ..)| *held != Slot::Text) {
                    self.close(self.open.len() - 1, fields);
                }
                if let Some((_, Slot::Text, _, held)) = self.open.last_mut().filter(|_| slot == Slot::Text) {
                    // What stands in front of a text within a text goes before it.
                    let held = tidy(&std::mem::take(held));
                    self.texts.extend(Some(held).filter(|held| !held.is_empty()));
                }
                self.open.push((name, slot, rank, String::new()));
            }
            _ => self.part(name),
        }
    }

    /// A tag within text: paragraphs end at blocks, lines at breaks and at tags that are not known.
    fn part(&mut self, name: &str) {
        let inline = ["b", "i", "em", "strong", "a", "span", "font", "u", "sup", "sub", "d"];
        let target = self.target();
        if is_block(name) {
            target.push_str("\n\n");
        } else if !inline.iter().any(|i| name.eq_ignore_ascii_case(i)) && !target.ends_with('\n') {
            target.push('\n');
        }
    }

    fn close(&mut self, at: usize, fields: &mut Fields<'_>) {
        let (name, slot, rank, held) = self.open.remove(at);
        let held = tidy(&held);
        if self.map.keeps(name) {
            fields.keep(name, serde_json::Value::from(held.as_str()).to_string());
        }
        if slot == Slot::Text {
            if !held.is_empty() {
                self.texts.push(held);
            }
        } else {
            let line = held.split_whitespace().collect::<Vec<_>>().join(" ");
            fields.offer(slot, rank, line.into());
        }
    }
}

/// The text without blank lines at its ends, and at most one in a row.
fn tidy(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut blank = 0;
    for line in text.lines() {
        if line.trim().is_empty() {
            blank += 1;
            continue;
        }
        if !out.is_empty() {
            out.push_str(if blank > 0 { "\n\n" } else { "\n" });
        }
        blank = 0;
        out.push_str(line.trim_end());
    }
    out
}

/// The name of the tag that begins the text, with its slash, and its length; none where it is no tag. Comments are not told.
fn tag(text: &str) -> Option<(&str, usize)> {
    let bytes = &text.as_bytes()[..text.len().min(MAX_TAG)];
    let end = memchr::memchr(b'>', bytes)?;
    let inner = text.get(1..end)?;
    let name_end = inner.find(|c: char| !(c.is_ascii_alphanumeric() || "/_-.:!?".contains(c))).unwrap_or(inner.len());
    let (name, rest) = inner.split_at(name_end);
    let letters = name.trim_start_matches(['/', '!', '?']);
    let is_name = letters.starts_with(|c: char| c.is_ascii_alphabetic()) && !inner.contains('<');
    // Words in angle brackets are no attributes.
    let fits = rest.trim().is_empty() || rest.contains('=') || name.starts_with('!');
    (is_name && fits).then(|| (name.trim_end_matches('/'), end + 1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::fields::FieldNames;

    fn text(piece: &str) -> String {
        match document_of(piece, 0, &FieldMap::new(&FieldNames::default(), &[])).body {
            Body::Text(text) => text,
            body => panic!("{body:?}"),
        }
    }

    #[test]
    fn angle_brackets_around_words_are_text() {
        assert_eq!(
            text("<DOC><TEXT>5 < 6 <كاهي رع> <Haifa Wehbe> <F P=100>x</F></TEXT></DOC>"),
            "5 < 6 <كاهي رع> <Haifa Wehbe>\nx"
        );
    }

    #[test]
    fn comments_are_no_text_and_those_without_an_end_take_linear_time() {
        assert_eq!(text("<DOC>a<!-- b -->c<!-- d</DOC>"), "a\nc<!-- d");
        let begun = std::time::Instant::now();
        assert!(text(&format!("<DOC>{}</DOC>", "<!-- ".repeat(200_000))).starts_with("<!-- <!--"));
        assert!(begun.elapsed().as_secs() < 5);
    }

    #[test]
    fn attributes_end_at_the_quote_that_ends_them() {
        let tag = "<doc id=\"1\" url='u' title=\"Der \"Fall\" a=b\" n=5>";
        assert_eq!(attributes(tag), [("id", "1"), ("url", "u"), ("title", "Der \"Fall\" a=b"), ("n", "5")]);
    }

    #[test]
    fn escaped_text_is_told_from_text_with_an_ampersand() {
        assert_eq!(verbatim("\nAT&amp;T &lt;b&gt;\n"), "AT&T <b>");
        assert_eq!(verbatim("AT&T &lt;b&gt;"), "AT&T &lt;b&gt;");
        assert_eq!(verbatim("<i> &lt;"), "<i> &lt;");
    }
}
