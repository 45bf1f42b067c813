//! Books in EPUB 2 and 3: a book is one document, its chapters in the order of its spine.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};

use quick_xml::Reader as XmlReader;
use quick_xml::events::{BytesStart, Event};

use crate::error::Result;
use crate::model::document::{Body, RawDocument};
use crate::store::region::Region;
use crate::text::charset::{decode, detect, html_declaration};
use crate::text::entities::decode_entities;

use super::archive::{self, Member};
use super::compression::Compression;
use super::fields::{FieldMap, Fields, Slot};
use super::recognise::Format;
use super::unpack::{self, Raw, at_offsets, fault_of, read_whole};
use super::{Met, Reader, Sink, Slice, broken};

/// The reason of a book that is damaged or locked.
const BAD_EPUB: &str = "read.bad_epub";

/// The largest table of contents, list of files or metadata that is read, in bytes.
const MAX_PACKAGE: u64 = 16 << 20;

/// Ways to hide fonts that lock no text.
const FONT_ALGORITHMS: [&str; 2] = ["http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC"];

/// Reads a book as one document of all its chapters.
pub struct Epub;

impl Reader for Epub {
    fn format(&self) -> Format {
        Format::Epub
    }

    fn read(&self, slice: Slice<'_>, sink: &mut Sink<'_>) -> Result<Met> {
        let (file, damage) = at_offsets(slice.content, slice.scratch)?;
        // A damaged archive must cost itself alone, so a panic of the decoder is an error of the book.
        let read = catch_unwind(AssertUnwindSafe(|| book(file, slice.options.max_record, slice.fields)));
        let read = read.unwrap_or_else(|_| Err(damaged("the decoder gave up on damaged data")));
        let document = match (read, damage) {
            (Ok(book), _) => book,
            (Err(_), Some(damage)) => {
                let (reason, detail) = fault_of(&damage);
                broken(0, reason, detail, &[])
            }
            (Err(fault), None) => broken(0, fault.reason, fault.detail, &[]),
        };
        sink(document)?;
        Ok(Met { records: 1, ..Met::default() })
    }
}

/// Why a book is not read.
struct Fault {
    reason: &'static str,
    detail: String,
}

fn damaged(detail: impl ToString) -> Fault {
    Fault { reason: BAD_EPUB, detail: detail.to_string() }
}

/// What is read of a book, or why it is not.
type Read<T> = std::result::Result<T, Fault>;

/// The members of a book by name.
struct Archive {
    region: Region,
    members: BTreeMap<String, Member>,
}

impl Archive {
    fn open(file: File) -> Read<Self> {
        let region = Region::whole(file).map_err(damaged)?;
        let directory = archive::directory(&region, Format::Zip);
        if let Some(fault) = directory.fault {
            return Err(damaged(fault));
        }
        // Some tools store names as the package writes them.
        let members = directory.members.into_iter().map(|member| (percent_decoded(&member.name), member)).collect();
        Ok(Self { region, members })
    }

    /// The text of a member, or none where the archive has none of that name.
    fn text(&self, name: &str, max: u64) -> Read<Option<String>> {
        let Some(member) = self.members.get(name) else { return Ok(None) };
        let unreadable = |error: std::io::Error| damaged(format!("`{name}`: {error}"));
        let content = unpack::open(&Raw::member(&self.region, member), Compression::None, 0).map_err(unreadable)?;
        let Some(bytes) = read_whole(content.reader, max).map_err(|(error, _)| unreadable(error))? else {
            let detail = "a book above the limit; read it with a larger --max-record".into();
            return Err(Fault { reason: "read.record_too_large", detail });
        };
        let charset = detect(&bytes, html_declaration(&bytes).as_deref(), true);
        Ok(Some(decode(&bytes, charset).into_owned()))
    }
}

fn book(file: File, max: u64, map: &FieldMap) -> Read<RawDocument> {
    let archive = Archive::open(file)?;
    let path = package_path(&archive)?;
    let xml = archive.text(&path, MAX_PACKAGE)?.ok_or_else(|| damaged(format!("it has no `{path}`")))?;
    let package = Package::parse(&xml, map)?;
    let locked = locked_members(&archive)?;
    let mut html = String::new();
    let chapters = package.chapters();
    if chapters.is_empty() {
        return Err(damaged("it names no chapter"));
    }
    for href in chapters {
        let member = resolve(&path, href);
        if locked.contains(&member) {
            return Err(damaged(format!("its chapters are encrypted (DRM), such as `{member}`")));
        }
        let chapter = archive.text(&member, max.saturating_sub(html.len() as u64))?;
        let chapter = chapter.ok_or_else(|| damaged(format!("it has no `{member}`, which is one of its chapters")))?;
        html.push_str("<div>");
        open_empty_tags(body_of(&chapter), &mut html);
        html.push_str("</div>\n");
    }
    let (_, metadata) = package.fields.finish();
    Ok(RawDocument { record: 0, bytes: None, metadata, body: Body::Fragment(html) })
}

