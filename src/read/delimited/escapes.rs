//! What the backslashes of a table are: escapes of programs and databases, or text.

use memchr::{memchr, memchr_iter};

use super::dialect::Sample;
use super::scan::Dialect;

impl Sample<'_> {
    /// Whether backslashes may be escapes: before quotes within quotes; without quotes, where all of them stand as
    /// databases write them, and some as formulas and paths do not.
    pub(super) fn may_escape(&self, dialect: Dialect) -> bool {
        if let Some(quote) = dialect.quote {
            return self.bytes.windows(2).any(|pair| pair == [b'\\', quote]);
        }
        let ends = [dialect.separator, dialect.line_end];
        let is_known = |next: u8| b"ntrbN0Z\\".contains(&next) || ends.contains(&next);
        let is_command = |next: u8, after: u8| match next {
            b'\\' => true,
            b'N' => false,
            _ if ends.contains(&next) => false,
            _ => after.is_ascii_lowercase() || b"{}$".contains(&after),
        };
        escapes(self.bytes).all(|(next, _)| is_known(next))
            && escapes(self.bytes).any(|(next, after)| !is_command(next, after))
    }

    /// Whether every quote within a field has a backslash before it, and some have: fields in quotes do so, and others where
    /// no backslash of the head is for anything else, and some such quotes end a word. Formulas have backslashes of their own.
    pub(super) fn always_escapes(&self, dialect: Dialect, some_quoted: bool) -> bool {
        let Some(quote) = dialect.quote.filter(|_| dialect.escape) else { return false };
        let ends = [dialect.separator, dialect.line_end, b'\r'];
        let is_end = |at: Option<&u8>| at.is_none_or(|b| ends.contains(b));
        let at = |i: usize| self.bytes.get(i);
        let inner =
            || memchr_iter(quote, self.bytes).filter(|i| !is_end(at(i + 1)) && !is_end(i.checked_sub(1).and_then(at)));
        let is_escaped = |i: usize| at(i - 1) == Some(&b'\\');
        let ends_word = |i: usize| at(i + 1).is_some_and(|b| b.is_ascii_whitespace() || b".,;:!?)".contains(b));
        let of_quotes = || {
            let known = [quote, b'\\', dialect.separator, dialect.line_end];
            escapes(self.bytes).all(|(next, _)| known.contains(&next)) && inner().any(ends_word)
        };
        inner().next().is_some() && inner().all(is_escaped) && (some_quoted || of_quotes())
    }
}

/// The bytes that backslashes take the meaning from, each with the one after it.
fn escapes(bytes: &[u8]) -> impl Iterator<Item = (u8, u8)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let found = at + memchr(b'\\', bytes.get(at..)?)?;
        at = found + 2;
        Some((*bytes.get(found + 1)?, bytes.get(at).copied().unwrap_or(b'\n')))
    })
}

#[cfg(test)]
mod tests {
    use crate::read::delimited::dialect::Layout;
    use crate::text::charset::Charset;

    fn dialect(text: &str) -> (char, Option<char>, bool) {
        let d = Layout::of(text.as_bytes(), true, Charset::plain(encoding_rs::UTF_8)).dialect;
        (char::from(d.separator), d.quote.map(char::from), d.escape)
    }

    #[test]
    fn backslashes_escape_only_where_the_table_says_so() {
        assert_eq!(dialect("1,\"a \\\"b\\\", c\"\n2,\"d\"\n3,\"e\"\n4,\"f\"\n"), (',', Some('"'), true));
        assert_eq!(dialect("\"3\",\"a\\b \"\"c\"\"\"\n\"4\",\"d \\\"\"e\"\" f\"\n"), (',', Some('"'), false));
        assert_eq!(dialect("1\ta\\tb\\\nc\t\\N\n2\td\te\n3\tf\t\\N\n"), ('\t', None, true));
        assert_eq!(dialect("1\tC:\\temp\\dir\n2\tb\n3\tc\n"), ('\t', Some('"'), false));
    }

    #[test]
    fn backslashes_of_formulas_and_paths_are_text() {
        let formulas =
            "1\tThe G\\\"odel metric\n2\tDecay of $\\nu$ and $\\theta$\n3\tPlain words\n4\tThe $\\rho$ \\\\ end\n";
        assert!(!dialect(&format!("id\ttext\n{formulas}")).2);
        assert!(!dialect(&format!("id\ttext\n1\tThe G\\\"odel metric\n{}", "2\tPlain words\n".repeat(50))).2);
        assert!(!dialect("id\ttext\n1\tDecay of $\\nu$\n2\tOf $\\theta$ \\\\ and \\rho\n3\tPlain words\n").2);
        assert!(!dialect("id\ttext\n1\tOpen C:\\new\\table now\n2\tPlain words\n3\tMore words\n").2);
        // Without quotes around them, programs escape those of the text too.
        assert!(dialect("id\ttext\n1\tShe said \\\"no\\\" to him\n2\tPlain words\n3\tMore words\n").2);
    }
}
