//! Sixteen numbers abreast, on each processor.

/// Sixteen `f32`, in one register, or in two, or in an array.
pub(super) trait Lanes: Copy {
    /// # Safety
    /// The processor has the instructions.
    unsafe fn splat(x: f32) -> Self;

    /// # Safety
    /// The processor has the instructions, and there are 16 numbers.
    unsafe fn load(from: *const f32) -> Self;

    /// # Safety
    /// The processor has the instructions, and there are 16 numbers.
    unsafe fn widen(from: *const u16) -> Self;

    /// # Safety
    /// The processor has the instructions, and there is room for 16 numbers.
    unsafe fn store(self, to: *mut f32);

    /// `self + a · b`
    ///
    /// # Safety
    /// The processor has the instructions.
    unsafe fn add_product(self, a: Self, b: Self) -> Self;

    /// The sum of the sixteen, half added onto half.
    ///
    /// # Safety
    /// The processor has the instructions.
    #[inline(always)]
    unsafe fn total(self) -> f32 {
        // SAFETY: as the caller promises.
        unsafe { halves(self, |a, b| a + b) }
    }

    /// The largest of the sixteen.
    ///
    /// # Safety
    /// The processor has the instructions.
    #[inline(always)]
    unsafe fn largest(self) -> f32 {
        // SAFETY: as the caller promises.
        unsafe { halves(self, |a, b| if b > a { b } else { a }) }
    }
}

/// # Safety
/// The processor has the instructions.
#[inline(always)]
unsafe fn halves<L: Lanes>(lanes: L, join: impl Fn(f32, f32) -> f32) -> f32 {
    let mut numbers = [0.0; 16];
    // SAFETY: there is room for sixteen.
    unsafe { lanes.store(numbers.as_mut_ptr()) };
    for half in [8, 4, 2, 1] {
        let (low, high) = numbers.split_at_mut(half);
        low.iter_mut().zip(high).for_each(|(low, high)| *low = join(*low, *high));
    }
    numbers[0]
}

/// On any processor.
#[derive(Clone, Copy)]
pub(super) struct Plain([f32; 16]);

impl Lanes for Plain {
    #[inline(always)]
    unsafe fn splat(x: f32) -> Self {
        Plain([x; 16])
    }

    #[inline(always)]
    unsafe fn load(from: *const f32) -> Self {
        // SAFETY: the caller has 16 numbers there, and the read asks for no alignment.
        Plain(unsafe { from.cast::<[f32; 16]>().read_unaligned() })
    }

    #[inline(always)]
    unsafe fn widen(from: *const u16) -> Self {
        // SAFETY: the caller has 16 numbers there, and the read asks for no alignment.
        let bits = unsafe { from.cast::<[u16; 16]>().read_unaligned() };
        Plain(bits.map(|bits| half::f16::from_bits(bits).to_f32()))
    }

    #[inline(always)]
    unsafe fn store(self, to: *mut f32) {
        // SAFETY: the caller has room for 16 numbers there, and the write asks for no alignment.
        unsafe { to.cast::<[f32; 16]>().write_unaligned(self.0) }
    }

    #[inline(always)]
    unsafe fn add_product(mut self, a: Self, b: Self) -> Self {
        for ((sum, a), b) in self.0.iter_mut().zip(a.0).zip(b.0) {
            *sum += a * b;
        }
        self
    }
}

#[cfg(target_arch = "x86_64")]
pub(super) use x86::{Avx2, Avx512};

#[cfg(target_arch = "x86_64")]
mod x86 {
    use std::arch::x86_64::*;

    use super::Lanes;

    /// One register of 512 bits.
    #[derive(Clone, Copy)]
    pub(in super::super) struct Avx512(__m512);

    // SAFETY of each block: the caller has asked the processor for AVX-512, and has the numbers.
    impl Lanes for Avx512 {
        #[inline(always)]
        unsafe fn splat(x: f32) -> Self {
            // SAFETY: as above.
            Avx512(unsafe { _mm512_set1_ps(x) })
        }

        #[inline(always)]
        unsafe fn load(from: *const f32) -> Self {
            // SAFETY: as above.
            Avx512(unsafe { _mm512_loadu_ps(from) })
        }

        #[inline(always)]
        unsafe fn widen(from: *const u16) -> Self {
            // SAFETY: as above.
            Avx512(unsafe { _mm512_cvtph_ps(_mm256_loadu_si256(from.cast())) })
        }

        #[inline(always)]
        unsafe fn store(self, to: *mut f32) {
            // SAFETY: as above.
            unsafe { _mm512_storeu_ps(to, self.0) }
        }

        #[inline(always)]
        unsafe fn add_product(self, a: Self, b: Self) -> Self {
            // SAFETY: as above.
            Avx512(unsafe { _mm512_fmadd_ps(a.0, b.0, self.0) })
        }

        #[inline(always)]
        unsafe fn total(self) -> f32 {
            // SAFETY: as above.
            unsafe { _mm512_reduce_add_ps(self.0) }
        }

        #[inline(always)]
        unsafe fn largest(self) -> f32 {
            // SAFETY: as above.
            unsafe { _mm512_reduce_max_ps(self.0) }
        }
    }

    /// Two registers of 256 bits.
    #[derive(Clone, Copy)]
    pub(in super::super) struct Avx2(__m256, __m256);

    // SAFETY of each block: the caller has asked the processor for AVX2, FMA and F16C, and has the numbers.
    impl Lanes for Avx2 {
        #[inline(always)]
        unsafe fn splat(x: f32) -> Self {
            // SAFETY: as above.
            let lanes = unsafe { _mm256_set1_ps(x) };
            Avx2(lanes, lanes)
        }

        #[inline(always)]
        unsafe fn load(from: *const f32) -> Self {
            // SAFETY: as above.
            unsafe { Avx2(_mm256_loadu_ps(from), _mm256_loadu_ps(from.add(8))) }
        }

        #[inline(always)]
        unsafe fn widen(from: *const u16) -> Self {
            // SAFETY: as above.
            unsafe {
                let [low, high] = [from, from.add(8)].map(|from| _mm_loadu_si128(from.cast()));
                Avx2(_mm256_cvtph_ps(low), _mm256_cvtph_ps(high))
            }
        }

        #[inline(always)]
        unsafe fn store(self, to: *mut f32) {
            // SAFETY: as above.
            unsafe {
                _mm256_storeu_ps(to, self.0);
                _mm256_storeu_ps(to.add(8), self.1);
            }
        }

        #[inline(always)]
        unsafe fn add_product(self, a: Self, b: Self) -> Self {
            // SAFETY: as above.
            unsafe { Avx2(_mm256_fmadd_ps(a.0, b.0, self.0), _mm256_fmadd_ps(a.1, b.1, self.1)) }
        }
    }
}
