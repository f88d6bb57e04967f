//! Turns a GPT into a Llama, one small difference after another, and trains each on the same text with the
//! same steps: what does each buy?
//!
//! `small_differences [FILE [STEPS [SEEDS]]]`: a text, or a small one of its own.

use std::ops::ControlFlow;
use std::time::Instant;

use activations::Activation;
use attention::{Grouped, MultiHead, RmsNorm};
use backprop::{AdamW, Dropout, Loss, Recipe, Schedule, Share, train, windows};
use embedding::{Embedding, Rotary};
use ndarray::{Array2, Axis, s};
use neuron::init::{normal, seeded};
use neuron::{Linear, Parameters, add_matmul, matmul, parameters};
use rand::Rng;
use softmax::cross_entropy;
use transformer::{FeedForward, LayerNorm, SwiGlu};

const CONTEXT: usize = 64;
const CHANNELS: usize = 96;
const HEADS: usize = 6;
const LAYERS: usize = 3;

/// Which of the differences a model has.
#[derive(Clone, Copy, Debug)]
struct Kind {
    biases: bool,
    rms: bool,
    gated: bool,
    turned: bool,
    kv_heads: usize,
}

const KINDS: [(&str, Kind); 6] = {
    let gpt = Kind { biases: true, rms: false, gated: false, turned: false, kv_heads: HEADS };
    let bare = Kind { biases: false, ..gpt };
    let rms = Kind { rms: true, ..bare };
    let gated = Kind { gated: true, ..rms };
    let turned = Kind { turned: true, ..gated };
    [
        ("GPT-2", gpt),
        ("no biases", bare),
        ("RMSNorm", rms),
        ("SwiGLU", gated),
        ("rotary", turned),
        ("grouped queries", Kind { kv_heads: 2, ..turned }),
    ]
};

/// One of the two norms.
#[derive(Clone)]
struct Norm<F> {
    layer: Option<LayerNorm<F>>,
    rms: Option<RmsNorm<F>>,
}
parameters!(Norm { layer, rms });

/// One of the two attentions, one of the two feed-forward layers.
#[derive(Clone)]
struct Block<F> {
    attention_norm: Norm<F>,
    many: Option<MultiHead<F>>,
    grouped: Option<Grouped<F>>,
    feed_forward_norm: Norm<F>,
    plain: Option<FeedForward<F>>,
    gated: Option<SwiGlu<F>>,
}
parameters!(Block { attention_norm, many, grouped, feed_forward_norm, plain, gated });

#[derive(Clone)]
struct Model<F> {
    token: Embedding<F>,
    position: Option<Embedding<F>>,
    blocks: Vec<Block<F>>,
    norm: Norm<F>,
}
parameters!(Model { token, position, blocks, norm });

type Back<T> = Box<dyn FnOnce(&Array2<f32>, &mut T) -> Array2<f32>>; // the backward of a part, ready to go

impl Norm<f32> {
    fn new(kind: Kind) -> Self {
        let layer = || {
            let norm = LayerNorm::new(CHANNELS, 1e-5);
            if kind.biases { norm } else { LayerNorm { bias: None, ..norm } }
        };
        let rms = kind.rms.then(|| RmsNorm::new(CHANNELS, 1e-5));
        Norm { layer: (!kind.rms).then(layer), rms }
    }

    fn forward(&self, x: &Array2<f32>) -> (Array2<f32>, Back<Self>) {
        if let Some(norm) = self.rms.clone() {
            let (y, saved) = norm.forward(x);
            let back = move |dy: &Array2<f32>, grad: &mut Self| {
                norm.backward(saved, dy, grad.rms.as_mut().expect("of one kind"))
            };
            return (y, Box::new(back));
        }
        let norm = self.layer.clone().expect("one of the two");
        let (y, saved) = norm.forward(x);
        let back = move |dy: &Array2<f32>, grad: &mut Self| {
            norm.backward(saved, dy, grad.layer.as_mut().expect("of one kind"))
        };
        (y, Box::new(back))
    }
}

