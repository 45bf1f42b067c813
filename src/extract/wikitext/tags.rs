//! The tags of HTML and of extensions that wikitext knows.

/// What becomes of a tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tag {
    /// It goes, its content stays.
    Inline,
    /// As [`Tag::Inline`], on a line of its own.
    Block,
    /// As [`Tag::Inline`], a paragraph of its own.
    Paragraph,
    /// An item of a list; with what begins its line.
    Item(&'static str),
    /// A heading; with what stands on both sides.
    Heading(&'static str),
    /// A line ends.
    Break,
    /// A quotation set apart.
    Quote,
    /// A table.
    Table,
    /// A cell or row outside of a table.
    Cell,
    /// Content is text to the end tag, and goes with it.
    Hidden,
    /// A footnote.
    Reference,
    /// Content is text to the end tag, and code.
    Code,
    /// Content is literal text to the end tag.
    Literal,
    /// Lines end where they end.
    Poem,
}

/// What is done with which tags, by name.
const TAGS: &[(&str, Tag)] = &[
    ("abbr", Tag::Inline),
    ("b", Tag::Inline),
    ("bdi", Tag::Inline),
    ("bdo", Tag::Inline),
    ("big", Tag::Inline),
    ("blockquote", Tag::Quote),
    ("br", Tag::Break),
    ("caption", Tag::Cell),
    ("categorytree", Tag::Hidden),
    ("ce", Tag::Hidden),
    ("center", Tag::Block),
    ("charinsert", Tag::Hidden),
    ("chem", Tag::Hidden),
    ("cite", Tag::Inline),
    ("code", Tag::Inline),
    ("data", Tag::Inline),
    ("dd", Tag::Item(": ")),
    ("del", Tag::Inline),
    ("dfn", Tag::Inline),
    ("div", Tag::Block),
    ("dl", Tag::Block),
    ("dt", Tag::Item("; ")),
    ("dynamicpagelist", Tag::Hidden),
    ("em", Tag::Inline),
    ("font", Tag::Inline),
    ("gallery", Tag::Hidden),
    ("graph", Tag::Hidden),
    ("h1", Tag::Heading("=")),
    ("h2", Tag::Heading("==")),
    ("h3", Tag::Heading("===")),
    ("h4", Tag::Heading("====")),
    ("h5", Tag::Heading("=====")),
    ("h6", Tag::Heading("======")),
    ("hiero", Tag::Hidden),
    ("hr", Tag::Paragraph),
    ("i", Tag::Inline),
    ("imagemap", Tag::Hidden),
    ("includeonly", Tag::Hidden),
    ("indicator", Tag::Hidden),
    ("inputbox", Tag::Hidden),
    ("ins", Tag::Inline),
    ("kbd", Tag::Inline),
    ("langconvert", Tag::Inline),
    ("li", Tag::Item("* ")),
    ("mapframe", Tag::Hidden),
    ("maplink", Tag::Hidden),
    ("mark", Tag::Inline),
    ("math", Tag::Hidden),
    ("noinclude", Tag::Inline),
    ("nowiki", Tag::Literal),
    ("ol", Tag::Block),
    ("onlyinclude", Tag::Inline),
    ("p", Tag::Paragraph),
    ("phonos", Tag::Hidden),
    ("poem", Tag::Poem),
    ("pre", Tag::Code),
    ("q", Tag::Inline),
    ("rb", Tag::Inline),
    ("ref", Tag::Reference),
    ("references", Tag::Hidden),
    ("rp", Tag::Inline),
    ("rt", Tag::Inline),
    ("rtc", Tag::Inline),
    ("ruby", Tag::Inline),
    ("s", Tag::Inline),
    ("samp", Tag::Inline),
    ("score", Tag::Hidden),
    ("script", Tag::Hidden),
    ("section", Tag::Inline),
    ("small", Tag::Inline),
    ("source", Tag::Code),
    ("span", Tag::Inline),
    ("strike", Tag::Inline),
    ("strong", Tag::Inline),
    ("style", Tag::Hidden),
    ("sub", Tag::Inline),
    ("sup", Tag::Inline),
    ("syntaxhighlight", Tag::Code),
    ("table", Tag::Table),
    ("tbody", Tag::Cell),
    ("td", Tag::Cell),
    ("templatedata", Tag::Hidden),
    ("templatestyles", Tag::Hidden),
    ("tfoot", Tag::Cell),
    ("th", Tag::Cell),
    ("thead", Tag::Cell),
    ("time", Tag::Inline),
    ("timeline", Tag::Hidden),
    ("tr", Tag::Cell),
    ("translate", Tag::Inline),
    ("tt", Tag::Inline),
    ("tvar", Tag::Inline),
    ("u", Tag::Inline),
    ("ul", Tag::Block),
    ("var", Tag::Inline),
    ("wbr", Tag::Inline),
];

/// How many tags there are.
pub(super) const COUNT: usize = TAGS.len();

/// A tag longer than this is text with a sign for "less than", in bytes.
const MAX_BYTES: usize = 2000;
/// The longest name, in bytes.
const MAX_NAME_BYTES: usize = 16;

/// A tag as it stands in the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Found {
    /// Which it is; the index of its name.
    pub(super) name: usize,
    /// What becomes of it.
    pub(super) tag: Tag,
    /// Whether it is an end tag.
    pub(super) closes: bool,
    /// Whether it begins and ends at once.
    pub(super) is_empty: bool,
    /// Its length in bytes.
    pub(super) length: usize,
}

