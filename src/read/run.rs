//! Reads a run of a file into raw documents: opens it, tells what it is, and goes through archives member by member.

use std::cell::Cell;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;
use std::rc::Rc;

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::model::document::{Body, RawDocument};
use crate::panics::{aloud, guarded};
use crate::store::region::Region;

use super::archive;
use super::compression::Compression;
use super::input::{InputFile, modified};
use super::nesting::in_order;
use super::part::{Piece, Run, RunContext};
use super::recognise::{BINARY, Format, LFS_POINTER, Recognised, is_archive, is_named_readable, is_no_text, recognise};
use super::unpack::{self, Raw, Unpacked, at_offsets, fault_of};
use super::{Met, Reader, Sink, Slice, broken, reader_of};

/// How deep archives are opened: one within another.
const MAX_DEPTH: usize = 2;

/// What came of one source, or of a piece of one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceMet {
    /// Index of the run in its part.
    pub run: u32,
    /// The member of the archive that the file is; none for the file itself.
    pub member: Option<String>,
    /// Records met.
    pub met: Met,
    /// Bytes that were given, where the piece has offsets of its own.
    pub unpacked: u64,
    /// The format that is not read, where it is of one.
    pub unread: Option<String>,
}

/// Where documents go, with the index of their source among those met; gives false when no more are wanted.
pub type RunSink<'s> = dyn FnMut(usize, RawDocument) -> Result<bool> + 's;

/// Reads the records of `run` into `sink`, in order of origin; adds what was met to `sources`, the sources of the part.
///
/// A file or member that cannot be opened is one broken record; one of a format that is not read is passed over.
///
/// # Errors
/// Those of `sink`, and [`Error::InputChanged`] when the file is no longer as it was found.
pub fn read_run(
    file: &InputFile,
    run: (u32, &Run),
    context: &RunContext<'_>,
    sources: &mut Vec<SourceMet>,
    sink: &mut RunSink<'_>,
) -> Result<()> {
    let is_stdin = file.is_stdin;
    let mut reading = Reading { run: run.0, piece: &run.1.piece, is_stdin, context, sources, sink, wanted: true };
    if let Some(fault) = &file.fault {
        return reading.fail(None, "read.unreadable", fault.clone());
    }
    match File::open(&file.path).and_then(Region::whole) {
        Ok(region) => reading.stream(&Raw::file(region), None, &file.source, 0)?,
        Err(e) => reading.fail(None, "read.unreadable", e.to_string())?,
    }
    match fs::metadata(&file.path) {
        Ok(m) if m.len() == file.bytes && modified(&m) == file.modified => Ok(()),
        _ => Err(Error::InputChanged(file.source.clone())),
    }
}

struct Reading<'r, 's> {
    run: u32,
    piece: &'r Piece,
    /// The file is the standard input, which is JSON lines.
    is_stdin: bool,
    context: &'r RunContext<'r>,
    sources: &'r mut Vec<SourceMet>,
    sink: &'r mut RunSink<'s>,
    wanted: bool,
}

impl Reading<'_, '_> {
    fn met(&mut self, member: Option<String>, met: Met) {
        self.sources.push(SourceMet { run: self.run, member, met, ..SourceMet::default() });
    }

    /// A source that fails as a whole is one record.
    fn fail(&mut self, member: Option<String>, reason: &str, detail: String) -> Result<()> {
        self.wanted = (self.sink)(self.sources.len(), broken(0, reason, detail, &[]))?;
        self.met(member, Met { records: 1, ..Met::default() });
        Ok(())
    }

    fn pass_over(&mut self, member: Option<String>, format: &str) {
        self.met(member, Met { records: 1, passed_over: 1, ..Met::default() });
        let last = self.sources.last_mut().expect("it was pushed");
        last.unread = Some(format.to_owned());
    }

