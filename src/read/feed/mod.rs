//! RSS of all versions and Atom: an item or entry is one document.

use quick_xml::Reader as XmlReader;
use quick_xml::events::{BytesStart, Event};

use crate::error::Result;
use crate::model::document::{Body, ByteSpan, RawDocument};
use crate::text::charset::decode_record;
use crate::text::entities::decode_entities;

use super::fields::{FieldMap, Fields, Slot};
use super::pieces::{Piece, Pieces, Tags, failed, too_large};
use super::recognise::Format;
use super::transcode::ascii_compatible;
use super::{Met, Reader, Sink, Slice, broken};

/// The reason of an item that is no XML.
const BAD_XML: &str = "read.bad_xml";

/// Reads feeds; a broken item costs itself, and entities that the feed declares are left as they stand.
pub struct Feed;

impl Reader for Feed {
    fn format(&self) -> Format {
        Format::Feed
    }

    fn read(&self, slice: Slice<'_>, sink: &mut Sink<'_>) -> Result<Met> {
        let (reader, charset, changed) = ascii_compatible(slice.content.reader, slice.charset);
        let tags = Tags { names: vec!["item", "entry"], xml: true, closed: false };
        let mut pieces = Pieces::new(reader, slice.content.start, tags, slice.options.max_record);
        let mut met = Met::default();
        let mut channel = Channel::default();
        loop {
            let document = match pieces.next() {
                Piece::End => return Ok(met),
                Piece::Document | Piece::Cut => {
                    let span = pieces.span();
                    let text = decode_record(pieces.bytes(), charset);
                    match item(&text, &channel, slice.fields) {
                        Ok(document) => RawDocument {
                            record: met.records,
                            bytes: (!changed).then_some(ByteSpan { start: span.start, end: span.end }),
                            ..document
                        },
                        Err(detail) => broken(met.records, BAD_XML, detail, text.as_bytes()),
                    }
                }
                Piece::Outside(shown) => {
                    channel.read(&decode_record(&shown, charset));
                    continue;
                }
                Piece::TooLarge(shown) => too_large(met.records, &shown, charset),
                Piece::Fault(error) => failed(met.records, &error),
            };
            met.records += 1;
            if !sink(document)? {
                return Ok(met);
            }
        }
    }
}

/// What a feed says of all its items.
#[derive(Debug, Default)]
struct Channel {
    title: Option<String>,
    language: Option<String>,
    rights: Option<String>,
}

impl Channel {
    /// Takes what stands in front of the first item, and between items; the first word counts.
    fn read(&mut self, outside: &str) {
        for part in parts(outside) {
            let Ok(part) = part else { return };
            let text = || Some(part.text.trim().to_owned()).filter(|t| !t.is_empty());
            match part.name.as_str() {
                "title" => self.title = self.title.take().or_else(text),
                "language" | "dc:language" => self.language = self.language.take().or_else(text),
                "copyright" | "rights" | "dc:rights" => self.rights = self.rights.take().or_else(text),
                "feed" | "rss" | "channel" => self.language = self.language.take().or(part.language),
                _ => {}
            }
        }
    }
}

/// One element: what it holds as text, and as markup where it has elements.
#[derive(Debug, Default)]
struct Part {
    name: String,
    /// Character data, references resolved once.
    text: String,
    /// The same with its tags, references as they stand.
    markup: String,
    has_elements: bool,
    /// The text of an element `name` within it.
    inner_name: String,
    kind: Option<String>,
    href: Option<String>,
    relation: Option<String>,
    term: Option<String>,
    about: Option<String>,
    language: Option<String>,
}

