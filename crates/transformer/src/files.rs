//! A model as the files that others read and write.
//!
//! | | `config.json` | `model.safetensors` |
//! |---|---|---|
//! | [`Gpt`](crate::Gpt) | [`GptConfig`](crate::GptConfig) | [`gpt2`]: the layout of GPT-2 |
//! | [`Llama`](crate::Llama) | [`LlamaConfig`](crate::LlamaConfig) | [`llama`]: that of Llama, Mistral and Qwen |
//! | [`EncoderDecoder`](crate::EncoderDecoder) | [`EncoderDecoderConfig`](crate::EncoderDecoderConfig) | [`marian`]: that of Marian |
//! | [`Sprint`](crate::Sprint) | [`SprintConfig`](crate::SprintConfig) | [`sprint`]: our own |
//!
//! [`config_from_json`] says which of them a folder holds. [`Tensors`] are the numbers, whatever files they
//! came from: one, several with an [`Index`], in 32 bits or 16. [`GenerationConfig`] says how a text ends.
//!
//! Nothing here opens a file or trusts one: a length is checked against the bytes that there are before
//! anything is allocated, and what is missing, left over or misshapen is an error that names it.

mod config_json;
mod error;
mod generation_config;
pub mod gguf;
pub mod gpt2;
mod index;
mod keys;
pub mod llama;
pub mod marian;
pub mod sprint;
mod tensors;
mod written;

pub use config_json::{Config, config_from_json, config_to_json};
pub use error::FileError;
pub use generation_config::GenerationConfig;
pub use index::{INDEX, Index};
pub use kernels::Kind;
pub use tensors::{Tensor, Tensors};
pub use written::{Safetensors, Written};
