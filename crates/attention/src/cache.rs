//! Keys and values are kept, so that a text that grows is not read again.
//!
//! ```text
//! keys   = keys so far, then those of the new words       (n + T, H·D)
//! values = values so far, then those of the new words     (n + T, H·D)
//! y      = what the new words hear of all of them         (T, C)
//! ```
//!
//! No word hears what is ahead of it. So what an earlier word has to say never changes, and the new
//! words alone need to be worked out: the numbers are those of [`MultiHead::forward`] on the whole text.

use backprop::Dropout;
use ndarray::{Array2, ArrayRef2, ArrayView2, s};
use neuron::Float;

use crate::head::attend;
use crate::{MultiHead, Words};

/// The keys and values of a text so far, for one layer of heads.
#[derive(Clone, Debug, PartialEq)]
pub struct KeyValue<F = f32> {
    key: Array2<F>,   // (room, H·D), of which the first `words` rows are written
    value: Array2<F>, // (room, H·D)
    words: usize,
}

impl<F: Float> KeyValue<F> {
    /// Nothing so far, and room for `room` words.
    pub fn new(room: usize, channels: usize) -> Self {
        let empty = || Array2::zeros((room, channels));
        KeyValue { key: empty(), value: empty(), words: 0 }
    }

    /// How many words it holds.
    pub fn len(&self) -> usize {
        self.words
    }

    /// Whether it holds none yet.
    pub fn is_empty(&self) -> bool {
        self.words == 0
    }

    /// The keys so far: (n, H·D).
    pub(crate) fn keys(&self) -> ArrayView2<'_, F> {
        self.key.slice(s![..self.words, ..])
    }

    /// The values so far: (n, H·D).
    pub(crate) fn values(&self) -> ArrayView2<'_, F> {
        self.value.slice(s![..self.words, ..])
    }

    /// And those of the next words: (T, H·D) each.
    ///
    /// # Panics
    /// If there is no room for that many words.
    pub(crate) fn push(&mut self, key: &ArrayRef2<F>, value: &ArrayRef2<F>) {
        let (words, room) = (self.words + key.nrows(), self.key.nrows());
        assert!(words <= room, "there is room for {room} words, and this is word {words}");
        let there = s![self.words..words, ..];
        self.key.slice_mut(there).assign(key);
        self.value.slice_mut(there).assign(value);
        self.words = words;
    }
}

impl<F: Float> MultiHead<F> {
    /// What the next words of a single text make of what they hear: (T, C) -> (T, C).
    ///
    /// # Panics
    /// If the heads may look ahead, or there is no room for that many words.
    pub fn extend(&self, x: &ArrayRef2<F>, cache: &mut KeyValue<F>) -> Array2<F> {
        self.extend_each(x, &mut [cache])
    }

    /// The same for several texts, each with as many next words: (B·T, C) -> (B·T, C).
    ///
    /// # Panics
    /// If the heads may look ahead, or there is no room for that many words.
    pub fn extend_each(&self, x: &ArrayRef2<F>, caches: &mut [&mut KeyValue<F>]) -> Array2<F> {
        assert!(self.causal, "heads that look ahead cannot be asked before the text is whole");
        let (keys, values) = (self.key.forward(x), self.value.forward(x));
        let next = x.nrows() / caches.len();
        for (rows, cache) in Words::Each(next).rows(x.nrows()).into_iter().zip(&mut *caches) {
            let here = s![rows, ..];
            cache.push(&keys.slice(&here), &values.slice(&here));
        }
        self.hear(x, &caches.iter().map(|cache| &**cache).collect::<Vec<_>>())
    }

    /// The keys and values of a source, for [`MultiHead::ask`]: worked out once, however long the
    /// translation becomes.
    pub fn remember(&self, source: &ArrayRef2<F>) -> KeyValue<F> {
        let (key, value) = (self.key.forward(source), self.value.forward(source));
        KeyValue { key, value, words: source.nrows() }
    }

    /// What the words of a single text make of what they hear in a source: (T, C) -> (T, C), as
    /// [`MultiHead::cross`] would work it out.
    pub fn ask(&self, x: &ArrayRef2<F>, source: &KeyValue<F>) -> Array2<F> {
        self.ask_each(x, &[source])
    }

    /// The same for several texts of as many words, each with a source of its own: (B·T, C) -> (B·T, C).
    pub fn ask_each(&self, x: &ArrayRef2<F>, sources: &[&KeyValue<F>]) -> Array2<F> {
        self.hear(x, sources)
    }

    fn hear(&self, x: &ArrayRef2<F>, caches: &[&KeyValue<F>]) -> Array2<F> {
        let query = self.query.forward(x);
        let size = query.ncols() / self.heads;
        let mut heard = Array2::zeros(query.raw_dim());
        let texts = Words::Each(x.nrows() / caches.len()).rows(x.nrows());
        for (rows, cache) in texts.into_iter().zip(caches) {
            for start in (0..query.ncols()).step_by(size) {
                let head = start..start + size;
                let (y, _) = attend(
                    &query.slice(s![rows.clone(), head.clone()]),
                    &cache.key.slice(s![..cache.words, head.clone()]),
                    &cache.value.slice(s![..cache.words, head.clone()]),
                    self.causal,
                    Dropout::OFF,
                );
                heard.slice_mut(s![rows.clone(), head]).assign(&y);
            }
        }
        self.output.forward(&heard)
    }
}
