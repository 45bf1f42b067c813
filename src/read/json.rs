//! JSON that is not one object a line: arrays of records, objects over several lines or run together, and objects that
//! hold the array of records, or records by name.

use std::io::{self, Read};
use std::ops::Range;

use serde::de::IgnoredAny;

use crate::error::Result;
use crate::model::document::{Body, ByteSpan, Metadata, RawDocument};
use crate::text::charset::{Charset, decode};

use super::fields::{FieldMap, Place, Slot};
use super::json_resync::Opening;
use super::json_values::{Value, Values};
use super::jsonl::{BAD_JSON, document_of_object};
use super::recognise::Format;
use super::transcode::ascii_compatible;
use super::unpack::fault_of;
use super::{Met, NO_TEXT_FIELD, Reader, Sink, Slice, body_of, broken};

/// How deep objects within objects are searched for records.
const MAX_DEPTH: usize = 4;

/// Bytes of an object by which it is told whether it is a record or holds some.
const LOOK_BYTES: usize = 64 << 10;

/// Bytes that are held while the next record is searched for: more than its indent and name.
const RESYNC_KEPT: usize = 4 << 10;

/// How many times over bytes are looked at again after damage, before a file is given up.
const MAX_LOOKS: u64 = 16;

/// Bytes that may be looked at again in any file.
const FREE_LOOKS: u64 = 256 << 20;

/// Reads JSON of any shape as a stream of records.
pub struct Json;

impl Reader for Json {
    fn format(&self) -> Format {
        Format::Json
    }

    fn read(&self, slice: Slice<'_>, sink: &mut Sink<'_>) -> Result<Met> {
        let (reader, charset, transcoded) = ascii_compatible(slice.content.reader, slice.charset);
        let mut reading = Reading {
            values: Values::new(reader, slice.options.max_record),
            charset: Charset { bom: 0, ..charset },
            transcoded,
            fields: slice.fields,
            sink,
            met: Met::default(),
            structure_told: false,
            looked_again: 0,
            opening: None,
            nested: false,
            max: slice.options.max_record,
        };
        match reading.top() {
            Ok(()) | Err(End::NoMore) => Ok(reading.met),
            Err(End::Run(error)) => Err(error),
        }
    }
}

/// Why reading ends before the stream does.
enum End {
    /// No more documents are wanted, or the file is given up.
    NoMore,
    Run(crate::error::Error),
}

type Step<T> = std::result::Result<T, End>;

/// What an object is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// It has a field for text.
    Record,
    /// It holds records within.
    Holder,
    /// Neither, as far as one sees.
    Other,
}

struct Reading<'r, 's> {
    values: Values<Box<dyn Read>>,
    charset: Charset,
    transcoded: bool,
    fields: &'r FieldMap,
    sink: &'r mut Sink<'s>,
    met: Met,
    /// A fault of the structure around the records is told once.
    structure_told: bool,
    looked_again: u64,
    /// How records begin, as far as one was whole.
    opening: Option<Opening>,
    /// Whether records hold others that begin like themselves.
    nested: bool,
    max: u64,
}

impl Reading<'_, '_> {
    fn top(&mut self) -> Step<()> {
        let mut first = true;
        let mut after_array = false;
        while let Some(next) = self.peek()? {
            if after_array {
                self.structure("something follows the array")?;
            }
            match next {
                b'[' => {
                    self.values.skip(1);
                    self.elements(true)?;
                    after_array = true;
                }
                b'{' => self.object(0)?,
                _ if first => drop(self.element(true)?),
                b']' | b'}' | b',' | b':' => {
                    self.structure("something between the objects is none")?;
                    self.values.skip(1);
                }
                // A value among the objects is one record, whatever it is.
                _ => self.stray()?,
            }
            first = false;
        }
        if first { self.structure("the file holds no value") } else { Ok(()) }
    }

    fn stray(&mut self) -> Step<()> {
        let (_, length) = self.value()?;
        let length = length.max(1);
        let detail = "neither an object nor an array, among such".to_owned();
        let document = broken(self.met.records, BAD_JSON, detail, &self.values.held()[..length]);
        self.values.skip(length);
        self.give(document)
    }

