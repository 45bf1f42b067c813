//! Control characters by which the first pass over wikitext tells the second what stood there. The input has none of them:
//! they are no characters of XML, and the first pass drops them.

/// Something was removed here.
pub(super) const REMOVED: char = '\u{1D}';
/// What follows is literal text, not the markup that it looks like.
pub(super) const GUARD: char = '\u{1}';
/// Lines of code begin: at the beginning of a line.
pub(super) const CODE_OPEN: char = '\u{2}';
/// Lines of code end: at the beginning of a line.
pub(super) const CODE_CLOSE: char = '\u{3}';
/// A quotation begins.
pub(super) const QUOTE_OPEN: char = '\u{4}';
/// A quotation ends.
pub(super) const QUOTE_CLOSE: char = '\u{5}';
/// A line ends within a paragraph.
pub(super) const BREAK: &str = "\u{6}";
/// A bar of a template or table that is not closed.
pub(super) const BAR: char = '\u{E}';

/// Whether a byte is a control character other than tab and line feed.
pub(super) const fn is_control(byte: u8) -> bool {
    matches!(byte, 0..=8 | 0x0b..=0x1f | 0x7f)
}
