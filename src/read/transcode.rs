//! A byte stream of any charset as UTF-8, a chunk at a time, for readers that scan text by its bytes.

use std::io::{self, Read};

use encoding_rs::{CoderResult, Decoder, UTF_8, UTF_16BE};

use crate::text::charset::{Charset, decode};

/// Bytes of the source decoded at a time; a multiple of four.
const CHUNK_BYTES: usize = 64 << 10;

/// Gives the text of a stream as UTF-8 without its byte order mark; UTF-8 goes through as it is, damage included.
pub struct Transcode<R> {
    reader: R,
    charset: Charset,
    /// None for UTF-8 and UTF-32.
    decoder: Option<Decoder>,
    /// Bytes of the source that are not decoded yet.
    raw: Vec<u8>,
    /// Decoded text, given from `given` on.
    text: Vec<u8>,
    given: usize,
    begun: bool,
    ended: bool,
}

impl<R: Read> Transcode<R> {
    /// The text of `reader`; a byte order mark of `charset` is cut where the stream begins with it.
    pub fn new(reader: R, charset: Charset) -> Self {
        let wide = charset.bom == 4;
        let decoder = (!wide && charset.encoding != UTF_8).then(|| charset.encoding.new_decoder_with_bom_removal());
        Self { reader, charset, decoder, raw: Vec::new(), text: Vec::new(), given: 0, begun: false, ended: false }
    }

    /// Reads and decodes one more chunk; at the end of the stream what is left.
    fn refill(&mut self) -> io::Result<()> {
        self.text.clear();
        self.given = 0;
        let kept = self.raw.len();
        self.raw.resize(kept + CHUNK_BYTES, 0);
        let read = loop {
            match self.reader.read(&mut self.raw[kept..]) {
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                other => break other,
            }
        };
        self.raw.truncate(kept + *read.as_ref().unwrap_or(&0));
        let last = read? == 0;
        self.ended = last;
        match &mut self.decoder {
            Some(decoder) => decode_chunk(decoder, &mut self.raw, &mut self.text, last),
            None if self.charset.bom == 4 => self.decode_utf32(last),
            None => self.pass_utf8(last),
        }
        Ok(())
    }

    fn pass_utf8(&mut self, last: bool) {
        if !self.begun && !last && self.raw.len() < 3 {
            return;
        }
        if !self.begun && self.raw.starts_with(b"\xef\xbb\xbf") {
            self.raw.drain(..3);
        }
        self.begun = true;
        std::mem::swap(&mut self.raw, &mut self.text);
        self.raw.clear();
    }

    fn decode_utf32(&mut self, last: bool) {
        let whole = if last { self.raw.len() } else { self.raw.len() & !3 };
        // Only the beginning of the stream may hold the mark that `decode` cuts.
        let mark: &[u8] = if self.charset.encoding == UTF_16BE { b"\0\0\xfe\xff" } else { b"\xff\xfe\0\0" };
        if self.begun && self.raw[..whole].starts_with(mark) {
            self.text.extend_from_slice("\u{feff}".as_bytes());
        }
        self.text.extend_from_slice(decode(&self.raw[..whole], self.charset).as_bytes());
        self.begun |= whole > 0;
        self.raw.drain(..whole);
    }
}

fn decode_chunk(decoder: &mut Decoder, raw: &mut Vec<u8>, text: &mut Vec<u8>, last: bool) {
    let room = decoder.max_utf8_buffer_length(raw.len()).unwrap_or(raw.len().saturating_mul(3) + 16);
    text.resize(room, 0);
    let (result, read, written, _) = decoder.decode_to_utf8(raw, text, last);
    debug_assert_eq!(result, CoderResult::InputEmpty);
    text.truncate(written);
    raw.drain(..read);
}

impl<R: Read> Read for Transcode<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        while self.given == self.text.len() {
            if self.ended {
                return Ok(0);
            }
            self.refill()?;
        }
        let n = out.len().min(self.text.len() - self.given);
        out[..n].copy_from_slice(&self.text[self.given..self.given + n]);
        self.given += n;
        Ok(n)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::charset::detect;

    fn text_of(bytes: &[u8]) -> String {
        let mut out = String::new();
        // One byte at a time, so that every unit is cut.
        struct Drip<'b>(&'b [u8]);
        impl Read for Drip<'_> {
            fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
                let n = self.0.len().min(1);
                out[..n].copy_from_slice(&self.0[..n]);
                self.0 = &self.0[n..];
                Ok(n)
            }
        }
        Transcode::new(Drip(bytes), detect(bytes, None, true)).read_to_string(&mut out).unwrap();
        out
    }

    #[test]
    fn text_of_any_charset_comes_out_as_utf_8_without_its_mark() {
        let text = "عنوان\t\u{1f600} Größe and a longer sentence of plain words";
        let utf16: Vec<u8> = "\u{feff}".encode_utf16().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
        assert_eq!(text_of(&utf16), text);
        let utf32: Vec<u8> = "\u{feff}".chars().chain(text.chars()).flat_map(|c| u32::from(c).to_be_bytes()).collect();
        assert_eq!(text_of(&utf32), text);
        assert_eq!(text_of(format!("\u{feff}{text}").as_bytes()), text);
        let arabic = "أعلنت وزارة الصحة اليوم عن حملة جديدة في المدارس";
        assert_eq!(text_of(&encoding_rs::WINDOWS_1256.encode(arabic).0), arabic);
    }
}
