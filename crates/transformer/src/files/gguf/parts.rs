//! What a model's file in GGUF holds: a list of tensors, and keys.

use std::borrow::Cow;

use activations::Activation;
use embedding::Stretch;
use kernels::Kind;

use super::names::{FREQUENCIES, in_gguf};
use super::pieces::Order;
use super::{GgufError, Part, Value, kinds};
use crate::files::{Config, FileError, Tensors};
use crate::{GptConfig, LlamaConfig};

/// Which tensors are left out: masks, and the output of a tied model.
fn is_left_out(name: &str, tied: bool) -> bool {
    name.ends_with(".attn.bias")
        || name.ends_with(".attn.masked_bias")
        || name.ends_with(".rotary_emb.inv_freq")
        || tied && name == "lm_head.weight"
}

/// The tensors of a model for its GGUF file, in the order of the model. `kind`: that of the matrices;
/// none: each keeps its own.
///
/// # Errors
/// If a tensor is none of this model's, or the model has what GGUF has no name for.
pub fn parts(
    config: &Config,
    tensors: &Tensors,
    kind: Option<Kind>,
) -> Result<Vec<Part<'static>>, FileError> {
    let (architecture, tied) = match config {
        Config::Gpt(config) => (gpt2(config)?, config.tied),
        Config::Llama(config) => (llama(config)?, config.tied),
        Config::Sprint(_) => return Err(GgufError::Unwritten("it is a sprint".into()).into()),
        _ => return Err(GgufError::Unwritten("it is an encoder-decoder".into()).into()),
    };
    let prefix = if architecture == "gpt2" { "transformer." } else { "model." };
    let mut parts = Vec::new();
    for tensor in tensors.iter().filter(|tensor| !is_left_out(&tensor.name, tied)) {
        let whole = || in_gguf(architecture, &format!("{prefix}{}", tensor.name));
        let name = in_gguf(architecture, &tensor.name).or_else(whole);
        let Some(name) = name else { return Err(FileError::Extra(tensor.name.clone())) };
        let position = name.starts_with("position_embd"); // llama.cpp wants it in F32
        let kind = if position { Some(Kind::F32) } else { kind };
        let order = order(config, tensors, architecture, &name);
        parts.push(Part::of(name, kind, tensor.clone(), order)?);
    }
    if let Config::Llama(config) = config {
        parts.extend(frequencies(config));
    }
    parts.sort_by_cached_key(|part| place(part.name()));
    Ok(parts)
}

fn order(config: &Config, tensors: &Tensors, architecture: &str, name: &str) -> Order {
    let part = name.strip_prefix("blk.").and_then(|rest| rest.split_once('.'));
    let part = part.map_or("", |(_, part)| part);
    match config {
        Config::Gpt(_) if !tensors.gguf() => match part {
            "attn_qkv.weight" | "attn_output.weight" | "ffn_up.weight" | "ffn_down.weight" => {
                Order::Turned
            }
            _ => Order::AsItIs,
        },
        Config::Llama(config) if architecture == "llama" && !tensors.side_by_side() => match part {
            "attn_q.weight" | "attn_k.weight" | "attn_q.bias" | "attn_k.bias" => {
                Order::Paired(config.head_size)
            }
            _ => Order::AsItIs,
        },
        _ => Order::AsItIs,
    }
}

/// Where a tensor stands in the file: what comes before the blocks, each block, what comes after.
fn place(name: &str) -> (usize, String) {
    let number = name.strip_prefix("blk.").and_then(|rest| rest.split_once('.'));
    let number = number.and_then(|(number, _)| number.parse::<usize>().ok());
    match number {
        Some(number) => (number.saturating_add(1), name.to_owned()),
        None if name.starts_with("output") => (usize::MAX, name.to_owned()),
        None => (0, name.to_owned()),
    }
}

/// What the turns are divided by, if it is not one number for all.
fn frequencies(config: &LlamaConfig) -> Option<Part<'static>> {
    let stretch = config.stretch.as_ref()?;
    if matches!(stretch, Stretch::Linear { .. }) {
        return None;
    }
    let half = config.head_size / 2;
    let turn = |at| config.rotary_base.powf(-2.0 * at as f64 / config.head_size as f64);
    let base: Vec<f64> = (0..half).map(turn).collect();
    let slower = stretch.frequencies(&base);
    let factors: Vec<f32> =
        base.iter().zip(slower).map(|(one, other)| (one / other) as f32).collect();
    Some(Part::new(FREQUENCIES.into(), Kind::F32, vec![half], Cow::Owned(factors)))
}

