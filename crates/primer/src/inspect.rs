//! `primer inspect`: what a model is made of.

use anyhow::Result;
use ndarray::ArrayViewD;
use neuron::Parameters;
use neuron::parameters::Named;
use serde_json::{Value, json};

use crate::args::{Global, Inspect};
use crate::memory::{bytes_in_words, flops_per_token, flops_to_translate};
use crate::{folder, out};

/// Lists the arrays of a model.
///
/// # Errors
/// If the model cannot be opened.
pub fn inspect(flags: &Inspect, all: &Global) -> Result<()> {
    if folder::is_encoder_decoder(&flags.model)? {
        let network = folder::open_encoder_decoder(&flags.model)?;
        let config = &network.config;
        let head = json!({
            "architecture": "encoder-decoder",
            "vocabulary": config.vocabulary,
            "context": config.context,
            "channels": config.channels,
            "layers": config.layers,
            "heads": config.heads,
            "hidden": config.hidden,
        });
        // Of a pair as long as the context allows.
        let flops = flops_to_translate(config, config.context as f64, config.context as f64);
        return show(head, network.parameters(), flops, all.json);
    }
    let gpt = folder::open_gpt(&flags.model)?;
    let config = &gpt.config;
    let head = json!({
        "architecture": "gpt",
        "vocabulary": config.vocabulary,
        "context": config.context,
        "channels": config.channels,
        "layers": config.layers,
        "heads": config.heads,
        "hidden": config.hidden,
    });
    show(head, gpt.parameters(), flops_per_token(config, gpt.count()), all.json)
}

fn show(head: Value, arrays: Named<ArrayViewD<'_, f32>>, flops: u64, as_json: bool) -> Result<()> {
    let count: usize = arrays.iter().map(|(_, array)| array.len()).sum();
    let bytes = 4 * count as u64;
    if as_json {
        let array = |(name, array): &(String, ArrayViewD<'_, f32>)| json!({ "name": name, "shape": array.shape(), "count": array.len() });
        let mut object = head;
        object["parameters"] = arrays.iter().map(array).collect();
        object["total"] = count.into();
        object["memory_bytes"] = bytes.into();
        object["flops_per_token"] = flops.into();
        object["flops_per_token_forward"] = (flops / 3).into();
        return out::line(&object.to_string());
    }
    let kind = head["architecture"].as_str().unwrap_or_default();
    let [layers, heads, channels, context, vocabulary] =
        ["layers", "heads", "channels", "context", "vocabulary"].map(|key| &head[key]);
    let mut text = format!(
        "{kind} · {layers} layers · {heads} heads · {channels} channels · context {context} · \
         vocabulary {vocabulary}\n\n"
    );
    for (name, array) in arrays {
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
