//! `config.json`: every key that makes a difference is read, or refused by its name.
#![allow(clippy::unwrap_used)] // helpers of tests

use embedding::Stretch;
use proptest::prelude::*;
use serde_json::{Value, json};
use transformer::files::{Config, GenerationConfig, Kind, config_from_json, config_to_json};
use transformer::{GptConfig, LlamaConfig};

/// What every file of this kind says.
fn plain(kind: &str) -> Value {
    json!({
        "model_type": kind,
        "vocab_size": 11,
        "max_position_embeddings": 16,
        "hidden_size": 12,
        "intermediate_size": 20,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
        "num_key_value_heads": 2,
        "head_dim": 4,
    })
}

fn with(kind: &str, keys: Value) -> Value {
    let mut json = plain(kind);
    for (key, value) in keys.as_object().unwrap() {
        json[key] = value.clone();
    }
    json
}

fn read(json: &Value) -> LlamaConfig {
    match config_from_json(json.to_string().as_bytes()).unwrap() {
        Config::Llama(config) => config,
        other => panic!("{other:?}"),
    }
}

fn error(json: &Value) -> String {
    let error = config_from_json(json.to_string().as_bytes()).unwrap_err().to_string();
    assert_eq!(error.lines().count(), 1, "{error}");
    error
}

#[test]
fn what_is_missing_is_as_the_library_says() {
    let without = |kind, key: &str| {
        let mut json = plain(kind);
        json.as_object_mut().unwrap().remove(key);
        json
    };
    let llama = read(&plain("llama"));
    let wanted = LlamaConfig {
        head_size: 4,
        epsilon: 1e-6,
        rotary_base: 1e4,
        tied: false,
        ..LlamaConfig::llama(11, 16, 12, 2, 4, 2, 20)
    };
    assert_eq!(llama, wanted);
    let contexts = [("llama", 2048), ("mistral", 4096), ("qwen2", 32_768), ("qwen3", 32_768)];
    for (kind, context) in contexts {
        let read = read(&without(kind, "max_position_embeddings"));
        assert_eq!(read.context, context, "{kind}");
    }
    assert_eq!(read(&without("llama", "num_key_value_heads")).kv_heads, 4);
    assert_eq!(read(&with("mistral", json!({ "num_key_value_heads": null }))).kv_heads, 4);
    let heads = |kind| {
        let mut json = without(kind, "head_dim");
        json["num_attention_heads"] = 6.into();
        read(&json).head_size
    };
    assert_eq!((heads("llama"), heads("mistral"), heads("qwen2"), heads("qwen3")), (2, 2, 2, 128));
}

#[test]
fn biases_and_norms_of_heads_are_as_the_kind_says() {
    let choices = |kind, keys| {
        let config = read(&with(kind, keys));
        let LlamaConfig { query_bias, output_bias, feed_forward_bias, head_norm, .. } = config;
        [query_bias, output_bias, feed_forward_bias, head_norm]
    };
    let both = json!({ "attention_bias": true, "mlp_bias": true });
    let attention = json!({ "attention_bias": true });
    assert_eq!(choices("llama", json!({})), [false, false, false, false]);
    assert_eq!(choices("llama", both.clone()), [true, true, true, false]);
    assert_eq!(choices("mistral", json!({})), [false, false, false, false]);
    assert_eq!(choices("qwen2", json!({})), [true, false, false, false]);
    assert_eq!(choices("qwen3", json!({})), [false, false, false, true]);
    assert_eq!(choices("qwen3", attention.clone()), [true, true, false, true]);
    assert!(error(&with("mistral", attention)).contains("attention_bias is true, and only false"));
    for kind in ["mistral", "qwen2", "qwen3"] {
        let error = error(&with(kind, json!({ "mlp_bias": true })));
        assert!(error.contains("mlp_bias is true, and only false"), "{kind}: {error}");
    }
}

