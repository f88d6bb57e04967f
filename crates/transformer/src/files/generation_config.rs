//! `generation_config.json`: how a model's authors let it speak, and with which tokens it ends.
//!
//! The tokens stand in `config.json` as well, for models that have no file of this kind. Where both say
//! something, this file is right: it is what is corrected when a chat turns out not to end.

use super::FileError;
use super::keys::Keys;

/// How a model's authors let it speak.
///
/// ```
/// use transformer::files::GenerationConfig;
///
/// let config = br#"{"model_type": "llama", "bos_token_id": 1, "eos_token_id": 2}"#;
/// let generation = br#"{"do_sample": true, "temperature": 0.6, "eos_token_id": [2, 7]}"#;
/// let speak = GenerationConfig::read(config, Some(generation))?;
/// assert_eq!((speak.ends, speak.start, speak.temperature), (vec![2, 7], Some(1), Some(0.6)));
/// assert_eq!(GenerationConfig::read(config, None)?.ends, [2]);
/// # Ok::<(), transformer::FileError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct GenerationConfig {
    /// Whether tokens are drawn, or the likeliest is taken.
    pub do_sample: Option<bool>,
    /// How bold it draws.
    pub temperature: Option<f64>,
    /// Of how many likeliest tokens it draws; 0 is all.
    pub top_k: Option<usize>,
    /// The share of all chances that the tokens have of which it draws.
    pub top_p: Option<f64>,
    /// How likely a token must be beside the likeliest.
    pub min_p: Option<f64>,
    /// How much less likely what was said before is.
    pub repetition_penalty: Option<f64>,
    /// How many tokens it writes.
    pub max_new_tokens: Option<usize>,
    /// The token that stands before a text.
    pub start: Option<u32>,
    /// The tokens that end a text.
    pub ends: Vec<u32>,
}

const GENERATION: &str = "generation_config.json";

impl GenerationConfig {
    /// From the bytes of `config.json` and, where there is one, of `generation_config.json`.
    ///
    /// # Errors
    /// If one is not valid, or a key holds what it cannot.
    pub fn read(config: &[u8], generation: Option<&[u8]>) -> Result<Self, FileError> {
        let config = Keys::read("config.json", config)?;
        let keys = Keys::read(GENERATION, generation.unwrap_or(b"{}"))?;
        let ids = |key| {
            let ids = keys.ids(key)?;
            if ids.is_empty() { config.ids(key) } else { Ok(ids) }
        };
        // Some files say -1, too, for a number that is not to count.
        let count =
            |key| Ok::<_, FileError>(keys.number(key)?.filter(|n| *n >= 0.0).map(|n| n as usize));
        Ok(GenerationConfig {
            do_sample: keys.flag("do_sample")?,
            temperature: keys.number("temperature")?.filter(|number| *number >= 0.0),
            top_k: count("top_k")?,
            top_p: keys.number("top_p")?.filter(|number| (0.0..=1.0).contains(number)),
            min_p: keys.number("min_p")?.filter(|number| (0.0..=1.0).contains(number)),
            repetition_penalty: keys.number("repetition_penalty")?.filter(|number| *number > 0.0),
            max_new_tokens: count("max_new_tokens")?,
            start: ids("bos_token_id")?.first().copied(),
            ends: ids("eos_token_id")?,
        })
    }
}
