//! The training step that every model in the house uses, and its loop.
//!
//! ```text
//! draw a batch → gradient of its loss → is it sound? → clip → move every number → tell
//!
//! gradient(shares) = one share:  forward, backward, all of its examples at once, as rows
//!                    several:    gradient(left half) + gradient(right half), side by side
//! ```
//!
//! The shares are fixed by the recipe, not by the threads, and are added in a fixed tree. So any number
//! of threads gives the same result, bit for bit. No layer knows of threads.

use std::fmt;
use std::ops::ControlFlow;
use std::sync::Mutex;

use ndarray::ArrayViewD;
use neuron::{Float, Parameters};
use rayon::prelude::*;

use crate::{Loss, Optimizer, Schedule};

/// How a model is trained.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Recipe {
    /// How many steps to take in all.
    pub steps: usize,
    /// Into how many parts a batch is cut. Another number gives another rounding of the same gradient.
    pub shares: usize,
    /// The learning rate of each step.
    pub schedule: Schedule,
    /// The largest norm that a gradient may have: a longer one is shortened. Infinite: never.
    pub clip: f64,
}

/// Where a share stands: with it, whatever is random in learning can be found again.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Share {
    /// The step, counted from 1.
    pub step: usize,
    /// The place in the batch of the share's first example.
    pub first: usize,
}

/// What a step was like.
#[derive(Clone, Debug, PartialEq)]
pub struct Told {
    /// The step, counted from 1.
    pub step: usize,
    /// The mean loss of its batch, before the step was taken.
    pub loss: f64,
    /// The learning rate.
    pub rate: f64,
    /// The norm of the gradient, before clipping.
    pub norm: f64,
    /// Where it went wrong, if the step was not taken: the model is as it was before.
    pub skipped: Option<Skipped>,
}

/// A step that was not taken.
#[derive(Clone, Debug, PartialEq)]
pub struct Skipped {
    /// The first parameter whose gradient is not finite; if all are, the one with the longest.
    pub parameter: String,
    /// How many steps in a row were not taken, with this one.
    pub in_a_row: usize,
}

/// So many steps in a row that are not taken end the training.
pub const IN_A_ROW: usize = 3;

/// A loss, or a gradient that is clipped, is an outlier from here on: times the clip, if that is above 1.
pub const OUTLYING: f64 = 1e3;

/// Losses or gradients that are no numbers, or outliers, [`IN_A_ROW`]. The model is as it was before them.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error(
    "{0}; so were those before it, and none of these steps was taken: try a lower learning rate"
)]
pub struct NotFinite(pub Told);

impl fmt::Display for Told {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Told { step, loss, rate, norm, skipped } = self;
        write!(f, "the loss of step {step} is {loss}, with a gradient of norm {norm}")?;
        if let Some(skipped) = skipped {
            write!(f, " (most of it in {})", skipped.parameter)?;
        }
        write!(f, ", at a learning rate of {rate:e}")
    }
}

/// Trains `model` from the step after `done` to the last of the recipe.
///
/// `draw` makes the batch of a step; `learn` adds to its last argument the gradient of the summed loss
/// of a share, and returns that loss; `tell` hears of each step, and may stop the training.
///
/// A step whose loss or gradient is not finite, or an outlier, is told and not taken.
///
/// # Errors
/// If [`IN_A_ROW`] steps were not taken.
pub fn train<F: Float, M: Parameters<F> + Send + Sync, E: Sync, O: Optimizer<F, M>>(
    model: &mut M,
    optimizer: &mut O,
    recipe: &Recipe,
    done: usize,
    mut draw: impl FnMut(usize) -> Vec<E>,
    learn: impl Fn(&M, &[E], Share, &mut M) -> Loss + Sync,
    mut tell: impl FnMut(&Told, &M, &O) -> ControlFlow<()>,
) -> Result<(), NotFinite> {
    let shelf = Mutex::new(Vec::new());
    let mut in_a_row = 0;
    for step in done + 1..=recipe.steps {
        let batch = draw(step);
        let shares = cut(&batch, recipe.shares);
        let learn = |share: &(usize, &[E]), grad: &mut M| {
            learn(model, share.1, Share { step, first: share.0 }, grad)
        };
        let mut result = None;
        // In a scope, so that even a single share is learned inside the pool.
        rayon::scope(|_| result = Some(gradient(model, &shares, &learn, &shelf)));
        let Some((loss, grad)) = result else { unreachable!("the scope has ended") };

        let scale = 1.0 / loss.count as f64;
        let (loss, rate, norm) = (loss.mean(), recipe.schedule.rate(step), norm(&grad) * scale);
        let sound = is_sound(loss, norm, recipe.clip);
        in_a_row = if sound { 0 } else { in_a_row + 1 };
        let skipped = (!sound).then(|| Skipped { parameter: loudest(&grad), in_a_row });
        if sound {
            let clip = (recipe.clip / norm).min(1.0);
            optimizer.step(model, &grad, scale * clip, rate);
        }
        put_back(&shelf, grad);
        let told = Told { step, loss, rate, norm, skipped };
        if tell(&told, model, optimizer).is_break() {
            break;
        }
        if in_a_row == IN_A_ROW {
            return Err(NotFinite(told));
        }
    }
    Ok(())
}