    /// Reads a file or a member of an archive; `name` is what it is called.
    fn stream(&mut self, raw: &Raw, member: Option<String>, name: &str, depth: usize) -> Result<()> {
        let (raw, mut head, stem) = match unpack::look(raw, name) {
            Ok(look) => look,
            Err(error) => {
                let (reason, detail) = fault_of(&error);
                return self.fail(member, reason, detail);
            }
        };
        if head.bytes.is_empty() {
            return match head.fault {
                Some(fault) => {
                    let (reason, detail) = fault_of(&fault);
                    self.fail(member, reason, format!("damaged from its beginning; {detail}"))
                }
                // An empty file holds no record.
                None => Ok(()),
            };
        }
        let Recognised { mut format, charset } = recognise(&head.bytes, head.whole, stem);
        if self.is_stdin && depth == 0 {
            format = Format::JsonLines;
        }
        if format == LFS_POINTER && is_named_readable(stem) {
            let detail = "a pointer of Git LFS in the place of the file; fetch it with `git lfs pull`".into();
            return self.fail(member, "read.unreadable", detail);
        }
        if is_archive(format) {
            return self.archive(&raw, head.compression, format, member, depth);
        }
        let Some(reader) = reader_of(format) else {
            // What looks like nothing may be what damage made of a member.
            if format == BINARY
                && let Err(error) = raw.check()
            {
                let (reason, detail) = fault_of(&error);
                return self.fail(member, reason, detail);
            }
            self.pass_over(member, format.name());
            return Ok(());
        };
        let (raw, range) = match self.piece {
            Piece::Bytes(range) if depth == 0 => (raw, range.clone()),
            Piece::Packed(range) if depth == 0 => {
                let followed = range.end < raw.region.size();
                (Raw { followed, ..Raw::file(raw.region.part(range.clone())) }, 0..u64::MAX)
            }
            _ => (raw, 0..u64::MAX),
        };
        // One byte earlier, so that a slice that begins right after a line end finds that line end.
        let mut content = match unpack::open(&raw, head.compression, range.start.saturating_sub(1)) {
            Ok(content) => content,
            Err(error) => return self.fail(member, "read.unreadable", error.to_string()),
        };
        let unpacked = Rc::new(Cell::new(0));
        if matches!(self.piece, Piece::Packed(_)) {
            content.reader = Box::new(Counted { reader: content.reader, bytes: Rc::clone(&unpacked) });
        }
        let slice = Slice {
            content,
            head: &std::mem::take(&mut head.bytes),
            charset,
            range,
            options: self.context.options,
            fields: self.context.fields,
            scratch: self.context.scratch,
        };
        let (source, wanted, sink) = (self.sources.len(), &mut self.wanted, &mut *self.sink);
        let met = read_guarded(reader, slice, &mut |document| {
            *wanted = sink(source, without_binary(document))?;
            Ok(*wanted)
        })?;
        self.met(member, met);
        self.sources[source].unpacked = unpacked.get();
        Ok(())
    }

    fn archive(
        &mut self,
        raw: &Raw,
        compression: Compression,
        format: Format,
        member: Option<String>,
        depth: usize,
    ) -> Result<()> {
        if depth == MAX_DEPTH {
            self.pass_over(member, "an archive within an archive within an archive");
            return Ok(());
        }
        let (region, damage) = match in_place(raw, compression, self.context.scratch)? {
            Ok(spooled) => spooled,
            Err(error) => {
                let (reason, detail) = fault_of(&error);
                return self.fail(member, reason, detail);
            }
        };
        let directory = archive::directory(&region, format);
        let range = match self.piece {
            Piece::Members(range) if depth == 0 => range.clone(),
            _ => 0..u64::MAX,
        };
        if range.start == 0
            && let Some(fault) = damage.map(|e| fault_of(&e).1).or_else(|| directory.fault.clone())
        {
            self.fail(member.clone(), "read.bad_archive", fault)?;
        }
        for (at, index) in in_order(&region, &directory).into_iter().enumerate() {
            if !self.wanted {
                break;
            }
            if range.contains(&(at as u64)) {
                let inner = &directory.members[index];
                let name =
                    member.as_ref().map_or_else(|| inner.name.clone(), |outer| format!("{outer}!{}", inner.name));
                self.stream(&Raw::member(&region, inner), Some(name), &inner.name, depth + 1)?;
            }
        }
        Ok(())
    }
}

