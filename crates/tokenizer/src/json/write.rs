//! From a tokenizer to its file.

use serde::Serialize;
use serde_json::{Map, Value, json, value::RawValue};

use super::{cut, decoder, normalizer, score};
use crate::{
    Pairs, SentencePiece, Tokenizer, Unigram, added::AddedToken, bytes, model::Model,
    normalize::Step, pairs::Pair, sentence_piece::scores::Defined, words,
};

/// The file as it is written.
#[derive(Serialize)]
struct File<'a> {
    version: &'static str,
    truncation: (),
    padding: (),
    added_tokens: Vec<AddedToken>,
    normalizer: Value,
    pre_tokenizer: Value,
    post_processor: Value,
    decoder: Value,
    model: Written<'a>,
}

/// The part `model`.
#[derive(Serialize)]
#[serde(untagged)]
enum Written<'a> {
    Other(Value),
    Unigram {
        r#type: &'static str,
        unk_id: Option<u32>,
        vocab: Vec<(&'a str, Box<RawValue>)>,
        byte_fallback: bool,
    },
}

pub(super) fn write(tokenizer: &Tokenizer) -> String {
    let template = &tokenizer.template.written;
    let file = File {
        version: "1.0",
        truncation: (),
        padding: (),
        added_tokens: added(tokenizer),
        normalizer: normalizer::write(&tokenizer.normalizer),
        pre_tokenizer: cut::write(&tokenizer.cut),
        post_processor: serde_json::from_str(template).unwrap_or(Value::Null),
        decoder: decoder::write(&tokenizer.decoder),
        model: match &tokenizer.model {
            Model::Unigram(unigram) => scored(unigram),
            _ => Written::Other(model(tokenizer)),
        },
    };
    let text = serde_json::to_string_pretty(&file).unwrap_or_default(); // all keys are texts
    text + "\n"
}

/// The added tokens, and the user-defined pieces of a SentencePiece model.
fn added(tokenizer: &Tokenizer) -> Vec<AddedToken> {
    let defined = match (&tokenizer.model, &tokenizer.normalizer.steps[..]) {
        (Model::SentencePiece(pieces), _) => pieces.defined(),
        (_, [Step::SentencePiece(rules)]) => rules.defined.as_ref(),
        _ => None,
    };
    let ids = defined.map_or(&[][..], Defined::ids).iter();
    let token = |&id: &u32| {
        let content = tokenizer.listed(id)?.into_owned();
        Some(AddedToken { special: false, ..AddedToken::special(id, content) })
    };
    let mut all = tokenizer.added.tokens().to_vec();
    all.extend(ids.filter_map(token));
    all.sort_by_key(|token| token.id);
    all
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
        Model::Unigram(_) => Value::Null, // its scores are no values
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

/// Each entry with its score, in the digits in which it is read again.
fn scored(unigram: &Unigram) -> Written<'_> {
    let score = |score| RawValue::from_string(score::written(score)).ok();
    Written::Unigram {
        r#type: "Unigram",
        unk_id: unigram.unknown,
        vocab: unigram
            .tokens()
            .iter()
            .filter_map(|(token, number)| Some((&**token, score(*number)?)))
            .collect(),
        byte_fallback: unigram.bytes.is_some(),
    }
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
