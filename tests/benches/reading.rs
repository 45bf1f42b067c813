//! How long reading takes, for each format, as a ratio to decompressing and scanning the same gzipped bytes in the same run.
//!
//! `cargo bench --bench reading`, with the name of a format for that one alone. The dumps hold the same invented articles.

use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{Read, Write};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use ::parquet::arrow::ArrowWriter;
use arrow::array::{ArrayRef, RecordBatch, StringArray};
use flate2::read::MultiGzDecoder;
use tamis::read::ReadOptions;
use tamis::read::fields::FieldMap;
use tamis::read::input::{Search, find};
use tamis::read::part::{Piece, Run, RunContext};
use tamis::read::run::read_run;

/// What the program allocates all but large blocks with.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Articles in each dump.
const ARTICLES: usize = 20_000;

/// Runs of each measure; the fastest counts, since noise only adds.
const RUNS: usize = 5;

/// One article of a dump.
struct Article {
    id: usize,
    title: String,
    text: String,
}

/// Writes all articles in one format, as members that are compressed one by one.
type Format = fn(&[Article]) -> Vec<Vec<u8>>;

const FORMATS: &[(&str, Format)] = &[
    ("jsonl", |a| vec![jsonl(a)]),
    ("json", |a| vec![json(a)]),
    ("csv", |a| vec![csv(a)]),
    ("tsv", |a| vec![tsv(a)]),
    ("sgml", |a| vec![sgml(a)]),
    ("warc", warc),
    ("wet", wet),
    ("arc", arc),
    ("xml", |a| vec![mediawiki(a)]),
    ("rss", |a| vec![rss(a)]),
    ("parquet", |a| vec![parquet(a)]),
    ("html.tar", |a| vec![pages(a)]),
    ("epub.tar", |a| vec![books(a)]),
];

/// Articles in one book.
const CHAPTERS: usize = 100;

fn main() {
    let only: Vec<String> = std::env::args().skip(1).filter(|a| !a.starts_with('-')).collect();
    let folder = tempfile::tempdir().expect("a folder for the dumps");
    let articles = articles();
    println!("{:8} {:>9} {:>9} {:>11} {:>11} {:>6}", "format", "MB", "MB gzip", "scan ms", "read ms", "ratio");
    for (name, format) in FORMATS {
        if only.is_empty() || only.iter().any(|o| o == name) {
            measure(name, &format(&articles), folder.path());
        }
    }
}

fn measure(name: &str, members: &[Vec<u8>], folder: &Path) {
    let path = folder.join(format!("dump.{name}.gz"));
    let mut file = std::io::BufWriter::new(File::create(&path).expect("created"));
    for member in members {
        let mut encoder = flate2::write::GzEncoder::new(&mut file, flate2::Compression::default());
        encoder.write_all(member).and_then(|()| encoder.finish().map(|_| ())).expect("written");
    }
    file.flush().expect("written");
    let documents = if name == "epub.tar" { ARTICLES / CHAPTERS } else { ARTICLES };
    let bytes: usize = members.iter().map(Vec::len).sum();
    let packed = fs::metadata(&path).expect("it is there").len();
    let (mut scan, mut read) = (Duration::MAX, Duration::MAX);
    for _ in 0..RUNS {
        scan = scan.min(timed(|| scan_file(&path)));
        read = read.min(timed(|| assert_eq!(read_file(&path, folder), documents, "{name}")));
    }
    let mb = |bytes: u64| bytes as f64 / 1e6;
    let ms = |time: Duration| time.as_secs_f64() * 1e3;
    println!(
        "{name:8} {:9.1} {:9.1} {:11.1} {:11.1} {:6.2}",
        mb(bytes as u64),
        mb(packed),
        ms(scan),
        ms(read),
        ms(read) / ms(scan)
    );
}

fn timed(work: impl FnOnce()) -> Duration {
    let start = Instant::now();
    work();
    start.elapsed()
}

/// Decompresses the file and looks at each byte once.
fn scan_file(path: &Path) {
    let file = std::io::BufReader::with_capacity(128 << 10, File::open(path).expect("opened"));
    let mut reader = MultiGzDecoder::new(file);
    let mut chunk = vec![0; 256 << 10];
    let mut lines = 0;
    loop {
        match reader.read(&mut chunk).expect("whole") {
            0 => break,
            n => lines += memchr::memchr_iter(b'\n', &chunk[..n]).count(),
        }
    }
    assert!(std::hint::black_box(lines) > 0);
}

/// Documents that the reader gives.
fn read_file(path: &Path, scratch: &Path) -> usize {
    let options = ReadOptions::default();
    let inputs = [path.to_str().expect("a plain path").to_owned()];
    let found = find(&Search { inputs: &inputs, include: &[], exclude: &[], never: &[], stdin: None }).expect("found");
    let fields = FieldMap::new(&options.fields, &[]);
    let context = RunContext { options: &options, fields: &fields, scratch };
    let run = Run { input: 0, piece: Piece::Whole };
    let mut documents = 0;
    read_run(&found.files[0], (0, &run), &context, &mut Vec::new(), &mut |_, document| {
        std::hint::black_box(&document);
        documents += 1;
        Ok(true)
    })
    .expect("read");
    documents
}

