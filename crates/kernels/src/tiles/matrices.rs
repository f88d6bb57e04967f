//! Tiles in registers that are matrices: 16 rows by 16 lanes of 32 bits (Intel's AMX).
//!
//! ```text
//! a panel of a    for each 16 lanes along k: 32 rows, each with its 16 lanes side by side
//! a panel of b    for each lane along k, 32 columns side by side
//! a tile of c     32 by 32 sums in four registers; two more for a, two for b
//! ```
//!
//! A lane is two bf16 that are neighbours along k. One instruction multiplies 16 rows of a by 16 columns
//! of b along 16 lanes: 8,192 products. The standard library does not know these instructions yet, but
//! the assembler does.
//!
//! Source: Intel 64 and IA-32 Architectures Software Developer's Manual, volume 1, chapter 18.

use std::arch::asm;
use std::arch::x86_64::*;
use std::marker::PhantomData;
use std::mem::transmute;
use std::sync::LazyLock;

use super::x86::{first, transpose};
use super::{MATRIX, Strided, Target, pack};

/// Whether the processor has such registers, and the system lets us use them.
pub(crate) fn has_matrices() -> bool {
    static HAS: LazyLock<bool> = LazyLock::new(|| known() && allowed());
    *HAS
}

/// Bit 22 of what the processor says of itself is bf16 in matrices, and bit 24 the registers.
fn known() -> bool {
    const BITS: u32 = 1 << 22 | 1 << 24;
    if __cpuid(0).eax < 7 || !is_x86_feature_detected!("avx512bf16") {
        return false;
    }
    __cpuid_count(7, 0).edx & BITS == BITS
}

/// The registers are 8 KiB, which each switch of threads has to save: so the system wants to be asked.
#[cfg(target_os = "linux")]
fn allowed() -> bool {
    const ASK: libc::c_long = 0x1023; // ARCH_REQ_XCOMP_PERM
    const REGISTERS: libc::c_long = 18; // XFEATURE_XTILEDATA
    // SAFETY: the call takes two numbers, and changes nothing but what this process may do.
    unsafe { libc::syscall(libc::SYS_arch_prctl, ASK, REGISTERS) == 0 }
}

#[cfg(not(target_os = "linux"))]
fn allowed() -> bool {
    false
}

/// How the eight registers are laid out: 16 rows of 64 bytes each.
#[repr(C, align(64))]
struct Layout {
    palette: u8,
    start: u8,
    reserved: [u8; 14],
    row_bytes: [u16; 16],
    rows: [u8; 16],
}

static LAYOUT: Layout = Layout {
    palette: 1,
    start: 0,
    reserved: [0; 14],
    row_bytes: [64, 64, 64, 64, 64, 64, 64, 64, 0, 0, 0, 0, 0, 0, 0, 0],
    rows: [16, 16, 16, 16, 16, 16, 16, 16, 0, 0, 0, 0, 0, 0, 0, 0],
};

/// While it lives, this thread's registers are laid out. It stays in its thread.
pub(crate) struct Matrices(PhantomData<*const ()>);

impl Matrices {
    /// # Panics
    /// If there are no such registers.
    pub(crate) fn ready() -> Self {
        assert!(has_matrices());
        // SAFETY: the registers are there; nothing else in this program uses them.
        unsafe { asm!("ldtilecfg [{}]", in(reg) &LAYOUT, options(nostack, readonly)) };
        Matrices(PhantomData)
    }
}

impl Drop for Matrices {
    fn drop(&mut self) {
        // SAFETY: the registers are there. Empty ones need not be saved.
        unsafe { asm!("tilerelease", options(nostack, nomem)) };
    }
}

