//! Sentences and their translations, one under the other, as the model learns from them.

use attention::Words;

use crate::EncoderDecoderConfig;

/// Sentences and their translations.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Pairs {
    /// (m): the sentences, each with an end.
    pub source: Vec<u32>,
    /// (n): what the decoder is given: a start, and the translation.
    pub input: Vec<u32>,
    /// (n): what it should say: the translation, and an end.
    pub target: Vec<u32>,
    source_words: Vec<usize>,
    words: Vec<usize>,
}

impl Pairs {
    /// Some pairs of sentence and translation, for a model that has such a start and end.
    ///
    /// ```
    /// use transformer::{EncoderDecoderConfig, Pairs};
    ///
    /// let config = EncoderDecoderConfig { start: 8, end: 9, ..EncoderDecoderConfig::paper(10, 8, 4, 1, 2) };
    /// let pairs = Pairs::new(&config, [(&[1, 2][..], &[3][..])]);
    /// assert_eq!((pairs.source, pairs.input, pairs.target), (vec![1, 2, 9], vec![8, 3], vec![3, 9]));
    /// ```
    pub fn new<'a>(
        config: &EncoderDecoderConfig,
        pairs: impl IntoIterator<Item = (&'a [u32], &'a [u32])>,
    ) -> Self {
        let mut all = Pairs::default();
        for (sentence, translation) in pairs {
            all.source.extend(sentence);
            all.source.push(config.end);
            all.input.push(config.start);
            all.input.extend(translation);
            all.target.extend(translation);
            all.target.push(config.end);
            all.source_words.push(sentence.len() + 1);
            all.words.push(translation.len() + 1);
        }
        all
    }

    /// How many tokens each sentence has.
    pub fn source_words(&self) -> Words<'_> {
        Words::Of(&self.source_words)
    }

    /// How many tokens each translation has.
    pub fn words(&self) -> Words<'_> {
        Words::Of(&self.words)
    }
}
