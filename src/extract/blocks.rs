//! A tree of HTML to lines of text: blocks with kinds, white space as a browser shows it.

use ego_tree::NodeRef;
use scraper::Node;

use crate::model::document::Block;
use crate::model::paragraph::{Kind, PARAGRAPH_BREAK};

/// Below this depth of the tree the text is taken without its structure.
const MAX_WALK: usize = 1200;

/// One block on its way into a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct TextBlock {
    /// What the markup says it is.
    pub(super) kind: Kind,
    /// Its lines, none of them empty but in code.
    pub(super) lines: Vec<String>,
}

/// The text of a document, blocks set apart by a blank line, and where in it each block stands.
pub(super) fn join(blocks: &[TextBlock]) -> (String, Vec<Block>) {
    let (mut text, mut spans, mut line) = (String::new(), Vec::with_capacity(blocks.len()), 0u32);
    for block in blocks {
        if !text.is_empty() {
            text.push_str(PARAGRAPH_BREAK);
            line += 1;
        }
        text.push_str(&block.lines.join("\n"));
        let end = line + u32::try_from(block.lines.len()).expect("a page has fewer lines than bytes, at most 8 MB");
        spans.push(Block { kind: block.kind, lines: line..end });
        line = end;
    }
    (text, spans)
}

/// The blocks below a node, in order; nothing of scripts, forms and embedded objects.
pub(super) fn blocks_of(root: NodeRef<'_, Node>) -> Vec<TextBlock> {
    let mut writer = Writer::default();
    writer.children(root, 0);
    writer.flush();
    writer.blocks
}

/// How an element stands in the text.
enum Shape {
    Hidden,
    Break,
    Heading,
    List,
    Quote,
    Preformatted,
    Table,
    Block,
    Inline,
}

fn shape(name: &str) -> Shape {
    match name {
        "script" | "style" | "template" | "noscript" | "head" | "iframe" | "object" | "embed" | "svg" | "canvas"
        | "audio" | "video" | "select" | "textarea" | "button" | "input" | "datalist" | "map" | "rp" => Shape::Hidden,
        "br" => Shape::Break,
        "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => Shape::Heading,
        "ul" | "ol" | "dl" | "menu" | "dir" => Shape::List,
        "blockquote" => Shape::Quote,
        "pre" | "xmp" | "listing" | "plaintext" => Shape::Preformatted,
        "table" => Shape::Table,
        "html" | "body" | "p" | "div" | "section" | "article" | "main" | "header" | "footer" | "aside" | "nav"
        | "hgroup" | "address" | "figure" | "figcaption" | "details" | "summary" | "form" | "fieldset" | "legend"
        | "center" | "hr" | "li" | "dt" | "dd" | "caption" | "thead" | "tbody" | "tfoot" | "tr" | "td" | "th"
        | "dialog" | "search" | "optgroup" | "option" | "noframes" => Shape::Block,
        _ => Shape::Inline,
    }
}

fn name<'a>(node: NodeRef<'a, Node>) -> &'a str {
    node.value().as_element().map_or("", |element| element.name())
}

/// Whether what stands below a node is not seen.
pub(super) fn is_hidden(node: NodeRef<'_, Node>) -> bool {
    matches!(shape(name(node)), Shape::Hidden)
}

/// Whether a node is a link.
pub(super) fn is_link(node: NodeRef<'_, Node>) -> bool {
    name(node) == "a"
}

/// Whether a node stands within a line.
pub(super) fn is_inline(node: NodeRef<'_, Node>) -> bool {
    node.value().is_element() && matches!(shape(name(node)), Shape::Inline)
}

/// Collects lines into blocks.
#[derive(Default)]
struct Writer {
    blocks: Vec<TextBlock>,
    /// The finished lines of the block at work.
    lines: Vec<String>,
    /// The line at work, without white space at its end.
    line: String,
    /// A white space stands between the line and what comes next.
    gap: bool,
    /// Line breaks since the last text.
    breaks: usize,
    quoted: usize,
    heading: usize,
}

