//! JSON of every shape, whole and damaged.

use super::*;
use crate::read::ReadOptions;
use crate::read::fields::FieldNames;
use crate::read::unpack::Unpacked;
use crate::text::charset::detect;

/// Texts of the documents, and the reason of each that is broken.
fn read_with(bytes: &[u8], max: u64) -> Vec<String> {
    read_from(Box::new(io::Cursor::new(bytes.to_vec())), bytes, max)
}

fn read_from(reader: Box<dyn Read>, bytes: &[u8], max: u64) -> Vec<String> {
    let options = ReadOptions { max_record: max, ..ReadOptions::default() };
    let map = FieldMap::new(&FieldNames::default(), &[]);
    let content = Unpacked { reader, plain: None, start: 0 };
    let slice = Slice {
        content,
        head: bytes,
        charset: detect(bytes, None, true),
        range: 0..u64::MAX,
        options: &options,
        fields: &map,
        scratch: std::path::Path::new("."),
    };
    let mut found = Vec::new();
    let met = Json.read(slice, &mut |document| {
        assert_eq!(document.record, found.len() as u64);
        if let (Some(span), Body::Text(_)) = (document.bytes, &document.body) {
            assert!(
                matches!(bytes[span.start as usize], b'{' | b'"')
                    && matches!(bytes[span.end as usize - 1], b'}' | b'"')
            );
        }
        found.push(match document.body {
            Body::Text(text) => text,
            Body::Html(html) | Body::Fragment(html) => format!("html {html}"),
            Body::Broken(fault) => fault.reason,
            Body::Wikitext { .. } => unreachable!("JSON gives no wikitext"),
        });
        Ok(true)
    });
    assert_eq!(met.unwrap().records, found.len() as u64);
    found
}

fn read(json: &str) -> Vec<String> {
    read_with(json.as_bytes(), 1 << 20)
}

