//! The charset that a page or XML file gives itself, read as browsers do.

/// How far declarations are looked for, in bytes.
const NEAR_HEAD: usize = 16 << 10;

/// The charset label that a page or XML file gives itself in its first 16 kB, in lower case, or none.
///
/// Reads `<meta charset>`, `<meta http-equiv=content-type content="…; charset=…">` and `<?xml … encoding="…"?>`; not what
/// stands in comments or values of other attributes. The first label that is known counts.
pub fn html_declaration(head: &[u8]) -> Option<String> {
    let wide;
    let mut head = &head[..head.len().min(NEAR_HEAD)];
    if head.iter().take(64).filter(|b| **b == 0).count() > 16 {
        // UTF-16: the declaration shows between its NUL bytes.
        wide = head.iter().copied().filter(|b| *b != 0).collect::<Vec<u8>>();
        head = &wide;
    }
    let mut rest = head;
    if let Some(label) = xml_label(rest) {
        return Some(label);
    }
    while let Some(open) = memchr::memchr(b'<', rest) {
        rest = &rest[open + 1..];
        if let Some(comment) = rest.strip_prefix(b"!--") {
            // `<!-->` is a whole comment.
            let from = open_comment_end(comment)?;
            rest = &comment[from..];
        } else if is_meta(rest) {
            let (label, after) = meta_label(&rest[4..]);
            if label.is_some() {
                return label;
            }
            rest = after;
        } else if rest.first().is_some_and(|b| b.is_ascii_alphabetic() || *b == b'/') {
            rest = after_tag(rest);
        }
    }
    None
}

/// Where the comment ends whose text begins here.
fn open_comment_end(comment: &[u8]) -> Option<usize> {
    if comment.starts_with(b">") {
        return Some(1);
    }
    memchr::memmem::find(comment, b"-->").map(|at| at + 3)
}

fn xml_label(head: &[u8]) -> Option<String> {
    let tag = head.trim_ascii_start();
    let tag = tag.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(tag).strip_prefix(b"<?xml")?;
    let tag = &tag[..memchr::memchr(b'>', tag)?];
    let value = tag[memchr::memmem::find(tag, b"encoding")? + 8..].trim_ascii_start().strip_prefix(b"=")?;
    let value = value.trim_ascii_start();
    let quote = *value.first().filter(|b| matches!(b, b'"' | b'\''))?;
    label_of(&value[1..1 + memchr::memchr(quote, &value[1..])?])
}

fn is_meta(rest: &[u8]) -> bool {
    rest.len() > 4
        && rest[..4].eq_ignore_ascii_case(b"meta")
        && matches!(rest[4], b' ' | b'\t' | b'\n' | b'\r' | 0x0C | b'/')
}

/// What follows the tag that begins here, whose values may hold `>`.
fn after_tag(tag: &[u8]) -> &[u8] {
    let mut rest = tag;
    while let (Some(_), after) = attribute(rest) {
        rest = after;
    }
    rest
}

/// The label that the attributes of a `meta` give, and what follows them.
fn meta_label(tag: &[u8]) -> (Option<String>, &[u8]) {
    let (mut rest, mut charset, mut content, mut is_type) = (tag, None, None, false);
    while let (Some((name, value)), after) = attribute(rest) {
        rest = after;
        match name.to_ascii_lowercase().as_slice() {
            b"charset" if charset.is_none() => charset = Some(label_of(value)),
            b"content" if content.is_none() => content = Some(label_in_content(value)),
            b"http-equiv" => is_type |= value.eq_ignore_ascii_case(b"content-type"),
            _ => {}
        }
    }
    // A tag that never ends is none.
    if rest.is_empty() {
        return (None, rest);
    }
    (charset.unwrap_or_else(|| content.flatten().filter(|_| is_type)), rest)
}

/// Name and value of an attribute.
type Attribute<'t> = (&'t [u8], &'t [u8]);

/// The next attribute of a tag with its value; none at the end of the tag, where what follows it is given.
fn attribute(tag: &[u8]) -> (Option<Attribute<'_>>, &[u8]) {
    let start = tag.iter().position(|b| !b.is_ascii_whitespace() && *b != b'/').unwrap_or(tag.len());
    let tag = &tag[start..];
    match tag.first() {
        None => return (None, tag),
        // Browsers leave `>` for what follows; the length tells that the tag ended.
        Some(b'>') => return (None, tag),
        Some(_) => {}
    }
    let end = tag.iter().skip(1).position(|b| b.is_ascii_whitespace() || matches!(b, b'/' | b'>' | b'='));
    let end = end.map_or(tag.len(), |end| end + 1);
    let (name, rest) = tag.split_at(end);
    let Some(value) = rest.trim_ascii_start().strip_prefix(b"=") else {
        return (Some((name, b"")), rest);
    };
    let value = value.trim_ascii_start();
    match value.first() {
        Some(quote @ (b'"' | b'\'')) => match memchr::memchr(*quote, &value[1..]) {
            Some(end) => (Some((name, &value[1..=end])), &value[end + 2..]),
            None => (None, b""),
        },
        _ => {
            let end = value.iter().position(|b| b.is_ascii_whitespace() || *b == b'>').unwrap_or(value.len());
            (Some((name, &value[..end])), &value[end..])
        }
    }
}

/// The label after `charset=` in the value of `content`.
fn label_in_content(content: &[u8]) -> Option<String> {
    let lower = content.to_ascii_lowercase();
    let value = memchr::memmem::find_iter(&lower, b"charset")
        .find_map(|at| lower[at + 7..].trim_ascii_start().strip_prefix(b"="))?;
    let value = value.trim_ascii_start();
    match value.first()? {
        quote @ (b'"' | b'\'') => label_of(&value[1..1 + memchr::memchr(*quote, &value[1..])?]),
        _ => {
            let end = value.iter().position(|b| b.is_ascii_whitespace() || *b == b';').unwrap_or(value.len());
            label_of(&value[..end])
        }
    }
}

fn label_of(value: &[u8]) -> Option<String> {
    let label = String::from_utf8_lossy(value.trim_ascii()).to_ascii_lowercase();
    super::of_label(&label).is_some().then_some(label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_names_its_charset_in_three_ways() {
        let found = |head: &[u8]| html_declaration(head);
        assert_eq!(found(b"<META CharSet = 'Windows-1256'>").as_deref(), Some("windows-1256"));
        assert_eq!(
            found(b"<meta http-equiv=content-type content=\"text/html; charset=iso-8859-6\">").as_deref(),
            Some("iso-8859-6")
        );
        assert_eq!(found(b"<?xml version=\"1.0\" encoding=\"UTF-8\"?>").as_deref(), Some("utf-8"));
        assert_eq!(found(b"<meta charset=none><meta charset=koi8-r>").as_deref(), Some("koi8-r"));
    }

    #[test]
    fn what_only_looks_like_a_declaration_is_none() {
        for head in [
            &b"<!-- <meta charset=big5> --><p>charset=x</p>"[..],
            b"<p title='<meta charset=big5>'>",
            b"<metacharset=big5>",
            b"<meta name=content-type content='text/html; charset=big5'>",
            b"<meta charset=big5",
            b"<meta charset=\"big5><p>",
        ] {
            assert_eq!(html_declaration(head), None, "{}", String::from_utf8_lossy(head));
        }
    }
}
