//! Books in EPUB 2 and 3: a book is one document, its chapters in the order of its spine. What is missing of a book, or
//! damaged, is an error beside it.

mod package;
mod path;
mod xhtml;

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;

use crate::error::Result;
use crate::model::document::{Body, RawDocument};
use crate::panics::guarded;
use crate::store::region::Region;
use crate::text::charset::{decode_parts, detect, html_declaration};

use self::package::{Package, attribute, each_tag, local};
use self::path::{percent_decoded, resolve};
use self::xhtml::{body_of, open_empty_tags};
use super::archive::{self, Member};
use super::compression::Compression;
use super::fields::FieldMap;
use super::recognise::Format;
use super::unpack::{self, Raw, at_offsets, fault_of, read_whole};
use super::{Met, Reader, Sink, Slice, broken};

/// The reason of a book that is damaged or locked.
const BAD_EPUB: &str = "read.bad_epub";

/// The largest table of contents, list of files or metadata that is read, in bytes.
const MAX_PACKAGE: u64 = 16 << 20;

/// Chapters that cannot be read which are told by name.
const MAX_NAMED: usize = 8;

/// Ways to hide fonts that lock no text.
const FONT_ALGORITHMS: [&str; 2] = ["http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC"];

/// Reads a book as one document of all its chapters.
pub struct Epub;

impl Reader for Epub {
    fn format(&self) -> Format {
        Format::Epub
    }

    fn read(&self, slice: Slice<'_>, sink: &mut Sink<'_>) -> Result<Met> {
        let mut met = Met { records: 1, ..Met::default() };
        let (file, damage) = at_offsets(slice.content, slice.scratch)?;
        // A damaged archive must cost itself alone, so a panic of the decoder is an error of the book.
        let read = guarded(|| book(file, slice.options.max_record, slice.fields));
        let read = read.unwrap_or_else(|panic| Err(damaged(format!("the decoder gave up on damaged data: {panic}"))));
        let (document, lost) = match (read, damage) {
            (Ok(book), damage) => (book.document, book.lost.or_else(|| damage.map(|d| fault_of(&d).1))),
            (Err(_), Some(damage)) => {
                let (reason, detail) = fault_of(&damage);
                (broken(0, reason, detail, &[]), None)
            }
            (Err(fault), None) => (broken(0, fault.reason, fault.detail, &[]), None),
        };
        let wanted = sink(document)?;
        if let Some(lost) = lost.filter(|_| wanted) {
            sink(broken(met.records, BAD_EPUB, lost, &[]))?;
            met.records += 1;
        }
        Ok(met)
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
    /// Their names in lower case.
    by_lower: BTreeMap<String, String>,
    /// What is wrong with the archive itself.
    fault: Option<String>,
}

impl Archive {
    fn open(file: File) -> Read<Self> {
        let region = Region::whole(file).map_err(damaged)?;
        let directory = archive::directory(&region, Format::Zip);
        // Some tools store names as the package writes them.
        let named = |member: Member| (percent_decoded(&member.name).replace('\\', "/"), member);
        let members: BTreeMap<String, Member> = directory.members.into_iter().map(named).collect();
        let by_lower = members.keys().map(|name| (name.to_lowercase(), name.clone())).collect();
        Ok(Self { region, members, by_lower, fault: directory.fault })
    }

    /// The member of this name, or else of this name in another case.
    fn member(&self, name: &str) -> Option<&Member> {
        self.members.get(name).or_else(|| self.members.get(self.by_lower.get(&name.to_lowercase())?))
    }

    /// Names of its members that end so, in order.
    fn names<'a>(&'a self, is_one: impl Fn(&str) -> bool + 'a) -> impl Iterator<Item = String> + 'a {
        self.members.keys().filter(move |name| is_one(name)).cloned()
    }

