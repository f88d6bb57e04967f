//! A model as whatever files hold it: a folder in the Hugging Face layout, a GGUF file, or what has been
//! pulled.
//!
//! ```text
//! folder     config.json, model.safetensors or several and their index, tokenizer.json, …
//! .gguf      all of it in one file
//! adapter    two small matrices for some of the large ones of another model, which it names
//! ```
//!
//! The numbers are mapped into memory and stay there as they are. What they become, whoever asks for
//! them decides: a model that runs, or one that learns.

use std::path::{Path, PathBuf};
use std::thread;

use anyhow::{Context, Result, bail, ensure};
use bytes::Bytes;
use kernels::memory::{look_ahead, machine};
use serde_json::Value;
use tokenizer::Tokenizer;
use tokenizer::gguf_vocabulary::Vocabulary;
use transformer::files::gguf::Gguf;
use transformer::files::{self, Config, GenerationConfig, Index, Tensors};

use crate::args::RunPrecision;
use crate::folder::NUMBERS;
use crate::pull::cached;
use crate::{adapter, chat_template, data, map, tokenizer_file};

/// The parts of a model.
#[derive(Debug)]
pub struct Parts {
    /// Where they lie: a folder or a GGUF file.
    pub path: PathBuf,
    /// The shape.
    pub config: Config,
    /// The numbers.
    pub tensors: Tensors,
    /// The file itself, if it is one.
    pub gguf: Option<Gguf>,
}

impl Parts {
    /// Opens the parts of a model: a folder, or a GGUF file.
    ///
    /// # Errors
    /// If there is none, or if one of its files is not as it should be: which, and why.
    pub fn open(model: &Path) -> Result<Self> {
        let path = locate(model)?;
        let told = || format!("in {}", path.display());
        if path.join(adapter::CONFIG).exists() && !path.join("config.json").exists() {
            return adapter::merged(&path);
        }
        if path.is_dir() {
            let config = config(&path)?;
            let tensors = tensors(&path).with_context(told)?;
            return Ok(Parts { path, config, tensors, gguf: None });
        }
        let bytes = map::map(&path)?;
        let name = path.display();
        ensure!(
            bytes.starts_with(b"GGUF"),
            "{name} is no model: give a folder with a config.json, or a .gguf file"
        );
        let gguf = Gguf::read(bytes).with_context(told)?;
        let (config, tensors) =
            (gguf.config().with_context(told)?, gguf.tensors().with_context(told)?);
        Ok(Parts { config, tensors, gguf: Some(gguf), path })
    }

    /// How text becomes its tokens. Meanwhile the numbers are mapped, of a model that will run with them as they
    /// are and do not fill half of the machine: so that who multiplies first need not wait for each page.
    ///
    /// # Errors
    /// As [`tokenizer`](Self::tokenizer).
    pub fn tokenizer_and_pages(&self, precision: RunPrecision) -> Result<Tokenizer> {
        let as_they_are = matches!(precision, RunPrecision::Auto | RunPrecision::F32);
        // A folder of GPT-2 has its matrices turned over: they are copied, and let go one by one.
        let turned = matches!(self.config, Config::Gpt(_)) && !self.tensors.gguf();
        thread::scope(|scope| {
            if as_they_are && !turned && self.tensors.bytes() <= machine() / 2 {
                scope.spawn(|| self.tensors.iter().for_each(|one| look_ahead(&one.bytes)));
            }
            self.tokenizer()
        })
    }

    /// How text becomes its tokens.
    ///
    /// # Errors
    /// If that is not there, or cannot be understood.
    pub fn tokenizer(&self) -> Result<Tokenizer> {
        match &self.gguf {
            None => tokenizer_file::open(&self.path, None),
            Some(gguf) => {
                let told = || format!("in {}", self.path.display());
                let vocabulary = gguf.vocabulary().with_context(told)?;
                Tokenizer::from_gguf(&vocabulary).with_context(told)
            }
        }
    }

