//! Archives whole, cut and damaged.

use super::super::arc::ArcDialect;
use super::super::head::WarcDialect;
use super::super::tests::{read_bytes, read_stream, record, response};
use super::*;
use std::io::{self, Cursor, Read};

/// Texts of documents and reasons of errors with their texts, and the numbers met.
fn warc(bytes: &[u8]) -> (Vec<String>, Vec<(String, String, String)>, Met) {
    summed(read_bytes::<WarcDialect>(bytes, &ReadOptions::default()))
}

fn arc(bytes: &[u8]) -> (Vec<String>, Vec<(String, String, String)>, Met) {
    summed(read_bytes::<ArcDialect>(bytes, &ReadOptions::default()))
}

fn summed((documents, met): (Vec<RawDocument>, Met)) -> (Vec<String>, Vec<(String, String, String)>, Met) {
    let (mut texts, mut faults) = (Vec::new(), Vec::new());
    for document in documents {
        match document.body {
            Body::Text(text) | Body::Html(text) | Body::Fragment(text) => texts.push(text),
            Body::Broken(f) => faults.push((f.reason, f.detail, f.text.unwrap_or_default())),
            Body::Wikitext { .. } => unreachable!("web archives give no wikitext"),
        }
    }
    (texts, faults, met)
}

fn wet(text: &str) -> Vec<u8> {
    record("conversion", "Content-Type: text/plain\r\n", text.as_bytes())
}

fn texts(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|t| (*t).to_owned()).collect()
}

#[test]
fn records_have_ordinals_and_spans_among_all_records() {
    let request = record("request", "Content-Type: application/http\r\n", b"GET / HTTP/1.1\r\n\r\n");
    let page = response("Content-Type: text/html", b"<p>page");
    let bytes = [request.clone(), page.clone(), wet("text")].concat();
    let (documents, met) = read_bytes::<WarcDialect>(&bytes, &ReadOptions::default());
    assert_eq!((met.records, met.passed_over), (3, 1));
    let spans: Vec<_> = documents.iter().map(|d| (d.record, d.bytes.map(|b| (b.start, b.end)))).collect();
    let (one, two, all) = (request.len() as u64, (request.len() + page.len()) as u64, bytes.len() as u64);
    assert_eq!(spans, [(1, Some((one, two - 4))), (2, Some((two, all - 4)))]);
    assert_eq!(documents[0].body, Body::Html("<p>page".into()));
    assert_eq!(documents[0].metadata.url.as_deref(), Some("http://a.example/"));
    assert_eq!(documents[0].metadata.source_id.as_deref(), Some("<urn:uuid:1>"));
    assert_eq!(documents[0].metadata.published, None);
}

#[test]
fn bare_line_feeds_and_missing_or_long_trailers_are_no_damage() {
    let bytes = "WARC/1.0\nWARC-Type: conversion\nContent-Length: 3\n\none\n\nWARC/1.0\nWARC-Type: conversion\n\
                 Content-Length: 3\n\ntwoWARC/1.0\nWARC-Type: conversion\nContent-Length: 5\n\nthree\n\n\n\n\n\n";
    let met = Met { records: 3, ..Met::default() };
    assert_eq!(warc(bytes.as_bytes()), (texts(&["one", "two", "three"]), vec![], met));
}

#[test]
fn a_length_that_is_too_short_costs_its_record() {
    let short = String::from_utf8(wet("a text of some length")).unwrap().replace("Length: 21", "Length: 9");
    let (found, faults, met) = warc(&[wet("one"), short.into_bytes(), wet("three")].concat());
    assert_eq!((found, met.records), (texts(&["one", "three"]), 3));
    assert_eq!((faults[0].0.as_str(), faults[0].2.trim_end()), ("read.bad_warc", "a text of some length"));
    assert!(faults[0].1.contains("its length is wrong: \"some length"), "{}", faults[0].1);
}

