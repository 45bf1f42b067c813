//! Bytes to text: which charset a file or record is in, and its decoding.
//!
//! The evidence of the bytes goes before what the file says of itself, since declarations are often left over from
//! a template. Everything here looks at the bytes alone: the same bytes always decode to the same text.

mod code_pages;
mod damaged;
mod declaration;
mod double_byte;
mod guess;
mod likelihood;
mod lone;
mod mixed;
mod symbols;
mod utf16;

use std::borrow::Cow;

use encoding_rs::{
    Encoding, ISO_2022_JP, MACINTOSH, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_874, X_MAC_CYRILLIC, X_USER_DEFINED,
};

pub use code_pages::CodePage;
pub use declaration::html_declaration;
pub use guess::of_misread_words;
pub use mixed::decode_parts;

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
        let all = std::array::from_fn(|at| {
            u8::try_from(at + 0x80).ok().and_then(byte).unwrap_or(char::REPLACEMENT_CHARACTER)
        });
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
    let has_controls = !valid || has_controls(head);
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
        if let Some(charset) = guess::by_escapes(head, declared) {
            return charset;
        }
        // Nothing speaks against the declaration yet, and the rest of the file may need it.
        return declared.filter(|_| !whole).unwrap_or(Charset::plain(UTF_8));
    }
    if valid || is_utf8(head, whole) {
        return Charset::plain(UTF_8);
    }
    let head = &*mixed::without_utf8(head);
    let guessed = guess::guess(head, whole);
    declared.filter(|declared| !guess::refuted(head, *declared, guessed, whole)).unwrap_or(guessed)
}

/// The text of bytes that are UTF-8 beyond doubt, whatever is declared: valid, and without a mark, control bytes or what may
/// be an escape.
pub fn plain_utf8(bytes: &[u8]) -> Option<&str> {
    let text = simdutf8::basic::from_utf8(bytes).ok()?;
    let is_plain = !text.starts_with('\u{FEFF}') && memchr::memchr(b'~', bytes).is_none() && !has_controls(bytes);
    is_plain.then_some(text)
}

/// Whether there is a control byte that is no tab or line end; block by block, so that whole vectors are compared.
fn has_controls(head: &[u8]) -> bool {
    let is_one = |b: u8| (b < 0x20) & (b != b'\t') & (b != b'\n') & (b != b'\r');
    head.chunks(256).any(|block| block.iter().fold(false, |any, b| any | is_one(*b)))
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
/// and a head that is ASCII says nothing of what follows. So are lines of it, and what stands between tags: those of UTF-8
/// in a legacy charset, and those of a legacy charset in UTF-8.
pub fn decode_record(bytes: &[u8], charset: Charset) -> Cow<'_, str> {
    if charset.encoding == UTF_8 && charset.beyond.is_none() {
        let body = bytes.strip_prefix(charset.mark()).unwrap_or(bytes);
        if let Ok(text) = simdutf8::basic::from_utf8(body) {
            return Cow::Borrowed(text);
        }
        let own = of_record(body);
        return mixed::decode_parts(body, if own.unit() == 1 { own } else { Charset::plain(UTF_8) });
    }
    if charset.unit() > 1 || bytes.is_ascii() {
        return decode(bytes, charset);
    }
    // Other charsets read nearly anything, so what is UTF-8 well beyond chance is taken as that; in Thai, letters may follow
    // one another as the bytes of UTF-8 do.
    let enough = if charset.encoding.is_single_byte() && charset.encoding != WINDOWS_874 { 4 } else { 8 };
    let beyond = bytes.iter().filter(|b| !b.is_ascii()).take(enough).count();
    if beyond == enough
        && let Ok(text) = simdutf8::basic::from_utf8(bytes)
    {
        return Cow::Borrowed(text);
    }
    // A head that was ASCII proved nothing of what it declared.
    if bytes.len() > SAMPLE_BYTES && bytes[..SAMPLE_BYTES].is_ascii() {
        return mixed::decode_parts(bytes, detect(own_sample(bytes), Some(charset.name()), false));
    }
    mixed::decode_parts(bytes, charset)
}

