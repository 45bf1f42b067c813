//! Pure functions on text: charsets, characters, folding, words, languages, dates.

pub mod arabic;
mod arabic_script;
pub mod chars;
pub mod charset;
mod clock;
mod cyrillic;
pub mod dates;
pub mod fold;
pub mod language;
pub mod lines;
mod months;
pub mod scan;
