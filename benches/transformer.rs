//! A GPT of the size of the preset `tiny`: learning from a share of a batch, and one token more.
//! An encoder–decoder of that of `translate`: learning from a share of a batch, and a translation.
#![allow(missing_docs)] // criterion's macros

use backprop::Dropout;
use criterion::{BatchSize, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use neuron::{Parameters, init::seeded};
use transformer::{EncoderDecoder, EncoderDecoderConfig, Gpt, GptConfig, Pairs};

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

fn encoder_decoder(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("encoder-decoder 3x128");
    let config = EncoderDecoderConfig::paper(1000, 64, 128, 3, 4);
    let model: EncoderDecoder = EncoderDecoder::random(config, &mut seeded(1));
    let text = |seed: u32, words: u32| (0..words).map(move |i| 2 + (seed + i * i) % 998).collect();
    let texts: Vec<(Vec<u32>, Vec<u32>)> =
        (0..16).map(|pair| (text(pair, 5 + pair % 6), text(pair * 7, 5 + pair * 3 % 6))).collect();
    let pairs = Pairs::new(&model.config, texts.iter().map(|(one, other)| (&one[..], &other[..])));
    let mut grad = model.zeros_like();

    group.throughput(Throughput::Elements((pairs.source.len() + pairs.input.len()) as u64));
    group.bench_function("learn", |b| {
        b.iter(|| model.learn(&pairs, 0.1, Dropout::OFF, &mut grad));
    });
    group.throughput(Throughput::Elements(1));
    for width in [1, 4] {
        // Of a model that has learned nothing, so it goes on until the context is full.
        group.bench_function(BenchmarkId::new("translate", width), |b| {
            b.iter(|| model.translate(&texts[0].0, width, 1.0));
        });
    }
    group.finish();
}

criterion_group!(benches, gpt, encoder_decoder);
criterion_main!(benches);
