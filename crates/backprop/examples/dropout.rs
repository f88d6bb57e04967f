//! Two ways to forget on purpose. The article drops connections while training, and makes what comes out
//! smaller at use. Today numbers are dropped, and the rest made larger while training; at use nothing is
//! done. Either way, what training saw on average is what use gets.

use anstream::println;
use backprop::Dropout;
use ndarray::Array2;
use neuron::Linear;
use neuron::init::{seeded, uniform};
use pictures::signed_bar;

const RATE: f64 = 0.25;

fn main() {
    let rng = &mut seeded(5);
    let layer: Linear<f64> = Linear { weight: uniform((3, 8), 1.0, rng), bias: None };
    let x: Array2<f64> = uniform((1, 8), 2.0, rng);
    let whole = layer.forward(&x);
    let smaller = &whole * (1.0 - RATE);

    println!(
        "A share of {RATE} is dropped. Three neurons, what they say on average of so many draws:\n"
    );
    println!("    draws   connections dropped     numbers dropped, the rest made larger");
    let (mut connections, mut numbers) = (Array2::zeros((1, 3)), Array2::zeros((1, 3)));
    let mut draws = 0;
    for until in [1, 10, 100, 1_000, 10_000, 100_000] {
        for draw in draws..until {
            connections += &drop_connections(&layer, draw).forward(&x);
            numbers += &layer.forward(&today(draw).of(&x));
        }
        draws = until;
        let n = draws as f64;
        println!("{draws:9}   {:20}    {}", row(&(&connections / n)), row(&(&numbers / n)));
    }
    println!("\n   at use   {:20}    {}", row(&smaller), row(&whole));
    println!("            scaled by {}          as it is\n", 1.0 - RATE);

    let (connections, numbers) = (connections / draws as f64, numbers / draws as f64);
    for (word, seen, used) in [("article", &connections, &smaller), ("today", &numbers, &whole)] {
        for (i, (seen, used)) in seen.iter().zip(used).enumerate() {
            let [seen_bar, used_bar] = [seen, used].map(|value| signed_bar(*value, 4.0, 12));
            println!("{word:>9} {}   trained {seen_bar}   used {}", i + 1, used_bar.trim_end());
            assert!((seen - used).abs() < 0.02, "{word}: {seen} and {used}");
        }
    }
    let apart = (&connections / (1.0 - RATE) - &numbers).fold(0.0_f64, |most, d| most.max(d.abs()));
    assert!(apart < 0.03, "but for the scale, the averages agree");
}

/// Each weight is either as it is or 0.
fn drop_connections(layer: &Linear<f64>, draw: u64) -> Linear<f64> {
    let enlarged = Dropout::new(RATE, 1, draw, 0).of(&layer.weight).into_owned();
    Linear { weight: enlarged * (1.0 - RATE), bias: None }
}

fn today(draw: u64) -> Dropout {
    Dropout::new(RATE, 2, draw, 0)
}

fn row(says: &Array2<f64>) -> String {
    says.iter().map(|value| format!("{value:6.2}")).collect::<Vec<_>>().join(" ")
}
