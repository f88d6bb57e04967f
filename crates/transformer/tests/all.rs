//! All tests of this crate, as one program: what they share is compiled once.

mod beam;
mod both_precisions;
mod encoder_decoder;
mod encoder_decoder_reference;
mod examples;
mod exercises;
mod families_reference;
mod files;
mod files_config;
mod files_marian;
mod gguf;
mod gradient;
mod llama_reference;
mod one_step;
mod properties;
mod reference;
mod run;
mod sprint;
mod tape;
