//! A few numbers of 24 bits, in 16 bytes: half a register holds the ids of a piece, and how many they are.
//!
//! ```text
//! low    two bytes of each     a a b b c c d d e e           a processor lays the third byte of each beside the
//! high   the third of each     A B C D E                     other two, four numbers at a time
//! many                         #
//! ```

/// Up to five numbers below 2^24, and one of eight bits beside them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(C, align(16))]
pub struct Packed {
    low: [u16; Packed::MOST],
    high: [u8; Packed::MOST],
    beside: u8,
}

impl Packed {
    /// How many numbers it holds at most.
    pub const MOST: usize = 5;

    /// How many numbers are written, needed or not.
    pub const ROOM: usize = 8;

    /// These numbers, and one beside them; none, if they are too many or one is too large.
    pub fn new(numbers: &[u32], beside: u8) -> Option<Self> {
        let mut packed = Packed { beside, ..Packed::default() };
        if numbers.len() > Self::MOST {
            return None;
        }
        for ((low, high), &number) in packed.low.iter_mut().zip(&mut packed.high).zip(numbers) {
            *low = number as u16;
            *high = u8::try_from(number >> 16).ok()?;
        }
        Some(packed)
    }

    /// The number beside them.
    #[inline(always)]
    pub fn beside(&self) -> u8 {
        self.beside
    }

    /// The first number.
    #[inline(always)]
    pub fn first(&self) -> u32 {
        u32::from(self.low[0]) | u32::from(self.high[0]) << 16
    }

    /// Writes the numbers to the first five places of `out`, and anything to the others.
    #[inline(always)]
    pub fn write(&self, out: &mut [u32; Self::ROOM]) {
        #[cfg(target_arch = "x86_64")]
        {
            use std::arch::x86_64::*;
            // SAFETY: every processor of this kind has SSE2; 16 bytes are read, which is what is there, and 32 written.
            unsafe {
                let all = _mm_load_si128(std::ptr::from_ref(self).cast());
                let high = _mm_unpacklo_epi8(_mm_srli_si128::<10>(all), _mm_setzero_si128());
                let out = out.as_mut_ptr().cast::<__m128i>();
                _mm_storeu_si128(out, _mm_unpacklo_epi16(all, high));
                _mm_storeu_si128(out.add(1), _mm_unpackhi_epi16(all, high));
            }
        }
        #[cfg(not(target_arch = "x86_64"))]
        self.write_plainly(out);
    }

    /// The plain twin: one number after the other.
    pub fn write_plainly(&self, out: &mut [u32; Self::ROOM]) {
        for ((out, &low), &high) in out.iter_mut().zip(&self.low).zip(&self.high) {
            *out = u32::from(low) | u32::from(high) << 16;
        }
    }
}
