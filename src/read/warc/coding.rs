//! Content codings of HTTP undone: gzip, deflate, Brotli and Zstandard, with bounded output.

use std::borrow::Cow;
use std::io::Read;

use flate2::read::{DeflateDecoder, MultiGzDecoder, ZlibDecoder};

use crate::read::recognise::{Format, recognise};

/// Bytes by which text is told from what is none.
const TELL_BYTES: usize = 4 << 10;

/// Bytes that the decoder of Brotli reads at a time.
const BROTLI_BYTES: usize = 16 << 10;

/// Why a body has no bytes.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Undecoded {
    /// It is larger than allowed.
    TooLarge,
    /// The coding cannot be undone, and there is nothing to be read in it.
    Damaged(String),
}

/// How the bytes of a coding are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Coding {
    Gzip,
    Deflate,
    Brotli,
    Zstd,
}

impl Coding {
    fn named(name: &str) -> Option<Self> {
        match name {
            "gzip" | "x-gzip" => Some(Self::Gzip),
            "deflate" | "x-deflate" | "zlib" => Some(Self::Deflate),
            "br" | "brotli" | "x-brotli" => Some(Self::Brotli),
            "zstd" | "x-zstd" => Some(Self::Zstd),
            _ => None,
        }
    }

    /// The coding that the first bytes show.
    fn evident(bytes: &[u8]) -> Option<Self> {
        match bytes {
            [0x1f, 0x8b, 0x08, ..] => Some(Self::Gzip),
            [0x28, 0xb5, 0x2f, 0xfd, ..] => Some(Self::Zstd),
            // The header of zlib for its usual window, with its check and without a dictionary.
            [0x78, flags, ..] if (0x7800 + u16::from(*flags)) % 31 == 0 && flags & 0x20 == 0 => Some(Self::Deflate),
            _ => None,
        }
    }

    /// What the bytes hold up to their end or their damage, at most `max`, and the damage.
    fn pour(self, bytes: &[u8], max: u64) -> Result<(Vec<u8>, Option<String>), Undecoded> {
        match self {
            Self::Gzip => pour(MultiGzDecoder::new(bytes), max),
            Self::Deflate => match pour(ZlibDecoder::new(bytes), max)? {
                // The name stands for zlib, but some servers send what is within.
                (undone, Some(_)) if undone.is_empty() => pour(DeflateDecoder::new(bytes), max),
                poured => Ok(poured),
            },
            Self::Brotli => pour(brotli::Decompressor::new(bytes, BROTLI_BYTES), max),
            Self::Zstd => match zstd::stream::read::Decoder::with_buffer(bytes) {
                Ok(decoder) => pour(decoder, max),
                Err(error) => Ok((Vec::new(), Some(error.to_string()))),
            },
        }
    }
}

/// The bytes of a body before `codings`, at most `max`.
///
/// Where one of them cannot be undone, the body is taken as it is where that is text (many archives decode bodies and
/// keep the headers), else as what came before the damage.
///
/// # Errors
/// Where the result is too large, or neither is text.
pub(super) fn undo<'b>(body: &'b [u8], codings: &[String], max: u64) -> Result<Cow<'b, [u8]>, Undecoded> {
    let mut bytes = Cow::Borrowed(body);
    for coding in codings.iter().rev().filter_map(|name| Coding::named(name)) {
        bytes = match undo_one(&bytes, coding, max)? {
            Some(undone) => Cow::Owned(undone),
            // The body was decoded when it was archived.
            None => return Ok(bytes),
        };
    }
    // A body may be compressed without a word of it.
    if let Some(coding @ (Coding::Gzip | Coding::Zstd)) = Coding::evident(&bytes)
        && let Some(undone) = undo_one(&bytes, coding, max)?
    {
        bytes = Cow::Owned(undone);
    }
    Ok(bytes)
}

/// The bytes before the coding, which is the one that the first bytes show where it is another than was said; none where
/// they are text as they stand.
fn undo_one(bytes: &[u8], said: Coding, max: u64) -> Result<Option<Vec<u8>>, Undecoded> {
    if bytes.is_empty() {
        return Ok(None);
    }
    let evident = Coding::evident(bytes).filter(|coding| *coding != said);
    // The two bytes of zlib may stand at the beginning of anything.
    let tried = match evident {
        Some(Coding::Deflate) => [Some(said), evident],
        _ => [evident, Some(said)],
    };
    let mut broken = Vec::new();
    for coding in tried.into_iter().flatten() {
        match coding.pour(bytes, max)? {
            (undone, None) => return Ok(Some(undone)),
            (undone, Some(damage)) => broken.push((coding, undone, damage)),
        }
    }
    if is_text(bytes) {
        return Ok(None);
    }
    match broken.iter().position(|(_, undone, _)| is_text(undone)) {
        Some(at) => Ok(Some(broken.swap_remove(at).1)),
        None => {
            let (coding, _, damage) = &broken[0];
            Err(Undecoded::Damaged(format!("the body cannot be decoded ({coding:?}): {damage}")))
        }
    }
}