impl Part {
    fn new(tag: &BytesStart<'_>) -> Self {
        let mut part = Self { name: tag.name().0.to_ascii_lowercase(), ..Self::default() };
        for attribute in tag.html_attributes().with_checks(false).flatten() {
            let value = Some(decode_entities(&attribute.value).trim().to_owned()).filter(|v| !v.is_empty());
            match attribute.key.0 {
                "type" => part.kind = value,
                "href" | "rdf:resource" => part.href = value,
                "rel" => part.relation = value,
                "term" => part.term = value,
                "rdf:about" => part.about = value,
                "xml:lang" => part.language = value,
                _ => {}
            }
        }
        part
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

/// The elements below the containers in order, the containers themselves first, without text.
fn parts(xml: &str) -> impl Iterator<Item = std::result::Result<Part, String>> + '_ {
    let mut reader = XmlReader::from_str(xml);
    let config = reader.config_mut();
    (config.allow_dangling_amp, config.allow_unmatched_ends) = (true, true);
    let mut open: Option<(Part, Vec<String>)> = None;
    let mut ended = false;
    std::iter::from_fn(move || {
        while !ended {
            let event = match reader.read_event() {
                Ok(event) => event,
                Err(error) => {
                    ended = true;
                    return Some(Err(error.to_string()));
                }
            };
            let Some((part, inner)) = &mut open else {
                match event {
                    Event::Start(tag) if CONTAINERS.contains(&tag.name().0.to_ascii_lowercase().as_str()) => {
                        return Some(Ok(Part::new(&tag)));
                    }
                    Event::Start(tag) => open = Some((Part::new(&tag), Vec::new())),
                    Event::Empty(tag) => return Some(Ok(Part::new(&tag))),
                    Event::Eof => ended = true,
                    _ => {}
                }
                continue;
            };
            if matches!(event, Event::Eof) {
                ended = true;
                return Some(Err(format!("`{}` is not closed", part.name)));
            }
            if take(part, inner, &event) {
                return open.take().map(|(part, _)| Ok(part));
            }
        }
        None
    })
}

/// Takes what stands within a part, whose open elements are `inner`; whether it ends the part.
fn take(part: &mut Part, inner: &mut Vec<String>, event: &Event<'_>) -> bool {
    let in_name = inner.last().is_some_and(|name| name == "name" || name == "atom:name");
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
        Event::End(_) if inner.is_empty() => return true,
        Event::End(tag) => {
            inner.pop();
            part.markup.push_str(&format!("</{}>", html(tag)));
        }
        Event::Text(text) => part.push(text, text, in_name),
        Event::CData(data) => part.push(data, data, in_name),
        Event::GeneralRef(reference) => {
            let reference = format!("&{};", &**reference);
            part.push(&decode_entities(&reference), &reference, in_name);
        }
        _ => {}
    }
    false
}

/// A tag as HTML names it.
fn html(tag: &str) -> &str {
    ["xhtml:", "html:", "h:"].iter().find_map(|prefix| tag.strip_prefix(prefix)).unwrap_or(tag)
}

