//! What stands between a page and the parsers: limits on nesting, attributes and elements.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;

use super::unclosed::{COMMENT, Mend, Unclosed};

/// The deepest nesting that parsers see.
pub(super) const MAX_DEPTH: usize = 512;
/// Attributes and comments above this are dropped, in bytes: pictures in `data:` addresses, stored state.
const MAX_ATTRIBUTE: usize = 64 << 10;
/// Attributes of one tag past this are dropped: parsers compare each with all before it.
const MAX_ATTRIBUTES: usize = 256;
/// Formatting elements left open are opened again in every later block; more at a time are dropped.
const MAX_FORMATTING: usize = 8;

/// What stands in `<noscript>` is the page itself from this length on, in bytes; below, it is a pixel or a plea.
const MIN_NOSCRIPT: usize = 2000;

/// A page that is safe to parse.
#[derive(Debug)]
pub(super) struct Tamed<'a> {
    /// The page, without script and style code, giant attributes, giant comments and tags nested too deeply.
    pub(super) html: Cow<'a, str>,
    /// An upper estimate of the elements that a parser makes of it.
    pub(super) elements: usize,
    /// The sum of the depths of all tags and of all text bytes / 64: what passes over subtrees cost.
    pub(super) work: usize,
}

/// Reads the tags of a page once and drops what parsers suffer from; linear in the length.
pub(super) fn tame(html: &str) -> Tamed<'_> {
    let mut scan = Scan {
        html,
        cuts: Vec::new(),
        title_ends: Vec::new(),
        unclosed: Unclosed::default(),
        open: Vec::new(),
        names: BTreeMap::new(),
        formatting: 0,
        noscript_end: 0,
        elements: 0,
        work: 0,
    };
    scan.run();
    let (elements, work) = (scan.elements, scan.work);
    let ends = scan.title_ends.into_iter().map(|at| (at..at, "</title>"));
    let mut edits: Vec<(Range<usize>, &str)> = scan.cuts.into_iter().map(|cut| (cut, "")).chain(ends).collect();
    if edits.is_empty() {
        return Tamed { html: Cow::Borrowed(html), elements, work };
    }
    edits.sort_by_key(|(cut, _)| cut.start);
    let mut out = String::with_capacity(html.len());
    let mut from = 0;
    for (cut, instead) in edits {
        out.push_str(&html[from.min(cut.start)..cut.start]);
        out.push_str(instead);
        from = from.max(cut.end);
    }
    out.push_str(&html[from..]);
    Tamed { html: Cow::Owned(out), elements, work }
}

/// The pass over the tags: a model of the parser's stack that never underrates its depth by much.
struct Scan<'a> {
    html: &'a str,
    cuts: Vec<Range<usize>>,
    /// Where titles without an end tag end.
    title_ends: Vec<usize>,
    unclosed: Unclosed,
    open: Vec<Open>,
    /// How many elements of a name are open, so that an end tag without a start costs nothing.
    names: BTreeMap<u64, u32>,
    formatting: usize,
    /// Where the last `</noscript` that was looked for stands, or the length of the page.
    noscript_end: usize,
    elements: usize,
    work: usize,
}

/// An open element.
#[derive(Clone, Copy)]
struct Open {
    name: u64,
    role: Role,
    /// Its tags are dropped.
    dropped: bool,
}

/// How an element takes part in nesting.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    /// Never holds anything.
    Void,
    /// Its content is text up to its end tag.
    Raw,
    /// Left open by the end of a block, and opened again in the next.
    Formatting,
    /// Ends where another of its kind begins.
    Implied,
    /// End tags of other elements do not reach beyond it.
    Barrier,
    /// Any other block.
    Block,
    /// Any other element.
    Inline,
}

