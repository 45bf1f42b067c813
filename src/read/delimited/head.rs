//! The head of a table, by which its layout is told: longer than that of other files where its rows are long.

use std::borrow::Cow;
use std::io::{self, Cursor, Read};

use memchr::{memchr, memchr2_iter};

use crate::read::Slice;
use crate::read::recognise::UTF_16;
use crate::read::unpack::HEAD_BYTES;
use crate::store::region::Region;

/// Bytes of the longest head.
const MAX_HEAD_BYTES: usize = 64 * HEAD_BYTES;

/// Line ends outside of quotes that a head holds, if it is not as long as can be: that of the header and some below it.
const MIN_LINES: usize = 4;

/// The first bytes of a table.
pub struct Head<'h> {
    /// The bytes themselves.
    pub bytes: Cow<'h, [u8]>,
    /// They are all that there is.
    pub whole: bool,
}

impl<'h> Head<'h> {
    /// The head of the file of `slice`, which begins with the bytes that are known of it; the slice then reads as before.
    pub fn of(slice: &mut Slice<'h>) -> Self {
        if slice.head.len() < HEAD_BYTES || has_lines(slice.head) {
            return Self { bytes: Cow::Borrowed(slice.head), whole: slice.head.len() < HEAD_BYTES };
        }
        if slice.range.start == 0 {
            let (head, fault) = Self::read(&mut slice.content.reader);
            let reader = std::mem::replace(&mut slice.content.reader, Box::new(io::empty()));
            slice.content.reader = Box::new(Again { head: Cursor::new(head.bytes.to_vec()), fault, reader });
            return head;
        }
        // Only a file that is neither compressed nor a member is cut.
        let file = slice.content.plain.as_ref().map(|file| file.try_clone().and_then(Region::whole));
        match file {
            Some(Ok(mut region)) => Self::read(&mut region).0,
            _ => Self { bytes: Cow::Borrowed(slice.head), whole: false },
        }
    }

    /// The head of the table that `reader` gives from its beginning, and what the reader said where it failed.
    pub fn read(reader: &mut impl Read) -> (Self, Option<io::Error>) {
        let mut bytes = Vec::new();
        let (mut whole, mut fault) = (false, None);
        while bytes.len() < MAX_HEAD_BYTES && !has_lines(&bytes) {
            match reader.by_ref().take(HEAD_BYTES as u64).read_to_end(&mut bytes) {
                Ok(read) if read < HEAD_BYTES => whole = true,
                Ok(_) => continue,
                Err(error) => fault = Some(error),
            }
            break;
        }
        (Self { bytes: Cow::Owned(bytes), whole }, fault)
    }
}

fn has_lines(bytes: &[u8]) -> bool {
    let line_end = if memchr(b'\n', bytes).is_some() { b'\n' } else { b'\r' };
    let (mut lines, mut inside) = (0, false);
    // In UTF-16 the same bytes stand in other characters too.
    let low = UTF_16.iter().position(|mark| bytes.starts_with(mark));
    let is_character = |at: &usize| low.is_none_or(|low| at % 2 == low && bytes.get(at ^ 1) == Some(&0));
    // Doubled quotes leave it as it is, and quotes of prose leave every other line.
    memchr2_iter(line_end, b'"', bytes).filter(is_character).any(|at| {
        inside ^= bytes[at] == b'"';
        lines += usize::from(bytes[at] == line_end && !inside);
        lines == MIN_LINES
    })
}

/// A stream from its beginning, of which the head was read.
struct Again {
    head: Cursor<Vec<u8>>,
    fault: Option<io::Error>,
    reader: Box<dyn Read>,
}

impl Read for Again {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        match self.head.read(out)? {
            0 => match self.fault.take() {
                Some(fault) if !out.is_empty() => Err(fault),
                fault => {
                    self.fault = fault;
                    self.reader.read(out)
                }
            },
            read => Ok(read),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_of_line_ends_in_other_characters_of_utf_16_end_no_line() {
        for to_bytes in [u16::to_le_bytes, u16::to_be_bytes] {
            let wide = |text: &str| -> Vec<u8> {
                "\u{feff}".encode_utf16().chain(text.encode_utf16()).flat_map(to_bytes).collect()
            };
            assert!(!has_lines(&wide(&"上晚ഊ".repeat(MIN_LINES))));
            assert!(has_lines(&wide(&"上\n".repeat(MIN_LINES))) && !has_lines(&wide(&"上\n".repeat(MIN_LINES - 1))));
            assert!(!has_lines(&wide(&format!("\"{}", "上\n".repeat(MIN_LINES)))));
        }
    }
}
