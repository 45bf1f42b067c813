//! Small whole files of every format, to be damaged.

use std::io::Write;

use crate::support::babble;

/// `count` texts of one line that share nothing.
pub fn texts(count: usize) -> Vec<String> {
    (0..count).map(|i| format!("{i} {}", babble(i as u64 + 1, 12))).collect()
}

/// The texts as JSON lines.
pub fn jsonl<T: AsRef<str>>(texts: &[T]) -> Vec<u8> {
    texts.iter().flat_map(|t| format!("{}\n", serde_json::json!({"text": t.as_ref()})).into_bytes()).collect()
}

pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::new(6));
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

pub fn bzip2(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ::bzip2::write::BzEncoder::new(Vec::new(), ::bzip2::Compression::new(1));
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

pub fn xz(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = liblzma::write::XzEncoder::new(Vec::new(), 1);
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// LZMA as zip archives have it: version, properties, raw stream.
pub fn lzma(bytes: &[u8]) -> Vec<u8> {
    let options = liblzma::stream::LzmaOptions::new_preset(1).unwrap();
    let stream = liblzma::stream::Stream::new_lzma_encoder(&options).unwrap();
    let mut encoder = liblzma::write::XzEncoder::new_stream(Vec::new(), stream);
    encoder.write_all(bytes).unwrap();
    let alone = encoder.finish().unwrap();
    // A file of LZMA has the size behind its properties.
    [&[9, 20, 5, 0], &alone[..5], &alone[13..]].concat()
}

/// One frame with a checksum.
pub fn zstd(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ::zstd::stream::write::Encoder::new(Vec::new(), 3).unwrap();
    encoder.include_checksum(true).unwrap();
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// Packs bytes.
type Pack = fn(&[u8]) -> Vec<u8>;

/// Each compression with the ending of its names.
pub const COMPRESSIONS: [(&str, Pack); 4] = [("gz", gzip), ("bz2", bzip2), ("xz", xz), ("zst", zstd)];

/// Raw deflate.
pub fn deflate(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::new(6));
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// The bytes with the one at `at` changed.
pub fn flipped(bytes: &[u8], at: usize) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    bytes[at] ^= 0x55;
    bytes
}

/// A member of a zip archive, as its headers tell it.
#[derive(Clone)]
pub struct ZipMember {
    pub name: Vec<u8>,
    pub packed: Vec<u8>,
    pub size: u32,
    pub crc: u32,
    pub method: u16,
    pub flags: u16,
    pub mode: u32,
    /// Sizes follow the member.
    pub descriptor: bool,
    /// Sizes stand in the field for large files.
    pub zip64: bool,
}

impl ZipMember {
    pub fn stored(name: impl AsRef<[u8]>, bytes: impl AsRef<[u8]>) -> Self {
        let bytes = bytes.as_ref();
        Self {
            name: name.as_ref().to_vec(),
            packed: bytes.to_vec(),
            size: bytes.len() as u32,
            crc: crc32fast::hash(bytes),
            method: 0,
            flags: 0,
            mode: 0o100_644,
            descriptor: false,
            zip64: false,
        }
    }

    pub fn deflated(name: impl AsRef<[u8]>, bytes: impl AsRef<[u8]>) -> Self {
        let packed = deflate(bytes.as_ref());
        Self { packed, method: 8, ..Self::stored(name, bytes) }
    }

    fn common(&self, sizes: [u32; 3], extra: usize) -> Vec<u8> {
        let flags = self.flags | if self.descriptor { 8 } else { 0 };
        let mut header = vec![45, 0];
        header.extend(flags.to_le_bytes());
        header.extend(self.method.to_le_bytes());
        header.extend([0, 0, 0x21, 0]);
        sizes.iter().for_each(|n| header.extend(n.to_le_bytes()));
        header.extend((self.name.len() as u16).to_le_bytes());
        header.extend((extra as u16).to_le_bytes());
        header
    }

    fn large(&self) -> Vec<u8> {
        if !self.zip64 {
            return Vec::new();
        }
        let sizes = [u64::from(self.size), self.packed.len() as u64].map(u64::to_le_bytes).concat();
        [&[1, 0, 16, 0][..], &sizes].concat()
    }

    fn sizes(&self) -> [u32; 3] {
        match self.zip64 {
            true => [self.crc, u32::MAX, u32::MAX],
            false => [self.crc, self.packed.len() as u32, self.size],
        }
    }

    fn local(&self) -> Vec<u8> {
        let sizes = if self.descriptor { [0; 3] } else { self.sizes() };
        let extra = self.large();
        let mut bytes = b"PK\x03\x04".to_vec();
        bytes.extend(self.common(sizes, extra.len()));
        bytes.extend([&self.name[..], &extra, &self.packed].concat());
        if self.descriptor {
            bytes.extend(b"PK\x07\x08");
            [self.crc, self.packed.len() as u32, self.size].iter().for_each(|n| bytes.extend(n.to_le_bytes()));
        }
        bytes
    }

    fn central(&self, place: usize) -> Vec<u8> {
        let extra = self.large();
        let mut bytes = b"PK\x01\x02\x2d\x03".to_vec();
        bytes.extend(self.common(self.sizes(), extra.len()));
        bytes.extend([0; 6]);
        bytes.extend((self.mode << 16).to_le_bytes());
        bytes.extend((place as u32).to_le_bytes());
        bytes.extend([&self.name[..], &extra].concat());
        bytes
    }
}

/// The members and where the directory begins; the archive without its directory is cut there.
pub fn zip_parts(members: &[ZipMember]) -> (Vec<u8>, usize) {
    let (mut bytes, mut directory) = (Vec::new(), Vec::new());
    for member in members {
        directory.extend(member.central(bytes.len()));
        bytes.extend(member.local());
    }
    let start = bytes.len();
    bytes.extend(&directory);
    bytes.extend(b"PK\x05\x06\0\0\0\0");
    bytes.extend([members.len() as u16; 2].map(u16::to_le_bytes).concat());
    bytes.extend([directory.len() as u32, start as u32].map(u32::to_le_bytes).concat());
    bytes.extend([0, 0]);
    (bytes, start)
}

pub fn zip(members: &[ZipMember]) -> Vec<u8> {
    zip_parts(members).0
}

/// A header of tar with a right checksum.
pub fn tar_header(name: &[u8], size: u64, kind: u8) -> Vec<u8> {
    let mut block = vec![0; 512];
    block[..name.len().min(100)].copy_from_slice(&name[..name.len().min(100)]);
    block[100..108].copy_from_slice(b"0000644\0");
    block[108..116].copy_from_slice(b"0000000\0");
    block[116..124].copy_from_slice(b"0000000\0");
    block[124..136].copy_from_slice(format!("{size:011o}\0").as_bytes());
    block[136..148].copy_from_slice(b"00000000000\0");
    block[156] = kind;
    block[257..265].copy_from_slice(b"ustar\x0000");
    tar_sum(&mut block);
    block
}

/// Writes the checksum of a header.
pub fn tar_sum(block: &mut [u8]) {
    block[148..156].copy_from_slice(b"        ");
    let sum: u32 = block.iter().map(|b| u32::from(*b)).sum();
    block[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
}

/// A member of a tar archive, padded.
pub fn tar_member(name: impl AsRef<[u8]>, bytes: impl AsRef<[u8]>) -> Vec<u8> {
    let bytes = bytes.as_ref();
    let padding = vec![0; bytes.len().next_multiple_of(512) - bytes.len()];
    [tar_header(name.as_ref(), bytes.len() as u64, b'0'), bytes.to_vec(), padding].concat()
}

/// An archive of members, ended as it should be.
pub fn tar(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut bytes: Vec<u8> = members.iter().flat_map(|(name, bytes)| tar_member(name, bytes)).collect();
    bytes.extend([0; 1024]);
    bytes
}

/// A sentence of prose about `subject`, long enough for a judge of main text.
pub fn prose(subject: &str) -> String {
    format!(
        "The people of the village say that {subject} was built long before the mill, when the river still ran on the \
         other side of the hill, and that nobody who saw it in those years has ever forgotten the sight of it in the \
         morning light."
    )
}

/// A page with an article of three paragraphs, of which the second speaks of `subject`.
pub fn page(subject: &str) -> String {
    page_with(subject, "", "")
}

/// The same, with more in front of the article and within it.
pub fn page_with(subject: &str, before: &str, within: &str) -> String {
    format!(
        "<!DOCTYPE html><html lang=en><head><title>A page</title></head><body>{before}<article><h1>Old stories</h1>\
         <p>{}</p>{within}<p>{}</p><p>{}</p></article></body></html>",
        prose("the old bridge"),
        prose(subject),
        prose("the new school")
    )
}
