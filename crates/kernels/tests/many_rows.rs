//! Products with many rows are those of one product after the other, in every kind and every way.
#![allow(clippy::unwrap_used)] // helpers of tests

use half::f16;
use kernels::many_rows::{Way, many_rows_by};
use kernels::{Arithmetic, Kind, Rows, Team, few_rows, many_rows, rows_product, rows_products};
use ndarray::{Array2, Axis, s};

const QUANTISED: [Kind; 5] = [Kind::Q8_0, Kind::Q4_0, Kind::Q4_1, Kind::Q4K, Kind::Q6K];

/// Chance, the same each time.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        self.0 >> 33
    }

    /// from -1 to 1
    fn number(&mut self) -> f32 {
        (self.next() % 20_001) as f32 / 10_000.0 - 1.0
    }

    fn rows(&mut self, n: usize, columns: usize) -> Array2<f32> {
        Array2::from_shape_simple_fn((n, columns), || self.number())
    }

    /// A matrix of any numbers that a kind can hold, after a byte that belongs to nobody.
    fn weights(&mut self, kind: Kind, rows: usize, columns: usize) -> Matrix {
        let mut bytes = vec![0; 1 + rows * kind.row_bytes(columns).unwrap()];
        bytes.fill_with(|| self.next() as u8);
        for block in bytes[1..].chunks_exact_mut(kind.block_bytes()) {
            let scales: &[usize] = match kind {
                Kind::F32 => {
                    block.copy_from_slice(&self.number().to_le_bytes());
                    &[]
                }
                Kind::Bf16 => {
                    block.copy_from_slice(&self.number().to_le_bytes()[2..]);
                    &[]
                }
                Kind::F16 | Kind::Q8_0 | Kind::Q4_0 => &[0],
                Kind::Q4_1 | Kind::Q4K => &[0, 2],
                Kind::Q6K => &[208],
            };
            for &at in scales {
                block[at..][..2].copy_from_slice(&f16::from_f32(self.number()).to_le_bytes());
            }
        }
        Matrix { kind, rows, columns, bytes }
    }
}

struct Matrix {
    kind: Kind,
    rows: usize,
    columns: usize,
    bytes: Vec<u8>,
}

impl Matrix {
    /// at an address that suits no processor
    fn rows(&self) -> Rows<'_> {
        Rows::new(self.kind, self.rows, self.columns, &self.bytes[1..])
    }

    fn numbers(&self) -> Array2<f32> {
        let mut numbers = Array2::zeros((self.rows, self.columns));
        for (i, mut row) in numbers.rows_mut().into_iter().enumerate() {
            self.rows().widen(i, row.as_slice_mut().unwrap());
        }
        numbers
    }
}

/// In f64: the sums, and the sums of what is added without its sign.
fn exactly(x: &Array2<f32>, w: &Array2<f32>) -> (Array2<f64>, Array2<f64>) {
    let [x, w] = [x, w].map(|a| a.mapv(f64::from));
    (x.dot(&w.t()), x.mapv(f64::abs).dot(&w.mapv(f64::abs).t()))
}

fn product(way: Way, threads: usize, w: &Matrix, x: &Array2<f32>, how: Arithmetic) -> Array2<f32> {
    let mut y = Array2::from_elem((x.nrows(), w.rows), f32::NAN); // what was there is of no matter
    many_rows_by(way, &Team::new(threads), &mut [(w.rows(), &mut y)], x, how);
    y
}

fn bits(y: &Array2<f32>) -> Vec<u32> {
    y.iter().map(|y| y.to_bits()).collect()
}

/// Shapes (n, in, out) with edges everywhere.
fn shapes(kind: Kind) -> Vec<(usize, usize, usize)> {
    let block = kind.block();
    let mut shapes: Vec<_> = [(9, 1, 1), (17, 3, 49), (70, 2, 50), (12, 11, 95)]
        .map(|(n, k, m)| (n, k * block, m))
        .into();
    if block == 1 {
        shapes.extend([(9, 33, 48), (10, 257, 47), (11, 1100, 100), (33, 2100, 3)]);
    } else {
        shapes.push((9, 4096 + 512, 5));
    }
    shapes
}

