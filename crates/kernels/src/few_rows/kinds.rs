//! How each kind is widened in registers, 32 numbers at a time.

use super::lanes::Lanes;
use crate::Kind;

/// A kind of weights. What lies in a block is said in [`crate::weights`].
///
/// # Safety
/// Of all functions: the processor has the instructions of `L`, and there is a block.
pub(super) trait Widen<L: Lanes> {
    const KIND: Kind;
    /// So many numbers are widened with one head: a block, or 32.
    const NUMBERS: usize = if Self::KIND.block() == 1 { 32 } else { Self::KIND.block() };
    /// So many bytes they are.
    const BYTES: usize = Self::NUMBERS / Self::KIND.block() * Self::KIND.block_bytes();
    /// What is made of scales, once for a block.
    type Head: Copy;

    unsafe fn head(block: *const u8) -> Self::Head;

    /// The numbers from 32 J on.
    unsafe fn pair<const J: usize>(head: &Self::Head, block: *const u8) -> [L; 2];
}

pub(super) struct F32;
pub(super) struct F16;
pub(super) struct Bf16;
pub(super) struct Q8_0;
pub(super) struct Q4_0;
pub(super) struct Q4_1;
pub(super) struct Q4K;
pub(super) struct Q6K;

/// The first eight bytes, in one load.
///
/// # Safety
/// There are eight bytes.
#[inline(always)]
unsafe fn eight(block: *const u8) -> u64 {
    // SAFETY: as the caller promises.
    unsafe { block.cast::<u64>().read_unaligned() }
}

// SAFETY of each block below: the caller promises the instructions, and the bytes of a block.

impl<L: Lanes> Widen<L> for F32 {
    const KIND: Kind = Kind::F32;
    type Head = ();

    #[inline(always)]
    unsafe fn head(_: *const u8) {}

    #[inline(always)]
    unsafe fn pair<const J: usize>(_: &(), block: *const u8) -> [L; 2] {
        // SAFETY: as above.
        unsafe { [L::load(block.cast()), L::load(block.add(64).cast())] }
    }
}

impl<L: Lanes> Widen<L> for F16 {
    const KIND: Kind = Kind::F16;
    type Head = ();

    #[inline(always)]
    unsafe fn head(_: *const u8) {}

    #[inline(always)]
    unsafe fn pair<const J: usize>(_: &(), block: *const u8) -> [L; 2] {
        // SAFETY: as above.
        unsafe { [L::f16(block), L::f16(block.add(32))] }
    }
}

impl<L: Lanes> Widen<L> for Bf16 {
    const KIND: Kind = Kind::Bf16;
    type Head = ();

    #[inline(always)]
    unsafe fn head(_: *const u8) {}

    #[inline(always)]
    unsafe fn pair<const J: usize>(_: &(), block: *const u8) -> [L; 2] {
        // SAFETY: as above.
        unsafe { [L::bf16(block), L::bf16(block.add(32))] }
    }
}

impl<L: Lanes> Widen<L> for Q8_0 {
    const KIND: Kind = Kind::Q8_0;
    type Head = L;

    #[inline(always)]
    unsafe fn head(block: *const u8) -> L {
        // SAFETY: as above.
        unsafe { L::half(eight(block)) }
    }

    #[inline(always)]
    unsafe fn pair<const J: usize>(d: &L, block: *const u8) -> [L; 2] {
        // SAFETY: as above.
        unsafe { [L::i8(block.add(2)).times(*d), L::i8(block.add(18)).times(*d)] }
    }
}

impl<L: Lanes> Widen<L> for Q4_0 {
    const KIND: Kind = Kind::Q4_0;
    type Head = L::Table;

    #[inline(always)]
    unsafe fn head(block: *const u8) -> L::Table {
        // SAFETY: as above.
        unsafe { L::table_of_8(L::half(eight(block))) }
    }

    #[inline(always)]
    unsafe fn pair<const J: usize>(table: &L::Table, block: *const u8) -> [L; 2] {
        // SAFETY: as above.
        unsafe { [L::look::<false>(*table, block.add(2)), L::look::<true>(*table, block.add(2))] }
    }
}

impl<L: Lanes> Widen<L> for Q4_1 {
    const KIND: Kind = Kind::Q4_1;
    type Head = L::Table;

    #[inline(always)]
    unsafe fn head(block: *const u8) -> L::Table {
        // SAFETY: as above.
        unsafe {
            let [d, m] = L::two_halves(eight(block));
            L::table(d, m)
        }
    }

    #[inline(always)]
    unsafe fn pair<const J: usize>(table: &L::Table, block: *const u8) -> [L; 2] {
        // SAFETY: as above.
        unsafe { [L::look::<false>(*table, block.add(4)), L::look::<true>(*table, block.add(4))] }
    }
}

impl<L: Lanes> Widen<L> for Q4K {
    const KIND: Kind = Kind::Q4K;
    /// Eight times `d s`, and eight times `-m t`.
    type Head = [f32; 16];

    #[inline(always)]
    unsafe fn head(block: *const u8) -> [f32; 16] {
        // SAFETY: as above.
        unsafe {
            let [a, b, c]: [u32; 3] = block.add(4).cast::<[u32; 3]>().read_unaligned();
            let high = |x: u32| x >> 6 & 0x0303_0303;
            let scales = [a & 0x3f3f_3f3f, c & 0x0f0f_0f0f | high(a) << 4];
            let least = [b & 0x3f3f_3f3f, c >> 4 & 0x0f0f_0f0f | high(b) << 4];
            let packed = [scales, least];
            let [d, m] = L::two_halves(eight(block));
            let by = L::halves(d, m.times(L::splat(-1.0)));
            let mut head = [0.0; 16];
            L::u8(packed.as_ptr().cast()).times(by).store(head.as_mut_ptr());
            head
        }
    }

    #[inline(always)]
    unsafe fn pair<const J: usize>(head: &[f32; 16], block: *const u8) -> [L; 2] {
        // SAFETY: as above.
        unsafe {
            let table = L::table(L::splat(head[J]), L::splat(head[8 + J]));
            let q = block.add(16 + J / 2 * 32);
            if J.is_multiple_of(2) {
                [L::look::<false>(table, q), L::look::<false>(table, q.add(16))]
            } else {
                [L::look::<true>(table, q), L::look::<true>(table, q.add(16))]
            }
        }
    }
}

impl<L: Lanes> Widen<L> for Q6K {
    const KIND: Kind = Kind::Q6K;
    /// `d s`
    type Head = [f32; 16];

    #[inline(always)]
    unsafe fn head(block: *const u8) -> [f32; 16] {
        let mut head = [0.0; 16];
        // SAFETY: as above.
        unsafe {
            let d = block.add(208).cast::<u16>().read_unaligned();
            L::i8(block.add(192)).times(L::half(u64::from(d))).store(head.as_mut_ptr());
        }
        head
    }

    #[inline(always)]
    unsafe fn pair<const J: usize>(head: &[f32; 16], block: *const u8) -> [L; 2] {
        // SAFETY: as above.
        unsafe {
            let (low, high) = (block.add(J / 4 * 64 + J % 2 * 32), block.add(128 + J / 4 * 32));
            let [first, last] = match J % 4 {
                0 => L::six::<0>(low, high),
                1 => L::six::<1>(low, high),
                2 => L::six::<2>(low, high),
                _ => L::six::<3>(low, high),
            };
            [first.times(L::splat(head[2 * J])), last.times(L::splat(head[2 * J + 1]))]
        }
    }
}
