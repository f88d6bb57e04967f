//! A text cut into questions and answers: given these tokens, which one comes next?
//!
//! ```text
//! text     h u m p t y
//! input    h u m p t       each token, seeing those before it …
//! target     u m p t y     … is asked for the one after it
//! ```
//!
//! One window of `T` tokens asks `T` questions at once.

use crate::dropout::mix;

/// A stretch of text, and the same stretch one token later.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Window<'a, T = u32> {
    /// What is seen.
    pub input: &'a [T],
    /// What comes next, for each token of the input.
    pub target: &'a [T],
}

/// The window of `length` tokens that starts at `start`.
fn window<T>(tokens: &[T], start: usize, length: usize) -> Window<'_, T> {
    Window { input: &tokens[start..][..length], target: &tokens[start + 1..][..length] }
}

/// `count` windows of `length` tokens, anywhere in the text: others at each step, and the same again
/// for the same seed and step.
///
/// # Panics
/// If the text does not have more than `length` tokens.
pub fn at_random<T>(
    tokens: &[T],
    length: usize,
    count: usize,
    seed: u64,
    step: u64,
) -> Vec<Window<'_, T>> {
    let (len, key) = (tokens.len(), mix(mix(seed) ^ step));
    assert!(len > length, "a text of {len} tokens has no window of {length} and the one after it");
    let places = (len - length) as u128;
    let start = |i| ((u128::from(mix(key.wrapping_add(i))) * places) >> 64) as usize;
    (0..count as u64).map(|i| window(tokens, start(i), length)).collect()
}

/// The whole text, in order: windows of `length` tokens that touch and do not overlap. The last may
/// be shorter.
///
/// ```
/// let windows = backprop::windows::in_order(&[3, 1, 4, 1, 5, 9], 3);
/// assert_eq!(windows[0].input, [3, 1, 4]);
/// assert_eq!(windows[0].target, [1, 4, 1]);
/// assert_eq!(windows[1].input, [1, 5]);
/// ```
pub fn in_order<T>(tokens: &[T], length: usize) -> Vec<Window<'_, T>> {
    let questions = tokens.len().saturating_sub(1);
    let starts = (0..questions).step_by(length);
    starts.map(|start| window(tokens, start, length.min(questions - start))).collect()
}
