//! `primer inspect`: what a model is made of.

use anyhow::Result;
use neuron::Parameters;
use serde_json::json;

use crate::args::{Global, Inspect};
use crate::memory::{bytes_in_words, flops_per_token};
use crate::{folder, out};

/// Lists the arrays of a model.
///
/// # Errors
/// If the model cannot be opened.
pub fn inspect(flags: &Inspect, all: &Global) -> Result<()> {
    let gpt = folder::open_gpt(&flags.model)?;
    let (config, count) = (&gpt.config, gpt.count());
    let (flops, bytes) = (flops_per_token(config, count), 4 * count as u64);
    if all.json {
        let array = |(name, array): (String, ndarray::ArrayViewD<'_, f32>)| json!({ "name": name, "shape": array.shape(), "count": array.len() });
        let parameters: Vec<_> = gpt.parameters().into_iter().map(array).collect();
        return out::line(
            &json!({
                "architecture": "gpt",
                "vocabulary": config.vocabulary,
                "context": config.context,
                "channels": config.channels,
                "layers": config.layers,
                "heads": config.heads,
                "hidden": config.hidden,
                "parameters": parameters,
                "total": count,
                "memory_bytes": bytes,
                "flops_per_token": flops,
                "flops_per_token_forward": flops / 3,
            })
            .to_string(),
        );
    }
    let mut text = format!(
        "gpt · {} layers · {} heads · {} channels · context {} · vocabulary {}\n\n",
        config.layers, config.heads, config.channels, config.context, config.vocabulary
    );
    for (name, array) in gpt.parameters() {
        let sizes: Vec<_> = array.shape().iter().map(ToString::to_string).collect();
        text += &format!("{name:<44}{:>16}{:>12}\n", sizes.join(" × "), array.len());
    }
    text += &format!("{:<44}{:>16}{count:>12}\n\n", "total", "");
    text += &format!(
        "{} of memory · {:.3e} FLOPs to learn from a token, {:.3e} to say one\n",
        bytes_in_words(bytes),
        flops as f64,
        flops as f64 / 3.0
    );
    out::write(&text)
}
