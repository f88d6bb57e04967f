//! Looking tokens up, and blaming what was looked up; and the slow way round, with one-hot rows.
#![allow(missing_docs)] // criterion's macros

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use embedding::{Embedding, one_hot};
use neuron::{Parameters, init::seeded, matmul};

fn lookup(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("embedding");
    let embedding: Embedding = Embedding::random(1000, 128, &mut seeded(1));
    let ids: Vec<u32> = (0..768).map(|i| i * 37 % 1000).collect();
    let dy = embedding.forward(&ids);
    let mut grad = embedding.zeros_like();

    group.throughput(Throughput::Elements(ids.len() as u64));
    group.bench_function("look up", |b| b.iter(|| embedding.forward(black_box(&ids))));
    group.bench_function("multiply by one-hot", |b| {
        b.iter(|| matmul(&one_hot(black_box(&ids), 1000), &embedding.weight));
    });
    group.bench_function("backward", |b| b.iter(|| embedding.backward(&ids, &dy, &mut grad)));
    group.finish();
}

criterion_group!(benches, lookup);
criterion_main!(benches);
