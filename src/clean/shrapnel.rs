//! Shrapnel of markup in text: whole tags, comments and entities, and tags that were cut in two.
//!
//! Only names of HTML count as tags, so that mathematics, arrows, quote marks and generics stay.

use std::borrow::Cow;

use memchr::memchr3;

/// Elements whose names are words too, or letters that stand for numbers.
const WORDS: &[&str] = &[
    "a", "abbr", "article", "aside", "b", "body", "button", "caption", "center", "cite", "code", "em", "embed",
    "figure", "font", "footer", "form", "head", "header", "i", "input", "label", "link", "main", "meta", "nav",
    "object", "option", "p", "param", "picture", "pre", "s", "script", "section", "select", "small", "source", "span",
    "strong", "style", "sub", "sup", "table", "time", "u", "video",
];

/// Elements whose names are neither words nor letters that stand for numbers: a `<` before one is no comparison.
const UNLIKE_WORDS: &[&str] = &[
    "blockquote",
    "br",
    "dd",
    "div",
    "dl",
    "dt",
    "fieldset",
    "figcaption",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "html",
    "iframe",
    "img",
    "li",
    "noscript",
    "ol",
    "svg",
    "tbody",
    "td",
    "textarea",
    "tfoot",
    "th",
    "thead",
    "tr",
    "ul",
];

/// Elements within a line of text: without them its words stand as close as with them.
const INLINE: &[&str] =
    &["a", "abbr", "b", "cite", "code", "em", "font", "i", "s", "small", "span", "strong", "sub", "sup", "u"];

/// Elements that old pages write in capitals; other short names in capitals are symbols of shares and the like.
const CAPITAL: &[&str] = &[
    "b", "br", "center", "div", "font", "h1", "h2", "h3", "hr", "img", "li", "p", "span", "strong", "table", "td",
    "tr", "ul",
];

/// Attributes without a value.
const SWITCHES: &[&str] = &[
    "allowfullscreen",
    "async",
    "autofocus",
    "autoplay",
    "checked",
    "compact",
    "controls",
    "defer",
    "disabled",
    "hidden",
    "ismap",
    "itemscope",
    "loop",
    "multiple",
    "muted",
    "nohref",
    "noresize",
    "noshade",
    "novalidate",
    "nowrap",
    "playsinline",
    "readonly",
    "required",
    "reversed",
    "selected",
];

/// Longest tag that is taken for one, in bytes.
const MAX_TAG_BYTES: usize = 1000;

/// Entities by name, those that dumps are full of.
const ENTITIES: &[(&str, &str)] = &[
    ("amp", "&"),
    ("lt", "<"),
    ("gt", ">"),
    ("quot", "\""),
    ("apos", "'"),
    ("nbsp", " "),
    ("ensp", " "),
    ("emsp", " "),
    ("thinsp", " "),
    ("zwnj", "\u{200c}"),
    ("zwj", "\u{200d}"),
    ("rlm", ""),
    ("lrm", ""),
    ("shy", ""),
    ("ndash", "–"),
    ("mdash", "—"),
    ("lsquo", "‘"),
    ("rsquo", "’"),
    ("sbquo", "‚"),
    ("ldquo", "“"),
    ("rdquo", "”"),
    ("bdquo", "„"),
    ("laquo", "«"),
    ("raquo", "»"),
    ("hellip", "…"),
    ("bull", "•"),
    ("middot", "·"),
    ("copy", "©"),
    ("reg", "®"),
    ("trade", "™"),
    ("deg", "°"),
    ("euro", "€"),
    ("pound", "£"),
    ("times", "×"),
    ("eacute", "é"),
    ("egrave", "è"),
    ("agrave", "à"),
    ("ccedil", "ç"),
    ("uuml", "ü"),
    ("ouml", "ö"),
    ("auml", "ä"),
    ("szlig", "ß"),
    ("ntilde", "ñ"),
    ("oacute", "ó"),
    ("aacute", "á"),
    ("iacute", "í"),
    ("uacute", "ú"),
];

const COMMENT_END: &str = "-->";

/// How often shrapnel is looked for in what shrapnel hid; what lies deeper no page made.
const MAX_LAYERS: usize = 16;

