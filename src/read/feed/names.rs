//! The names of elements in a feed, whatever prefixes it gives them.

/// Names of vocabularies, and the prefix by which their elements are known here; none for those of feeds themselves.
const VOCABULARIES: [(&str, &str); 9] = [
    ("http://www.w3.org/2005/atom", ""),
    ("http://purl.org/atom/ns#", ""),
    ("http://purl.org/rss/1.0/", ""),
    ("http://my.netscape.com/rdf/simple/0.9/", ""),
    ("http://purl.org/rss/1.0/modules/content/", "content"),
    ("http://purl.org/dc/elements/1.1/", "dc"),
    ("http://purl.org/dc/terms/", "dcterms"),
    ("http://www.itunes.com/dtds/podcast-1.0.dtd", "itunes"),
    ("http://rssnamespace.org/feedburner/ext/1.0", "feedburner"),
];

/// Elements that are items.
const ITEMS: [&str; 2] = ["item", "entry"];

/// Prefixes of a feed that are not those by which elements are known.
#[derive(Debug, Default)]
pub(super) struct Names {
    /// Prefixes in lower case, and what stands for them.
    prefixes: Vec<(String, &'static str)>,
    /// The prefix of items, where they have one.
    item: Option<String>,
}

impl Names {
    /// Those that the head of a feed declares.
    pub(super) fn of(head: &str) -> Self {
        let mut names = Self::default();
        for (at, declares) in head.match_indices("xmlns:") {
            let Some((prefix, value)) = head[at + declares.len()..].split_once('=') else { break };
            let value = value.trim_start();
            let Some(quote) = value.chars().next().filter(|c| matches!(c, '"' | '\'')) else { continue };
            let uri = &value[1..];
            let uri = &uri[..uri.find(quote).unwrap_or(uri.len())];
            if let Some(known) = known(prefix.trim(), uri) {
                names.prefixes.push((prefix.trim().to_ascii_lowercase(), known));
            }
        }
        let has = |item: &str| {
            let after = |at: usize| head.as_bytes().get(at + 1 + item.len());
            let ends = |at: usize| after(at).is_none_or(|b| b.is_ascii_whitespace() || matches!(b, b'>' | b'/'));
            head.match_indices('<').any(|(at, _)| head[at + 1..].starts_with(item) && ends(at))
        };
        if !ITEMS.iter().any(|item| has(item)) {
            let of_feeds = names.prefixes.iter().filter(|(_, known)| known.is_empty()).map(|(prefix, _)| prefix);
            names.item = of_feeds.into_iter().find(|p| ITEMS.iter().any(|item| has(&format!("{p}:{item}")))).cloned();
        }
        names
    }

    /// The tags that hold items.
    pub(super) fn items(&self) -> Vec<String> {
        let prefixed = self.item.iter().flat_map(|prefix| ITEMS.map(|item| format!("{prefix}:{item}")));
        ITEMS.map(str::to_owned).into_iter().chain(prefixed).collect()
    }

    /// The name by which an element is known, in lower case; `declared` is what its tag says of its own prefix.
    pub(super) fn known(&self, name: &str, declared: Option<&str>) -> String {
        let name = name.to_ascii_lowercase();
        let Some((prefix, local)) = name.split_once(':') else { return name };
        let own = declared.and_then(|uri| known(prefix, uri));
        match own.or_else(|| self.prefixes.iter().find(|(p, _)| p == prefix).map(|(_, known)| *known)) {
            Some("") if self.item.as_deref() == Some(prefix) => local.to_owned(),
            Some(known) if !known.is_empty() => format!("{known}:{local}"),
            _ => name,
        }
    }
}

/// The prefix by which the elements of a vocabulary are known, where `prefix` is not among those.
fn known(prefix: &str, uri: &str) -> Option<&'static str> {
    let is_known = VOCABULARIES.iter().any(|(_, known)| known.eq_ignore_ascii_case(prefix));
    let uri = uri.trim().to_ascii_lowercase();
    (!is_known).then(|| VOCABULARIES.iter().find(|(name, _)| *name == uri).map(|(_, known)| *known)).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefixes_are_known_by_what_they_are_declared_to_be() {
        let head = "<a:feed xmlns:a='http://www.w3.org/2005/Atom' xmlns:c=\"http://purl.org/rss/1.0/modules/content/\"><a:entry>";
        let names = Names::of(head);
        assert_eq!(names.items(), ["item", "entry", "a:entry".replace("entry", "item").as_str(), "a:entry"]);
        assert_eq!(
            (names.known("a:Title", None), names.known("c:encoded", None)),
            ("title".into(), "content:encoded".into())
        );
        assert_eq!(names.known("x:creator", Some("http://purl.org/dc/elements/1.1/")), "dc:creator");
        assert_eq!(names.known("media:title", None), "media:title");
        let rss = "<rss xmlns:atom='http://www.w3.org/2005/Atom'><channel><item>";
        assert_eq!(Names::of(rss).known("atom:link", None), "atom:link");
    }
}
