//! CSV, TSV and their kin: a row is one document; how the table is written and what its columns hold is found out.

mod columns;
mod dialect;
mod escapes;
mod head;
mod one_column;
mod preamble;
mod right_rows;
mod rows;
mod scan;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::io::{Read, Seek, SeekFrom};

use encoding_rs::UTF_8;

use crate::error::Result;
use crate::model::document::{Body, ByteSpan, RawDocument};
use crate::text::charset::{Charset, decode, decode_parts, decode_record, of_record};

use self::columns::{Columns, is_other_header};
use self::dialect::{Layout, NAMES};
use self::head::Head;
use self::rows::{Event, Rows};
use self::scan::{Dialect, Field, unescape};
use super::compression::Compression;
use super::fields::{FieldMap, Fields};
use super::hole::{HOLE, has_hole};
use super::recognise::Format;
use super::transcode::ascii_compatible;
use super::unpack::fault_of;
use super::{BigFile, Cuts, Met, NO_TEXT_FIELD, Reader, Sink, Slice, body_of, broken};

/// The reason of a row that cannot be told from what follows, or has no cell for text.
const BAD_CSV: &str = "read.bad_csv";

/// No file is cut after a row above this size, in bytes: what is done with it depends on limits that the cutting does not
/// know. None is held in memory for it either.
const MAX_CUT_ROW: u64 = 8 << 20;

/// Bytes of a header in the midst of a file, at most.
const MAX_HEADER_BYTES: usize = 1024;

/// Bytes of each name in it, at most.
const MAX_NAME_BYTES: usize = 60;

/// Reads tables of delimited text; blank lines and the header are no records.
pub struct Delimited;

impl Reader for Delimited {
    fn format(&self) -> Format {
        Format::Delimited
    }

    fn read(&self, mut slice: Slice<'_>, sink: &mut Sink<'_>) -> Result<Met> {
        let (layout, charset) = layout_of(&Head::of(&mut slice), slice.charset);
        let columns = Columns::of(&layout, slice.fields);
        if columns.texts().next().is_none() {
            return no_text(&columns, slice.range.start, sink);
        }
        let (reader, _, changed) = ascii_compatible(slice.content.reader, slice.charset);
        let max = slice.options.max_record;
        let names = if columns.has_header { first_row(&layout) } else { Vec::new() };
        let mut rows = Rows::new(reader, slice.content.start, layout.dialect, layout.shape, max);
        let mut header = false;
        if slice.range.start > 0 {
            // The byte before the slice.
            rows.skip(1);
        } else {
            rows.skip(layout.preamble);
            header = columns.has_header;
        }
        let table = Table { map: slice.fields, dialect: layout.dialect, header: names, columns, charset };
        table.read(rows, !changed, slice.range.end, header, max, sink)
    }

    fn cuts(&self, file: &BigFile<'_>) -> Option<Cuts> {
        if file.compression != Compression::None || is_transcoded(file.charset) {
            return None;
        }
        let mut source = file.file.try_clone().ok()?;
        source.seek(SeekFrom::Start(0)).ok()?;
        let (head, fault) = Head::read(&mut source);
        source.seek(SeekFrom::Start(0)).ok().filter(|_| fault.is_none())?;
        let (layout, _) = layout_of(&head, file.charset);
        let (charset, columns) = (Charset { bom: 0, ..file.charset }, Columns::of(&layout, &NAMES));
        let table = Table { map: &NAMES, dialect: layout.dialect, header: first_row(&layout), columns, charset };
        let mut rows = Rows::new(source, 0, layout.dialect, layout.shape, MAX_CUT_ROW).up_to_large();
        rows.skip(layout.preamble);
        let part = file.part_bytes.max(1);
        let (mut cuts, mut next, mut is_first) = (Vec::new(), part, true);
        while let event @ (Event::Row | Event::Bad(_)) = rows.next() {
            // A slice knows the columns of the first table alone. Its own field names do not count here, so that no header is
            // missed that a reader takes for one.
            let header = if is_first { None } else { table.header_in(rows.bytes(), rows.fields()) };
            let begins_other = matches!((event, header), (Event::Row, Some(Header::Other(_))));
            is_first = false;
            if begins_other || rows.bytes().len() as u64 > MAX_CUT_ROW {
                break;
            }
            let at = rows.next_offset();
            if at >= next && at < file.bytes {
                cuts.push(at);
                next = (at / part + 1) * part;
            }
        }
        Some(Cuts::Bytes(cuts))
    }
}

/// Whether the stream is made another one, in which each byte of ASCII is that character.
fn is_transcoded(charset: Charset) -> bool {
    ascii_compatible(Box::new(std::io::empty()), charset).2
}

/// The layout of the table that begins with `head`, and the charset of its cells.
fn layout_of(head: &Head<'_>, charset: Charset) -> (Layout, Charset) {
    if is_transcoded(charset) {
        let cells = Charset::plain(UTF_8);
        return (Layout::of(decode(&head.bytes, charset).as_bytes(), head.whole, cells), cells);
    }
    let cells = Charset { bom: 0, ..charset };
    (Layout::of(&head.bytes, head.whole, cells), cells)
}