#[test]
fn turns_are_read_in_every_spelling() {
    let llama3 = json!({
        "rope_type": "llama3",
        "factor": 8,
        "low_freq_factor": 1.0,
        "high_freq_factor": 4.0,
        "original_max_position_embeddings": 8192,
    });
    let stretch = Stretch::Llama3 { factor: 8.0, low: 1.0, high: 4.0, context: 8192 };
    let mut inside = llama3.clone();
    inside["rope_theta"] = json!(5e5);
    let mut nowhere = llama3.clone();
    nowhere.as_object_mut().unwrap().remove("original_max_position_embeddings");
    let places = Stretch::Llama3 { factor: 8.0, low: 1.0, high: 4.0, context: 16 };
    let linear = Stretch::Linear { factor: 2.5 };
    for (keys, base, stretch) in [
        (json!({ "rope_theta": 1_000_000 }), 1e6, None),
        (json!({ "rope_theta": 5e5, "rope_scaling": null }), 5e5, None),
        (json!({ "rope_scaling": {} }), 1e4, None),
        (json!({ "rope_parameters": { "rope_theta": 5e5, "rope_type": "default" } }), 5e5, None),
        (json!({ "rope_theta": 5e5, "rope_scaling": llama3 }), 5e5, Some(stretch.clone())),
        (json!({ "rope_parameters": inside }), 5e5, Some(stretch)),
        (json!({ "rope_scaling": nowhere }), 1e4, Some(places)),
        (json!({ "rope_scaling": { "type": "linear", "factor": 2.5 } }), 1e4, Some(linear)),
    ] {
        let config = read(&with("llama", keys.clone()));
        assert_eq!((config.rotary_base, config.stretch), (base, stretch), "{keys}");
    }
}

#[test]
fn a_window_is_a_context() {
    let context = |kind, keys| read(&with(kind, keys)).context;
    assert_eq!(context("mistral", json!({ "sliding_window": 8 })), 8);
    assert_eq!(context("mistral", json!({ "sliding_window": 80 })), 16);
    assert_eq!(context("mistral", json!({ "sliding_window": null })), 16);
    assert_eq!(context("llama", json!({ "sliding_window": 8 })), 16, "as the library");
    for kind in ["qwen2", "qwen3"] {
        let slides = |keys: Value| {
            let mut json = json!({ "sliding_window": 8, "use_sliding_window": true });
            json.as_object_mut().unwrap().extend(keys.as_object().unwrap().clone());
            context(kind, json)
        };
        assert_eq!(slides(json!({ "use_sliding_window": false })), 16, "{kind}");
        assert_eq!(slides(json!({})), 16, "{kind}: only layers from number 28 on slide");
        assert_eq!(slides(json!({ "max_window_layers": 1 })), 8, "{kind}");
        assert_eq!(slides(json!({ "max_window_layers": 2 })), 16, "{kind}");
        let (full, sliding) = ("full_attention", "sliding_attention");
        let types = json!({ "max_window_layers": 2, "layer_types": [full, sliding] });
        assert_eq!(slides(types), 8, "{kind}");
        let types = json!({ "max_window_layers": 1, "layer_types": [full, full] });
        assert_eq!(slides(types), 16, "{kind}");
    }
}

