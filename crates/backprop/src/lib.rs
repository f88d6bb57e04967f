#![doc = include_str!("../README.md")]
//!
//! # In this order
//!
//! 1. [`loss`]: how wrong was that, in one number
//! 2. [`mlp`]: layers in a row, and blame that flows back through them
//! 3. [`descent`]: move each number a little against its slope
//! 4. [`adamw`]: the same with momentum, and a step size for each number
//! 5. [`schedule`]: large steps at first, small ones at the end
//! 6. [`windows`]: a text cut into questions and answers
//! 7. [`dropout`]: forgetting on purpose, while training
//! 8. [`mod@train`]: the training step that every model in the house uses

pub mod adamw;
pub mod descent;
pub mod dropout;
pub mod loss;
pub mod mlp;
pub mod schedule;
pub mod train;
pub mod windows;

pub use adamw::AdamW;
pub use descent::{Optimizer, Sgd};
pub use dropout::Dropout;
pub use loss::Loss;
pub use mlp::Mlp;
pub use schedule::Schedule;
pub use train::{NotFinite, Recipe, Share, Told, train};
