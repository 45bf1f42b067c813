//! Pure functions on text: charsets, characters, folding, words, languages, dates.

pub mod arabic;
pub mod chars;
pub mod charset;
mod clock;
pub mod dates;
pub mod entities;
mod evidence;
pub mod fold;
pub mod language;
pub mod lines;
mod months;
pub mod profiles;
pub mod scan;
