//! Blocks of records to articles: which records hold one, and its text or page, decoded.

use encoding_rs::UTF_8;

use crate::model::document::{Body, Metadata};
use crate::read::recognise::Format;
use crate::text::charset::{Charset, decode_parts, detect, html_declaration, of_label, plain_utf8};

use super::coding::{Undecoded, format_of, undo};
use super::dialect::{Head, Kind};
use super::http::{self, Answer};
use super::passed::{Media, Passed, media_of};

/// What is in a block.
pub(super) enum Payload {
    /// An article, perhaps.
    Document(Body, Box<Metadata>),
    /// No article by kind.
    Passed(Passed),
    /// More bytes than allowed, once decoded.
    TooLarge,
    /// Something that cannot be read; why.
    Damaged(String),
}

/// A record that may hold an article.
pub(super) struct Candidate {
    /// What the server said, where it was asked over HTTP.
    answer: Option<Answer>,
    /// What the media type promises.
    media: Media,
    /// Label of the charset that the media type names.
    charset: Option<String>,
}

impl Candidate {
    /// Looks at a head and the first bytes of its block, which hold the head of an HTTP answer.
    ///
    /// # Errors
    /// Why it is none, where nothing of the block need be read.
    pub(super) fn of(head: &Head, start: &[u8]) -> Result<Self, Passed> {
        if let Kind::Other(passed) = head.kind {
            return Err(passed);
        }
        if head.length == Some(Ok(0)) {
            return Err(Passed::Empty);
        }
        let block_type = head.content_type.as_deref().unwrap_or_default();
        let is_http = block_type.trim().to_ascii_lowercase().starts_with("application/http");
        let may_be_http = head.kind == Kind::Response || block_type.is_empty();
        let answer = (http::is_answer(start) && (is_http || may_be_http)).then(|| http::parse(start));
        if let Some(passed) = answer.as_ref().and_then(|a| a.status).and_then(passed_status) {
            return Err(passed);
        }
        let declared = match &answer {
            Some(answer) => answer.content_type.as_deref(),
            None if is_http => None,
            None => head.content_type.as_deref(),
        };
        // Of an ARC record the line speaks where the server does not.
        let fallback = head.payload_type.as_deref().or_else(|| head.content_type.as_deref().filter(|_| !is_http));
        let known = [declared, fallback].into_iter().flatten().find(|t| media_of(t) != Media::Unknown);
        let media = known.map_or(Media::Unknown, media_of);
        if let Media::Other(passed) = media {
            return Err(passed);
        }
        let charset = declared.and_then(http::charset_of).map(str::to_owned);
        Ok(Self { answer, media, charset })
    }

    /// Whether the first `seen` bytes of the block held all of the answer's head.
    pub(super) fn is_whole(&self, seen: usize) -> bool {
        self.answer.as_ref().is_none_or(|answer| answer.body < seen)
    }

    /// What is in the whole block; a decoded body has at most `max` bytes.
    pub(super) fn payload(&self, head: &Head, block: &[u8], max: u64) -> Payload {
        let Some(answer) = &self.answer else { return self.body(head, block) };
        let body = &block[answer.body.min(block.len())..];
        let joined = if answer.is_chunked { http::dechunk(body) } else { None };
        match undo(joined.as_deref().unwrap_or(body), &answer.codings, max) {
            Ok(body) => self.body(head, &body),
            Err(Undecoded::TooLarge) => Payload::TooLarge,
            Err(Undecoded::Damaged(detail)) => Payload::Damaged(detail),
        }
    }

    fn body(&self, head: &Head, body: &[u8]) -> Payload {
        if body.trim_ascii().is_empty() {
            return Payload::Passed(Passed::Empty);
        }
        // The text of a conversion is what somebody made of a page: it is not judged again.
        if head.kind == Kind::Conversion && self.media != Media::Html {
            let text = match simdutf8::basic::from_utf8(body) {
                Ok(text) => text.to_owned(),
                Err(_) => decode_parts(body, self.charset_of(body, false)).into_owned(),
            };
            return Payload::Document(Body::Text(text), self.metadata(head));
        }
        let is_html = match what_is(self.media, format_of(body)) {
            Ok(is_html) => is_html,
            Err(passed) => return Payload::Passed(passed),
        };
        let text = match plain_utf8(body) {
            Some(text) => text.to_owned(),
            None => decode_parts(body, self.charset_of(body, is_html)).into_owned(),
        };
        let body = if is_html { Body::Html(text) } else { Body::Text(text) };
        Payload::Document(body, self.metadata(head))
    }

