//! Which of the published files make a model.
//!
//! ```text
//! config.json, generation_config.json     the shape, and how it speaks
//! tokenizer.json, …, chat_template.jinja  text into ids, a conversation into text
//! *.safetensors and their index           the numbers; or one .gguf, by --file
//! ```
//!
//! What only Python can read, by running what is in it (`*.bin`, `*.pt`), is never fetched.

use anyhow::{Result, bail, ensure};

use super::cached::is_path;
use super::hub::Listed;

/// The files beside the numbers.
const PLAIN: [&str; 11] = [
    "config.json",
    "generation_config.json",
    "tokenizer.json",
    "tokenizer_config.json",
    "tokenizer.model",
    "tekken.json",
    "special_tokens_map.json",
    "chat_template.jinja",
    "chat_template.json",
    "adapter_config.json",
    "model.safetensors.index.json",
];
/// What holds programs beside the numbers.
const PICKLES: [&str; 7] = [".bin", ".pt", ".pth", ".ckpt", ".pkl", ".pickle", ".npz"];

/// The files of a model, or the one that was asked for; the numbers come last.
///
/// # Errors
/// If there are none, or a name would leave the folder.
pub fn choose(all: &[Listed], one: Option<&str>) -> Result<Vec<Listed>> {
    if let Some(one) = one {
        let is_pickle = PICKLES.iter().any(|ending| one.to_lowercase().ends_with(ending));
        ensure!(
            !is_pickle,
            "{one} may hold programs beside its numbers: take a .safetensors or a .gguf"
        );
        let Some(found) = all.iter().find(|file| file.path == one) else {
            bail!("there is no file {one}{}", there_are(all, ""));
        };
        stays(found)?;
        return Ok(vec![found.clone()]);
    }
    let numbers = |file: &&Listed| file.path.ends_with(".safetensors");
    for file in all.iter().filter(|file| numbers(file) || PLAIN.contains(&base(&file.path))) {
        stays(file)?;
    }
    let here = || all.iter().filter(|file| !file.path.contains('/'));
    let mut weights: Vec<_> = here().filter(numbers).cloned().collect();
    let named =
        |file: &Listed| file.path.starts_with("model") || file.path.starts_with("adapter_model");
    if weights.iter().any(named) {
        weights.retain(named); // the same numbers may lie there again under other names
    }
    if weights.iter().any(|file| file.path == "model.safetensors") {
        weights.retain(|file| !file.path.starts_with("model-"));
    }
    if weights.is_empty() {
        match there_are(all, ".gguf").as_str() {
            "" => bail!("it has no .safetensors and no .gguf, and nothing else is read"),
            names => bail!("it has no .safetensors, but .gguf files: name one with --file{names}"),
        }
    }
    let plain = here().filter(|file| PLAIN.contains(&file.path.as_str()));
    Ok(plain.cloned().chain(weights).collect())
}

fn base(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

fn stays(file: &Listed) -> Result<()> {
    let path = &file.path;
    ensure!(
        is_path(path),
        "the server names a file {path:?}, which would leave the folder: not fetched"
    );
    Ok(())
}

/// ": a, b, c", of those with this ending.
fn there_are(all: &[Listed], ending: &str) -> String {
    let names: Vec<_> = all.iter().map(|file| file.path.as_str()).collect();
    let found: Vec<_> = names.into_iter().filter(|name| name.ends_with(ending)).take(12).collect();
    if found.is_empty() { String::new() } else { format!("; there are: {}", found.join(", ")) }
}
