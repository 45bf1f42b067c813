//! The end of a value of JSON by its structure alone: brackets, quotes, commas and colons, each where it may stand.

use memchr::memchr2;

/// Levels of nesting whose brackets are told apart; deeper down only their number counts.
const MAX_KINDS: usize = 64;

/// Where in a value the search for its end stands.
#[derive(Default)]
pub struct Scan {
    seen: usize,
    depth: usize,
    in_string: bool,
    /// A bit for each level: set where it is an object.
    objects: u64,
    expect: Expect,
}

/// What may come next.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Expect {
    #[default]
    Value,
    /// More of a number or word, or what follows it.
    Bare,
    AfterValue,
    Name,
    AfterName,
}

impl Scan {
    /// Bytes that were looked at.
    pub fn seen(&self) -> usize {
        self.seen
    }

    /// Counts from here on, where what was looked at is dropped.
    pub fn forget(&mut self) {
        self.seen = 0;
    }

    /// The length of the value that begins `bytes`, once its end is among them, and true; or how far it goes until
    /// something stands where it cannot, and false.
    pub fn end(&mut self, bytes: &[u8], ended: bool) -> Option<(usize, bool)> {
        while self.seen < bytes.len() {
            if self.in_string {
                if !self.string(bytes) {
                    return None;
                }
                if self.depth == 0 {
                    return Some((self.seen, true));
                }
                continue;
            }
            let byte = bytes[self.seen];
            if self.depth == 0 {
                match byte {
                    // Brackets at the beginning of nothing are a value of one byte; after a bare value they end it, as
                    // separators do.
                    b'}' | b']' | b',' | b':' | b' ' | b'\n' | b'\r' | b'\t' => return Some((self.seen.max(1), true)),
                    b'"' => self.in_string = true,
                    b'{' | b'[' => self.open(byte),
                    _ => {}
                }
            } else {
                if !self.within(byte) {
                    return Some((self.seen, false));
                }
                if self.depth == 0 {
                    return Some((self.seen + 1, true));
                }
            }
            self.seen += 1;
        }
        // A bare value ends with the stream.
        (ended && self.depth == 0 && !self.in_string && self.seen > 0).then_some((self.seen, true))
    }

    /// Goes to the end of a string; false where it is not among `bytes`.
    fn string(&mut self, bytes: &[u8]) -> bool {
        while let Some(at) = memchr2(b'"', b'\\', &bytes[self.seen..]).map(|i| self.seen + i) {
            if bytes[at] == b'"' {
                self.in_string = false;
                self.seen = at + 1;
                return true;
            }
            // The character after it may not be there yet.
            if at + 1 >= bytes.len() {
                self.seen = at;
                return false;
            }
            self.seen = at + 2;
        }
        self.seen = bytes.len();
        false
    }

    /// Takes a byte within brackets; false where it cannot stand there.
    fn within(&mut self, byte: u8) -> bool {
        use Expect::{AfterName, AfterValue, Bare, Name, Value};
        let known = self.depth <= MAX_KINDS;
        match byte {
            b' ' | b'\n' | b'\r' | b'\t' => {
                if self.expect == Bare {
                    self.expect = AfterValue;
                }
            }
            b'"' => {
                self.in_string = true;
                self.expect = match self.expect {
                    Name => AfterName,
                    Value => AfterValue,
                    _ => return !known,
                };
            }
            b'{' | b'[' => {
                if known && self.expect != Value {
                    return false;
                }
                self.open(byte);
            }
            b'}' | b']' => {
                if known && self.is_object() != (byte == b'}') {
                    return false;
                }
                self.depth -= 1;
                self.expect = AfterValue;
            }
            b',' => {
                if known && self.expect == AfterName {
                    return false;
                }
                self.expect = if self.is_object() { Name } else { Value };
            }
            b':' => {
                if known && self.expect != AfterName {
                    return false;
                }
                self.expect = Value;
            }
            _ if matches!(self.expect, Value | Bare) => self.expect = Bare,
            _ => return !known,
        }
        true
    }

    fn open(&mut self, bracket: u8) {
        self.depth += 1;
        if self.depth <= MAX_KINDS {
            let bit = 1 << (self.depth - 1);
            self.objects = if bracket == b'{' { self.objects | bit } else { self.objects & !bit };
        }
        self.expect = if bracket == b'{' { Expect::Name } else { Expect::Value };
    }

    fn is_object(&self) -> bool {
        self.objects >> (self.depth.min(MAX_KINDS) - 1) & 1 == 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_goes_on_until_something_cannot_stand_there() {
        for (json, end) in [
            (r#"{"a":1,"b":[1,{"c":"}"}]} x"#, (25, true)),
            (r#"{"a":1,{"b":2}"#, (7, false)),
            ("{\"a\":\"cut\n{\"b\":2}", (12, false)),
            (r#"{"a":[1,2}"#, (9, false)),
            (r#"{"a":"x "y" z"}"#, (9, false)),
            (r#"{"a":oops}"#, (10, true)),
            (r#"{"a" 1}"#, (5, false)),
        ] {
            assert_eq!(Scan::default().end(json.as_bytes(), true), Some(end), "{json}");
        }
        let deep = "[".repeat(100) + "{\"a\":1}" + &"]".repeat(100);
        assert_eq!(Scan::default().end(deep.as_bytes(), true), Some((deep.len(), true)));
    }
}
