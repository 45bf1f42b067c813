//! Where in a page the article of a judge stands: judges give their own copy of it, in which paragraphs may have run
//! together and bare text may be lost. What they took whole is read again from the page.

use ego_tree::iter::Edge;
use ego_tree::{NodeId, NodeRef, Tree};
use scraper::{Html, Node};

use super::blocks::{TextBlock, blocks_of, is_hidden, is_inline, is_link};

/// Characters that bare text beside the paragraphs of an article has at least where it is taken for part of it.
const MIN_BARE: usize = 40;

/// The text that is seen, without white space, and the nodes that hold it.
#[derive(Default)]
pub(super) struct Seen {
    /// All of it.
    pub(super) text: String,
    /// Where in `text` each node of text begins.
    nodes: Vec<(usize, NodeId)>,
}

impl Seen {
    /// What is seen of `tree`.
    pub(super) fn of(tree: &Tree<Node>) -> Self {
        let mut seen = Self::default();
        let mut hidden = 0usize;
        for edge in tree.root().traverse() {
            match edge {
                Edge::Open(node) => {
                    hidden += usize::from(is_hidden(node));
                    if let Node::Text(text) = node.value()
                        && hidden == 0
                    {
                        seen.nodes.push((seen.text.len(), node.id()));
                        seen.text.extend(text.chars().filter(|c| !c.is_whitespace()));
                    }
                }
                Edge::Close(node) => hidden -= usize::from(is_hidden(node)),
            }
        }
        seen
    }

    /// The nodes whose text together is `text`; none where it is not one run of whole nodes, or may be one of several.
    fn find(&self, text: &str) -> Option<std::ops::Range<usize>> {
        let mut places = memchr::memmem::find_iter(self.text.as_bytes(), text);
        let (start, None) = (places.next()?, places.next()) else { return None };
        let end = start + text.len();
        // Nodes without text stand where the next begins.
        let first = self.nodes.partition_point(|(at, _)| *at < start);
        let last = self.nodes.partition_point(|(at, _)| *at < end);
        let begins = |index: usize, at: usize| self.nodes.get(index).map_or(self.text.len(), |(start, _)| *start) == at;
        (begins(first, start) && begins(last, end)).then_some(first..last)
    }
}

/// The blocks of `page` that hold `article`, which is its text without white space, and the bare text beside its
/// paragraphs; none where it is not one run of the page. Text elsewhere is taken out of `page`.
pub(super) fn blocks_in_place(page: &mut Html, article: &str) -> Option<Vec<TextBlock>> {
    let seen = Seen::of(&page.tree);
    let mut taken = seen.find(article).filter(|taken| !taken.is_empty())?;
    let ids: Vec<NodeId> = seen.nodes.iter().map(|(_, id)| *id).collect();
    let ancestor = common(&page.tree, ids[taken.start], ids[taken.end - 1])?;
    // Links beside an article are those of the page.
    let chars = |index: usize| {
        let end = seen.nodes.get(index + 1).map_or(seen.text.len(), |n| n.0);
        let is_link = page.tree.get(ids[index]).is_some_and(|node| node.ancestors().any(is_link));
        if is_link { 0 } else { seen.text[seen.nodes[index].0..end].chars().count() }
    };
    let is_bare = |index: &usize| page.tree.get(ids[*index]).is_some_and(|node| stands_bare_in(node, ancestor));
    let is_long = |nodes: std::ops::Range<usize>| nodes.map(chars).sum::<usize>() >= MIN_BARE;
    let before = taken.start - (0..taken.start).rev().take_while(is_bare).count();
    let after = taken.end + (taken.end..ids.len()).take_while(is_bare).count();
    if is_long(before..taken.start) {
        taken.start = before;
    }
    if is_long(taken.end..after) {
        taken.end = after;
    }
    for id in ids[..taken.start].iter().chain(&ids[taken.end..]) {
        page.tree.get_mut(*id)?.detach();
    }
    Some(blocks_of(page.tree.root()))
}

/// The lowest node above both.
fn common(tree: &Tree<Node>, first: NodeId, last: NodeId) -> Option<NodeId> {
    let above: std::collections::HashSet<NodeId> = tree.get(first)?.ancestors().map(|node| node.id()).collect();
    tree.get(last)?.ancestors().map(|node| node.id()).find(|id| above.contains(id))
}

/// Whether only inline elements stand between a node and `ancestor`.
fn stands_bare_in(node: NodeRef<'_, Node>, ancestor: NodeId) -> bool {
    node.ancestors()
        .find(|above| above.id() == ancestor || !is_inline(*above))
        .is_some_and(|above| above.id() == ancestor)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(html: &str, article: &str) -> Option<Vec<String>> {
        let article: String = article.chars().filter(|c| !c.is_whitespace()).collect();
        let blocks = blocks_in_place(&mut Html::parse_document(html), &article)?;
        Some(blocks.into_iter().map(|block| block.lines.join("/")).collect())
    }

    const LONG: &str = "افتتح المجلس البلدي أمس مكتبة عامة على ضفة النهر بحضور جمع كبير من الأهالي.";

    #[test]
    fn an_article_that_ran_together_has_the_paragraphs_of_the_page() {
        let page = "<nav>one two</nav><div><h1>News</h1><p>First.</p><ul><li>a<li>b</ul></div><footer>end</footer>";
        assert_eq!(read(page, "News First. a b").unwrap(), ["News", "First.", "a/b"]);
        assert_eq!(read(page, "News a b"), None);
        assert_eq!(read(page, "ews First."), None);
        assert_eq!(read("<p>same</p><p>same</p>", "same"), None);
        assert_eq!(read(page, ""), None);
    }

    #[test]
    fn bare_text_beside_the_paragraphs_of_an_article_is_part_of_it() {
        let page = format!("<nav>{LONG}</nav><font>{LONG}<p>1 {LONG}</p><p>2 {LONG}</p> <i>short</i></font>");
        let article = format!("1 {LONG} 2 {LONG}");
        assert_eq!(read(&page, &article).unwrap(), [LONG.into(), format!("1 {LONG}"), format!("2 {LONG}")]);
        let links = format!("<div><a>{LONG}</a> | <a>{LONG}</a><p>1 {LONG}</p><p>2 {LONG}</p></div>");
        assert_eq!(read(&links, &article).unwrap(), [format!("1 {LONG}"), format!("2 {LONG}")]);
    }
}
