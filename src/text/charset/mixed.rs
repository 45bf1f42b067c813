//! Files and records of two charsets: UTF-8 with lines of a legacy charset, and the other way round.
//!
//! A line, or what stands between two tags, is in one charset.

use std::borrow::Cow;

use encoding_rs::{ISO_2022_JP, UTF_8};

use super::{Beyond, Charset, decode, guess};

/// Characters of UTF-8 that a text has at least which is taken for UTF-8 with lines of another charset.
const MIN_CHARACTERS: usize = 3;
/// Bytes beyond ASCII from which on a line that is valid UTF-8 is nothing else.
const SURE_BYTES: usize = 12;
/// Bytes beyond ASCII from which on a line has evidence of its own.
const FEW_BYTES: usize = 4;
/// Bytes of lines in other charsets by which these are told.
const SAMPLE_BYTES: usize = 64 << 10;

/// The parts of bytes that are in one charset each: lines, and what begins with a tag.
fn segments(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = bytes;
    std::iter::from_fn(move || {
        let end = match rest {
            [] => return None,
            [b'\n', ..] => 1,
            [_, tail @ ..] => match memchr::memchr2(b'\n', b'<', tail) {
                Some(at) => 1 + at + usize::from(tail[at] == b'\n'),
                None => rest.len(),
            },
        };
        let (segment, after) = rest.split_at(end);
        rest = after;
        Some(segment)
    })
}

/// Whether more than a quarter of the bytes beyond ASCII are UTF-8, in whole runs of them: texts of other charsets have
/// hardly any such run.
pub(super) fn is_mostly_utf8(bytes: &[u8]) -> bool {
    let (mut characters, mut valid, mut beyond) = (0, 0, 0);
    for run in bytes.split(u8::is_ascii).filter(|run| !run.is_empty()) {
        beyond += run.len();
        if let Ok(text) = std::str::from_utf8(run) {
            valid += run.len();
            characters += text.chars().count();
        }
    }
    characters >= MIN_CHARACTERS && valid * 4 > beyond
}

/// Whether at most half of the bytes beyond ASCII are UTF-8.
fn is_legacy(segment: &[u8]) -> bool {
    let (mut valid, mut invalid) = (0, 0);
    for chunk in segment.utf8_chunks() {
        valid += chunk.valid().bytes().filter(|b| !b.is_ascii()).count();
        invalid += chunk.invalid().len();
    }
    invalid > 0 && valid <= invalid
}

/// Whether a part is UTF-8: by its mark, which files have that were joined, or by many bytes beyond ASCII.
fn is_sure_utf8(segment: &[u8]) -> bool {
    let is_sure = segment.starts_with(b"\xEF\xBB\xBF")
        || segment.iter().filter(|b| !b.is_ascii()).take(SURE_BYTES).count() == SURE_BYTES;
    is_sure && std::str::from_utf8(segment).is_ok()
}

/// The bytes without the parts that are UTF-8 beyond doubt: what speaks for another charset.
pub(super) fn without_utf8(bytes: &[u8]) -> Cow<'_, [u8]> {
    if !segments(bytes).any(is_sure_utf8) {
        return Cow::Borrowed(bytes);
    }
    Cow::Owned(segments(bytes).filter(|segment| !is_sure_utf8(segment)).collect::<Vec<_>>().concat())
}

/// The text of bytes in `charset`, but for the parts that are in another one: in a legacy charset those that are UTF-8 beyond
/// doubt, in UTF-8 those that are sure to be text of a legacy charset.
pub fn decode_parts(bytes: &[u8], charset: Charset) -> Cow<'_, str> {
    if charset.encoding == UTF_8 && charset.beyond.is_none() {
        return decode_utf8(bytes, charset);
    }
    // Where `<` may be half of a character there are no parts.
    let has_parts = matches!(charset.beyond, None | Some(Beyond::Page(_) | Beyond::EucTw));
    if !has_parts || charset.unit() > 1 || charset.encoding == ISO_2022_JP || !segments(bytes).any(is_sure_utf8) {
        return decode(bytes, charset);
    }
    let mut out = String::with_capacity(bytes.len() + bytes.len() / 2);
    for segment in segments(bytes) {
        let is_utf8 = is_sure_utf8(segment);
        out.push_str(&decode(segment, if is_utf8 { Charset::plain(UTF_8) } else { charset }));
    }
    Cow::Owned(out)
}

