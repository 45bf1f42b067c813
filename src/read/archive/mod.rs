//! Archives: what members they hold, and where. Members are read in place; nothing is ever written by their names.

pub mod lzma;
mod tar;
mod zip;

use std::collections::HashMap;
use std::ops::Range;

use crate::store::region::Region;

use super::compression::Compression;
use super::recognise::Format;
use super::source::escaped_bytes;

/// The longest name of a kind of files, in bytes.
const MAX_KIND_BYTES: u64 = 128;

/// How the bytes of a member are packed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Coding {
    /// As they are.
    Stored,
    /// Raw deflate.
    Deflate,
    /// LZMA as zip archives have it.
    Lzma,
    /// A compression that files have as well.
    Compressed(Compression),
    /// They cannot be read, and why.
    Unreadable(String),
}

/// One file within an archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Its name, unique in the archive.
    pub name: String,
    /// Where its packed bytes lie in the archive.
    pub bytes: Range<u64>,
    /// How they are packed.
    pub coding: Coding,
    /// Size when unpacked, where the archive states it.
    pub size: Option<u64>,
    /// CRC-32 of the unpacked bytes, where the archive states it.
    pub crc32: Option<u32>,
}

/// What an archive holds.
#[derive(Debug, Default)]
pub struct Directory {
    /// Files, in order of the archive; no folders, links or devices, and no names that begin with a dot.
    pub members: Vec<Member>,
    /// What is wrong with the archive itself: members may be missing.
    pub fault: Option<String>,
}

/// The members of the archive of `format` that lies in `region`.
///
/// # Panics
/// When `format` is no archive.
pub fn directory(region: &Region, format: Format) -> Directory {
    let mut directory = match format {
        Format::Zip => zip::directory(region),
        Format::Tar => tar::directory(region),
        _ => unreachable!("only archives have members"),
    };
    if format == Format::Zip && is_web_archive(&directory.members) {
        // A collection of web archives keeps lists of its pages and indexes beside them.
        directory.members.retain(|m| m.name.starts_with("archive/"));
    }
    if format == Format::Zip && directory.members.iter().any(|m| m.name.starts_with("META-INF/")) {
        directory.members.retain(|m| !is_kind(m));
    }
    directory.members.retain(|m| !is_hidden(&m.name));
    number_equal_names(&mut directory.members);
    directory
}

fn is_web_archive(members: &[Member]) -> bool {
    members.iter().any(|m| m.name == "datapackage.json") && members.iter().any(|m| m.name.starts_with("archive/"))
}

/// Whether a member says of what kind its archive is, as books and office documents do.
fn is_kind(member: &Member) -> bool {
    member.name == "mimetype" && member.size.is_some_and(|size| size <= MAX_KIND_BYTES)
}

/// Whether a name, or that of a folder above it, begins with a dot.
fn is_hidden(name: &str) -> bool {
    name.split(['/', '\\']).any(|n| n.starts_with('.') && n != "." && n != "..")
}

/// A second member of one name becomes `name~2`.
fn number_equal_names(members: &mut [Member]) {
    let mut seen: HashMap<String, usize> = HashMap::with_capacity(members.len());
    for member in members {
        let mut number = seen.get(&member.name).map_or(1, |n| n + 1);
        let mut name = member.name.clone();
        while number > 1 || seen.contains_key(&name) {
            name = format!("{}~{number}", member.name);
            if !seen.contains_key(&name) {
                break;
            }
            number += 1;
        }
        seen.insert(member.name.clone(), number);
        seen.entry(name.clone()).or_insert(1);
        member.name = name;
    }
}

/// A name as archives store it, with bytes that are no UTF-8 as `\xHH`.
fn name_of(bytes: &[u8]) -> String {
    escaped_bytes(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn member(name: &str) -> Member {
        Member { name: name.into(), bytes: 0..0, coding: Coding::Stored, size: None, crc32: None }
    }

    #[test]
    fn members_of_one_name_are_numbered_and_no_name_is_given_twice() {
        let mut members: Vec<Member> = ["a", "a", "a~2", "b", "a"].map(member).into();
        number_equal_names(&mut members);
        let names: Vec<&str> = members.iter().map(|m| m.name.as_str()).collect();
        assert_eq!(names, ["a", "a~2", "a~2~2", "b", "a~3"]);
    }

    #[test]
    fn names_that_begin_with_a_dot_are_hidden_in_any_folder() {
        assert!(is_hidden(".a") && is_hidden("a/.b/c") && is_hidden("__MACOSX/._a.txt"));
        assert!(!is_hidden("./a") && !is_hidden("a.b") && !is_hidden("../a"));
    }
}
