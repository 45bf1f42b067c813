//! The members of a zip archive, by the directory at its end; where that is missing, by the header before each member.

use std::collections::{HashMap, HashSet};
use std::io;

use crate::store::region::Region;

use super::super::compression::Compression;
use super::{Coding, Directory, Member, name_of};

/// Bytes of the record at the end, without its comment.
const END_BYTES: usize = 22;

/// The record at the end with the longest comment.
const MAX_TAIL_BYTES: u64 = (64 << 10) + END_BYTES as u64;

/// Bytes of a header in the directory, and of one before a member, without name and extra field.
const CENTRAL_BYTES: usize = 46;
const LOCAL_BYTES: usize = 30;

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

/// Bytes read at a time where members are searched for.
const SEARCH_BYTES: usize = 1 << 20;

/// What the archive in `region` holds.
pub fn directory(region: &Region) -> Directory {
    let searched = || by_search(region).unwrap_or_default();
    let (members, fault) = match central(region) {
        Ok(listed) if listed.is_within_another => {
            (completed(searched(), &listed.members), Some("it is not at the end"))
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
    /// Bytes before the archive are one as well: this may be one of its members, or bytes were put in.
    is_within_another: bool,
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

/// Where the directory begins and ends, and by how much offsets in it are short, since something stands before the archive.
fn place_of_directory(region: &Region) -> io::Result<(u64, u64, u64)> {
    let tail_start = region.size().saturating_sub(MAX_TAIL_BYTES);
    let mut tail = vec![0; (region.size() - tail_start) as usize];
    region.read_at(tail_start, &mut tail)?;
    let at = memchr::memmem::rfind(&tail, END).ok_or_else(|| damaged("it has no end record"))?;
    if tail.len() - at < END_BYTES {
        return Err(damaged("its end record is cut"));
    }
    let end = Fields(&tail[at..]);
    let (mut size, mut offset) = (u64::from(end.u32(12)), u64::from(end.u32(16)));
    let mut directory_end = tail_start + at as u64;
    if at >= 20 && tail[at - 20..].starts_with(LOCATOR_64) {
        let stated = Fields(&tail[at - 20..]).u64(8);
        let mut record = [0; 56];
        region.read_at(stated, &mut record)?;
        if record.starts_with(END_64) {
            (size, offset) = (Fields(&record).u64(40), Fields(&record).u64(48));
            directory_end = stated;
        }
    }
    let start = directory_end.checked_sub(size).ok_or_else(|| damaged("its directory is larger than the file"))?;
    let shift = start.checked_sub(offset).ok_or_else(|| damaged("it is cut in front or in the middle"))?;
    Ok((start, directory_end, shift))
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
    let (start, end, shift) = place_of_directory(region)?;
    let is_within_another = shift > 0 && begins_with_a_member(region)?;
    let mut bytes = vec![0; usize::try_from(end - start).map_err(|_| damaged("its directory is too large"))?];
    region.read_at(start, &mut bytes)?;
    let (mut members, mut misplaced) = (Vec::new(), Vec::new());
    let mut rest = bytes.as_slice();
    while rest.len() >= CENTRAL_BYTES {
        if !rest.starts_with(CENTRAL) {
            return Err(damaged("an entry of it is damaged"));
        }
        let header = Fields(rest);
        let name_end = CENTRAL_BYTES + usize::from(header.u16(28));
        let extra_end = name_end + usize::from(header.u16(30));
        let entry_end = extra_end + usize::from(header.u16(32));
        let (Some(name), Some(extra)) = (rest.get(CENTRAL_BYTES..name_end), rest.get(name_end..extra_end)) else {
            return Err(damaged("an entry of it is cut"));
        };
        let sizes = Sizes::of(header.u32(24), header.u32(20), Some(header.u32(42)), extra);
        // Links and folders are no files; attributes are of Unix where the upper byte of the version says so.
        let mode = if header.u16(4) >> 8 == 3 { header.u32(38) >> 16 & 0o170_000 } else { 0 };
        if !name.ends_with(b"/") && !name.ends_with(b"\\") && (mode == 0 || mode == 0o100_000) {
            let place = sizes.offset.unwrap_or(0) + shift;
            let (member, is_there) = member(region, name, place, &sizes, &header_of(rest, 8))?;
            if !is_there {
                misplaced.push(members.len());
            }
            members.push(member);
        }
        rest = rest.get(entry_end..).unwrap_or_default();
    }
    refuse_shared_bytes(region, &mut members);
    Ok(Listed { members, misplaced, is_within_another })
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
        93 => Coding::Compressed(Compression::Zstd),
        95 => Coding::Compressed(Compression::Xz),
        other => Coding::Unreadable(format!("it is packed by method {other}, which is not read; unpack the archive")),
    }
}

/// Members by the headers before them; none begins within another, so that the work stays in proportion to the file.
fn by_search(region: &Region) -> io::Result<Vec<Member>> {
    let mut members = Vec::new();
    let mut search = Search { region, window: Vec::new(), at: 0 };
    let mut from = 0;
    while let Some(place) = search.next(&[LOCAL], from)? {
        from = place + LOCAL.len() as u64;
        let mut local = vec![0; LOCAL_BYTES];
        region.read_at(place, &mut local)?;
        let fields = Fields(&local);
        let name_end = LOCAL_BYTES + usize::from(fields.u16(26));
        let extra_end = name_end + usize::from(fields.u16(28));
        local.resize(extra_end, 0);
        if region.read_at(place, &mut local)? < extra_end {
            continue;
        }
        let fields = Fields(&local);
        let (name, coded) = (&local[LOCAL_BYTES..name_end], header_of(&local, 6));
        let sizes = Sizes::of(fields.u32(22), fields.u32(18), None, &local[name_end..extra_end]);
        let start = place + extra_end as u64;
        // Sizes may stand after the member, or be wrong: it then ends where another header begins.
        let unknown = coded.flags & 8 != 0 && sizes.packed == 0;
        let end = start.saturating_add(sizes.packed);
        from = match unknown || end > region.size() {
            true => search.next(&[LOCAL, CENTRAL], start)?.unwrap_or(region.size()),
            false => end,
        };
        if name.ends_with(b"/") {
            continue;
        }
        let mut found = Member {
            name: name_of(name),
            bytes: start..from,
            coding: coding_of(&coded),
            size: (!unknown).then_some(sizes.unpacked),
            crc32: (!unknown).then_some(coded.crc32),
        };
        if unknown {
            take_descriptor(region, &mut found)?;
        }
        members.push(found);
    }
    Ok(members)
}

/// Cuts what stands after a member whose header does not know its sizes off it: they and its checksum, in one of four forms.
fn take_descriptor(region: &Region, member: &mut Member) -> io::Result<()> {
    const FORMS: [(usize, usize); 4] = [(4, 4), (4, 8), (0, 4), (0, 8)];
    for (mark, width) in FORMS {
        let bytes = mark + 4 + 2 * width;
        let Some(start) = member.bytes.end.checked_sub(bytes as u64).filter(|start| *start >= member.bytes.start)
        else {
            continue;
        };
        let mut descriptor = vec![0; bytes];
        region.read_at(start, &mut descriptor)?;
        let fields = Fields(&descriptor);
        let number = |at: usize| if width == 8 { fields.u64(at) } else { u64::from(fields.u32(at)) };
        let is_marked = mark == 0 || descriptor.starts_with(DESCRIPTOR);
        if is_marked && number(mark + 4) == start - member.bytes.start {
            member.bytes.end = start;
            (member.size, member.crc32) = (Some(number(mark + 4 + width)), Some(fields.u32(mark)));
            return Ok(());
        }
    }
    Ok(())
}

/// A search for headers that goes forward and holds a window of the archive.
struct Search<'r> {
    region: &'r Region,
    window: Vec<u8>,
    /// Offset of the window.
    at: u64,
}

impl Search<'_> {
    /// The next place of one of `signatures` at or after `from`.
    fn next(&mut self, signatures: &[&[u8]], mut from: u64) -> io::Result<Option<u64>> {
        while from + LOCAL.len() as u64 <= self.region.size() {
            let end = self.at + self.window.len() as u64;
            if from < self.at || from + LOCAL.len() as u64 > end {
                self.window.resize(SEARCH_BYTES, 0);
                let read = self.region.read_at(from, &mut self.window)?;
                self.window.truncate(read);
                self.at = from;
                if read < LOCAL.len() {
                    break;
                }
            }
            let within = &self.window[(from - self.at) as usize..];
            let is_one = |at: &usize| signatures.iter().any(|s| within[*at..].starts_with(s));
            if let Some(found) = memchr::memmem::find_iter(within, b"PK").find(is_one) {
                return Ok(Some(from + found as u64));
            }
            from += (within.len() - LOCAL.len() + 1) as u64;
        }
        Ok(None)
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