/// The charset that a record speaks for, whatever its file is in.
pub fn of_record(bytes: &[u8]) -> Charset {
    let sample = own_sample(bytes);
    detect(sample, None, sample.len() == bytes.len())
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
    use code_pages::{
        CP437, CP720, CP737, CP775, CP850, CP852, CP855, CP857, CP860, CP861, CP862, CP863, CP865, CP869, CP1125,
        KZ1048, MAC_ARABIC,
    };
    if let Some(encoding) = Encoding::for_label_no_replacement(label.trim().as_bytes()) {
        // A label that scripts use to get at bytes says nothing of a text.
        if encoding == X_USER_DEFINED {
            return None;
        }
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
        "775" => page(&CP775),
        "860" => page(&CP860),
        "861" => page(&CP861),
        "862" => page(&CP862),
        "863" => page(&CP863),
        "865" => page(&CP865),
        "869" => page(&CP869),
        "1125" => page(&CP1125),
        "kz1048" | "strk1048" | "rk1048" => page(&KZ1048),
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

/// Whether bytes are UTF-8, or UTF-8 with damage in less than a fifth of its characters beyond ASCII, or with lines in another
/// charset.
fn is_utf8(head: &[u8], whole: bool) -> bool {
    let (mut good, mut bad) = (0, 0);
    for chunk in head.utf8_chunks() {
        good += chunk.valid().bytes().filter(|byte| *byte >= 0xC0).count();
        bad += usize::from(!chunk.invalid().is_empty());
    }
    let cut = !whole && simdutf8::compat::from_utf8(head).is_err_and(|e| e.error_len().is_none());
    bad == 0 || (cut && bad == 1) || good > 4 * bad || (good > 0 && mixed::is_mostly_utf8(head))
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
    fn a_stray_byte_makes_no_utf_16_of_utf_8() {
        for text in [
            "Правительство вчера утвердило план.",
            "Η κυβέρνηση ενέκρινε χθες το νέο σχέδιο.",
            "Կառավարությունը երեկ հաստատեց",
        ] {
            for stray in [0x92, 0xE9, 0xFF] {
                for repeats in [1, 3] {
                    let mut bytes = text.repeat(repeats).into_bytes();
                    bytes.insert(12, stray);
                    assert_eq!(detect(&bytes, None, true), Charset::plain(UTF_8), "{text} {stray:x}");
                }
            }
        }
    }

    #[test]
    fn rows_of_one_byte_do_not_speak_for_a_charset() {
        let line = encoding_rs::WINDOWS_1256.encode("«ثورة البوح» خواطر فكرية").0;
        let bytes = [&line[..], &[0xA0; 1200], &line[..]].concat();
        assert_eq!(detect(&bytes, None, true).encoding, encoding_rs::WINDOWS_1256);
    }

    #[test]
    fn utf_8_beyond_doubt_has_no_mark_no_controls_and_no_escapes() {
        assert_eq!(plain_utf8("سلام\r\n".as_bytes()), Some("سلام\r\n"));
        for doubtful in [&b"\xEF\xBB\xBFa"[..], b"a\0", b"\x1B$B", b"~{VPND~}", b"\xFF"] {
            assert_eq!(plain_utf8(doubtful), None, "{doubtful:?}");
        }
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
        assert_eq!(detect(&bytes, Some("x-user-defined"), true).encoding, WINDOWS_1256);
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
    fn bad_bytes_become_replacement_characters_and_valid_text_is_borrowed() {
        assert_eq!(decode(b"a\xFFb", Charset::plain(UTF_8)), "a\u{FFFD}b");
        assert!(matches!(decode("سلام".as_bytes(), Charset::plain(UTF_8)), Cow::Borrowed("سلام")));
    }

    #[test]
    fn charsets_that_browsers_do_not_know_are_told_and_read() {
        for label in ["cp720", "x-mac-arabic"] {
            let charset = of_label(label).unwrap();
            let upper = charset.upper_half().unwrap();
            let byte = |c| (0x80..).zip(upper).find(|(_, u)| *u == c && c != ' ').map_or(b' ', |(b, _)| b);
            let bytes: Vec<u8> = ARABIC.chars().map(byte).collect();
            assert_eq!(decode(&bytes, detect(&bytes, None, true)), ARABIC, "{label}");
            assert_eq!(decode(&bytes, detect(&bytes, Some("windows-1252"), true)), ARABIC, "{label}");
        }
        let german = b"Die sch\x94nen \x8Apfel \x81ber f\x81nf Gr\xE1en h\x84ngen sp\x84t, sagte er w\x81tend";
        assert!(decode(german, detect(german, Some("cp850"), true)).contains("schönen"));
        assert!(decode(german, detect(german, None, true)).contains("fünf"));
        assert_eq!(detect(b"\x1B$)C\x0E0!3*\x0F", None, true).name(), "ISO-2022-KR");
        assert_eq!(detect(b"see ~{VPND~}", None, true).name(), "HZ-GB-2312");
        assert_eq!(detect(b"a ~{b} and ~{c}", None, true).encoding, UTF_8);
        let wide: Vec<u8> = "سلام".chars().flat_map(|c| u32::from(c).to_le_bytes()).collect();
        assert_eq!(decode(&wide, detect(&wide, None, true)), "سلام");
    }

    #[test]
    fn utf_16_without_ascii_is_seen_and_legacy_chinese_is_not_taken_for_it() {
        let chinese = "国务院总理昨天在北京会见了来访的外国客人并且发表讲话";
        for text in [chinese, "مرحبابكم", "Новости", "ข่าววันนี้", "図書館は昨日から新しい建物で開いています"]
        {
            for big_endian in [true, false] {
                let bytes = utf16(text, big_endian);
                assert_eq!(decode(&bytes, detect(&bytes, None, true)), text);
            }
        }
        assert_eq!(round_trip(chinese, encoding_rs::GBK), chinese);
        assert_eq!(round_trip(chinese.get(..24).unwrap(), encoding_rs::GBK), chinese.get(..24).unwrap());
        let strewn = "abcd\0efgh\0ijkl\0".repeat(3);
        assert_eq!(detect(strewn.as_bytes(), None, true).encoding, UTF_8);
    }

    #[test]
    fn a_record_that_is_not_in_the_charset_of_its_file_is_judged_by_itself() {
        let utf8 = Charset::plain(UTF_8);
        let long = [vec![b'a'; 70_000], WINDOWS_1256.encode(ARABIC).0.into_owned()].concat();
        assert!(decode_record(&long, utf8).ends_with(ARABIC));
        assert_eq!(decode_record(ARABIC.as_bytes(), Charset::plain(WINDOWS_1256)), ARABIC);
        assert!(decode_record(&long, Charset::plain(WINDOWS_1252)).ends_with(ARABIC));
        assert_eq!(decode_record(b"ok", utf8), "ok");
    }

    #[test]
    fn surrogate_pairs_in_utf_8_are_one_character() {
        assert_eq!(decode(b"a\xED\xA0\xBD\xED\xB8\x80b\xED\xA0", Charset::plain(UTF_8)), "a😀b\u{FFFD}\u{FFFD}");
    }
}
