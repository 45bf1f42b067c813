//! Streams in charsets in which a byte of ASCII may be part of another character, as UTF-8.

use std::io::{self, Read};

use encoding_rs::{Decoder, UTF_8};

use crate::text::charset::{Charset, decode};

/// Bytes read at a time.
const CHUNK_BYTES: usize = 64 << 10;

/// The stream with the charset in which it is now, and whether it is another stream than before: bytes can be looked at
/// one by one, since no byte of ASCII is part of another character. The byte order mark is cut where it changed. Charsets
/// that browsers do not know stay as they are: their records decode one by one.
pub fn ascii_compatible(reader: Box<dyn Read>, charset: Charset) -> (Box<dyn Read>, Charset, bool) {
    let wide = charset.unit() > 1;
    if !wide && (charset.beyond.is_some() || charset.encoding == UTF_8 || charset.encoding.is_single_byte()) {
        return (reader, charset, false);
    }
    let decoder = charset.encoding.new_decoder_without_bom_handling();
    let transcoder = Transcoder {
        reader,
        decoder: (charset.unit() != 4).then_some(decoder),
        charset,
        packed: Vec::new(),
        text: String::new(),
        given: 0,
        begun: false,
        ended: false,
    };
    (Box::new(transcoder), Charset::plain(UTF_8), true)
}

struct Transcoder {
    reader: Box<dyn Read>,
    /// None for UTF-32, which is decoded in units of four bytes.
    decoder: Option<Decoder>,
    charset: Charset,
    /// Bytes that are not decoded yet.
    packed: Vec<u8>,
    text: String,
    given: usize,
    begun: bool,
    ended: bool,
}

impl Transcoder {
    fn fill(&mut self) -> io::Result<()> {
        let from = self.packed.len();
        self.packed.resize(from + CHUNK_BYTES, 0);
        let read = self.reader.read(&mut self.packed[from..]);
        self.packed.truncate(from + read.as_ref().map_or(0, |n| *n));
        self.ended = read? == 0;
        if !self.begun && (self.packed.len() >= self.charset.bom || self.ended) {
            self.packed.drain(..self.charset.bom.min(self.packed.len()));
            self.begun = true;
        }
        self.text.clear();
        self.given = 0;
        if !self.begun {
            return Ok(());
        }
        match &mut self.decoder {
            Some(decoder) => {
                let most = decoder.max_utf8_buffer_length(self.packed.len()).unwrap_or(4 * self.packed.len());
                self.text.reserve(most);
                let _ = decoder.decode_to_string(&self.packed, &mut self.text, self.ended);
                self.packed.clear();
            }
            None => {
                let whole = if self.ended { self.packed.len() } else { self.packed.len() & !3 };
                self.text.push_str(&decode(&self.packed[..whole], Charset { bom: 0, ..self.charset }));
                self.packed.drain(..whole);
            }
        }
        Ok(())
    }
}

impl Read for Transcoder {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        while self.given == self.text.len() {
            if self.ended || out.is_empty() {
                return Ok(0);
            }
            self.fill()?;
        }
        let rest = &self.text.as_bytes()[self.given..];
        let n = rest.len().min(out.len());
        out[..n].copy_from_slice(&rest[..n]);
        self.given += n;
        Ok(n)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::charset::detect;

    const TEXT: &str = "سطر أول\nسطر ثان {\"a\": 1} 😀 表\\n";

    fn read(bytes: &[u8]) -> (String, bool) {
        let charset = detect(bytes, None, true);
        let (mut reader, charset, changed) = ascii_compatible(Box::new(io::Cursor::new(bytes.to_vec())), charset);
        assert_eq!(charset.encoding, UTF_8);
        let mut text = String::new();
        reader.read_to_string(&mut text).unwrap();
        (text, changed)
    }

    #[test]
    fn utf_16_and_utf_32_become_utf_8_without_their_mark() {
        let units: Vec<u16> = "\u{feff}".encode_utf16().chain(TEXT.encode_utf16()).collect();
        let little: Vec<u8> = units.iter().flat_map(|u| u.to_le_bytes()).collect();
        let big: Vec<u8> = units.iter().flat_map(|u| u.to_be_bytes()).collect();
        let wide: Vec<u8> = "\u{feff}".chars().chain(TEXT.chars()).flat_map(|c| u32::from(c).to_le_bytes()).collect();
        for bytes in [little, big, wide] {
            assert_eq!(read(&bytes), (TEXT.into(), true));
        }
        assert_eq!(read(TEXT.as_bytes()), (TEXT.into(), false));
    }
}
