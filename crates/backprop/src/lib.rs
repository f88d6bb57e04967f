#![doc = include_str!("../README.md")]
#![doc = include_str!("../../../docs/theme/cargo-doc.html")]
//!
//! # In this order
//!
//! 1. [`loss`]: how wrong was that, in one number
//! 2. [`tape`]: blame flows back, one number at a time
//! 3. [`mlp`]: layers in a row, and blame that flows back through them
//! 4. [`descent`]: move each number a little against its slope
//! 5. [`adamw`]: the same with momentum, and a step size for each number
//! 6. [`muon`]: a step in which every direction of a matrix counts the same
//! 7. [`schedule`]: large steps at first, small ones at the end
//! 8. [`windows`]: a text cut into questions and answers
//! 9. [`dropout`]: forgetting on purpose, while training
//! 10. [`mod@train`]: the training step that every model in the house uses

pub mod adamw;
pub mod descent;
pub mod dropout;
pub mod loss;
pub mod mlp;
pub mod muon;
pub mod schedule;
pub mod tape;
pub mod train;
pub mod windows;

pub use adamw::AdamW;
pub use descent::{Optimizer, Sgd};
pub use dropout::Dropout;
pub use loss::Loss;
pub use mlp::Mlp;
pub use muon::Muon;
pub use schedule::Schedule;
pub use tape::Tape;
pub use train::{NotFinite, Recipe, Share, Skipped, Told, train};