fn role(name: &[u8]) -> Role {
    match name {
        b"area" | b"base" | b"br" | b"col" | b"embed" | b"hr" | b"img" | b"input" | b"keygen" | b"link" | b"meta"
        | b"param" | b"source" | b"track" | b"wbr" | b"frame" | b"html" | b"head" | b"body" => Role::Void,
        b"script" | b"style" | b"textarea" | b"title" | b"xmp" | b"iframe" | b"noembed" | b"noframes" => Role::Raw,
        b"a" | b"b" | b"big" | b"code" | b"em" | b"font" | b"i" | b"nobr" | b"s" | b"small" | b"strike" | b"strong"
        | b"tt" | b"u" => Role::Formatting,
        b"p" | b"li" | b"dt" | b"dd" | b"option" | b"optgroup" | b"tr" | b"thead" | b"tbody" | b"tfoot" | b"rp"
        | b"rt" => Role::Implied,
        b"td" | b"th" | b"table" | b"caption" | b"button" | b"object" | b"template" | b"svg" | b"math" => Role::Barrier,
        b"div" | b"section" | b"article" | b"main" | b"aside" | b"nav" | b"header" | b"footer" | b"ul" | b"ol"
        | b"dl" | b"blockquote" | b"center" | b"form" | b"fieldset" | b"figure" | b"pre" | b"details" | b"address"
        | b"h1" | b"h2" | b"h3" | b"h4" | b"h5" | b"h6" => Role::Block,
        _ => Role::Inline,
    }
}

