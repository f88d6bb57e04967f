//! Rows of `f32`, many numbers at once.
//!
//! Each kernel is plain Rust without branches or calls, compiled three times: for AVX-512, for AVX2,
//! and for whatever the crate is compiled for. Which of them runs is asked of the processor. There is
//! no `mul_add` in them, so all three give the same bits.

/// Compiles a function for several processors and picks one at run time.
macro_rules! for_each_processor {
    ($(#[$doc:meta])* pub fn $name:ident($($arg:ident: $kind:ty),*) $(-> $result:ty)? $body:block) => {
        $(#[$doc])*
        pub fn $name($($arg: $kind),*) $(-> $result)? {
            #[inline(always)]
            fn body($($arg: $kind),*) $(-> $result)? $body

            #[cfg(target_arch = "x86_64")]
            {
                #[target_feature(enable = "avx512f,avx512dq,avx512vl,avx512bw")]
                fn with_avx512($($arg: $kind),*) $(-> $result)? {
                    body($($arg),*)
                }
                #[target_feature(enable = "avx2")]
                fn with_avx2($($arg: $kind),*) $(-> $result)? {
                    body($($arg),*)
                }
                if is_x86_feature_detected!("avx512f")
                    && is_x86_feature_detected!("avx512dq")
                    && is_x86_feature_detected!("avx512vl")
                    && is_x86_feature_detected!("avx512bw")
                {
                    // SAFETY: the processor has the instructions.
                    return unsafe { with_avx512($($arg),*) };
                }
                if is_x86_feature_detected!("avx2") {
                    // SAFETY: the processor has the instructions.
                    return unsafe { with_avx2($($arg),*) };
                }
            }
            body($($arg),*)
        }
    };
}

mod norms;
mod scores;
mod slopes;

pub use norms::*;
pub use scores::*;
pub use slopes::*;

for_each_processor! {
    /// Turns a row of scores into chances, and returns ln Σ exp(score). A score of -∞ has no chance.
    pub fn softmax(row: &mut [f32]) -> f32 {
        let largest = fold(row, f32::NEG_INFINITY, |a, b| if b > a { b } else { a });
        for score in row.iter_mut() {
            *score = exp(*score - largest);
        }
        let sum = fold(row, 0.0, |a, b| a + b);
        let scale = 1.0 / sum;
        for chance in row.iter_mut() {
            *chance *= scale;
        }
        largest + sum.ln()
    }
}

for_each_processor! {
    /// `y = gelu(x)`, in its tanh form: `x · logistic(2 √(2/π) (x + 0.044715 x³))`.
    pub fn gelu(x: &[f32]) -> Vec<f32> {
        each(x, |x| x * logistic(BEND * (x + CUBIC * x * x * x)))
    }
}

for_each_processor! {
    /// `dx *= gelu'(x)`, where `dx` holds the slope along `gelu(x)`.
    pub fn gelu_backward(x: &[f32], dx: &mut [f32]) {
        for (dx, &x) in dx.iter_mut().zip(x) {
            *dx *= gelu_slope(x).1;
        }
    }
}

for_each_processor! {
    /// The same, and `x = gelu(x)`.
    pub fn gelu_again(x: &mut [f32], dx: &mut [f32]) {
        for (dx, x) in dx.iter_mut().zip(x) {
            let (y, slope) = gelu_slope(*x);
            (*x, *dx) = (y, *dx * slope);
        }
    }
}

/// `gelu(x)` in its tanh form, and its slope
#[inline(always)]
fn gelu_slope(x: f32) -> (f32, f32) {
    let share = logistic(BEND * (x + CUBIC * x * x * x));
    let bend = BEND * (1.0 + 3.0 * CUBIC * x * x);
    (x * share, share + x * share * (1.0 - share) * bend)
}

for_each_processor! {
    /// `gate = silu(gate) · up`, where `silu(x) = x · logistic(x)`.
    pub fn silu_times(gate: &mut [f32], up: &[f32]) {
        for (gate, &up) in gate.iter_mut().zip(up) {
            *gate = *gate * logistic(*gate) * up;
        }
    }
}

for_each_processor! {
    /// `x = x / √(mean x² + ε) · gain`
    pub fn rms_norm(x: &mut [f32], gain: &[f32], epsilon: f32) {
        let scale = 1.0 / (sum(x, |x| x * x) / x.len() as f32 + epsilon).sqrt();
        for (x, &gain) in x.iter_mut().zip(gain) {
            *x = *x * scale * gain;
        }
    }
}

for_each_processor! {
    /// `x = (x - mean x) / √(variance x + ε) · gain`
    pub fn layer_norm(x: &mut [f32], gain: &[f32], epsilon: f32) {
        let count = x.len() as f32;
        let mean = sum(x, |x| x) / count;
        let variance = sum(x, |x| (x - mean) * (x - mean)) / count;
        let scale = 1.0 / (variance + epsilon).sqrt();
        for (x, &gain) in x.iter_mut().zip(gain) {
            *x = (*x - mean) * scale * gain;
        }
    }
}

for_each_processor! {
    /// `y += x`
    pub fn add(y: &mut [f32], x: &[f32]) {
        for (y, &x) in y.iter_mut().zip(x) {
            *y += x;
        }
    }
}

for_each_processor! {
    /// Turns the points `(x[2 i], x[2 i + 1])`, each by the angle of that cosine and sine.
    pub fn turn_neighbours(x: &mut [f32], cosine: &[f32], sine: &[f32]) {
        let (points, _) = x.as_chunks_mut::<2>();
        for ([a, b], (&cosine, &sine)) in points.iter_mut().zip(cosine.iter().zip(sine)) {
            (*a, *b) = (*a * cosine - *b * sine, *a * sine + *b * cosine);
        }
    }
}

/// 2 √(2/π)
const BEND: f32 = 1.595_769;
const CUBIC: f32 = 0.044715;

#[inline(always)]
fn logistic(x: f32) -> f32 {
    1.0 / (1.0 + exp(-x))
}

/// e to the power of `x`, to about 2 units in the last place; 0 below -87, and e⁸⁸ above 88.
///
/// `x = whole · ln 2 + rest`, so `exp(x) = 2^whole · exp(rest)`: the first factor is written into the
/// bits of a float, and the second is a short polynomial, since `|rest| ≤ ln 2 / 2`.
#[inline(always)]
pub(crate) fn exp(x: f32) -> f32 {
    // Adding 1.5 · 2²³ rounds to a whole number, which is left in the low bits.
    const MAGIC: f32 = 12_582_912.0;
    // ln 2 in two parts: the first has so few digits that `whole` times it is exact.
    const LN_2: (f32, f32) = (0.693_359_4, -2.121_944_4e-4);
    let within = x.clamp(-87.0, 88.0);
    let shifted = within * std::f32::consts::LOG2_E + MAGIC;
    let whole = shifted - MAGIC;
    let r = within - whole * LN_2.0 - whole * LN_2.1;

    let p = 1.987_569_1e-4;
    let p = p * r + 1.398_199_9e-3;
    let p = p * r + 8.333_452e-3;
    let p = p * r + 4.166_579_6e-2;
    let p = p * r + 1.666_666_5e-1;
    let p = p * r + 0.5;
    let p = p * r * r + r + 1.0;
    let power = f32::from_bits((shifted.to_bits() << 23).wrapping_add(0x3f80_0000));
    if x < -87.0 { 0.0 } else { p * power }
}

/// What is made of each number. (The standard library's `collect` would leave the registers of the function that it
/// is called in.)
#[inline(always)]
fn each(row: &[f32], of: impl Fn(f32) -> f32) -> Vec<f32> {
    let mut made = Vec::with_capacity(row.len());
    append(&mut made, row.iter().map(|&x| of(x)));
    made
}

/// Appends numbers, as many as there is room for.
#[inline(always)]
fn append(made: &mut Vec<f32>, numbers: impl Iterator<Item = f32>) {
    let mut many = made.len();
    for (room, number) in made.spare_capacity_mut().iter_mut().zip(numbers) {
        room.write(number);
        many += 1;
    }
    // SAFETY: so many have been written.
    unsafe { made.set_len(many) };
}

/// Folds a row sixteen numbers abreast, then the sixteen results: the order is fixed, so the bits are
/// the same on every processor.
#[inline(always)]
fn fold(row: &[f32], start: f32, join: impl Fn(f32, f32) -> f32) -> f32 {
    let mut abreast = [start; 16];
    let chunks = row.chunks_exact(16);
    let rest = chunks.remainder();
    for chunk in chunks {
        for (lane, &x) in abreast.iter_mut().zip(chunk) {
            *lane = join(*lane, x);
        }
    }
    for (lane, &x) in abreast.iter_mut().zip(rest) {
        *lane = join(*lane, x);
    }
    abreast.into_iter().fold(start, join)
}

/// Σ of what is made of each number, in the order of [`fold`].
#[inline(always)]
fn sum(row: &[f32], of: impl Fn(f32) -> f32) -> f32 {
    let mut abreast = [0.0; 16];
    let (chunks, rest) = row.as_chunks::<16>();
    for chunk in chunks {
        for (lane, &x) in abreast.iter_mut().zip(chunk) {
            *lane += of(x);
        }
    }
    for (lane, &x) in abreast.iter_mut().zip(rest) {
        *lane += of(x);
    }
    abreast.into_iter().sum()
}
