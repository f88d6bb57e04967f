//! Products in every format are those of one product after the other.

use half::bf16;
use kernels::product::{Format, Start, product_in, set_callers};
use kernels::{new_product, new_product_plus};
use ndarray::{Array1, Array2, ArrayRef2, s};
use proptest::prelude::*;

/// Whole numbers from -8 to 8: bf16 has them all, and no sum is rounded.
fn whole(rows: usize, columns: usize, seed: u32) -> Array2<f32> {
    let mut state = seed | 1;
    Array2::from_shape_simple_fn((rows, columns), || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 16) as f32 % 17.0 - 8.0
    })
}

/// `c + a · b`, one product after the other, of what bf16 has of each number if `round`.
fn plain(c: &Array2<f32>, a: &ArrayRef2<f32>, b: &ArrayRef2<f32>, round: bool) -> Array2<f64> {
    let of = |x: f32| f64::from(if round { bf16::from_f32(x).to_f32() } else { x });
    Array2::from_shape_fn(c.dim(), |(i, j)| {
        let products = (0..a.ncols()).map(|k| of(a[[i, k]]) * of(b[[k, j]]));
        products.fold(f64::from(c[[i, j]]), |sum, product| sum + product)
    })
}

proptest! {
    /// Rows, columns, strips, panels and stretches that are cut short; every order of every side.
    #[test]
    fn whole_numbers_are_exact(
        (n, k, m) in (1..70_usize, 0..70_usize, 1..100_usize), seed: u32, orders in 0..8_u8,
        kind in 0..3,
    ) {
        let turned = |bit: u8| orders >> bit & 1 == 1;
        let (left, right) = (whole(n.max(k), n.max(k), seed), whole(k.max(m), k.max(m), seed ^ 7));
        let (left, right) = (left.slice(s![..n.max(1), ..k]), right.slice(s![..k, ..m]));
        let (left_t, right_t) = (left.t().to_owned(), right.t().to_owned());
        let a = if turned(0) { left_t.t() } else { left };
        let b = if turned(1) { right_t.t() } else { right };
        let start = whole(n + 2, m + 2, seed ^ 3);
        let row = whole(1, m, seed ^ 5).into_raw_vec_and_offset().0;
        for format in Format::all() {
            let mut around = if turned(2) { start.t().to_owned().reversed_axes() } else { start.clone() };
            let (from, before) = match kind {
                0 => (Start::Nothing, Array2::zeros((n, m))),
                1 => (Start::There, start.slice(s![1..=n, 1..=m]).to_owned()),
                _ => (Start::Row(&row), Array2::from_shape_fn((n, m), |(_, j)| row[j])),
            };
            product_in(format, &mut around.slice_mut(s![1..=n, 1..=m]), &a, &b, from);
            let expected = plain(&before, &a, &b, false);
            for ((i, j), &got) in around.indexed_iter() {
                let inside = (1..=n).contains(&i) && (1..=m).contains(&j);
                let wanted = if inside { expected[[i - 1, j - 1]] } else { f64::from(start[[i, j]]) };
                prop_assert_eq!(f64::from(got), wanted, "{:?} at {}, {}", format, i, j);
            }
        }
    }
}

/// Lengths beyond what is packed at once, and numbers that a format must round.
#[test]
fn long_sums_are_as_exact_as_their_format() {
    for (n, k, m) in [(3, 3000, 5), (1000, 40, 3), (33, 1025, 200), (1, 7, 1)] {
        let (a, b) = (whole(n, k, 5) / 7.0, whole(k, m, 6) / 3.0);
        let ones = vec![1.0; m];
        let starts = [(Start::There, 1.0), (Start::Nothing, 0.0), (Start::Row(&ones), 1.0)];
        let each = |format: Format| starts.map(|(start, before)| (format, start, before));
        for (format, start, before) in Format::all().into_iter().flat_map(each) {
            let mut c = Array2::ones((n, m));
            product_in(format, &mut c, &a, &b, start);
            let round = !matches!(format, Format::Numbers(_));
            let expected = plain(&Array2::from_elem((n, m), before), &a, &b, round);
            for (got, wanted) in c.iter().zip(&expected) {
                let apart = (f64::from(*got) - wanted).abs();
                assert!(
                    apart < 2e-6 * k as f64 + 1e-5,
                    "{format:?}, {start:?}: {got} for {wanted}"
                );
            }
        }
    }
}

