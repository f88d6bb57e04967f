//! All tests of this crate, as one program: what they share is compiled once.

mod examples;
mod exercises;
mod fast;
mod files;
mod gguf;
mod long;
mod model_files;
mod pipelines;
mod properties;
mod reference;
mod sentence_piece;
mod split;
mod steps;
mod training;
mod unigram;
