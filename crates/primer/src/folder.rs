//! A model is a folder in the Hugging Face layout, which the library `transformers` opens as well.
//!
//! ```text
//! config.json              its shape
//! model.safetensors        its numbers
//! tokenizer.json           how text becomes tokens
//! tokenizer_config.json    … and how `transformers` is to open that
//! generation_config.json   how to draw tokens, if nothing else is said
//! ```

use std::fs;
use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result, bail, ensure};
use serde_json::json;
use tokenizer::Tokenizer;
use transformer::EncoderDecoder;
use transformer::files::{self, Config, Kind, Safetensors, Tensors};

use crate::language::Language;
use crate::parts::Parts;
use crate::tokenizer_file::{self, WithFile};
use crate::{data, durable};

/// The name of the file that holds the numbers.
pub const NUMBERS: &str = "model.safetensors";
/// The name of the file that holds the tokenizer.
pub const TOKENIZER: &str = "tokenizer.json";

/// The files of a model's folder, by name.
pub type Files<'a> = Vec<(&'static str, Content<'a>)>;

/// What a file is to hold.
pub enum Content<'a> {
    /// These bytes.
    Bytes(Vec<u8>),
    /// These bytes, which somebody keeps for the next time.
    Kept(Arc<[u8]>),
    /// Numbers, whose bytes are made as they are written.
    Numbers(Safetensors<'a>),
}

impl Content<'_> {
    /// How many bytes that will be.
    pub fn bytes(&self) -> usize {
        match self {
            Content::Bytes(bytes) => bytes.len(),
            Content::Kept(bytes) => bytes.len(),
            Content::Numbers(numbers) => numbers.bytes(),
        }
    }

    /// Writes them.
    ///
    /// # Errors
    /// If there is no room.
    pub fn write(&self, to: &mut dyn Write) -> io::Result<()> {
        match self {
            Content::Bytes(bytes) => to.write_all(bytes),
            Content::Kept(bytes) => to.write_all(bytes),
            Content::Numbers(numbers) => numbers.write(to),
        }
    }
}

impl From<Vec<u8>> for Content<'_> {
    fn from(bytes: Vec<u8>) -> Self {
        Content::Bytes(bytes)
    }
}

impl<'a> From<Safetensors<'a>> for Content<'a> {
    fn from(numbers: Safetensors<'a>) -> Self {
        Content::Numbers(numbers)
    }
}

/// Opens a model in a folder that goes on with a text, to learn more, or to be looked at.
///
/// # Errors
/// If there is none, or if one of its files is not as it should be.
pub fn open_language<M: Language>(folder: &Path) -> Result<M> {
    let parts = Parts::open(folder)?;
    M::read(&parts.config, &parts.tensors).with_context(|| format!("in {}", folder.display()))
}

/// Opens the encoder–decoder in a folder, without its tokenizer.
///
/// # Errors
/// If there is none, or if one of its files is not as it should be.
pub fn open_encoder_decoder(folder: &Path) -> Result<EncoderDecoder> {
    let name = folder.display();
    ensure!(is_encoder_decoder(folder)?, "{name} is a gpt, and no encoder-decoder");
    let config = files::config_from_json(&data::read_bytes(&folder.join("config.json"))?);
    let Config::EncoderDecoder(config) = config.with_context(|| format!("in {name}"))? else {
        bail!("{name} is no encoder-decoder");
    };
    let tensors = open_tensors(folder)?;
    files::marian::read(&config, &tensors).with_context(|| format!("in {name}"))
}

/// The tensors of the model in a folder.
fn open_tensors(folder: &Path) -> Result<Tensors> {
    let bytes = data::read_bytes(&folder.join(NUMBERS))?;
    let tensors = Tensors::from_safetensors(vec![(NUMBERS.to_owned(), bytes.into())]);
    tensors.with_context(|| format!("in {}", folder.display()))
}

/// Whether the model in a folder is an encoder–decoder.
///
/// # Errors
/// If there is no model.
pub fn is_encoder_decoder(folder: &Path) -> Result<bool> {
    let name = folder.display();
    ensure!(
        folder.exists(),
        "{name} does not exist: give the folder of a model, such as `primer train` writes"
    );
    ensure!(folder.is_dir(), "{name} is a file: give the folder of a model");
    let config = data::read_bytes(&folder.join("config.json"))?;
    let config: serde_json::Value = serde_json::from_slice(&config)
        .with_context(|| format!("in {name}: config.json is not valid JSON"))?;
    Ok(config["model_type"] == "marian")
}

/// Opens a tokenizer: a file of any kind that is published, or the one in the folder of a model.
///
/// # Errors
/// If there is none, or if it cannot be understood.
pub fn open_tokenizer(path: &Path) -> Result<Tokenizer> {
    tokenizer_file::open(path, None)
}

