//! Web archives, WARC and ARC, to pages and texts: how records are found ([`archive`]), what is told by their heads
//! ([`head`], [`arc`]), by what a server answered ([`http`], [`coding`]) and by the bytes ([`payload`]).

mod arc;
mod archive;
mod coding;
mod cuts;
mod dialect;
mod head;
mod http;
mod lost;
mod passed;
mod payload;

use crate::error::Result;

use super::recognise::Format;
use super::{BigFile, Cuts, Met, Reader, Sink, Slice};

/// Reads WARC 0.17 to 1.1: pages and plain texts out of answers and resources, and the texts of WET.
pub struct Warc;

impl Reader for Warc {
    fn format(&self) -> Format {
        Format::Warc
    }

    fn read(&self, slice: Slice<'_>, sink: &mut Sink<'_>) -> Result<Met> {
        archive::read::<head::WarcDialect>(slice, sink)
    }

    fn cuts(&self, file: &BigFile<'_>) -> Option<Cuts> {
        cuts::of::<head::WarcDialect>(file)
    }
}

/// Reads ARC 1 and 2: pages and plain texts.
pub struct Arc;

impl Reader for Arc {
    fn format(&self) -> Format {
        Format::Arc
    }

    fn read(&self, slice: Slice<'_>, sink: &mut Sink<'_>) -> Result<Met> {
        archive::read::<arc::ArcDialect>(slice, sink)
    }

    fn cuts(&self, file: &BigFile<'_>) -> Option<Cuts> {
        cuts::of::<arc::ArcDialect>(file)
    }
}

#[cfg(test)]
mod tests {
    use super::dialect::Dialect;
    use super::*;
    use crate::model::document::RawDocument;
    use crate::read::ReadOptions;
    use crate::read::compression::Compression;
    use crate::read::fields::FieldMap;
    use crate::read::unpack::Unpacked;
    use crate::text::charset::Charset;
    use std::io::{Cursor, Read, Write};
    use std::ops::Range;

    /// A record of WARC.
    pub(super) fn record(kind: &str, fields: &str, block: &[u8]) -> Vec<u8> {
        let head = format!(
            "WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: <http://a.example/>\r\nWARC-Record-ID: <urn:uuid:1>\r\n\
             {fields}Content-Length: {}\r\n\r\n",
            block.len()
        );
        [head.as_bytes(), block, b"\r\n\r\n"].concat()
    }

    /// A record of an answer.
    pub(super) fn response(headers: &str, body: &[u8]) -> Vec<u8> {
        let block = [format!("HTTP/1.1 200 OK\r\n{headers}\r\n\r\n").as_bytes(), body].concat();
        record("response", "Content-Type: application/http; msgtype=response\r\n", &block)
    }

    /// All that a reader gives for the bytes of a file.
    pub(super) fn read_bytes<D: Dialect>(bytes: &[u8], options: &ReadOptions) -> (Vec<RawDocument>, Met) {
        read_stream::<D>(Box::new(Cursor::new(bytes.to_vec())), 0, 0..u64::MAX, options)
    }

    /// All that a reader gives for the records of `range` in a stream that begins at `start` of the source.
    pub(super) fn read_stream<D: Dialect>(
        reader: Box<dyn Read>,
        start: u64,
        range: Range<u64>,
        options: &ReadOptions,
    ) -> (Vec<RawDocument>, Met) {
        let slice = Slice {
            content: Unpacked { reader, plain: None, start },
            head: &[],
            charset: Charset::plain(encoding_rs::UTF_8),
            range,
            options,
            fields: &FieldMap::new(&options.fields, &options.keep),
            scratch: std::path::Path::new("/"),
        };
        let mut documents = Vec::new();
        let met = archive::read::<D>(slice, &mut |document| {
            documents.push(document);
            Ok(true)
        });
        (documents, met.unwrap())
    }

    /// Records of many sizes and kinds, among them pages that speak of the format.
    fn many() -> Vec<Vec<u8>> {
        let text = |i: usize| format!("text {i}\nWARC/1.0\r\nWARC-Type: x\r\n\r\n").repeat(i * i % 97);
        let record = |i: usize| match i % 3 {
            0 => record("conversion", "Content-Type: text/plain\r\n", text(i).as_bytes()),
            1 => response("Content-Type: image/png", text(i).as_bytes()),
            _ => response("Content-Type: text/html", text(i).as_bytes()),
        };
        (1..400).map(record).collect()
    }

