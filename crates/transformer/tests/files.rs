//! Files that are not what they should be: each is named, and none is a panic.
#![allow(clippy::unwrap_used)] // helpers of tests

use bytes::Bytes;
use ndarray::{Array1, Array2};
use neuron::Parameters;
use neuron::init::seeded;
use proptest::prelude::*;
use safetensors::tensor::TensorView;
use safetensors::{Dtype, SafeTensors};
use transformer::files::{self, Config, Index, Kind, Tensor, Tensors, Written, gpt2};
use transformer::{FileError, Gpt, GptConfig};

fn model() -> Gpt {
    Gpt::random(GptConfig::gpt2(5, 3, 4, 1, 2), &mut seeded(1))
}

fn written(model: &Gpt) -> Vec<u8> {
    gpt2::write(model, Kind::F32).unwrap().to_bytes()
}

fn opened(bytes: &[u8]) -> Result<Tensors, FileError> {
    Tensors::from_safetensors(vec![("model.safetensors".to_owned(), bytes.to_vec().into())])
}

fn read(config: &GptConfig, bytes: &[u8]) -> Result<Gpt, FileError> {
    gpt2::read(config, &opened(bytes)?)
}

/// The same file with other names, or without some tensors.
fn renamed(bytes: &[u8], name: impl Fn(&str) -> Option<String>) -> Vec<u8> {
    let file = SafeTensors::deserialize(bytes).unwrap();
    let tensors = file.iter().filter_map(|(old, tensor)| Some((name(old)?, tensor)));
    safetensors::serialize(tensors.collect::<Vec<_>>(), None).unwrap()
}

#[test]
fn a_file_cut_anywhere_is_an_error() {
    let (model, bytes) = (model(), written(&model()));
    for len in 0..bytes.len() {
        assert!(read(&model.config, &bytes[..len]).is_err(), "{len} of {} bytes", bytes.len());
    }
}

proptest! {
    #[test]
    fn what_is_written_is_read_again(tied: bool, bias: bool, hidden in 1..9_usize, seed: u64) {
        let config = GptConfig { tied, bias, hidden, ..GptConfig::gpt2(5, 3, 4, 2, 2) };
        let mut model: Gpt = Gpt::random(config, &mut seeded(seed));
        for (i, number) in model.numbers_mut().into_iter().enumerate() {
            *number = i as f32; // biases are not 0, and everything is different
        }
        let json = files::config_to_json(&Config::Gpt(model.config.clone()), Kind::F32, 0.1).unwrap();
        let config = files::config_from_json(json.to_string().as_bytes()).unwrap();
        prop_assert_eq!(&config, &Config::Gpt(model.config.clone()));
        prop_assert_eq!(read(&model.config, &written(&model)).unwrap(), model);
    }

    #[test]
    fn a_byte_that_is_another_is_an_error_or_another_number(at in 0_usize..4096, byte: u8) {
        let mut bytes = written(&model());
        let at = at % bytes.len();
        bytes[at] = byte;
        let _ = read(&model().config, &bytes); // and no panic
    }
}

#[test]
fn numbers_are_kept_in_32_bits_and_rounded_in_16() {
    let model = model();
    for (kind, far) in [(Kind::F32, 0.0), (Kind::F16, 1e-4), (Kind::Bf16, 1e-3)] {
        let bytes = gpt2::write(&model, kind).unwrap().to_bytes();
        let tensors = opened(&bytes).unwrap();
        assert!(tensors.iter().all(|tensor| tensor.kind == kind));
        let read = gpt2::read(&model.config, &tensors).unwrap();
        let apart = (&read.token.weight - &model.token.weight).mapv(f32::abs);
        assert!(apart.iter().all(|apart| *apart <= far), "{kind:?}: {apart}");
        assert_eq!(apart.sum() == 0.0, kind == Kind::F32, "{kind:?}");
        assert_eq!(
            gpt2::write(&read, kind).unwrap().to_bytes(),
            bytes,
            "what is rounded is not rounded again"
        );
    }
    let error = gpt2::write(&model, Kind::Q8_0).unwrap_err().to_string();
    assert!(error.contains("no Q8_0"), "{error}");
}

