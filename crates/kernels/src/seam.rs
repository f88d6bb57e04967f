//! Where the crates that teach meet the kernels.

use ndarray::{ArrayRef2, Ix2, RawArrayViewMut};

use crate::product::Start;
use crate::profile::{self, Bytes};
use crate::rows::AdamStep;
use crate::{product, rows};

/// What the processor does fast with a kind of number.
///
/// A method that returns `Option` has a plain twin in the crate that teaches it, and `None` means:
/// walk the plain path. `f64` always does, so a test that holds `f32` to `f64` holds the kernel to
/// the formula.
pub trait Kernels: Copy + Default + PartialEq + 'static {
    /// One, for the sums of [`product()`](crate::product()).
    const ONE: Self;

    /// `c = start + a · b` by so many threads; none, if the `gemm` crate is to do it.
    ///
    /// # Safety
    /// The shapes fit each other. `c` is the caller's alone, and holds numbers if it starts with what is there; a
    /// row to start with is as wide as `c`.
    unsafe fn product(
        _c: RawArrayViewMut<Self, Ix2>,
        _a: &ArrayRef2<Self>,
        _b: &ArrayRef2<Self>,
        _start: Start<'_, Self>,
        _threads: usize,
    ) -> Option<()> {
        None
    }

    /// Turns a row of scores into chances, and returns ln Σ exp(score).
    fn softmax(_row: &mut [Self]) -> Option<Self> {
        None
    }

    /// `slopes = chances · (slopes - Σ chances · slopes)`: from those along chances to those along scores.
    fn softmax_backward(_chances: &[Self], _slopes: &mut [Self]) -> Option<()> {
        None
    }

    /// Takes a tile of scores into a softmax that has seen others: see [`rows::soften`].
    fn soften(
        _scores: &mut [Self],
        _y: &mut [Self],
        _most: &mut [Self],
        _sum: &mut [Self],
    ) -> Option<()> {
        None
    }

    /// `scores = exp(scores - log_sum)`, one `log_sum` for each row.
    fn chances(_scores: &mut [Self], _log_sum: &[Self]) -> Option<()> {
        None
    }

    /// `slopes = chances · (slopes - average)`, one `average` for each row.
    fn scores_backward(_chances: &[Self], _slopes: &mut [Self], _average: &[Self]) -> Option<()> {
        None
    }

    /// `gelu(x)` in its tanh form, one number at a time
    fn gelu(_x: &[Self]) -> Option<Vec<Self>> {
        None
    }

    /// `dx *= gelu'(x)`, where `dx` holds the slope along `gelu(x)`.
    fn gelu_backward(_x: &[Self], _dx: &mut [Self]) -> Option<()> {
        None
    }

    /// The same, and `gelu(x)` in the place of `x`
    fn gelu_again(_x: &mut [Self], _dx: &mut [Self]) -> Option<()> {
        None
    }

    /// `silu(x)`
    fn silu(_x: &[Self]) -> Option<Vec<Self>> {
        None
    }

    /// `dx *= silu'(x)`, where `dx` holds the slope along `silu(x)`.
    fn silu_backward(_x: &[Self], _dx: &mut [Self]) -> Option<()> {
        None
    }

    /// `gate = silu(gate) · up`
    fn silu_times(_gate: &mut [Self], _up: &[Self]) -> Option<()> {
        None
    }

    /// Its way back: see [`rows::silu_times_backward`].
    fn silu_times_backward(
        _gate: &mut [Self],
        _up: &mut [Self],
        _passed: &mut [Self],
    ) -> Option<()> {
        None
    }

    /// A norm of rows as long as the gain: see [`rows::norm`].
    fn norm(
        _x: &[Self],
        _gain: &[Self],
        _bias: Option<&[Self]>,
        _epsilon: Self,
        _centred: bool,
    ) -> Option<[Vec<Self>; 3]> {
        None
    }

    /// `gain ⊙ normal + bias`: what it gave once more.
    fn norm_again(_normal: &[Self], _gain: &[Self], _bias: Option<&[Self]>) -> Option<Vec<Self>> {
        None
    }

    /// Its way back: see [`rows::norm_backward`].
    fn norm_backward(
        _normal: &[Self],
        _scale: &[Self],
        _gain: &[Self],
        _centred: bool,
        _dy: &[Self],
        _dgain: &mut [Self],
        _dbias: Option<&mut [Self]>,
    ) -> Option<Vec<Self>> {
        None
    }

    /// `total += row`, for each of the rows, which are as long.
    fn add_rows(_total: &mut [Self], _rows: &[Self]) -> Option<()> {
        None
    }

    /// Turns the points `(a[i], b[i])`, each by its angle: `way` 1 or, back, -1.
    fn turn(
        _a: &mut [Self],
        _b: &mut [Self],
        _cosine: &[Self],
        _sine: &[Self],
        _way: Self,
    ) -> Option<()> {
        None
    }

    /// A step of AdamW for some numbers.
    fn adamw(
        _step: AdamStep<Self>,
        _numbers: &mut [Self],
        _slopes: &[Self],
        _first: &mut [Self],
        _second: &mut [Self],
    ) -> Option<()> {
        None
    }
}