#[test]
fn a_length_that_is_too_long_costs_its_record_and_not_those_that_it_covers() {
    let longer = |record: Vec<u8>, by: u64| {
        let record = String::from_utf8(record).unwrap();
        let length = record.split("Content-Length: ").nth(1).unwrap().split("\r\n").next().unwrap();
        record.replacen(length, &(length.parse::<u64>().unwrap() + by).to_string(), 1).into_bytes()
    };
    for by in [5, 19, 600, 99_999_999, 99_999_999_999_999] {
        let long = longer(wet("a text of some length"), by);
        let image = longer(response("Content-Type: image/png", b"a text of some length"), by);
        for bad in [long, image] {
            let bytes = [wet("one"), bad, wet("three"), wet("four"), wet("five")].concat();
            let (found, faults, met) = warc(&bytes);
            assert_eq!((found, met.records), (texts(&["one", "three", "four", "five"]), 5), "{by} {faults:?}");
            assert_eq!(faults[0].0, "read.bad_warc");
        }
    }
}

#[test]
fn a_length_that_ends_at_a_blank_line_of_another_record_costs_its_record_alone() {
    let paragraphs = "the first\r\n\r\n\r\nthe second";
    let covered = wet(paragraphs);
    let to_blank = covered.len() - 4 - "\r\n\r\n\r\nthe second".len() + 4;
    for kind in ["conversion", "metadata"] {
        let block = b"a text";
        let bad = record(kind, "Content-Type: text/plain\r\n", block);
        let length = format!("Content-Length: {}", block.len() + to_blank);
        let bad = String::from_utf8(bad).unwrap().replace("Content-Length: 6", &length).into_bytes();
        let bytes = [wet("one"), bad.clone(), covered.clone(), wet("three")].concat();
        let (found, faults, met) = warc(&bytes);
        assert_eq!((found, met.records), (texts(&["one", paragraphs, "three"]), 4), "{faults:?}");
        // Read by itself, as a piece that ends before the next record, it costs the same.
        let (found, alone, _) = warc(&[wet("one"), bad].concat());
        assert_eq!((found, alone), (texts(&["one"]), faults));
    }
}

#[test]
fn a_length_that_ends_where_another_record_does_costs_its_record_alone() {
    let covered = wet("two");
    for kind in ["conversion", "metadata"] {
        let bad = record(kind, "Content-Type: text/plain\r\n", b"a text");
        let length = format!("Content-Length: {}", "a text\r\n\r\n".len() + covered.len());
        let bad = String::from_utf8(bad).unwrap().replace("Content-Length: 6", &length).into_bytes();
        for after in [wet("three"), vec![]] {
            let (found, faults, _) = warc(&[bad.clone(), covered.clone(), after].concat());
            assert_eq!((found[0].as_str(), faults.len()), ("two", 1), "{faults:?}");
            assert!(faults[0].1.starts_with("it ends after 10 of"), "{faults:?}");
        }
    }
}

#[test]
fn a_length_that_ends_within_the_first_line_of_a_record_is_told_as_without_that_record() {
    for kind in ["conversion", "metadata"] {
        for length in 11..20 {
            let bad = String::from_utf8(record(kind, "Content-Type: text/plain\r\n", b"a text")).unwrap();
            let bad = bad.replace("Content-Length: 6", &format!("Content-Length: {length}")).into_bytes();
            assert_eq!(warc(&[bad.clone(), wet("two")].concat()).1, warc(&bad).1, "{kind} {length}");
        }
    }
}

