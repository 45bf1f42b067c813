//! Turns raw article dumps into a training corpus.

pub mod clean;
pub mod config;
pub mod dataset;
pub mod dedup;
pub mod error;
pub mod extract;
pub mod filter;
pub mod hash;
pub mod model;
pub mod pipeline;
pub mod read;
pub mod report;
pub mod segment;
pub mod store;
pub mod text;
pub mod write;
