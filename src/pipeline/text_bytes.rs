//! Texts in task outputs: as bytes, so that they are checked by a vector scan when they are read.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserializer, Error, Visitor};
use serde::ser::Serializer;

/// Writes a text.
///
/// # Errors
/// What the serializer says.
pub fn serialize<S: Serializer>(text: &str, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_bytes(text.as_bytes())
}

/// Reads a text, borrowed where the bytes are.
///
/// # Errors
/// What the deserializer says, and where the bytes are no UTF-8.
pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Cow<'de, str>, D::Error> {
    struct Bytes;
    impl<'de> Visitor<'de> for Bytes {
        type Value = Cow<'de, str>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("the bytes of a text")
        }

        fn visit_borrowed_bytes<E: Error>(self, bytes: &'de [u8]) -> Result<Self::Value, E> {
            simdutf8::basic::from_utf8(bytes).map(Cow::Borrowed).map_err(E::custom)
        }
    }
    deserializer.deserialize_bytes(Bytes)
}
