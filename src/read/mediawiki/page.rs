//! One `<page>` of a dump.

use std::borrow::Cow;

use quick_xml::Reader;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesRef, BytesStart, Event};

/// What a page says of itself and of its newest revision.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Page {
    pub(super) title: String,
    pub(super) namespace: Option<i32>,
    pub(super) id: String,
    pub(super) is_redirect: bool,
    /// Of the newest revision, as are those below; empty where it is not named.
    pub(super) model: String,
    pub(super) timestamp: String,
    pub(super) text: String,
    pub(super) is_deleted: bool,
}

/// Elements within each other, as far as they matter.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Element {
    Page,
    Title,
    Namespace,
    Id,
    Revision,
    Model,
    Timestamp,
    Text,
    Other,
}

impl Element {
    /// The element of this name within `parents`.
    fn of(name: &str, parents: &[Self]) -> Self {
        match (parents, name) {
            ([], "page") => Self::Page,
            ([Self::Page], "title") => Self::Title,
            ([Self::Page], "ns") => Self::Namespace,
            ([Self::Page], "id") => Self::Id,
            ([Self::Page], "revision") => Self::Revision,
            ([Self::Page, Self::Revision], "model") => Self::Model,
            ([Self::Page, Self::Revision], "timestamp") => Self::Timestamp,
            ([Self::Page, Self::Revision], "text") => Self::Text,
            _ => Self::Other,
        }
    }
}

/// What is known of a revision.
struct Revision {
    model: String,
    timestamp: String,
    text: String,
    is_deleted: bool,
}

impl Revision {
    fn taken(page: &mut Page) -> Self {
        Self {
            model: std::mem::take(&mut page.model),
            timestamp: std::mem::take(&mut page.timestamp),
            text: std::mem::take(&mut page.text),
            is_deleted: std::mem::take(&mut page.is_deleted),
        }
    }
}

/// The later of two revisions by their times, which are written so that their order is that of letters; the one that stands
/// last where they do not tell.
fn newer(one: Option<Revision>, other: Revision) -> Option<Revision> {
    match one {
        Some(one) if !other.timestamp.is_empty() && one.timestamp > other.timestamp => Some(one),
        _ => Some(other),
    }
}

/// Reads the XML of a page, from `<page` to the end of `</page>`.
///
/// # Errors
/// What breaks XML in it, and where, for a person.
pub(super) fn parse(xml: &str) -> Result<Page, String> {
    let mut reader = Reader::from_str(xml);
    reader.config_mut().allow_dangling_amp = true;
    let mut page = Page::default();
    let mut namespace = String::new();
    let mut parents = Vec::new();
    let mut has_title = false;
    let mut newest: Option<Revision> = None;
    loop {
        match reader.read_event() {
            Err(error) => return Err(format!("{error}, at byte {} of the page", reader.error_position())),
            Ok(Event::Start(tag)) => {
                let element = Element::of(tag.local_name().as_ref(), &parents);
                if element == Element::Title && std::mem::replace(&mut has_title, true) {
                    return Err("a second title: of another page, whose beginning is lost".into());
                }
                begin(&mut page, element, &tag, parents.len());
                parents.push(element);
            }
            Ok(Event::Empty(tag)) => {
                begin(&mut page, Element::of(tag.local_name().as_ref(), &parents), &tag, parents.len())
            }
            Ok(Event::End(_)) => {
                if parents.pop() == Some(Element::Revision) {
                    newest = newer(newest.take(), Revision::taken(&mut page));
                }
            }
            Ok(Event::Text(text)) => push(&mut page, &mut namespace, parents.last(), &text),
            Ok(Event::CData(text)) => push(&mut page, &mut namespace, parents.last(), &text),
            Ok(Event::GeneralRef(entity)) => push(&mut page, &mut namespace, parents.last(), &resolved(&entity)),
            Ok(Event::Eof) if parents.is_empty() => break,
            Ok(Event::Eof) => return Err("the page ends within an element".into()),
            Ok(_) => {}
        }
    }
    if let Some(Revision { model, timestamp, text, is_deleted }) = newest {
        page = Page { model, timestamp, text, is_deleted, ..page };
    }
    page.namespace = namespace.trim().parse().ok();
    page.title.truncate(page.title.trim_end().len());
    Ok(page)
}

