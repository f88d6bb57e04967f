//! The vocabulary that a GGUF file carries, as its keys `tokenizer.ggml.*` say it.
//!
//! ```text
//! model    llama   SentencePiece: a score for each token, <0x..> for bytes, ▁ for the space
//!          gpt2    byte pairs: tokens in GPT-2's spelling, merges, and
//! pre              the name of the pattern that cuts texts first: gpt-2, llama-bpe, qwen2, smollm …
//!          rwkv    the longest token that the text goes on with; of single characters, here
//! kinds    normal, unknown, control, user-defined, unused, byte: one for each token
//! bos eos  the ids that begin and end a text, and whether a text gets them
//! ```
//!
//! The ids are those of the `tokenizer.json` or `.model` that the file was made from, not always those
//! of a program that reads GGUF: where the two differ, the published tokenizer is right.
//!
//! Characters are written as `rwkv`: it is the one kind that looks nothing up but what is there, and that
//! has no token for the end of a text unless the file names one. Words have no kind in GGUF: each of
//! them cuts an unknown word into parts, where ours is one `<unk>`. They are refused, and so are
//! WordPiece and Unigram.
//!
//! Source: <https://github.com/ggml-org/ggml/blob/master/docs/gguf.md>, and the names in `llama-vocab.cpp`
//! of <https://github.com/ggml-org/llama.cpp>.

mod escape;
mod pre;
mod read;
mod write;

use crate::{FormatError, Tokenizer, sentence_piece::scores};

/// A vocabulary has at most so many tokens. (The largest published has 262,144.)
const MANY: usize = 1 << 20;

/// What a GGUF file says of its vocabulary.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Vocabulary {
    /// `llama`, `gpt2` or `rwkv`.
    pub model: String,
    /// The name of the pattern that cuts texts, for `gpt2`.
    pub pre: Option<String>,
    /// The token of each id.
    pub tokens: Vec<String>,
    /// What each is for; none given: all are normal.
    pub kinds: Vec<TokenKind>,
    /// The score of each; none given: all are 0.
    pub scores: Vec<f32>,
    /// Two tokens with a space between them, in the order of their ranks.
    pub merges: Vec<String>,
    /// The token that begins a text.
    pub bos: Option<u32>,
    /// The token that ends a text.
    pub eos: Option<u32>,
    /// The token for what is unknown.
    pub unknown: Option<u32>,
    /// The token that fills up.
    pub padding: Option<u32>,
    /// Whether a text begins with `bos`.
    pub add_bos: Option<bool>,
    /// Whether a text ends with `eos`.
    pub add_eos: Option<bool>,
    /// Whether a space goes in front of a text.
    pub add_space_prefix: Option<bool>,
    /// How a conversation becomes a text.
    pub chat_template: Option<String>,
}

/// What a token is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TokenKind {
    /// A part of a text.
    #[default]
    Normal,
    /// It stands for what has no token.
    Unknown,
    /// A sign to the model, that no text makes.
    Control,
    /// A part of a text that is found before all others.
    UserDefined,
    /// Nothing.
    Unused,
    /// A byte, named `<0x00>` to `<0xFF>`.
    Byte,
}

impl TokenKind {
    /// The number that stands for it in a file.
    pub fn number(self) -> i32 {
        match self {
            TokenKind::Normal => 1,
            TokenKind::Unknown => 2,
            TokenKind::Control => 3,
            TokenKind::UserDefined => 4,
            TokenKind::Unused => 5,
            TokenKind::Byte => 6,
        }
    }

    /// The kind that a number stands for.
    pub fn of(number: i64) -> Option<Self> {
        use TokenKind::{Byte, Control, Normal, Unknown, Unused, UserDefined};
        let all = [Normal, Unknown, Control, UserDefined, Unused, Byte];
        all.into_iter().find(|kind| i64::from(kind.number()) == number)
    }

    fn piece(self) -> scores::Kind {
        match self {
            TokenKind::Normal => scores::Kind::Normal,
            TokenKind::Unknown => scores::Kind::Unknown,
            TokenKind::Control => scores::Kind::Control,
            TokenKind::UserDefined => scores::Kind::UserDefined,
            TokenKind::Unused => scores::Kind::Unused,
            TokenKind::Byte => scores::Kind::Byte,
        }
    }
}

