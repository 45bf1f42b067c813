//! bzip2, block by block: a block begins with a mark, at any bit, and has a checksum of its own, so that a damaged one
//! costs itself and none of its garbage is given.

use std::io::{self, BufRead, Read};

use bzip2::Decompress;

/// Bits of a mark.
const MARK_BITS: u64 = 48;

/// Begins a block: digits of pi.
const BLOCK: u64 = 0x3141_5926_5359;

/// Ends a stream: digits of the square root of pi.
const END: u64 = 0x1772_4538_5090;

/// Bits of the checksum that follows a mark.
const SUM_BITS: u64 = 32;

/// The header of a stream with the largest blocks: its decoder takes smaller ones too.
const HEADER: &[u8] = b"BZh9";

/// Compressed bytes above which no block goes on: 900,000 symbols of 20 bits, and the tables.
const MAX_BLOCK_BYTES: usize = 2_400_000;

/// Decompressed bytes that a block mostly has at most.
const USUAL_BYTES: usize = 900_000;

/// Compressed bytes that are taken at a time.
const CHUNK_BYTES: usize = 4 << 10;

/// Damaged blocks one after the other above which the rest is given up: each costs a decoder.
const MAX_DAMAGED: u32 = 256;

/// At which bits of a byte a mark begins whose third byte is this one: a bit for each, those of blocks first.
const THIRD_BYTES: [u16; 256] = third_bytes();

const fn third_bytes() -> [u16; 256] {
    let mut table = [0; 256];
    let mut bit = 0;
    while bit < 8 {
        table[(BLOCK >> (24 + bit) & 0xff) as usize] |= 1 << bit;
        table[(END >> (24 + bit) & 0xff) as usize] |= 1 << (8 + bit);
        bit += 1;
    }
    table
}

/// Where a mark begins, in bits, and whether it ends a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Mark {
    bit: u64,
    is_end: bool,
}

/// `count` bits of `bytes`, at most 56, from `bit` on; none where there are fewer.
fn bits(bytes: &[u8], bit: u64, count: u64) -> Option<u64> {
    let (first, last) = ((bit / 8) as usize, ((bit + count).div_ceil(8)) as usize);
    let held = bytes.get(first..last)?.iter().fold(0, |held, byte| held << 8 | u64::from(*byte));
    Some(held >> (last as u64 * 8 - bit - count) & ((1 << count) - 1))
}

/// The first mark of `bytes` that begins at the byte `from` or later.
fn next_mark(bytes: &[u8], from: usize) -> Option<Mark> {
    let starts = bytes.get(from + 2..)?.iter().enumerate();
    let likely = starts.filter(|(_, third)| THIRD_BYTES[usize::from(**third)] != 0);
    likely
        .flat_map(|(i, third)| (0..16).filter(|n| THIRD_BYTES[usize::from(*third)] >> n & 1 == 1).map(move |n| (i, n)))
        .find_map(|(i, n)| {
            let mark = Mark { bit: (from + i) as u64 * 8 + n % 8, is_end: n >= 8 };
            (bits(bytes, mark.bit, MARK_BITS)? == if mark.is_end { END } else { BLOCK }).then_some(mark)
        })
}

/// The checksum of bzip2: that of gzip with the bits of all bytes reversed.
fn checksum(bytes: &[u8]) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    let mut reversed = [0; 1 << 10];
    for chunk in bytes.chunks(reversed.len()) {
        reversed.iter_mut().zip(chunk).for_each(|(reversed, byte)| *reversed = byte.reverse_bits());
        hasher.update(&reversed[..chunk.len()]);
    }
    hasher.finalize().reverse_bits()
}

fn damage(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}

/// The decompressed bytes from the first mark on to the end of the stream. A damaged block is one error, as are several
/// that follow each other; what is read next is the block after it.
pub struct Blocks<R> {
    input: R,
    /// Compressed bytes from the one on in which the mark at hand begins.
    packed: Vec<u8>,
    /// The last mark that was met.
    mark: Option<Mark>,
    /// A stream of one block.
    stream: Vec<u8>,
    /// The decompressed block, and how much of it was given.
    block: Vec<u8>,
    given: usize,
    /// What is wrong behind the block.
    fault: Option<io::Error>,
    /// The checksum of all blocks so far; none where some were damaged.
    sum: Option<u32>,
    /// Blocks that were damaged since the last whole one.
    damaged: u32,
    at_end: bool,
}

impl<R: BufRead> Blocks<R> {
    /// The blocks of `input` from the first mark on.
    pub fn new(input: R) -> Self {
        Self {
            input,
            packed: Vec::new(),
            mark: None,
            stream: Vec::new(),
            block: Vec::new(),
            given: 0,
            fault: None,
            sum: Some(0),
            damaged: 0,
            at_end: false,
        }
    }

