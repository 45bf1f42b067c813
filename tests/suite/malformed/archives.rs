//! Archives that are cut, lie about their members, hold archives, or would write elsewhere.

use std::io::Write;

use super::bytes::{
    ZipMember, bzip2, deflate, flipped, gzip, jsonl, lzma, tar, tar_header, tar_member, tar_sum, texts, xz, zip,
    zip_parts, zstd,
};
use super::{case, check};

const BAD: &str = "read.bad_archive";
const BAD_MEMBER: &str = "read.bad_compression";
const UNREAD: &str = "read.unsupported_member";

fn three() -> Vec<ZipMember> {
    ["a.txt", "b.txt", "c.txt"]
        .into_iter()
        .zip(["one", "two", "three"])
        .map(|(name, text)| ZipMember::deflated(name, format!("The story of {text}.")))
        .collect()
}

const TEXTS: [&str; 3] = ["The story of one.", "The story of two.", "The story of three."];

#[test]
fn a_damaged_zip_gives_every_member_that_is_whole() {
    let members = three();
    let (whole, directory) = zip_parts(&members);
    let with_middle = |change: &dyn Fn(&mut ZipMember)| {
        let mut members = members.clone();
        change(&mut members[1]);
        zip(&members)
    };
    let ends = [TEXTS[0], TEXTS[2]];
    let middle_starts = whole.windows(4).position(|w| w == b"PK\x03\x04".as_slice()).unwrap();
    assert_eq!(middle_starts, 0);
    let second = whole[4..].windows(4).position(|w| w == b"PK\x03\x04".as_slice()).unwrap() + 4;
    let described: Vec<ZipMember> = members.iter().map(|m| ZipMember { descriptor: true, ..m.clone() }).collect();
    let (described_whole, described_directory) = zip_parts(&described);
    let large: Vec<ZipMember> = members.iter().map(|m| ZipMember { zip64: true, ..m.clone() }).collect();
    let link = ZipMember { mode: 0o120_777, ..ZipMember::stored("link.txt", "/etc/passwd") };
    let folder = ZipMember { mode: 0o040_755, ..ZipMember::stored("folder/", "") };
    check(
        &[
            case("whole.zip", &whole).gives(&TEXTS),
            case("without-suffix", &whole).gives(&TEXTS),
            case("no-directory.zip", &whole[..directory]).gives(&TEXTS).errors(&[BAD]),
            case("directory-cut.zip", &whole[..directory + 30]).gives(&TEXTS).errors(&[BAD]),
            case("no-end-record.zip", &whole[..whole.len() - 22]).gives(&TEXTS).errors(&[BAD]),
            case("end-record-cut.zip", &whole[..whole.len() - 5]).gives(&TEXTS).errors(&[BAD]),
            case("cut-in-the-last-member.zip", &whole[..directory - 3]).gives(&TEXTS[..2]).errors(&[BAD, BAD_MEMBER]),
            case("cut-in-the-first-header.zip", &whole[..20]).errors(&[BAD]),
            case("signature-alone.zip", b"PK\x03\x04").errors(&[BAD]),
            case("directory-damaged.zip", flipped(&whole, directory + 1)).gives(&TEXTS).errors(&[BAD]),
            case("second-entry-damaged.zip", {
                let entry = whole[directory + 4..].windows(4).position(|w| w == b"PK\x01\x02".as_slice()).unwrap();
                flipped(&whole, directory + 4 + entry)
            })
            .gives(&TEXTS)
            .errors(&[BAD]),
            case("local-header-damaged.zip", flipped(&whole, second)).gives(&ends).errors(&["read.unsupported_member"]),
            case("directory-offset-too-large.zip", {
                let n = whole.len();
                [&whole[..n - 6], &u32::MAX.to_le_bytes(), &[0, 0]].concat()
            })
            .gives(&TEXTS)
            .errors(&[BAD]),
            case("directory-offset-wrong.zip", flipped(&whole, whole.len() - 6)).gives(&TEXTS).errors(&[BAD]),
            case("bytes-within.zip", [&whole[..second + 50], &[b'x'; 500], &whole[second + 50..]].concat())
                .gives(&ends)
                .errors(&[BAD, BAD_MEMBER]),
            case("directory-size-too-large.zip", {
                let n = whole.len();
                [&whole[..n - 10], &0x7fff_ffff_u32.to_le_bytes(), &whole[n - 6..]].concat()
            })
            .gives(&TEXTS)
            .errors(&[BAD]),
            case("bytes-before.zip", [b"#!/bin/sh\nexit\n".repeat(40), whole.clone()].concat()).gives_anything(),
            case("program-before.zip", [&b"PK\x03\x04"[..], &whole].concat()).gives(&TEXTS),
            case("bytes-after.zip", [&whole[..], b"more bytes"].concat()).gives(&TEXTS),
            case("comment.zip", [&whole[..whole.len() - 2], &[5, 0], b"hello"].concat()).gives(&TEXTS),
            case("empty.zip", zip(&[])),
            case("wrong-sum.zip", with_middle(&|m| m.crc ^= 1)).gives(&ends).errors(&[BAD_MEMBER]),
            case("wrong-size.zip", with_middle(&|m| m.size += 5)).gives(&ends).errors(&[BAD_MEMBER]),
            case("size-of-four-gigabytes.zip", with_middle(&|m| m.size = u32::MAX - 1))
                .gives(&ends)
                .errors(&[BAD_MEMBER]),
            case("body-damaged.zip", with_middle(&|m| m.packed[3] ^= 0xff)).gives(&ends).errors(&[BAD_MEMBER]),
            case("body-no-text-any-more.zip", {
                let crc = crc32fast::hash(TEXTS[1].as_bytes());
                with_middle(&|m| *m = ZipMember { crc, ..ZipMember::stored("b.txt", [1; 18]) })
            })
            .gives(&ends)
            .errors(&[BAD_MEMBER]),
            case("body-no-text-ever.zip", with_middle(&|m| *m = ZipMember::stored("b.bin", [1; 18])))
                .gives(&ends)
                .passes_over(1),
            case("body-cut.zip", with_middle(&|m| m.packed.truncate(9))).gives(&ends).errors(&[BAD_MEMBER]),
            case("encrypted.zip", with_middle(&|m| m.flags = 1)).gives(&ends).errors(&[UNREAD]),
            case("unknown-method.zip", with_middle(&|m| m.method = 97)).gives(&ends).errors(&[UNREAD]),
            case(
                "stored-as-deflated.zip",
                with_middle(&|m| *m = ZipMember { method: 8, ..ZipMember::stored("b.txt", "Words.") }),
            )
            .gives(&ends)
            .errors(&[BAD_MEMBER]),
            case("bzip2-within.zip", with_middle(&|m| (m.method, m.packed) = (12, bzip2(TEXTS[1].as_bytes()))))
                .gives(&TEXTS),
            case("zstd-within.zip", with_middle(&|m| (m.method, m.packed) = (93, zstd(TEXTS[1].as_bytes()))))
                .gives(&TEXTS),
            case("xz-within.zip", with_middle(&|m| (m.method, m.packed) = (95, xz(TEXTS[1].as_bytes())))).gives(&TEXTS),
            case("lzma-within.zip", with_middle(&|m| (m.method, m.packed) = (14, lzma(TEXTS[1].as_bytes()))))
                .gives(&TEXTS),
            case(
                "lzma-damaged.zip",
                with_middle(&|m| (m.method, m.packed) = (14, lzma(TEXTS[1].as_bytes())[..8].to_vec())),
            )
            .gives(&ends)
            .errors(&[BAD_MEMBER]),
            case("descriptors.zip", described_whole.clone()).gives(&TEXTS),
            case("descriptors-no-directory.zip", &described_whole[..described_directory]).gives(&TEXTS).errors(&[BAD]),
            case("checksums-behind-no-directory.zip", {
                let streamed = TEXTS.map(|text| ZipMember {
                    flags: 8,
                    crc: 0,
                    ..ZipMember::stored(format!("{}.txt", text.len()), text)
                });
                let (bytes, at) = zip_parts(&streamed);
                bytes[..at].to_vec()
            })
            .gives(&TEXTS)
            .errors(&[BAD]),
            case("zip64.zip", zip(&large)).gives(&TEXTS),
            case("zip64-no-directory.zip", {
                let (bytes, at) = zip_parts(&large);
                bytes[..at].to_vec()
            })
            .gives(&TEXTS)
            .errors(&[BAD]),
            case("links-and-folders.zip", zip(&[folder, members[0].clone(), link])).gives(&TEXTS[..1]),
            case(
                "empty-members.zip",
                zip(&(0..10_000).map(|i| ZipMember::stored(format!("{i}.txt"), "")).collect::<Vec<_>>()),
            ),
            case("many-members-no-directory.zip", {
                let members: Vec<ZipMember> =
                    (0..5000).map(|i| ZipMember::stored(format!("{i:04}.txt"), format!("Story {i}."))).collect();
                let (bytes, at) = zip_parts(&members);
                bytes[..at].to_vec()
            })
            .count(5000)
            .errors(&[BAD]),
            case("signatures-alone.zip", b"PK\x03\x04".repeat(50_000)).gives_anything().errors(&[BAD]).or_more_errors(),
            case("overlapping.zip", {
                // A thousand entries of the directory that share one member.
                let (one, at) = zip_parts(&members[..1]);
                let entry = &one[at..one.len() - 22];
                let directory = entry.repeat(1000);
                let end = [
                    &b"PK\x05\x06\0\0\0\0\xe8\x03\xe8\x03"[..],
                    &(directory.len() as u32).to_le_bytes(),
                    &(at as u32).to_le_bytes(),
                    &[0, 0],
                ]
                .concat();
                [&one[..at], &directory, &end].concat()
            })
            .count(1000),
        ],
        &[],
    );
}