    /// An object outside of arrays: a record, or one that holds records.
    fn object(&mut self, depth: usize) -> Step<()> {
        match self.kind_ahead()? {
            (Kind::Holder, _) if depth < MAX_DEPTH => {
                let before = self.met.records;
                self.values.skip(1);
                self.members(depth)?;
                if depth == 0 && self.met.records == before {
                    let detail = "no record in this object has a field for text";
                    self.give(broken(before, NO_TEXT_FIELD, detail.into(), &[]))?;
                }
                Ok(())
            }
            (Kind::Other, false) if depth > 0 => self.pass(),
            // Where the look was too short to tell, the object is a record.
            _ => self.element(false).map(drop),
        }
    }

    /// The members of an object that holds records, after its opening brace.
    fn members(&mut self, depth: usize) -> Step<()> {
        let mut comma = true;
        loop {
            match self.peek()? {
                None => return self.structure("the file ends within an object"),
                Some(b'}') => {
                    self.values.skip(1);
                    return Ok(());
                }
                Some(b',') if !comma => {
                    comma = true;
                    self.values.skip(1);
                }
                Some(b'"') => {
                    self.pass()?;
                    if self.peek()? == Some(b':') {
                        self.values.skip(1);
                    } else {
                        self.structure("a member without a colon")?;
                    }
                    self.member_value(depth)?;
                    comma = false;
                }
                Some(b'{') => {
                    // The object lost its end, and this is the next one.
                    return self.structure("a member without a name");
                }
                Some(_) => {
                    self.structure("a member without a name")?;
                    self.values.skip(1);
                }
            }
        }
    }

    fn member_value(&mut self, depth: usize) -> Step<()> {
        match self.peek()? {
            Some(b'{') => self.object(depth + 1),
            Some(b'[') if self.array_of_objects()? => {
                self.values.skip(1);
                self.elements(false)
            }
            Some(b'}' | b',') | None => self.structure("a member without a value"),
            Some(_) => self.pass(),
        }
    }

    /// The elements of an array, after its opening bracket; each is a record.
    fn elements(&mut self, strings_are_texts: bool) -> Step<()> {
        let (mut comma, mut any) = (true, false);
        loop {
            match self.peek()? {
                None => return self.structure("the file ends within an array"),
                Some(b']') => {
                    self.values.skip(1);
                    return if comma && any { self.structure("a comma before the end of an array") } else { Ok(()) };
                }
                Some(b',') => {
                    self.values.skip(1);
                    if comma {
                        self.structure("a comma without a value before it")?;
                    }
                    comma = true;
                }
                Some(_) => {
                    if !comma {
                        self.structure("two values without a comma between them")?;
                    }
                    // After damage the next record may stand here without a comma before it.
                    comma = self.element(strings_are_texts)?;
                    any = true;
                }
            }
        }
    }

    /// One value as a record; gives whether it was damaged and another begins here.
    fn element(&mut self, strings_are_texts: bool) -> Step<bool> {
        let (start, indent) = (self.values.offset(), self.values.indent());
        let rival = self.opening.as_ref().filter(|opening| opening.indent().is_some() && !self.nested);
        let (value, length) = match self.values.value_before(rival) {
            Ok(found) => found,
            Err(error) => return self.interrupted(&error),
        };
        let bytes = &self.values.held()[..length];
        let record = self.met.records;
        let has_offsets = !self.transcoded;
        let span = |end: u64| has_offsets.then_some(ByteSpan { start, end });
        let made = match value {
            Value::Whole => record_of(bytes, self.charset, self.fields, record, strings_are_texts),
            Value::Broken => Err("it does not end where the next record begins".into()),
            Value::Cut => Err("the file ends within this value".into()),
            Value::TooLong => Err("a record begins within it".into()),
        };
        match (made, value) {
            (Ok(mut document), _) => {
                if !self.opening.as_ref().is_some_and(|opening| opening.fits(bytes, indent)) {
                    self.opening = Opening::of(bytes, indent).or(self.opening.take());
                }
                self.nested |= self.opening.as_ref().is_some_and(|o| o.indent().is_some() && o.next(bytes).is_some());
                document.bytes = span(start + length as u64);
                self.values.skip(length);
                self.give(document)?;
                Ok(false)
            }
            (Err(_), Value::TooLong) if !self.holds_another(bytes) => {
                let mut document = broken(record, "read.record_too_large", String::new(), bytes);
                let long = self.values.skip_value();
                let long = self.told(long)?.unwrap_or(start..self.values.offset());
                document.bytes = span(long.end);
                set_detail(&mut document, &long);
                self.give(document)?;
                Ok(false)
            }
            // Its structure is whole, so that it costs itself.
            (Err(detail), Value::Whole) => {
                let mut document = broken(record, BAD_JSON, detail, bytes);
                self.values.skip(length);
                document.bytes = span(self.values.offset());
                self.give(document)?;
                Ok(false)
            }
            (Err(detail), _) => {
                let opening = self.opening.clone().or_else(|| Opening::unknown(bytes, indent));
                let opening = opening.filter(|_| self.looks_left(length));
                self.looked_again += length as u64;
                let mut document = broken(record, BAD_JSON, detail, bytes);
                let found = self.resync(opening.as_ref(), length)?;
                document.bytes = span(self.values.offset());
                // What ends the arrays around it may be lost with it.
                self.structure_told |= !found;
                self.give(document)?;
                Ok(found)
            }
        }
    }

