//! What stands outside of the records of a dump in XML: its marks.

/// Characters of what was seen that a message shows.
const TOLD_CHARS: usize = 40;

/// A piece of markup, or the text between two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark<'t> {
    /// A start tag, by the name of its element without its prefix.
    Open(&'t str),
    /// An end tag.
    Close(&'t str),
    /// A tag of an element without content.
    Empty(&'t str),
    /// Text and character data; from a piece of markup on that has no end, all that follows.
    Text(&'t str),
}

/// The marks of `xml` with the byte at which each begins; comments, instructions and declarations are none. In linear time.
pub fn marks(xml: &str) -> impl Iterator<Item = (usize, Mark<'_>)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        while at < xml.len() {
            let (begun, rest) = (at, &xml[at..]);
            let (length, mark) = mark(rest);
            at += length;
            if let Some(mark) = mark {
                return Some((begun, mark));
            }
        }
        None
    })
}

/// The bytes of what `rest` begins with, and its mark.
fn mark(rest: &str) -> (usize, Option<Mark<'_>>) {
    let opened = [("<!--", "-->"), ("<![CDATA[", "]]>"), ("<?", "?>")];
    if let Some((opening, end)) = opened.into_iter().find(|(opening, _)| rest.starts_with(opening)) {
        return match rest[opening.len()..].find(end) {
            Some(length) => {
                let content = &rest[opening.len()..][..length];
                (opening.len() + length + end.len(), (end == "]]>").then_some(Mark::Text(content)))
            }
            None => (rest.len(), Some(Mark::Text(rest))),
        };
    }
    if rest.starts_with("<!") {
        return declaration(rest).map_or((rest.len(), Some(Mark::Text(rest))), |length| (length, None));
    }
    let Some(tag) = rest.strip_prefix('<') else {
        let length = rest.find('<').unwrap_or(rest.len());
        return (length, Some(Mark::Text(&rest[..length])));
    };
    let (closes, name) = tag.strip_prefix('/').map_or((false, tag), |name| (true, name));
    if !name.starts_with(|c: char| c.is_alphabetic() || c == '_') {
        return (1, Some(Mark::Text("<")));
    }
    let Some(end) = rest.find('>') else { return (rest.len(), Some(Mark::Text(rest))) };
    let name = &name[..name.find(|c: char| c.is_whitespace() || "/>".contains(c)).unwrap_or(name.len())];
    let name = name.rsplit(':').next().unwrap_or(name);
    let mark = match closes {
        true => Mark::Close(name),
        false if rest[..end].ends_with('/') => Mark::Empty(name),
        false => Mark::Open(name),
    };
    (end + 1, Some(mark))
}

/// The bytes of the declaration that `rest` begins with; one of a type of document may hold others between brackets.
fn declaration(rest: &str) -> Option<usize> {
    let end = rest.find('>')?;
    let end = if rest[..end].contains('[') { rest.find("]>")? + 1 } else { end };
    Some(end + 1)
}

/// Whether text says anything.
pub fn has_words(text: &str) -> bool {
    text.contains(|c: char| c.is_alphanumeric() || c == char::REPLACEMENT_CHARACTER)
}

/// What a message says of bytes that belong to no record, `lost`, in a stretch of `bytes` bytes that begins at `start`.
pub fn told(what: &str, lost: &str, bytes: u64, start: u64) -> String {
    let seen: String = lost.trim_start().chars().take(TOLD_CHARS).collect();
    format!("content outside of {what}, in {bytes} bytes at byte {start}: {seen:?}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_tags_and_text() {
        let xml = "<?x y?><!DOCTYPE a [<!ENTITY b 'c'>]><a:b c='d'>e<!-- <f> --><g/><![CDATA[<h>]]></a:b>i < j";
        let found: Vec<_> = marks(xml).map(|(_, mark)| mark).collect();
        let (open, close) = (Mark::Open("b"), Mark::Close("b"));
        let (text, data) = (Mark::Text("e"), Mark::Text("<h>"));
        assert_eq!(found[..6], [open, text, Mark::Empty("g"), data, close, Mark::Text("i ")]);
        assert_eq!(found[6..], [Mark::Text("<"), Mark::Text(" j")]);
        assert!(marks(xml).all(|(at, _)| xml.is_char_boundary(at)));
    }

    #[test]
    fn markup_without_an_end_takes_linear_time() {
        let begun = std::time::Instant::now();
        for text in ["<", "<!--", "<a ", "</a ", "<![CDATA[", "<?", "<!a [", "<a>", "</a>"] {
            assert!(marks(&text.repeat(300_000)).count() > 0);
        }
        assert!(begun.elapsed().as_secs() < 5);
    }
}
