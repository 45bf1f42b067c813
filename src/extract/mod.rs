//! Records to documents: the article out of a page or a plain text, and what the page says about it.
//!
//! Takes a [`RawDocument`], hands on a [`Document`] whose text has `\n` for every line end and, where there was markup,
//! blocks with kinds. Foreign parsers run guarded: none of their panics, stacks or appetites reaches the caller.

mod anchor;
mod blocks;
mod guard;
mod html;
mod json_ld;
mod main_content;
mod metadata;
mod page;
mod plain;
mod published;
mod spacing;
mod veil;
mod wikitext;

use serde::{Deserialize, Serialize};

use crate::model::document::{Body, Document, Fault, RawDocument};

/// Part of the names of stored results: raised whenever the same record may give another document.
pub const VERSION: u32 = 4;

/// The largest page that is parsed, in bytes, after scripts, giant attributes and giant comments are dropped.
pub const MAX_HTML_BYTES: u64 = 8 << 20;

/// Which part of a page is its text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum HtmlText {
    /// The article, without the page around it.
    #[default]
    Main,
    /// All that is visible.
    All,
}

/// The settings `extract.*` of a recipe.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ExtractOptions {
    /// Which part of a page is its text.
    pub html: HtmlText,
    /// The largest page that is parsed, in bytes; see [`MAX_HTML_BYTES`].
    pub max_html_bytes: u64,
}

impl Default for ExtractOptions {
    fn default() -> Self {
        Self { html: HtmlText::default(), max_html_bytes: MAX_HTML_BYTES }
    }
}

/// The document of a record.
///
/// What the dump says beside the text goes before what the page says. Needs 16 MB of stack for pages.
///
/// # Errors
///
/// The fault of a broken record as it is; `extract.html_too_large` for a page above the limits; `extract.failed` where
/// a parser gave up.
pub fn extract(raw: RawDocument, options: &ExtractOptions) -> Result<Document, Fault> {
    match raw.body {
        Body::Broken(fault) => Err(fault),
        Body::Text(text) => {
            Ok(Document { metadata: raw.metadata, text: plain::unify_line_ends(text), blocks: Vec::new() })
        }
        Body::Html(page) => html::extract_page(&page, raw.metadata, options),
        Body::Fragment(html) => html::extract_fragment(&html, raw.metadata, options),
        Body::Wikitext { text, site } => Ok(wikitext::extract_article(&text, &site, raw.metadata)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::document::Metadata;
    use crate::model::paragraph::Kind;

    fn of(body: Body) -> Result<Document, Fault> {
        let metadata = Metadata { title: Some("From the dump".into()), ..Metadata::default() };
        extract(RawDocument { record: 0, bytes: None, metadata, body }, &ExtractOptions::default())
    }

    #[test]
    fn a_broken_record_keeps_its_fault() {
        let fault = Fault { reason: "read.bad_json".into(), detail: "line 3".into(), text: None };
        assert_eq!(of(Body::Broken(fault.clone())), Err(fault));
    }

    #[test]
    fn plain_text_has_no_blocks() {
        let document = of(Body::Text("one\r\ntwo".into())).expect("plain text is never at fault");
        assert_eq!((document.text.as_str(), document.blocks.len()), ("one\ntwo", 0));
    }

    #[test]
    fn the_dump_goes_before_the_page_and_the_page_fills_the_rest() {
        let page = "<html lang=ar><title>From the page</title><meta name=author content='سلمى'><p>نص قصير.</p>";
        let document = of(Body::Html(page.into())).expect("a small page");
        assert_eq!(document.metadata.title.as_deref(), Some("From the dump"));
        assert_eq!(document.metadata.author.as_deref(), Some("سلمى"));
        assert_eq!(document.metadata.language.as_deref(), Some("ar"));
        assert_eq!(document.text, "نص قصير.");
        assert_eq!(document.blocks[0].kind, Kind::Paragraph);
    }

    #[test]
    fn a_fragment_is_text_as_a_whole_and_says_nothing_of_its_own() {
        let fragment =
            "<nav><p>قائمة</p></nav><h2>Zwei</h2><p>نص &amp; نص<br>سطر</p><ul><li>a<li>b</ul><footer>x</footer>";
        let document = of(Body::Fragment(fragment.into())).expect("a small fragment");
        assert_eq!(document.text, "قائمة\n\nZwei\n\nنص & نص\nسطر\n\na\nb\n\nx");
        let kinds: Vec<Kind> = document.blocks.iter().map(|block| block.kind).collect();
        assert_eq!(kinds, [Kind::Paragraph, Kind::Heading, Kind::Paragraph, Kind::List, Kind::Paragraph]);
        assert_eq!(document.metadata, Metadata { title: Some("From the dump".into()), ..Metadata::default() });
    }

    #[test]
    fn options_are_read_from_a_recipe_and_unknown_keys_refused() {
        let read = |text: &str| toml::from_str::<ExtractOptions>(text);
        assert_eq!(read("html = \"all\"").expect("known key").html, HtmlText::All);
        assert_eq!(read("").expect("defaults").max_html_bytes, MAX_HTML_BYTES);
        assert!(read("htlm = \"all\"").is_err());
    }
}
