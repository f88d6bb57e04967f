//! Matrix products at the shapes of a small GPT, rows of softmax and GELU, and what a model that runs
//! needs: a few rows times weights of any kind, and threads that share work.
#![allow(missing_docs)] // criterion's macros

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use kernels::{Arithmetic, Kind, Rows, Team, few_rows, many_rows, narrow, product, rows};
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

/// A prompt of 256 tokens through matrices of SmolLM2 and of GPT-2, on two threads.
fn prompts(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("many_rows");
    let team = Team::new(2);
    for (n, k, m) in [(256, 576, 1536), (256, 1536, 576), (256, 768, 3072)] {
        let x = Array2::from_elem((n, k), 0.1);
        let mut y = Array2::zeros((n, m));
        group.throughput(Throughput::Elements(2 * (n * k * m) as u64)); // operations
        for kind in Kind::ALL {
            let Some(row) = kind.row_bytes(k) else { continue };
            let bytes = vec![0x11; m * row];
            let w = Rows::new(kind, m, k, &bytes);
            group.bench_function(BenchmarkId::new(kind.name(), format!("{n}x{k}x{m}")), |bench| {
                bench.iter(|| many_rows(&team, w, black_box(&x), &mut y, Arithmetic::Fast));
            });
        }
    }
    group.finish();
}

fn bends(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("rows");
    let x: Vec<f32> = (0..4096).map(|i| (i % 1000) as f32 / 100.0 - 5.0).collect();
    let mut y = x.clone();
    group.throughput(Throughput::Elements(x.len() as u64));
    group.bench_function("gelu", |bench| bench.iter(|| rows::gelu(black_box(&x))));
    group.bench_function("gelu_backward", |bench| {
        bench.iter(|| rows::gelu_backward(black_box(&x), &mut y));
    });
    group.bench_function("softmax", |bench| {
        bench.iter(|| y.chunks_mut(64).map(rows::softmax).sum::<f32>());
    });
    group.finish();
}

/// Few rows times weights of each kind, in bytes of weights a second: a matrix that a processor's own
/// cache holds, and one that no cache holds.
fn weights(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("few_rows");
    group.sample_size(20);
    let places = [("cached", 1 << 19, 1), ("memory", 1 << 28, 1), ("memory", 1 << 28, 2)];
    for (place, bytes, threads) in places {
        let team = Team::new(threads);
        for kind in Kind::ALL {
            let columns = 1024;
            let row = columns / kind.block() * kind.block_bytes();
            let weights = vec![0x11; bytes / row * row];
            let w = Rows::new(kind, bytes / row, columns, &weights);
            group.throughput(Throughput::Bytes(weights.len() as u64));
            for n in [1, 2, 4, 8] {
                let x = Array2::from_elem((n, columns), 0.5);
                let mut y = Array2::zeros((n, w.rows()));
                let name = format!("{}, {place}, {threads} threads", kind.name());
                group.bench_function(BenchmarkId::new(name, n), |bench| {
                    bench.iter(|| few_rows(&team, black_box(w), &x, &mut y));
                });
            }
        }
    }
    group.finish();
}

fn narrowing(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("narrow");
    let numbers: Vec<f32> = (0..1 << 20).map(|i| (i % 1000) as f32 / 100.0 - 5.0).collect();
    group.throughput(Throughput::Elements(numbers.len() as u64));
    for kind in [Kind::F16, Kind::Bf16, Kind::Q8_0] {
        group.bench_function(kind.name(), |bench| bench.iter(|| narrow(kind, &numbers)));
    }
    group.finish();
}

/// There and back, with nothing to do.
fn teams(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("team");
    for threads in [1, 2, 4] {
        let team = Team::new(threads);
        group.bench_function(BenchmarkId::new("share", threads), |bench| {
            bench.iter(|| team.share(2 * threads, |piece| _ = black_box(piece)));
        });
    }
    group.finish();
}

criterion_group!(benches, products, prompts, bends, weights, narrowing, teams);
criterion_main!(benches);
