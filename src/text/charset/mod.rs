//! Bytes to text: which charset a file or record is in, and its decoding.
//!
//! The evidence of the bytes goes before what the file says of itself, since declarations are often left over from
//! a template. Everything here looks at the bytes alone: the same bytes always decode to the same text.

mod code_pages;
mod declaration;
mod double_byte;
mod likelihood;
mod utf16;

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, GBK, ISO_2022_JP, MACINTOSH, SHIFT_JIS, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252, X_MAC_CYRILLIC, X_USER_DEFINED};

pub use code_pages::CodePage;
pub use declaration::html_declaration;

/// The charset of a file or record, as [`detect`] found it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Charset {
    /// The encoding, or what stands for one that browsers do not know: UTF-16 of the same byte order for UTF-32, an encoding
    /// of one byte a character that no browser guesses for the others.
    pub encoding: &'static Encoding,
    /// Length of the byte order mark at the head, in bytes; 0 where there is none.
    pub bom: usize,
    /// The charset itself where browsers do not know it.
    pub beyond: Option<Beyond>,
}

/// Charsets that browsers do not know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Beyond {
    /// UTF-32 of the byte order of the UTF-16 that stands for it.
    Utf32,
    /// A code page of DOS or of the Macintosh.
    Page(&'static CodePage),
    /// Korean of five bits a part of a syllable.
    Johab,
    /// Chinese of Taiwan: CNS 11643 in two or four bytes.
    EucTw,
    /// ISO-2022-KR and ISO-2022-CN.
    Iso2022,
    /// HZ: GB 2312 between `~{` and `~}`.
    Hz,
}

impl Charset {
    /// An encoding without a byte order mark.
    pub fn plain(encoding: &'static Encoding) -> Self {
        Self { encoding, bom: 0, beyond: None }
    }

    /// Bytes of its smallest unit: 1, 2 or 4.
    pub fn unit(self) -> usize {
        match self.beyond {
            Some(Beyond::Utf32) => 4,
            _ if self.encoding == UTF_16LE || self.encoding == UTF_16BE => 2,
            _ => 1,
        }
    }

    /// Its name, as IANA or browsers have it.
    pub fn name(self) -> &'static str {
        match self.beyond {
            None => self.encoding.name(),
            Some(Beyond::Utf32) if self.encoding == UTF_16BE => "UTF-32BE",
            Some(Beyond::Utf32) => "UTF-32LE",
            Some(Beyond::Page(page)) => page.name,
            Some(Beyond::Johab) => "Johab",
            Some(Beyond::EucTw) => "EUC-TW",
            Some(Beyond::Iso2022) => "ISO-2022-KR",
            Some(Beyond::Hz) => "HZ-GB-2312",
        }
    }

    /// The characters of the bytes from 0x80 on; none where a character may take several bytes. U+FFFD stands where a byte
    /// is none.
    pub fn upper_half(self) -> Option<[char; 128]> {
        if let Some(Beyond::Page(page)) = self.beyond {
            return Some(page.upper());
        }
        let byte = |byte: u8| self.encoding.decode_without_bom_handling(&[byte]).0.chars().next();
        let all = std::array::from_fn(|at| u8::try_from(at + 0x80).ok().and_then(byte).unwrap_or(char::REPLACEMENT_CHARACTER));
        (self.beyond.is_none() && self.encoding.is_single_byte()).then_some(all)
    }

    fn of_page(page: &'static CodePage) -> Self {
        Self::other(Beyond::Page(page))
    }

    fn other(beyond: Beyond) -> Self {
        Self { encoding: X_USER_DEFINED, bom: 0, beyond: Some(beyond) }
    }

    fn utf32(big_endian: bool, bom: usize) -> Self {
        Self { encoding: if big_endian { UTF_16BE } else { UTF_16LE }, bom, beyond: Some(Beyond::Utf32) }
    }

    /// The byte order mark that a `bom` of this charset stands for; empty where there is none.
    fn mark(self) -> &'static [u8] {
        MARKS.iter().find(|(_, found)| *found == self).map_or(&[], |(mark, _)| mark)
    }
}

