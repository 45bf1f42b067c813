//! One JSON object to fields, whatever the types of its values: a wrong type never costs the text.

use std::borrow::Cow;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::fields::{FieldMap, Fields, Slot};

/// Reads one JSON object.
///
/// # Errors
/// What the parser says; also where the value is no object.
pub fn parse_object<'j>(json: &'j str, map: &FieldMap) -> serde_json::Result<Fields<'j>> {
    let mut deserializer = serde_json::Deserializer::from_str(json);
    let fields = ObjectSeed { map }.deserialize(&mut deserializer)?;
    deserializer.end()?;
    Ok(fields)
}

/// The object with its bad string escapes and bare controls mended, so that each costs a character and not the record:
/// a lone surrogate becomes U+FFFD, an unknown escape its own letter, a control its escape.
pub fn mend_strings(json: &str) -> String {
    let bytes = json.as_bytes();
    let mut mended = String::with_capacity(json.len() + 16);
    let (mut in_string, mut copied, mut i) = (false, 0, 0);
    while i < bytes.len() {
        match bytes[i] {
            b'"' => in_string = !in_string,
            b'\\' if in_string => {
                let (length, replacement) = escape(&bytes[i..]);
                if let Some(replacement) = replacement {
                    mended.push_str(&json[copied..i]);
                    mended.push_str(replacement);
                    copied = i + length;
                }
                i += length;
                continue;
            }
            c @ 0..0x20 if in_string => {
                mended.push_str(&json[copied..i]);
                mended.push_str(&format!("\\u{c:04x}"));
                copied = i + 1;
            }
            _ => {}
        }
        i += 1;
    }
    mended.push_str(&json[copied..]);
    mended
}

/// Length of the escape at the beginning of `bytes`, and what to write for it where it is bad.
fn escape(bytes: &[u8]) -> (usize, Option<&'static str>) {
    let unit = |at: usize| -> Option<u16> {
        let hex = bytes.get(at..at + 6)?;
        (hex[0] == b'\\' && hex[1] == b'u').then_some(())?;
        u16::from_str_radix(std::str::from_utf8(&hex[2..]).ok()?, 16).ok()
    };
    match bytes.get(1) {
        Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => (2, None),
        Some(b'u') => match unit(0) {
            Some(0xd800..0xdc00) => match unit(6) {
                Some(0xdc00..0xe000) => (12, None),
                _ => (6, Some("\\ufffd")),
            },
            Some(0xdc00..0xe000) => (6, Some("\\ufffd")),
            Some(_) => (6, None),
            None => (2, Some("u")),
        },
        // The backslash goes, the character after it stays where it is.
        _ => (1, Some("")),
    }
}

struct ObjectSeed<'m> {
    map: &'m FieldMap,
}

impl<'de> DeserializeSeed<'de> for ObjectSeed<'_> {
    type Value = Fields<'de>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for ObjectSeed<'_> {
    type Value = Fields<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self::Value, A::Error> {
        let mut fields = Fields::default();
        while let Some(key) = members.next_key::<KeyOf<'de>>()? {
            let slot = self.map.slot(&key.0);
            if let Some((Slot::Text, _)) = slot {
                fields.see_text();
            }
            if self.map.keeps(&key.0) {
                let raw: &'de RawValue = members.next_value()?;
                if let Some((slot, rank)) = slot
                    && let Ok(Loose(Some(value))) = serde_json::from_str(raw.get())
                {
                    fields.offer(slot, rank, value);
                }
                fields.keep(&key.0, raw.get().to_owned());
            } else if let Some((slot, rank)) = slot {
                if let Loose(Some(value)) = members.next_value()? {
                    fields.offer(slot, rank, value);
                }
            } else {
                members.next_value::<IgnoredAny>()?;
            }
        }
        Ok(fields)
    }
}

/// An object key, borrowed where it has no escapes.
struct KeyOf<'de>(Cow<'de, str>);

impl<'de> serde::Deserialize<'de> for KeyOf<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Loose::deserialize(deserializer)? {
            Loose(Some(key)) => Ok(Self(key)),
            Loose(None) => Ok(Self(Cow::Borrowed(""))),
        }
    }
}

/// A scalar as text, strings of a list joined by line ends, a `name` of an object; none for anything else.
struct Loose<'de>(Option<Cow<'de, str>>);

