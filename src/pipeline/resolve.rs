//! Duplicates over all documents: exact groups, candidates by range of band keys, shingles of the candidates, verified pairs.

use std::ops::Range;

use crate::dedup::exact;
use crate::dedup::lsh::candidates;
use crate::dedup::shingle::shingles;
use crate::dedup::verify::{Pair, compare};
use crate::error::Result;
use crate::model::paragraph::CleanDocument;
use crate::text::scan::Scanner;

use super::context::Context;
use super::event::Phase;
use super::ingested::Piece;
use super::select::NONE;
use super::sifted::{self, BAND_ENTRY_BYTES, IndexEntry};
use super::staging::{SectionFile, SectionWriter};

/// Raw section of 4 bytes a document: the first document with the same folded text, [`NONE`] without text.
pub const GROUPS: &str = "groups";
/// Raw section of 4 bytes a document: its characters; of the first of a group, those of its longest member.
const CHARS: &str = "chars";
/// Raw section of 8 bytes a candidate pair, sorted: two documents, the smaller index first.
const CANDIDATES: &str = "candidates";
/// Raw section of 4 bytes a document that is in some pair, sorted.
const NEEDED: &str = "needed";
/// Section of one number.
const CAPPED: &str = "capped";
/// Raw section of 8 bytes a shingle.
const SHINGLES: &str = "shingles";
/// Raw section of 12 bytes a document: its index and where its shingles begin.
const DIRECTORY: &str = "directory";
/// Raw section of [`PAIR_BYTES`] a stored pair.
const STORED: &str = "stored";
/// Two documents and three counts of 4 bytes.
const PAIR_BYTES: usize = 20;
/// Section of one number.
const COMPARED: &str = "compared";

/// Band keys are cut into this many ranges at most; each is one task.
const MAX_RANGES: u64 = 256;

/// Input bytes for each range of band keys.
const RANGE_BYTES: u64 = 64 << 20;

/// How many ranges the band keys are cut into: a power of two, fixed by the size of the inputs.
pub fn ranges(context: &Context<'_>) -> usize {
    let bytes: u64 = context.inputs.iter().map(|i| i.file.bytes).sum();
    (bytes / RANGE_BYTES).clamp(1, MAX_RANGES).next_power_of_two() as usize
}

/// Finds the exact groups and writes them into the file `name`.
///
/// # Errors
/// When a file cannot be read or written.
pub fn group(context: &Context<'_>, sifted: &[String], name: &str) -> Result<()> {
    let total = context.ingested().total as usize;
    let mut hashes = Vec::new();
    let mut chars = vec![0u32; total];
    for (piece, sifted) in context.ingested().pieces.iter().zip(sifted) {
        let file = SectionFile::open(&context.state, sifted)?;
        file.records(sifted::INDEX, 0..u64::MAX, |at, entry: IndexEntry| {
            let index = (piece.documents.start + at) as u32;
            chars[index as usize] = entry.chars;
            if entry.has_text {
                hashes.push(exact::Entry::new(entry.fold_hash, index));
            }
            Ok(true)
        })?;
    }
    let groups = exact::groups(&mut hashes, total);
    // A group stands for its longest member.
    for (index, group) in groups.iter().enumerate().filter(|(_, group)| **group != NONE) {
        chars[*group as usize] = chars[*group as usize].max(chars[index]);
    }
    context.state.put_new(name, |out| {
        let mut writer = SectionWriter::new(out)?;
        writer.raw(GROUPS, &words_to_bytes(&groups))?;
        writer.raw(CHARS, &words_to_bytes(&chars))?;
        writer.finish()
    })?;
    Ok(())
}

/// Proposes the pairs that share a band key in range `range` and writes them into the file `name`.
///
/// # Errors
/// When a file cannot be read or written.
pub fn propose(context: &Context<'_>, range: usize, sifted: &[String], group: &str, name: &str) -> Result<()> {
    let groups = SectionFile::open(&context.state, group)?;
    let (of, chars) = (groups.raw(GROUPS)?, groups.raw(CHARS)?);
    let mut entries = Vec::new();
    for (piece, sifted) in context.ingested().pieces.iter().zip(sifted) {
        let file = SectionFile::open(&context.state, sifted)?;
        for bytes in keys_in_range(file.raw(sifted::BANDS)?, range, ranges(context)).chunks_exact(BAND_ENTRY_BYTES) {
            let (key, local) = sifted::band_entry(bytes);
            let index = piece.documents.start as u32 + local;
            // Members of a group have equal shingles, so its first document stands for all.
            if word(of, index as usize) == index {
                entries.push((key, index));
            }
        }
    }
    entries.sort_unstable();
    let found = candidates(&entries, |index| u64::from(word(chars, index as usize)));
    let mut needed: Vec<u32> = found.pairs.iter().flat_map(|&(a, b)| [a, b]).collect();
    needed.sort_unstable();
    needed.dedup();
    context.state.put_new(name, |out| {
        let mut writer = SectionWriter::new(out)?;
        let pairs: Vec<u32> = found.pairs.iter().flat_map(|&(a, b)| [a, b]).collect();
        writer.raw(CANDIDATES, &words_to_bytes(&pairs))?;
        writer.raw(NEEDED, &words_to_bytes(&needed))?;
        writer.value(CAPPED, &found.capped)?;
        writer.finish()
    })?;
    Ok(())
}

