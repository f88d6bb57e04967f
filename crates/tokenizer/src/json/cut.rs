//! The part `pre_tokenizer`, to and fro.

use serde_json::{Value, json};

use super::{
    find,
    part::Part,
    refuse::{broken, shown, unsupported},
};
use crate::{
    FormatError,
    cut::{Behavior, Cut, Prepend, Step, find::Find},
};

const SUPPORTED: &str = "one of ByteLevel, Split, Metaspace, Whitespace, WhitespaceSplit, Digits, \
    Punctuation, BertPreTokenizer, CharDelimiterSplit, FixedLength and Sequence";

pub(super) fn read(value: &Value) -> Result<Cut, FormatError> {
    let part = Part { value, place: "pre_tokenizer".into() };
    let mut steps = Vec::new();
    if !value.is_null() {
        add(&part, &mut steps)?;
    }
    if steps.iter().filter(|step| matches!(step, Step::ByteLevel { .. })).count() > 1 {
        return broken("pre_tokenizer", "has ByteLevel more than once".into());
    }
    Ok(Cut { steps })
}

fn add(part: &Part, steps: &mut Vec<Step>) -> Result<(), FormatError> {
    part.few(steps.len())?;
    let split = |find, behavior| Step::Split { find, behavior, invert: false };
    let step = match part.kind()? {
        "Sequence" => {
            return part.each("pretokenizers")?.try_for_each(|part| add(&part, steps));
        }
        "ByteLevel" => Step::ByteLevel {
            prefix: part.flag("add_prefix_space", None)?,
            pattern: part.flag("use_regex", Some(true))?,
        },
        "Split" => Step::Split {
            find: find::read(part)?,
            behavior: behavior(part, None)?,
            invert: part.flag("invert", None)?,
        },
        "Metaspace" => metaspace(part)?,
        "Whitespace" => {
            Step::Split { find: Find::WordsOrNot, behavior: Behavior::Removed, invert: true }
        }
        "WhitespaceSplit" => split(Find::Spaces, Behavior::Removed),
        "BertPreTokenizer" => {
            steps.push(split(Find::Spaces, Behavior::Removed));
            split(Find::Punctuation, Behavior::Isolated)
        }
        "Digits" if part.flag("individual_digits", None)? => {
            split(Find::Digits, Behavior::Isolated)
        }
        "Digits" => split(Find::Digits, Behavior::Contiguous),
        "Punctuation" => split(Find::Punctuation, behavior(part, Some(Behavior::Isolated))?),
        "CharDelimiterSplit" => {
            let delimiter = part.character("delimiter")?;
            split(Find::Text(delimiter.into()), Behavior::Removed)
        }
        "FixedLength" => match part.number("length")? {
            0 => return unsupported(part.at("length").place, "0".into(), "at least 1"),
            length => Step::FixedLength(length),
        },
        _ => return part.refused(SUPPORTED),
    };
    steps.push(step);
    Ok(())
}

fn behavior(part: &Part, absent: Option<Behavior>) -> Result<Behavior, FormatError> {
    let Part { value, place } = part.at("behavior");
    match (value.as_str(), absent) {
        (Some("Removed"), _) => Ok(Behavior::Removed),
        (Some("Isolated"), _) => Ok(Behavior::Isolated),
        (Some("MergedWithPrevious"), _) => Ok(Behavior::MergedWithPrevious),
        (Some("MergedWithNext"), _) => Ok(Behavior::MergedWithNext),
        (Some("Contiguous"), _) => Ok(Behavior::Contiguous),
        (None, Some(absent)) if value.is_null() => Ok(absent),
        _ => unsupported(
            place,
            shown(value),
            "Removed, Isolated, MergedWithPrevious, MergedWithNext or Contiguous",
        ),
    }
}

fn metaspace(part: &Part) -> Result<Step, FormatError> {
    let prepend = scheme(part)?;
    let split = part.flag("split", Some(true))?;
    Ok(Step::Metaspace { replacement: part.character("replacement")?, prepend, split })
}

/// `prepend_scheme`, or `add_prefix_space` in older files.
pub(super) fn scheme(part: &Part) -> Result<Prepend, FormatError> {
    let prefix = part.flag("add_prefix_space", Some(true))?;
    let Part { value, place } = part.at("prepend_scheme");
    match value.as_str() {
        Some("always") if prefix => Ok(Prepend::Always),
        Some("first") if prefix => Ok(Prepend::First),
        Some("never") => Ok(Prepend::Never),
        None if value.is_null() && prefix => Ok(Prepend::Always),
        None if value.is_null() => Ok(Prepend::Never),
        _ => unsupported(
            place,
            shown(value),
            "always, first or never (and never, if add_prefix_space is false)",
        ),
    }
}

pub(super) fn write(cut: &Cut) -> Value {
    let mut steps: Vec<Value> = cut.steps.iter().map(step).collect();
    match steps.len() {
        0 => Value::Null,
        1 => steps.swap_remove(0),
        _ => json!({"type": "Sequence", "pretokenizers": steps}),
    }
}

fn step(step: &Step) -> Value {
    match step {
        Step::Split { find: Find::WordsOrNot, behavior: Behavior::Removed, invert: true } => {
            json!({"type": "Whitespace"})
        }
        Step::Split { find: Find::Spaces, behavior: Behavior::Removed, .. } => {
            json!({"type": "WhitespaceSplit"})
        }
        Step::Split { find: Find::Digits, behavior, .. } => {
            json!({"type": "Digits", "individual_digits": *behavior == Behavior::Isolated})
        }
        Step::Split { find: Find::Punctuation, behavior, .. } => {
            json!({"type": "Punctuation", "behavior": named(*behavior)})
        }
        Step::Split { find, behavior, invert } => json!({
            "type": "Split",
            "pattern": find::write(find),
            "behavior": named(*behavior),
            "invert": invert,
        }),
        Step::ByteLevel { prefix, pattern } => json!({
            "type": "ByteLevel",
            "add_prefix_space": prefix,
            "trim_offsets": true,
            "use_regex": pattern,
        }),
        Step::FixedLength(length) => json!({"type": "FixedLength", "length": length}),
        Step::Metaspace { replacement, prepend, split } => json!({
            "type": "Metaspace",
            "replacement": replacement,
            "prepend_scheme": match prepend {
                Prepend::Always => "always",
                Prepend::First => "first",
                Prepend::Never => "never",
            },
            "split": split,
        }),
    }
}

fn named(behavior: Behavior) -> &'static str {
    match behavior {
        Behavior::Removed => "Removed",
        Behavior::Isolated => "Isolated",
        Behavior::MergedWithPrevious => "MergedWithPrevious",
        Behavior::MergedWithNext => "MergedWithNext",
        Behavior::Contiguous => "Contiguous",
    }
}
