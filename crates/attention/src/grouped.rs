//! Grouped queries: several heads ask, one head answers them all; and places are turns.
//!
//! ```text
//! query      = x Wqᵀ                       (n, C) -> (n, H·D)     H heads that ask
//! key, value = x Wᵀ                        (n, C) -> (n, G·D)     G heads that answer, each H/G of them
//! query, key = turned by their places      head by head: see `embedding::rotary`
//! heard      = attend(query, key, value)   (n, H·D)   head by head, text by text
//! y          = heard Woᵀ                   (n, H·D) -> (n, C)
//! ```
//!
//! Whoever writes keeps the key and the value of every word so far. With fewer heads that answer, this
//! memory is H/G times smaller, and the model hardly worse. `G = H` is [`MultiHead`](crate::MultiHead)
//! with turns, `G = 1` is called multi-query attention.
//!
//! Some models add biases (Qwen2), or normalize the query and the key of each head before they are
//! turned (Qwen3), so that no score grows out of bounds.
//!
//! Source: Ainslie et al. 2023, <https://arxiv.org/abs/2305.13245>, section 2.2.

use embedding::Rotary;
use ndarray::{Array1, Array2, ArrayRef2, s};
use neuron::{Float, Linear, parameters};
use rand::Rng;

use crate::hear::{groups, hear, hear_backward};
use crate::texts::Words;
use crate::tiled::{TILE, attend_tiled};
use crate::{KeyValue, RmsNorm, rms_norm};

/// Heads that ask, in groups, and a head for each group that answers. No word hears what is ahead.
#[derive(Clone, Debug, PartialEq)]
pub struct Grouped<F = f32> {
    /// What a word looks for, head beside head: (H·D, C).
    pub query: Linear<F>,
    /// What a word can be found by: (G·D, C).
    pub key: Linear<F>,
    /// What a word has to say: (G·D, C).
    pub value: Linear<F>,
    /// What the heads make of it together: (C, H·D).
    pub output: Linear<F>,
    /// For the query of each head, before it is turned.
    pub query_norm: Option<RmsNorm<F>>,
    /// For the key of each head, before it is turned.
    pub key_norm: Option<RmsNorm<F>>,
    /// H: how many heads ask.
    pub heads: usize,
    /// G: how many heads answer.
    pub kv_heads: usize,
}

parameters!(Grouped { query, key, value, output, query_norm, key_norm; heads, kv_heads });

/// What [`Grouped::forward`] sets aside for [`Grouped::backward`].
#[derive(Clone, Debug)]
pub struct Saved<F = f32> {
    query_norm: Option<rms_norm::Saved<F>>,
    key_norm: Option<rms_norm::Saved<F>>,
    query: Array2<F>,         // (n, H·D): turned
    key: Array2<F>,           // (n, G·D): turned
    value: Array2<F>,         // (n, G·D)
    heard: Array2<F>,         // (n, H·D)
    log_sums: Vec<Array1<F>>, // (T) for each head of each text
}

impl<F: Float> Grouped<F> {
    /// Heads of `size` numbers that have learned nothing yet, without biases and norms.
    ///
    /// # Panics
    /// If the groups are not equal.
    pub fn random(
        channels: usize,
        size: usize,
        [heads, kv_heads]: [usize; 2],
        rng: &mut impl Rng,
    ) -> Self {
        assert_eq!(heads % kv_heads, 0, "{heads} heads cannot be shared by {kv_heads} that answer");
        let mut linear =
            |inputs, outputs| Linear { bias: None, ..Linear::random(inputs, outputs, rng) };
        Grouped {
            query: linear(channels, heads * size),
            key: linear(channels, kv_heads * size),
            value: linear(channels, kv_heads * size),
            output: linear(heads * size, channels),
            query_norm: None,
            key_norm: None,
            heads,
            kv_heads,
        }
    }

    /// What each word makes of what it hears in its own text: (n, C) -> (n, C).
    ///
    /// # Panics
    /// If the rows of `x` are not texts of so many `words`.
    pub fn forward(
        &self,
        x: &ArrayRef2<F>,
        words: usize,
        rotary: &Rotary<F>,
    ) -> (Array2<F>, Saved<F>) {
        let (query, query_norm) = normalize(&self.query_norm, self.query.forward(x), self.heads);
        let (key, key_norm) = normalize(&self.key_norm, self.key.forward(x), self.kv_heads);
        let query = turn(query, self.heads, words, |x| rotary.forward(x, 0));
        let key = turn(key, self.kv_heads, words, |x| rotary.forward(x, 0));
        let value = self.value.forward(x);

        let heads = [self.heads, self.kv_heads];
        let (heard, log_sums) = hear(&query, &key, &value, heads, words);
        let y = self.output.forward(&heard);
        (y, Saved { query_norm, key_norm, query, key, value, heard, log_sums })
    }

