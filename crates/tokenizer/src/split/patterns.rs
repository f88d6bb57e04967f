//! The patterns that came after GPT-2's: the same idea, with other answers to the same questions.
//!
//! ```text
//! where do words end?   Letters        [^\r\n\p{L}\p{N}]?\p{L}+            any one character may lead them
//!                       WithMarks      [^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+     marks are letters (Hindi, Thai)
//!                       Cased          camelCase is two words: see `cased`
//! whose is the 's?      its own        (?i:'s|'t|'re|'ve|'m|'ll|'d)        first of all; 'S and 'ſ, too
//!                       the word's     the same, after a word              or nobody's: no such rule
//! how many digits?      1 or 3         \p{N}   \p{N}{1,3}                  and no space before them
//! what is not a word    ` ?[^\s\p{L}\p{N}]+[\r\n]*`                        with the ends of lines after it,
//!                       ` ?[^\s\p{L}\p{N}]+[\r\n/]*`                       and slashes, in two
//! white space           \s*[\r\n]+     lines end together
//!                       \s+(?!\S)|\s+  as in GPT-2's                       one has `\s+\z` before these two
//! ```
//!
//! The questions are asked in this order (but for the 's of a word), and the first that has an answer
//! cuts the piece. Sources: `tiktoken_ext/openai_public.py` in <https://github.com/openai/tiktoken>, and
//! the files of the models.

use super::{Class, class, is_mark, run, spellings, white_space};

/// How a text is cut before pairs are joined.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Pattern {
    /// GPT-2's, in [`split`](super): r50k, p50k, and `ByteLevel` in a `tokenizer.json`.
    Gpt2,
    /// cl100k as tiktoken has it since 0.6: white space at the very end of a text is one piece.
    Cl100k,
    /// cl100k as it was before, and as the files of Llama 3 and many others have it.
    Llama3,
    /// o200k: GPT-4o, gpt-oss, Llama 4.
    O200k,
    /// Qwen2 and Qwen3: Llama 3's, each digit by itself.
    Qwen2,
    /// Qwen3.5: Qwen2's, where marks are letters.
    Qwen35,
    /// Mistral's Tekken: o200k's, each digit by itself and no 's.
    Tekken,
}

/// The answers of one pattern.
struct Rules {
    words: Words,
    endings: Endings,
    digits: usize,
    slashes: bool,
    /// `\s+\z`
    last_is_whole: bool,
}

#[derive(PartialEq)]
enum Words {
    Letters,
    WithMarks,
    Cased,
}

#[derive(PartialEq)]
enum Endings {
    OfTheirOwn,
    OfTheWord,
    Nobodys,
}

impl Pattern {
    /// All of them.
    pub const ALL: [Pattern; 7] = [
        Pattern::Gpt2,
        Pattern::Cl100k,
        Pattern::Llama3,
        Pattern::O200k,
        Pattern::Qwen2,
        Pattern::Qwen35,
        Pattern::Tekken,
    ];

    /// The pattern of an encoding or a family of models: "gpt2", "cl100k_base", "qwen3" …
    pub fn named(name: &str) -> Option<Self> {
        spellings::named(name)
    }

    /// The pattern as a regular expression that a `tokenizer.json` may hold.
    pub fn regex(self) -> &'static str {
        self.spellings().first().copied().unwrap_or_default()
    }

    /// Every spelling of that regular expression that is known.
    pub fn spellings(self) -> &'static [&'static str] {
        spellings::of(self)
    }

    /// The pattern that cuts every text as this regular expression does in a `tokenizer.json`.
    ///
    /// ```
    /// use tokenizer::split::Pattern;
    ///
    /// assert_eq!(Pattern::of_regex(Pattern::O200k.regex()), Some(Pattern::O200k));
    /// assert_eq!(Pattern::of_regex("[a-z]+"), None);
    /// ```
    pub fn of_regex(regex: &str) -> Option<Self> {
        spellings::of_regex(regex)
    }

    /// The pieces of a text, in order: laid side by side they are the text again.
    ///
    /// ```
    /// use tokenizer::split::Pattern;
    ///
    /// let pieces: Vec<_> = Pattern::O200k.pieces("It's 2025, inCamelCase\n\n").collect();
    /// assert_eq!(pieces, ["It's", " ", "202", "5", ",", " in", "Camel", "Case", "\n\n"]);
    /// ```
    pub fn pieces(self, text: &str) -> impl Iterator<Item = &str> {
        let rules = self.rules();
        let mut rest = text;
        std::iter::from_fn(move || {
            let end = match &rules {
                None => super::first_piece(rest)?,
                Some(rules) => rules.first_piece(rest)?,
            };
            let (piece, after) = rest.split_at(end);
            rest = after;
            Some(piece)
        })
    }

    fn rules(self) -> Option<Rules> {
        use {Endings as E, Words as W};
        let (words, endings, digits) = match self {
            Pattern::Gpt2 => return None,
            Pattern::Cl100k | Pattern::Llama3 => (W::Letters, E::OfTheirOwn, 3),
            Pattern::Qwen2 => (W::Letters, E::OfTheirOwn, 1),
            Pattern::Qwen35 => (W::WithMarks, E::OfTheirOwn, 1),
            Pattern::O200k => (W::Cased, E::OfTheWord, 3),
            Pattern::Tekken => (W::Cased, E::Nobodys, 1),
        };
        let slashes = words == Words::Cased;
        Some(Rules { words, endings, digits, slashes, last_is_whole: self == Pattern::Cl100k })
    }
}

