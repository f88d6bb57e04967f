//! From a file to its tokenizer, or a refusal that names what is in the way.

use rustc_hash::{FxHashMap, FxHashSet};
use serde_json::Value;

use super::{
    ANY_CHARACTER, Added, File,
    refuse::{broken, must_be, must_be_null, name, short, shown, unsupported},
};
use crate::{
    Characters, FormatError, Pairs, Tokenizer, Words, bytes,
    pairs::{Merge, Pair},
    words,
};

/// The tokens in the order of their ids.
type Tokens = Vec<String>;

pub(super) fn read(file: File) -> Result<Tokenizer, FormatError> {
    must_be_null("truncation", &file.truncation)?;
    must_be_null("padding", &file.padding)?;
    must_be_null("normalizer", &file.normalizer)?;
    let tokens = in_order(&file.model)?;
    match (name(&file.model), &file.model["merges"]) {
        ("WordLevel", _) => listed(&file, tokens),
        ("BPE", _) | ("", Value::Array(_)) => pairs(&file, tokens),
        _ => unsupported("the type of the model", &file.model["type"], "\"BPE\" or \"WordLevel\""),
    }
}

/// Characters or words.
fn listed(file: &File, tokens: Tokens) -> Result<Tokenizer, FormatError> {
    must_be_null("post_processor", &file.post_processor)?;
    must_be("decoder", &file.decoder, "Fuse", "\"Fuse\"")?;
    if let Some(added) = file.added_tokens.first() {
        let found = Value::from(&*added.content);
        return unsupported("an entry of added_tokens", &found, "absent, beside \"WordLevel\"");
    }
    let cut = &file.pre_tokenizer;
    must_be("pre_tokenizer", cut, "Split", "\"Split\", beside \"WordLevel\"")?;
    if cut["behavior"] != "Isolated" {
        return unsupported("pre_tokenizer.behavior", &cut["behavior"], "\"Isolated\"");
    }
    if cut["invert"] == true {
        return unsupported("pre_tokenizer.invert", &cut["invert"], "false");
    }
    match cut["pattern"]["Regex"].as_str() {
        Some(ANY_CHARACTER) => characters(tokens),
        // The same, but for line breaks. (An unknown character is an error here, whatever unk_token.)
        Some(".") if !tokens.iter().any(|token| token.contains('\n')) => characters(tokens),
        Some(words::PATTERN) => {
            let unknown = file.model["unk_token"].as_str().unwrap_or_default();
            match tokens.iter().position(|token| token == unknown) {
                Some(id) => Ok(Tokenizer::Words(Words::in_order(tokens, id as u32))),
                None => broken("model.unk_token", format!("{unknown:?} is not in model.vocab")),
            }
        }
        _ => unsupported(
            "pre_tokenizer.pattern",
            &cut["pattern"],
            "the pattern of characters or that of words",
        ),
    }
}

fn characters(tokens: Tokens) -> Result<Tokenizer, FormatError> {
    let mut characters = Vec::with_capacity(tokens.len());
    for token in &tokens {
        let mut each = token.chars();
        match (each.next(), each.next()) {
            (Some(character), None) => characters.push(character),
            _ => return broken("model.vocab", format!("{} is not one character", short(token))),
        }
    }
    Ok(Tokenizer::Characters(Characters::in_order(characters)))
}

