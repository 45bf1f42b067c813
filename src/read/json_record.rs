//! One JSON object to a document, wherever it stands: on a line, in an array, within another.

use crate::model::document::{Metadata, RawDocument};
use crate::text::charset::{Charset, decode_record};

use super::fields::{FieldMap, Fields};
use super::hole::{HOLE, has_hole};
use super::json_value::{mend_strings, parse_object};
use super::{NO_TEXT_FIELD, TEXT_IS_OBJECT, body_of, broken};

/// The reason of what should be JSON and is none.
pub(super) const BAD_JSON: &str = "read.bad_json";

/// The document of the object that `bytes` hold.
pub(super) fn document_of_object(bytes: &[u8], charset: Charset, map: &FieldMap, record: u64) -> RawDocument {
    // An object that is not in the charset of its file may be in one of its own; the evidence is the object itself.
    let text = decode_record(bytes, charset);
    let json = text.trim();
    let fields = match parse_object(json, map) {
        Ok(fields) => finished(fields),
        Err(error) => match parse_object(&mend_strings(json), map) {
            _ if has_hole(json.as_bytes()) => return broken(record, BAD_JSON, HOLE.into(), bytes),
            Ok(fields) => finished(fields),
            Err(_) => return broken(record, BAD_JSON, in_object(&error), bytes),
        },
    };
    match fields {
        Ok((text, metadata)) => RawDocument { record, bytes: None, metadata, body: body_of(text, map) },
        Err((reason, advice)) => broken(record, reason, advice, bytes),
    }
}

/// Text and metadata of an object; the reason and what to do where it has no text.
fn finished(mut fields: Fields<'_>) -> Result<(String, Metadata), (&'static str, String)> {
    let object = fields.take_object();
    match (fields.finish(), object) {
        ((Some(text), metadata), _) => Ok((text, metadata)),
        (_, Some(path)) => Err((
            TEXT_IS_OBJECT,
            format!(
                "its field `{path}` holds objects and no text; name the field within them, as in --set \
                 read.fields.text='[\"{path}.NAME\"]'"
            ),
        )),
        _ => Err((
            NO_TEXT_FIELD,
            "no field of this object is known to hold text; name it with --set read.fields.text='[\"NAME\"]'".into(),
        )),
    }
}

/// What the parser says of an object: on which of its lines, where it has several.
fn in_object(error: &serde_json::Error) -> String {
    error.to_string().replace(" at line 1 column ", " at its column ").replace(" at line ", " at its line ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::document::Body;
    use crate::read::fields::FieldNames;

    /// The reason and message of a record that is broken, where `text` is the best name of a text.
    fn fault_of(json: &str, text: &str) -> Option<(String, String)> {
        let charset = Charset::plain(encoding_rs::UTF_8);
        let mut names = FieldNames::default();
        names.text.insert(0, text.to_owned());
        let map = FieldMap::new(&names, &[]);
        match document_of_object(json.as_bytes(), charset, &map, 0).body {
            Body::Broken(fault) => Some((fault.reason, fault.detail)),
            _ => None,
        }
    }

    #[test]
    fn a_text_of_unknown_objects_is_told_by_the_name_of_its_field() {
        for json in [
            r#"{"id":1,"text":{"en":"A","ar":"ب"}}"#,
            r#"{"content":[{"context":"A"}]}"#,
            r#"{"_source":{"Body":[{"a":1},{"context":"A"}]}}"#,
        ] {
            let (reason, detail) = fault_of(json, "text").unwrap();
            assert_eq!(reason, TEXT_IS_OBJECT);
            let (_, named) = detail.split_once("read.fields.text='[\"").unwrap();
            let path = named.replace(".NAME\"]'", if json.contains("context") { ".context" } else { ".ar" });
            assert_eq!(fault_of(json, &path), None, "{path}");
        }
        for json in [
            r#"{"text":{"en":"A","name":"ب"}}"#,
            r#"{"text":{"en":"A"},"content":"b"}"#,
            r#"{"text":{}}"#,
            r#"{"text":{"value":null,"en":1}}"#,
            r#"{"text":[{"context":"A"},"b"]}"#,
            r#"{"text":"","summary":{"en":"A"}}"#,
        ] {
            assert_eq!(fault_of(json, "text"), None, "{json}");
        }
    }

    #[test]
    fn a_message_counts_lines_only_where_there_are_several() {
        assert_eq!(fault_of(r#"{"text":"a" "b"}"#, "text").unwrap().1, "expected `,` or `}` at its column 13");
        assert_eq!(
            fault_of("{\n\"text\":\"a\" \"b\"}", "text").unwrap().1,
            "expected `,` or `}` at its line 2 column 12"
        );
    }
}
