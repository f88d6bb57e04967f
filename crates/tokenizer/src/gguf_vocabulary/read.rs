//! From a vocabulary to a tokenizer.

use rustc_hash::FxHashMap;
use serde_json::json;

use super::{TokenKind, Vocabulary, broken, escape::unescaped, pre, short};
use crate::{
    Characters, FormatError, Model, Pairs, SentencePiece, Tokenizer,
    added::{Added, AddedToken},
    bytes,
    cut::Cut,
    decoder::Decoder,
    normalize::{Normalizer, Step},
    pairs::Merge,
    sentence_piece::{byte_named, scores::Piece},
    sentencepiece_file,
    template::Template,
};

/// Scores, SentencePiece's way.
pub(super) fn pieces(vocabulary: &Vocabulary) -> Result<Tokenizer, FormatError> {
    let unknown = vocabulary.unknown.unwrap_or(0) as usize;
    let named = vocabulary.kinds.contains(&TokenKind::Unknown);
    let kind = |id: usize, text: &str| match vocabulary.kind(id) {
        _ if !named && id == unknown => TokenKind::Unknown,
        TokenKind::Normal if vocabulary.kinds.is_empty() && byte_named(text).is_some() => {
            TokenKind::Byte
        }
        kind => kind,
    };
    let piece = |(id, text): (usize, &String)| Piece {
        text: text.clone(),
        score: vocabulary.scores.get(id).copied().unwrap_or(0.0),
        kind: kind(id, text).piece(),
    };
    let pieces: Vec<Piece> = vocabulary.tokens.iter().enumerate().map(piece).collect();
    let fallback =
        vocabulary.tokens.iter().enumerate().any(|(id, text)| kind(id, text) == TokenKind::Byte);
    sentencepiece_file::check(&pieces, fallback)?;
    let model = SentencePiece::from_scores(&pieces, fallback, true)?;
    model.get_ready();

    let (mut normalizer, mut decoder) = (Normalizer::to_metaspace(), Decoder::from_metaspace());
    if vocabulary.add_space_prefix == Some(false) {
        normalizer.steps.remove(0);
        decoder.pop();
    }
    let signs = |(id, text): (usize, &String)| {
        let sign = matches!(kind(id, text), TokenKind::Control | TokenKind::Unknown);
        sign.then(|| AddedToken::special(id as u32, text.clone()))
    };
    let signs = vocabulary.tokens.iter().enumerate().filter_map(signs).collect();
    let added = Added::new(signs, &normalizer)?;
    let decoder = Decoder { steps: Some(decoder) };
    Ok(Tokenizer { added, normalizer, decoder, ..Model::SentencePiece(model).into() })
}

/// Byte pairs.
pub(super) fn pairs(vocabulary: &Vocabulary) -> Result<Tokenizer, FormatError> {
    let pre = pre::read(vocabulary)?;
    let ids = numbered(vocabulary)?;
    let (mut tokens, mut literal) = (Vec::with_capacity(ids.len()), FxHashMap::default());
    let mut listed = Vec::new();
    for (id, text) in (0..).zip(&vocabulary.tokens) {
        let kind = vocabulary.kind(id as usize);
        let bytes = match kind {
            TokenKind::Normal | TokenKind::Byte | TokenKind::UserDefined => bytes::unspell(text),
            TokenKind::Unknown | TokenKind::Control | TokenKind::Unused => None,
        };
        match kind {
            TokenKind::Control | TokenKind::Unknown => {
                listed.push(AddedToken::special(id, text.clone()));
            }
            TokenKind::UserDefined => {
                let token = AddedToken::special(id, text.clone());
                listed.push(AddedToken { special: false, ..token });
            }
            _ if bytes.is_none() => drop(literal.insert(id, text.clone())),
            _ => {}
        }
        tokens.push(bytes.unwrap_or_default());
    }
    let merges = merges(vocabulary, &ids, &tokens)?;
    let normalizer = Normalizer { steps: if pre.nfc { vec![Step::Nfc] } else { Vec::new() } };
    let added = Added::new(listed, &normalizer)?;
    if merges.is_empty() && tokens.iter().cloned().eq((0..=255).map(|byte| vec![byte])) {
        return Ok(Tokenizer { added, ..Tokenizer::bytes() });
    }
    let mut pairs = Pairs::new(tokens, merges);
    if pre.whole_first {
        let spelled = (0..).zip(pairs.tokens()).filter(|(_, token)| !token.is_empty());
        pairs.whole_first = Some(spelled.map(|(id, token)| (token.clone(), id)).collect());
    }
    pairs.fast.make(&pairs);
    let cut = Cut { steps: pre.steps };
    Ok(Tokenizer { added, normalizer, cut, literal, ..Model::Pairs(pairs).into() })
}

