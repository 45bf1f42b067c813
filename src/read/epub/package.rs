//! The package document of a book: its metadata, its files and the order of its chapters.

use std::collections::{BTreeMap, BTreeSet};

use quick_xml::Reader as XmlReader;
use quick_xml::events::{BytesStart, Event};

use crate::read::fields::{FieldMap, Fields, Slot};
use crate::text::entities::decode_entities;

/// What the package document says.
pub(super) struct Package {
    pub(super) fields: Fields<'static>,
    /// Files by id: path, and whether it is a chapter by kind.
    manifest: BTreeMap<String, (String, bool)>,
    spine: Vec<String>,
    /// How its markup is broken before its spine: its chapters are not known then.
    pub(super) fault: Option<String>,
}

impl Package {
    /// Reads the package document, as far as its markup is whole.
    pub(super) fn parse(xml: &str, map: &FieldMap) -> Self {
        let mut package = Self { fields: Fields::default(), manifest: BTreeMap::new(), spine: Vec::new(), fault: None };
        let mut identifier = None;
        let mut authors: Vec<String> = Vec::new();
        let mut reader = XmlReader::from_str(xml);
        let config = reader.config_mut();
        (config.allow_dangling_amp, config.allow_unmatched_ends) = (true, true);
        let mut open: Option<(String, BTreeMap<&'static str, String>, String)> = None;
        loop {
            let event = reader.read_event();
            // An element that is empty says nothing, and no end of it follows.
            let opens = matches!(event, Ok(Event::Start(_)));
            match event {
                Err(_) if !package.spine.is_empty() => break,
                Err(error) => {
                    package.fault = Some(format!("its package document: {error}"));
                    break;
                }
                Ok(Event::Eof) => break,
                Ok(Event::Start(tag) | Event::Empty(tag)) => match local(&tag) {
                    "package" => identifier = attribute(&tag, "unique-identifier"),
                    "item" => package.item(&tag),
                    "itemref" if attribute(&tag, "linear").as_deref() != Some("no") => {
                        package.spine.extend(attribute(&tag, "idref"));
                    }
                    _ if opens && tag.name().0.starts_with("dc:") => {
                        let known = ["id", "event"].into_iter().filter_map(|a| Some((a, attribute(&tag, a)?)));
                        open = Some((tag.name().0.to_owned(), known.collect(), String::new()));
                    }
                    _ => {}
                },
                Ok(Event::Text(text)) => open.iter_mut().for_each(|(.., held)| held.push_str(&text)),
                Ok(Event::CData(text)) => open.iter_mut().for_each(|(.., held)| held.push_str(&text)),
                Ok(Event::GeneralRef(reference)) => {
                    let decoded = decode_entities(&format!("&{};", &*reference)).into_owned();
                    open.iter_mut().for_each(|(.., held)| held.push_str(&decoded));
                }
                Ok(Event::End(tag)) => {
                    if let Some((name, attributes, held)) = open.take_if(|(name, ..)| *name == tag.name().0) {
                        let name = name.trim_start_matches("dc:").to_ascii_lowercase();
                        package.said(&name, &attributes, &held, identifier.as_deref(), &mut authors, map);
                    }
                }
                Ok(_) => {}
            }
        }
        if !authors.is_empty() {
            package.fields.offer(Slot::Author, 0, authors.join("\n").into());
        }
        package
    }

    fn item(&mut self, tag: &BytesStart<'_>) {
        let (Some(id), Some(href)) = (attribute(tag, "id"), attribute(tag, "href")) else { return };
        let kind = attribute(tag, "media-type").unwrap_or_default();
        let is_page = matches!(kind.as_str(), "application/xhtml+xml" | "text/html" | "text/x-oeb1-document" | "")
            || is_page_name(href.split('#').next().unwrap_or_default());
        let is_contents = attribute(tag, "properties").is_some_and(|p| p.split_whitespace().any(|p| p == "nav"));
        self.manifest.insert(id, (href, is_page && !is_contents));
    }

    /// One element of the metadata.
    fn said(
        &mut self,
        name: &str,
        attributes: &BTreeMap<&'static str, String>,
        held: &str,
        identifier: Option<&str>,
        authors: &mut Vec<String>,
        map: &FieldMap,
    ) {
        let value = held.split_whitespace().collect::<Vec<_>>().join(" ");
        if map.keeps(name) {
            self.fields.keep(name, serde_json::Value::from(value.as_str()).to_string());
        }
        let publication = attributes.get("event").is_some_and(|event| event.ends_with("publication"));
        let (slot, rank) = match name {
            "creator" if !value.is_empty() => return authors.push(value),
            "title" => (Slot::Title, 0),
            "language" => (Slot::Language, 0),
            "date" => (Slot::Published, usize::from(!publication)),
            "identifier" => (Slot::Id, usize::from(attributes.get("id").map(String::as_str) != identifier)),
            "rights" => (Slot::License, 0),
            "subject" => (Slot::Category, 0),
            _ => return,
        };
        self.fields.offer(slot, rank, value.into());
    }

    /// The paths of the chapters in order, each once; all pages by id where there is no spine. None where the markup is
    /// broken before it.
    pub(super) fn chapters(&self) -> Vec<&str> {
        let mut seen = BTreeSet::new();
        if self.fault.is_some() {
            return Vec::new();
        }
        let by_lower: BTreeMap<String, &(String, bool)> =
            self.manifest.iter().map(|(id, file)| (id.to_lowercase(), file)).collect();
        let file = |id: &String| self.manifest.get(id).or_else(|| by_lower.get(&id.to_lowercase()).copied());
        let in_order: Vec<&String> =
            if self.spine.is_empty() { self.manifest.keys().collect() } else { self.spine.iter().collect() };
        let pages = in_order.into_iter().filter_map(file).filter(|(_, is_page)| *is_page);
        pages.map(|(href, _)| href.as_str()).filter(|href| seen.insert(*href)).collect()
    }
}

/// Whether a file is a page by its name, whatever kind is told of it.
pub(super) fn is_page_name(name: &str) -> bool {
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
    ending.is_some_and(|ending| ["xhtml", "html", "htm"].contains(&ending.as_str()))
}

/// Calls `see` with every opening tag, up to the first error of the markup.
pub(super) fn each_tag(xml: &str, mut see: impl FnMut(&BytesStart<'_>)) {
    let mut reader = XmlReader::from_str(xml);
    while let Ok(event) = reader.read_event() {
        match event {
            Event::Start(tag) | Event::Empty(tag) => see(&tag),
            Event::Eof => return,
            _ => {}
        }
    }
}

pub(super) fn local<'t>(tag: &'t BytesStart<'_>) -> &'t str {
    let name = tag.name().0;
    name.rsplit(':').next().unwrap_or(name)
}

pub(super) fn attribute(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    let mut attributes = tag.html_attributes();
    let found = attributes.with_checks(false).flatten().find(|a| a.key.0.rsplit(':').next() == Some(name))?;
    Some(decode_entities(&found.value).trim().to_owned()).filter(|value| !value.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::ReadOptions;

    #[test]
    fn an_element_of_metadata_ends_at_its_own_end_and_an_empty_one_says_nothing() {
        let xml = "<package><metadata><dc:rights/><meta property='dcterms:modified'>2024-05-06</meta>\
            <dc:title>Ein <i>schöner</i> Titel</dc:title><dc:language/></metadata></package>";
        let map = FieldMap::new(&ReadOptions::default().fields, &[]);
        let package = Package::parse(xml, &map);
        assert_eq!(package.fault, None);
        let (_, metadata) = package.fields.finish();
        assert_eq!((metadata.license, metadata.language), (None, None));
        assert_eq!(metadata.title.as_deref(), Some("Ein schöner Titel"));
    }
}