#[test]
fn f32_agrees_with_f64() {
    for kind in Kind::ALL {
        for (n, columns, out) in shapes(kind) {
            let mut chance = Chance(columns as u64);
            let (x, w) = (chance.rows(n, columns), chance.weights(kind, out, columns));
            let (sums, sizes) = exactly(&x, &w.numbers());
            for way in Way::all() {
                let y = product(way, 2, &w, &x, Arithmetic::F32);
                for ((y, sum), size) in y.iter().zip(&sums).zip(&sizes) {
                    let off = (f64::from(*y) - sum).abs();
                    let most = columns as f64 * f64::from(f32::EPSILON) * size;
                    assert!(
                        off <= most,
                        "{kind:?} {way:?} ({n}, {columns}, {out}): {y} is not {sum}"
                    );
                }
            }
        }
    }
}

/// Whole numbers up to 16 have sums without any rounding: each way gives the same.
#[test]
fn whole_numbers_are_multiplied_exactly() {
    for kind in [Kind::F32, Kind::F16, Kind::Bf16] {
        for (n, columns, out) in shapes(kind) {
            let mut chance = Chance(out as u64);
            let [x, w] = [n, out].map(|rows| {
                Array2::from_shape_simple_fn((rows, columns), || (chance.next() % 33) as f32 - 16.0)
            });
            let mut bytes = vec![0];
            bytes.extend(kernels::narrow(kind, w.as_slice().unwrap()).unwrap());
            let matrix = Matrix { kind, rows: out, columns, bytes };
            for (way, how) in ways() {
                let y = product(way, 2, &matrix, &x, how);
                assert_eq!(y, x.dot(&w.t()), "{kind:?} {way:?} {how:?} ({n}, {columns}, {out})");
            }
        }
    }
}

fn ways() -> impl Iterator<Item = (Way, Arithmetic)> {
    Way::all().into_iter().flat_map(|way| [(way, Arithmetic::F32), (way, Arithmetic::Fast)])
}

/// Each number of x loses at most half a 256th of itself: bf16 has eight digits.
#[test]
fn bf16_rounds_x_and_nothing_else() {
    for (n, columns, out) in shapes(Kind::Bf16) {
        let mut chance = Chance(n as u64);
        let (x, w) = (chance.rows(n, columns), chance.weights(Kind::Bf16, out, columns));
        let rounded = x.mapv(|x| half::bf16::from_f32(x).to_f32());
        let (sums, sizes) = exactly(&rounded, &w.numbers());
        for way in Way::all() {
            let y = product(way, 2, &w, &x, Arithmetic::Fast);
            // a way that cannot do it multiplies exactly
            let (exact, _) = exactly(&x, &w.numbers());
            for ((y, (sum, exact)), size) in y.iter().zip(sums.iter().zip(&exact)).zip(&sizes) {
                let y = f64::from(*y);
                let off = (y - sum).abs().min((y - exact).abs());
                let most = columns as f64 * f64::from(f32::EPSILON) * size;
                assert!(off <= most, "{way:?} ({n}, {columns}, {out}): {y} is not {sum}");
            }
        }
    }
}

/// The error of bytes: half a step for each number of x, and a step is a 127th of its block's largest.
#[test]
fn bytes_are_off_by_half_a_step_at_most() {
    for kind in QUANTISED {
        for (n, columns, out) in shapes(kind) {
            let mut chance = Chance(columns as u64 + 1);
            let (x, w) = (chance.rows(n, columns), chance.weights(kind, out, columns));
            let numbers = w.numbers();
            let (sums, sizes) = exactly(&x, &numbers);
            let mut steps = x.clone();
            for mut block in steps.exact_chunks_mut((1, 32)) {
                let largest = block.fold(0.0_f32, |most, x| most.max(x.abs()));
                block.fill(largest / 254.0);
            }
            let (_, allowed) = exactly(&steps, &numbers);
            for way in Way::all() {
                let y = product(way, 2, &w, &x, Arithmetic::Fast);
                for (((y, sum), size), allowed) in y.iter().zip(&sums).zip(&sizes).zip(&allowed) {
                    let off = (f64::from(*y) - sum).abs();
                    let most = allowed * 1.00001 + columns as f64 * f64::from(f32::EPSILON) * size;
                    assert!(
                        off <= most,
                        "{kind:?} {way:?} ({n}, {columns}, {out}): {y} is not {sum}"
                    );
                }
            }
        }
    }
}

