//! Joining characters is what its definition says, for any vocabulary and any text.
#![allow(clippy::unwrap_used)] // a test may fail loudly

use proptest::prelude::*;
use tokenizer::SentencePiece;

const UNKNOWN: &str = "<unk>";

/// Two tokens, and what they become.
type Merge = ((u32, u32), u32);

/// A vocabulary over a, b, ▁ and é, in which the merges join what was joined before.
fn vocabulary() -> impl Strategy<Value = (Vec<String>, Vec<Merge>)> {
    prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>()), 0..12)
        .prop_map(|joins| {
            let mut tokens: Vec<String> = [UNKNOWN, "a", "b", "▁", "é"].map(String::from).to_vec();
            let mut merges = Vec::new();
            for (left, right) in joins {
                let [left, right] = [left, right].map(|at| at.index(tokens.len() - 1) + 1);
                let joined = [&*tokens[left], &tokens[right]].concat();
                let id = tokens.iter().position(|token| *token == joined).unwrap_or(tokens.len());
                if id == tokens.len() {
                    tokens.push(joined);
                }
                let merge = ((left as u32, right as u32), id as u32);
                if merges.iter().all(|&(pair, _)| pair != merge.0) {
                    merges.push(merge);
                }
            }
            (tokens, merges)
        })
}

/// The definition, word for word: join the first pair of the list that is there, and begin anew.
fn plainly(tokens: &[String], merges: &[Merge], text: &str) -> Vec<u32> {
    let id = |c: char| tokens.iter().position(|token| *token == c.to_string()).unwrap_or(0) as u32;
    let mut ids: Vec<u32> = text.chars().map(id).collect();
    ids.dedup_by(|one, before| *one == 0 && *before == 0);
    let place = |ids: &[u32], pair| ids.windows(2).position(|two| (two[0], two[1]) == pair);
    while let Some((at, id)) = merges.iter().find_map(|&(pair, id)| Some((place(&ids, pair)?, id)))
    {
        ids.splice(at..at + 2, [id]);
    }
    ids
}

fn encoded(pieces: &SentencePiece, text: &str) -> Vec<u32> {
    let mut ids = Vec::new();
    pieces.encode_piece(text, &mut ids);
    ids
}

proptest! {
    #[test]
    fn encoding_is_joining_by_rank((tokens, merges) in vocabulary(), text in "[ab▁é水?]{0,80}") {
        let pieces = SentencePiece::new(tokens.clone(), merges.clone(), Some(0), true, false);
        prop_assert_eq!(encoded(&pieces, &text), plainly(&tokens, &merges, &text));
    }

    #[test]
    fn tokens_laid_side_by_side_are_the_text((tokens, merges) in vocabulary(), text in "[ab▁é]{0,80}") {
        let pieces = SentencePiece::new(tokens, merges, None, false, false);
        let ids = encoded(&pieces, &text);
        let laid: String = ids.iter().map(|&id| &*pieces.tokens()[id as usize]).collect();
        prop_assert_eq!(laid, text);
    }
}

fn pieces(bytes: &[u8], unknown: Option<u32>, fuse: bool) -> SentencePiece {
    let named = bytes.iter().map(|byte| format!("<0x{byte:02X}>"));
    let tokens = [UNKNOWN.to_owned(), "a".to_owned()].into_iter().chain(named).collect();
    SentencePiece::new(tokens, Vec::new(), unknown, fuse, true)
}

#[test]
fn bytes_spell_what_has_no_number() {
    let all: Vec<u8> = (0..=255).collect();
    assert_eq!(encoded(&pieces(&all, Some(0), true), "a水\0"), [1, 232, 178, 182, 2]);
}

#[test]
fn a_character_of_which_a_byte_is_missing_is_unknown() {
    let most = [0xE6, 0xB0, 0xC3, 0xA9];
    assert_eq!(encoded(&pieces(&most, Some(0), true), "a水水é"), [1, 4, 5, 0]); // as the library has it
    assert_eq!(encoded(&pieces(&most, Some(0), true), "水水a水"), [0, 1, 0]);
    assert_eq!(encoded(&pieces(&most, Some(0), false), "水水a水"), [0, 0, 1, 0]);
    assert_eq!(encoded(&pieces(&most, None, false), "水水a水"), [1]);
}

#[test]
fn a_long_text_takes_no_time() {
    let tokens = ["a", "b", "ab", "abab", "aa"].map(String::from).to_vec();
    let merges = vec![((0, 1), 2), ((2, 2), 3), ((0, 0), 4)];
    let pieces = SentencePiece::new(tokens, merges, None, false, false);
    let start = std::time::Instant::now();
    assert_eq!(encoded(&pieces, &"ab".repeat(200_000)), vec![3; 100_000]);
    assert_eq!(encoded(&pieces, &"a".repeat(400_000)), vec![4; 200_000]);
    assert!(start.elapsed().as_secs() < 20, "the plain way takes an hour");
}
