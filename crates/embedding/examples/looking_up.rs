//! Shows that looking a token up and multiplying by its one-hot row give the same numbers.
#![allow(clippy::print_stdout)]

use embedding::{Embedding, one_hot};
use ndarray::Array2;
use neuron::{init::seeded, matmul};

fn main() {
    let letters = ["a", "b", "c", "d", "e"];
    let embedding: Embedding = Embedding::random(letters.len(), 4, &mut seeded(1));
    let ids = [1, 0, 3]; // "bad"
    let rows: Array2<f32> = one_hot(&ids, letters.len());
    let multiplied = matmul(&rows, &embedding.weight);
    let looked_up = embedding.forward(&ids);

    println!("        a b c d e   · W =                             W[id]");
    for (i, &id) in ids.iter().enumerate() {
        let line = |row: ndarray::ArrayView1<f32>| {
            row.iter().map(|x| format!("{x:6.3}")).collect::<Vec<_>>().join(" ")
        };
        let ones: Vec<String> = rows.row(i).iter().map(|x| format!("{x:.0}")).collect();
        let letter = letters[id as usize];
        println!(
            "   {letter} = [{}] -> {}  = {}",
            ones.join(" "),
            line(multiplied.row(i)),
            line(looked_up.row(i))
        );
    }
    assert_eq!(multiplied, looked_up);
}
