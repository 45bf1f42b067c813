//! Paths within a book, as its documents write them.

/// The member that `href` names, seen from the member `base`.
pub(super) fn resolve(base: &str, href: &str) -> String {
    let path = href.split('#').next().unwrap_or_default();
    let mut parts: Vec<&str> = base.split('/').collect();
    parts.pop();
    let decoded = percent_decoded(path).replace('\\', "/");
    for part in decoded.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

pub(super) fn percent_decoded(path: &str) -> String {
    let bytes = path.as_bytes();
    let (mut out, mut at) = (Vec::with_capacity(bytes.len()), 0);
    while at < bytes.len() {
        let hex = path.get(at + 1..at + 3).filter(|_| bytes[at] == b'%');
        match hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) => {
                out.push(byte);
                at += 3;
            }
            None => {
                out.push(bytes[at]);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_seen_from_the_package() {
        assert_eq!(resolve("OPS/book.opf", "../a%20b/c.xhtml#x"), "a b/c.xhtml");
        assert_eq!(resolve("book.opf", "c.xhtml"), "c.xhtml");
        assert_eq!(resolve("", "./OPS\\c.xhtml"), "OPS/c.xhtml");
    }
}
