//! Each bend, forward and backward, at the hidden layer of a small GPT.
#![allow(missing_docs)] // criterion's macros

use std::hint::black_box;

use activations::Activation::{Gelu, GeluTanh, Relu, Sigmoid, Silu, Tanh};
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use ndarray::Array2;
use neuron::init::{normal, seeded};

fn bends(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("activations");
    let x: Array2<f32> = normal((384, 512), 1.0, &mut seeded(1));
    let dy: Array2<f32> = normal((384, 512), 1.0, &mut seeded(2));
    group.throughput(Throughput::Elements(x.len() as u64));
    for bend in [Relu, Sigmoid, Tanh, Gelu, GeluTanh, Silu] {
        group.bench_function(BenchmarkId::new("forward", format!("{bend:?}")), |b| {
            b.iter(|| bend.forward(black_box(&x)));
        });
        group.bench_function(BenchmarkId::new("backward", format!("{bend:?}")), |b| {
            b.iter(|| bend.backward(black_box(&x), dy.clone()));
        });
    }
    group.finish();
}

criterion_group!(benches, bends);
criterion_main!(benches);