/// The id of each token; no token may be there twice.
fn numbered(vocabulary: &Vocabulary) -> Result<FxHashMap<&str, u32>, FormatError> {
    let mut ids = FxHashMap::with_capacity_and_hasher(vocabulary.tokens.len(), Default::default());
    for (id, token) in (0..).zip(&vocabulary.tokens) {
        if let Some(other) = ids.insert(&**token, id) {
            return broken("tokens", format!("have {} twice: {other} and {id}", short(token)));
        }
    }
    Ok(ids)
}

/// The merges, but for those that never happen: no text makes one of the two.
fn merges(
    vocabulary: &Vocabulary,
    ids: &FxHashMap<&str, u32>,
    tokens: &[Vec<u8>],
) -> Result<Vec<Merge>, FormatError> {
    let mut joined = String::new();
    let mut read = |line: &str| {
        let (left, right) = line.split_once(' ')?;
        joined.clear();
        joined.extend([left, right]);
        Some(((*ids.get(left)?, *ids.get(right)?), *ids.get(&*joined)?))
    };
    let mut all = Vec::with_capacity(vocabulary.merges.len());
    for (rank, line) in vocabulary.merges.iter().enumerate() {
        let Some((pair, id)) = read(line) else {
            let problem = "is not two tokens whose joining is one, too";
            return broken(&format!("merges[{rank}]"), format!("{} {problem}", short(line)));
        };
        let made = |id: u32| !tokens[id as usize].is_empty();
        if made(pair.0) && made(pair.1) {
            all.push((pair, id));
        }
    }
    Ok(all)
}

/// Single characters.
pub(super) fn characters(vocabulary: &Vocabulary) -> Result<Tokenizer, FormatError> {
    let mut there = FxHashMap::default();
    let mut characters = Vec::with_capacity(vocabulary.tokens.len());
    for (id, token) in vocabulary.tokens.iter().enumerate() {
        let text = unescaped(token).unwrap_or_default();
        let mut all = text.chars();
        let (Some(character), None) = (all.next(), all.next()) else {
            let problem = "of a rwkv vocabulary only single characters can be read";
            return broken(&format!("tokens[{id}]"), format!("is {}: {problem}", short(token)));
        };
        if let Some(other) = there.insert(character, id) {
            return broken("tokens", format!("have {} twice: {other} and {id}", short(token)));
        }
        characters.push(character);
    }
    Ok(Model::Characters(Characters::in_order(characters)).into())
}

/// What stands around a text.
pub(super) fn template(vocabulary: &Vocabulary) -> Template {
    let llama = vocabulary.model == "llama";
    let by_name = || llama || pre::read(vocabulary).is_ok_and(|pre| pre.add_bos);
    let add_bos = vocabulary.model != "rwkv" && vocabulary.add_bos.unwrap_or_else(by_name);
    let second = || (llama && vocabulary.kind(1) == TokenKind::Control).then_some(1);
    let bos = vocabulary.bos.or_else(second).filter(|_| add_bos);
    let eos = vocabulary.eos.filter(|_| vocabulary.add_eos == Some(true));
    let mut template = Template::default();
    if bos.is_none() && eos.is_none() {
        return template;
    }
    template.around(bos.as_slice(), eos.as_slice());
    let text = |id: u32| vocabulary.tokens.get(id as usize).map_or("", |token| token);
    let sign = |id: u32| json!({"SpecialToken": {"id": text(id), "type_id": 0}});
    let around = |texts: &[(&str, u32)]| -> Vec<serde_json::Value> {
        let texts = texts.iter();
        let texts = texts.map(|(name, kind)| json!({"Sequence": {"id": name, "type_id": kind}}));
        bos.map(sign).into_iter().chain(texts).chain(eos.map(sign)).collect()
    };
    let listed = |id: u32| (text(id), json!({"id": text(id), "ids": [id], "tokens": [text(id)]}));
    let signs: std::collections::BTreeMap<_, _> = bos.into_iter().chain(eos).map(listed).collect();
    template.written = json!({
        "type": "TemplateProcessing",
        "single": around(&[("A", 0)]),
        "pair": around(&[("A", 0), ("B", 1)]),
        "special_tokens": signs,
    })
    .to_string();
    template
}
