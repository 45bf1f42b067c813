//! What stands between a page and the parsers: limits on nesting, attributes and elements.

mod role;
mod scan;
mod unclosed;

use std::borrow::Cow;

use scan::Found;

/// The deepest nesting that parsers see.
pub(super) const MAX_DEPTH: usize = 512;
/// Attributes and comments above this are dropped, in bytes: pictures in `data:` addresses, stored state.
const MAX_ATTRIBUTE: usize = 64 << 10;
/// Attributes of one tag past this are dropped: parsers compare each with all before it.
const MAX_ATTRIBUTES: usize = 256;
/// Formatting elements left open are opened again in every later block; more at a time are dropped.
const MAX_FORMATTING: usize = 8;

/// What stands in `<noscript>` is the page itself from this length on, in bytes; below, it is a pixel or a plea.
const MIN_NOSCRIPT: usize = 2000;

/// A page that is safe to parse.
#[derive(Debug)]
pub(super) struct Tamed<'a> {
    /// The page, without script and style code, giant attributes, giant comments and tags nested too deeply.
    pub(super) html: Cow<'a, str>,
    /// An upper estimate of the elements that a parser makes of it.
    pub(super) elements: usize,
    /// The sum of the depths of all tags and of all text bytes / 64: what passes over subtrees cost.
    pub(super) work: usize,
}

/// Reads the tags of a page once and drops what parsers suffer from; linear in the length.
pub(super) fn tame(html: &str) -> Tamed<'_> {
    let Found { mut edits, elements, work } = scan::scan(html);
    if edits.is_empty() {
        return Tamed { html: Cow::Borrowed(html), elements, work };
    }
    edits.sort_by_key(|(cut, _)| cut.start);
    let mut out = String::with_capacity(html.len());
    let mut from = 0;
    for (cut, instead) in edits {
        out.push_str(&html[from.min(cut.start)..cut.start]);
        out.push_str(instead);
        from = from.max(cut.end);
    }
    out.push_str(&html[from..]);
    Tamed { html: Cow::Owned(out), elements, work }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ordinary_page_is_borrowed_as_it_is() {
        let page =
            "<!DOCTYPE html><html><head><title>a < b</title></head><body><!-- c --><p>x<p>y<ul><li>1<li>2</ul></body>";
        assert!(matches!(tame(page).html, Cow::Borrowed(same) if same == page));
    }

    #[test]
    fn code_is_dropped_and_json_kept() {
        let page = "<style>p{}</style><script>if (a<b) '<p>'</script><script type=\"application/ld+json\">{}</script>x";
        assert_eq!(
            tame(page).html,
            "<style></style><script></script><script type=\"application/ld+json\">{}</script>x"
        );
    }

    #[test]
    fn a_short_noscript_goes_and_a_long_one_is_the_page() {
        let long = "<p>كلام</p>".repeat(MIN_NOSCRIPT / 8);
        let page = format!("a<noscript>no script</noscript>b<noscript x>{long}</noscript>");
        assert_eq!(tame(&page).html, format!("ab{long}"));
    }

    #[test]
    fn giant_attributes_and_comments_are_dropped_alone() {
        let giant = "x".repeat(MAX_ATTRIBUTE + 1);
        let page = format!("<p id=a><img alt='b' src=\"{giant}\" title=c><!--{giant}-->text");
        assert_eq!(tame(&page).html, "<p id=a><img alt='b'  title=c>text");
    }

    #[test]
    fn a_tag_with_a_million_attributes_keeps_the_first() {
        let page = format!("<p {}>text</p>", (0..1_000_000).map(|n| format!("a{n} ")).collect::<String>());
        let tamed = tame(&page);
        assert!(tamed.html.contains("a255 ") && !tamed.html.contains("a256 ") && tamed.html.ends_with(">text</p>"));
    }

    #[test]
    fn nesting_is_cut_with_both_its_tags_and_no_text() {
        let page = format!("{}deep{}<p>after</p>", "<div>".repeat(50_000), "</div>".repeat(50_000));
        let tamed = tame(&page).html;
        assert_eq!(tamed, format!("{}deep{}<p>after</p>", "<div>".repeat(MAX_DEPTH), "</div>".repeat(MAX_DEPTH)));
    }

    #[test]
    fn paragraphs_items_and_cells_without_end_tags_do_not_count_as_nested() {
        let page = format!(
            "<ul>{}</ul>{}<table>{}</table>",
            "<li><p>x".repeat(2000),
            "<p>y".repeat(2000),
            "<tr><td>z<td>w".repeat(2000)
        );
        assert!(matches!(tame(&page).html, Cow::Borrowed(_)));
    }

    #[test]
    fn misnested_formatting_counts_as_nested() {
        let page = "<b><div></b>".repeat(50_000);
        assert!(tame(&page).html.matches("<div>").count() <= MAX_DEPTH);
    }
}
