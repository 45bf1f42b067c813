//! The article of a page, without the page around it.

use scraper::Html;
use trafilatura::{ExtractionFocus, HtmlDateMode, Options};

use super::blocks::{TextBlock, blocks_of};
use super::guard::{Tamed, guarded};

/// Less text than this from one judge asks the next, in characters.
const TOO_LITTLE: usize = 200;

/// The blocks of the article: by trafilatura, by readability where that finds too little, at last all that is visible.
pub(super) fn main_blocks(tamed: &Tamed<'_>, tree: &Html) -> Vec<TextBlock> {
    let mut best = by_trafilatura(&tamed.html);
    if size(&best) < TOO_LITTLE {
        let second = by_readability(&tamed.html);
        if size(&second) > 2 * size(&best) {
            best = second;
        }
    }
    if best.is_empty() {
        best = blocks_of(tree.tree.root());
    }
    best
}

fn by_trafilatura(html: &str) -> Vec<TextBlock> {
    let options = Options::default()
        .with_focus(ExtractionFocus::FavorPrecision)
        .with_fallback(true)
        .with_exclude_comments(true)
        .with_html_date_mode(HtmlDateMode::Disabled);
    let found = guarded(|| trafilatura::extract(html, &options)).ok().and_then(Result::ok);
    found.map_or_else(Vec::new, |found| of_fragment(&found.content_html))
}

fn by_readability(html: &str) -> Vec<TextBlock> {
    let found = guarded(|| libreadability::extract(html, None)).ok().and_then(Result::ok);
    found.map_or_else(Vec::new, |found| of_fragment(&found.content))
}

fn of_fragment(html: &str) -> Vec<TextBlock> {
    blocks_of(Html::parse_fragment(html).tree.root())
}

/// The characters of some blocks.
fn size(blocks: &[TextBlock]) -> usize {
    blocks.iter().flat_map(|block| &block.lines).map(|line| line.chars().count()).sum()
}
