//! How far the turns of queries and keys are stretched, in `config.json`.
//!
//! ```text
//! "rope_theta": 500000, "rope_scaling": {"rope_type": "llama3", "factor": 8, …}        the usual spelling
//! "rope_parameters": {"rope_theta": 500000, "rope_type": "llama3", "factor": 8, …}     since transformers 5
//! ```
//!
//! `rope_type` was called `type` once.

use embedding::Stretch;
use serde_json::{Value, json};

use super::super::FileError;
use super::super::keys::Keys;

/// The base of the turns and how they are stretched, in a model of so many places.
pub(super) fn read(keys: &Keys, places: usize) -> Result<(f64, Option<Stretch>), FileError> {
    keys.only_whole("partial_rotary_factor")?;
    let base = keys.above_zero("rope_theta")?.unwrap_or(1e4);
    let mut inner = keys.inner("rope_scaling")?.filter(|inner| !inner.is_empty());
    if inner.is_none() {
        inner = keys.inner("rope_parameters")?;
    }
    let Some(inner) = inner else { return Ok((base, None)) };
    inner.only_whole("partial_rotary_factor")?;
    if let Some((key, _)) = inner.values().find(|(_, value)| value.is_object()) {
        return Err(inner.refused(key, "the same turns in all layers"));
    }
    let base = inner.above_zero("rope_theta")?.unwrap_or(base);
    let key = if inner.says("rope_type") { "rope_type" } else { "type" };
    let factor = |key| inner.above_zero(key)?.ok_or_else(|| inner.refused(key, "a number above 0"));
    let stretch = match inner.text(key)? {
        None | Some("default") => None,
        Some("linear") => Some(Stretch::Linear { factor: factor("factor")? }),
        Some("llama3") => {
            let (low, high) = (factor("low_freq_factor")?, factor("high_freq_factor")?);
            if low >= high {
                return Err(inner.refused("high_freq_factor", "more than low_freq_factor"));
            }
            let context = "original_max_position_embeddings";
            let context = keys.size(context)?.or(inner.size(context)?).unwrap_or(places);
            Some(Stretch::Llama3 { factor: factor("factor")?, low, high, context })
        }
        Some(_) => return Err(inner.refused(key, "default, linear and llama3")),
    };
    Ok((base, stretch))
}

/// What `rope_scaling` says.
pub(super) fn write(stretch: Option<&Stretch>) -> Result<Value, FileError> {
    Ok(match stretch {
        None => Value::Null,
        Some(Stretch::Linear { factor }) => json!({ "rope_type": "linear", "factor": factor }),
        Some(Stretch::Llama3 { factor, low, high, context }) => json!({
            "rope_type": "llama3",
            "factor": factor,
            "low_freq_factor": low,
            "high_freq_factor": high,
            "original_max_position_embeddings": context,
        }),
        Some(_) => return Err(FileError::Nameless("a factor of its own for each turn".to_owned())),
    })
}
