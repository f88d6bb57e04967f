//! Heads that are reminded: to what a word has to say, something is added that comes from elsewhere.
//!
//! ```text
//! query, key = x Wᵀ                        (n, C) -> (n, H·D)   normalized head by head, and turned
//! value      = x Wvᵀ + reminder            (n, C) -> (n, H·D)
//! heard      = attend(query, key, value)   (n, H·D)   head by head, text by text
//! y          = heard Woᵀ                   (n, H·D) -> (n, C)
//! ```
//!
//! It is [`Grouped`](crate::Grouped) without groups. By the time a word has gone through a few blocks,
//! what it was is hard to find in it. The reminder is a learned row for the word itself, looked up again
//! in each block. So a head can pass on words from the first step on, before it has learned to say anything.
//!
//! Sources: Zhou et al. 2024, <https://arxiv.org/abs/2410.17897>, who add the values of the first block;
//! Jordan et al. 2024, <https://github.com/KellerJordan/modded-nanogpt>, who look up a row.

use embedding::Rotary;
use ndarray::{Array1, Array2, ArrayRef2, s};
use neuron::{Float, Linear, parameters};

use crate::grouped::{normalize, normalize_backward, turn};
use crate::hear::{groups, hear, hear_backward};
use crate::tiled::{TILE, attend_tiled};
use crate::{KeyValue, RmsNorm, rms_norm};

/// Heads whose values have something added to them. No word hears what is ahead.
#[derive(Clone, Debug, PartialEq)]
pub struct Reminded<F = f32> {
    /// What a word looks for, head beside head: (H·D, C).
    pub query: Linear<F>,
    /// What a word can be found by: (H·D, C).
    pub key: Linear<F>,
    /// What a word has to say: (H·D, C).
    pub value: Linear<F>,
    /// What the heads make of it together: (C, H·D).
    pub output: Linear<F>,
    /// For the query of each head, before it is turned.
    pub query_norm: Option<RmsNorm<F>>,
    /// For the key of each head, before it is turned.
    pub key_norm: Option<RmsNorm<F>>,
    /// H: how many heads there are.
    pub heads: usize,
}

parameters!(Reminded { query, key, value, output, query_norm, key_norm; heads });

/// What [`Reminded::forward`] sets aside for [`Reminded::backward`].
#[derive(Clone, Debug)]
pub struct Saved<F = f32> {
    query_norm: Option<rms_norm::Saved<F>>,
    key_norm: Option<rms_norm::Saved<F>>,
    query: Array2<F>,         // (n, H·D): turned
    key: Array2<F>,           // (n, H·D): turned
    value: Array2<F>,         // (n, H·D): with the reminder
    heard: Array2<F>,         // (n, H·D)
    log_sums: Vec<Array1<F>>, // (T) for each head of each text
}

impl<F: Float> Reminded<F> {
    /// What each word makes of what it hears in its own text: (n, C) -> (n, C). The reminder, if there is
    /// one, is (n, H·D).
    ///
    /// # Panics
    /// If the rows of `x` are not texts of so many `words`.
    pub fn forward(
        &self,
        x: &ArrayRef2<F>,
        reminder: Option<&ArrayRef2<F>>,
        words: usize,
        rotary: &Rotary<F>,
    ) -> (Array2<F>, Saved<F>) {
        let (query, query_norm) = normalize(&self.query_norm, self.query.forward(x), self.heads);
        let (key, key_norm) = normalize(&self.key_norm, self.key.forward(x), self.heads);
        let query = turn(query, self.heads, words, |x| rotary.forward(x, 0));
        let key = turn(key, self.heads, words, |x| rotary.forward(x, 0));
        let value = self.told(x, reminder);

        let heads = [self.heads, self.heads];
        let (heard, log_sums) = hear(&query, &key, &value, heads, words);
        let y = self.output.forward(&heard);
        (y, Saved { query_norm, key_norm, query, key, value, heard, log_sums })
    }

    /// From the slope along `y` to the slopes along `x`, (n, C), and along the reminder, (n, H·D).
    /// The slopes along the parameters are added to `grad`.
    pub fn backward(
        &self,
        x: &ArrayRef2<F>,
        words: usize,
        rotary: &Rotary<F>,
        saved: Saved<F>,
        dy: &ArrayRef2<F>,
        grad: &mut Self,
    ) -> (Array2<F>, Array2<F>) {
        let Saved { query_norm, key_norm, query, key, value, heard, log_sums } = saved;
        // y = output(heard)
        let dheard = self.output.backward(&heard, dy, &mut grad.output);

        // heard = attend(query, key, value)
        let heads = [self.heads, self.heads];
        let [dquery, dkey, dvalue] =
            hear_backward(&query, &key, &value, heads, words, (&heard, &log_sums), &dheard);

        // query = turn(norm(query(x))), key = turn(norm(key(x)))
        let dquery = turn(dquery, self.heads, words, |dy| rotary.backward(dy, 0));
        let dkey = turn(dkey, self.heads, words, |dy| rotary.backward(dy, 0));
        let dquery = normalize_backward(&self.query_norm, query_norm, dquery, &mut grad.query_norm);
        let dkey = normalize_backward(&self.key_norm, key_norm, dkey, &mut grad.key_norm);

        // value = value(x) + reminder, and x went three ways
        let dx = self.query.backward(x, &dquery, &mut grad.query)
            + self.key.backward(x, &dkey, &mut grad.key)
            + self.value.backward(x, &dvalue, &mut grad.value);
        (dx, dvalue)
    }

    /// What the next words of a single text make of what they hear: (T, C) -> (T, C).
    ///
    /// # Panics
    /// If there is no room for that many words.
    pub fn extend(
        &self,
        x: &ArrayRef2<F>,
        reminder: Option<&ArrayRef2<F>>,
        rotary: &Rotary<F>,
        cache: &mut KeyValue<F>,
    ) -> Array2<F> {
        let (start, words) = (cache.len(), x.nrows());
        let (query, _) = normalize(&self.query_norm, self.query.forward(x), self.heads);
        let (key, _) = normalize(&self.key_norm, self.key.forward(x), self.heads);
        let query = turn(query, self.heads, words, |x| rotary.forward(x, start));
        let key = turn(key, self.heads, words, |x| rotary.forward(x, start));
        cache.push(&key, &self.told(x, reminder));

        let mut heard = Array2::zeros(query.raw_dim());
        for (head, _) in groups(query.ncols(), [self.heads, self.heads]) {
            let at = s![.., head];
            let (keys, values) = (cache.keys(), cache.values());
            let (key, value) = (keys.slice(&at), values.slice(&at));
            let (y, _) = attend_tiled(&query.slice(&at), &key, &value, true, TILE);
            heard.slice_mut(&at).assign(&y);
        }
        self.output.forward(&heard)
    }

    /// What each word has to say: (n, C) -> (n, H·D).
    fn told(&self, x: &ArrayRef2<F>, reminder: Option<&ArrayRef2<F>>) -> Array2<F> {
        let value = self.value.forward(x);
        match reminder {
            Some(reminder) => value + reminder,
            None => value,
        }
    }
}
