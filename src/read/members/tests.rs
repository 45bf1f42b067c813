//! Members of every compression, whole and damaged.

use super::*;
use crate::store::region::Region;
use std::io::Write;

fn gzip(text: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(text).unwrap();
    encoder.finish().unwrap()
}

fn bzip2(text: &[u8]) -> Vec<u8> {
    let mut encoder = ::bzip2::write::BzEncoder::new(Vec::new(), ::bzip2::Compression::default());
    encoder.write_all(text).unwrap();
    encoder.finish().unwrap()
}

fn xz(text: &[u8]) -> Vec<u8> {
    let mut encoder = liblzma::write::XzEncoder::new(Vec::new(), 6);
    encoder.write_all(text).unwrap();
    encoder.finish().unwrap()
}

fn pack(compression: Compression, text: &[u8]) -> Vec<u8> {
    match compression {
        Compression::Gzip => gzip(text),
        Compression::Bzip2 => bzip2(text),
        Compression::Xz => xz(text),
        Compression::Zstd => {
            let mut encoder = zstd::stream::write::Encoder::new(Vec::new(), 3).unwrap();
            encoder.include_checksum(true).unwrap();
            encoder.write_all(text).unwrap();
            encoder.finish().unwrap()
        }
        Compression::None => text.to_vec(),
    }
}

const ALL: [Compression; 4] = [Compression::Gzip, Compression::Zstd, Compression::Bzip2, Compression::Xz];

/// What is read, with `!` for each error.
fn read_all(bytes: &[u8], compression: Compression, seekable: bool) -> String {
    read_in_chunks(bytes, compression, seekable, 7)
}

fn read_in_chunks(bytes: &[u8], compression: Compression, seekable: bool, chunk: usize) -> String {
    let source = if seekable {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(bytes).unwrap();
        Source::Region(Region::whole(file).unwrap())
    } else {
        Source::Stream(Box::new(io::Cursor::new(bytes.to_vec())))
    };
    let mut members = Members::new(source, compression);
    let (mut all, mut chunk) = (Vec::new(), vec![0; chunk]);
    loop {
        match members.read(&mut chunk) {
            Ok(0) => return String::from_utf8_lossy(&all).into_owned(),
            Ok(n) => all.extend_from_slice(&chunk[..n]),
            Err(_) => all.push(b'!'),
        }
    }
}

#[test]
fn all_members_are_read_as_one_stream_and_padding_is_none_of_them() {
    for compression in ALL {
        let two =
            [pack(compression, "أول ".as_bytes()), pack(compression, b""), pack(compression, b"second"), vec![0; 512]]
                .concat();
        for seekable in [true, false] {
            assert_eq!(read_all(&two, compression, seekable), "أول second", "{compression:?}");
        }
    }
}

#[test]
fn zeros_in_the_place_of_members_are_an_error_and_padding_is_none() {
    for compression in ALL {
        let (one, three) = (pack(compression, b"one "), pack(compression, b"three"));
        let with = |zeros: usize| [one.clone(), vec![0; zeros], three.clone()].concat();
        for seekable in [true, false] {
            for padding in [0, 4, 63, 512, 10 << 10] {
                assert_eq!(read_all(&with(padding), compression, seekable), "one three", "{compression:?} {padding}");
            }
            for hole in [(10 << 10) + 1, 1 << 20] {
                assert_eq!(read_all(&with(hole), compression, seekable), "one !three", "{compression:?} {hole}");
            }
            // Behind the last member nothing is missing.
            let end = [one.clone(), vec![0; 1 << 20]].concat();
            assert_eq!(read_all(&end, compression, seekable), "one ", "{compression:?}");
        }
    }
}

#[test]
fn zeros_are_judged_alike_wherever_a_file_is_cut() {
    for (zeros, errors) in [(20_000, 1), (2000, 0), (0, 0)] {
        let one = gzip(b"one ");
        let whole = [one.clone(), vec![0; zeros], gzip(b"two ")].concat();
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(&whole).unwrap();
        let region = Region::whole(file).unwrap();
        let cut = (one.len() + zeros) as u64;
        let told = |range: std::ops::Range<u64>, followed| {
            let mut members = Members::new(Source::Region(region.part(range)), Compression::Gzip).followed(followed);
            let mut chunk = [0; 64];
            std::iter::from_fn(|| Some(members.read(&mut chunk)).filter(|read| !matches!(read, Ok(0))))
                .filter(Result::is_err)
                .count()
        };
        assert_eq!(told(0..u64::MAX, false), errors, "{zeros}");
        assert_eq!(told(0..cut, true) + told(cut..u64::MAX, false), errors, "{zeros}");
    }
}