    fn big_file(file: &std::fs::File, compression: Compression, part_bytes: u64) -> BigFile<'_> {
        let charset = Charset::plain(encoding_rs::UTF_8);
        BigFile { file, bytes: file.metadata().unwrap().len(), compression, charset, part_bytes }
    }

    fn file_of(bytes: &[u8]) -> std::fs::File {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(bytes).unwrap();
        file
    }

    type Given = (Option<(u64, u64)>, Option<String>, crate::model::document::Body);

    fn given(documents: Vec<RawDocument>) -> Vec<Given> {
        documents.into_iter().map(|d| (d.bytes.map(|b| (b.start, b.end)), d.metadata.url, d.body)).collect()
    }

    fn slices<D: Dialect>(bytes: &[u8], cuts: &[u64]) -> (Vec<Given>, u64) {
        let bounds: Vec<u64> = [&[0], cuts, &[u64::MAX]].concat();
        let (mut all, mut records) = (Vec::new(), 0);
        for pair in bounds.windows(2) {
            let start = pair[0].saturating_sub(1);
            let reader = Cursor::new(bytes[usize::try_from(start).unwrap()..].to_vec());
            let read = read_stream::<D>(Box::new(reader), start, pair[0]..pair[1], &ReadOptions::default());
            all.extend(given(read.0));
            records += read.1.records;
        }
        (all, records)
    }

    #[test]
    fn pieces_of_a_plain_archive_give_what_the_whole_gives() {
        let bytes = many().concat();
        let file = file_of(&bytes);
        let Some(Cuts::Bytes(cuts)) = Warc.cuts(&big_file(&file, Compression::None, 20_000)) else { panic!("no cuts") };
        assert!(cuts.len() > 10 && cuts.is_sorted(), "{cuts:?}");
        let (whole, met) = read_bytes::<head::WarcDialect>(&bytes, &ReadOptions::default());
        assert!(slices::<head::WarcDialect>(&bytes, &cuts) == (given(whole), met.records));
    }

    #[test]
    fn pieces_of_an_arc_give_what_the_whole_gives() {
        let line = |i: usize| format!("http://a.example/{i} 10.0.0.1 20140216050221 text/plain");
        let text = |i: usize| format!("text {i}\n{} 7\n", line(i)).repeat(1 + i * i % 97);
        let bytes: String = (0..300).map(|i| format!("{} {}\n{}\n", line(i), text(i).len(), text(i))).collect();
        let file = file_of(bytes.as_bytes());
        let Some(Cuts::Bytes(cuts)) = Arc.cuts(&big_file(&file, Compression::None, 20_000)) else { panic!("no cuts") };
        let (whole, met) = read_bytes::<arc::ArcDialect>(bytes.as_bytes(), &ReadOptions::default());
        assert_eq!((cuts.len() > 10, met.records, whole.len()), (true, 300, 300));
        assert!(slices::<arc::ArcDialect>(bytes.as_bytes(), &cuts) == (given(whole), met.records));
    }

    #[test]
    fn the_chain_of_a_damaged_archive_is_followed_up_to_the_damage() {
        let mut records = many();
        records
            .insert(200, b"WARC/1.0\r\nWARC-Type: conversion\r\nContent-Length: 99999\r\n\r\nshort\r\n\r\n".to_vec());
        let damage = records[..200].concat().len() as u64;
        let bytes = records.concat();
        let file = file_of(&bytes);
        let Some(Cuts::Bytes(cuts)) = Warc.cuts(&big_file(&file, Compression::None, 20_000)) else { panic!("no cuts") };
        assert!(cuts.iter().all(|c| *c <= damage + 100_200) && cuts.len() > 5);
        let (whole, met) = read_bytes::<head::WarcDialect>(&bytes, &ReadOptions::default());
        assert!(slices::<head::WarcDialect>(&bytes, &cuts) == (given(whole), met.records));
    }

    #[test]
    fn pieces_of_a_compressed_archive_begin_at_members_that_are_records() {
        let gzip = |bytes: &[u8]| {
            let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
            encoder.write_all(bytes).unwrap();
            encoder.finish().unwrap()
        };
        let zstd = |bytes: &[u8]| zstd::encode_all(bytes, 1).unwrap();
        let records = many();
        let count = read_bytes::<head::WarcDialect>(&records.concat(), &ReadOptions::default()).1.records;
        for (compression, packed) in [
            (Compression::Gzip, records.iter().map(|r| gzip(r)).collect::<Vec<_>>()),
            (Compression::Zstd, records.iter().map(|r| zstd(r)).collect::<Vec<_>>()),
        ] {
            let bytes = packed.concat();
            let mut starts = Vec::new();
            packed.iter().fold(0, |at, p| {
                starts.push(at);
                at + p.len() as u64
            });
            let file = file_of(&bytes);
            let cuts = Warc.cuts(&big_file(&file, compression, bytes.len() as u64 / 20));
            let Some(Cuts::Members(cuts)) = cuts else { panic!("no cuts in {compression:?}") };
            assert!(cuts.len() > 10 && cuts.iter().all(|c| starts.contains(c)), "{cuts:?}");
        }
        let one = gzip(&records.concat());
        assert!(Warc.cuts(&big_file(&file_of(&one), Compression::Gzip, one.len() as u64 / 20)).is_none());
        assert_eq!(count, 399);
    }
}