/// With 127 on the diagonal, a row comes out as it was understood.
#[test]
fn each_number_is_off_by_half_a_step_at_most() {
    let w = Array2::from_shape_fn((64, 64), |(i, j)| if i == j { 127.0 } else { 0.0 });
    let mut bytes = vec![0];
    bytes.extend(kernels::narrow(Kind::Q8_0, w.as_slice().unwrap()).unwrap());
    let w = Matrix { kind: Kind::Q8_0, rows: 64, columns: 64, bytes };
    let x = Chance(15).rows(50, 64);
    let y = product(Way::Plain, 1, &w, &x, Arithmetic::Fast);
    for (x, y) in x.exact_chunks((1, 32)).into_iter().zip(y.exact_chunks((1, 32))) {
        let largest = x.fold(0.0_f32, |most, x| most.max(x.abs()));
        for (x, y) in x.iter().zip(y) {
            assert!((x - y / 127.0).abs() <= largest / 253.9, "{x} became {}", y / 127.0);
        }
    }
}

#[test]
fn bytes_have_the_bits_of_the_plain_twin() {
    for kind in QUANTISED {
        for (n, columns, out) in shapes(kind) {
            let mut chance = Chance(columns as u64 + 2);
            let (mut x, w) = (chance.rows(n, columns), chance.weights(kind, out, columns));
            x[[n - 1, 0]] = 0.0;
            x.slice_mut(s![n / 2, ..32]).fill(-0.0);
            x.slice_mut(s![n / 3, ..32]).mapv_inplace(|x| x * 1e-37);
            let plain = product(Way::Plain, 1, &w, &x, Arithmetic::Fast);
            for way in Way::all() {
                if way != Way::Avx2 {
                    let y = product(way, 2, &w, &x, Arithmetic::Fast);
                    assert_eq!(bits(&y), bits(&plain), "{kind:?} {way:?} ({n}, {columns}, {out})");
                }
            }
        }
    }
}

/// A row of y depends on its row of x alone.
#[test]
fn neither_threads_nor_other_rows_change_a_bit() {
    for kind in Kind::ALL {
        let columns = 1280; // two stretches, of numbers
        let mut chance = Chance(9);
        let (x, w) = (chance.rows(70, columns), chance.weights(kind, 150, columns));
        for (way, how) in ways().filter(|(way, _)| *way != Way::Plain) {
            let alone = product(way, 1, &w, &x, how);
            for threads in [2, 3] {
                assert_eq!(
                    bits(&product(way, threads, &w, &x, how)),
                    bits(&alone),
                    "{kind:?} {way:?}"
                );
            }
            for first in [0, 9, 20] {
                let some = x.slice(s![first..first + 33, ..]).to_owned();
                let y = alone.slice(s![first..first + 33, ..]).to_owned();
                assert_eq!(bits(&product(way, 2, &w, &some, how)), bits(&y), "{kind:?} {way:?}");
            }
        }
    }
}

#[test]
fn thousands_of_rows_are_as_many_as_few() {
    let mut chance = Chance(10);
    for (kind, columns) in [(Kind::F32, 5), (Kind::Bf16, 6), (Kind::Q8_0, 32)] {
        let (x, w) = (chance.rows(1100, columns), chance.weights(kind, 7, columns));
        let all = product(Way::quickest(), 2, &w, &x, Arithmetic::Fast);
        let last = x.slice(s![1091.., ..]).to_owned();
        let y = product(Way::quickest(), 1, &w, &last, Arithmetic::Fast);
        assert_eq!(all.slice(s![1091.., ..]), y, "{kind:?}");
    }
}

#[test]
fn any_strides_will_do() {
    let mut chance = Chance(11);
    let team = Team::new(2);
    for kind in [Kind::F32, Kind::Bf16, Kind::Q8_0] {
        for way in Way::all() {
            let (x, w) = (chance.rows(20, 64), chance.weights(kind, 50, 64));
            let y = product(way, 1, &w, &x, Arithmetic::Fast);
            let turned = x.t().to_owned();
            let mut columns = Array2::zeros((50, 20));
            let mut parts = [(w.rows(), &mut *columns.view_mut().reversed_axes())];
            many_rows_by(way, &team, &mut parts, &turned.t(), Arithmetic::Fast);
            assert_eq!(
                bits(&columns.t().as_standard_layout().to_owned()),
                bits(&y),
                "{kind:?} {way:?}"
            );

            let mut wide = Array2::from_elem((20, 60), 7.0);
            let mut parts = [(w.rows(), &mut *wide.slice_mut(s![.., 5..55]))];
            many_rows_by(way, &team, &mut parts, &x, Arithmetic::Fast);
            assert_eq!(wide.slice(s![.., 5..55]), y);
            assert!(wide.slice(s![.., ..5]).iter().all(|&y| y == 7.0), "{kind:?} {way:?}");
            assert!(wide.slice(s![.., 55..]).iter().all(|&y| y == 7.0), "{kind:?} {way:?}");
        }
    }
}