/// Whoever looks at the rows of a share alone must see the bits of the whole: which has so many rows that the columns
/// stay near instead of them.
#[test]
fn a_row_does_not_depend_on_the_others() {
    let (a, b) = (whole(1300, 700, 1) / 7.0, whole(700, 520, 2) / 3.0);
    let one_thread = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap(); // two have half of the rows each
    for format in Format::all() {
        let mut together = Array2::zeros((1300, 520));
        one_thread.install(|| product_in(format, &mut together, &a, &b, Start::Nothing));
        for rows in [0..1, 7..40, 1296..1300] {
            let mut alone = Array2::zeros((rows.len(), 520));
            product_in(format, &mut alone, &a.slice(s![rows.clone(), ..]), &b, Start::Nothing);
            assert_eq!(alone, together.slice(s![rows, ..]), "{format:?}");
        }
    }
}

/// A share may meet rounding that only NaN and infinity show.
#[test]
fn what_is_no_number_stays_none() {
    let b = Array2::<f32>::eye(3);
    for format in Format::all() {
        for odd in [f32::NAN, f32::INFINITY] {
            let mut a = Array2::<f32>::eye(3);
            a[[1, 1]] = odd;
            let mut c = Array2::zeros((3, 3));
            product_in(format, &mut c, &a, &b, Start::Nothing);
            assert!(!c[[1, 1]].is_finite(), "{format:?}: {}", c[[1, 1]]);
            assert_eq!(c[[0, 0]], 1.0, "{format:?}");
        }
    }
}

/// Nothing at all is a product, too: of no rows, of no columns, of no numbers.
#[test]
fn an_empty_side_makes_an_empty_product_or_zeros() {
    for (n, k, m) in [(0, 3, 5), (3, 5, 0), (0, 0, 0), (2, 0, 3)] {
        let (a, b) = (Array2::<f32>::ones((n, k)), Array2::ones((k, m)));
        assert_eq!(new_product(&a, &b), Array2::zeros((n, m)));
        for format in Format::all() {
            let mut c = Array2::ones((n, m));
            product_in(format, &mut c, &a, &b, Start::Nothing);
            assert_eq!(c, Array2::zeros((n, m)), "{format:?}");
        }
        let (a, b) = (Array2::<f64>::ones((n, k)), Array2::ones((k, m)));
        assert_eq!(new_product(&a, &b), Array2::zeros((n, m)));
    }
}

/// Also where another makes the products: of `f64`.
#[test]
fn a_product_begins_with_a_row() {
    let (a, b) = (whole(5, 7, 1), whole(7, 50, 2));
    let row = Array1::from_iter((0..100).map(|i| i as f32));
    let row = row.slice(s![..;2]); // every other number
    let expected = new_product(&a, &b) + row.view();
    assert_eq!(new_product_plus(&a, &b, &row), expected);
    let wide = |x: &Array2<f32>| x.mapv(f64::from);
    assert_eq!(new_product_plus(&wide(&a), &wide(&b), &row.mapv(f64::from)), wide(&expected));
}

#[test]
#[should_panic(expected = "a number for each column")]
fn a_row_that_is_too_short_is_refused() {
    new_product_plus(&whole(2, 2, 1), &whole(2, 3, 1), &Array1::zeros(2));
}

/// Inside of a share, too: whoever shares out a product, its bits are those of one thread.
#[test]
fn more_threads_than_callers_give_the_same_bits() {
    let (a, b) = (whole(300, 200, 1) / 7.0, whole(200, 130, 2) / 3.0); // enough to be shared out
    let alone = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    let alone = alone.install(|| new_product(&a, &b));
    let pool = rayon::ThreadPoolBuilder::new().num_threads(5).build().unwrap();
    for callers in [1, 2, 5, 9] {
        set_callers(callers);
        assert_eq!(pool.install(|| new_product(&a, &b)), alone, "{callers}");
        assert_eq!(pool.install(|| new_product(&b.t(), &a.t())), alone.t(), "{callers}");
    }
}