#[test]
fn a_tensor_of_several_pieces_is_whole() {
    let array = Array2::from_shape_fn((700, 500), |(row, column)| (500 * row + column) as f32);
    let mut tensors = Written::new(Kind::F32).unwrap();
    tensors.add("small", Array1::ones(3));
    tensors.add("turned", array.t());
    let file = tensors.into_safetensors().unwrap();
    let bytes = file.to_bytes();
    assert_eq!(file.bytes(), bytes.len());
    let mut again = Vec::new();
    file.write(&mut again).unwrap();
    assert!(again == bytes);
    let tensors = opened(&bytes).unwrap();
    let turned = tensors.iter().find(|tensor| tensor.name == "turned").unwrap();
    assert_eq!(turned.shape, [500, 700]);
    assert!(turned.numbers().iter().eq(array.t().iter()));
}

#[test]
fn numbers_are_not_copied() {
    let bytes = Bytes::from(written(&model()));
    let range = bytes.as_ptr_range();
    let tensors = Tensors::from_safetensors(vec![("a file".to_owned(), bytes.clone())]).unwrap();
    let position = tensors.take("transformer.wpe.weight", &[3, 4]).unwrap();
    assert!(range.contains(&position.bytes.as_ptr()));
    assert_eq!(position.numbers(), model().position.weight.into_raw_vec_and_offset().0);
}

#[test]
fn what_does_not_fit_the_configuration_is_named() {
    let bytes = written(&model());
    let config = model().config;
    let error = |config| read(&config, &bytes).unwrap_err().to_string();
    assert_eq!(
        error(GptConfig { layers: 2, ..config.clone() }),
        "the tensor transformer.h.1.attn.c_attn.weight is missing, and the model's configuration calls for it"
    );
    assert_eq!(
        error(GptConfig { vocabulary: 6, ..config.clone() }),
        "the tensor transformer.wte.weight has the shape [5, 4], and the configuration calls for [6, 4]"
    );
    assert!(
        error(GptConfig { tied: false, ..config.clone() }).contains("lm_head.weight is missing")
    );
    let huge = GptConfig { layers: 1 << 30, hidden: 1 << 10, ..config.clone() };
    assert!(error(huge).contains("c_fc.weight has the shape"), "nothing is allocated");
    let two = GptConfig { layers: 2, ..config.clone() };
    let larger = written(&Gpt::random(two, &mut seeded(1)));
    let error = read(&config, &larger).unwrap_err();
    assert!(matches!(&error, FileError::Extra(name) if name == "transformer.h.1.attn.c_attn.bias"));
}

#[test]
fn published_names_may_lack_their_beginning_and_have_masks_beside_them() {
    let (model, bytes) = (model(), written(&model()));
    let short = renamed(&bytes, |name| Some(name.strip_prefix("transformer.")?.to_owned()));
    assert_eq!(read(&model.config, &short).unwrap(), model);

    let file = SafeTensors::deserialize(&bytes).unwrap();
    let mask = TensorView::new(Dtype::F32, vec![1, 1, 1, 1], &[0; 4]).unwrap();
    let masks = ["transformer.h.0.attn.bias", "transformer.h.0.attn.masked_bias", "lm_head.weight"];
    let more = |name: &'static str| {
        let all = file.tensors().into_iter().chain([(name.to_owned(), mask.clone())]);
        read(&model.config, &safetensors::serialize(all, None).unwrap())
    };
    for name in masks {
        assert_eq!(more(name).unwrap(), model, "{name}");
    }
    for name in ["transformer.h.0.attn.biases", "wte.weight", "a\nb"] {
        let error = more(name).unwrap_err();
        assert!(matches!(&error, FileError::Extra(extra) if extra == name), "{error}");
        assert_eq!(error.to_string().lines().count(), 1);
    }
}

#[test]
fn every_tensor_by_another_name_is_named() {
    let (config, bytes) = (model().config, written(&model()));
    for missing in SafeTensors::deserialize(&bytes).unwrap().names() {
        let less = renamed(&bytes, |name| (name != missing).then(|| name.to_owned()));
        let error = read(&config, &less).unwrap_err();
        assert!(
            matches!(&error, FileError::Missing(name) if name == missing),
            "{missing}: {error}"
        );
    }
}

#[test]
fn other_types_are_named() {
    let view = TensorView::new(Dtype::F64, vec![1], &[0; 8]).unwrap();
    let bytes = safetensors::serialize([("a", view)], None).unwrap();
    assert_eq!(
        opened(&bytes).unwrap_err().to_string(),
        "the tensor \"a\" holds numbers of the type F64, and only F32, F16 and BF16 can be read"
    );
}