/// Packs rows of a: `lanes` are a multiple of 16.
///
/// # Safety
/// The processor has AVX-512 with bf16; `out` has room for the panels.
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512dq,avx512bf16")]
pub(crate) unsafe fn matrices_of_rows(x: Strided<'_>, lanes: usize, out: *mut u32) {
    for square in 0..lanes / 16 {
        for panel in (0..x.rows).step_by(16) {
            let here = out.wrapping_add(panel / MATRIX * MATRIX * lanes);
            let here = here.wrapping_add((square * MATRIX + panel % MATRIX) * 16);
            // SAFETY: only what x has is read; and there is room for 16 rows of 16 lanes.
            unsafe {
                let rows = if x.column_stride == 1 {
                    along(x, panel, square * 32)
                } else {
                    transpose(across(x, panel, square * 32))
                };
                for (row, lanes) in rows.into_iter().enumerate() {
                    _mm512_store_si512(here.add(row * 16).cast(), lanes);
                }
            }
        }
    }
    // The second half of the last panel may have no rows at all.
    if x.rows.next_multiple_of(16) % MATRIX != 0 {
        let last = out.wrapping_add(x.rows / MATRIX * MATRIX * lanes);
        for square in 0..lanes / 16 {
            // SAFETY: it is part of the panel.
            unsafe { last.add((square * MATRIX + 16) * 16).write_bytes(0, 16 * 16) };
        }
    }
}

/// Sixteen rows of 32 neighbours each, in bf16; zeros where there are none.
///
/// # Safety
/// The processor has AVX-512 with bf16.
#[inline(always)]
unsafe fn along(x: Strided<'_>, row: usize, column: usize) -> [__m512i; 16] {
    let left = x.columns.saturating_sub(column);
    let (low, high) = (first(left), first(left.saturating_sub(16)));
    std::array::from_fn(|i| {
        let at = x.place(row + i, column);
        let there = row + i < x.rows;
        // SAFETY: only what x has is read.
        unsafe {
            let low = _mm512_maskz_loadu_ps(if there { low } else { 0 }, at);
            let high = _mm512_maskz_loadu_ps(if there { high } else { 0 }, at.wrapping_add(16));
            transmute::<__m512bh, __m512i>(_mm512_cvtne2ps_pbh(high, low))
        }
    })
}

/// Sixteen lanes of sixteen rows each, in bf16; zeros where there are none.
///
/// # Safety
/// The processor has AVX-512 with bf16.
#[inline(always)]
unsafe fn across(x: Strided<'_>, row: usize, column: usize) -> [__m512i; 16] {
    const ORDER: [i16; 32] = {
        let (mut order, mut i) = ([0; 32], 0);
        while i < 32 {
            order[i] = (i / 2 + i % 2 * 16) as i16;
            i += 1;
        }
        order
    };
    let keep = first(x.rows.saturating_sub(row));
    // SAFETY: only what x has is read.
    unsafe {
        let order = transmute::<[i16; 32], __m512i>(ORDER);
        let load = |column: usize| {
            let keep = if column < x.columns { keep } else { 0 };
            if x.row_stride == 1 {
                return _mm512_maskz_loadu_ps(keep, x.place(row, column));
            }
            let number = |i| if keep >> i & 1 == 1 { *x.place(row + i, column) } else { 0.0 };
            transmute::<[f32; 16], __m512>(std::array::from_fn(number))
        };
        std::array::from_fn(|lane| {
            let (low, high) = (load(column + 2 * lane), load(column + 2 * lane + 1));
            let both = transmute::<__m512bh, __m512i>(_mm512_cvtne2ps_pbh(high, low));
            _mm512_permutexvar_epi16(order, both)
        })
    }
}

/// Packs columns of b, which are the rows of x: `lanes` are a multiple of 16.
///
/// # Safety
/// The processor has AVX-512 with bf16; `out` has room for the panels.
pub(crate) unsafe fn matrices_of_columns(x: Strided<'_>, lanes: usize, out: *mut u32) {
    let there = pack::lanes::<true>(x.columns);
    // SAFETY: the caller's; what is missing at the end of a panel is part of it.
    unsafe {
        pack::panels::<true, MATRIX>(super::Way::Avx512, x, lanes, out);
        for panel in (0..x.rows).step_by(MATRIX) {
            let rest = out.wrapping_add(panel * lanes + there * MATRIX);
            rest.write_bytes(0, (lanes - there) * MATRIX);
        }
    }
}