/// The name of the sign that begins an entity.
const AGAIN: &[u8] = b"amp;";

/// Bytes of the longest name of an entity, with its semicolon.
const MAX_NAME_BYTES: usize = 11;

/// The line without shrapnel.
pub fn apply(line: &str) -> Cow<'_, str> {
    if memchr3(b'<', b'>', b'&', line.as_bytes()).is_none() {
        return line.into();
    }
    // What an entity hid may be a tag, and what a tag parted may be one: until nothing changes.
    let mut found = Cow::Borrowed(line);
    for _ in 0..MAX_LAYERS {
        let next = severed(&tags(&entities(&found)));
        if next == *found {
            break;
        }
        found = Cow::Owned(next);
    }
    found
}

fn entities(line: &str) -> Cow<'_, str> {
    if !line.contains('&') {
        return line.into();
    }
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        // What was escaped again and again is one entity still.
        let again = rest.as_bytes()[1..].chunks_exact(AGAIN.len()).take_while(|name| *name == AGAIN).count();
        let name = &rest[1 + again * AGAIN.len()..];
        match entity(name) {
            Some((length, text)) => {
                out.push_str(&text);
                rest = &name[length..];
            }
            None => {
                out.push('&');
                rest = name;
            }
        }
    }
    out.push_str(rest);
    out.into()
}

/// The entity whose name, with its semicolon, `text` begins with: its length and what it stands for.
fn entity(text: &str) -> Option<(usize, Cow<'static, str>)> {
    let end = text.bytes().take(MAX_NAME_BYTES).position(|b| b == b';')?;
    let name = &text[..end];
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok()?,
            None => number.parse().ok()?,
        };
        let c = char::from_u32(code).filter(|c| !c.is_control())?;
        return Some((end + 1, c.to_string().into()));
    }
    ENTITIES.iter().find(|(n, _)| *n == name).map(|(_, text)| (end + 1, Cow::Borrowed(*text)))
}

fn tags(line: &str) -> Cow<'_, str> {
    if !line.contains(['<', ']']) {
        return line.into();
    }
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    let last_comment_end = line.rfind(COMMENT_END);
    while let Some(at) = rest.find(['<', ']']) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let may_close = last_comment_end.is_some_and(|end| line.len() - rest.len() < end);
        match tag(rest, may_close) {
            Some((length, is_inline)) => {
                if !is_inline {
                    out.push(' ');
                }
                rest = &rest[length..];
            }
            None => {
                let first = rest.chars().next().map_or(0, char::len_utf8);
                out.push_str(&rest[..first]);
                rest = &rest[first..];
            }
        }
    }
    out.push_str(rest);
    out.into()
}

/// The tag, comment or section that `text` begins with: its length, and whether words stand as close without it. The end of
/// a comment is looked for where it `may_close`.
fn tag(text: &str, may_close: bool) -> Option<(usize, bool)> {
    if text.starts_with("]]>") {
        return Some((3, true));
    }
    if let Some(rest) = text.strip_prefix("<!--") {
        return may_close.then(|| rest.find(COMMENT_END)).flatten().map(|end| (4 + end + COMMENT_END.len(), true));
    }
    if text.starts_with("<![CDATA[") {
        return Some((9, true));
    }
    let name_at = text.strip_prefix("</").map_or(1, |_| 2);
    let name = name_of(&text[name_at.min(text.len())..])?;
    if !text.starts_with('<') {
        return None;
    }
    let after = &text[name_at + name.len()..];
    if !after.starts_with(|c: char| c.is_ascii_whitespace() || c == '/' || c == '>') {
        return None;
    }
    let end = after.bytes().take(MAX_TAG_BYTES).position(|b| b == b'>')?;
    if name.bytes().all(|b| b.is_ascii_uppercase()) && !text.starts_with("</") && !is_in(CAPITAL, name) {
        return None;
    }
    // Another tag may not begin within one.
    (!after[..end].contains('<') && are_attributes(&after[..end]))
        .then(|| (name_at + name.len() + end + 1, is_in(INLINE, name)))
}

