//! Bytes that are no text, text in many charsets at once, and characters that are cut.

use encoding_rs::{BIG5, EUC_JP, EUC_KR, GBK, SHIFT_JIS, WINDOWS_1251, WINDOWS_1252, WINDOWS_1256};

use super::{case, check};

const ARABIC: &str = "أعلنت وزارة الثقافة اليوم افتتاح المكتبة الجديدة في وسط المدينة القديمة بعد أعوام من العمل.";
const RUSSIAN: &str = "Сегодня в старом городе открылась новая библиотека, которую жители ждали много лет.";
const FRENCH: &str = "La bibliothèque a été inaugurée après des années de travaux, à côté du vieux marché.";
const JAPANESE: &str = "古い町の真ん中に新しい図書館が開かれ、多くの人々が朝から列を作って待っていました。";
const CHINESE: &str = "今天早上村里的市场重新开放，农民们带来了蔬菜、鸡蛋和新鲜的面包。";
const TAIWANESE: &str = "今天早上村裡的市場重新開放，農民們帶來了蔬菜、雞蛋和新鮮的麵包。";
const KOREAN: &str = "오래된 도시의 한가운데에 새로운 도서관이 문을 열었고 많은 사람들이 아침부터 줄을 섰다.";

fn utf16(text: &str, little: bool) -> Vec<u8> {
    text.encode_utf16().flat_map(|u| if little { u.to_le_bytes() } else { u.to_be_bytes() }).collect()
}

fn utf32(text: &str, little: bool) -> Vec<u8> {
    text.chars().map(u32::from).flat_map(|u| if little { u.to_le_bytes() } else { u.to_be_bytes() }).collect()
}

fn without_last(mut bytes: Vec<u8>) -> Vec<u8> {
    bytes.pop();
    bytes
}

#[test]
fn text_in_any_charset_comes_through() {
    let marked = |text: &str| format!("\u{feff}{text}");
    let record = |text: &str| serde_json::json!({ "text": text }).to_string();
    // Mostly in one charset, as files are to which another source was added.
    let mut mixed = vec![record(ARABIC).into_bytes(); 12];
    mixed[3] = WINDOWS_1256.encode(&record(ARABIC)).0.into_owned();
    mixed[7] = WINDOWS_1251.encode(&record(RUSSIAN)).0.into_owned();
    let mut mixed_texts = [ARABIC; 12];
    mixed_texts[7] = RUSSIAN;
    let page = format!("<html><head><meta charset=windows-1256></head><body><p>{ARABIC}</p></body></html>");
    check(
        &[
            case("utf-8.txt", ARABIC).gives(&[ARABIC]),
            case("bom.txt", marked(ARABIC)).gives(&[ARABIC]),
            case("bom-twice.txt", marked(&marked(ARABIC))).gives(&[ARABIC]),
            case("windows-1256.txt", WINDOWS_1256.encode(ARABIC).0).gives(&[ARABIC]),
            case("windows-1251.txt", WINDOWS_1251.encode(RUSSIAN).0).gives(&[RUSSIAN]),
            case("windows-1252.txt", WINDOWS_1252.encode(FRENCH).0).gives(&[FRENCH]),
            case("shift-jis.txt", SHIFT_JIS.encode(JAPANESE).0).gives(&[JAPANESE]),
            case("utf-16-le.txt", utf16(&marked(ARABIC), true)).gives(&[ARABIC]),
            case("utf-16-be.txt", utf16(&marked(ARABIC), false)).gives(&[ARABIC]),
            case("utf-16-le-without-mark.txt", utf16(ARABIC, true)).gives(&[ARABIC]),
            case("utf-16-be-without-mark.txt", utf16(ARABIC, false)).gives(&[ARABIC]),
            case("utf-16-odd.txt", without_last(utf16(&marked(ARABIC), true))).holds(&["أعلنت وزارة الثقافة اليوم"]),
            case("utf-32-le.txt", utf32(&marked(ARABIC), true)).gives(&[ARABIC]),
            case("utf-32-be.txt", utf32(&marked(ARABIC), false)).gives(&[ARABIC]),
            case("utf-32-cut.txt", without_last(utf32(&marked(ARABIC), true))).holds(&["أعلنت وزارة الثقافة اليوم"]),
            case("declared-wrong.html", &page).gives(&[ARABIC]),
            case("declared-right.html", WINDOWS_1256.encode(&page).0).gives(&[ARABIC]),
            case("declared-utf-8-but-1256.html", WINDOWS_1256.encode(&page.replace("windows-1256", "utf-8")).0)
                .gives(&[ARABIC]),
            case("mixed-lines.jsonl", mixed.join(&b'\n')).gives(&mixed_texts),
            case("utf-8-cut.txt", without_last(format!("{ARABIC} ي").into_bytes())).holds(&["المدينة القديمة"]),
            case("utf-8-cut-in-front.txt", &ARABIC.as_bytes()[1..]).holds(&["المدينة القديمة"]),
            case("one-bad-byte.txt", [ARABIC.as_bytes(), b"\xff", ARABIC.as_bytes()].concat())
                .holds(&["المدينة القديمة"]),
            case("overlong.txt", [ARABIC.as_bytes(), b" \xc0\xaf \xe0\x80\xaf"].concat()).holds(&["المدينة القديمة"]),
            case("surrogates-in-utf-8.txt", [ARABIC.as_bytes(), b" \xed\xa0\xbd\xed\xb8\x80"].concat())
                .holds(&["المدينة القديمة"]),
            case("beyond-unicode.txt", [ARABIC.as_bytes(), b" \xf4\x90\x80\x80 \xf8\x88\x80\x80\x80"].concat())
                .holds(&["المدينة القديمة"]),
            case("noncharacters.txt", format!("{ARABIC} \u{ffff}\u{fffe}\u{fdd0}\u{10ffff}"))
                .holds(&["المدينة القديمة"]),
            case("directions.txt", format!("\u{202e}{ARABIC}\u{202c}\u{2066}\u{2069}")).holds(&["المدينة القديمة"]),
            case("utf-7.txt", "Hi Mom +Jjo-!").gives(&["Hi Mom +Jjo-!"]),
            case("private-use.txt", "\u{e000}\u{f8ff} words").count(1),
            case("combining-without-end.txt", format!("a{}", "\u{301}".repeat(100_000))).count(1),
            case("joiners-without-end.txt", format!("a{}b words", "\u{200d}".repeat(100_000))).count(1),
            case("few-words-with-a-nul.txt", "Hello \0 world of text.").holds(&["world of text"]),
            case("hole-of-nul-bytes.txt", format!("{ARABIC}{}{ARABIC}", "\0".repeat(1024))).holds(&["المدينة القديمة"]),
            case("zeros-at-the-end.txt", format!("{ARABIC}{}", "\0".repeat(512))).holds(&["المدينة القديمة"]),
            case("declared-user-defined.html", WINDOWS_1256.encode(&page.replace("windows-1256", "x-user-defined")).0)
                .gives(&[ARABIC]),
            case("stray-nul.txt", format!("{ARABIC}\0{ARABIC}")).holds(&["المدينة القديمة"]),
            case("korean.txt", EUC_KR.encode(KOREAN).0).holds(&["새로운 도서관이"]),
        ],
        &[],
    );
}

