//! Holes: NUL bytes that a disk that failed, or a writer that was stopped, left of other bytes.

use memchr::memmem;

/// NUL bytes in a run that make a hole.
const HOLE_BYTES: usize = 64;

/// What a message says of a record with a hole.
pub const HOLE: &str = "a hole of NUL bytes, before and behind which need not be the same record";

/// Whether bytes have a hole: what stands before it and behind it need not belong together.
pub fn has_hole(bytes: &[u8]) -> bool {
    memmem::find(bytes, &[0; HOLE_BYTES]).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_few_nul_bytes_are_no_hole() {
        assert!(!has_hole(&[0; HOLE_BYTES - 1]) && has_hole(&[0; HOLE_BYTES]));
    }
}