impl Kernels for f64 {
    const ONE: f64 = 1.0;
}

/// `f32` hands each to the kernel of the same name.
macro_rules! by_kernel {
    ($($name:ident($($arg:ident: $kind:ty),+) $(-> $result:ty)?;)+) => {
        impl Kernels for f32 {
            const ONE: f32 = 1.0;

            unsafe fn product(
                c: RawArrayViewMut<f32, Ix2>,
                a: &ArrayRef2<f32>,
                b: &ArrayRef2<f32>,
                start: Start<'_, f32>,
                threads: usize,
            ) -> Option<()> {
                // SAFETY: the caller's.
                unsafe { product::of_f32(c, a, b, start, threads) }
            }

            $(by_kernel! { @one $name($($arg: $kind),+) $(-> $result)? })+
        }
    };
    (@one $name:ident($($arg:ident: $kind:ty),+) -> $result:ty) => {
        fn $name($($arg: $kind),+) -> Option<$result> {
            let bytes = 0 $(+ $arg.bytes())+;
            Some(profile::rows(stringify!($name), bytes, || rows::$name($($arg),+)))
        }
    };
    (@one $name:ident($($arg:ident: $kind:ty),+)) => {
        fn $name($($arg: $kind),+) -> Option<()> {
            let bytes = 0 $(+ $arg.bytes())+;
            profile::rows(stringify!($name), bytes, || rows::$name($($arg),+));
            Some(())
        }
    };
}

by_kernel! {
    softmax(row: &mut [f32]) -> f32;
    softmax_backward(chances: &[f32], slopes: &mut [f32]);
    soften(scores: &mut [f32], y: &mut [f32], most: &mut [f32], sum: &mut [f32]);
    chances(scores: &mut [f32], log_sum: &[f32]);
    scores_backward(chances: &[f32], slopes: &mut [f32], average: &[f32]);
    gelu(x: &[f32]) -> Vec<f32>;
    gelu_backward(x: &[f32], dx: &mut [f32]);
    gelu_again(x: &mut [f32], dx: &mut [f32]);
    silu(x: &[f32]) -> Vec<f32>;
    silu_backward(x: &[f32], dx: &mut [f32]);
    silu_times(gate: &mut [f32], up: &[f32]);
    silu_times_backward(gate: &mut [f32], up: &mut [f32], passed: &mut [f32]);
    norm(x: &[f32], gain: &[f32], bias: Option<&[f32]>, epsilon: f32, centred: bool) -> [Vec<f32>; 3];
    norm_again(normal: &[f32], gain: &[f32], bias: Option<&[f32]>) -> Vec<f32>;
    norm_backward(
        normal: &[f32], scale: &[f32], gain: &[f32], centred: bool, dy: &[f32], dgain: &mut [f32],
        dbias: Option<&mut [f32]>
    ) -> Vec<f32>;
    add_rows(total: &mut [f32], rows: &[f32]);
    turn(a: &mut [f32], b: &mut [f32], cosine: &[f32], sine: &[f32], way: f32);
    adamw(step: AdamStep<f32>, numbers: &mut [f32], slopes: &[f32], first: &mut [f32], second: &mut [f32]);
}
