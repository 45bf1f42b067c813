//! Kinds of records that are no articles.

/// Why a record is no document, though nothing is wrong with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Passed {
    /// What the archive says of itself.
    Warcinfo,
    /// What was asked of a server.
    Request,
    /// What a tool says of a record.
    Metadata,
    /// A page that had not changed.
    Revisit,
    /// A later piece of a record.
    Continuation,
    /// A record of a type that is not known, or of none.
    OtherRecord,
    /// An answer that sends elsewhere.
    Redirect,
    /// An answer that there is no such page.
    ErrorPage,
    /// Nothing, or white space.
    Empty,
    /// A picture.
    Image,
    /// Sound, moving pictures, fonts.
    Media,
    /// A style sheet.
    Style,
    /// A program.
    Script,
    /// JSON, whatever it is called.
    Json,
    /// XML that is no page: feeds, site maps.
    Xml,
    /// Anything else.
    OtherType,
}

impl Passed {
    /// The name under which it is counted.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Warcinfo => "warcinfo",
            Self::Request => "request",
            Self::Metadata => "metadata",
            Self::Revisit => "revisit",
            Self::Continuation => "continuation",
            Self::OtherRecord => "other_record",
            Self::Redirect => "redirect",
            Self::ErrorPage => "error_page",
            Self::Empty => "empty",
            Self::Image => "image",
            Self::Media => "media",
            Self::Style => "style",
            Self::Script => "script",
            Self::Json => "json",
            Self::Xml => "xml",
            Self::OtherType => "other_type",
        }
    }
}

/// What the name of a media type says of its bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Media {
    /// A page.
    Html,
    /// Plain text.
    Text,
    /// It says nothing.
    Unknown,
    /// Mostly no article, but pages are served so too: the bytes say.
    PageOr(Passed),
    /// No article.
    Other(Passed),
}

/// The class of a media type with or without parameters, in any case.
pub(super) fn media_of(content_type: &str) -> Media {
    let quotes = |c: char| c.is_whitespace() || matches!(c, '"' | '\'');
    let name = content_type.trim_start_matches(quotes).split([';', ',', ' ', '\t', '"', '\'']).next();
    let name = name.unwrap_or_default().to_ascii_lowercase();
    let Some((family, sort)) = name.split_once('/') else { return Media::Unknown };
    match (family, sort) {
        ("text", "html" | "htm") | ("application", "xhtml+xml" | "xhtml" | "vnd.wap.xhtml+xml") => Media::Html,
        ("text", "plain") => Media::Text,
        ("unknown" | "*", _) | (_, "unknown" | "*" | "") => Media::Unknown,
        ("image", _) => Media::Other(Passed::Image),
        ("audio" | "video" | "font", _) => Media::Other(Passed::Media),
        ("text", "css") => Media::Other(Passed::Style),
        (_, s) if s.contains("javascript") || s.contains("ecmascript") => Media::Other(Passed::Script),
        (_, "xml") => Media::PageOr(Passed::Xml),
        ("application", "octet-stream" | "force-download" | "x-httpd-php" | "php") | ("text", "php" | "x-php") => {
            Media::PageOr(Passed::OtherType)
        }
        (_, s) if s.ends_with("json") => Media::Other(Passed::Json),
        (_, s) if s.ends_with("xml") => Media::Other(Passed::Xml),
        _ => Media::Other(Passed::OtherType),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_media_type_has_a_class_whatever_stands_around_it() {
        assert_eq!(media_of("Text/HTML; charset=windows-1256"), Media::Html);
        assert_eq!(media_of("text/html charset=utf-8"), Media::Html);
        assert_eq!(media_of("application/xhtml+xml"), Media::Html);
        assert_eq!(media_of("text/plain,text/html"), Media::Text);
        assert_eq!(media_of("\"text/html\"; charset=utf-8"), Media::Html);
        assert_eq!(media_of("'text/html'"), Media::Html);
        assert_eq!(media_of("text/xml"), Media::PageOr(Passed::Xml));
        assert_eq!(media_of("application/rss+xml"), Media::Other(Passed::Xml));
        assert_eq!(media_of("unk"), Media::Unknown);
        assert_eq!(media_of("application/ld+json"), Media::Other(Passed::Json));
        assert_eq!(media_of("application/x-javascript"), Media::Other(Passed::Script));
        assert_eq!(media_of("text/dns"), Media::Other(Passed::OtherType));
    }
}