/// The row without the zeros that may stand in front of it.
fn without_zeros(row: &[u8]) -> &[u8] {
    &row[row.iter().position(|b| *b != 0).unwrap_or(row.len())..]
}

fn no_text(columns: &Columns, start: u64, sink: &mut Sink<'_>) -> Result<Met> {
    if start > 0 {
        return Ok(Met::default());
    }
    let detail = format!(
        "no column is known to hold text, or looks like it, among {}; name it with --set read.fields.text='[\"NAME\"]'",
        columns.names()
    );
    sink(broken(0, NO_TEXT_FIELD, detail, &[]))?;
    Ok(Met { records: 1, ..Met::default() })
}

/// A header in the midst of a file.
enum Header {
    /// That of the table again: tables of one kind were joined.
    Own,
    /// The names of other columns, or of the same in another order.
    Other(Vec<String>),
}

/// The cells of the first row of a table.
fn first_row(layout: &Layout) -> Vec<String> {
    layout.rows.first().map(|row| row.iter().map(|cell| cell.text.trim().to_owned()).collect()).unwrap_or_default()
}

/// How rows become documents.
struct Table<'m> {
    map: &'m FieldMap,
    dialect: Dialect,
    /// The names in the header, as they stand there; none without a header.
    header: Vec<String>,
    columns: Columns,
    charset: Charset,
}

