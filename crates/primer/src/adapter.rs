//! What was learned beside a model, as a folder of its own: the layout of PEFT, which `transformers` opens.
//!
//! ```text
//! adapter_config.json          which model it belongs to, the rank and alpha
//! adapter_model.safetensors    A (rank, in) and B (out, rank) for each large matrix
//! ```
//!
//! | here | there |
//! |---|---|
//! | `blocks.0.attention.query.a` | `base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight` |
//! | `blocks.0.feed_forward.expand.b` | `base_model.model.transformer.h.0.mlp.c_fc.lora_B.weight` |
//!
//! GPT-2 has queries, keys and values in one matrix. There the three stand side by side: their A one under
//! the other, their B along the diagonal, three times the rank and three times alpha.

mod names;

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result, bail, ensure};
use ndarray::{Array2, Ix2};
use neuron::Parameters;
use neuron::init::seeded;
use serde::{Deserialize, Serialize};
use transformer::files::{Config, Kind, Tensors};
use transformer::lora::Adapted;
use transformer::{Gpt, Llama};

use crate::folder::Files;
use crate::language::Language;
use crate::parts::Parts;
use crate::preset::Settings;
use crate::tokenizer_file::WithFile;
use crate::{data, folder, map};

/// The name of the file that says which model it belongs to.
pub const CONFIG: &str = "adapter_config.json";
const NUMBERS: &str = "adapter_model.safetensors";
/// How many adapters may lie one on another.
const DEEPEST: usize = 4;

/// What PEFT writes that makes a difference.
#[derive(Debug, Deserialize, Serialize)]
struct AdapterConfig {
    peft_type: String,
    task_type: Option<String>,
    base_model_name_or_path: PathBuf,
    r: usize,
    lora_alpha: f64,
    lora_dropout: Option<f64>,
    #[serde(default)]
    rank_pattern: HashMap<String, usize>,
    #[serde(default)]
    alpha_pattern: HashMap<String, f64>,
    target_modules: Option<Vec<String>>,
    #[serde(default)]
    fan_in_fan_out: bool,
    #[serde(default)]
    use_rslora: bool,
    #[serde(default)]
    use_dora: bool,
    bias: Option<String>,
}

impl AdapterConfig {
    fn read(folder: &Path) -> Result<Self> {
        let path = folder.join(CONFIG);
        let told = || path.display().to_string();
        let config: Self = serde_json::from_slice(&data::read_bytes(&path)?).with_context(told)?;
        let name = path.display();
        let (kind, bias) = (&config.peft_type, config.bias.as_deref().unwrap_or("none"));
        ensure!(kind == "LORA", "{name}: peft_type is {kind:?}, and only \"LORA\" can be read");
        ensure!(!config.use_dora, "{name}: use_dora is true, and only false can be read");
        ensure!(bias == "none", "{name}: bias is {bias:?}, and only \"none\" can be read");
        Ok(config)
    }

    /// How much the product of the two counts, in the module whose name ends so.
    fn scale(&self, module: &str) -> f64 {
        let last = module.rsplit('.').next().unwrap_or(module);
        let rank = self.rank_pattern.get(last).copied().unwrap_or(self.r) as f64;
        let alpha = self.alpha_pattern.get(last).copied().unwrap_or(self.lora_alpha);
        if self.use_rslora { alpha / rank.sqrt() } else { alpha / rank }
    }
}

/// Two small matrices beside each large one of a model's blocks, that change nothing yet.
///
/// # Errors
/// If the rank is 0.
pub fn new<M: Language>(base: Arc<M>, rank: usize, alpha: f64, seed: u64) -> Result<Adapted<M>> {
    let thinks: &[&str] = match base.config() {
        Config::Llama(_) => &["gate", "up", "down"],
        _ => &["expand", "project"],
    };
    let layers = [&["query", "key", "value", "attention.output"], thinks].concat();
    Ok(Adapted::new(base, &layers, rank, alpha, &mut seeded(seed))?)
}

