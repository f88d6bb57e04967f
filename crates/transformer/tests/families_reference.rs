//! Small models of every family that opens here, against transformers.
//!
//! `families_reference.json` comes from `families_reference.py`, beside this file.
#![allow(clippy::unwrap_used)] // helpers of tests

use std::collections::BTreeMap;
use std::sync::Arc;

use kernels::Team;
use ndarray::Array2;
use proptest::prelude::*;
use safetensors::tensor::TensorView;
use safetensors::{Dtype, SafeTensors};
use serde::Deserialize;
use transformer::files::{self, Config, Kind, Tensor, Tensors, gpt2, llama};
use transformer::run::{self, Precision};
use transformer::{FileError, Gpt, Llama, LlamaConfig};

#[derive(Deserialize)]
struct Reference {
    ids: Vec<u32>,
    models: BTreeMap<String, Family>,
}

#[derive(Deserialize)]
struct Family {
    config: serde_json::Value,
    shapes: BTreeMap<String, Vec<usize>>,
    logits: Vec<Vec<f32>>,
}

fn reference() -> Reference {
    serde_json::from_str(include_str!("families_reference.json")).unwrap()
}

/// The number that the script puts at the n-th place of a model, where it is no gain.
fn number(n: u64) -> f64 {
    (n * 2_654_435_761 % (1 << 32)) as f64 / (1_u64 << 32) as f64 * 0.8 - 0.4
}

impl Family {
    fn open(&self) -> Config {
        files::config_from_json(self.config.to_string().as_bytes()).unwrap()
    }

    /// The file that the library would write.
    fn safetensors(&self) -> Vec<u8> {
        let mut places = 0..;
        let tensors = self.shapes.iter().map(|(name, shape)| {
            let gain = if shape.len() == 1 && name.ends_with("weight") { 1.0 } else { 0.0 };
            let numbers = places.by_ref().take(shape.iter().product());
            let bytes = numbers.flat_map(|n| ((number(n) + gain) as f32).to_le_bytes());
            (name, shape, bytes.collect::<Vec<u8>>())
        });
        let tensors: Vec<_> = tensors.collect();
        let views = tensors.iter().map(|(name, shape, bytes)| {
            (name, TensorView::new(Dtype::F32, shape.to_vec(), bytes).unwrap())
        });
        safetensors::serialize(views, None).unwrap()
    }
}

fn opened(bytes: Vec<u8>) -> Tensors {
    Tensors::from_safetensors(vec![("model.safetensors".to_owned(), bytes.into())]).unwrap()
}

/// A model of either kind.
#[derive(Debug, PartialEq)]
enum Model {
    Gpt(Gpt),
    Llama(Llama),
}

impl Model {
    fn read(config: &Config, tensors: &Tensors) -> Result<Model, FileError> {
        match config {
            Config::Gpt(config) => gpt2::read(config, tensors).map(Model::Gpt),
            Config::Llama(config) => llama::read(config, tensors).map(Model::Llama),
            Config::EncoderDecoder(_) | Config::Sprint(_) => unreachable!(),
        }
    }

    fn write(&self) -> Vec<u8> {
        match self {
            Model::Gpt(model) => gpt2::write(model, Kind::F32),
            Model::Llama(model) => llama::write(model, Kind::F32),
        }
        .unwrap()
        .to_bytes()
    }

    fn logits(&self, ids: &[u32]) -> Array2<f32> {
        match self {
            Model::Gpt(model) => model.logits(ids, ids.len()),
            Model::Llama(model) => model.logits(ids, ids.len()),
        }
    }
}

#[test]
fn the_logits_are_those_of_the_library() {
    let Reference { ids, models } = reference();
    for (name, family) in models {
        let (config, tensors) = (family.open(), opened(family.safetensors()));
        let learns = Model::read(&config, &tensors).unwrap().logits(&ids);
        let team = Arc::new(Team::new(1));
        let runs = run::Model::open(&config, &tensors, Precision::F32, team).unwrap().logits(&ids);
        for (which, logits) in [("learns", learns), ("runs", runs)] {
            assert_eq!(logits.dim(), (family.logits.len(), family.logits[0].len()));
            let wanted = family.logits.iter().flatten();
            let apart = logits.iter().zip(wanted).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
            assert!(apart < 2e-5, "{name}, the model that {which}: {apart} apart");
        }
    }
}