#[test]
fn lines_of_another_charset_do_not_speak_for_the_file() {
    let line = |text: &str| format!("{text}\n");
    let page = |text: &str, other: &[u8], meta: &str| {
        let head = format!("<html><head>{meta}<title>T</title></head><body><p>{text}</p><p>{text}</p><p>");
        [head.as_bytes(), other, b"</p></body></html>"].concat()
    };
    let both = |text: &str| format!("{text}\n\n{text}\n\n{text}");
    let arabic = WINDOWS_1256.encode(ARABIC).0;
    let legacy_page =
        [b"<html><body><p>", RUSSIAN.as_bytes(), b"</p><p>", &arabic, b"</p><p>", &arabic, b" ", &arabic, b"</p>"]
            .concat();
    check(
        &[
            case(
                "french.txt",
                [line(FRENCH).as_bytes(), line(FRENCH).as_bytes(), &WINDOWS_1252.encode(FRENCH).0].concat(),
            )
            .gives(&[&both(FRENCH)]),
            case("chinese.txt", [line(CHINESE).as_bytes(), line(CHINESE).as_bytes(), &GBK.encode(CHINESE).0].concat())
                .gives(&[&both(CHINESE)]),
            case("legacy-first.txt", [&arabic, &b"\n"[..], line(ARABIC).as_bytes(), ARABIC.as_bytes()].concat())
                .gives(&[&both(ARABIC)]),
            case("declared.html", page(ARABIC, &arabic, "<meta charset=utf-8>")).gives(&[&both(ARABIC)]),
            case("not-declared.html", page(ARABIC, &arabic, "")).gives(&[&both(ARABIC)]),
            case("heading.html", legacy_page).gives(&[&format!("{RUSSIAN}\n\n{ARABIC}\n\n{ARABIC} {ARABIC}")]),
            case("bad-line.txt", [line(ARABIC).as_bytes(), b"\xFF\xFE\xFD\n", ARABIC.as_bytes()].concat())
                .holds(&[ARABIC]),
        ],
        &[],
    );
}