#[test]
fn records_are_found_in_arrays_in_objects_run_together_and_under_names() {
    assert_eq!(read("[\n {\"text\": \"أ\"},\n {\"text\":\"b\"}\n]"), ["أ", "b"]);
    assert_eq!(read("{\n \"title\": \"t\",\n \"text\": \"a\"\n}\n{\"text\":\"b\"}{\"text\":\"c\"}"), ["a", "b", "c"]);
    assert_eq!(read(r#"{"status":{"code":1},"articles":[{"text":"a"},{"text":"b"}],"n":[1]}"#), ["a", "b"]);
    assert_eq!(read(r#"{"response":{"data":{"docs":[{"text":"a"}]}}}"#), ["a"]);
    assert_eq!(read(r#"{"id7":{"title":"t","text":"a"},"id8":{"text":"b"}}"#), ["a", "b"]);
    assert_eq!(read(r#"{"title":"t","tags":[{"a":1}],"text":["a","b"]}"#), ["a\nb"]);
    assert_eq!(read(r#"["one","<p>two</p>"]"#), ["one", "html <p>two</p>"]);
    assert_eq!(read("[]"), [""; 0]);
}

#[test]
fn records_are_found_behind_long_members() {
    let blob = "x".repeat(2 * LOOK_BYTES);
    let named = format!(r#"{{"a":{{"text":"a"}},"b":{{"blob":"{blob}","text":"b"}},"c":{{"text":"c"}}}}"#);
    assert_eq!(read(&named), ["a", "b", "c"]);
    let held = format!(r#"{{"schema":"{blob}","articles":[{{"text":"a"}},{{"text":"b"}}]}}"#);
    assert_eq!(read(&held), ["a", "b"]);
}

#[test]
fn every_value_among_objects_is_a_record() {
    assert_eq!(read("{\"text\":\"a\"}\n\"stray\"\n12\n{\"text\":\"b\"}"), ["a", BAD_JSON, BAD_JSON, "b"]);
}

#[test]
fn a_broken_element_costs_itself() {
    let bad = BAD_JSON;
    assert_eq!(read(r#"[{"text":"a"}, {"text":oops}, {"text":"c"}]"#), ["a", bad, "c"]);
    assert_eq!(read(r#"[{"text":"a"}, {"text":"no end}, {"text":"c"}, {"text":"d"}]"#), ["a", bad, "c", "d"]);
    assert_eq!(read(r#"[{"text":"a"}, {"text":"cut"#), ["a", bad]);
    assert_eq!(read(r#"[{"text":"lone \ud800"}, {"id":7}]"#), ["lone \u{fffd}", NO_TEXT_FIELD]);
}

#[test]
fn damage_of_any_kind_costs_the_record_that_it_hits() {
    let damages: [fn(&str) -> String; 7] = [
        |r| r[..12].to_owned(),
        |r| r.replace("story", "st\"ory"),
        |r| r.replace("story", "\"story\""),
        |r| r[..r.len() - 1].to_owned(),
        |r| r[..r.len() - 1].to_owned() + ",\"x\":[1,2",
        |r| r[..r.len() - 1].to_owned() + ",}",
        |r| "[[[".to_owned() + r,
    ];
    for (kind, damage) in damages.iter().enumerate() {
        for (open, between, close, is_pretty) in [
            ("[\n", ",\n", "\n]", false),
            ("[", ", ", "]", false),
            ("{\"data\":[", ",", "]}", false),
            ("[\n", ",\n", "\n]", true),
            ("", "\n", "", true),
            ("", "", "", false),
        ] {
            let (before, between_fields, after) = if is_pretty { ("\n ", "\n ", "\n") } else { ("", "", "") };
            let record = |i: usize| {
                let fields = format!("\"id\":{i},{between_fields}\"text\":\"the story of {i}\"");
                format!("{{{before}{fields}{after}}}")
            };
            let all = |i: usize| if i % 5 == 2 { damage(&record(i)) } else { record(i) };
            let json = format!("{open}{}{close}", (0..200).map(all).collect::<Vec<_>>().join(between));
            let found = read(&json);
            let healthy = found.iter().filter(|text| text.starts_with("the story")).count();
            // An open bracket may be closed by that of the file.
            assert!(healthy >= if kind == 4 { 158 } else { 160 }, "{kind} {open:?} {between:?}: {healthy}");
            assert!((39..=42).contains(&(found.len() - healthy)), "{kind} {open:?} {between:?}: {}", found.len());
        }
    }
}

#[test]
fn a_first_record_that_is_cut_costs_itself() {
    let lines = "{\"date\":1,\"text\":\"cut\n".to_owned() + &"{\"id\":2,\"text\":\"whole\"}\n".repeat(50);
    assert_eq!(read(&lines), [&[BAD_JSON][..], &["whole"; 50]].concat());
}

/// A stream with an error between two runs of bytes.
struct Holed(io::Cursor<Vec<u8>>, Option<io::Cursor<Vec<u8>>>);

impl Read for Holed {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        match self.0.read(out)? {
            0 if self.1.is_some() => {
                self.0 = self.1.take().unwrap();
                Err(io::Error::new(io::ErrorKind::InvalidData, "damage"))
            }
            n => Ok(n),
        }
    }
}

#[test]
fn what_stands_before_and_behind_a_hole_is_no_record_together() {
    let records = |range: Range<usize>| {
        range.map(|i| format!("{{\n \"id\": {i},\n \"text\": \"text {i}\"\n}}\n")).collect::<String>()
    };
    let (before, behind) = (records(0..5), records(6..9));
    for (cut, begun) in [(10, 20), (before.len(), 0), (before.len() - 1, 30), (before.len() - 12, 3)] {
        let (left, right) = (before.as_bytes()[..cut].to_vec(), behind.as_bytes()[begun..].to_vec());
        let all = [left.clone(), right.clone()].concat();
        let found = read_from(Box::new(Holed(io::Cursor::new(left), Some(io::Cursor::new(right)))), &all, 1 << 20);
        assert!(found.contains(&"read.bad_compression".to_owned()), "{cut} {begun}: {found:?}");
        let texts: Vec<&String> = found.iter().filter(|f| f.starts_with("text")).collect();
        assert!(texts.windows(2).all(|w| w[0] < w[1]) && texts.last().is_some_and(|t| *t == "text 8"), "{found:?}");
        assert!(texts.iter().all(|t| t.len() == 6), "{found:?}");
    }
}

#[test]
fn a_hole_of_nul_bytes_costs_the_record_that_it_stands_in() {
    let holed = |records: &str| records.replace('…', &"\0".repeat(64));
    assert_eq!(read(&holed(r#"[{"text":"a"},{"text":"b…c"},{"text":"d"}]"#)), ["a", BAD_JSON, "d"]);
    assert_eq!(read(&holed("{\n\"text\":\"a…b\"\n}\n{\n\"text\":\"c\"\n}\n")), [BAD_JSON, "c"]);
    assert_eq!(read(r#"[{"text":"a"},{"text":"a few \u0000"}]"#), ["a", "a few \0"]);
}

#[test]
fn records_that_hold_others_of_their_kind_stay_whole() {
    let comments: String = (0..3000).map(|i| format!("{{\n\"id\": {i},\n\"text\": \"comment\"\n}},\n")).collect();
    let record =
        |i: usize, held: &str| format!("{{\n\"id\": {i},\n\"text\": \"{i}\",\n\"comments\": [\n{held}1\n]\n}}");
    let json = format!("[\n{},\n{},\n{}\n]", record(1, ""), record(2, &comments), record(3, ""));
    assert_eq!(read(&json), ["1", "2", "3"]);
}

#[test]
fn an_object_under_the_name_of_a_text_is_no_record_beside_records() {
    assert_eq!(read(r#"{"content":{"version":1},"articles":[{"text":"a"},{"text":"b"}]}"#), ["a", "b"]);
}

#[test]
fn a_fault_between_records_is_told_once_and_costs_none_of_them() {
    assert_eq!(read(r#"[{"text":"a"} {"text":"b"},,{"text":"c"},]"#), ["a", BAD_JSON, "b", "c"]);
    assert_eq!(read(r#"[{"text":"a"}]]"#), ["a", BAD_JSON]);
    for none in ["[1 true]", "[,]", "[1,]", "[\"\\x00\"]", "nul", "[][]", "{} \"x\"", "[\"a\",\n4\n,1", "{\"a\":[{]}"] {
        assert!(read(none).contains(&BAD_JSON.to_owned()), "{none}: {:?}", read(none));
    }
}

#[test]
fn a_record_above_the_limit_costs_itself() {
    let long = format!(r#"[{{"text":"a"}},{{"text":"{}"}},{{"text":"c"}}]"#, "x".repeat(600_000));
    assert_eq!(read_with(long.as_bytes(), 1000), ["a", "read.record_too_large", "c"]);
}

/// A record without what `damage` takes from it stands among 200; gives how many of them come through, and the errors.
fn survivors(record: impl Fn(usize) -> String, between: &str, around: [&str; 2], damage: &[usize]) -> (usize, usize) {
    let all: Vec<String> = (0..200).map(|n| if damage.contains(&n) { cut(&record(n)) } else { record(n) }).collect();
    let found = read(&format!("{}{}{}", around[0], all.join(between), around[1]));
    (found.iter().filter(|t| t.starts_with("Story")).count(), found.iter().filter(|t| *t == BAD_JSON).count())
}

/// The record up to the middle of its text.
fn cut(record: &str) -> String {
    record[..record.find("Story").unwrap() + 5].to_owned()
}

#[test]
fn a_cut_record_costs_itself_wherever_it_stands() {
    let line = |n: usize| format!(r#"{{"id": {n}, "text": "Story {n}, with a }} and a {{ in it."}}"#);
    let pretty =
        |n: usize| format!("{{\n  \"id\": {n},\n  \"by\": {{\n    \"name\": 1\n  }},\n  \"text\": \"Story {n}\"\n}}");
    for at in [1, 100, 198] {
        for (between, around) in
            [("\n", ["", "\n"]), (",\n", ["[\n", "]"]), (",", ["{\"n\":1,\"data\":[", "]}"]), ("", ["", ""])]
        {
            assert_eq!(survivors(line, between, around, &[at]), (199, 1), "{between:?} {at}");
            assert_eq!(survivors(pretty, between, around, &[at]), (199, 1), "pretty {between:?} {at}");
        }
    }
    for (between, around) in [("\n", ["", "\n"]), (",\n", ["[\n", "]"])] {
        assert_eq!(survivors(line, between, around, &[0]), (199, 1), "{between:?}");
        assert_eq!(survivors(pretty, between, around, &[0]), (199, 1), "pretty {between:?}");
    }
}

#[test]
fn a_hundred_cut_records_cost_themselves() {
    let line = |n: usize| format!(r#"{{"id": {n}, "text": "Story {n}"}}"#);
    let every_second: Vec<usize> = (0..200).step_by(2).collect();
    assert_eq!(survivors(line, ",", ["[", "]"], &every_second), (100, 100));
    assert_eq!(survivors(line, "", ["", ""], &every_second[1..]), (101, 99));
}

#[test]
fn a_bracket_that_the_end_of_the_file_closes_costs_one_record() {
    let line = |n: usize| format!(r#"{{"id": {n}, "text": "Story {n}"}}"#);
    let rest = (8..4000).map(line).collect::<Vec<_>>().join(",\n");
    let text = format!("{{\"data\":[\n{},\n{{\"id\": 7, \"text\": \"x\", \"y\": [\n{rest}]}}", line(6));
    assert_eq!(read(&text).iter().filter(|t| t.starts_with("Story")).count(), 3993);
    // A list of its own stands further in.
    let notes = (8..4000).map(|n| format!("  {}", line(n))).collect::<Vec<_>>().join(",\n");
    let text = format!("[\n{},\n{{\"id\": 7, \"text\": \"x\", \"y\": [\n{notes}]}}\n]", line(6));
    assert_eq!(read(&text), ["Story 6", "x"]);
}

#[test]
fn a_missing_brace_a_stray_bracket_or_an_odd_quote_costs_one_record() {
    let line = |n: usize| format!(r#"{{"id":{n},"text":"Story {n}"}}"#);
    for (good, bad) in [
        ("Story 7\"}", "Bad\""),
        ("\"id\":7", "\"id\":[7"),
        ("Story 7", "Bad \" 7"),
        ("\"id\":7,", "\"id\":7"),
        ("{\"id\":7,\"text\":", ""),
        ("Story 7\"", "Bad\\\""),
    ] {
        for (between, around) in [(",", ["[", "]"]), ("\n", ["", ""]), ("", ["", ""])] {
            let all: Vec<String> = (0..20).map(line).collect();
            let text = format!("{}{}{}", around[0], all.join(between), around[1]).replacen(good, bad, 1);
            let found = read(&text);
            let stories = found.iter().filter(|t| t.starts_with("Story")).count();
            assert_eq!((stories, found.len()), (19, 20), "{bad} {between:?}");
        }
    }
}

#[test]
fn a_file_that_was_cut_in_front_gives_what_is_whole() {
    let rest = "{\"id\":2,\"text\":\"b\"}\n{\"id\":3,\"text\":\"c\"}\n";
    assert_eq!(read(&format!("\"text\":\"half\"}}\n{rest}")), [BAD_JSON, "b", "c"]);
    assert_eq!(read(&format!("half of it\"}}\n{rest}")), [BAD_JSON, "b", "c"]);
}

#[test]
fn damage_above_the_limit_of_records_is_one_error() {
    let words = "some words, and \"more\" of them ".repeat(3000);
    let text = format!("{{\"text\":\"a\"}}\n{{\"text\":\"b\" {words}\n{{\"text\":\"c\"}}\n");
    assert_eq!(read_with(text.as_bytes(), 1000), ["a", BAD_JSON, "c"]);
}

#[test]
fn every_element_damaged_takes_time_in_proportion() {
    let many = format!("[{}", r#"{"text":"x}, "#.repeat(40_000));
    assert!(!read(&many).is_empty());
    let begun = std::time::Instant::now();
    for each in
        ["{\"text\" \"x\"}, ", "{\"text\":\"x\",", "{\"text\":[", "{\"text\":\"a\"} x\" {", "\"a\" b ", "]{\"text\" ["]
    {
        read(&format!("{{\"text\":\"a\"}}{}", each.repeat(40_000)));
        read(&format!("[{{\"text\":\"a\"}},{}", each.repeat(40_000)));
    }
    assert!(begun.elapsed().as_secs() < 20);
}

#[test]
fn utf_16_is_read_as_well() {
    let units = "\u{feff}[{\"text\":\"مرحبا\"}]".encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    assert_eq!(read_with(&units, 1000), ["مرحبا"]);
}
