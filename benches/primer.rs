//! What training does besides the mathematics: stories, a batch, the loss of a text.

#![allow(clippy::unwrap_used, missing_docs)]

use backprop::windows::{at_random, in_order};
use criterion::{Criterion, criterion_group, criterion_main};
use neuron::init::seeded;
use primer::checkpoint::checksum;
use primer::{evaluate, stories};
use tokenizer::Tokenizer;
use transformer::{Gpt, GptConfig};

fn primer(criterion: &mut Criterion) {
    let text = stories::stories(1, 100_000);
    let tokenizer = Tokenizer::characters(&text);
    let ids = tokenizer.encode(&text).unwrap();
    let gpt = Gpt::random(
        GptConfig { bias: false, ..GptConfig::gpt2(tokenizer.vocabulary(), 64, 128, 4, 4) },
        &mut seeded(42),
    );

    criterion
        .bench_function("100 kB of stories", |bench| bench.iter(|| stories::stories(1, 100_000)));
    criterion.bench_function("a batch of 12 windows", |bench| {
        bench.iter(|| evaluate::flat(&at_random(&ids, 64, 12, 42, 1)));
    });
    criterion.bench_function("the loss over 4096 tokens", |bench| {
        let windows = in_order(&ids[..=4096], 64);
        bench.iter(|| evaluate::loss(&gpt, &windows));
    });
    criterion
        .bench_function("a checksum of 100 kB", |bench| bench.iter(|| checksum(text.as_bytes())));
}

criterion_group!(benches, primer);
criterion_main!(benches);
