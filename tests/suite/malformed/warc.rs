//! Web archives whose records lie about their length, are cut, damaged, empty or no articles.

use super::bytes::{flipped, gzip, page, prose};
use super::{case, check};

const BAD: &str = "read.bad_warc";
const BAD_ARC: &str = "read.bad_arc";
const TOO_LARGE: &str = "read.record_too_large";

/// A record with these fields and, as its length, what `length` says.
fn record_of_length(fields: &str, block: &[u8], length: &str) -> Vec<u8> {
    let head = format!("WARC/1.0\r\nWARC-Record-ID: <urn:uuid:1>\r\n{fields}{length}\r\n");
    [head.as_bytes(), block, b"\r\n\r\n"].concat()
}

fn record(fields: &str, block: &[u8]) -> Vec<u8> {
    record_of_length(fields, block, &format!("Content-Length: {}\r\n", block.len()))
}

const RESPONSE: &str = "WARC-Type: response\r\nWARC-Target-URI: http://a.example/x\r\nContent-Type: application/http; msgtype=response\r\n";

fn block(headers: &str, body: &[u8]) -> Vec<u8> {
    [format!("HTTP/1.1 200 OK\r\n{headers}\r\n\r\n").as_bytes(), body].concat()
}

fn response(headers: &str, body: &[u8]) -> Vec<u8> {
    record(RESPONSE, &block(headers, body))
}

const HTML: &str = "Content-Type: text/html";

fn answer(subject: &str) -> Vec<u8> {
    response(HTML, page(subject).as_bytes())
}

fn says(subject: &str) -> String {
    format!("that {subject} was built")
}

#[test]
fn a_damaged_record_costs_itself() {
    let (a, b) = (answer("the well"), answer("the tower"));
    let two = [says("the well"), says("the tower")];
    let between = |middle: &[u8]| [&a[..], middle, &b].concat();
    let body = block(HTML, page("the inn").as_bytes());
    let of_length = |length: &str| record_of_length(RESPONSE, &body, length);
    let inn = answer("the inn");
    let long_header = format!("{RESPONSE}X-Long: {}\r\n", "x".repeat(1 << 20));
    let bad = |name: &str, middle: &[u8]| case(format!("{name}.warc"), between(middle)).holds(&two).errors(&[BAD]);
    check(
        &[
            case("whole.warc", between(b"")).holds(&two),
            case("without-suffix", between(b"")).holds(&two),
            bad("length-too-small", &of_length("Content-Length: 100\r\n")),
            bad("length-too-large", &of_length(&format!("Content-Length: {}\r\n", body.len() + 300))),
            bad("length-beyond-the-file", &of_length("Content-Length: 99999999\r\n")),
            bad("length-beyond-all-measure", &of_length("Content-Length: 99999999999999999999999\r\n")),
            bad("length-negative", &of_length("Content-Length: -5\r\n")),
            bad("length-no-number", &of_length("Content-Length: many\r\n")),
            bad("length-missing", &of_length("")),
            bad("garbage-between", b"garbage that is no record\r\n\r\nand more of it\r\n\r\n"),
            bad("binary-between", &[0, 255, 254, 13, 10].repeat(2000)),
            bad("head-cut", &inn[..60]),
            bad("body-cut", &inn[..inn.len() - 300]),
            bad("head-without-end", "WARC/1.0\r\nX-Long: ".as_bytes().iter().copied().chain(vec![b'x'; 3 << 20]).collect::<Vec<u8>>().as_slice()),
            case("header-of-a-megabyte.warc", between(&record(&long_header, &body))).at_least(2).gives_anything().or_more_errors(),
            case("blank-lines-between.warc", between(b"\r\n\r\n\n\n\r\n")).holds(&two),
            case("no-blank-line-at-the-end.warc", { let all = between(b""); all[..all.len() - 4].to_vec() }).holds(&two),
            case("one-blank-line-between.warc", [&a[..a.len() - 2], &b].concat()).holds(&two),
            case("no-blank-line-between.warc", [&a[..a.len() - 4], &b].concat()).holds(&two),
            case("cut-in-the-last.warc", { let all = between(b""); all[..all.len() - 300].to_vec() }).holds(&two[..1]).errors(&[BAD]),
            case("cut-in-the-last-head.warc", [&a[..], &b[..50]].concat()).holds(&two[..1]).errors(&[BAD]),
            case("first-cut-in-front.warc", [&a[200..], &b].concat()).holds(&two[1..]).gives_anything().or_more_errors(),
            case("bare-line-feeds.warc", {
                let page = page("the well");
                format!("WARC/1.0\nWARC-Type: response\nContent-Type: application/http\nContent-Length: {}\n\nHTTP/1.1 200 OK\nContent-Type: text/html\n\n{page}\n\n", page.len() + 41)
            })
            .holds(&two[..1]),
            case("nothing-but-the-magic.warc", "WARC/1.0").errors(&[BAD]),
            case("no-archive-at-all.warc", "Dear reader,\nthis is a letter.\n").errors(&[BAD]),
            case("empty.warc", ""),
            case("bom.warc", [b"\xef\xbb\xbf", &between(b"")[..]].concat()).holds(&two),
            case("fields-in-odd-forms.warc", record("warc-type:response\r\nCONTENT-TYPE:application/http\r\nX-Folded: a\r\n b\r\n: empty\r\nno colon\r\n", &block(HTML, page("the well").as_bytes())))
                .gives_anything()
                .or_more_errors(),
            case("unknown-version.warc", String::from_utf8(between(b"")).unwrap().replace("WARC/1.0", "WARC/9.7")).holds(&two),
            case("tiny-records.warc", record("WARC-Type: metadata\r\n", b"x: y\r\n").repeat(10_000)).passes_over(10_000),
            case("starts-of-records-alone.warc", b"WARC/1.0\r\n".repeat(20_000)).gives_anything().errors(&[BAD]).or_more_errors(),
        ],
        &[],
    );
}