    /// The charset by evidence; of the declarations the server's goes before the page's, unless the bytes refute it.
    fn charset_of(&self, body: &[u8], is_html: bool) -> Charset {
        let page = if is_html { html_declaration(body) } else { None };
        let mut labels = [self.charset.as_deref(), page.as_deref()].into_iter().flatten();
        let mut declared = std::iter::from_fn(|| labels.find_map(|label| Some((label, of_label(label)?))));
        let Some((first, charset)) = declared.next() else { return detect(body, None, true) };
        let found = detect(body, Some(first), true);
        match declared.next() {
            Some((second, other)) if found.encoding != UTF_8 && found != charset && found != other => {
                let by_page = detect(body, Some(second), true);
                if by_page == other { by_page } else { found }
            }
            _ => found,
        }
    }

    fn metadata(&self, head: &Head) -> Box<Metadata> {
        Box::new(Metadata {
            url: head.url.clone(),
            source_id: head.source_id.clone(),
            language: head.language.clone().or_else(|| self.answer.as_ref().and_then(Answer::only_language)),
            ..Metadata::default()
        })
    }
}

fn passed_status(status: u16) -> Option<Passed> {
    match status {
        204 | 205 => Some(Passed::Empty),
        200..300 => None,
        300..400 => Some(Passed::Redirect),
        400.. => Some(Passed::ErrorPage),
        _ => Some(Passed::OtherType),
    }
}

