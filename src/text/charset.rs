//! Bytes to text: which charset a file or record is in, and its decoding.
//!
//! The evidence of the bytes goes before what the file says of itself, since declarations are often left over from
//! a template. Everything here looks at the bytes alone: the same bytes always decode to the same text.

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, ISO_2022_JP, UTF_8, UTF_16BE, UTF_16LE};

/// How far the search for NUL bytes and for declarations goes, in bytes.
const NEAR_HEAD: usize = 4096;

/// The charset of a file or record, as [`detect`] found it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Charset {
    /// The encoding. UTF-32 has none of its own: it is UTF-16 of the same byte order with a mark of four bytes.
    pub encoding: &'static Encoding,
    /// Length of the byte order mark at the head, in bytes; 0 where there is none.
    pub bom: usize,
}

impl Charset {
    /// An encoding without a byte order mark.
    fn plain(encoding: &'static Encoding) -> Self {
        Self { encoding, bom: 0 }
    }

    /// The byte order mark that a `bom` of this charset stands for; empty where there is none.
    fn mark(self) -> &'static [u8] {
        MARKS.iter().find(|(_, found)| *found == self).map_or(&[], |(mark, _)| mark)
    }
}

/// Byte order marks, longer ones before those that they begin with.
static MARKS: [(&[u8], Charset); 5] = [
    (b"\xFF\xFE\0\0", Charset { encoding: UTF_16LE, bom: 4 }),
    (b"\0\0\xFE\xFF", Charset { encoding: UTF_16BE, bom: 4 }),
    (b"\xEF\xBB\xBF", Charset { encoding: UTF_8, bom: 3 }),
    (b"\xFF\xFE", Charset { encoding: UTF_16LE, bom: 2 }),
    (b"\xFE\xFF", Charset { encoding: UTF_16BE, bom: 2 }),
];

/// The charset of the bytes that begin with `head`, never failing.
///
/// `head` is the first 64 kB of a file, or a whole record; `whole` says that nothing follows it, so that a cut final
/// character counts as damage. `declared` is a label such as an HTTP header or [`html_declaration`] gives. Order of
/// evidence: byte order mark; UTF-16 by where NUL bytes stand; valid UTF-8, or UTF-8 with little damage; the
/// declaration, unless the text that it gives is none; a guess from the frequencies of letters.
pub fn detect(head: &[u8], declared: Option<&str>, whole: bool) -> Charset {
    if let Some((_, charset)) = MARKS.iter().find(|(mark, _)| head.starts_with(mark)) {
        return *charset;
    }
    if let Some(encoding) = utf16_by_nuls(head) {
        return Charset::plain(encoding);
    }
    let declared = declared.and_then(ascii_compatible);
    if head.is_ascii() {
        let escapes = [&b"\x1B$B"[..], b"\x1B$@", b"\x1B(J"];
        if escapes.iter().any(|escape| memchr::memmem::find(head, escape).is_some()) {
            return Charset::plain(ISO_2022_JP);
        }
        // Nothing speaks against the declaration yet, and the rest of the file may need it.
        return Charset::plain(declared.filter(|_| !whole).unwrap_or(UTF_8));
    }
    if is_utf8(head, whole) {
        return Charset::plain(UTF_8);
    }
    let guessed = guess(head, whole);
    Charset::plain(declared.filter(|declared| !refuted(head, declared, guessed, whole)).unwrap_or(guessed))
}

/// The text of `bytes`, without the byte order mark; what is no character of the charset becomes U+FFFD.
///
/// Borrows where the bytes are valid UTF-8 already. The mark is cut only where it stands, so that a later slice of the
/// same file decodes with the same charset.
pub fn decode(bytes: &[u8], charset: Charset) -> Cow<'_, str> {
    let mark = charset.mark();
    let body = if mark.is_empty() { bytes } else { bytes.strip_prefix(mark).unwrap_or(bytes) };
    if charset.bom == 4 {
        return Cow::Owned(decode_utf32(body, charset.encoding == UTF_16BE));
    }
    if charset.encoding == UTF_8 {
        return simdutf8::basic::from_utf8(body).map_or_else(|_| String::from_utf8_lossy(body), Cow::Borrowed);
    }
    charset.encoding.decode_without_bom_handling(body).0
}