#[test]
fn a_header_that_takes_much_memory_is_an_error() {
    for length in [1_u64 << 23, 1 << 40, u64::MAX] {
        let error = opened(&length.to_le_bytes()).unwrap_err().to_string();
        assert!(error.contains("the header of model.safetensors has"), "{error}");
    }
}

#[test]
fn a_tensor_has_as_many_bytes_as_its_shape_says() {
    let tensor = |kind, shape: &[usize], bytes: usize| {
        Tensor::new("a".to_owned(), kind, shape.to_vec(), vec![0; bytes].into())
    };
    assert_eq!(tensor(Kind::F32, &[2, 3], 24).unwrap().numbers(), [0.0; 6]);
    assert_eq!(tensor(Kind::Bf16, &[], 2).unwrap().numbers(), [0.0]);
    assert_eq!(tensor(Kind::Q8_0, &[2, 32], 68).unwrap().numbers(), [0.0; 64]);
    assert!(tensor(Kind::F16, &[0, 7], 0).unwrap().numbers().is_empty());
    assert!(tensor(Kind::F16, &[7, 0], 0).unwrap().numbers().is_empty());
    for wrong in [
        tensor(Kind::F32, &[2, 3], 20),
        tensor(Kind::Q8_0, &[2, 31], 68),
        tensor(Kind::F32, &[usize::MAX, 2, 8], 0),
        tensor(Kind::F32, &[1 << 62], 0),
    ] {
        assert!(matches!(wrong, Err(FileError::Bytes { .. })));
    }
}

/// The model in two files, and their index.
fn shards() -> ([(String, Bytes); 2], serde_json::Value) {
    let bytes = written(&model());
    let first = |name: &str| name.contains(".h.");
    let part =
        |of: bool| renamed(&bytes, |name| (first(name) == of).then(|| name.to_owned())).into();
    let names = ["model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"];
    let parts = [(names[0].to_owned(), part(true)), (names[1].to_owned(), part(false))];
    let file = SafeTensors::deserialize(&bytes).unwrap();
    let place = |name: &str| names[usize::from(!first(name))];
    let map: serde_json::Map<_, _> =
        file.names().iter().map(|name| (name.to_string(), place(name).into())).collect();
    (parts, serde_json::json!({ "metadata": { "total_size": 1 }, "weight_map": map }))
}

#[test]
fn a_model_may_lie_in_several_files() {
    let (parts, index) = shards();
    let index = Index::read(index.to_string().as_bytes()).unwrap();
    assert_eq!(index.files(), parts.each_ref().map(|(name, _)| name));
    let tensors = Tensors::from_safetensors(parts.to_vec()).unwrap();
    index.check(&tensors).unwrap();
    assert_eq!(gpt2::read(&model().config, &tensors).unwrap(), model());

    let twice = [&parts[..], &[("again".to_owned(), parts[0].1.clone())]].concat();
    let error = Tensors::from_safetensors(twice).unwrap_err();
    assert!(matches!(error, FileError::Twice { second, .. } if second == "again"));
}

#[test]
fn an_index_that_says_something_else_is_an_error() {
    let (parts, index) = shards();
    let tensors = Tensors::from_safetensors(parts.to_vec()).unwrap();
    let error = |map: &str, file: &str| {
        let mut index = index.clone();
        index["weight_map"][map] = file.into();
        let index = Index::read(index.to_string().as_bytes());
        index.and_then(|index| index.check(&tensors)).unwrap_err().to_string()
    };
    let other = error("transformer.wte.weight", "model-00001-of-00002.safetensors");
    assert!(other.ends_with("and is in model-00002-of-00002.safetensors"), "{other}");
    assert!(error("more", "model-00001-of-00002.safetensors").ends_with("in none of the files"));
    for outside in ["../other", "/etc/passwd", "a/b", "..", "c:d", "a\\b", ""] {
        assert!(error("more", outside).contains("leads out of the model's folder"), "{outside}");
    }
    for wrong in ["", "{}", "[]", r#"{"weight_map": {}}"#, r#"{"weight_map": {"a": 1}}"#] {
        assert!(Index::read(wrong.as_bytes()).is_err(), "{wrong}");
    }
}
