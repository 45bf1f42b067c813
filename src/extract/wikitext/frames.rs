//! Open constructs of wikitext while it is read, and what of a template's arguments is shown.

use super::marks::{BAR, QUOTE_OPEN};
use super::templates::{Shown, Words, named_text};

/// The longest name of an argument, in bytes.
const MAX_NAME_BYTES: usize = 48;

/// The pairs of numbers and units that a quantity has at most.
const MAX_QUANTITY: usize = 6;

/// Words between the two numbers of a quantity.
const RANGES: &[&str] = &[
    "to", "and", "or", "by", "x", "×", "-", "–", "—", "+/-", "±", "to(-)", "and(-)", "xx", "*", "e", "a", "à", "y",
    "o", "ou", "et", "und", "bis", "إلى", "الى", "و", "أو", "до", "и", "تا", "至",
];

/// One open construct.
pub(super) struct Frame {
    pub(super) kind: FrameKind,
    /// Where its content begins in the output.
    pub(super) start: usize,
    /// Where its content begins in the source.
    pub(super) source: usize,
}

/// Which construct.
pub(super) enum FrameKind {
    /// `{{` and more.
    Braces { count: usize, arguments: Arguments },
    /// `{|`, or `<table>`.
    Table { is_html: bool },
    /// `[[` with words to show; where its first bar stands in the source.
    Link { bar: Option<usize> },
    /// `[[` whose content goes.
    Hidden,
    /// `[http://…`, or the same in double brackets.
    External { is_double: bool },
    /// `-{`: where the words of the first variant end in the output; whether nothing is shown.
    Variant { end: Option<usize>, is_hidden: bool },
}

/// What is to be done with an argument.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Choice {
    /// It is shown instead of what there is.
    Replace,
    /// It is shown after what there is, this between.
    Append(&'static str),
    /// It goes.
    Drop,
}

/// The arguments of a template as they come: what is shown stands at the head of its content, the rest is cut off.
pub(super) struct Arguments {
    pub(super) shown: Shown,
    choice: Choice,
    positional: u32,
    /// How many were taken.
    taken: u8,
    /// How good the argument is that is shown.
    rank: u8,
    /// Where what is shown ends in the output.
    end: usize,
    ends: [usize; MAX_QUANTITY],
}

impl Arguments {
    /// Those of a template whose content begins at `start` of the output.
    pub(super) fn new(shown: Shown, start: usize) -> Self {
        let ends = [start; MAX_QUANTITY];
        Self { shown, choice: Choice::Drop, positional: 0, taken: 0, rank: 0, end: start, ends }
    }

    /// Takes what follows as the first argument: the value of a function stands after its colon.
    pub(super) fn begin_function(&mut self) {
        self.positional = 1;
        self.choice = Choice::Replace;
        self.taken = 1;
    }

    /// Ends an argument at a bar; gives how many bytes of the source after the bar are not content of the next, `rest`.
    pub(super) fn next(&mut self, out: &mut String, start: usize, rest: &str) -> usize {
        if self.shown == Shown::Nothing {
            out.push(BAR);
            return 0;
        }
        self.end_argument(out, start);
        let (name, skipped) = argument_name(rest);
        let value = rest[skipped..].trim_start();
        let skipped = rest.len() - value.len();
        let is_blank = value.starts_with('|') || value.starts_with("}}");
        self.choice = self.choose(name, value, is_blank);
        match self.choice {
            Choice::Replace => {
                out.truncate(start);
                let before = match self.shown {
                    Shown::Words(Words { before, .. }) => before,
                    Shown::Quote => {
                        out.push_str("\n\n");
                        out.push(QUOTE_OPEN);
                        ""
                    }
                    _ => "",
                };
                out.push_str(before);
                self.taken = 1;
            }
            Choice::Append(between) => {
                out.push_str(between);
                self.taken = self.taken.saturating_add(1);
            }
            Choice::Drop => {}
        }
        skipped
    }