/// Whether what stands between the name of a tag and its end may be attributes: words alone are text between two signs of
/// comparison.
fn are_attributes(text: &str) -> bool {
    let mut rest = text.trim_matches(|c: char| c.is_ascii_whitespace() || c == '/');
    while !rest.is_empty() {
        let end =
            rest.bytes().position(|b| !(b.is_ascii_alphanumeric() || b"-_:.@".contains(&b))).unwrap_or(rest.len());
        let (name, after) = rest.split_at(end);
        let next = after.trim_ascii_start();
        if let Some(value) = next.strip_prefix('=').filter(|_| !name.is_empty()) {
            // Of what follows the first value nothing is asked: it may hold the quotes that end it.
            let is_close = next.len() == after.len();
            return is_close && !value.starts_with('=') || value.trim_ascii_start().starts_with(['"', '\'']);
        }
        if !is_in(SWITCHES, name) || !after.is_empty() && next.len() == after.len() {
            return false;
        }
        rest = next;
    }
    true
}

/// The name of an element that `text` begins with.
fn name_of(text: &str) -> Option<&str> {
    let end = text.bytes().position(|b| !b.is_ascii_alphanumeric()).unwrap_or(text.len());
    let name = &text[..end];
    is_name(name).then_some(name)
}

/// Whether an element that pages are made of has the name.
fn is_name(name: &str) -> bool {
    is_in(WORDS, name) || is_in(UNLIKE_WORDS, name)
}

fn is_in(list: &[&str], name: &str) -> bool {
    list.iter().any(|n| n.eq_ignore_ascii_case(name))
}

/// Cuts halves of tags from both ends of the line, and those that stand alone between words.
fn severed(line: &str) -> String {
    let mut text = line.trim();
    loop {
        let before = text.len();
        text = until_it_stays(text, |text| cut_end(text).trim_end());
        text = until_it_stays(text, |text| cut_start(text).trim_start());
        if text.len() == before {
            break;
        }
    }
    if !text.contains(['<', '>']) {
        return text.to_owned();
    }
    let kept: Vec<&str> = text.split(' ').filter(|token| !is_half_token(token)).collect();
    kept.join(" ")
}

fn until_it_stays(mut text: &str, cut: impl Fn(&str) -> &str) -> &str {
    loop {
        let next = cut(text);
        if next.len() == text.len() {
            return text;
        }
        text = next;
    }
}

/// `/p>`, `</p`, `<br`: half a tag that stands by itself.
fn is_half_token(token: &str) -> bool {
    let (opened, rest) = token.strip_prefix('<').map_or((false, token), |r| (true, r));
    let (slash, rest) = rest.strip_prefix('/').map_or((false, rest), |r| (true, r));
    let (closed, name) = rest.strip_suffix('>').map_or((false, rest), |r| (true, r));
    let name = name.trim_end_matches('/');
    opened != closed && if slash { is_name(name) } else { opened && is_in(UNLIKE_WORDS, name) }
}

/// The line without half a tag at its end.
fn cut_end(line: &str) -> &str {
    // `… >`: the end of a tag. A sign of comparison has something after it.
    for half in [" >", " <", "\u{a0}>"] {
        if let Some(rest) = line.strip_suffix(half) {
            return rest;
        }
    }
    if let Some(rest) = line.strip_suffix('>') {
        // `…/p>` after a word, `… p>` or `… />`.
        let rest = rest.strip_suffix('/').unwrap_or(rest);
        let name_at = rest
            .rfind(|c: char| !c.is_ascii_alphanumeric())
            .map_or(0, |at| at + rest[at..].chars().next().map_or(1, char::len_utf8));
        let before = &rest[..name_at];
        let name = &rest[name_at..];
        if is_name(name) {
            if let Some(cut) = before.strip_suffix('/') {
                return cut.strip_suffix('<').unwrap_or(cut);
            }
            if before.ends_with(' ') {
                return before;
            }
        }
        if name.is_empty() && before.ends_with(' ') && line.ends_with("/>") {
            return before;
        }
    }
    // `…</p`, `… <br`: the beginning of a tag.
    if let Some(at) = line.rfind('<') {
        let rest = line[at + 1..].trim_start_matches('/');
        let name = rest.trim_end_matches(['/', ' ']);
        let is_end = line[at + 1..].starts_with('/') && is_name(name);
        if is_end || is_in(UNLIKE_WORDS, name) && (line[..at].ends_with(' ') || at == 0) {
            return &line[..at];
        }
    }
    line
}

