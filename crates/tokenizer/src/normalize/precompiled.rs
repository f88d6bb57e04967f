//! A table that a SentencePiece model brings along: what becomes of which characters.
//!
//! ```text
//! the table = bytes of the trie (u32), the trie (u32 each), texts that end with a zero byte
//! unit of the trie:  bit 31, bits 0-7  the byte that leads here        bits 0-30 of a leaf: where in
//!                    bit 8             a rule ends here                the texts its text begins
//!                    bits 9-31         where the next ones stand
//! ```
//!
//! SentencePiece takes the longest rule at each place. The Hugging Face library, which this follows
//! where a `tokenizer.json` says `Precompiled`, asks for whole clusters of characters (é may be two),
//! takes the shortest rule that they begin with, and drops the rest of the cluster; where there is none
//! it asks for each character by itself.
//! Sources: Yata's Darts-clone, <https://github.com/s-yata/darts-clone>; `normalizer.cc` in
//! <https://github.com/google/sentencepiece>; <https://github.com/huggingface/spm_precompiled>.

use base64::{Engine, engine::general_purpose::STANDARD};
use unicode_segmentation::UnicodeSegmentation;

use crate::FormatError;

/// Clusters of more bytes than this are looked at character by character.
const CLUSTER: usize = 5;

/// A rule makes at most so many bytes. (The longest of Unicode's makes 33 of the three of ﷺ.)
const LONGEST: usize = 64;

/// The table.
#[derive(Clone, Debug, PartialEq)]
pub struct Precompiled {
    charsmap: Vec<u8>,
    texts: usize, // where they begin
}

impl Precompiled {
    /// From the bytes of a table.
    pub(crate) fn new(charsmap: Vec<u8>) -> Result<Self, FormatError> {
        let size = charsmap.first_chunk().map(|size| u32::from_le_bytes(*size) as usize);
        let texts = match size {
            Some(size) if size < charsmap.len() - 4 && size % 4 == 0 && size > 0 => 4 + size,
            _ => return broken("its trie is not inside of it"),
        };
        match std::str::from_utf8(&charsmap[texts..]) {
            Ok(all) if all.split('\0').any(|text| text.len() > LONGEST) => {
                broken("it makes more than 64 bytes of a character")
            }
            Ok(_) => Ok(Precompiled { charsmap, texts }),
            Err(_) => broken("its texts are not UTF-8"),
        }
    }

    /// From the table in base64, as a `tokenizer.json` has it.
    pub(crate) fn from_base64(text: &str) -> Result<Self, FormatError> {
        STANDARD.decode(text).map_or_else(|_| broken("it is not base64"), Self::new)
    }

    /// The table in base64.
    pub(crate) fn to_base64(&self) -> String {
        STANDARD.encode(&self.charsmap)
    }

    /// The text as the Hugging Face library changes it.
    pub(crate) fn normalize(&self, text: &str) -> String {
        let mut normalized = String::with_capacity(text.len());
        for cluster in text.graphemes(true) {
            let whole = if cluster.len() <= CLUSTER { self.shortest(cluster) } else { None };
            match whole {
                Some(becomes) => normalized.push_str(becomes),
                None => {
                    for (at, character) in cluster.char_indices() {
                        let one = &cluster[at..at + character.len_utf8()];
                        normalized.push_str(self.shortest(one).unwrap_or(one));
                    }
                }
            }
        }
        normalized
    }

    /// What becomes of the shortest beginning of `text` that has a rule.
    fn shortest(&self, text: &str) -> Option<&str> {
        let mut first = None;
        self.rules(text, |_, becomes| {
            first = Some(becomes);
            false
        });
        first
    }

    /// The longest beginning of `text` that has a rule, in bytes, and what becomes of it.
    pub(crate) fn longest(&self, text: &str) -> Option<(usize, &str)> {
        let mut last = None;
        self.rules(text, |length, becomes| {
            last = Some((length, becomes));
            true
        });
        last
    }

    /// Each rule for a beginning of `text`, while more are wanted. A broken table has fewer rules.
    fn rules<'p>(&'p self, text: &str, mut more: impl FnMut(usize, &'p str) -> bool) {
        let Some(root) = self.unit(0) else { return };
        let mut at = next(root);
        for (length, byte) in (1..).zip(text.bytes().take_while(|&byte| byte != 0)) {
            at ^= usize::from(byte);
            let Some(unit) = self.unit(at) else { return };
            if unit & 0x8000_00FF != u32::from(byte) {
                return;
            }
            at ^= next(unit);
            if unit & 0x100 == 0 {
                continue;
            }
            let Some(leaf) = self.unit(at) else { return };
            let from = self.texts.saturating_add((leaf & 0x7FFF_FFFF) as usize);
            let becomes = self.charsmap.get(from..).and_then(|rest| rest.split(|&b| b == 0).next());
            let becomes = becomes.and_then(|bytes| std::str::from_utf8(bytes).ok());
            if !becomes
                .is_none_or(|becomes| !text.is_char_boundary(length) || more(length, becomes))
            {
                return;
            }
        }
    }

    fn unit(&self, at: usize) -> Option<u32> {
        let start = at.checked_mul(4)?.checked_add(4)?;
        let bytes = self.charsmap.get(start..self.texts)?.first_chunk()?;
        Some(u32::from_le_bytes(*bytes))
    }
}

/// How far from a unit those stand that follow it.
fn next(unit: u32) -> usize {
    ((unit >> 10) << ((unit & 0x200) >> 6)) as usize
}

fn broken<T>(problem: &str) -> Result<T, FormatError> {
    Err(FormatError::Broken { place: "precompiled_charsmap".into(), problem: problem.into() })
}
