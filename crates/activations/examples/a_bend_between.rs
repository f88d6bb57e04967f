//! The six bends as curves. With `--svg FILE`, as a picture.

use activations::Activation::{self, Gelu, GeluTanh, Relu, Sigmoid, Silu, Tanh};
use anstream::println;
use ndarray::array;

const BENDS: [Activation; 6] = [Relu, Sigmoid, Tanh, Gelu, GeluTanh, Silu];

fn main() {
    for bend in BENDS {
        draw(bend);
        // Between two points of a line lies the mean of both. Not so here.
        let [left, middle, right] = [-3.0, 0.5, 4.0].map(|x| value(bend, x));
        assert!((left + right - 2.0 * middle).abs() > 0.1, "{bend:?} is a line");
    }
    assert_eq!((value(Relu, -3.0), value(Relu, 3.0)), (0.0, 3.0));
    assert!(value(Sigmoid, -3.0) > 0.0 && value(Sigmoid, 3.0) < 1.0);
    assert!(value(Tanh, -3.0) > -1.0 && value(Tanh, 3.0) < 1.0);

    let curves = BENDS.map(|bend| {
        let x = (-120..=120).map(|i| f64::from(i) / 40.0);
        (format!("{bend:?}"), x.map(|x| (x, value(bend, x))).collect::<Vec<_>>())
    });
    let curves: Vec<_> = curves.iter().map(|(name, points)| (&**name, points.clone())).collect();
    pictures::save(&pictures::svg::lines("Six bends", "what comes in", "what goes on", &curves));
}

fn value(bend: Activation, x: f64) -> f64 {
    bend.forward(&array![[x]])[[0, 0]]
}

/// The curve from -3 to 3, a row of the picture for each half.
fn draw(bend: Activation) {
    const COLUMNS: usize = 49;
    println!("{bend:?}");
    for row in (-2..=6).rev() {
        let line: String = (0..COLUMNS)
            .map(|column| {
                let x = column as f64 / 8.0 - 3.0;
                match ((2.0 * value(bend, x)).round() == f64::from(row), row, column) {
                    (true, ..) => '●',
                    (_, 0, _) => '─',
                    (_, _, 24) => '│',
                    _ => ' ',
                }
            })
            .collect();
        println!("  {:4.1} {}", f64::from(row) / 2.0, line.trim_end());
    }
    println!();
}
