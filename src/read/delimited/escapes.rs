//! What the backslashes of a table are: escapes of programs and databases, or text.

use memchr::{memchr, memchr_iter};

use super::dialect::Sample;
use super::scan::Dialect;

/// Commands of TeX that begin with a letter which databases escape controls by.
const COMMANDS: &str = "bar because begin beta bf big bigcap bigcup bigg binom bm bmod boldsymbol bot bullet nabla neg neq newline \
    newcommand noindent nolimits nonumber not notin nu rangle rceil ref rfloor rho right rightarrow rm rvert tag \
    tan tanh tau text textbf textit textrm textsc texttt tfrac therefore theta tilde times to top triangle tt";

impl Sample<'_> {
    /// Whether backslashes may be escapes: before quotes within quotes; without quotes, where all of them stand as
    /// databases write them, and none as formulas and paths do.
    pub(super) fn may_escape(&self, dialect: Dialect) -> bool {
        if let Some(quote) = dialect.quote {
            return self.bytes.windows(2).any(|pair| pair == [b'\\', quote]);
        }
        let known = [dialect.separator, dialect.line_end];
        let is_sign = |at: usize| self.bytes[at] != b'\\';
        let is_known = |at: usize| b"ntrbN0Z\\".contains(&self.bytes[at]) || known.contains(&self.bytes[at]);
        escapes(self.bytes).any(is_sign)
            && escapes(self.bytes).all(|at| is_known(at) && !self.is_command(at))
            && !self.has_paths()
    }

    /// Whether the letters from `at` on, behind a backslash, are a command of TeX. A line end stands right behind a sentence
    /// for the most part, a command behind a space or a sign.
    fn is_command(&self, at: usize) -> bool {
        let bytes = &self.bytes[at..];
        let name = &bytes[..bytes.iter().position(|b| !b.is_ascii_alphabetic()).unwrap_or(bytes.len())];
        let before = at.checked_sub(2).map_or(b' ', |before| self.bytes[before]);
        COMMANDS.split(' ').any(|command| command.as_bytes() == name)
            && !before.is_ascii_alphanumeric()
            && !b".,;:!?".contains(&before)
            && before.is_ascii()
    }

    /// Whether names of files with a drive stand in the head.
    fn has_paths(&self) -> bool {
        let is_drive = |w: &[u8]| w[1].is_ascii_alphabetic() && w[2..4] == *b":\\" && !w[0].is_ascii_alphanumeric();
        self.bytes.windows(5).any(|w| is_drive(w) && w[4] != b'\\')
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
            escapes(self.bytes).all(|at| known.contains(&self.bytes[at])) && inner().any(ends_word)
        };
        inner().next().is_some() && inner().all(is_escaped) && (some_quoted || of_quotes())
    }
}

/// Where the bytes stand that backslashes take the meaning from.
fn escapes(bytes: &[u8]) -> impl Iterator<Item = usize> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let found = at + memchr(b'\\', bytes.get(at..)?)?;
        at = found + 2;
        (found + 1 < bytes.len()).then_some(found + 1)
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
        assert!(!dialect("id\ttext\n1\tOpen C:\\temp\\New folder\n2\tPlain words\n3\tMore words\n").2);
        // Line ends of verses, in lower case.
        assert!(dialect("0\tthe council met on monday\\nrain fell all night\\nthe end\n1\tno more\\nof it\n").2);
        // Without quotes around them, programs escape those of the text too.
        assert!(dialect("id\ttext\n1\tShe said \\\"no\\\" to him\n2\tPlain words\n3\tMore words\n").2);
    }
}