    /// Where the compressed bytes come from.
    pub fn get_ref(&self) -> &R {
        &self.input
    }

    /// Where the compressed bytes come from: what stands behind the stream, once that was read to its end.
    pub fn into_inner(self) -> R {
        self.input
    }

    /// Reads on up to the end of the next mark; none at the end of the input, and where no block is so long.
    fn find(&mut self) -> io::Result<Option<Mark>> {
        let mut from = usize::from(self.mark.is_some());
        while self.mark.is_none() || self.packed.len() < MAX_BLOCK_BYTES {
            let ahead = self.input.fill_buf()?;
            let before = self.packed.len();
            self.packed.extend_from_slice(&ahead[..ahead.len().min(CHUNK_BYTES)]);
            let found = next_mark(&self.packed, from);
            if let Some(mark) = found {
                self.packed.truncate((mark.bit + MARK_BITS).div_ceil(8) as usize);
            }
            let taken = self.packed.len() - before;
            self.input.consume(taken);
            if found.is_some() || taken == 0 {
                return Ok(found);
            }
            // A mark may have begun in the last bytes.
            from = from.max(self.packed.len().saturating_sub(MARK_BITS as usize / 8));
            if self.mark.is_none() {
                self.packed.drain(..std::mem::take(&mut from));
            }
        }
        Ok(None)
    }

    /// Goes to the next block, or to the end.
    fn advance(&mut self) -> io::Result<()> {
        self.block.clear();
        self.given = 0;
        let mark = self.mark;
        if let Some(mark) = mark.filter(|mark| mark.is_end) {
            self.at_end = true;
            return self.end(mark);
        }
        let next = self.find()?;
        if let Some(mark) = mark {
            let end = next.map_or(self.packed.len() as u64 * 8, |next| next.bit);
            self.decode(mark.bit, end);
        }
        let cut = mark.is_some() && next.is_none() && self.input.fill_buf()?.is_empty();
        if cut {
            self.fault = Some(io::ErrorKind::UnexpectedEof.into());
        }
        if self.damaged > MAX_DAMAGED {
            // Or what follows would be searched as another stream.
            io::copy(&mut self.input, &mut io::sink())?;
        }
        self.at_end = self.damaged > MAX_DAMAGED || next.is_none() && self.input.fill_buf()?.is_empty();
        self.packed.drain(..next.map_or(self.packed.len(), |next| (next.bit / 8) as usize));
        self.mark = next.map(|next| Mark { bit: next.bit % 8, ..next });
        Ok(())
    }

    /// Reads the checksum of the stream, which stands behind its last mark.
    fn end(&mut self, mark: Mark) -> io::Result<()> {
        let missing = (mark.bit + MARK_BITS + SUM_BITS).div_ceil(8) - self.packed.len() as u64;
        (&mut self.input).take(missing).read_to_end(&mut self.packed)?;
        match (bits(&self.packed, mark.bit + MARK_BITS, SUM_BITS), self.sum) {
            (None, _) => Err(io::ErrorKind::UnexpectedEof.into()),
            (Some(stated), Some(sum)) if stated != u64::from(sum) => Err(damage("another checksum than stated")),
            _ => Ok(()),
        }
    }

    /// Decompresses the block whose mark begins at `bit`, before `end`.
    fn decode(&mut self, bit: u64, end: u64) {
        self.stream.clear();
        self.stream.extend_from_slice(HEADER);
        let (first, shift) = ((bit / 8) as usize, (bit % 8) as u32);
        let held = &self.packed[first..];
        let shifted =
            held.iter().zip(held.iter().skip(1).chain([&0])).map(|(a, b)| u16::from_be_bytes([*a, *b]) << shift);
        self.stream.extend(shifted.map(|pair| (pair >> 8) as u8).take((end - bit).div_ceil(8) as usize));
        let mut decoder = Decompress::new(false);
        let well = loop {
            if self.block.len() == self.block.capacity() {
                self.block.reserve(USUAL_BYTES);
            }
            let rest = &self.stream[decoder.total_in() as usize..];
            match decoder.decompress_vec(rest, &mut self.block) {
                // More of the block than there was room for.
                Ok(_) if self.block.len() == self.block.capacity() => {}
                said => break said.is_ok(),
            }
        };
        let sum = checksum(&self.block);
        let whole = bits(&self.packed, bit + MARK_BITS, SUM_BITS) == Some(u64::from(sum));
        self.sum = self.sum.filter(|_| whole && well).map(|all| all.rotate_left(1) ^ sum);
        if !whole {
            self.block.clear();
        }
        // What follows a whole block without being one is damage too.
        let before = if whole { 0 } else { self.damaged };
        self.damaged = before + u32::from(!(whole && well));
        if self.damaged == 1 {
            self.fault = Some(damage("a damaged block of bzip2"));
        }
    }
}