/// What a GPT is called.
fn gpt2(config: &GptConfig) -> Result<&'static str, GgufError> {
    match config.activation {
        Activation::GeluTanh => Ok("gpt2"),
        other => {
            let problem = format!("its bend is {other:?}, and GPT-2's is GELU in its tanh form");
            Err(GgufError::Unwritten(problem))
        }
    }
}

/// What a Llama is called: by its norms and biases.
fn llama(config: &LlamaConfig) -> Result<&'static str, GgufError> {
    let LlamaConfig { query_bias, output_bias, feed_forward_bias, head_norm, .. } = *config;
    match (head_norm, query_bias, output_bias || feed_forward_bias) {
        (true, false, false) => Ok("qwen3"),
        (false, true, false) => Ok("qwen2"),
        (false, ..) => Ok("llama"),
        _ => Err(GgufError::Unwritten("it has norms in its heads and biases, too".into())),
    }
}

/// The keys that say the sizes of a model. `kind`: that of most of its matrices.
///
/// # Errors
/// If GGUF has no architecture for it.
pub fn metadata(
    config: &Config,
    name: &str,
    kind: Kind,
) -> Result<Vec<(String, Value)>, GgufError> {
    let mut keys = vec![
        ("general.name".to_owned(), Value::from(name)),
        ("general.file_type".to_owned(), Value::U32(kinds::file_type(kind))),
        ("general.quantization_version".to_owned(), Value::U32(2)),
    ];
    let (architecture, sizes) = match config {
        Config::Gpt(config) => (gpt2(config)?, gpt2_keys(config)?),
        Config::Llama(config) => (llama(config)?, llama_keys(config)?),
        Config::Sprint(_) => return Err(GgufError::Unwritten("it is a sprint".into())),
        _ => return Err(GgufError::Unwritten("it is an encoder-decoder".into())),
    };
    keys.insert(0, ("general.architecture".to_owned(), Value::from(architecture)));
    let named = |(key, value): (&str, Value)| (format!("{architecture}.{key}"), value);
    keys.extend(sizes.into_iter().map(named));
    Ok(keys)
}

type Keys = Vec<(&'static str, Value)>;

fn gpt2_keys(config: &GptConfig) -> Result<Keys, GgufError> {
    Ok(vec![
        ("context_length", size(config.context)?),
        ("embedding_length", size(config.channels)?),
        ("block_count", size(config.layers)?),
        ("feed_forward_length", size(config.hidden)?),
        ("attention.head_count", size(config.heads)?),
        ("attention.layer_norm_epsilon", Value::F32(config.epsilon as f32)),
    ])
}

fn llama_keys(config: &LlamaConfig) -> Result<Keys, GgufError> {
    let mut keys = vec![
        ("vocab_size", size(config.vocabulary)?),
        ("context_length", size(config.context)?),
        ("embedding_length", size(config.channels)?),
        ("block_count", size(config.layers)?),
        ("feed_forward_length", size(config.hidden)?),
        ("attention.head_count", size(config.heads)?),
        ("attention.head_count_kv", size(config.kv_heads)?),
        ("attention.key_length", size(config.head_size)?),
        ("attention.value_length", size(config.head_size)?),
        ("attention.layer_norm_rms_epsilon", Value::F32(config.epsilon as f32)),
        ("rope.dimension_count", size(config.head_size)?),
        ("rope.freq_base", Value::F32(config.rotary_base as f32)),
    ];
    if let Some(Stretch::Linear { factor }) = config.stretch {
        keys.push(("rope.scaling.type", Value::from("linear")));
        keys.push(("rope.scaling.factor", Value::F32(factor as f32)));
    }
    Ok(keys)
}

fn size(size: usize) -> Result<Value, GgufError> {
    let too_large = |_| GgufError::Unwritten(format!("a size of {size} takes more than 32 bits"));
    u32::try_from(size).map(Value::U32).map_err(too_large)
}
