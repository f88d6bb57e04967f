//! From any random start, the example writes its line.

#[path = "../examples/humpty_dumpty.rs"]
#[allow(dead_code)] // what it prints
mod example;

use example::{STEPS, TEXT, learned, written};

#[test]
fn ten_seeds_of_ten_write_the_line() {
    for seed in 1..=10 {
        let mut last = f64::NAN;
        let model = learned(seed, |step, loss| {
            if step == STEPS {
                last = loss;
            }
        });
        assert_eq!(written(&model, &TEXT[..12], |_, _, _| ()), TEXT, "seed {seed}");
        assert!(last < 0.1, "seed {seed} has a loss of {last}");
    }
}