/// The charset label that a page or XML file gives itself in its first 4 kB, as written there, or none.
///
/// Reads `<meta charset>`, `<meta http-equiv content="…; charset=…">` and `<?xml … encoding="…"?>`; not what stands in
/// comments.
pub fn html_declaration(head: &[u8]) -> Option<String> {
    let head = &head[..head.len().min(NEAR_HEAD)];
    let text = String::from_utf8_lossy(head).to_ascii_lowercase();
    let mut rest = text.as_str();
    while let Some(open) = rest.find('<') {
        rest = &rest[open..];
        if let Some(after) = rest.strip_prefix("<!--") {
            rest = &after[after.find("-->")?..];
            continue;
        }
        let tag = &rest[..rest.find('>').unwrap_or(rest.len())];
        let key = if tag.starts_with("<meta") {
            "charset"
        } else if tag.starts_with("<?xml") {
            "encoding"
        } else {
            ""
        };
        if let Some(label) = label_after(tag, key) {
            return Some(label);
        }
        rest = &rest[1..];
    }
    None
}

/// The value that follows `key` and an equals sign within a tag, without its quotes.
fn label_after(tag: &str, key: &str) -> Option<String> {
    if key.is_empty() {
        return None;
    }
    tag.match_indices(key).find_map(|(at, _)| {
        let value = tag[at + key.len()..].trim_start().strip_prefix('=')?;
        let value = value.trim_start().trim_start_matches(['"', '\'']);
        let end = value.find(|c: char| c.is_whitespace() || "\"';/>?".contains(c)).unwrap_or(value.len());
        (end > 0).then(|| value[..end].to_string())
    })
}

/// The encoding of a label; UTF-16 is taken as UTF-8, since the bytes were seen not to be UTF-16.
fn ascii_compatible(label: &str) -> Option<&'static Encoding> {
    let encoding = Encoding::for_label_no_replacement(label.trim().as_bytes())?;
    Some(if encoding.is_ascii_compatible() || encoding == ISO_2022_JP { encoding } else { UTF_8 })
}

/// UTF-16 where NUL bytes stand on one side of the pairs: ASCII characters and spaces have a NUL for a high byte.
fn utf16_by_nuls(head: &[u8]) -> Option<&'static Encoding> {
    let near = &head[..head.len().min(NEAR_HEAD)];
    let (mut first, mut second) = (0, 0);
    for pair in near.chunks_exact(2) {
        first += usize::from(pair[0] == 0);
        second += usize::from(pair[1] == 0);
    }
    let (high, low) = (first.max(second), first.min(second));
    let pairs = near.len() / 2;
    // A stray NUL or two in UTF-8 must not do: half of the strays fall on either side.
    let enough = (high >= 2 && high * 8 >= pairs) || (high >= 8 && high * 64 >= pairs);
    (enough && low * 16 <= high).then_some(if first > second { UTF_16BE } else { UTF_16LE })
}

/// Whether bytes are UTF-8, or UTF-8 with damage in less than a fifth of its characters beyond ASCII.
fn is_utf8(head: &[u8], whole: bool) -> bool {
    let (mut good, mut bad) = (0, 0);
    for chunk in head.utf8_chunks() {
        good += chunk.valid().bytes().filter(|byte| *byte >= 0xC0).count();
        bad += usize::from(!chunk.invalid().is_empty());
    }
    let cut = !whole && simdutf8::compat::from_utf8(head).is_err_and(|e| e.error_len().is_none());
    bad == 0 || (cut && bad == 1) || good > 4 * bad
}

/// What the frequencies of letters speak for, among the encodings of the web but UTF-8.
fn guess(head: &[u8], whole: bool) -> &'static Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(head, whole);
    detector.guess(None, Utf8Detection::Deny)
}

