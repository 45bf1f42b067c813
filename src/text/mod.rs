//! Pure functions on text.

pub mod charset;
