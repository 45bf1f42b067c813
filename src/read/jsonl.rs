//! JSON lines: one object a line, one document an object.

use std::ops::Range;
use std::path::Path;

use crate::error::Result;
use crate::model::document::{Body, ByteSpan, RawDocument};
use crate::text::charset::Charset;

use super::fields::FieldMap;
use super::hole::{HOLE, has_hole};
use super::json::Json;
use super::json_record::{BAD_JSON, document_of_object};
use super::json_values::{Value, Values};
use super::lines::{Line, Lines};
use super::part::even_cuts;
use super::recognise::Format;
use super::unpack::{Unpacked, fault_of};
use super::{BigFile, Cuts, FAULT_TEXT_BYTES, Met, NO_TEXT_FIELD, ReadOptions, Reader, Sink, Slice, broken};

/// Places behind a cut object at which another might begin and does not, above which the rest of a line is given up.
const MAX_FAILED: usize = 64;

/// Reads JSON lines; blank lines are no records.
pub struct JsonLines;

impl Reader for JsonLines {
    fn format(&self) -> Format {
        Format::JsonLines
    }

    fn cuts(&self, file: &BigFile<'_>) -> Option<Cuts> {
        even_cuts(file)
    }

    fn read(&self, slice: Slice<'_>, sink: &mut Sink<'_>) -> Result<Met> {
        let start = slice.content.start;
        let mut lines = Lines::new(slice.content.reader, start, slice.charset, slice.options.max_record);
        let mut met = Met::default();
        let mut found = Vec::new();
        if slice.range.start > 0 {
            match lines.skip_line(slice.range.end) {
                Ok(true) => {}
                // The line that the slice begins in goes past its end.
                Ok(false) => return Ok(met),
                Err(error) => {
                    let (reason, detail) = fault_of(&error);
                    sink(broken(0, reason, detail, &lines.take_partial()))?;
                    met.records += 1;
                }
            }
        }
        loop {
            let (span, line) = match lines.next_line() {
                Ok(None) => return Ok(met),
                Ok(Some((span, _))) if span.start >= slice.range.end => return Ok(met),
                Ok(Some(found)) => found,
                Err(error) => {
                    let (reason, detail) = fault_of(&error);
                    let record = met.records;
                    met.records += 1;
                    if !sink(broken(record, reason, detail, &lines.take_partial()))? {
                        return Ok(met);
                    }
                    continue;
                }
            };
            let whole = if let Line::Whole(bytes) = line { bytes } else { &[] };
            documents_of(line, &span, slice.charset, slice.fields, &mut found);
            if may_hold_records(whole, &found) {
                let context = (slice.charset, slice.options, slice.fields, slice.scratch);
                let held = records_in(whole, span.end - whole.len() as u64, context)?;
                if held.iter().any(|document| !matches!(document.body, Body::Broken(_))) {
                    found = held;
                }
            }
            for mut document in found.drain(..) {
                document.record = met.records;
                met.records += 1;
                if !sink(document)? {
                    return Ok(met);
                }
            }
        }
    }
}

/// Adds the documents of a line: one, more where objects stand on it without a line end between them, none where it is
/// blank.
fn documents_of(line: Line<'_>, span: &Range<u64>, charset: Charset, map: &FieldMap, found: &mut Vec<RawDocument>) {
    let whole = Some(ByteSpan { start: span.start, end: span.end });
    let mut bytes = match line {
        Line::Whole(bytes) => bytes,
        Line::TooLong(head) => {
            let detail = format!("a record of {} bytes; read it with a larger --max-record", span.end - span.start);
            found.push(RawDocument { bytes: whole, ..broken(0, "read.record_too_large", detail, head) });
            return;
        }
    };
    if span.start == 0 {
        bytes = &bytes[charset.bom.min(bytes.len())..];
    }
    if bytes.iter().all(|b| b.is_ascii_whitespace() || *b == 0) {
        return;
    }
    let charset = Charset { bom: 0, ..charset };
    let by_bytes = charset.encoding.is_ascii_compatible();
    if by_bytes && has_hole(object_of(bytes)) {
        let shown = &bytes[..bytes.len().min(FAULT_TEXT_BYTES)];
        found.push(RawDocument { bytes: whole, ..broken(0, BAD_JSON, HOLE.into(), shown) });
        return;
    }
    let document = document_of_object(if by_bytes { object_of(bytes) } else { bytes }, charset, map, 0);
    let is_bad = matches!(&document.body, Body::Broken(fault) if fault.reason == BAD_JSON);
    let objects = if is_bad && by_bytes { objects_of(bytes) } else { Vec::new() };
    if objects.is_empty() || objects[0] == (0..bytes.len()) {
        found.push(RawDocument { bytes: whole, ..document });
        return;
    }
    // Where the line begins in the source, without the mark in front.
    let start = span.end - bytes.len() as u64;
    let within =
        |part: &Range<usize>| Some(ByteSpan { start: start + part.start as u64, end: start + part.end as u64 });
    let is_lost =
        |part: &Range<usize>| bytes[part.clone()].iter().any(|b| !matches!(b, 0 | b',') && !b.is_ascii_whitespace());
    let mut at = 0;
    let end = bytes.len()..bytes.len();
    for object in objects.into_iter().chain([end]) {
        let between = at..object.start;
        if is_lost(&between) {
            let shown = &bytes[between.start..between.end.min(between.start + FAULT_TEXT_BYTES)];
            let detail = "it is cut, and other objects stand on its line".into();
            found.push(RawDocument { bytes: within(&between), ..broken(0, BAD_JSON, detail, shown) });
        }
        at = object.end;
        if !object.is_empty() {
            let place = within(&object);
            found.push(RawDocument { bytes: place, ..document_of_object(&bytes[object], charset, map, 0) });
        }
    }
}

