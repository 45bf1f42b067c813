//! The members of a zip archive, by the directory at its end; where that is missing, by the header before each member.

mod search;

use std::collections::{HashMap, HashSet};
use std::io;

use crate::store::region::Region;

use self::search::by_search;
use super::super::compression::Compression;
use super::{Coding, Directory, Member, name_of};

/// Bytes of the record at the end, without its comment.
const END_BYTES: usize = 22;

/// The record at the end with the longest comment.
const MAX_TAIL_BYTES: u64 = (64 << 10) + END_BYTES as u64;

/// Bytes of a header in the directory, and of one before a member, without name and extra field.
const CENTRAL_BYTES: usize = 46;
const LOCAL_BYTES: usize = 30;

/// Kinds of files in their Unix mode.
const FILE: u32 = 0o100_000;
const LINK: u32 = 0o120_000;

const CENTRAL: &[u8] = b"PK\x01\x02";
const LOCAL: &[u8] = b"PK\x03\x04";
const END: &[u8] = b"PK\x05\x06";
const END_64: &[u8] = b"PK\x06\x06";
const DESCRIPTOR: &[u8] = b"PK\x07\x08";
const LOCATOR_64: &[u8] = b"PK\x06\x07";

/// The highest version of the format that a header may need, times ten.
const MAX_VERSION: u8 = 63;

/// How many times the size of an archive its members may have together; each may claim all of it by mistake.
const MAX_SHARES: u64 = 4;

/// What the archive in `region` holds.
pub fn directory(region: &Region) -> Directory {
    let searched = || by_search(region).unwrap_or_default();
    let (members, fault) = match central(region) {
        Ok(listed) if listed.is_within_another => {
            (completed(searched(), &listed.members), Some("it is not at the end"))
        }
        Ok(listed) if listed.is_incomplete => {
            (with_unlisted(listed, searched()), Some("its entries are not as many or as long as its end says"))
        }
        Ok(listed) if !listed.misplaced.is_empty() => {
            let mut members = listed.members;
            let moved = find_moved(&mut members, &listed.misplaced, searched());
            (members, moved.then_some("members do not lie where it has them"))
        }
        Ok(listed) => (listed.members, None),
        Err(fault) => {
            let fault = format!("its directory cannot be read ({fault}); members were searched for one by one");
            return Directory { members: searched(), fault: Some(fault) };
        }
    };
    let fault = fault.map(|what| format!("its directory is wrong ({what}); members were searched for one by one"));
    Directory { members, fault }
}

/// What a directory lists.
struct Listed {
    members: Vec<Member>,
    /// Indices of members before whose places there is no header.
    misplaced: Vec<usize>,
    /// Where the bytes of links begin.
    links: Vec<u64>,
    /// Bytes before the archive are one as well: this may be one of its members, or bytes were put in.
    is_within_another: bool,
    /// The end record states another number of entries, or another size of them: a damaged length passed over some.
    is_incomplete: bool,
}

/// The members that a directory lists, and those that were searched for and do not begin within one of them.
fn with_unlisted(listed: Listed, searched: Vec<Member>) -> Vec<Member> {
    let Listed { mut members, misplaced, links, .. } = listed;
    find_moved(&mut members, &misplaced, searched.clone());
    members.sort_by_key(|m| m.bytes.start);
    let mut known: Vec<(u64, u64)> = members.iter().map(|m| (m.bytes.start, m.bytes.end)).collect();
    known.extend(links.into_iter().map(|start| (start, start + 1)));
    known.sort_unstable();
    for found in searched {
        let at = known.partition_point(|(start, _)| *start <= found.bytes.start);
        if at == 0 || known[at - 1].1 <= found.bytes.start && known[at - 1].0 != found.bytes.start {
            members.push(found);
        }
    }
    members.sort_by_key(|m| m.bytes.start);
    members
}

/// Takes the places of members that are not where a directory has them from those that were searched for; gives whether
/// there was one.
fn find_moved(members: &mut [Member], misplaced: &[usize], searched: Vec<Member>) -> bool {
    let held: HashSet<u64> = members.iter().filter(|m| !is_unreadable(m)).map(|m| m.bytes.start).collect();
    let free = searched.into_iter().filter(|m| !held.contains(&m.bytes.start));
    let mut by_name: HashMap<String, Vec<Member>> = HashMap::new();
    for found in free {
        by_name.entry(found.name.clone()).or_default().push(found);
    }
    by_name.values_mut().for_each(|found| found.reverse());
    let mut moved = false;
    for index in misplaced {
        let member = &mut members[*index];
        if let Some(found) = by_name.get_mut(&member.name).and_then(Vec::pop) {
            let size = member.bytes.end - member.bytes.start;
            let bytes = found.bytes.start..found.bytes.start.saturating_add(size);
            *member = Member { bytes, size: member.size, crc32: member.crc32, ..found };
            moved = true;
        }
    }
    moved
}