/// The files of the folder of a model that goes on with a text, by name; the numbers come last.
///
/// # Errors
/// If its shape cannot be written down.
pub fn language_files<'a>(
    config: &Config,
    tokenizer: &WithFile,
    dropout: f64,
    numbers: Content<'a>,
) -> Result<Files<'a>> {
    let shape = files::config_to_json(config, Kind::F32, dropout)?;
    let drawing = json!({ "do_sample": true, "temperature": 0.8, "top_k": 40 });
    files([shape, drawing], tokenizer, config.context(), numbers)
}

/// The files of the folder of an encoder–decoder, by name; the numbers come last.
///
/// # Errors
/// If the numbers cannot be written down.
pub fn encoder_decoder_files<'a>(
    network: &'a EncoderDecoder,
    tokenizer: &WithFile,
    dropout: f64,
) -> Result<Files<'a>> {
    let (shape, numbers) = (&network.config, files::marian::write(network, Kind::F32)?.into());
    let config = files::config_to_json(&Config::EncoderDecoder(shape.clone()), Kind::F32, dropout)?;
    let drawing = json!({
        "do_sample": false,
        "num_beams": 1,
        "max_length": shape.context,
        "decoder_start_token_id": shape.start,
        "pad_token_id": shape.start,
        "eos_token_id": shape.end,
    });
    files([config, drawing], tokenizer, shape.context, numbers)
}

fn files<'a>(
    [config, drawing]: [serde_json::Value; 2],
    tokenizer: &WithFile,
    context: usize,
    numbers: Content<'a>,
) -> Result<Files<'a>> {
    let pretty = |value: &serde_json::Value| serde_json::to_vec_pretty(value).map(Content::from);
    let for_transformers = json!({
        "tokenizer_class": "PreTrainedTokenizerFast",
        "model_max_length": context,
        "clean_up_tokenization_spaces": false,
    });
    Ok(vec![
        ("config.json", pretty(&config)?),
        ("generation_config.json", pretty(&drawing)?),
        (TOKENIZER, tokenizer.file()),
        ("tokenizer_config.json", pretty(&for_transformers)?),
        (NUMBERS, numbers),
    ])
}

/// The files of a model that was published, in other numbers or trained further: what it had beside
/// them stays.
///
/// # Errors
/// If a file cannot be read.
pub fn published<'a>(
    parts: &Parts,
    kind: Kind,
    tokenizer: &WithFile,
    numbers: Content<'a>,
) -> Result<Files<'a>> {
    let config = files::config_to_json(&parts.config, kind, 0.0)?;
    let mut all = beside(Some(parts), tokenizer)?;
    all.insert(0, ("config.json", serde_json::to_vec_pretty(&config)?.into()));
    all.push((NUMBERS, numbers));
    Ok(all)
}

/// What a model has beside its shape and its numbers.
///
/// # Errors
/// If a file cannot be read.
pub fn beside<'a>(parts: Option<&Parts>, tokenizer: &WithFile) -> Result<Files<'a>> {
    let context = parts.map_or(0, |parts| parts.config.context());
    let mut all = files([json!({}), json!({})], tokenizer, context, Vec::new().into())?;
    all.retain(|(name, _)| ![NUMBERS, "config.json"].contains(name));
    let Some(parts) = parts else { return Ok(all) };
    let said = parts.generation()?;
    let ends = json!({ "bos_token_id": said.start, "eos_token_id": said.ends });
    for (name, content) in &mut all {
        let own = parts.path.join(&**name);
        match *name {
            "generation_config.json" if !own.exists() => {
                *content = serde_json::to_vec_pretty(&ends)?.into();
            }
            "generation_config.json" | "tokenizer_config.json" if own.exists() => {
                *content = data::read_bytes(&own)?.into();
            }
            _ => {}
        }
    }
    if let Some(template) = parts.template()? {
        all.insert(0, ("chat_template.jinja", template.into_bytes().into()));
    }
    Ok(all)
}

/// Makes the folder that training writes to, or says why it cannot be used. Nothing in it is touched.
///
/// # Errors
/// If it holds a model already and neither `resume` nor `overwrite` is set, or cannot be written to.
pub fn prepare(folder: &Path, resume: bool, overwrite: bool) -> Result<()> {
    let name = folder.display();
    if folder.exists() && !folder.is_dir() {
        bail!("--out {name} is a file: name a folder");
    }
    let holds = ["config.json", NUMBERS, TOKENIZER, "checkpoints"];
    if !resume
        && !overwrite
        && let Some(file) = holds.iter().find(|file| folder.join(file).exists())
    {
        bail!(
            "--out {name} already holds a model ({file}): --resume goes on with it, --overwrite \
             replaces it, or name another folder"
        );
    }
    let writable = fs::create_dir_all(folder).and_then(|()| tempfile::tempfile_in(folder));
    writable.map(|_| ()).map_err(|error| {
        anyhow::anyhow!("--out {name} cannot be written to ({error}): name another folder")
    })
}

/// Writes files into a folder, each of them whole.
///
/// # Errors
/// If one cannot be written.
pub fn write(folder: &Path, files: &Files<'_>) -> Result<()> {
    files.iter().try_for_each(|(name, content)| {
        durable::write_with(&folder.join(name), Some(content.bytes()), |file| {
            Ok(content.write(file)?)
        })
    })
}
