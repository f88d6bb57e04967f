//! Translate: read the sentence once, then write one token after another.
//!
//! ```text
//! sentence → encoder → keys and values of every decoder block          once
//! start → decoder → the likeliest token → decoder → … → end            a row for each token
//! ```

use attention::{KeyValue, Words};
use backprop::Dropout;
use ndarray::{Array1, Array2, ArrayRef1, Axis};
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
        self.extend_each(&[id], &mut [(sentence, draft)]).remove_axis(Axis(0))
    }

    /// The same for several translations that have come equally far: -> (B, V).
    fn extend_each(&self, ids: &[u32], texts: &mut [(&Sentence<F>, &mut Draft<F>)]) -> Array2<F> {
        let words = texts.first().map_or(0, |(_, draft)| draft.words);
        let mut x = self.embed(ids, Words::Each(1), words);
        for (place, block) in self.decoder.iter().enumerate() {
            let each = texts
                .iter_mut()
                .map(|(sentence, draft)| (&sentence.0[place], &mut draft.blocks[place]));
            let (sources, mut caches): (Vec<_>, Vec<_>) = each.unzip();
            x = block.extend(&x, &sources, &mut caches);
        }
        texts.iter_mut().for_each(|(_, draft)| draft.words += 1);
        matmul(&x, &self.token.weight.t())
    }

    /// The greedy translation of each sentence, without its end. They are written side by side, a row for
    /// each that has not ended: far faster than one after another, and the same.
    ///
    /// # Panics
    /// If a sentence is longer than the context, or an id is not in the vocabulary.
    pub fn translate_each(&self, sentences: &[&[u32]]) -> Vec<Vec<u32>> {
        let mut said = vec![Vec::new(); sentences.len()];
        let begin = |(place, ids): (usize, &&[u32])| Writing {
            place,
            next: self.config.start,
            sentence: self.read(ids),
            draft: self.draft(),
        };
        let mut open: Vec<Writing<F>> = sentences.iter().enumerate().map(begin).collect();
        for _ in 0..self.config.context {
            if open.is_empty() {
                break;
            }
            let ids: Vec<u32> = open.iter().map(|text| text.next).collect();
            let mut texts: Vec<_> =
                open.iter_mut().map(|text| (&text.sentence, &mut text.draft)).collect();
            let logits = self.extend_each(&ids, &mut texts);
            for (text, row) in open.iter_mut().zip(logits.rows()) {
                text.next = likeliest(&row);
                if text.next != self.config.end {
                    said[text.place].push(text.next);
                }
            }
            open.retain(|text| text.next != self.config.end);
        }
        said
    }
}

/// A translation that has not ended.
struct Writing<F> {
    place: usize, // in the list of sentences
    next: u32,    // the token to write next
    sentence: Sentence<F>,
    draft: Draft<F>,
}

/// The place of the largest score; of equals, the first.
fn likeliest<F: Float>(scores: &ArrayRef1<F>) -> u32 {
    let larger = |best: (u32, F), next: (u32, F)| if next.1 > best.1 { next } else { best };
    (0..).zip(scores.iter().copied()).reduce(larger).map_or(0, |(id, _)| id)
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
