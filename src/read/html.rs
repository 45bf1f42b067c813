//! HTML pages: a file is one document, whose main text the stage `extract` finds.

use crate::error::Result;
use crate::model::document::Body;

use super::recognise::Format;
use super::{Met, Reader, Sink, Slice, unpack};

/// Reads a page as one document.
pub struct Html;

impl Reader for Html {
    fn format(&self) -> Format {
        Format::Html
    }

    fn read(&self, slice: Slice<'_>, sink: &mut Sink<'_>) -> Result<Met> {
        unpack::one_document(slice, sink, Body::Html)
    }
}