    /// Whether a record begins on a line within `bytes`, a value that is too long: it lost its own end.
    fn holds_another(&self, bytes: &[u8]) -> bool {
        self.opening.as_ref().is_some_and(|o| o.indent().is_some() && o.next(bytes).is_some())
    }

    /// An error of the stream within a value: it and the value are one record.
    fn interrupted(&mut self, error: &io::Error) -> Step<bool> {
        let (reason, detail) = fault_of(error);
        let held = self.values.held().len();
        let document = broken(self.met.records, reason, detail, self.values.held());
        self.values.skip(held);
        self.structure_told = true;
        self.give(document)?;
        let opening = self.opening.clone();
        if opening.is_some() { self.resync(opening.as_ref(), 0) } else { Ok(false) }
    }

    /// Goes to the next record that begins as `opening`, or past `length` bytes where that is not known; gives whether it
    /// stands there.
    fn resync(&mut self, opening: Option<&Opening>, length: usize) -> Step<bool> {
        let Some(opening) = opening else {
            self.values.skip(length);
            return Ok(false);
        };
        loop {
            if let Some(at) = opening.next(self.values.held()) {
                self.values.skip_to_line(at, opening.indent());
                return Ok(true);
            }
            let held = self.values.held().len();
            self.values.skip(held - held.min(RESYNC_KEPT));
            let kept = self.values.held().len();
            let more = self.values.ahead(kept + LOOK_BYTES).map(<[u8]>::len);
            if self.told(more)?.is_some_and(|more| more == kept) {
                self.values.skip(kept);
                return Ok(false);
            }
        }
    }

    /// Whether damage may still be searched for the next record: the work stays in proportion to the file.
    fn looks_left(&self, length: usize) -> bool {
        self.looked_again + length as u64 <= MAX_LOOKS * (self.values.offset() + length as u64) + FREE_LOOKS
    }

    /// Goes past a value that is no record.
    fn pass(&mut self) -> Step<()> {
        let (value, length) = self.value()?;
        match value {
            Value::Whole => {
                let text = decode(&self.values.held()[..length], self.charset);
                let valid = serde_json::from_str::<IgnoredAny>(&text).is_ok();
                self.values.skip(length);
                if valid { Ok(()) } else { self.structure("a value that is none") }
            }
            Value::Cut => {
                self.values.skip(length);
                self.structure("the file ends within a value")
            }
            Value::Broken => {
                self.values.skip(length);
                self.structure("a value that does not end")
            }
            Value::TooLong => {
                let skipped = self.values.skip_value();
                self.told(skipped).map(|_| ())
            }
        }
    }

    fn array_of_objects(&mut self) -> Step<bool> {
        let ahead = self.values.ahead(LOOK_BYTES).map(|_| ());
        self.told(ahead)?;
        Ok(self.values.held().iter().skip(1).find(|b| !b.is_ascii_whitespace()) == Some(&b'{'))
    }