#[test]
fn answers_of_every_kind_give_their_page_or_are_passed_over() {
    let html = page("the well");
    let well = [says("the well")];
    let chunked = |body: &str| {
        let (a, b) = body.split_at(300);
        format!("{:x}\r\n{a}\r\n{:x};x=y\r\n{b}\r\n0\r\n\r\n", a.len(), b.len())
    };
    let packed = gzip(html.as_bytes());
    let coded = |coding: &str, body: &[u8]| response(&format!("{HTML}\r\nContent-Encoding: {coding}"), body);
    let noise: Vec<u8> = (0..3000u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 11) as u8).collect();
    let status = |line: &str| record(RESPONSE, format!("HTTP/1.1 {line}\r\n{HTML}\r\n\r\n{html}").as_bytes());
    let one = |name: &str, record: Vec<u8>| case(format!("{name}.warc"), record).holds(&well);
    let none = |name: &str, record: Vec<u8>| case(format!("{name}.warc"), record).passes_over(1);
    check(
        &[
            one("page", answer("the well")),
            one("chunked", response(&format!("{HTML}\r\nTransfer-Encoding: chunked"), chunked(&html).as_bytes())),
            one(
                "chunked-said-but-not-done",
                response(&format!("{HTML}\r\nTransfer-Encoding: chunked"), html.as_bytes()),
            ),
            case(
                "chunked-broken.warc",
                response(
                    &format!("{HTML}\r\nTransfer-Encoding: chunked"),
                    chunked(&html).replace("\r\n0\r\n\r\n", "").as_bytes(),
                ),
            )
            .gives_anything()
            .or_more_errors(),
            case(
                "chunk-of-all-sizes.warc",
                response(&format!("{HTML}\r\nTransfer-Encoding: chunked"), b"ffffffffffffffffff\r\nx\r\n"),
            )
            .gives_anything()
            .or_more_errors(),
            one("gzip", coded("gzip", &packed)),
            one("gzip-under-another-name", coded("br", &packed)),
            one("brotli-said-but-not-done", coded("br", html.as_bytes())),
            one(
                "continue-before",
                record(RESPONSE, &[b"HTTP/1.1 100 Continue\r\n\r\n", &block(HTML, html.as_bytes())[..]].concat()),
            ),
            one(
                "hints-before",
                record(
                    RESPONSE,
                    &[b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n", &block(HTML, html.as_bytes())[..]].concat(),
                ),
            ),
            case(
                "through-a-proxy.warc",
                record(
                    RESPONSE,
                    &[b"HTTP/1.1 200 Connection established\r\n\r\n", &block(HTML, &gzip(html.as_bytes()))[..]]
                        .concat(),
                ),
            )
            .holds(&well),
            one("gzip-said-but-not-done", coded("gzip", html.as_bytes())),
            // As in a browser, what was there before the damage is the page.
            case("gzip-cut.warc", coded("gzip", &packed[..packed.len() / 2])).count(1),
            case("gzip-damaged.warc", coded("gzip", &flipped(&packed, packed.len() / 2))).count(1),
            case("coding-unknown.warc", coded("klingon", &noise)).gives_anything().or_more_errors().passes_over(1),
            one("coding-unknown-but-plain", coded("klingon", html.as_bytes())),
            one("length-of-the-answer-wrong", response(&format!("{HTML}\r\nContent-Length: 3"), html.as_bytes())),
            one("without-headers", record(RESPONSE, format!("HTTP/1.1 200 OK\r\n\r\n{html}").as_bytes())),
            one("no-http-at-all", record("WARC-Type: response\r\nContent-Type: text/html\r\n", html.as_bytes())),
            one("http-2", record(RESPONSE, format!("HTTP/2 200\r\n{HTML}\r\n\r\n{html}").as_bytes())),
            one("resource", record("WARC-Type: resource\r\nContent-Type: text/html\r\n", html.as_bytes())),
            one("headers-of-no-text", response(&format!("X-Bad: \u{7}\r\n{HTML}\r\nX: é"), html.as_bytes())),
            one("thousand-headers", response(&format!("{}{HTML}", "X-A: b\r\n".repeat(1000)), html.as_bytes())),
            none("redirect", status("301 Moved")),
            none("not-found", status("404 Not Found")),
            none("empty-body", response(HTML, b"")),
            none("empty-record", record(RESPONSE, b"")),
            none("picture", response("Content-Type: image/png", &noise)),
            none("binary-under-html", response(HTML, &noise)),
            none("picture-under-html", response(HTML, &[&b"\x89PNG\r\n\x1a\n"[..], &noise].concat())),
            none(
                "revisit",
                record(
                    "WARC-Type: revisit\r\nContent-Type: application/http\r\n",
                    b"HTTP/1.1 304 Not Modified\r\n\r\n",
                ),
            ),
            none(
                "request",
                record("WARC-Type: request\r\nContent-Type: application/http\r\n", b"GET / HTTP/1.1\r\n\r\n"),
            ),
            none("unknown-type", record("WARC-Type: dream\r\n", b"x")),
            case(
                "conversion.wet",
                record("WARC-Type: conversion\r\nContent-Type: text/plain\r\n", prose("the well").as_bytes()),
            )
            .holds(&well),
            case(
                "conversion-bad-utf-8.wet",
                record(
                    "WARC-Type: conversion\r\nContent-Type: text/plain\r\n",
                    &[prose("the well").as_bytes(), b" \xff"].concat(),
                ),
            )
            .holds(&well),
        ],
        &[],
    );
}

