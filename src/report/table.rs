//! Tables and lines of text for a terminal, readable without colour and in any direction of writing.

use comfy_table::presets::NOTHING;
use comfy_table::{CellAlignment, Table};

/// A size in the unit of thousands that it fills: `812 B`, `4.1 kB`, `193.0 MB`.
pub fn size(bytes: u64) -> String {
    let (mut value, mut unit) = (bytes as f64, "B");
    for larger in ["kB", "MB", "GB", "TB"] {
        // What rounds to a thousand is one of the next.
        if value < 999.95 {
            break;
        }
        (value, unit) = (value / 1000.0, larger);
    }
    if unit == "B" { format!("{bytes} B") } else { format!("{value:.1} {unit}") }
}

/// A table with a head, columns of `right` (by index) aligned to the right.
pub fn render(head: &[&str], rows: Vec<Vec<String>>, right: &[usize]) -> String {
    let mut table = Table::new();
    table.load_style(NOTHING);
    table.set_header(head.iter().copied());
    for row in rows {
        table.add_row(row);
    }
    for index in right {
        if let Some(column) = table.column_mut(*index) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    let lines: Vec<String> = table.lines().map(|line| line.trim_end().to_owned()).collect();
    format!("{}\n", lines.join("\n"))
}

/// Text of any script within a line of another: right-to-left text is set apart by isolates, so that it does not turn the rest.
pub fn isolated(text: &str) -> String {
    if text.chars().any(is_right_to_left) { format!("\u{2068}{text}\u{2069}") } else { text.to_owned() }
}

fn is_right_to_left(c: char) -> bool {
    matches!(c, '\u{0590}'..='\u{08FF}' | '\u{FB1D}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFF}' | '\u{10800}'..='\u{10FFF}' | '\u{1E800}'..='\u{1EFFF}')
}

/// At most `chars` characters of the first line of `text`.
pub fn shortened(text: &str, chars: usize) -> String {
    let mut line: String = text.lines().next().unwrap_or("").chars().take(chars + 1).collect();
    if line.chars().count() > chars || text.lines().nth(1).is_some() {
        line = line.chars().take(chars.saturating_sub(1)).collect();
        line.push('…');
    }
    line
}

/// A share as a percentage with one digit after the point.
pub fn percent(part: u64, whole: u64) -> String {
    if whole == 0 { "–".to_owned() } else { format!("{:.1} %", 100.0 * part as f64 / whole as f64) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn right_to_left_text_is_set_apart_and_other_text_is_not() {
        assert_eq!(isolated("خبر"), "\u{2068}خبر\u{2069}");
        assert_eq!(isolated("news"), "news");
    }

    #[test]
    fn sizes_fill_their_unit() {
        let shown: Vec<String> = [0, 999, 1000, 999_949, 999_950, 193_000_000, u64::MAX].map(size).into();
        assert_eq!(shown, ["0 B", "999 B", "1.0 kB", "999.9 kB", "1.0 MB", "193.0 MB", "18446744.1 TB"]);
    }

    #[test]
    fn a_long_text_is_cut_with_a_mark() {
        assert_eq!(shortened("abcdef", 4), "abc…");
        assert_eq!(shortened("abcd", 4), "abcd");
        assert_eq!(shortened("ab\ncd", 4), "ab…");
    }
}