    /// What the object ahead is, and whether it is longer than what was looked at. The look grows until a member tells.
    fn kind_ahead(&mut self) -> Step<(Kind, bool)> {
        let mut bytes = LOOK_BYTES;
        loop {
            let fields = self.fields;
            let look = self.values.ahead(bytes).map(|ahead| {
                let ahead = &ahead[..ahead.len().min(bytes)];
                (kind_of(ahead, fields, &Place::top(), 0), ahead.len() == bytes && !is_whole(ahead))
            });
            let (kind, cut) = self.told(look)?.unwrap_or((Kind::Other, false));
            if kind != Kind::Other || !cut || bytes as u64 > self.max {
                return Ok((kind, cut));
            }
            bytes *= 4;
        }
    }

    fn peek(&mut self) -> Step<Option<u8>> {
        loop {
            let next = self.values.peek();
            if let Some(next) = self.told(next)? {
                return Ok(next);
            }
        }
    }

    fn value(&mut self) -> Step<(Value, usize)> {
        let value = self.values.value();
        // What an error of the stream cut off is no value any more.
        Ok(match self.told(value)? {
            Some(value) => value,
            None => (Value::Cut, self.values.held().len()),
        })
    }

    /// Tells an error of the stream, which costs a record.
    fn told<T>(&mut self, read: io::Result<T>) -> Step<Option<T>> {
        match read {
            Ok(value) => Ok(Some(value)),
            Err(error) => {
                let (reason, detail) = fault_of(&error);
                self.give(broken(self.met.records, reason, detail, &[]))?;
                Ok(None)
            }
        }
    }

    /// A fault of the structure around the records: told once, at its place.
    fn structure(&mut self, what: &str) -> Step<()> {
        if std::mem::replace(&mut self.structure_told, true) {
            return Ok(());
        }
        let detail = format!("{what}, at byte {}", self.values.offset());
        self.give(broken(self.met.records, BAD_JSON, detail, &[]))
    }

    fn give(&mut self, document: RawDocument) -> Step<()> {
        self.met.records += 1;
        if (self.sink)(document).map_err(End::Run)? { Ok(()) } else { Err(End::NoMore) }
    }
}

fn set_detail(document: &mut RawDocument, span: &Range<u64>) {
    if let Body::Broken(fault) = &mut document.body {
        fault.detail = format!("a record of {} bytes; read it with a larger --max-record", span.end - span.start);
    }
}

/// The document of one value; what the parser says where it is no JSON.
fn record_of(
    bytes: &[u8],
    charset: Charset,
    fields: &FieldMap,
    record: u64,
    strings_are_texts: bool,
) -> std::result::Result<RawDocument, String> {
    if bytes.starts_with(b"{") {
        let document = document_of_object(bytes, charset, fields, record);
        return match document.body {
            Body::Broken(fault) if fault.reason == BAD_JSON => Err(fault.detail),
            _ => Ok(document),
        };
    }
    let text = decode(bytes, charset);
    if strings_are_texts && bytes.starts_with(b"\"") {
        let text: String = serde_json::from_str(&text).map_err(|e| e.to_string())?;
        return Ok(RawDocument { record, bytes: None, metadata: Metadata::default(), body: body_of(text, fields) });
    }
    serde_json::from_str::<IgnoredAny>(&text).map_err(|e| e.to_string())?;
    Ok(broken(record, NO_TEXT_FIELD, "a value that is no object".into(), bytes))
}

/// Whether the value that begins `bytes` ends within them.
fn is_whole(bytes: &[u8]) -> bool {
    matches!(Values::new(bytes, u64::MAX).value(), Ok((Value::Whole, _)))
}

