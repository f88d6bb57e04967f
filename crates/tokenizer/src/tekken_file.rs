//! The file `tekken.json`, as Mistral writes it: ranks like tiktoken's, behind the special tokens.
//!
//! ```text
//! config           pattern, default_vocab_size, default_num_special_tokens
//! vocab            token_bytes (base64) in the order of their ranks: more than are used
//! special_tokens   token_str by rank; where there are fewer than config says, <SPECIAL_20> and so on
//!
//! id of a token = its rank + the number of special tokens
//! ```
//!
//! Old files do not list the special tokens: they are the same in all of them.
//! Source: `tekken.py` in <https://github.com/mistralai/mistral-common>.

use std::borrow::Cow;

use base64::{Engine, engine::general_purpose::STANDARD};
use rustc_hash::FxHashSet;
use serde::Deserialize;

use crate::{
    FormatError, Tokenizer,
    added::AddedToken,
    cut::find::Find,
    split::{Pattern, Regex},
    tiktoken_file::{LONGEST, broken, from_ranks},
};

/// The special tokens of files that do not list them.
const SPECIALS: [&str; 20] = [
    "<unk>",
    "<s>",
    "</s>",
    "[INST]",
    "[/INST]",
    "[AVAILABLE_TOOLS]",
    "[/AVAILABLE_TOOLS]",
    "[TOOL_RESULTS]",
    "[/TOOL_RESULTS]",
    "[TOOL_CALLS]",
    "[IMG]",
    "<pad>",
    "[IMG_BREAK]",
    "[IMG_END]",
    "[PREFIX]",
    "[MIDDLE]",
    "[SUFFIX]",
    "[SYSTEM_PROMPT]",
    "[/SYSTEM_PROMPT]",
    "[TOOL_CONTENT]",
];

/// A file has at most so many special tokens.
const MANY: usize = 1 << 16;

#[derive(Deserialize)]
struct File<'a> {
    #[serde(borrow)]
    config: Config<'a>,
    #[serde(borrow)]
    vocab: Vec<Token<'a>>,
    #[serde(borrow)]
    special_tokens: Option<Vec<Special<'a>>>,
}

#[derive(Deserialize)]
struct Config<'a> {
    #[serde(borrow)]
    pattern: Cow<'a, str>,
    default_vocab_size: usize,
    default_num_special_tokens: usize,
}

#[derive(Deserialize)]
struct Token<'a> {
    rank: usize,
    #[serde(borrow)]
    token_bytes: Cow<'a, str>,
}

#[derive(Deserialize)]
struct Special<'a> {
    rank: usize,
    #[serde(borrow)]
    token_str: Cow<'a, str>,
}

impl Tokenizer {
    /// A tokenizer from the bytes of a `tekken.json`.
    ///
    /// ```
    /// use tokenizer::Tokenizer;
    ///
    /// let file = br#"{
    ///     "config": {"pattern": "[a-z]+", "default_vocab_size": 5, "default_num_special_tokens": 2},
    ///     "vocab": [{"rank": 0, "token_bytes": "YQ=="}, {"rank": 1, "token_bytes": "Yg=="},
    ///               {"rank": 2, "token_bytes": "YWI="}],
    ///     "special_tokens": [{"rank": 0, "token_str": "<unk>"}]
    /// }"#;
    /// let tokenizer = Tokenizer::from_tekken(file)?;
    /// assert_eq!(tokenizer.encode("abba").unwrap(), [4, 3, 2]);
    /// assert_eq!(tokenizer.token(1).as_deref(), Some("<SPECIAL_1>"));
    /// # Ok::<(), tokenizer::FormatError>(())
    /// ```
    pub fn from_tekken(bytes: &[u8]) -> Result<Self, FormatError> {
        let file: File = serde_json::from_slice(bytes)?;
        let Config { pattern, default_vocab_size: size, default_num_special_tokens: special } =
            file.config;
        if special > MANY || size < special || file.vocab.len() < size - special {
            let problem = format!("wants {size} tokens, {special} of them special, of which vocab");
            return broken("config", format!("{problem} has {}", file.vocab.len()));
        }
        let mut tokens = vec![Vec::new(); special];
        let mut there = FxHashSet::default();
        for (rank, token) in file.vocab.iter().take(size - special).enumerate() {
            let bytes = STANDARD.decode(&*token.token_bytes).unwrap_or_default();
            let good = token.rank == rank && (1..=LONGEST).contains(&bytes.len());
            if !good || !there.insert(bytes.clone()) {
                let problem = "is not the next rank, of 1 to 1024 bytes in base64 that are new";
                return broken(format!("vocab[{rank}]"), problem);
            }
            tokens.push(bytes);
        }
        let specials = specials(file.special_tokens, special)?;
        let find = match Pattern::of_regex(&pattern) {
            Some(pattern) => Find::Pattern(pattern),
            None => Find::Regex(Regex::new(&pattern)?),
        };
        from_ranks(tokens, find, specials)
    }
}

/// The special tokens, and those that fill the ranks up to `count`.
fn specials(listed: Option<Vec<Special>>, count: usize) -> Result<Vec<AddedToken>, FormatError> {
    let listed: Vec<(usize, String)> = match listed {
        Some(listed) => listed.into_iter().map(|s| (s.rank, s.token_str.into_owned())).collect(),
        None => SPECIALS.into_iter().map(String::from).enumerate().collect(),
    };
    let filling = (listed.len()..count).map(|rank| (rank, format!("<SPECIAL_{rank}>")));
    let all: Vec<(usize, String)> = listed.iter().cloned().chain(filling).collect();
    let ranks: FxHashSet<usize> = all.iter().map(|(rank, _)| *rank).collect();
    let texts: FxHashSet<&str> = all.iter().map(|(_, text)| &**text).collect();
    let right = ranks.len() == count && ranks.iter().all(|&rank| rank < count);
    if all.len() != count || !right || texts.len() != count {
        return broken("special_tokens", format!("are not {count} texts of different ranks"));
    }
    Ok(all.into_iter().map(|(rank, text)| AddedToken::special(rank as u32, text)).collect())
}
