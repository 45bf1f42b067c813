//! The document of an item: its text, and what its elements say beside it.

use crate::model::document::{Body, RawDocument};
use crate::read::fields::{FieldMap, Fields, Slot};
use crate::read::markup::{Kind, kind_of};
use crate::text::entities::decode_entities;

use super::channel::Channel;
use super::names::Names;
use super::parts::{Part, parts};

/// The document of an item.
///
/// # Errors
/// What the parser says.
pub(super) fn item(
    xml: &str,
    channel: &Channel,
    names: &Names,
    map: &FieldMap,
) -> std::result::Result<RawDocument, String> {
    let mut fields = Fields::default();
    let mut body: Option<(usize, Body)> = None;
    for part in parts(xml, names) {
        let part = part?;
        if map.keeps(&part.name) {
            fields.keep(&part.name, serde_json::Value::from(part.text.as_str()).to_string());
        }
        if let Some(rank) = BODIES.iter().position(|name| *name == part.name) {
            let found = body_of(&part);
            let blank = matches!(&found, Body::Text(text) if text.trim().is_empty());
            if !blank && body.as_ref().is_none_or(|(held, _)| *held > rank) {
                body = Some((rank, found));
            }
            continue;
        }
        metadata(part, &mut fields);
    }
    for (slot, value) in
        [(Slot::Site, &channel.title), (Slot::Language, &channel.language), (Slot::License, &channel.rights)]
    {
        if let Some(value) = value {
            fields.offer(slot, 90, value.clone().into());
        }
    }
    let (_, metadata) = fields.finish();
    let body = body.map_or_else(|| Body::Text(String::new()), |(_, body)| body);
    Ok(RawDocument { record: 0, bytes: None, metadata, body })
}

/// Elements that hold the text, the fullest first.
pub(super) const BODIES: [&str; 6] =
    ["content:encoded", "content", "atom:content", "description", "summary", "atom:summary"];

fn body_of(part: &Part) -> Body {
    if let Some(bytes) = part.is_base64.then(|| from_base64(&part.text)).flatten() {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let is_html = part.kind.as_deref().is_some_and(|kind| kind.contains("html"));
        return if is_html { Body::Fragment(text) } else { Body::Text(text) };
    }
    if part.has_elements {
        return Body::Fragment(part.markup.clone());
    }
    let plain = part.kind.as_deref().is_some_and(|kind| kind == "text" || kind == "text/plain");
    if plain {
        return Body::Text(part.text.clone());
    }
    if holds_tags(&part.text) {
        return Body::Fragment(part.text.clone());
    }
    // Text in feeds is HTML by custom, with tags or without; some is escaped twice.
    let text = decode_entities(&part.text).into_owned();
    match kind_of(&text) {
        Kind::Text => Body::Text(text),
        Kind::Fragment | Kind::Page => Body::Fragment(text),
    }
}

