//! Every key that a recipe may hold, and the nearest one to a key that it may not.

use toml::{Table, Value};
use unicode_script::Script;

use crate::error::{Error, Result};
use crate::filter::LIMITS;
use crate::text::language;

use super::BuildPlan;

/// Refuses the first key of `table` that no plan has.
///
/// # Errors
/// [`Error::Usage`] with the key, where it stands, and the nearest known key.
pub fn check(table: &Table, origin: &str) -> Result<()> {
    let known = known_keys();
    let mut found = Vec::new();
    flatten(table, "", &mut found);
    for key in found {
        let pattern = pattern_of(&key);
        if !known.contains(&pattern) {
            return Err(Error::Usage(unknown(&key, &pattern, &known, origin)));
        }
        check_code(&key, origin)?;
    }
    Ok(())
}

/// Refuses limits of a language or script that no text ever is in: they would hold for nothing.
fn check_code(key: &str, origin: &str) -> Result<()> {
    let mut parts = key.split('.');
    let (kind, code) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let (is_known, standard) = match kind {
        "language" => (language::codes().any(|known| known == code), "one that is told apart, by its ISO 639-3 code"),
        "script" => (is_script(code), "one by its ISO 15924 code (Hans, Hant, Jpan, Kore in East Asia)"),
        _ => return Ok(()),
    };
    match is_known {
        true => Ok(()),
        false => Err(Error::Usage(format!("{origin}: `{key}`: no text is of the {kind} `{code}`; name {standard}"))),
    }
}

/// Scripts that texts are never said to be in, since those of their languages are known by other codes.
const PARTS_OF_OTHERS: [&str; 6] = ["Hani", "Bopo", "Hira", "Kana", "Hang", "Zinh"];

/// Whether [`language::identify`] may give that script.
fn is_script(code: &str) -> bool {
    let is_one = ["Jpan", "Kore", "Hans", "Hant"].contains(&code) || Script::from_short_name(code).is_some();
    is_one && !PARTS_OF_OTHERS.contains(&code)
}

fn unknown(key: &str, pattern: &str, known: &[String], origin: &str) -> String {
    let distance = |k: &&String| strsim::damerau_levenshtein(k, pattern);
    // The end of a key by itself is that key.
    let ends = |k: &&String| k.strip_suffix(pattern).is_some_and(|front| front.ends_with('.'));
    let nearest = known.iter().filter(ends).min_by_key(|k| k.len());
    let nearest = nearest.or_else(|| known.iter().min_by_key(distance)).expect("a plan has keys");
    let nearest = match key.split('.').nth(1) {
        Some(code) if nearest.starts_with("language.*") || nearest.starts_with("script.*") => {
            nearest.replacen('*', code, 1)
        }
        _ => nearest.clone(),
    };
    format!("{origin}: `{key}` is no key of a recipe; the nearest is `{nearest}`")
}

/// Keys as dotted paths; codes of languages and scripts are `*`.
fn known_keys() -> Vec<String> {
    let plan = serde_json::to_value(BuildPlan::default()).expect("a plan is plain data");
    let mut keys = Vec::new();
    flatten_json(&plan, "", &mut keys);
    for limit in LIMITS {
        let key = format!("filter.{}.{}", limit.rule, limit.name);
        keys.push(format!("language.*.{key}"));
        keys.push(format!("script.*.{key}"));
        keys.push(key);
    }
    keys
}

fn pattern_of(key: &str) -> String {
    let mut parts: Vec<&str> = key.split('.').collect();
    if parts.len() > 1 && matches!(parts[0], "language" | "script") {
        parts[1] = "*";
    }
    parts.join(".")
}

fn flatten(table: &Table, prefix: &str, keys: &mut Vec<String>) {
    for (name, value) in table {
        let key = format!("{prefix}{name}");
        match value {
            Value::Table(inner) if !inner.is_empty() => flatten(inner, &format!("{key}."), keys),
            Value::Table(_) => {}
            _ => keys.push(key),
        }
    }
}

fn flatten_json(value: &serde_json::Value, prefix: &str, keys: &mut Vec<String>) {
    let serde_json::Value::Object(members) = value else { return };
    for (name, value) in members {
        let key = format!("{prefix}{name}");
        match value {
            serde_json::Value::Object(_) => flatten_json(value, &format!("{key}."), keys),
            _ => keys.push(key),
        }
    }
}