#[test]
fn what_is_written_has_the_names_and_shapes_of_the_library_and_is_read_again() {
    for (name, family) in reference().models {
        let config = family.open();
        let model = Model::read(&config, &opened(family.safetensors())).unwrap();
        let written = opened(model.write());
        let shapes = written.iter().map(|tensor| (tensor.name.clone(), tensor.shape.clone()));
        assert_eq!(shapes.collect::<BTreeMap<_, _>>(), family.shapes, "{name}");
        let json = files::config_to_json(&config, Kind::F32, 0.0).unwrap();
        assert_eq!(files::config_from_json(json.to_string().as_bytes()).unwrap(), config, "{name}");
        let kind = |json: &serde_json::Value| json["model_type"].as_str().unwrap().to_owned();
        let wanted = kind(&family.config).replace("mistral", "llama"); // it has nothing of its own
        assert_eq!(kind(&json), wanted, "{name}");
        assert_eq!(Model::read(&config, &written).unwrap(), model, "{name}");
    }
}

#[test]
fn a_tensor_that_is_missing_is_named() {
    for (family, model) in reference().models {
        for missing in model.shapes.keys() {
            let file = model.safetensors();
            let file = SafeTensors::deserialize(&file).unwrap();
            let rest = file.iter().filter(|(name, _)| name != missing).collect::<Vec<_>>();
            let rest = safetensors::serialize(rest, None).unwrap();
            let error = Model::read(&model.open(), &opened(rest)).unwrap_err();
            let named = matches!(&error, FileError::Missing(name) if name == missing);
            assert!(named, "{family} without {missing}: {error}");
        }
    }
}

/// As a GGUF file has them: the rows of a head that are turned together stand side by side.
#[test]
fn pairs_side_by_side_are_put_apart() {
    let family = &reference().models["llama 3"];
    let config = family.open();
    let tensors = opened(family.safetensors());
    let mixed = tensors.iter().map(|tensor| {
        let heads = match tensor.name.rsplit('.').nth(1) {
            Some("q_proj") => 4,
            Some("k_proj") => 2,
            _ => return tensor.clone(),
        };
        let rows = tensor.shape[0];
        let (size, row) = (rows / heads, tensor.bytes.len() / rows);
        // … of a head of 8: 0, 4, 1, 5, 2, 6, 3, 7
        let from = |to: usize| to / size * size + to % size / 2 + to % 2 * (size / 2);
        let bytes = (0..rows).flat_map(|to| tensor.bytes[from(to) * row..][..row].to_vec());
        let bytes = bytes.collect::<Vec<u8>>().into();
        Tensor { bytes, ..tensor.clone() }
    });
    let mixed = Tensors::from_gguf(mixed.collect(), true).unwrap();
    assert_eq!(Model::read(&config, &mixed).unwrap(), Model::read(&config, &tensors).unwrap());
}

#[test]
fn a_context_that_takes_more_memory_than_the_model_is_an_error() {
    let family = &reference().models["llama"];
    let Config::Llama(config) = family.open() else { panic!() };
    let config = LlamaConfig { context: 1 << 30, ..config };
    let error = llama::read(&config, &opened(family.safetensors())).unwrap_err();
    assert!(matches!(error, FileError::Places(_)));
}

/// … and GPT-2's matrices are upright there.
#[test]
fn matrices_of_a_gguf_file_are_upright() {
    let family = &reference().models["gpt2"];
    let config = family.open();
    let tensors = opened(family.safetensors());
    let upright =
        tensors.iter().map(|tensor| match tensor.name.contains(".h.") && tensor.shape.len() == 2 {
            false => tensor.clone(),
            true => {
                let (rows, columns) = (tensor.shape[0], tensor.shape[1]);
                let numbers = Array2::from_shape_vec((rows, columns), tensor.numbers()).unwrap();
                let bytes =
                    numbers.t().iter().flat_map(|number| number.to_le_bytes()).collect::<Vec<_>>();
                Tensor { shape: vec![columns, rows], bytes: bytes.into(), ..tensor.clone() }
            }
        });
    let upright = Tensors::from_gguf(upright.collect(), false).unwrap();
    assert_eq!(Model::read(&config, &upright).unwrap(), Model::read(&config, &tensors).unwrap());
}