/// Byte order marks, longer ones before those that they begin with.
static MARKS: [(&[u8], Charset); 5] = [
    (b"\xFF\xFE\0\0", Charset { encoding: UTF_16LE, bom: 4, beyond: Some(Beyond::Utf32) }),
    (b"\0\0\xFE\xFF", Charset { encoding: UTF_16BE, bom: 4, beyond: Some(Beyond::Utf32) }),
    (b"\xEF\xBB\xBF", Charset { encoding: UTF_8, bom: 3, beyond: None }),
    (b"\xFF\xFE", Charset { encoding: UTF_16LE, bom: 2, beyond: None }),
    (b"\xFE\xFF", Charset { encoding: UTF_16BE, bom: 2, beyond: None }),
];

/// The charset of the bytes that begin with `head`, never failing.
///
/// `head` is the first 64 kB of a file, or a whole record; `whole` says that nothing follows it, so that a cut final
/// character counts as damage. `declared` is a label such as an HTTP header or [`html_declaration`] gives. Order of
/// evidence: byte order mark; UTF-32; UTF-16 by where NUL and control bytes stand; escapes of charsets of seven bits;
/// valid UTF-8, or UTF-8 with little damage; the declaration, unless the text that it gives is none or far less likely
/// than that of the guess; a guess from the frequencies of letters.
pub fn detect(head: &[u8], declared: Option<&str>, whole: bool) -> Charset {
    if let Some((_, charset)) = MARKS.iter().find(|(mark, _)| head.starts_with(mark)) {
        return *charset;
    }
    // Plain UTF-8 without control bytes is the common case, and is found at the speed of memory.
    let valid = simdutf8::basic::from_utf8(head).is_ok();
    let has_controls = !valid || head.iter().any(|b| *b < 0x20 && !matches!(b, b'\t' | b'\n' | b'\r'));
    if has_controls {
        if let Some(big_endian) = utf16::utf32(head) {
            return Charset::utf32(big_endian, 0);
        }
        if let Some(encoding) = utf16::utf16(head) {
            return Charset::plain(encoding);
        }
    }
    let declared = declared.and_then(of_label);
    if head.is_ascii() {
        if let Some(charset) = by_escapes(head, declared) {
            return charset;
        }
        // Nothing speaks against the declaration yet, and the rest of the file may need it.
        return declared.filter(|_| !whole).unwrap_or(Charset::plain(UTF_8));
    }
    if valid || is_utf8(head, whole) {
        return Charset::plain(UTF_8);
    }
    let guessed = guess(head, whole);
    declared.filter(|declared| !refuted(head, *declared, guessed, whole)).unwrap_or(guessed)
}

/// The text of `bytes`, without the byte order mark; what is no character of the charset becomes U+FFFD.
///
/// Borrows where the bytes are valid UTF-8 already. The mark is cut only where it stands, so that a later slice of the
/// same file decodes with the same charset. Surrogate pairs that were written as UTF-8 each become their character.
pub fn decode(bytes: &[u8], charset: Charset) -> Cow<'_, str> {
    let mark = charset.mark();
    let body = if mark.is_empty() { bytes } else { bytes.strip_prefix(mark).unwrap_or(bytes) };
    match charset.beyond {
        Some(Beyond::Utf32) => Cow::Owned(decode_utf32(body, charset.encoding == UTF_16BE)),
        Some(Beyond::Page(page)) => page.decode(body),
        Some(Beyond::Johab) => Cow::Owned(double_byte::decode_johab(body)),
        Some(Beyond::EucTw) => Cow::Owned(double_byte::decode_euc_tw(body)),
        Some(Beyond::Iso2022) => Cow::Owned(double_byte::decode_iso_2022(body)),
        Some(Beyond::Hz) => Cow::Owned(double_byte::decode_hz(body)),
        None if charset.encoding == UTF_8 => {
            simdutf8::basic::from_utf8(body).map_or_else(|_| decode_damaged_utf8(body), Cow::Borrowed)
        }
        None => charset.encoding.decode_without_bom_handling(body).0,
    }
}

