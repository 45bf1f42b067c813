//! JSON that is not one object a line: arrays of records, objects over several lines or run together, and objects that
//! hold the array of records, or records by name.

mod damage;
mod kind;
mod resync;
#[cfg(test)]
mod tests;

use std::io::{self, Read};
use std::ops::Range;

use serde::de::IgnoredAny;

use crate::error::Result;
use crate::model::document::{Body, ByteSpan, Metadata, RawDocument};
use crate::text::charset::{Charset, decode};

use self::kind::{Kind, MAX_DEPTH, is_whole, kind_of};
use self::resync::{RUNAWAY_BYTES, Search};
use super::fields::{FieldMap, Place};
use super::json_record::{BAD_JSON, document_of_object};
use super::json_values::{Value, Values};
use super::recognise::Format;
use super::transcode::ascii_compatible;
use super::unpack::fault_of;
use super::{Met, NO_TEXT_FIELD, Reader, Sink, Slice, body_of, broken};

/// Bytes of an object by which it is told whether it is a record or holds some.
const LOOK_BYTES: usize = 64 << 10;

/// Bytes in front of a record by which it is told that one may begin there.
const CONTEXT_BYTES: usize = 256;

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
            comma_taken: false,
            search: Search::new(slice.fields, slice.options.max_record),
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

struct Reading<'r, 's> {
    values: Values<Box<dyn Read>>,
    charset: Charset,
    transcoded: bool,
    fields: &'r FieldMap,
    sink: &'r mut Sink<'s>,
    met: Met,
    /// A fault of the structure around the records is told once.
    structure_told: bool,
    /// What was passed over went up to the next record.
    comma_taken: bool,
    search: Search<'r>,
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
                b']' | b'}' | b',' | b':' if !first => {
                    self.structure("something between the objects is none")?;
                    self.values.skip(1);
                }
                _ => self.bare(first)?,
            }
            first = false;
        }
        if first { self.structure("the file holds no value") } else { Ok(()) }
    }

    /// A value that is no object, outside of arrays. The first of a file is a record; among objects it is a broken one,
    /// whatever it is. Where it is the end of an object whose beginning is not there, it costs no more than that object.
    fn bare(&mut self, first: bool) -> Step<()> {
        let (value, length) = self.value()?;
        if matches!(value, Value::TooLong) {
            return self.too_long();
        }
        let next = self.after(length)?;
        let bytes = &self.values.held()[..length];
        let valid = serde_json::from_str::<IgnoredAny>(&decode(bytes, self.charset)).is_ok();
        let is_part = matches!(next, Some(b':' | b'}')) || first && next == Some(b',');
        if valid && first && !is_part {
            return self.element(true);
        }
        let detail = "neither an object nor an array, among such";
        if !valid || is_part {
            return self.run(detail);
        }
        let document = broken(self.met.records, BAD_JSON, detail.to_owned(), bytes);
        self.end_run(document, self.values.offset(), length)
    }

    /// The first byte that is no blank behind a value of this length.
    fn after(&mut self, length: usize) -> Step<Option<u8>> {
        let ahead = self.values.ahead(length.saturating_add(CONTEXT_BYTES)).map(|_| ());
        self.told(ahead)?;
        Ok(self.values.held()[length..].iter().find(|b| !b.is_ascii_whitespace()).copied())
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
            _ => self.element(false),
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
                    comma = false;
                    if self.peek()? == Some(b':') {
                        self.values.skip(1);
                        self.member_value(depth)?;
                    } else {
                        self.structure("a member without a colon")?;
                        self.pass_run()?;
                    }
                }
                Some(b'{') => {
                    self.structure("a member without a name")?;
                    self.object(depth + 1)?;
                    comma = false;
                }
                Some(_) => {
                    self.structure("a member without a name")?;
                    self.pass_run()?;
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
                    self.element(strings_are_texts)?;
                    // Damage takes with it the comma in front of the next record, if there was one.
                    (comma, any) = (std::mem::take(&mut self.comma_taken), true);
                }
            }
        }
    }

    /// One value as a record.
    fn element(&mut self, strings_are_texts: bool) -> Step<()> {
        let start = self.values.offset();
        let indent = self.values.indent();
        let (value, length) = match self.values.value() {
            Ok(found) => found,
            Err(error) => return self.interrupted(&error),
        };
        // Among objects, a value before a colon or a brace is a part of one.
        let is_part = !self.values.held().starts_with(b"{")
            && self.search.has_learnt()
            && matches!(self.after(length)?, Some(b':' | b'}'));
        let ends_the_file = length > RUNAWAY_BYTES && self.after(length)?.is_none();
        let bytes = &self.values.held()[..length];
        let record = self.met.records;
        let made = match value {
            Value::Whole if is_part => Err("a part of a record".into()),
            Value::Whole if ends_the_file && self.search.is_runaway(bytes, indent) => {
                Err("a record begins within it".into())
            }
            Value::Whole => record_of(bytes, self.charset, self.fields, record, strings_are_texts),
            Value::Cut => Err("the file ends within this value".into()),
            Value::Broken => Err(format!("what stands at byte {} cannot stand there", start + length as u64)),
            Value::TooLong => return self.too_long(),
        };
        match made {
            Ok(mut document) => {
                self.search.learn(bytes);
                document.bytes = self.span(start..start + length as u64);
                self.values.skip(length);
                self.give(document)
            }
            // The next record is searched for where there are objects.
            Err(detail) if bytes.starts_with(b"{") || self.search.has_learnt() => self.run(&detail),
            Err(detail) => {
                let mut document = broken(record, BAD_JSON, detail, bytes);
                document.bytes = self.span(start..start + length as u64);
                self.values.skip(length);
                self.give(document)
            }
        }
    }

    fn span(&self, range: Range<u64>) -> Option<ByteSpan> {
        (!self.transcoded).then_some(ByteSpan { start: range.start, end: range.end })
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
                self.structure("a value that is none")?;
                self.pass_run()
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

    fn give(&mut self, mut document: RawDocument) -> Step<()> {
        // What was told since the document was made came before it.
        document.record = self.met.records;
        self.met.records += 1;
        if (self.sink)(document).map_err(End::Run)? { Ok(()) } else { Err(End::NoMore) }
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
