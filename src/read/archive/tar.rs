//! The members of a tar archive, plain, GNU or POSIX; after damage the next whole header is searched for.

use std::io::BufReader;

use tar::{Archive, EntryType};

use crate::store::region::Region;

use super::super::recognise::is_tar;
use super::{Coding, Directory, Member, name_of};

/// Bytes of a block: headers begin at its multiples.
const BLOCK_BYTES: u64 = 512;

/// What headers of POSIX and GNU hold, and where.
const MARK: &[u8] = b"ustar";
const MARK_AT: usize = 257;

/// Kinds that hold no file: attributes, lists of folders, headers and names in the manner of Solaris and of old GNU.
const NO_FILES: &[u8] = b"ADEINVX";

/// The kind of the label of a volume, which need not say its size, and where the kind stands.
const LABEL: u8 = b'V';
const KIND_AT: u64 = 156;

/// Bytes in which a header is searched for at a time.
const WINDOW_BYTES: usize = 16 << 10;

/// What the archive in `region` holds; of several archives in one file, what all of them hold.
pub fn directory(region: &Region) -> Directory {
    let mut directory = Directory::default();
    let mut from = 0;
    loop {
        let found = directory.members.len();
        let end = list(region, from, &mut directory.members);
        if end.fault.is_some() && is_label(region, end.at) {
            from = end.at + BLOCK_BYTES;
            continue;
        }
        let mut unaligned = None;
        if let Some(fault) = &end.fault {
            directory
                .fault
                .get_or_insert_with(|| format!("damaged at byte {}: {fault}; members may be missing", end.at));
            // Where bytes are missing or too many, the next header lies before or after its place.
            // Headers within an archive that is a member are none of this one.
            let last = directory.members[found..].last().map(|m| m.bytes.start);
            unaligned = last.filter(|start| !begins_with_header(region, *start));
        }
        let after = end.at.max(from + BLOCK_BYTES);
        let next = next_header(region, after, None);
        let Some(next) = next.or_else(|| next_header(region, after, Some(unaligned?))) else { break };
        if end.fault.is_none() && next == end.at + BLOCK_BYTES {
            let fault = format!("damaged at byte {}: a block of zeros where the header of a member should be", end.at);
            directory.fault.get_or_insert(fault);
        }
        if let Some(last) = directory.members.last_mut().filter(|m| m.bytes.end > next) {
            last.bytes.end = next;
        }
        from = next;
    }
    directory
}

/// Where a list of members ends, and what is wrong there.
struct End {
    at: u64,
    fault: Option<String>,
}

/// Lists the members from the header at `from` on.
fn list(region: &Region, from: u64, members: &mut Vec<Member>) -> End {
    let mut at = from;
    let mut archive = Archive::new(BufReader::with_capacity(8 << 10, region.part(from..u64::MAX)));
    let entries = match archive.entries_with_seek() {
        Ok(entries) => entries,
        Err(e) => return End { at, fault: Some(e.to_string()) },
    };
    for entry in entries {
        let entry = match entry {
            Ok(entry) => entry,
            Err(e) => return End { at, fault: Some(e.to_string()) },
        };
        let start = from + entry.raw_file_position();
        let kind = entry.header().entry_type();
        // A sparse file is smaller in the archive than it is.
        let is_sparse = kind == EntryType::GNUSparse;
        let size = if is_sparse { entry.header().entry_size().unwrap_or(0) } else { entry.size() };
        let end = start.saturating_add(size);
        at = from.saturating_add((end - from).checked_next_multiple_of(BLOCK_BYTES).unwrap_or(u64::MAX));
        if !is_file(kind, size) {
            continue;
        }
        let coding = match is_sparse {
            true => Coding::Unreadable("a sparse file within an archive is not read; unpack it".into()),
            false => Coding::Stored,
        };
        let name = name_of(&entry.path_bytes());
        // Old archives tell folders by their names alone.
        if size > 0 || !name.ends_with('/') {
            members.push(Member { name, bytes: start..end, coding, size: Some(size), crc32: None });
        }
        if end > region.size() {
            return End { at: region.size(), fault: Some("it ends within its last member".into()) };
        }
    }
    End { at, fault: None }
}

