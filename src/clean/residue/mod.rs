//! Residue of the page around the text: lines that the page says, not the article.
//!
//! A line goes by what it says, where it stands and how it looks together. The tail is walked from the end up, as long as lines are
//! residue; the head from the top down over its first lines; within the text only lines that cannot be text go. In doubt a line stays.

pub mod byline;
pub mod cues;
pub mod facts;
pub mod head;
pub mod phrases;
pub mod title;

use crate::model::document::Metadata;
use crate::text::chars::{self, folded, lookup};

use self::cues::{Zone, rule_of};
use self::facts::{Facts, MAX_END_BYTES, MAX_LINE_BYTES};
use self::title::Opening;

/// Lines that stay at the head of a text among which residue is looked for.
const HEAD_LINES: usize = 8;

/// Lines at the head among which the known title is looked for.
const TITLE_LINES: usize = 3;

/// Bytes of a line within the text above which it is not asked.
const MAX_MIDDLE_BYTES: usize = 240;

/// Signs that rows of separators are made of.
const SEPARATORS: &str = "-_=*•·.|/\\~#—–─━═►◄▼▲■□●○◆◇★☆«»<>+:؛،,ـ…";

/// A line that the rules may look at.
#[derive(Clone, Copy)]
pub struct Line<'l> {
    /// Its text, repaired.
    pub text: &'l str,
    /// Whether it stays as it is: a line of code, of a table, of a wrapped paragraph.
    pub is_fixed: bool,
}

