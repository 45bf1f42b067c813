//! Compressed files that are cut, damaged, joined, misnamed or made to burst.

use std::io::Write;

use super::bytes::{COMPRESSIONS, bzip2, flipped, gzip, jsonl, texts, xz, zstd};
use super::{Case, case, check};

const BAD: &str = "read.bad_compression";

#[test]
fn a_file_cut_anywhere_gives_what_stands_before_the_cut_and_one_error() {
    let texts = texts(60);
    let mut cases = Vec::new();
    for (ending, pack) in COMPRESSIONS {
        let whole = pack(&jsonl(&texts));
        let n = whole.len();
        for at in [1, 2, 3, 4, 5, 9, 10, 11, 12, 18, n / 4, n / 2, n * 9 / 10, n - 9, n - 8, n - 4, n - 1] {
            // Every line stands before the trailer.
            let least = if at == n - 1 { 59 } else { 0 };
            let name = format!("cut-{at:05}.jsonl.{ending}");
            cases.push(case(name, &whole[..at]).beginning_of(&texts, least).errors(&[BAD]));
        }
    }
    check(&cases, &[]);
}

#[test]
fn damage_costs_the_member_that_it_hits() {
    let (one, two, three) = (texts(20), texts(70)[20..50].to_vec(), texts(70)[50..].to_vec());
    let all = [&one[..], &two, &three].concat();
    let ends = [&one[..], &three].concat();
    let mut cases = Vec::new();
    for (ending, pack) in COMPRESSIONS {
        let packed = [&one, &two, &three].map(|t| pack(&jsonl(t)));
        let with_middle = |middle: &[u8]| [&packed[0][..], middle, &packed[2]].concat();
        let middle = &packed[1];
        let n = middle.len();
        let named = |what: &str| format!("{what}.jsonl.{ending}");
        cases.extend([
            case(named("three"), with_middle(middle)).gives(&all),
            // The blocks of bzip2 are found without it.
            case(named("middle-header"), with_middle(&flipped(middle, 2)))
                .gives(if ending == "bz2" { &all } else { &ends })
                .errors(&[BAD]),
            case(named("middle-body"), with_middle(&flipped(middle, n / 2)))
                .at_least(40)
                .errors(&[BAD])
                .or_more_errors(),
            case(named("middle-last"), with_middle(&flipped(middle, n - 1)))
                .at_least(40)
                .errors(&[BAD])
                .or_more_errors(),
            // The decoder of gzip takes the beginning of the next member for more of this one.
            case(named("middle-cut"), with_middle(&middle[..n / 2])).at_least(39).errors(&[BAD]).or_more_errors(),
            case(named("middle-empty"), with_middle(&pack(b""))).gives(&ends),
            case(named("only-last"), flipped(&packed[0], packed[0].len() - 1)).gives(&one).errors(&[BAD]),
            case(named("late-damage"), flipped(&packed[0], packed[0].len() * 9 / 10))
                .beginning_of(&one, if ending == "gz" || ending == "xz" { 10 } else { 0 })
                .errors(&[BAD])
                .or_more_errors(),
            case(named("garbage-after"), [&packed[0][..], b"and then garbage"].concat()).gives(&one).errors(&[BAD]),
            case(named("garbage-between"), [&packed[0][..], b"xx", &packed[2]].concat()).gives(&ends).errors(&[BAD]),
            case(named("zeros-after"), [&packed[0][..], &[0; 4096]].concat()).gives(&one),
            case(named("zeros-between"), [&packed[0][..], &[0; 512], &packed[2]].concat()).gives(&ends),
            case(named("empty-first"), [pack(b""), packed[0].clone()].concat()).gives(&one),
            case(named("empty-last"), [packed[0].clone(), pack(b"")].concat()).gives(&one),
            case(named("of-nothing"), pack(b"")),
            case(named("empty"), b""),
            case(named("first-cut"), [&packed[0][..packed[0].len() / 2], &packed[2]].concat())
                .among(&ends, 19)
                .errors(&[BAD])
                .or_more_errors(),
        ]);
    }
    check(&cases, &[]);
}

#[test]
fn a_damaged_block_of_bzip2_costs_its_own_lines_and_gives_none_of_its_garbage() {
    let texts = texts(6000);
    let whole = bzip2(&jsonl(&texts));
    let mut damaged = whole.clone();
    damaged[whole.len() / 2] ^= 4;
    // The lines that begin or end in the block are cut.
    let cut = case("block.jsonl.bz2", damaged).among(&texts, 4400).errors(&[BAD]).or_more_errors();
    check(&[case("whole.jsonl.bz2", &whole).gives(&texts), cut], &[]);
}

