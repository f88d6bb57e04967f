//! What stands around a text: the post-processors of a `tokenizer.json`.
//!
//! ```text
//! [CLS] A [SEP]      BERT's       <s> A </s>      RoBERTa's       <|begin_of_text|> A      Llama 3's
//! ```
//!
//! `A` is the text. Several, one after the other, stand around what the one before made.

/// The ids before and after a text.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Template {
    pub(crate) before: Vec<u32>,
    pub(crate) after: Vec<u32>,
    /// As the file has it, with the parts that say where two texts go. Empty: there is none.
    pub(crate) written: String,
}

impl Template {
    /// Puts more around what is there.
    pub(crate) fn around(&mut self, before: &[u32], after: &[u32]) {
        self.before.splice(..0, before.iter().copied());
        self.after.extend(after);
    }
}
