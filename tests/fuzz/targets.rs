//! What is fuzzed: each reader, the decoders and the extractors, on bytes as they come. None may panic, hang or grow.

use std::io::{Cursor, Read, Write};
use std::path::PathBuf;
use std::sync::LazyLock;

use encoding_rs::{GBK, UTF_8, UTF_16LE, WINDOWS_1256};
use tamis::extract::{ExtractOptions, extract};
use tamis::model::document::{Body, Metadata, RawDocument};
use tamis::read::archive::directory;
use tamis::read::compression::Compression;
use tamis::read::fields::FieldMap;
use tamis::read::members::{Members, Source};
use tamis::read::recognise::Format;
use tamis::read::unpack::Unpacked;
use tamis::read::{READERS, ReadOptions, Slice};
use tamis::store::region::Region;
use tamis::text::charset::{Charset, decode, detect, html_declaration};
use tamis::text::dates::parse_date;

/// Takes one input.
pub type Target = fn(&[u8]);

/// All targets by name. Those of readers are named like the ending of their files.
pub const TARGETS: &[(&str, Target)] = &[
    ("jsonl", |data| read(Format::JsonLines, data)),
    ("json", |data| read(Format::Json, data)),
    ("csv", |data| read(Format::Delimited, data)),
    ("sgml", |data| read(Format::Sgml, data)),
    ("warc", |data| read(Format::Warc, data)),
    ("arc", |data| read(Format::Arc, data)),
    ("mediawiki", |data| read(Format::MediaWiki, data)),
    ("feed", |data| read(Format::Feed, data)),
    ("epub", |data| read(Format::Epub, data)),
    ("parquet", |data| read(Format::Parquet, data)),
    ("zip", |data| archive(Format::Zip, data)),
    ("tar", |data| archive(Format::Tar, data)),
    ("gzip", |data| members(Compression::Gzip, data)),
    ("zstd", |data| members(Compression::Zstd, data)),
    ("bzip2", |data| members(Compression::Bzip2, data)),
    ("xz", |data| members(Compression::Xz, data)),
    ("charset", charset),
    ("html", |data| page(Body::Html, data)),
    ("fragment", |data| page(Body::Fragment, data)),
    ("date", |data| {
        let _ = parse_date(&String::from_utf8_lossy(data));
    }),
];

/// The target of that name.
pub fn find(name: &str) -> Option<Target> {
    TARGETS.iter().find(|(n, _)| *n == name).map(|(_, target)| *target)
}

/// Largest record: small, so that what is above it is met.
const MAX_RECORD: u64 = 1 << 16;

/// Reads `data` as one file and extracts every document that comes.
fn read(format: Format, data: &[u8]) {
    let reader = READERS.iter().find(|r| r.format() == format).expect("every format of a target is read");
    static PLAN: LazyLock<(ReadOptions, FieldMap)> = LazyLock::new(|| {
        let options = ReadOptions { max_record: MAX_RECORD, ..ReadOptions::default() };
        let fields = FieldMap::new(&options.fields, &[]);
        (options, fields)
    });
    let (options, fields) = &*PLAN;
    let slice = Slice {
        content: Unpacked { reader: Box::new(Cursor::new(data.to_vec())), plain: None, start: 0 },
        head: data,
        charset: any_charset(data),
        range: 0..u64::MAX,
        options,
        fields,
        scratch: &memory(),
    };
    let mut records = Vec::new();
    let met = reader
        .read(slice, &mut |document| {
            records.push(document.record);
            if let Some(span) = document.bytes {
                assert!(span.start <= span.end);
            }
            if matches!(document.body, Body::Text(_) | Body::Wikitext { .. }) {
                let _ = extract(document, &ExtractOptions::default());
            }
            Ok(true)
        })
        .expect("a reader fails only with its sink");
    assert!(records.is_sorted() && records.windows(2).all(|w| w[0] < w[1]), "ordinals rise: {records:?}");
    assert!(records.last().is_none_or(|last| *last < met.records), "every record is counted");
    assert_eq!(records.len() as u64, met.records - met.passed_over, "every record is given or passed over");
}

/// UTF-8 where the bytes are, else one that their number picks: to find out which it is has a target of its own, and takes
/// longer than most readers.
fn any_charset(data: &[u8]) -> Charset {
    match data.len() % 4 {
        _ if std::str::from_utf8(data).is_ok() => Charset::plain(UTF_8),
        0 => Charset::plain(UTF_16LE),
        1 => Charset::plain(WINDOWS_1256),
        2 => Charset::plain(GBK),
        _ => Charset::plain(UTF_8),
    }
}

/// A folder in memory, where the system has one.
fn memory() -> PathBuf {
    let shared = PathBuf::from("/dev/shm");
    if shared.is_dir() { shared } else { std::env::temp_dir() }
}

fn region(data: &[u8]) -> Region {
    let mut file = tempfile::tempfile_in(memory()).expect("a file in memory");
    file.write_all(data).expect("written");
    Region::whole(file).expect("its size is known")
}

fn archive(format: Format, data: &[u8]) {
    let region = region(data);
    let directory = directory(&region, format);
    let mut names: Vec<_> = directory.members.iter().map(|m| &m.name).collect();
    names.sort();
    assert!(names.windows(2).all(|w| w[0] != w[1]), "names are unique");
    for member in &directory.members {
        let raw = tamis::read::unpack::Raw::member(&region, member);
        let _ = tamis::read::unpack::head(&raw, &member.name);
    }
}

/// Decompresses as far as it goes; errors must end.
fn members(compression: Compression, data: &[u8]) {
    let mut reader = Members::new(Source::Region(region(data)), compression);
    let mut chunk = vec![0; 1 << 16];
    let (mut errors, mut bytes) = (0, 0);
    loop {
        match reader.read(&mut chunk) {
            Ok(0) => break,
            Ok(n) => bytes += n,
            Err(_) => errors += 1,
        }
        assert!(errors <= data.len() + 1, "every error goes on");
        if bytes > 64 << 20 {
            break;
        }
    }
}

fn charset(data: &[u8]) {
    let declared = html_declaration(data);
    let charset = detect(data, declared.as_deref(), true);
    let text = decode(data, charset);
    let _ = detect(data, None, false);
    std::hint::black_box(text.len());
}

fn page(body: fn(String) -> Body, data: &[u8]) {
    let body = body(String::from_utf8_lossy(data).into_owned());
    let raw = RawDocument { record: 0, bytes: None, metadata: Metadata::default(), body };
    if let Ok(document) = extract(raw, &ExtractOptions::default()) {
        let lines = document.text.split('\n').count() as u32;
        assert!(document.blocks.iter().all(|b| b.lines.start < b.lines.end && b.lines.end <= lines));
    }
}