#[test]
fn a_damaged_member_costs_its_record() {
    let (a, b, c) = (answer("the well"), answer("the tower"), answer("the inn"));
    let packed = [&a, &b, &c].map(|r| gzip(r));
    let ends = [says("the well"), says("the inn")];
    let all = [says("the well"), says("the tower"), says("the inn")];
    let with_middle = |middle: &[u8]| [&packed[0][..], middle, &packed[2]].concat();
    let middle = &packed[1];
    check(
        &[
            case("whole.warc.gz", with_middle(middle)).holds(&all),
            case("one-member.warc.gz", gzip(&[a.clone(), b.clone(), c.clone()].concat())).holds(&all),
            case("middle-flipped.warc.gz", with_middle(&flipped(middle, middle.len() / 3))).holds(&ends).errors(&[BAD]),
            case("middle-header.warc.gz", with_middle(&flipped(middle, 1))).holds(&ends).errors(&[BAD]),
            case("middle-cut.warc.gz", with_middle(&middle[..middle.len() / 2]))
                .at_least(2)
                .errors(&[BAD])
                .or_more_errors(),
            case("middle-sum.warc.gz", with_middle(&flipped(middle, middle.len() - 6))).at_least(2).errors(&[BAD]),
            case("last-cut.warc.gz", {
                let all = with_middle(middle);
                all[..all.len() - 100].to_vec()
            })
            .holds(&all[..2])
            .errors(&[BAD]),
            case("garbage-after.warc.gz", [&with_middle(middle)[..], b"garbage"].concat()).holds(&all).errors(&[BAD]),
        ],
        &[],
    );
}

