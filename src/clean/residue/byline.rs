//! Lines that name who wrote the text.

use std::sync::LazyLock;

use crate::text::chars::{self, folded, lookup};

use super::cues::list;
use super::facts::Facts;
use super::phrases::{AUTHOR_LABELS, NOTE_LABELS};

static AUTHORS: LazyLock<Vec<String>> = LazyLock::new(|| list(AUTHOR_LABELS));
static NOTES: LazyLock<Vec<String>> = LazyLock::new(|| list(NOTE_LABELS));

/// Words before a name that needs no colon, in languages that write names with capitals.
const PREPOSITIONS: &[&str] = &["By ", "BY ", "Par ", "Von ", "Por ", "Di ", "Oleh "];

/// The most words of a byline, and of a name.
const MAX_WORDS: usize = 14;
const MAX_NAME_WORDS: usize = 5;

/// The name in a byline; none where the line is none.
pub fn author(line: &Facts<'_>) -> Option<String> {
    if line.words > MAX_WORDS || line.ends_sentence {
        return None;
    }
    if let Some((label, rest)) = line.label() {
        let (name, role) = name_and_role(rest);
        let words = folded(name).split(' ').filter(|w| !w.is_empty()).count();
        let is_author = AUTHORS.contains(&label) && (1..=MAX_NAME_WORDS).contains(&words);
        // After a label that opens notes as well, only a name with its role is an author.
        let is_noted = NOTES.contains(&label) && (2..=4).contains(&words) && role;
        return (is_author || is_noted).then(|| name.to_owned()).filter(|n| is_name(n));
    }
    let rest = PREPOSITIONS.iter().find_map(|p| line.raw.strip_prefix(p))?;
    let (name, _) = name_and_role(rest.trim());
    let words: Vec<&str> = name.split_whitespace().collect();
    let is_capital = |w: &&str| w.chars().next().is_some_and(char::is_uppercase);
    let follows = (2..=4).contains(&words.len())
        && words
            .iter()
            .all(|w| is_capital(w) || matches!(*w, "and" | "et" | "und" | "y" | "de" | "van" | "von" | "al" | "bin"));
    (follows && is_name(name)).then(|| name.to_owned())
}

/// The part before a comma or dash, and whether something follows it.
fn name_and_role(text: &str) -> (&str, bool) {
    match text.split_once([',', '،', '、', '|', '–', '—', '/', '(']) {
        Some((name, role)) => (name.trim(), !role.trim().is_empty()),
        None => (text, false),
    }
}

/// Words that no name has, in languages whose notes begin as bylines do.
const NO_NAMES: &[&str] = &["the", "a", "an", "are", "is", "der", "die", "das", "la", "le", "les"];

fn is_name(name: &str) -> bool {
    let is_part = |c: char| !lookup(c).is(chars::NUMBER) && !matches!(c, '@' | '؟' | '?' | '!' | '«' | '»' | '"' | '<');
    // Where a script has capitals, names begin with them.
    name.chars().next().is_some_and(|c| !c.is_lowercase())
        && name.chars().all(is_part)
        && !name.split_whitespace().any(|w| NO_NAMES.contains(&w.to_lowercase().as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_in_the_bylines_of_many_languages() {
        for (line, expected) in [
            ("كتب: سالم الحداد", Some("سالم الحداد")),
            ("ملاحظة: ليلى منصور، خبيرة في شؤون الأنهار", Some("ليلى منصور")),
            ("By Nora Lindqvist", Some("Nora Lindqvist")),
            ("By Nora Lindqvist, staff writer", Some("Nora Lindqvist")),
            ("Автор: Пётр Лозин", Some("Пётр Лозин")),
            ("نویسنده: مریم کاوه", Some("مریم کاوه")),
            ("ملاحظة: الأسعار تقريبية", None),
            ("Note: prices may change", None),
            ("By the river stands a mill", None),
            ("By Monday the water had gone.", None),
            ("كتب: رسالة طويلة إلى أهل المدينة الذين غادروها قبل عشرين عاما وعادوا إليها", None),
        ] {
            assert_eq!(author(&Facts::of(line)).as_deref(), expected, "{line}");
        }
    }
}
