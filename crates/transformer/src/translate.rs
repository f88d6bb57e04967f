//! Translate: read the sentence once, then write one token after another.
//!
//! ```text
//! sentence → encoder → keys and values of every decoder block          once
//! start → decoder → the likeliest token → decoder → … → end            a row for each token
//! ```

use attention::{KeyValue, Words};
use backprop::Dropout;
use ndarray::Array1;
use neuron::{Float, matmul};

use crate::EncoderDecoder;
use crate::beam::{Beam, Beams, search};

/// A sentence that has been read: its keys and values in every decoder block.
#[derive(Clone, Debug, PartialEq)]
pub struct Sentence<F = f32>(Vec<KeyValue<F>>);

/// A translation so far: its keys and values in every decoder block.
#[derive(Clone, Debug, PartialEq)]
pub struct Draft<F = f32> {
    blocks: Vec<KeyValue<F>>,
    words: usize,
}

impl<F: Float> EncoderDecoder<F> {
    /// Reads a sentence, and puts its end behind it.
    ///
    /// # Panics
    /// If it is longer than the context, or an id is not in the vocabulary.
    pub fn read(&self, sentence: &[u32]) -> Sentence<F> {
        let ids = [sentence, &[self.config.end]].concat();
        let (source, _) = self.encode(&ids, Words::Each(ids.len()), Dropout::OFF);
        Sentence(self.decoder.iter().map(|block| block.cross.remember(&source)).collect())
    }

    /// Nothing written yet, and room for a whole context.
    pub fn draft(&self) -> Draft<F> {
        let empty = || KeyValue::new(self.config.context, self.config.channels);
        Draft { blocks: self.decoder.iter().map(|_| empty()).collect(), words: 0 }
    }

    /// Writes one more token, and scores what may come after it: -> (V).
    ///
    /// # Panics
    /// If the context has no room for it.
    pub fn extend(&self, id: u32, sentence: &Sentence<F>, draft: &mut Draft<F>) -> Array1<F> {
        let mut x = self.embed(&[id], Words::Each(1), draft.words);
        for ((block, source), cache) in self.decoder.iter().zip(&sentence.0).zip(&mut draft.blocks)
        {
            x = block.extend(&x, source, cache);
        }
        draft.words += 1;
        matmul(&x, &self.token.weight.t()).remove_axis(ndarray::Axis(0))
    }
}

impl EncoderDecoder<f32> {
    /// The likeliest translation that is found by following `width` at once, without its end.
    ///
    /// # Panics
    /// If the sentence is longer than the context, or an id is not in the vocabulary.
    pub fn translate(&self, sentence: &[u32], width: usize, length_penalty: f64) -> Vec<u32> {
        let mut found = self.beams(sentence, width, length_penalty);
        let mut ids = found.swap_remove(0).ids;
        if ids.last() == Some(&self.config.end) {
            ids.pop();
        }
        ids
    }

    /// The translations that are found by following `width` at once, the best first.
    ///
    /// # Panics
    /// If the sentence is longer than the context, or an id is not in the vocabulary.
    pub fn beams(&self, sentence: &[u32], width: usize, length_penalty: f64) -> Vec<Beam> {
        let sentence = self.read(sentence);
        let mut draft = self.draft();
        let (length, end) = (self.config.context, Some(self.config.end));
        let logits = self.extend(self.config.start, &sentence, &mut draft).to_vec();
        search(draft, logits, Beams { width, length, end, length_penalty }, |id, draft| {
            self.extend(id, &sentence, draft).to_vec()
        })
    }
}
