//! How the records of a dump of JSON begin, by which the next one is found after damage.

use memchr::memmem;

/// Bytes that are looked at behind the brace of a record for its first name.
const MAX_NAME: usize = 1 << 10;

/// The beginning that records of a dump share: the first name, and where on its line it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opening {
    /// The first name, with its quotes.
    name: Vec<u8>,
    /// Blanks before the brace where it is the first on its line.
    indent: Option<usize>,
}

impl Opening {
    /// That of the record that begins `bytes` behind `indent` blanks; none where it has no name.
    pub fn of(bytes: &[u8], indent: Option<usize>) -> Option<Self> {
        let name = name_of(bytes)?;
        Some(Self { name: name.to_vec(), indent })
    }

    /// What is known where the record that begins `bytes` behind `indent` blanks is the first, and damaged: any name at the
    /// same place of a line, or else its own name.
    pub fn unknown(bytes: &[u8], indent: Option<usize>) -> Option<Self> {
        if indent.is_some() { Some(Self { name: b"\"".to_vec(), indent }) } else { Self::of(bytes, indent) }
    }

    /// Whether it is that of the record that begins `bytes`.
    pub fn fits(&self, bytes: &[u8], indent: Option<usize>) -> bool {
        self.indent == indent && name_of(bytes) == Some(&self.name)
    }

    /// Blanks before the brace where it is the first on its line.
    pub fn indent(&self) -> Option<usize> {
        self.indent
    }

    /// Where in `bytes`, after the first, a record begins so.
    pub fn next(&self, bytes: &[u8]) -> Option<usize> {
        self.next_from(bytes, 0)
    }

    /// As [`Opening::next`], of records whose first name does not stand before `from`.
    pub fn next_from(&self, bytes: &[u8], from: usize) -> Option<usize> {
        let names = memmem::find_iter(&bytes[from..], &self.name).map(|at| from + at);
        names.into_iter().find_map(|name| {
            let brace = bytes[..name].iter().rposition(|b| !b.is_ascii_whitespace()).filter(|at| *at > 0)?;
            (bytes[brace] == b'{' && self.may_stand_behind(&bytes[..brace])).then_some(brace)
        })
    }

    fn may_stand_behind(&self, before: &[u8]) -> bool {
        match self.indent {
            Some(indent) => {
                let blanks = before.iter().rev().take_while(|b| matches!(b, b' ' | b'\t')).count();
                blanks == indent && matches!(before[..before.len() - blanks], [.., b'\n' | b'\r'])
            }
            // Within a record objects follow a name or open a list.
            None => !matches!(before.trim_ascii_end(), [.., b':' | b'[']),
        }
    }
}

/// The first name in the object that begins `bytes`, with its quotes.
fn name_of(bytes: &[u8]) -> Option<&[u8]> {
    let rest = bytes.strip_prefix(b"{")?.trim_ascii_start();
    let rest = &rest[..rest.len().min(MAX_NAME)];
    let end = memchr::memchr(b'"', rest.strip_prefix(b"\"")?)? + 2;
    Some(&rest[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_record_begins_as_those_before_it() {
        let line = Opening::of(b"{\"id\": 1}", Some(0)).unwrap();
        assert_eq!(line.next(b"{\"id\": 2, \"in\": {\"id\": 3}, \"t\": \"x\n{ \"id\": 4}"), Some(35));
        assert_eq!(line.next(b"{\"id\": 2}\n  {\"id\": 3}"), None);
        let inline = Opening::of(b"{\"id\":1}", None).unwrap();
        assert_eq!(inline.next(b"{\"id\":2,\"in\":[{\"id\":3}],\"t\":\"x,{\"id\":4}"), Some(31));
        assert!(
            inline.fits(b"{\"id\":5}", None) && !inline.fits(b"{\"no\":5}", None) && !line.fits(b"{\"id\":5}", None)
        );
        assert_eq!(Opening::of(b"{}", None), None);
    }
}