    fn choose(&mut self, name: Option<&str>, value: &str, is_blank: bool) -> Choice {
        let named = match name.map(str::parse::<u32>) {
            Some(Ok(number)) => {
                self.positional = number;
                None
            }
            Some(Err(_)) => name,
            None => {
                self.positional = self.positional.saturating_add(1);
                None
            }
        };
        let at = self.positional;
        if is_blank {
            return Choice::Drop;
        }
        if let Some(name) = named {
            return self.choose_named(name);
        }
        match self.shown {
            Shown::Words(Words { between, most, .. }) if at <= u32::from(most) => {
                // A date goes on with figures alone.
                let goes_on = between != "-" || value.starts_with(|c: char| c.is_numeric());
                self.first_or(at, if goes_on { Choice::Append(between) } else { Choice::Drop })
            }
            Shown::Quantity if at <= MAX_QUANTITY as u32 => self.first_or(at, Choice::Append(" ")),
            Shown::Value | Shown::Quote => self.first_or(at, Choice::Drop),
            Shown::Link if at == 1 && self.rank == 0 => self.replace(1),
            Shown::Last => Choice::Replace,
            _ => Choice::Drop,
        }
    }

    fn choose_named(&mut self, name: &str) -> Choice {
        match self.shown {
            Shown::Value if self.taken > 0 && matches!(name, "u" | "ul" | "unit" | "وحدة") => Choice::Append(" "),
            Shown::Value if self.taken > 0 && name == "e" => Choice::Append("×10^"),
            Shown::Link | Shown::Quote => match named_text(name) {
                Some(rank) if rank > self.rank => self.replace(rank),
                _ => Choice::Drop,
            },
            _ => Choice::Drop,
        }
    }

    fn first_or(&mut self, at: u32, later: Choice) -> Choice {
        match self.taken {
            0 => self.replace(1),
            // An argument that is given twice or out of order.
            _ if at <= 1 => Choice::Drop,
            _ => later,
        }
    }

    fn replace(&mut self, rank: u8) -> Choice {
        if rank < self.rank {
            return Choice::Drop;
        }
        self.rank = rank;
        Choice::Replace
    }

    fn end_argument(&mut self, out: &mut String, start: usize) {
        if self.choice == Choice::Drop {
            out.truncate(self.end);
            return;
        }
        while out.len() > start && out.ends_with([' ', '\n', '\t']) {
            out.pop();
        }
        self.end = out.len();
        if let Some(end) = usize::from(self.taken).checked_sub(1).and_then(|at| self.ends.get_mut(at)) {
            *end = out.len();
        }
    }

    /// Ends the template: leaves what is shown, and gives whether that is anything.
    pub(super) fn finish(&mut self, out: &mut String, start: usize, title: &str) -> bool {
        if self.shown == Shown::Nothing {
            out.truncate(start);
            return false;
        }
        self.end_argument(out, start);
        match self.shown {
            Shown::Text(text) => {
                out.truncate(start);
                out.push_str(text);
            }
            Shown::Title => {
                out.truncate(start);
                out.push_str(title);
            }
            Shown::Words(words) if self.taken == 0 => out.push_str(words.before.trim_end()),
            Shown::Words(words) if self.taken == words.most => out.push_str(words.after),
            Shown::Quantity => out.truncate(self.quantity_end(out, start)),
            _ => {}
        }
        out.len() > start
    }

    /// Where a quantity ends in the output.
    fn quantity_end(&self, out: &str, start: usize) -> usize {
        let ends = &self.ends[..usize::from(self.taken).min(MAX_QUANTITY)];
        let argument = |at: usize| {
            let from = if at == 0 { start } else { ends[at - 1] };
            out.get(from..ends[at]).unwrap_or("").trim()
        };
        let is_number = |text: &str| text.starts_with(|c: char| c.is_numeric() || c == '-' || c == '−');
        let mut taken = ends.len().min(2);
        if ends.len() >= 4 && RANGES.contains(&argument(1)) {
            taken = 4;
        } else {
            while taken + 2 <= ends.len() && is_number(argument(taken)) && !is_number(argument(taken + 1)) {
                taken += 2;
            }
        }
        taken.checked_sub(1).map_or(start, |last| ends[last])
    }
}

/// The name of the argument that `rest` begins with, and the length of it with its equals sign; none for a positional one.
fn argument_name(rest: &str) -> (Option<&str>, usize) {
    let bytes = rest.as_bytes();
    let near = &bytes[..bytes.len().min(MAX_NAME_BYTES)];
    let stop = near.iter().position(|b| matches!(b, b'=' | b'|' | b'{' | b'}' | b'[' | b']' | b'<' | b'&'));
    match stop {
        Some(end) if near[end] == b'=' => (Some(rest[..end].trim()), end + 1),
        _ => (None, 0),
    }
}
