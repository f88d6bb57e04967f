//! A few rows times weights of any kind.
#![allow(clippy::unwrap_used)] // helpers of tests

use kernels::few_rows::{Way, few_rows_by};
use kernels::{Kind, Rows, Team, few_rows, few_rows_each, narrow};
use ndarray::{Array2, s};
use proptest::prelude::*;

/// Numbers that look random and are not.
struct Noise(u64);

impl Noise {
    fn next(&mut self) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let mixed = (self.0 >> 33) ^ self.0;
        mixed.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 24
    }

    /// Between -1 and 1.
    fn number(&mut self) -> f32 {
        (self.next() & 0xff_ffff) as f32 / f32::from(1_i16 << 12) / 2048.0 - 1.0
    }

    fn rows(&mut self, rows: usize, columns: usize) -> Array2<f32> {
        Array2::from_shape_simple_fn((rows, columns), || self.number())
    }
}

/// Where a block of a kind has numbers of 16 bits.
fn halves(kind: Kind) -> &'static [usize] {
    match kind {
        Kind::F32 | Kind::F16 | Kind::Bf16 => &[],
        Kind::Q8_0 | Kind::Q4_0 => &[0],
        Kind::Q4_1 | Kind::Q4K => &[0, 2],
        Kind::Q6K => &[208],
    }
}

/// Any bytes, but for scales, which `scale` gives: those that are no number would hide all else.
fn bytes(
    kind: Kind,
    count: usize,
    noise: &mut Noise,
    scale: impl Fn(&mut Noise) -> f32,
) -> Vec<u8> {
    if kind.block() == 1 {
        let numbers: Vec<f32> = (0..count).map(|_| scale(noise)).collect();
        return narrow(kind, &numbers).unwrap();
    }
    let mut bytes: Vec<u8> =
        (0..kind.row_bytes(count).unwrap()).map(|_| noise.next() as u8).collect();
    for block in bytes.chunks_mut(kind.block_bytes()) {
        for &at in halves(kind) {
            block[at..at + 2].copy_from_slice(&narrow(Kind::F16, &[scale(noise)]).unwrap());
        }
    }
    bytes
}

fn columns(kind: Kind, size: usize) -> usize {
    if kind.block() == 1 { size } else { size.div_ceil(40) * kind.block() }
}

/// The numbers of a matrix.
fn widened(w: Rows<'_>) -> Array2<f32> {
    let mut all = Array2::zeros((w.rows(), w.columns()));
    for (j, mut row) in all.rows_mut().into_iter().enumerate() {
        w.widen(j, row.as_slice_mut().unwrap());
    }
    all
}