/// The tag at the head of `text`, which begins with `<`; none where that is no tag that wikitext knows.
pub(super) fn parse(text: &[u8]) -> Option<Found> {
    let closes = text.get(1) == Some(&b'/');
    let from = 1 + usize::from(closes);
    let name = name_of(&text[from..])?;
    let (known, tag) = TAGS[name];
    let rest = from + known.len();
    let length = match memchr::memchr2(b'<', b'>', &text[rest..]) {
        Some(at) if text[rest + at] == b'>' && at <= MAX_BYTES => rest + at + 1,
        // A footnote whose tag is not closed hides no more than its line.
        _ if tag == Tag::Reference => rest + memchr::memchr2(b'\n', b'<', &text[rest..]).unwrap_or(text.len() - rest),
        _ => return None,
    };
    let is_empty = text[rest..length].iter().rev().skip(1).find(|b| !b.is_ascii_whitespace()) == Some(&b'/');
    Some(Found { name, tag, closes, is_empty, length })
}

/// Where the next end tag of the name with this index begins in `text`, or none.
pub(super) fn find_end(text: &[u8], name: usize) -> Option<usize> {
    memchr::memchr_iter(b'<', text)
        .find(|at| text.get(at + 1) == Some(&b'/') && text.get(at + 2..).and_then(name_of) == Some(name))
}

/// Where the next start tag of a footnote begins in `text`, or none.
pub(super) fn find_reference(text: &[u8]) -> Option<usize> {
    memchr::memchr_iter(b'<', text).find(|at| name_of(&text[at + 1..]).is_some_and(|n| TAGS[n].1 == Tag::Reference))
}

/// The index of the name at the head of `text`, in any case, where the name ends as names of tags do.
fn name_of(text: &[u8]) -> Option<usize> {
    let end = text.iter().take(MAX_NAME_BYTES + 1).position(|b| !b.is_ascii_alphanumeric()).unwrap_or(text.len());
    let ended = text.get(end).is_none_or(|b| b.is_ascii_whitespace() || matches!(b, b'>' | b'/' | b'<'));
    if !ended || end > MAX_NAME_BYTES {
        return None;
    }
    let mut lower = [0; MAX_NAME_BYTES];
    lower[..end].copy_from_slice(&text[..end]);
    lower.make_ascii_lowercase();
    TAGS.binary_search_by(|(known, _)| known.as_bytes().cmp(&lower[..end])).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stand_in_order() {
        assert!(TAGS.is_sorted_by(|a, b| a.0 < b.0));
    }

    #[test]
    fn a_tag_has_a_known_name_and_an_end() {
        let of = |text: &str| parse(text.as_bytes()).map(|f| (f.tag, f.closes, f.is_empty, f.length));
        assert_eq!(of("<BR>x"), Some((Tag::Break, false, false, 4)));
        assert_eq!(of("</Small >"), Some((Tag::Inline, true, false, 9)));
        assert_eq!(of("<ref name=\"a\" />b"), Some((Tag::Reference, false, true, 16)));
        assert_eq!(of("<ref name=a\nb"), Some((Tag::Reference, false, false, 11)));
        for none in ["<", "<b", "< b>", "<foo>", "<bar b <i>", "<span <b>"] {
            assert_eq!(of(none), None, "{none}");
        }
    }

    #[test]
    fn an_end_tag_is_found_in_any_case() {
        let (math, code) = (name_of(b"math>").expect("known"), name_of(b"code>").expect("known"));
        assert_eq!(find_end(b"a<b>c</mathx></MATH>", math), Some(13));
        assert_eq!(find_end(b"a</math>", code), None);
        assert_eq!(find_reference(b"a<references/><ref>"), Some(14));
    }
}
