//! HTTP answers as archives keep them: status, the headers that matter, and the body without its transfer coding.

use memchr::memchr;

use super::head::{split_field, text_of, trim_line};

/// What the head of an answer says.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Answer {
    /// The status; none where the line has no number.
    pub(super) status: Option<u16>,
    /// The media type with its parameters.
    pub(super) content_type: Option<String>,
    /// The languages of the reader that it is meant for, as a list.
    pub(super) language: Option<String>,
    /// What was done to the body, in this order, in lower case.
    pub(super) codings: Vec<String>,
    /// Whether the body is said to come in chunks.
    pub(super) is_chunked: bool,
    /// Where the body begins in the block.
    pub(super) body: usize,
}

/// Whether a block begins as an answer does.
pub(super) fn is_answer(block: &[u8]) -> bool {
    block.starts_with(b"HTTP/") || block.starts_with(b"ICY ")
}

/// Reads the head of an answer; one without a blank line ends where markup begins, or with the block.
///
/// Where several stand one behind the other, the last is the page's: before it a server may have said that it goes on
/// (status 1xx), and a proxy that it is connected.
pub(super) fn parse(block: &[u8]) -> Answer {
    let mut answer = parse_head(block, 0);
    while let Some(next) = answer.next_head(block) {
        answer = parse_head(block, next);
    }
    answer
}

/// Reads the one head that begins at `at`.
fn parse_head(block: &[u8], mut at: usize) -> Answer {
    let mut answer = Answer::default();
    let (mut transfer, mut content) = (Vec::new(), Vec::new());
    let mut is_first = true;
    while at < block.len() {
        let end = memchr(b'\n', &block[at..]).map_or(block.len(), |n| at + n + 1);
        let line = trim_line(block[at..end].strip_suffix(b"\n").unwrap_or(&block[at..end]));
        // A head that lacks its blank line ends where another follows that takes its place.
        if !is_first && (line.first() == Some(&b'<') || (answer.is_preliminary() && is_status_line(line))) {
            break;
        }
        at = end;
        if line.is_empty() {
            break;
        }
        if std::mem::take(&mut is_first) {
            answer.status = status(line);
        } else if let Some((name, value)) = split_field(line) {
            answer.see(name, &text_of(value), &mut transfer, &mut content);
        }
    }
    answer.body = at;
    answer.codings = content;
    answer.codings.extend(transfer);
    answer
}

/// Whether a line is the first of an answer, with a status.
fn is_status_line(line: &[u8]) -> bool {
    is_answer(line) && status(line).is_some()
}

/// The three digits after the protocol, which may have any version.
fn status(line: &[u8]) -> Option<u16> {
    let rest = line[memchr(b' ', line)?..].trim_ascii_start();
    let digits = rest.get(..3)?;
    let ends = rest.get(3).is_none_or(|b| !b.is_ascii_alphanumeric());
    (ends && digits.iter().all(u8::is_ascii_digit)).then(|| digits.iter().fold(0, |n, d| n * 10 + u16::from(d - b'0')))
}

impl Answer {
    fn see(&mut self, name: &[u8], value: &str, transfer: &mut Vec<String>, content: &mut Vec<String>) {
        let list = || value.split(',').map(|c| c.trim().to_ascii_lowercase()).filter(|c| !c.is_empty());
        if name.eq_ignore_ascii_case(b"content-type") {
            if self.content_type.is_none() && !value.is_empty() {
                self.content_type = Some(value.to_owned());
            }
        } else if name.eq_ignore_ascii_case(b"content-encoding") {
            content.extend(list());
        } else if name.eq_ignore_ascii_case(b"transfer-encoding") {
            self.is_chunked |= list().any(|c| c == "chunked");
            transfer.extend(list().filter(|c| c != "chunked"));
        } else if name.eq_ignore_ascii_case(b"content-language") {
            self.language.get_or_insert_with(|| value.to_owned());
        }
    }

