//! Where the bits of a row of numbers are: the places where something begins, one after the other.
//!
//! ```text
//! bits      0 1 0 0 1 1 0 …  0 0 1 …      A processor pushes those of the numbers 0 to 63 whose bit is set
//! places    1, 4, 5, …  66, …             together, all at once.
//! ```

use std::sync::LazyLock;

/// A way to list the places of all bits, in place of what the list held.
pub type Way = fn(&[u64], &mut Vec<u32>);

/// Lists the places of all bits in the quickest way that this processor knows: bit `i` of number `n` is at
/// `64 * n + i`. The numbers are at most 2^26.
pub fn list(bits: &[u64], places: &mut Vec<u32>) {
    static QUICKEST: LazyLock<Way> = LazyLock::new(|| ways()[0]);
    QUICKEST(bits, places);
}

/// All ways that this processor knows, the quickest first and the plain one last.
pub fn ways() -> Vec<Way> {
    let mut ways: Vec<Way> = Vec::new();
    #[cfg(target_arch = "x86_64")]
    if is_x86_feature_detected!("avx512vbmi2") && is_x86_feature_detected!("avx512bw") {
        // SAFETY: the processor has what the function is compiled for.
        ways.push(|bits, places| unsafe { wide::list(bits, places) });
    }
    ways.extend([eight_at_a_time as Way, plain]);
    ways
}

/// The plain twin: one bit after the other.
pub fn plain(bits: &[u64], places: &mut Vec<u32>) {
    places.clear();
    for (&bits, at) in bits.iter().zip((0u32..).step_by(64)) {
        let set = (0..64).filter(|place| bits >> place & 1 == 1);
        places.extend(set.map(|place| at + place));
    }
}

/// Eight at a time: that a number has fewer is seen only afterwards.
fn eight_at_a_time(bits: &[u64], places: &mut Vec<u32>) {
    places.clear();
    places.reserve(64 * bits.len());
    let (room, mut many) = (places.spare_capacity_mut(), 0);
    for (&bits, at) in bits.iter().zip((0u32..).step_by(64)) {
        let (mut left, eights) = (bits, bits.count_ones().div_ceil(8) as usize);
        for eight in room[many..].chunks_exact_mut(8).take(eights) {
            for place in eight {
                place.write(at + left.trailing_zeros());
                left &= left.wrapping_sub(1);
            }
        }
        many += bits.count_ones() as usize;
    }
    // SAFETY: so many were written: of each number no fewer than it has, one after the other.
    unsafe { places.set_len(many) }
}

#[cfg(target_arch = "x86_64")]
mod wide {
    use std::arch::x86_64::*;

    /// The places of one number in one register of bytes, and then 16 at a time as numbers of 32 bits.
    #[target_feature(enable = "avx512bw,avx512vbmi2")]
    pub(super) fn list(bits: &[u64], places: &mut Vec<u32>) {
        places.clear();
        places.reserve(64 * bits.len());
        let numbers: [u8; 64] = std::array::from_fn(|place| place as u8);
        // SAFETY: 64 bytes are read.
        let numbers = unsafe { _mm512_loadu_epi8(numbers.as_ptr().cast()) };
        let mut many = 0;
        for (&bits, at) in bits.iter().zip((0u32..).step_by(64)) {
            let mut together = _mm512_maskz_compress_epi8(bits, numbers);
            let first = _mm512_set1_epi32(at as i32);
            let end = many + bits.count_ones() as usize;
            for from in (many..end).step_by(16) {
                let sixteen = _mm512_cvtepu8_epi32(_mm512_castsi512_si128(together));
                // SAFETY: there is room for 64 places of each number, and of this one at most 48 are written so far.
                unsafe {
                    let out = places.as_mut_ptr().add(from);
                    _mm512_storeu_epi32(out.cast(), _mm512_add_epi32(sixteen, first));
                }
                together = _mm512_shuffle_i64x2::<0b00_11_10_01>(together, together);
            }
            many = end;
        }
        // SAFETY: so many were written.
        unsafe { places.set_len(many) }
    }
}
