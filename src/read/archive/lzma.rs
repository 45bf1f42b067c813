//! Members of zip archives that are packed by LZMA: a header of their own before a raw stream.
//!
//! Source: PKWARE, *.ZIP File Format Specification* (APPNOTE), 5.8.8.

use std::io::{self, BufReader, Chain, Cursor, Read};

use liblzma::bufread::XzDecoder;
use liblzma::stream::Stream;

use crate::store::region::Region;

use super::super::members::RatioError;

/// Bytes of the version and of the size of the properties, and of the properties.
const VERSION_BYTES: usize = 4;
const PROPERTY_BYTES: usize = 5;

/// Memory that a decoder may take, in bytes.
const MAX_MEMORY: u64 = 1 << 30;

/// The bytes of a member; nothing follows an error.
pub struct Lzma {
    decoder: XzDecoder<BufReader<Chain<Cursor<Vec<u8>>, Region>>>,
    packed: u64,
    unpacked: u64,
}

impl Lzma {
    /// The bytes that are packed in `region`, as many as `size` where it is known.
    ///
    /// # Errors
    /// When its header cannot be read or is of no kind that is known.
    pub fn open(region: &Region, size: Option<u64>) -> io::Result<Self> {
        let mut header = [0; VERSION_BYTES + PROPERTY_BYTES];
        let read = region.read_at(0, &mut header)?;
        let properties = usize::from(u16::from_le_bytes([header[2], header[3]]));
        if read < header.len() || properties != PROPERTY_BYTES {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "its header of LZMA is damaged"));
        }
        // What a file of LZMA begins with: the same properties, and the size, all bits where it is not known.
        let mut alone = header[VERSION_BYTES..].to_vec();
        alone.extend(size.unwrap_or(u64::MAX).to_le_bytes());
        let input = Cursor::new(alone).chain(region.part(header.len() as u64..u64::MAX));
        let stream = Stream::new_lzma_decoder(MAX_MEMORY)?;
        let decoder = XzDecoder::new_stream(BufReader::new(input), stream);
        Ok(Self { decoder, packed: region.size(), unpacked: 0 })
    }
}

impl Read for Lzma {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let n = self.decoder.read(out)?;
        self.unpacked += n as u64;
        RatioError::check(self.packed, self.unpacked)?;
        Ok(n)
    }
}