#[test]
fn what_differs_is_refused_by_its_name() {
    let scaled = |kind: &str| json!({ "rope_scaling": { "rope_type": kind, "factor": 2.0 } });
    for (keys, named) in [
        (json!({ "hidden_act": "gelu" }), r#"hidden_act is "gelu", and only silu"#),
        (
            scaled("yarn"),
            r#"rope_scaling.rope_type is "yarn", and only default, linear and llama3"#,
        ),
        (scaled("dynamic"), r#"rope_scaling.rope_type is "dynamic""#),
        (scaled("longrope"), r#"rope_scaling.rope_type is "longrope""#),
        (json!({ "rope_scaling": { "type": "su" } }), r#"rope_scaling.type is "su""#),
        (scaled("llama3"), "rope_scaling.low_freq_factor is missing"),
        (json!({ "rope_scaling": { "type": "linear" } }), "rope_scaling.factor is missing"),
        (
            json!({ "rope_scaling": { "type": "linear", "factor": 0 } }),
            "factor is 0, and only a number above",
        ),
        (json!({ "rope_scaling": "linear" }), r#"rope_scaling is "linear", and only an object"#),
        (
            json!({ "rope_parameters": { "full_attention": {} } }),
            "rope_parameters.full_attention is {}",
        ),
        (json!({ "rope_theta": -1 }), "rope_theta is -1, and only a number above 0"),
        (json!({ "rms_norm_eps": 0 }), "rms_norm_eps is 0"),
        (json!({ "partial_rotary_factor": 0.5 }), "partial_rotary_factor is 0.5, and only 1"),
        (json!({ "quantization_config": { "bits": 4 } }), r#"quantization_config is {"bits":4}"#),
        (json!({ "layer_types": ["sliding_attention"] }), "layer_types is"),
        (json!({ "layer_types": "full_attention" }), "layer_types is"),
        (json!({ "is_encoder_decoder": true }), "is_encoder_decoder is true"),
        (json!({ "hidden_size": null }), "hidden_size is null, and only a whole number"),
        (json!({ "hidden_size": "12" }), r#"hidden_size is "12", and only a whole number"#),
        (json!({ "vocab_size": -1 }), "vocab_size is -1, and only a whole number"),
        (json!({ "vocab_size": 1.5 }), "vocab_size is 1.5, and only a whole number"),
        (json!({ "tie_word_embeddings": "no" }), "tie_word_embeddings"),
        (json!({ "vocab_size": 0 }), "vocabulary is 0"),
        (json!({ "num_attention_heads": 0, "head_dim": null }), "heads is 0"),
        (json!({ "num_key_value_heads": 3 }), "4 heads cannot share 3 for keys and values"),
        (
            json!({ "head_dim": null, "num_attention_heads": 5 }),
            "12 channels cannot be shared by 5",
        ),
        (json!({ "head_dim": 3 }), "a head of 3 numbers cannot be turned in pairs"),
        (json!({ "hidden_size": 1_u64 << 40 }), "more parameters than can be counted"),
        (json!({ "max_position_embeddings": u64::MAX }), "more parameters than can be counted"),
        (
            json!({ "head_dim": u64::MAX - 1, "hidden_size": u64::MAX }),
            "more parameters than can be counted",
        ),
    ] {
        let error = error(&with("llama", keys.clone()));
        assert!(error.contains(named), "{keys}: {error}");
    }
    let zero = error(&with("mistral", json!({ "sliding_window": 0 })));
    assert!(zero.contains("sliding_window is 0"), "{zero}");
}

#[test]
fn another_kind_is_named_with_those_that_are_known() {
    assert_eq!(
        error(&plain("gemma3")),
        r#"config.json: model_type is "gemma3", and only "gpt2", "llama", "mistral", "qwen2", "qwen3", "marian" and "primer-sprint" can be read"#
    );
    assert!(error(&json!({})).contains("model_type is missing"));
    assert!(error(&json!([])).starts_with("config.json is not valid JSON"));
    let deep = "[".repeat(10_000);
    assert!(config_from_json(deep.as_bytes()).is_err());
    let long = format!("{{\"a\": \"{}\"}}", "a".repeat(1 << 20));
    assert!(config_from_json(long.as_bytes()).unwrap_err().to_string().contains("bytes"));
    let long = error(&with("llama", json!({ "hidden_act": "\n".repeat(1000) })));
    assert!(long.len() < 200, "{long}");
}

#[test]
fn a_gpt_is_read_or_refused() {
    let gpt = |key: &str, value: Value| {
        let mut json = json!({
            "model_type": "gpt2", "vocab_size": 5, "n_positions": 3, "n_embd": 4, "n_layer": 1, "n_head": 2,
        });
        json[key] = value;
        json
    };
    let config = config_from_json(gpt("use_cache", true.into()).to_string().as_bytes()).unwrap();
    assert_eq!(config, Config::Gpt(GptConfig::gpt2(5, 3, 4, 1, 2)));
    for (key, value, named) in [
        (
            "scale_attn_by_inverse_layer_idx",
            true.into(),
            "scale_attn_by_inverse_layer_idx is true, and only false",
        ),
        ("scale_attn_weights", false.into(), "scale_attn_weights is false, and only true"),
        ("add_cross_attention", true.into(), "add_cross_attention is true"),
        ("activation_function", "mish".into(), r#"activation_function is "mish""#),
        ("quantization_config", json!({}), "quantization_config is {}"),
        ("n_head", 3.into(), "4 channels cannot be shared by 3 heads"),
        ("vocab_size", Value::Null, "vocab_size is null, and only a whole number"),
        ("n_layer", (1_u64 << 40).into(), "more parameters than can be counted"),
    ] {
        let error = error(&gpt(key, value));
        assert!(error.contains(named), "{key}: {error}");
    }
}

#[test]
fn how_a_text_ends_is_a_number_a_list_or_nothing() {
    let read = |config: Value, generation: Option<Value>| {
        let generation = generation.map(|json| json.to_string());
        let generation = generation.as_ref().map(|json| json.as_bytes());
        GenerationConfig::read(config.to_string().as_bytes(), generation)
    };
    let ends = |config: Value, generation: Value| read(config, Some(generation)).unwrap().ends;
    assert_eq!(read(json!({ "eos_token_id": 2 }), None).unwrap().ends, [2]);
    assert_eq!(ends(json!({ "eos_token_id": 2 }), json!({})), [2]);
    assert_eq!(ends(json!({ "eos_token_id": 2 }), json!({ "eos_token_id": null })), [2]);
    assert_eq!(ends(json!({ "eos_token_id": 2 }), json!({ "eos_token_id": [3, 4] })), [3, 4]);
    assert_eq!(ends(json!({ "eos_token_id": null }), json!({})), [0; 0]);
    assert_eq!(ends(json!({ "eos_token_id": -1 }), json!({})), [0; 0]);
    let all = json!({
        "do_sample": true, "temperature": 0.7, "top_k": 20, "top_p": 0.8, "min_p": 0.1,
        "repetition_penalty": 1.05, "max_new_tokens": 6, "bos_token_id": 7,
    });
    let wanted = GenerationConfig {
        do_sample: Some(true),
        temperature: Some(0.7),
        top_k: Some(20),
        top_p: Some(0.8),
        min_p: Some(0.1),
        repetition_penalty: Some(1.05),
        max_new_tokens: Some(6),
        start: Some(7),
        ends: vec![],
    };
    assert_eq!(read(json!({}), Some(all)).unwrap(), wanted);
    let no_number = json!({ "top_k": -1, "temperature": null, "top_p": 7 });
    assert_eq!(read(json!({}), Some(no_number)).unwrap(), GenerationConfig::default());
    for (wrong, named) in [
        (
            json!({ "eos_token_id": "</s>" }),
            "eos_token_id is \"</s>\", and only an id or a list of ids",
        ),
        (json!({ "eos_token_id": [1, "a"] }), "eos_token_id is [1,\"a\"]"),
        (json!({ "eos_token_id": 1_u64 << 40 }), "eos_token_id is"),
        (json!({ "temperature": "hot" }), "temperature is \"hot\", and only a number"),
    ] {
        let error = read(json!({}), Some(wrong)).unwrap_err().to_string();
        assert!(error.starts_with("generation_config.json: ") && error.contains(named), "{error}");
    }
}

proptest! {
    #[test]
    fn what_is_written_is_read_again(
        sizes in prop::array::uniform5(1..99_usize), group in 1..4_usize, kv_heads in 1..4_usize, half in 1..9_usize,
        epsilon in 1e-7..1e-3_f64, rotary_base in 1.0..1e7_f64, tied: bool, choice in 0..6_usize, stretched in 0..3,
    ) {
        let [vocabulary, context, channels, layers, hidden] = sizes;
        let heads = group * kv_heads;
        let stretch = match stretched {
            0 => None,
            1 => Some(Stretch::Linear { factor: 4.0 }),
            _ => Some(Stretch::Llama3 { factor: 32.0, low: 1.0, high: 4.0, context: 8192 }),
        };
        let biases = [
            (false, false, false, false), (true, true, false, false), (false, false, true, false),
            (true, false, false, false), (false, false, false, true), (true, true, false, true),
        ];
        let (query_bias, output_bias, feed_forward_bias, head_norm) = biases[choice];
        let config = LlamaConfig {
            vocabulary, context, channels, layers, heads, kv_heads, head_size: 2 * half, hidden, epsilon, tied,
            rotary_base, stretch, query_bias, output_bias, feed_forward_bias, head_norm,
        };
        let json = config_to_json(&Config::Llama(config.clone()), Kind::Bf16, 0.0).unwrap();
        prop_assert_eq!(&json["torch_dtype"], "bfloat16");
        prop_assert_eq!(config_from_json(json.to_string().as_bytes()).unwrap(), Config::Llama(config));
    }
}

#[test]
fn what_no_published_model_has_is_not_written() {
    let config = LlamaConfig::llama(11, 16, 12, 2, 4, 2, 20);
    for config in [
        LlamaConfig { output_bias: true, ..config.clone() },
        LlamaConfig { query_bias: true, feed_forward_bias: true, ..config.clone() },
        LlamaConfig { head_norm: true, feed_forward_bias: true, ..config.clone() },
    ] {
        let error = config_to_json(&Config::Llama(config), Kind::F32, 0.0).unwrap_err().to_string();
        assert!(error.contains("has no name for this choice of biases"), "{error}");
    }
}
