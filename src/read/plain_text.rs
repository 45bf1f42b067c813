//! Plain text: a file is one document.

use crate::error::Result;
use crate::model::document::Body;

use super::recognise::Format;
use super::{Met, Reader, Sink, Slice, unpack};

/// Reads a text file as one document.
pub struct PlainText;

impl Reader for PlainText {
    fn format(&self) -> Format {
        Format::PlainText
    }

    fn read(&self, slice: Slice<'_>, sink: &mut Sink<'_>) -> Result<Met> {
        unpack::one_document(slice, sink, Body::Text)
    }
}
