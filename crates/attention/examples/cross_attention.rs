//! Lets a translation ask the sentence that it translates: each of its words finds its own, though they
//! stand in another order and are not as many. Then the sentence asks itself, by the same sum.

use attention::{MultiHead, Texts};
use backprop::Dropout;
use ndarray::{Array2, Axis, array};
use neuron::Linear;
use pictures::{heat_map, save, svg};

const SENTENCE: [&str; 3] = ["red", "cats", "sleep"];
const TRANSLATION: [&str; 4] = ["les", "chats", "rouges", "dorment"];

/// What the words are about, made by hand: a thing, a colour, a deed.
fn words() -> (Array2<f64>, Array2<f64>) {
    let sentence = array![[0.0, 1.0, 0.0], [1.0, 0.0, 0.1], [0.1, 0.0, 1.0]]; // (m, C)
    let translation = array![[0.6, 0.0, 0.0], [1.0, 0.0, 0.0], [0.1, 1.0, 0.0], [0.0, 0.0, 1.0]]; // (n, C)
    (sentence, translation)
}

fn main() {
    let (source, x) = words();
    let as_is = |strength: f64| Linear { weight: Array2::eye(3) * strength, bias: None };
    let heads = MultiHead {
        query: as_is(7.0), // a word asks for what it is about …
        key: as_is(1.0),   // … is found by what it is about …
        value: as_is(1.0), // … and tells it
        output: as_is(1.0),
        heads: 1,
        causal: false, // the sentence is there as a whole
    };

    let (asks, tells) = (Texts::new(&x, 4), Texts::new(&source, 3));
    let (y, saved) = heads.cross(asks, tells, Dropout::OFF); // (n, C)
    let chances = &saved.chances[0]; // (n, m)
    anstream::println!("query  (4, 3) from {}", TRANSLATION.join(" "));
    anstream::println!("key    (3, 3) from {}", SENTENCE.join(" "));
    anstream::println!("value  (3, 3) from {}\n", SENTENCE.join(" "));
    anstream::println!("Who asks whom:\n{}\n", heat_map(&TRANSLATION, &SENTENCE, chances));
    let found = chances.rows().into_iter().map(|row| {
        (0..row.len()).max_by(|&i, &j| row[i].total_cmp(&row[j])).map(|place| SENTENCE[place])
    });
    let found: Vec<_> = found.flatten().collect();
    assert_eq!(found, ["cats", "cats", "red", "sleep"]);
    assert_eq!((y.dim(), chances.dim()), ((4, 3), (4, 3)));
    assert!(chances.sum_axis(Axis(1)).iter().all(|sum| (sum - 1.0).abs() < 1e-12));

    // A text that asks itself: self-attention.
    let (itself, saved) = heads.cross(tells, tells, Dropout::OFF);
    let (plain, _) = heads.forward(&source, 3, Dropout::OFF);
    assert_eq!(itself, plain);
    anstream::println!("And where the sentence asks itself, by the same sum:");
    anstream::println!("{}", heat_map(&SENTENCE, &SENTENCE, &saved.chances[0]));

    let title = "Cross-attention: a translation asks its sentence";
    save(&svg::heat_map(title, &TRANSLATION, &SENTENCE, chances));
}