#[test]
fn several_matrices_are_one_after_the_other() {
    let (team, mut chance) = (Team::new(2), Chance(12));
    let matrices: Vec<_> = Kind::ALL
        .iter()
        .enumerate()
        .map(|(i, &kind)| chance.weights(kind, 10 + 30 * i, 256))
        .collect();
    for n in [1, 8, 9, 40] {
        let x = chance.rows(n, 256);
        for how in [Arithmetic::F32, Arithmetic::Fast] {
            let mut together: Vec<_> =
                matrices.iter().map(|w| Array2::zeros((n, w.rows))).collect();
            let mut parts: Vec<_> =
                matrices.iter().zip(&mut together).map(|(w, y)| (w.rows(), &mut **y)).collect();
            rows_products(&team, &mut parts, &x, how);
            for (w, together) in matrices.iter().zip(&together) {
                let mut y = Array2::zeros((n, w.rows));
                rows_product(&team, w.rows(), &x, &mut y, how);
                assert_eq!(bits(&y), bits(together), "{:?}", w.kind);
            }
        }
    }
}

#[test]
fn few_rows_are_exact_in_any_arithmetic() {
    let (team, mut chance) = (Team::new(2), Chance(13));
    let (x, w) = (chance.rows(3, 64), chance.weights(Kind::Q8_0, 30, 64));
    let [mut y, mut few, mut many] = [0; 3].map(|_| Array2::zeros((3, 30)));
    rows_product(&team, w.rows(), &x, &mut y, Arithmetic::Fast);
    few_rows(&team, w.rows(), &x, &mut few);
    many_rows(&team, w.rows(), &x, &mut many, Arithmetic::Fast);
    assert_eq!(y, few);
    assert_ne!(y, many);
}

#[test]
fn nothing_is_nothing() {
    let team = Team::new(2);
    for (n, columns, out) in [(0, 32, 4), (20, 32, 0), (20, 0, 4)] {
        for kind in [Kind::F32, Kind::Bf16, Kind::Q8_0] {
            let bytes = vec![0; out * kind.row_bytes(columns).unwrap()];
            let w = Rows::new(kind, out, columns, &bytes);
            let mut y = Array2::from_elem((n, out), f32::NAN);
            rows_product(&team, w, &Array2::zeros((n, columns)), &mut y, Arithmetic::Fast);
            assert!(y.iter().all(|&y| y == 0.0));
        }
    }
}

/// In the row that it is in, and in no other.
#[test]
fn what_is_no_number_is_heard_of() {
    let mut chance = Chance(14);
    for kind in Kind::ALL {
        for wrong in [f32::NAN, f32::INFINITY] {
            let (mut x, w) = (chance.rows(12, 256), chance.weights(kind, 20, 256));
            x[[3, 77]] = wrong;
            for (way, how) in ways() {
                let y = product(way, 2, &w, &x, how);
                for (row, y) in y.axis_iter(Axis(0)).enumerate() {
                    assert_eq!(
                        y.iter().all(|y| y.is_finite()),
                        row != 3,
                        "{kind:?} {way:?} {how:?}"
                    );
                }
            }
        }
    }
}

/// Of weights, too; nor is anything read past the end of a row, where the next one begins.
#[test]
fn a_weight_that_is_no_number_is_not_heard_in_the_row_before() {
    let mut chance = Chance(16);
    for kind in [Kind::F32, Kind::F16, Kind::Bf16] {
        let (x, mut w) = (chance.rows(12, 33), chance.weights(kind, 20, 33));
        let nan = kernels::narrow(kind, &[f32::NAN]).unwrap();
        w.bytes[1 + 7 * 33 * nan.len()..][..nan.len()].copy_from_slice(&nan);
        for (way, how) in ways() {
            let y = product(way, 2, &w, &x, how);
            for (column, y) in y.axis_iter(Axis(1)).enumerate() {
                assert_eq!(
                    y.iter().all(|y| y.is_finite()),
                    column != 7,
                    "{kind:?} {way:?} {how:?}"
                );
            }
        }
    }
}

#[test]
#[should_panic(expected = "does not make")]
fn shapes_must_fit() {
    let w = [0; 4 * 6];
    let w = Rows::new(Kind::F32, 3, 2, &w);
    many_rows(
        &Team::new(1),
        w,
        &Array2::zeros((9, 2)),
        &mut Array2::zeros((9, 2)),
        Arithmetic::F32,
    );
}