    /// The vocabulary of a GGUF file: its own, or what the tokenizer and the files of a folder say.
    ///
    /// # Errors
    /// If GGUF has no name for it, or a file cannot be read.
    pub fn vocabulary(&self, tokenizer: &Tokenizer) -> Result<Vocabulary> {
        if let Some(gguf) = &self.gguf {
            return Ok(gguf.vocabulary()?);
        }
        let generation = self.generation()?;
        let mut vocabulary = tokenizer.to_gguf()?;
        vocabulary.bos = vocabulary.bos.or(generation.start);
        vocabulary.eos = generation.ends.first().copied().or(vocabulary.eos);
        vocabulary.chat_template = self.template()?;
        Ok(vocabulary)
    }

    /// How the authors of a model let it speak.
    ///
    /// # Errors
    /// If a file is not as it should be.
    pub fn generation(&self) -> Result<GenerationConfig> {
        if let Some(gguf) = &self.gguf {
            let vocabulary = gguf.vocabulary()?;
            let (start, ends) = (vocabulary.bos, vocabulary.eos.into_iter().collect());
            return Ok(GenerationConfig { start, ends, ..GenerationConfig::default() });
        }
        let config = data::read_bytes(&self.path.join("config.json"))?;
        let generation = self.path.join("generation_config.json");
        let generation = generation.exists().then(|| data::read_bytes(&generation)).transpose()?;
        let said = GenerationConfig::read(&config, generation.as_deref());
        said.with_context(|| format!("in {}", self.path.display()))
    }

    /// The template of a conversation, if the model has one.
    ///
    /// # Errors
    /// If a file cannot be read.
    pub fn template(&self) -> Result<Option<String>> {
        if let Some(gguf) = &self.gguf {
            return Ok(gguf.vocabulary()?.chat_template);
        }
        let file = self.path.join("chat_template.jinja");
        if file.exists() {
            return data::read_text(&file).map(Some);
        }
        for name in ["tokenizer_config.json", "chat_template.json"] {
            let config = self.path.join(name);
            if !config.exists() {
                continue;
            }
            let told = || format!("{} is not valid JSON", config.display());
            let config: Value =
                serde_json::from_slice(&data::read_bytes(&config)?).with_context(told)?;
            if let Some(template) = chat_template::in_tokenizer_config(&config) {
                return Ok(Some(template));
            }
        }
        Ok(None)
    }
}

/// Where a model lies: the path itself, or what was pulled under that name.
///
/// # Errors
/// If there is nothing.
pub fn locate(model: &Path) -> Result<PathBuf> {
    if model.exists() {
        return Ok(model.to_owned());
    }
    if let Some(path) = cached::pulled(model) {
        return Ok(path);
    }
    let name = model.display();
    bail!(
        "{name} does not exist: give the folder of a model, such as `primer train` writes, or a .gguf file"
    )
}

/// The shape of the model in a folder.
///
/// # Errors
/// If there is none, or if it is that of a kind that is not known.
pub fn config(folder: &Path) -> Result<Config> {
    let config = files::config_from_json(&data::read_bytes(&folder.join("config.json"))?);
    config.with_context(|| format!("in {}", folder.display()))
}

/// The numbers of the model in a folder, from one file or from all that its index names.
fn tensors(folder: &Path) -> Result<Tensors> {
    let open = |file: &str| -> Result<(String, Bytes)> {
        Ok((file.to_owned(), map::map(&folder.join(file))?))
    };
    let index = folder.join(files::INDEX);
    if folder.join(NUMBERS).exists() || !index.exists() {
        return Ok(Tensors::from_safetensors(vec![open(NUMBERS)?])?);
    }
    let index = Index::read(&data::read_bytes(&index)?)?;
    let files: Result<Vec<_>> = index.files().into_iter().map(open).collect();
    let tensors = Tensors::from_safetensors(files?)?;
    index.check(&tensors)?;
    Ok(tensors)
}