/// Where the package document stands: as the container says, else the first member of its kind.
fn package_path(archive: &Archive) -> Read<String> {
    if let Some(xml) = archive.text("META-INF/container.xml", MAX_PACKAGE)? {
        let mut path = None;
        each_tag(&xml, |tag| {
            if local(tag) == "rootfile" && path.is_none() {
                path = attribute(tag, "full-path");
            }
        });
        if let Some(path) = path {
            return Ok(path);
        }
    }
    let found = archive.members.keys().find(|name| name.ends_with(".opf")).cloned();
    found.ok_or_else(|| damaged("it has no package document"))
}

/// The members that are encrypted, but for fonts.
fn locked_members(archive: &Archive) -> Read<BTreeSet<String>> {
    let mut locked = BTreeSet::new();
    let Some(xml) = archive.text("META-INF/encryption.xml", MAX_PACKAGE)? else { return Ok(locked) };
    let mut font = false;
    each_tag(&xml, |tag| match local(tag) {
        "EncryptionMethod" => {
            font = attribute(tag, "Algorithm").is_some_and(|a| FONT_ALGORITHMS.contains(&a.as_str()));
        }
        "CipherReference" if !font => locked.extend(attribute(tag, "URI").map(|uri| resolve("", &uri))),
        _ => {}
    });
    Ok(locked)
}