#[test]
fn names_of_members_are_names_and_never_places() {
    let named = |name: &[u8], text: &str| ZipMember::stored(name, text);
    let members = [
        named(b"../../../canary/up.txt", "up"),
        named(b"/canary/root.txt", "root"),
        named(b"C:\\canary\\drive.txt", "drive"),
        named(b"..\\canary\\back.txt", "back"),
        named(b"\xff\xfe\x80.txt", "bytes"),
        named("اسم.txt".as_bytes(), "arabic"),
        named(b"line\nbreak\t'\"`$(x).txt", "odd"),
        named(b"", "nameless"),
        named(b"same.txt", "first"),
        named(b"same.txt", "second"),
        named(b"a!b!c.txt", "marks"),
        named(&[b'n'; 60_000], "long"),
        named(b".hidden.txt", "hidden"),
        named(b"__MACOSX/._same.txt", "fork"),
        named(b"dir/.git/config", "config"),
        named(b"con", "device"),
    ];
    let texts = |count: usize| count;
    let tars: Vec<u8> = [
        tar_member("../../canary/up.txt", "up"),
        tar_member("/canary/root.txt", "root"),
        tar_member("same.txt", "first"),
        tar_member("same.txt", "second"),
        tar_member(b"\xff\xfe.txt", "bytes"),
        tar_member(".hidden.txt", "hidden"),
        {
            let mut header = tar_header(b"link.txt", 0, b'2');
            header[157..168].copy_from_slice(b"/etc/passwd");
            tar_sum(&mut header);
            header
        },
        tar_header(b"hard.txt", 0, b'1'),
        tar_header(b"device", 0, b'3'),
        tar_header(b"pipe", 0, b'6'),
        tar_header(b"folder/", 0, b'5'),
        vec![0; 1024],
    ]
    .concat();
    check(
        &[
            case("names.zip", zip(&members)).count(texts(13)),
            case("names.tar", &tars).count(texts(5)),
            case("names.tar.gz", gzip(&tars)).count(texts(5)),
        ],
        &[],
    );
}

