//! Sixteen numbers in two registers.

use std::arch::x86_64::*;

use super::{Lanes, four_halves, sum};

/// Two registers of 256 bits.
#[derive(Clone, Copy)]
pub(in super::super) struct Avx2(__m256, __m256);

// SAFETY of each block: the caller promises AVX2, FMA and F16C, and that what pointers lead to is there.
impl Lanes for Avx2 {
    /// `d` and `m`: to look a number up takes longer than to make it.
    type Table = (__m256, __m256);

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
    unsafe fn store(self, to: *mut f32) {
        // SAFETY: as above.
        unsafe {
            _mm256_storeu_ps(to, self.0);
            _mm256_storeu_ps(to.add(8), self.1);
        }
    }

    #[inline(always)]
    unsafe fn f16(from: *const u8) -> Self {
        // SAFETY: as above.
        unsafe {
            let last = _mm_loadu_si128(from.add(16).cast());
            Avx2(_mm256_cvtph_ps(_mm_loadu_si128(from.cast())), _mm256_cvtph_ps(last))
        }
    }

    #[inline(always)]
    unsafe fn bf16(from: *const u8) -> Self {
        // SAFETY: as above.
        unsafe {
            let first = _mm256_cvtepu16_epi32(_mm_loadu_si128(from.cast()));
            let last = _mm256_cvtepu16_epi32(_mm_loadu_si128(from.add(16).cast()));
            Avx2(
                _mm256_castsi256_ps(_mm256_slli_epi32::<16>(first)),
                _mm256_castsi256_ps(_mm256_slli_epi32::<16>(last)),
            )
        }
    }

    #[inline(always)]
    unsafe fn i8(from: *const u8) -> Self {
        // SAFETY: as above.
        unsafe {
            let first = _mm256_cvtepi8_epi32(_mm_loadl_epi64(from.cast()));
            let last = _mm256_cvtepi8_epi32(_mm_loadl_epi64(from.add(8).cast()));
            Avx2(_mm256_cvtepi32_ps(first), _mm256_cvtepi32_ps(last))
        }
    }

    #[inline(always)]
    unsafe fn u8(from: *const u8) -> Self {
        // SAFETY: as above.
        unsafe {
            let first = _mm256_cvtepu8_epi32(_mm_loadl_epi64(from.cast()));
            let last = _mm256_cvtepu8_epi32(_mm_loadl_epi64(from.add(8).cast()));
            Avx2(_mm256_cvtepi32_ps(first), _mm256_cvtepi32_ps(last))
        }
    }

    #[inline(always)]
    unsafe fn two_halves(bits: u64) -> [Self; 2] {
        // SAFETY: as above.
        unsafe {
            let four = four_halves(bits);
            let first = _mm256_broadcastss_ps(four);
            let second = _mm256_broadcastss_ps(_mm_movehdup_ps(four));
            [Avx2(first, first), Avx2(second, second)]
        }
    }

    #[inline(always)]
    unsafe fn halves(first: Self, last: Self) -> Self {
        Avx2(first.0, last.1)
    }

    #[inline(always)]
    unsafe fn table(d: Self, m: Self) -> (__m256, __m256) {
        (d.0, m.0)
    }

    #[inline(always)]
    unsafe fn table_of_8(d: Self) -> (__m256, __m256) {
        // SAFETY: as above. 8 d is a number, so this rounds nothing.
        (d.0, unsafe { _mm256_mul_ps(d.0, _mm256_set1_ps(-8.0)) })
    }

    #[inline(always)]
    unsafe fn look<const UPPER: bool>((d, m): (__m256, __m256), from: *const u8) -> Self {
        // SAFETY: as above.
        unsafe {
            let bytes = _mm_loadu_si128(from.cast());
            let bytes = if UPPER { _mm_srli_epi16::<4>(bytes) } else { bytes };
            let q = _mm_and_si128(bytes, _mm_set1_epi8(15));
            let first = _mm256_cvtepi32_ps(_mm256_cvtepu8_epi32(q));
            let last = _mm256_cvtepi32_ps(_mm256_cvtepu8_epi32(_mm_srli_si128::<8>(q)));
            Avx2(_mm256_fmadd_ps(first, d, m), _mm256_fmadd_ps(last, d, m))
        }
    }

    #[inline(always)]
    unsafe fn times(self, by: Self) -> Self {
        // SAFETY: as above.
        unsafe { Avx2(_mm256_mul_ps(self.0, by.0), _mm256_mul_ps(self.1, by.1)) }
    }

    #[inline(always)]
    unsafe fn add_product(self, a: Self, b: Self) -> Self {
        // SAFETY: as above.
        unsafe { Avx2(_mm256_fmadd_ps(a.0, b.0, self.0), _mm256_fmadd_ps(a.1, b.1, self.1)) }
    }

    #[inline(always)]
    unsafe fn plus(self, other: Self) -> Self {
        // SAFETY: as above.
        unsafe { Avx2(_mm256_add_ps(self.0, other.0), _mm256_add_ps(self.1, other.1)) }
    }

    #[inline(always)]
    unsafe fn sum(self) -> f32 {
        // SAFETY: as above.
        unsafe { sum(_mm256_add_ps(self.0, self.1)) }
    }
}
