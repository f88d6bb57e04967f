//! The model that runs says what the model that learns says.

#![allow(clippy::unwrap_used)] // helpers of tests

use std::sync::Arc;

use activations::Activation;
use approx::assert_relative_eq;
use embedding::Stretch;
use kernels::{Kind, Team, narrow};
use ndarray::{Array2, s};
use neuron::Parameters;
use neuron::init::{normal, seeded};
use proptest::prelude::*;
use transformer::files::{self, Config, FileError, Tensor, Tensors, gpt2};
use transformer::run::{Model, Precision};
use transformer::{Gpt, GptConfig, LlamaConfig, Reader};

fn team(threads: usize) -> Arc<Team> {
    Arc::new(Team::new(threads))
}

fn open(config: &Config, tensors: &Tensors) -> Model {
    Model::open(config, tensors, Precision::F32, team(1)).unwrap()
}

fn safetensors(bytes: Vec<u8>) -> Tensors {
    Tensors::from_safetensors(vec![("model.safetensors".to_owned(), bytes.into())]).unwrap()
}

/// Gives every parameter a value that is not the one it starts with.
fn stir(model: &mut impl Parameters<f32>, seed: u64) {
    let mut rng = seeded(seed);
    let numbers = model.numbers_mut();
    let stirred: Array2<f32> = normal((1, numbers.len()), 0.2, &mut rng);
    numbers.into_iter().zip(&stirred).for_each(|(number, by)| *number += by);
}

fn gpt_config() -> impl Strategy<Value = GptConfig> {
    // Of few channels a norm makes much of little: two that are nearly alike become -1 and 1.
    let bends = prop_oneof![
        Just(Activation::GeluTanh),
        Just(Activation::Gelu),
        Just(Activation::Relu),
        Just(Activation::Silu)
    ];
    ((1..4_usize, 4..7_usize, 1..3_usize), 1..40_usize, any::<(bool, bool)>(), bends).prop_map(
        |((heads, size, layers), hidden, (bias, tied), activation)| GptConfig {
            hidden,
            bias,
            tied,
            activation,
            ..GptConfig::gpt2(11, 100, heads * size, layers, heads)
        },
    )
}

fn stretch() -> impl Strategy<Value = Option<Stretch>> {
    prop_oneof![
        Just(None),
        Just(Some(Stretch::Linear { factor: 3.0 })),
        Just(Some(Stretch::Llama3 { factor: 8.0, low: 1.0, high: 4.0, context: 20 })),
    ]
}

fn llama_config() -> impl Strategy<Value = LlamaConfig> {
    let sizes = (1..4_usize, 1..4_usize, 1..5_usize, 1..20_usize, 1..40_usize);
    (sizes, any::<[bool; 5]>(), stretch()).prop_map(
        |((kv_heads, group, pairs, channels, hidden), flags, stretch)| {
            let [tied, query_bias, output_bias, feed_forward_bias, head_norm] = flags;
            LlamaConfig {
                head_size: 2 * pairs,
                tied,
                stretch,
                query_bias,
                output_bias,
                feed_forward_bias,
                head_norm,
                ..LlamaConfig::llama(11, 100, channels, 2, kv_heads * group, kv_heads, hidden)
            }
        },
    )
}

fn gpt(config: &GptConfig) -> (Gpt, Tensors) {
    let mut gpt = Gpt::random(config.clone(), &mut seeded(1));
    stir(&mut gpt, 2);
    let tensors = safetensors(gpt2::write(&gpt, Kind::F32).unwrap().to_bytes());
    (gpt, tensors)
}