/// The text of a whole record of a file whose charset is `charset`.
///
/// Where its bytes are no text in that charset, they are judged by themselves: a file may hold records of several charsets,
/// and a head that is ASCII says nothing of what follows.
pub fn decode_record(bytes: &[u8], charset: Charset) -> Cow<'_, str> {
    if charset.encoding == UTF_8 && charset.beyond.is_none() {
        let body = bytes.strip_prefix(charset.mark()).unwrap_or(bytes);
        if let Ok(text) = simdutf8::basic::from_utf8(body) {
            return Cow::Borrowed(text);
        }
        let sample = own_sample(body);
        let own = detect(sample, None, sample.len() == body.len());
        return decode(body, if own.unit() == 1 { own } else { Charset::plain(UTF_8) });
    }
    // Other charsets read nearly anything, so what is UTF-8 beyond ASCII is taken as that.
    if charset.unit() == 1 && !bytes.is_ascii() {
        if let Ok(text) = simdutf8::basic::from_utf8(bytes) {
            return Cow::Borrowed(text);
        }
    }
    decode(bytes, charset)
}

/// So many bytes are looked at where a record is judged by itself.
const SAMPLE_BYTES: usize = 64 << 10;

/// The part of a long record that begins shortly before its first byte beyond ASCII.
fn own_sample(bytes: &[u8]) -> &[u8] {
    let first = bytes.iter().position(|b| !b.is_ascii()).unwrap_or(0);
    let start = if bytes.len() <= SAMPLE_BYTES { 0 } else { first.saturating_sub(256) };
    &bytes[start..bytes.len().min(start + SAMPLE_BYTES)]
}

/// The charset of a label, in any case and spelling; UTF-16 is taken as UTF-8, since the bytes were seen not to be UTF-16.
pub fn of_label(label: &str) -> Option<Charset> {
    use code_pages::{CP437, CP720, CP737, CP850, CP852, CP855, CP857, CP862, MAC_ARABIC};
    if let Some(encoding) = Encoding::for_label_no_replacement(label.trim().as_bytes()) {
        let compatible = encoding.is_ascii_compatible() || encoding == ISO_2022_JP;
        return Some(Charset::plain(if compatible { encoding } else { UTF_8 }));
    }
    let bare: String = label.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
    let name = bare.strip_prefix("cs").or(bare.strip_prefix('x')).unwrap_or(&bare);
    let number = ["cp", "ibm", "dos", "oem", "pc"].iter().find_map(|prefix| name.strip_prefix(prefix)).unwrap_or(name);
    let page = |page| Some(Charset::of_page(page));
    match number {
        "437" => page(&CP437),
        "720" => page(&CP720),
        "737" => page(&CP737),
        "850" | "858" => page(&CP850),
        "852" => page(&CP852),
        "855" => page(&CP855),
        "857" => page(&CP857),
        "862" => page(&CP862),
        "macarabic" => page(&MAC_ARABIC),
        "macroman" => Some(Charset::plain(MACINTOSH)),
        "maccyrillic" | "macukrainian" => Some(Charset::plain(X_MAC_CYRILLIC)),
        "johab" | "1361" | "ms1361" => Some(Charset::other(Beyond::Johab)),
        "euctw" => Some(Charset::other(Beyond::EucTw)),
        "iso2022kr" | "iso2022cn" => Some(Charset::other(Beyond::Iso2022)),
        "hz" | "hzgb2312" => Some(Charset::other(Beyond::Hz)),
        "utf32" | "utf32le" | "utf32be" | "ucs4" => Some(Charset::plain(UTF_8)),
        _ => match Encoding::for_label_no_replacement(format!("windows-{number}").as_bytes()) {
            Some(encoding) => Some(Charset::plain(encoding)),
            None => Encoding::for_label_no_replacement(number.as_bytes()).map(Charset::plain),
        },
    }
}

