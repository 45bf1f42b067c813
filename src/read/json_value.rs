//! One JSON object to fields, whatever the types of its values: a wrong type never costs the text.

use std::borrow::Cow;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::fields::{FieldMap, Fields, Place, Slot};

/// Reads one JSON object.
///
/// # Errors
/// What the parser says; also where the value is no object.
pub fn parse_object<'j>(json: &'j str, map: &FieldMap) -> serde_json::Result<Fields<'j>> {
    let mut deserializer = serde_json::Deserializer::from_str(json);
    let mut fields = Fields::default();
    ObjectSeed { map, fields: &mut fields, place: Place::top() }.deserialize(&mut deserializer)?;
    deserializer.end()?;
    Ok(fields)
}

/// The object with its bad string escapes, bare controls and numbers beyond all measure mended, so that each costs a
/// character or itself and not the record: a lone surrogate becomes U+FFFD, an unknown escape its own letter, a control
/// its escape, `NaN` and `Infinity` null, and a number too large to be one a string of its digits.
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
            b'N' | b'I' | b'-' | b'0'..=b'9' if !in_string => {
                let length = bytes[i..].iter().position(|b| !is_of_number(*b)).unwrap_or(bytes.len() - i);
                // A name of a member is no number, whatever it is.
                let is_name = json[i + length..].trim_start().starts_with(':');
                if let Some(replacement) = number(&json[i..i + length]).filter(|_| !is_name) {
                    mended.push_str(&json[copied..i]);
                    mended.push_str(&replacement);
                    copied = i + length;
                }
                i += length;
                continue;
            }
            _ => {}
        }
        i += 1;
    }
    mended.push_str(&json[copied..]);
    mended
}

/// Whether a number, or what Python and JavaScript write for one, may hold this byte.
fn is_of_number(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.')
}

/// What to write for a number that parsers of JSON refuse; none where they do not, or where it is none.
fn number(token: &str) -> Option<String> {
    if matches!(token, "NaN" | "-NaN" | "Infinity" | "-Infinity") {
        return Some("null".into());
    }
    let infinite = !token.contains(['i', 'n', 'I', 'N']) && token.parse::<f64>().is_ok_and(f64::is_infinite);
    infinite.then(|| format!("\"{token}\""))
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

/// Reads the members of an object into `fields`.
struct ObjectSeed<'m, 'f, 'de> {
    map: &'m FieldMap,
    fields: &'f mut Fields<'de>,
    place: Place<'m>,
}

impl<'de> DeserializeSeed<'de> for ObjectSeed<'_, '_, 'de> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for ObjectSeed<'_, '_, 'de> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        while let Some(key) = members.next_key::<KeyOf<'de>>()? {
            let slot = self.map.slot_at(&self.place, &key.0);
            let inner = self.map.enter(&self.place, &key.0);
            if self.place.is_top() && self.map.keeps(&key.0) {
                let raw: &'de RawValue = members.next_value()?;
                let mut deserializer = serde_json::Deserializer::from_str(raw.get());
                // What was parsed as a raw value is whole; a value of an odd form is kept all the same.
                let _ = MemberSeed { map: self.map, fields: self.fields, name: (&self.place, &key.0), slot, inner }
                    .deserialize(&mut deserializer);
                self.fields.keep(&key.0, raw.get().to_owned());
            } else if slot.is_some() || inner.is_some() {
                members.next_value_seed(MemberSeed {
                    map: self.map,
                    fields: self.fields,
                    name: (&self.place, &key.0),
                    slot,
                    inner,
                })?;
            } else {
                members.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }
}

/// Reads the value of one member: its slot takes a scalar or a list, its own members are read where it is entered.
struct MemberSeed<'m, 'f, 'de> {
    map: &'m FieldMap,
    fields: &'f mut Fields<'de>,
    /// Where it stands, and under which name.
    name: (&'f Place<'m>, &'f str),
    slot: Option<(Slot, usize)>,
    inner: Option<Place<'m>>,
}

impl<'de> MemberSeed<'_, '_, 'de> {
    fn offer(self, value: Loose<'de>) {
        let Some((slot, rank)) = self.slot else { return };
        match value {
            Loose::Object if slot == Slot::Text => self.fields.see_object(|| self.name.0.join(self.name.1)),
            _ if slot == Slot::Text => self.fields.see_text(),
            _ => {}
        }
        if let Loose::Text(value) = value {
            self.fields.offer(slot, rank, value);
        }
    }
}

impl<'de> DeserializeSeed<'de> for MemberSeed<'_, '_, 'de> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        if self.inner.is_some() {
            return deserializer.deserialize_any(self);
        }
        self.offer(serde::Deserialize::deserialize(deserializer)?);
        Ok(())
    }
}

