//! Which processor does it how.

use super::{Part, X, plain};

/// The kinds of processors.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Way(Processor);

#[derive(Clone, Copy, Debug, PartialEq)]
enum Processor {
    Plain,
    #[cfg(target_arch = "x86_64")]
    Avx2,
    #[cfg(target_arch = "x86_64")]
    Avx512,
}

impl Way {
    /// Those that this processor can go, the quickest first and the plain one last.
    pub fn all() -> Vec<Way> {
        let mut ways = Vec::new();
        #[cfg(target_arch = "x86_64")]
        {
            let narrow = is_x86_feature_detected!("avx2")
                && is_x86_feature_detected!("fma")
                && is_x86_feature_detected!("f16c");
            if narrow && is_x86_feature_detected!("avx512f") {
                ways.push(Way(Processor::Avx512));
            }
            if narrow {
                ways.push(Way(Processor::Avx2));
            }
        }
        ways.push(Way(Processor::Plain));
        ways
    }

    pub(super) fn quickest() -> Way {
        static QUICKEST: std::sync::LazyLock<Way> = std::sync::LazyLock::new(|| Way::all()[0]);
        *QUICKEST
    }

    /// The rows of a part from one to another, which nobody else has, times all rows of `x`.
    pub(super) fn rows(self, part: &Part<'_>, rows: (usize, usize), x: &X) {
        match self.0 {
            // SAFETY: each piece comes once.
            Processor::Plain => unsafe { plain::rows(part, rows, x) },
            // SAFETY: as above; only `all` makes a way, and it has asked the processor.
            #[cfg(target_arch = "x86_64")]
            Processor::Avx2 => unsafe { x86::with_avx2(part, rows, x) },
            // SAFETY: the same.
            #[cfg(target_arch = "x86_64")]
            Processor::Avx512 => unsafe { x86::with_avx512(part, rows, x) },
        }
    }
}

#[cfg(target_arch = "x86_64")]
mod x86 {
    use crate::Kind;
    use crate::few_rows::kernel::rows;
    use crate::few_rows::kinds::{self, Widen};
    use crate::few_rows::lanes::{Avx2, Avx512};
    use crate::few_rows::{Part, X};

    /// One function for each kind and some numbers `N` of rows of `x`, of which the last takes any number.
    /// So many registers as there are hold the sums of `N` rows for `W` rows of weights, where to widen them
    /// takes longer than to read them: those of a block. Others are read a row after the other.
    macro_rules! for_each_kind {
        ($name:ident, $lanes:ty, $feature:literal, $(($n:literal, $w:literal)),*) => {
            /// # Safety
            /// The processor has the instructions; nobody else writes to these columns of `y`.
            pub(super) unsafe fn $name(part: &Part<'_>, range: (usize, usize), x: &X) {
                /// # Safety
                /// As above, and the weights are of this kind.
                #[target_feature(enable = $feature)]
                unsafe fn with<K: Widen<$lanes>, const W: usize, const N: usize>(
                    part: &Part<'_>,
                    range: (usize, usize),
                    x: &X,
                ) {
                    // SAFETY: it is compiled for the lanes; for the rest, as the caller promises.
                    unsafe {
                        match K::KIND.block() {
                            1 => rows::<$lanes, K, 1, N>(part, range, x),
                            _ => rows::<$lanes, K, W, N>(part, range, x),
                        }
                    }
                }
                /// # Safety
                /// The same.
                unsafe fn of<K: Widen<$lanes>>(part: &Part<'_>, range: (usize, usize), x: &X) {
                    let sizes: &[(usize, unsafe fn(&Part<'_>, (usize, usize), &X))] =
                        &[$(($n, with::<K, $w, $n>)),*];
                    let fits = sizes.iter().find(|(n, _)| x.rows <= *n);
                    if let Some((_, with)) = fits.or(sizes.last()) {
                        // SAFETY: as the caller promises.
                        unsafe { with(part, range, x) }
                    }
                }
                // SAFETY: as the caller promises; the kind is the weights'.
                unsafe {
                    match part.w.kind() {
                        Kind::F32 => of::<kinds::F32>(part, range, x),
                        Kind::F16 => of::<kinds::F16>(part, range, x),
                        Kind::Bf16 => of::<kinds::Bf16>(part, range, x),
                        Kind::Q8_0 => of::<kinds::Q8_0>(part, range, x),
                        Kind::Q4_0 => of::<kinds::Q4_0>(part, range, x),
                        Kind::Q4_1 => of::<kinds::Q4_1>(part, range, x),
                        Kind::Q4K => of::<kinds::Q4K>(part, range, x),
                        Kind::Q6K => of::<kinds::Q6K>(part, range, x),
                    }
                }
            }
        };
    }

    for_each_kind!(with_avx512, Avx512, "avx512f,avx2,fma,f16c", (1, 2), (2, 2), (4, 1), (8, 1));
    for_each_kind!(with_avx2, Avx2, "avx2,fma,f16c", (1, 2), (2, 1));
}
