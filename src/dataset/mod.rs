//! The format on disk, shared by the writer and every reader: names of files, columns, and the manifest.

pub mod canonical;
pub mod card;
pub mod ledger;
pub mod manifest;
pub mod paths;
pub mod records;
pub mod tables;
