//! Without a bend between them, two layers are one: the article's network as a single matrix. And so are
//! twenty.

use anstream::println;
use ndarray::{Array2, array};
use neuron::init::{seeded, uniform};
use neuron::{Linear, matmul};

fn main() {
    let hidden: Linear<f64> = bare(array![
        [0.10, -0.29, -0.07, 0.46],
        [0.12, -0.05, 0.04, 0.16],
        [-0.36, -0.21, -0.27, 0.18]
    ]);
    let output = bare(array![[-0.17, 0.39, 0.10], [0.05, -0.12, -0.04]]);
    let one = bare(matmul(&output.weight, &hidden.weight));

    println!("the first layer, W1            the second layer, W2");
    for (i, row) in hidden.weight.rows().into_iter().enumerate() {
        let second = if i < 2 { numbers(output.weight.row(i).iter(), 2) } else { String::new() };
        println!("{}", format!("{:30} {second}", numbers(row.iter(), 2)).trim_end());
    }
    println!("\n{:10} W2 · W1", "");
    for (name, row) in ["leaf", "flower"].iter().zip(one.weight.rows()) {
        println!("{name:>9}  {}", numbers(row.iter(), 4));
    }
    let article = array![[-0.0062, 0.0088, 0.0005, 0.0022], [0.0050, -0.0001, 0.0025, -0.0034]];
    assert!(one.weight.abs_diff_eq(&article, 5.1e-5), "it prints four digits");

    let things = array![[32.0, 107.0, 56.0, 11.2], [241.0, 200.0, 4.0, 59.5]];
    let (two, single) = (output.forward(&hidden.forward(&things)), one.forward(&things));
    println!("\n{:11} by two layers          by the one matrix", "");
    for ((name, two), single) in ["a leaf", "a sunflower"].iter().zip(two.rows()).zip(single.rows())
    {
        println!("{name:>11} {:22} {}", numbers(two.iter(), 5), numbers(single.iter(), 5));
    }
    assert!(two.abs_diff_eq(&single, 1e-12));

    let rng = &mut seeded(1);
    let layers: Vec<_> = (0..20).map(|_| bare(uniform((4, 4), 1.0, rng))).collect();
    let many: Array2<f64> = uniform((1000, 4), 1.0, rng);
    let one =
        layers[1..].iter().fold(layers[0].weight.clone(), |all, one| matmul(&one.weight, &all));
    let deep = layers.iter().fold(many.clone(), |x, layer| layer.forward(&x));
    let apart = (&deep - &bare(one).forward(&many)).fold(0.0_f64, |most, d| most.max(d.abs()));
    let largest = deep.fold(0.0_f64, |most, y| most.max(y.abs()));
    assert!(apart < 1e-12 * largest);
    println!("\nTwenty layers at random and the one matrix that they are give the same");
    println!("answers for 1000 things. Depth without a bend is worth nothing.");
}

fn bare(weight: Array2<f64>) -> Linear<f64> {
    Linear { weight, bias: None }
}

fn numbers<'a>(row: impl Iterator<Item = &'a f64>, digits: usize) -> String {
    row.map(|number| format!("{number:w$.digits$}", w = digits + 3)).collect::<Vec<_>>().join(" ")
}
