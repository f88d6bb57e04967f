//! The sizes of a model, as the keys of its architecture say them.

use activations::Activation;
use embedding::Stretch;

use super::names::FREQUENCIES;
use super::{Gguf, GgufError, Value};
use crate::files::{Config, FileError};
use crate::{GptConfig, LlamaConfig};

/// Keys that begin with the name of the architecture.
struct Keys<'a> {
    gguf: &'a Gguf,
    architecture: &'a str,
}

pub(super) fn read(gguf: &Gguf) -> Result<Config, FileError> {
    let architecture = gguf.architecture()?;
    let keys = Keys { gguf, architecture };
    match architecture {
        "gpt2" => gpt2(&keys).map(Config::Gpt),
        "llama" | "qwen2" | "qwen3" => llama(&keys).map(Config::Llama),
        _ => {
            let (key, wanted) = ("general.architecture".into(), "gpt2, llama, qwen2 and qwen3");
            Err(GgufError::Unsupported { key, found: architecture.into(), wanted }.into())
        }
    }
}

fn gpt2(keys: &Keys) -> Result<GptConfig, FileError> {
    let channels = keys.needed("embedding_length")?;
    let config = GptConfig {
        vocabulary: keys.vocabulary()?,
        context: keys.needed("context_length")?,
        channels,
        layers: keys.needed("block_count")?,
        heads: keys.needed("attention.head_count")?,
        hidden: keys.size("feed_forward_length")?.unwrap_or(channels.saturating_mul(4)),
        bias: true,
        tied: keys.tied(),
        epsilon: keys.number("attention.layer_norm_epsilon")?.unwrap_or(1e-5),
        activation: Activation::GeluTanh,
    };
    config.check()?;
    Ok(config)
}

fn llama(keys: &Keys) -> Result<LlamaConfig, FileError> {
    let (channels, heads) =
        (keys.needed("embedding_length")?, keys.needed("attention.head_count")?);
    let head_size = match keys.size("attention.key_length")? {
        Some(size) => size,
        None => channels / heads.max(1),
    };
    keys.only("attention.value_length", head_size)?;
    keys.only("rope.dimension_count", head_size)?;
    keys.only("expert_count", 0)?;
    let context = keys.needed("context_length")?;
    let window = keys.size("attention.sliding_window")?.filter(|&window| window > 0);
    let has = |part: &str| keys.gguf.tensor(&format!("blk.0.{part}")).is_some();
    let config = LlamaConfig {
        vocabulary: keys.vocabulary()?,
        context: window.map_or(context, |window| window.min(context)), // within a window it is none
        channels,
        layers: keys.needed("block_count")?,
        heads,
        kv_heads: keys.size("attention.head_count_kv")?.unwrap_or(heads),
        head_size,
        hidden: keys.needed("feed_forward_length")?,
        epsilon: keys.number("attention.layer_norm_rms_epsilon")?.unwrap_or(1e-5),
        tied: keys.tied(),
        rotary_base: keys.number("rope.freq_base")?.unwrap_or(1e4),
        stretch: stretch(keys, head_size)?,
        query_bias: has("attn_q.bias"),
        output_bias: has("attn_output.bias"),
        feed_forward_bias: has("ffn_up.bias"),
        head_norm: has("attn_q_norm.weight"),
    };
    config.check()?;
    Ok(config)
}

/// How far the turns are stretched: by one factor, or by one for each turn.
fn stretch(keys: &Keys, head_size: usize) -> Result<Option<Stretch>, FileError> {
    let none = match keys.value("rope.scaling.type") {
        None => false,
        Some((_, value)) if value.text() == Some("linear") => false,
        Some((_, value)) if value.text() == Some("none") => true,
        Some((key, value)) => return Err(GgufError::kept(&key, value, "none and linear").into()),
    };
    let factor = match keys.number("rope.scaling.factor")? {
        Some(factor) => Some(factor),
        None => keys.number("rope.scale_linear")?, // in older files
    };
    let factor = factor.filter(|&factor| !none && factor != 0.0 && factor != 1.0);
    let Some(tensor) = keys.gguf.tensor(FREQUENCIES) else {
        return Ok(factor.map(|factor| Stretch::Linear { factor }));
    };
    if tensor.shape != [head_size / 2] {
        let (name, found) = (tensor.name.clone(), tensor.shape.clone());
        return Err(FileError::Shape { name, found, wanted: vec![head_size / 2] });
    }
    let factors = tensor.numbers().into_iter().map(f64::from);
    let factors: Vec<f64> = factors.map(|number| number * factor.unwrap_or(1.0)).collect();
    match factors.iter().all(|number| number.is_finite() && *number > 0.0) {
        true => Ok(Some(Stretch::Factors(factors))),
        false => Err(FileError::Numbers(tensor.name.clone())),
    }
}

impl<'a> Keys<'a> {
    fn named(&self, key: &str) -> String {
        format!("{}.{key}", self.architecture)
    }

    fn value(&self, key: &str) -> Option<(String, &'a Value)> {
        let key = self.named(key);
        self.gguf.get(&key).map(|value| (key, value))
    }

    /// A size. A list of them, one for each block, must have the same everywhere.
    fn size(&self, key: &str) -> Result<Option<usize>, GgufError> {
        let Some((key, value)) = self.value(key) else { return Ok(None) };
        let size = |number: i64| usize::try_from(number).ok();
        let found = match value.list() {
            None => value.integer().and_then(size),
            Some(list) => {
                let all = list.integers().unwrap_or_default();
                let first = all.first().copied().filter(|first| all.iter().all(|n| n == first));
                first.and_then(size)
            }
        };
        let wanted = "one whole number, the same for all blocks,";
        found.map(Some).ok_or_else(|| GgufError::kept(&key, value, wanted))
    }

    fn needed(&self, key: &str) -> Result<usize, GgufError> {
        self.size(key)?.ok_or_else(|| GgufError::Missing(self.named(key)))
    }

    fn number(&self, key: &str) -> Result<Option<f64>, GgufError> {
        let Some((key, value)) = self.value(key) else { return Ok(None) };
        let number = value.number().filter(|number| number.is_finite() && *number >= 0.0);
        number.map(Some).ok_or_else(|| GgufError::kept(&key, value, "a number from 0 on"))
    }

    /// That a size, if it is there, is this one.
    fn only(&self, key: &str, wanted: usize) -> Result<(), GgufError> {
        match self.size(key)? {
            Some(found) if found != wanted => Err(GgufError::Unsupported {
                key: self.named(key),
                found: found.to_string(),
                wanted: if wanted == 0 { "0" } else { "the size of a head" },
            }),
            _ => Ok(()),
        }
    }

    /// As many tokens as the embedding has rows.
    fn vocabulary(&self) -> Result<usize, FileError> {
        let name = "token_embd.weight";
        let tensor = self.gguf.tensor(name).ok_or_else(|| FileError::Missing(name.into()))?;
        Ok(tensor.shape.first().copied().unwrap_or(0))
    }

    fn tied(&self) -> bool {
        self.gguf.tensor("output.weight").is_none()
    }
}
