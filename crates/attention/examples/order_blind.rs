//! Shows that attention does not see order: "humpty dumpty" or "dumpty humpty", the last word hears the
//! same. With the places added it does not.

use attention::Head;
use embedding::{Embedding, sinusoidal};
use ndarray::{Array1, Array2};
use neuron::init::{seeded, uniform};
use pictures::signed_bar;

fn main() {
    let rng = &mut seeded(4);
    let embedding = Embedding { weight: uniform((5, 8), 2.0, rng) }; // humpty dumpty sat on a
    let head: Head<f64> = Head::random(8, 4, true, rng);
    let places: Array2<f64> = sinusoidal(5, 8); // (T, C)

    // What "a", the last word, hears: (D).
    let hears = |ids: &[u32], places: &Array2<f64>| -> Array1<f64> {
        let x = embedding.forward(ids) + places; // (T, C)
        head.forward(&x).0.row(4).to_owned()
    };
    let (straight, swapped) = ([0, 1, 2, 3, 4], [1, 0, 2, 3, 4]);
    let nowhere = Array2::zeros((5, 8));
    let mut apart = Vec::new();
    for (name, places) in [("without places", &nowhere), ("with places", &places)] {
        let (one, other) = (hears(&straight, places), hears(&swapped, places));
        anstream::println!("{name}: what \"a\" hears in");
        anstream::println!("  humpty dumpty sat on a        dumpty humpty sat on a");
        for (one, other) in one.iter().zip(&other) {
            let bars = [one, other].map(|&x| signed_bar(x, 1.0, 9));
            anstream::println!("  {one:+.3} {}  {other:+.3} {}", bars[0], bars[1]);
        }
        let most = (one - other).mapv(f64::abs).fold(0.0, |most: f64, &x| most.max(x));
        anstream::println!("  the largest difference is {most:.3}\n");
        apart.push(most);
    }
    assert!(apart[0] < 1e-12, "it does not hear the order");
    assert!(apart[1] > 0.1, "now it does");
}