    /// From the slope along `y` to the slope along `x`: (n, C) -> (n, C).
    /// The slopes along the parameters are added to `grad`.
    pub fn backward(
        &self,
        x: &ArrayRef2<F>,
        words: usize,
        rotary: &Rotary<F>,
        saved: Saved<F>,
        dy: &ArrayRef2<F>,
        grad: &mut Self,
    ) -> Array2<F> {
        let Saved { query_norm, key_norm, query, key, value, heard, log_sums } = saved;
        // y = output(heard)
        let dheard = self.output.backward(&heard, dy, &mut grad.output);

        // heard = attend(query, key, value)
        let heads = [self.heads, self.kv_heads];
        let [dquery, dkey, dvalue] =
            hear_backward(&query, &key, &value, heads, words, (&heard, &log_sums), &dheard);

        // query = turn(norm(query(x))), key = turn(norm(key(x)))
        let dquery = turn(dquery, self.heads, words, |dy| rotary.backward(dy, 0));
        let dkey = turn(dkey, self.kv_heads, words, |dy| rotary.backward(dy, 0));
        let dquery = normalize_backward(&self.query_norm, query_norm, dquery, &mut grad.query_norm);
        let dkey = normalize_backward(&self.key_norm, key_norm, dkey, &mut grad.key_norm);

        // x went three ways, so three slopes come back.
        self.query.backward(x, &dquery, &mut grad.query)
            + self.key.backward(x, &dkey, &mut grad.key)
            + self.value.backward(x, &dvalue, &mut grad.value)
    }

    /// What the next words of a single text make of what they hear: (T, C) -> (T, C).
    ///
    /// # Panics
    /// If there is no room for that many words.
    pub fn extend(
        &self,
        x: &ArrayRef2<F>,
        rotary: &Rotary<F>,
        cache: &mut KeyValue<F>,
    ) -> Array2<F> {
        let (start, words) = (cache.len(), x.nrows());
        let (query, _) = normalize(&self.query_norm, self.query.forward(x), self.heads);
        let (key, _) = normalize(&self.key_norm, self.key.forward(x), self.kv_heads);
        let query = turn(query, self.heads, words, |x| rotary.forward(x, start));
        cache.push(
            &turn(key, self.kv_heads, words, |x| rotary.forward(x, start)),
            &self.value.forward(x),
        );

        let mut heard = Array2::zeros(query.raw_dim());
        for (asks, answers) in groups(query.ncols(), [self.heads, self.kv_heads]) {
            let (asks, answers) = (s![.., asks], s![.., answers]);
            let (key, value) = (cache.keys(), cache.values());
            let (key, value) = (key.slice(&answers), value.slice(&answers));
            let (y, _) = attend_tiled(&query.slice(&asks), &key, &value, true, TILE);
            heard.slice_mut(&asks).assign(&y);
        }
        self.output.forward(&heard)
    }
}

/// Turns each head of each text.
pub(crate) fn turn<F: Float>(
    mut x: Array2<F>,
    heads: usize,
    words: usize,
    turned: impl Fn(&ArrayRef2<F>) -> Array2<F>,
) -> Array2<F> {
    let size = x.ncols() / heads;
    for rows in Words::Each(words).rows(x.nrows()) {
        for start in (0..x.ncols()).step_by(size) {
            let mut head = x.slice_mut(s![rows.clone(), start..start + size]);
            let y = turned(&head);
            head.assign(&y);
        }
    }
    x
}

/// Puts each head of each word on the same footing, where there is a norm: a row for each.
pub(crate) fn normalize<F: Float>(
    norm: &Option<RmsNorm<F>>,
    x: Array2<F>,
    heads: usize,
) -> (Array2<F>, Option<rms_norm::Saved<F>>) {
    let Some(norm) = norm else { return (x, None) };
    let (rows, columns) = x.dim();
    let (y, saved) = norm.forward(&shaped(x, (rows * heads, columns / heads)));
    (shaped(y, (rows, columns)), Some(saved))
}

pub(crate) fn normalize_backward<F: Float>(
    norm: &Option<RmsNorm<F>>,
    saved: Option<rms_norm::Saved<F>>,
    dy: Array2<F>,
    grad: &mut Option<RmsNorm<F>>,
) -> Array2<F> {
    let (Some(norm), Some(saved), Some(grad)) = (norm, saved, grad) else { return dy };
    let (rows, columns) = dy.dim();
    let size = norm.gain.len();
    let dy = shaped(dy, (rows * columns / size, size));
    shaped(norm.backward(saved, &dy, grad), (rows, columns))
}

/// The same numbers in rows of another length.
fn shaped<F: Float>(x: Array2<F>, shape: (usize, usize)) -> Array2<F> {
    let found = x.dim();
    let same = x.into_shape_with_order(shape);
    same.unwrap_or_else(|error| panic!("{found:?} cannot become {shape:?}: {error}"))
}
