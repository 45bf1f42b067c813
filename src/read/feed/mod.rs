//! RSS of all versions and Atom: an item or entry is one document.
//!
//! [`mod@item`] reads one, by its elements in [`parts`], whose names [`names`] knows whatever their prefixes; [`channel`] reads
//! what stands outside of items.

mod channel;
mod item;
mod names;
mod parts;

use crate::error::Result;
use crate::model::document::{ByteSpan, RawDocument};
use crate::text::charset::{decode, decode_record};

use self::channel::Channel;
use self::item::item;
use self::names::Names;
use super::hole::{HOLE, has_hole};
use super::outside::told;
use super::pieces::{Piece, Pieces, Tags, failed, too_large};
use super::recognise::Format;
use super::transcode::ascii_compatible;
use super::{Met, Reader, Sink, Slice, broken};

/// The reason of an item that is no XML, and of what belongs to no item.
const BAD_XML: &str = "read.bad_xml";

/// Reads feeds; a broken item costs itself, and entities that the feed declares are left as they stand.
pub struct Feed;

impl Reader for Feed {
    fn format(&self) -> Format {
        Format::Feed
    }

    fn read(&self, slice: Slice<'_>, sink: &mut Sink<'_>) -> Result<Met> {
        let names = Names::of(&decode(slice.head, slice.charset));
        let (reader, charset, changed) = ascii_compatible(slice.content.reader, slice.charset);
        let tags = Tags { names: names.items(), xml: true, closed: false };
        let mut pieces = Pieces::new(reader, slice.content.start, tags, slice.options.max_record);
        let mut met = Met::default();
        let mut channel = Channel::default();
        // What follows a fault is the rest of what it cut.
        let mut after_fault = false;
        loop {
            let begun = pieces.span().end;
            let piece = pieces.next();
            let behind_fault = std::mem::replace(&mut after_fault, matches!(piece, Piece::Fault(_)));
            let document = match piece {
                Piece::End if met.records > 0 => return Ok(met),
                Piece::End => match channel.instead() {
                    Some(other) => broken(0, BAD_XML, "no item or entry is in the feed".into(), other.as_bytes()),
                    None => return Ok(met),
                },
                Piece::Document | Piece::Cut if has_hole(pieces.bytes()) => {
                    broken(met.records, BAD_XML, HOLE.into(), decode_record(pieces.bytes(), charset).as_bytes())
                }
                Piece::Document | Piece::Cut => {
                    let text = decode_record(pieces.bytes(), charset);
                    item(&text, &channel, &names, slice.fields)
                        .unwrap_or_else(|detail| broken(met.records, BAD_XML, detail, text.as_bytes()))
                }
                Piece::Outside(shown) => {
                    let text = decode_record(&shown, charset);
                    channel.read(&text, &names);
                    let Some(lost) = channel.lost(&text).filter(|_| !behind_fault) else { continue };
                    let detail = told("items", lost, pieces.span().start - begun, begun);
                    broken(met.records, BAD_XML, detail, lost.as_bytes())
                }
                Piece::TooLarge(shown) => too_large(met.records, &shown, charset),
                Piece::Fault(error) => failed(met.records, &error),
            };
            let span = pieces.span();
            let bytes = (!changed && !span.is_empty()).then_some(ByteSpan { start: span.start, end: span.end });
            let document = RawDocument { record: met.records, bytes, ..document };
            met.records += 1;
            if !sink(document)? {
                return Ok(met);
            }
        }
    }
}

#[cfg(test)]
mod tests;