impl Scan<'_> {
    fn run(&mut self) {
        let bytes = self.html.as_bytes();
        // Each sign of a character reference makes the parser start anew.
        self.elements += memchr::memchr_iter(b'&', bytes).count() / 16;
        let mut at = 0;
        while let Some(found) = memchr::memchr(b'<', &bytes[at..]) {
            self.work += found * self.open.len().min(MAX_DEPTH) / 64;
            at += found;
            let next = match &bytes[at + 1..] {
                [b'!', b'-', b'-', ..] => self.comment(at),
                [b'!' | b'?', ..] => past(bytes, at, b'>'),
                [b'/', c, ..] if c.is_ascii_alphabetic() => self.end_tag(at),
                [c, ..] if c.is_ascii_alphabetic() => self.start_tag(at),
                // Judges write the page down again, where a bare sign takes four bytes.
                _ => {
                    self.elements += 1;
                    Some(at + 1)
                }
            };
            let Some(next) = next else { return };
            at = next;
        }
    }

    /// Gives the place after a comment; none where it never ends.
    fn comment(&mut self, at: usize) -> Option<usize> {
        let rest = &self.html.as_bytes()[at + 4..];
        let end = match rest {
            [b'>', ..] => Some(at + 5),
            [b'-', b'>', ..] => Some(at + 6),
            _ if self.unclosed.is_endless(COMMENT) => None,
            _ => memchr::memmem::find(rest, b"-->").map(|found| at + 4 + found + 3),
        };
        if let Some(next) = end.is_none().then(|| self.mend(COMMENT, at..at + 4)).flatten() {
            return Some(next);
        }
        let until = end.unwrap_or(self.html.len());
        if until - at > MAX_ATTRIBUTE {
            self.cuts.push(at..until);
        }
        end
    }

    /// Ends what opens with a tag and has no end; gives the place where the page goes on, none where it was cut.
    fn mend(&mut self, name: &[u8], tag: Range<usize>) -> Option<usize> {
        match self.unclosed.mend(self.html.as_bytes(), name, tag)? {
            Mend::Drop(bytes) => {
                self.cuts.push(bytes.clone());
                Some(bytes.end)
            }
            Mend::End(at) => {
                self.title_ends.push(at);
                Some(at)
            }
        }
    }

    fn end_tag(&mut self, at: usize) -> Option<usize> {
        let name = tag_name(&self.html.as_bytes()[at + 2..]);
        let end = past(self.html.as_bytes(), at, b'>')?;
        if name == b"noscript" {
            self.cuts.push(at..end);
            return Some(end);
        }
        let role = role(&name);
        if self.close(key(&name), role) {
            self.cuts.push(at..end);
        }
        Some(end)
    }

    /// Takes an element off the stack; says whether its start tag was dropped.
    fn close(&mut self, name: u64, role: Role) -> bool {
        if self.names.get(&name).is_none_or(|count| *count == 0) {
            return false;
        }
        let stop = |open: &Open| match role {
            Role::Formatting => open.role == Role::Barrier,
            Role::Inline => matches!(open.role, Role::Barrier | Role::Block | Role::Implied),
            Role::Implied => open.role == Role::Barrier && open.name != key(b"td") && open.name != key(b"th"),
            _ => matches!(open.name, n if n == key(b"table") || n == key(b"td") || n == key(b"th")),
        };
        for at in (0..self.open.len()).rev() {
            if self.open[at].name == name {
                let dropped = self.open[at].dropped;
                if role == Role::Formatting {
                    self.forget(at)
                } else {
                    self.pop_to(at)
                }
                return dropped;
            }
            if stop(&self.open[at]) {
                break;
            }
        }
        false
    }

    fn forget(&mut self, at: usize) {
        let gone = self.open.remove(at);
        if let Some(count) = self.names.get_mut(&gone.name) {
            *count -= 1;
        }
        if gone.role == Role::Formatting && !gone.dropped {
            self.formatting -= 1;
        }
    }

    /// Ends the element at a place of the stack and all above it but formatting, which opens again after it.
    fn pop_to(&mut self, at: usize) {
        for above in (at..self.open.len()).rev() {
            if self.open[above].role != Role::Formatting {
                self.forget(above);
            }
        }
    }

    fn start_tag(&mut self, at: usize) -> Option<usize> {
        let bytes = self.html.as_bytes();
        let name = tag_name(&bytes[at + 1..]);
        let role = role(&name);
        let (end, json) = self.attributes(at + 1 + name.len())?;
        if name == b"noscript" {
            return Some(self.noscript(at, end));
        }
        if matches!(role, Role::Implied | Role::Block | Role::Barrier) {
            self.end_implied(&name);
            self.elements += self.formatting;
        }
        self.elements += 1;
        self.work += self.open.len().min(MAX_DEPTH);
        match role {
            Role::Void => return Some(end),
            Role::Raw => return self.raw_text(&name, at..end, json),
            _ => {}
        }
        // A link ends the one before it.
        if name == b"a" {
            self.close(key(b"a"), Role::Formatting);
        }
        let dropped = self.open.len() >= MAX_DEPTH || (role == Role::Formatting && self.formatting >= MAX_FORMATTING);
        if dropped {
            self.cuts.push(at..end);
        }
        if role == Role::Formatting && !dropped {
            self.formatting += 1;
        }
        *self.names.entry(key(&name)).or_default() += 1;
        self.open.push(Open { name: key(&name), role, dropped });
        Some(end)
    }

    /// Ends the open paragraph, item, cell or row that a new element of this name ends.
    fn end_implied(&mut self, name: &[u8]) {
        let ends: &[&[u8]] = match name {
            b"li" => &[b"p", b"li"],
            b"dt" | b"dd" => &[b"p", b"dt", b"dd"],
            b"td" | b"th" => &[b"p", b"td", b"th"],
            b"tr" => &[b"td", b"th", b"tr"],
            b"thead" | b"tbody" | b"tfoot" => &[b"td", b"th", b"tr", b"thead", b"tbody", b"tfoot"],
            b"option" | b"optgroup" => &[b"option"],
            b"rp" | b"rt" => &[b"rp", b"rt"],
            _ => &[b"p"],
        };
        let of_table = matches!(name, b"td" | b"th" | b"tr" | b"thead" | b"tbody" | b"tfoot");
        for ended in ends {
            let ended = key(ended);
            if self.names.get(&ended).is_none_or(|count| *count == 0) {
                continue;
            }
            for at in (0..self.open.len()).rev().take(MAX_DEPTH) {
                if self.open[at].name == ended {
                    self.pop_to(at);
                    break;
                }
                let cell = [key(b"td"), key(b"th"), key(b"tr")].contains(&self.open[at].name);
                let stops = match self.open[at].role {
                    Role::Barrier => !(cell && of_table),
                    Role::Block => !of_table,
                    Role::Implied => !of_table && self.open[at].name != key(b"p"),
                    _ => false,
                };
                if stops {
                    break;
                }
            }
        }
    }

    /// Reads the attributes from a place within a tag, dropping giant and surplus ones; gives the place after the tag
    /// and whether they speak of JSON. None where the tag never ends.
    fn attributes(&mut self, from: usize) -> Option<(usize, bool)> {
        let bytes = self.html.as_bytes();
        let (mut at, mut count, mut json) = (from, 0, false);
        loop {
            while bytes.get(at).is_some_and(|b| b.is_ascii_whitespace() || *b == b'/') {
                at += 1;
            }
            if *bytes.get(at)? == b'>' {
                return Some((at + 1, json));
            }
            let start = at;
            at += 1;
            at = bytes[at..].iter().position(|b| b.is_ascii_whitespace() || matches!(b, b'/' | b'>' | b'='))? + at;
            let equals = bytes[at..].iter().position(|b| !b.is_ascii_whitespace())? + at;
            if bytes[equals] == b'=' {
                at = bytes[equals + 1..].iter().position(|b| !b.is_ascii_whitespace())? + equals + 1;
                at = match bytes[at] {
                    quote @ (b'"' | b'\'') => match past(bytes, at + 1, quote) {
                        Some(after) => after,
                        None => {
                            let end = past(bytes, at, b'>')?;
                            self.cuts.push(start..end - 1);
                            return Some((end, json));
                        }
                    },
                    _ => bytes[at..].iter().position(|b| b.is_ascii_whitespace() || *b == b'>')? + at,
                };
            }
            count += 1;
            if at - start > MAX_ATTRIBUTE || count > MAX_ATTRIBUTES {
                self.cuts.push(start..at);
            } else if bytes[start..at].len() < 64 {
                json |= bytes[start..at].windows(4).any(|w| w.eq_ignore_ascii_case(b"json"));
            }
        }
    }

    /// Drops a short `<noscript>` whole, and of a long one the tags alone, since parsers differ on what it holds.
    fn noscript(&mut self, at: usize, end: usize) -> usize {
        let bytes = self.html.as_bytes();
        if self.noscript_end < end {
            let found = [&b"</noscript"[..], b"</NOSCRIPT"].map(|tag| memchr::memmem::find(&bytes[end..], tag));
            self.noscript_end = found.into_iter().flatten().min().map_or(bytes.len(), |found| end + found);
        }
        match Some(self.noscript_end).filter(|close| *close < bytes.len()) {
            Some(close) if close - end < MIN_NOSCRIPT => {
                let after = past(bytes, close, b'>').unwrap_or(bytes.len());
                self.cuts.push(at..after);
                after
            }
            _ => {
                self.cuts.push(at..end);
                end
            }
        }
    }

    /// Passes over the text behind `tag` up to its end tag, dropping code; none where it never ends.
    fn raw_text(&mut self, name: &[u8], tag: Range<usize>, json: bool) -> Option<usize> {
        let bytes = self.html.as_bytes();
        let from = tag.end;
        let mut at = from;
        loop {
            let known = self.unclosed.is_endless(name);
            let next = if known { None } else { memchr::memmem::find(&bytes[at..], b"</") };
            let Some(found) = next else { return self.mend(name, tag) };
            at += found;
            let after = &bytes[at + 2..];
            let ends = after.len() > name.len() && after[..name.len()].eq_ignore_ascii_case(name);
            if ends && matches!(after[name.len()], b'>' | b'/' | b' ' | b'\t' | b'\n' | b'\r' | 0x0C) {
                break;
            }
            at += 2;
        }
        if !json && matches!(name, b"script" | b"style") && at > from {
            self.cuts.push(from..at);
        }
        past(bytes, at, b'>').or_else(|| self.mend(name, tag))
    }
}

