//! Parts: the units of parallel work, runs of input of about equal bytes, fixed by inputs and plan.

use std::fs;
use std::ops::Range;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

use super::fields::FieldMap;
use super::input::{InputFile, is_stdin, modified};
use super::recognise::{Format, Recognised, recognise};
use super::unpack::{self, Compression};
use super::{Met, ReadOptions, Sink, Slice, broken, reader_of};

/// A run of one file.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Run {
    /// Index of the file among the inputs.
    pub input: usize,
    /// Bytes of the decompressed source in which its records begin; to the end of the file where the end is `u64::MAX`.
    pub range: Range<u64>,
}

/// What came of reading one run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunMet {
    /// Records met.
    pub met: Met,
    /// The format that is not read, where the file is of one.
    pub unread: Option<String>,
}

/// Cuts the inputs into parts, each a list of runs, in order of origin.
///
/// Small files share a part; a big plain file of JSON lines is cut at about `part_bytes`.
pub fn cut(files: &[InputFile], part_bytes: u64) -> Vec<Vec<Run>> {
    let part_bytes = part_bytes.max(1);
    let mut parts = Vec::new();
    let mut open: Vec<Run> = Vec::new();
    let mut open_bytes = 0;
    for (input, file) in files.iter().enumerate() {
        if open_bytes + file.bytes > part_bytes && !open.is_empty() {
            parts.push(std::mem::take(&mut open));
            open_bytes = 0;
        }
        if file.bytes >= 2 * part_bytes && is_cuttable(file) {
            let pieces = file.bytes / part_bytes;
            let bound = |i: u64| if i == pieces { u64::MAX } else { i * part_bytes };
            parts.extend((0..pieces).map(|i| vec![Run { input, range: bound(i)..bound(i + 1) }]));
            continue;
        }
        open.push(Run { input, range: 0..u64::MAX });
        open_bytes += file.bytes;
    }
    if !open.is_empty() {
        parts.push(open);
    }
    parts
}

fn is_cuttable(file: &InputFile) -> bool {
    // A file that cannot be read is told of when its turn comes.
    let Ok(head) = unpack::head(&file.path) else { return false };
    let recognised = recognise(&head.bytes, head.whole, &file.source);
    head.compression == Compression::None
        && recognised.format == Format::JsonLines
        && recognised.charset.encoding.is_ascii_compatible()
}

/// What reading a run needs beside it.
pub struct RunContext<'a> {
    /// Options of the plan.
    pub options: &'a ReadOptions,
    /// Its fields, ready for look-up.
    pub fields: &'a FieldMap,
    /// A folder for unnamed temporary files.
    pub scratch: &'a Path,
}

/// Reads the records of `run` into `sink`, in order.
///
/// A file that cannot be opened is one broken record; one of a format that is not read is passed over.
///
/// # Errors
/// Those of `sink`, and [`Error::InputChanged`] when the file is no longer as it was found.
pub fn read_run(file: &InputFile, run: &Run, context: &RunContext<'_>, sink: &mut Sink<'_>) -> Result<RunMet> {
    let read = read_unchecked(file, run, context, sink)?;
    match fs::metadata(&file.path) {
        Ok(m) if m.len() == file.bytes && modified(&m) == file.modified => Ok(read),
        _ => Err(Error::InputChanged(file.source.clone())),
    }
}

fn read_unchecked(file: &InputFile, run: &Run, context: &RunContext<'_>, sink: &mut Sink<'_>) -> Result<RunMet> {
    let one = |unread| RunMet { met: Met { records: 1, passed_over: u64::from(unread) }, unread: None };
    let mut fail = |reason: &str, detail: String| sink(broken(0, reason, detail, &[])).map(|_| one(false));
    let head = match unpack::head(&file.path) {
        Ok(head) => head,
        Err(error) => return fail("read.unreadable", error.to_string()),
    };
    if head.bytes.is_empty() {
        return match head.fault {
            Some(fault) => fail("read.bad_compression", format!("the file is damaged from its beginning: {fault}")),
            // An empty file holds no record.
            None => Ok(RunMet::default()),
        };
    }
    let name = head.compression.strip_suffix(&file.source);
    let Recognised { mut format, charset } = recognise(&head.bytes, head.whole, name);
    if is_stdin(&file.source) {
        format = Format::JsonLines;
    }
    let Some(reader) = reader_of(format) else {
        return Ok(RunMet { unread: Some(format.name().to_owned()), ..one(true) });
    };
    // One byte earlier, so that a slice that begins right after a line end finds that line end.
    let start = run.range.start.saturating_sub(1);
    let content = match unpack::open(&file.path, head.compression, start) {
        Ok(content) => content,
        Err(error) => return fail("read.unreadable", error.to_string()),
    };
    let slice = Slice {
        content,
        head: &head.bytes,
        charset,
        range: run.range.clone(),
        options: context.options,
        fields: context.fields,
        scratch: context.scratch,
    };
    Ok(RunMet { met: reader.read(slice, sink)?, unread: None })
}
