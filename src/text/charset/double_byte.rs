//! East Asian charsets that browsers do not know: Johab, EUC-TW, and those of seven bits that shift between sets.

use encoding_rs::{BIG5, EUC_KR, Encoding, GBK};

use super::lone::lone_characters;

const LOST: char = char::REPLACEMENT_CHARACTER;

/// The text of Johab, which composes Korean syllables of three parts of five bits each.
pub(super) fn decode_johab(bytes: &[u8]) -> String {
    pairs(bytes, johab)
}

/// The text of EUC-TW.
pub(super) fn decode_euc_tw(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some(&first) = rest.first() {
        let (found, length) = match *rest {
            [_, ..] if first.is_ascii() => (Some(char::from(first)), 1),
            [0x8E, plane @ 0xA1..=0xB0, row @ 0xA1..=0xFE, cell @ 0xA1..=0xFE, ..] => (cns(plane - 0xA1, row, cell), 4),
            [row @ 0xA1..=0xFE, cell @ 0xA1..=0xFE, ..] => (cns(0, row, cell), 2),
            _ => (None, 1),
        };
        out.push(found.unwrap_or(LOST));
        rest = &rest[length..];
    }
    out
}

/// The text of ISO-2022-KR and ISO-2022-CN, which shift out into a set of two bytes and in again.
pub(super) fn decode_iso_2022(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len());
    let (mut rest, mut shifted, mut set) = (bytes, false, EUC_KR);
    while let Some(&first) = rest.first() {
        let length = match *rest {
            [0x1B, b'$', b')', name @ (b'C' | b'A'), ..] => {
                set = if name == b'C' { EUC_KR } else { GBK };
                4
            }
            [0x0E, ..] | [0x0F, ..] => {
                shifted = first == 0x0E;
                1
            }
            [row @ 0x21..=0x7E, cell @ 0x21..=0x7E, ..] if shifted => {
                out.push(raised(row, cell, set).unwrap_or(LOST));
                2
            }
            _ => {
                // A set lasts to the end of the line at most.
                shifted &= first != b'\n';
                out.push(if first.is_ascii() { char::from(first) } else { LOST });
                1
            }
        };
        rest = &rest[length..];
    }
    out
}

/// The text of HZ, which marks Chinese with `~{` and `~}`.
pub(super) fn decode_hz(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len());
    let (mut rest, mut shifted) = (bytes, false);
    while let Some(&first) = rest.first() {
        let length = match *rest {
            [b'~', sign @ (b'{' | b'}'), ..] => {
                shifted = sign == b'{';
                2
            }
            [b'~', b'\n', ..] => 2,
            [b'~', b'~', ..] if !shifted => {
                out.push('~');
                2
            }
            [row @ 0x21..=0x7D, cell @ 0x21..=0x7E, ..] if shifted => {
                out.push(raised(row, cell, GBK).unwrap_or(LOST));
                2
            }
            _ => {
                shifted &= first != b'\n';
                out.push(if first.is_ascii() { char::from(first) } else { LOST });
                1
            }
        };
        rest = &rest[length..];
    }
    out
}

/// Whether bytes beyond ASCII are Korean syllables of Johab: five or more, nearly all of them whole, and not single ones in
/// Latin words.
pub(super) fn is_johab(bytes: &[u8]) -> bool {
    let (mut syllables, mut others) = (0, 0);
    pairs(bytes, |lead, trail| {
        let found = johab(lead, trail);
        match found {
            Some('가'..='힣') => syllables += 1,
            Some(_) if lead >= 0xD9 => {}
            _ => others += 1,
        }
        found
    });
    let strays = stray_bytes(bytes);
    syllables >= 5
        && (others + strays) * 50 <= syllables
        && EUC_KR.decode_without_bom_handling(bytes).1
        && lone_characters(&decode_johab(bytes)) * 3 <= syllables
}

/// Bytes beyond ASCII that begin no pair of Johab.
fn stray_bytes(bytes: &[u8]) -> usize {
    let (mut rest, mut strays) = (bytes, 0);
    while let [first, tail @ ..] = rest {
        rest = match tail {
            [second, after @ ..] if (0x84..=0xF9).contains(first) && *second >= 0x31 => after,
            _ => {
                strays += usize::from(!first.is_ascii());
                tail
            }
        };
    }
    strays
}

