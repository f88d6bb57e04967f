//! From a tokenizer to its file.

use serde_json::{Map, Value, json};

use super::ANY_CHARACTER;
use crate::{Pairs, Tokenizer, bytes, words};

pub(super) fn write(tokenizer: &Tokenizer) -> String {
    let file = match tokenizer {
        Tokenizer::Characters(_) => listed(ANY_CHARACTER, vocabulary(tokenizer, 0)),
        Tokenizer::Words(_) => listed(words::PATTERN, vocabulary(tokenizer, 0)),
        Tokenizer::Bytes => byte_level(vocabulary(tokenizer, 0), Vec::new(), false, json!([])),
        Tokenizer::Pairs(pairs) => {
            let vocabulary = vocabulary(tokenizer, pairs.beside);
            byte_level(vocabulary, merges(pairs), pairs.cuts, json!(pairs.added))
        }
    };
    format!("{file:#}\n")
}

/// Each entry with its id, but for the last few that stand beside the vocabulary.
fn vocabulary(tokenizer: &Tokenizer, beside: usize) -> Map<String, Value> {
    let ids = 0..(tokenizer.vocabulary() - beside) as u32;
    ids.filter_map(|id| Some((tokenizer.token(id)?, json!(id)))).collect()
}

/// Cut by a pattern, then looked up in a list.
fn listed(pattern: &str, vocabulary: Map<String, Value>) -> Value {
    json!({
        "version": "1.0",
        "truncation": null,
        "padding": null,
        "added_tokens": [],
        "normalizer": null,
        "pre_tokenizer": {
            "type": "Split",
            "pattern": {"Regex": pattern},
            "behavior": "Isolated",
            "invert": false,
        },
        "post_processor": null,
        "decoder": {"type": "Fuse"},
        "model": {"type": "WordLevel", "vocab": vocabulary, "unk_token": words::UNKNOWN},
    })
}

/// Cut by GPT-2's pattern or not at all, then joined by merges.
fn byte_level(
    vocabulary: Map<String, Value>,
    merges: Vec<Value>,
    cuts: bool,
    added: Value,
) -> Value {
    let byte_level = json!({
        "type": "ByteLevel",
        "add_prefix_space": false,
        "trim_offsets": true,
        "use_regex": cuts,
    });
    json!({
        "version": "1.0",
        "truncation": null,
        "padding": null,
        "added_tokens": added,
        "normalizer": null,
        "pre_tokenizer": byte_level,
        "post_processor": null,
        "decoder": byte_level,
        "model": {
            "type": "BPE",
            "dropout": null,
            "unk_token": null,
            "continuing_subword_prefix": null,
            "end_of_word_suffix": null,
            "fuse_unk": false,
            "byte_fallback": false,
            "ignore_merges": false,
            "vocab": vocabulary,
            "merges": merges,
        },
    })
}

fn merges(pairs: &Pairs) -> Vec<Value> {
    let spelled = |(left, right)| json!(format!("{} {}", bytes::spell(left), bytes::spell(right)));
    pairs.merges().map(spelled).collect()
}
