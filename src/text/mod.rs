//! Pure functions on text.

pub mod charset;
pub mod dates;
mod months;