fn is_unreadable(member: &Member) -> bool {
    matches!(member.coding, Coding::Unreadable(_))
}

/// Members that were searched for, with the sizes and checksums of those of their names in a directory where their own
/// headers do not know them.
fn completed(mut searched: Vec<Member>, listed: &[Member]) -> Vec<Member> {
    let mut by_name: HashMap<&str, Option<&Member>> = HashMap::with_capacity(listed.len());
    for member in listed {
        // Members of one name are not told apart.
        by_name.entry(&member.name).and_modify(|held| *held = None).or_insert(Some(member));
    }
    for member in searched.iter_mut().filter(|m| m.size.is_none()) {
        if let Some(Some(listed)) = by_name.get(member.name.as_str()) {
            let end = member.bytes.start.saturating_add(listed.bytes.end - listed.bytes.start);
            member.bytes.end = member.bytes.end.min(end);
            (member.size, member.crc32) = (listed.size, listed.crc32);
        }
    }
    searched
}

/// The numbers of a header, little-endian.
struct Fields<'b>(&'b [u8]);

impl Fields<'_> {
    fn u16(&self, at: usize) -> u16 {
        self.0.get(at..at + 2).map_or(0, |b| u16::from_le_bytes([b[0], b[1]]))
    }

    fn u32(&self, at: usize) -> u32 {
        self.0.get(at..at + 4).map_or(0, |b| u32::from_le_bytes([b[0], b[1], b[2], b[3]]))
    }

    fn u64(&self, at: usize) -> u64 {
        u64::from(self.u32(at)) | u64::from(self.u32(at + 4)) << 32
    }
}

fn damaged(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}

/// Where the directory lies.
struct Place {
    bytes: std::ops::Range<u64>,
    /// By how much offsets in it are short, since something stands before the archive.
    shift: u64,
    /// Number of its entries, where the end record knows it.
    entries: Option<Entries>,
}

/// How many entries a directory has: modulo 2^16, or all.
enum Entries {
    Short(u16),
    Large(u64),
}

impl Entries {
    fn are(&self, entries: u64) -> bool {
        match self {
            Self::Short(stated) => u64::from(*stated) == entries & u64::from(u16::MAX),
            Self::Large(stated) => *stated == entries,
        }
    }
}

fn place_of_directory(region: &Region) -> io::Result<Place> {
    let tail_start = region.size().saturating_sub(MAX_TAIL_BYTES);
    let mut tail = vec![0; (region.size() - tail_start) as usize];
    region.read_at(tail_start, &mut tail)?;
    let at = memchr::memmem::rfind(&tail, END).ok_or_else(|| damaged("it has no end record"))?;
    if tail.len() - at < END_BYTES {
        return Err(damaged("its end record is cut"));
    }
    let end = Fields(&tail[at..]);
    let (mut size, mut offset) = (u64::from(end.u32(12)), u64::from(end.u32(16)));
    let mut entries = Some(end.u16(10)).filter(|stated| *stated != u16::MAX).map(Entries::Short);
    let mut directory_end = tail_start + at as u64;
    if at >= 20 && tail[at - 20..].starts_with(LOCATOR_64) {
        let stated = Fields(&tail[at - 20..]).u64(8);
        let mut record = [0; 56];
        region.read_at(stated, &mut record)?;
        if record.starts_with(END_64) {
            (size, offset) = (Fields(&record).u64(40), Fields(&record).u64(48));
            entries = Some(Entries::Large(Fields(&record).u64(32)));
            directory_end = stated;
        }
    }
    let start = directory_end.checked_sub(size).ok_or_else(|| damaged("its directory is larger than the file"))?;
    let shift = start.checked_sub(offset).ok_or_else(|| damaged("it is cut in front or in the middle"))?;
    Ok(Place { bytes: start..directory_end, shift, entries })
}

/// Whether a whole header of a member stands at the beginning.
fn begins_with_a_member(region: &Region) -> io::Result<bool> {
    let mut local = [0; LOCAL_BYTES + 1];
    let read = region.read_at(0, &mut local)?;
    let fields = Fields(&local);
    let is_coded = !matches!(coding_of(&header_of(&local, 6)), Coding::Unreadable(_));
    let has_name = fields.u16(26) > 0 && local[LOCAL_BYTES] >= b' ';
    Ok(read == local.len() && local.starts_with(LOCAL) && local[4] <= MAX_VERSION && is_coded && has_name)
}