/// The document, or an error in its place where a field or cell holds bytes that are no text.
fn without_binary(document: RawDocument) -> RawDocument {
    match &document.body {
        Body::Text(text) | Body::Html(text) | Body::Fragment(text) if is_no_text(text) => {
            let detail = "more than one in twenty of its bytes are control characters".to_owned();
            let fault = broken(document.record, "read.not_text", detail, text.as_bytes());
            RawDocument { body: fault.body, ..document }
        }
        _ => document,
    }
}

/// Reads a slice; where the reader panics, which damage may bring a decoder to, the rest of the slice is one broken record.
fn read_guarded(reader: &dyn Reader, slice: Slice<'_>, sink: &mut Sink<'_>) -> Result<Met> {
    let (mut next, mut given, mut in_sink) = (0, 0, false);
    let read = guarded(|| {
        reader.read(slice, &mut |document| {
            (next, given, in_sink) = (document.record + 1, given + 1, true);
            let wanted = aloud(|| sink(document));
            in_sink = false;
            wanted
        })
    });
    match read {
        Ok(met) => met,
        Err(panic) if in_sink => std::panic::resume_unwind(Box::new(panic)),
        Err(panic) => {
            sink(broken(next, "read.failed", format!("the reader gave up on damaged data: {panic}"), &[]))?;
            Ok(Met { records: next + 1, passed_over: next - given, ..Met::default() })
        }
    }
}

/// The bytes of an archive where they can be read at offsets: where they lie, else in an unnamed file; and what was
/// damaged on the way there.
fn in_place(raw: &Raw, compression: Compression, scratch: &Path) -> Result<io::Result<(Region, Option<io::Error>)>> {
    if compression == Compression::None && raw.coding == archive::Coding::Stored {
        return Ok(Ok((raw.region.clone(), None)));
    }
    match unpack::open(raw, compression, 0) {
        Ok(content) => {
            let (file, damage) = at_offsets(Unpacked { plain: None, ..content }, scratch)?;
            Ok(Region::whole(file).map(|region| (region, damage)))
        }
        Err(error) => Ok(Err(error)),
    }
}

/// Counts what is read.
struct Counted {
    reader: Box<dyn Read>,
    bytes: Rc<Cell<u64>>,
}

impl Read for Counted {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let n = self.reader.read(out)?;
        self.bytes.set(self.bytes.get() + n as u64);
        Ok(n)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::ReadOptions;
    use crate::read::fields::{FieldMap, FieldNames};
    use crate::text::charset::detect;

    struct GivesUp;

    impl Reader for GivesUp {
        fn format(&self) -> Format {
            Format::JsonLines
        }

        fn read(&self, _: Slice<'_>, sink: &mut Sink<'_>) -> Result<Met> {
            sink(broken(0, "one", String::new(), b""))?;
            sink(broken(2, "two", String::new(), b""))?;
            panic!("as decoders do");
        }
    }

    #[test]
    fn a_reader_that_panics_costs_what_it_had_not_read() {
        let (options, fields) = (ReadOptions::default(), FieldMap::new(&FieldNames::default(), &[]));
        let slice = Slice {
            content: Unpacked { reader: Box::new(io::empty()), plain: None, start: 0 },
            head: b"",
            charset: detect(b"", None, true),
            range: 0..u64::MAX,
            options: &options,
            fields: &fields,
            scratch: Path::new("."),
        };
        let mut records = Vec::new();
        let met = read_guarded(&GivesUp, slice, &mut |document| {
            records.push(document.record);
            Ok(true)
        });
        let met = met.unwrap();
        assert_eq!((records, met.records, met.passed_over), (vec![0, 2, 3], 4, 1));
    }
}
