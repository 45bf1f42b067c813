//! A page of HTML to a document, within limits.

use scraper::Html;

use crate::model::document::{Document, Fault, Metadata};
use crate::panics::guarded;

use super::guard::Tamed;
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
    within_limits(html, options, |tamed| {
        let tree = Html::parse_document(&tamed.html);
        let metadata = metadata::complete(dump, &page::read(&tree));
        let blocks = match options.html {
            HtmlText::Main => main_content::main_blocks(tamed, tree),
            HtmlText::All => blocks::blocks_of(tree.tree.root()),
        };
        let (text, blocks) = blocks::join(&blocks);
        Document { metadata, text, blocks }
    })
}

/// The document of HTML that is text as a whole: every visible block, and no metadata but those of the dump.
///
/// # Errors
///
/// Those of [`extract_page`].
pub(super) fn extract_fragment(html: &str, dump: Metadata, options: &ExtractOptions) -> Result<Document, Fault> {
    within_limits(html, options, |tamed| {
        // As a document, so that a title and styles in front of the text do not become text.
        let tree = Html::parse_document(&tamed.html);
        let (text, blocks) = blocks::join(&blocks::blocks_of(tree.tree.root()));
        Document { metadata: dump, text, blocks }
    })
}

/// What `make` gives for HTML that parsers can be given.
fn within_limits(
    html: &str,
    options: &ExtractOptions,
    make: impl FnOnce(&Tamed<'_>) -> Document,
) -> Result<Document, Fault> {
    let fault = |reason: &str, detail: String| Fault {
        reason: reason.into(),
        detail,
        text: Some(page::beginning(html, MAX_FAULT_TEXT).to_string()),
    };
    let tamed = guard::tame(html);
    let bytes = tamed.html.len();
    if u64::try_from(bytes).is_ok_and(|bytes| bytes > options.max_html_bytes) {
        return Err(fault("extract.html_too_large", format!("{bytes} bytes, at most {}", options.max_html_bytes)));
    }
    if tamed.elements > MAX_ELEMENTS {
        return Err(fault("extract.html_too_large", format!("{} elements, at most {MAX_ELEMENTS}", tamed.elements)));
    }
    guarded(|| make(&tamed)).map_err(|panic| fault("extract.failed", panic))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(html: &str, options: &ExtractOptions) -> Result<Document, Fault> {
        extract_page(html, Metadata::default(), options)
    }

    #[test]
    fn a_page_above_the_limits_is_a_fault_with_the_beginning_of_its_text() {
        let small = ExtractOptions { max_html_bytes: 10, ..ExtractOptions::default() };
        let fault = of("<p>نص طويل</p>", &small).expect_err("above ten bytes");
        assert_eq!(fault.reason, "extract.html_too_large");
        assert_eq!(fault.text.as_deref(), Some("<p>نص طويل</p>"));
        let many = of(&"<br>".repeat(MAX_ELEMENTS + 1), &ExtractOptions::default()).expect_err("too many elements");
        assert_eq!(many.reason, "extract.html_too_large");
    }

    #[test]
    fn what_is_dropped_before_the_parser_does_not_count_as_size() {
        let options = ExtractOptions { max_html_bytes: 1000, ..ExtractOptions::default() };
        let page = format!("<script>{}</script><!--{}--><p>text</p>", "x".repeat(5000), "y".repeat(70_000));
        assert_eq!(of(&page, &options).expect("small once cut").text, "text");
    }

    #[test]
    fn all_visible_text_is_an_option() {
        let options = ExtractOptions { html: HtmlText::All, ..ExtractOptions::default() };
        let page = "<title>t</title><nav><ul><li>one<li>two</ul></nav><p>a &lt;b&gt;</p><script>s</script>";
        assert_eq!(of(page, &options).expect("a small page").text, "one\ntwo\n\na <b>");
    }

    #[test]
    fn a_fragment_keeps_what_judges_of_pages_would_leave_and_drops_what_is_not_seen() {
        let html = "<title>t</title><style>s</style><div class=comments><p>ألف</p></div><p>b</p>c";
        let found = extract_fragment(html, Metadata::default(), &ExtractOptions::default()).expect("small");
        assert_eq!((found.text.as_str(), found.metadata), ("ألف\n\nb\n\nc", Metadata::default()));
        let small = ExtractOptions { max_html_bytes: 10, ..ExtractOptions::default() };
        let fault = extract_fragment(html, Metadata::default(), &small).expect_err("above ten bytes");
        assert_eq!(fault.reason, "extract.html_too_large");
    }

    #[test]
    fn one_page_leaves_nothing_to_the_next() {
        let options = ExtractOptions::default();
        let page = format!(
            "<article><p>{}</p></article>",
            "A sentence that is repeated on every page of the site. ".repeat(6)
        );
        let first = of(&page, &options).expect("a page");
        for _ in 0..5 {
            assert_eq!(of(&page, &options).as_ref(), Ok(&first));
        }
    }
}
