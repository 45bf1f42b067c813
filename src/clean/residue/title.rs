//! The headline of a text without markup, and the name of the site above it.

use super::facts::Facts;

/// A headline has this many words, and at most so many characters.
const HEADLINE_WORDS: std::ops::RangeInclusive<usize> = 3..=30;
const MAX_HEADLINE_CHARS: usize = 200;

/// The text below a headline begins with a line of at least so many characters or words.
const MIN_BODY_CHARS: usize = 80;
const MIN_BODY_WORDS: usize = 20;

/// And it is longer than the headline by this factor.
const MIN_BODY_RATIO: f64 = 1.3;

/// The name of a site has at most so many words and characters.
const MAX_SITE_WORDS: usize = 5;
const MAX_SITE_CHARS: usize = 40;

/// What the first lines of a text are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opening {
    /// A headline.
    Title,
    /// The name of a site, then a headline.
    SiteAndTitle,
    /// Text.
    Text,
}

/// What the first lines are; in doubt text.
pub fn opening(lines: &[Facts<'_>]) -> Opening {
    match lines {
        [title, body, ..] if is_title(title, body) => Opening::Title,
        [site, title, body, ..] if is_site(site, title) && is_title(title, body) => Opening::SiteAndTitle,
        _ => Opening::Text,
    }
}

fn is_title(title: &Facts<'_>, body: &Facts<'_>) -> bool {
    let ends_headline = !title.ends_sentence || title.raw.ends_with(['؟', '?', '!', '…']);
    let goes_on = title.raw.ends_with([':', ',', '،', ';', '؛', '-', '–']);
    let is_body = body.chars >= MIN_BODY_CHARS && (body.ends_sentence || body.words >= MIN_BODY_WORDS);
    HEADLINE_WORDS.contains(&title.words)
        && title.chars <= MAX_HEADLINE_CHARS
        && ends_headline
        && !goes_on
        && !title.is_bullet
        && is_body
        && body.chars as f64 >= MIN_BODY_RATIO * title.chars as f64
}

fn is_site(site: &Facts<'_>, title: &Facts<'_>) -> bool {
    (1..=MAX_SITE_WORDS).contains(&site.words)
        && site.chars <= MAX_SITE_CHARS
        && site.words < title.words
        && !site.ends_sentence
        && !site.is_bullet
        && !site.raw.contains([':', '،', ','])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opening_of(lines: &[&str]) -> Opening {
        let facts: Vec<Facts<'_>> = lines.iter().map(|l| Facts::of(l)).collect();
        opening(&facts)
    }

    const BODY: &str = "افتتح المجلس البلدي في المدينة أمس مكتبة جديدة على ضفة النهر بحضور جمع كبير من الأهالي والطلاب.";

    #[test]
    fn a_headline_is_short_and_stands_above_text() {
        assert_eq!(opening_of(&["مكتبة جديدة على ضفة النهر", BODY]), Opening::Title);
        assert_eq!(opening_of(&["River Post", "مكتبة جديدة على ضفة النهر", BODY]), Opening::SiteAndTitle);
        assert_eq!(opening_of(&[BODY, BODY]), Opening::Text);
        assert_eq!(opening_of(&["قال المدير:", BODY]), Opening::Text);
        assert_eq!(opening_of(&["مكتبة جديدة على ضفة النهر"]), Opening::Text);
        assert_eq!(opening_of(&["A short first sentence ends.", BODY]), Opening::Text);
    }
}