impl Tokenizer {
    /// A tokenizer from the vocabulary of a GGUF file.
    ///
    /// ```
    /// use tokenizer::{Tokenizer, gguf_vocabulary::Vocabulary};
    ///
    /// let vocabulary = Vocabulary {
    ///     model: "gpt2".into(),
    ///     pre: Some("gpt-2".into()),
    ///     tokens: ["a", "t", "Ġ", "at", "Ġat"].map(String::from).to_vec(),
    ///     merges: ["a t", "Ġ at"].map(String::from).to_vec(),
    ///     ..Vocabulary::default()
    /// };
    /// let tokenizer = Tokenizer::from_gguf(&vocabulary)?;
    /// assert_eq!(tokenizer.encode("at tat").unwrap(), [3, 2, 1, 3]);
    /// # Ok::<(), tokenizer::FormatError>(())
    /// ```
    pub fn from_gguf(vocabulary: &Vocabulary) -> Result<Self, FormatError> {
        vocabulary.check()?;
        let tokenizer = match &*vocabulary.model {
            "llama" => read::pieces(vocabulary)?,
            "gpt2" => read::pairs(vocabulary)?,
            "rwkv" => read::characters(vocabulary)?,
            other => return unsupported("model", other, "llama, gpt2 or rwkv"),
        };
        Ok(Tokenizer { template: read::template(vocabulary), ..tokenizer })
    }

    /// The vocabulary for a GGUF file. Which token ends a text, and the template of a conversation, are
    /// for the caller to add.
    ///
    /// ```
    /// use tokenizer::Tokenizer;
    ///
    /// let tokenizer = Tokenizer::byte_pairs("the cat, the cats", 260);
    /// let vocabulary = tokenizer.to_gguf()?;
    /// assert_eq!((&*vocabulary.model, vocabulary.pre.as_deref()), ("gpt2", Some("gpt-2")));
    /// assert_eq!(Tokenizer::from_gguf(&vocabulary)?.encode("a cat"), tokenizer.encode("a cat"));
    /// # Ok::<(), tokenizer::FormatError>(())
    /// ```
    pub fn to_gguf(&self) -> Result<Vocabulary, FormatError> {
        write::write(self)
    }
}

impl Vocabulary {
    /// What the token of this id is for.
    pub fn kind(&self, id: usize) -> TokenKind {
        self.kinds.get(id).copied().unwrap_or_default()
    }

    /// A token that no text has, for programs that take some token or other for the end of a text if a
    /// file names none: the byte 255, which is part of no character.
    pub fn never(&self) -> Option<u32> {
        let never = match &*self.model {
            "gpt2" => "ÿ",
            "llama" => "<0xFF>",
            _ => return None,
        };
        Some(self.tokens.iter().position(|token| token == never)? as u32)
    }

    /// Whether it is of one piece.
    fn check(&self) -> Result<(), FormatError> {
        let count = self.tokens.len();
        if count == 0 || count > MANY {
            return broken("tokens", format!("are {count}, not 1 to {MANY}"));
        }
        for (name, found) in [("token_type", self.kinds.len()), ("scores", self.scores.len())] {
            if found != 0 && found != count {
                return broken(name, format!("are {found}, and there are {count} tokens"));
            }
        }
        let ids = [
            ("bos_token_id", self.bos),
            ("eos_token_id", self.eos),
            ("unknown_token_id", self.unknown),
            ("padding_token_id", self.padding),
        ];
        match ids.into_iter().find(|(_, id)| id.is_some_and(|id| id as usize >= count)) {
            Some((name, id)) => {
                let id = id.unwrap_or_default();
                broken(name, format!("is {id}, and the vocabulary has {count} entries"))
            }
            None => Ok(()),
        }
    }
}

/// A token in an error, on one line of a bearable length.
fn short(token: &str) -> String {
    let shown: String = token.chars().take(60).collect();
    format!("{shown:?}")
}

fn broken<T>(key: &str, problem: impl Into<String>) -> Result<T, FormatError> {
    Err(FormatError::Broken { place: format!("tokenizer.ggml.{key}"), problem: problem.into() })
}

fn unsupported<T>(key: &str, found: &str, supported: &'static str) -> Result<T, FormatError> {
    let (place, found) = (format!("tokenizer.ggml.{key}"), short(found));
    Err(FormatError::Unsupported { place, found, supported })
}
