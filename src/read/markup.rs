//! Whether a field that holds an article holds it as HTML.

use super::recognise::looks_like_html;

/// What a text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A page of HTML: the article is a part of it.
    Page,
    /// A fragment of HTML: all of it is the article.
    Fragment,
    /// Text, perhaps with a stray tag.
    Text,
}

/// Elements that make paragraphs: text that is cut into lines by hand has none of them.
const BLOCKS: &[&str] = &[
    "p",
    "div",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "ul",
    "ol",
    "li",
    "blockquote",
    "table",
    "tr",
    "td",
    "figure",
    "section",
    "article",
    "pre",
    "dl",
];

/// Line breaks that make a text HTML without any other element.
const MIN_BREAKS: usize = 2;

/// Bytes of text for each block element up to which they make the paragraphs of a text.
const MAX_BLOCK_BYTES: usize = 2000;

/// Longest name of an element that is looked for, in bytes.
const NAME_BYTES: usize = 10;

/// What `text` is, by its tags: a fragment begins with a block element, or holds so many of them that they make its
/// paragraphs, or has line breaks as tags and hardly any of its own. An article that shows a tag or two is text.
pub fn kind_of(text: &str) -> Kind {
    let bytes = text.as_bytes();
    if memchr::memchr(b'<', bytes).is_none() {
        return Kind::Text;
    }
    let trimmed = text.trim_start();
    if trimmed.starts_with('<') && looks_like_html(trimmed) {
        return Kind::Page;
    }
    let (mut opened, mut closed, mut breaks) = (0, 0, 0);
    for at in memchr::memchr_iter(b'<', bytes) {
        let rest = &bytes[at + 1..];
        let closes = rest.first() == Some(&b'/');
        let Some(name) = element_name(&rest[usize::from(closes)..]) else { continue };
        if name == "br" {
            breaks += 1;
        } else if BLOCKS.contains(&name.as_str()) {
            *(if closes { &mut closed } else { &mut opened }) += 1;
        }
    }
    let begins = trimmed.strip_prefix('<').and_then(|t| element_name(t.as_bytes()));
    let begins = begins.is_some_and(|n| BLOCKS.contains(&n.as_str()));
    let pairs = opened.min(closed);
    let lines = || memchr::memchr_iter(b'\n', bytes).count();
    let fragment = begins
        || (pairs > 0 && pairs * MAX_BLOCK_BYTES >= bytes.len())
        || (breaks >= MIN_BREAKS && lines() <= 2 * breaks);
    if fragment { Kind::Fragment } else { Kind::Text }
}

/// The name of the tag that goes on with `bytes`, in lower case, where it ends as names of elements do.
fn element_name(bytes: &[u8]) -> Option<String> {
    let near = &bytes[..bytes.len().min(NAME_BYTES + 1)];
    let end = near.iter().position(|b| !b.is_ascii_alphanumeric())?;
    let ends = matches!(near[end], b'>' | b'/' | b' ' | b'\n' | b'\t' | b'\r');
    (end > 0 && ends).then(|| String::from_utf8_lossy(&near[..end]).to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_of_blocks_or_breaks_makes_a_fragment() {
        assert_eq!(kind_of("<p>أعلنت الوزارة</p><p>ثم عادت</p>"), Kind::Fragment);
        assert_eq!(kind_of("كلام <DIV class='x'>قال</DIV>"), Kind::Fragment);
        assert_eq!(kind_of("one<br>two<br/>three"), Kind::Fragment);
        assert_eq!(kind_of("<!DOCTYPE html><p>x"), Kind::Page);
        assert_eq!(kind_of(" <html lang=ar>"), Kind::Page);
    }

    #[test]
    fn text_with_a_stray_tag_or_a_sign_stays_text() {
        for text in [
            "a < b and c > d",
            "Use the <b> tag.",
            "one\ntwo <br> three\nfour\nfive\nsix",
            "see <http://a.b/>",
            "I <3 you </3",
        ] {
            assert_eq!(kind_of(text), Kind::Text, "{text}");
        }
        let about = format!(
            "{}Close <p> with </p>, as ever.{}",
            "A long text about pages. ".repeat(80),
            "It goes on. ".repeat(80)
        );
        assert_eq!(kind_of(&about), Kind::Text);
        assert_eq!(kind_of("Jaguar <JAGR.L> said\n<p.d> of it"), Kind::Text);
    }
}