impl<'de> Visitor<'de> for MemberSeed<'_, '_, 'de> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON value")
    }

    fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<(), A::Error> {
        let place = self.inner.expect("only what is entered is visited");
        ObjectSeed { map: self.map, fields: self.fields, place }.visit_map(members)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        let Some(place) = self.inner.as_ref().filter(|place| place.is_named(self.map)) else {
            let value = LooseVisitor.visit_seq(items)?;
            self.offer(value);
            return Ok(());
        };
        loop {
            let mut element = Fields::default();
            let inner = Some(place.clone());
            let seed = MemberSeed { map: self.map, fields: &mut element, name: self.name, slot: self.slot, inner };
            if items.next_element_seed(seed)?.is_none() {
                return Ok(());
            }
            self.fields.append(element);
        }
    }

    fn visit_borrowed_str<E>(self, v: &'de str) -> Result<(), E> {
        self.offer(Loose::Text(Cow::Borrowed(v)));
        Ok(())
    }

    fn visit_str<E>(self, v: &str) -> Result<(), E> {
        self.offer(Loose::Text(Cow::Owned(v.to_owned())));
        Ok(())
    }

    fn visit_i64<E>(self, v: i64) -> Result<(), E> {
        self.offer(Loose::Text(Cow::Owned(v.to_string())));
        Ok(())
    }

    fn visit_u64<E>(self, v: u64) -> Result<(), E> {
        self.offer(Loose::Text(Cow::Owned(v.to_string())));
        Ok(())
    }

    fn visit_f64<E>(self, v: f64) -> Result<(), E> {
        self.offer(Loose::Text(Cow::Owned(v.to_string())));
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        self.offer(Loose::Blank);
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        self.offer(Loose::Blank);
        Ok(())
    }
}

/// An object key, borrowed where it has no escapes.
struct KeyOf<'de>(Cow<'de, str>);

impl<'de> serde::Deserialize<'de> for KeyOf<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Loose::deserialize(deserializer)? {
            Loose::Text(key) => Ok(Self(key)),
            Loose::Blank | Loose::Object => Ok(Self(Cow::Borrowed(""))),
        }
    }
}

/// Members by which an object stands for a value: a person by the name, a paragraph by its text.
const INNER_NAMES: &[&str] = &["text", "name", "content", "value", "paragraph", "#text", "$t", "rendered", "title"];

/// What a value is worth as text.
enum Loose<'de> {
    /// A scalar, the strings of a list joined by line ends, or the member of an object that stands for it.
    Text(Cow<'de, str>),
    /// Nothing is said.
    Blank,
    /// Objects of which no member stands for them.
    Object,
}

impl<'de> serde::Deserialize<'de> for Loose<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(LooseVisitor)
    }
}

struct LooseVisitor;

impl<'de> Visitor<'de> for LooseVisitor {
    type Value = Loose<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON value")
    }

    fn visit_borrowed_str<E>(self, v: &'de str) -> Result<Self::Value, E> {
        Ok(Loose::Text(Cow::Borrowed(v)))
    }

    fn visit_str<E>(self, v: &str) -> Result<Self::Value, E> {
        Ok(Loose::Text(Cow::Owned(v.to_owned())))
    }

    fn visit_i64<E>(self, v: i64) -> Result<Self::Value, E> {
        Ok(Loose::Text(Cow::Owned(v.to_string())))
    }

    fn visit_u64<E>(self, v: u64) -> Result<Self::Value, E> {
        Ok(Loose::Text(Cow::Owned(v.to_string())))
    }

    fn visit_f64<E>(self, v: f64) -> Result<Self::Value, E> {
        Ok(Loose::Text(Cow::Owned(v.to_string())))
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
        Ok(Loose::Blank)
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Loose::Blank)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
        let mut joined = Loose::Blank;
        while let Some(item) = items.next_element()? {
            match (&mut joined, item) {
                (Loose::Text(all), Loose::Text(item)) => {
                    let all = all.to_mut();
                    all.push('\n');
                    all.push_str(&item);
                }
                (Loose::Text(_), _) | (_, Loose::Blank) => {}
                (_, item) => joined = item,
            }
        }
        Ok(joined)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self::Value, A::Error> {
        let (mut best, mut has_others) = (None::<(usize, Loose<'de>)>, false);
        while let Some(key) = members.next_key::<KeyOf<'de>>()? {
            let is_better = |rank: usize| match &best {
                Some((held, Loose::Text(_))) => rank < *held,
                _ => true,
            };
            match INNER_NAMES.iter().position(|n| *n == key.0).filter(|rank| is_better(*rank)) {
                Some(rank) => match members.next_value()? {
                    Loose::Text(value) => best = Some((rank, Loose::Text(value))),
                    other if best.is_none() => best = Some((rank, other)),
                    _ => {}
                },
                None => {
                    members.next_value::<IgnoredAny>()?;
                    has_others = true;
                }
            }
        }
        Ok(match best {
            Some((_, value)) => value,
            None if has_others => Loose::Object,
            None => Loose::Blank,
        })
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
    fn fields_are_found_within_objects_that_wrap_a_record_and_by_dotted_names() {
        let text = r#"{"doc":{"text":"نص","title":"عنوان"},"metadata":{"url":"http://a/b"},"user":{"url":"http://u"}}"#;
        let mut names = FieldNames::default();
        let (found, metadata) = parse_object(text, &FieldMap::new(&names, &[])).unwrap().finish();
        assert_eq!((found.as_deref(), metadata.title.as_deref()), (Some("نص"), Some("عنوان")));
        assert_eq!(metadata.url.as_deref(), Some("http://a/b"));
        names.text = vec!["user.posts.body".into()];
        let map = FieldMap::new(&names, &[]);
        let deep = r#"{"text":"no","user":{"posts":{"body":["أ","ب"]},"name":7}}"#;
        assert_eq!(parse_object(deep, &map).unwrap().finish().0.as_deref(), Some("أ\nب"));
        assert_eq!(parse_object(r#"{"user":"x"}"#, &map).unwrap().finish().0, None);
    }

    #[test]
    fn paragraphs_as_lists_of_strings_or_of_objects_are_lines() {
        assert_eq!(text_of(r#"{"text":["a",["b","c"],null]}"#).as_deref(), Some("a\nb\nc"));
        assert_eq!(text_of(r#"{"text":[{"id":1,"text":"a"},{"content":"b"}]}"#).as_deref(), Some("a\nb"));
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
