//! What the head of a dump says of the wiki.

use std::sync::Arc;

use quick_xml::events::{BytesStart, Event};

use crate::model::wiki_site::WikiSite;

use super::page::resolved;

/// Characters of titles that stand in addresses as they are, beside letters and digits of ASCII.
const PLAIN_IN_URLS: &[u8] = b"-_.;@$!*(),/~:";

/// A wiki.
pub(super) struct Site {
    /// Language and namespaces.
    pub(super) wiki: Arc<WikiSite>,
    /// What it calls itself.
    pub(super) name: Option<String>,
    /// What stands before titles in addresses.
    folder: Option<String>,
}

impl Site {
    /// What `head`, the beginning of a dump, says before its first page.
    pub(super) fn parse(head: &str) -> Self {
        let head = &head[..head.find("<page>").unwrap_or(head.len())];
        let mut reader = quick_xml::Reader::from_str(head);
        reader.config_mut().allow_dangling_amp = true;
        reader.config_mut().check_end_names = false;
        let mut language = None;
        let mut names = Vec::new();
        let (mut name, mut base) = (String::new(), String::new());
        let (mut element, mut key, mut text) = (String::new(), None, String::new());
        // A head that breaks off or breaks XML has said what it said.
        while let Ok(event) = reader.read_event() {
            match event {
                Event::Eof => break,
                Event::Start(tag) => {
                    element = tag.local_name().as_ref().to_owned();
                    text.clear();
                    match element.as_str() {
                        "mediawiki" => language = attribute(&tag, "xml:lang"),
                        "namespace" => key = attribute(&tag, "key").and_then(|key| key.trim().parse::<i32>().ok()),
                        _ => {}
                    }
                }
                Event::Text(words) => text.push_str(&words),
                Event::GeneralRef(entity) => text.push_str(&resolved(&entity)),
                Event::End(_) => {
                    let words = text.trim().to_owned();
                    match std::mem::take(&mut element).as_str() {
                        "sitename" => name = words,
                        "base" => base = words,
                        "namespace" => names.extend(key.take().map(|key| (key, words))),
                        _ => {}
                    }
                }
                _ => {}
            }
        }
        let mut wiki = WikiSite::new(language);
        for (key, name) in names {
            wiki.declare(key, &name);
        }
        Self { wiki: Arc::new(wiki), name: Some(name).filter(|n| !n.is_empty()), folder: folder(&base) }
    }

    /// The address of the page of this title; none where the dump does not say where the wiki is.
    pub(super) fn url(&self, title: &str) -> Option<String> {
        let mut url = self.folder.clone().filter(|_| !title.is_empty())?;
        for byte in title.bytes() {
            match byte {
                b' ' => url.push('_'),
                b if b.is_ascii_alphanumeric() || PLAIN_IN_URLS.contains(&b) => url.push(char::from(b)),
                b => url.push_str(&format!("%{b:02X}")),
            }
        }
        Some(url)
    }
}

/// What stands before titles in the addresses of a wiki whose main page has the address `base`.
fn folder(base: &str) -> Option<String> {
    let end = match base.find("title=") {
        Some(at) => at + "title=".len(),
        None => base.rfind('/')? + 1,
    };
    base.contains("://").then(|| base[..end].to_owned())
}

fn attribute(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    let attribute = tag.attributes().with_checks(false).flatten().find(|a| a.key.as_ref() == name)?;
    Some(attribute.value.trim().to_owned()).filter(|value| !value.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::wiki_site::{CATEGORIES, FILES};

    const HEAD: &str = "<mediawiki version=\"0.11\" xml:lang=\"ar\">\n<siteinfo><sitename>ويكي &amp; أكثر</sitename>\
        <base>https://ar.wiki.example/wiki/%D8%A7%D9%84%D8%B1%D8%A6%D9%8A%D8%B3%D8%A9</base><namespaces>\
        <namespace key=\"0\" case=\"first-letter\" /><namespace key=\"6\">ملف</namespace>\
        <namespace key=\"14\">تبويب</namespace><namespace key=\"104\">فهرس</namespace></namespaces></siteinfo><page><title>";

    #[test]
    fn the_head_tells_language_name_address_and_namespaces() {
        let site = Site::parse(HEAD);
        assert_eq!(site.wiki.language.as_deref(), Some("ar"));
        assert_eq!(site.name.as_deref(), Some("ويكي & أكثر"));
        assert_eq!(site.wiki.namespace("تبويب"), Some(CATEGORIES));
        assert_eq!(site.wiki.namespace("ملف"), Some(FILES));
        assert_eq!(site.wiki.namespace("فهرس"), Some(104));
    }

    #[test]
    fn addresses_are_made_as_the_wiki_makes_them() {
        let site = Site::parse(HEAD);
        let url = |title| site.url(title).expect("the wiki has an address");
        assert_eq!(url("بحر"), "https://ar.wiki.example/wiki/%D8%A8%D8%AD%D8%B1");
        assert_eq!(url("AC/DC (band)"), "https://ar.wiki.example/wiki/AC/DC_(band)");
        assert_eq!(url("What?"), "https://ar.wiki.example/wiki/What%3F");
        let queried = Site::parse("<mediawiki><siteinfo><base>http://w.example/index.php?title=Main</base>");
        assert_eq!(queried.url("A b").as_deref(), Some("http://w.example/index.php?title=A_b"));
        assert_eq!(Site::parse("<mediawiki>").url("A"), None);
    }
}
