//! Languages of the Cyrillic script that the model does not know, or that letters tell more surely.

use super::language::UNKNOWN;

/// Letters looked at.
const SAMPLE_CHARS: usize = 2000;

/// Letters that decide, each list with the languages that write it; a text must have letters of `with` and none of `without`.
const RULES: &[(&str, &str, &str)] = &[
    ("bak", "ҙҡҫ", "ӗӑ"),
    ("chv", "ӗӑӳ", ""),
    ("tgk", "ҷӣӯ", ""),
    ("kaz", "ұқғ", "ўҳ"),
    ("bel", "ў", "қғҳ"),
    ("uzb", "ўқғҳ", "іұ"),
    ("tat", "җә", "қі"),
    ("kir", "ң", "әқһ"),
    ("kaz", "ә", "җ"),
    ("mon", "өү", "әқң"),
    ("ukr", "їєґ", "ў"),
    ("mkd", "ѓќѕ", ""),
    ("srp", "ђћ", ""),
];

/// The smallest share of the letters that a list must have in a text of more than a sentence.
const MIN_SHARE: f64 = 0.002;

/// The language that letters alone decide; none where the model must.
pub fn identify(text: &str) -> Option<(&'static str, f32)> {
    let mut letters = 0;
    let mut counts = [0u32; RULES.len()];
    let (mut barred, mut strange) = ([0u32; RULES.len()], 0);
    for c in text.chars().take(SAMPLE_CHARS).flat_map(char::to_lowercase) {
        if !matches!(c, '\u{0400}'..='\u{052f}') {
            continue;
        }
        letters += 1;
        if matches!(c, '\u{0430}'..='\u{044f}' | 'ё') {
            continue;
        }
        let mut is_known = matches!(c, 'і' | 'ј' | 'љ' | 'њ' | 'џ' | 'ѝ' | 'ѐ');
        for (at, (_, with, without)) in RULES.iter().enumerate() {
            if with.contains(c) {
                counts[at] += 1;
                is_known = true;
            } else if without.contains(c) {
                barred[at] += 1;
                is_known = true;
            }
        }
        strange += u32::from(!is_known && !"ғһ".contains(c));
    }
    let enough = |count: u32| count > 0 && f64::from(count) >= MIN_SHARE * f64::from(letters);
    if f64::from(strange) > 0.01 * f64::from(letters) {
        return Some((UNKNOWN, 0.0));
    }
    RULES
        .iter()
        .zip(counts)
        .zip(barred)
        .find(|((_, n), barred)| enough(*n) && !enough(*barred))
        .map(|((rule, _), _)| (rule.0, 0.95))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_decide_where_they_can() {
        for (text, expected) in [
            ("Мен ертең қалаға барамын, ұлым үйде қалады", Some("kaz")),
            ("Мен эртең шаарга барам, уулум үйдө калат", Some("kir")),
            ("Би маргааш хот руу явна, хүү минь гэртээ үлдэнэ", Some("mon")),
            ("Ман пагоҳ ба шаҳр меравам, писарам дар хона мемонад, ӯ ҷавон аст", Some("tgk")),
            ("Я заўтра паеду ў горад", Some("bel")),
            ("Завтра я поеду в город", None),
        ] {
            assert_eq!(identify(text).map(|f| f.0), expected, "{text}");
        }
    }
}