#[test]
fn what_is_wrong_with_a_record_is_told_wherever_it_stands() {
    let short = String::from_utf8(wet("a text of some length")).unwrap().replace("Length: 21", "Length: 9");
    let cut = wet("a text that is cut");
    let end = cut.len() - 9;
    let bytes = [short.as_bytes(), &wet("one"), b"garbage\n", &wet("two"), &cut[..end]].concat();
    let details = |bytes: &[u8]| warc(bytes).1.into_iter().map(|(_, detail, _)| detail).collect::<Vec<_>>();
    let here = details(&bytes);
    assert_eq!((here.len(), details(&[wet("a record before"), bytes].concat())), (3, here));
    // Nor is it told with the record that follows.
    let near = String::from_utf8(wet("a short text")).unwrap().replace("Length: 12", "Length: 9").into_bytes();
    assert_eq!(details(&[near.clone(), wet("two")].concat()), details(&near));
}

#[test]
fn a_missing_or_unreadable_length_costs_its_record() {
    let full = String::from_utf8(wet("two")).unwrap();
    for bad in [full.replace("Content-Length: 3\r\n", ""), full.replace("Length: 3", "Length: three")] {
        let (found, faults, _) = warc(&[wet("one"), bad.into_bytes(), wet("three")].concat());
        assert_eq!(found, texts(&["one", "three"]));
        assert!(faults.len() == 1 && faults[0].1.contains("Content-Length"), "{faults:?}");
    }
}

#[test]
fn garbage_between_records_is_an_error_of_its_own() {
    let bytes = [wet("one"), b"some garbage\nWARC/1.0 it is not\n".to_vec(), wet("two")].concat();
    let (found, faults, met) = warc(&bytes);
    assert_eq!((found, met.records), (texts(&["one", "two"]), 3));
    assert_eq!(faults[0].2, "some garbage\nWARC/1.0 it is not\n");
}

#[test]
fn a_page_that_speaks_of_the_format_is_one_page() {
    let text = "the format:\r\n\r\nWARC/1.0\r\nWARC-Type: response\r\nContent-Length: 5\r\n\r\nabcde\r\n\r\nis it";
    let style = response("Content-Type: text/css", text.as_bytes());
    let (found, faults, met) = warc(&[wet(text), style, wet("two")].concat());
    assert_eq!((found, faults), (texts(&[text, "two"]), vec![]));
    assert_eq!((met.records, met.kinds), (3, [("style".to_owned(), 1)].into()));
}

#[test]
fn a_cut_last_record_is_an_error_that_keeps_its_text() {
    let page = response("Content-Type: text/html", "<p>نص الصفحة كلها".as_bytes());
    let bytes = [wet("one"), page[..page.len() - 12].to_vec()].concat();
    let (found, faults, _) = warc(&bytes);
    assert_eq!(found, texts(&["one"]));
    assert!(faults[0].1.contains("it ends after"), "{faults:?}");
    assert!(faults[0].2.starts_with("<p>نص الصفحة"), "{faults:?}");
    let bytes = [wet("one"), b"WARC/1.0\r\nWARC-Ty".to_vec()].concat();
    let (found, faults, _) = warc(&bytes);
    assert_eq!((found, faults.len()), (texts(&["one"]), 1));
}

#[test]
fn an_answer_may_have_a_long_head() {
    let headers = format!("X-Long: {}\r\nX-End: 1\r\nContent-Type: text/html", "x".repeat(200_000));
    let (found, faults, _) = warc(&[response(&headers, b"<p>page"), wet("two")].concat());
    assert_eq!((found, faults), (texts(&["<p>page", "two"]), vec![]));
}

#[test]
fn a_record_that_is_too_large_is_passed_without_holding_it() {
    let options = ReadOptions { max_record: 100, ..ReadOptions::default() };
    let large = wet(&"long ".repeat(1_000_000));
    let (found, faults, met) = summed(read_bytes::<WarcDialect>(&[large, wet("two")].concat(), &options));
    assert_eq!((found, met.records), (texts(&["two"]), 2));
    assert_eq!(faults[0].0, "read.record_too_large");
}