/// Whether bytes beyond ASCII are those of EUC-TW: its first plane leaves the rows empty where GB 2312 and KS X 1001 have their
/// commonest characters.
pub(super) fn is_euc_tw(bytes: &[u8]) -> bool {
    let (mut common, mut signs, mut others) = (0, 0, 0);
    let mut rest = bytes;
    while let Some(&first) = rest.first() {
        let length = match *rest {
            [_, ..] if first.is_ascii() => 1,
            [0x8E, 0xA1..=0xB0, 0xA1..=0xFE, 0xA1..=0xFE, ..] => 4,
            [0xC4..=0xFD, 0xA1..=0xFE, ..] => {
                common += 1;
                2
            }
            [0xA1..=0xA7, 0xA1..=0xFE, ..] => {
                signs += 1;
                2
            }
            _ => {
                others += 1;
                1
            }
        };
        rest = &rest[length..];
    }
    common >= 8 && others * 50 <= common && signs <= common
}

/// Decodes single bytes of ASCII and pairs of others.
fn pairs(bytes: &[u8], mut of_pair: impl FnMut(u8, u8) -> Option<char>) -> String {
    let mut out = String::with_capacity(bytes.len() + bytes.len() / 2);
    let mut rest = bytes;
    while let [first, tail @ ..] = rest {
        rest = tail;
        out.push(match (first, tail) {
            (0..=0x7F, _) => char::from(*first),
            (_, [second, after @ ..]) if *second >= 0x31 => {
                rest = after;
                of_pair(*first, *second).unwrap_or(LOST)
            }
            _ => LOST,
        });
    }
    out
}

fn johab(lead: u8, trail: u8) -> Option<char> {
    match lead {
        0x84..=0xD3 => syllable(u16::from_be_bytes([lead, trail])),
        0xD9..=0xDE => in_ks(usize::from(lead - 0xD9) * 2, trail),
        0xE0..=0xF9 => in_ks(usize::from(lead - 0xE0) * 2 + 0x29, trail),
        _ => None,
    }
}

/// The syllable of three parts, or the letter that stands alone where the other parts are empty.
fn syllable(unit: u16) -> Option<char> {
    const LEADING: [char; 19] = [
        'ㄱ', 'ㄲ', 'ㄴ', 'ㄷ', 'ㄸ', 'ㄹ', 'ㅁ', 'ㅂ', 'ㅃ', 'ㅅ', 'ㅆ', 'ㅇ', 'ㅈ', 'ㅉ', 'ㅊ', 'ㅋ', 'ㅌ', 'ㅍ',
        'ㅎ',
    ];
    let (leading, vowel, trailing) = (unit >> 10 & 31, unit >> 5 & 31, unit & 31);
    let vowel = match vowel {
        2 => None,
        3..=7 => Some(vowel - 3),
        10..=15 => Some(vowel - 5),
        18..=23 => Some(vowel - 7),
        26..=29 => Some(vowel - 9),
        _ => return None,
    };
    let trailing = match trailing {
        1..=17 => trailing - 1,
        19..=29 => trailing - 2,
        _ => return None,
    };
    match (leading, vowel, trailing) {
        (2..=20, Some(vowel), _) => {
            char::from_u32(0xAC00 + (u32::from(leading - 2) * 21 + u32::from(vowel)) * 28 + u32::from(trailing))
        }
        (2..=20, None, 0) => Some(LEADING[usize::from(leading - 2)]),
        (1, Some(vowel), 0) => char::from_u32(0x314F + u32::from(vowel)),
        _ => None,
    }
}

/// A character of KS X 1001: two of its rows share a lead byte of Johab.
fn in_ks(row: usize, trail: u8) -> Option<char> {
    let cell = match trail {
        0x31..=0x7E => usize::from(trail - 0x31),
        0x91..=0xFE => usize::from(trail - 0x91) + 78,
        _ => return None,
    };
    let byte = |value: usize| u8::try_from(value + 0xA1).ok();
    one_of(EUC_KR, &[byte(row + cell / 94)?, byte(cell % 94)?])
}

/// A character of a set of seven bits, as the charset of eight bits has it.
fn raised(row: u8, cell: u8, set: &'static Encoding) -> Option<char> {
    one_of(set, &[row | 0x80, cell | 0x80])
}

fn one_of(encoding: &'static Encoding, bytes: &[u8]) -> Option<char> {
    let text = encoding.decode_without_bom_handling_and_without_replacement(bytes)?;
    text.chars().next().filter(|_| text.chars().count() == 1)
}

