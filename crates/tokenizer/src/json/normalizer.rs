//! The part `normalizer`, to and fro.

use serde_json::{Value, json};

use super::{find, part::Part, refuse::broken};
use crate::{
    FormatError,
    normalize::{
        Normalizer, Step,
        bert::Bert,
        precompiled::Precompiled,
        sentence_piece::{Dummy, Rules},
    },
};

const SUPPORTED: &str = "one of NFC, NFD, NFKC, NFKD, Lowercase, Strip, StripAccents, Replace, \
    Prepend, Nmt, BertNormalizer, ByteLevel, Precompiled and Sequence";

/// How many times longer than the text what is replaced may make it.
const GROWTH: usize = 64;

pub(super) fn read(value: &Value) -> Result<Normalizer, FormatError> {
    let part = Part { value, place: "normalizer".into() };
    let mut steps = Vec::new();
    if !value.is_null() {
        add(&part, &mut steps)?;
    }
    let spells = steps.iter().filter(|step| matches!(step, Step::ByteLevel)).count();
    let growth = steps.iter().try_fold(1_usize, |all, step| all.checked_mul(grows(step)));
    if spells > 1 {
        return broken("normalizer", "has ByteLevel more than once".into());
    }
    if growth.is_none_or(|growth| growth > GROWTH) {
        return broken("normalizer", format!("could make a text more than {GROWTH} times longer"));
    }
    Ok(Normalizer { steps })
}

/// How many times longer a step may make a text, at most.
fn grows(step: &Step) -> usize {
    match step {
        Step::Replace { find, content } => content.len().div_ceil(find::shortest(find)).max(1),
        Step::Prepend(front) => front.len().max(1),
        _ => 1,
    }
}

fn add(part: &Part, steps: &mut Vec<Step>) -> Result<(), FormatError> {
    part.few(steps.len())?;
    steps.push(match part.kind()? {
        "Sequence" => {
            return part.each("normalizers")?.try_for_each(|part| add(&part, steps));
        }
        "NFC" => Step::Nfc,
        "NFD" => Step::Nfd,
        "NFKC" => Step::Nfkc,
        "NFKD" => Step::Nfkd,
        "Lowercase" => Step::Lowercase,
        "StripAccents" => Step::StripAccents,
        "Nmt" => Step::Nmt,
        "ByteLevel" => Step::ByteLevel,
        "Precompiled" => {
            Step::Precompiled(Precompiled::from_base64(part.text("precompiled_charsmap")?)?)
        }
        "Strip" => Step::Strip {
            left: part.flag("strip_left", None)?,
            right: part.flag("strip_right", None)?,
        },
        "Prepend" => Step::Prepend(part.text("prepend")?.to_owned()),
        "Replace" => {
            Step::Replace { find: find::read(part)?, content: part.text("content")?.to_owned() }
        }
        "BertNormalizer" => Step::Bert(Bert {
            clean: part.flag("clean_text", None)?,
            chinese: part.flag("handle_chinese_chars", None)?,
            accents: match part.at("strip_accents") {
                accents if accents.value.is_null() => None,
                _ => Some(part.flag("strip_accents", None)?),
            },
            lower: part.flag("lowercase", None)?,
        }),
        _ => return part.refused(SUPPORTED),
    });
    Ok(())
}

pub(super) fn write(normalizer: &Normalizer) -> Value {
    let mut steps: Vec<Value> = normalizer.steps.iter().flat_map(all).collect();
    match steps.len() {
        0 => Value::Null,
        1 => steps.swap_remove(0),
        _ => json!({"type": "Sequence", "normalizers": steps}),
    }
}

/// What a step is written as: one, but for that of a SentencePiece model.
fn all(one: &Step) -> Vec<Value> {
    match one {
        Step::SentencePiece(rules) => sentence_piece(rules),
        _ => vec![step(one)],
    }
}

/// As near as the file can say it: user-defined pieces are changed like other text, and nothing can be
/// put at the end.
fn sentence_piece(rules: &Rules) -> Vec<Value> {
    let replace = |pattern: &str, content: &str| json!({"type": "Replace", "pattern": {"Regex": pattern}, "content": content});
    let mut steps = Vec::new();
    steps.extend(rules.table.clone().map(|table| step(&Step::Precompiled(table))));
    if rules.remove_extra {
        steps.extend([replace(r"\A +|[ ▁]+\z", ""), replace(" {2,}", " ")]);
    }
    if rules.dummy == Dummy::Front {
        steps.push(step(&Step::Prepend(if rules.escape { "▁" } else { " " }.into())));
    }
    if rules.escape {
        steps.push(json!({"type": "Replace", "pattern": {"String": " "}, "content": "▁"}));
    }
    steps
}

fn step(step: &Step) -> Value {
    match step {
        Step::SentencePiece(_) => Value::Null,
        Step::Precompiled(table) => {
            json!({"type": "Precompiled", "precompiled_charsmap": table.to_base64()})
        }
        Step::Nfc => json!({"type": "NFC"}),
        Step::Nfd => json!({"type": "NFD"}),
        Step::Nfkc => json!({"type": "NFKC"}),
        Step::Nfkd => json!({"type": "NFKD"}),
        Step::Lowercase => json!({"type": "Lowercase"}),
        Step::StripAccents => json!({"type": "StripAccents"}),
        Step::Nmt => json!({"type": "Nmt"}),
        Step::ByteLevel => json!({"type": "ByteLevel"}),
        Step::Strip { left, right } => {
            json!({"type": "Strip", "strip_left": left, "strip_right": right})
        }
        Step::Prepend(front) => json!({"type": "Prepend", "prepend": front}),
        Step::Replace { find, content } => {
            json!({"type": "Replace", "pattern": find::write(find), "content": content})
        }
        Step::Bert(bert) => json!({
            "type": "BertNormalizer",
            "clean_text": bert.clean,
            "handle_chinese_chars": bert.chinese,
            "strip_accents": bert.accents,
            "lowercase": bert.lower,
        }),
    }
}
