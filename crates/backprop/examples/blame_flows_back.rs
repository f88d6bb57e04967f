//! An expression as a tree, each number with its value, how far what was made of it moves with it, and its
//! blame. x is used twice, so two wires bring blame back to it.

use anstream::println;
use backprop::tape::{Number, Tape};
use pictures::signed_bar;

const NAMES: [&str; 4] = ["w", "x", "b", "wanted"];
const VALUES: [f64; 4] = [0.8, 1.5, -0.4, 3.0];

fn main() {
    println!("loss = (x + tanh(w · x + b) - wanted)²\n");
    println!("{:26}   value   slope   blame by this wire\n", "");
    let tape = Tape::default();
    let given = VALUES.map(|value| tape.number(value));
    let loss = expression(given);
    let blame = loss.backward();
    show(loss, (1.0, 1.0), "", "");

    println!("\nAll the blame of each, and what wiggling measures:\n");
    for (i, name) in NAMES.iter().enumerate() {
        let wiggled = |step: f64| {
            let tape = Tape::default();
            let mut given = VALUES.map(|value| tape.number(value));
            given[i] = tape.number(VALUES[i] + step);
            expression(given).value()
        };
        let measured = (wiggled(1e-5) - wiggled(-1e-5)) / 2e-5;
        let claimed = blame.of(given[i]);
        println!("{name:>8} {claimed:7.3} {measured:7.3}  {}", bar(claimed));
        assert!((claimed - measured).abs() < 1e-8);
    }

    let against: [f64; 4] = std::array::from_fn(|i| VALUES[i] - 0.01 * blame.of(given[i]));
    let after = expression(against.map(|value| tape.number(value))).value();
    println!(
        "\nEach moved by a hundredth against its blame: the loss goes from {:.3} to {after:.3}.",
        loss.value()
    );
    assert!(after < loss.value());
}

fn expression<'t>([w, x, b, wanted]: [Number<'t>; 4]) -> Number<'t> {
    (x + (w * x + b).tanh() - wanted).powf(2.0)
}

/// A line for the number, and below it what it was made of.
fn show(number: Number<'_>, (slope, by_this_wire): (f64, f64), branch: &str, stem: &str) {
    let (sign, parents) = number.made_of();
    let value = number.value();
    let name = VALUES.iter().position(|given| *given == value).map_or(sign, |i| NAMES[i]);
    let tree = format!("{branch}{name}");
    println!("{tree:26} {value:7.3} {slope:7.3} {by_this_wire:7.3}  {}", bar(by_this_wire));
    for (i, &(parent, slope)) in parents.iter().enumerate() {
        let (turn, below) =
            if i + 1 < parents.len() { ("├─ ", "│  ") } else { ("└─ ", "   ") };
        let (branch, below) = (format!("{stem}{turn}"), format!("{stem}{below}"));
        show(parent, (slope, by_this_wire * slope), &branch, &below);
    }
}

fn bar(blame: f64) -> String {
    signed_bar(blame, 3.0, 12).trim_end().to_owned()
}