    /// The text of a member, or none where the archive has none of that name.
    fn text(&self, name: &str, max: u64) -> Read<Option<String>> {
        let Some(member) = self.member(name) else { return Ok(None) };
        let unreadable = |error: std::io::Error| damaged(format!("`{name}`: {error}"));
        let content = unpack::open(&Raw::member(&self.region, member), Compression::None, 0).map_err(unreadable)?;
        let Some(bytes) = read_whole(content.reader, max).map_err(|(error, _)| unreadable(error))? else {
            let detail = "a book above the limit; read it with a larger --max-record".into();
            return Err(Fault { reason: "read.record_too_large", detail });
        };
        let charset = detect(&bytes, html_declaration(&bytes).as_deref(), true);
        Ok(Some(decode_parts(&bytes, charset).into_owned()))
    }
}

/// What is read of a book.
struct Book {
    document: RawDocument,
    /// What is missing of it, for a person.
    lost: Option<String>,
}

fn book(file: File, max: u64, map: &FieldMap) -> Read<Book> {
    let archive = Archive::open(file)?;
    let locked = locked_members(&archive)?;
    let Outline { package, chapters, mut faults } = outline(&archive, map);
    // Of an archive that is damaged as a whole, the damage is told where it is the reason.
    faults.splice(0..0, archive.fault.clone());
    if chapters.is_empty() {
        let why = faults.into_iter().next();
        return Err(damaged(why.unwrap_or_else(|| "it has no package document".into())));
    }
    if chapters.iter().all(|member| locked.contains(member)) {
        return Err(damaged(format!("its chapters are encrypted (DRM), such as `{}`", chapters[0])));
    }
    let mut html = String::new();
    let mut missing = Vec::new();
    for member in &chapters {
        if locked.contains(member) {
            missing.push(format!("`{member}` is encrypted (DRM)"));
            continue;
        }
        let chapter = match archive.text(member, max.saturating_sub(html.len() as u64)) {
            Ok(Some(chapter)) => chapter,
            Ok(None) => {
                missing.push(format!("it has no `{member}`"));
                continue;
            }
            Err(fault) if fault.reason == BAD_EPUB => {
                missing.push(fault.detail);
                continue;
            }
            Err(fault) => return Err(fault),
        };
        html.push_str("<div>");
        open_empty_tags(body_of(&chapter), &mut html);
        html.push_str("</div>\n");
    }
    let lost = lost(faults, &missing, chapters.len());
    match lost {
        Some(lost) if missing.len() == chapters.len() => Err(damaged(lost)),
        lost => {
            let (_, metadata) = package.map(|package| package.fields.finish()).unwrap_or_default();
            let document = RawDocument { record: 0, bytes: None, metadata, body: Body::Fragment(html) };
            Ok(Book { document, lost })
        }
    }
}

/// What a book says of itself, and where its chapters are.
struct Outline {
    package: Option<Package>,
    chapters: Vec<String>,
    /// What was damaged on the way to them.
    faults: Vec<String>,
}

/// The chapters as the package has them that the container names, else another package; where none names any, all pages in
/// order of name.
fn outline(archive: &Archive, map: &FieldMap) -> Outline {
    let (named, mut faults) = named_package(archive);
    let is_package = |name: &str| name.to_ascii_lowercase().ends_with(".opf");
    let mut partial = None;
    let others = archive.names(is_package).filter(|name| named.as_ref() != Some(name));
    for path in named.clone().into_iter().chain(others) {
        let package = match archive.text(&path, MAX_PACKAGE) {
            Ok(Some(xml)) => Package::parse(&xml, map),
            Ok(None) => {
                faults.push(format!("it has no `{path}`"));
                continue;
            }
            Err(fault) => {
                faults.push(fault.detail);
                continue;
            }
        };
        let chapters: Vec<String> = package.chapters().into_iter().map(|href| resolve(&path, href)).collect();
        if !chapters.is_empty() {
            return Outline { package: Some(package), chapters, faults };
        }
        faults.push(package.fault.clone().unwrap_or_else(|| "it names no chapter".into()));
        partial = partial.or(Some(package));
    }
    if faults.is_empty() {
        faults.push("it has no package document".into());
    }
    Outline { package: partial, chapters: archive.names(package::is_page_name).collect(), faults }
}

/// What is told of a book whose archive has a fault, or of whose `chapters` some are missing.
fn lost(faults: Vec<String>, missing: &[String], chapters: usize) -> Option<String> {
    let chapters = (!missing.is_empty()).then(|| {
        let shown = missing.iter().take(MAX_NAMED).map(String::as_str).collect::<Vec<_>>().join("; ");
        let more = if missing.len() > MAX_NAMED { "; …" } else { "" };
        format!("{} of its {chapters} chapters cannot be read: {shown}{more}", missing.len())
    });
    let all: Vec<String> = faults.into_iter().chain(chapters).collect();
    (!all.is_empty()).then(|| all.join("; "))
}

/// The path of the package document that the container names, and what is wrong with the container.
fn named_package(archive: &Archive) -> (Option<String>, Vec<String>) {
    let xml = match archive.text("META-INF/container.xml", MAX_PACKAGE) {
        Ok(Some(xml)) => xml,
        Ok(None) => return (None, Vec::new()),
        Err(fault) => return (None, vec![fault.detail]),
    };
    let mut path = None;
    each_tag(&xml, |tag| {
        if local(tag) == "rootfile" && path.is_none() {
            path = attribute(tag, "full-path");
        }
    });
    match path {
        Some(path) => (Some(resolve("", &path)), Vec::new()),
        None => (None, vec!["its container names no package".into()]),
    }
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
        let mut all = read_all(bytes, max_record);
        assert_eq!(all.len(), 1, "{all:?}");
        all.remove(0)
    }

