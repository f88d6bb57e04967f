//! How well is a text predicted? The loss of many windows, worked out side by side.
//!
//! The sums are added in the order of the text, so that any number of threads gives the same loss.

use std::f64::consts::LN_2;

use backprop::Loss;
use rayon::prelude::*;
use transformer::{EncoderDecoder, Pairs};

use crate::ids::Stretch;
use crate::language::Language;
use crate::memory::tokens_at_once;

/// How many pairs are looked at together.
const PAIRS_TOGETHER: usize = 32;

/// The loss over some windows.
pub fn loss(model: &impl Language, windows: &[Stretch<'_>]) -> Loss {
    let same_length = |one: &Stretch<'_>, other: &Stretch<'_>| one.len() == other.len();
    let together = tokens_at_once(model.config().vocabulary());
    let pieces = windows.chunk_by(same_length).flat_map(|windows| {
        let length = windows[0].len();
        windows.chunks((together / length).max(1))
    });
    let pieces: Vec<_> = pieces.collect();
    let losses = pieces.into_par_iter().map(|windows| {
        let (ids, targets) = flat(windows);
        model.loss(&ids, &targets, windows[0].len())
    });
    losses.collect::<Vec<_>>().into_iter().sum()
}

/// The loss over some pairs of sentence and translation.
pub fn translation_loss(network: &EncoderDecoder, pairs: &[(&[u32], &[u32])]) -> Loss {
    let losses = pairs
        .par_chunks(PAIRS_TOGETHER)
        .map(|some| network.loss(&Pairs::new(&network.config, some.iter().copied())));
    losses.collect::<Vec<_>>().into_iter().sum()
}

/// The inputs of windows one after another, and their targets.
pub fn flat(windows: &[Stretch<'_>]) -> (Vec<u32>, Vec<u32>) {
    let (mut ids, mut targets) = (Vec::new(), Vec::new());
    windows.iter().for_each(|window| window.read(&mut ids, &mut targets));
    (ids, targets)
}

/// A loss of so many nats a token as bits a byte, which does not depend on how text is cut into tokens.
///
/// ```
/// // Four bytes a token, each of its 8 bits a fair coin: 8 bits a byte.
/// let loss = 32.0 * std::f64::consts::LN_2;
/// assert_eq!(primer::evaluate::bits_per_byte(loss, 10, 40), 8.0);
/// ```
pub fn bits_per_byte(loss: f64, tokens: usize, bytes: usize) -> f64 {
    loss / LN_2 * tokens as f64 / bytes as f64
}