/// Invented articles, half of them in Arabic, that compress about as news do.
fn articles() -> Vec<Article> {
    let syllables = ["ال", "مد", "ينة", "كت", "اب", "ور", "سم", "عل", "من", "قر", "ية", "بح", "ران", "حد", "يث"];
    let latin = ["re", "port", "ed", "the", "min", "is", "ter", "ing", "of", "a", "con", "ver", "sa", "tion", "al"];
    let mut state = 1u64;
    let mut next = |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below
    };
    (0..ARTICLES)
        .map(|id| {
            let parts = if id % 2 == 0 { &syllables } else { &latin };
            let mut words = |count: usize| {
                let word = |next: &mut dyn FnMut(usize) -> usize| {
                    (0..1 + next(3)).map(|_| parts[next(parts.len())]).collect::<String>()
                };
                (0..count).map(|_| word(&mut next)).collect::<Vec<_>>().join(" ")
            };
            let title = words(6);
            let text = (0..4).map(|_| words(45) + ".").collect::<Vec<_>>().join("\n");
            Article { id, title, text }
        })
        .collect()
}

fn object(article: &Article) -> String {
    let url = format!("https://news.example/{}", article.id);
    serde_json::json!({"id": article.id, "url": url, "title": article.title, "date": "2024-05-01", "text": article.text}).to_string()
}

fn jsonl(articles: &[Article]) -> Vec<u8> {
    articles.iter().map(|a| object(a) + "\n").collect::<String>().into_bytes()
}

fn json(articles: &[Article]) -> Vec<u8> {
    format!("[\n{}\n]", articles.iter().map(object).collect::<Vec<_>>().join(",\n")).into_bytes()
}

fn csv(articles: &[Article]) -> Vec<u8> {
    let mut out = "id,title,text\n".to_owned();
    for a in articles {
        let _ = writeln!(out, "{},\"{}\",\"{}\"", a.id, a.title, a.text);
    }
    out.into_bytes()
}

fn tsv(articles: &[Article]) -> Vec<u8> {
    let mut out = "id\ttitle\ttext\n".to_owned();
    for a in articles {
        let _ = writeln!(out, "{}\t{}\t{}", a.id, a.title, a.text.replace('\n', " "));
    }
    out.into_bytes()
}

fn sgml(articles: &[Article]) -> Vec<u8> {
    let mut out = String::new();
    for a in articles {
        let _ = writeln!(
            out,
            "<DOC>\n<DOCNO>{}</DOCNO>\n<TITLE>{}</TITLE>\n<TEXT>\n{}\n</TEXT>\n</DOC>",
            a.id, a.title, a.text
        );
    }
    out.into_bytes()
}

/// A page with the article and about as much around it.
fn page(article: &Article) -> String {
    let around =
        "<div class=\"menu\"><a href=\"/section/one\">One</a> <a href=\"/section/two\">Two</a></div>\n".repeat(12);
    let text = article.text.replace('\n', "</p>\n<p>");
    format!(
        "<!DOCTYPE html><html><head><meta charset=\"utf-8\"><title>{}</title></head><body>{around}<article><p>{text}</p></article>{around}</body></html>",
        article.title
    )
}

fn record(kind: &str, mime: &str, id: usize, block: &str) -> String {
    format!(
        "WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Record-ID: <urn:uuid:{id}-{kind}>\r\nWARC-Target-URI: https://news.example/{id}\r\n\
         WARC-Date: 2024-05-01T00:00:00Z\r\nContent-Type: {mime}\r\nContent-Length: {}\r\n\r\n{block}\r\n\r\n",
        block.len()
    )
}

fn warc(articles: &[Article]) -> Vec<Vec<u8>> {
    let request = "GET / HTTP/1.1\r\nHost: news.example\r\n\r\n";
    let one = |a: &Article| {
        let body = page(a);
        let head = format!(
            "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        [
            record("request", "application/http; msgtype=request", a.id, request).into_bytes(),
            record("response", "application/http; msgtype=response", a.id, &(head + &body)).into_bytes(),
        ]
    };
    articles.iter().flat_map(one).collect()
}

fn wet(articles: &[Article]) -> Vec<Vec<u8>> {
    articles
        .iter()
        .map(|a| record("conversion", "text/plain", a.id, &format!("{}\n{}", a.title, a.text)).into_bytes())
        .collect()
}

fn arc(articles: &[Article]) -> Vec<Vec<u8>> {
    let version = "1 0 Example\nURL IP-address Archive-date Content-type Archive-length\n";
    let first = format!("filedesc://dump.arc 0.0.0.0 20240501000000 text/plain {}\n{version}\n", version.len());
    let one = |a: &Article| {
        let block = format!("HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n{}", page(a));
        let id = a.id;
        format!("https://news.example/{id} 192.0.2.1 20240501000000 text/html {}\n{block}\n", block.len()).into_bytes()
    };
    std::iter::once(first.into_bytes()).chain(articles.iter().map(one)).collect()
}

