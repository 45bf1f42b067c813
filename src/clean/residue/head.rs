//! Lines at the head of a page that say where it stands and when it was written.

use std::sync::LazyLock;

use crate::text::chars::folded;
use crate::text::dates::parse_date;

use super::cues::list;
use super::facts::Facts;
use super::phrases::{DATE_LABELS, HOME};

static DATES: LazyLock<Vec<String>> = LazyLock::new(|| list(DATE_LABELS));
static HOMES: LazyLock<Vec<String>> = LazyLock::new(|| list(HOME));

/// Signs between the places of a breadcrumb.
const BREADCRUMB_SIGNS: &[&str] = &[" > ", " » ", " › ", " » ", " ‹ ", " « ", " → "];

/// Signs that a category ends with, where the text would follow.
const CATEGORY_ENDS: &[char] = &['–', '—', '-', '|'];

/// The last place of a breadcrumb.
pub fn breadcrumb(line: &Facts<'_>) -> Option<String> {
    if line.words > 16 || line.ends_sentence {
        return None;
    }
    BREADCRUMB_SIGNS.iter().find_map(|sign| {
        let places: Vec<&str> = line.raw.split(sign).map(str::trim).filter(|p| !p.is_empty()).collect();
        let is_home = places.first().is_some_and(|p| HOMES.contains(&folded(p)));
        let are_short = places.iter().all(|p| p.split_whitespace().count() <= 4);
        (are_short && (places.len() >= 2 && is_home || places.len() >= 3)).then(|| places[places.len() - 1].to_owned())
    })
}

/// A category: few words that end with a dash or a bar.
pub fn category(line: &Facts<'_>) -> Option<String> {
    if !line.raw.ends_with(CATEGORY_ENDS) || line.chars > 40 {
        return None;
    }
    let name = line.raw.trim_end_matches(|c: char| c.is_whitespace() || CATEGORY_ENDS.contains(&c));
    let is_cut = name.len() < line.raw.len() && !line.is_bullet;
    let is_short = (1..=4).contains(&line.words) && !folded(name).is_empty();
    // A word that is parted at the end of a line ends with a hyphen right after its letters.
    let is_parted = !line.raw[name.len()..].starts_with(char::is_whitespace);
    let is_one = !name.contains(CATEGORY_ENDS) && !name.contains([':', '.', '،', ',']);
    (is_cut && is_short && !is_parted && is_one).then(|| name.to_owned())
}

/// The time after a label of publication: none where the line is no such line, none within where the time cannot be read.
pub fn date(line: &Facts<'_>) -> Option<Option<i64>> {
    if line.words > 14 || !line.raw.chars().any(char::is_numeric) {
        return None;
    }
    let at = line.raw.find(|c: char| c == ':' || c == '：' || c.is_numeric())?;
    let (label, rest) = line.raw.split_at(at);
    DATES.contains(&folded(label)).then(|| parse_date(rest.trim_start_matches([':', '：', ' '])))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn breadcrumbs_and_categories_are_told_from_sentences() {
        for (line, expected) in [
            ("الرئيسية » أخبار » اقتصاد", Some("اقتصاد")),
            ("Home > News > Rivers", Some("Rivers")),
            ("either / or", None),
            ("5 > 3 > 1 is what the teacher wrote on the board.", None),
        ] {
            assert_eq!(breadcrumb(&Facts::of(line)).as_deref(), expected, "{line}");
        }
        for (line, expected) in [
            ("أخبار محلية –", Some("أخبار محلية")),
            ("Sport |", Some("Sport")),
            ("Экономика —", Some("Экономика")),
            ("The mill was sold to a co-", None),
            ("• item", None),
            ("He left –.", None),
        ] {
            assert_eq!(category(&Facts::of(line)).as_deref(), expected, "{line}");
        }
    }

    #[test]
    fn a_labelled_date_is_read() {
        assert_eq!(date(&Facts::of("Published: 2024-05-03")), Some(Some(1_714_694_400_000)));
        assert_eq!(date(&Facts::of("تاريخ النشر: ٢٠٢٤/٠٥/٠٣")), Some(Some(1_714_694_400_000)));
        assert_eq!(date(&Facts::of("Updated 3 hours ago")), Some(None));
        assert_eq!(date(&Facts::of("In 2024 the mill was sold")), None);
    }
}