/// Whether a step would make the model better, as far as that can be told.
fn is_sound(loss: f64, norm: f64, clip: f64) -> bool {
    let most = OUTLYING * clip.max(1.0);
    [loss, norm].iter().all(|number| number.is_finite() && *number <= most)
}

/// The summed loss of some shares, and its gradient, as a tree of sums.
fn gradient<F: Float, M: Parameters<F> + Send + Sync, E: Sync>(
    model: &M,
    shares: &[(usize, &[E])],
    learn: &(impl Fn(&(usize, &[E]), &mut M) -> Loss + Sync),
    shelf: &Mutex<Vec<M>>,
) -> (Loss, M) {
    if let [share] = shares {
        let mut grad = zeros(model, shelf);
        return (learn(share, &mut grad), grad);
    }
    let (left, right) = shares.split_at(shares.len() / 2);
    let ((left, mut grad), (right, other)) = rayon::join(
        || gradient(model, left, learn, shelf),
        || gradient(model, right, learn, shelf),
    );
    grad.add(&other);
    put_back(shelf, other);
    (left + right, grad)
}

/// The batch in at most `shares` parts as equal as can be, each with the place of its first example.
fn cut<E>(batch: &[E], shares: usize) -> Vec<(usize, &[E])> {
    let shares = shares.min(batch.len());
    let start = |i: usize| i * batch.len() / shares;
    (0..shares).map(|i| (start(i), &batch[start(i)..start(i + 1)])).collect()
}

/// The length of a gradient, taken as one long arrow: √ Σ slope².
pub fn norm<F: Float, M: Parameters<F>>(grad: &M) -> f64 {
    let squares = |array: ArrayViewD<'_, F>| {
        array.rows().into_iter().map(|row| row.dot(&row).wide()).sum::<f64>()
    };
    let each: Vec<f64> =
        grad.parameters().into_par_iter().map(|(_, array)| squares(array)).collect();
    // One after the other, so that any number of threads gives the same bits.
    each.iter().sum::<f64>().sqrt()
}

/// The parameter to blame for a gradient that is not sound.
fn loudest<F: Float, M: Parameters<F>>(grad: &M) -> String {
    let (mut name, mut most) = (String::new(), -1.0);
    for (other, array) in grad.parameters() {
        let square: f64 = array.iter().map(|slope| slope.wide() * slope.wide()).sum();
        if !square.is_finite() {
            return other;
        }
        if square > most {
            (name, most) = (other, square);
        }
    }
    name
}

// Gradients are as large as the model: those no longer needed lie on a shelf for the next step.

fn zeros<F: Float, M: Parameters<F>>(model: &M, shelf: &Mutex<Vec<M>>) -> M {
    match shelf.lock().ok().and_then(|mut shelf| shelf.pop()) {
        Some(mut grad) => {
            grad.clear();
            grad
        }
        None => model.zeros_like(),
    }
}

fn put_back<M>(shelf: &Mutex<Vec<M>>, grad: M) {
    if let Ok(mut shelf) = shelf.lock() {
        shelf.push(grad);
    }
}
