//! The elements of an item or channel, one at a time.

use quick_xml::Reader as XmlReader;
use quick_xml::events::{BytesStart, Event};

use crate::text::entities::decode_entities;

use super::item::BODIES;
use super::names::Names;

/// One element: what it holds as text, and as markup where it has elements.
#[derive(Debug, Default)]
pub(super) struct Part {
    pub(super) name: String,
    /// Its name as the tag has it.
    tag: String,
    /// Character data, references resolved once.
    pub(super) text: String,
    /// The same with its tags, references as they stand.
    pub(super) markup: String,
    pub(super) has_elements: bool,
    /// The text of an element `name` within it.
    pub(super) inner_name: String,
    pub(super) kind: Option<String>,
    /// Its text is bytes in base64.
    pub(super) is_base64: bool,
    pub(super) href: Option<String>,
    pub(super) relation: Option<String>,
    pub(super) term: Option<String>,
    pub(super) about: Option<String>,
    pub(super) language: Option<String>,
}

impl Part {
    fn new(tag: &BytesStart<'_>, names: &Names) -> Self {
        let written = tag.name().0.to_owned();
        let own = written.split_once(':').map(|(prefix, _)| format!("xmlns:{prefix}"));
        let mut declared = None;
        let mut part = Self::default();
        for attribute in tag.html_attributes().with_checks(false).flatten() {
            if own.as_deref() == Some(attribute.key.0) {
                declared = Some(attribute.value.to_string());
            }
            let value = Some(decode_entities(&attribute.value).trim().to_owned()).filter(|v| !v.is_empty());
            match attribute.key.0 {
                "type" => part.kind = value,
                "mode" => part.is_base64 = value.as_deref() == Some("base64"),
                "href" | "rdf:resource" => part.href = value,
                "rel" => part.relation = value,
                "term" => part.term = value,
                "rdf:about" => part.about = value,
                "xml:lang" => part.language = value,
                _ => {}
            }
        }
        Self { name: names.known(&written, declared.as_deref()), tag: written, ..part }
    }

    fn push(&mut self, text: &str, markup: &str, in_name: bool) {
        self.text.push_str(text);
        self.markup.push_str(markup);
        if in_name {
            self.inner_name.push_str(text);
        }
    }
}

/// Elements that hold the parts of a feed, and are no parts.
const CONTAINERS: [&str; 6] = ["rss", "channel", "rdf:rdf", "feed", "item", "entry"];

/// How many elements that are open are looked through for the one that an end tag closes.
const MAX_UNCLOSED: usize = 64;

/// The elements below the containers in order, the containers themselves first, without text.
pub(super) fn parts<'x>(xml: &'x str, names: &'x Names) -> impl Iterator<Item = Result<Part, String>> + 'x {
    let mut walk = Walk { reader: XmlReader::from_str(xml), names, containers: Vec::new(), ended: false };
    let config = walk.reader.config_mut();
    (config.allow_dangling_amp, config.allow_unmatched_ends, config.check_end_names) = (true, true, false);
    std::iter::from_fn(move || {
        let part = if walk.ended { None } else { walk.part().transpose() };
        walk.ended |= !matches!(part, Some(Ok(_)));
        part
    })
}

/// A walk through the elements of an item or a channel.
struct Walk<'x> {
    reader: XmlReader<&'x [u8]>,
    names: &'x Names,
    /// Containers that are open.
    containers: Vec<String>,
    ended: bool,
}

impl Walk<'_> {
    /// The next element.
    fn part(&mut self) -> Result<Option<Part>, String> {
        loop {
            match self.reader.read_event().map_err(|error| error.to_string())? {
                Event::Start(tag) => {
                    let part = Part::new(&tag, self.names);
                    if CONTAINERS.contains(&part.name.as_str()) {
                        self.containers.push(part.tag.clone());
                        return Ok(Some(part));
                    }
                    return self.content(part).map(Some);
                }
                Event::Empty(tag) => return Ok(Some(Part::new(&tag, self.names))),
                // One that closes nothing was opened before this stretch.
                Event::End(tag) => match self.containers.pop() {
                    Some(open) if open != tag.name().0 => return Err(mismatch(&open, tag.name().0)),
                    _ => {}
                },
                Event::Eof => return Ok(None),
                _ => {}
            }
        }
    }

    /// The element `part` with what stands within it.
    fn content(&mut self, mut part: Part) -> Result<Part, String> {
        let mut inner = Vec::new();
        loop {
            let event = self.reader.read_event().map_err(|error| error.to_string())?;
            if matches!(event, Event::Eof) {
                return Err(format!("`{}` is not closed", part.name));
            }
            if take(&mut part, &mut inner, &event)? {
                return Ok(part);
            }
        }
    }
}

fn mismatch(expected: &str, found: &str) -> String {
    format!("expected `</{expected}>`, found `</{found}>`")
}

/// Takes what stands within a part, whose open elements are `inner`; whether it ends the part.
fn take(part: &mut Part, inner: &mut Vec<String>, event: &Event<'_>) -> Result<bool, String> {
    let in_name = inner.last().is_some_and(|name| name == "name" || name.ends_with(":name"));
    match event {
        Event::Start(tag) => {
            part.has_elements = true;
            part.markup.push_str(&format!("<{}>", html(tag)));
            inner.push(tag.name().0.to_owned());
        }
        Event::Empty(tag) => {
            part.has_elements = true;
            part.markup.push_str(&format!("<{}/>", html(tag)));
        }
        Event::End(tag) => return close(part, inner, tag.name().0),
        Event::Text(text) => part.push(text, text, in_name),
        Event::CData(data) => part.push(data, data, in_name),
        Event::GeneralRef(reference) => {
            let reference = format!("&{};", &**reference);
            part.push(&decode_entities(&reference), &reference, in_name);
        }
        _ => {}
    }
    Ok(false)
}

/// Closes the element `name` within a part; whether it is the part.
///
/// # Errors
/// Where it is not the one that was opened last, save in text that is HTML by hand: there elements need not be closed, and
/// a part ends at its own tag.
fn close(part: &mut Part, inner: &mut Vec<String>, name: &str) -> Result<bool, String> {
    let open = inner.iter().rev().take(MAX_UNCLOSED).position(|open| open == name);
    match open {
        None if name == part.tag && (inner.is_empty() || is_body(part)) => return Ok(true),
        Some(unclosed) if unclosed == 0 || is_body(part) => inner.truncate(inner.len() - 1 - unclosed),
        None if is_body(part) && !is_item(name) => {}
        _ => return Err(mismatch(inner.last().unwrap_or(&part.tag), name)),
    }
    part.markup.push_str(&format!("</{}>", html(name)));
    Ok(false)
}

fn is_body(part: &Part) -> bool {
    BODIES.contains(&part.name.as_str())
}

/// Whether a tag is that of an item, whatever its prefix.
fn is_item(tag: &str) -> bool {
    let name = tag.rsplit(':').next().unwrap_or(tag);
    name.eq_ignore_ascii_case("item") || name.eq_ignore_ascii_case("entry")
}

/// A tag as HTML names it.
fn html(tag: &str) -> &str {
    ["xhtml:", "html:", "h:"].iter().find_map(|prefix| tag.strip_prefix(prefix)).unwrap_or(tag)
}
