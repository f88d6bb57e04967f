//! All tests of this crate, as one program: what they share is compiled once.

mod examples;
mod exercises;
mod gradient;
mod properties;
mod reference;
mod tape;
