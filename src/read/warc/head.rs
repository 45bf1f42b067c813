//! Heads of WARC records: version line and named fields, read leniently.

use std::borrow::Cow;
use std::sync::LazyLock;

use memchr::memchr;
use memchr::memmem::FinderRev;

use super::dialect::{Dialect, Head, Kind, Parsed};
use super::passed::Passed;

/// How the version line of every record begins.
const VERSION: &[u8] = b"WARC/";

/// The last of them in a line; made once, since every line of every head is searched.
static LAST_VERSION: LazyLock<FinderRev<'static>> = LazyLock::new(|| FinderRev::new(VERSION));

/// Bytes of the line after the version line within which a field name ends.
const NAME_BYTES: usize = 80;

/// WARC 0.17 to 1.1.
pub(super) struct WarcDialect;

impl Dialect for WarcDialect {
    const REASON: &'static str = "read.bad_warc";
    const EXPECTED: &'static str = "a line `WARC/1.x`";
    const LOOK_BYTES: usize = 192;
    const OVERLAP_BYTES: usize = VERSION.len() + 1;
    const TRAILER_LINES: Option<usize> = Some(2);

    fn find(bytes: &[u8], line_start: bool) -> Option<usize> {
        if line_start && bytes.starts_with(VERSION) {
            return Some(0);
        }
        // What was cut in front of a record may have no line end: a writer that was stopped goes on in the same file.
        memchr::memmem::find(bytes.get(1..)?, VERSION).map(|at| at + 1)
    }

    fn begins(bytes: &[u8]) -> bool {
        let length = bytes.len().min(VERSION.len());
        // A cut version line is the head of a cut record.
        bytes[..length] == VERSION[..length] && bytes.get(VERSION.len()).is_none_or(u8::is_ascii_digit)
    }

    fn is_plausible(bytes: &[u8]) -> bool {
        let Some(end) = version_end(bytes) else { return false };
        let line = &bytes[end..];
        let name = line.iter().take(NAME_BYTES).take_while(|b| b.is_ascii_alphanumeric() || **b == b'-').count();
        name > 0 && line[name..].trim_ascii_start().starts_with(b":")
    }

    fn parse(bytes: &[u8], ended: bool) -> Parsed {
        let Some(first) = memchr(b'\n', bytes) else {
            return if ended { Parsed::Bad("the file ends within a version line".into()) } else { Parsed::More };
        };
        let mut fields = Fields::default();
        let mut at = first + 1;
        loop {
            let Some(length) = memchr(b'\n', &bytes[at..]) else {
                return if ended { Parsed::Bad("the file ends within the head".into()) } else { Parsed::More };
            };
            let line = trim_line(&bytes[at..at + length]);
            // Some writers leave a blank in the line that should be empty.
            if line.trim_ascii().is_empty() {
                return Parsed::Head(Box::new(fields.finish()), at + length + 1);
            }
            let another = LAST_VERSION.rfind(line).map(|from| &bytes[at + from..]);
            if another.is_some_and(Self::is_plausible) {
                return Parsed::Bad("its head has no blank line before the next record".into());
            }
            fields.line(line);
            at += length + 1;
        }
    }
}

/// The end of a version line, where one stands at the beginning of `bytes`.
fn version_end(bytes: &[u8]) -> Option<usize> {
    let rest = bytes.strip_prefix(VERSION)?;
    let number = rest.iter().take(8).take_while(|b| b.is_ascii_digit() || **b == b'.').count();
    let blank = rest[number..].iter().take(8).take_while(|b| b" \t\r".contains(b)).count();
    let is_version = rest.first().is_some_and(|b| matches!(b, b'0' | b'1')) && rest.get(1) == Some(&b'.');
    (is_version && rest.get(number + blank) == Some(&b'\n')).then_some(VERSION.len() + number + blank + 1)
}

/// A line without what ends it; some writers end lines by two carriage returns.
pub(super) fn trim_line(line: &[u8]) -> &[u8] {
    let end = line.iter().rposition(|b| *b != b'\r').map_or(0, |i| i + 1);
    &line[..end]
}

/// Bytes of a head as text: UTF-8, else Latin-1.
pub(super) fn text_of(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => encoding_rs::mem::decode_latin1(bytes),
    }
}

/// A field line as name and value, both trimmed; none where there is no colon.
pub(super) fn split_field(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let colon = memchr(b':', line)?;
    Some((line[..colon].trim_ascii(), line[colon + 1..].trim_ascii()))
}

/// The fields that matter, of which the first of each name counts.
#[derive(Default)]
struct Fields {
    values: [Option<Vec<u8>>; NAMES.len()],
    last: Option<usize>,
}

const NAMES: [&str; 8] = [
    "WARC-Type",
    "Content-Length",
    "Content-Type",
    "WARC-Target-URI",
    "WARC-Record-ID",
    "WARC-Identified-Payload-Type",
    "WARC-Identified-Content-Language",
    "WARC-Segment-Number",
];

impl Fields {
    fn line(&mut self, line: &[u8]) {
        if line[0] == b' ' || line[0] == b'\t' {
            if let Some(value) = self.last.and_then(|i| self.values[i].as_mut()) {
                value.push(b' ');
                value.extend_from_slice(line.trim_ascii());
            }
            return;
        }
        self.last = None;
        let Some((name, value)) = split_field(line) else { return };
        let Some(index) = NAMES.iter().position(|n| n.as_bytes().eq_ignore_ascii_case(name)) else { return };
        if self.values[index].is_none() {
            self.values[index] = Some(value.to_vec());
            self.last = Some(index);
        }
    }

