//! Raw deflate, as members of zip archives are packed.

use std::io::{self, Read};

use flate2::bufread::DeflateDecoder;

use crate::store::region::Region;

use super::RatioError;
use super::packed::{Packed, Source};

/// The bytes of a member of a zip archive: raw deflate, bounded like [`super::Members`].
pub struct Deflated {
    decoder: DeflateDecoder<Packed>,
    unpacked: u64,
    failed: Option<io::Error>,
}

impl Deflated {
    /// The decompressed bytes of `packed`.
    pub fn new(packed: Region) -> Self {
        Self { decoder: DeflateDecoder::new(Packed::new(Source::Region(packed))), unpacked: 0, failed: None }
    }
}

impl Read for Deflated {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if let Some(error) = self.failed.take() {
            return Err(error);
        }
        let n = match self.decoder.read(out) {
            Ok(n) => n,
            // What came before the damage.
            Err(e) if self.decoder.total_out() > self.unpacked => {
                self.failed = Some(e);
                (self.decoder.total_out() - self.unpacked) as usize
            }
            Err(e) => return Err(e),
        };
        self.unpacked += n as u64;
        RatioError::check(self.decoder.total_in(), self.unpacked)?;
        Ok(n)
    }
}