/// Whether the declared encoding gives no text while the guessed one does.
fn refuted(head: &[u8], declared: &'static Encoding, guessed: &'static Encoding, whole: bool) -> bool {
    if declared == guessed {
        return false;
    }
    // UTF-8 was looked for before.
    if declared == UTF_8 {
        return true;
    }
    let (of_declared, of_guessed) = (strangeness(head, declared, whole), strangeness(head, guessed, whole));
    of_declared > 0.25 && of_guessed < of_declared / 2.0
}

/// The share of words beyond ASCII that no language writes: with U+FFFD or control characters, of two alphabets, or
/// Latin ones with accents on nearly every letter, as other alphabets look when they are read as Latin.
fn strangeness(head: &[u8], encoding: &'static Encoding, whole: bool) -> f64 {
    let text = encoding.decode_without_bom_handling(head).0;
    let text = if whole { &text } else { text.trim_end_matches('\u{FFFD}') };
    let (mut strange, mut words) = (0u32, 0u32);
    for word in text.split(|c: char| c.is_ascii() && !c.is_ascii_alphabetic()).filter(|word| !word.is_ascii()) {
        words += 1;
        strange += u32::from(is_strange(word));
    }
    f64::from(strange) / f64::from(words.max(1))
}

/// Whether no language writes this word (which holds no ASCII but letters).
fn is_strange(word: &str) -> bool {
    let (mut plain, mut accented, mut other) = (0, 0, 0);
    for c in word.chars() {
        match c {
            // Half-width katakana is how Arabic and Cyrillic look when they are read as Shift_JIS.
            '\u{FFFD}' | '\u{80}'..='\u{9F}' | '\u{FF61}'..='\u{FF9F}' => return true,
            'a'..='z' | 'A'..='Z' => plain += 1,
            _ if !c.is_alphabetic() => {}
            '\u{C0}'..='\u{24F}' | '\u{1E00}'..='\u{1EFF}' => accented += 1,
            _ => other += 1,
        }
    }
    (other > 0 && plain + accented > 0) || (accented >= 3 && accented > 2 * plain)
}

