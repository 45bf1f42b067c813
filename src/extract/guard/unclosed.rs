//! What a page opens and never closes. Parsers take the rest of the page for code, a comment or a title then, and the
//! article is gone; here it ends where the page visibly goes on.

use std::cell::OnceCell;
use std::ops::Range;

use super::role::{Role, role};
use super::scan::tag_name;

/// What is known of a page in which something has no end.
#[derive(Default)]
pub(super) struct Unclosed {
    /// Names of the elements of raw text that have no end tag behind some place, and `--` for comments.
    endless: Vec<Vec<u8>>,
    /// Where the last tag of the frame of the page stands: `<body`, `</body` or `</html`.
    last_frame: OnceCell<Option<usize>>,
}

/// How an element or comment without an end is mended.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Mend {
    /// These bytes go, and the page goes on behind them.
    Drop(Range<usize>),
    /// It ends here.
    End(usize),
}

/// Tags of the frame of a page that stand around its text.
const FRAME: [&[u8]; 3] = [b"body", b"/body", b"/html"];
/// Names of elements are shorter than this, in bytes.
const MAX_NAME: usize = 16;

/// Name under which comments are remembered.
pub(super) const COMMENT: &[u8] = b"--";

impl Unclosed {
    /// Whether it is known that no `name` that opens from here on is closed.
    pub(super) fn is_endless(&self, name: &[u8]) -> bool {
        self.endless.iter().any(|known| known == name)
    }

    /// What is done about the element or comment `name` that opens with the tag `tag` and never ends; none where it is left
    /// so, since the page was cut within it.
    pub(super) fn mend(&mut self, html: &[u8], name: &[u8], tag: Range<usize>) -> Option<Mend> {
        if !self.is_endless(name) {
            self.endless.push(name.to_vec());
        }
        match name {
            b"title" => memchr::memchr(b'<', &html[tag.end..]).map(|found| Mend::End(tag.end + found)),
            COMMENT => {
                self.goes_on_behind(html, tag.end).then_some(())?;
                memchr::memchr(b'>', &html[tag.end..]).map(|found| Mend::Drop(tag.start..tag.end + found + 1))
            }
            b"script" | b"style" => {
                self.goes_on_behind(html, tag.end).then_some(())?;
                next_block(html, tag.end).map(|resumed| Mend::Drop(tag.start..resumed))
            }
            _ => Some(Mend::Drop(tag)),
        }
    }

    /// Whether the frame of the page follows: it was not cut before it.
    fn goes_on_behind(&self, html: &[u8], at: usize) -> bool {
        let is_frame = |at: &usize| FRAME.iter().any(|name| is_tag(&html[at + 1..], name));
        let last = || memchr::memrchr_iter(b'<', html).find(is_frame);
        self.last_frame.get_or_init(last).is_some_and(|last| last >= at)
    }
}

/// Where the next tag stands that is no part of code: one of the frame of the page, or of an element that nests.
fn next_block(html: &[u8], from: usize) -> Option<usize> {
    let is_block = |at: &usize| {
        let tag = &html[at + 1..html.len().min(at + 1 + MAX_NAME)];
        let name = tag_name(tag.strip_prefix(b"/").unwrap_or(tag));
        FRAME.iter().chain([&&b"/head"[..]]).any(|name| is_tag(tag, name))
            || name.len() < tag.len() && matches!(role(&name), Role::Block | Role::Implied | Role::Barrier)
    };
    memchr::memchr_iter(b'<', &html[from..]).map(|found| from + found).find(is_block)
}

/// Whether a tag of this name, in any case, begins here, behind its `<`.
fn is_tag(rest: &[u8], name: &[u8]) -> bool {
    rest.len() > name.len()
        && rest[..name.len()].eq_ignore_ascii_case(name)
        && (rest[name.len()].is_ascii_whitespace() || matches!(rest[name.len()], b'>' | b'/'))
}

#[cfg(test)]
mod tests {
    use crate::extract::guard::tame;

    #[test]
    fn code_and_comments_without_an_end_go_where_the_page_goes_on() {
        for (page, tamed) in [
            ("<head><script>a<b;</head><body><p>x</body>", "<head></head><body><p>x</body>"),
            ("<head><STYLE>p{}\n<BODY><p>x</body>", "<head><BODY><p>x</body>"),
            ("<body><p>x<script>a();<div>y</div></body>", "<body><p>x<div>y</div></body>"),
            ("<body><p>x<!-- note <p>y</body>", "<body><p>xy</body>"),
            ("<!-- a --><body>x<!--><p>y</body>", "<!-- a --><body>x<!--><p>y</body>"),
        ] {
            assert_eq!(tame(page).html, tamed);
        }
    }

    #[test]
    fn what_a_page_was_cut_within_is_left() {
        for page in [
            "<p>x<script>a('<p>')",
            "<body><p>x<script>a('<p>')",
            "<body><p>x</p><!-- <p>y</p>",
            "<body><p>x<style>p",
            "<title>x",
        ] {
            assert_eq!(tame(page).html, page);
        }
    }

    #[test]
    fn titles_and_other_texts_without_an_end_tag_end() {
        for (page, tamed) in [
            ("<title>News\n<meta name=a><p>x", "<title>News\n</title><meta name=a><p>x"),
            ("<textarea><p>x", "<p>x"),
            ("<title>a<title>b<p>x", "<title>a</title><title>b</title><p>x"),
            ("<p>a<iframe src=b><p>x", "<p>a<p>x"),
        ] {
            assert_eq!(tame(page).html, tamed);
        }
    }

    #[test]
    fn a_quote_without_an_end_ends_with_its_tag() {
        assert_eq!(tame("<p>a <a id=1 href=\"b>c</a> d").html, "<p>a <a id=1 >c</a> d");
        assert_eq!(tame("<p>a <a href='b c").html, "<p>a <a href='b c");
    }

    #[test]
    fn a_page_of_nothing_but_openings_takes_linear_time() {
        for opening in ["<title>", "<script>", "<!-- ", "<style><p>", "<textarea>", "<a href=\"", "<xmp><a id='>"] {
            let page = format!("{}</body>", opening.repeat((4 << 20) / opening.len()));
            // Hours, where each looks for its end.
            assert!(tame(&page).html.len() <= 3 * page.len(), "{opening}");
        }
    }
}
