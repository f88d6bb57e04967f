//! What training does to rows, there and back.

use super::{each, logistic};

for_each_processor! {
    /// `slopes = chances · (slopes - Σ chances · slopes)`: from those along chances to those along scores.
    pub fn softmax_backward(chances: &[f32], slopes: &mut [f32]) {
        let average = products(chances, slopes);
        for (slope, &chance) in slopes.iter_mut().zip(chances) {
            *slope = chance * (*slope - average);
        }
    }
}

for_each_processor! {
    /// `y = x · logistic(x)`
    pub fn silu(x: &[f32]) -> Vec<f32> {
        each(x, |x| x * logistic(x))
    }
}

for_each_processor! {
    /// `dx *= silu'(x)`, where `dx` holds the slope along `silu(x)`.
    pub fn silu_backward(x: &[f32], dx: &mut [f32]) {
        for (dx, &x) in dx.iter_mut().zip(x) {
            *dx *= silu_slope(x).1;
        }
    }
}

/// `silu(x)`, and its slope
#[inline(always)]
fn silu_slope(x: f32) -> (f32, f32) {
    let share = logistic(x);
    (x * share, share + x * share * (1.0 - share))
}

for_each_processor! {
    /// The way back of `passed = silu(gate) · up`, where `passed` holds the slope along what has passed: each becomes
    /// the slope along itself, and `passed` what has passed.
    pub fn silu_times_backward(gate: &mut [f32], up: &mut [f32], passed: &mut [f32]) {
        for ((gate, up), passed) in gate.iter_mut().zip(up).zip(passed) {
            let (open, slope) = silu_slope(*gate);
            (*gate, *up, *passed) = (*up * *passed * slope, open * *passed, open * *up);
        }
    }
}

for_each_processor! {
    /// Turns the points `(a[i], b[i])`, each by the angle of that cosine and sine: `way` 1 or, back, -1.
    pub fn turn(a: &mut [f32], b: &mut [f32], cosine: &[f32], sine: &[f32], way: f32) {
        for ((a, b), (&cosine, &sine)) in a.iter_mut().zip(b).zip(cosine.iter().zip(sine)) {
            let sine = way * sine;
            (*a, *b) = (*a * cosine - *b * sine, *a * sine + *b * cosine);
        }
    }
}

/// What a step of AdamW is made of: see the crate `backprop`.
#[derive(Clone, Copy, Debug)]
pub struct AdamStep<F> {
    /// What the gradient is multiplied by
    pub scale: F,
    /// How much of the average slope is kept
    pub beta1: F,
    /// How much of the average square is kept
    pub beta2: F,
    /// What keeps us from dividing by 0
    pub epsilon: F,
    /// What the average square is multiplied by, because it began at 0
    pub unbias_second: F,
    /// The learning rate, times the same for the average slope
    pub rate: F,
    /// What a number is multiplied by
    pub keep: F,
}

for_each_processor! {
    /// A step of AdamW for some numbers, in one pass over all that it needs.
    pub fn adamw(
        step: AdamStep<f32>, numbers: &mut [f32], slopes: &[f32], first: &mut [f32], second: &mut [f32]
    ) {
        let moments = first.iter_mut().zip(second);
        for ((number, &slope), (first, second)) in numbers.iter_mut().zip(slopes).zip(moments) {
            let slope = slope * step.scale;
            *first = step.beta1 * *first + (1.0 - step.beta1) * slope;
            *second = step.beta2 * *second + (1.0 - step.beta2) * slope * slope;
            let loudness = (*second * step.unbias_second).sqrt() + step.epsilon;
            *number = *number * step.keep - step.rate * *first / loudness;
        }
    }
}

/// Σ a · b, in the order of [`fold`].
#[inline(always)]
pub(super) fn products(a: &[f32], b: &[f32]) -> f32 {
    let mut abreast = [0.0; 16];
    let ((a, a_rest), (b, b_rest)) = (a.as_chunks::<16>(), b.as_chunks::<16>());
    for (a, b) in a.iter().zip(b) {
        for (lane, (a, b)) in abreast.iter_mut().zip(a.iter().zip(b)) {
            *lane += a * b;
        }
    }
    for (lane, (a, b)) in abreast.iter_mut().zip(a_rest.iter().zip(b_rest)) {
        *lane += a * b;
    }
    abreast.into_iter().sum()
}
