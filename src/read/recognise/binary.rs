//! Whether bytes that were decoded are text, where zeros stand before, behind or within it.

/// How many times the bytes of its text a file with holes may have.
const MAX_HOLE: usize = 16;

/// Bytes of text between holes, on average.
const MIN_BETWEEN_HOLES: usize = 128;

/// Zeros at an end of a file that are no part of a character.
const MIN_ZEROS: usize = 64;

/// Bytes between zeros that are enough to tell what they are.
const MIN_BETWEEN_ZEROS: usize = 128;

/// The bytes between those zeros that a disk, or a writer that was stopped, left in front of them and behind them; none
/// where there are none, or hardly anything else.
pub(super) fn without_zeros(head: &[u8]) -> Option<&[u8]> {
    // Four at a time, so that characters of several bytes stay whole.
    let run = |zeros: Option<usize>| zeros.filter(|n| *n >= MIN_ZEROS).unwrap_or(0) / 4 * 4;
    let front = run(head.iter().position(|b| *b != 0));
    let back = run(head.iter().rev().position(|b| *b != 0));
    let text = &head[front..head.len() - back];
    (front + back > 0 && text.len() >= MIN_BETWEEN_ZEROS).then_some(text)
}

/// More than one in a hundred characters is a control that no text has; one in twenty, where the name promises text.
pub(super) fn is_binary(text: &str, is_named: bool) -> bool {
    controls(text) * if is_named { 20 } else { 100 } > text.len()
}

/// Controls that texts hardly ever hold: all but tabs, line ends and escapes.
pub(super) fn controls(text: &str) -> usize {
    let is_control = |b: u8| (b <= 8) | (0x0e..=0x1f).contains(&b) & (b != 0x1b);
    // Blocks that a byte can count.
    let in_block = |block: &[u8]| usize::from(block.iter().map(|b| u8::from(is_control(*b))).sum::<u8>());
    text.as_bytes().chunks(255).map(in_block).sum()
}

/// The text in which a disk, or a writer that was stopped, left holes of NUL bytes; none where the rest is no text, the
/// file does not begin with some, or NUL bytes stand all over it.
pub(super) fn text_with_holes(text: &str, is_named: bool) -> Option<String> {
    let is_hole = |at: usize| at == 0 || text.as_bytes()[at - 1] != 0;
    let holes = memchr::memchr_iter(0, text.as_bytes()).filter(|at| is_hole(*at)).count();
    if text.starts_with('\0') {
        return None;
    }
    let rest = text.replace('\0', "");
    // A file of a few words and zeros is something else.
    let is_text = rest.len() * MAX_HOLE >= text.len() && (holes <= 1 || holes * MIN_BETWEEN_HOLES <= rest.len());
    (is_text && !is_binary(&rest, is_named)).then_some(rest)
}