fn central(region: &Region) -> io::Result<Listed> {
    let place = place_of_directory(region)?;
    let is_within_another = place.shift > 0 && begins_with_a_member(region)?;
    let size = place.bytes.end - place.bytes.start;
    let mut bytes = vec![0; usize::try_from(size).map_err(|_| damaged("its directory is too large"))?];
    region.read_at(place.bytes.start, &mut bytes)?;
    let (mut members, mut misplaced, mut links) = (Vec::new(), Vec::new(), Vec::new());
    let (mut rest, mut entries) = (bytes.as_slice(), 0);
    while rest.len() >= CENTRAL_BYTES {
        let entry = Entry::of(rest)?;
        entries += 1;
        if !entry.is_folder() {
            let at = entry.sizes.offset.unwrap_or(0).saturating_add(place.shift);
            let (member, is_there) = member(region, entry.name, at, &entry.sizes, &header_of(rest, 8))?;
            if entry.mode == LINK {
                links.push(member.bytes.start);
            } else {
                if !is_there {
                    misplaced.push(members.len());
                }
                members.push(member);
            }
        }
        match rest.get(entry.bytes..) {
            Some(after) => rest = after,
            // Its comment goes beyond the end.
            None => break,
        }
    }
    let is_wiped = entries == 0 && region.size() > END_BYTES as u64;
    let is_incomplete = is_wiped || !rest.is_empty() || place.entries.is_some_and(|stated| !stated.are(entries));
    refuse_shared_bytes(region, &mut members);
    Ok(Listed { members, misplaced, links, is_within_another, is_incomplete })
}

/// One entry of the directory.
struct Entry<'b> {
    name: &'b [u8],
    sizes: Sizes,
    /// What kind of file it is, where it was written on Unix; else 0.
    mode: u32,
    /// How long it is.
    bytes: usize,
}

impl<'b> Entry<'b> {
    /// The entry at the beginning of `rest`.
    fn of(rest: &'b [u8]) -> io::Result<Self> {
        if !rest.starts_with(CENTRAL) {
            return Err(damaged("an entry of it is damaged"));
        }
        let header = Fields(rest);
        let name_end = CENTRAL_BYTES + usize::from(header.u16(28));
        let extra_end = name_end + usize::from(header.u16(30));
        let (Some(name), Some(extra)) = (rest.get(CENTRAL_BYTES..name_end), rest.get(name_end..extra_end)) else {
            return Err(damaged("an entry of it is cut"));
        };
        let sizes = Sizes::of(header.u32(24), header.u32(20), Some(header.u32(42)), extra);
        // Attributes are of Unix where the upper byte of the version says so.
        let mode = if header.u16(4) >> 8 == 3 { header.u32(38) >> 16 & 0o170_000 } else { 0 };
        Ok(Self { name, sizes, mode, bytes: extra_end + usize::from(header.u16(32)) })
    }

    /// Whether it holds no bytes to be read. What was packed from a pipe says that it is one, and holds what came by it.
    fn is_folder(&self) -> bool {
        let is_empty = self.sizes.unpacked == 0 && self.sizes.packed == 0;
        let is_file = matches!(self.mode, 0 | FILE | LINK);
        self.name.ends_with(b"/") || is_empty && (self.name.ends_with(b"\\") || !is_file)
    }
}

/// Members that share their bytes make a small archive grow without measure: those past [`MAX_SHARES`] are not read.
fn refuse_shared_bytes(region: &Region, members: &mut [Member]) {
    let mut bytes = 0;
    for member in members {
        bytes += region.part(member.bytes.clone()).size();
        if bytes > MAX_SHARES * region.size() {
            let why = "the members before it have more bytes than the archive holds: they share them";
            member.coding = Coding::Unreadable(why.into());
        }
    }
}

/// Flags, method and checksum of a header, whose flags stand at `at`.
struct Coded {
    flags: u16,
    method: u16,
    crc32: u32,
}

fn header_of(bytes: &[u8], at: usize) -> Coded {
    let fields = Fields(bytes);
    Coded { flags: fields.u16(at), method: fields.u16(at + 2), crc32: fields.u32(at + 8) }
}