#[test]
fn a_name_that_lies_about_the_compression_changes_nothing() {
    let texts = texts(5);
    let plain = jsonl(&texts);
    let mut cases = Vec::new();
    for (ending, pack) in COMPRESSIONS {
        cases.extend([
            case(format!("plain.jsonl.{ending}"), &plain).gives(&texts),
            case(format!("packed-{ending}.jsonl"), pack(&plain)).gives(&texts),
            case(format!("packed-{ending}.txt"), pack(&plain)).gives(&texts),
            case(format!("packed-{ending}"), pack(&plain)).gives(&texts),
            case(format!("text.txt.{ending}"), "Plain words.").gives(&["Plain words."]),
            case(format!("twice.jsonl.{ending}.{ending}"), pack(&pack(&plain))).gives(&texts),
            case(
                format!("twice-damaged.jsonl.{ending}.{ending}"),
                pack(&[&flipped(&pack(&plain), pack(&plain).len() / 2)[..], &pack(&plain)].concat()),
            )
            .at_least(0)
            .errors(&[BAD])
            .or_more_errors(),
            case(format!("other-twice.jsonl.gz.{ending}"), pack(&gzip(&plain))).gives(&texts),
        ]);
    }
    check(&cases, &[]);
}

#[test]
fn headers_of_every_kind_are_read() {
    let texts = texts(8);
    let plain = jsonl(&texts);
    let body = &gzip(&plain)[10..];
    let header = |flags: u8| vec![0x1f, 0x8b, 8, flags, 0, 0, 0, 0, 0, 255];
    let all_fields = [&header(0x1e)[..], &[4, 0, 1, 2, 3, 4], "اسم.jsonl\0".as_bytes(), b"a comment\0"].concat();
    let sum = (crc32fast::hash(&all_fields) as u16).to_le_bytes();
    let skippable = [&b"\x50\x2a\x4d\x18\x05\0\0\0"[..], b"hello"].concat();
    let long = {
        let mut encoder = ::zstd::stream::write::Encoder::new(Vec::new(), 3).unwrap();
        encoder.window_log(27).unwrap();
        encoder.long_distance_matching(true).unwrap();
        encoder.write_all(&plain).unwrap();
        encoder.finish().unwrap()
    };
    let check_none = {
        let stream = liblzma::stream::Stream::new_easy_encoder(1, liblzma::stream::Check::None).unwrap();
        let mut encoder = liblzma::write::XzEncoder::new_stream(Vec::new(), stream);
        encoder.write_all(&plain).unwrap();
        encoder.finish().unwrap()
    };
    let stored = {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::none());
        encoder.write_all(&plain).unwrap();
        encoder.finish().unwrap()
    };
    let tiny: Vec<u8> = texts.iter().cycle().take(1000).flat_map(|t| gzip(&jsonl(&[t]))).collect();
    let many: Vec<String> = texts.iter().cycle().take(1000).cloned().collect();
    check(
        &[
            case("fields.jsonl.gz", [&all_fields[..], &sum, body].concat()).gives(&texts),
            case("wrong-header-sum.jsonl.gz", [&all_fields[..], &[0, 0], body].concat())
                .beginning_of(&texts, 0)
                .errors(&[BAD]),
            case("name.jsonl.gz", [&header(8)[..], b"x.jsonl\0", body].concat()).gives(&texts),
            case("extra-beyond-the-end.jsonl.gz", [&header(4)[..], &[255, 255], body].concat()).errors(&[BAD]),
            case("name-without-end.jsonl.gz", [&header(8)[..], &[b'n'; 500]].concat()).errors(&[BAD]),
            case("reserved-flags.jsonl.gz", [&header(0xe0)[..], body].concat()).errors(&[BAD]),
            case("unknown-method.jsonl.gz", [&[0x1f, 0x8b, 7, 0][..], &gzip(&plain)[4..]].concat()).errors(&[BAD]),
            case("stored.jsonl.gz", stored).gives(&texts),
            case("thousand-members.jsonl.gz", tiny).gives(&many),
            case("wrong-size.jsonl.gz", flipped(&gzip(&plain), gzip(&plain).len() - 3)).gives(&texts).errors(&[BAD]),
            case("skippable-first.jsonl.zst", [&skippable[..], &zstd(&plain)].concat()).gives(&texts),
            case("skippable-between.jsonl.zst", [zstd(&plain), skippable.clone(), zstd(&plain)].concat())
                .gives(&[&texts[..], &texts].concat()),
            case("skippable-alone.jsonl.zst", &skippable),
            case("skippable-beyond-the-end.jsonl.zst", [&zstd(&plain)[..], b"\x50\x2a\x4d\x18\xff\0\0\0x"].concat())
                .gives(&texts)
                .errors(&[BAD]),
            case("long-window.jsonl.zst", long).gives(&texts),
            case("endless-window.jsonl.zst", b"\x28\xb5\x2f\xfd\x00\xff\x01\0\0").errors(&[BAD]),
            case("no-check.jsonl.xz", check_none).gives(&texts),
            case("padded-streams.jsonl.xz", [&xz(&plain)[..], &[0; 8], &xz(&plain), &[0; 4]].concat())
                .gives(&[&texts[..], &texts].concat()),
            case("gz-then-zst.jsonl.gz", [gzip(&plain), zstd(&plain)].concat()).gives(&texts).errors(&[BAD]),
            case("zst-then-gz.jsonl.zst", [zstd(&plain), gzip(&plain)].concat()).gives(&texts).errors(&[BAD]),
        ],
        &[],
    );
}

