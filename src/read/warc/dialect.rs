//! What WARC and ARC have of their own: how a record begins and what its head says.

use super::passed::Passed;

/// What a record is, by its head.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// What a server answered, mostly over HTTP.
    Response,
    /// A file without what a server said of it.
    Resource,
    /// A page that was made into something else, such as text.
    Conversion,
    /// No article, whatever is in it.
    Other(Passed),
}

/// What the head of a record says.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Head {
    /// The type of the record.
    pub(super) kind: Kind,
    /// Bytes of its block; an error with what stands there instead of a number; none where it is not said.
    pub(super) length: Option<Result<u64, String>>,
    /// The media type of the block.
    pub(super) content_type: Option<String>,
    /// What the crawler took the payload for.
    pub(super) payload_type: Option<String>,
    /// The address.
    pub(super) url: Option<String>,
    /// The id of the record, as written.
    pub(super) source_id: Option<String>,
    /// The first language that was found in it.
    pub(super) language: Option<String>,
}

/// What came of reading a head.
pub(super) enum Parsed {
    /// The head, and its length with the blank line or line end that closes it.
    Head(Box<Head>, usize),
    /// It goes on beyond the bytes at hand.
    More,
    /// It is no head; what is wrong with it.
    Bad(String),
}

/// A format of web archives: records of a head, a block whose length the head gives, and a trailer.
pub(super) trait Dialect {
    /// The reason of a record that is damaged.
    const REASON: &'static str;
    /// How a record begins, for messages.
    const EXPECTED: &'static str;
    /// Bytes that [`Dialect::begins`] and [`Dialect::is_plausible`] want to see.
    const LOOK_BYTES: usize;
    /// Bytes before a cut in which the beginning of a record may hide from [`Dialect::find`].
    const OVERLAP_BYTES: usize;
    /// Line ends after which a block is known to have ended whatever follows; none where they prove nothing.
    const TRAILER_LINES: Option<usize>;

    /// Where in `bytes` the first line stands that may begin a record. `line_start` says that `bytes` begin a line.
    fn find(bytes: &[u8], line_start: bool) -> Option<usize>;

    /// Whether a record begins at the first byte, after the block of another.
    fn begins(bytes: &[u8]) -> bool;

    /// Whether a record begins at the first byte, which stands amid anything.
    fn is_plausible(bytes: &[u8]) -> bool;

    /// Reads a head; `ended` says that no bytes follow.
    fn parse(bytes: &[u8], ended: bool) -> Parsed;
}