/// Bytes or byte pairs.
fn pairs(file: &File, tokens: Tokens) -> Result<Tokenizer, FormatError> {
    let (cut, model) = (&file.pre_tokenizer, &file.model);
    must_be("pre_tokenizer", cut, "ByteLevel", "\"ByteLevel\", beside \"BPE\"")?;
    must_be("decoder", &file.decoder, "ByteLevel", "\"ByteLevel\", beside \"BPE\"")?;
    if name(&file.post_processor) != "ByteLevel" {
        must_be_null("post_processor", &file.post_processor)?;
    }
    if cut["add_prefix_space"] != false {
        return unsupported("pre_tokenizer.add_prefix_space", &cut["add_prefix_space"], "false");
    }
    let settings = [
        ("model.dropout", &model["dropout"]),
        ("model.continuing_subword_prefix", &model["continuing_subword_prefix"]),
        ("model.end_of_word_suffix", &model["end_of_word_suffix"]),
        ("model.byte_fallback", &model["byte_fallback"]),
        ("model.ignore_merges", &model["ignore_merges"]),
    ];
    for (place, found) in settings {
        if !(found.is_null() || *found == false || *found == "" || found.as_f64() == Some(0.0)) {
            return unsupported(place, found, "absent or null");
        }
    }

    let listed = tokens.len();
    let (tokens, added) = (with_added(tokens, &file.added_tokens)?, file.added_tokens.clone());
    let beside = tokens.len() - listed;
    let merges = merges(&model["merges"], &tokens)?;
    let mut spelled = Vec::with_capacity(tokens.len());
    for (id, token) in (0..).zip(tokens) {
        spelled.push(match bytes::unspell(&token) {
            _ if added.iter().any(|added| added.id == id) => token.into_bytes(),
            Some(bytes) => bytes,
            None => return broken("model.vocab", format!("{} spells no bytes", short(&token))),
        });
    }

    let cuts = cut["use_regex"] != false;
    let bytes_alone = (0..=255).map(|byte| vec![byte]);
    if merges.is_empty() && !cuts && added.is_empty() && spelled.iter().cloned().eq(bytes_alone) {
        return Ok(Tokenizer::Bytes);
    }
    let mut pairs = Pairs::new(spelled, merges);
    (pairs.cuts, pairs.added, pairs.beside) = (cuts, added, beside);
    Ok(Tokenizer::Pairs(pairs))
}

/// The vocabulary, and the added tokens that stand beside it.
fn with_added(mut tokens: Tokens, added: &[Added]) -> Result<Tokens, FormatError> {
    let listed: FxHashSet<String> = tokens.iter().cloned().collect();
    for Added { id, content, .. } in added {
        match tokens.get(*id as usize) {
            Some(token) if token == content => {}
            None if *id as usize == tokens.len() && !listed.contains(content) => {
                tokens.push(content.clone());
            }
            found => {
                let problem = match found {
                    Some(token) => format!("has id {id}, which is that of {}", short(token)),
                    None if listed.contains(content) => {
                        format!("has id {id}, but another in model.vocab")
                    }
                    None => format!("has id {id}, but the next that is free is {}", tokens.len()),
                };
                return broken("added_tokens", format!("{} {problem}", short(content)));
            }
        }
    }
    Ok(tokens)
}

/// Each merge, as "a b" or as ["a", "b"], in ids: the two and what they become.
fn merges(merges: &Value, tokens: &Tokens) -> Result<Vec<Merge>, FormatError> {
    let Value::Array(merges) = merges else {
        return broken("model.merges", format!("must be a list, and is {}", shown(merges)));
    };
    let ids: FxHashMap<&str, u32> = (0..).zip(tokens).map(|(id, token)| (&**token, id)).collect();
    let read = |merge: &Value| {
        let (left, right) = match merge {
            Value::String(both) => both.split_once(' ')?,
            Value::Array(both) if both.len() == 2 => (both[0].as_str()?, both[1].as_str()?),
            _ => return None,
        };
        let joined = [left, right].concat();
        let pair: Pair = (*ids.get(left)?, *ids.get(right)?);
        Some((pair, *ids.get(&*joined)?))
    };
    let mut all = Vec::with_capacity(merges.len());
    for (rank, merge) in merges.iter().enumerate() {
        let Some(merge) = read(merge) else {
            let problem = "is not two tokens of model.vocab whose joining is one, too";
            return broken(format!("model.merges[{rank}]"), format!("{} {problem}", shown(merge)));
        };
        all.push(merge);
    }
    Ok(all)
}

/// The vocabulary's tokens by id: every id from 0 on must be there, once.
fn in_order(model: &Value) -> Result<Tokens, FormatError> {
    let Value::Object(vocabulary) = &model["vocab"] else {
        let name = if name(model).is_empty() { "unnamed" } else { name(model) };
        let found = Value::from(format!("{name}, with no object as its vocab"));
        return unsupported("model", &found, "\"BPE\" or \"WordLevel\", with one");
    };
    let mut tokens: Vec<Option<&String>> = vec![None; vocabulary.len()];
    for (token, id) in vocabulary {
        let place = id.as_u64().and_then(|id| tokens.get_mut(usize::try_from(id).ok()?));
        match place {
            Some(place) if place.is_none() => *place = Some(token),
            _ => {
                let want = format!("each id from 0 to {} once", vocabulary.len() - 1);
                let problem = format!("{} has id {}, but it needs {want}", short(token), shown(id));
                return broken("model.vocab", problem);
            }
        }
    }
    Ok(tokens.into_iter().flatten().cloned().collect())
}