/// The files of an adapter's folder; the numbers come last.
///
/// # Errors
/// If the numbers cannot be written down.
pub fn files<'a, M: Language>(
    network: &Adapted<M>,
    settings: &Settings,
    parts: Option<&Parts>,
    tokenizer: &WithFile,
) -> Result<Files<'a>> {
    let gpt = matches!(network.base.config(), Config::Gpt(_));
    let mut own = Vec::new();
    for (name, array) in network.parameters() {
        let matrix = array.into_dimensionality::<Ix2>();
        own.push((name, matrix.context("an adapter that is no matrix")?.to_owned()));
    }
    let pairs = names::published(own, gpt);
    let (rank, alpha) = (settings.lora_rank, settings.lora_alpha);
    let (mut rank_pattern, mut alpha_pattern) = (HashMap::new(), HashMap::new());
    if gpt {
        rank_pattern.insert("c_attn".to_owned(), 3 * rank);
        alpha_pattern.insert("c_attn".to_owned(), 3.0 * alpha);
    }
    let config = AdapterConfig {
        peft_type: "LORA".to_owned(),
        task_type: Some("CAUSAL_LM".to_owned()),
        base_model_name_or_path: settings.from.clone().unwrap_or_default(),
        r: rank,
        lora_alpha: alpha,
        lora_dropout: Some(0.0),
        rank_pattern,
        alpha_pattern,
        target_modules: Some(names::modules(&pairs)),
        fan_in_fan_out: gpt,
        use_rslora: false,
        use_dora: false,
        bias: Some("none".to_owned()),
    };
    let mut files = folder::beside(parts, tokenizer)?;
    files.push((CONFIG, serde_json::to_vec_pretty(&config)?.into()));
    files.push((NUMBERS, names::to_safetensors(pairs)?.into()));
    Ok(files)
}

/// An adapter that Primer has written, to go on learning.
///
/// # Errors
/// If it is none, or belongs to a model of another shape.
pub fn open<M: Language>(folder: &Path, base: Arc<M>) -> Result<Adapted<M>> {
    let config = AdapterConfig::read(folder)?;
    let tensors = tensors(folder)?;
    let gpt = matches!(base.config(), Config::Gpt(_));
    // Before anything is allocated for it.
    let named = tensors.iter().any(|tensor| tensor.shape.contains(&config.r));
    ensure!(named, "{}: no matrix has the rank {}", folder.display(), config.r);
    let mut network = new(base, config.r, config.lora_alpha, 0)?;
    for (name, mut array) in network.parameters_mut() {
        let shape = [array.shape()[0], array.shape()[1]];
        let found = names::find(&tensors, &name, shape, gpt);
        array.assign(&found.with_context(|| format!("in {}", folder.display()))?);
    }
    tensors.all_used(|_| false).with_context(|| format!("in {}", folder.display()))?;
    Ok(network)
}

fn tensors(folder: &Path) -> Result<Tensors> {
    let file = (NUMBERS.to_owned(), map::map(&folder.join(NUMBERS))?);
    Tensors::from_safetensors(vec![file]).with_context(|| format!("in {}", folder.display()))
}

/// The model that an adapter belongs to, with what was learned added to its numbers.
///
/// # Errors
/// If either cannot be read, or they do not belong together.
pub fn merged(folder: &Path) -> Result<Parts> {
    let config = AdapterConfig::read(folder)?;
    let named = &config.base_model_name_or_path;
    let base = Parts::open(&belongs_to(folder, DEEPEST)?);
    let base = base.with_context(|| format!("the model of {}", folder.display()))?;
    let numbers = match base.config {
        Config::Gpt(_) => add::<Gpt>(&base, &config, folder)?,
        Config::Llama(_) => add::<Llama>(&base, &config, folder)?,
        Config::Sprint(_) => bail!("{} is a sprint, and has no adapters", named.display()),
        Config::EncoderDecoder(_) => bail!("{} is an encoder-decoder", named.display()),
    };
    let file = ("the merged model".to_owned(), numbers.into());
    Ok(Parts { tensors: Tensors::from_safetensors(vec![file])?, ..base })
}

/// Where the model of an adapter lies. That may be another adapter, but not one after another for ever.
fn belongs_to(folder: &Path, deepest: usize) -> Result<PathBuf> {
    let name = folder.display();
    ensure!(deepest > 0, "{name} belongs to an adapter of an adapter of itself, or of too many");
    let named = AdapterConfig::read(folder)?.base_model_name_or_path;
    let base = if named.exists() { named } else { folder.join(named) };
    if base.join(CONFIG).exists() && !base.join("config.json").exists() {
        belongs_to(&base, deepest - 1)?;
    }
    Ok(base)
}

/// W + scale · B A for each matrix that has an adapter: the numbers of the whole model.
fn add<M: Language>(base: &Parts, config: &AdapterConfig, folder: &Path) -> Result<Vec<u8>> {
    let told = || format!("in {}", folder.display());
    let tensors = tensors(folder)?;
    let mut model = M::read(&base.config, &base.tensors)?;
    let gpt = matches!(base.config, Config::Gpt(_));
    for (name, mut array) in model.parameters_mut() {
        let found = names::product(&tensors, &name, array.shape(), gpt).with_context(told)?;
        let Some(found) = found else { continue };
        let scale = config.scale(&found.module) as f32;
        array.scaled_add(scale, &found.product);
    }
    tensors.all_used(|_| false).with_context(told)?;
    Ok(model.write(Kind::F32)?.to_bytes())
}

/// Two matrices of an adapter by their published names.
type Pairs = Vec<(String, Array2<f32>)>;