/// Every tensor of a Llama, with numbers that it could have learned.
fn tensors(config: &LlamaConfig) -> Vec<Tensor> {
    let LlamaConfig { vocabulary, channels, heads, kv_heads, head_size, hidden, .. } = *config;
    let (asked, kept) = (heads * head_size, kv_heads * head_size);
    let mut shapes = vec![
        ("model.embed_tokens.weight".to_owned(), vec![vocabulary, channels]),
        ("model.norm.weight".to_owned(), vec![channels]),
    ];
    if !config.tied {
        shapes.push(("lm_head.weight".to_owned(), vec![vocabulary, channels]));
    }
    for layer in 0..config.layers {
        let mut push = |part: &str, shape: &[usize]| {
            shapes.push((format!("model.layers.{layer}.{part}"), shape.to_vec()));
        };
        let mut linear = |part: &str, outputs, inputs, bias| {
            push(&format!("{part}_proj.weight"), &[outputs, inputs]);
            if bias {
                push(&format!("{part}_proj.bias"), &[outputs]);
            }
        };
        linear("self_attn.q", asked, channels, config.query_bias);
        linear("self_attn.k", kept, channels, config.query_bias);
        linear("self_attn.v", kept, channels, config.query_bias);
        linear("self_attn.o", channels, asked, config.output_bias);
        linear("mlp.gate", hidden, channels, config.feed_forward_bias);
        linear("mlp.up", hidden, channels, config.feed_forward_bias);
        linear("mlp.down", channels, hidden, config.feed_forward_bias);
        push("input_layernorm.weight", &[channels]);
        push("post_attention_layernorm.weight", &[channels]);
        if config.head_norm {
            push("self_attn.q_norm.weight", &[head_size]);
            push("self_attn.k_norm.weight", &[head_size]);
        }
    }
    let mut rng = seeded(1);
    let mut tensor = |(name, shape): (String, Vec<usize>)| {
        let around = if shape.len() == 1 { 0.5 } else { 0.0 };
        let numbers: Array2<f32> = normal((1, shape.iter().product()), 0.3, &mut rng) + around;
        let bytes = narrow(Kind::F32, numbers.as_slice().unwrap()).unwrap();
        Tensor::new(name, Kind::F32, shape, bytes.into()).unwrap()
    };
    shapes.into_iter().map(&mut tensor).collect()
}

/// In the order of safetensors: halves that turn together.
fn llama(config: &LlamaConfig) -> Tensors {
    Tensors::from_gguf(tensors(config), false).unwrap()
}

fn ids() -> impl Strategy<Value = Vec<u32>> {
    prop::collection::vec(0..11_u32, 1..70)
}

/// Each text has its own scale: the numbers of a model that has learned nothing are small.
fn assert_close(ours: &Array2<f32>, theirs: &Array2<f32>, within: f32) {
    let largest = theirs.iter().fold(1.0_f32, |largest, x| largest.max(x.abs()));
    assert_relative_eq!(ours, theirs, epsilon = within * largest);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn a_gpt_runs_as_it_learned(config in gpt_config(), ids in ids()) {
        let (gpt, tensors) = gpt(&config);
        let model = open(&Config::Gpt(config), &tensors);
        assert_close(&model.logits(&ids), &gpt.logits(&ids, ids.len()), 1e-5);
    }

    #[test]
    fn a_llama_runs_as_it_learns(config in llama_config(), ids in ids()) {
        let tensors = llama(&config);
        let theirs = files::llama::read(&config, &tensors).unwrap().logits(&ids, ids.len());
        let model = open(&Config::Llama(config), &tensors);
        assert_close(&model.logits(&ids), &theirs, 1e-5);
    }

    /// A GGUF's pairs stand side by side.
    #[test]
    fn pairs_that_stand_side_by_side_turn_as_halves_do(config in llama_config(), ids in ids()) {
        let config = LlamaConfig { head_norm: false, ..config };
        let beside = |tensor: &Tensor| {
            let asked = ["q_proj", "k_proj"].iter().any(|part| tensor.name.contains(part));
            let mut tensor = tensor.clone();
            if asked {
                let row = tensor.bytes.len() / tensor.shape[0];
                let size = config.head_size;
                let from = |i: usize| i / size * size + i % 2 * size / 2 + i % size / 2;
                let bytes = (0..tensor.shape[0])
                    .flat_map(|i| tensor.bytes[from(i) * row..(from(i) + 1) * row].to_vec());
                tensor.bytes = bytes.collect::<Vec<_>>().into();
            }
            tensor
        };
        let neighbours = tensors(&config).iter().map(beside).collect();
        let neighbours = Tensors::from_gguf(neighbours, true).unwrap();
        let halves = llama(&config);
        let config = Config::Llama(config);
        let [ours, theirs] = [neighbours, halves].map(|tensors| open(&config, &tensors).logits(&ids));
        assert_close(&ours, &theirs, 1e-5);
    }

    #[test]
    fn reading_on_is_reading_at_once(config in llama_config(), ids in ids(), cut in 0..70_usize) {
        let tensors = llama(&config);
        let model = open(&Config::Llama(config), &tensors);
        let (first, second) = ids.split_at(cut.min(ids.len() - 1));
        let mut cache = model.cache();
        if !first.is_empty() {
            model.extend(first, &mut cache);
        }
        let last = model.extend(second, &mut cache);
        prop_assert_eq!(cache.len(), ids.len());
        let all = model.logits(&ids);
        let last = Array2::from_shape_vec((1, last.len()), last).unwrap();
        assert_close(&last, &all.slice(s![-1.., ..]).to_owned(), 1e-5);
    }

    #[test]
    fn what_is_watched_are_chances(config in llama_config(), ids in ids()) {
        let tensors = llama(&config);
        let model = open(&Config::Llama(config.clone()), &tensors);
        let ours = model.attention(&ids);
        prop_assert_eq!(ours.len(), config.layers);
        for layer in &ours {
            prop_assert_eq!(layer.len(), config.heads);
            for chances in layer {
                prop_assert_eq!(chances.dim(), (ids.len(), ids.len()));
                for (row, chances) in chances.rows().into_iter().enumerate() {
                    prop_assert!((chances.sum() - 1.0).abs() < 1e-5);
                    prop_assert!(chances.iter().skip(row + 1).all(|chance| *chance == 0.0));
                }
            }
        }
    }
}