/// The line without half a tag at its beginning: `/p> …`, `p> …`, `/> …`.
fn cut_start(line: &str) -> &str {
    if let Some(rest) = line.strip_prefix("/>") {
        return rest;
    }
    let slashed = line.strip_prefix('/').unwrap_or(line);
    // `a> …` numbers a list.
    let is_half = |name: &&str| slashed.len() < line.len() || name.len() > 1 || *name == "p";
    match name_of(slashed).filter(is_half) {
        Some(name) if slashed[name.len()..].starts_with('>') => &slashed[name.len() + 1..],
        _ => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shrapnel_goes_and_the_words_stay() {
        for (before, after) in [
            ("مراعاة مصالح كل منهما”. >", "مراعاة مصالح كل منهما”."),
            ("أحادية الجانب”. /p>", "أحادية الجانب”."),
            ("the end of it./p>", "the end of it."),
            ("p> The mill stands", "The mill stands"),
            ("the mill </div", "the mill"),
            ("one<br/>two", "one two"),
            ("a <b>bold</b> word", "a bold word"),
            ("<p class=\"x\">Text</p>", "Text"),
            ("see <img src=\"a.png\" alt=\"x\"> here", "see   here"),
            ("<!-- ad -->Text]]>", "Text"),
            ("flour &amp;quot;00&amp;quot; &#8217;s&nbsp;good", "flour \"00\" ’s good"),
            ("&lt;p&gt;hidden&lt;/p&gt;", "hidden"),
            ("word </p> word", "word   word"),
            ("/p>", ""),
            ("words <br and more", "words and more"),
            ("<option selected>one", "one"),
            ("<td nowrap align=left>two", "two"),
            ("<img alt=\"the \"best\" of all\" src=x.png/>three", "three"),
            ("<a href = 'x'>four</a >", "four"),
            ("five <hr noshade />", "five"),
        ] {
            assert_eq!(apply(before), after, "{before}");
            assert_eq!(apply(after), after, "{after}");
        }
    }

    #[test]
    fn entities_that_were_escaped_often_are_one() {
        for times in [0, 1, 15, 16, 40] {
            let line =
                format!("A &{}lt;b&{}gt;word&{}; Q&amp;A", "amp;".repeat(times), "amp;".repeat(times + 1), "amp;amp");
            assert_eq!(apply(&line), "A word& Q&A", "{times}");
            assert_eq!(apply(&apply(&line)), "A word& Q&A");
        }
        assert_eq!(apply("&amp;amp and &amp;amp;nosuch;"), "&amp and &nosuch;");
    }

    #[test]
    fn markup_that_never_ends_takes_linear_time() {
        let count = 200_000;
        for line in [
            "<!-- ".repeat(count),
            format!("&{}lt;", "amp;".repeat(count)),
            "<b".repeat(count) + &">".repeat(count),
            "p>".repeat(count),
            " <br".repeat(count),
        ] {
            // Minutes, where each beginning is followed to the end.
            assert!(apply(&line).len() <= line.len());
        }
    }

    #[test]
    fn what_only_looks_like_markup_stays() {
        for text in [
            "if a < b and c > d",
            "x > 5",
            ">> quoted mail",
            "> quoted",
            "from A -> B => C",
            "Vec<String> and Map<K, V>",
            "I <3 bread",
            "AT&T & R&D; fish & chips",
            "<quux> is no tag",
            "shares of Du Pont Co <DD> rose",
            "5 <10",
            "a<b",
            "if a<b and c>d then",
            "if a <b and c> d then",
            "a <b c",
            "if x <time then",
            "if a <b",
            "if a<b/c>d",
            "a <p + q = r> b",
            "a <i j == k> b",
            "a <b c = d> e",
            "a> the first of two",
            "<b كلمة> أخرى",
        ] {
            assert_eq!(apply(text), text);
        }
    }
}
