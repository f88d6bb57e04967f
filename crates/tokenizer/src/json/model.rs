//! The part `model`: the vocabulary, and how a piece becomes ids.

use rustc_hash::FxHashMap;

use super::{
    file::{self, Score, Text, Vocab},
    refuse::{broken, short, unsupported},
    vocabulary::Vocabulary,
};
use crate::{
    Characters, FormatError, Pairs, SentencePiece, Unigram, WordPiece, Words, bytes,
    cut::{Behavior, Cut, Step, find::Find},
    model::Model,
};

/// How many characters a word may have that is cut into pieces.
const LONGEST_WORD: u64 = 1000;

/// Tokens that the model never makes, by their ids.
type Literal = FxHashMap<u32, String>;

/// The model, and what of its vocabulary it never makes. `bytes`: it sees bytes as characters.
pub(super) fn read(
    file: &file::Model,
    vocabulary: &Vocabulary,
    cut: &mut Cut,
    bytes: bool,
) -> Result<(Model, Literal), FormatError> {
    match kind(file) {
        "BPE" | "WordLevel" | "WordPiece" if matches!(file.vocab, Vocab::Scored(_)) => {
            broken("model.vocab", "must be an object of tokens and ids here".into())
        }
        "BPE" if bytes => pairs(file, vocabulary, cut),
        "BPE" => sentence_piece(file, vocabulary),
        "Unigram" => unigram(file),
        "WordLevel" => Ok((words(file, vocabulary, cut), empty(vocabulary))),
        "WordPiece" => Ok((word_piece(file, vocabulary)?, empty(vocabulary))),
        kind => {
            let supported = "\"BPE\", \"Unigram\", \"WordPiece\" or \"WordLevel\"";
            unsupported("the type of the model", short(kind), supported)
        }
    }
}

/// What the model is. Old files do not say it.
pub(super) fn kind<'f>(file: &'f file::Model) -> &'f str {
    match &file.kind {
        Some(Text(kind)) => kind,
        None if file.merges.is_some() => "BPE",
        None if matches!(file.vocab, Vocab::Scored(_)) => "Unigram",
        None if file.max_input_chars_per_word.is_some() => "WordPiece",
        None if file.unk_token.is_some() => "WordLevel",
        None => "",
    }
}

fn text<'f>(text: &'f Option<Text>) -> &'f str {
    text.as_ref().map_or("", |Text(text)| text)
}

/// Refuses what no published file of these kinds has.
fn no_more(file: &file::Model) -> Result<(), FormatError> {
    let refused = [
        ("model.continuing_subword_prefix", text(&file.continuing_subword_prefix)),
        ("model.end_of_word_suffix", text(&file.end_of_word_suffix)),
    ];
    if let Some((place, found)) = refused.into_iter().find(|(_, found)| !found.is_empty()) {
        return unsupported(place, short(found), "absent or empty");
    }
    match file.dropout {
        None | Some(0.0) => Ok(()),
        Some(dropout) => unsupported("model.dropout", dropout.to_string(), "absent or 0"),
    }
}

/// Bytes, or byte pairs.
fn pairs(
    file: &file::Model,
    vocabulary: &Vocabulary,
    cut: &Cut,
) -> Result<(Model, Literal), FormatError> {
    no_more(file)?;
    let mut merges = vocabulary.merges(file.merges.as_deref().unwrap_or_default(), "")?;
    let spelled = |_, token: &str| bytes::unspell(token).unwrap_or_default();
    let tokens = vocabulary.all(spelled);
    all_bytes_or_no_unknown(file, &tokens)?;
    let made = |id: u32| !tokens[id as usize].is_empty();
    merges.retain(|&((left, right), _)| made(left) && made(right)); // the others never happen
    let silent = (0..).zip(&vocabulary.tokens).zip(&tokens).filter(|(_, bytes)| bytes.is_empty());
    let literal = silent.filter_map(|((id, token), _)| Some((id, token.as_ref()?.to_string())));
    let literal: Literal = literal.collect();

    let whole = cut.steps == [Step::ByteLevel { prefix: false, pattern: false }];
    if merges.is_empty() && whole && tokens.iter().cloned().eq((0..=255).map(|byte| vec![byte])) {
        return Ok((Model::Bytes, literal));
    }
    let mut pairs = Pairs::new(tokens, merges);
    if file.ignore_merges == Some(true) {
        let spelled = (0..).zip(pairs.tokens()).filter(|(_, token)| !token.is_empty());
        pairs.whole_first = Some(spelled.map(|(id, token)| (token.clone(), id)).collect());
    }
    pairs.fast.make(&pairs);
    Ok((Model::Pairs(pairs), literal))
}