/// What a decoder gives up to its end or its damage.
fn pour(decoder: impl Read, max: u64) -> Result<(Vec<u8>, Option<String>), Undecoded> {
    let mut undone = Vec::new();
    let damage = decoder.take(max.saturating_add(1)).read_to_end(&mut undone).err().map(|e| e.to_string());
    if undone.len() as u64 > max { Err(Undecoded::TooLarge) } else { Ok((undone, damage)) }
}

/// What the beginning of a body shows it to be.
pub(super) fn format_of(bytes: &[u8]) -> Format {
    // Most bodies are pages that say so in their first word.
    let start = bytes.trim_ascii_start();
    let begins = |word: &[u8]| start.get(..word.len()).is_some_and(|s| s.eq_ignore_ascii_case(word));
    if begins(b"<!doctype html") || begins(b"<html") {
        return Format::Html;
    }
    let mut head = &bytes[..bytes.len().min(TELL_BYTES)];
    // A character that is cut in two makes plain UTF-8 look like something that takes long to tell.
    if let Err(error) = simdutf8::compat::from_utf8(head)
        && error.error_len().is_none()
        && error.valid_up_to() > 0
    {
        head = &head[..error.valid_up_to()];
    }
    recognise(head, head.len() == bytes.len(), "").format
}

fn is_text(bytes: &[u8]) -> bool {
    use Format::{Delimited, Feed, Html, Json, JsonLines, MediaWiki, Other, PlainText, Sgml};
    !bytes.is_empty()
        && matches!(
            format_of(bytes),
            Html | PlainText | Json | JsonLines | Delimited | Sgml | MediaWiki | Feed | Other("XML")
        )
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::Compression;
    use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};
    use std::io::Write;

    const MAX: u64 = 1 << 20;

    fn text() -> Vec<u8> {
        "<html><p>أعلنت الوزارة عن حملة جديدة في المدارس</p>".repeat(40).into_bytes()
    }

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn zlib(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn deflate(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn brotli_of(bytes: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        brotli::CompressorWriter::new(&mut out, 4096, 5, 20).write_all(bytes).unwrap();
        out
    }

    fn undone(body: &[u8], codings: &[&str]) -> Result<Vec<u8>, Undecoded> {
        let codings: Vec<String> = codings.iter().map(|c| (*c).to_owned()).collect();
        undo(body, &codings, MAX).map(Cow::into_owned)
    }

    #[test]
    fn every_coding_is_undone_and_several_in_turn() {
        let text = text();
        let zstd = zstd::encode_all(&text[..], 3).unwrap();
        for (name, body) in [
            ("gzip", gzip(&text)),
            ("deflate", zlib(&text)),
            ("deflate", deflate(&text)),
            ("br", brotli_of(&text)),
            ("zstd", zstd),
            ("identity", text.clone()),
        ] {
            assert!(undone(&body, &[name]).as_deref() == Ok(&text), "{name}");
        }
        assert!(undone(&gzip(&brotli_of(&text)), &["br", "gzip"]).as_deref() == Ok(&text));
        assert!(undone(&gzip(&text), &[]).as_deref() == Ok(&text));
    }

    #[test]
    fn a_body_that_was_decoded_already_stays() {
        let text = text();
        for name in ["gzip", "deflate", "br", "zstd"] {
            assert!(undone(&text, &[name]).as_deref() == Ok(&text), "{name}");
        }
    }

    #[test]
    fn the_first_bytes_of_a_body_go_before_a_wrong_declaration() {
        let text = text();
        let zstd = zstd::encode_all(&text[..], 3).unwrap();
        for (body, said) in [
            (gzip(&text), "br"),
            (gzip(&text), "deflate"),
            (zstd.clone(), "gzip"),
            (zlib(&text), "gzip"),
            (zlib(&text), "br"),
            (zstd, "identity"),
        ] {
            assert!(undone(&body, &[said]).as_deref() == Ok(&text), "{said}");
        }
        let words: String = (0..20_000u32).map(|i| format!("{} ", i.wrapping_mul(2_654_435_761))).collect();
        let body = gzip(words.as_bytes());
        let cut = undone(&body[..body.len() / 2], &["br"]).expect("half of it");
        assert!(cut.len() > 1000 && words.as_bytes().starts_with(&cut));
        let plain = b"x^2 is a square".to_vec();
        assert_eq!(undone(&plain, &["gzip"]), Ok(plain));
    }

    #[test]
    fn a_cut_body_gives_what_came_before_the_cut() {
        let words: String = (0..20_000u32).map(|i| format!("{} ", i.wrapping_mul(2_654_435_761))).collect();
        for (name, body) in [("gzip", gzip(words.as_bytes())), ("br", brotli_of(words.as_bytes()))] {
            let cut = undone(&body[..body.len() / 2], &[name]).expect("half of it");
            assert!(cut.len() > 1000 && words.as_bytes().starts_with(&cut), "{name}: {}", cut.len());
        }
    }

    #[test]
    fn noise_is_damage_and_a_bomb_is_too_large() {
        let noise: Vec<u8> = (0..4000u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
        assert!(matches!(undone(&noise, &["gzip"]), Err(Undecoded::Damaged(_))));
        assert_eq!(undone(&gzip(&vec![b'a'; 2 << 20]), &["gzip"]), Err(Undecoded::TooLarge));
    }
}