#[test]
fn what_is_watched_is_what_a_gpt_listens_to() {
    let config = GptConfig::gpt2(11, 20, 12, 3, 3);
    let (gpt, tensors) = gpt(&config);
    let ids = [3, 1, 4, 1, 5, 9, 2, 6];
    let ours = open(&Config::Gpt(config), &tensors).attention(&ids);
    let (_, saved) = gpt.forward(&ids, ids.len(), backprop::Dropout::OFF);
    for (ours, block) in ours.iter().zip(&saved.blocks) {
        for (ours, theirs) in ours.iter().zip(&block.attention.chances) {
            assert_relative_eq!(ours, theirs, epsilon = 1e-5);
        }
    }
}

/// A model with rows that are whole blocks, in a kind of numbers.
fn rounded(kind: Kind) -> (LlamaConfig, Vec<Tensor>) {
    let config = LlamaConfig { tied: false, ..LlamaConfig::llama(11, 100, 64, 2, 4, 2, 96) };
    let round = |mut tensor: Tensor| {
        if tensor.shape.len() == 2 {
            let bytes = match kind {
                Kind::Q4_0 => four_bits(tensor.shape[0] * tensor.shape[1] / 32),
                kind => narrow(kind, &tensor.numbers()).unwrap(),
            };
            (tensor.kind, tensor.bytes) = (kind, bytes.into());
        }
        tensor
    };
    let tensors = tensors(&config).into_iter().map(round).collect();
    (config, tensors)
}

fn open_rounded(kind: Kind, precision: Precision, threads: usize) -> Model {
    let (config, tensors) = rounded(kind);
    let tensors = Tensors::from_gguf(tensors, false).unwrap();
    Model::open(&Config::Llama(config), &tensors, precision, team(threads)).unwrap()
}

/// Blocks with a scale of 1/64 and any numbers.
fn four_bits(blocks: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    for block in 0..blocks {
        bytes.extend(0x2400_u16.to_le_bytes());
        bytes.extend(
            (0..16).map(|i| (block * 16 + i).wrapping_mul(0x9E37_79B9) as u8 ^ (i as u8) << 4),
        );
    }
    bytes
}

#[test]
fn rounded_weights_are_multiplied_as_what_they_stand_for() {
    let ids: Vec<u32> = (0..80).map(|i| i * 7 % 11).collect();
    for kind in [Kind::F32, Kind::F16, Kind::Bf16, Kind::Q8_0, Kind::Q4_0] {
        let (config, tensors) = rounded(kind);
        let widen = |tensor: Tensor| {
            let bytes = narrow(Kind::F32, &tensor.numbers()).unwrap().into();
            Tensor { kind: Kind::F32, bytes, ..tensor }
        };
        let wide = tensors.into_iter().map(widen).collect();
        let wide = Tensors::from_gguf(wide, false).unwrap();
        let theirs = files::llama::read(&config, &wide).unwrap().logits(&ids, ids.len());
        let exact = open_rounded(kind, Precision::F32, 1);
        assert_close(&exact.logits(&ids), &theirs, 1e-5);
        let auto = open_rounded(kind, Precision::Auto, 1);
        assert_close(&auto.logits(&ids[..20]), &theirs.slice(s![..20, ..]).to_owned(), 1e-5);
        assert_close(&auto.logits(&ids), &theirs, 5e-2);
    }
}