impl Block<f32> {
    fn random(kind: Kind, rng: &mut impl Rng) -> Self {
        let mut linear = |inputs: usize, outputs: usize| Linear {
            weight: normal((outputs, inputs), 0.02, rng),
            bias: kind.biases.then(|| ndarray::Array1::zeros(outputs)),
        };
        let told = CHANNELS / HEADS * kind.kv_heads;
        let (query, key) = (linear(CHANNELS, CHANNELS), linear(CHANNELS, told));
        let (value, output) = (linear(CHANNELS, told), linear(CHANNELS, CHANNELS));
        let hidden = if kind.gated { CHANNELS * 8 / 3 } else { CHANNELS * 4 };
        let (up, down) = (linear(CHANNELS, hidden), linear(hidden, CHANNELS));
        let gate = linear(CHANNELS, hidden);
        let (heads, kv_heads, query_norm, key_norm) = (HEADS, kind.kv_heads, None, None);
        let (many, grouped) = match kind.turned {
            false => (Some(MultiHead { query, key, value, output, heads, causal: true }), None),
            true => {
                let parts =
                    Grouped { query, key, value, output, query_norm, key_norm, heads, kv_heads };
                (None, Some(parts))
            }
        };
        let (plain, gated) = match kind.gated {
            true => (None, Some(SwiGlu { gate, up, down })),
            false => {
                let activation = Activation::GeluTanh;
                (Some(FeedForward { expand: up, project: down, activation }), None)
            }
        };
        let [attention_norm, feed_forward_norm] = [Norm::new(kind), Norm::new(kind)];
        Block { attention_norm, many, grouped, feed_forward_norm, plain, gated }
    }

    fn listen(&self, x: &Array2<f32>, rotary: &Rotary) -> (Array2<f32>, Back<Self>) {
        let (x, off) = (x.clone(), Dropout::OFF);
        if let Some(layer) = self.many.clone() {
            let (y, saved) = layer.forward(&x, CONTEXT, off);
            let back = move |dy: &Array2<f32>, grad: &mut Self| {
                let grad = grad.many.as_mut().expect("of one kind");
                layer.backward(&x, CONTEXT, off, saved, dy, grad)
            };
            return (y, Box::new(back));
        }
        let (layer, rotary) = (self.grouped.clone().expect("one of the two"), rotary.clone());
        let (y, saved) = layer.forward(&x, CONTEXT, &rotary);
        let back = move |dy: &Array2<f32>, grad: &mut Self| {
            let grad = grad.grouped.as_mut().expect("of one kind");
            layer.backward(&x, CONTEXT, &rotary, saved, dy, grad)
        };
        (y, Box::new(back))
    }

    fn think(&self, x: &Array2<f32>) -> (Array2<f32>, Back<Self>) {
        let x = x.clone();
        if let Some(layer) = self.plain.clone() {
            let (y, saved) = layer.forward(&x);
            let back = move |dy: &Array2<f32>, grad: &mut Self| {
                layer.backward(&x, saved, dy, grad.plain.as_mut().expect("of one kind"))
            };
            return (y, Box::new(back));
        }
        let layer = self.gated.clone().expect("one of the two");
        let (y, saved) = layer.forward(&x);
        let back = move |dy: &Array2<f32>, grad: &mut Self| {
            layer.backward(&x, saved, dy, grad.gated.as_mut().expect("of one kind"))
        };
        (y, Box::new(back))
    }
}

impl Model<f32> {
    fn random(kind: Kind, vocabulary: usize, rng: &mut impl Rng) -> Self {
        let token = Embedding::random(vocabulary, CHANNELS, rng);
        let position = (!kind.turned).then(|| Embedding::random(CONTEXT, CHANNELS, rng));
        let blocks = (0..LAYERS).map(|_| Block::random(kind, rng)).collect();
        Model { token, position, blocks, norm: Norm::new(kind) }
    }

    /// Adds the gradient of the summed loss to `grad`, if there is one.
    fn learn(
        &self,
        ids: &[u32],
        targets: &[u32],
        rotary: &Rotary,
        grad: Option<&mut Self>,
    ) -> Loss {
        let mut x = self.token.forward(ids); // (B·T, C)
        if let Some(position) = &self.position {
            for mut text in x.axis_chunks_iter_mut(Axis(0), CONTEXT) {
                text += &position.weight;
            }
        }
        let mut backs = Vec::new();
        for block in &self.blocks {
            let (calm, calm_back) = block.attention_norm.forward(&x);
            let (heard, heard_back) = block.listen(&calm, rotary);
            x += &heard;
            let (clear, clear_back) = block.feed_forward_norm.forward(&x);
            let (thought, thought_back) = block.think(&clear);
            x += &thought;
            backs.push((calm_back, heard_back, clear_back, thought_back));
        }
        let (last, last_back) = self.norm.forward(&x);
        let logits = matmul(&last, &self.token.weight.t());
        let (sum, dlogits) = cross_entropy(logits, targets);
        let loss = Loss { sum, count: targets.len() };
        let Some(grad) = grad else { return loss };

        add_matmul(&mut grad.token.weight, &dlogits.t(), &last);
        let mut dx = last_back(&matmul(&dlogits, &self.token.weight), &mut grad.norm);
        for (grad, backs) in grad.blocks.iter_mut().zip(backs).rev() {
            let (calm_back, heard_back, clear_back, thought_back) = backs;
            let dclear = thought_back(&dx, grad);
            dx += &clear_back(&dclear, &mut grad.feed_forward_norm);
            let dcalm = heard_back(&dx, grad);
            dx += &calm_back(&dcalm, &mut grad.attention_norm);
        }
        self.token.backward(ids, &dx, &mut grad.token);
        if let Some(position) = &mut grad.position {
            for text in dx.axis_chunks_iter(Axis(0), CONTEXT) {
                let mut rows = position.weight.slice_mut(s![.., ..]);
                rows += &text;
            }
        }
        loss
    }
}

