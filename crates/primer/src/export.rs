//! `primer export`: a model as others read it: a folder that `transformers` opens, or a file that
//! llama.cpp opens.

use std::collections::BTreeMap;
use std::fs;

use anyhow::{Context, Result, bail, ensure};
use tokenizer::Tokenizer;
use transformer::files::{Config, Kind, gguf};
use transformer::{Gpt, Llama, Sprint};

use crate::args::{Export, ExportPrecision, Format, Global};
use crate::folder::{Content, Files};
use crate::language::Language;
use crate::memory::bytes_in_words;
use crate::parts::Parts;
use crate::tokenizer_file::WithFile;
use crate::{durable, folder, out};

/// Writes a model in another layout, or in other numbers.
///
/// # Errors
/// If it cannot be opened, what is asked for does not exist, or it cannot be written.
pub fn export(flags: &Export, all: &Global) -> Result<()> {
    let parts = Parts::open(&flags.model)?;
    let tokenizer = parts.tokenizer()?;
    let name = flags.out.display();
    ensure!(
        !matches!(parts.config, Config::EncoderDecoder(_)),
        "{} is an encoder-decoder, which has no other layout than the one it is in",
        parts.path.display()
    );
    let bytes = match flags.format {
        Format::Safetensors => {
            ensure!(
                !flags.out.exists() || flags.overwrite && flags.out.is_dir(),
                "--out {name} exists: --overwrite replaces the model in a folder, or name another"
            );
            let files = folder_files(&parts, &WithFile::new(tokenizer), flags.precision)?;
            fs::create_dir_all(&flags.out).with_context(|| format!("cannot make {name}"))?;
            folder::write(&flags.out, &files)?;
            files.iter().map(|(_, content)| content.bytes() as u64).sum()
        }
        Format::Gguf => {
            ensure!(
                !flags.out.exists() || flags.overwrite && flags.out.is_file(),
                "--out {name} exists: --overwrite replaces a file, or name another"
            );
            write_gguf(&parts, &tokenizer, flags)?
        }
    };
    match all.json {
        true => out::line(&serde_json::json!({ "out": flags.out, "bytes": bytes }).to_string()),
        false => {
            out::tell(&format!("{} written to {name}", bytes_in_words(bytes)));
            Ok(())
        }
    }
}

/// The files of a folder in the Hugging Face layout.
fn folder_files(
    parts: &Parts,
    tokenizer: &WithFile,
    precision: Option<ExportPrecision>,
) -> Result<Files<'static>> {
    let kind = match precision {
        None => match usual(parts) {
            kind @ (Kind::F16 | Kind::Bf16) => kind,
            _ => Kind::F32,
        },
        Some(ExportPrecision::Q8) => {
            bail!("--precision q8: a folder holds f32, bf16 or f16; `--format gguf` has 8 bits")
        }
        Some(precision) => precision.kind(),
    };
    let numbers = match &parts.config {
        Config::Gpt(_) => rewritten::<Gpt>(parts, kind)?,
        Config::Llama(_) => rewritten::<Llama>(parts, kind)?,
        Config::Sprint(_) => rewritten::<Sprint>(parts, kind)?,
        Config::EncoderDecoder(_) => bail!("an encoder-decoder has no other layout"),
    };
    folder::published(parts, kind, tokenizer, numbers)
}

/// The numbers of a model, as others of this kind.
fn rewritten<M: Language>(parts: &Parts, kind: Kind) -> Result<Content<'static>> {
    let model = M::read(&parts.config, &parts.tensors);
    let model = model.with_context(|| format!("in {}", parts.path.display()))?;
    Ok(Content::Bytes(model.write(kind)?.to_bytes()))
}

/// Writes a GGUF file, and gives its size.
fn write_gguf(parts: &Parts, tokenizer: &Tokenizer, flags: &Export) -> Result<u64> {
    let kind = flags.precision.map(ExportPrecision::kind);
    let told = || format!("in {}", parts.path.display());
    let pieces = gguf::parts(&parts.config, &parts.tensors, kind).with_context(told)?;
    let name = parts.path.file_stem().unwrap_or_default().to_string_lossy();
    let mut keys = gguf::metadata(&parts.config, &name, kind.unwrap_or_else(|| usual(parts)))?;
    let vocabulary = parts.vocabulary(tokenizer).with_context(told)?;
    keys.extend(gguf::vocabulary_keys(&vocabulary, parts.config.vocabulary())?);
    durable::write_with(&flags.out, None, |file| Ok(gguf::write(file, &keys, &pieces)?))?;
    Ok(fs::metadata(&flags.out)?.len())
}

/// The kind that most of a model's bytes are in.
fn usual(parts: &Parts) -> Kind {
    let mut bytes: BTreeMap<&str, (usize, Kind)> = BTreeMap::new();
    for tensor in parts.tensors.iter() {
        bytes.entry(tensor.kind.name()).or_insert((0, tensor.kind)).0 += tensor.bytes.len();
    }
    bytes.into_values().max_by_key(|(bytes, _)| *bytes).map_or(Kind::F32, |(_, kind)| kind)
}

impl ExportPrecision {
    fn kind(self) -> Kind {
        match self {
            ExportPrecision::F32 => Kind::F32,
            ExportPrecision::Bf16 => Kind::Bf16,
            ExportPrecision::F16 => Kind::F16,
            ExportPrecision::Q8 => Kind::Q8_0,
        }
    }
}
