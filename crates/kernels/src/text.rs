//! What 64 bytes of a text are, a bit for each: capital letters, digits, white space …
//!
//! ```text
//! bytes   T h e   c a t   s a t .        bit i of `lower` is 1 where byte i is one of a to z
//! lower   0 1 1 0 1 1 1 0 1 1 1 0
//! blank   0 0 0 1 0 0 0 1 0 0 0 0
//! ```
//!
//! A processor compares 32 or 64 bytes at once, and a number of 64 bits holds what it found: where a
//! run of letters begins is then `lower & !(lower << 1)`, for 64 places together. All processors give
//! the same bits.

use std::sync::LazyLock;

/// What 64 bytes are. Past the end of the text every bit is 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Marks {
    /// `A` to `Z`
    pub upper: u64,
    /// `a` to `z`
    pub lower: u64,
    /// `0` to `9`
    pub digit: u64,
    /// a tab, a line feed, a vertical tab, a form feed, a carriage return or a blank
    pub space: u64,
    /// a line feed or a carriage return
    pub newline: u64,
    /// a line feed alone
    pub feed: u64,
    /// a blank alone
    pub blank: u64,
    /// `'`
    pub apostrophe: u64,
    /// `/`
    pub slash: u64,
    /// not ASCII: a byte of a longer character
    pub foreign: u64,
    /// the first byte of a longer character
    pub lead: u64,
    /// the first byte of a character from U+40000 on, unless 0xA0 comes next (as from U+E0000 to U+E0FFF) or other 64 bytes
    pub far: u64,
}

/// A way to mark a text, 64 bytes each, in place of what the list held.
pub type Way = fn(&[u8], &mut Vec<Marks>);

/// Marks a text in the quickest way that this processor knows.
pub fn mark(bytes: &[u8], marks: &mut Vec<Marks>) {
    static QUICKEST: LazyLock<Way> = LazyLock::new(|| ways()[0]);
    QUICKEST(bytes, marks);
}

/// All ways that this processor knows, the quickest first and the plain one last.
pub fn ways() -> Vec<Way> {
    let mut ways: Vec<Way> = Vec::new();
    #[cfg(target_arch = "x86_64")]
    {
        if is_x86_feature_detected!("avx512bw") {
            // SAFETY: the processor has what the function is compiled for.
            ways.push(|bytes, marks| unsafe { wide::mark_512(bytes, marks) });
        }
        if is_x86_feature_detected!("avx2") {
            // SAFETY: as above.
            ways.push(|bytes, marks| unsafe { wide::mark_256(bytes, marks) });
        }
    }
    ways.push(|bytes, marks| {
        marks.clear();
        marks.extend(bytes.chunks(64).map(plain));
    });
    ways
}

/// The plain twin: one byte after the other.
pub fn plain(bytes: &[u8]) -> Marks {
    let bits = |is: &dyn Fn(u8) -> bool| {
        bytes.iter().rev().fold(0, |bits, &byte| bits << 1 | u64::from(is(byte)))
    };
    Marks::new(
        |wanted| bits(&|byte| byte == wanted),
        |first, many| bits(&|byte| byte.wrapping_sub(first) < many),
    )
}

impl Marks {
    /// `is` says where a byte is; `within`, where one of so many bytes from a first one on is.
    #[inline(always)]
    fn new(is: impl Fn(u8) -> u64, within: impl Fn(u8, u8) -> u64) -> Self {
        let foreign = within(0x80, 128);
        let far = || within(0xF1, 4) & !(is(0xA0) >> 1) & (u64::MAX >> 1);
        Marks {
            upper: within(b'A', 26),
            lower: within(b'a', 26),
            digit: within(b'0', 10),
            space: within(b'\t', 5) | is(b' '),
            newline: is(b'\n') | is(b'\r'),
            feed: is(b'\n'),
            blank: is(b' '),
            apostrophe: is(b'\''),
            slash: is(b'/'),
            foreign,
            lead: within(0xC0, 64),
            far: if foreign == 0 { 0 } else { far() },
        }
    }
}

#[cfg(target_arch = "x86_64")]
mod wide {
    use std::arch::x86_64::*;

    use super::Marks;

    /// 64 bytes in one register.
    #[target_feature(enable = "avx512bw")]
    pub(super) fn mark_512(bytes: &[u8], marks: &mut Vec<Marks>) {
        marks.clear();
        for chunk in bytes.chunks(64) {
            let valid = u64::MAX >> (64 - chunk.len());
            // SAFETY: only the first `chunk.len()` bytes are read.
            let x = unsafe { _mm512_maskz_loadu_epi8(valid, chunk.as_ptr().cast()) };
            let all = |byte: u8| _mm512_set1_epi8(byte as i8);
            marks.push(Marks::new(
                |byte| _mm512_cmpeq_epi8_mask(x, all(byte)),
                |first, many| _mm512_cmplt_epu8_mask(_mm512_sub_epi8(x, all(first)), all(many)),
            ));
        }
    }

    /// 32 bytes in each of two registers.
    #[target_feature(enable = "avx2")]
    pub(super) fn mark_256(bytes: &[u8], marks: &mut Vec<Marks>) {
        marks.clear();
        let (blocks, rest) = bytes.as_chunks::<64>();
        for block in blocks {
            // SAFETY: both halves lie inside the block.
            let x = unsafe {
                let at = block.as_ptr();
                [_mm256_loadu_si256(at.cast()), _mm256_loadu_si256(at.add(32).cast())]
            };
            let all = |byte: u8| _mm256_set1_epi8(byte as i8);
            let bits = |halves: [__m256i; 2]| {
                let [low, high] = halves.map(|half| u64::from(_mm256_movemask_epi8(half) as u32));
                low | high << 32
            };
            marks.push(Marks::new(
                |byte| bits(x.map(|half| _mm256_cmpeq_epi8(half, all(byte)))),
                |first, many| {
                    bits(x.map(|half| {
                        let from_first = _mm256_sub_epi8(half, all(first));
                        _mm256_cmpeq_epi8(_mm256_min_epu8(from_first, all(many - 1)), from_first)
                    }))
                },
            ));
        }
        if !rest.is_empty() {
            marks.push(super::plain(rest));
        }
    }
}

/// Asks for `slice[at]`, so that it lies near by when it is wanted. It does nothing else.
#[inline(always)]
pub fn fetch<T>(slice: &[T], at: usize) {
    #[cfg(target_arch = "x86_64")]
    if let Some(wanted) = slice.get(at) {
        use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        // SAFETY: the place exists; and to fetch in advance reads nothing that the program sees.
        unsafe { _mm_prefetch::<_MM_HINT_T0>(std::ptr::from_ref(wanted).cast()) }
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = (slice, at);
}
