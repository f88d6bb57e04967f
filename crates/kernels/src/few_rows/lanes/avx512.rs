//! Sixteen numbers in one register.

use std::arch::x86_64::*;

use super::{Lanes, four_halves, sum};

/// 0 to 15
static COUNT: [f32; 16] = [0., 1., 2., 3., 4., 5., 6., 7., 8., 9., 10., 11., 12., 13., 14., 15.];

/// -8 to 7
static COUNT_FROM_8: [f32; 16] =
    [-8., -7., -6., -5., -4., -3., -2., -1., 0., 1., 2., 3., 4., 5., 6., 7.];

/// One register of 512 bits.
#[derive(Clone, Copy)]
pub(in super::super) struct Avx512(__m512);

// SAFETY of each block: the caller promises AVX-512 F, and that what pointers lead to is there.
impl Lanes for Avx512 {
    type Table = __m512;

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
    unsafe fn store(self, to: *mut f32) {
        // SAFETY: as above.
        unsafe { _mm512_storeu_ps(to, self.0) }
    }

    #[inline(always)]
    unsafe fn f16(from: *const u8) -> Self {
        // SAFETY: as above.
        Avx512(unsafe { _mm512_cvtph_ps(_mm256_loadu_si256(from.cast())) })
    }

    #[inline(always)]
    unsafe fn bf16(from: *const u8) -> Self {
        // SAFETY: as above.
        unsafe {
            let wide = _mm512_cvtepu16_epi32(_mm256_loadu_si256(from.cast()));
            Avx512(_mm512_castsi512_ps(_mm512_slli_epi32::<16>(wide)))
        }
    }

    #[inline(always)]
    unsafe fn i8(from: *const u8) -> Self {
        // SAFETY: as above.
        unsafe {
            let wide = _mm512_cvtepi8_epi32(_mm_loadu_si128(from.cast()));
            Avx512(_mm512_cvtepi32_ps(wide))
        }
    }

    #[inline(always)]
    unsafe fn u8(from: *const u8) -> Self {
        // SAFETY: as above.
        unsafe {
            let wide = _mm512_cvtepu8_epi32(_mm_loadu_si128(from.cast()));
            Avx512(_mm512_cvtepi32_ps(wide))
        }
    }

    #[inline(always)]
    unsafe fn two_halves(bits: u64) -> [Self; 2] {
        // SAFETY: as above.
        unsafe {
            let four = four_halves(bits);
            let second = _mm_movehdup_ps(four);
            [Avx512(_mm512_broadcastss_ps(four)), Avx512(_mm512_broadcastss_ps(second))]
        }
    }

    #[inline(always)]
    unsafe fn halves(first: Self, last: Self) -> Self {
        // SAFETY: as above.
        Avx512(unsafe { _mm512_mask_blend_ps(0xff00, first.0, last.0) })
    }

    #[inline(always)]
    unsafe fn table(d: Self, m: Self) -> __m512 {
        // SAFETY: as above; there are sixteen numbers to count.
        unsafe { _mm512_fmadd_ps(_mm512_loadu_ps(COUNT.as_ptr()), d.0, m.0) }
    }

    #[inline(always)]
    unsafe fn table_of_8(d: Self) -> __m512 {
        // SAFETY: as above; there are sixteen numbers to count.
        unsafe { _mm512_mul_ps(_mm512_loadu_ps(COUNT_FROM_8.as_ptr()), d.0) }
    }

    /// Only the low four bits of a place are looked at.
    #[inline(always)]
    unsafe fn look<const UPPER: bool>(table: __m512, from: *const u8) -> Self {
        // SAFETY: as above.
        unsafe {
            let wide = _mm512_cvtepu8_epi32(_mm_loadu_si128(from.cast()));
            let places = if UPPER { _mm512_srli_epi32::<4>(wide) } else { wide };
            Avx512(_mm512_permutexvar_ps(places, table))
        }
    }

    #[inline(always)]
    unsafe fn times(self, by: Self) -> Self {
        // SAFETY: as above.
        Avx512(unsafe { _mm512_mul_ps(self.0, by.0) })
    }

    #[inline(always)]
    unsafe fn add_product(self, a: Self, b: Self) -> Self {
        // SAFETY: as above.
        Avx512(unsafe { _mm512_fmadd_ps(a.0, b.0, self.0) })
    }

    #[inline(always)]
    unsafe fn plus(self, other: Self) -> Self {
        // SAFETY: as above.
        Avx512(unsafe { _mm512_add_ps(self.0, other.0) })
    }

    #[inline(always)]
    unsafe fn sum(self) -> f32 {
        // SAFETY: as above.
        unsafe {
            let last = _mm512_extractf64x4_pd::<1>(_mm512_castps_pd(self.0));
            sum(_mm256_add_ps(_mm512_castps512_ps256(self.0), _mm256_castpd_ps(last)))
        }
    }
}
