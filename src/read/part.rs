//! Parts: the units of parallel work, runs of input of about equal bytes, fixed by inputs and plan.

use std::fs::File;
use std::ops::Range;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::panics::guarded;
use crate::store::region::Region;

use super::archive::{self, Coding, Member};
use super::compression::Compression;
use super::fields::FieldMap;
use super::input::InputFile;
use super::members::MAX_RATIO;
use super::nesting::in_order;
use super::recognise::{is_archive, recognise};
use super::unpack::{self, Raw};
use super::{BigFile, Cuts, ReadOptions, reader_of};

/// How much larger than itself a compressed file is taken to be when it is cut.
const GROWTH: u64 = 4;

/// Pieces into which an archive is cut at most.
const MAX_MEMBER_PIECES: u64 = 256;

/// What of a file is read in one go.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Piece {
    /// All of it.
    Whole,
    /// The records that begin in these bytes of a plain file; to its end where the end is `u64::MAX`.
    Bytes(Range<u64>),
    /// These bytes of a compressed file, which hold whole members and whole records.
    Packed(Range<u64>),
    /// These members of an archive, in order of source.
    Members(Range<u64>),
}

/// A run of one file.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Run {
    /// Index of the file among the inputs.
    pub input: usize,
    /// What of it.
    pub piece: Piece,
}

impl Run {
    /// The bytes of the file that it stands for, for progress.
    pub fn bytes(&self, file: &InputFile) -> u64 {
        match &self.piece {
            Piece::Whole => file.bytes,
            Piece::Bytes(range) | Piece::Packed(range) => range.end.min(file.bytes) - range.start.min(file.bytes),
            // Their sizes stand in the archive; the first piece is taken for all.
            Piece::Members(range) => {
                if range.start == 0 {
                    file.bytes
                } else {
                    0
                }
            }
        }
    }
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

/// Cuts the inputs into parts, each a list of runs, in order of origin.
///
/// Small files share a part; a big one is cut at about `part_bytes` where its format allows.
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
        let pieces = pieces(file, part_bytes);
        if pieces.len() > 1 {
            if !open.is_empty() {
                parts.push(std::mem::take(&mut open));
            }
            open_bytes = 0;
            parts.extend(pieces.into_iter().map(|piece| vec![Run { input, piece }]));
            continue;
        }
        open.push(Run { input, piece: Piece::Whole });
        open_bytes += file.bytes;
    }
    if !open.is_empty() {
        parts.push(open);
    }
    parts
}

/// The pieces of a file that are read beside one another; one or none where it is not cut.
fn pieces(file: &InputFile, part_bytes: u64) -> Vec<Piece> {
    if file.bytes * GROWTH < 2 * part_bytes || file.is_stdin && file.bytes < 2 * part_bytes {
        return Vec::new();
    }
    // A file that cannot be read is told of when its turn comes.
    let Ok(region) = File::open(&file.path).and_then(Region::whole) else { return Vec::new() };
    let Ok((raw, head, stem)) = unpack::look(&Raw::file(region), &file.source) else { return Vec::new() };
    let recognised = recognise(&head.bytes, head.whole, stem);
    if raw.coding != Coding::Stored {
        return Vec::new();
    }
    let plain = head.compression == Compression::None;
    if is_archive(recognised.format) {
        return if plain { member_pieces(&raw.region, recognised.format, part_bytes) } else { Vec::new() };
    }
    let part_bytes = if plain { part_bytes } else { (part_bytes / GROWTH).max(1) };
    let Some(reader) = reader_of(recognised.format) else { return Vec::new() };
    let Some(opened) = raw.region.whole_file().filter(|_| file.bytes >= 2 * part_bytes) else { return Vec::new() };
    let big = BigFile {
        file: opened,
        bytes: file.bytes,
        compression: head.compression,
        charset: recognised.charset,
        part_bytes,
    };
    // A damaged file is read as a whole, which tells what is wrong.
    match guarded(|| reader.cuts(&big)).ok().flatten() {
        None => Vec::new(),
        Some(Cuts::Bytes(cuts)) => ranges(cuts, u64::MAX).map(Piece::Bytes).collect(),
        Some(Cuts::Members(cuts)) => ranges(cuts, file.bytes).map(Piece::Packed).collect(),
    }
}

/// The ranges between cuts, from 0 to `end`.
fn ranges(cuts: Vec<u64>, end: u64) -> impl Iterator<Item = Range<u64>> {
    let mut bounds = vec![0];
    bounds.extend(cuts.into_iter().filter(|cut| *cut > 0));
    bounds.push(end);
    bounds.dedup();
    (1..bounds.len()).map(move |at| bounds[at - 1]..bounds[at])
}

/// The size of a member as far as it is believed: what an archive claims may be anything.
fn size_of(member: &Member, region: &Region) -> u64 {
    let packed = region.part(member.bytes.clone()).size();
    match member.coding {
        Coding::Stored => packed,
        _ => member.size.unwrap_or(packed).min(packed.saturating_mul(MAX_RATIO)),
    }
}

fn member_pieces(region: &Region, format: super::recognise::Format, part_bytes: u64) -> Vec<Piece> {
    let directory = archive::directory(region, format);
    let sizes: Vec<u64> = directory.members.iter().map(|member| size_of(member, region)).collect();
    // Each piece lists the members again.
    let part_bytes = part_bytes.max(sizes.iter().fold(0u64, |all, size| all.saturating_add(*size)) / MAX_MEMBER_PIECES);
    let mut cuts = Vec::new();
    let mut bytes = 0;
    for (at, index) in in_order(region, &directory).into_iter().enumerate() {
        bytes += sizes[index];
        if bytes >= part_bytes {
            cuts.push(at as u64 + 1);
            bytes = 0;
        }
    }
    ranges(cuts, u64::MAX).map(Piece::Members).collect()
}

/// Multiples of the size of a piece: where files may be cut whose records are found from any byte on.
pub(super) fn even_cuts(file: &BigFile<'_>) -> Option<Cuts> {
    let anywhere = file.compression == Compression::None && file.charset.encoding.is_ascii_compatible();
    let pieces = file.bytes / file.part_bytes;
    anywhere.then(|| Cuts::Bytes((1..pieces).map(|i| i * file.part_bytes).collect()))
}
