//! A network forward and back, and what an optimizer's step costs.
#![allow(missing_docs)] // criterion's macros

use activations::Activation;
use backprop::{AdamW, Mlp, Optimizer, Sgd};
use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use ndarray::Array2;
use neuron::Parameters;
use neuron::init::{seeded, uniform};

fn network(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("mlp");
    let rng = &mut seeded(1);
    let model: Mlp = Mlp::random(&[128, 512, 128], Activation::GeluTanh, rng);
    let x: Array2<f32> = uniform((384, 128), 1.0, rng);
    let dy: Array2<f32> = uniform((384, 128), 1.0, rng);
    let mut grad = model.zeros_like();

    group.throughput(Throughput::Elements(384));
    group.bench_function("forward", |b| b.iter(|| model.forward(&x)));
    group.bench_function("backward", |b| {
        let saved = || model.forward(&x).1;
        b.iter_batched(
            saved,
            |saved| model.backward(&x, saved, &dy, &mut grad),
            BatchSize::LargeInput,
        );
    });
    group.finish();
}

fn steps(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("step");
    let mut model: Array2<f32> = uniform((1024, 1024), 1.0, &mut seeded(1));
    let grad = model.clone();
    let (mut sgd, mut adamw) = (Sgd::new(&model, 0.9), AdamW::new(&model));

    group.throughput(Throughput::Elements(model.len() as u64));
    group.bench_function("sgd", |b| b.iter(|| sgd.step(&mut model, &grad, 1.0, 1e-6)));
    group.bench_function("adamw", |b| b.iter(|| adamw.step(&mut model, &grad, 1.0, 1e-6)));
    group.finish();
}

criterion_group!(benches, network, steps);
criterion_main!(benches);