/// Charsets of seven bits, by their escapes.
fn by_escapes(head: &[u8], declared: Option<Charset>) -> Option<Charset> {
    let finds = |escape: &[u8]| memchr::memmem::find(head, escape).is_some();
    if memchr::memchr(0x1B, head).is_some() {
        if [&b"\x1B$)C"[..], b"\x1B$)A"].into_iter().any(finds) {
            return Some(Charset::other(Beyond::Iso2022));
        }
        if [&b"\x1B$B"[..], b"\x1B$@", b"\x1B(J"].into_iter().any(finds) {
            return Some(Charset::plain(ISO_2022_JP));
        }
    }
    let hz = Charset::other(Beyond::Hz);
    (finds(b"~{") && (declared == Some(hz) || is_hz(head))).then_some(hz)
}

/// Whether what stands between `~{` and `~}` is Chinese: pairs of bytes, nearly all in the rows of common characters.
fn is_hz(head: &[u8]) -> bool {
    let (mut common, mut pairs) = (0, 0);
    let mut rest = head;
    while let Some(open) = memchr::memmem::find(rest, b"~{") {
        rest = &rest[open + 2..];
        let Some(close) = memchr::memmem::find(rest, b"~}") else { break };
        let inner = &rest[..close];
        if close % 2 != 0 || inner.iter().any(|b| !(0x21..=0x7E).contains(b)) {
            return false;
        }
        for pair in inner.chunks_exact(2) {
            pairs += 1;
            common += usize::from(matches!(pair[0], 0x30..=0x57 | 0x21 | 0x23));
        }
        rest = &rest[close + 2..];
    }
    pairs >= 2 && common * 10 >= pairs * 8
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

/// What structure and the frequencies of letters speak for, but UTF-8.
fn guess(head: &[u8], whole: bool) -> Charset {
    if double_byte::is_euc_tw(head) {
        return Charset::other(Beyond::EucTw);
    }
    if double_byte::is_johab(head) {
        return Charset::other(Beyond::Johab);
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(head, whole);
    let common = Charset::plain(detector.guess(None, Utf8Detection::Deny));
    if !common.encoding.is_single_byte() {
        let likely = likelihood::likeliest(head, common);
        return if is_east_asian(head, common) || likely.1 < -5.5 { common } else { likely.0 };
    }
    if is_kana(head) {
        return Charset::plain(SHIFT_JIS);
    }
    likelihood::likeliest(head, common).0
}

/// Whether bytes are Japanese in Shift_JIS: all of it legible, and a third of it kana, whose first bytes are rare elsewhere.
fn is_kana(bytes: &[u8]) -> bool {
    let (mut kana, mut all) = (0u32, 0u32);
    let mut rest = bytes;
    while let [first, tail @ ..] = rest {
        rest = tail;
        if let (0x81..=0x9F | 0xE0..=0xFC, [second, after @ ..]) = (first, tail) {
            all += 1;
            kana += u32::from(matches!((first, second), (0x82, 0x9F..=0xF1) | (0x83, 0x40..=0x96)));
            rest = after;
        }
    }
    kana >= 3 && kana * 3 >= all && is_east_asian(bytes, Charset::plain(SHIFT_JIS))
}

/// Whether the text beyond ASCII is nearly all of characters of East Asia in everyday use, and not single ones in Latin words.
fn is_east_asian(head: &[u8], charset: Charset) -> bool {
    let text = decode(head, charset);
    let (mut common, mut all, mut lone) = (0u32, 0u32, 0u32);
    let mut before = ' ';
    let mut chars = text.trim_end_matches(char::REPLACEMENT_CHARACTER).chars().peekable();
    while let Some(c) = chars.next() {
        if !c.is_ascii() {
            all += 1;
            common += u32::from(matches!(c, '\u{3000}'..='\u{30FF}' | '\u{4E00}'..='\u{9FA5}' | '\u{AC00}'..='\u{D7A3}'
                | '\u{FF01}'..='\u{FF5E}' | '\u{FFE0}'..='\u{FFE6}' | '\u{2010}'..='\u{25FF}' | '·' | '×'));
            let after = chars.peek().copied().unwrap_or(' ');
            lone += u32::from(before.is_ascii_alphabetic() && after.is_ascii() || before == ' ' && after.is_ascii_alphabetic());
        }
        before = c;
    }
    common * 20 >= all * 19 && lone * 3 <= all && (charset.encoding != GBK || is_everyday_chinese(head))
}

/// Whether most pairs of bytes beyond ASCII are in the rows of the 3,755 commonest characters of GB 2312, or of its signs.
fn is_everyday_chinese(bytes: &[u8]) -> bool {
    let (mut common, mut all) = (0u32, 0u32);
    let mut rest = bytes;
    while let [first, tail @ ..] = rest {
        rest = tail;
        if let (0x81..=0xFE, [second, after @ ..]) = (first, tail) {
            all += 1;
            common += u32::from(matches!((first, second), (0xB0..=0xD7 | 0xA1..=0xA3, 0xA1..=0xFE)));
            rest = after;
        }
    }
    common * 4 >= all * 3
}

/// The charset of another alphabet that bytes are in which were taken for windows-1252, where they leave no doubt: a dozen
/// letters and more, and nearly none among them that is of ASCII.
pub fn of_misread_words(bytes: &[u8]) -> Option<Charset> {
    let (found, mean) = likelihood::likeliest(bytes, Charset::plain(WINDOWS_1252));
    let is_sure = !likelihood::is_latin(found)
        && ["windows-1251", "windows-1253", "windows-1255", "windows-1256", "windows-874", "ISO-8859-7", "KOI8-U", "KOI8-R"].contains(&found.name())
        && mean > -4.4
        && bytes.iter().filter(|b| **b >= 0xC0).count() >= 12
        && likelihood::is_far_less_likely(bytes, Charset::plain(WINDOWS_1252), found);
    is_sure.then_some(found)
}

/// Whether the declared charset gives no text while the guessed one does, or a far less likely one.
fn refuted(head: &[u8], declared: Charset, guessed: Charset, whole: bool) -> bool {
    if declared == guessed {
        return false;
    }
    // UTF-8 was looked for before, and so were charsets of seven bits.
    if declared.encoding == UTF_8 || matches!(declared.beyond, Some(Beyond::Iso2022 | Beyond::Hz)) {
        return true;
    }
    if likelihood::is_far_less_likely(head, declared, guessed) {
        return true;
    }
    let (of_declared, of_guessed) = (strangeness(head, declared, whole), strangeness(head, guessed, whole));
    of_declared > 0.25 && of_guessed < of_declared / 2.0
}

/// The share of words beyond ASCII that no language writes: with U+FFFD or control characters, of two alphabets, or
/// Latin ones with accents on nearly every letter, as other alphabets look when they are read as Latin.
fn strangeness(head: &[u8], charset: Charset, whole: bool) -> f64 {
    let text = decode(head, charset);
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

/// The text of UTF-8 with invalid bytes; a surrogate pair of three bytes each is one character.
fn decode_damaged_utf8(bytes: &[u8]) -> Cow<'_, str> {
    if memchr::memchr(0xED, bytes).is_none() {
        return String::from_utf8_lossy(bytes);
    }
    let mut out = String::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Err(error) = simdutf8::compat::from_utf8(rest) {
        let (valid, after) = rest.split_at(error.valid_up_to());
        out.push_str(std::str::from_utf8(valid).expect("checked up to here"));
        let (c, length) = match *after {
            [0xED, a @ 0xA0..=0xAF, b @ 0x80..=0xBF, 0xED, c @ 0xB0..=0xBF, d @ 0x80..=0xBF, ..] => {
                let half = |high: u8, low: u8| u32::from(high & 0x0F) << 6 | u32::from(low & 0x3F);
                (char::from_u32(0x10000 + (half(a, b) << 10 | half(c, d))), 6)
            }
            _ => (None, error.error_len().unwrap_or(after.len())),
        };
        out.push(c.unwrap_or(char::REPLACEMENT_CHARACTER));
        rest = &after[length..];
    }
    out.push_str(std::str::from_utf8(rest).unwrap_or_default());
    Cow::Owned(out)
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
    use encoding_rs::{ISO_8859_6, WINDOWS_1256};

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