/// What the object is that begins `bytes`, by the members that are seen.
fn kind_of(bytes: &[u8], fields: &FieldMap, place: &Place<'_>, depth: usize) -> Kind {
    let mut values = Values::new(&bytes[1.min(bytes.len())..], u64::MAX);
    let mut kind = Kind::Other;
    let mut step = || -> Option<Kind> {
        if values.peek().ok()? == Some(b',') {
            values.skip(1);
        }
        if values.peek().ok()? != Some(b'"') {
            return None;
        }
        let (_, length) = values.value().ok()?;
        let key = String::from_utf8_lossy(&values.held()[1..length.saturating_sub(1).max(1)]).into_owned();
        values.skip(length);
        (values.peek().ok()? == Some(b':')).then(|| values.skip(1))?;
        let opens = values.peek().ok()??;
        let is_text = fields.slot_at(place, &key).is_some_and(|(slot, _)| slot == Slot::Text);
        let (_, length) = values.value().ok()?;
        let value = &values.held()[..length];
        let inner = fields.enter(place, &key);
        let found = match opens {
            b'{' if depth < MAX_DEPTH => {
                match (kind_of(value, fields, inner.as_ref().unwrap_or(&Place::top()), depth + 1), inner) {
                    (Kind::Record, Some(_)) => Kind::Record,
                    (Kind::Record | Kind::Holder, _) => Kind::Holder,
                    _ if is_text => Kind::Record,
                    _ => Kind::Other,
                }
            }
            _ if is_text && !is_array_of_records(value, fields) => Kind::Record,
            b'[' if value.iter().skip(1).find(|b| !b.is_ascii_whitespace()) == Some(&b'{') => Kind::Holder,
            _ => Kind::Other,
        };
        values.skip(length);
        Some(found)
    };
    while let Some(found) = step() {
        match found {
            Kind::Record => return Kind::Record,
            Kind::Holder => kind = Kind::Holder,
            Kind::Other => {}
        }
    }
    kind
}

/// Whether an array under the name of a text holds records of its own, with more than a text: `"article": [{"title": …`.
fn is_array_of_records(value: &[u8], fields: &FieldMap) -> bool {
    let Some(start) = value.iter().skip(1).position(|b| !b.is_ascii_whitespace()).map(|i| i + 1) else { return false };
    if value[0] != b'[' || value[start] != b'{' {
        return false;
    }
    let first = &value[start..];
    kind_of(first, fields, &Place::top(), MAX_DEPTH) == Kind::Record && has_title(first, fields)
}

fn has_title(object: &[u8], fields: &FieldMap) -> bool {
    let mut values = Values::new(object, u64::MAX);
    let Ok((_, length)) = values.value() else { return false };
    let text = String::from_utf8_lossy(&object[..length]);
    super::json_value::parse_object(&text, fields).is_ok_and(|f| f.finish().1.title.is_some())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::ReadOptions;
    use crate::read::fields::FieldNames;
    use crate::read::unpack::Unpacked;
    use crate::text::charset::detect;

    /// Texts of the documents, and the reason of each that is broken.
    fn read_with(bytes: &[u8], max: u64) -> Vec<String> {
        let options = ReadOptions { max_record: max, ..ReadOptions::default() };
        let map = FieldMap::new(&FieldNames::default(), &[]);
        let content = Unpacked { reader: Box::new(io::Cursor::new(bytes.to_vec())), plain: None, start: 0 };
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
        assert_eq!(
            read("{\n \"title\": \"t\",\n \"text\": \"a\"\n}\n{\"text\":\"b\"}{\"text\":\"c\"}"),
            ["a", "b", "c"]
        );
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

    #[test]
    fn a_fault_between_records_is_told_once_and_costs_none_of_them() {
        assert_eq!(read(r#"[{"text":"a"} {"text":"b"},,{"text":"c"},]"#), ["a", BAD_JSON, "b", "c"]);
        assert_eq!(read(r#"[{"text":"a"}]]"#), ["a", BAD_JSON]);
        for none in
            ["[1 true]", "[,]", "[1,]", "[\"\\x00\"]", "nul", "[][]", "{} \"x\"", "[\"a\",\n4\n,1", "{\"a\":[{]}"]
        {
            assert!(read(none).contains(&BAD_JSON.to_owned()), "{none}: {:?}", read(none));
        }
    }

    #[test]
    fn a_record_above_the_limit_costs_itself() {
        let long = format!(r#"[{{"text":"a"}},{{"text":"{}"}},{{"text":"c"}}]"#, "x".repeat(600_000));
        assert_eq!(read_with(long.as_bytes(), 1000), ["a", "read.record_too_large", "c"]);
    }

    #[test]
    fn every_element_damaged_takes_time_in_proportion() {
        let many = format!("[{}", r#"{"text":"x}, "#.repeat(40_000));
        assert!(read(&many).len() > 1);
    }

    #[test]
    fn utf_16_is_read_as_well() {
        let units = "\u{feff}[{\"text\":\"مرحبا\"}]".encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
        assert_eq!(read_with(&units, 1000), ["مرحبا"]);
    }
}
