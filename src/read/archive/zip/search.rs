//! Members of a zip archive by the header before each, where its directory is missing or does not list all of them.

use std::io;

use crate::store::region::Region;

use super::super::{Member, name_of};
use super::{CENTRAL, DESCRIPTOR, Fields, LOCAL, LOCAL_BYTES, Sizes, coding_of, header_of};

/// Bytes read at a time where members are searched for.
const SEARCH_BYTES: usize = 1 << 20;

/// Members by the headers before them; none begins within another, so that the work stays in proportion to the file.
pub(super) fn by_search(region: &Region) -> io::Result<Vec<Member>> {
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
        // A writer that knows the sizes before it writes may know the checksum only then.
        let is_after = coded.flags & 8 != 0 && coded.crc32 == 0;
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
            crc32: (!unknown && !is_after).then_some(coded.crc32),
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
