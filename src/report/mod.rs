//! What a finished dataset says of itself: summaries, statistics, single documents, damage. Reads files and gives values that
//! render as text or JSON.

pub mod inspect;
pub mod statistics;
pub mod summary;
pub mod table;
pub mod verify;
pub mod why;