/// Whether a member of this kind is a file: one of a kind that is not known is, where it has bytes, as POSIX has it.
fn is_file(kind: EntryType, size: u64) -> bool {
    match kind {
        EntryType::Regular | EntryType::Continuous | EntryType::GNUSparse => true,
        EntryType::Link | EntryType::Symlink | EntryType::Directory => false,
        EntryType::Char | EntryType::Block | EntryType::Fifo => false,
        EntryType::GNULongName | EntryType::GNULongLink | EntryType::XHeader | EntryType::XGlobalHeader => false,
        other => size > 0 && !NO_FILES.contains(&other.as_byte()),
    }
}

fn begins_with_header(region: &Region, at: u64) -> bool {
    let mut block = [0; BLOCK_BYTES as usize];
    region.read_at(at, &mut block).is_ok_and(|read| is_tar(&block[..read]))
}

/// Whether the header of a label stands at `at`: one block, without bytes.
fn is_label(region: &Region, at: u64) -> bool {
    let mut kind = [0];
    begins_with_header(region, at) && region.read_at(at + KIND_AT, &mut kind).is_ok() && kind == [LABEL]
}

/// The next header at a multiple of [`BLOCK_BYTES`] after `from`, or, from `unaligned` on, at any place where one says that it is.
fn next_header(region: &Region, from: u64, unaligned: Option<u64>) -> Option<u64> {
    let mut at = unaligned.unwrap_or(from).min(from);
    let mut window = vec![0; WINDOW_BYTES];
    loop {
        let read = region.read_at(at, &mut window).ok()?;
        let bytes = &window[..read];
        if read < BLOCK_BYTES as usize {
            return None;
        }
        let last = read - BLOCK_BYTES as usize;
        let block = |i: &usize| is_tar(&bytes[*i..i + BLOCK_BYTES as usize]);
        let first =
            from.saturating_sub(at) as usize + at.saturating_sub(from).wrapping_neg() as usize % BLOCK_BYTES as usize;
        let aligned = (first..=last).step_by(BLOCK_BYTES as usize).find(block);
        let marks =
            memchr::memmem::find_iter(bytes, MARK).filter_map(|i| i.checked_sub(MARK_AT)).filter(|i| *i <= last);
        let marked = unaligned.and_then(|_| marks.filter(|i| at + *i as u64 > unaligned.unwrap_or(0)).find(block));
        match aligned.into_iter().chain(marked).min() {
            Some(i) => return Some(at + i as u64),
            None => at += last as u64 + 1,
        }
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

    #[test]
    fn blocks_of_zeros_end_nothing_but_the_archive_before_them() {
        let (one, two) = (archive(&[("a", "one")]), archive(&[("b", "two")]));
        assert_eq!(names(&[one.clone(), two.clone()].concat()), (vec!["a".into(), "b".into()], false));
        let hole = [&one[..1024], &[0; 512], &two].concat();
        assert_eq!(names(&hole), (vec!["a".into(), "b".into()], true));
        let garbage = [&one[..], b"no archive at all"].concat();
        assert_eq!(names(&garbage), (vec!["a".into()], false));
    }

    #[test]
    fn members_after_missing_or_added_bytes_are_found() {
        let bytes = archive(&[("a", &"one ".repeat(400)), ("b", "two"), ("c", "three")]);
        let less = [&bytes[..700], &bytes[800..]].concat();
        assert_eq!(names(&less), (vec!["a".into(), "b".into(), "c".into()], true));
        let more = [&bytes[..700], &[b'x'; 77], &bytes[700..]].concat();
        assert_eq!(names(&more), (vec!["a".into(), "b".into(), "c".into()], true));
    }
}
