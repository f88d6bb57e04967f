//! Softmax fast and plain, the loss over a vocabulary, and drawing from one.
#![allow(missing_docs)] // criterion's macros

use std::hint::black_box;

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use ndarray::Array2;
use neuron::init::{normal, seeded};
use softmax::{Sampler, cross_entropy, log_softmax, rows::plain, softmax, softmax_backward};

fn rows(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("softmax");
    let x: Array2<f32> = normal((768, 1024), 3.0, &mut seeded(1));
    let dy: Array2<f32> = normal((768, 1024), 1.0, &mut seeded(2));
    let chances = softmax(&x);
    let targets: Vec<u32> = (0..768).collect();
    group.throughput(Throughput::Elements(x.len() as u64));
    group.bench_function("fast", |b| b.iter(|| softmax(black_box(&x))));
    group.bench_function("plain", |b| {
        b.iter(|| {
            let mut x = black_box(&x).clone();
            x.rows_mut().into_iter().for_each(|mut row| {
                plain::chances(&mut row);
            });
            x
        });
    });
    group.bench_function("backward", |b| b.iter(|| softmax_backward(black_box(&chances), &dy)));
    group.bench_function("logarithms", |b| b.iter(|| log_softmax(black_box(&x))));
    group.bench_function("cross-entropy", |b| {
        b.iter_batched(|| x.clone(), |x| cross_entropy(x, &targets), BatchSize::LargeInput);
    });
    group.finish();
}

fn draws(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("draw");
    let logits: Array2<f32> = normal((1, 50_257), 3.0, &mut seeded(1));
    let (logits, rng) = (logits.into_raw_vec_and_offset().0, &mut seeded(2));
    let all = Sampler { top_k: 0, ..Sampler::default() };
    for (name, sampler) in [
        ("greedy", Sampler::greedy()),
        ("from all", all),
        ("top-k 40", Sampler::default()),
        ("top-p 0.9", Sampler { top_p: 0.9, ..all }),
    ] {
        group.bench_function(name, |b| b.iter(|| sampler.draw(black_box(&logits), &[], rng)));
    }
    group.finish();
}

criterion_group!(benches, rows, draws);
criterion_main!(benches);
