//! Dumps whole, cut and damaged.

use std::path::Path;

use super::*;
use crate::model::document::Fault;
use crate::read::ReadOptions;
use crate::read::fields::FieldMap;
use crate::read::recognise::recognise;
use crate::read::unpack::Unpacked;

const HEAD: &str = "<mediawiki xml:lang=\"ar\"><siteinfo><sitename>ويكي</sitename><base>https://w.example/wiki/Main</base>\
    <namespaces><namespace key=\"10\">قالب</namespace><namespace key=\"0\"/></namespaces></siteinfo>\n";

fn page(title: &str, more: &str, text: &str) -> String {
    format!(
        "<page><title>{title}</title>{more}<revision><timestamp>2020-01-01T00:00:00Z</timestamp><text>{text}</text></revision></page>\n"
    )
}

fn read_range(bytes: &[u8], range: std::ops::Range<u64>, options: &ReadOptions) -> (Met, Vec<RawDocument>) {
    let start = range.start.saturating_sub(1);
    let head = &bytes[..bytes.len().min(64 << 10)];
    let slice = Slice {
        content: Unpacked {
            reader: Box::new(std::io::Cursor::new(bytes[start as usize..].to_vec())),
            plain: None,
            start,
        },
        head,
        charset: recognise(head, true, "a.xml").charset,
        range,
        options,
        fields: &FieldMap::new(&options.fields, &options.keep),
        scratch: Path::new("."),
    };
    let mut documents = Vec::new();
    let met = MediaWiki
        .read(slice, &mut |document| {
            documents.push(document);
            Ok(true)
        })
        .expect("the sink gives no error");
    (met, documents)
}

fn read(text: &str) -> (Met, Vec<RawDocument>) {
    read_range(text.as_bytes(), 0..u64::MAX, &ReadOptions::default())
}

fn titles(documents: &[RawDocument]) -> Vec<&str> {
    documents.iter().map(|d| d.metadata.title.as_deref().unwrap_or("-")).collect()
}

#[test]
fn articles_are_documents_and_all_else_is_passed_over() {
    let dump = [
        HEAD.into(),
        page("بحر", "<ns>0</ns><id>5</id>", "نص"),
        page("قالب:بحر", "", "قالب"),
        page("Template:x", "<ns>10</ns>", "x"),
        page("Sea", "<ns>0</ns><redirect title=\"بحر\" />", "#REDIRECT"),
        page("بحار", "", "#تحويل [[بحر]]"),
        "<page><title>c</title><ns>0</ns><revision><model>css</model><text>a{}</text></revision></page>".into(),
        "<page><title>d</title><ns>0</ns><revision><text deleted=\"deleted\"/></revision></page>".into(),
        "<page><title>t</title><ns>0</ns><revision><model>text</model><text>[[a]]</text></revision></page>".into(),
        page("جزيرة", "", "# [[بند]] أول"),
    ]
    .concat();
    let (met, documents) = read(&dump);
    assert_eq!((met.records, met.passed_over), (9, 6));
    assert_eq!(met.kinds["redirect"], 2);
    assert_eq!(titles(&documents), ["بحر", "t", "جزيرة"]);
    let first = &documents[0];
    assert_eq!((first.record, documents[1].record, documents[2].record), (0, 7, 8));
    assert_eq!(first.metadata.url.as_deref(), Some("https://w.example/wiki/%D8%A8%D8%AD%D8%B1"));
    assert_eq!(first.metadata.site.as_deref(), Some("ويكي"));
    assert_eq!(first.metadata.language.as_deref(), Some("ar"));
    assert_eq!(first.metadata.published, Some(1_577_836_800_000));
    assert_eq!(first.metadata.source_id.as_deref(), Some("5"));
    assert!(matches!(&first.body, Body::Wikitext { text, .. } if text == "نص"));
    assert_eq!(documents[1].body, Body::Text("[[a]]".into()));
}

#[test]
fn spans_are_where_the_pages_stand() {
    let dump = [HEAD, &page("أ", "", "1"), &page("ب", "", "2")].concat();
    for (bytes, unit) in [
        (dump.as_bytes().to_vec(), 1),
        (format!("\u{FEFF}{dump}").encode_utf16().flat_map(u16::to_le_bytes).collect(), 2),
    ] {
        let (met, documents) = read_range(&bytes, 0..u64::MAX, &ReadOptions::default());
        assert_eq!(met.records, 2);
        for document in documents {
            let span = document.bytes.expect("a span");
            let cut = &bytes[span.start as usize..span.end as usize];
            let text = match unit {
                1 => String::from_utf8(cut.to_vec()).expect("UTF-8"),
                _ => encoding_rs::UTF_16LE.decode_without_bom_handling(cut).0.into_owned(),
            };
            assert!(text.starts_with("<page><title>") && text.ends_with("</page>"), "{text}");
        }
    }
}