#[test]
fn signs_that_stand_alone_in_ascii_are_those_of_windows_1252() {
    let text =
        |sign: &str| format!("Stone was carried by oxen from a quarry; it cost {sign} then, and nobody was paid.");
    let page = |sign: &str| format!("<html><body><p>{}</p></body></html>", text(sign));
    let signs = ["£5", "3×4", "±2", "5 µm", "¥3", "5¢", "¶ 4", "a · b"];
    let mut cases = Vec::new();
    for (at, sign) in signs.into_iter().enumerate() {
        cases.push(case(format!("{at}.txt"), WINDOWS_1252.encode(&text(sign)).0).gives(&[text(sign)]));
        cases.push(case(format!("{at}.html"), WINDOWS_1252.encode(&page(sign)).0).gives(&[text(sign)]));
    }
    check(&cases, &[]);
}

#[test]
fn urdu_in_windows_1256_is_no_other_arabic() {
    // The letters that the charset lacks are written with those of Arabic.
    let text =
        "کتاب خانہ برسوں کي محنت کے بعد پرانے بازار کے ساتھ کھولا گيا. بچے پہلے آئے، پھر اساتذہ اور بزرگ بھي آ گئے.";
    check(&[case("urdu.txt", WINDOWS_1256.encode(text).0).gives(&[text])], &[]);
}

#[test]
fn one_bad_byte_leaves_the_charset_of_the_rest() {
    let lines = |text: &str, encoding: &'static encoding_rs::Encoding| {
        let line = encoding.encode(text).0;
        [&line[..], b"\n", &line[..], b"\n", &line[..]].concat()
    };
    let (gbk, big5) = (lines(CHINESE, GBK), lines(TAIWANESE, BIG5));
    let (euc_jp, shift_jis) = (lines(JAPANESE, EUC_JP), lines(JAPANESE, SHIFT_JIS));
    let euc_kr = lines(KOREAN, EUC_KR);
    let drops = |bytes: &[u8], at: usize| [&bytes[..at], &bytes[at + 1..]].concat();
    let put_in = |bytes: &[u8], at: usize| [&bytes[..at], b"\xFF", &bytes[at..]].concat();
    let page = |bytes: &[u8]| {
        let head = b"<html><head><title>".as_slice();
        [head, &bytes[..9], b"</title></head><body><p>", bytes, b"</p></body></html>"].concat()
    };
    check(
        &[
            case("gbk-cut.txt", without_last(gbk.clone())).holds(&["村里的市场重新开放"]),
            case("gbk-drop.txt", drops(&gbk, 21)).holds(&["村里的市场重新开放"]),
            case("gbk-title.html", page(&gbk)).holds(&["村里的市场重新开放"]),
            case("big5-title.html", page(&big5)).holds(&["村裡的市場重新開放"]),
            case("euc-jp-put-in.txt", put_in(&euc_jp, 20)).holds(&["多くの人々が朝から列を作って"]),
            case("shift-jis-title.html", page(&shift_jis)).holds(&["多くの人々が朝から列を作って"]),
            case("euc-kr-put-in.txt", put_in(&euc_kr, 20)).holds(&["새로운 도서관이"]),
            case("euc-kr-drop.txt", drops(&euc_kr, 21)).holds(&["새로운 도서관이"]),
        ],
        &[],
    );
}

#[test]
fn bytes_that_are_no_text_are_passed_over_and_no_text_is_rejected() {
    let all: Vec<u8> = (0..=255).collect();
    let third_nul: Vec<u8> =
        ARABIC.bytes().cycle().take(9000).enumerate().map(|(i, b)| if i % 3 == 0 { 0 } else { b }).collect();
    let noise: Vec<u8> = (0..5000u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    check(
        &[
            case("all-bytes.txt", &all).passes_over(1),
            case("controls.txt", (1..=31).collect::<Vec<u8>>()).passes_over(1),
            case("third-nul.txt", third_nul).passes_over(1),
            case("noise.txt", &noise).passes_over(1),
            case("noise.html", &noise).passes_over(1),
            case("noise", &noise).passes_over(1),
            case("nul-alone.txt", [0; 100]).passes_over(1),
            case("picture.txt", [&b"\x89PNG\r\n\x1a\n"[..], &noise].concat()).passes_over(1),
            case("pdf.txt", "%PDF-1.7\n").passes_over(1),
            case("noise.jsonl", &noise).gives_anything().or_more_errors(),
            case("bom-alone.txt", "\u{feff}").rejects(1),
            case("blank.txt", " \n\t\n \u{a0}\u{3000}").rejects(1),
            case("marks-alone.txt", "\u{200f}\u{200e}\u{202a}\u{feff}").rejects(1),
            case("utf-16-bom-alone.txt", b"\xff\xfe").rejects(1),
            case("newline.txt", "\n").rejects(1),
            case("one-byte.txt", "x").gives(&["x"]),
            case("one-bad-byte.txt", b"\xff").gives_anything(),
        ],
        &[],
    );
}
