//! What a parsed page says about itself, as it stands there, gathered in one pass over the tree.

use ego_tree::NodeRef;
use scraper::{Html, Node};

use super::blocks::one_line;
use super::json_ld::{self, Linked};

/// Elements whose words are read for one fact are cut here, in bytes.
const MAX_FACT: usize = 2000;
/// Visible dates are looked for in this many elements.
const MAX_DATED: usize = 200;

/// The facts of a page, each list in the order of the page.
#[derive(Debug, Default)]
pub(super) struct Page {
    /// `<meta>`: name, property or itemprop in lower case, and content.
    pub(super) metas: Vec<(String, String)>,
    /// `<link>` and `<a>` with a relation: relation in lower case, address.
    pub(super) links: Vec<(String, String)>,
    /// `<title>`.
    pub(super) title: Option<String>,
    /// `<h1>`s with text.
    pub(super) headings: Vec<String>,
    /// `<html lang>`.
    pub(super) language: Option<String>,
    /// What JSON-LD says.
    pub(super) linked: Linked,
    /// Elements that may hold a date.
    pub(super) dated: Vec<Dated>,
    /// Elements that name an author.
    pub(super) authors: Vec<String>,
    /// Short texts with figures that stand alone after the first heading (in a page without one, anywhere), outside of
    /// lists, comments and updates.
    pub(super) figures: Vec<String>,
}

/// An element that may hold a date.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Dated {
    /// The page says that it is the time of publication.
    pub(super) published: bool,
    /// The page says that it is a time of change, or it belongs to comments and lists of other pages.
    pub(super) other: bool,
    /// It is a `<time>`, or names a date in its class.
    pub(super) machine: Option<String>,
    /// Its text.
    pub(super) text: String,
}

/// Gathers the facts of a page.
pub(super) fn read(html: &Html) -> Page {
    let mut page = Page::default();
    for node in html.tree.root().descendants() {
        match node.value() {
            Node::Element(element) => page.element(node, element),
            Node::Text(text) => page.figure(node, text),
            _ => {}
        }
    }
    page
}

impl Page {
    /// The first meta of any of these names, in the order of the names, whose content is not blank.
    pub(super) fn meta(&self, names: &[&str]) -> Option<&str> {
        let content = |wanted: &&str| {
            let found = self.metas.iter().find(|(name, content)| name == wanted && !content.is_empty());
            found.map(|(_, content)| content.as_str())
        };
        names.iter().find_map(content)
    }

    /// The first address with a relation.
    pub(super) fn link(&self, relation: &str) -> Option<&str> {
        self.links.iter().find(|(found, _)| found == relation).map(|(_, address)| address.as_str())
    }

    fn element(&mut self, node: NodeRef<'_, Node>, element: &scraper::node::Element) {
        let attribute = |name: &str| element.attr(name).map(str::trim).filter(|value| !value.is_empty());
        match element.name() {
            "meta" => {
                let name = ["property", "name", "itemprop", "http-equiv"].iter().find_map(|name| attribute(name));
                if let (Some(name), Some(content)) = (name, attribute("content")) {
                    self.metas.push((name.to_ascii_lowercase(), beginning(content, MAX_FACT).to_string()));
                }
            }
            "link" | "a" => {
                if let (Some(relations), Some(address)) = (attribute("rel"), attribute("href")) {
                    for relation in relations.split_ascii_whitespace().filter(|r| RELATIONS.contains(r)) {
                        self.links.push((relation.to_string(), address.to_string()));
                    }
                }
            }
            "html" => self.language = attribute("lang").or(attribute("xml:lang")).map(ToString::to_string),
            "title" if self.title.is_none() && !within(node, &["svg"]) => self.title = words(node),
            "h1" => {
                // Today's date may stand above it.
                if self.headings.is_empty() {
                    self.figures.clear();
                }
                self.headings.extend(words(node));
            }
            "script" if attribute("type").is_some_and(|kind| kind.to_ascii_lowercase().contains("ld+json")) => {
                json_ld::read(&raw_text(node), &mut self.linked);
            }
            _ => {}
        }
        self.marked(node, element);
    }

    /// Keeps a text that may be a date and nothing else.
    fn figure(&mut self, node: NodeRef<'_, Node>, text: &str) {
        let text = text.trim();
        let digits = text.chars().filter(|c| c.is_numeric()).count();
        let alone = (6..=120).contains(&text.len()) && digits >= 4 && text.split_whitespace().count() <= 12;
        if !alone || self.figures.len() >= MAX_DATED || within(node, &OUTSIDE) || in_class(node, &APART) {
            return;
        }
        let lower = text.to_lowercase();
        if !CHANGED.iter().any(|word| lower.contains(word)) {
            self.figures.push(text.to_string());
        }
    }