impl Rules {
    /// Where the first piece of `text` ends.
    fn first_piece(&self, text: &str) -> Option<usize> {
        let own = if self.endings == Endings::OfTheirOwn { ending(text) } else { None };
        own.or_else(|| self.word(text))
            .or_else(|| self.number(text))
            .or_else(|| self.marks(text))
            .or_else(|| self.lines_or_space(text))
    }

    /// Letters, and before them any one character that is no letter, number or end of a line.
    fn word(&self, text: &str) -> Option<usize> {
        let first = text.chars().next()?;
        let leads = matches!(class(first), Class::Mark | Class::Space | Class::Other);
        let starts = [if leads { first.len_utf8() } else { 0 }, 0]; // first with it, then without
        let letters = |wanted: fn(Class) -> bool| {
            starts.into_iter().find_map(|start| Some(start + run(&text[start..], wanted)?))
        };
        let end = match self.words {
            Words::Letters => letters(Class::is_letter),
            Words::WithMarks => letters(|class| class.is_letter() || class == Class::Mark),
            Words::Cased => {
                let cased =
                    starts.into_iter().find_map(|start| Some(start + cased(&text[start..])?));
                cased.or_else(|| letters(begins))
            }
        }?;
        let of_the_word =
            if self.endings == Endings::OfTheWord { ending(&text[end..]) } else { None };
        Some(end + of_the_word.unwrap_or(0))
    }

    /// `\p{N}{1,3}` or `\p{N}`
    fn number(&self, text: &str) -> Option<usize> {
        let digits = text.chars().take_while(|&character| class(character).is_number());
        let end = digits.take(self.digits).map(char::len_utf8).sum();
        (end > 0).then_some(end)
    }

    /// ` ?[^\s\p{L}\p{N}]+[\r\n]*`
    fn marks(&self, text: &str) -> Option<usize> {
        let space = if text.starts_with(' ') { 1 } else { 0 };
        let end = space
            + match self.words {
                Words::WithMarks => run(&text[space..], |class| class == Class::Other),
                _ => run(&text[space..], is_mark),
            }?;
        let goes_on = |c: char| matches!(c, '\r' | '\n') || self.slashes && c == '/';
        Some(text.len() - text[end..].trim_start_matches(goes_on).len())
    }

    /// `\s+\z|\s*[\r\n]+|\s+(?!\S)|\s+`
    fn lines_or_space(&self, text: &str) -> Option<usize> {
        let end = run(text, Class::is_space)?;
        if self.last_is_whole && end == text.len() {
            return Some(end);
        }
        match text[..end].rfind(['\r', '\n']) {
            Some(newline) => Some(newline + 1),
            None => white_space(text),
        }
    }
}

/// `[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+`: letters that begin words, then letters
/// that go on with them; some do both. If what begins goes on to the end, the last that does both
/// must be given back to the second part, and there the word ends.
fn cased(text: &str) -> Option<usize> {
    let beginning = run(text, begins).unwrap_or(0);
    let goes_on = |class| matches!(class, Class::Lower | Class::Both | Class::Mark);
    match run(&text[beginning..], goes_on) {
        Some(rest) => Some(beginning + rest),
        None => {
            let both = |&(_, character): &(usize, char)| class(character) != Class::Upper;
            let (at, last) = text[..beginning].char_indices().rev().find(both)?;
            Some(at + last.len_utf8())
        }
    }
}

/// `[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]`
fn begins(class: Class) -> bool {
    matches!(class, Class::Upper | Class::Both | Class::Mark)
}

/// `(?i:'s|'t|'re|'ve|'m|'ll|'d)`: the long s, ſ, is an s.
fn ending(text: &str) -> Option<usize> {
    let after = text.strip_prefix('\'')?;
    match after.as_bytes() {
        [one, two, ..] if matches!(&[one | 32, two | 32], b"re" | b"ve" | b"ll") => Some(3),
        [b's' | b'S' | b't' | b'T' | b'm' | b'M' | b'd' | b'D', ..] => Some(2),
        _ if after.starts_with('ſ') => Some(3),
        _ => None,
    }
}
