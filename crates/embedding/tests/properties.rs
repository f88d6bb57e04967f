//! What must hold for any tokens at all.

use embedding::{Embedding, one_hot};
use neuron::{init::seeded, matmul};
use proptest::prelude::*;

proptest! {
    #[test]
    fn looking_up_is_multiplying_by_one_hot(
        ids in proptest::collection::vec(0..9_u32, 1..20), channels in 1..9_usize, seed: u64,
    ) {
        let embedding: Embedding = Embedding::random(9, channels, &mut seeded(seed));
        prop_assert_eq!(embedding.forward(&ids), matmul(&one_hot(&ids, 9), &embedding.weight));
    }
}

#[test]
#[should_panic(expected = "your vocabulary has 65 entries and this id is 90")]
fn an_id_beyond_the_vocabulary_is_named() {
    let embedding: Embedding = Embedding::random(65, 2, &mut seeded(1));
    embedding.forward(&[3, 90]);
}

#[test]
#[should_panic(expected = "your vocabulary has 65 entries and this id is 65")]
fn one_hot_names_it_too() {
    one_hot::<f32>(&[65], 65);
}
