//! Heads of ARC records: one line of an address, where and when it was fetched, its media type and its length.

use memchr::{memchr, memmem, memrchr};

use super::dialect::{Dialect, Head, Kind, Parsed};
use super::head::{text_of, trim_line};
use super::passed::Passed;

/// The longest scheme of an address that is looked for.
const SCHEME_BYTES: usize = 16;

/// The address of the record that opens an archive.
const VERSION_SCHEME: &[u8] = b"filedesc:";

/// ARC 1, with five fields a line, and ARC 2, with ten.
pub(super) struct ArcDialect;

impl Dialect for ArcDialect {
    const REASON: &'static str = "read.bad_arc";
    const EXPECTED: &'static str = "a line of address, IP address, date, media type and length";
    const LOOK_BYTES: usize = 8 << 10;
    const OVERLAP_BYTES: usize = SCHEME_BYTES + 4;
    const TRAILER_LINES: Option<usize> = None;

    fn find(bytes: &[u8], line_start: bool) -> Option<usize> {
        memmem::find_iter(bytes, b"://").find_map(|at| {
            let near = at.saturating_sub(SCHEME_BYTES);
            let start = match memrchr(b'\n', &bytes[near..at]) {
                Some(line) => near + line + 1,
                None if near == 0 && line_start => 0,
                None => return None,
            };
            is_scheme(&bytes[start..at]).then_some(start)
        })
    }

    fn begins(bytes: &[u8]) -> bool {
        let line = match memchr(b'\n', bytes) {
            Some(end) => &bytes[..end],
            // An address may be long, and a file may be cut: what there is must look like one.
            None => return memchr(b':', bytes).map_or(bytes.len() < SCHEME_BYTES, |colon| is_scheme(&bytes[..colon])),
        };
        Line::parse(line).is_some() || is_damaged_line(line)
    }

    fn is_plausible(bytes: &[u8]) -> bool {
        memchr(b'\n', bytes).is_some_and(|end| Line::parse(&bytes[..end]).is_some())
    }

    fn parse(bytes: &[u8], ended: bool) -> Parsed {
        match memchr(b'\n', bytes) {
            Some(end) => match Line::parse(&bytes[..end]) {
                Some(line) => Parsed::Head(Box::new(line.head()), end + 1),
                None => Parsed::Bad(format!("no line of a record: {} was expected", Self::EXPECTED)),
            },
            None if ended => Parsed::Bad("the file ends within the line of a record".into()),
            None => Parsed::More,
        }
    }
}

/// Whether a line that is none of a record was one: it has an address, and an IP address and a date side by side.
fn is_damaged_line(line: &[u8]) -> bool {
    let fields = || line.split(|b| *b == b' ');
    memmem::find(line, b"://").is_some_and(|at| is_scheme(&line[..at]))
        && fields().zip(fields().skip(1)).any(|(address, date)| is_address(address) && is_date(date))
}

fn is_scheme(bytes: &[u8]) -> bool {
    (2..=SCHEME_BYTES).contains(&bytes.len())
        && bytes[0].is_ascii_alphabetic()
        && bytes.iter().all(|b| b.is_ascii_alphanumeric() || b"+.-".contains(b))
}

/// The fields of a line that matter.
struct Line<'b> {
    url: &'b [u8],
    content_type: &'b [u8],
    length: u64,
}

impl<'b> Line<'b> {
    /// The fields by the date, which is the one field of its form: addresses and media types may hold spaces.
    fn parse(line: &'b [u8]) -> Option<Self> {
        let line = trim_line(line).trim_ascii_end();
        let scheme = memchr(b':', line)?;
        if !is_scheme(&line[..scheme]) {
            return None;
        }
        let last = memrchr(b' ', line)?;
        let length = std::str::from_utf8(&line[last + 1..]).ok()?.parse().ok()?;
        let mut at = 0;
        let mut before = (0, 0);
        while let Some(space) = memchr(b' ', &line[at..last]) {
            let field = at..at + space;
            if is_date(&line[field.clone()]) && is_address(&line[before.0..before.1]) && before.0 > 1 {
                let url = line[..before.0].trim_ascii_end();
                let rest = &line[field.end + 1..last];
                let content_type = rest.split(|b| *b == b' ').next().unwrap_or_default();
                return Some(Self { url, content_type, length });
            }
            before = (field.start, field.end);
            at = field.end + 1;
        }
        // The media type may be left out.
        let is_short = is_date(&line[at..last]) && is_address(&line[before.0..before.1]) && before.0 > 1;
        is_short.then(|| Self { url: line[..before.0].trim_ascii_end(), content_type: b"", length })
    }

    fn head(&self) -> Head {
        let is_version = self.url.starts_with(VERSION_SCHEME);
        let content_type = text_of(self.content_type).into_owned();
        Head {
            kind: if is_version { Kind::Other(Passed::Warcinfo) } else { Kind::Response },
            length: Some(Ok(self.length)),
            content_type: Some(content_type).filter(|t| t.contains('/')),
            payload_type: None,
            url: Some(text_of(self.url).into_owned()),
            source_id: None,
            language: None,
        }
    }
}

/// A date as ARC writes it: year to second, or less.
fn is_date(field: &[u8]) -> bool {
    (8..=17).contains(&field.len()) && field.iter().all(u8::is_ascii_digit)
}

fn is_address(field: &[u8]) -> bool {
    !field.is_empty()
        && field.len() <= 45
        && field.iter().all(|b| b.is_ascii_hexdigit() || b".:-%".contains(b))
        && (field == b"-" || field.iter().any(|b| b".:".contains(b)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &[u8]) -> Option<(String, String, u64)> {
        Line::parse(line).map(|l| (text_of(l.url).into_owned(), text_of(l.content_type).into_owned(), l.length))
    }

    #[test]
    fn lines_of_both_versions_give_address_type_and_length() {
        let one = parse(b"http://a.example/ 10.0.0.1 20140216050221 text/html 1591\r");
        assert_eq!(one, Some(("http://a.example/".into(), "text/html".into(), 1591)));
        let two = parse(b"http://a.example/ 10.0.0.1 19970417175710 text/html 200 fac069150613fe55 - 8500 a.arc 78");
        assert_eq!(two, Some(("http://a.example/".into(), "text/html".into(), 78)));
    }

    #[test]
    fn addresses_and_types_may_hold_spaces_and_types_may_be_left_out() {
        let spaces = parse(b"http://a.example/x 1 y ::1 20140216050221 text/html; charset=utf-8 15");
        assert_eq!(spaces, Some(("http://a.example/x 1 y".into(), "text/html;".into(), 15)));
        let none = parse(b"dns:a.example 10.0.0.1 20140216050221 15");
        assert_eq!(none, Some(("dns:a.example".into(), String::new(), 15)));
    }

    #[test]
    fn lines_of_pages_are_no_records() {
        for line in ["http://a.example/ is my page 15", "see: 20140216050221 15", "URL IP-address Archive-date", ""] {
            assert_eq!(parse(line.as_bytes()), None, "{line}");
        }
    }

    #[test]
    fn a_record_is_found_at_the_beginning_of_a_line_alone() {
        let bytes = b"x http://a.example/\nhttp://b.example/";
        assert_eq!(ArcDialect::find(bytes, true), Some(20));
        assert_eq!(ArcDialect::find(b"http://b.example/", true), Some(0));
        assert_eq!(ArcDialect::find(b"http://b.example/", false), None);
    }
}
