//! The part `decoder`, to and fro.

use serde_json::{Value, json};

use super::{cut, find, part::Part};
use crate::{
    FormatError,
    cut::Prepend,
    decoder::{Decoder, Step},
};

const SUPPORTED: &str = "one of ByteLevel, ByteFallback, Fuse, Metaspace, WordPiece, Replace, \
    Strip, BPEDecoder and Sequence";

pub(super) fn read(value: &Value) -> Result<Decoder, FormatError> {
    if value.is_null() {
        return Ok(Decoder { steps: None });
    }
    let part = Part { value, place: "decoder".into() };
    let mut steps = Vec::new();
    add(&part, &mut steps)?;
    Ok(Decoder { steps: Some(steps) })
}

fn add(part: &Part, steps: &mut Vec<Step>) -> Result<(), FormatError> {
    part.few(steps.len())?;
    steps.push(match part.kind()? {
        "Sequence" => return part.each("decoders")?.try_for_each(|part| add(&part, steps)),
        "ByteLevel" => Step::ByteLevel,
        "ByteFallback" => Step::ByteFallback,
        "Fuse" => Step::Fuse,
        "Metaspace" => Step::Metaspace {
            replacement: part.character("replacement")?,
            strip: cut::scheme(part)? != Prepend::Never,
        },
        "WordPiece" => Step::WordPiece {
            prefix: part.text("prefix")?.to_owned(),
            cleanup: part.flag("cleanup", None)?,
        },
        "Replace" => {
            Step::Replace { find: find::read(part)?, content: part.text("content")?.to_owned() }
        }
        "Strip" => Step::Strip {
            content: part.character("content")?,
            start: part.number("start")?,
            stop: part.number("stop")?,
        },
        "BPEDecoder" => Step::EndOfWord(part.text("suffix")?.to_owned()),
        _ => return part.refused(SUPPORTED),
    });
    Ok(())
}

pub(super) fn write(decoder: &Decoder) -> Value {
    let Some(steps) = &decoder.steps else { return Value::Null };
    let mut steps: Vec<Value> = steps.iter().flat_map(all).collect();
    match steps.len() {
        1 => steps.swap_remove(0),
        _ => json!({"type": "Sequence", "decoders": steps}),
    }
}

/// What a step is written as: one, but for that of a SentencePiece model.
fn all(one: &Step) -> Vec<Value> {
    let Step::SentencePiece(rules) = one else { return vec![step(one)] };
    let mut steps = Decoder::from_metaspace();
    steps.truncate(if rules.strip { 4 } else { 3 });
    steps.iter().map(step).collect()
}

fn step(step: &Step) -> Value {
    match step {
        Step::SentencePiece(_) => Value::Null,
        Step::ByteLevel => json!({
            "type": "ByteLevel",
            "add_prefix_space": false,
            "trim_offsets": true,
            "use_regex": true,
        }),
        Step::ByteFallback => json!({"type": "ByteFallback"}),
        Step::Fuse => json!({"type": "Fuse"}),
        Step::Metaspace { replacement, strip } => json!({
            "type": "Metaspace",
            "replacement": replacement,
            "prepend_scheme": if *strip { "always" } else { "never" },
            "split": true,
        }),
        Step::WordPiece { prefix, cleanup } => {
            json!({"type": "WordPiece", "prefix": prefix, "cleanup": cleanup})
        }
        Step::Replace { find, content } => {
            json!({"type": "Replace", "pattern": find::write(find), "content": content})
        }
        Step::Strip { content, start, stop } => {
            json!({"type": "Strip", "content": content, "start": start, "stop": stop})
        }
        Step::EndOfWord(suffix) => json!({"type": "BPEDecoder", "suffix": suffix}),
    }
}