/// The place after the next such byte.
fn past(bytes: &[u8], at: usize, byte: u8) -> Option<usize> {
    memchr::memchr(byte, &bytes[at..]).map(|found| at + found + 1)
}

/// The name of a tag in lower case.
fn tag_name(bytes: &[u8]) -> Vec<u8> {
    let end = bytes.iter().position(|b| b.is_ascii_whitespace() || matches!(b, b'/' | b'>')).unwrap_or(bytes.len());
    bytes[..end].to_ascii_lowercase()
}

/// A name as a number; equal names are equal, and long ones are told apart by hash.
fn key(name: &[u8]) -> u64 {
    xxhash_rust::xxh3::xxh3_64(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ordinary_page_is_borrowed_as_it_is() {
        let page =
            "<!DOCTYPE html><html><head><title>a < b</title></head><body><!-- c --><p>x<p>y<ul><li>1<li>2</ul></body>";
        assert!(matches!(tame(page).html, Cow::Borrowed(same) if same == page));
    }

    #[test]
    fn code_is_dropped_and_json_kept() {
        let page = "<style>p{}</style><script>if (a<b) '<p>'</script><script type=\"application/ld+json\">{}</script>x";
        assert_eq!(
            tame(page).html,
            "<style></style><script></script><script type=\"application/ld+json\">{}</script>x"
        );
    }

    #[test]
    fn a_short_noscript_goes_and_a_long_one_is_the_page() {
        let long = "<p>كلام</p>".repeat(MIN_NOSCRIPT / 8);
        let page = format!("a<noscript>no script</noscript>b<noscript x>{long}</noscript>");
        assert_eq!(tame(&page).html, format!("ab{long}"));
    }

    #[test]
    fn giant_attributes_and_comments_are_dropped_alone() {
        let giant = "x".repeat(MAX_ATTRIBUTE + 1);
        let page = format!("<p id=a><img alt='b' src=\"{giant}\" title=c><!--{giant}-->text");
        assert_eq!(tame(&page).html, "<p id=a><img alt='b'  title=c>text");
    }

    #[test]
    fn a_tag_with_a_million_attributes_keeps_the_first() {
        let page = format!("<p {}>text</p>", (0..1_000_000).map(|n| format!("a{n} ")).collect::<String>());
        let tamed = tame(&page);
        assert!(tamed.html.contains("a255 ") && !tamed.html.contains("a256 ") && tamed.html.ends_with(">text</p>"));
    }

    #[test]
    fn nesting_is_cut_with_both_its_tags_and_no_text() {
        let page = format!("{}deep{}<p>after</p>", "<div>".repeat(50_000), "</div>".repeat(50_000));
        let tamed = tame(&page).html;
        assert_eq!(tamed, format!("{}deep{}<p>after</p>", "<div>".repeat(MAX_DEPTH), "</div>".repeat(MAX_DEPTH)));
    }

    #[test]
    fn paragraphs_items_and_cells_without_end_tags_do_not_count_as_nested() {
        let page = format!(
            "<ul>{}</ul>{}<table>{}</table>",
            "<li><p>x".repeat(2000),
            "<p>y".repeat(2000),
            "<tr><td>z<td>w".repeat(2000)
        );
        assert!(matches!(tame(&page).html, Cow::Borrowed(_)));
    }

    #[test]
    fn misnested_formatting_counts_as_nested() {
        let page = "<b><div></b>".repeat(50_000);
        assert!(tame(&page).html.matches("<div>").count() <= MAX_DEPTH);
    }
}
