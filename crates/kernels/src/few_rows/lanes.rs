//! Sixteen numbers abreast, and how each kind of processor widens what is narrow.

mod avx2;
mod avx512;

use std::arch::x86_64::*;

pub(super) use avx2::Avx2;
pub(super) use avx512::Avx512;

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
    /// The half in the lowest bits, sixteen times, and the next.
    unsafe fn two_halves(bits: u64) -> [Self; 2];
    /// The half in the lowest bits, sixteen times.
    #[inline(always)]
    unsafe fn half(bits: u64) -> Self {
        // SAFETY: the caller promises the instructions.
        unsafe { Self::two_halves(bits)[0] }
    }
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

/// Four halves, in one register of 128 bits. Said in assembly: the compiler would spread one of them first,
/// and widen it sixteen times.
///
/// # Safety
/// The processor has F16C.
#[inline(always)]
unsafe fn four_halves(bits: u64) -> __m128 {
    let mut four: __m128;
    // SAFETY: as the caller promises; it changes one register.
    unsafe {
        std::arch::asm!("vcvtph2ps {}, {}", lateout(xmm_reg) four, in(xmm_reg) _mm_cvtsi64_si128(bits as i64),
            options(pure, nomem, nostack, preserves_flags));
    }
    four
}

/// # Safety
/// The processor has AVX.
#[inline(always)]
unsafe fn sum(eight: __m256) -> f32 {
    // SAFETY: as the caller promises.
    unsafe {
        let four = _mm_add_ps(_mm256_castps256_ps128(eight), _mm256_extractf128_ps::<1>(eight));
        let two = _mm_add_ps(four, _mm_movehl_ps(four, four));
        _mm_cvtss_f32(_mm_add_ss(two, _mm_shuffle_ps::<1>(two, two)))
    }
}