/// Byte pairs that start from characters.
fn sentence_piece(
    file: &file::Model,
    vocabulary: &Vocabulary,
) -> Result<(Model, Literal), FormatError> {
    no_more(file)?;
    let merges = vocabulary.merges(file.merges.as_deref().unwrap_or_default(), "")?;
    let unknown = match text(&file.unk_token) {
        "" => None,
        unknown => match vocabulary.ids.get(unknown) {
            Some(&id) => Some(id),
            None => {
                let problem = format!("{} is not in model.vocab", short(unknown));
                return broken("model.unk_token", problem);
            }
        },
    };
    let tokens = vocabulary.all(|_, token| token.to_owned());
    let fallback = file.byte_fallback == Some(true);
    let fuse = file.fuse_unk == Some(true);
    let mut pieces = SentencePiece::new(tokens, merges, unknown, fuse, fallback);
    if file.ignore_merges == Some(true) {
        let whole = vocabulary.ids.iter().map(|(token, &id)| (token.to_string(), id));
        pieces.whole_first = Some(whole.collect());
    }
    pieces.get_ready();
    Ok((Model::SentencePiece(pieces), empty(vocabulary)))
}

/// The most likely tokens.
fn unigram(file: &file::Model) -> Result<(Model, Literal), FormatError> {
    let Vocab::Scored(scored) = &file.vocab else {
        return broken("model.vocab", "must be a list of tokens and scores".into());
    };
    let unknown = match file.unk_id {
        None => None,
        Some(id) if id < scored.len() as u64 => Some(id as u32),
        Some(id) => {
            let problem = format!("{id} is past the end of the {} tokens", scored.len());
            return broken("model.unk_id", problem);
        }
    };
    let empty = (0..).zip(scored).filter(|(_, (Text(token), _))| token.is_empty());
    let literal = empty.map(|(id, _)| (id, String::new())).collect();
    let tokens =
        scored.iter().map(|(Text(token), Score(score))| (token.to_string(), *score)).collect();
    let unigram = Unigram::new(tokens, unknown, file.byte_fallback == Some(true));
    Ok((Model::Unigram(unigram), literal))
}

/// The empty token, if there is one.
fn empty(vocabulary: &Vocabulary) -> Literal {
    vocabulary.ids.get("").map(|&id| (id, String::new())).into_iter().collect()
}

/// Where a token of its own spells each byte nothing is unknown, whatever the file says of it.
fn all_bytes_or_no_unknown(file: &file::Model, tokens: &[Vec<u8>]) -> Result<(), FormatError> {
    let mut there = [false; 256];
    for token in tokens {
        if let &[byte] = &token[..] {
            there[usize::from(byte)] = true;
        }
    }
    let (unknown, fallback) = (text(&file.unk_token), file.byte_fallback == Some(true));
    match there.contains(&false) {
        true if fallback => unsupported(
            "model.byte_fallback",
            "true".into(),
            "false where the vocabulary lacks bytes",
        ),
        true if !unknown.is_empty() => {
            unsupported("model.unk_token", short(unknown), "null where the vocabulary lacks bytes")
        }
        _ => Ok(()),
    }
}

/// Characters or words: whatever the cut leaves is looked up.
fn words(file: &file::Model, vocabulary: &Vocabulary, cut: &mut Cut) -> Model {
    let unknown = vocabulary.ids.get(text(&file.unk_token)).copied();
    let characters: Option<Vec<char>> =
        vocabulary.tokens.iter().map(|&token| one(token?)).collect();
    let each = match cut.only() {
        Some(Find::Characters) => true,
        Some(Find::Regex(regex)) => regex.pattern() == "." && !vocabulary.ids.contains_key("\n"),
        _ => false,
    };
    if let (Some(characters), true, None) = (characters, each, unknown) {
        let find = Find::Characters;
        cut.steps = vec![Step::Split { find, behavior: Behavior::Isolated, invert: false }];
        return Model::Characters(Characters::in_order(characters));
    }
    Model::Words(Words::in_order(vocabulary.all(|_, token| token.to_owned()), unknown))
}

fn one(token: &str) -> Option<char> {
    let mut characters = token.chars();
    characters.next().filter(|_| characters.next().is_none())
}

fn word_piece(file: &file::Model, vocabulary: &Vocabulary) -> Result<Model, FormatError> {
    let longest = file.max_input_chars_per_word.unwrap_or(100);
    if longest > LONGEST_WORD {
        let place = "model.max_input_chars_per_word";
        return unsupported(place, longest.to_string(), "at most 1000");
    }
    let unknown = text(&file.unk_token);
    if unknown.is_empty() {
        return broken("model.unk_token", "must be there, beside \"WordPiece\"".into());
    }
    let prefix = text(&file.continuing_subword_prefix);
    let tokens = vocabulary.all(|_, token| token.to_owned());
    Ok(Model::WordPiece(WordPiece::new(tokens, unknown, prefix, longest as usize)))
}
