//! Dumps of MediaWiki in XML: one page a record.
//!
//! [`pages`] finds pages in the stream, so that a broken one costs itself alone; [`page`] reads one; [`site`] reads what the
//! head of the dump says of the wiki; [`cuts`] says where a big dump may be cut. The markup of the text is the business of
//! the stage `extract`.

mod cuts;
mod outside;
mod page;
mod pages;
mod site;
mod width;

use crate::error::Result;
use crate::model::document::{Body, ByteSpan, Metadata, RawDocument};
use crate::model::wiki_site::ARTICLES;
use crate::text::chars::{WORD, lookup};
use crate::text::charset::{Charset, decode, decode_parts};
use crate::text::dates::parse_date;

use self::page::Page;
use self::pages::{Extent, OUTSIDE_BYTES, Pages};
use self::site::Site;
use self::width::Width;
use super::hole::{HOLE, has_hole};
use super::outside::told;
use super::recognise::Format;
use super::transcode::ascii_compatible;
use super::unpack::fault_of;
use super::{BigFile, Cuts, Met, Reader, Sink, Slice, broken};

/// What is read of pages that break XML.
const BAD_XML: &str = "read.bad_xml";

/// Models of content that are text to read; a page that names none is wikitext.
const WIKITEXT: &str = "wikitext";
/// The other one.
const PLAIN_TEXT: &str = "text";

/// The longest page that is a redirect where its markup alone says so, in bytes.
const MAX_REDIRECT_BYTES: usize = 2048;

/// Reads dumps of MediaWiki: articles are documents; other pages, redirects and deleted texts are passed over.
pub struct MediaWiki;

impl Reader for MediaWiki {
    fn format(&self) -> Format {
        Format::MediaWiki
    }

    fn read(&self, slice: Slice<'_>, sink: &mut Sink<'_>) -> Result<Met> {
        let site = Site::parse(&decode(slice.head, slice.charset));
        let width = Width::of(slice.charset);
        let start = slice.content.start;
        let (reader, charset, changed) = ascii_compatible(slice.content.reader, slice.charset);
        let mark = if changed { slice.charset.bom as u64 } else { 0 };
        let charset = Charset { bom: 0, ..charset };
        // Offsets in a charset of several bytes a character are not known once it is read as another.
        let has_offsets = !changed || width != Width::Byte;
        let mut pages = Pages::new(reader, start + mark, slice.range.start, width, slice.options.max_record);
        let mut met = Met::default();
        while let Some(found) = pages.next_page(slice.range.end).transpose() {
            let document = match found {
                Err(error) => {
                    let (reason, detail) = fault_of(&error);
                    Ok(broken(met.records, reason, detail, &[]))
                }
                Ok((span, _)) if span.start < slice.range.start => continue,
                Ok((span, Extent::Outside(shown))) => {
                    let text = decode(shown, charset).into_owned();
                    let is_all = shown.len() < OUTSIDE_BYTES && met.records == 0 && pages.at_end();
                    let Some(lost) = outside::lost(&text, is_all) else { continue };
                    let detail = told("pages", lost, span.end - span.start, span.start);
                    let bytes = has_offsets.then_some(ByteSpan { start: span.start, end: span.end });
                    Ok(RawDocument { bytes, ..broken(met.records, BAD_XML, detail, lost.as_bytes()) })
                }
                Ok((span, extent)) => document_of(extent, charset, &site, met.records).map(|document| RawDocument {
                    bytes: has_offsets.then_some(ByteSpan { start: span.start, end: span.end }),
                    ..document
                }),
            };
            match document {
                Err(kind) => met.pass_over(kind),
                Ok(document) => {
                    met.records += 1;
                    if !sink(document)? {
                        break;
                    }
                }
            }
        }
        Ok(met)
    }

    fn cuts(&self, file: &BigFile<'_>) -> Option<Cuts> {
        cuts::cuts(file)
    }
}

/// The document of a page, or the kind of a page that is no article.
fn document_of(
    extent: Extent<'_>,
    charset: Charset,
    site: &Site,
    record: u64,
) -> std::result::Result<RawDocument, &'static str> {
    let bytes = match extent {
        Extent::Whole(bytes) => bytes,
        Extent::TooLong(head, length) => {
            let detail = format!("a record of {length} bytes; read it with a larger --max-record");
            return Ok(broken(record, "read.record_too_large", detail, head));
        }
        Extent::Cut(bytes) | Extent::Outside(bytes) => {
            return Ok(broken(record, BAD_XML, "the page does not end before the next one or the file".into(), bytes));
        }
    };
    if has_hole(bytes) {
        return Ok(broken(record, BAD_XML, HOLE.into(), bytes));
    }
    match page::parse(&decode_parts(bytes, charset)) {
        Err(detail) => Ok(broken(record, BAD_XML, detail, bytes)),
        Ok(page) => article(page, site, record),
    }
}

/// The document of a page that is an article of text, or what it is else.
fn article(page: Page, site: &Site, record: u64) -> std::result::Result<RawDocument, &'static str> {
    let namespace = page.namespace.unwrap_or_else(|| site.wiki.namespace_of_title(&page.title));
    let is_wikitext = page.model.is_empty() || page.model == WIKITEXT;
    let is_text = is_wikitext || page.model == PLAIN_TEXT;
    if namespace != ARTICLES {
        return Err("other_namespace");
    }
    if page.is_redirect || is_redirect(&page.text) {
        return Err("redirect");
    }
    if page.is_deleted {
        return Err("deleted");
    }
    if !is_text {
        return Err("other_model");
    }
    let metadata = Metadata {
        url: site.url(&page.title),
        site: site.name.clone(),
        published: parse_date(&page.timestamp),
        language: site.wiki.language.clone(),
        title: Some(page.title).filter(|title| !title.is_empty()),
        source_id: Some(page.id).filter(|id| !id.is_empty()),
        ..Metadata::default()
    };
    let body = match is_wikitext {
        true => Body::Wikitext { text: page.text, site: site.wiki.clone() },
        false => Body::Text(page.text),
    };
    Ok(RawDocument { record, bytes: None, metadata, body })
}

/// Whether the markup says that the page only leads to another: `#WORD [[title]]` in any language and nothing else on the
/// line, as dumps before the tag of redirects have it.
fn is_redirect(text: &str) -> bool {
    let text = text.trim_start();
    let Some(rest) = text.strip_prefix('#') else { return false };
    let Some((word, link)) = rest.split_once("[[") else { return false };
    let word = word.trim().trim_end_matches(':').trim_end();
    // After a space it would be an item of a list.
    let is_word = !word.is_empty()
        && !rest.starts_with(char::is_whitespace)
        && word.chars().all(|c| c.is_alphanumeric() || lookup(c).is(WORD) || c == '_' || c == '-');
    let after = link.split_once("]]").map(|(_, after)| after.lines().next().unwrap_or("").trim());
    is_word
        && (word.eq_ignore_ascii_case("redirect")
            || (text.len() <= MAX_REDIRECT_BYTES
                && after.is_some_and(|after| after.is_empty() || after.starts_with("{{"))))
}

#[cfg(test)]
mod tests;
