//! Chapters in XHTML, as HTML understands them.

/// What stands between the tags of the body; all of a page without one.
pub(super) fn body_of(page: &str) -> &str {
    let find = |from: usize, tag: &str| {
        memchr::memchr_iter(b'<', &page.as_bytes()[from..]).map(|i| from + i).find(|i| {
            page.as_bytes()[i + 1..].get(..tag.len()).is_some_and(|name| name.eq_ignore_ascii_case(tag.as_bytes()))
        })
    };
    let Some(open) = find(0, "body").and_then(|at| page[at..].find('>').map(|end| at + end + 1)) else { return page };
    &page[open..find(open, "/body").unwrap_or(page.len())]
}

/// Elements of HTML that have no end.
const VOID: [&str; 13] =
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"];

/// Writes XHTML so that HTML understands it: `<a/>` becomes `<a></a>`, where HTML would see an open tag.
pub(super) fn open_empty_tags(xhtml: &str, out: &mut String) {
    let mut rest = xhtml;
    while let Some(end) = rest.find("/>") {
        let tag = rest[..end].rfind('<').map(|open| &rest[open + 1..end]).filter(|tag| !tag.contains('>'));
        let name = tag.map(|tag| &tag[..tag.find(char::is_whitespace).unwrap_or(tag.len())]);
        match name.filter(|n| n.starts_with(|c: char| c.is_ascii_alphabetic()) && !VOID.contains(n)) {
            Some(name) => {
                out.push_str(&rest[..end]);
                out.push_str("></");
                out.push_str(name);
                out.push('>');
            }
            None => out.push_str(&rest[..end + 2]),
        }
        rest = &rest[end + 2..];
    }
    out.push_str(rest);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn empty_tags_are_closed_and_those_of_html_stay() {
        let mut out = String::new();
        open_empty_tags("<p>a<a id='x'/><br/>1/>2</p><script/>", &mut out);
        assert_eq!(out, "<p>a<a id='x'></a><br/>1/>2</p><script></script>");
    }

    #[test]
    fn the_body_is_what_stands_between_its_tags() {
        assert_eq!(body_of("<html><head/><BODY class='c'><p>a</BODY>"), "<p>a");
        assert_eq!(body_of("<body><p>cut"), "<p>cut");
        assert_eq!(body_of("<p>none"), "<p>none");
    }
}