impl Writer {
    fn children(&mut self, node: NodeRef<'_, Node>, depth: usize) {
        for child in node.children() {
            self.node(child, depth + 1);
        }
    }

    fn node(&mut self, node: NodeRef<'_, Node>, depth: usize) {
        if let Node::Text(text) = node.value() {
            return self.text(text);
        }
        if depth > MAX_WALK {
            return node.descendants().filter_map(|below| below.value().as_text()).for_each(|text| self.text(text));
        }
        match shape(name(node)) {
            Shape::Hidden => {}
            Shape::Inline if is_code_block(node) => self.code(node),
            Shape::Inline => self.children(node, depth),
            Shape::Break => self.line_break(),
            Shape::Preformatted => self.code(node),
            Shape::List if is_plain_list(node) => self.rows(node, Kind::List),
            Shape::Table if is_data_table(node) => self.rows(node, Kind::Table),
            Shape::Heading => {
                self.nested(node, depth, |writer, step| writer.heading = writer.heading.wrapping_add_signed(step))
            }
            Shape::Quote => {
                self.nested(node, depth, |writer, step| writer.quoted = writer.quoted.wrapping_add_signed(step))
            }
            Shape::Block | Shape::List | Shape::Table => self.nested(node, depth, |_, _| {}),
        }
    }

    /// A block of its own, with a counter that is up while its children are written.
    fn nested(&mut self, node: NodeRef<'_, Node>, depth: usize, count: fn(&mut Self, isize)) {
        self.flush();
        count(self, 1);
        self.children(node, depth);
        self.flush();
        count(self, -1);
    }

    fn text(&mut self, text: &str) {
        let space = |c: char| matches!(c, ' ' | '\t' | '\n' | '\r' | '\u{C}');
        let words = text.split(space).filter(|word| !word.is_empty());
        self.gap |= text.starts_with(space);
        for word in words {
            if self.breaks >= 2 {
                self.flush();
            }
            if self.breaks == 1 {
                self.end_line();
            }
            self.breaks = 0;
            if self.gap && !self.line.is_empty() {
                self.line.push(' ');
            }
            self.line.push_str(word);
            self.gap = true;
        }
        if text.ends_with(|c: char| !space(c)) {
            self.gap = false;
        }
    }

    fn line_break(&mut self) {
        if !(self.line.is_empty() && self.lines.is_empty()) {
            self.breaks += 1;
            self.gap = false;
        }
    }

    fn end_line(&mut self) {
        let line = std::mem::take(&mut self.line);
        if has_text(&line) {
            self.lines.push(line);
        }
    }

    fn flush(&mut self) {
        self.end_line();
        (self.gap, self.breaks) = (false, 0);
        let kind = match (self.heading, self.quoted) {
            (1.., _) => Kind::Heading,
            (_, 1..) => Kind::Quote,
            _ => Kind::Paragraph,
        };
        let lines = std::mem::take(&mut self.lines);
        self.push(kind, lines);
    }

    fn push(&mut self, kind: Kind, lines: Vec<String>) {
        if !lines.is_empty() {
            self.blocks.push(TextBlock { kind, lines });
        }
    }

    /// Preformatted text, its lines as they stand.
    fn code(&mut self, node: NodeRef<'_, Node>) {
        self.flush();
        let mut text = String::new();
        for below in node.descendants() {
            match below.value() {
                Node::Text(piece) => text.push_str(piece),
                Node::Element(element) if element.name() == "br" => text.push('\n'),
                _ => {}
            }
        }
        let lines: Vec<String> = text.lines().map(|line| line.trim_end().to_string()).collect();
        let first = lines.iter().position(|line| has_text(line)).unwrap_or(lines.len());
        let last = lines.iter().rposition(|line| has_text(line)).map_or(first, |last| last + 1);
        self.push(Kind::Code, lines[first..last].to_vec());
    }

    /// A list or a table: one line an item or row.
    fn rows(&mut self, node: NodeRef<'_, Node>, kind: Kind) {
        self.flush();
        let mut rows = Rows { table: kind == Kind::Table, ..Rows::default() };
        rows.walk(node, 0);
        rows.end();
        let (captions, lines) = (rows.captions, rows.lines);
        self.push(Kind::Paragraph, captions);
        self.push(kind, lines);
    }
}

