//! The product as a reader reads it and as it runs, and a layer forward and backward.
#![allow(missing_docs)] // criterion's macros

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use ndarray::Array2;
use neuron::init::{normal, seeded};
use neuron::matmul::plain;
use neuron::{Linear, Parameters, matmul};

fn products(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("matmul");
    for size in [16, 64, 256] {
        let a: Array2<f32> = normal((size, size), 1.0, &mut seeded(1));
        let b: Array2<f32> = normal((size, size), 1.0, &mut seeded(2));
        group.throughput(Throughput::Elements(2 * size.pow(3) as u64)); // operations
        group.bench_function(BenchmarkId::new("plain", size), |bench| {
            bench.iter(|| plain::matmul(black_box(&a), &b));
        });
        group.bench_function(BenchmarkId::new("fast", size), |bench| {
            bench.iter(|| matmul(black_box(&a), &b));
        });
    }
    group.finish();
}

fn layers(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("linear");
    let (rows, inputs, outputs) = (384, 128, 512);
    let layer: Linear = Linear::random(inputs, outputs, &mut seeded(1));
    let x: Array2<f32> = normal((rows, inputs), 1.0, &mut seeded(2));
    let dy: Array2<f32> = normal((rows, outputs), 1.0, &mut seeded(3));
    let mut grad = layer.zeros_like();
    let operations = 2 * (rows * inputs * outputs) as u64;
    group.throughput(Throughput::Elements(operations));
    group.bench_function("forward", |b| b.iter(|| layer.forward(black_box(&x))));
    group.throughput(Throughput::Elements(2 * operations));
    group.bench_function("backward", |b| {
        b.iter(|| layer.backward(black_box(&x), &dy, &mut grad));
    });
    group.finish();
}

criterion_group!(benches, products, layers);
criterion_main!(benches);