/// The document of an item.
///
/// # Errors
/// What the parser says.
fn item(xml: &str, channel: &Channel, map: &FieldMap) -> std::result::Result<RawDocument, String> {
    let mut fields = Fields::default();
    let mut body: Option<(usize, Body)> = None;
    for part in parts(xml) {
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
const BODIES: [&str; 6] = ["content:encoded", "content", "atom:content", "description", "summary", "atom:summary"];

fn body_of(part: &Part) -> Body {
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
    // Text in feeds is HTML by custom, with tags or without.
    Body::Text(decode_entities(&part.text).into_owned())
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
    use crate::read::ReadOptions;
    use crate::read::recognise::recognise;
    use crate::read::unpack::Unpacked;

    fn read(bytes: &[u8]) -> Vec<RawDocument> {
        let options = ReadOptions::default();
        let fields = FieldMap::new(&options.fields, &options.keep);
        let slice = Slice {
            content: Unpacked { reader: Box::new(std::io::Cursor::new(bytes.to_vec())), plain: None, start: 0 },
            head: bytes,
            charset: recognise(bytes, true, "a.xml").charset,
            range: 0..u64::MAX,
            options: &options,
            fields: &fields,
            scratch: std::path::Path::new("."),
        };
        let mut all = Vec::new();
        Feed.read(slice, &mut |document| {
            all.push(document);
            Ok(true)
        })
        .unwrap();
        all
    }

    const RSS: &str = "<?xml version='1.0' encoding='UTF-8'?>\n<!DOCTYPE rss [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;&a;'>]>\n<rss version='2.0'><channel>\
        <title>صحيفة</title><language>ar</language><copyright>CC BY</copyright>\
        <item><title>خبر &amp;quot;أول&amp;quot;</title><link>http://a.example/1?x=1&amp;y=2</link><guid>g1</guid><dc:creator><![CDATA[سلمى]]></dc:creator>\
        <category>محلي</category><category>آخر</category><pubDate>Tue, 02 Jan 2018 10:00:00 GMT</pubDate>\
        <description>موجز</description><content:encoded><![CDATA[<p>نص <b>كامل</b></p>]]></content:encoded></item>\
        <item><title>broken<description>x</item>\
        <item><title>AT&T &b;</title><description>Fünf &amp;lt; sechs &amp;amp; mehr</description></item></channel></rss>";

    #[test]
    fn items_of_rss_are_documents_and_a_broken_one_costs_itself() {
        let utf16: Vec<u8> = "\u{feff}".encode_utf16().chain(RSS.encode_utf16()).flat_map(u16::to_be_bytes).collect();
        for bytes in [RSS.as_bytes(), &utf16] {
            let found = read(bytes);
            assert_eq!(found.len(), 3);
            assert_eq!(found[0].body, Body::Fragment("<p>نص <b>كامل</b></p>".into()));
            let metadata = &found[0].metadata;
            assert_eq!(metadata.title.as_deref(), Some("خبر \"أول\""));
            assert_eq!(metadata.url.as_deref(), Some("http://a.example/1?x=1&y=2"));
            assert_eq!(metadata.author.as_deref(), Some("سلمى"));
            assert_eq!(metadata.category.as_deref(), Some("محلي"));
            assert_eq!((metadata.language.as_deref(), metadata.site.as_deref()), (Some("ar"), Some("صحيفة")));
            assert_eq!(metadata.license.as_deref(), Some("CC BY"));
            assert_eq!(metadata.published, Some(1_514_887_200_000));
            assert!(matches!(&found[1].body, Body::Broken(fault) if fault.reason == BAD_XML));
            assert_eq!(found[2].body, Body::Text("Fünf < sechs & mehr".into()));
            assert_eq!(found[2].metadata.title.as_deref(), Some("AT&T &b;"));
        }
    }

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

    #[test]
    fn entries_of_atom_hold_text_html_and_xhtml() {
        let atom = "<feed xmlns='http://www.w3.org/2005/Atom' xml:lang='de'><title>Blatt</title>\
            <entry><title type='html'>Ein &lt;b&gt;Titel&lt;/b&gt;</title><link rel='self' href='http://a.example/s'/><link href='http://a.example/1'/><id>urn:1</id>\
            <author><name>Anna</name><email>a@a.example</email></author><updated>2020-01-03T00:00:00Z</updated><published>2020-01-02T00:00:00Z</published>\
            <category term='Kultur'/><summary>kurz</summary><content type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'><p>Text &amp; mehr</p></div></content></entry>\
            <entry><title>b</title><content type='text'>1 &lt; 2</content></entry>\
            <entry><title>c</title><content type='html'>&lt;p&gt;نص&lt;/p&gt;</content></entry></feed>";
        let found = read(atom.as_bytes());
        let bodies: Vec<&Body> = found.iter().map(|d| &d.body).collect();
        let xhtml = "<div xmlns='http://www.w3.org/1999/xhtml'><p>Text &amp; mehr</p></div>";
        assert_eq!(
            bodies,
            [&Body::Fragment(xhtml.into()), &Body::Text("1 < 2".into()), &Body::Fragment("<p>نص</p>".into())]
        );
        let metadata = &found[0].metadata;
        assert_eq!(metadata.title.as_deref(), Some("Ein Titel"));
        assert_eq!(metadata.url.as_deref(), Some("http://a.example/1"));
        assert_eq!((metadata.author.as_deref(), metadata.category.as_deref()), (Some("Anna"), Some("Kultur")));
        assert_eq!((metadata.language.as_deref(), metadata.published), (Some("de"), Some(1_577_923_200_000)));
    }

    #[test]
    fn items_of_rdf_stand_beside_their_channel() {
        let rdf = "<rdf:RDF xmlns='http://purl.org/rss/1.0/'><channel rdf:about='c'><title>S</title><items><rdf:Seq><rdf:li resource='u'/></rdf:Seq></items></channel>\
            <item rdf:about='http://a.example/1'><title>T</title><link>http://a.example/1</link><description>d</description><dc:date>2004-05-06</dc:date></item></rdf:RDF>";
        let found = read(rdf.as_bytes());
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].metadata.source_id.as_deref(), Some("http://a.example/1"));
        assert_eq!(found[0].metadata.site.as_deref(), Some("S"));
    }
}
