//! What training does besides the mathematics: stories, a batch, the loss of a text.

#![allow(clippy::unwrap_used, missing_docs)]

use criterion::{Criterion, criterion_group, criterion_main};
use neuron::init::seeded;
use primer::checkpoint::checksum;
use primer::ids::Ids;
use primer::{evaluate, stories};
use tokenizer::{Specials, Tokenizer};
use transformer::{Gpt, GptConfig};

fn primer(criterion: &mut Criterion) {
    let text = stories::stories(1, 100_000);
    let tokenizer = Tokenizer::characters(&text);
    let ids = Ids::of(&tokenizer, text.clone(), Specials::default()).unwrap();
    let gpt = Gpt::random(
        GptConfig { bias: false, ..GptConfig::gpt2(tokenizer.vocabulary(), 64, 128, 4, 4) },
        &mut seeded(42),
    );

    criterion
        .bench_function("100 kB of stories", |bench| bench.iter(|| stories::stories(1, 100_000)));
    criterion.bench_function("a batch of 12 windows", |bench| {
        bench.iter(|| evaluate::flat(&ids.at_random(64, 12, 42, 1)));
    });
    criterion.bench_function("the loss over 4096 tokens", |bench| {
        let windows = ids.in_order(64);
        bench.iter(|| evaluate::loss(&gpt, &windows[..64]));
    });
    criterion
        .bench_function("a checksum of 100 kB", |bench| bench.iter(|| checksum(text.as_bytes())));
}

criterion_group!(benches, primer);
criterion_main!(benches);
