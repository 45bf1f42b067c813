//! Formats that open with a tag.

use crate::read::pieces::is_tag;

use super::Format;

/// Formats that open with a tag.
pub(super) fn markup_format(text: &str, by_name: Option<Format>) -> Option<Format> {
    if looks_like_html(text) {
        return Some(Format::Html);
    }
    let root = root_element(text);
    if root.is_none_or(|(root, declared)| !declared && !ROOTS.contains(&root) && !is_mediawiki(root))
        && let Some(format) = cut_markup_format(text, by_name)
    {
        return Some(format);
    }
    let (root, declared) = root?;
    match root {
        root if is_mediawiki(root) => Some(Format::MediaWiki),
        _ if holds_documents(text, root) => Some(Format::Sgml),
        _ if is_prefixed_feed(text, root) => Some(Format::Feed),
        // Catalogues and the like.
        "rdf:RDF" if declared && !["<item", "<channel", "rss"].iter().any(|of| text.contains(of)) => {
            Some(Format::Other("XML"))
        }
        "rss" | "rdf:RDF" | "feed"
            if declared || by_name == Some(Format::Other("XML")) || tag_has_attributes(text, root) =>
        {
            Some(Format::Feed)
        }
        "DOC" | "doc" | "REUTERS" => Some(Format::Sgml),
        _ if by_name == Some(Format::Html) => Some(Format::Html),
        _ if by_name == Some(Format::Sgml) => Some(Format::Sgml),
        _ if declared || by_name == Some(Format::Other("XML")) => {
            Some(damaged_root_format(text).unwrap_or(Format::Other("XML")))
        }
        _ => None,
    }
}

/// What a file is whose root is none that is known, by what it holds below it.
fn damaged_root_format(text: &str) -> Option<Format> {
    let has = |tags: &[&str]| tags.iter().all(|tag| memchr::memmem::find(text.as_bytes(), tag.as_bytes()).is_some());
    let is_feed = has(&["<channel>", "<title>", "<item>", "</item>"])
        || has(&["xmlns=\"http://www.w3.org/2005/Atom\"", "<entry>", "</entry>"]);
    match () {
        () if has(&["</siteinfo>", "<page>", "<title>", "<revision>"]) => Some(Format::MediaWiki),
        () if is_feed => Some(Format::Feed),
        () => None,
    }
}

/// The root elements by which a file is told.
const ROOTS: [&str; 6] = ["rss", "rdf:RDF", "feed", "DOC", "doc", "REUTERS"];

/// Whether a root is that of MediaWiki, in any case and with any prefix.
fn is_mediawiki(root: &str) -> bool {
    root.rsplit(':').next().is_some_and(|name| name.eq_ignore_ascii_case("mediawiki"))
}

/// Tags that documents between tags of SGML hold, the first after their own.
const IN_DOCUMENTS: [&str; 8] = ["docno", "docid", "id", "title", "headline", "date", "text", "body"];

/// Whether the root only wraps documents between tags: the first follows it, and begins as those do.
fn holds_documents(text: &str, root: &str) -> bool {
    let inner = |text: &'_ str| text.split_once('>').map(|(_, inner)| inner.trim_start().to_owned());
    let Some((_, after)) = text.split_once(root) else { return false };
    let opens = |text: &str, names: &[&str]| {
        text.strip_prefix('<').is_some_and(|tag| names.iter().any(|name| is_tag(tag.as_bytes(), name)))
    };
    inner(after)
        .filter(|first| opens(first, &["doc", "reuters"]))
        .and_then(|first| inner(&first))
        .is_some_and(|second| opens(&second, &IN_DOCUMENTS))
}

/// Whether the root is that of a feed whose own elements have a prefix.
fn is_prefixed_feed(text: &str, root: &str) -> bool {
    let Some((prefix, name)) = root.split_once(':') else { return false };
    let tag = text.split_once(root).and_then(|(_, after)| after.split_once('>')).map_or("", |(tag, _)| tag);
    let is_feed = ["2005/Atom", "purl.org/atom/ns", "purl.org/rss/1.0/\"", "purl.org/rss/1.0/'", "my.netscape.com/rdf"];
    ["feed", "RDF", "rss"].contains(&name)
        && (prefix, name) != ("rdf", "RDF")
        && is_feed.iter().any(|uri| tag.contains(uri))
}

/// What a file is whose beginning was lost, by the tags of its records.
fn cut_markup_format(text: &str, by_name: Option<Format>) -> Option<Format> {
    let has = |tag: &str| memchr::memmem::find(text.as_bytes(), tag.as_bytes()).is_some();
    match by_name {
        Some(Format::Other("XML")) if has("<page>") || has("</page>") || has("<revision>") || has("</revision>") => {
            Some(Format::MediaWiki)
        }
        Some(Format::Other("XML")) if has("</item>") || has("</entry>") => Some(Format::Feed),
        // Without a name that says XML it takes more than a tag, since texts speak of tags.
        None if has("</revision>") && has("</page>") && has("<page>") && has("<title>") && has("<text ") => {
            Some(Format::MediaWiki)
        }
        _ => None,
    }
}

/// Whether the tag of the root says its version or its names: text about a tag does not.
fn tag_has_attributes(text: &str, root: &str) -> bool {
    let after = text.split_once(root).map_or("", |(_, after)| after);
    let tag = after.split_once('>').map_or("", |(tag, _)| tag);
    tag.contains("xmlns") || tag.contains("version")
}

/// The name of the first tag, after a declaration, a doctype and comments; and whether there is an XML declaration.
fn root_element(text: &str) -> Option<(&str, bool)> {
    let mut rest = text;
    let mut declared = false;
    loop {
        rest = rest.trim_start();
        rest = match rest {
            r if r.starts_with("<!--") => &r[r.find("-->")? + 3..],
            r if r.starts_with("<?") => {
                declared |= r.starts_with("<?xml");
                &r[r.find("?>")? + 2..]
            }
            r if r.starts_with("<!") => {
                let end = r.find('>')?;
                // A type of document may declare entities between brackets.
                let end = if r[..end].contains('[') { r.find("]>")? + 1 } else { end };
                &r[end + 1..]
            }
            r => break rest = r,
        };
    }
    let name = rest.strip_prefix('<')?;
    let end = name.find(|c: char| c.is_whitespace() || "/>".contains(c))?;
    (end > 0).then(|| (&name[..end], declared))
}

/// Whether the document opens as HTML does: its doctype or root, after an XML declaration and comments.
pub fn looks_like_html(text: &str) -> bool {
    let mut rest = text;
    loop {
        rest = rest.trim_start();
        let skipped = match rest {
            r if r.starts_with("<!--") => r.find("-->").map(|i| &r[i + 3..]),
            r if r.starts_with("<?xml") => r.find("?>").map(|i| &r[i + 2..]),
            _ => None,
        };
        match skipped {
            Some(after) => rest = after,
            None => break,
        }
    }
    let opening: String = rest.chars().take(14).collect::<String>().to_ascii_lowercase();
    ["<!doctype html", "<html", "<head", "<body"].iter().any(|o| opening.starts_with(o))
}