#[test]
fn a_broken_page_costs_itself_alone() {
    let dump = [
        HEAD.into(),
        page("أ", "", "1"),
        "<page><title>bad</titel><revision><text>x</text></revision></page>".into(),
        "<page><title>cut</title><revision><text>half".into(),
        page("long", "", &"x".repeat(2000)),
        page("lol", "", "&lol;&lol;"),
        "<page><title>end".into(),
    ]
    .concat();
    let options = ReadOptions { max_record: 1000, ..ReadOptions::default() };
    let (met, documents) = read_range(dump.as_bytes(), 0..u64::MAX, &options);
    assert_eq!((met.records, met.passed_over), (6, 0));
    let told: Vec<&str> = documents
        .iter()
        .map(|d| match &d.body {
            Body::Broken(Fault { reason, .. }) => reason.as_str(),
            Body::Wikitext { text, .. } => text.as_str(),
            _ => "?",
        })
        .collect();
    let (bad, long) = ("read.bad_xml", "read.record_too_large");
    assert_eq!(told, ["1", bad, bad, long, "&lol;&lol;", bad]);
    assert!(documents.iter().all(|d| d.bytes.is_some()));
}

#[test]
fn slices_share_the_pages_among_them_wherever_they_are_cut() {
    let dump = [HEAD, &page("أ", "", "1"), &page("ب", "", "2"), &page("ت", "", "3"), "</mediawiki>"].concat();
    let (_, whole) = read(&dump);
    let options = ReadOptions::default();
    for cut in 1..dump.len() as u64 {
        let (met, mut documents) = read_range(dump.as_bytes(), 0..cut, &options);
        let (second, rest) = read_range(dump.as_bytes(), cut..u64::MAX, &options);
        assert_eq!(met.records + second.records, 3, "cut at {cut}");
        documents.extend(rest);
        assert!(documents.iter().zip(&whole).all(|(a, b)| (&a.bytes, &a.metadata) == (&b.bytes, &b.metadata)));
    }
}

#[test]
fn a_numbered_list_is_no_redirect() {
    for text in [
        "#REDIRECT [[بحر]]",
        "#redirect: [[a]] {{R from x}}\n\n[[Category:b]]",
        "#تحويل [[بحر]]",
        " #重定向 [[a]]",
        "#เปลี่ยนทาง [[ทะเล]]",
    ] {
        assert!(is_redirect(text), "{text}");
    }
    for text in ["# one [[a]]", "#See [[a]] for more", "#", "[[a]]"] {
        assert!(!is_redirect(text), "{text}");
    }
}

#[test]
fn pages_whose_opening_tag_is_damaged_are_one_error_wherever_the_dump_is_cut() {
    let lost = page("ث", "", "4").replace("<page>", "<pagd>");
    let dump = [HEAD, &lost, &page("أ", "", "1"), &lost, &lost, &page("ب", "", "2"), &lost, "</mediawiki>"].concat();
    let (met, whole) = read(&dump);
    assert_eq!((met.records, titles(&whole)), (5, vec!["-", "أ", "-", "ب", "-"]));
    let Body::Broken(fault) = &whole[2].body else { panic!("it is an error") };
    assert_eq!((&*fault.reason, fault.text.as_deref()), (BAD_XML, Some(&*format!("{lost}{lost}"))));
    let begun = dump.find(&lost[6..]).unwrap() - 6;
    assert!(dump[begun..].starts_with("<pagd>") && fault.detail.contains("outside of pages"), "{}", fault.detail);
    let options = ReadOptions::default();
    for cut in 1..dump.len() as u64 {
        let (_, mut documents) = read_range(dump.as_bytes(), 0..cut, &options);
        documents.extend(read_range(dump.as_bytes(), cut..u64::MAX, &options).1);
        assert_eq!(documents.len(), 5, "cut at {cut}");
        assert!(documents.iter().zip(&whole).all(|(a, b)| (&a.bytes, &a.body) == (&b.bytes, &b.body)), "cut at {cut}");
    }
}

#[test]
fn holes_are_errors_within_pages_and_between_them() {
    let hole = "\0".repeat(3000);
    let (a, b) = (page("أ", "", "1"), page("ب", "", "2"));
    let glued = page("أ", &hole, "2");
    for (dump, found) in [
        (format!("{HEAD}{a}{hole}{b}</mediawiki>"), vec!["أ", "-", "ب"]),
        (format!("{HEAD}{a}{glued}{b}</mediawiki>"), vec!["أ", "-", "ب"]),
        (format!("{HEAD}{a}{b}</mediawiki>{hole}"), vec!["أ", "ب"]),
        (format!("{HEAD}{hole}"), vec!["-"]),
        (HEAD.into(), vec!["-"]),
        (format!("{HEAD}</mediawiki>"), vec![]),
        (format!("{HEAD}{a}{}", &b[6..]), vec!["أ", "-"]),
        (format!("{HEAD}{}", a.replace("page>", "PAGE>")), vec!["-"]),
    ] {
        let (met, documents) = read(&dump);
        assert_eq!((met.records as usize, titles(&documents)), (found.len(), found), "{dump}");
    }
}
