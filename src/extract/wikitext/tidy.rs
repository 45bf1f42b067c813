//! One line of text: without quotes of apostrophes, with single spaces, and with brackets mended from which something
//! was removed.

use super::marks::{REMOVED, is_control};
use crate::extract::veil::is_half;

/// Adds `line` to `out` without the apostrophes that make text bold and italic; those that are text stay.
///
/// Where both are left open in a line, three apostrophes after a short word are one and two, as in `l'''eau''`.
pub(super) fn push_unquoted(out: &mut String, line: &str) {
    if memchr::memmem::find(line.as_bytes(), b"''").is_none() {
        return out.push_str(line);
    }
    let runs = apostrophes(line);
    let count = |kinds: [usize; 2]| runs.iter().filter(|(_, n)| kinds.contains(&(*n).min(5))).count();
    let (bold, italic) = (count([3, 4]) + count([5, 5]), count([2, 2]) + count([5, 5]));
    let split = if bold % 2 == 1 && italic % 2 == 1 { split_run(line, &runs) } else { None };
    let mut from = 0;
    for (index, (at, length)) in runs.iter().enumerate() {
        out.push_str(&line[from..*at]);
        let kept = match length {
            3 if split == Some(index) => 1,
            2 | 3 | 5 => 0,
            4 => 1,
            more => more - 5,
        };
        out.extend(std::iter::repeat_n('\'', kept));
        from = at + length;
    }
    out.push_str(&line[from..]);
}

/// Where runs of two and more apostrophes stand, and their lengths.
fn apostrophes(line: &str) -> Vec<(usize, usize)> {
    let bytes = line.as_bytes();
    let mut runs = Vec::new();
    let mut at = 0;
    while let Some(found) = memchr::memchr(b'\'', &bytes[at..]) {
        at += found;
        let length = bytes[at..].iter().take_while(|b| **b == b'\'').count();
        if length > 1 {
            runs.push((at, length));
        }
        at += length;
    }
    runs
}

/// Which run of three is an apostrophe and the beginning of italics: one after a word of a single letter, else one after
/// a longer word, else one after a space.
fn split_run(line: &str, runs: &[(usize, usize)]) -> Option<usize> {
    let threes = || runs.iter().enumerate().filter(|(_, (_, n))| *n == 3).map(|(index, (at, _))| (index, *at));
    let before = |at: usize| {
        let mut chars = line[..at].chars().rev();
        (chars.next().unwrap_or(' '), chars.next().unwrap_or(' '))
    };
    let single = threes().find(|(_, at)| matches!(before(*at), (last, ' ') if last != ' '));
    let longer = || threes().find(|(_, at)| before(*at).0 != ' ');
    single.or_else(longer).or_else(|| threes().next()).map(|(index, _)| index)
}

/// Adds `text` to `out`: white space as single spaces, without any around it, marks and controls dropped; gives whether
/// letters or digits were in it, and leaves `out` as it was where none were.
pub(super) fn push_tidy(out: &mut String, text: &str) -> bool {
    let start = out.len();
    if text.contains(REMOVED) {
        push_mended(out, text);
    } else {
        push_collapsed(out, text);
    }
    while out.len() > start && out.ends_with(' ') {
        out.pop();
    }
    let has_words = out[start..].chars().any(char::is_alphanumeric);
    if !has_words {
        out.truncate(start);
    }
    has_words
}

fn push_collapsed(out: &mut String, text: &str) {
    let start = out.len();
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        // Spaces beyond ASCII begin with one of these bytes.
        let stops = |b: &u8| is_control(*b) || matches!(*b, b' ' | b'\t' | b'\n' | 0xC2 | 0xE1 | 0xE2 | 0xE3);
        let run = bytes[at..].iter().position(stops).unwrap_or(bytes.len() - at);
        out.push_str(&text[at..at + run]);
        at += run;
        let Some(c) = text[at..].chars().next() else { break };
        push_spaced(out, start, c);
        at += c.len_utf8();
    }
}

/// Adds a character that may be white space; a space only after a word.
fn push_spaced(out: &mut String, start: usize, c: char) {
    // Half of a letter that was decoded wrongly is none of it.
    let is_lead = |before: char| if c == '\u{a0}' { ('Â'..='ô').contains(&before) } else { !before.is_ascii() };
    let is_half = is_half(c) && out[start..].ends_with(is_lead);
    if is_half {
        out.push(c);
    } else if c.is_whitespace() || c == '\u{6}' {
        if out.len() > start && !out.ends_with(' ') {
            out.push(' ');
        }
    } else if !c.is_ascii() || !is_control(c as u8) {
        out.push(c);
    }
}

