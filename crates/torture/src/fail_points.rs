//! The points in saving at which `primer` can be made to fail: those of its `fail.rs`.

/// Their names.
pub const POINTS: [&str; 7] = [
    "checkpoint-begun",
    "file-begun",
    "file-written",
    "file-synced",
    "file-renamed",
    "checkpoint-written",
    "checkpoint-pruned",
];
