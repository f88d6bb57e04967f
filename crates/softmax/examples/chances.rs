//! From any numbers to chances: why an output is not asked for 0.8, and what softmax makes of the article's
//! leaf.

use anstream::println;
use ndarray::{Array2, array};
use pictures::bar;
use softmax::{logistic, softmax};

fn main() {
    not_asked_for_a_share();
    the_article_s_leaf();
    only_differences_matter();
    warmer_and_colder();
}

fn not_asked_for_a_share() {
    println!("Wanted: a leaf, 0.8. Three networks answer, and the answer is held against 0.8,");
    println!("as it is and as a chance:\n");
    println!("  answer   off by   chance               off by");
    let off = |answer: f64| (answer - 0.8).abs();
    for answer in [-3.0, 0.8, 5.0] {
        let chance = logistic(answer);
        let (raw, fair, bar) = (off(answer), off(chance), bar(chance, 12));
        println!("{answer:8.1} {raw:8.2}   {chance:.3} {bar} {fair:8.2}");
    }
    assert!(off(5.0) > off(-3.0), "as they are, the right answer is punished more");
    assert!(off(logistic(5.0)) < off(logistic(-3.0)), "as chances, it is not");
    println!("\n5 is surely a leaf, and -3 surely none; yet 5 is further from 0.8. As a chance it");
    println!("is near.\n\n");
}

fn the_article_s_leaf() {
    let scores: Array2<f64> = array![[0.79584, 0.25122]];
    let chances = softmax(&scores);
    let total = scores.exp().sum();
    println!("The article's leaf: scores, exp of each, and its part of {total:.5}:\n");
    println!("             score       exp    chance");
    let row = scores.iter().zip(&chances);
    for (name, (&score, &chance)) in ["leaf", "flower"].iter().zip(row) {
        println!(
            "{name:>8} {score:9.5} {:9.5} {chance:9.6} {}",
            score.exp(),
            bar(chance, 24).trim_end()
        );
    }
    assert!(chances.abs_diff_eq(&array![[0.632886, 0.367114]], 1e-6));
    assert!((chances.sum() - 1.0).abs() < 1e-15);
    println!("\nThey add up to {:.3}, and the larger is still the larger.\n\n", chances.sum());
}

fn only_differences_matter() {
    let scores: Array2<f64> = array![[0.79584, 0.25122]];
    println!("The same on both scores changes nothing:\n");
    for shift in [0.0, 100.0, -1000.0] {
        let chances = softmax(&(&scores + shift));
        println!("{shift:+8.0} {:9.6} {:9.6}", chances[[0, 0]], chances[[0, 1]]);
        assert!(chances.abs_diff_eq(&softmax(&scores), 1e-12));
    }
    println!("\n");
}

fn warmer_and_colder() {
    println!("Scores divided by a temperature, before softmax:\n");
    let scores: Array2<f64> = array![[2.0, 1.0, 0.0]];
    let mut largest = vec![];
    println!("{:14}{:>14}{:>17}{:>17}", "temperature", "of 2", "of 1", "of 0");
    for temperature in [0.25, 0.5, 1.0, 2.0, 10.0] {
        let chances = softmax(&(&scores / temperature));
        let cells = chances.iter().map(|&chance| format!("{chance:.3} {}", bar(chance, 10)));
        let cells: Vec<_> = cells.collect();
        println!("{temperature:8.2}      {}", cells.join(" ").trim_end());
        largest.push(chances[[0, 0]]);
    }
    assert!(largest.is_sorted_by(|colder, warmer| colder > warmer));
    assert!(largest[0] > 0.95 && largest[4] < 0.4);
    println!("\nCold, the largest takes all; warm, all come near to a third.");
}
