//! What a zip archive is by the members at its beginning: a book, an office document, or an archive of anything.

use super::recognise::Format;

/// The header before a member, without its name and extra field.
const LOCAL: &[u8] = b"PK\x03\x04";
const LOCAL_BYTES: usize = 30;

/// Names of the first member, with the bytes that follow, by which a zip archive is an office document.
const OFFICE: &[&[u8]] = &[b"[Content_Types].xml", b"_rels/.rels", b"mimetypeapplication/vnd.oasis", b"docProps/"];

/// The member that every book has, and its text where it is not deflated, as it should be.
const BOOK: &[u8] = b"mimetypeapplication/epub+zip";

/// The member that says where the package of a book is.
const CONTAINER: &[u8] = b"META-INF/container.xml";

/// The first member of a program of Java.
const MANIFEST: &[u8] = b"META-INF/MANIFEST.MF";

/// The format of the zip archive that begins with `head`.
pub fn zip_format(head: &[u8]) -> Format {
    let first = &head[head.len().min(LOCAL_BYTES)..];
    if first.starts_with(BOOK) {
        Format::Epub
    } else if OFFICE.iter().any(|o| first.starts_with(o)) {
        Format::Other("Office")
    } else if first.starts_with(MANIFEST) {
        Format::Other("program")
    } else if has_container(head) {
        Format::Epub
    } else {
        Format::Zip
    }
}

/// Whether one of the members in `head` is the container of a book; members of archives within are none.
fn has_container(head: &[u8]) -> bool {
    let mut rest = head;
    while rest.starts_with(LOCAL) && rest.len() >= LOCAL_BYTES {
        let short = |at: usize| usize::from(u16::from_le_bytes([rest[at], rest[at + 1]]));
        let packed = short(18) | short(20) << 16;
        let name_end = LOCAL_BYTES + short(26);
        if rest.get(LOCAL_BYTES..name_end) == Some(CONTAINER) {
            return true;
        }
        let start = name_end + short(28);
        // The size of a member may stand behind it.
        let is_known = short(6) & 8 == 0 || packed > 0;
        let Some(bytes) = rest.get(start..) else { return false };
        let next = if is_known { Some(packed) } else { memchr::memmem::find(bytes, LOCAL) };
        match next.and_then(|next| bytes.get(next..)) {
            Some(after) => rest = after,
            None => return false,
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stored(name: &[u8], bytes: &[u8]) -> Vec<u8> {
        let sizes = (bytes.len() as u32).to_le_bytes().repeat(2);
        let name_bytes = (name.len() as u16).to_le_bytes();
        [LOCAL, &[0; 14], &sizes, &name_bytes, &[0, 0], name, bytes].concat()
    }

    #[test]
    fn a_book_is_told_by_its_container_wherever_its_kind_stands() {
        let (kind, container) = (stored(b"mimetype", b"application/epub+zip"), stored(CONTAINER, b"<container/>"));
        let page = stored(b"a.xhtml", b"<p>a");
        assert_eq!(zip_format(&[&kind[..], &container].concat()), Format::Epub);
        assert_eq!(zip_format(&[&page[..], &container, &kind].concat()), Format::Epub);
        assert_eq!(zip_format(&[&page[..], &page].concat()), Format::Zip);
        assert_eq!(zip_format(&stored(MANIFEST, b"Manifest-Version: 1.0")), Format::Other("program"));
        let within = stored(b"book.epub", &[&page[..], &container].concat());
        assert_eq!(zip_format(&[&within[..], &page].concat()), Format::Zip);
    }
}
