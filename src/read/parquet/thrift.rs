//! The compact protocol of Thrift, in which footers and page headers are written, as far as it takes to see what they claim.
//!
//! The decoder passes over fields that it does not know, and takes truths in lists and maps to have no bytes: so few bytes that
//! claim thousands of millions of them would keep it busy for a minute.

/// Levels of structures and lists within one another, more than the decoder goes down to.
const MAX_DEPTH: usize = 128;

/// The kinds of values. Numbers but for bytes have as many bytes as they need.
mod kind {
    pub const STOP: u8 = 0;
    pub const TRUTHS: [u8; 2] = [1, 2];
    pub const BYTE: u8 = 3;
    pub const NUMBERS: [u8; 3] = [4, 5, 6];
    pub const DOUBLE: u8 = 7;
    pub const BINARY: u8 = 8;
    pub const LISTS: [u8; 2] = [9, 10];
    pub const MAP: u8 = 11;
    pub const STRUCTURE: u8 = 12;
    pub const UUID: u8 = 13;
}

/// Whether the structure at the beginning of `bytes` claims more values without bytes than it has bytes, in lists and maps
/// together; as far as it can be followed.
pub(super) fn claims_too_much(bytes: &[u8]) -> bool {
    let mut walk = Walk { rest: bytes, left: Some(bytes.len() as u64) };
    let _ = walk.pass(kind::STRUCTURE, MAX_DEPTH);
    walk.left.is_none()
}

/// The sizes that a page claims in the header at the beginning of `bytes`: decompressed, and as it is stored. Negative ones,
/// and those that are not there, are 0.
///
/// The decoder takes a field for what its number says, whatever kind it says to be.
pub(super) fn page_sizes(bytes: &[u8]) -> (u64, u64) {
    let mut walk = Walk { rest: bytes, left: Some(bytes.len() as u64) };
    let mut sizes = (0, 0);
    let _ = walk.fields(|walk, field, of| {
        match field {
            1 | 4 => walk.number().map(drop)?,
            2 => sizes.0 = walk.size()?,
            3 => sizes.1 = walk.size()?,
            _ => walk.pass(of, MAX_DEPTH)?,
        }
        Some(())
    });
    sizes
}

struct Walk<'b> {
    rest: &'b [u8],
    /// How many more values without bytes may be claimed; none after too many.
    left: Option<u64>,
}

