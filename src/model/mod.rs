//! The values that stages hand to one another: documents, paragraphs, verdicts, tallies.
//!
//! Nothing here reads, writes or decides; every other layer imports these types and none is imported by them.

pub mod document;
pub mod lines;
pub mod outcome;
pub mod paragraph;
pub mod tally;
pub mod verdict;
pub mod wiki_site;