/// A character of CNS 11643: its first two planes keep the order of Big5 but for few places.
fn cns(plane: u8, row: u8, cell: u8) -> Option<char> {
    if plane > 1 {
        return None;
    }
    let place = u16::from(plane) * 94 * 94 + u16::from(row - 0xA1) * 94 + u16::from(cell - 0xA1);
    let step = BIG5_STEPS.partition_point(|(start, _)| *start <= place).checked_sub(1)?;
    let place = u16::try_from(i32::from(place) + i32::from(BIG5_STEPS[step].1)).ok()?;
    let trail = place % 157;
    let trail = if trail < 63 { 0x40 + trail } else { 0xA1 + trail - 63 };
    one_of(BIG5, &[u8::try_from(0xA1 + place / 157).ok()?, u8::try_from(trail).ok()?])
}

/// Where the distance between a place in CNS 11643 and one in Big5 changes, and the distance from there on.
#[rustfmt::skip]
const BIG5_STEPS: [(u16, i16); 141] = [
    (0, 0), (21, 2), (24, -2), (29, 0), (73, 1), (74, -1), (75, 0), (127, 1), (128, -1), (129, 0), (148, 1),
    (149, -1), (150, 0), (155, -134), (156, 2), (158, 0), (282, -48), (470, 5631), (3290, -2819), (4702, -2818),
    (5126, -3243), (5127, -2819), (7003, -2432), (7004, -2820), (7391, -2819), (7916, -2630), (7917, -2820),
    (8106, -2819), (8190, -2673), (8191, -2820), (8245, -2819), (8246, -2821), (8247, -2820), (8337, -2819),
    (8836, -2556), (8846, -2555), (8879, -2507), (8880, -2556), (8928, -2555), (8974, -2388), (8975, -2556),
    (9142, -2555), (10982, -1908), (10983, -2555), (11091, -2554), (11628, -3201), (11629, -2554), (11729, -3193),
    (11730, -2555), (12129, -2554), (13766, -2005), (13767, -2555), (13913, -2014), (13914, -2556), (14201, -1693),
    (14202, -2557), (14318, -2556), (14455, -2555), (14559, -2134), (14560, -2556), (14782, -2555), (14980, -2554),
    (15062, -2553), (15148, -2922), (15149, -2554), (15157, -2553), (15310, -2552), (15366, -2252), (15367, -2553),
    (15480, -2877), (15481, -2554), (15623, -2866), (15624, -2555), (15669, -2554), (15740, -2360), (15741, -2555),
    (15935, -2554), (16425, -2511), (16426, -2555), (16469, -2554), (16470, -2553), (16481, -2565), (16482, -2554),
    (16486, -16311), (16487, -16312), (16488, -16313), (16489, -16314), (16490, -16315), (16491, -16316),
    (16492, -16317), (16493, -16318), (16494, -16319), (16495, -16320), (16496, -16321), (16497, -16322),
    (16498, -16323), (16499, -16324), (16500, -16325), (16501, -16326), (16502, -16327), (16503, -16328),
    (16504, -16329), (16505, -16330), (16506, -16331), (16507, -16332), (16508, -16333), (16509, -16334),
    (16510, -16335), (16511, -16336), (16512, -16337), (16513, -16338), (16514, -16339), (16515, -16340),
    (16516, -16341), (16517, -16342), (16518, -16343), (16519, -16344), (16520, -16345), (16521, -16346),
    (16522, -16347), (16523, -16348), (16524, -16349), (16525, -16350), (16526, -16351), (16527, -16352),
    (16528, -16353), (16529, -16354), (16530, -16355), (16531, -16356), (16532, -16357), (16533, -16358),
    (16534, -16359), (16535, -16360), (16536, -16361), (16537, -16362), (16538, -16363), (16539, -16364),
    (16540, -16365), (16541, -16366), (16542, -16367), (16543, -16368),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn korean_syllables_are_composed_and_signs_found() {
        // 한글 in Johab, then 漢 and a lone ㄱ.
        assert_eq!(decode_johab(b"\xD0e\x8Bi \x88A"), "한글 ㄱ");
        assert_eq!(decode_johab(b"\xF7\xD3\xD0"), "漢\u{FFFD}");
    }

    #[test]
    fn chinese_of_euc_tw_is_found_in_the_order_of_big5() {
        assert_eq!(decode_euc_tw(b"\xD9\xD7a\x8E\xA2\xA1\xA1\xFF"), "基a乂\u{FFFD}");
    }

    #[test]
    fn shifted_sets_end_where_they_say() {
        assert_eq!(decode_iso_2022(b"\x1B$)C\x0E0!3*\x0F ok"), "가나 ok");
        assert_eq!(decode_hz(b"~{VPND~} ~~ ok"), "中文 ~ ok");
    }
}