/// Sizes of a member and the place of its header, from a header or its extra field for large files.
struct Sizes {
    unpacked: u64,
    packed: u64,
    offset: Option<u64>,
}

impl Sizes {
    fn of(unpacked: u32, packed: u32, offset: Option<u32>, mut extra: &[u8]) -> Self {
        let mut large = Fields(&[]);
        while extra.len() >= 4 {
            let field = Fields(extra);
            let end = (4 + usize::from(field.u16(2))).min(extra.len());
            if field.u16(0) == 1 {
                large = Fields(&extra[4..end]);
            }
            extra = &extra[end..];
        }
        let mut at = 0;
        let mut next = |short: u32| {
            if short != u32::MAX || at + 8 > large.0.len() {
                return u64::from(short);
            }
            at += 8;
            large.u64(at - 8)
        };
        Self { unpacked: next(unpacked), packed: next(packed), offset: offset.map(next) }
    }
}

/// The member whose local header stands at `place`, and whether one does.
fn member(region: &Region, name: &[u8], place: u64, sizes: &Sizes, coded: &Coded) -> io::Result<(Member, bool)> {
    let mut local = [0; LOCAL_BYTES];
    let read = region.read_at(place, &mut local)?;
    let fields = Fields(&local);
    let start = place.saturating_add((LOCAL_BYTES + usize::from(fields.u16(26)) + usize::from(fields.u16(28))) as u64);
    let is_there = read == LOCAL_BYTES && local.starts_with(LOCAL);
    let coding = match is_there {
        true => coding_of(coded),
        false => {
            Coding::Unreadable(format!("its header is not at byte {place}, where the directory of the archive has it"))
        }
    };
    let member = Member {
        name: name_of(name),
        bytes: start..start.saturating_add(sizes.packed),
        coding,
        size: Some(sizes.unpacked),
        crc32: Some(coded.crc32),
    };
    Ok((member, is_there))
}