    /// Elements that are marked as author or date.
    fn marked(&mut self, node: NodeRef<'_, Node>, element: &scraper::node::Element) {
        let value = |name: &str| element.attr(name).unwrap_or_default().to_ascii_lowercase();
        let (property, class, id, relation) = (value("itemprop"), value("class"), value("id"), value("rel"));
        let names = format!("{class} {id}");
        let author =
            property == "author" || relation == "author" || names.split([' ', '-', '_']).any(|w| AUTHOR.contains(&w));
        let body = matches!(element.name(), "html" | "body" | "article" | "main" | "section" | "meta" | "link" | "ul");
        if author && !body && self.authors.len() < 20 {
            self.authors.extend(words(node).filter(|words| words.chars().count() <= 100));
        }
        let is_time = element.name() == "time";
        let dated = names.split([' ', '-', '_']).any(|w| DATE.iter().any(|d| w.starts_with(d) || w.ends_with(d)));
        if !(is_time || property.starts_with("date") || dated) || body || self.dated.len() >= MAX_DATED {
            return;
        }
        let Some(text) = words(node).or_else(|| element.attr("datetime").map(|_| String::new())) else { return };
        let has = |words: &[&str]| words.iter().any(|w| property.contains(w) || names.contains(w));
        let published = has(&["publish", "datecreated", "entry-date", "pubdate", "post-date", "posted"])
            || element.attr("pubdate").is_some();
        let changed = has(&["modified", "updated", "comment"]) && !published;
        let other = changed || within(node, &OUTSIDE) || in_class(node, &APART);
        let machine =
            ["datetime", "content", "data-datetime", "data-timestamp", "title"].iter().find_map(|a| element.attr(a));
        self.dated.push(Dated { published, other, machine: machine.map(|m| beginning(m, MAX_FACT).to_string()), text });
    }
}

/// Relations of links that say something about the page.
const RELATIONS: [&str; 3] = ["canonical", "license", "shortlink"];
/// Elements whose dates are not those of the article.
const OUTSIDE: [&str; 7] = ["aside", "nav", "footer", "head", "script", "style", "template"];
/// Parts of class names of such elements.
const APART: [&str; 8] = ["comment", "related", "sidebar", "footer", "widget", "copyright", "updated", "modified"];
/// Words of a text that tells a change, not a publication.
const CHANGED: [&str; 10] =
    ["updat", "aktualis", "modif", "geändert", "änderung", "actualiz", "обновл", "تحديث", "بروزرسانی", "©"];
/// Words of class names that mark the author.
const AUTHOR: [&str; 4] = ["author", "byline", "writer", "auteur"];
/// Words of class names that mark a date, at their beginning or end.
const DATE: [&str; 6] = ["date", "time", "posted", "publish", "published", "timestamp"];

/// The text below a node on one line, if there is any and it is short.
fn words(node: NodeRef<'_, Node>) -> Option<String> {
    let texts = node.descendants().filter_map(|below| below.value().as_text());
    let long = texts.scan(0, |bytes, text| {
        *bytes += text.len();
        Some(*bytes)
    });
    if long.take(MAX_FACT).any(|bytes| bytes > 2 * MAX_FACT) { None } else { one_line(node) }
}

/// The text below a node as it stands.
fn raw_text(node: NodeRef<'_, Node>) -> String {
    node.descendants().filter_map(|below| below.value().as_text()).map(|text| &**text).collect()
}

fn within(node: NodeRef<'_, Node>, names: &[&str]) -> bool {
    node.ancestors().filter_map(|above| above.value().as_element()).any(|element| names.contains(&element.name()))
}

/// Whether the element or one above it has such a word in its class or id.
fn in_class(node: NodeRef<'_, Node>, words: &[&str]) -> bool {
    let marked = |element: &scraper::node::Element| {
        let names = [element.attr("class"), element.attr("id")];
        names.into_iter().flatten().any(|names| words.iter().any(|word| names.to_ascii_lowercase().contains(word)))
    };
    let container = |element: &&scraper::node::Element| !matches!(element.name(), "body" | "html");
    node.ancestors().take(8).filter_map(|above| above.value().as_element()).filter(container).any(marked)
}

/// The beginning of a text, at most `max` bytes of it, cut between characters.
pub(super) fn beginning(text: &str, max: usize) -> &str {
    let end = (0..=max.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    &text[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facts_are_gathered_as_they_stand_in_the_page() {
        let page = read(&Html::parse_document(
            "<html lang='fa'><head><title> ت  ب </title><meta property='OG:Title' content=' T '>\
             <link rel='canonical' href='/a'><script type='application/ld+json'>{\"headline\":\"H\"}</script></head>\
             <body><h1>Head<span>ing</span><br>two</h1><span class='byline'>By A</span><time datetime='2021-11-03'>3 Nov</time>\
             <aside><time datetime='2020-01-01'></time></aside></body>",
        ));
        assert_eq!(page.title.as_deref(), Some("ت ب"));
        assert_eq!(page.meta(&["x", "og:title"]), Some("T"));
        assert_eq!(page.link("canonical"), Some("/a"));
        assert_eq!(page.headings, ["Heading two"]);
        assert_eq!(page.language.as_deref(), Some("fa"));
        assert_eq!(page.authors, ["By A"]);
        assert_eq!(page.dated.iter().map(|d| d.other).collect::<Vec<_>>(), [false, true]);
    }
}
