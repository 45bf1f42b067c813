//! Pure functions on text.

pub mod charset;
mod clock;
pub mod dates;
mod months;