fn mediawiki(articles: &[Article]) -> Vec<u8> {
    let mut out =
        "<mediawiki xml:lang=\"ar\">\n<siteinfo><base>https://wiki.example/wiki/Main</base></siteinfo>\n".to_owned();
    for a in articles {
        let _ = writeln!(
            out,
            "  <page>\n    <title>{}</title>\n    <ns>0</ns>\n    <id>{}</id>\n    <revision>\n      <timestamp>2024-05-01T00:00:00Z</timestamp>\n      \
             <model>wikitext</model>\n      <text xml:space=\"preserve\">{}</text>\n    </revision>\n  </page>",
            a.title,
            a.id,
            a.text.replace(". ", ". [[link|word]] ")
        );
    }
    out.push_str("</mediawiki>\n");
    out.into_bytes()
}

fn rss(articles: &[Article]) -> Vec<u8> {
    let mut out = "<?xml version=\"1.0\"?>\n<rss version=\"2.0\"><channel><title>News</title>\n".to_owned();
    for a in articles {
        let text = a.text.replace('\n', "</p><p>");
        let _ = writeln!(
            out,
            "<item><title>{}</title><link>https://news.example/{}</link><description><![CDATA[<p>{text}</p>]]></description></item>",
            a.title, a.id
        );
    }
    out.push_str("</channel></rss>\n");
    out.into_bytes()
}

fn parquet(articles: &[Article]) -> Vec<u8> {
    let column =
        |of: fn(&Article) -> String| -> ArrayRef { Arc::new(StringArray::from_iter_values(articles.iter().map(of))) };
    let columns = [
        ("id", column(|a| a.id.to_string())),
        ("title", column(|a| a.title.clone())),
        ("text", column(|a| a.text.clone())),
    ];
    let batch = RecordBatch::try_from_iter(columns).expect("columns of one length");
    let mut writer = ArrowWriter::try_new(Vec::new(), batch.schema(), None).expect("a plain schema");
    writer.write(&batch).expect("written");
    writer.into_inner().expect("written")
}

fn add(archive: &mut tar::Builder<Vec<u8>>, name: &str, bytes: &[u8]) {
    let mut header = tar::Header::new_gnu();
    header.set_size(bytes.len() as u64);
    archive.append_data(&mut header, name, bytes).expect("written");
}

fn pages(articles: &[Article]) -> Vec<u8> {
    let mut archive = tar::Builder::new(Vec::new());
    for a in articles {
        add(&mut archive, &format!("{:05}.html", a.id), page(a).as_bytes());
    }
    archive.into_inner().expect("written")
}

fn books(articles: &[Article]) -> Vec<u8> {
    let mut archive = tar::Builder::new(Vec::new());
    for (number, chapters) in articles.chunks(CHAPTERS).enumerate() {
        add(&mut archive, &format!("{number:03}.epub"), &book(chapters));
    }
    archive.into_inner().expect("written")
}

/// A book with stored members.
fn book(chapters: &[Article]) -> Vec<u8> {
    let of_each = |text: fn(&Article) -> String| chapters.iter().map(text).collect::<String>();
    let manifest =
        of_each(|a| format!("<item id=\"c{0}\" href=\"{0}.xhtml\" media-type=\"application/xhtml+xml\"/>", a.id));
    let spine = of_each(|a| format!("<itemref idref=\"c{}\"/>", a.id));
    let package = format!(
        "<package xmlns=\"http://www.idpf.org/2007/opf\"><metadata/><manifest>{manifest}</manifest><spine>{spine}</spine></package>"
    );
    let container = "<container><rootfiles><rootfile full-path=\"book.opf\"/></rootfiles></container>";
    let mut members = vec![
        ("mimetype".to_owned(), "application/epub+zip".to_owned()),
        ("META-INF/container.xml".into(), container.into()),
        ("book.opf".into(), package),
    ];
    members.extend(chapters.iter().map(|a| (format!("{}.xhtml", a.id), page(a))));
    stored_zip(&members)
}

fn stored_zip(members: &[(String, String)]) -> Vec<u8> {
    let (mut out, mut directory) = (Vec::new(), Vec::new());
    for (name, text) in members {
        let size = (text.len() as u32).to_le_bytes();
        let crc = crc32fast::hash(text.as_bytes()).to_le_bytes();
        let name_length = (name.len() as u16).to_le_bytes();
        let common = [&[20, 0, 0, 0, 0, 0, 0, 0, 0, 0][..], &crc, &size, &size, &name_length, &[0, 0]].concat();
        let place = (out.len() as u32).to_le_bytes();
        directory.extend([b"PK\x01\x02\x14\0", &common[..], &[0; 10], &place, name.as_bytes()].concat());
        out.extend([b"PK\x03\x04", &common[..], name.as_bytes(), text.as_bytes()].concat());
    }
    let count = (members.len() as u16).to_le_bytes();
    let (start, size) = ((out.len() as u32).to_le_bytes(), (directory.len() as u32).to_le_bytes());
    out.extend(directory);
    out.extend([b"PK\x05\x06\0\0\0\0", &count[..], &count, &size, &start, &[0, 0]].concat());
    out
}