/// The text of UTF-32; a value that is no character becomes U+FFFD, as does a cut last one.
fn decode_utf32(bytes: &[u8], big_endian: bool) -> String {
    let character = |unit: &[u8]| {
        let unit = <[u8; 4]>::try_from(unit).ok()?;
        char::from_u32(if big_endian { u32::from_be_bytes(unit) } else { u32::from_le_bytes(unit) })
    };
    bytes.chunks(4).map(|unit| character(unit).unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use encoding_rs::{ISO_8859_6, SHIFT_JIS, WINDOWS_1252, WINDOWS_1256};

    const ARABIC: &str = "أعلنت وزارة الصحة اليوم عن حملة جديدة في المدارس";

    fn round_trip(text: &str, encoding: &'static Encoding) -> String {
        let bytes = encoding.encode(text).0;
        decode(&bytes, detect(&bytes, None, true)).into_owned()
    }

    fn utf16(text: &str, big_endian: bool) -> Vec<u8> {
        text.encode_utf16().flat_map(|u| if big_endian { u.to_be_bytes() } else { u.to_le_bytes() }).collect()
    }

    #[test]
    fn short_arabic_and_french_texts_come_right_without_a_declaration() {
        assert_eq!(round_trip(ARABIC, WINDOWS_1256), ARABIC);
        assert_eq!(round_trip(ARABIC, ISO_8859_6), ARABIC);
        assert_eq!(round_trip("مرحبا بكم", WINDOWS_1256), "مرحبا بكم");
        let french = "L'été dernier, le café était fermé à cause des élections européennes.";
        assert_eq!(round_trip(french, WINDOWS_1252), french);
        assert_eq!(round_trip("Café", WINDOWS_1252), "Café");
    }

    #[test]
    fn a_byte_order_mark_decides_and_is_cut() {
        assert_eq!(decode(b"\xEF\xBB\xBFok", detect(b"\xEF\xBB\xBFok", Some("windows-1256"), true)), "ok");
        let little = [b"\xFF\xFE".to_vec(), utf16(ARABIC, false)].concat();
        assert_eq!(decode(&little, detect(&little, None, true)), ARABIC);
        let wide: Vec<u8> =
            [0xFEFFu32].into_iter().chain("سلام".chars().map(u32::from)).flat_map(u32::to_be_bytes).collect();
        assert_eq!(decode(&wide, detect(&wide, None, true)), "سلام");
        // A later slice of the file has no mark to cut.
        assert_eq!(decode(&utf16("تمام", false), detect(&little, None, true)), "تمام");
    }

    #[test]
    fn utf_16_without_a_mark_is_seen_by_its_nul_bytes() {
        for (text, big_endian) in [(ARABIC, true), (ARABIC, false), ("plain words", true), ("hi", false)] {
            let bytes = utf16(text, big_endian);
            assert_eq!(decode(&bytes, detect(&bytes, None, true)), text);
        }
    }

    #[test]
    fn a_stray_nul_or_bad_byte_leaves_utf_8() {
        for damage in [&b"\0"[..], b"\xFF", b"\xED\xA0\x80"] {
            let bytes = [ARABIC.as_bytes(), damage, ARABIC.as_bytes()].concat();
            assert_eq!(detect(&bytes, Some("windows-1256"), true), Charset::plain(UTF_8));
        }
        assert_eq!(detect(b"abc\0", None, true), Charset::plain(UTF_8));
    }

    #[test]
    fn a_character_cut_at_the_end_of_the_head_is_no_damage() {
        let head = b"caf\xC3";
        assert_eq!(detect(head, None, false).encoding, UTF_8);
        assert_ne!(detect(head, None, true).encoding, UTF_8);
    }

    #[test]
    fn a_wrong_declaration_is_refuted_and_a_right_one_believed() {
        let bytes = WINDOWS_1256.encode(ARABIC).0;
        for wrong in ["iso-8859-1", "utf-8", "shift_jis", "windows-1250"] {
            assert_eq!(detect(&bytes, Some(wrong), true).encoding, WINDOWS_1256, "{wrong}");
        }
        assert_eq!(detect(&ISO_8859_6.encode(ARABIC).0, Some("windows-1256"), true).encoding, ISO_8859_6);
        assert_eq!(detect(ARABIC.as_bytes(), Some("windows-1256"), true).encoding, UTF_8);
        assert_eq!(detect(b"\x83\x65", Some("sjis"), true).encoding, SHIFT_JIS);
        assert_eq!(detect(b"na\xEFve", Some("ISO-8859-1"), true).encoding, WINDOWS_1252);
    }

    #[test]
    fn an_ascii_head_keeps_the_declaration_for_what_follows() {
        assert_eq!(detect(b"<html>", Some("windows-1256"), false).encoding, WINDOWS_1256);
        assert_eq!(detect(b"<html>", Some("windows-1256"), true).encoding, UTF_8);
        assert_eq!(detect(b"<html>", Some("utf-16"), false).encoding, UTF_8);
    }

    #[test]
    fn a_page_names_its_charset_in_three_ways() {
        let found = |head: &[u8]| html_declaration(head);
        assert_eq!(found(b"<META CharSet = 'Windows-1256'>").as_deref(), Some("windows-1256"));
        assert_eq!(
            found(b"<meta http-equiv=content-type content=\"text/html; charset=iso-8859-6\">").as_deref(),
            Some("iso-8859-6")
        );
        assert_eq!(found(b"<?xml version=\"1.0\" encoding=\"UTF-8\"?>").as_deref(), Some("utf-8"));
        assert_eq!(found(b"<!-- <meta charset=big5> --><p>charset=x</p>"), None);
    }

    #[test]
    fn bad_bytes_become_replacement_characters_and_valid_text_is_borrowed() {
        assert_eq!(decode(b"a\xFFb", Charset::plain(UTF_8)), "a\u{FFFD}b");
        assert!(matches!(decode("سلام".as_bytes(), Charset::plain(UTF_8)), Cow::Borrowed("سلام")));
    }
}
