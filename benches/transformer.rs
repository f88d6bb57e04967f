//! A GPT of the size of the preset `tiny`: learning from a share of a batch, and one token more.
#![allow(missing_docs)] // criterion's macros

use backprop::Dropout;
use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use neuron::{Parameters, init::seeded};
use transformer::{Gpt, GptConfig};

fn gpt(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("gpt 4x128");
    let config = GptConfig { bias: false, ..GptConfig::gpt2(65, 64, 128, 4, 4) };
    let model: Gpt = Gpt::random(config, &mut seeded(1));
    let ids: Vec<u32> = (0..6 * 64).map(|i| i * i % 65).collect();
    let mut grad = model.zeros_like();

    group.throughput(Throughput::Elements(ids.len() as u64));
    group.bench_function("forward", |b| b.iter(|| model.logits(&ids, 64)));
    group.bench_function("learn", |b| {
        b.iter(|| model.learn(&ids, &ids, 64, Dropout::OFF, &mut grad));
    });
    group.throughput(Throughput::Elements(1));
    let mut cache = model.cache();
    model.extend(&ids[..63], &mut cache);
    group.bench_function("one token more", |b| {
        let cache = || cache.clone();
        b.iter_batched(cache, |mut cache| model.extend(&[1], &mut cache), BatchSize::LargeInput);
    });
    group.finish();
}

criterion_group!(benches, gpt);
criterion_main!(benches);
