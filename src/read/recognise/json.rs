//! JSON lines or JSON of another shape.

use super::Format;

/// JSON lines where the first line is an object of its own, or is meant to be.
pub(super) fn json_object_format(text: &str, whole: bool, by_name: Option<Format>) -> Format {
    let (first, ended) = match text.split_once('\n') {
        Some((line, _)) => (line.trim(), true),
        None => (text.trim(), whole),
    };
    let named_lines = by_name == Some(Format::JsonLines);
    // One object that is all there is may hold the records rather than be one.
    let alone = whole && text.trim_end().len() <= first.len();
    match serde_json::from_str::<serde::de::IgnoredAny>(first) {
        Ok(_) if alone && !named_lines => Format::Json,
        // The rest may stand on several lines each.
        Ok(_) if text[first.len()..].trim_start().starts_with("{\n") => Format::Json,
        Ok(_) => Format::JsonLines,
        Err(_) if !ended && by_name == Some(Format::Json) => Format::Json,
        Err(_) if !ended => Format::JsonLines,
        Err(_) if objects_follow(text) => Format::JsonLines,
        Err(e) if e.is_eof() && (!named_lines || first.len() <= 2) => Format::Json,
        Err(_) if named_lines => Format::JsonLines,
        Err(_) if first.starts_with("{\"") => {
            if by_name == Some(Format::Json) || first.contains("}{") {
                Format::Json
            } else {
                Format::JsonLines
            }
        }
        Err(_) => by_name.unwrap_or(Format::PlainText),
    }
}

/// Whole lines by which it is told that all lines are objects.
const JUDGED_LINES: usize = 20;

/// Whether all lines after the first, two at least, are objects: a first line that is none is a broken record.
pub(super) fn objects_follow(text: &str) -> bool {
    let Some((_, rest)) = text.split_once('\n') else { return false };
    let Some((rest, _)) = rest.rsplit_once('\n') else { return false };
    let is_object = |line: &str| line.starts_with('{') && serde_json::from_str::<serde::de::IgnoredAny>(line).is_ok();
    let mut lines = rest.lines().map(str::trim).filter(|line| !line.is_empty()).take(JUDGED_LINES).peekable();
    let first = lines.next();
    first.is_some_and(is_object) && lines.peek().is_some() && lines.all(is_object)
}

/// Whether what opens with a bracket goes on as an array of JSON does; one of objects, where the name promises lines.
pub(super) fn is_json_array(text: &str, by_name: Option<Format>) -> bool {
    match text[1..].trim_start().bytes().next() {
        Some(b'{') => true,
        Some(b'[' | b'"' | b']') if by_name == Some(Format::Json) => true,
        Some(b'[' | b'"' | b']') if by_name != Some(Format::JsonLines) => {
            let mut values = serde_json::Deserializer::from_str(text).into_iter::<serde::de::IgnoredAny>();
            match values.next() {
                Some(Ok(_)) => {
                    matches!(text[values.byte_offset()..].trim_start().bytes().next(), None | Some(b'[' | b'{'))
                }
                Some(Err(e)) => e.is_eof(),
                None => false,
            }
        }
        _ => false,
    }
}
