//! Whether anything was lost between the pages of a dump.

use crate::read::hole::has_hole;
use crate::read::outside::{Mark, has_words, marks};

/// The root of a dump.
const ROOT: &str = "mediawiki";

/// Elements beside pages, whose content is no page.
const BESIDE: [&str; 2] = ["siteinfo", "logitem"];

/// What in a stretch without a page belongs to nothing that a dump has beside pages, from where it begins to the end of
/// the stretch; none where there is nothing.
///
/// `ends` says that the dump ends here and has no page: then its head must be whole.
pub(super) fn lost(text: &str, ends: bool) -> Option<&str> {
    let mut within: Option<&str> = None;
    let (mut begun, mut root_open, mut root_closed) = (None, None, false);
    for (at, mark) in marks(text) {
        match mark {
            Mark::Open(name) if within.is_none() => {
                root_closed = false;
                match name {
                    _ if BESIDE.contains(&name) => within = Some(name),
                    _ if name.eq_ignore_ascii_case(ROOT) => root_open = Some(at),
                    _ => begun = begun.or(Some(at)),
                }
            }
            Mark::Close(name) if within == Some(name) => within = None,
            Mark::Close(name) if name.eq_ignore_ascii_case(ROOT) => (root_open, root_closed) = (None, true),
            // Zeros that fill the last block of a file hide nothing.
            Mark::Text(words)
                if within.is_none() && (has_words(words) || has_hole(words.as_bytes()) && !root_closed) =>
            {
                return Some(&text[begun.unwrap_or(at)..]);
            }
            _ => {}
        }
    }
    root_open.filter(|_| ends).map(|at| &text[at..])
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "<?xml version='1.0'?><!DOCTYPE x [<!ENTITY y 'z'>]><mediawiki a='b'>\n<siteinfo><sitename>W</sitename></siteinfo>\n";

    #[test]
    fn what_a_healthy_dump_has_beside_pages_is_no_loss() {
        let hole = "\0".repeat(100);
        for text in [HEAD, " <!-- note -->\n", "<logitem><id>1</id></logitem>", "<x><y/></x></page>"] {
            assert_eq!(lost(text, false), None, "{text}");
        }
        let end = format!("</mediawiki>\n{hole}");
        assert_eq!((lost(&end, true), lost(&format!("{HEAD}{end}"), true)), (None, None));
    }

    #[test]
    fn words_holes_and_a_head_that_is_cut_are_losses() {
        let hole = "\0".repeat(100);
        let page = "<pagd><title>t</title></page>";
        assert_eq!(lost(&format!("{HEAD}{page}"), false), Some(page));
        assert_eq!(lost("xxx </mediawiki>", false), Some("xxx </mediawiki>"));
        assert_eq!(lost(&format!("{HEAD}{hole}\n"), false), Some(&*format!("\n{hole}\n")));
        assert!(lost(&HEAD[..HEAD.len() - 20], true).is_some_and(|head| head.starts_with("<mediawiki")));
    }
}
