//! Everything that is known of one document once it was judged, and once duplicates were chosen.

use serde::{Deserialize, Serialize};

use super::document::{ByteSpan, DocumentId, Metadata};
use super::verdict::{Judgement, Verdict};

/// One document after reading, cleaning and filtering.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    /// Its identity.
    pub id: DocumentId,
    /// The source that it stands in.
    pub source: String,
    /// Its ordinal there.
    pub record: u64,
    /// Its bytes there.
    pub bytes: Option<ByteSpan>,
    /// What is known beside the text.
    pub metadata: Metadata,
    /// What was measured on its text; none without text.
    pub measures: Option<Measures>,
    /// Characters of the text that cleaning was given.
    pub chars_read: u64,
    /// Lines that cleaning removed or moved.
    pub lines_removed: u32,
    /// Why it was taken out; none where it passed.
    pub judgement: Option<Judgement>,
}

/// What was measured on the text of a cleaned document.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Measures {
    /// ISO 639-3.
    pub language: String,
    /// ISO 15924.
    pub script: String,
    /// How sure the language is, 0 to 1.
    pub language_score: f32,
    /// xxh3-128 of the text.
    pub content_hash: u128,
    /// Characters of the text.
    pub chars: u64,
    /// Words of it.
    pub words: u64,
    /// In order of the filters' signals.
    pub signals: Vec<f32>,
}

impl Outcome {
    /// Characters of the cleaned text; 0 without text.
    pub fn chars(&self) -> u64 {
        self.measures.as_ref().map_or(0, |m| m.chars)
    }

    /// What cluster sources are counted by: the host of the address, else the source.
    pub fn site_or_source(&self) -> String {
        self.metadata.url.as_deref().and_then(host).unwrap_or_else(|| self.source.clone())
    }
}

/// The host of an address in lower case, without `www.`; none where it has none.
pub fn host(url: &str) -> Option<String> {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next()?;
    let host = authority.rsplit('@').next()?.split(':').next()?.to_lowercase();
    let host = host.strip_prefix("www.").unwrap_or(&host);
    (host.contains('.') && !host.contains(char::is_whitespace)).then(|| host.to_owned())
}

/// What selection among duplicates made of a document.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Selection {
    /// The first document by origin with the same folded text.
    pub group: Option<DocumentId>,
    /// The keeper that it is a duplicate of, with the evidence.
    pub duplicate: Option<Duplicate>,
    /// Documents that name this one, and itself; 1 where alone.
    pub cluster_size: u32,
    /// Distinct sites among them.
    pub cluster_sources: u32,
}

/// A keeper and why the document is its duplicate.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Duplicate {
    /// The document that is kept.
    pub keeper: DocumentId,
    /// The larger of Jaccard and the containment in the keeper.
    pub similarity: f64,
    /// Whether the folded texts are equal.
    pub exact: bool,
}

impl Selection {
    /// The verdict on a document that was judged so.
    pub fn verdict(&self, judgement: Option<&Judgement>) -> Verdict {
        match (judgement, self.duplicate) {
            (Some(judgement), _) => judgement.verdict,
            (None, Some(_)) => Verdict::Duplicate,
            (None, None) => Verdict::Kept,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_the_name_without_www_port_and_user() {
        assert_eq!(host("https://www.Example.org:8080/a?b").as_deref(), Some("example.org"));
        assert_eq!(host("example.org/a").as_deref(), Some("example.org"));
        assert_eq!(host("http://u:p@خبر.example/").as_deref(), Some("خبر.example"));
        assert_eq!(host("no address"), None);
    }
}
