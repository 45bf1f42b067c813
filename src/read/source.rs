//! Names of sources: the standard input, paths as text, and the order in which sources stand.

use std::collections::HashSet;
use std::path::{Component, Path};

/// The name of the standard input, as an argument and as a source.
pub const STDIN: &str = "-";

/// A relative path with `/` between its names, bytes that are no UTF-8 as `\xHH`.
pub fn escaped(path: &Path) -> String {
    let names = path.components().filter_map(|c| match c {
        Component::Normal(name) => Some(escaped_name(name)),
        _ => None,
    });
    names.collect::<Vec<_>>().join("/")
}

#[cfg(unix)]
fn escaped_name(name: &std::ffi::OsStr) -> String {
    use std::os::unix::ffi::OsStrExt;
    escaped_bytes(name.as_bytes())
}

/// A name with bytes that are no UTF-8 as `\xHH`.
pub fn escaped_bytes(name: &[u8]) -> String {
    let mut text = String::new();
    for chunk in name.utf8_chunks() {
        text.push_str(chunk.valid());
        for byte in chunk.invalid() {
            text.push_str(&format!("\\x{byte:02X}"));
        }
    }
    text
}

/// Indices of `names` in the order of the sources that they give: the members of an archive stand where `NAME!` does.
pub fn sort_by_source(names: &[&str], is_archive: impl Fn(usize) -> bool) -> Vec<usize> {
    let mut order: Vec<usize> = (0..names.len()).collect();
    order.sort_by(|a, b| names[*a].as_bytes().cmp(names[*b].as_bytes()));
    // Only a name that goes on with a character below the exclamation mark comes between an archive and its members.
    let between = |name: &str, next: &str| {
        next.strip_prefix(name).is_some_and(|rest| rest.bytes().next().is_some_and(|b| b < b'!'))
    };
    let moved: HashSet<usize> =
        order.windows(2).filter(|w| between(names[w[0]], names[w[1]]) && is_archive(w[0])).map(|w| w[0]).collect();
    if !moved.is_empty() {
        let key = |index: &usize| format!("{}{}", names[*index], if moved.contains(index) { "!" } else { "" });
        order.sort_by_cached_key(key);
    }
    order
}

#[cfg(not(unix))]
fn escaped_name(name: &std::ffi::OsStr) -> String {
    name.to_string_lossy().into_owned()
}
