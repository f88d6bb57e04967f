//! The joins of a piece, one after the other, lead to the ids of the piece.
#![allow(clippy::unwrap_used)] // a test may fail loudly

use proptest::prelude::*;
use tokenizer::{
    Model, Pairs, SentencePiece, Tokenizer, count::Counter, pairs::steps::Step, train,
};

const TEXT: &str = "the cat sat on the mat. das Kätzchen saß auf der Matte. 猫がマットに座った。";

/// Does what the steps say.
fn follow(mut ids: Vec<u32>, steps: &[Step]) -> Vec<u32> {
    for step in steps {
        assert_eq!((ids[step.at], ids[step.at + 1]), step.pair);
        ids.splice(step.at..step.at + 2, [step.joined]);
    }
    ids
}

fn learned(kind: train::Kind) -> Tokenizer {
    let mut counter = Counter::new(kind);
    counter.push(TEXT);
    Tokenizer::train(&counter.finish(), 330, &mut |_| ())
}

fn follows_pairs(pairs: &Pairs, piece: &[u8]) -> (Vec<u32>, Vec<u32>) {
    let id = |byte| pairs.tokens().iter().position(|token| *token == [byte]).unwrap() as u32;
    let mut ids = Vec::new();
    pairs.encode_piece(piece, &mut ids);
    (follow(piece.iter().map(|&byte| id(byte)).collect(), &pairs.steps(piece)), ids)
}

fn follows_pieces(pieces: &SentencePiece, text: &str) -> (Vec<u32>, Vec<u32>) {
    let id = |c: char| pieces.tokens().iter().position(|token| *token == c.to_string()).unwrap();
    let mut ids = Vec::new();
    pieces.encode_piece(text, &mut ids);
    (follow(text.chars().map(|c| id(c) as u32).collect(), &pieces.steps(text)), ids)
}

proptest! {
    #[test]
    fn steps_of_byte_pairs_end_in_the_ids(piece in "[ catshem猫ä]{0,60}") {
        let (followed, ids) = follows_pairs(&Pairs::train(TEXT, 300), piece.as_bytes());
        prop_assert_eq!(followed, ids);
    }
}

#[test]
fn steps_of_sentence_piece_end_in_the_ids() {
    let tokenizer = learned(train::Kind::SentencePiece { coverage: 1.0 });
    let Model::SentencePiece(pieces) = tokenizer.model() else { panic!("{tokenizer:?}") };
    let text = TEXT.replace(' ', "▁");
    for end in text.char_indices().map(|(at, _)| at) {
        let (followed, ids) = follows_pieces(pieces, &text[..end]);
        assert_eq!(followed, ids, "{}", &text[..end]);
    }
    assert!(pieces.steps(&text).len() > 10);
}

#[test]
fn what_is_inside_of_a_token_is_joined_as_if_it_were_alone() {
    let pairs = Pairs::train(TEXT, 300);
    let mut ids = Vec::new();
    pairs.encode_piece(TEXT.as_bytes(), &mut ids);
    let alone = |&id: &u32| pairs.steps(&pairs.tokens()[id as usize]);
    let inside: usize = ids.iter().map(|id| alone(id).len()).sum();
    assert_eq!(inside, pairs.steps(TEXT.as_bytes()).len());
    let made = ids.iter().filter_map(|id| Some((*id, alone(id).last()?.joined)));
    assert!(made.clone().count() > 3 && made.clone().all(|(id, last)| id == last));
}

#[test]
fn published_ranks_show_their_joins_though_the_whole_comes_first() {
    let tokens = ["a", "b", "c", "ab", "abc", "ba"].map(|token| token.as_bytes().to_vec());
    let pairs = Pairs::from_ranks(tokens.to_vec());
    let steps = pairs.steps(b"abc");
    let step = |pair, joined, rank| Step { at: 0, pair, joined, rank };
    assert_eq!(steps, [step((0, 1), 3, 3), step((3, 2), 4, 4)]);
    assert_eq!(pairs.steps(b"a"), []);
}