/// The lines of a list or table.
#[derive(Default)]
struct Rows {
    table: bool,
    lines: Vec<String>,
    captions: Vec<String>,
    /// The cells of the row at work; of a list, its one item.
    cells: Vec<Writer>,
}

impl Rows {
    fn walk(&mut self, node: NodeRef<'_, Node>, depth: usize) {
        for child in node.children() {
            let begins = match name(child) {
                "li" | "dt" | "dd" => !self.table,
                "tr" => self.table,
                "td" | "th" if self.table => {
                    self.cells.push(Writer::default());
                    false
                }
                "caption" if self.table => {
                    self.captions.extend(one_line(child));
                    continue;
                }
                _ => false,
            };
            if begins {
                self.end();
            }
            match child.value() {
                // White space between the tags of a table is no cell.
                Node::Text(text) if self.table && self.cells.is_empty() && !has_text(text) => {}
                Node::Text(text) => self.cell().text(text),
                Node::Element(element) => {
                    let shape = shape(element.name());
                    let apart = !matches!(shape, Shape::Inline | Shape::Hidden);
                    self.cells.iter_mut().last().into_iter().for_each(|cell| cell.gap |= apart);
                    if depth < MAX_WALK && !matches!(shape, Shape::Hidden) {
                        self.walk(child, depth + 1);
                    }
                    self.cells.iter_mut().last().into_iter().for_each(|cell| cell.gap |= apart);
                }
                _ => {}
            }
            if begins {
                self.end();
            }
        }
    }

    fn cell(&mut self) -> &mut Writer {
        if self.cells.is_empty() {
            self.cells.push(Writer::default());
        }
        self.cells.last_mut().expect("a cell was just made")
    }

    fn end(&mut self) {
        let cells: Vec<String> = self.cells.drain(..).map(|cell| cell.line).collect();
        if cells.iter().any(|cell| has_text(cell)) {
            self.lines.push(cells.join(" | "));
        }
    }
}

/// All text below a node as one line, if there is any.
pub(super) fn one_line(node: NodeRef<'_, Node>) -> Option<String> {
    let mut writer = Writer::default();
    for below in node.descendants() {
        match below.value() {
            Node::Text(text) => writer.text(text),
            Node::Element(element) if !matches!(shape(element.name()), Shape::Inline) => writer.gap = true,
            _ => {}
        }
    }
    has_text(&writer.line).then_some(writer.line)
}

fn has_text(line: &str) -> bool {
    line.chars().any(|c| !c.is_whitespace())
}

/// Whether inline code stands on several lines, as a block.
fn is_code_block(node: NodeRef<'_, Node>) -> bool {
    name(node) == "code"
        && node.descendants().filter_map(|below| below.value().as_text()).any(|text| text.trim().contains('\n'))
}

/// Whether the items of a list are lines: no headings, tables, code or quotes in it, no item of several paragraphs.
fn is_plain_list(list: NodeRef<'_, Node>) -> bool {
    let (mut paragraphs, mut items) = (0usize, 0usize);
    for below in list.descendants().skip(1) {
        match name(below) {
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "table" | "pre" | "blockquote" | "figure" => return false,
            "li" | "dt" | "dd" => items += 1,
            "p" => paragraphs += 1,
            _ => {}
        }
    }
    items > 0 && paragraphs <= items
}

/// Whether a table holds data, not the layout of a page: no tables, headings or lists in its cells, some row of two
/// cells, and fewer paragraphs than cells.
fn is_data_table(table: NodeRef<'_, Node>) -> bool {
    let (mut rows, mut cells, mut paragraphs) = (0usize, 0usize, 0usize);
    for below in table.descendants().skip(1) {
        match name(below) {
            "table" | "h1" | "h2" | "h3" | "h4" | "pre" | "blockquote" => return false,
            "tr" => rows += 1,
            "td" | "th" => cells += 1,
            "p" => paragraphs += 1,
            _ => {}
        }
    }
    cells > rows && paragraphs <= cells
}

