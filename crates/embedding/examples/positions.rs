//! Shows the waves that stand for the places of a text, and how alike they make two places: near ones
//! are alike, and the distance alone counts.

use embedding::{sinusoidal, the_article_form};
use ndarray::{Array2, Axis};
use neuron::matmul;
use pictures::{save, signed_map, svg};

fn main() {
    let waves =
        ["sin p", "cos p", "sin p/10", "cos p/10", "sin …100", "cos …100", "sin …1k", "cos …1k"];
    let some = [0, 1, 2, 3, 10, 20, 30, 100, 200, 300];
    let y: Array2<f64> = sinusoidal(301, 8).select(Axis(0), &some); // (10, channels)
    let names = some.map(|place| format!("p = {place}"));
    anstream::println!(
        "Some places, eight numbers each: near ones differ in fast waves, far ones in slow ones"
    );
    anstream::println!("{}", signed_map(&names.each_ref().map(String::as_str), &waves, &y));

    anstream::println!("\nHow alike two places are, 1 being the same:");
    let places: Vec<String> = (0..20).map(|place| place.to_string()).collect();
    let places: Vec<&str> = places.iter().map(String::as_str).collect();
    let alike = likeness(&sinusoidal(9, 64));
    anstream::println!("{}", signed_map(&places[..9], &places[..9], &alike));
    for a in 1..9 {
        for b in 1..9 {
            let before = alike[[a - 1, b - 1]];
            assert!((alike[[a, b]] - before).abs() < 1e-12, "the distance alone counts");
        }
    }
    let first: Vec<f64> = alike.row(0).to_vec();
    assert!(first[..5].windows(2).all(|pair| pair[0] > pair[1]), "near places are alike");

    // Sines alone, without their cosines: even a place and itself are more or less alike.
    let article = likeness(&the_article_form(9, 64));
    anstream::println!(
        "\nThe article's form, sines alone: 0 and 0 {:.2}, 4 and 4 {:.2}, 8 and 8 {:.2}",
        article[[0, 0]],
        article[[4, 4]],
        article[[8, 8]]
    );
    assert!(article[[8, 8]] - article[[0, 0]] > 0.2);

    let title = "Waves for places: a row is a place, a column a channel";
    save(&svg::signed_map(title, &places, &places[..16], &sinusoidal(20, 16)));
}

/// The dot product of each place with each, as a share of C / 2: what the paper's give with themselves.
fn likeness(y: &Array2<f64>) -> Array2<f64> {
    matmul(y, &y.t()) / (y.ncols() as f64 / 2.0)
}
