//! The file `.tiktoken`: a token a line, and its rank.
//!
//! ```text
//! IGFuZA== 290         base64 of the bytes " and", and the rank, which is the id
//! ```
//!
//! No merges are listed: two tokens side by side are joined if that makes a token, the one of the lowest
//! rank first. Nor is the pattern, nor are the special tokens: they must be known. Those of OpenAI's
//! files are, and a file is known by the SHA-256 that tiktoken itself demands of it.
//! Source: `load.py` and `tiktoken_ext/openai_public.py` in <https://github.com/openai/tiktoken>.

use base64::{Engine, engine::general_purpose::STANDARD};
use rustc_hash::FxHashSet;
use sha2::{Digest, Sha256};

use crate::{
    FormatError, Model, Pairs, Tokenizer,
    added::{Added, AddedToken},
    cut::{Behavior, Cut, Step, find::Find},
    split::Pattern,
};

/// A token has at most so many bytes. (The longest published has 128.)
pub(crate) const LONGEST: usize = 1024;

/// How far beyond the number of lines a rank may be.
const FAR: u32 = 1 << 16;

const END: &str = "<|endoftext|>";

/// Tokens that no text makes, and their ids.
pub type Specials = &'static [(&'static str, u32)];

/// A file that OpenAI published.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Known {
    /// Its name.
    pub name: &'static str,
    /// How its texts are cut.
    pub pattern: Pattern,
    /// Its special tokens.
    pub specials: Specials,
    sha256: &'static str,
}

/// All of them. GPT-2's ranks are those of r50k.
pub static KNOWN: [Known; 4] = [
    Known {
        name: "r50k_base",
        pattern: Pattern::Gpt2,
        specials: &[(END, 50256)],
        sha256: "306cd27f03c1a714eca7108e03d66b7dc042abe8c258b44c199a7ed9838dd930",
    },
    Known {
        name: "p50k_base",
        pattern: Pattern::Gpt2,
        specials: &[(END, 50256)],
        sha256: "94b5ca7dff4d00767bc256fdd1b27e5b17361d7b8a5f968547f9f23eb70d2069",
    },
    Known {
        name: "cl100k_base",
        pattern: Pattern::Cl100k,
        specials: &[
            (END, 100257),
            ("<|fim_prefix|>", 100258),
            ("<|fim_middle|>", 100259),
            ("<|fim_suffix|>", 100260),
            ("<|endofprompt|>", 100276),
        ],
        sha256: "223921b76ee99bde995b7ff738513eef100fb51d18c93597a113bcffe865b2a7",
    },
    Known {
        name: "o200k_base",
        pattern: Pattern::O200k,
        specials: &[(END, 199999), ("<|endofprompt|>", 200018)],
        sha256: "446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d",
    },
];

impl Known {
    /// The published file that has these bytes, if there is one.
    pub fn of(bytes: &[u8]) -> Option<&'static Known> {
        let digest = Sha256::digest(bytes);
        let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        KNOWN.iter().find(|known| known.sha256 == hex)
    }
}

impl Tokenizer {
    /// A tokenizer from the bytes of a `.tiktoken` file, the pattern that cuts its texts, and its
    /// special tokens. If [`Known::of`] knows the file, it knows them.
    ///
    /// ```
    /// use tokenizer::{Tokenizer, split::Pattern};
    ///
    /// let file = b"YQ== 0\nYg== 1\nYWI= 3\n"; // a, b, ab
    /// let tokenizer = Tokenizer::from_tiktoken(file, Pattern::Gpt2, &[("<|end|>", 2)])?;
    /// assert_eq!(tokenizer.encode("abba").unwrap(), [3, 1, 0]);
    /// # Ok::<(), tokenizer::FormatError>(())
    /// ```
    pub fn from_tiktoken(
        bytes: &[u8],
        pattern: Pattern,
        specials: &[(&str, u32)],
    ) -> Result<Self, FormatError> {
        let tokens = tokens(bytes)?;
        let special = |&(content, id): &(&str, u32)| AddedToken::special(id, content.to_owned());
        let specials: Vec<AddedToken> = specials.iter().map(special).collect();
        for token in &specials {
            if tokens.get(token.id as usize).is_some_and(|listed| !listed.is_empty()) {
                let problem = format!("{:?} has the id of a token of the file", token.content);
                return broken("the special tokens", problem);
            }
        }
        from_ranks(tokens, Find::Pattern(pattern), specials)
    }
}

/// A vocabulary in which ids are ranks, an empty token being none.
pub(crate) fn from_ranks(
    tokens: Vec<Vec<u8>>,
    find: Find,
    specials: Vec<AddedToken>,
) -> Result<Tokenizer, FormatError> {
    let tokenizer: Tokenizer = Model::Pairs(Pairs::from_ranks(tokens)).into();
    let steps = match find {
        Find::Pattern(Pattern::Gpt2) => vec![Step::ByteLevel { prefix: false, pattern: true }],
        find => vec![
            Step::Split { find, behavior: Behavior::Isolated, invert: false },
            Step::ByteLevel { prefix: false, pattern: false },
        ],
    };
    let added = Added::new(specials, &tokenizer.normalizer)?;
    Ok(Tokenizer { added, cut: Cut { steps }, ..tokenizer })
}

/// The token of each rank; an empty one where there is a hole.
fn tokens(bytes: &[u8]) -> Result<Vec<Vec<u8>>, FormatError> {
    let lines = || (1..).zip(bytes.split(|&byte| byte == b'\n'));
    let count = lines().count() as u32;
    let (mut tokens, mut there) = (Vec::new(), FxHashSet::default());
    for (number, line) in lines() {
        let line = line.trim_ascii();
        if line.is_empty() {
            continue;
        }
        let Some((token, rank)) = entry(line) else {
            return broken(format!("line {number}"), "is not a token in base64 and its rank");
        };
        if token.is_empty() || token.len() > LONGEST {
            let problem = format!("has a token of {} bytes, not 1 to {LONGEST}", token.len());
            return broken(format!("line {number}"), problem);
        }
        if rank > count.saturating_add(FAR) {
            return broken(format!("line {number}"), format!("has rank {rank} of {count}"));
        }
        let place = rank as usize;
        if tokens.len() <= place {
            tokens.resize(place + 1, Vec::new());
        }
        if !tokens[place].is_empty() || !there.insert(token.clone()) {
            return broken(format!("line {number}"), "has a token or a rank that was there before");
        }
        tokens[place] = token;
    }
    if tokens.is_empty() { broken("the file", "has no tokens") } else { Ok(tokens) }
}

fn entry(line: &[u8]) -> Option<(Vec<u8>, u32)> {
    let (token, rank) = std::str::from_utf8(line).ok()?.split_once(' ')?;
    Some((STANDARD.decode(token).ok()?, rank.parse().ok()?))
}

pub(crate) fn broken<T>(
    place: impl Into<String>,
    problem: impl Into<String>,
) -> Result<T, FormatError> {
    Err(FormatError::Broken { place: place.into(), problem: problem.into() })
}
