//! Any other pattern, run by a library, as the Hugging Face library's engine (Oniguruma) reads it.
//!
//! Such an engine tries, takes back and tries again, and a text can be found for many a pattern on which
//! that takes an age. So its steps are counted, and past a limit there is an error instead of ids.

use std::ops::Range;

use fancy_regex::RegexBuilder;

use super::oniguruma;
use crate::{EncodeError, FormatError};

/// How often one match may take something back.
const LIMIT: usize = 1_000_000;

/// How many steps a pattern may have: the published ones have some dozens.
const LONGEST: usize = 100_000;

/// A regular expression with a limit to its patience.
#[derive(Clone, Debug)]
pub struct Regex {
    regex: fancy_regex::Regex,
    pattern: String,
}

impl PartialEq for Regex {
    fn eq(&self, other: &Self) -> bool {
        self.pattern == other.pattern
    }
}

impl Regex {
    /// The regular expression, or why it is none.
    ///
    /// ```
    /// use tokenizer::split::Regex;
    ///
    /// let digits = Regex::new(r"\d{3}|\d")?;
    /// let mut places = Vec::new();
    /// digits.matches("1234 5", &mut places)?;
    /// assert_eq!(places, [0..3, 3..4, 5..6]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn new(pattern: &str) -> Result<Self, FormatError> {
        let regex = RegexBuilder::new(&oniguruma::translated(pattern))
            .oniguruma_mode(true)
            .multi_line(true) // `^` and `$` are the ends of lines there
            .backtrack_limit(LIMIT)
            .max_prog_size(LONGEST)
            .build()
            .map_err(|error| FormatError::Broken {
                place: format!("the pattern {}", shortened(pattern)),
                problem: error.to_string(),
            })?;
        Ok(Regex { regex, pattern: pattern.to_owned() })
    }

    /// The regular expression as it was written.
    pub fn pattern(&self) -> &str {
        &self.pattern
    }

    /// Where it matches, in order, added to `places`: an empty match is a place, too.
    pub fn matches(&self, text: &str, places: &mut Vec<Range<usize>>) -> Result<(), EncodeError> {
        for found in self.regex.find_iter(text) {
            let found =
                found.map_err(|_| EncodeError::Pattern { pattern: shortened(&self.pattern) })?;
            places.push(found.range());
        }
        Ok(())
    }
}

/// A pattern that fits into a message of one line.
fn shortened(pattern: &str) -> String {
    let start: String = pattern.chars().take(60).collect();
    let more = if start.len() < pattern.len() { " …" } else { "" };
    format!("{start:?}{more}")
}