#[test]
fn a_damaged_member_costs_itself_and_an_error_that_is_told_once() {
    for compression in ALL {
        let mut bad = pack(compression, &b"lost ".repeat(50));
        let middle = bad.len() / 2;
        bad[middle] ^= 0xff;
        bad[middle + 1] ^= 0xff;
        let three = [pack(compression, b"one "), bad, pack(compression, b"three")].concat();
        let read = read_all(&three, compression, true);
        assert!(read.starts_with("one ") && read.ends_with("!three"), "{compression:?}: {read}");
        assert_eq!(read.matches('!').count(), 1, "{compression:?}: {read}");
    }
}

#[test]
fn what_stands_before_damage_within_a_member_is_given() {
    let words: String = (0..4000).map(|i| format!("{} ", i * i)).collect();
    for compression in ALL {
        let mut bytes = pack(compression, words.as_bytes());
        // Zstandard and bzip2 know damage by the block, which holds all of this.
        let whole_blocks = matches!(compression, Compression::Zstd | Compression::Bzip2);
        let at = bytes.len() / 2;
        bytes[at..at + 8].fill(0xff);
        for (seekable, lost) in [(true, 1 << 10), (false, 6 << 10)] {
            let read = read_in_chunks(&bytes, compression, seekable, 1 << 16);
            let before = read.trim_end_matches('!');
            assert_eq!(read.len() - before.len(), 1, "{compression:?}");
            if !whole_blocks {
                assert!(before.len() + lost > words.len() / 2, "{compression:?} {seekable}: {}", before.len());
            }
        }
    }
    let mut raw = Vec::new();
    flate2::bufread::DeflateEncoder::new(words.as_bytes(), flate2::Compression::default())
        .read_to_end(&mut raw)
        .unwrap();
    let at = raw.len() / 2;
    raw[at..at + 8].fill(0xff);
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(&raw).unwrap();
    let (mut deflated, mut chunk) = (Deflated::new(Region::whole(file).unwrap()), vec![0; 1 << 16]);
    let n = deflated.read(&mut chunk).unwrap();
    assert!(n + 1024 > words.len() / 2 && deflated.read(&mut chunk).is_err(), "{n}");
}

#[test]
fn a_cut_file_gives_what_stands_before_the_cut_and_one_error() {
    for compression in ALL {
        let text = (0..2000).map(|i| format!("{i} ")).collect::<String>();
        let whole = pack(compression, text.as_bytes());
        let read = read_all(&whole[..whole.len() - 9], compression, true);
        assert_eq!(read.matches('!').count(), 1, "{compression:?}");
        assert!(read.ends_with('!') && text.starts_with(read.trim_end_matches('!')), "{compression:?}");
    }
}

#[test]
fn bytes_after_the_end_that_are_no_member_are_one_error() {
    for compression in ALL {
        let bytes = [pack(compression, b"text"), b"garbage at the end of it".to_vec()].concat();
        assert_eq!(read_all(&bytes, compression, true), "text!", "{compression:?}");
    }
}

#[test]
fn a_file_that_grows_without_measure_is_stopped() {
    assert!(RatioError::check(1 << 20, RATIO_FREE_BYTES + 1).is_ok());
    let error = RatioError::check(1 << 10, RATIO_FREE_BYTES + 1).unwrap_err();
    assert!(error.get_ref().is_some_and(|e| e.is::<RatioError>()), "{error}");
}

#[test]
fn damage_names_the_text_that_may_be_older_than_it_is() {
    let texts = ["one ".repeat(5000), "two ".repeat(5000)];
    for compression in [Compression::Gzip, Compression::Xz] {
        let mut packed = pack(compression, texts[0].as_bytes());
        let mut second = pack(compression, texts[1].as_bytes());
        // The checksum stands at the end; an index and footer follow in xz.
        let at = if compression == Compression::Xz { second.len() - 40 } else { second.len() - 6 };
        second[at] ^= 1;
        packed.extend_from_slice(&second);
        let mut members = Members::new(Source::Stream(Box::new(io::Cursor::new(packed))), compression);
        let mut found = Vec::new();
        let error = members.read_to_end(&mut found).unwrap_err().to_string();
        assert!(
            error.ends_with(&format!("of bytes 20000 to {} of its text some may be wrong", found.len())),
            "{error}"
        );
    }
}