/// As [`push_collapsed`]: and where something was removed, brackets that it leaves empty go, as do separators that it
/// leaves at the ends of brackets and before other separators.
fn push_mended(out: &mut String, text: &str) {
    let start = out.len();
    // Whether nothing but space and separators was added since something was removed.
    let mut removed = false;
    for c in text.chars() {
        if c == REMOVED {
            removed = true;
            continue;
        }
        if c.is_whitespace() || (c.is_ascii() && is_control(c as u8)) {
            push_spaced(out, start, c);
            continue;
        }
        if removed && (is_separator(c) || closing(c).is_some() || is_stop(c)) {
            let last = trim_end(out, start, |c| c == ' ');
            if is_separator(c) && last.is_none_or(|last| is_separator(last) || is_opening(last)) {
                continue;
            }
            if let Some(open) = closing(c) {
                let last = trim_end(out, start, |c| c == ' ' || is_separator(c));
                if last == Some(open) {
                    out.pop();
                    continue;
                }
            }
        }
        if removed && out.ends_with(' ') && out[start..].trim_end().ends_with(is_opening) {
            trim_end(out, start, |c| c == ' ');
        }
        removed &= is_separator(c);
        out.push(c);
    }
}

/// Cuts characters off the end of what was added; gives the last that stays.
fn trim_end(out: &mut String, start: usize, cut: impl Fn(char) -> bool) -> Option<char> {
    loop {
        match out[start..].chars().next_back() {
            Some(c) if cut(c) => out.pop(),
            last => return last,
        };
    }
}

fn is_separator(c: char) -> bool {
    matches!(c, ',' | ';' | '،' | '؛' | '、' | '，' | '；' | ':' | '：' | '/')
}

fn is_stop(c: char) -> bool {
    matches!(c, '.' | '!' | '?' | '؟' | '。' | '۔' | '।')
}

fn is_opening(c: char) -> bool {
    matches!(c, '(' | '[' | '（' | '«' | '“' | '「' | '【')
}

/// The bracket that a closing one belongs to.
fn closing(c: char) -> Option<char> {
    Some(match c {
        ')' => '(',
        ']' => '[',
        '）' => '（',
        '»' => '«',
        '”' => '“',
        '」' => '「',
        '】' => '【',
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unquoted(line: &str) -> String {
        let mut out = String::new();
        push_unquoted(&mut out, line);
        out
    }

    fn tidy(line: &str) -> String {
        let mut out = String::from("| ");
        push_tidy(&mut out, &line.replace('#', "\u{1D}"));
        out[2..].into()
    }

    #[test]
    fn apostrophes_of_markup_go_and_those_of_text_stay() {
        assert_eq!(unquoted("'''القاهرة''' هي ''عاصمة'' '''''مصر'''''"), "القاهرة هي عاصمة مصر");
        assert_eq!(unquoted("l'''eau'' et le '''vin'''"), "l'eau et le vin");
        assert_eq!(unquoted("dans l'''Encyclopédie''"), "dans l'Encyclopédie");
        assert_eq!(unquoted("it's ''Bob's'' '''''' rock 'n' roll"), "it's Bob's ' rock 'n' roll");
        assert_eq!(unquoted("l''eau''"), "leau");
    }

    #[test]
    fn white_space_is_single_and_joiners_stay() {
        assert_eq!(tidy("  a\t b\u{A0}\u{2009}c\u{3000}می\u{200C}شود  "), "a b c می\u{200C}شود");
        assert_eq!(tidy(" — * — "), "");
    }

    #[test]
    fn brackets_are_mended_where_something_was_removed() {
        assert_eq!(tidy("عمان (#) مدينة"), "عمان مدينة");
        assert_eq!(tidy("عمان (#، #؛ ولد 1950) كاتب"), "عمان (ولد 1950) كاتب");
        assert_eq!(tidy("Foo ( , # ) is"), "Foo is");
        assert_eq!(tidy("Foo (#; born 1950, #) is #, well #."), "Foo (born 1950) is, well.");
        assert_eq!(tidy("北京（#，#）是"), "北京是");
        assert_eq!(tidy("«#» a, #, b"), "a, b");
    }

    #[test]
    fn brackets_that_are_text_stay() {
        assert_eq!(tidy("call main() and f( , ) there"), "call main() and f( , ) there");
        assert_eq!(tidy("call main()# then ,x"), "call main() then ,x");
    }
}
