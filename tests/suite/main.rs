//! Tests of the program from outside, in one binary.

mod determinism;
mod layers;
mod resume;
mod support;