fn coding_of(coded: &Coded) -> Coding {
    match coded.method {
        _ if coded.flags & 1 != 0 => Coding::Unreadable("it is encrypted; unpack the archive with its password".into()),
        0 => Coding::Stored,
        8 => Coding::Deflate,
        12 => Coding::Compressed(Compression::Bzip2),
        14 => Coding::Lzma,
        93 => Coding::Compressed(Compression::Zstd),
        95 => Coding::Compressed(Compression::Xz),
        other => Coding::Unreadable(format!("it is packed by method {other}, which is not read; unpack the archive")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    /// A header of a member and the member, and its entry in the directory.
    fn packed(name: &str, text: &str, place: usize) -> (Vec<u8>, Vec<u8>) {
        let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(text.as_bytes()).unwrap();
        let bytes = encoder.finish().unwrap();
        let mut common = vec![20, 0, 0, 0, 8, 0, 0, 0, 0, 0];
        common.extend(crc32fast::hash(text.as_bytes()).to_le_bytes());
        common.extend((bytes.len() as u32).to_le_bytes());
        common.extend((text.len() as u32).to_le_bytes());
        common.extend((name.len() as u16).to_le_bytes());
        common.extend([0, 0]);
        let local = [LOCAL, &common, name.as_bytes(), &bytes].concat();
        let entry = [CENTRAL, &[20, 0], &common, &[0; 10], &(place as u32).to_le_bytes(), name.as_bytes()].concat();
        (local, entry)
    }

    fn archive(members: &[(&str, &str)]) -> Vec<u8> {
        let (mut bytes, mut entries) = (Vec::new(), Vec::new());
        for (name, text) in members {
            let (local, entry) = packed(name, text, bytes.len());
            bytes.extend(local);
            entries.extend(entry);
        }
        let (start, count) = (bytes.len() as u32, members.len() as u16);
        let size = entries.len() as u32;
        bytes.extend(entries);
        bytes.extend([END, &[0; 4], &count.to_le_bytes(), &count.to_le_bytes(), &size.to_le_bytes()].concat());
        bytes.extend([&start.to_le_bytes()[..], &[0, 0]].concat());
        bytes
    }

    fn listed(bytes: &[u8]) -> Directory {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(bytes).unwrap();
        directory(&Region::whole(file).unwrap())
    }

    #[test]
    fn members_are_listed_with_their_places_and_folders_are_none() {
        let directory = listed(&archive(&[("b/", ""), ("b/نص.txt", "one"), ("b/نص.txt", "two")]));
        assert!(directory.fault.is_none());
        let sizes: Vec<_> = directory.members.iter().map(|m| (m.name.as_str(), m.size)).collect();
        assert_eq!(sizes, [("b/نص.txt", Some(3)), ("b/نص.txt", Some(3))]);
        assert!(directory.members[0].bytes.end < directory.members[1].bytes.start);
    }

    #[test]
    fn bytes_before_the_archive_do_not_move_its_members() {
        let bytes = archive(&[("a", "one")]);
        let moved = [b"#!/bin/sh\n".to_vec(), bytes.clone()].concat();
        let (here, there) = (&listed(&bytes).members[0], &listed(&moved).members[0]);
        assert_eq!((there.bytes.start - here.bytes.start, &there.coding), (10, &Coding::Deflate));
    }

    #[test]
    fn without_a_directory_members_are_found_by_their_headers() {
        let bytes = archive(&[("a", "one"), ("b", "two"), ("c", "three")]);
        let cut = memchr::memmem::find(&bytes, CENTRAL).unwrap();
        let directory = listed(&bytes[..cut]);
        assert!(directory.fault.is_some());
        assert_eq!(directory.members, listed(&bytes).members);
    }

    fn places(directory: &Directory) -> Vec<(&str, std::ops::Range<u64>)> {
        directory.members.iter().map(|m| (m.name.as_str(), m.bytes.clone())).collect()
    }

    #[test]
    fn members_that_do_not_lie_where_the_directory_has_them_are_searched_for() {
        let bytes = archive(&[("a", "one"), ("b", "two"), ("c", "three")]);
        let whole = listed(&bytes);
        let mut wrong = bytes.clone();
        let end = memchr::memmem::rfind(&wrong, END).unwrap();
        wrong[end + 16] ^= 1;
        assert_eq!(places(&listed(&wrong)), places(&whole));
        assert!(listed(&wrong).fault.is_some());
        // Bytes within the first member move those after it.
        let moved = [&bytes[..33], b"12345", &bytes[33..]].concat();
        let places: Vec<u64> = listed(&moved).members.iter().map(|m| m.bytes.start).collect();
        let before: Vec<u64> = whole.members.iter().map(|m| m.bytes.start).collect();
        assert_eq!(places, [before[0], before[1] + 5, before[2] + 5]);
    }

    #[test]
    fn the_directory_of_an_archive_within_is_not_that_of_the_archive() {
        let inner = archive(&[("x", "inner"), ("y", "inner")]);
        let mut common = vec![20, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        common.extend(crc32fast::hash(&inner).to_le_bytes());
        common.extend((inner.len() as u32).to_le_bytes().repeat(2));
        common.extend([9, 0, 0, 0]);
        let bytes = archive(&[("a", "one")]);
        let cut = memchr::memmem::find(&bytes, CENTRAL).unwrap();
        let outer = [&bytes[..cut], LOCAL, &common, b"inner.zip", &inner].concat();
        let directory = listed(&outer);
        let names: Vec<&str> = directory.members.iter().map(|m| m.name.as_str()).collect();
        assert_eq!(names, ["a", "inner.zip"]);
        assert!(directory.fault.is_some());
    }

    #[test]
    fn what_follows_a_member_of_unknown_size_is_no_part_of_it() {
        for (mark, wide) in [(true, false), (true, true), (false, false), (false, true)] {
            let mut common = vec![20, 0, 8, 0, 0, 0, 0, 0, 0, 0];
            common.extend([0; 12]);
            common.extend([1, 0, 0, 0]);
            let mut bytes = [LOCAL, &common, b"a", b"text"].concat();
            if mark {
                bytes.extend(DESCRIPTOR);
            }
            bytes.extend(crc32fast::hash(b"text").to_le_bytes());
            let size = if wide { 4u64.to_le_bytes().to_vec() } else { 4u32.to_le_bytes().to_vec() };
            bytes.extend(size.repeat(2));
            let directory = listed(&bytes);
            let (member, start) = (&directory.members[0], (LOCAL_BYTES + 1) as u64);
            assert_eq!(member.bytes, start..start + 4, "{mark} {wide}");
            assert_eq!((member.size, member.crc32), (Some(4), Some(crc32fast::hash(b"text"))));
        }
    }

    #[test]
    fn what_is_encrypted_or_packed_in_another_way_says_so() {
        assert!(
            matches!(coding_of(&Coded { flags: 1, method: 8, crc32: 0 }), Coding::Unreadable(w) if w.contains("password"))
        );
        assert!(
            matches!(coding_of(&Coded { flags: 0, method: 6, crc32: 0 }), Coding::Unreadable(w) if w.contains("method 6"))
        );
    }
}
