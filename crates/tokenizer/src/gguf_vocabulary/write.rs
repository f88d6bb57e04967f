//! From a tokenizer to a vocabulary.
//!
//! A score for each token says the same as a list of merges if, of all ways to cut a token in two, the
//! list has either each, or the one that joining arrives at: two tokens that stand side by side in a text
//! are what joining makes of the two alone, so no other way is ever met.

use super::{TokenKind, Vocabulary, broken, escape::escaped, pre, short, unsupported};
use crate::{
    FormatError, Model, Pairs, SentencePiece, Tokenizer, bytes,
    cut::{Step, find::Find},
    normalize,
    pairs::merge,
    sentence_piece::{byte_named, scores::Piece},
    sentencepiece_file,
};

pub(super) fn write(tokenizer: &Tokenizer) -> Result<Vocabulary, FormatError> {
    let mut vocabulary = match &tokenizer.model {
        Model::Characters(characters) => {
            if !tokenizer.added.tokens().is_empty() {
                return unsupported("model", "characters beside other tokens", "without them");
            }
            let tokens = characters.tokens().iter();
            let written = |token: &String| token.chars().map(escaped).collect();
            Vocabulary { tokens: tokens.map(written).collect(), ..named("rwkv") }
        }
        Model::Bytes => Vocabulary { pre: Some("gpt-2".into()), ..listed(tokenizer, "gpt2") },
        Model::Pairs(pairs) => self::pairs(tokenizer, pairs)?,
        Model::SentencePiece(pieces) => self::pieces(tokenizer, pieces)?,
        other => return unsupported("model", kind(other), "byte pairs, bytes or characters"),
    };
    let template = &tokenizer.template;
    let (before, after) = (&template.before[..], &template.after[..]);
    if before.len() > 1 || after.len() > 1 {
        return unsupported("model", "several tokens around a text", "at most one on each side");
    }
    vocabulary.bos = before.first().copied();
    vocabulary.eos = after.first().copied();
    (vocabulary.add_bos, vocabulary.add_eos) = (Some(!before.is_empty()), Some(!after.is_empty()));
    Ok(vocabulary)
}

fn named(model: &str) -> Vocabulary {
    Vocabulary { model: model.into(), add_space_prefix: Some(false), ..Vocabulary::default() }
}

fn kind(model: &Model) -> &'static str {
    match model {
        Model::Words(_) => "words, each of which no kind in GGUF takes as a whole,",
        Model::Unigram(_) => "Unigram",
        Model::WordPiece(_) => "WordPiece",
        _ => "of another kind",
    }
}

/// Each entry and what it is for; a hole has a name that nothing else has.
fn listed(tokenizer: &Tokenizer, model: &str) -> Vocabulary {
    let entry = |id: u32| match (tokenizer.added.get(id), tokenizer.token(id)) {
        (Some(token), Some(text)) if token.special => (text, TokenKind::Control),
        (Some(_), Some(text)) => (text, TokenKind::UserDefined),
        (None, Some(text)) if tokenizer.literal.contains_key(&id) => (text, TokenKind::Unused),
        (None, Some(text)) => (text, TokenKind::Normal),
        (_, None) => (format!("[PAD{id}]"), TokenKind::Unused),
    };
    let (tokens, kinds) = (0..tokenizer.vocabulary() as u32).map(entry).unzip();
    Vocabulary { tokens, kinds, ..named(model) }
}

/// Byte pairs.
fn pairs(tokenizer: &Tokenizer, pairs: &Pairs) -> Result<Vocabulary, FormatError> {
    let cut = "a cut of one of the published patterns, and no normalizer but Qwen's NFC";
    let nfc = match &tokenizer.normalizer.steps[..] {
        [] => false,
        [normalize::Step::Nfc] => true,
        _ => return unsupported("pre", "a normalizer", cut),
    };
    let steps = &tokenizer.cut.steps;
    let name = match pre::name(steps, pairs.whole_first.is_some()) {
        Some("qwen2") if !nfc => Some("stablelm2"),
        Some(name) if nfc == matches!(name, "qwen2" | "qwen35") => Some(name),
        _ => None,
    };
    let Some(name) = name else { return unsupported("pre", "a cut of its own", cut) };
    let mut vocabulary = Vocabulary { pre: Some(name.into()), ..listed(tokenizer, "gpt2") };
    if pre::read(&vocabulary)?.whole_first != pairs.whole_first.is_some() {
        all_are_joined(pairs)?;
    }
    let spelled = |(left, right)| format!("{} {}", bytes::spell(left), bytes::spell(right));
    vocabulary.merges = pairs.merges().map(spelled).collect();
    Ok(vocabulary)
}

