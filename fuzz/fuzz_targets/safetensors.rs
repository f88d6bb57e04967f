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
    let again = |bytes: Vec<u8>| {
        Tensors::from_safetensors(vec![("again".to_owned(), bytes.into())])
            .expect("it was just written")
    };
    if let Ok(model) = Model::open(&config, &tensors, Precision::F32, Arc::new(Team::new(1))) {
        let _ = model.logits(&[0, 1, 2]);
    }
    // NaN is not equal to itself: the bytes are compared, not the numbers.
    match config {
        Config::Gpt(config) => {
            let Ok(model) = gpt2::read(&config, &tensors) else { return };
            let written = gpt2::write(&model, Kind::F32).expect("it can be written").to_bytes();
            let read = gpt2::read(&config, &again(written.clone())).expect("it can be read");
            assert_eq!(gpt2::write(&read, Kind::F32).expect("it can be written").to_bytes(), written);
            let _ = model.logits(&[0, 1, 2], 3);
        }
        Config::Llama(config) => {
            let Ok(model) = llama::read(&config, &tensors) else { return };
            let written = llama::write(&model, Kind::F32).expect("it can be written").to_bytes();
            let read = llama::read(&config, &again(written.clone())).expect("it can be read");
            assert_eq!(llama::write(&read, Kind::F32).expect("it can be written").to_bytes(), written);
            let _ = model.logits(&[0, 1, 2], 3);
        }
        Config::Sprint(config) => {
            let Ok(model) = sprint::read(&config, &tensors) else { return };
            let written = sprint::write(&model, Kind::F32).expect("it can be written").to_bytes();
            let read = sprint::read(&config, &again(written.clone())).expect("it can be read");
            assert_eq!(sprint::write(&read, Kind::F32).expect("it can be written").to_bytes(), written);
            let _ = model.logits(&[0, 1, 2], 3);
        }
        Config::EncoderDecoder(config) => {
            let Ok(model) = marian::read(&config, &tensors) else { return };
            let written = marian::write(&model, Kind::F32).expect("it can be written").to_bytes();
            let read = marian::read(&config, &again(written.clone())).expect("it can be read");
            assert_eq!(marian::write(&read, Kind::F32).expect("it can be written").to_bytes(), written);
        }
    }
});