/// Sentences in which a word far back decides a later one.
fn own_text() -> String {
    let (names, things) = (["ann", "bob", "eve", "tom"], ["cup", "hat", "key", "map", "pen"]);
    (0..1500_usize)
        .map(|i| {
            let (name, thing) = (names[i * i % 7 % 4], things[(i * 31 + i / 7) % 5]);
            format!("{name} has a {thing}. the {thing} is with {name}.\n")
        })
        .collect()
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let numbers = std::env::args().skip(1).filter(|word| !word.ends_with("svg"));
    let given: Vec<String> = numbers.filter(|word| word != "--svg").collect();
    let text = given.first().map_or_else(|| Ok(own_text()), std::fs::read_to_string)?;
    let steps = given.get(1).map_or(Ok(12), |number| number.parse())?;
    let seeds: u64 = given.get(2).map_or(Ok(1), |number| number.parse())?;

    let mut letters: Vec<char> = text.chars().collect();
    letters.sort_unstable();
    letters.dedup();
    let place = |letter| letters.binary_search(&letter).unwrap_or(0) as u32;
    let ids: Vec<u32> = text.chars().map(place).collect();
    let (learned, held_back) = ids.split_at(ids.len() * 9 / 10);

    anstream::println!("                   numbers to learn   numbers kept for each word read");
    for (name, kind) in KINDS {
        let count = Model::random(kind, letters.len(), &mut seeded(1)).count();
        let kept = 2 * LAYERS * CHANNELS / HEADS * kind.kv_heads;
        anstream::println!("{name:16} {count:18} {kept:33}");
    }
    anstream::println!("\nloss after {steps} steps, on text that was held back");
    let mut first = None;
    for (name, kind) in KINDS {
        let clock = Instant::now();
        let losses: Result<Vec<f64>, _> = (1..=seeds)
            .map(|seed| examine(kind, letters.len(), learned, held_back, steps, seed))
            .collect();
        let losses = losses?;
        let mean = losses.iter().sum::<f64>() / seeds as f64;
        let start = *first.get_or_insert(mean);
        let seconds = clock.elapsed().as_secs_f64() / seeds as f64;
        let gain = 100.0 * (mean - start) / start;
        anstream::println!("{name:16} {mean:6.3}  {gain:+5.1} %  {seconds:5.1} s   {losses:.3?}");
    }
    Ok(())
}

/// Trains one model, and says how surprised it is by what it has not seen.
fn examine(
    kind: Kind,
    vocabulary: usize,
    learned: &[u32],
    held_back: &[u32],
    steps: usize,
    seed: u64,
) -> Result<f64, backprop::NotFinite> {
    let rotary = Rotary::new(CHANNELS / HEADS, CONTEXT, 10_000.0);
    let mut model = Model::random(kind, vocabulary, &mut seeded(seed));
    let mut optimizer = AdamW { beta2: 0.99, ..AdamW::new(&model) };
    let schedule = Schedule { peak: 1e-3, least: 1e-4, warmup: steps / 10, steps };
    let recipe = Recipe { steps, shares: 2, schedule, clip: 1.0 };
    let draw = |step| windows::at_random(learned, CONTEXT, 12, seed, step as u64);
    let flat = |share: &[windows::Window<'_>]| {
        let ids: Vec<u32> = share.iter().flat_map(|it| it.input).copied().collect();
        let targets: Vec<u32> = share.iter().flat_map(|it| it.target).copied().collect();
        (ids, targets)
    };
    let learn =
        |model: &Model<f32>, share: &[windows::Window<'_>], _: Share, grad: &mut Model<f32>| {
            let (ids, targets) = flat(share);
            model.learn(&ids, &targets, &rotary, Some(grad))
        };
    train(
        &mut model,
        &mut optimizer,
        &recipe,
        0,
        draw,
        learn,
        |_, _, _| ControlFlow::Continue(()),
    )?;
    let exam = windows::in_order(held_back, CONTEXT).into_iter();
    let exam: Vec<_> = exam.filter(|it| it.input.len() == CONTEXT).take(200).collect();
    let (ids, targets) = flat(&exam);
    Ok(model.learn(&ids, &targets, &rotary, None).mean())
}