impl<'de> serde::Deserialize<'de> for Loose<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(LooseVisitor).map(Self)
    }
}

struct LooseVisitor;

impl<'de> Visitor<'de> for LooseVisitor {
    type Value = Option<Cow<'de, str>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON value")
    }

    fn visit_borrowed_str<E>(self, v: &'de str) -> Result<Self::Value, E> {
        Ok(Some(Cow::Borrowed(v)))
    }

    fn visit_str<E>(self, v: &str) -> Result<Self::Value, E> {
        Ok(Some(Cow::Owned(v.to_owned())))
    }

    fn visit_i64<E>(self, v: i64) -> Result<Self::Value, E> {
        Ok(Some(Cow::Owned(v.to_string())))
    }

    fn visit_u64<E>(self, v: u64) -> Result<Self::Value, E> {
        Ok(Some(Cow::Owned(v.to_string())))
    }

    fn visit_f64<E>(self, v: f64) -> Result<Self::Value, E> {
        Ok(Some(Cow::Owned(v.to_string())))
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
        let mut joined: Option<Cow<'de, str>> = None;
        while let Some(Loose(item)) = items.next_element()? {
            let Some(item) = item else { continue };
            match &mut joined {
                None => joined = Some(item),
                Some(all) => {
                    let all = all.to_mut();
                    all.push('\n');
                    all.push_str(&item);
                }
            }
        }
        Ok(joined)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self::Value, A::Error> {
        let mut name = None;
        while let Some(key) = members.next_key::<KeyOf<'de>>()? {
            if key.0 == "name" {
                name = members.next_value::<Loose<'de>>()?.0;
            } else {
                members.next_value::<IgnoredAny>()?;
            }
        }
        Ok(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::fields::FieldNames;

    fn text_of(json: &str) -> Option<String> {
        let map = FieldMap::new(&FieldNames::default(), &["tags".into()]);
        parse_object(json, &map).unwrap().finish().0
    }

    #[test]
    fn wrong_types_of_metadata_never_cost_the_text() {
        let json = r#"{"title":7,"date":{"a":[1]},"author":["أ","ب"],"url":null,"text":"نص","id":12}"#;
        let map = FieldMap::new(&FieldNames::default(), &[]);
        let (text, metadata) = parse_object(json, &map).unwrap().finish();
        assert_eq!(text.as_deref(), Some("نص"));
        assert_eq!(metadata.title.as_deref(), Some("7"));
        assert_eq!(metadata.author.as_deref(), Some("أ\nب"));
        assert_eq!(metadata.source_id.as_deref(), Some("12"));
        assert_eq!((metadata.url, metadata.published), (None, None));
    }

    #[test]
    fn an_empty_text_is_a_text_and_a_missing_one_is_none() {
        assert_eq!(text_of(r#"{"text":""}"#), Some(String::new()));
        assert_eq!(text_of(r#"{"title":"x"}"#), None);
    }

    #[test]
    fn a_bad_escape_costs_one_character() {
        for (bad, good) in [
            (r#"{"text":"a\ud800b"}"#, "a\u{fffd}b"),
            (r#"{"text":"a\udc00\ud83d\ude00"}"#, "a\u{fffd}😀"),
            (r#"{"text":"a\xb"}"#, "axb"),
            ("{\"text\":\"a\tb\"}", "a\tb"),
            (r#"{"text":"a\uZb"}"#, "auZb"),
        ] {
            let map = FieldMap::new(&FieldNames::default(), &[]);
            assert!(parse_object(bad, &map).is_err(), "{bad}");
            assert_eq!(text_of(&mend_strings(bad)).as_deref(), Some(good), "{bad}");
        }
    }

    #[test]
    fn kept_fields_stand_in_extra_as_they_were() {
        let map = FieldMap::new(&FieldNames::default(), &["tags".into(), "id".into()]);
        let json = r#"{"text":"t","tags":["x", 1.50],"id":"7"}"#;
        let metadata = parse_object(json, &map).unwrap().finish().1;
        assert_eq!(metadata.extra.as_deref(), Some(r#"{"id":"7","tags":["x", 1.50]}"#));
        assert_eq!(metadata.source_id.as_deref(), Some("7"));
    }
}
