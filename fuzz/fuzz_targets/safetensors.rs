//! Any `model.safetensors`, whole or in two files: it is read or refused; what is read is written and read
//! again, and a model runs. The first byte says what is expected in it.
#![no_main]

use std::sync::Arc;

use kernels::Team;
use libfuzzer_sys::fuzz_target;
use transformer::files::{Config, Kind, Tensors, config_from_json, gpt2, llama, marian, sprint};
use transformer::run::{Model, Precision};

/// The configurations of the models in `seeds/safetensors`, in their order.
const CONFIGS: [&str; 5] = [
    r#"{"model_type": "gpt2", "vocab_size": 3, "n_positions": 4, "n_embd": 2, "n_layer": 1, "n_head": 1, "n_inner": 2}"#,
    r#"{"model_type": "llama", "vocab_size": 3, "max_position_embeddings": 4, "hidden_size": 2, "num_hidden_layers": 1,
        "num_attention_heads": 1, "intermediate_size": 2, "tie_word_embeddings": true}"#,
    r#"{"model_type": "qwen3", "vocab_size": 3, "max_position_embeddings": 4, "hidden_size": 2, "num_hidden_layers": 1,
        "num_attention_heads": 2, "num_key_value_heads": 1, "head_dim": 2, "intermediate_size": 2, "attention_bias": true}"#,
    r#"{"model_type": "marian", "vocab_size": 3, "max_position_embeddings": 4, "d_model": 2, "encoder_layers": 1,
        "decoder_layers": 1, "encoder_attention_heads": 1, "decoder_attention_heads": 1, "encoder_ffn_dim": 2,
        "decoder_ffn_dim": 2, "activation_function": "relu", "decoder_start_token_id": 0, "eos_token_id": 1}"#,
    r#"{"model_type": "primer-sprint", "vocab_size": 3, "n_positions": 4, "n_embd": 4, "n_layer": 1, "n_head": 2, "n_inner": 2}"#,
];

/// What can be read is written, read again, and written the same; then it is used. (NaN is not equal to itself: so
/// the bytes are compared, not the numbers.)
macro_rules! round_trip {
    ($layout:ident, $config:expr, $tensors:expr, |$model:pat_param| $used:expr) => {
        if let Ok(model) = $layout::read(&$config, &$tensors) {
            let written = $layout::write(&model, Kind::F32).expect("it can be written").to_bytes();
            let file = ("again".to_owned(), written.clone().into());
            let again = Tensors::from_safetensors(vec![file]).expect("it was just written");
            let read = $layout::read(&$config, &again).expect("it can be read");
            let again = $layout::write(&read, Kind::F32).expect("it can be written").to_bytes();
            assert_eq!(again, written);
            let $model = &model;
            $used;
        }
    };
}

fuzz_target!(|input: &[u8]| {
    let Some((first, bytes)) = input.split_first() else { return };
    let config = CONFIGS[*first as usize % CONFIGS.len()];
    let config = config_from_json(config.as_bytes()).expect("it is one of ours");
    let file = |name: &str, bytes: &[u8]| (name.to_owned(), bytes.to_vec().into());
    // Two files, if the bytes say where the second begins: the first ends where its last tensor does.
    let (one, two) = bytes.split_at(*first as usize % (bytes.len() + 1));
    let _ = Tensors::from_safetensors(vec![file("one", one), file("two", two)]);
    let Ok(tensors) = Tensors::from_safetensors(vec![file("model.safetensors", bytes)]) else {
        return;
    };
    for tensor in tensors.iter() {
        assert_eq!(tensor.numbers().len(), tensor.shape.iter().product::<usize>());
    }
    if let Ok(model) = Model::open(&config, &tensors, Precision::F32, Arc::new(Team::new(1))) {
        let _ = model.logits(&[0, 1, 2]);
    }
    match config {
        Config::Gpt(config) => {
            round_trip!(gpt2, config, tensors, |model| _ = model.logits(&[0, 1, 2], 3));
        }
        Config::Llama(config) => {
            round_trip!(llama, config, tensors, |model| _ = model.logits(&[0, 1, 2], 3));
        }
        Config::Sprint(config) => {
            round_trip!(sprint, config, tensors, |model| _ = model.logits(&[0, 1, 2], 3));
        }
        Config::EncoderDecoder(config) => round_trip!(marian, config, tensors, |_| ()),
    }
});
