//! CSV, TSV and their kin: a row is one document; how the table is written and what its columns hold is found out.

mod columns;
mod dialect;
mod head;
mod preamble;
mod right_rows;
mod rows;
mod scan;

use std::borrow::Cow;
use std::io::{Read, Seek, SeekFrom};

use encoding_rs::UTF_8;

use crate::error::Result;
use crate::model::document::{Body, ByteSpan, RawDocument};
use crate::text::charset::{Charset, decode, decode_parts, decode_record, detect};

use self::columns::{Column, Columns};
use self::dialect::Layout;
use self::head::Head;
use self::rows::{Event, Rows};
use self::scan::{Dialect, Field, unescape};
use super::compression::Compression;
use super::fields::{FieldMap, Fields};
use super::outside::{HOLE, has_hole};
use super::recognise::Format;
use super::transcode::ascii_compatible;
use super::unpack::fault_of;
use super::{BigFile, Cuts, Met, NO_TEXT_FIELD, Reader, Sink, Slice, body_of, broken};

/// The reason of a row that cannot be told from what follows, or has no cell for text.
const BAD_CSV: &str = "read.bad_csv";

/// No file is cut after a row above this size, in bytes: what is done with it depends on limits that the cutting does not
/// know. None is held in memory for it either.
const MAX_CUT_ROW: u64 = 8 << 20;

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
        let shape = layout.shape.clone();
        let mut rows = Rows::new(reader, slice.content.start, layout.dialect, shape, max);
        let mut header = false;
        if slice.range.start > 0 {
            // The byte before the slice.
            rows.skip(1);
        } else {
            rows.skip(layout.preamble);
            header = columns.has_header;
        }
        let table = Table { map: slice.fields, dialect: layout.dialect, columns, charset };
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
        let mut rows = Rows::new(source, 0, layout.dialect, layout.shape, MAX_CUT_ROW).up_to_large();
        rows.skip(layout.preamble);
        let part = file.part_bytes.max(1);
        let (mut cuts, mut next) = (Vec::new(), part);
        while let Event::Row | Event::Bad(_) = rows.next() {
            if rows.bytes().len() as u64 > MAX_CUT_ROW {
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

/// How rows become documents.
struct Table<'m> {
    map: &'m FieldMap,
    dialect: Dialect,
    columns: Columns,
    charset: Charset,
}

impl Table<'_> {
    fn read<R: Read>(
        &self,
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
                Event::Row if self.is_header(rows.bytes(), rows.fields()) => {
                    met.pass_over("header");
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

    /// Whether a row says the names of the columns.
    fn is_header(&self, bytes: &[u8], found: &[Field]) -> bool {
        let columns = &self.columns.columns;
        let says = |(column, field): (&Column, &Field)| self.cell(bytes, field).trim() == column.name;
        self.columns.has_header
            && columns.len() > 1
            && found.len() == columns.len()
            && columns.iter().zip(found).all(says)
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
            let value = self.value(bytes, taken);
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
    fn value<'r>(&self, bytes: &'r [u8], fields: &[Field]) -> Option<Cow<'r, str>> {
        let [field] = fields else {
            let cells: Vec<Cow<'_, str>> = fields.iter().map(|f| self.cell(bytes, f)).collect();
            return Some(Cow::Owned(cells.join(char::from(self.dialect.separator).encode_utf8(&mut [0; 4]))));
        };
        // What databases write for no value.
        let null = !field.quoted && matches!(&bytes[field.start..field.end], b"\\N" | b"NULL");
        (!null).then(|| self.cell(bytes, field))
    }

    fn cell<'r>(&self, bytes: &'r [u8], field: &Field) -> Cow<'r, str> {
        let held = &bytes[field.start..field.end];
        let plain =
            if field.escaped { Cow::Owned(unescape(held, field.quoted, self.dialect)) } else { Cow::Borrowed(held) };
        // A row that is no UTF-8 in a file that is may be in a charset of its own; the evidence is the row itself.
        let own = (self.charset == Charset::plain(UTF_8) && simdutf8::basic::from_utf8(&plain).is_err())
            .then(|| detect(bytes, None, true))
            .filter(|own| own.unit() == 1);
        match (plain, own) {
            (Cow::Borrowed(plain), Some(own)) => decode_parts(plain, own),
            (Cow::Borrowed(plain), None) => decode_record(plain, self.charset),
            (Cow::Owned(plain), Some(own)) => Cow::Owned(decode_parts(&plain, own).into_owned()),
            (Cow::Owned(plain), None) => Cow::Owned(decode_record(&plain, self.charset).into_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::document::Fault;
    use crate::read::ReadOptions;
    use crate::read::recognise::recognise;
    use crate::read::unpack::{HEAD_BYTES, Unpacked};
    use std::io::Write;
    use std::ops::Range;

    fn read(bytes: &[u8], range: Range<u64>, options: &ReadOptions) -> Vec<RawDocument> {
        let start = range.start.saturating_sub(1);
        let content = std::io::Cursor::new(bytes[start as usize..].to_vec());
        let head = &bytes[..bytes.len().min(HEAD_BYTES)];
        let fields = FieldMap::new(&options.fields, &options.keep);
        let slice = Slice {
            content: Unpacked { reader: Box::new(content), plain: None, start },
            head,
            charset: recognise(head, bytes.len() < HEAD_BYTES, "a.csv").charset,
            range,
            options,
            fields: &fields,
            scratch: std::path::Path::new("."),
        };
        let mut all = Vec::new();
        let met = Delimited
            .read(slice, &mut |document| {
                all.push(document);
                Ok(true)
            })
            .unwrap();
        assert_eq!(met.records - met.passed_over, all.len() as u64);
        all
    }

    fn all(bytes: &[u8]) -> Vec<RawDocument> {
        read(bytes, 0..u64::MAX, &ReadOptions::default())
    }

    fn text(document: &RawDocument) -> &str {
        match &document.body {
            Body::Text(text) => text,
            Body::Broken(Fault { reason, .. }) => reason,
            _ => panic!("a table gives texts"),
        }
    }

    fn texts(bytes: &[u8]) -> Vec<String> {
        all(bytes).iter().map(|d| text(d).to_owned()).collect()
    }

    #[test]
    fn a_table_gives_its_rows_in_any_charset() {
        let table =
            "عنوان;نص;تاريخ\r\nخبر;\"سطر; أول\r\nسطر \"\"ثان\"\"\";2020-01-02\r\nآخر;نص طويل آخر;2020-01-03\r\n";
        let utf16: Vec<u8> = "\u{feff}".encode_utf16().chain(table.encode_utf16()).flat_map(u16::to_le_bytes).collect();
        let arabic = encoding_rs::WINDOWS_1256.encode(table).0.into_owned();
        for bytes in [table.as_bytes().to_vec(), format!("\u{feff}{table}").into_bytes(), utf16, arabic] {
            let found = all(&bytes);
            let texts: Vec<&str> = found.iter().map(text).collect();
            assert_eq!(texts, ["سطر; أول\r\nسطر \"ثان\"", "نص طويل آخر"]);
            assert_eq!(found[1].metadata.title.as_deref(), Some("آخر"));
            assert_eq!(found[0].metadata.published, Some(1_577_923_200_000));
        }
    }

    #[test]
    fn spans_are_those_of_the_rows() {
        let table = "title,text\na,\"b\nc\"\n\nd,e\n";
        let cut = |d: &RawDocument| d.bytes.map(|b| &table[b.start as usize..b.end as usize]);
        let found: Vec<_> = all(table.as_bytes()).iter().map(cut).collect();
        assert_eq!(found, [Some("a,\"b\nc\""), Some("d,e")]);
    }

    #[test]
    fn ragged_rows_keep_their_text_or_are_errors() {
        let table = "id,text,date\n1,one and two,2020-01-01\n2,with, commas, in it,2020-01-02\n3\n4,short\n5,five,2020-01-05,,\n\
                     6,six,2020-01-06\n7,seven,2020-01-07\n8,eight,2020-01-08\n";
        let found = all(table.as_bytes());
        let texts: Vec<&str> = found.iter().map(text).collect();
        assert_eq!(texts[..5], ["one and two", "with, commas, in it", BAD_CSV, "short", "five"]);
        assert_eq!(found[1].metadata.published, Some(1_577_923_200_000));
    }

    #[test]
    fn an_unclosed_quote_costs_its_own_row() {
        let rows: String = (0..50).map(|n| format!("{n},\"a title\",\"Ein Text, der lang ist {n}\"\n")).collect();
        let table = format!("id,title,text\n{}", rows.replace("7,\"a title\",", "7,\"a title,"));
        let found = texts(table.as_bytes());
        assert_eq!(found.len(), 50);
        assert_eq!(found.iter().filter(|t| t.starts_with("Ein Text, der lang ist")).count(), 45);
    }

    #[test]
    fn databases_write_no_value_and_line_ends_as_escapes() {
        let table = "1\tعنوان\tسطر\\\nسطر\\tثان\n2\t\\N\tنص هنا كله على سطر واحد\n3\tآخر\tنص آخر هنا على سطر\n4\t\\N\tنص رابع هنا على سطر\n";
        let found = all(table.as_bytes());
        assert_eq!(
            found.iter().map(text).collect::<Vec<_>>(),
            ["سطر\nسطر\tثان", "نص هنا كله على سطر واحد", "نص آخر هنا على سطر", "نص رابع هنا على سطر"]
        );
    }

    #[test]
    fn kept_columns_stand_in_extra_as_strings() {
        let options = ReadOptions { keep: vec!["stars".into(), "note".into()], ..ReadOptions::default() };
        let found = read("stars,note,text\n5,\"a \"\"b\"\"\",c\n,NULL,d\n".as_bytes(), 0..u64::MAX, &options);
        assert_eq!(found[0].metadata.extra.as_deref(), Some(r#"{"note":"a \"b\"","stars":"5"}"#));
        assert_eq!(found[1].metadata.extra.as_deref(), Some(r#"{"note":null,"stars":""}"#));
    }

    #[test]
    fn a_table_without_text_is_one_error() {
        assert_eq!(texts(b"a,b\n1,2\n3,4\n"), [NO_TEXT_FIELD]);
    }

    #[test]
    fn no_more_of_a_row_without_an_end_is_read_for_cuts_than_their_limit_wants() {
        let mut file = tempfile::tempfile().unwrap();
        let rows: String = (0..50).map(|n| format!("{n},a title,a text that is long\n")).collect();
        file.write_all(format!("id,title,text\n{rows}50,a title,\"open").as_bytes()).unwrap();
        file.write_all(&b"one word of text after another\n".repeat(1 << 21)).unwrap();
        let charset = recognise(rows.as_bytes(), false, "a.csv").charset;
        let bytes = file.metadata().unwrap().len();
        let big = BigFile { file: &file, bytes, compression: Compression::None, charset, part_bytes: 1 << 20 };
        assert!(matches!(Delimited.cuts(&big), Some(Cuts::Bytes(cuts)) if cuts.is_empty()));
        // The copy that is read shares the place in the file.
        assert!(file.stream_position().unwrap() < 4 * MAX_CUT_ROW);
    }

    #[test]
    fn slices_give_what_the_whole_gives() {
        let mut table = String::from("\u{feff}id,title,text\r\n");
        for n in 0..3000 {
            let odd = if n % 97 == 0 { "\"open" } else { "closed" };
            table +=
                &format!("{n},{odd} title,\"Zeile, eins\r\n\r\nقال \"\"نعم\"\" {n}\r\n{}\"\r\n", "x".repeat(n % 300));
        }
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(table.as_bytes()).unwrap();
        let charset = recognise(&table.as_bytes()[..HEAD_BYTES], false, "a.csv").charset;
        let bytes = table.len() as u64;
        let big = BigFile { file: &file, bytes, compression: Compression::None, charset, part_bytes: 50_000 };
        let Some(Cuts::Bytes(cuts)) = Delimited.cuts(&big) else { panic!("a plain file is cut") };
        assert!(cuts.len() > 5);
        let whole = all(table.as_bytes());
        let bounds: Vec<u64> = std::iter::once(0).chain(cuts).chain([u64::MAX]).collect();
        let mut sliced = Vec::new();
        for pair in bounds.windows(2) {
            let first = sliced.len() as u64;
            let mut piece = read(table.as_bytes(), pair[0]..pair[1], &ReadOptions::default());
            piece.iter_mut().for_each(|d| d.record += first);
            sliced.append(&mut piece);
        }
        assert_eq!(sliced, whole);
        assert!(whole.len() >= 2969);
    }

    #[test]
    fn a_text_in_quotes_ends_where_they_end() {
        let rows: String = (0..9).map(|n| format!("{n},A title,\"a text, of words\",2021-01-0{n}\n")).collect();
        let odd = "x,Bad,\"the text of it\",2021-02-03,extra,more\ny,Odd,\"Yes\", he said, and left,2021-02-03\n";
        let found = all(format!("id,title,text,date\n{rows}{odd}").as_bytes());
        assert_eq!(text(&found[9]), "the text of it");
        assert_eq!(found[9].metadata.published, Some(1_612_310_400_000));
        assert!(text(&found[10]).ends_with("he said, and left"));
    }

    #[test]
    fn comments_before_the_header_leave_titles_and_ids() {
        let found = all("# exported by x\n# on a day\nid,title,text\n1,A,\"one, two\"\n2,B,three\n".as_bytes());
        assert_eq!(found.iter().map(text).collect::<Vec<_>>(), ["one, two", "three"]);
        assert_eq!(found[1].metadata.title.as_deref(), Some("B"));
    }

    #[test]
    fn joined_tables_have_the_header_again_and_other_line_ends() {
        let rows = |from: usize, end: &str| {
            (from..from + 9).map(|n| format!("{n},A,\"text of {n}\"{end}")).collect::<String>()
        };
        let table = format!("id,title,text\n{}id,title,text\n{}{}", rows(0, "\n"), rows(9, "\r"), rows(18, "\n"));
        let wanted: Vec<String> = (0..27).map(|n| format!("text of {n}")).collect();
        assert_eq!(texts(table.as_bytes()), wanted);
    }

    #[test]
    fn a_row_with_a_hole_is_an_error_since_its_ends_may_be_of_two() {
        let rows = |from: usize| (from..from + 9).map(|n| format!("{n},A,the story of {n}\n")).collect::<String>();
        let table = format!("id,title,text\n{}18,A,the sto{}y of 20\n{}", rows(0), "\0".repeat(90), rows(9));
        let found = texts(table.as_bytes());
        assert_eq!(
            (found.len(), &*found[8], &*found[9], &*found[10]),
            (19, "the story of 8", BAD_CSV, "the story of 9")
        );
    }

    #[test]
    fn a_header_wider_than_the_head_of_a_file_names_its_columns() {
        for width in [9_000, 40_000] {
            let names: String = (0..width).map(|n| format!("c{n},")).collect();
            let rows: String = (0..3).map(|n| format!("{}a story {n}\n", ",".repeat(width))).collect();
            assert_eq!(texts(format!("{names}text\n{rows}").as_bytes()), ["a story 0", "a story 1", "a story 2"]);
        }
    }
}
