//! The members of a tar archive, plain, GNU or POSIX; after damage the next whole header is searched for.

use std::io::{BufReader, Seek, SeekFrom};

use tar::{Archive, EntryType};

use crate::store::region::Region;

use super::super::recognise::is_tar;
use super::{Coding, Directory, Member, name_of};

/// Bytes of a block: headers begin at its multiples.
const BLOCK_BYTES: u64 = 512;

/// Headers that are broken before the search for more of them ends.
const MAX_FAULTS: usize = 1000;

/// What the archive in `region` holds.
pub fn directory(region: &Region) -> Directory {
    let mut directory = Directory::default();
    let mut from = 0;
    for _ in 0..MAX_FAULTS {
        let Err((at, fault)) = list(region, from, &mut directory.members) else { break };
        directory.fault.get_or_insert_with(|| format!("damaged at byte {at}: {fault}; members may be missing"));
        match next_header(region, at.max(from + BLOCK_BYTES)) {
            Some(next) => from = next,
            None => break,
        }
    }
    directory
}

/// Lists the members from the header at `from` on; what is wrong, and where.
fn list(region: &Region, from: u64, members: &mut Vec<Member>) -> Result<(), (u64, String)> {
    let mut here = from;
    let mut archive = Archive::new(BufReader::with_capacity(8 << 10, region.part(from..u64::MAX)));
    let failed = |at: u64, e: std::io::Error| (at, e.to_string());
    for entry in archive.entries_with_seek().map_err(|e| failed(from, e))? {
        let entry = entry.map_err(|e| failed(here, e))?;
        let start = from + entry.raw_file_position();
        let size = entry.size();
        let end = start.saturating_add(size);
        here = end.next_multiple_of(BLOCK_BYTES);
        let kind = entry.header().entry_type();
        if !matches!(kind, EntryType::Regular | EntryType::Continuous | EntryType::GNUSparse) {
            continue;
        }
        let coding = match kind {
            EntryType::GNUSparse => Coding::Unreadable("a sparse file within an archive is not read; unpack it".into()),
            _ => Coding::Stored,
        };
        let name = name_of(&entry.path_bytes());
        if !name.ends_with('/') {
            members.push(Member { name, bytes: start..end, coding, size: Some(size), crc32: None });
        }
        if end > region.size() {
            return Err((region.size(), "it ends within its last member".into()));
        }
    }
    Ok(())
}

/// The next block that is a header, at or after `from`.
fn next_header(region: &Region, from: u64) -> Option<u64> {
    let mut at = from.next_multiple_of(BLOCK_BYTES);
    let mut reader = region.clone();
    reader.seek(SeekFrom::Start(at)).ok()?;
    let mut block = [0; BLOCK_BYTES as usize];
    let mut buffered = BufReader::with_capacity(256 << 10, reader);
    loop {
        std::io::Read::read_exact(&mut buffered, &mut block).ok()?;
        if is_tar(&block) {
            return Some(at);
        }
        at += BLOCK_BYTES;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn archive(members: &[(&str, &str)]) -> Vec<u8> {
        let mut builder = tar::Builder::new(Vec::new());
        for (name, text) in members {
            let mut header = tar::Header::new_gnu();
            header.set_size(text.len() as u64);
            builder.append_data(&mut header, name, text.as_bytes()).unwrap();
        }
        builder.into_inner().unwrap()
    }

    fn names(bytes: &[u8]) -> (Vec<String>, bool) {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(bytes).unwrap();
        let directory = directory(&Region::whole(file).unwrap());
        (directory.members.into_iter().map(|m| m.name).collect(), directory.fault.is_some())
    }

    #[test]
    fn members_stand_in_order_with_long_names_whole() {
        let long = "مجلد/".repeat(30) + "نص.txt";
        let bytes = archive(&[("b.txt", "one"), (&long, "two"), ("a.txt", "")]);
        assert_eq!(names(&bytes), (vec!["b.txt".into(), long, "a.txt".into()], false));
    }

    #[test]
    fn a_damaged_header_costs_its_member_and_the_rest_is_found() {
        let mut bytes = archive(&[("a", "one"), ("b", "two"), ("c", "three")]);
        bytes[1024 + 150] = b'x';
        assert_eq!(names(&bytes), (vec!["a".into(), "c".into()], true));
    }

    #[test]
    fn a_cut_archive_gives_the_members_before_the_cut_and_says_so() {
        let bytes = archive(&[("a", "one"), ("b", "two two")]);
        assert_eq!(names(&bytes[..512 + 512 + 512 + 3]), (vec!["a".into(), "b".into()], true));
    }
}
