//! Lines that are told by what they say: the phrases, ready for look-up.

use std::collections::HashMap;
use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

use crate::text::chars::{self, folded, lookup};

use super::facts::{Facts, is_whole, starts};
use super::phrases::{CUES, Cue, NETWORKS, Place};

/// The folded phrases of a list.
pub fn list(phrases: &str) -> Vec<String> {
    phrases.split('|').map(folded).collect()
}

struct Index {
    /// Phrases that lines begin with, by their first word.
    by_word: HashMap<String, Vec<(usize, String)>>,
    /// Those of scripts without spaces.
    unspaced: Vec<(usize, String)>,
    /// Phrases that stand anywhere in a line, with their cues; names of networks have none.
    within: Vec<(Option<usize>, String)>,
    automaton: AhoCorasick,
}

static INDEX: LazyLock<Index> = LazyLock::new(|| {
    let (mut by_word, mut unspaced) = (HashMap::<String, Vec<_>>::new(), Vec::new());
    // One name is written in several ways that fold to one.
    let mut networks = list(NETWORKS);
    networks.sort();
    networks.dedup();
    let mut within: Vec<(Option<usize>, String)> = networks.into_iter().map(|name| (None, name)).collect();
    for (at, cue) in CUES.iter().enumerate() {
        for phrase in list(cue.phrases) {
            if cue.place == Place::Within {
                within.push((Some(at), phrase));
            } else if phrase.chars().any(|c| lookup(c).is(chars::UNSPACED)) {
                unspaced.push((at, phrase));
            } else {
                let first = phrase.split(' ').next().unwrap_or("").to_owned();
                by_word.entry(first).or_default().push((at, phrase));
            }
        }
    }
    let automaton =
        AhoCorasick::new(within.iter().map(|(_, phrase)| phrase)).expect("a few hundred phrases fit an automaton");
    Index { by_word, unspaced, within, automaton }
});

/// Where a line stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Zone {
    /// At an end of the text, beside the text itself.
    End,
    /// At an end of the text, beside residue.
    Open,
    /// Within the text.
    Middle,
}

/// The rule of the cue that the line gives, if any.
pub fn rule_of(line: &Facts<'_>, zone: Zone) -> Option<&'static str> {
    if line.folded.is_empty() {
        return None;
    }
    let index = &*INDEX;
    let first = line.folded.split(' ').next().unwrap_or("");
    let begins = index.by_word.get(first).into_iter().flatten().chain(&index.unspaced);
    let mut found = begins.filter(|(at, phrase)| applies(&CUES[*at], phrase, line, zone)).map(|(at, _)| *at).min();
    let mut networks: Vec<usize> = Vec::new();
    for hit in index.automaton.find_overlapping_iter(&line.folded) {
        let pattern = hit.pattern().as_usize();
        let (cue, phrase) = &index.within[pattern];
        if !is_whole(&line.folded, hit.start(), phrase) {
            continue;
        }
        match cue {
            None => networks.push(pattern),
            Some(at) if found.is_none_or(|f| *at < f) && applies(&CUES[*at], phrase, line, zone) => found = Some(*at),
            Some(_) => {}
        }
    }
    match found {
        Some(at) => Some(CUES[at].rule),
        None if zone == Zone::Middle => None,
        None => signs(line).or_else(|| {
            networks.sort_unstable();
            networks.dedup();
            let words = networks.iter().map(|at| index.within[*at].1.split(' ').count()).sum();
            is_row_of_networks(line, zone, networks.len(), words).then_some("social")
        }),
    }
}

fn applies(cue: &Cue, phrase: &str, line: &Facts<'_>, zone: Zone) -> bool {
    let is_here = match zone {
        Zone::Middle => cue.anywhere,
        Zone::End => !cue.weak,
        Zone::Open => true,
    };
    if !is_here || line.words > cue.max_words {
        return false;
    }
    match cue.place {
        Place::Whole => line.folded == phrase,
        Place::Start => starts(&line.folded, phrase),
        Place::Within => true,
        Place::Label => {
            starts(&line.folded, phrase)
                && (line.folded == phrase || line.label().is_some_and(|(label, _)| label == phrase))
        }
    }
}

/// A line with the sign of copyright, or with the number that ends a dispatch.
fn signs(line: &Facts<'_>) -> Option<&'static str> {
    if line.words <= 20 && line.raw.contains('©') {
        return Some("copyright");
    }
    if line.raw.len() > 16 {
        return None;
    }
    let bare: String = line.raw.chars().filter(|c| !c.is_whitespace()).collect();
    matches!(bare.as_str(), "-30-" | "—30—" | "–30–" | "###" | "/ENDS").then_some("end_mark")
}

/// Names of networks and little else; beside residue, several of them in any line.
fn is_row_of_networks(line: &Facts<'_>, zone: Zone, names: usize, words: usize) -> bool {
    names >= 2 && line.words <= words + 1 || zone == Zone::Open && names >= 3 && line.words <= 60
}
