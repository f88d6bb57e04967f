//! The training step that every model in the house uses, and its loop.
//!
//! ```text
//! draw a batch → gradient of its loss → clip → move every number → tell
//!
//! gradient(shares) = one share:  forward, backward, all of its examples at once, as rows
//!                    several:    gradient(left half) + gradient(right half), side by side
//! ```
//!
//! The shares are fixed by the recipe, not by the threads, and are added in a fixed tree. So any number
//! of threads gives the same result, bit for bit. No layer knows of threads.

use std::ops::ControlFlow;
use std::sync::Mutex;

use neuron::{Float, Parameters};

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
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Told {
    /// The step, counted from 1.
    pub step: usize,
    /// The mean loss of its batch, before the step was taken.
    pub loss: f64,
    /// The learning rate.
    pub rate: f64,
    /// The norm of the gradient, before clipping.
    pub norm: f64,
}

/// A loss or a gradient that is no number. The model is as it was before the step.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
#[error(
    "the loss of step {} is {}, with a gradient of norm {}, at a learning rate of {:e}: try a lower one",
    .0.step, .0.loss, .0.norm, .0.rate
)]
pub struct NotFinite(pub Told);

/// Trains `model` from the step after `done` to the last of the recipe.
///
/// `draw` makes the batch of a step; `learn` adds to its last argument the gradient of the summed loss
/// of a share, and returns that loss; `tell` hears of each step, and may stop the training.
///
/// # Errors
/// If a loss or a gradient is not finite. The step is not taken.
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
        let norm = norm(&grad) * scale;
        let told = Told { step, loss: loss.mean(), rate: recipe.schedule.rate(step), norm };
        if !(told.loss.is_finite() && norm.is_finite()) {
            return Err(NotFinite(told));
        }
        let clip = (recipe.clip / norm).min(1.0);
        optimizer.step(model, &grad, scale * clip, told.rate);
        put_back(&shelf, grad);
        if tell(&told, model, optimizer).is_break() {
            break;
        }
    }
    Ok(())
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
    let squares = |row: ndarray::ArrayView1<'_, F>| row.dot(&row).wide();
    let arrays = grad.parameters();
    arrays.iter().flat_map(|(_, array)| array.rows()).map(squares).sum::<f64>().sqrt()
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
