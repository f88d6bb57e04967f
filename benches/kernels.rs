//! Matrix products at the shapes of a small GPT, and rows of softmax and GELU.
#![allow(missing_docs)] // criterion's macros

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use kernels::{product, rows};
use ndarray::Array2;

fn products(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("product");
    for (n, k, m) in [(384, 128, 128), (384, 128, 512), (384, 512, 128), (1024, 768, 3072)] {
        let [a, b] = [(n, k), (k, m)].map(|shape| Array2::<f32>::from_elem(shape, 0.1));
        let mut c = Array2::zeros((n, m));
        group.throughput(Throughput::Elements(2 * (n * k * m) as u64)); // operations
        group.bench_function(BenchmarkId::new("f32", format!("{n}x{k}x{m}")), |bench| {
            bench.iter(|| product(black_box(&mut c), &a, &b, false));
        });
    }
    group.finish();
}

fn bends(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("rows");
    let x: Vec<f32> = (0..4096).map(|i| (i % 1000) as f32 / 100.0 - 5.0).collect();
    let mut y = x.clone();
    group.throughput(Throughput::Elements(x.len() as u64));
    group.bench_function("gelu", |bench| bench.iter(|| rows::gelu(black_box(&x), &mut y)));
    group.bench_function("gelu_backward", |bench| {
        bench.iter(|| rows::gelu_backward(black_box(&x), &mut y));
    });
    group.bench_function("softmax", |bench| {
        bench.iter(|| y.chunks_mut(64).map(rows::softmax).sum::<f32>());
    });
    group.finish();
}

criterion_group!(benches, products, bends);
criterion_main!(benches);
