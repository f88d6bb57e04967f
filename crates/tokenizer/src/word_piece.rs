//! A word is cut into the longest beginnings that have a number: WordPiece, BERT's vocabulary.
//!
//! ```text
//! encode: the longest token that the word begins with; then the longest that the rest begins with,
//!         where a token that goes on with a word has ## in front; and so on
//!         "unaffable" -> un ##aff ##able          if un ##aff ##able are there, and una is not
//!         a word with a rest that begins with no token is [UNK], the whole of it
//! ```
//!
//! Nothing is joined, so no merges are needed: the list is enough. But what is taken first is not taken
//! back, though another first piece might have left a better rest.
//! Sources: Schuster and Nakajima 2012, "Japanese and Korean voice search"; `WordpieceTokenizer` in
//! <https://github.com/google-research/bert/blob/master/tokenization.py>.

use rustc_hash::FxHashMap;

use crate::EncodeError;

/// A vocabulary of words and parts of words.
#[derive(Clone, Debug, PartialEq)]
pub struct WordPiece {
    tokens: Vec<String>,
    ids: FxHashMap<String, u32>,
    pub(crate) unknown: String,
    pub(crate) prefix: String,
    pub(crate) longest_word: usize,
    longest: usize, // the bytes of the longest token
}

impl WordPiece {
    /// These tokens, numbered from 0. `unknown` stands for a word that has no pieces, `prefix` before
    /// a token that goes on with a word.
    ///
    /// ```
    /// use tokenizer::WordPiece;
    ///
    /// let tokens = ["[UNK]", "un", "##aff", "##able"].map(String::from);
    /// let pieces = WordPiece::new(tokens.to_vec(), "[UNK]", "##", 100);
    /// let mut ids = Vec::new();
    /// pieces.encode_piece("unaffable", &mut ids)?;
    /// pieces.encode_piece("unfair", &mut ids)?;
    /// assert_eq!(ids, [1, 2, 3, 0]);
    /// # Ok::<(), tokenizer::EncodeError>(())
    /// ```
    pub fn new(tokens: Vec<String>, unknown: &str, prefix: &str, longest_word: usize) -> Self {
        let ids = (0..).zip(&tokens).map(|(id, token)| (token.clone(), id)).collect();
        let longest = tokens.iter().map(String::len).max().unwrap_or(0);
        let (unknown, prefix) = (unknown.to_owned(), prefix.to_owned());
        WordPiece { tokens, ids, unknown, prefix, longest_word, longest }
    }

    /// The token of each id.
    pub fn tokens(&self) -> &[String] {
        &self.tokens
    }

    /// The ids of one word, added to `ids`. It fails only if the word has no pieces, and the
    /// vocabulary no token for unknown words.
    pub fn encode_piece(&self, word: &str, ids: &mut Vec<u32>) -> Result<(), EncodeError> {
        let known = ids.len();
        let mut at = 0;
        let short = word.chars().nth(self.longest_word).is_none();
        while at < word.len() && short {
            let Some((id, end)) = self.longest_token(word, at) else { break };
            ids.push(id);
            at = end;
        }
        if at == word.len() {
            return Ok(());
        }
        ids.truncate(known);
        let unknown = self.ids.get(&self.unknown).copied();
        ids.push(unknown.ok_or_else(|| EncodeError::unknown(word, self.tokens.len()))?);
        Ok(())
    }

    /// The longest token that `word` goes on with at this place, and where it ends.
    fn longest_token(&self, word: &str, at: usize) -> Option<(u32, usize)> {
        let mut piece = if at > 0 { self.prefix.clone() } else { String::new() };
        let (front, rest) = (piece.len(), &word[at..]);
        let ends = rest.char_indices().map(|(at, character)| at + character.len_utf8());
        let end = ends.take_while(|end| front + end <= self.longest).last().unwrap_or(0);
        piece.push_str(&rest[..end]);
        while piece.len() > front {
            if let Some(&id) = self.ids.get(&piece) {
                return Some((id, at + piece.len() - front));
            }
            piece.pop();
        }
        None
    }
}
