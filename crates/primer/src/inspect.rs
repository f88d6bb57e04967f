//! `primer inspect`: what a model is made of.

use anyhow::Result;
use ndarray::ArrayViewD;
use neuron::Parameters;
use neuron::parameters::Named;
use serde_json::{Value, json};
use transformer::config::Sizes;

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
        // Of a pair as long as the context allows.
        let flops = flops_to_translate(config, config.context as f64, config.context as f64);
        let head = head("encoder-decoder", config.sizes());
        return show(head, network.parameters(), flops, all.json);
    }
    let gpt = folder::open_gpt(&flags.model)?;
    let flops = flops_per_token(&gpt.config, gpt.count());
    show(head("gpt", gpt.config.sizes()), gpt.parameters(), flops, all.json)
}

/// What kind of model it is, and its sizes.
fn head(kind: &str, sizes: Sizes) -> Value {
    let mut head = json!({ "architecture": kind });
    sizes.into_iter().for_each(|(name, size)| head[name] = size.into());
    head
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