#[test]
fn a_model_is_rounded_on_opening() {
    let ids: Vec<u32> = (0..9).collect();
    for (precision, kind) in [(Precision::Bf16, Kind::Bf16), (Precision::Q8, Kind::Q8_0)] {
        let opened = open_rounded(Kind::F32, precision, 2);
        let wanted = open_rounded(kind, Precision::Auto, 1);
        assert_eq!(opened.logits(&ids), wanted.logits(&ids), "{kind:?}");
        assert_eq!(opened.bytes(), wanted.bytes());
    }
}

#[test]
fn any_number_of_threads_gives_the_same_bits() {
    let ids: Vec<u32> = (0..90).map(|i| i * 5 % 11).collect();
    for kind in [Kind::F32, Kind::Bf16, Kind::Q8_0] {
        let read = |threads| {
            let model = open_rounded(kind, Precision::Auto, threads);
            let mut cache = model.cache();
            let mut logits = model.extend(&ids, &mut cache);
            logits.extend(model.extend(&[3], &mut cache));
            logits
        };
        assert_eq!(read(1), read(3), "{kind:?}");
    }
}

#[test]
fn a_copy_of_what_is_remembered_goes_its_own_way() {
    let model = open_rounded(Kind::F32, Precision::F32, 1);
    let mut cache = model.cache();
    model.extend(&[1, 2, 3], &mut cache);
    let mut copy = cache.clone();
    let first = model.extend(&[4], &mut cache);
    let other = model.extend(&[5], &mut copy);
    assert_ne!(first, other);
    let last = model.logits(&[1, 2, 3, 5]).row(3).to_vec();
    assert_relative_eq!(other[..], last[..], epsilon = 1e-5);
    assert_eq!((Model::words(&cache), Model::words(&copy)), (4, 4));
}

/// Pieces of 512 rows, and keys and values in 32 bits and then in 16.
#[test]
fn a_long_text_is_read_in_pieces() {
    let config = GptConfig::gpt2(11, 1200, 16, 2, 2);
    let (gpt, tensors) = gpt(&config);
    let config = Config::Gpt(config);
    let ids: Vec<u32> = (0..1100).map(|i| i * 7 % 11).collect();
    let theirs = gpt.logits(&ids, ids.len());
    for (precision, within) in [(Precision::F32, 2e-5), (Precision::Bf16, 5e-2)] {
        let model = Model::open(&config, &tensors, precision, team(2)).unwrap();
        assert_close(&model.logits(&ids), &theirs, within);
        let last = model.extend(&ids, &mut model.cache());
        let last = Array2::from_shape_vec((1, last.len()), last).unwrap();
        assert_close(&last, &theirs.slice(s![-1.., ..]).to_owned(), within);
        let mut widest = 0;
        model.each_logits(&ids, |rows| widest = widest.max(rows.nrows()));
        assert!(widest < 100, "{widest} rows of scores at once");
    }
}

#[test]
fn what_is_wrong_with_a_file_is_named() {
    let config = LlamaConfig::llama(11, 20, 16, 1, 2, 1, 24);
    let tensors = llama(&config);
    let wrong = |config: LlamaConfig| {
        Model::open(&Config::Llama(config), &tensors, Precision::Auto, team(1)).unwrap_err()
    };
    let missing = wrong(LlamaConfig { layers: 2, ..config.clone() });
    assert!(
        matches!(&missing, FileError::Missing(name) if name.contains("layers.1.")),
        "{missing}"
    );
    let misshapen = wrong(LlamaConfig { hidden: 25, ..config.clone() });
    assert!(misshapen.to_string().contains("[24, 16]"), "{misshapen}");
    let biased = llama(&LlamaConfig { output_bias: true, ..config.clone() });
    let error = Model::open(&Config::Llama(config), &biased, Precision::Auto, team(1)).unwrap_err();
    assert!(matches!(&error, FileError::Extra(name) if name.contains("o_proj.bias")), "{error}");
}

#[test]
#[should_panic(expected = "your vocabulary has 11 entries and this id is 11")]
fn an_id_that_is_not_in_the_vocabulary_is_named() {
    open_rounded(Kind::F32, Precision::Auto, 1).logits(&[11]);
}
