//! Turns what one word asks and what another can be found by: at the same distance the score is the
//! same, wherever the two stand.

use embedding::Rotary;
use ndarray::{Array2, array};
use pictures::{save, signed_bar, signed_map, svg};

fn main() {
    let places = 10;
    let rotary: Rotary<f64> = Rotary::new(4, places, 100.0);
    let query = array![[0.9, 0.3, 0.2, -0.1]];
    let key = array![[0.71, 0.5, -0.2, 0.4]];
    let score = |asks: usize, answers: usize| {
        (rotary.forward(&query, asks) * rotary.forward(&key, answers)).sum()
    };

    anstream::println!("asks at  answers at  distance   score");
    for (asks, answers) in [(2, 2), (9, 9), (3, 2), (9, 8), (5, 2), (8, 5), (7, 1), (9, 3)] {
        let (distance, score) = (asks - answers, score(asks, answers));
        let bar = signed_bar(score, 1.0, 15);
        anstream::println!("{asks:7}  {answers:10}  {distance:8}   {score:+.3} {bar}");
    }
    for (asks, answers) in [(0, 0), (3, 2), (5, 2), (2, 5)] {
        let later = score(asks + 4, answers + 4);
        assert!((score(asks, answers) - later).abs() < 1e-12, "the distance alone counts");
    }
    assert!((score(3, 2) - score(5, 2)).abs() > 0.1, "and the distance does count");

    anstream::println!(
        "\nWho asks stands at the place of the row, who answers at that of the column:"
    );
    let scores = |places| Array2::from_shape_fn((places, places), |(i, j)| score(i, j));
    let names: Vec<String> = (0..places).map(|place| place.to_string()).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    anstream::println!("{}", signed_map(&names[..8], &names[..8], &scores(8)));

    let title = "Rotary positions: scores are the same along each diagonal";
    save(&svg::signed_map(title, &names, &names, &scores(places)));
}