    /// Whether this may come before the answer proper: it says nothing of a body.
    fn is_preliminary(&self) -> bool {
        match self.status {
            Some(100..200) => true,
            Some(200..300) => self.content_type.is_none() && self.codings.is_empty() && !self.is_chunked,
            _ => false,
        }
    }

    /// Where the head begins that follows this one and takes its place.
    fn next_head(&self, block: &[u8]) -> Option<usize> {
        let rest = block.get(self.body..).filter(|_| self.is_preliminary())?;
        let blanks = rest.iter().take_while(|b| matches!(b, b'\r' | b'\n')).count();
        let line = rest[blanks..].split(|b| *b == b'\n').next()?;
        is_status_line(trim_line(line)).then_some(self.body + blanks)
    }

    /// The language, where one alone is named.
    pub(super) fn only_language(&self) -> Option<String> {
        let named = self.language.as_deref()?.trim();
        (!named.is_empty() && !named.contains([',', ';', ' '])).then(|| named.to_owned())
    }
}

/// The label after `charset=` in a media type, without quotes; none where there is none.
pub(super) fn charset_of(content_type: &str) -> Option<&str> {
    const KEY: &str = "charset=";
    let at = content_type.as_bytes().windows(KEY.len()).position(|w| w.eq_ignore_ascii_case(KEY.as_bytes()))?;
    let value = content_type.get(at + KEY.len()..)?.trim_start().trim_start_matches(['"', '\'']);
    let end = value.find([';', ',', '"', '\'', ' ']).unwrap_or(value.len());
    Some(&value[..end]).filter(|label| !label.is_empty())
}

/// The bytes of a body that came in chunks, up to where the chunks are damaged; none where it has no chunks, since many
/// archives keep the header of a body whose chunks they joined.
pub(super) fn dechunk(body: &[u8]) -> Option<Vec<u8>> {
    let mut joined = Vec::new();
    let mut at = 0;
    let mut is_first = true;
    while let Some((size, start)) = chunk_size(body, at, is_first) {
        let rest = &body[start..];
        let size = usize::try_from(size).unwrap_or(usize::MAX);
        if size >= rest.len() {
            joined.extend_from_slice(rest);
            return Some(joined);
        }
        let after = &rest[size..];
        let Some(width) = line_end(after) else {
            // What follows a chunk of a chunked body is a line end.
            if is_first {
                return None;
            }
            joined.extend_from_slice(&rest[..size]);
            return Some(joined);
        };
        if size == 0 {
            return Some(joined);
        }
        joined.extend_from_slice(&rest[..size]);
        at = start + size + width;
        is_first = false;
    }
    (!is_first).then_some(joined)
}

/// Bytes of the line end at the beginning of `bytes`.
fn line_end(bytes: &[u8]) -> Option<usize> {
    match bytes {
        [b'\r', b'\n', ..] => Some(2),
        [b'\n', ..] => Some(1),
        _ => None,
    }
}