/// A tile of the result.
///
/// # Safety
/// The registers are laid out; `lanes` are a multiple of 16, `a` and `b` hold so many of their panels,
/// and nobody else uses the target's part of the result.
pub(crate) unsafe fn matrix_tile(lanes: usize, a: *const u32, b: *const u32, to: Target) {
    if to.rows == MATRIX && to.columns == MATRIX {
        // SAFETY: the caller's.
        return unsafe { whole(lanes, a, b, to.at, to.stride, to.add) };
    }
    // A sum begins with what is there, as it does in a whole tile: its bits do not tell which it was in.
    let mut sums = [[0.0; MATRIX]; MATRIX];
    let row = |row: usize| to.at.wrapping_offset(row as isize * to.stride);
    // SAFETY: as above; and the sums are all that there is of them.
    unsafe {
        for (i, sums) in sums.iter_mut().enumerate().take(if to.add { to.rows } else { 0 }) {
            row(i).copy_to_nonoverlapping(sums.as_mut_ptr(), to.columns);
        }
        whole(lanes, a, b, sums.as_mut_ptr().cast(), MATRIX as isize, to.add);
        for (i, sums) in sums.iter().enumerate().take(to.rows) {
            row(i).copy_from_nonoverlapping(sums.as_ptr(), to.columns);
        }
    }
}

/// 32 by 32 sums, at `c` and `stride` numbers from one row to the next.
///
/// # Safety
/// As for [`matrix_tile`].
unsafe fn whole(lanes: usize, a: *const u32, b: *const u32, c: *mut f32, stride: isize, add: bool) {
    let below = c.wrapping_offset(16 * stride);
    let row_bytes = 4 * stride;
    // SAFETY: the registers are laid out as 16 rows of 64 bytes; the caller's promise of what is where.
    unsafe {
        asm!(
            "test {add}, {add}",
            "jnz 2f",
            "tilezero tmm0",
            "tilezero tmm1",
            "tilezero tmm2",
            "tilezero tmm3",
            "jmp 3f",
            "2:",
            "tileloadd tmm0, [{c} + {row_bytes}]",
            "tileloadd tmm1, [{c} + {row_bytes} + 64]",
            "tileloadd tmm2, [{below} + {row_bytes}]",
            "tileloadd tmm3, [{below} + {row_bytes} + 64]",
            "3:",
            "test {squares}, {squares}",
            "jz 5f",
            "4:",
            "tileloadd tmm4, [{a} + {a_row}]",
            "tileloadd tmm6, [{b} + {b_row}]",
            "tdpbf16ps tmm0, tmm4, tmm6",
            "tileloadd tmm7, [{b} + {b_row} + 64]",
            "tdpbf16ps tmm1, tmm4, tmm7",
            "tileloadd tmm5, [{a} + {a_row} + 1024]",
            "tdpbf16ps tmm2, tmm5, tmm6",
            "tdpbf16ps tmm3, tmm5, tmm7",
            "add {a}, 2048",
            "add {b}, 2048",
            "dec {squares}",
            "jnz 4b",
            "5:",
            "tilestored [{c} + {row_bytes}], tmm0",
            "tilestored [{c} + {row_bytes} + 64], tmm1",
            "tilestored [{below} + {row_bytes}], tmm2",
            "tilestored [{below} + {row_bytes} + 64], tmm3",
            a = inout(reg) a => _,
            b = inout(reg) b => _,
            squares = inout(reg) lanes / 16 => _,
            c = in(reg) c,
            below = in(reg) below,
            row_bytes = in(reg) row_bytes,
            a_row = in(reg) 64_usize,
            b_row = in(reg) 4 * MATRIX,
            add = in(reg) usize::from(add),
            out("tmm0") _, out("tmm1") _, out("tmm2") _, out("tmm3") _,
            out("tmm4") _, out("tmm5") _, out("tmm6") _, out("tmm7") _,
            options(nostack),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sixteen_rows_of_a_are_a_panel_with_zeros_below() {
        if !has_matrices() {
            return;
        }
        let numbers: Vec<f32> = (0..3 * 5).map(|i| i as f32).collect();
        let mut out = crate::tiles::buffer::Buffer::default();
        let at = out.lanes(MATRIX * 16);
        // SAFETY: there is room for a panel of 16 lanes.
        let panel = unsafe {
            matrices_of_rows(Strided::rows_of(&numbers, 5), 16, at);
            std::slice::from_raw_parts(at, MATRIX * 16)
        };
        let pair = |low: f32, high: f32| low.to_bits() >> 16 | high.to_bits();
        for (i, &lane) in panel.iter().enumerate() {
            let (row, column) = (i / 16, i % 16 * 2);
            let there =
                |column: usize| if row < 3 && column < 5 { (row * 5 + column) as f32 } else { 0.0 };
            assert_eq!(lane, pair(there(column), there(column + 1)), "row {row}, column {column}");
        }
    }
}
