//! All tests of this crate, as one program: what they share is compiled once.

mod drawing;
mod pages;