impl Walk<'_> {
    /// Goes behind a value; none where it cannot be followed, or claims too much.
    fn pass(&mut self, of: u8, depth: usize) -> Option<()> {
        let deeper = depth.checked_sub(1)?;
        match of {
            _ if kind::TRUTHS.contains(&of) => Some(()),
            _ if kind::NUMBERS.contains(&of) => self.number().map(drop),
            _ if kind::LISTS.contains(&of) => self.list(deeper),
            kind::BYTE => self.skip(1),
            kind::DOUBLE => self.skip(8),
            kind::UUID => self.skip(16),
            kind::BINARY => {
                let length = self.number()?;
                self.skip(length)
            }
            kind::MAP => self.map(deeper),
            kind::STRUCTURE => self.structure(deeper),
            _ => None,
        }
    }

    fn structure(&mut self, depth: usize) -> Option<()> {
        self.fields(|walk, _, of| walk.pass(of, depth))
    }

    /// Gives the number and the kind of each field of a structure, of which `visit` passes the value.
    fn fields(&mut self, mut visit: impl FnMut(&mut Self, i64, u8) -> Option<()>) -> Option<()> {
        let mut field = 0;
        loop {
            let head = self.byte()?;
            if head & 0xf == kind::STOP {
                return Some(());
            }
            // The number of the field follows where it is not that of the last and a few.
            field = if head >> 4 == 0 { signed(self.number()?) } else { field.wrapping_add(i64::from(head >> 4)) };
            visit(self, field, head & 0xf)?;
        }
    }

    fn list(&mut self, depth: usize) -> Option<()> {
        let head = self.byte()?;
        let count = if head >> 4 == 0xf { self.number()? } else { u64::from(head >> 4) };
        self.elements(count, &[head & 0xf], depth)
    }

    fn map(&mut self, depth: usize) -> Option<()> {
        let count = self.number()?;
        if count == 0 {
            return Some(());
        }
        let kinds = self.byte()?;
        self.elements(count, &[kinds >> 4, kinds & 0xf], depth)
    }

    fn elements(&mut self, count: u64, kinds: &[u8], depth: usize) -> Option<()> {
        if kinds.iter().all(|of| kind::TRUTHS.contains(of)) {
            self.left = self.left?.checked_sub(count);
            return self.left.map(drop);
        }
        for _ in 0..count {
            for of in kinds {
                self.pass(*of, depth)?;
            }
        }
        Some(())
    }

    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(*first)
    }

    fn skip(&mut self, count: u64) -> Option<()> {
        self.rest = self.rest.get(usize::try_from(count).ok()?..)?;
        Some(())
    }

    /// A number of 32 bits that counts bytes.
    fn size(&mut self) -> Option<u64> {
        self.number().map(|number| u64::try_from(signed(number) as i32).unwrap_or(0))
    }

    /// A number of seven bits a byte, the lowest first. Where there are more than it has room for, they begin again at the
    /// lowest, as with the decoder.
    fn number(&mut self) -> Option<u64> {
        let (mut number, mut shift) = (0, 0u32);
        loop {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7f).wrapping_shl(shift);
            if byte & 0x80 == 0 {
                return Some(number);
            }
            shift = shift.wrapping_add(7);
        }
    }
}

/// A number whose lowest bit is its sign.
fn signed(number: u64) -> i64 {
    (number >> 1) as i64 ^ -((number & 1) as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn truths_without_bytes_are_counted_in_lists_and_maps() {
        // A field that is a list of three truths, or of 2^28, or of lists of them; a map of truths.
        assert!(!claims_too_much(b"\x19\x31\x00"));
        assert!(claims_too_much(b"\x19\xf1\x80\x80\x80\x80\x01\x00"));
        assert!(claims_too_much(b"\x19\x29\x31\x61\x00"));
        assert!(claims_too_much(b"\x1b\x80\x80\x80\x01\x12\x00"));
        // Behind a number, a text, a structure and a field whose number is written out.
        assert!(claims_too_much(b"\x15\x80\x01\x18\x03abc\x1c\x15\x02\x00\x09\x24\xf2\xff\xff\xff\x7f\x00"));
    }

    #[test]
    fn what_cannot_be_followed_claims_nothing() {
        for bytes in [&b""[..], b"\x19", b"\x18\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", b"\x1f", &[0x1c; 300]]
        {
            assert!(!claims_too_much(bytes), "{bytes:?}");
        }
    }

    #[test]
    fn sizes_are_those_of_the_second_and_the_third_field() {
        assert_eq!(page_sizes(b"\x15\x04\x15\x8e\x01\x15\x8c\x01\x4c\x00\x00"), (71, 70));
        // Of other kinds, out of order, negative, longer than need be, or missing.
        assert_eq!(page_sizes(b"\x15\x04\x15\xec\xea\xe7\xb3\xea\xfb\xeb\x00\x12\x00\x00"), (1_396_505_270, 0));
        assert_eq!(page_sizes(b"\x05\x06\x8c\x01\x05\x04\x8e\x01\x00"), (71, 70));
        assert_eq!(page_sizes(b"\x15\x04\x15\x03\x15\x02\x00"), (0, 1));
        assert_eq!(
            page_sizes(b"\x15\x04\x15\x8e\xcf\xcf\xcf\xcf\xcf\xcf\xcf\xcf\x01\x15\x8c\x01"),
            (2_096_755_655, 70)
        );
        assert_eq!((page_sizes(b"\x15\x00\x15"), page_sizes(b"flour")), ((0, 0), (0, 0)));
    }
}
