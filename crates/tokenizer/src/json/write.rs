//! From a tokenizer to its file.

use serde_json::{Map, Value, json};

use super::{cut, decoder, normalizer};
use crate::{Pairs, SentencePiece, Tokenizer, bytes, model::Model, pairs::Pair, words};

pub(super) fn write(tokenizer: &Tokenizer) -> String {
    let template = &tokenizer.template.written;
    let file = json!({
        "version": "1.0",
        "truncation": null,
        "padding": null,
        "added_tokens": tokenizer.added.tokens(),
        "normalizer": normalizer::write(&tokenizer.normalizer),
        "pre_tokenizer": cut::write(&tokenizer.cut),
        "post_processor": serde_json::from_str(template).unwrap_or(Value::Null),
        "decoder": decoder::write(&tokenizer.decoder),
        "model": model(tokenizer),
    });
    format!("{file:#}\n")
}

fn model(tokenizer: &Tokenizer) -> Value {
    let vocabulary = vocabulary(tokenizer);
    let listed =
        |unknown: &str| json!({"type": "WordLevel", "vocab": vocabulary, "unk_token": unknown});
    match &tokenizer.model {
        Model::Characters(_) => listed(words::UNKNOWN),
        Model::Words(words) => match words.unknown {
            Some(id) => listed(&words.tokens()[id as usize]),
            None => listed(&no_token(&vocabulary)),
        },
        Model::Bytes => byte_pairs(vocabulary, Vec::new(), false),
        Model::Pairs(pairs) => byte_pairs(vocabulary, merges(pairs), pairs.whole_first.is_some()),
        Model::SentencePiece(pieces) => sentence_piece(vocabulary, pieces),
        Model::Unigram(unigram) => json!({
            "type": "Unigram",
            "unk_id": unigram.unknown,
            "vocab": unigram.tokens(),
            "byte_fallback": unigram.bytes.is_some(),
        }),
        Model::WordPiece(pieces) => json!({
            "type": "WordPiece",
            "unk_token": pieces.unknown,
            "continuing_subword_prefix": pieces.prefix,
            "max_input_chars_per_word": pieces.longest_word,
            "vocab": vocabulary,
        }),
    }
}

/// A name for unknown words that is no entry.
fn no_token(vocabulary: &Map<String, Value>) -> String {
    let mut name = words::UNKNOWN.to_owned();
    while vocabulary.contains_key(&name) {
        name.push('>');
    }
    name
}

/// Each entry of the model with its id.
fn vocabulary(tokenizer: &Tokenizer) -> Map<String, Value> {
    let ids = 0..tokenizer.model.len() as u32;
    ids.filter_map(|id| Some((tokenizer.listed(id)?.into_owned(), json!(id)))).collect()
}

fn byte_pairs(vocabulary: Map<String, Value>, merges: Vec<Value>, whole_first: bool) -> Value {
    json!({
        "type": "BPE",
        "dropout": null,
        "unk_token": null,
        "continuing_subword_prefix": null,
        "end_of_word_suffix": null,
        "fuse_unk": false,
        "byte_fallback": false,
        "ignore_merges": whole_first,
        "vocab": vocabulary,
        "merges": merges,
    })
}

fn sentence_piece(vocabulary: Map<String, Value>, pieces: &SentencePiece) -> Value {
    let tokens = pieces.tokens();
    let spelled = |&((left, right), _): &(Pair, u32)| {
        Some(json!([tokens.get(left as usize)?, tokens.get(right as usize)?]))
    };
    json!({
        "type": "BPE",
        "dropout": null,
        "unk_token": pieces.unknown.and_then(|id| tokens.get(id as usize)),
        "continuing_subword_prefix": null,
        "end_of_word_suffix": null,
        "fuse_unk": pieces.fuse_unknown,
        "byte_fallback": pieces.bytes.is_some(),
        "ignore_merges": pieces.whole_first.is_some(),
        "vocab": vocabulary,
        "merges": pieces.merges().iter().filter_map(spelled).collect::<Vec<_>>(),
    })
}

fn merges(pairs: &Pairs) -> Vec<Value> {
    let spelled = |(left, right)| json!(format!("{} {}", bytes::spell(left), bytes::spell(right)));
    pairs.merges().map(spelled).collect()
}
