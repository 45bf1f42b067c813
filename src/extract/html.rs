//! A page of HTML to a document, within limits.

use scraper::Html;

use crate::model::document::{Document, Fault, Metadata};

use super::{ExtractOptions, HtmlText, blocks, guard, main_content, metadata, page};

/// The most elements that a page may make.
const MAX_ELEMENTS: usize = 1 << 20;
/// What of a page that fails goes into the ledger, in bytes.
const MAX_FAULT_TEXT: usize = 4096;

/// The document of a page; `dump` goes before what the page says.
///
/// # Errors
///
/// `extract.html_too_large` above the limits, `extract.failed` where a parser panicked.
pub(super) fn extract_page(html: &str, dump: Metadata, options: &ExtractOptions) -> Result<Document, Fault> {
    let fault = |reason: &str, detail: String| Fault {
        reason: reason.into(),
        detail,
        text: Some(html[..html.floor_char_boundary(MAX_FAULT_TEXT)].to_string()),
    };
    let tamed = guard::tame(html);
    let bytes = tamed.html.len();
    if u64::try_from(bytes).is_ok_and(|bytes| bytes > options.max_html_bytes) {
        return Err(fault("extract.html_too_large", format!("{bytes} bytes, at most {}", options.max_html_bytes)));
    }
    if tamed.elements > MAX_ELEMENTS {
        return Err(fault("extract.html_too_large", format!("{} elements, at most {MAX_ELEMENTS}", tamed.elements)));
    }
    let parsed = guard::guarded(|| {
        let tree = Html::parse_document(&tamed.html);
        let metadata = metadata::complete(dump, &page::read(&tree));
        let blocks = match options.html {
            HtmlText::Main => main_content::main_blocks(&tamed, &tree),
            HtmlText::All => blocks::blocks_of(tree.tree.root()),
        };
        let (text, blocks) = blocks::join(&blocks);
        Document { metadata, text, blocks }
    });
    parsed.map_err(|panic| fault("extract.failed", panic))
}