/// Whether a body is a page rather than plain text, by what it was declared and what its beginning shows.
fn what_is(media: Media, format: Format) -> Result<bool, Passed> {
    match (media, format) {
        (Media::Other(passed), _) => Err(passed),
        (Media::PageOr(_), Format::Html) => Ok(true),
        (Media::PageOr(passed), _) => Err(passed),
        (_, Format::Json | Format::JsonLines) => Err(Passed::Json),
        (_, Format::Feed) => Err(Passed::Xml),
        (_, Format::Other("image")) => Err(Passed::Image),
        (_, Format::Other("media")) => Err(Passed::Media),
        (_, Format::Parquet | Format::Zip | Format::Epub | Format::Tar | Format::Warc | Format::Arc) => {
            Err(Passed::OtherType)
        }
        (Media::Html, Format::Other("XML")) | (_, Format::Html) => Ok(true),
        (_, Format::Other("XML")) => Err(Passed::Xml),
        (_, Format::Other(_)) => Err(Passed::OtherType),
        (Media::Html, _) => Ok(true),
        (_, Format::MediaWiki | Format::Sgml) => Err(Passed::Xml),
        (_, Format::PlainText | Format::Delimited) => Ok(false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use encoding_rs::WINDOWS_1256;

    const ARABIC: &str = "أعلنت وزارة الصحة اليوم عن حملة جديدة في المدارس";

    fn head(kind: Kind, content_type: &str) -> Head {
        Head {
            kind,
            length: Some(Ok(1)),
            content_type: Some(content_type.to_owned()).filter(|t| !t.is_empty()),
            payload_type: None,
            url: Some("http://a.example/".into()),
            source_id: None,
            language: None,
        }
    }

    fn read(head: &Head, block: &[u8]) -> Result<Body, Passed> {
        match Candidate::of(head, block)?.payload(head, block, 1 << 20) {
            Payload::Document(body, _) => Ok(body),
            Payload::Passed(passed) => Err(passed),
            Payload::TooLarge => panic!("too large"),
            Payload::Damaged(detail) => panic!("{detail}"),
        }
    }

    fn answer(headers: &str, body: &[u8]) -> Result<Body, Passed> {
        let block = [format!("HTTP/1.1 200 OK\r\n{headers}\r\n\r\n").as_bytes(), body].concat();
        read(&head(Kind::Response, "application/http; msgtype=response"), &block)
    }

    #[test]
    fn a_page_in_windows_1256_is_decoded_by_header_by_meta_and_by_its_letters() {
        let page = |meta: &str| format!("<html>{meta}<p>{ARABIC}");
        let bytes = |meta: &str| WINDOWS_1256.encode(&page(meta)).0.into_owned();
        let meta = "<meta charset=windows-1256>";
        for (header, meta) in [
            ("; charset=windows-1256", ""),
            ("", meta),
            ("; charset=ISO-8859-1", ""),
            ("; charset=utf-8", ""),
            ("; charset=iso-8859-1", meta),
            ("; charset=nonsense", meta),
        ] {
            let read = answer(&format!("Content-Type: text/html{header}"), &bytes(meta));
            assert_eq!(read, Ok(Body::Html(page(meta))), "{header} {meta}");
        }
    }

    #[test]
    fn utf_8_is_utf_8_whatever_was_declared() {
        let page = format!("<html><p>{ARABIC}");
        let read = answer("Content-Type: text/html; charset=windows-1256", page.as_bytes());
        assert_eq!(read, Ok(Body::Html(page)));
    }

    #[test]
    fn what_is_no_article_is_passed_over_by_kind() {
        let http = head(Kind::Response, "application/http;msgtype=response");
        let status = |s: &str| read(&http, format!("HTTP/1.1 {s}\r\nContent-Type: text/html\r\n\r\n<p>a").as_bytes());
        assert_eq!(status("301 Moved"), Err(Passed::Redirect));
        assert_eq!(status("404"), Err(Passed::ErrorPage));
        assert_eq!(status("204 None"), Err(Passed::Empty));
        assert_eq!(status("203 Well"), Ok(Body::Html("<p>a".into())));
        assert_eq!(answer("Content-Type: image/png", b"x"), Err(Passed::Image));
        assert_eq!(answer("Content-Type: text/html", b"\r\n \n"), Err(Passed::Empty));
        assert_eq!(answer("Content-Type: text/html", b"{\"a\":1}"), Err(Passed::Json));
        assert_eq!(answer("Content-Type: text/html", b"\x89PNG\r\n\x1a\n\0\0\0"), Err(Passed::Image));
        assert_eq!(read(&head(Kind::Response, "text/dns"), b"a.example 10.0.0.1"), Err(Passed::OtherType));
        assert_eq!(read(&head(Kind::Conversion, "image/png"), b"x"), Err(Passed::Image));
    }

    #[test]
    fn pages_are_served_under_types_that_are_mostly_no_article() {
        let page = "<!doctype html><p>a</p>";
        for sort in ["text/xml", "application/xml", "application/octet-stream", "application/x-httpd-php", "text/htm"] {
            assert_eq!(
                answer(&format!("Content-Type: {sort}"), page.as_bytes()),
                Ok(Body::Html(page.into())),
                "{sort}"
            );
        }
        assert_eq!(answer("Content-Type: text/xml", b"<a><b>c</b></a>"), Err(Passed::Xml));
        assert_eq!(answer("Content-Type: application/octet-stream", ARABIC.as_bytes()), Err(Passed::OtherType));
    }

    #[test]
    fn a_type_that_nobody_names_is_seen_in_the_bytes() {
        assert_eq!(answer("Server: x", b"<!doctype html><p>a"), Ok(Body::Html("<!doctype html><p>a".into())));
        assert_eq!(answer("Server: x", ARABIC.as_bytes()), Ok(Body::Text(ARABIC.into())));
        assert_eq!(answer("Server: x", b"<rss version='2.0'>"), Err(Passed::Xml));
        let mut identified = head(Kind::Response, "application/http");
        identified.payload_type = Some("image/gif".into());
        assert_eq!(read(&identified, b"HTTP/1.1 200 OK\r\n\r\nplain"), Err(Passed::Image));
    }

    #[test]
    fn answers_without_a_status_line_are_taken_for_what_they_look_like() {
        let old = head(Kind::Response, "text/html");
        assert_eq!(read(&old, b"<title>a</title>"), Ok(Body::Html("<title>a</title>".into())));
        assert_eq!(read(&head(Kind::Response, "application/http"), b"<html>a"), Ok(Body::Html("<html>a".into())));
    }

    #[test]
    fn the_text_of_a_conversion_stays_byte_for_byte() {
        let text = "\u{feff} {\"a\": 1}\r\n\tنص ";
        assert_eq!(read(&head(Kind::Conversion, "text/plain"), text.as_bytes()), Ok(Body::Text(text.into())));
        assert_eq!(read(&head(Kind::Conversion, ""), text.as_bytes()), Ok(Body::Text(text.into())));
    }

    #[test]
    fn chunks_within_codings_are_undone_in_turn_and_joined_bodies_stay() {
        use std::io::Write;
        let page = "<html><p>word</p>".repeat(30);
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        gzip.write_all(page.as_bytes()).unwrap();
        let gzip = gzip.finish().unwrap();
        let chunked = [format!("{:x}\r\n", gzip.len()).as_bytes(), &gzip, b"\r\n0\r\n\r\n"].concat();
        let both = "Content-Type: text/html\r\nTransfer-Encoding: chunked\r\nContent-Encoding: gzip";
        assert_eq!(answer(both, &chunked), Ok(Body::Html(page.clone())));
        assert_eq!(answer(both, &gzip), Ok(Body::Html(page.clone())));
        assert_eq!(answer(both, page.as_bytes()), Ok(Body::Html(page.clone())));
    }
}
