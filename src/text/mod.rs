//! Pure functions on text.

pub mod arabic;
mod arabic_script;
pub mod chars;
pub mod charset;
mod cyrillic;
pub mod dates;
pub mod fold;
pub mod language;
pub mod lines;
mod months;
pub mod scan;
