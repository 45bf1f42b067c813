//! White space that a judge of pages lost: its copy of an article may drop the space beside inline tags, and words run
//! together. The page itself says where its words end.

use super::blocks::TextBlock;

/// Lines shorter than this, in bytes without white space, are left: they may stand anywhere in a page.
const MIN_LINE: usize = 24;
/// Lines that the page does not hold as they are, after which no more are looked for: each costs a search through it.
const MAX_MISSES: usize = 64;

/// The text of a page without white space, and where it stood.
struct Spacing {
    text: String,
    /// Offsets in `text` before which white space stands, or a line begins; they rise.
    gaps: Vec<usize>,
}

/// `article` with spaces where `page`, all visible blocks of the page it was taken from in their order, has some within a
/// line. Nothing else changes, and no line without a place in the page.
pub(super) fn respaced(mut article: Vec<TextBlock>, page: &[TextBlock]) -> Vec<TextBlock> {
    let page = Spacing::of(page);
    let (mut from, mut misses) = (0, 0);
    for line in article.iter_mut().flat_map(|block| &mut block.lines) {
        let bare: String = line.chars().filter(|c| !c.is_whitespace()).collect();
        if bare.len() < MIN_LINE || misses == MAX_MISSES {
            continue;
        }
        let Some(at) = memchr::memmem::find(&page.text.as_bytes()[from..], bare.as_bytes()) else {
            misses += 1;
            continue;
        };
        let start = from + at;
        from = start + bare.len();
        page.space(line, start);
    }
    article
}

impl Spacing {
    fn of(page: &[TextBlock]) -> Self {
        let mut spacing = Self { text: String::new(), gaps: Vec::new() };
        for word in page.iter().flat_map(|block| &block.lines).flat_map(|line| line.split_whitespace()) {
            spacing.gaps.push(spacing.text.len());
            spacing.text.push_str(word);
        }
        spacing
    }

    /// Puts spaces into `line`, whose text without white space begins at `start`.
    fn space(&self, line: &mut String, start: usize) {
        let mut gaps = self.gaps[self.gaps.partition_point(|gap| *gap <= start)..].iter().copied().peekable();
        let mut spaced = String::with_capacity(line.len() + 8);
        let mut at = start;
        for char in line.chars() {
            if char.is_whitespace() {
                spaced.push(char);
                continue;
            }
            while gaps.next_if(|gap| *gap < at).is_some() {}
            if gaps.peek() == Some(&at) && !spaced.ends_with(char::is_whitespace) {
                spaced.push(' ');
            }
            spaced.push(char);
            at += char.len_utf8();
        }
        *line = spaced;
    }
}

#[cfg(test)]
mod tests {
    use scraper::Html;

    use super::*;
    use crate::extract::blocks::blocks_of;

    fn respaced_lines(article: &str, page: &str) -> Vec<String> {
        let blocks = |html: &str| blocks_of(Html::parse_document(html).tree.root());
        respaced(blocks(article), &blocks(page)).into_iter().flat_map(|block| block.lines).collect()
    }

    #[test]
    fn words_that_ran_together_stand_apart_as_in_the_page() {
        let page = "<nav>The Foundation</nav><p>The <a href=/f>Foundation</a> works on a free <i>archive</i> of texts.</p>\
            <p>تعمل <a>المؤسسة</a> على أرشيف حر من النصوص.</p>";
        let article = "<p>The Foundationworks on a freearchive of texts.</p><p>تعملالمؤسسة على أرشيف حر من النصوص.</p>";
        assert_eq!(
            respaced_lines(article, page),
            ["The Foundation works on a free archive of texts.", "تعمل المؤسسة على أرشيف حر من النصوص."]
        );
    }

    #[test]
    fn nothing_else_changes() {
        let page =
            "<p>A line of the page, which has its words.</p><p>Short on e</p><p>Onelineoftwentyfourlettersandmore</p>";
        for article in
            ["A line of an other page, which hasits words.", "Shorton e", "One line of twenty four letters andmore"]
        {
            assert_eq!(respaced_lines(&format!("<p>{article}</p>"), page), [article]);
        }
        // Lines stand in the order of the page.
        let twice = "<p>the same words stand here once</p><p>the same wordsstand here once</p>";
        assert_eq!(
            respaced_lines("<p>thesamewordsstandhereonce<p>thesamewordsstandhereonce", twice),
            ["the same words stand here once", "the same wordsstand here once"]
        );
    }
}
