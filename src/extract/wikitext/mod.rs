//! An article in the markup of MediaWiki to text and blocks, in time linear in its length whatever it holds.
//!
//! [`markup`] takes out what is no running text, [`lines`] makes blocks of the lines that are left, [`tidy`] mends each.
//! [`templates`] is the one table of templates that stand for words; all others go out.

mod frames;
mod lines;
mod links;
mod marks;
mod markup;
mod tags;
mod templates;
mod tidy;

use crate::model::document::{Document, Metadata};
use crate::model::wiki_site::WikiSite;

/// The document of an article of `site`.
pub(super) fn extract_article(source: &str, site: &WikiSite, metadata: Metadata) -> Document {
    let flat = markup::flatten(source, site, metadata.title.as_deref().unwrap_or_default());
    let (text, blocks) = lines::blocks_of(&flat);
    Document { metadata, text, blocks }
}

#[cfg(test)]
mod tests;