/// Each sum, and how far from it the sum of rounded steps may be, in f64.
fn exactly(x: &Array2<f32>, w: &Array2<f32>) -> Array2<(f64, f64)> {
    Array2::from_shape_fn((x.nrows(), w.nrows()), |(i, j)| {
        let products =
            x.row(i).into_iter().zip(w.row(j)).map(|(&x, &w)| f64::from(x) * f64::from(w));
        let (sum, size) = products.fold((0.0, 0.0), |(sum, size), p| (sum + p, size + p.abs()));
        // Each of 32 sums is rounded once for 32 columns, twice in the plain way.
        let steps = 2.0 * (x.ncols() as f64 / 32.0 + 6.0);
        (sum, size * steps * f64::from(f32::EPSILON) / 2.0)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn every_way_is_the_sum(
        kind in prop::sample::select(&Kind::ALL[..]),
        n in 1..11_usize, out in 1..40_usize, size in 1..200_usize, at in 0..4_usize, seed: u64,
    ) {
        let mut noise = Noise(seed);
        let columns = columns(kind, size);
        let data = bytes(kind, out * columns, &mut noise, Noise::number);
        let mut moved = vec![0; at];
        moved.extend(&data);
        let w = Rows::new(kind, out, columns, &moved[at..]);
        let x = noise.rows(n, columns);
        let expected = exactly(&x, &widened(w));
        let team = Team::new(2);

        for way in Way::all() {
            let mut y = Array2::from_elem((n, out), f32::NAN);
            few_rows_by(way, &team, &mut [(w, &mut y)], &x);
            for ((at, &y), &(sum, bound)) in y.indexed_iter().zip(&expected) {
                let off = (f64::from(y) - sum).abs();
                prop_assert!(off <= bound, "{way:?} {kind:?} {at:?}: {y} is not {sum}: {off} > {bound}");
            }
        }
    }

    #[test]
    fn any_kind_and_any_cut_has_the_bits_of_f32(
        kind in prop::sample::select(&Kind::ALL[..]),
        n in 1..10_usize, out in 1..300_usize, size in 1..500_usize, seed: u64,
    ) {
        let mut noise = Noise(seed);
        let columns = columns(kind, size);
        let data = bytes(kind, out * columns, &mut noise, Noise::number);
        let w = Rows::new(kind, out, columns, &data);
        let x = noise.rows(n, columns);
        let numbers = widened(w).into_raw_vec_and_offset().0;
        let wide = narrow(Kind::F32, &numbers).unwrap();
        let wide = Rows::new(Kind::F32, out, columns, &wide);
        let alone = Team::new(1);

        let ways = Way::all();
        for &way in &ways {
            let mut expected = Array2::zeros((n, out));
            few_rows_by(way, &alone, &mut [(wide, &mut expected)], &x);
            for threads in [1, 2, 3] {
                let mut y = Array2::zeros((n, out));
                few_rows_by(way, &Team::new(threads), &mut [(w, &mut y)], &x);
                prop_assert_eq!(&y, &expected, "{:?}, {} threads", way, threads);
            }
            // One row of `x` and one of `w` alone
            let mut y = Array2::zeros((1, 1));
            let (i, j) = (n - 1, out - 1);
            few_rows_by(way, &alone, &mut [(w.slice(j..out), &mut y)], &x.slice(s![i.., ..]));
            prop_assert_eq!(y[[0, 0]], expected[[i, j]], "{:?}, alone", way);
        }
        if let [.., a, b, _] = ways[..] {
            let [a, b] = [a, b].map(|way| {
                let mut y = Array2::zeros((n, out));
                few_rows_by(way, &alone, &mut [(w, &mut y)], &x);
                y
            });
            prop_assert_eq!(a, b, "the wide ways are one");
        }
    }
}

#[test]
fn sums_of_whole_numbers_are_exact() {
    let mut noise = Noise(7);
    for kind in Kind::ALL {
        for n in [1, 2, 3, 5, 8, 9] {
            let columns = columns(kind, 70);
            let small = |noise: &mut Noise| (noise.next() % 5) as f32 - 2.0;
            let data = bytes(kind, 23 * columns, &mut noise, small);
            let w = Rows::new(kind, 23, columns, &data);
            let x = Array2::from_shape_simple_fn((n, columns), || (noise.next() % 3) as f32 - 1.0);
            let expected = exactly(&x, &widened(w)).mapv(|(sum, _)| sum as f32);
            for way in Way::all() {
                let mut y = Array2::zeros((n, 23));
                few_rows_by(way, &Team::new(2), &mut [(w, &mut y)], &x);
                assert_eq!(y, expected, "{way:?}, {kind:?}, {n} rows");
            }
        }
    }
}

#[test]
fn several_matrices_at_once_are_each_of_them() {
    let mut noise = Noise(3);
    let kinds = [Kind::Q8_0, Kind::F16, Kind::Q4_1];
    let x = noise.rows(2, 96);
    let team = Team::new(2);
    // More than are shared out at once
    let data: Vec<(Kind, usize, Vec<u8>)> = (0..11)
        .map(|i| {
            let (kind, out) = (kinds[i % 3], [0, 1, 700, 64][i % 4]);
            (kind, out, bytes(kind, out * 96, &mut noise, Noise::number))
        })
        .collect();
    let mut ys: Vec<Array2<f32>> =
        data.iter().map(|(_, out, _)| Array2::zeros((2, *out))).collect();
    let rows = |(kind, out, data): &(Kind, usize, Vec<u8>)| Rows::new(*kind, *out, 96, data).rows();
    assert_eq!(data.iter().map(rows).sum::<usize>(), ys.iter().map(Array2::ncols).sum());
    let mut parts: Vec<_> = data
        .iter()
        .zip(&mut ys)
        .map(|((kind, out, data), y)| (Rows::new(*kind, *out, 96, data), &mut **y))
        .collect();
    few_rows_each(&team, &mut parts, &x);

    for ((kind, out, data), y) in data.iter().zip(&ys) {
        let mut alone = Array2::zeros(y.dim());
        few_rows(&team, Rows::new(*kind, *out, 96, data), &x, &mut alone);
        assert_eq!(y, alone);
    }
}

#[test]
fn rows_may_lie_anywhere() {
    let mut noise = Noise(5);
    let data = bytes(Kind::Q4_0, 10 * 64, &mut noise, Noise::number);
    let w = Rows::new(Kind::Q4_0, 10, 64, &data);
    let x = noise.rows(6, 128);
    let x = x.slice(s![..;2, ..;2]);
    let mut expected = Array2::zeros((3, 10));
    few_rows(&Team::new(1), w, &x.to_owned(), &mut expected);

    let mut y = Array2::from_elem((12, 7), 9.0);
    few_rows(&Team::new(1), w, &x, &mut y.slice_mut(s![1..11, ..;3]).reversed_axes());

    assert_eq!(y.slice(s![1..11, ..;3]).t(), expected);
    assert!(y.indexed_iter().all(|((i, j), &y)| y == 9.0 || (1..11).contains(&i) && j % 3 == 0));
}

#[test]
fn nothing_times_nothing() {
    let team = Team::new(2);
    let mut y = Array2::from_elem((2, 3), 9.0);
    few_rows(&team, Rows::new(Kind::F32, 3, 0, &[]), &Array2::zeros((2, 0)), &mut y);
    assert_eq!(y, Array2::zeros((2, 3)));
    few_rows(
        &team,
        Rows::new(Kind::Q8_0, 0, 32, &[]),
        &Array2::zeros((2, 32)),
        &mut Array2::zeros((2, 0)),
    );
    few_rows(
        &team,
        Rows::new(Kind::F32, 1, 1, &[0; 4]),
        &Array2::zeros((0, 1)),
        &mut Array2::zeros((0, 1)),
    );
}

#[test]
#[should_panic(expected = "(1, 64) · (3, 32)ᵀ does not make (1, 3)")]
fn shapes_that_do_not_fit_are_named() {
    let w = Rows::new(Kind::Q8_0, 3, 32, &[0; 102]);
    few_rows(&Team::new(1), w, &Array2::zeros((1, 64)), &mut Array2::zeros((1, 3)));
}