#[test]
fn formats_of_compression_that_are_not_read_are_passed_over() {
    let noise: Vec<u8> = (0..3000u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 11) as u8).collect();
    let after = |magic: &[u8]| [magic, &noise].concat();
    let names: [(&str, &[u8]); 6] = [
        ("a.jsonl.lz4", b"\x04\x22\x4d\x18"),
        ("a.jsonl.Z", b"\x1f\x9d\x90"),
        ("a.jsonl.lzma", b"\x5d\0\0\x80\0\xff\xff\xff\xff\xff\xff\xff\xff"),
        ("a.7z", b"7z\xbc\xaf\x27\x1c"),
        ("a.rar", b"Rar!\x1a\x07\x01\0"),
        ("a.jsonl.br", b"\x8b\x01\x80"),
    ];
    check(&names.map(|(name, magic)| case(name, after(magic)).passes_over(1)), &[]);
}

/// A line, then hundreds of megabytes of zeros, then another line.
fn bomb() -> Vec<u8> {
    let mut encoder = ::zstd::stream::write::Encoder::new(Vec::new(), 1).unwrap();
    encoder.write_all(&jsonl(&["before the bomb"])).unwrap();
    for _ in 0..300 {
        encoder.write_all(&[b' '; 1 << 20]).unwrap();
    }
    encoder.write_all(&jsonl(&["after it"])).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn a_file_that_bursts_is_stopped_and_what_stood_before_is_kept() {
    let bomb = bomb();
    check(
        &[
            case("lines.jsonl.zst", &bomb).gives(&["before the bomb"]).errors(&["read.suspicious_ratio"]),
            case("text.txt.zst", &bomb).gives(&["before the bomb"]).errors(&["read.suspicious_ratio"]),
            case("twice.jsonl.zst.gz", gzip(&bomb))
                .beginning_of(&["before the bomb"], 0)
                .errors(&["read.suspicious_ratio"]),
        ],
        &[],
    );
}

#[test]
fn what_looks_like_members_without_end_takes_time_in_proportion() {
    let many = |magic: &[u8], bytes: usize| magic.repeat(bytes / magic.len());
    let text = texts(3);
    let cases: Vec<Case> = [
        ("gz", many(b"\x1f\x8b\x08\0", 2 << 20), gzip(&jsonl(&text))),
        ("bz2", many(b"BZh91AY&SY", 2 << 20), bzip2(&jsonl(&text))),
        ("xz", many(b"\xfd7zXZ\0", 2 << 20), xz(&jsonl(&text))),
        ("zst", many(b"\x28\xb5\x2f\xfd", 2 << 20), zstd(&jsonl(&text))),
    ]
    .into_iter()
    .map(|(ending, noise, whole)| {
        case(format!("candidates.jsonl.{ending}"), [&whole[..], &noise, &whole].concat())
            .among(&[&text[..], &text].concat(), 3)
            .errors(&[BAD])
            .or_more_errors()
    })
    .collect();
    check(&cases, &[]);
}