    fn finish(self) -> Head {
        let [kind, length, content_type, url, id, payload_type, language, segment] =
            self.values.map(|v| v.map(|v| text_of(&v).into_owned()).filter(|v| !v.is_empty()));
        // A later segment of a record that was split has no head of its own.
        let is_later_segment = segment.is_some_and(|s| s.parse::<u64>().is_ok_and(|n| n > 1));
        // A record that lost the name of its kind tells it by what it holds.
        let is_answer = content_type.as_deref().is_some_and(|t| t.to_ascii_lowercase().contains("msgtype=response"));
        Head {
            kind: match kind {
                _ if is_later_segment => Kind::Other(Passed::Continuation),
                None if is_answer => Kind::Response,
                kind => kind_of(kind.as_deref()),
            },
            length: length.as_deref().map(|l| l.trim().parse().map_err(|_| l.to_owned())),
            content_type,
            payload_type,
            url: url.map(|u| u.trim_start_matches('<').trim_end_matches('>').to_owned()),
            source_id: id,
            language: language.and_then(|l| first_language(&l)),
        }
    }
}

fn kind_of(name: Option<&str>) -> Kind {
    match name.unwrap_or_default().to_ascii_lowercase().as_str() {
        "response" => Kind::Response,
        "resource" => Kind::Resource,
        "conversion" => Kind::Conversion,
        "warcinfo" => Kind::Other(Passed::Warcinfo),
        "request" => Kind::Other(Passed::Request),
        "metadata" => Kind::Other(Passed::Metadata),
        "revisit" => Kind::Other(Passed::Revisit),
        "continuation" => Kind::Other(Passed::Continuation),
        _ => Kind::Other(Passed::OtherRecord),
    }
}

/// The first language of a list such as `ara,eng`.
fn first_language(list: &str) -> Option<String> {
    list.split([',', ';']).map(str::trim).find(|l| !l.is_empty()).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(bytes: &[u8]) -> (Head, usize) {
        match WarcDialect::parse(bytes, true) {
            Parsed::Head(head, length) => (*head, length),
            Parsed::Bad(detail) => panic!("{detail}"),
            Parsed::More => panic!("more"),
        }
    }

    #[test]
    fn names_have_any_case_lines_may_be_folded_and_end_as_they_like() {
        let head = b"WARC/0.18\nwarc-type:Response\nCONTENT-LENGTH :  7\r\r\nWARC-Target-URI: <http://a.example/\n\tb>\n\nrest";
        let (head, length) = parse(head);
        assert_eq!(head.kind, Kind::Response);
        assert_eq!(head.length, Some(Ok(7)));
        assert_eq!(head.url.as_deref(), Some("http://a.example/ b"));
        assert_eq!(length, 92);
    }

    #[test]
    fn a_folded_length_a_blank_in_the_last_line_and_a_lost_kind_cost_nothing() {
        let head =
            b"WARC/1.0\r\nContent-Type: application/http; msgtype=response\r\nContent-Length:\r\n 7\r\n \r\nrest";
        let (found, length) = parse(head);
        assert_eq!((found.kind, found.length), (Kind::Response, Some(Ok(7))));
        assert_eq!(&head[length..], b"rest");
    }

    #[test]
    fn values_that_are_no_utf8_are_latin_1() {
        let (head, _) = parse(b"WARC/1.0\r\nWARC-Target-URI: http://a.example/caf\xE9\r\n\r\n");
        assert_eq!(head.url.as_deref(), Some("http://a.example/café"));
        let (head, _) = parse("WARC/1.0\r\nWARC-Target-URI: http://a.example/خبر\r\n\r\n".as_bytes());
        assert_eq!(head.url.as_deref(), Some("http://a.example/خبر"));
    }

    #[test]
    fn the_first_of_several_languages_is_the_language() {
        let (head, _) =
            parse(b"WARC/1.0\r\nWARC-Identified-Content-Language: ara,eng\r\nWARC-Record-ID: <urn:x>\r\n\r\n");
        assert_eq!((head.language.as_deref(), head.source_id.as_deref()), (Some("ara"), Some("<urn:x>")));
    }

    #[test]
    fn a_head_without_its_blank_line_does_not_swallow_the_next_record() {
        let bytes = b"WARC/1.0\r\nWARC-Type: response\r\nWARC/1.0\r\nWARC-Type: request\r\n\r\n";
        assert!(matches!(WarcDialect::parse(bytes, true), Parsed::Bad(_)));
        assert!(matches!(WarcDialect::parse(b"WARC/1.0\r\nWARC-T", true), Parsed::Bad(_)));
        assert!(matches!(WarcDialect::parse(b"WARC/1.0\r\nWARC-T", false), Parsed::More));
    }

    #[test]
    fn a_version_line_alone_is_no_plausible_record() {
        assert!(WarcDialect::is_plausible(b"WARC/1.0\r\nWARC-Type: response\r\n"));
        assert!(WarcDialect::is_plausible(b"WARC/0.17\nContent-Length : 3\n"));
        assert!(!WarcDialect::is_plausible(b"WARC/1.0 is the format\n"));
        assert!(!WarcDialect::is_plausible(b"WARC/1.0\n<p>: the format"));
        assert!(!WarcDialect::is_plausible(b"WARC/1.0\n"));
    }
}