impl<R: BufRead> Read for Blocks<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        loop {
            let rest = &self.block[self.given..];
            if !rest.is_empty() {
                let n = rest.len().min(out.len());
                out[..n].copy_from_slice(&rest[..n]);
                self.given += n;
                return Ok(n);
            }
            if let Some(fault) = self.fault.take() {
                return Err(fault);
            }
            if self.at_end {
                return Ok(0);
            }
            if let Err(error) = self.advance() {
                self.at_end = true;
                return Err(error);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    /// Lines that do not compress to nothing, and their streams.
    fn lines(count: u64) -> String {
        let noise = |n: u64| n.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        (0..count).map(|n| format!("{n} {:x}\n", noise(n))).collect()
    }

    fn pack(text: &str) -> Vec<u8> {
        let mut encoder = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::new(1));
        encoder.write_all(text.as_bytes()).unwrap();
        encoder.finish().unwrap()
    }

    /// What is read, with `!` for each error, and what is left behind the stream.
    fn read(packed: &[u8]) -> (String, usize) {
        let mut blocks = Blocks::new(packed);
        let (mut all, mut chunk) = (Vec::new(), [0; 1 << 12]);
        loop {
            match blocks.read(&mut chunk) {
                Ok(0) => return (String::from_utf8(all).unwrap(), blocks.into_inner().len()),
                Ok(n) => all.extend_from_slice(&chunk[..n]),
                Err(_) => all.push(b'!'),
            }
        }
    }

    /// Where the blocks of `packed` begin, in bits.
    fn marks(packed: &[u8]) -> Vec<u64> {
        let (mut from, mut all) = (0, Vec::new());
        while let Some(mark) = next_mark(packed, from) {
            all.push(mark.bit);
            from = (mark.bit / 8) as usize + 1;
        }
        all
    }

    #[test]
    fn a_stream_of_many_blocks_is_read_to_its_end_and_no_further() {
        for text in [lines(20_000), lines(3), String::new(), "ا".repeat(3_000_000)] {
            let packed = pack(&text);
            let behind = [&packed[..], b"what follows"].concat();
            assert!(read(&packed) == (text.clone(), 0) && read(&behind) == (text, b"what follows".len()));
        }
    }

    #[test]
    fn a_damaged_block_costs_itself_and_gives_nothing() {
        let text = lines(20_000);
        let packed = pack(&text);
        let marks = marks(&packed);
        assert!(marks.len() > 4);
        let mut bad = packed.clone();
        bad[((marks[1] + marks[2]) / 16) as usize] ^= 4;
        let (read_of_it, behind) = read(&bad);
        let (before, after) = read_of_it.split_once('!').unwrap();
        assert!(text.starts_with(before) && text.ends_with(after) && !after.contains('!') && behind == 0);
        assert!(before.len() + after.len() + 110_000 > text.len());
    }

    #[test]
    fn a_damaged_mark_costs_the_block_behind_it() {
        let text = lines(20_000);
        let packed = pack(&text);
        let marks = marks(&packed);
        for broken in [1, marks.len() - 1] {
            let mut bad = packed.clone();
            bad[(marks[broken] / 8 + 3) as usize] ^= 1;
            let (read_of_it, _) = read(&bad);
            let (before, after) = read_of_it.split_once('!').unwrap();
            assert!(text.starts_with(before) && text.ends_with(after) && !after.contains('!'), "{broken}");
            assert!(before.len() + after.len() + 110_000 > text.len(), "{broken}");
        }
    }

    #[test]
    fn marks_of_nothing_are_given_up_with_one_error() {
        let text = lines(3);
        let noise = b"1AY&SY".repeat(MAX_DAMAGED as usize * 4);
        let (read_of_it, behind) = read(&[b"BZh9", &noise[..], &pack(&text)].concat());
        assert_eq!((&*read_of_it, behind), ("!", 0));
    }

    #[test]
    fn a_stream_that_is_cut_gives_its_whole_blocks_and_one_error() {
        let text = lines(20_000);
        let packed = pack(&text);
        for cut in [packed.len() - 1, packed.len() - 6, packed.len() - 12, packed.len() / 2] {
            let (read_of_it, _) = read(&packed[..cut]);
            let (before, after) = read_of_it.split_once('!').unwrap();
            assert!(text.starts_with(before) && after.is_empty(), "{cut}");
            assert!(before.len() + 110_000 > text.len() * cut / packed.len(), "{cut}");
        }
    }
}