/// Whether joining makes each token of its own bytes, so that it does not matter what is asked first.
fn all_are_joined(pairs: &Pairs) -> Result<(), FormatError> {
    for (id, token) in (0..).zip(pairs.tokens()) {
        let whole = merge(pairs.spell(token).collect(), &pairs.ranks);
        if !token.is_empty() && whole != [id] {
            let token = bytes::spell(token);
            return broken("merges", format!("do not make the token {}", short(&token)));
        }
    }
    Ok(())
}

/// A score for each token.
fn pieces(tokenizer: &Tokenizer, pieces: &SentencePiece) -> Result<Vocabulary, FormatError> {
    let blank =
        |step: &Step| matches!(step, Step::Split { find: Find::Text(text), .. } if text == " ");
    let front = tokenizer.normalizer.to_blanks();
    let Some(front) = front.filter(|_| tokenizer.cut.steps.iter().all(blank)) else {
        let wanted = "▁ for each space and nothing else";
        return unsupported("pre", "a normalizer or a cut of its own", wanted);
    };
    if pieces.whole_first.is_some() || !pieces.fuse_unknown && pieces.bytes.is_none() {
        let found = "ignore_merges, or an <unk> for each character,";
        return unsupported("model", found, "neither of them");
    }
    let mut vocabulary = listed(tokenizer, "llama");
    vocabulary.add_space_prefix = Some(front);
    vocabulary.unknown = pieces.unknown;
    let defined = pieces.defined();
    for (id, text) in (0..).zip(&vocabulary.tokens) {
        let kind = &mut vocabulary.kinds[id as usize];
        match byte_named(text) {
            _ if Some(id) == pieces.unknown => *kind = TokenKind::Unknown,
            _ if defined.is_some_and(|all| all.ids().contains(&id)) => {
                *kind = TokenKind::UserDefined
            }
            _ if pieces.is_unused(id) => *kind = TokenKind::Unused,
            Some(_) if pieces.bytes.is_some() => *kind = TokenKind::Byte,
            _ => {}
        }
    }
    vocabulary.scores = scores(pieces, &vocabulary)?;
    Ok(vocabulary)
}

/// Minus the rank at which each token is made, if that says all that the merges say.
fn scores(pieces: &SentencePiece, vocabulary: &Vocabulary) -> Result<Vec<f32>, FormatError> {
    let last = pieces.merges().len() as u32;
    let mut ranks = vec![(last, 0); vocabulary.tokens.len()]; // the first and the last of each token's
    for &(rank, id) in pieces.ranks.values() {
        if let Some((from, to)) = ranks.get_mut(id as usize) {
            (*from, *to) = ((*from).min(rank), (*to).max(rank));
        }
    }
    let mut in_order: Vec<(u32, u32)> =
        ranks.iter().copied().filter(|&(from, _)| from < last).collect();
    in_order.sort_unstable();
    if in_order.windows(2).any(|two| two[0].1 > two[1].0) {
        return broken("merges", "make one token in ways of several ranks, which no score can say");
    }
    let scores: Vec<f32> = ranks.iter().map(|&(from, _)| -(from as f32)).collect();
    let piece = |(id, text): (usize, &String)| {
        let kind = vocabulary.kind(id).piece();
        Piece { text: text.clone(), score: scores[id], kind }
    };
    let all: Vec<Piece> = vocabulary.tokens.iter().enumerate().map(piece).collect();
    sentencepiece_file::check(&all, pieces.bytes.is_some())?;
    let scored = SentencePiece::from_scores(&all, pieces.bytes.is_some(), true)?;
    let more = scored.ranks.iter().filter(|(pair, _)| !pieces.ranks.contains_key(*pair));
    for (_, &(_, id)) in more {
        let text = &vocabulary.tokens[id as usize];
        let mut letters = Vec::new();
        pieces.spell(text.chars(), &mut letters);
        if merge(letters, &pieces.ranks) != [id] {
            return broken("merges", format!("do not make the token {}", short(text)));
        }
    }
    Ok(scores)
}
