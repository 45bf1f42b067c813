//! What an object of JSON is, by its first members: a record, or one that holds records.

use crate::read::fields::{FieldMap, Place, Slot};
use crate::read::json_value::parse_object;
use crate::read::json_values::{Value, Values};

/// How deep objects within objects are searched for records.
pub const MAX_DEPTH: usize = 4;

/// What an object is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// It has a field for text.
    Record,
    /// It holds records within.
    Holder,
    /// Neither, as far as one sees.
    Other,
}

/// Whether the value that begins `bytes` ends within them, or breaks off.
pub fn is_whole(bytes: &[u8]) -> bool {
    matches!(Values::new(bytes, u64::MAX).value(), Ok((Value::Whole | Value::Broken, _)))
}

/// What the object is that begins `bytes`, by the members that are seen.
pub fn kind_of(bytes: &[u8], fields: &FieldMap, place: &Place<'_>, depth: usize) -> Kind {
    let mut values = Values::new(&bytes[1.min(bytes.len())..], u64::MAX);
    // An object under the name of a text makes a record only where nothing beside it holds some.
    let (mut kind, mut has_object) = (Kind::Other, false);
    let mut step = || -> Option<Kind> {
        if values.peek().ok()? == Some(b',') {
            values.skip(1);
        }
        if values.peek().ok()? != Some(b'"') {
            return None;
        }
        let (_, length) = values.value().ok()?;
        let key = String::from_utf8_lossy(&values.held()[1..length.saturating_sub(1).max(1)]).into_owned();
        values.skip(length);
        (values.peek().ok()? == Some(b':')).then(|| values.skip(1))?;
        let opens = values.peek().ok()??;
        let is_text = fields.slot_at(place, &key).is_some_and(|(slot, _)| slot == Slot::Text);
        let (_, length) = values.value().ok()?;
        let value = &values.held()[..length];
        let inner = fields.enter(place, &key);
        let found = match opens {
            b'{' if depth < MAX_DEPTH => {
                match (kind_of(value, fields, inner.as_ref().unwrap_or(&Place::top()), depth + 1), inner) {
                    (Kind::Record, Some(_)) => Kind::Record,
                    (Kind::Record | Kind::Holder, _) => Kind::Holder,
                    _ => {
                        has_object |= is_text;
                        Kind::Other
                    }
                }
            }
            _ if is_text && (depth >= MAX_DEPTH || !is_array_of_records(value, fields)) => Kind::Record,
            b'[' if value.iter().skip(1).find(|b| !b.is_ascii_whitespace()) == Some(&b'{') => Kind::Holder,
            _ => Kind::Other,
        };
        values.skip(length);
        Some(found)
    };
    while let Some(found) = step() {
        match found {
            Kind::Record => return Kind::Record,
            Kind::Holder => kind = Kind::Holder,
            Kind::Other => {}
        }
    }
    if kind == Kind::Other && has_object { Kind::Record } else { kind }
}

/// Whether an array under the name of a text holds records of its own, with more than a text: `"article": [{"title": …`.
fn is_array_of_records(value: &[u8], fields: &FieldMap) -> bool {
    let Some(start) = value.iter().skip(1).position(|b| !b.is_ascii_whitespace()).map(|i| i + 1) else { return false };
    if value[0] != b'[' || value[start] != b'{' {
        return false;
    }
    let first = &value[start..];
    kind_of(first, fields, &Place::top(), MAX_DEPTH) == Kind::Record && has_title(first, fields)
}

fn has_title(object: &[u8], fields: &FieldMap) -> bool {
    let mut values = Values::new(object, u64::MAX);
    let Ok((_, length)) = values.value() else { return false };
    let text = String::from_utf8_lossy(&object[..length]);
    parse_object(&text, fields).is_ok_and(|f| f.finish().1.title.is_some())
}