#[cfg(test)]
mod tests {
    use super::*;
    use scraper::Html;

    fn blocks(html: &str) -> Vec<(Kind, Vec<String>)> {
        blocks_of(Html::parse_fragment(html).tree.root()).into_iter().map(|b| (b.kind, b.lines)).collect()
    }

    fn one(kind: Kind, lines: &[&str]) -> (Kind, Vec<String>) {
        (kind, lines.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn white_space_is_collapsed_as_a_browser_does() {
        assert_eq!(
            blocks("<p> one\n  <b>two</b>three <i> four</i> </p>five&amp;six&nbsp;seven"),
            [one(Kind::Paragraph, &["one twothree four"]), one(Kind::Paragraph, &["five&six\u{A0}seven"])]
        );
    }

    #[test]
    fn one_line_break_is_a_line_and_two_are_a_paragraph() {
        assert_eq!(
            blocks("<p>سطر<br>سطر ثان<br><br>فقرة<br/> <br>أخرى<br></p>"),
            [
                one(Kind::Paragraph, &["سطر", "سطر ثان"]),
                one(Kind::Paragraph, &["فقرة"]),
                one(Kind::Paragraph, &["أخرى"])
            ]
        );
    }

    #[test]
    fn a_list_is_one_block_with_a_line_an_item_at_any_depth() {
        assert_eq!(
            blocks("<ul>\n<li><p>a</p> b</li><li>c<ul><li>d</li><li>e</li></ul>f</li></ul>"),
            [one(Kind::List, &["a b", "c", "d", "e", "f"])]
        );
    }

    #[test]
    fn a_list_of_sections_is_walked_as_sections() {
        assert_eq!(
            blocks("<ol><li><h3>First</h3><p>a</p><p>b</p></li></ol>"),
            [one(Kind::Heading, &["First"]), one(Kind::Paragraph, &["a"]), one(Kind::Paragraph, &["b"])]
        );
    }

    #[test]
    fn a_table_has_a_line_a_row_and_keeps_empty_cells() {
        let table = "<table><caption>Cap</caption><tr><th>a</th><th>b</th></tr> <tr>\n<td></td><td>1</td> <td>x<br>y</td></tr><tr><td></td><td> </td></tr></table>";
        assert_eq!(blocks(table), [one(Kind::Paragraph, &["Cap"]), one(Kind::Table, &["a | b", " | 1 | x y"])]);
    }

    #[test]
    fn a_table_of_layout_is_walked_as_blocks() {
        assert_eq!(
            blocks("<table><tr><td><p>a</p><p>b</p></td></tr></table>"),
            [one(Kind::Paragraph, &["a"]), one(Kind::Paragraph, &["b"])]
        );
    }

    #[test]
    fn code_keeps_its_lines_and_indentation() {
        assert_eq!(
            blocks("<pre>\n\nfn main() {\n    run();\n\n}\n</pre><p>see <code>x</code></p>"),
            [one(Kind::Code, &["fn main() {", "    run();", "", "}"]), one(Kind::Paragraph, &["see x"])]
        );
    }

    #[test]
    fn headings_and_quotes_are_named_and_code_of_the_page_is_hidden() {
        assert_eq!(
            blocks("<h2>H</h2><blockquote><p>q</p>r</blockquote><script>s</script><noscript>n</noscript><p>t</p>"),
            [
                one(Kind::Heading, &["H"]),
                one(Kind::Quote, &["q"]),
                one(Kind::Quote, &["r"]),
                one(Kind::Paragraph, &["t"])
            ]
        );
    }

    #[test]
    fn spans_of_blocks_point_at_their_own_lines() {
        let made = blocks_of(Html::parse_fragment("<p>a<br>b</p><pre>c\n\nd</pre><p>e</p>").tree.root());
        let (text, spans) = join(&made);
        assert_eq!(text, "a\nb\n\nc\n\nd\n\ne");
        let lines: Vec<&str> = text.split('\n').collect();
        for (span, block) in spans.iter().zip(&made) {
            assert_eq!(lines[span.lines.start as usize..span.lines.end as usize], block.lines);
        }
    }
}