#[test]
fn a_damaged_member_costs_its_record() {
    struct Runs(Vec<Option<Cursor<Vec<u8>>>>);
    impl Read for Runs {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            while let Some(run) = self.0.first_mut() {
                match run.as_mut().map(|r| r.read(buffer)) {
                    Some(Ok(0)) => drop(self.0.remove(0)),
                    Some(read) => return read,
                    None => {
                        self.0.remove(0);
                        return Err(io::Error::other("bad data"));
                    }
                }
            }
            Ok(0)
        }
    }
    let run = |bytes: &[u8]| Some(Cursor::new(bytes.to_vec()));
    let whole = wet("a whole record");
    let cut = &whole[..whole.len() - 9];
    let rest = b"the rest of a record\r\n\r\n";
    let cases = [
        (vec![run(&whole), run(cut), None, run(&whole)], 2, 1),
        (vec![run(&whole), None, run(&whole)], 2, 1),
        (vec![None, None, run(&whole)], 1, 1),
        (vec![run(&whole), run(cut), None, run(rest), run(&whole), run(cut), None], 2, 2),
    ];
    for (runs, documents, errors) in cases {
        let stream = Box::new(Runs(runs));
        let (found, faults, _) = summed(read_stream::<WarcDialect>(stream, 0, 0..u64::MAX, &ReadOptions::default()));
        assert_eq!((found.len(), faults.len()), (documents, errors), "{faults:?}");
    }
}

#[test]
fn arc_records_of_both_versions_are_read() {
    let body = "HTTP/1.1 200 OK\nContent-Type: text/html\n\n<p>page";
    let one = format!("http://a.example/ 10.0.0.1 20140216050221 text/html {}\n{body}\n", body.len());
    let two = format!("http://b.example/ 10.0.0.1 20140216050221 text/html 200 x - 8 f {}\n{body}\n", body.len());
    let dns = "dns:a.example 10.0.0.1 20140216050221 text/dns 3\nabc\n";
    let version = "1 0 x\nURL IP-address Archive-date Content-type Archive-length\n\n";
    let first = format!("filedesc://a.arc 0.0.0.0 20140216050221 text/plain {}\n{version}", version.len());
    let (found, faults, met) = arc([first.as_str(), &one, dns, &two].concat().as_bytes());
    assert_eq!((found, faults), (texts(&["<p>page", "<p>page"]), vec![]));
    assert_eq!(met.records, 4);
    assert_eq!(met.kinds, [("other_type".to_owned(), 1), ("warcinfo".to_owned(), 1)].into());
}

#[test]
fn an_arc_record_of_a_wrong_length_costs_itself() {
    let record =
        |length: usize, text: &str| format!("http://a.example/ 10.0.0.1 20140216050221 text/plain {length}\n{text}\n");
    for length in [4, 12, 80, 100_000] {
        let bytes = [record(3, "one"), record(length, "see http://x"), record(5, "three")].concat();
        let (found, faults, met) = arc(bytes.as_bytes());
        if length == 12 {
            assert_eq!((found.len(), faults.len()), (3, 0));
        } else {
            assert_eq!((found, met.records), (texts(&["one", "three"]), 3), "{faults:?}");
            assert_eq!(faults[0].0, "read.bad_arc");
        }
    }
}

#[test]
fn damage_everywhere_takes_time_in_proportion() {
    // Every record says that it has sixty megabytes.
    let bad = "WARC/1.0\r\nWARC-Type: conversion\r\nContent-Length: 60000000\r\n\r\nx\r\n\r\n";
    let style = "WARC/1.0\r\nWARC-Type: metadata\r\nContent-Length: 60000000\r\n\r\nx\r\n\r\n";
    for record in [bad, style] {
        let (_, met) = read_bytes::<WarcDialect>(record.repeat(100_000).as_bytes(), &ReadOptions::default());
        assert_eq!(met.records, 100_000);
    }
    let line = "http://a.example/ 10.0.0.1 20140216050221 text/plain 60000000\nx\n";
    let (_, met) = read_bytes::<ArcDialect>(line.repeat(100_000).as_bytes(), &ReadOptions::default());
    assert_eq!(met.records, 100_000);
}
