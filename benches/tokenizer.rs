//! How long a text takes to become numbers, and how long it takes to learn the numbers from it.
#![allow(missing_docs)] // criterion's macros

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use rand::{RngExt, SeedableRng, rngs::ChaCha8Rng};
use tokenizer::{Pairs, Tokenizer, split};

/// About a megabyte of sentences from a few hundred invented words.
fn text() -> String {
    let rng = &mut ChaCha8Rng::seed_from_u64(1);
    let mut word = || -> String {
        let syllables = 1 + rng.random_range(0..3_usize);
        (0..syllables)
            .map(|_| ["ka", "lo", "min", "ther", "s", "é"][rng.random_range(0..6)])
            .collect()
    };
    let words: Vec<String> = (0..400).map(|_| word()).collect();
    let rng = &mut ChaCha8Rng::seed_from_u64(2);
    let mut text = String::new();
    while text.len() < 1 << 20 {
        text += &words[rng.random_range(0..words.len())];
        text += [" ", " ", " ", ", ", ".\n"][rng.random_range(0..5)];
    }
    text
}

fn encode(criterion: &mut Criterion) {
    let text = text();
    let mut group = criterion.benchmark_group("encode");
    group.throughput(Throughput::Bytes(text.len() as u64));
    group.sample_size(20);
    let kinds = [
        ("characters", Tokenizer::characters(&text)),
        ("words", Tokenizer::words(&text, 1000)),
        ("bytes", Tokenizer::bytes()),
        ("pairs", Tokenizer::byte_pairs(&text, 1000)),
    ];
    for (name, tokenizer) in kinds {
        group.bench_function(name, |b| b.iter(|| tokenizer.encode(black_box(&text))));
    }
    group.bench_function("only cutting", |b| b.iter(|| split::pieces(black_box(&text)).count()));
    group.finish();
}

fn train(criterion: &mut Criterion) {
    let text = text();
    let mut group = criterion.benchmark_group("train");
    group.throughput(Throughput::Bytes(text.len() as u64));
    group.sample_size(10);
    for vocabulary in [300, 1000] {
        group.bench_function(BenchmarkId::new("pairs", vocabulary), |b| {
            b.iter(|| Pairs::train(black_box(&text), vocabulary));
        });
    }
    group.finish();
}

/// The plain way takes four times as long for twice the word; this should take about twice.
fn long_word(criterion: &mut Criterion) {
    let pairs = Pairs::train(&"abbabaab".repeat(50), 300);
    let mut group = criterion.benchmark_group("one long word");
    group.sample_size(10);
    for bytes in [1 << 14, 1 << 15] {
        let word = "abbabaab".repeat(bytes / 8);
        group.throughput(Throughput::Bytes(bytes as u64));
        group.bench_function(BenchmarkId::from_parameter(bytes), |b| {
            b.iter(|| pairs.encode(black_box(&word)));
        });
    }
    group.finish();
}

criterion_group!(benches, encode, train, long_word);
criterion_main!(benches);
