//! The vocabulary of a file, in the keys `tokenizer.*`.

use tokenizer::gguf_vocabulary::{TokenKind, Vocabulary};

use super::{Gguf, GgufError, List, Value};

pub(super) fn read(gguf: &Gguf) -> Result<Vocabulary, GgufError> {
    let model = key("model");
    if gguf.get(&model).is_none() {
        return Err(GgufError::Missing(model));
    }
    Ok(Vocabulary {
        model: text(gguf, &model)?.unwrap_or_default(),
        pre: text(gguf, &key("pre"))?,
        tokens: texts(gguf, "tokens")?,
        kinds: kinds(gguf)?,
        scores: list(gguf, "scores", "a list of 32-bit numbers", List::floats)?,
        merges: texts(gguf, "merges")?,
        bos: id(gguf, "bos_token_id")?,
        eos: id(gguf, "eos_token_id")?,
        unknown: id(gguf, "unknown_token_id")?,
        padding: id(gguf, "padding_token_id")?,
        add_bos: flag(gguf, "add_bos_token")?,
        add_eos: flag(gguf, "add_eos_token")?,
        add_space_prefix: flag(gguf, "add_space_prefix")?,
        chat_template: text(gguf, TEMPLATE)?,
    })
}

const TEMPLATE: &str = "tokenizer.chat_template";

fn key(name: &str) -> String {
    format!("tokenizer.ggml.{name}")
}

fn text(gguf: &Gguf, key: &str) -> Result<Option<String>, GgufError> {
    let Some(value) = gguf.get(key) else { return Ok(None) };
    match value.text() {
        Some(text) => Ok(Some(text.to_owned())),
        None => Err(GgufError::kept(key, value, "a text")),
    }
}

fn flag(gguf: &Gguf, name: &str) -> Result<Option<bool>, GgufError> {
    let Some(value) = gguf.get(&key(name)) else { return Ok(None) };
    value.flag().map(Some).ok_or_else(|| GgufError::kept(&key(name), value, "true or false"))
}

/// An id. One below 0 or above all is how some files say that there is none.
fn id(gguf: &Gguf, name: &str) -> Result<Option<u32>, GgufError> {
    let Some(value) = gguf.get(&key(name)) else { return Ok(None) };
    match value.integer() {
        Some(number) => Ok(u32::try_from(number).ok().filter(|&id| id < u32::MAX)),
        None => Err(GgufError::kept(&key(name), value, "an id")),
    }
}

/// What a list holds, nothing if it is not there.
fn list<T>(
    gguf: &Gguf,
    name: &str,
    wanted: &'static str,
    read: impl Fn(&List) -> Option<Vec<T>>,
) -> Result<Vec<T>, GgufError> {
    let Some(value) = gguf.get(&key(name)) else { return Ok(Vec::new()) };
    let all = value.list().and_then(read);
    all.ok_or_else(|| GgufError::kept(&key(name), value, wanted))
}

fn texts(gguf: &Gguf, name: &str) -> Result<Vec<String>, GgufError> {
    let text = |bytes: &[u8]| Some(std::str::from_utf8(bytes).ok()?.to_owned());
    list(gguf, name, "a list of texts in UTF-8", |list| list.texts()?.map(text).collect())
}

fn kinds(gguf: &Gguf) -> Result<Vec<TokenKind>, GgufError> {
    let all = |list: &List| list.integers()?.into_iter().map(TokenKind::of).collect();
    list(gguf, "token_type", "a list of numbers from 1 to 6", all)
}

/// The keys that say a vocabulary, filled up with tokens that stand for nothing to as many as the model
/// has.
///
/// # Errors
/// If it has more tokens than the model.
pub fn vocabulary_keys(
    vocabulary: &Vocabulary,
    tokens: usize,
) -> Result<Vec<(String, Value)>, GgufError> {
    let listed = vocabulary.tokens.len();
    if listed > tokens {
        let problem = format!("its vocabulary has {listed} entries, and the model {tokens}");
        return Err(GgufError::Unwritten(problem));
    }
    let filling = (listed..tokens).map(|id| format!("[PAD{id}]"));
    let all: Vec<String> = vocabulary.tokens.iter().cloned().chain(filling).collect();
    let kind = |id| if id < listed { vocabulary.kind(id) } else { TokenKind::Unused };
    let kinds: Vec<i32> = (0..tokens).map(|id| kind(id).number()).collect();
    let mut keys = vec![
        (key("model"), Value::from(&*vocabulary.model)),
        (key("tokens"), Value::from(&all[..])),
        (key("token_type"), Value::from(&kinds[..])),
    ];
    if let Some(pre) = &vocabulary.pre {
        keys.push((key("pre"), Value::from(&**pre)));
    }
    match &*vocabulary.model {
        "llama" => {
            let score = |id| vocabulary.scores.get(id).copied().unwrap_or(0.0);
            let scores: Vec<f32> = (0..tokens).map(score).collect();
            keys.push((key("scores"), Value::from(&scores[..])));
        }
        "gpt2" => keys.push((key("merges"), Value::from(&vocabulary.merges[..]))),
        _ => {}
    }
    let ids = [
        ("bos_token_id", vocabulary.bos.or_else(|| vocabulary.never())),
        ("eos_token_id", vocabulary.eos.or_else(|| vocabulary.never())),
        ("unknown_token_id", vocabulary.unknown),
        ("padding_token_id", vocabulary.padding),
    ];
    keys.extend(ids.into_iter().filter_map(|(name, id)| Some((key(name), Value::U32(id?)))));
    let flags = [
        ("add_bos_token", vocabulary.add_bos),
        ("add_eos_token", vocabulary.add_eos),
        ("add_space_prefix", vocabulary.add_space_prefix),
    ];
    let flag = |(name, flag): (&str, Option<bool>)| Some((key(name), Value::Bool(flag?)));
    keys.extend(flags.into_iter().filter_map(flag));
    if let Some(template) = &vocabulary.chat_template {
        keys.push((TEMPLATE.into(), Value::from(&**template)));
    }
    Ok(keys)
}
