//! Sixteen numbers abreast, and how each kind of processor widens what is narrow.

use std::arch::x86_64::*;

/// Sixteen `f32`.
///
/// # Safety
/// Of all functions: the processor has the instructions, and a pointer leads to all that is read.
pub(super) trait Lanes: Copy {
    /// What sixteen numbers `q`, of 0 to 15, stand for.
    type Table: Copy;

    unsafe fn splat(x: f32) -> Self;
    unsafe fn load(from: *const f32) -> Self;
    unsafe fn store(self, to: *mut f32);
    /// Sixteen halves.
    unsafe fn f16(from: *const u8) -> Self;
    /// Sixteen upper halves of an `f32`.
    unsafe fn bf16(from: *const u8) -> Self;
    /// Sixteen signed bytes.
    unsafe fn i8(from: *const u8) -> Self;
    /// Sixteen bytes.
    unsafe fn u8(from: *const u8) -> Self;
    /// The half in the lowest bits, sixteen times.
    unsafe fn half(bits: u64) -> Self;
    /// The first eight of one and the last eight of another.
    unsafe fn halves(first: Self, last: Self) -> Self;
    /// `q` stands for `d q + m`.
    unsafe fn table(d: Self, m: Self) -> Self::Table;
    /// `q` stands for `d (q - 8)`.
    unsafe fn table_of_8(d: Self) -> Self::Table;
    /// What the lower or the upper halves of sixteen bytes stand for.
    unsafe fn look<const UPPER: bool>(table: Self::Table, from: *const u8) -> Self;
    unsafe fn times(self, by: Self) -> Self;
    /// `self + a · b`, rounded once.
    unsafe fn add_product(self, a: Self, b: Self) -> Self;
    unsafe fn plus(self, other: Self) -> Self;
    /// Their sum: 16 lanes onto 8, 8 onto 4, 4 onto 2, 2 onto 1.
    unsafe fn sum(self) -> f32;

    /// 32 numbers of six bits: the low four are a half of 32 bytes, the high two a quarter of 32 others.
    #[inline(always)]
    unsafe fn six<const QUARTER: usize>(low: *const u8, high: *const u8) -> [Self; 2] {
        let mut q = [0_u8; 32];
        // SAFETY: the caller promises the instructions and the bytes.
        unsafe {
            let (low, high) = (_mm256_loadu_si256(low.cast()), _mm256_loadu_si256(high.cast()));
            let low = if QUARTER < 2 { low } else { _mm256_srli_epi16::<4>(low) };
            let high = match QUARTER {
                0 => _mm256_slli_epi16::<4>(high),
                1 => _mm256_slli_epi16::<2>(high),
                2 => high,
                _ => _mm256_srli_epi16::<2>(high),
            };
            let low = _mm256_and_si256(low, _mm256_set1_epi8(0x0f));
            let high = _mm256_and_si256(high, _mm256_set1_epi8(0x30));
            let both = _mm256_sub_epi8(_mm256_or_si256(low, high), _mm256_set1_epi8(32));
            _mm256_storeu_si256(q.as_mut_ptr().cast(), both);
            [Self::i8(q.as_ptr()), Self::i8(q.as_ptr().add(16))]
        }
    }
}

/// 0 to 15
static COUNT: [f32; 16] =
    [0., 1., 2., 3., 4., 5., 6., 7., 8., 9., 10., 11., 12., 13., 14., 15.];

/// -8 to 7
static COUNT_FROM_8: [f32; 16] =
    [-8., -7., -6., -5., -4., -3., -2., -1., 0., 1., 2., 3., 4., 5., 6., 7.];

/// One register of 512 bits.
#[derive(Clone, Copy)]
pub(super) struct Avx512(__m512);

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
    unsafe fn half(bits: u64) -> Self {
        // SAFETY: as above.
        Avx512(unsafe { _mm512_broadcastss_ps(_mm_cvtph_ps(_mm_cvtsi64_si128(bits as i64))) })
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

/// # Safety
/// The processor has AVX.
#[inline(always)]
unsafe fn sum(eight: __m256) -> f32 {
    // SAFETY: as the caller promises.
    unsafe {
        let four =
            _mm_add_ps(_mm256_castps256_ps128(eight), _mm256_extractf128_ps::<1>(eight));
        let two = _mm_add_ps(four, _mm_movehl_ps(four, four));
        _mm_cvtss_f32(_mm_add_ss(two, _mm_shuffle_ps::<1>(two, two)))
    }
}

/// Two registers of 256 bits.
#[derive(Clone, Copy)]
pub(super) struct Avx2(__m256, __m256);

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
    unsafe fn half(bits: u64) -> Self {
        // SAFETY: as above.
        let lanes =
            unsafe { _mm256_broadcastss_ps(_mm_cvtph_ps(_mm_cvtsi64_si128(bits as i64))) };
        Avx2(lanes, lanes)
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
