//! The exercises of the README, solved: a test for each.

use kernels::product;
use ndarray::{Array2, array};

#[test]
fn how_many_operations() {
    // For each of n · m numbers, k products and k additions (the first to 0): 2 n k m.
    let (n, k, m) = (3, 4, 5);
    let (a, b) = (Array2::<f64>::ones((n, k)), Array2::<f64>::ones((k, m)));
    let mut c = Array2::zeros((n, m));
    let mut operations = 0;
    for i in 0..n {
        for j in 0..m {
            for at in 0..k {
                c[[i, j]] += a[[i, at]] * b[[at, j]];
                operations += 2;
            }
        }
    }
    assert_eq!(operations, 2 * n * k * m);
    let mut fast = Array2::zeros((n, m));
    product(&mut fast, &a, &b, false);
    assert_eq!(fast, c);
}

#[test]
fn a_transpose_costs_nothing() {
    // The same numbers in memory, with rows and columns taken for each other.
    let a = array![[1.0_f32, 2.0], [3.0, 4.0], [5.0, 6.0]];
    let turned = a.t();
    assert_eq!(turned.as_ptr(), a.as_ptr());
    let mut c = Array2::zeros((2, 2));
    product(&mut c, &turned, &a, false);
    assert_eq!(c, array![[35.0, 44.0], [44.0, 56.0]]);
}

#[test]
fn sums_have_an_order() {
    // 1 is less than the last of the 24 digits that a large f32 has.
    let (large, one): (f32, f32) = (1e8, 1.0);
    assert_eq!((large + one) - large, 0.0);
    assert_eq!((large - large) + one, 1.0);
}