impl Table<'_> {
    fn read<R: Read>(
        mut self,
        mut rows: Rows<R>,
        raw: bool,
        end: u64,
        mut header: bool,
        max: u64,
        sink: &mut Sink<'_>,
    ) -> Result<Met> {
        let mut met = Met::default();
        loop {
            let begins = rows.next_offset();
            let event = rows.next();
            if begins >= end {
                return Ok(met);
            }
            let mut document = match event {
                Event::End => return Ok(met),
                Event::Row if rows.is_blank() => continue,
                Event::Row if std::mem::take(&mut header) => continue,
                // Where tables were joined, the header stands again.
                Event::Row
                    if let Some(header) =
                        self.header_in(rows.bytes(), rows.fields()).filter(|h| self.may_follow(h)) =>
                {
                    met.pass_over("header");
                    if let Header::Other(names) = header {
                        rows.rename(&self.header, &names);
                        self.columns = Columns::named(&names, self.map);
                        self.header = names;
                    }
                    continue;
                }
                Event::Row if has_hole(without_zeros(rows.bytes())) => {
                    broken(met.records, BAD_CSV, HOLE.into(), &self.shown(rows.bytes()))
                }
                Event::Row if rows.is_after_fault() && rows.fields().len() < self.columns.columns.len() => continue,
                Event::Row => self.document(rows.bytes(), rows.fields(), rows.is_bare(), met.records),
                Event::Bad(why) => broken(met.records, BAD_CSV, why.into(), &self.shown(rows.bytes())),
                Event::TooLarge(head) => {
                    let detail = format!("a record of more than {max} bytes; read it with a larger --max-record");
                    broken(met.records, "read.record_too_large", detail, &self.shown(&head))
                }
                Event::Fault(error) => {
                    let (reason, detail) = fault_of(&error);
                    broken(met.records, reason, detail, &[])
                }
            };
            if raw && !matches!(&document.body, Body::Broken(fault) if fault.text.is_none()) {
                let span = rows.span();
                document.bytes = (span.end > span.start).then_some(ByteSpan { start: span.start, end: span.end });
            }
            met.records += 1;
            if !sink(document)? {
                return Ok(met);
            }
        }
    }

    /// What a row among others says that is a header; none where it is a record.
    fn header_in(&self, bytes: &[u8], found: &[Field]) -> Option<Header> {
        let name = |f: &Field| {
            self.cell(bytes, f, None).trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}').to_owned()
        };
        if found.len() == self.header.len() && self.header.iter().zip(found).all(|(of, f)| *of == name(f)) {
            return (found.len() > 1).then_some(Header::Own);
        }
        // Nearly every row ends here, at its first byte that no name has.
        let in_name = |b: &u8| b.is_ascii_alphabetic() || !b.is_ascii() || b"_- ".contains(b);
        let may_name = |f: &Field| f.end - f.start <= MAX_NAME_BYTES && bytes[f.start..f.end].iter().all(in_name);
        if found.len() < 2 || bytes.len() > MAX_HEADER_BYTES || !found.iter().all(may_name) {
            return None;
        }
        let names: Vec<String> = found.iter().map(name).collect();
        is_other_header(&names, &self.header).then_some(Header::Other(names))
    }

    /// Whether rows below such a header have a column of text.
    fn may_follow(&self, header: &Header) -> bool {
        match header {
            Header::Own => true,
            Header::Other(names) => Columns::named(names, self.map).texts().next().is_some(),
        }
    }

    /// A broken row for the ledger, cut before it is decoded.
    fn shown(&self, bytes: &[u8]) -> Vec<u8> {
        let cut = &bytes[..bytes.len().min(super::FAULT_TEXT_BYTES)];
        decode(cut, self.charset).into_owned().into_bytes()
    }

    /// How many fields of a row are part of the text at `text`, cut off by separators in it: those that the table has no
    /// column for, unless quotes say where the text ends.
    fn cut_off(&self, bytes: &[u8], found: &[Field], bare: bool, text: usize) -> usize {
        let held = |f: &Field| &bytes[f.start..f.end];
        // A text that begins with a quotation has its quotes by chance: a space follows the comma after it.
        let goes_on = |f: &Field| !self.dialect.padded && held(f).starts_with(b" ");
        let ended = found.get(text).is_some_and(|f| f.quoted) && !bare && !found.get(text + 1).is_some_and(goes_on);
        let filled = |f: &Field| !held(f).trim_ascii().is_empty();
        let beyond = found.iter().skip(self.columns.columns.len()).rposition(filled).map_or(0, |last| last + 1);
        if ended { 0 } else { beyond }
    }

    fn document(&self, bytes: &[u8], found: &[Field], bare: bool, record: u64) -> RawDocument {
        let width = self.columns.columns.len();
        let first_text = self.columns.texts().next().expect("a table is read only with a column of text");
        // A separator too many is part of the one column that holds free text.
        let text_at = self.columns.texts().last().unwrap_or(first_text);
        let beyond = self.cut_off(bytes, found, bare, text_at);
        if found.len() <= first_text {
            let detail = format!("a row of {} fields in a table of {width}", found.len());
            return broken(record, BAD_CSV, detail, &self.shown(bytes));
        }
        let own = self.own_charset(bytes);
        let mut fields = Fields::default();
        fields.see_text();
        for (position, column) in self.columns.columns.iter().enumerate() {
            let taken = match position {
                p if p < text_at => p..p + 1,
                p if p == text_at => p..p + 1 + beyond,
                p => p + beyond..p + beyond + 1,
            };
            let Some(taken) = found.get(taken.start..taken.end.min(found.len())).filter(|t| !t.is_empty()) else {
                continue;
            };
            if column.slot.is_none() && !column.keep {
                continue;
            }
            let value = self.value(bytes, taken, own);
            if column.keep {
                fields.keep(&column.name, serde_json::Value::from(value.as_deref()).to_string());
            }
            if let (Some((slot, rank)), Some(value)) = (column.slot, value) {
                fields.offer(slot, rank, value);
            }
        }
        let (text, metadata) = fields.finish();
        RawDocument { record, bytes: None, metadata, body: body_of(text.unwrap_or_default(), self.map) }
    }

    /// The text of one cell, or of several that one was cut into; none where it stands for no value.
    fn value<'r>(&self, bytes: &'r [u8], fields: &[Field], own: Option<Charset>) -> Option<Cow<'r, str>> {
        let [field] = fields else {
            // Quotes around a piece of prose are its own.
            let piece = |f: &Field| match (self.cell(bytes, f, own), self.dialect.quote.filter(|_| f.quoted)) {
                (cell, Some(quote)) => Cow::Owned(format!("{}{cell}{0}", char::from(quote))),
                (cell, None) => cell,
            };
            let cells: Vec<Cow<'_, str>> = fields.iter().map(piece).collect();
            return Some(Cow::Owned(cells.join(char::from(self.dialect.separator).encode_utf8(&mut [0; 4]))));
        };
        // What databases write for no value.
        let null = !field.quoted && matches!(&bytes[field.start..field.end], b"\\N" | b"NULL");
        (!null).then(|| self.cell(bytes, field, own))
    }

    /// The charset of a row that is no UTF-8 in a file that is: the evidence is the row itself.
    fn own_charset(&self, bytes: &[u8]) -> Option<Charset> {
        let differs = self.charset == Charset::plain(UTF_8) && simdutf8::basic::from_utf8(bytes).is_err();
        differs.then(|| of_record(bytes)).filter(|own| own.unit() == 1)
    }

    fn cell<'r>(&self, bytes: &'r [u8], field: &Field, own: Option<Charset>) -> Cow<'r, str> {
        let held = &bytes[field.start..field.end];
        let plain =
            if field.escaped { Cow::Owned(unescape(held, field.quoted, self.dialect)) } else { Cow::Borrowed(held) };
        match plain {
            Cow::Borrowed(plain) => self.decoded(plain, own),
            Cow::Owned(plain) => Cow::Owned(self.decoded(&plain, own).into_owned()),
        }
    }

    fn decoded<'r>(&self, plain: &'r [u8], own: Option<Charset>) -> Cow<'r, str> {
        match own {
            Some(own) if simdutf8::basic::from_utf8(plain).is_err() => decode_parts(plain, own),
            _ => decode_record(plain, self.charset),
        }
    }
}