/// Whether the line, which gave the one document `found`, is no record but holds some: it is an array of objects, or an
/// object without a text that has such an array, as pages of answers of a server do.
fn may_hold_records(line: &[u8], found: &[RawDocument]) -> bool {
    let [RawDocument { body: Body::Broken(fault), .. }] = found else { return false };
    let line = line.trim_ascii_start();
    let mut arrays = memchr::memchr_iter(b'[', line);
    let holds_objects = |at: usize| line[at + 1..].trim_ascii_start().starts_with(b"{");
    match fault.reason.as_str() {
        BAD_JSON => arrays.next() == Some(0) && holds_objects(0),
        NO_TEXT_FIELD => arrays.any(holds_objects),
        _ => false,
    }
}

/// The documents of a line, which begins at `start` of the source, read as a file of JSON of its own.
fn records_in(
    line: &[u8],
    start: u64,
    (charset, options, fields, scratch): (Charset, &ReadOptions, &FieldMap, &Path),
) -> Result<Vec<RawDocument>> {
    let reader = Box::new(std::io::Cursor::new(line.to_vec()));
    let content = Unpacked { reader, plain: None, start: 0 };
    let mut found = Vec::new();
    Json.read(
        Slice { content, head: line, charset, range: 0..u64::MAX, options, fields, scratch },
        &mut |mut document| {
            document.bytes = document.bytes.map(|span| ByteSpan { start: start + span.start, end: start + span.end });
            found.push(document);
            Ok(true)
        },
    )?;
    Ok(found)
}

/// The line without what some tools put around its object: byte order marks, separators of records, the NUL bytes that a
/// crash leaves in front, and the comma of an array that was cut into lines.
fn object_of(mut bytes: &[u8]) -> &[u8] {
    loop {
        bytes = match bytes {
            [0xEF, 0xBB, 0xBF, rest @ ..] => rest,
            [0 | 0x1e | b' ' | b'\t' | b'\r', rest @ ..] => rest,
            [rest @ .., 0 | b' ' | b'\t' | b'\r'] => rest,
            [rest @ .., b','] if rest.ends_with(b"}") => rest,
            _ => return bytes,
        };
    }
}

/// Where the whole objects stand of a line that is no object: all of it, or those between pieces of cut ones.
fn objects_of(line: &[u8]) -> Vec<Range<usize>> {
    let mut objects = objects_in(line);
    if !objects.is_empty() || line.starts_with(b"//") || line.starts_with(b"#") {
        return objects;
    }
    // Behind a colon, a comma or a bracket an object is part of the one that was cut.
    let is_own = |at: usize| !matches!(line[..at].trim_ascii_end().last(), Some(b':' | b',' | b'['));
    let (mut from, mut failed) = (0, 0);
    while failed < MAX_FAILED
        && let Some(at) = line.get(from..).and_then(|rest| memchr::memmem::find(rest, b"{\"")).map(|at| from + at)
    {
        let mut values = Values::new(&line[at..], u64::MAX);
        from = match values.value() {
            Ok((Value::Whole, length)) if is_own(at) && is_object(&line[at..at + length]) => {
                objects.push(at..at + length);
                at + length
            }
            _ => {
                failed += 1;
                at + 1
            }
        };
    }
    objects
}

fn is_object(bytes: &[u8]) -> bool {
    serde_json::from_slice::<serde::de::IgnoredAny>(bytes).is_ok()
}

/// Where the objects stand of a line that holds nothing but whole ones, with commas between them or none.
fn objects_in(line: &[u8]) -> Vec<Range<usize>> {
    let mut values = Values::new(line, u64::MAX);
    let mut objects = Vec::new();
    while let Ok(Some(next)) = values.peek() {
        let Ok((Value::Whole, length)) = values.value() else { return Vec::new() };
        if next != b'{' {
            return Vec::new();
        }
        let start = values.offset() as usize;
        objects.push(start..start + length);
        values.skip(length);
        if matches!(values.peek(), Ok(Some(b','))) {
            values.skip(1);
        }
    }
    objects
}