/// The bytes of a text in base64; none where it is none.
fn from_base64(text: &str) -> Option<Vec<u8>> {
    let digits = text.trim_end().trim_end_matches('=');
    let (mut bytes, mut bits, mut held) = (Vec::with_capacity(digits.len() * 3 / 4), 0, 0u32);
    for digit in digits.bytes().filter(|b| !b.is_ascii_whitespace()) {
        let value = match digit {
            b'A'..=b'Z' => digit - b'A',
            b'a'..=b'z' => digit - b'a' + 26,
            b'0'..=b'9' => digit - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        (held, bits) = (held << 6 | u32::from(value), bits + 6);
        if bits >= 8 {
            bits -= 8;
            bytes.push((held >> bits & 0xFF) as u8);
        }
    }
    Some(bytes)
}

/// Whether a text holds a tag of markup.
fn holds_tags(text: &str) -> bool {
    // Looked for once: from every angle bracket on it would take quadratic time.
    let Some(last) = text.rfind('>') else { return false };
    text[..last].match_indices('<').any(|(i, _)| {
        let after = text[i + 1..last].trim_start_matches('/');
        after.starts_with(|c: char| c.is_ascii_alphabetic())
    })
}

fn metadata(part: Part, fields: &mut Fields<'_>) {
    let plain = || line(&part.text);
    match part.name.as_str() {
        "item" | "entry" => {
            if let Some(about) = part.about {
                fields.offer(Slot::Id, 10, about.into());
            }
            if let Some(language) = part.language {
                fields.offer(Slot::Language, 10, language.into());
            }
        }
        "title" | "dc:title" => fields.offer(Slot::Title, usize::from(part.name != "title"), plain().into()),
        "link" | "atom:link" => {
            let alternate = part.relation.as_deref().is_none_or(|relation| relation == "alternate");
            match part.href {
                Some(href) => fields.offer(Slot::Url, if alternate { 2 } else { 80 }, href.into()),
                None => fields.offer(Slot::Url, 1, plain().into()),
            }
        }
        "feedburner:origlink" => fields.offer(Slot::Url, 0, plain().into()),
        "guid" | "id" => {
            let id = plain();
            if id.starts_with("http") {
                fields.offer(Slot::Url, 50, id.clone().into());
            }
            fields.offer(Slot::Id, 0, id.into());
        }
        "dc:identifier" => fields.offer(Slot::Id, 5, plain().into()),
        "dc:creator" => fields.offer(Slot::Author, 0, plain().into()),
        "author" | "itunes:author" => {
            let author = if part.inner_name.is_empty() { plain() } else { line(&part.inner_name) };
            fields.offer(Slot::Author, 1 + usize::from(part.name != "author"), author.into());
        }
        "category" | "dc:subject" => {
            let category = part.term.clone().unwrap_or_else(plain);
            fields.offer(Slot::Category, usize::from(part.name != "category"), category.into());
        }
        "language" | "dc:language" => fields.offer(Slot::Language, 0, plain().into()),
        "rights" | "dc:rights" | "copyright" | "cc:license" | "creativecommons:license" => {
            fields.offer(Slot::License, 0, part.href.clone().unwrap_or_else(plain).into());
        }
        name => {
            let dates =
                ["pubdate", "published", "dc:date", "issued", "created", "dcterms:issued", "modified", "updated"];
            if let Some(rank) = dates.iter().position(|date| *date == name) {
                fields.offer(Slot::Published, rank, plain().into());
            }
        }
    }
}

/// Text of a title or name: on one line, without tags, references resolved again, since titles are HTML by custom.
fn line(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    // Behind the last `>` nothing is a tag, and none of its angle brackets is asked for its end.
    let (mut rest, behind) = text.split_at(text.rfind('>').map_or(0, |last| last + 1));
    while let Some(open) = rest.find('<') {
        plain.push_str(&rest[..open]);
        let tag = &rest[open..];
        let is_tag = tag[1..].starts_with(|c: char| c.is_ascii_alphabetic() || c == '/');
        match is_tag.then(|| tag.find('>')).flatten() {
            Some(end) => rest = &tag[end + 1..],
            None => {
                plain.push('<');
                rest = &tag[1..];
            }
        }
    }
    plain.push_str(rest);
    plain.push_str(behind);
    decode_entities(&plain).split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn angle_brackets_without_an_end_take_linear_time() {
        assert_eq!(line("a <b>x</b> < 2 <i"), "a x < 2 <i");
        assert!(holds_tags("1 < 2 </p>") && !holds_tags("1 < 2 > <b"));
        let begun = std::time::Instant::now();
        let many = "<a ".repeat(500_000);
        assert!(!holds_tags(&many));
        assert!(!holds_tags(&format!("> {many}")));
        assert_eq!(line(&many).len(), many.len() - 1);
        assert_eq!(line(&"<".repeat(700_000)).len(), 700_000);
        assert_eq!(line(&format!("{}>", "<".repeat(700_000))).len(), 700_001);
        assert!(begun.elapsed().as_secs() < 5);
    }
}
