#![doc = include_str!("../README.md")]
#![doc = include_str!("../../../docs/theme/cargo-doc.html")]
//!
//! # In this order
//!
//! 1. [`layer_norm`]: put every row on the same footing
//! 2. [`feed_forward`]: each word thinks for itself
//! 3. [`block`]: listen, then think, and add what comes of it to what was there
//! 4. [`config`]: how large a GPT is
//! 5. [`gpt`]: tokens in, a score for each possible next token out
//! 6. [`mod@generate`]: let it speak, one token after another
//! 7. [`beam`]: follow several texts at once
//!
//! The transformer as it was first drawn, which translates:
//!
//! 8. [`encoder`]: every word listens to the whole sentence
//! 9. [`decoder`]: every word of the translation listens to it, too
//! 10. [`encoder_decoder`]: the two together
//! 11. [`translate`]: read a sentence once, write its translation
//!
//! From GPT-2 to Llama 3.1:
//!
//! 12. [`swiglu`]: one half decides how much of the other passes
//! 13. [`llama_block`]: a block with other parts
//! 14. [`llama_config`]: how large a Llama is, and of what kind
//! 15. [`llama`]: the blocks, stacked
//! 16. [`lora`]: learn a small change of a large model
//!
//! For whoever counts the minutes:
//!
//! 17. [`level_norm`]: one norm or the other
//! 18. [`shift`]: the word before, without asking
//! 19. [`sprint_block`]: a block with more ways around
//! 20. [`sprint_config`]: how large a Sprint is, and what it goes without
//! 21. [`sprint`]: all that is known to reach a low loss sooner
//!
//! What lasts:
//!
//! 22. [`files`]: a model as the files that others read and write
//! 23. [`run`]: a model that runs as its file has it, and learns no more

pub mod beam;
pub mod block;
pub mod config;
pub mod decoder;
pub mod encoder;
pub mod encoder_decoder;
pub mod feed_forward;
pub mod files;
pub mod generate;
pub mod gpt;
pub mod layer_norm;
pub mod level_norm;
pub mod llama;
pub mod llama_block;
pub mod llama_config;
pub mod lora;
pub mod run;
pub mod shapes;
pub mod shift;
pub mod sprint;
pub mod sprint_block;
pub mod sprint_config;
pub mod swiglu;
pub mod translate;

pub use attention::RmsNorm;
pub use beam::{Beam, Beams};
pub use block::Block;
pub use config::{ConfigError, GptConfig};
pub use decoder::DecoderBlock;
pub use encoder::EncoderBlock;
pub use encoder_decoder::{EncoderDecoder, EncoderDecoderConfig, Pairs};
pub use feed_forward::FeedForward;
pub use files::FileError;
pub use generate::{Cache, Reader};
pub use gpt::Gpt;
pub use layer_norm::LayerNorm;
pub use level_norm::LevelNorm;
pub use llama::Llama;
pub use llama_block::LlamaBlock;
pub use llama_config::LlamaConfig;
pub use lora::Adapted;
pub use shift::Shift;
pub use sprint::{Sprint, SprintCache};
pub use sprint_block::SprintBlock;
pub use sprint_config::{Ingredient, SprintConfig};
pub use swiglu::SwiGlu;
