//! White space: none at the ends of a line, one space between words.

use std::borrow::Cow;

/// The line with its white space put right.
pub fn apply(line: &str) -> Cow<'_, str> {
    let trimmed = line.trim();
    let bytes = trimmed.as_bytes();
    let is_clean = !bytes.contains(&b'\t') && memchr::memmem::find(bytes, b"  ").is_none();
    if is_clean {
        return trimmed.into();
    }
    let mut out = String::with_capacity(trimmed.len());
    for word in trimmed.split([' ', '\t']).filter(|w| !w.is_empty()) {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    out.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_become_one_space() {
        for (before, after) in [("  a \t b  ", "a b"), ("خبر   عاجل", "خبر عاجل"), ("a b", "a b"), ("\t", "")]
        {
            assert_eq!(apply(before), after);
        }
    }
}