/// For each line the rule that takes it out, if any; what lines say of the article goes to `metadata` where that has nothing.
///
/// `is_marked_up` says that the lines come from markup, which has headlines of its own.
pub fn rules(lines: &[Line<'_>], metadata: &mut Metadata, is_marked_up: bool) -> Vec<Option<&'static str>> {
    let mut rules: Vec<Option<&'static str>> = lines.iter().map(within).collect();
    let (mut first, mut last) = (0, None);
    // What goes at one end can bring the other end, or the next headline, into view: until nothing changes.
    loop {
        if last.is_none_or(|at: usize| rules[at].is_some()) {
            last = tail(lines, &mut rules, metadata);
        }
        // No line is walked over again: a title may stand on each of a million.
        first += rules[first..].iter().take_while(|rule| rule.is_some()).count();
        let (lines, rules_left) = (&lines[first..], &mut rules[first..]);
        let mut changed = head(lines, rules_left, metadata);
        changed |= known_title(lines, rules_left, metadata);
        if !is_marked_up && metadata.title.is_none() {
            changed |= headline(lines, rules_left, metadata);
        }
        if !changed {
            return rules;
        }
    }
}

/// Rules that hold wherever a line stands.
fn within(line: &Line<'_>) -> Option<&'static str> {
    if line.is_fixed || line.text.len() > MAX_MIDDLE_BYTES {
        return None;
    }
    if is_separator(line.text) {
        return Some("separator");
    }
    let is_likely = line.text.len() <= 80
        || line.text.contains([':', '：'])
        || line.text.contains("avascript")
        || line.text.contains("avaScript");
    if is_likely { rule_of(&Facts::of(line.text), Zone::Middle) } else { None }
}

/// A row of signs, with nothing to read.
fn is_separator(text: &str) -> bool {
    // A sign alone may be an ellipsis or a full stop that says something.
    let signs = text.chars().filter(|c| !c.is_whitespace()).count();
    signs >= 1
        && text.chars().all(|c| c.is_whitespace() || SEPARATORS.contains(c))
        && (signs >= 2 || !matches!(text.trim(), "." | "…" | "," | "،"))
}

/// Walks the end up to the last line that stays, and gives that.
fn tail(lines: &[Line<'_>], rules: &mut [Option<&'static str>], metadata: &mut Metadata) -> Option<usize> {
    let mut zone = Zone::End;
    for at in (0..lines.len()).rev() {
        if let Some(rule) = rules[at] {
            if rule != "separator" {
                zone = Zone::Open;
            }
            continue;
        }
        let most = if zone == Zone::Open { MAX_LINE_BYTES } else { MAX_END_BYTES };
        if lines[at].is_fixed || lines[at].text.len() > most {
            return Some(at);
        }
        let facts = Facts::of(lines[at].text);
        let Some(rule) = rule_of(&facts, zone)
            .or_else(|| author(&facts, metadata))
            .or_else(|| date(&facts, metadata))
            .or_else(|| (zone == Zone::Open && is_empty_label(&facts)).then_some("empty_label"))
        else {
            return Some(at);
        };
        rules[at] = Some(rule);
        zone = Zone::Open;
    }
    None
}

/// Walks the first lines; tells whether one goes.
fn head(lines: &[Line<'_>], rules: &mut [Option<&'static str>], metadata: &mut Metadata) -> bool {
    let (mut kept, mut changed) = (0, false);
    for at in 0..lines.len() {
        if kept == HEAD_LINES {
            break;
        }
        if rules[at].is_some() {
            continue;
        }
        kept += 1;
        if lines[at].is_fixed || lines[at].text.len() > MAX_END_BYTES {
            continue;
        }
        let facts = Facts::of(lines[at].text);
        let rule = breadcrumb(&facts, metadata)
            .or_else(|| category(&facts, metadata))
            .or_else(|| date(&facts, metadata))
            .or_else(|| author(&facts, metadata))
            .or_else(|| rule_of(&facts, Zone::End).filter(|rule| *rule != "end_mark"));
        if rule.is_some() {
            (rules[at], changed) = (rule, true);
            kept -= 1;
        }
    }
    changed
}

/// Takes the title from the first lines, as often as it stands there; tells whether it does.
fn known_title(lines: &[Line<'_>], rules: &mut [Option<&'static str>], metadata: &Metadata) -> bool {
    let Some(title) = metadata.title.as_deref().map(folded).filter(|t| !t.is_empty()) else { return false };
    let (mut kept, mut changed) = (0, false);
    for at in 0..lines.len() {
        if kept == TITLE_LINES {
            break;
        }
        if rules[at].is_some() {
            continue;
        }
        if !lines[at].is_fixed && lines[at].text.len() < 4 * title.len() + 64 && folded(lines[at].text) == title {
            (rules[at], changed) = (Some("to_title"), true);
        } else {
            kept += 1;
        }
    }
    changed
}

/// Takes the headline that the first lines hold; tells whether they hold one.
fn headline(lines: &[Line<'_>], rules: &mut [Option<&'static str>], metadata: &mut Metadata) -> bool {
    let first: Vec<usize> = (0..lines.len()).filter(|at| rules[*at].is_none()).take(TITLE_LINES).collect();
    let facts: Vec<Facts<'_>> = first.iter().map(|at| Facts::of(lines[*at].text)).collect();
    let title = match title::opening(&facts) {
        Opening::Text => return false,
        Opening::Title => 0,
        Opening::SiteAndTitle => {
            metadata.site.get_or_insert_with(|| facts[0].raw.to_owned());
            rules[first[0]] = Some("to_site");
            1
        }
    };
    metadata.title = Some(facts[title].raw.to_owned());
    rules[first[title]] = Some("to_title");
    true
}

fn author(line: &Facts<'_>, metadata: &mut Metadata) -> Option<&'static str> {
    let name = byline::author(line)?;
    metadata.author.get_or_insert(name);
    Some("to_author")
}

fn breadcrumb(line: &Facts<'_>, metadata: &mut Metadata) -> Option<&'static str> {
    let place = head::breadcrumb(line)?;
    metadata.category.get_or_insert(place);
    Some("to_category")
}

fn category(line: &Facts<'_>, metadata: &mut Metadata) -> Option<&'static str> {
    let name = head::category(line)?;
    metadata.category.get_or_insert(name);
    Some("to_category")
}

fn date(line: &Facts<'_>, metadata: &mut Metadata) -> Option<&'static str> {
    match head::date(line)? {
        Some(time) => {
            metadata.published.get_or_insert(time);
            Some("to_published")
        }
        None => Some("date_line"),
    }
}

/// A label that nothing follows, as rows of links leave it.
fn is_empty_label(line: &Facts<'_>) -> bool {
    let bare = line.raw.trim_end_matches(|c: char| c.is_whitespace() || c != ':' && SEPARATORS.contains(c));
    line.words <= 8 && bare.ends_with(':') || line.words == 0 && !line.raw.chars().any(|c| lookup(c).is(chars::SYMBOL))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_on_every_line_takes_linear_time() {
        let text = ["The mill", "Published: 2024-05-03"].repeat(200_000);
        let lines: Vec<Line<'_>> = text.iter().map(|text| Line { text, is_fixed: false }).collect();
        let mut metadata = Metadata { title: Some("The mill".into()), ..Metadata::default() };
        // An hour, where each round begins at the first line.
        let found = rules(&lines, &mut metadata, true);
        assert_eq!(found[..4], [Some("to_title"), Some("to_published"), Some("to_title"), Some("to_published")]);
        assert!(found.iter().all(Option::is_some));
    }
}
