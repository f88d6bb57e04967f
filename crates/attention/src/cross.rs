//! From one text to another: who asks is here, who answers is there.
//!
//! ```text
//! query      = x Wq + bq                  (n, C) -> (n, H·D)    every word that asks
//! key, value = source W + b               (m, C) -> (m, H·D)    every word that may answer
//! heard      = attend(query, key, value)  (n, H·D)   head by head, text by text
//! y          = heard Woᵀ + bo             (n, C)     what the heads make of it together
//! ```
//!
//! A translation asks the sentence that it translates: *cross-attention*. The `n` words are those of `B`
//! translations, the `m` words those of `B` sentences, and each translation hears its own sentence.
//! A text that asks itself, where `source` is `x`, is the same sum: *self-attention*.
//!
//! Source: Vaswani et al. 2017, <https://arxiv.org/abs/1706.03762>, section 3.2.3.

use std::ops::Range;

use backprop::Dropout;
use ndarray::{Array2, ArrayRef2, s};
use neuron::Float;

use crate::head::{attend, attend_backward};
use crate::multi_head::{MultiHead, Saved};
use crate::texts::Texts;
use crate::tiled::{TILE, attend_tiled, attend_tiled_backward};

impl<F: Float> MultiHead<F> {
    /// What each word of `x` makes of what it hears in its `source`: (n, C) -> (n, C).
    ///
    /// # Panics
    /// If there are not as many sources as texts.
    pub fn cross(
        &self,
        x: Texts<'_, F>,
        source: Texts<'_, F>,
        dropout: Dropout,
    ) -> (Array2<F>, Saved<F>) {
        let query = self.query.forward(x.rows);
        let key = self.key.forward(source.rows);
        let value = self.value.forward(source.rows);

        let mut heard = Array2::zeros(query.raw_dim());
        let (mut chances, mut log_sums) = (Vec::new(), Vec::new());
        for (place, [asks, tells, head]) in self.places(x, source).into_iter().enumerate() {
            let is_long = tells.len() > TILE;
            let [asks, tells] = [s![asks, head.clone()], s![tells, head]];
            let (query, key, value) = (query.slice(asks), key.slice(tells), value.slice(tells));
            let y = if is_long && dropout.is_off() {
                let (y, log_sum) = attend_tiled(&query, &key, &value, self.causal, TILE);
                log_sums.push(log_sum);
                y
            } else {
                let dropout = dropout.site(place as u64);
                let (y, listening) = attend(&query, &key, &value, self.causal, dropout);
                chances.push(listening);
                y
            };
            heard.slice_mut(asks).assign(&y);
        }

        let y = self.output.forward(&heard);
        (y, Saved { query, key, value, heard, chances, log_sums })
    }

    /// From the slope along `y` to the slopes along `x` and `source`: (n, C) -> (n, C), (m, C).
    /// The slopes along the parameters are added to `grad`.
    pub fn cross_backward(
        &self,
        x: Texts<'_, F>,
        source: Texts<'_, F>,
        dropout: Dropout,
        saved: Saved<F>,
        dy: &ArrayRef2<F>,
        grad: &mut Self,
    ) -> [Array2<F>; 2] {
        let Saved { query, key, value, heard, chances, log_sums } = saved;

        // y = output(heard)
        let dheard = self.output.backward(&heard, dy, &mut grad.output);

        // heard = attend(query, key, value), head by head, text by text
        let mut dquery = Array2::zeros(query.raw_dim());
        let mut dkey = Array2::zeros(key.raw_dim());
        let mut dvalue = Array2::zeros(value.raw_dim());
        let (mut chances, mut log_sums) = (chances.into_iter(), log_sums.into_iter());
        for (place, [asks, tells, head]) in self.places(x, source).into_iter().enumerate() {
            let is_long = tells.len() > TILE;
            let [asks, tells] = [s![asks, head.clone()], s![tells, head]];
            let (query, key, value) = (query.slice(asks), key.slice(tells), value.slice(tells));
            let dy = dheard.slice(asks);
            let slopes = if is_long && dropout.is_off() {
                log_sums.next().map(|sum| {
                    let y = heard.slice(asks);
                    attend_tiled_backward(&query, &key, &value, &y, &sum, &dy, self.causal, TILE)
                })
            } else {
                let dropped = dropout.site(place as u64);
                let chances = chances.next();
                chances.map(|chances| attend_backward(&query, &key, &value, chances, &dy, dropped))
            };
            let Some([dq, dk, dv]) = slopes else { unreachable!("one for each head of each text") };
            dquery.slice_mut(asks).assign(&dq);
            dkey.slice_mut(tells).assign(&dk);
            dvalue.slice_mut(tells).assign(&dv);
        }

        // query = x Wq + bq
        let dx = self.query.backward(x.rows, &dquery, &mut grad.query);
        // key, value = source W + b: source went two ways, so two slopes come back
        let dsource = self.key.backward(source.rows, &dkey, &mut grad.key)
            + self.value.backward(source.rows, &dvalue, &mut grad.value);
        [dx, dsource]
    }

    /// The rows that ask and those that answer, of each text, and the columns of each head.
    fn places(&self, x: Texts<'_, F>, source: Texts<'_, F>) -> Vec<[Range<usize>; 3]> {
        let asks = x.words.rows(x.rows.nrows());
        let tells = source.words.rows(source.rows.nrows());
        let (texts, sources) = (asks.len(), tells.len());
        assert_eq!(texts, sources, "{texts} texts cannot ask {sources} sources: one each");
        let columns = self.query.weight.nrows();
        let size = columns / self.heads;
        let heads = (0..columns).step_by(size).map(|column| column..column + size);
        let each = asks.into_iter().zip(tells);
        each.flat_map(|(asks, tells)| {
            heads.clone().map(move |head| [asks.clone(), tells.clone(), head])
        })
        .collect()
    }
}