/// A file with a tensor more, or with the names changed.
fn changed(bytes: &[u8], name: impl Fn(&str) -> String, more: Option<&str>) -> Tensors {
    let file = SafeTensors::deserialize(bytes).unwrap();
    let all = file.iter().map(|(old, tensor)| (name(old), tensor));
    let more =
        more.map(|name| (name.to_owned(), TensorView::new(Dtype::F32, vec![1], &[0; 4]).unwrap()));
    opened(safetensors::serialize(all.chain(more).collect::<Vec<_>>(), None).unwrap())
}

#[test]
fn what_is_left_over_is_named_unless_it_does_no_harm() {
    for (name, family) in reference().models {
        let (config, bytes) = (family.open(), family.safetensors());
        let with = |more| Model::read(&config, &changed(&bytes, str::to_owned, Some(more)));
        let plain = Model::read(&config, &opened(bytes.clone())).unwrap();
        let (harmless, tied) = match &config {
            Config::Gpt(config) => ("transformer.h.0.attn.masked_bias", config.tied),
            Config::Llama(config) => ("model.layers.0.self_attn.rotary_emb.inv_freq", config.tied),
            Config::EncoderDecoder(_) | Config::Sprint(_) => unreachable!(),
        };
        assert_eq!(with(harmless).unwrap(), plain, "{name}");
        if tied {
            assert_eq!(with("lm_head.weight").unwrap(), plain, "{name}");
        }
        for more in ["model.layers.2.mlp.up_proj.weight", "score.weight", "norm.weight"] {
            let error = with(more).unwrap_err();
            assert!(matches!(&error, FileError::Extra(extra) if extra == more), "{name}: {error}");
        }
        let short = |name: &str| {
            let short = name.strip_prefix("model.").or(name.strip_prefix("transformer."));
            short.unwrap_or(name).to_owned()
        };
        assert_eq!(Model::read(&config, &changed(&bytes, short, None)).unwrap(), plain, "{name}");
    }
}

#[test]
fn a_tensor_of_another_shape_is_named() {
    for (name, family) in reference().models {
        let (config, bytes) = (family.open(), family.safetensors());
        let file = SafeTensors::deserialize(&bytes).unwrap();
        for misshapen in family.shapes.keys() {
            let wider = |(name, tensor): (&str, TensorView<'_>)| {
                let mut shape = tensor.shape().to_vec();
                if name == misshapen {
                    shape.push(1);
                }
                (name.to_owned(), shape, tensor.data().to_vec())
            };
            let tensors: Vec<_> = file.iter().map(wider).collect();
            let views = tensors.iter().map(|(name, shape, bytes)| {
                (name, TensorView::new(Dtype::F32, shape.clone(), bytes).unwrap())
            });
            let wider = opened(safetensors::serialize(views, None).unwrap());
            let error = Model::read(&config, &wider).unwrap_err();
            let named = matches!(&error, FileError::Shape { name, .. } if name == misshapen);
            assert!(named, "{name}, {misshapen}: {error}");
        }
    }
}

proptest! {
    #[test]
    fn a_file_that_is_cut_or_changed_is_an_error_or_a_model(at: prop::sample::Index, byte: u8, cut: bool) {
        let family = &reference().models["qwen3 with biases"];
        let mut bytes = family.safetensors();
        let at = at.index(bytes.len());
        if cut {
            bytes.truncate(at);
        } else {
            bytes[at] = byte;
        }
        let tensors = Tensors::from_safetensors(vec![("a file".to_owned(), bytes.into())]);
        let model = tensors.and_then(|tensors| Model::read(&family.open(), &tensors));
        prop_assert!(!cut || model.is_err());
    }
}
