//! Turns raw article dumps into a training corpus: filtered, deduplicated, cut into paragraphs, in Parquet shards with a manifest.
//!
//! ```text
//! inputs ─ read ─ RawDocument ─ extract ─ Document ─ stage          ingest   part by part, in parallel
//!             ─ clean ─ segment ─ scan ─ signals ─ verdict          sift     piece by piece, in parallel
//!                     └ shingles ─ signature ─ band keys
//!             ─ buckets ─ candidates ─ verify ─ pairs ─ keepers     resolve  range by range; the choice in one scan
//!             ─ where each file begins                              layout
//!             ─ records, ledgers ─ Parquet                          emit     file by file, in parallel
//!             ─ checksums ─ manifest.json                           seal     last: now it is a dataset
//! ```
//!
//! Each step is [tasks](pipeline::task::Task) whose outputs are files named by all that they depend on: a build that was killed goes
//! on with what is there. Layers, lowest first, of which a file imports its own and lower ones:
//! [`model`], [`hash`], [`text`], [`store`]; the stages [`read`], [`extract`], [`clean`], [`filter`], [`dedup`], [`segment`];
//! [`dataset`], [`mod@write`], [`config`], [`pipeline`], [`report`].
//!
//! The library neither exits nor prints; the program does.

pub mod clean;
pub mod config;
pub mod dataset;
pub mod dedup;
pub mod error;
pub mod extract;
pub mod filter;
pub mod hash;
pub mod model;
mod panics;
pub mod pipeline;
pub mod read;
pub mod report;
pub mod segment;
pub mod store;
pub mod text;
pub mod write;
