//! How elements nest.

/// How an element takes part in nesting.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// Never holds anything.
    Void,
    /// Its content is text up to its end tag.
    Raw,
    /// Left open by the end of a block, and opened again in the next.
    Formatting,
    /// Ends where another of its kind begins.
    Implied,
    /// End tags of other elements do not reach beyond it.
    Barrier,
    /// Any other block.
    Block,
    /// Any other element.
    Inline,
}

/// The role of the element of this name, in lower case.
pub(super) fn role(name: &[u8]) -> Role {
    match name {
        b"area" | b"base" | b"br" | b"col" | b"embed" | b"hr" | b"img" | b"input" | b"keygen" | b"link" | b"meta"
        | b"param" | b"source" | b"track" | b"wbr" | b"frame" | b"html" | b"head" | b"body" => Role::Void,
        b"script" | b"style" | b"textarea" | b"title" | b"xmp" | b"iframe" | b"noembed" | b"noframes" => Role::Raw,
        b"a" | b"b" | b"big" | b"code" | b"em" | b"font" | b"i" | b"nobr" | b"s" | b"small" | b"strike" | b"strong"
        | b"tt" | b"u" => Role::Formatting,
        b"p" | b"li" | b"dt" | b"dd" | b"option" | b"optgroup" | b"tr" | b"thead" | b"tbody" | b"tfoot" | b"rp"
        | b"rt" => Role::Implied,
        b"td" | b"th" | b"table" | b"caption" | b"button" | b"object" | b"template" | b"svg" | b"math" => Role::Barrier,
        b"div" | b"section" | b"article" | b"main" | b"aside" | b"nav" | b"header" | b"footer" | b"ul" | b"ol"
        | b"dl" | b"blockquote" | b"center" | b"form" | b"fieldset" | b"figure" | b"pre" | b"details" | b"address"
        | b"h1" | b"h2" | b"h3" | b"h4" | b"h5" | b"h6" => Role::Block,
        _ => Role::Inline,
    }
}
