//! How a token came about: joined of two, that were joined of two …
//!
//! Only its own letters matter, so they are joined once more by themselves.

use tokenizer::{Model, Tokenizer};

/// Longer tokens do not say how they came about.
const LONGEST: usize = 1024;

/// Two tokens that became one.
pub(super) struct Join {
    pub(super) left: String,
    pub(super) right: String,
    pub(super) joined: String,
    pub(super) rank: u32,
}

/// The joins that lead to a token. None, if it is a letter, or was not joined at all.
pub(super) fn joins(tokenizer: &Tokenizer, id: u32) -> Vec<Join> {
    let steps = match tokenizer.model() {
        Model::Pairs(pairs) => {
            let bytes = tokenizer.token_bytes(id).filter(|bytes| bytes.len() <= LONGEST);
            bytes.map(|bytes| pairs.steps(bytes))
        }
        Model::SentencePiece(pieces) => {
            let token = pieces.tokens().get(id as usize).filter(|token| token.len() <= LONGEST);
            token.map(|token| pieces.steps(token))
        }
        _ => None,
    };
    // A special token is joined of nothing, though its letters may be.
    let steps = steps.filter(|steps| steps.last().is_some_and(|last| last.joined == id));
    let name = |id| tokenizer.token(id).unwrap_or_else(|| char::REPLACEMENT_CHARACTER.into());
    let join = |step: tokenizer::pairs::steps::Step| Join {
        left: name(step.pair.0),
        right: name(step.pair.1),
        joined: name(step.joined),
        rank: step.rank,
    };
    steps.unwrap_or_default().into_iter().map(join).collect()
}