    fn read_all(bytes: Vec<u8>, max_record: u64) -> Vec<RawDocument> {
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
        let met = Epub
            .read(slice, &mut |document| {
                all.push(document);
                Ok(true)
            })
            .unwrap();
        assert_eq!(met.records, all.len() as u64);
        all
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
    fn a_locked_book_says_so_and_hidden_fonts_lock_nothing() {
        let locked = |algorithm: &str, members: &[&str]| {
            let one = |member: &&str| {
                format!(
                    "<EncryptedData><EncryptionMethod Algorithm='{algorithm}'/><CipherData><CipherReference URI='{member}'/></CipherData></EncryptedData>"
                )
            };
            let xml = format!("<encryption>{}</encryption>", members.iter().map(one).collect::<String>());
            read_all(archive(&[("META-INF/encryption.xml", &xml)]), 1 << 20)
        };
        let (cipher, both) =
            ("http://www.w3.org/2001/04/xmlenc#aes128-cbc", ["OPS/text/one.xhtml", "OPS/text/two%20b.xhtml"]);
        let all = locked(cipher, &both);
        assert_eq!((all.len(), fault(&all[0]).0), (1, BAD_EPUB));
        assert!(fault(&all[0]).1.contains("DRM"));
        // One locked chapter costs that chapter.
        let all = locked(cipher, &both[..1]);
        assert_eq!(all[0].body, Body::Fragment("<div><p>Zweites</p></div>\n".into()));
        assert!(fault(&all[1]).1.contains("`OPS/text/one.xhtml` is encrypted (DRM)"), "{all:?}");
        let all = locked(FONT_ALGORITHMS[0], &both);
        assert!(all.len() == 1 && matches!(all[0].body, Body::Fragment(_)));
    }

    #[test]
    fn a_damaged_book_and_one_above_the_limit_are_one_error() {
        let whole = archive(&[]);
        assert_eq!(fault(&read(whole[..300].to_vec(), 1 << 20)).0, BAD_EPUB);
        assert_eq!(fault(&read(whole, 60)).0, "read.record_too_large");
        assert_eq!(fault(&read(b"PK\x03\x04".to_vec(), 60)).0, BAD_EPUB);
    }

    #[test]
    fn a_missing_or_damaged_chapter_is_an_error_beside_the_book() {
        let package = PACKAGE.replace("text/one.xhtml", "text/gone.xhtml");
        let all = read_all(archive(&[("OPS/book.opf", &package)]), 1 << 20);
        assert_eq!(all[0].body, Body::Fragment("<div><p>Zweites</p></div>\n".into()));
        assert_eq!((all.len(), all[0].metadata.source_id.as_deref(), all[1].record), (2, Some("urn:7"), 1));
        let told = "1 of its 2 chapters cannot be read: it has no `OPS/text/gone.xhtml`";
        assert_eq!(fault(&all[1]), (BAD_EPUB, told));

        let mut bytes = archive(&[]);
        let at = memchr::memmem::find(&bytes, "نص".as_bytes()).unwrap();
        bytes[at] ^= 1;
        let all = read_all(bytes, 1 << 20);
        assert_eq!(all[0].body, Body::Fragment("<div><p>Zweites</p></div>\n".into()));
        assert!(fault(&all[1]).1.contains("`OPS/text/one.xhtml`: "), "{all:?}");
    }

    #[test]
    fn a_book_of_which_no_chapter_is_there_is_one_error() {
        let package = PACKAGE.replace("text/", "gone/");
        let book = read(archive(&[("OPS/book.opf", &package)]), 1 << 20);
        assert!(fault(&book).1.starts_with("2 of its 2 chapters cannot be read"));
    }

    #[test]
    fn a_book_that_is_cut_gives_the_chapters_before_the_cut() {
        let bytes = archive(&[]);
        let at = memchr::memmem::find(&bytes, b"OPS/text/two").unwrap();
        let all = read_all(bytes[..at].to_vec(), 1 << 20);
        assert!(matches!(&all[0].body, Body::Fragment(html) if html.contains("الأول")), "{all:?}");
        assert!(fault(&all[1]).1.contains("its directory cannot be read"), "{all:?}");
        assert!(fault(&all[1]).1.contains("it has no `OPS/text/two b.xhtml`"), "{all:?}");
    }

    #[test]
    fn a_chapter_may_be_stored_under_the_name_that_the_package_writes() {
        let book = read(archive(&[("OPS/text/two%20b.xhtml", "<body><p>Drittes</p></body>")]), 1 << 20);
        assert!(matches!(book.body, Body::Fragment(html) if html.contains("Drittes")));
    }
}
