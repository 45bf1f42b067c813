//! JSON lines: one object a line, one document an object.

use std::ops::Range;

use crate::error::Result;
use crate::model::document::{ByteSpan, RawDocument};
use crate::text::charset::{Charset, decode_record};

use super::fields::FieldMap;
use super::json_value::{mend_strings, parse_object};
use super::lines::{Line, Lines};
use super::part::even_cuts;
use super::recognise::Format;
use super::unpack::fault_of;
use super::{BigFile, Cuts, Met, NO_TEXT_FIELD, Reader, Sink, Slice, body_of, broken};

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
        if slice.range.start > 0 && lines.skip_line().is_err() {
            return Ok(met);
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
            let Some(mut document) = document_of(line, &span, slice.charset, slice.fields, met.records) else {
                continue;
            };
            document.bytes = Some(ByteSpan { start: span.start, end: span.end });
            met.records += 1;
            if !sink(document)? {
                return Ok(met);
            }
        }
    }
}

/// The document of a line; none where the line is blank.
fn document_of(
    line: Line<'_>,
    span: &Range<u64>,
    charset: Charset,
    map: &FieldMap,
    record: u64,
) -> Option<RawDocument> {
    let mut bytes = match line {
        Line::Whole(bytes) => bytes,
        Line::TooLong(head) => {
            let detail = format!("a record of {} bytes; read it with a larger --max-record", span.end - span.start);
            return Some(broken(record, "read.record_too_large", detail, head));
        }
    };
    if span.start == 0 {
        bytes = &bytes[charset.bom.min(bytes.len())..];
    }
    if bytes.iter().all(|b| b.is_ascii_whitespace() || *b == 0) {
        return None;
    }
    Some(document_of_object(bytes, Charset { bom: 0, ..charset }, map, record))
}

/// The document of the object that `bytes` hold.
pub(super) fn document_of_object(bytes: &[u8], charset: Charset, map: &FieldMap, record: u64) -> RawDocument {
    // An object that is not in the charset of its file may be in one of its own; the evidence is the object itself.
    let text = decode_record(bytes, charset);
    let json = text.trim();
    let fields = match parse_object(json, map) {
        Ok(fields) => fields.finish(),
        Err(error) => match parse_object(&mend_strings(json), map) {
            Ok(fields) => fields.finish(),
            Err(_) => return broken(record, "read.bad_json", error.to_string(), bytes),
        },
    };
    let (Some(text), metadata) = fields else {
        let detail = "no field of this object is known to hold text; name it with --set read.fields.text='[\"NAME\"]'";
        return broken(record, NO_TEXT_FIELD, detail.into(), bytes);
    };
    RawDocument { record, bytes: None, metadata, body: body_of(text, map) }
}
