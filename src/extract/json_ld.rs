//! What a page says of itself in JSON-LD (schema.org).

use serde_json::Value;

/// The deepest value that is looked at.
const MAX_DEPTH: usize = 12;
/// Types whose facts are those of the page's article.
const ARTICLES: [&str; 9] =
    ["article", "posting", "report", "newsstory", "blogpost", "recipe", "creativework", "question", "videoobject"];

/// The facts of the first article that states each.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Linked {
    /// Its headline.
    pub(super) headline: Option<String>,
    /// When it was published, as written.
    pub(super) published: Option<String>,
    /// When something other than an article, such as the page, was published.
    pub(super) page_published: Option<String>,
    /// Its authors, joined by a comma.
    pub(super) author: Option<String>,
    /// The name of its publisher or site.
    pub(super) publisher: Option<String>,
    /// Its section.
    pub(super) section: Option<String>,
    /// Its licence.
    pub(super) license: Option<String>,
}

/// Adds what one script of JSON-LD states to what is known.
pub(super) fn read(script: &str, linked: &mut Linked) {
    let script = script.trim().trim_start_matches("<!--").trim_end_matches("-->").trim();
    let script = script.trim_start_matches("//<![CDATA[").trim_end_matches("//]]>").trim().trim_end_matches(';');
    // Line breaks within strings are no JSON, but common.
    let parsed = serde_json::from_str(script)
        .or_else(|_| serde_json::from_str::<Value>(&script.replace(|c: char| c.is_control(), " ")));
    match parsed {
        Ok(value) => walk(&value, linked, 0),
        Err(_) => salvage(script, linked),
    }
}

fn walk(value: &Value, linked: &mut Linked, depth: usize) {
    if depth > MAX_DEPTH {
        return;
    }
    match value {
        Value::Array(values) => values.iter().for_each(|value| walk(value, linked, depth + 1)),
        Value::Object(object) => {
            let kind = kinds(value);
            let article = ARTICLES.iter().any(|known| kind.contains(known));
            let site = kind.contains("website") || kind.contains("webpage") || kind.contains("itempage");
            if article || (kind.is_empty() && object.contains_key("headline")) {
                take_article(value, linked);
            } else if site {
                set(&mut linked.page_published, text(&value["datePublished"]));
                set(&mut linked.publisher, kind.contains("website").then(|| text(&value["name"])).flatten());
            }
            // The parts of an article are not it.
            for (key, below) in object.iter().filter(|(key, _)| !PARTS.contains(&key.as_str())) {
                let main = matches!(key.as_str(), "@graph" | "mainEntity" | "mainEntityOfPage" | "isPartOf");
                if below.is_object() || (below.is_array() && (main || depth < 2)) {
                    walk(below, linked, depth + 1);
                }
            }
        }
        _ => {}
    }
}

/// Keys whose values describe other things.
const PARTS: [&str; 12] = [
    "comment",
    "review",
    "author",
    "publisher",
    "hasPart",
    "citation",
    "relatedLink",
    "image",
    "video",
    "itemListElement",
    "mentions",
    "acceptedAnswer",
];

fn take_article(value: &Value, linked: &mut Linked) {
    set(&mut linked.headline, text(&value["headline"]).or_else(|| text(&value["name"])));
    let published = ["datePublished", "dateCreated", "uploadDate"].iter().find_map(|key| text(&value[*key]));
    set(&mut linked.published, published);
    set(&mut linked.author, names(&value["author"]).or_else(|| names(&value["creator"])));
    set(&mut linked.publisher, names(&value["publisher"]));
    set(&mut linked.section, text(&value["articleSection"]));
    set(&mut linked.license, text(&value["license"]).or_else(|| text(&value["license"]["url"])));
}

/// The date of publication of a script that is no JSON.
fn salvage(script: &str, linked: &mut Linked) {
    if let Some(found) = script.split("\"datePublished\"").nth(1) {
        let value = found.trim_start().strip_prefix(':').and_then(|rest| rest.trim_start().strip_prefix('"'));
        let value = value.and_then(|rest| rest.split_once('"')).map(|(value, _)| value.trim().to_string());
        set(&mut linked.published, value.filter(|value| !value.is_empty()));
    }
}

/// The types of an object in lower case, joined by a space.
fn kinds(value: &Value) -> String {
    match &value["@type"] {
        Value::String(kind) => kind.to_ascii_lowercase(),
        Value::Array(kinds) => {
            kinds.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" ").to_ascii_lowercase()
        }
        _ => String::new(),
    }
}

/// A text, or the first of several, without markup of its own.
fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(super::metadata::unescape(text)).filter(|text| !text.is_empty()),
        Value::Array(values) => values.iter().find_map(text),
        Value::Number(number) => Some(number.to_string()),
        Value::Object(object) => object.get("@value").and_then(text),
        _ => None,
    }
}

/// The names of one or several people or organisations, joined by a comma.
fn names(value: &Value) -> Option<String> {
    let name = |value: &Value| text(&value["name"]).or_else(|| text(value)).filter(|name| !name.starts_with("http"));
    match value {
        Value::Array(values) => {
            let mut found: Vec<String> = Vec::new();
            for name in values.iter().filter_map(name).take(20) {
                if !found.contains(&name) {
                    found.push(name);
                }
            }
            (!found.is_empty()).then(|| found.join(", "))
        }
        _ => name(value),
    }
}

fn set(fact: &mut Option<String>, found: Option<String>) {
    if fact.is_none() {
        *fact = found;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(script: &str) -> Linked {
        let mut linked = Linked::default();
        read(script, &mut linked);
        linked
    }

    #[test]
    fn the_facts_of_an_article_in_a_graph_are_found() {
        let linked =
            of(r#"{"@graph":[{"@type":"WebSite","name":"الموقع"},{"@type":["NewsArticle"],"headline":"A &amp; B",
            "datePublished":"2021-11-03","author":[{"name":"X"},{"name":"Y"},"X"],"articleSection":["S","T"],
            "publisher":{"@type":"Organization","name":"P"},"comment":[{"@type":"Article","license":"L"}]}]}"#);
        assert_eq!(
            linked,
            Linked {
                headline: Some("A & B".into()),
                published: Some("2021-11-03".into()),
                page_published: None,
                author: Some("X, Y".into()),
                publisher: Some("الموقع".into()),
                section: Some("S".into()),
                license: None,
            }
        );
    }

    #[test]
    fn line_breaks_in_strings_and_broken_json_do_not_lose_the_date() {
        assert_eq!(of("{\"@type\":\"Article\",\"headline\":\"a\nb\"}").headline.as_deref(), Some("a b"));
        assert_eq!(of("{\"a\": oops, \"datePublished\" : \"2021-11-03\"").published.as_deref(), Some("2021-11-03"));
    }

    #[test]
    fn a_list_of_other_articles_is_not_the_page() {
        let linked = of(r#"{"@type":"ItemList","itemListElement":[{"@type":"Article","headline":"other"}]}"#);
        assert_eq!(linked.headline, None);
    }
}