fn decode_utf8(bytes: &[u8], charset: Charset) -> Cow<'_, str> {
    let mut sample = Vec::new();
    for segment in segments(bytes).filter(|segment| is_legacy(segment)) {
        sample.extend_from_slice(&segment[..segment.len().min(SAMPLE_BYTES)]);
        if sample.len() >= SAMPLE_BYTES {
            break;
        }
    }
    if sample.is_empty() {
        return decode(bytes, charset);
    }
    let common = guess::guess(&sample, true);
    let common = guess::is_sure(&sample, common).then_some(common);
    let mut out = String::with_capacity(bytes.len() + bytes.len() / 2);
    for segment in segments(bytes) {
        let own = if is_legacy(segment) { legacy_of(segment, common) } else { None };
        out.push_str(&decode(segment, own.unwrap_or(Charset::plain(UTF_8))));
    }
    Cow::Owned(out)
}

/// The charset of a part that is not UTF-8: `common`, that of all such parts, unless the part speaks against it.
fn legacy_of(segment: &[u8], common: Option<Charset>) -> Option<Charset> {
    if segment.iter().filter(|b| !b.is_ascii()).take(FEW_BYTES).count() < FEW_BYTES {
        return common;
    }
    let sample = &segment[..segment.len().min(SAMPLE_BYTES)];
    let own = guess::guess(sample, true);
    match common.filter(|common| !guess::refuted(sample, *common, own, true)) {
        Some(common) => Some(common),
        None => guess::is_sure(sample, own).then_some(own),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use encoding_rs::{GBK, WINDOWS_1251, WINDOWS_1252, WINDOWS_1256};

    const ARABIC: &str = "كان القمر مكتملا فوق القرية حين عاد الصيادون من البحر";
    const FRENCH: &str = "La bibliothèque a été inaugurée après des années de travaux, à côté du marché";
    const RUSSIAN: &str = "Сегодня в старом городе открылась новая библиотека";
    const CHINESE: &str = "今天早上村里的市场重新开放，农民们带来了蔬菜和面包";

    fn utf8(bytes: &[u8]) -> Cow<'_, str> {
        decode_parts(bytes, Charset::plain(UTF_8))
    }

    #[test]
    fn a_mark_between_joined_files_is_no_text_of_a_legacy_charset() {
        let legacy = WINDOWS_1251.encode(RUSSIAN).0.into_owned();
        let joined = [&legacy[..], b"\n\xEF\xBB\xBFplain words\n", &legacy].concat();
        let text = decode_parts(&joined, Charset::plain(WINDOWS_1251));
        assert_eq!(text, format!("{RUSSIAN}\n\u{feff}plain words\n{RUSSIAN}"));
    }

    #[test]
    fn parts_are_lines_and_tags_and_make_up_the_whole() {
        let parts: Vec<_> = segments(b"<p>a\n\nb<i>c</i>\n").collect();
        assert_eq!(parts, [&b"<p>a\n"[..], b"\n", b"b", b"<i>c", b"</i>\n"]);
        assert_eq!(segments(b"").count(), 0);
    }

    #[test]
    fn lines_of_a_legacy_charset_in_utf_8_come_through() {
        for (text, encoding) in
            [(ARABIC, WINDOWS_1256), (FRENCH, WINDOWS_1252), (RUSSIAN, WINDOWS_1251), (CHINESE, GBK)]
        {
            let bytes = [text.as_bytes(), b"\n", &encoding.encode(text).0, b"\n", text.as_bytes()].concat();
            assert!(is_mostly_utf8(&bytes));
            assert_eq!(utf8(&bytes), format!("{text}\n{text}\n{text}"));
            // And each by its own evidence.
            let two = [&bytes[..], b"\n", &WINDOWS_1256.encode(ARABIC).0].concat();
            assert_eq!(utf8(&two), format!("{text}\n{text}\n{text}\n{ARABIC}"));
        }
    }

    #[test]
    fn lines_of_utf_8_in_a_legacy_charset_come_through() {
        let legacy = WINDOWS_1256.encode(ARABIC).0;
        let bytes = [&b"<h1>"[..], RUSSIAN.as_bytes(), b"</h1><p>", &legacy, b"</p>"].concat();
        let text = decode_parts(&bytes, Charset::plain(WINDOWS_1256));
        assert_eq!(text, format!("<h1>{RUSSIAN}</h1><p>{ARABIC}</p>"));
        assert_eq!(&*without_utf8(&bytes), [&b"</h1><p>"[..], &legacy, b"</p>"].concat());
    }

    #[test]
    fn bad_bytes_that_are_no_text_stay_bad() {
        for (bytes, text) in [
            (&b"plain\xFF\nwords"[..], "plain\u{FFFD}\nwords"),
            (b"\xD9\x83\xD8\xA7\xD9\n\xD9\x83", "كا\u{FFFD}\nك"),
            (b"a \xFF\xFE\xFD\xFC b", "a \u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD} b"),
        ] {
            assert_eq!(utf8(bytes), text);
        }
    }
}