/// The entries whose keys lie in range `range` of `of`, a power of two, by their top bits.
fn keys_in_range(bands: &[u8], range: usize, of: usize) -> &[u8] {
    let count = bands.len() / BAND_ENTRY_BYTES;
    let bits = of.trailing_zeros();
    let range_of = |at: usize| {
        let (key, _) = sifted::band_entry(&bands[at * BAND_ENTRY_BYTES..(at + 1) * BAND_ENTRY_BYTES]);
        if bits == 0 { 0 } else { (key >> (64 - bits)) as usize }
    };
    let start = partition_point(count, |at| range_of(at) < range);
    let end = partition_point(count, |at| range_of(at) <= range);
    &bands[start * BAND_ENTRY_BYTES..end * BAND_ENTRY_BYTES]
}

/// Shingles the documents of piece `piece` that some pair needs, into the file `name`.
///
/// # Errors
/// When a file cannot be read or written.
pub fn gather(context: &Context<'_>, piece: usize, sifted: &[String], proposed: &[String], name: &str) -> Result<()> {
    let documents = &context.ingested().pieces[piece].documents;
    let needed = needed_in(context, documents, proposed)?;
    let file = SectionFile::open(&context.state, &sifted[piece])?;
    let mut scanner = Scanner::new();
    let (mut set, mut all, mut directory) = (Vec::new(), Vec::new(), Vec::new());
    let mut wanted = needed.iter().copied().peekable();
    sifted::texts(&file, 0..u64::MAX, |at, text| {
        let index = (documents.start + at) as u32;
        if wanted.next_if_eq(&index).is_none() {
            return Ok(wanted.peek().is_some());
        }
        let mut document = CleanDocument { text: text.text.into_owned(), paragraphs: text.paragraphs };
        let scan = scanner.scan(&mut document);
        shingles(&scan.units, context.plan.dedup.shingle as usize, &mut set);
        directory.extend_from_slice(&index.to_le_bytes());
        directory.extend_from_slice(&((all.len() / 8) as u64).to_le_bytes());
        all.extend(set.iter().flat_map(|s: &u64| s.to_le_bytes()));
        Ok(wanted.peek().is_some())
    })?;
    context.state.put_new(name, |out| {
        let mut writer = SectionWriter::new(out)?;
        writer.raw(SHINGLES, &all)?;
        writer.raw(DIRECTORY, &directory)?;
        writer.finish()
    })?;
    context.listener.advance(Phase::Resolve, 0, piece_bytes(context, piece));
    Ok(())
}

fn needed_in(context: &Context<'_>, documents: &Range<u64>, proposed: &[String]) -> Result<Vec<u32>> {
    let mut needed = Vec::new();
    for name in proposed {
        let file = SectionFile::open(&context.state, name)?;
        let all = file.raw(NEEDED)?;
        let start = partition_point(all.len() / 4, |at| u64::from(word(all, at)) < documents.start);
        let end = partition_point(all.len() / 4, |at| u64::from(word(all, at)) < documents.end);
        needed.extend((start..end).map(|at| word(all, at)));
    }
    needed.sort_unstable();
    needed.dedup();
    Ok(needed)
}

/// All stored pairs of an output of Verify, in order.
///
/// # Errors
/// When the file is damaged.
pub fn stored_pairs(file: &SectionFile) -> Result<Vec<Pair>> {
    let bytes = file.raw(STORED)?;
    let pair = |at: usize| Pair {
        a: word(bytes, at),
        b: word(bytes, at + 1),
        shared: word(bytes, at + 2),
        a_shingles: word(bytes, at + 3),
        b_shingles: word(bytes, at + 4),
    };
    Ok((0..bytes.len() / PAIR_BYTES).map(|i| pair(i * 5)).collect())
}

/// The pairs that an output of Verify compared.
///
/// # Errors
/// When the file is damaged.
pub fn compared(file: &SectionFile) -> Result<u64> {
    file.value(COMPARED)
}

