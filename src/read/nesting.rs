//! Archives among files and members: which are, and in what order the sources within them stand.

use crate::store::region::Region;

use super::archive::Directory;
use super::recognise::{is_archive, recognise};
use super::source::sort_by_source;
use super::unpack::{Raw, look};

/// Indices of the members of an archive, in order of source.
pub fn in_order(region: &Region, directory: &Directory) -> Vec<usize> {
    let names: Vec<&str> = directory.members.iter().map(|m| m.name.as_str()).collect();
    sort_by_source(&names, |index| holds_members(&Raw::member(region, &directory.members[index]), names[index]))
}

/// Whether `raw` is an archive, compressed or not.
pub fn holds_members(raw: &Raw, name: &str) -> bool {
    look(raw, name).is_ok_and(|(_, head, stem)| is_archive(recognise(&head.bytes, head.whole, stem).format))
}
