//! `primer inspect`: what a model is made of, and who looks at whom in it.

mod drawing;
mod listening;
mod page;

use anyhow::{Result, bail};
use ndarray::ArrayViewD;
use neuron::Parameters;
use serde_json::{Value, json};
use transformer::config::Sizes;
use transformer::files::{self, Config};
use transformer::shapes::{self, Shapes};

use crate::args::{Global, Inspect};
use crate::memory::{bytes_in_words, flops};
use crate::parts::Parts;
use crate::{durable, folder, out};
use listening::Listening;

/// Shows the shapes of a model, and how its words listen.
///
/// # Errors
/// If the model cannot be opened, or there is no such layer, or the text is too long to be shown.
pub fn inspect(flags: &Inspect, all: &Global) -> Result<()> {
    let parts = Parts::open(&flags.model)?;
    let made = Made::of(&parts)?;
    let listening = match &flags.attention {
        Some(text) => Some(Listening::to(text, &parts, flags, all)?),
        None => None,
    };
    if let Some(path) = &flags.html {
        let page = page::page(&made, listening.as_ref())?;
        durable::write(path, page.as_bytes())?;
        out::tell(&format!("written to {}", path.display()));
    }
    if all.json {
        let mut object = made.to_json();
        if let Some(listening) = &listening {
            object["attention"] = listening.to_json();
        }
        return out::line(&object.to_string());
    }
    if flags.html.is_some() {
        return Ok(());
    }
    match listening {
        Some(listening) => out::styled(&format!("{}\n", listening.in_words(flags)?)),
        None => out::write(&made.in_words()),
    }
}

/// What a model is made of.
struct Made {
    config: Config,
    shapes: Shapes,
    total: usize,
    bytes: u64, // of the file
    kinds: String,
    flops: u64,
}

impl Made {
    fn of(parts: &Parts) -> Result<Self> {
        let shape = |(name, array): (String, ArrayViewD<'_, f32>)| (name, array.shape().to_vec());
        let shapes = match &parts.config {
            Config::Gpt(config) => shapes::gpt(config),
            Config::Llama(config) => shapes::llama(config),
            Config::Sprint(config) => {
                let network = files::sprint::read(config, &parts.tensors)?;
                network.parameters().into_iter().map(shape).collect()
            }
            Config::EncoderDecoder(_) => {
                let network = folder::open_encoder_decoder(&parts.path)?;
                network.parameters().into_iter().map(shape).collect()
            }
        };
        let total = shapes.iter().map(|(_, shape)| shape.iter().product::<usize>()).sum();
        let mut kinds: Vec<&str> = parts.tensors.iter().map(|tensor| tensor.kind.name()).collect();
        kinds.sort_unstable();
        kinds.dedup();
        Ok(Made {
            flops: flops(&parts.config, total, parts.config.context()),
            bytes: parts.tensors.bytes() as u64,
            kinds: kinds.join(", "),
            config: parts.config.clone(),
            shapes,
            total,
        })
    }

    fn kind(&self) -> &'static str {
        match self.config {
            Config::Gpt(_) => "gpt",
            Config::Llama(_) => "llama",
            Config::EncoderDecoder(_) => "encoder-decoder",
            Config::Sprint(_) => "sprint",
        }
    }

    fn sizes(&self) -> Sizes {
        match &self.config {
            Config::Gpt(config) => config.sizes(),
            Config::Llama(config) => config.sizes(),
            Config::EncoderDecoder(config) => config.sizes(),
            Config::Sprint(config) => config.sizes(),
        }
    }

    fn to_json(&self) -> Value {
        let mut object = json!({ "architecture": self.kind() });
        self.sizes().into_iter().for_each(|(name, size)| object[name] = size.into());
        if let Config::Llama(config) = &self.config {
            object["kv_heads"] = config.kv_heads.into();
            object["head_size"] = config.head_size.into();
        }
        let array = |(name, shape): &(String, Vec<usize>)| json!({ "name": name, "shape": shape, "count": shape.iter().product::<usize>() });
        object["parameters"] = self.shapes.iter().map(array).collect();
        object["total"] = self.total.into();
        object["memory_bytes"] = self.bytes.into();
        object["flops_per_token"] = self.flops.into();
        object["flops_per_token_forward"] = (self.flops / 3).into();
        object
    }

    /// The head line, without the drawing.
    fn title(&self) -> String {
        let [(_, vocabulary), (_, context), (_, channels), (_, layers), (_, heads), _] =
            self.sizes();
        format!(
            "{} · {layers} layers · {heads} heads · {channels} channels · context {context} · \
             vocabulary {vocabulary}",
            self.kind()
        )
    }

    /// What it takes.
    fn summary(&self) -> String {
        format!(
            "{} numbers · {} as {} · {:.3e} FLOPs to learn from a token, {:.3e} to say one",
            with_commas(self.total),
            bytes_in_words(self.bytes),
            self.kinds,
            self.flops as f64,
            self.flops as f64 / 3.0
        )
    }

    fn in_words(&self) -> String {
        let mut text = format!("{}\n\n", self.title());
        if let Some(drawing) = drawing::drawing(&self.config) {
            text += &drawing;
            text.push('\n');
        }
        for line in self.lines() {
            text += &line;
            text.push('\n');
        }
        text + &format!("\n{}\n", self.summary())
    }

    /// The arrays, those of a block once, with the number of blocks that have them.
    fn lines(&self) -> Vec<String> {
        let layers = self.sizes()[3].1;
        let first = self.shapes.iter().filter(|(name, _)| !is_repeated(name));
        let line = |(name, shape): &(String, Vec<usize>)| {
            let sizes: Vec<_> = shape.iter().map(ToString::to_string).collect();
            let count = with_commas(shape.iter().product());
            let times =
                if name.contains("blocks.0.") { format!("  × {layers}") } else { String::new() };
            format!("{name:<44}{:>16}{count:>14}{times}", sizes.join(" × "))
        };
        first.map(line).collect()
    }
}

/// Whether an array is one of a block after the first.
fn is_repeated(name: &str) -> bool {
    let Some((_, rest)) = name.split_once("blocks.") else { return false };
    !rest.starts_with("0.")
}

/// A number as people write it.
fn with_commas(number: usize) -> String {
    let digits = number.to_string();
    let grouped: Vec<&str> = digits
        .as_bytes()
        .rchunks(3)
        .rev()
        .map(|group| std::str::from_utf8(group).unwrap_or_default())
        .collect();
    grouped.join(",")
}

/// The layer or the head that was asked for.
fn chosen(flag: &str, wanted: Option<usize>, there: usize) -> Result<std::ops::Range<usize>> {
    match wanted {
        None => Ok(0..there),
        Some(one) if one < there => Ok(one..one + 1),
        Some(one) => bail!("{flag} {one}: the model has {there}, counted from 0"),
    }
}