/// The size on the line at `at`, and where the chunk begins; none where no such line stands there.
fn chunk_size(body: &[u8], at: usize, is_first: bool) -> Option<(u64, usize)> {
    const LINE_BYTES: usize = 256;
    let line = &body[at..body.len().min(at + LINE_BYTES)];
    let end = memchr(b'\n', line)?;
    let digits = line.iter().take_while(|b| b.is_ascii_hexdigit()).count();
    let after = line[digits..end].trim_ascii();
    // A text that was joined may begin with a line that reads as a number.
    let has_line_end = !is_first || line[..end].ends_with(b"\r");
    if digits == 0 || !has_line_end || !(after.is_empty() || after.starts_with(b";")) {
        return None;
    }
    let size = std::str::from_utf8(&line[..digits]).ok().and_then(|d| u64::from_str_radix(d, 16).ok())?;
    Some((size, at + end + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn status_lines_of_any_protocol_are_read() {
        assert_eq!(parse(b"HTTP/2 200\r\n\r\n").status, Some(200));
        assert_eq!(parse(b"HTTP/1.0 302 \r\r\n\r\r\n").status, Some(302));
        assert_eq!(parse(b"HTTP/1.1  404 Not Found\n\n").status, Some(404));
        assert_eq!(parse(b"HTTP/1.1 OK\n\n").status, None);
    }

    #[test]
    fn a_body_begins_after_the_blank_line_or_where_markup_does() {
        let block = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; Charset=\"Windows-1256\"\r\n\r\nbody";
        let answer = parse(block);
        assert_eq!(&block[answer.body..], b"body");
        assert_eq!(answer.content_type.as_deref().and_then(charset_of), Some("Windows-1256"));
        let block = b"HTTP/1.1 200 OK\nServer: x\n<html>";
        assert_eq!(&block[parse(block).body..], b"<html>");
        let block = b"HTTP/1.1 200 OK\nServer: x";
        assert_eq!(parse(block).body, block.len());
    }

    #[test]
    fn of_heads_one_behind_the_other_the_last_is_the_answer() {
        let page = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>a";
        for before in [
            "HTTP/1.1 100 Continue\r\n\r\n",
            "HTTP/1.1 100 Continue\r\n",
            "HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\nContent-Type: text/css\r\n\r\n\r\n",
            "HTTP/1.1 200 Connection established\r\nVia: 1.1 proxy\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n",
            "HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n",
        ] {
            let block = format!("{before}{page}");
            let answer = parse(block.as_bytes());
            let found = (answer.status, answer.content_type.as_deref(), &block[answer.body..]);
            assert_eq!(found, (Some(200), Some("text/html"), "<p>a"), "{before}");
        }
    }

    #[test]
    fn a_page_about_answers_begins_with_its_own_words() {
        let text = "HTTP/1.1 200 OK\r\nis how they begin";
        let block = format!("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n{text}");
        assert_eq!(&block[parse(block.as_bytes()).body..], text);
        let block = "HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 is a protocol";
        assert_eq!(&block[parse(block.as_bytes()).body..], "HTTP/1.1 is a protocol");
        assert_eq!(parse(b"HTTP/1.1 101 Switching Protocols\r\n\r\n\x81\x05hello").status, Some(101));
    }

    #[test]
    fn codings_stand_in_the_order_in_which_they_were_applied() {
        let block = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\nContent-Encoding: BR , deflate\r\n\r\n";
        let answer = parse(block);
        assert_eq!(answer.codings, ["br", "deflate", "gzip"]);
        assert!(answer.is_chunked);
    }

    #[test]
    fn a_language_counts_where_it_is_the_only_one() {
        let language = |l: &str| parse(format!("HTTP/1.1 200\nContent-Language: {l}\n\n").as_bytes()).only_language();
        assert_eq!(language("ar-SA").as_deref(), Some("ar-SA"));
        assert_eq!(language("ar, en"), None);
        assert_eq!(language(""), None);
    }

    #[test]
    fn chunks_are_joined_and_what_has_none_is_told() {
        assert_eq!(dechunk(b"3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n").as_deref(), Some(&b"abcde"[..]));
        assert_eq!(dechunk(b"0005  \r\nabcde\r\n0\r\n").as_deref(), Some(&b"abcde"[..]));
        assert_eq!(dechunk(b"<html>abc"), None);
        assert_eq!(dechunk(b"3\r\nabcdef and more"), None);
        assert_eq!(dechunk(b"2015\nwas a year"), None);
        assert_eq!(dechunk(b""), None);
    }

    #[test]
    fn chunks_that_are_cut_or_damaged_give_what_came_before() {
        assert_eq!(dechunk(b"3\r\nabc\r\nff\r\nde").as_deref(), Some(&b"abcde"[..]));
        assert_eq!(dechunk(b"3\r\nabc\r\nzz\r\nde").as_deref(), Some(&b"abc"[..]));
        assert_eq!(dechunk(b"3\r\nabc\r\nffffffffffffffffffff\r\nde").as_deref(), Some(&b"abc"[..]));
        assert_eq!(dechunk(b"ffffffffffffffff\r\nde").as_deref(), Some(&b"de"[..]));
    }
}
