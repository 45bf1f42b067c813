//! Tests of the program from outside, in one binary.

mod build;
mod determinism;
mod formats;
mod fuzz;
mod layers;
mod malformed;
mod reload;
mod resume;
mod samples;
mod support;
mod terminal;
mod verify;