fn begin(page: &mut Page, element: Element, tag: &BytesStart<'_>, depth: usize) {
    match element {
        Element::Revision => {
            page.model.clear();
            page.timestamp.clear();
            page.text.clear();
            page.is_deleted = false;
        }
        Element::Text => {
            page.is_deleted = tag.attributes().with_checks(false).flatten().any(|a| a.key.as_ref() == "deleted");
        }
        Element::Other if depth == 1 && tag.local_name().as_ref() == "redirect" => page.is_redirect = true,
        _ => {}
    }
}

fn push(page: &mut Page, namespace: &mut String, element: Option<&Element>, text: &str) {
    let field = match element {
        Some(Element::Title) => &mut page.title,
        Some(Element::Namespace) => namespace,
        Some(Element::Id) => &mut page.id,
        Some(Element::Model) => &mut page.model,
        Some(Element::Timestamp) => &mut page.timestamp,
        Some(Element::Text) => &mut page.text,
        _ => return,
    };
    field.push_str(text);
}

/// What a reference stands for; one of an entity that the dump would have to declare stays as it is, so that none grows.
pub(super) fn resolved<'e>(entity: &'e BytesRef<'_>) -> Cow<'e, str> {
    if let Ok(Some(c)) = entity.resolve_char_ref() {
        return Cow::Owned(c.to_string());
    }
    match resolve_predefined_entity(entity) {
        Some(text) => Cow::Borrowed(text),
        None => Cow::Owned(format!("&{};", &**entity)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_revision_counts_wherever_it_stands() {
        let revision = |year: &str| format!("<revision><timestamp>{year}</timestamp><text>of {year}</text></revision>");
        for years in [["2001", "2020"], ["2020", "2001"]] {
            let page = parse(&format!("<page><title>T</title>{}{}</page>", revision(years[0]), revision(years[1])));
            assert_eq!(page.unwrap().text, "of 2020");
        }
        let page = parse(
            "<page><title>T</title><revision><text>a</text></revision><revision><text>b</text></revision></page>",
        );
        assert_eq!(page.unwrap().text, "b");
    }

    #[test]
    fn the_last_revision_counts_and_its_entities_are_undone_once() {
        let page = parse(
            "<page><title>بحر</title><ns>0</ns><id>7</id><revision><id>1</id><text>قديم</text></revision>\
             <revision><id>2</id><timestamp>2020-01-01T00:00:00Z</timestamp><contributor><id>9</id></contributor>\
             <model>wikitext</model><text xml:space=\"preserve\">a &lt;b&gt; &amp;nbsp; &#1605;&lol; R&D</text></revision></page>",
        );
        let expected = Page {
            title: "بحر".into(),
            namespace: Some(0),
            id: "7".into(),
            model: "wikitext".into(),
            timestamp: "2020-01-01T00:00:00Z".into(),
            text: "a <b> &nbsp; م&lol; R&D".into(),
            ..Page::default()
        };
        assert_eq!(page, Ok(expected));
    }

    #[test]
    fn redirects_and_deleted_texts_are_told() {
        let page = parse("<page><redirect title=\"x\"/><revision><text deleted=\"deleted\" /></revision></page>")
            .expect("XML");
        assert!(page.is_redirect && page.is_deleted);
    }

    #[test]
    fn tags_that_do_not_match_are_an_error() {
        assert!(parse("<page><title>a</titel></page>").is_err_and(|detail| detail.contains("byte")));
        assert!(parse("<page><revision><text>a</revision></page>").is_err());
        let glued = "<page><title>a</title><id>1</id><title>b</title><revision><text>b</text></revision></page>";
        assert!(parse(glued).is_err_and(|detail| detail.contains("second title")));
    }
}
