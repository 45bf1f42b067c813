//! The same articles in every container give the same documents, whole or in pieces.

use std::fs::{self, File};
use std::io::Write;
use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, StringArray, StructArray};
use parquet::arrow::ArrowWriter;
use parquet::file::properties::WriterProperties;
use serde_json::json;

use crate::support::{Bench, Corpus, text};

/// Title and text of each article.
const ARTICLES: [(&str, &str); 3] = [
    ("حصاد القمح", "بدأ المزارعون حصاد القمح، وقالوا: «المحصول جيد».\nثم نقلوه إلى المطاحن."),
    ("The mill, reopened", "The old mill was \"opened\" again; 12,5 % more flour\tcame out.\nVisitors came, too."),
    ("小麦", "农民们开始收割小麦。\n今年的收成很好。"),
];

/// Options under which title and text come out byte for byte.
const VERBATIM: [&str; 6] = ["--recipe", "raw", "--set", "clean.enabled=false", "--set", "segment.unit=document"];

fn jsonl() -> Vec<u8> {
    ARTICLES
        .iter()
        .map(|(title, text)| format!("{}\n", json!({"title": title, "text": text})))
        .collect::<String>()
        .into_bytes()
}

fn json_array() -> Vec<u8> {
    let all: Vec<_> = ARTICLES.iter().map(|(title, text)| json!({"text": text, "title": title})).collect();
    serde_json::to_vec_pretty(&all).unwrap()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn bzip2(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn xz(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = liblzma::write::XzEncoder::new(Vec::new(), 6);
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn tar(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    for (name, bytes) in members {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        // Names are put as they are, also those that lead out of the archive.
        header.as_old_mut().name[..name.len()].copy_from_slice(name.as_bytes());
        header.set_cksum();
        builder.append(&header, *bytes).unwrap();
    }
    builder.into_inner().unwrap()
}

/// A zip archive whose members are stored as they are.
fn zip(members: &[(&str, &[u8])]) -> Vec<u8> {
    let (mut out, mut directory) = (Vec::new(), Vec::new());
    for (name, bytes) in members {
        let place = (out.len() as u32).to_le_bytes();
        let mut common = vec![20, 0, 0, 8, 0, 0, 0, 0, 0, 0];
        common.extend(crc32fast::hash(bytes).to_le_bytes());
        common.extend([(bytes.len() as u32).to_le_bytes(); 2].concat());
        common.extend((name.len() as u32).to_le_bytes());
        out.extend([b"PK\x03\x04", common.as_slice(), name.as_bytes(), bytes].concat());
        directory.extend([b"PK\x01\x02\x14\0", common.as_slice(), &[0; 10], &place, name.as_bytes()].concat());
    }
    let (start, size, count) = (out.len() as u32, directory.len() as u32, members.len() as u16);
    out.extend(directory);
    out.extend([&b"PK\x05\x06\0\0\0\0"[..], &count.to_le_bytes(), &count.to_le_bytes()].concat());
    out.extend([&size.to_le_bytes()[..], &start.to_le_bytes(), &[0, 0]].concat());
    out
}

fn parquet(nested: bool, rows: usize, group: usize) -> Vec<u8> {
    let column = |at: fn(&(&'static str, &'static str)) -> &'static str| -> ArrayRef {
        Arc::new(StringArray::from_iter_values((0..rows).map(|i| at(&ARTICLES[i % ARTICLES.len()]))))
    };
    let columns = RecordBatch::try_from_iter([("title", column(|a| a.0)), ("text", column(|a| a.1))]).unwrap();
    let batch = if nested {
        RecordBatch::try_from_iter([("doc", Arc::new(StructArray::from(columns)) as ArrayRef)]).unwrap()
    } else {
        columns
    };
    let properties = WriterProperties::builder().set_max_row_group_row_count(Some(group)).build();
    let mut writer = ArrowWriter::try_new(Vec::new(), batch.schema(), Some(properties)).unwrap();
    writer.write(&batch).unwrap();
    writer.into_inner().unwrap()
}

fn documents_of(corpus: &Corpus) -> Vec<(String, String)> {
    corpus.rows("data").iter().map(|r| (text(r, "title").to_owned(), text(r, "text").to_owned())).collect()
}

#[test]
fn every_container_gives_the_same_titles_and_texts() {
    let lines = jsonl();
    let half = lines.len() / 2;
    let utf16: Vec<u8> = String::from_utf8(json_array()).unwrap().encode_utf16().flat_map(u16::to_le_bytes).collect();
    let containers: Vec<(&str, Vec<u8>)> = vec![
        ("a.jsonl", lines.clone()),
        ("a.json", json_array()),
        ("a.utf16.json", [b"\xff\xfe".to_vec(), utf16].concat()),
        ("a.jsonl.gz", [gzip(&lines[..half]), gzip(b""), gzip(&lines[half..])].concat()),
        ("a.jsonl.bz2", [bzip2(&lines[..half]), bzip2(&lines[half..])].concat()),
        ("a.jsonl.xz", [xz(&lines[..half]), xz(&lines[half..])].concat()),
        (
            "a.jsonl.zst",
            [zstd::encode_all(&lines[..half], 1).unwrap(), zstd::encode_all(&lines[half..], 1).unwrap()].concat(),
        ),
        ("a.parquet", parquet(false, 3, 2)),
        ("a.nested.parquet.gz", gzip(&parquet(true, 3, 3))),
        ("a.zip", zip(&[("in/a.jsonl", &lines)])),
        ("a.tar", tar(&[("in/a.json", &json_array())])),
        ("a.tar.gz", gzip(&tar(&[("in/a.jsonl.bz2", &bzip2(&lines))]))),
        ("a.txz", xz(&tar(&[("b.zip", &zip(&[("a.parquet", &parquet(true, 3, 1))]))]))),
    ];
    let expected: Vec<_> = ARTICLES.iter().map(|(title, text)| ((*title).to_owned(), (*text).to_owned())).collect();
    for (name, bytes) in containers {
        let bench = Bench::new();
        bench.file(&format!("dumps/{name}"), bytes);
        assert_eq!(documents_of(&bench.built("corpus", &VERBATIM)), expected, "{name}");
    }
}

#[test]
fn members_of_archives_are_sources_of_their_own_in_order_of_their_names() {
    let bench = Bench::new();
    let inner = zip(&[("z.txt", b"one inner text"), (".hidden.txt", b"no"), ("z.txt", b"a second of that name")]);
    let archive =
        tar(&[("b.txt", b"text of b"), ("../up.txt", b"text above"), ("a.zip", &inner), ("a.zip x.txt", b"between")]);
    bench
        .file("dumps/a.tar.gz", gzip(&archive))
        .file("dumps/a.tar.gz x.txt", "beside")
        .file("dumps/a.tar", "plain text after all");
    let corpus = bench.built("corpus", &["--recipe", "raw"]);
    let sources: Vec<String> = corpus.rows("documents").iter().map(|d| text(d, "source").to_owned()).collect();
    let members =
        ["../up.txt", "a.zip x.txt", "a.zip!z.txt", "a.zip!z.txt~2", "b.txt"].map(|m| format!("a.tar.gz!{m}"));
    assert_eq!(sources, [vec!["a.tar".to_owned(), "a.tar.gz x.txt".to_owned()], members.to_vec()].concat());
    assert_eq!(corpus.manifest.inputs.iter().map(|i| i.documents).collect::<Vec<_>>(), [1, 5, 1]);
    assert!(!bench.at("up.txt").exists() && !bench.at("dumps/up.txt").exists());
    let up_to_date = bench.build("corpus", &["--recipe", "raw"]);
    assert!(up_to_date.status.success());
}

#[test]
fn a_file_named_like_a_member_beside_its_archive_is_refused() {
    let bench = Bench::new();
    bench.file("dumps/a.zip", zip(&[("b.txt", b"text")])).file("dumps/a.zip!b.txt", "text");
    let refused = bench.build("corpus", &[]);
    assert_eq!(refused.status.code(), Some(2));
}

/// A file of many articles in a format that is cut.
fn big(name: &str) -> Vec<u8> {
    let many = |bytes: &[u8]| bytes.repeat(400);
    match name {
        "a.jsonl" => many(&jsonl()),
        "a.parquet" => parquet(false, 1200, 100),
        "a.zip" => {
            let names: Vec<String> = (0..300).map(|i| format!("{i}.txt")).collect();
            let members: Vec<(&str, &[u8])> =
                names.iter().enumerate().map(|(i, n)| (n.as_str(), ARTICLES[i % 3].1.as_bytes())).collect();
            zip(&members)
        }
        other => panic!("no dump is called {other}"),
    }
}

#[test]
fn pieces_of_a_big_file_give_the_documents_of_the_whole() {
    for name in ["a.jsonl", "a.parquet", "a.zip"] {
        let bench = Bench::new();
        bench.file(&format!("dumps/{name}"), big(name));
        let size = fs::metadata(bench.at(&format!("dumps/{name}"))).unwrap().len();
        let ledger = |output: &str, part_bytes: u64| -> Vec<String> {
            let part_bytes = format!("read.part_bytes={part_bytes}");
            let corpus = bench.built(output, &["--recipe", "raw", "--set", &part_bytes]);
            let parts = File::open(bench.at(output).join("timings.json")).unwrap();
            assert!(parts.metadata().unwrap().len() > 0);
            corpus
                .rows("documents")
                .iter()
                .map(|d| {
                    ["doc_id", "byte_start", "byte_end", "content_hash"]
                        .map(|c| d.get(c).map(ToString::to_string).unwrap_or_default())
                        .join(" ")
                })
                .collect()
        };
        let whole = ledger("whole", 1 << 30);
        assert!(whole.len() >= 300, "{name}");
        assert_eq!(ledger("pieces", size / 7), whole, "{name}");
    }
}
