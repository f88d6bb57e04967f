//! Looking tokens up, and blaming what was looked up; and the slow way round, with one-hot rows. Positions from
//! waves, and turned rows.
#![allow(missing_docs)] // criterion's macros

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use embedding::{Embedding, Rotary, one_hot, sinusoidal};
use ndarray::Array2;
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

fn positions(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("positions");
    let rotary: Rotary = Rotary::new(64, 256, 10000.0);
    let x: Array2<f32> = sinusoidal(256, 64);

    group.throughput(Throughput::Elements(256));
    group.bench_function("waves", |b| b.iter(|| sinusoidal::<f32>(black_box(256), 64)));
    group.bench_function("turn", |b| b.iter(|| rotary.forward(black_box(&x), 0)));
    group.bench_function("turn back", |b| b.iter(|| rotary.backward(black_box(&x), 0)));
    group.finish();
}

criterion_group!(benches, lookup, positions);
criterion_main!(benches);