/// The buckets that an output of Propose capped.
///
/// # Errors
/// When the file is damaged.
pub fn capped(file: &SectionFile) -> Result<u64> {
    file.value(CAPPED)
}

/// Compares the candidate pairs whose first document is in piece `piece`, into the file `name`.
///
/// # Errors
/// When a file cannot be read or written, and when a stop was asked for.
pub fn verify(context: &Context<'_>, piece: usize, proposed: &[String], gathered: &[String], name: &str) -> Result<()> {
    let pairs = candidates_in(context, &context.ingested().pieces[piece].documents, proposed)?;
    let sets = ShingleSets::open(context, gathered)?;
    let (mut a_set, mut b_set, mut of) = (Vec::new(), Vec::new(), NONE);
    let mut stored = Vec::new();
    for &(a, b) in &pairs {
        if of != a {
            context.stop.check()?;
            sets.read(a, &mut a_set)?;
            of = a;
        }
        sets.read(b, &mut b_set)?;
        let pair = Pair::new(a, b, compare(&a_set, &b_set));
        if pair.is_stored() {
            stored.extend([pair.a, pair.b, pair.shared, pair.a_shingles, pair.b_shingles]);
        }
    }
    context.state.put_new(name, |out| {
        let mut writer = SectionWriter::new(out)?;
        writer.raw(STORED, &words_to_bytes(&stored))?;
        writer.value(COMPARED, &(pairs.len() as u64))?;
        writer.finish()
    })?;
    context.listener.advance(Phase::Resolve, 0, piece_bytes(context, piece));
    Ok(())
}

/// Each candidate pair once, though several ranges may have proposed it.
fn candidates_in(context: &Context<'_>, documents: &Range<u64>, proposed: &[String]) -> Result<Vec<(u32, u32)>> {
    let mut pairs = Vec::new();
    for name in proposed {
        let file = SectionFile::open(&context.state, name)?;
        let all = file.raw(CANDIDATES)?;
        let start = partition_point(all.len() / 8, |at| u64::from(word(all, 2 * at)) < documents.start);
        let end = partition_point(all.len() / 8, |at| u64::from(word(all, 2 * at)) < documents.end);
        pairs.extend((start..end).map(|at| (word(all, 2 * at), word(all, 2 * at + 1))));
    }
    pairs.sort_unstable();
    pairs.dedup();
    Ok(pairs)
}

/// The outputs of Gather, read at any document.
struct ShingleSets {
    files: Vec<SectionFile>,
    pieces: Vec<Piece>,
}

impl ShingleSets {
    fn open(context: &Context<'_>, gathered: &[String]) -> Result<Self> {
        let files = gathered.iter().map(|name| SectionFile::open(&context.state, name)).collect::<Result<_>>()?;
        Ok(Self { files, pieces: context.ingested().pieces.clone() })
    }

    fn read(&self, index: u32, set: &mut Vec<u64>) -> Result<()> {
        let piece = self.pieces.partition_point(|p| p.documents.end <= u64::from(index));
        let file = &self.files[piece];
        let (directory, all) = (file.raw(DIRECTORY)?, file.raw(SHINGLES)?);
        let count = directory.len() / 12;
        let at = partition_point(count, |at| word(directory, 3 * at) < index);
        let begin = |at: usize| match directory.get(at * 12 + 4..at * 12 + 12) {
            Some(bytes) => u64::from_le_bytes(bytes.try_into().expect("eight bytes")) as usize * 8,
            None => all.len(),
        };
        set.clear();
        let eight = |b: &[u8]| u64::from_le_bytes(b.try_into().expect("eight bytes"));
        set.extend(all[begin(at)..begin(at + 1)].chunks_exact(8).map(eight));
        Ok(())
    }
}

/// Staged bytes of a piece, for progress.
pub fn piece_bytes(context: &Context<'_>, piece: usize) -> u64 {
    let documents = &context.ingested().pieces[piece].documents;
    documents.end - documents.start
}

/// The 4-byte number at index `at`.
pub fn word(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes(bytes[at * 4..at * 4 + 4].try_into().expect("four bytes"))
}

fn words_to_bytes(words: &[u32]) -> Vec<u8> {
    words.iter().flat_map(|w| w.to_le_bytes()).collect()
}

/// The first of `count` indices at which `before` no longer holds.
fn partition_point(count: usize, before: impl Fn(usize) -> bool) -> usize {
    let (mut low, mut high) = (0, count);
    while low < high {
        let middle = low + (high - low) / 2;
        if before(middle) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    low
}
