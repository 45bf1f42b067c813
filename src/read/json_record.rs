//! One JSON object to a document, wherever it stands: on a line, in an array, within another.

use crate::model::document::RawDocument;
use crate::text::charset::{Charset, decode_record};

use super::fields::FieldMap;
use super::json_value::{mend_strings, parse_object};
use super::{NO_TEXT_FIELD, body_of, broken};

/// The reason of what should be JSON and is none.
pub(super) const BAD_JSON: &str = "read.bad_json";

/// The document of the object that `bytes` hold.
pub(super) fn document_of_object(bytes: &[u8], charset: Charset, map: &FieldMap, record: u64) -> RawDocument {
    // An object that is not in the charset of its file may be in one of its own; the evidence is the object itself.
    let text = decode_record(bytes, charset);
    let json = text.trim();
    let fields = match parse_object(json, map) {
        Ok(fields) => fields.finish(),
        Err(error) => match parse_object(&mend_strings(json), map) {
            Ok(fields) => fields.finish(),
            Err(_) => return broken(record, BAD_JSON, error.to_string(), bytes),
        },
    };
    let (Some(text), metadata) = fields else {
        let detail = "no field of this object is known to hold text; name it with --set read.fields.text='[\"NAME\"]'";
        return broken(record, NO_TEXT_FIELD, detail.into(), bytes);
    };
    RawDocument { record, bytes: None, metadata, body: body_of(text, map) }
}