/// Calls `see` with every opening tag, up to the first error of the markup.
fn each_tag(xml: &str, mut see: impl FnMut(&BytesStart<'_>)) {
    let mut reader = XmlReader::from_str(xml);
    while let Ok(event) = reader.read_event() {
        match event {
            Event::Start(tag) | Event::Empty(tag) => see(&tag),
            Event::Eof => return,
            _ => {}
        }
    }
}

fn local<'t>(tag: &'t BytesStart<'_>) -> &'t str {
    let name = tag.name().0;
    name.rsplit(':').next().unwrap_or(name)
}

fn attribute(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    let mut attributes = tag.html_attributes();
    let found = attributes.with_checks(false).flatten().find(|a| a.key.0.rsplit(':').next() == Some(name))?;
    Some(decode_entities(&found.value).trim().to_owned()).filter(|value| !value.is_empty())
}

/// What the package document says.
struct Package {
    fields: Fields<'static>,
    /// Files by id: path, and whether it is a chapter by kind.
    manifest: BTreeMap<String, (String, bool)>,
    spine: Vec<String>,
}

impl Package {
    /// Reads the package document.
    ///
    /// # Errors
    /// Where its markup is broken before the end of the spine.
    fn parse(xml: &str, map: &FieldMap) -> Read<Self> {
        let mut package = Self { fields: Fields::default(), manifest: BTreeMap::new(), spine: Vec::new() };
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
                Err(error) => return Err(damaged(format!("its package document: {error}"))),
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
        Ok(package)
    }

    fn item(&mut self, tag: &BytesStart<'_>) {
        let (Some(id), Some(href)) = (attribute(tag, "id"), attribute(tag, "href")) else { return };
        let kind = attribute(tag, "media-type").unwrap_or_default();
        let is_page = matches!(kind.as_str(), "application/xhtml+xml" | "text/html" | "text/x-oeb1-document" | "");
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

    /// The paths of the chapters in order, each once; all pages by id where there is no spine.
    fn chapters(&self) -> Vec<&str> {
        let mut seen = BTreeSet::new();
        let in_order: Vec<&String> =
            if self.spine.is_empty() { self.manifest.keys().collect() } else { self.spine.iter().collect() };
        let pages = in_order.into_iter().filter_map(|id| self.manifest.get(id)).filter(|(_, is_page)| *is_page);
        pages.map(|(href, _)| href.as_str()).filter(|href| seen.insert(*href)).collect()
    }
}

/// The member that `href` names, seen from the member `base`.
fn resolve(base: &str, href: &str) -> String {
    let path = href.split('#').next().unwrap_or_default();
    let mut parts: Vec<&str> = base.split('/').collect();
    parts.pop();
    let decoded = percent_decoded(path);
    for part in decoded.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

fn percent_decoded(path: &str) -> String {
    let bytes = path.as_bytes();
    let (mut out, mut at) = (Vec::with_capacity(bytes.len()), 0);
    while at < bytes.len() {
        let hex = path.get(at + 1..at + 3).filter(|_| bytes[at] == b'%');
        match hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) => {
                out.push(byte);
                at += 3;
            }
            None => {
                out.push(bytes[at]);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// What stands between the tags of the body; all of a page without one.
fn body_of(page: &str) -> &str {
    let find = |from: usize, tag: &str| {
        memchr::memchr_iter(b'<', &page.as_bytes()[from..]).map(|i| from + i).find(|i| {
            page.as_bytes()[i + 1..].get(..tag.len()).is_some_and(|name| name.eq_ignore_ascii_case(tag.as_bytes()))
        })
    };
    let Some(open) = find(0, "body").and_then(|at| page[at..].find('>').map(|end| at + end + 1)) else { return page };
    &page[open..find(open, "/body").unwrap_or(page.len())]
}

/// Elements of HTML that have no end.
const VOID: [&str; 13] =
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"];

/// Writes XHTML so that HTML understands it: `<a/>` becomes `<a></a>`, where HTML would see an open tag.
fn open_empty_tags(xhtml: &str, out: &mut String) {
    let mut rest = xhtml;
    while let Some(end) = rest.find("/>") {
        let tag = rest[..end].rfind('<').map(|open| &rest[open + 1..end]).filter(|tag| !tag.contains('>'));
        let name = tag.map(|tag| &tag[..tag.find(char::is_whitespace).unwrap_or(tag.len())]);
        match name.filter(|n| n.starts_with(|c: char| c.is_ascii_alphabetic()) && !VOID.contains(n)) {
            Some(name) => {
                out.push_str(&rest[..end]);
                out.push_str("></");
                out.push_str(name);
                out.push('>');
            }
            None => out.push_str(&rest[..end + 2]),
        }
        rest = &rest[end + 2..];
    }
    out.push_str(rest);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::ReadOptions;
    use crate::read::unpack::Unpacked;
    use std::io::Cursor;

    const CONTAINER: &str = "<container><rootfiles><rootfile full-path='OPS/book.opf' media-type='application/oebps-package+xml'/></rootfiles></container>";
    const PACKAGE: &str = "<package unique-identifier='b'><metadata xmlns:dc='d'><dc:title>كتاب &amp; آخر</dc:title><dc:creator>سلمى</dc:creator><dc:creator>Ben</dc:creator>\
        <dc:identifier>x</dc:identifier><dc:identifier id='b'>urn:7</dc:identifier><dc:language>ar</dc:language><dc:date>2011-02-03</dc:date><dc:rights>CC0</dc:rights></metadata>\
        <manifest><item id='n' href='nav.xhtml' properties='nav' media-type='application/xhtml+xml'/><item id='c2' href='text/two%20b.xhtml' media-type='application/xhtml+xml'/>\
        <item id='c1' href='text/one.xhtml' media-type='application/xhtml+xml'/><item id='p' href='p.png' media-type='image/png'/></manifest>\
        <spine><itemref idref='n'/><itemref idref='c1'/><itemref idref='p'/><itemref idref='c2'/><itemref idref='gone'/></spine></package>";

    /// A book, with members that stand for those of its names or come to them.
    fn archive(more: &[(&str, &str)]) -> Vec<u8> {
        let mut members = vec![
            ("mimetype", "application/epub+zip"),
            ("META-INF/container.xml", CONTAINER),
            ("OPS/book.opf", PACKAGE),
            ("OPS/nav.xhtml", "<html><body><nav>contents</nav></body></html>"),
            (
                "OPS/text/one.xhtml",
                "<html><head><title/></head><body><h1>الأول</h1><p>نص<a id='x'/></p><script/></body></html>",
            ),
            ("OPS/text/two b.xhtml", "<html><body class='c'><p>Zweites</p></body></html>"),
        ];
        members.retain(|(name, _)| more.iter().all(|(other, _)| other != name));
        let (mut zip, mut directory) = (Vec::new(), Vec::new());
        let le = |numbers: &[(usize, usize)]| -> Vec<u8> {
            numbers.iter().flat_map(|(n, width)| n.to_le_bytes()[..*width].to_vec()).collect()
        };
        for (name, text) in members.iter().chain(more) {
            let sum = crc32fast::hash(text.as_bytes()) as usize;
            let both =
                [(20, 2), (0, 2), (0, 2), (0, 4), (sum, 4), (text.len(), 4), (text.len(), 4), (name.len(), 2), (0, 2)];
            let place = [(0, 2), (0, 2), (0, 2), (0, 4), (zip.len(), 4)];
            directory.extend(
                [b"PK\x01\x02".to_vec(), le(&[(20, 2)]), le(&both), le(&place), name.as_bytes().to_vec()].concat(),
            );
            zip.extend(
                [b"PK\x03\x04".to_vec(), le(&both), name.as_bytes().to_vec(), text.as_bytes().to_vec()].concat(),
            );
        }
        let count = members.len() + more.len();
        let end = [(0, 2), (0, 2), (count, 2), (count, 2), (directory.len(), 4), (zip.len(), 4), (0, 2)];
        [zip, directory, b"PK\x05\x06".to_vec(), le(&end)].concat()
    }

    fn read(bytes: Vec<u8>, max_record: u64) -> RawDocument {
        let options = ReadOptions { max_record, ..ReadOptions::default() };
        let fields = FieldMap::new(&options.fields, &[]);
        let slice = Slice {
            head: &bytes.clone(),
            content: Unpacked { reader: Box::new(Cursor::new(bytes)), plain: None, start: 0 },
            charset: detect(b"", None, true),
            range: 0..u64::MAX,
            options: &options,
            fields: &fields,
            scratch: &std::env::temp_dir(),
        };
        let mut all = Vec::new();
        Epub.read(slice, &mut |document| {
            all.push(document);
            Ok(true)
        })
        .unwrap();
        assert_eq!(all.len(), 1);
        all.remove(0)
    }

    fn fault(document: &RawDocument) -> (&str, &str) {
        match &document.body {
            Body::Broken(fault) => (&fault.reason, &fault.detail),
            body => panic!("{body:?}"),
        }
    }

    #[test]
    fn a_book_is_its_chapters_in_the_order_of_its_spine() {
        let book = read(archive(&[]), 1 << 20);
        let chapters = "<div><h1>الأول</h1><p>نص<a id='x'></a></p><script></script></div>\n<div><p>Zweites</p></div>\n";
        assert_eq!(book.body, Body::Fragment(chapters.into()));
        assert_eq!(book.metadata.title.as_deref(), Some("كتاب & آخر"));
        assert_eq!(book.metadata.author.as_deref(), Some("سلمى\nBen"));
        assert_eq!(book.metadata.source_id.as_deref(), Some("urn:7"));
        assert_eq!((book.metadata.language.as_deref(), book.metadata.license.as_deref()), (Some("ar"), Some("CC0")));
        assert_eq!(book.metadata.published, Some(1_296_691_200_000));
    }

    #[test]
    fn an_element_of_metadata_ends_at_its_own_end_and_an_empty_one_says_nothing() {
        let xml = "<package><metadata><dc:rights/><meta property='dcterms:modified'>2024-05-06</meta>\
            <dc:title>Ein <i>schöner</i> Titel</dc:title><dc:language/></metadata></package>";
        let map = FieldMap::new(&ReadOptions::default().fields, &[]);
        let Ok(package) = Package::parse(xml, &map) else { panic!("it is whole") };
        let (_, metadata) = package.fields.finish();
        assert_eq!((metadata.license, metadata.language), (None, None));
        assert_eq!(metadata.title.as_deref(), Some("Ein schöner Titel"));
    }

    #[test]
    fn a_locked_book_says_so_and_hidden_fonts_lock_nothing() {
        let locked = |algorithm: &str| {
            let xml = format!(
                "<encryption><EncryptedData><EncryptionMethod Algorithm='{algorithm}'/><CipherData><CipherReference URI='OPS/text/one.xhtml'/></CipherData></EncryptedData></encryption>"
            );
            read(archive(&[("META-INF/encryption.xml", &xml)]), 1 << 20)
        };
        let book = locked("http://www.w3.org/2001/04/xmlenc#aes128-cbc");
        assert_eq!(fault(&book).0, BAD_EPUB);
        assert!(fault(&book).1.contains("DRM"));
        assert!(matches!(locked(FONT_ALGORITHMS[0]).body, Body::Fragment(_)));
    }

    #[test]
    fn a_damaged_book_and_one_above_the_limit_are_one_error() {
        let whole = archive(&[]);
        assert_eq!(fault(&read(whole[..whole.len() / 2].to_vec(), 1 << 20)).0, BAD_EPUB);
        assert_eq!(fault(&read(whole, 60)).0, "read.record_too_large");
        assert_eq!(fault(&read(b"PK\x03\x04".to_vec(), 60)).0, BAD_EPUB);
    }

    #[test]
    fn a_book_without_one_of_its_chapters_is_an_error_that_names_it() {
        let package = PACKAGE.replace("text/one.xhtml", "text/gone.xhtml");
        let book = read(archive(&[("OPS/book.opf", &package)]), 1 << 20);
        assert_eq!(fault(&book), (BAD_EPUB, "it has no `OPS/text/gone.xhtml`, which is one of its chapters"));
    }

    #[test]
    fn a_chapter_may_be_stored_under_the_name_that_the_package_writes() {
        let book = read(archive(&[("OPS/text/two%20b.xhtml", "<body><p>Drittes</p></body>")]), 1 << 20);
        assert!(matches!(book.body, Body::Fragment(html) if html.contains("Drittes")));
    }

    #[test]
    fn paths_are_seen_from_the_package() {
        assert_eq!(resolve("OPS/book.opf", "../a%20b/c.xhtml#x"), "a b/c.xhtml");
        assert_eq!(resolve("book.opf", "c.xhtml"), "c.xhtml");
    }
}