#[test]
fn archives_within_archives_are_opened_so_deep_and_no_deeper() {
    let inner = zip(&three());
    let within =
        |name: &str, bytes: &[u8]| zip(&[ZipMember::deflated(name, bytes), ZipMember::stored("z.txt", "beside")]);
    let second = within("inner.zip", &inner);
    let third = within("second.zip", &second);
    let with_beside = [&TEXTS[..], &["beside"]].concat();
    check(
        &[
            case("zip-in-zip.zip", &second).gives(&with_beside),
            case("zip-in-zip-in-zip.zip", &third).gives(&["beside", "beside"]).passes_over(1),
            case("tar-in-zip.zip", within("a.tar", &tar(&[("a.txt", b"one"), ("b.txt", b"two")])))
                .gives(&["one", "two", "beside"]),
            case("tar-gz-in-zip.zip", within("a.tar.gz", &gzip(&tar(&[("a.txt", b"one")])))).gives(&["one", "beside"]),
            case("zip-in-tar.tar", tar(&[("a.zip", &inner), ("z.txt", b"beside")])).gives(&with_beside),
            case("zip-in-tar-gz.tar.gz", gzip(&tar(&[("a.zip", &inner)]))).gives(&TEXTS),
            case("packed-members.zip", within("a.jsonl.gz", &gzip(&jsonl(&["one", "two"]))))
                .gives(&["one", "two", "beside"]),
            case("damaged-zst-in-zip.zip", within("a.jsonl.zst", &flipped(&zstd(&jsonl(&["one", "two"])), 20)))
                .at_least(1)
                .errors(&[BAD_MEMBER])
                .or_more_errors(),
            case("stored-zip-in-zip-cut.zip", {
                let (bytes, directory) =
                    zip_parts(&[ZipMember::stored("a.txt", "outer"), ZipMember::stored("inner.zip", inner.clone())]);
                bytes[..directory].to_vec()
            })
            .gives(&[&["outer"], &TEXTS[..]].concat())
            .errors(&[BAD]),
            case("damaged-zip-in-zip.zip", within("inner.zip", &inner[..inner.len() - 22]))
                .gives(&with_beside)
                .errors(&[BAD]),
            case(
                "formats.zip",
                zip(&[
                    ZipMember::deflated("a.json", r#"[{"text":"one"},{"text":"two"}]"#),
                    ZipMember::deflated("b.jsonl", "{\"text\":\"three\"}\n{broken\n"),
                    ZipMember::deflated("c.png", b"\x89PNG\r\n\x1a\n"),
                    ZipMember::deflated("d.txt", ""),
                    ZipMember::deflated("e.txt", "four"),
                ]),
            )
            .gives(&["one", "two", "three", "four"])
            .errors(&["read.bad_json"])
            .passes_over(1),
        ],
        &[],
    );
}

#[test]
fn a_member_with_bytes_is_read_whatever_kind_of_file_its_archive_says_it_is() {
    let of_mode = |mode: u32| ZipMember { mode, ..three()[0].clone() };
    let zipped = |mode: u32| zip(&[of_mode(mode), three()[1].clone()]);
    let empty = ZipMember { mode: 0o010_600, ..ZipMember::stored("pipe.txt", "") };
    let kind = |kind: u8| [tar_header(b"a.txt", 3, kind), b"one".to_vec(), vec![0; 509 + 1024]].concat();
    let label = {
        let mut header = tar_header(b"LABEL", 0, b'V');
        // GNU tar gives a label no mode, owner or size.
        header[100..136].fill(0);
        tar_sum(&mut header);
        header
    };
    check(
        &[
            case("from-a-pipe.zip", zipped(0o010_600)).gives(&TEXTS[..2]),
            case("folder-with-bytes.zip", zipped(0o040_755)).gives(&TEXTS[..2]),
            case("device.zip", zipped(0o020_644)).gives(&TEXTS[..2]),
            case("link.zip", zipped(0o120_777)).gives(&TEXTS[1..2]),
            case("empty-pipe.zip", zip(&[empty, three()[1].clone()])).gives(&TEXTS[1..2]),
            case("unknown-kind.tar", kind(b'Z')).gives(&["one"]),
            case("attributes.tar", kind(b'A')),
            case("named-as-a-folder.tar", [&tar_member("folder/", "one")[..], &tar(&[("a.txt", b"two")])].concat())
                .gives(&["two", "one"]),
            case("folder-of-old.tar", [&tar_member("folder/", "")[..], &tar(&[("a.txt", b"two")])].concat())
                .gives(&["two"]),
            case("label.tar", [&label[..], &tar(&[("a.txt", b"one")])].concat()).gives(&["one"]),
        ],
        &[],
    );
}

#[test]
fn members_that_a_damaged_directory_passes_over_are_searched_for() {
    let (whole, directory) = zip_parts(&three());
    let changed = |at: usize, bits: u8| {
        let mut bytes = whole.clone();
        bytes[at] ^= bits;
        bytes
    };
    let link = ZipMember { mode: 0o120_777, ..ZipMember::stored("link.txt", "elsewhere") };
    let (linked, at) = zip_parts(&[link, three()[1].clone(), three()[2].clone()]);
    let second = linked[at + 4..].windows(4).position(|w| w == b"PK\x01\x02".as_slice()).unwrap() + at + 4;
    let mut after_link = linked.clone();
    after_link[second + 33] = 1;
    let last = whole.len() - 22 - 46 - "c.txt".len();
    // Neither entries nor bytes of a directory.
    let mut wiped = whole.clone();
    let end = wiped.len();
    wiped[end - 14..end - 6].fill(0);
    check(
        &[
            case("comment.zip", changed(directory + 33, 1)).gives(&TEXTS).errors(&[BAD]),
            case("comment-by-one-entry.zip", changed(directory + 32, 46 + 5)).gives(&TEXTS).errors(&[BAD]),
            case("extra.zip", changed(directory + 30, 2)).gives(&TEXTS).errors(&[BAD]),
            case("name.zip", changed(directory + 28, 1)).gives(&TEXTS).errors(&[BAD]),
            case("last-comment.zip", changed(last + 33, 1)).gives(&TEXTS).errors(&[BAD]),
            case("number.zip", changed(whole.len() - 12, 1)).gives(&TEXTS).errors(&[BAD]),
            case("wiped.zip", wiped).gives(&TEXTS).errors(&[BAD]),
            case("after-a-link.zip", after_link).gives(&TEXTS[1..]).errors(&[BAD]),
        ],
        &[],
    );
}

#[test]
fn what_is_not_compressed_is_read_under_the_name_of_what_is() {
    let (texts, zipped) = (texts(2), zip(&three()));
    let plain = tar(&[("a.txt", texts[0].as_bytes()), ("b.txt", texts[1].as_bytes())]);
    let arabic = "أعلنت وزارة الصحة اليوم عن حملة جديدة";
    let utf_16: Vec<u8> = "\u{feff}A story.".encode_utf16().flat_map(u16::to_le_bytes).collect();
    check(
        &[
            case("a.tar.gz", &plain).gives(&texts),
            case("a.tgz", &plain).gives(&texts),
            case("a.tar.xz", &plain).gives(&texts),
            case("a.gz", &zipped).gives(&TEXTS),
            case("a.zip.bz2", &zipped).gives(&TEXTS),
            case("a.zst", &zipped).gives(&TEXTS),
            case("arabic.txt.gz", arabic).gives(&[arabic]),
            case("arabic.csv.gz", format!("id,text\n1,{arabic}\n2,{arabic}\n")).gives(&[arabic, arabic]),
            case("utf-16.txt.gz", utf_16).gives(&["A story."]),
            case("damaged.txt.gz", [&[0xff; 3][..], &gzip(b"A story.")[3..]].concat())
                .errors(&["read.bad_compression"]),
        ],
        &[],
    );
}

#[test]
fn a_file_whose_name_is_that_of_the_standard_input_is_a_file() {
    check(
        &[
            case("-", "A story.").gives(&["A story."]),
            case("dash.zip", zip(&[ZipMember::deflated("-", "Another story.")])).gives(&["Another story."]),
        ],
        &[],
    );
}

#[test]
fn a_damaged_tar_gives_every_member_that_is_whole() {
    let texts = texts(3);
    let members: Vec<(&str, &[u8])> =
        ["a.txt", "b.txt", "c.txt"].into_iter().zip(texts.iter().map(|t| t.as_bytes())).collect();
    let whole = tar(&members);
    let ends = [&texts[0], &texts[2]];
    let with_middle = |header: Vec<u8>| [&whole[..1024], &header, &whole[1536..]].concat();
    let header = |change: &dyn Fn(&mut Vec<u8>)| {
        let mut header = whole[1024..1536].to_vec();
        change(&mut header);
        tar_sum(&mut header);
        header
    };
    let long = "long/".repeat(60) + "name.txt";
    let long_name = [tar_header(b"././@LongLink", long.len() as u64 + 1, b'L'), {
        let mut block = vec![0; 512];
        block[..long.len()].copy_from_slice(long.as_bytes());
        block
    }]
    .concat();
    let pax = |record: &str| {
        let mut block = vec![0; 512];
        block[..record.len()].copy_from_slice(record.as_bytes());
        [tar_header(b"PaxHeaders/x", record.len() as u64, b'x'), block].concat()
    };
    let mut packed = gzip(&whole);
    packed.truncate(packed.len() - 30);
    check(
        &[
            case("whole.tar", &whole).gives(&texts),
            case("whole.tgz", gzip(&whole)).gives(&texts),
            case("whole.tar.bz2", bzip2(&whole)).gives(&texts),
            case("whole.tar.xz", xz(&whole)).gives(&texts),
            case("whole.tar.zst", zstd(&whole)).gives(&texts),
            case("without-end.tar", &whole[..whole.len() - 1024]).gives(&texts),
            case("half-an-end.tar", &whole[..whole.len() - 512]).gives(&texts),
            case("bytes-after.tar", [&whole[..], b"garbage"].concat()).gives(&texts),
            case("two-in-one.tar", [&whole[..], &tar(&[("d.txt", b"four")])].concat())
                .gives(&[&texts[..], &["four".to_owned()]].concat()),
            case("block-of-zeros.tar", [&whole[..1024], &[0; 512], &whole[1024..]].concat())
                .gives(&texts)
                .errors(&[BAD]),
            case("bytes-missing.tar", [&whole[..512 + 20], &whole[512 + 120..]].concat())
                // What is left of its text, with zeros in the place of its end.
                .holds(&[&texts[0][..19], &texts[1], &texts[2]])
                .errors(&[BAD]),
            case("cut-in-the-last-member.tar", &whole[..2048 + 512 + 10]).gives(&texts[..2]).errors(&[BAD, BAD_MEMBER]),
            case("cut-in-a-header.tar", &whole[..2048 + 100]).gives(&texts[..2]).errors(&[BAD]),
            case("cut-in-the-first-header.tar", &whole[..100]).gives_anything().or_more_errors(),
            case("cut-packed.tar.gz", packed).among(&texts, 0).errors(&[BAD]).or_more_errors(),
            case(
                "wrong-sum.tar",
                with_middle({
                    let mut h = whole[1024..1536].to_vec();
                    h[0] = b'x';
                    h
                }),
            )
            .gives(&ends)
            .errors(&[BAD]),
            case("size-of-no-number.tar", with_middle(header(&|h| h[124..136].copy_from_slice(b"zzzzzzzzzzz\0"))))
                .gives(&ends)
                .errors(&[BAD]),
            case("size-beyond-the-end.tar", with_middle(header(&|h| h[124..136].copy_from_slice(b"77777777777\0"))))
                .among(&texts, 1)
                .errors(&[BAD])
                // What stands behind it seems to be part of it, which is cut.
                .or_more_errors(),
            case("size-of-all-bits.tar", with_middle(header(&|h| h[124..136].copy_from_slice(&[0xff; 12]))))
                .among(&texts, 1)
                .errors(&[BAD])
                .or_more_errors(),
            case(
                "size-huge-binary.tar",
                with_middle(header(&|h| {
                    h[124..136].copy_from_slice(&[0x80, 0, 0, 0, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]);
                })),
            )
            .among(&texts, 1)
            .errors(&[BAD])
            // What stands behind it seems to be part of it, which is cut.
            .or_more_errors(),
            case(
                "sparse.tar",
                with_middle(header(&|h| {
                    h[156] = b'S';
                    h[257..265].copy_from_slice(b"ustar  \0");
                    let size = h[124..136].to_vec();
                    h[386..398].copy_from_slice(b"00000000000\0");
                    h[398..410].copy_from_slice(&size);
                    h[483..495].copy_from_slice(&size);
                })),
            )
            .gives(&ends)
            .errors(&[UNREAD]),
            case("unknown-kind.tar", with_middle(header(&|h| h[156] = b'Q'))).gives(&texts),
            case("old-kind.tar", with_middle(header(&|h| h[156] = 0))).gives(&texts),
            case("long-name.tar", [&long_name[..], &whole].concat()).gives(&[&texts[1], &texts[2], &texts[0]]),
            case("long-name-without-member.tar", [&whole[..3072], &long_name, &[0; 1024]].concat())
                .gives(&texts)
                .gives_anything()
                .or_more_errors(),
            case("pax-name.tar", [pax("30 path=folder/other-name.txt\n"), whole.clone()].concat()).count(3),
            case("pax-broken.tar", [pax("99999 path=x"), whole.clone()].concat()).among(&texts, 2).or_more_errors(),
            case("pax-size-huge.tar", [pax("29 size=99999999999999999999\n"), whole.clone()].concat())
                .gives_anything()
                .or_more_errors(),
            case("empty.tar", [0; 1024]),
            case("zeros-between.tar", [&whole[..1024], &[0; 1024], &whole[1024..]].concat()).among(&texts, 1),
            case("headers-alone.tar", tar_header(b"a.txt", 0, b'0').repeat(5000)),
            case("broken-headers.tar", {
                let mut bytes = whole[..1024].to_vec();
                bytes.extend([b'x'; 512].repeat(3000));
                bytes.extend(&whole[2048..]);
                bytes
            })
            .gives(&ends)
            .errors(&[BAD]),
        ],
        &[],
    );
}

#[test]
fn a_member_that_bursts_is_stopped() {
    let mut encoder = ::zstd::stream::write::Encoder::new(Vec::new(), 1).unwrap();
    for _ in 0..300 {
        encoder.write_all(&[b' '; 1 << 20]).unwrap();
    }
    let bomb = encoder.finish().unwrap();
    let member =
        ZipMember { packed: bomb.clone(), method: 93, size: 300 << 20, crc: 0, ..ZipMember::stored("bomb.jsonl", "") };
    let after = ZipMember { packed: deflate(b"beside"), method: 8, ..ZipMember::stored("z.txt", "beside") };
    check(
        &[
            case("bomb.zip", zip(&[member, after.clone()])).gives(&["beside"]).errors(&["read.suspicious_ratio"]),
            case("packed-bomb.zip", zip(&[ZipMember::stored("bomb.jsonl.zst", &bomb), after]))
                .gives(&["beside"])
                .errors(&["read.suspicious_ratio"]),
        ],
        &[],
    );
}