#[test]
fn damaged_arc_files_give_every_record_that_is_whole() {
    let about = "1 0 Archive\nURL IP-address Archive-date Content-type Archive-length\n\n";
    let head = format!("filedesc://x.arc 0.0.0.0 20080430204825 text/plain {}\n{about}\n", about.len());
    let body = |subject: &str| block(HTML, page(subject).as_bytes());
    let record_of_length = |subject: &str, length: &str| {
        [format!("http://a.example/ 1.2.3.4 20080430204825 text/html {length}\n").as_bytes(), &body(subject), b"\n"]
            .concat()
    };
    let record = |subject: &str| record_of_length(subject, &body(subject).len().to_string());
    let between = |middle: &[u8]| [head.as_bytes(), &record("the well"), middle, &record("the tower")].concat();
    let two = [says("the well"), says("the tower")];
    let bad = |name: &str, middle: &[u8]| {
        case(format!("{name}.arc"), between(middle)).holds(&two).errors(&[BAD_ARC]).passes_over(1)
    };
    check(
        &[
            case("whole.arc", between(b"")).holds(&two).passes_over(1),
            case(
                "members.arc.gz",
                [gzip(head.as_bytes()), gzip(&record("the well")), gzip(&record("the tower"))].concat(),
            )
            .holds(&two)
            .passes_over(1),
            bad("length-too-small", &record_of_length("the inn", "100")),
            bad("length-too-large", &record_of_length("the inn", &(body("the inn").len() + 99).to_string())),
            bad("length-no-number", &record_of_length("the inn", "many")),
            // Nothing but its length says where a record ends: what follows puts it in doubt.
            case("garbage-between.arc", between(b"garbage\nmore garbage\n"))
                .holds(&two[1..])
                .errors(&[BAD_ARC])
                .passes_over(1),
            case("cut.arc", {
                let all = between(b"");
                all[..all.len() - 300].to_vec()
            })
            .holds(&two[..1])
            .errors(&[BAD_ARC])
            .passes_over(1),
            case("head-alone.arc", &head).passes_over(1),
            case("letter.arc", "Dear reader,\nthis is a letter.\n").errors(&[BAD_ARC]),
        ],
        &[],
    );
}

#[test]
fn a_web_record_above_the_limit_costs_itself() {
    let large = response(HTML, format!("<html><p>{}", "word ".repeat(10_000)).as_bytes());
    let burst = response(
        &format!("{HTML}\r\nContent-Encoding: gzip"),
        &gzip(format!("<html><p>{}", "word ".repeat(10_000)).as_bytes()),
    );
    let (a, b) = (answer("the well"), answer("the tower"));
    let two = [says("the well"), says("the tower")];
    check(
        &[
            case("large.warc", [&a[..], &large, &b].concat()).holds(&two).errors(&[TOO_LARGE]),
            case("bursting.warc", [&a[..], &burst, &b].concat()).holds(&two).errors(&[TOO_LARGE]),
        ],
        &["--max-record", "10KB"],
    );
}
