//! Shows that looking a token up and multiplying by its one-hot row give the same numbers.

use embedding::{Embedding, one_hot};
use ndarray::{Array2, ArrayView1};
use neuron::{init::seeded, matmul};

fn main() {
    let letters = ["a", "b", "c", "d", "e"];
    let embedding: Embedding<f64> = Embedding::random(letters.len(), 4, &mut seeded(1));
    let ids = [1, 0, 3]; // "bad"
    let rows: Array2<f64> = one_hot(&ids, letters.len());
    let multiplied = matmul(&rows, &embedding.weight);
    let looked_up = embedding.forward(&ids);

    anstream::println!("        a b c d e   · W =                             W[id]");
    for (i, &id) in ids.iter().enumerate() {
        let line = |row: ArrayView1<'_, f64>| {
            row.iter().map(|x| format!("{x:6.3}")).collect::<Vec<_>>().join(" ")
        };
        let ones: Vec<String> = rows.row(i).iter().map(|x| format!("{x:.0}")).collect();
        anstream::println!(
            "   {} = [{}] -> {}  = {}",
            letters[id as usize],
            ones.join(" "),
            line(multiplied.row(i)),
            line(looked_up.row(i))
        );
    }
    assert_eq!(multiplied, looked_up);
}
