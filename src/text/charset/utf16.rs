//! UTF-16 and UTF-32 without a byte order mark, told from text of other charsets.

use encoding_rs::{BIG5, EUC_KR, Encoding, GBK, SHIFT_JIS, UTF_16BE, UTF_16LE};

/// How far the search goes, in bytes.
const NEAR_HEAD: usize = 4096;

/// UTF-32 where every four bytes are a character; gives whether its high bytes come first.
pub(super) fn utf32(head: &[u8]) -> Option<bool> {
    let near = near(head, 4);
    if near.len() < 8 {
        return None;
    }
    let all = |of: fn([u8; 4]) -> u32| {
        near.chunks_exact(4).all(|unit| {
            let value = <[u8; 4]>::try_from(unit).map_or(0, of);
            value != 0 && char::from_u32(value).is_some()
        })
    };
    if all(u32::from_be_bytes) {
        return Some(true);
    }
    all(u32::from_le_bytes).then_some(false)
}

/// UTF-16 by where NUL and control bytes stand, and by what the pairs of bytes give as text.
pub(super) fn utf16(head: &[u8]) -> Option<&'static Encoding> {
    let near = near(head, 2);
    let pairs = near.len() / 2;
    let mut nuls = [0, 0];
    let mut controls = [0, 0];
    for pair in near.chunks_exact(2) {
        for side in [0, 1] {
            nuls[side] += usize::from(pair[side] == 0);
            controls[side] += usize::from(pair[side] < 0x20);
        }
    }
    let order = |counts: [usize; 2]| if counts[0] > counts[1] { (0, UTF_16BE) } else { (1, UTF_16LE) };
    let (high, encoding) = order(nuls);
    let (most, least) = (nuls[high], nuls[1 - high]);
    let is_utf8 = super::is_utf8(near, false);
    // Bytes that are UTF-8, or nearly, are UTF-16 only where nearly every other one is NUL.
    let enough = if is_utf8 { most >= 2 && most * 4 >= pairs * 3 } else { most >= 2 && most * 64 >= pairs };
    if enough && least * 16 <= most && share_of_text(near, encoding) > 0.95 {
        return Some(encoding);
    }
    // The alphabets up to Thai have a control byte for a high one, and other bytes besides for low ones.
    let (high, encoding) = order(controls);
    if pairs >= 3
        && controls[high] * 5 >= pairs * 4
        && controls[1 - high] * 8 <= pairs * 7
        && nuls[1 - high] * 16 <= pairs
        && share_of_text(near, encoding) > 0.95
    {
        return Some(encoding);
    }
    if is_utf8 || pairs < 5 {
        return None;
    }
    let legible = [UTF_16LE, UTF_16BE]
        .into_iter()
        .find(|encoding| share_of_text(near, encoding) > 0.98 && share_of_east_asian(near, encoding) > 0.9)?;
    // The low bytes of Chinese take all values: every tenth is one that no text holds as such, and half are beyond ASCII.
    let odd = near.iter().filter(|b| matches!(b, 0..=8 | 0x0E..=0x1A | 0x1C..=0x1F | 0x7F)).count();
    let low = usize::from(legible == UTF_16BE);
    let beyond = near.chunks_exact(2).filter(|pair| !pair[low].is_ascii()).count();
    let kana = near.chunks_exact(2).filter(|pair| pair[1 - low] == 0x30).count();
    let is_legacy = || [SHIFT_JIS, GBK, BIG5, EUC_KR].iter().any(|encoding| is_clean(head, encoding));
    ((beyond * 4 >= pairs || kana * 3 >= pairs) && (odd * 20 >= pairs || !is_legacy())).then_some(legible)
}

/// Whether bytes are text of a charset, but for a character that is cut at the end.
fn is_clean(head: &[u8], encoding: &'static Encoding) -> bool {
    let text = encoding.decode_without_bom_handling(&head[..head.len().min(NEAR_HEAD)]).0;
    !text.trim_end_matches('\u{FFFD}').contains('\u{FFFD}')
}

/// The first whole units of so many bytes.
fn near(head: &[u8], unit: usize) -> &[u8] {
    let end = head.len().min(NEAR_HEAD);
    &head[..end - end % unit]
}

/// The share of characters that texts have: no lone surrogates, controls, private or unassigned ones.
fn share_of_text(bytes: &[u8], encoding: &'static Encoding) -> f64 {
    share(bytes, encoding, |c| {
        matches!(c, '\t' | '\n' | '\r' | '\u{C}' | '\u{200B}'..='\u{200F}' | '\u{FEFF}' | '\u{3000}')
            || c.is_alphanumeric()
            || matches!(c, ' '..='~' | '\u{A0}'..='\u{36F}' | '\u{483}'..='\u{18AF}' | '\u{2000}'..='\u{27BF}')
            || matches!(c, '\u{3000}'..='\u{303F}' | '\u{3099}'..='\u{30FF}' | '\u{FE30}'..='\u{FE6F}' | '\u{FF00}'..='\u{FFEF}')
            || matches!(c, '\u{1F000}'..='\u{1FAFF}')
    })
}

/// The share of characters of Chinese and Japanese in everyday use, of signs among them and of spaces.
fn share_of_east_asian(bytes: &[u8], encoding: &'static Encoding) -> f64 {
    share(bytes, encoding, |c| {
        matches!(c, '\u{4E00}'..='\u{9FA5}' | '\u{3000}'..='\u{3011}' | '\u{3041}'..='\u{30FE}' | '\u{FF01}'..='\u{FF5E}')
            || matches!(c, '\u{AC00}'..='\u{D7A3}' | '\u{201C}' | '\u{201D}' | '…' | '—' | '·' | ' '..='~' | '\r' | '\n')
    })
}

fn share(bytes: &[u8], encoding: &'static Encoding, is_one: impl Fn(char) -> bool) -> f64 {
    let text = encoding.decode_without_bom_handling(bytes).0;
    let (mut ones, mut all) = (0u32, 0u32);
    // The last pair may be the first half of a character.
    for c in text.strip_suffix('\u{FFFD}').unwrap_or(&text).chars() {
        all += 1;
        ones += u32::from(is_one(c));
    }
    f64::from(ones) / f64::from(all.max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_of_other_charsets_are_neither_utf_16_nor_utf_32() {
        for bytes in [
            &b"Tom ayud\xF3 a Mary a llevar sus maletas"[..],
            b"\x96\x80\x84 \x8C\x80\x9B\x82\x85",
            b"name\0value\0of\0a\0list",
            b"\x01\x02\x03\x04\x05\x06\x07\x08\x0B\x0C\x0E\x0F",
            b"\x82\xB1\x82\xEA\x82\xCD\x8E\x84\x82\xCC\x96{\x82\xC5\x82\xB7",
        ] {
            assert_eq!((utf16(bytes), utf32(bytes)), (None, None), "{bytes:x?}");
        }
    }

    #[test]
    fn utf_32_needs_two_characters_and_all_of_them_whole() {
        assert_eq!(utf32(b"a\0\0\0b\0\0\0"), Some(false));
        assert_eq!(utf32(b"\0\0\0a\0\0\x06\x28"), Some(true));
        assert_eq!(utf32(b"a\0\0\0"), None);
        assert_eq!(utf32(b"a\0\0\0bcde"), None);
    }
}
