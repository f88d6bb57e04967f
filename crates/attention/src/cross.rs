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

use std::iter::zip;
use std::ops::Range;

use backprop::Dropout;
use ndarray::{Array2, ArrayRef2, s};
use neuron::{Float, side_by_side};

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

        let places = self.places(x, source, dropout);
        let each = side_by_side(places.clone(), |Place { site, asks, tells, head, keeps }| {
            let [asks, tells] = [s![asks, head.clone()], s![tells, head]];
            let (query, key, value) = (query.slice(asks), key.slice(tells), value.slice(tells));
            if keeps {
                let (y, chances) = attend(&query, &key, &value, self.causal, dropout.site(site));
                (y, Some(chances), None)
            } else {
                let (y, log_sum) = attend_tiled(&query, &key, &value, self.causal, TILE);
                (y, None, Some(log_sum))
            }
        });
        let mut heard = Array2::zeros(query.raw_dim());
        let (mut chances, mut log_sums) = (Vec::new(), Vec::new());
        for (Place { asks, head, .. }, (y, listening, log_sum)) in zip(places, each) {
            heard.slice_mut(s![asks, head]).assign(&y);
            chances.extend(listening);
            log_sums.extend(log_sum);
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
        let places = self.places(x, source, dropout);
        let (mut chances, mut log_sums) = (chances.into_iter(), log_sums.iter());
        let pieces = places.iter().cloned().map(|place| match place.keeps {
            true => (place, chances.next(), None),
            false => (place, None, log_sums.next()),
        });
        let each = side_by_side(pieces.collect(), |(place, chances, log_sum)| {
            let Place { site, asks, tells, head, .. } = place;
            let [asks, tells] = [s![asks, head.clone()], s![tells, head]];
            let (query, key, value) = (query.slice(asks), key.slice(tells), value.slice(tells));
            let (y, dy) = (heard.slice(asks), dheard.slice(asks));
            match (chances, log_sum) {
                (Some(chances), _) => {
                    attend_backward(&query, &key, &value, chances, &dy, dropout.site(site))
                }
                (_, Some(log_sum)) => {
                    attend_tiled_backward(&query, &key, &value, &y, log_sum, &dy, self.causal, TILE)
                }
                _ => unreachable!("one for each head of each text"),
            }
        });
        let mut dquery = Array2::zeros(query.raw_dim());
        let mut dkey = Array2::zeros(key.raw_dim());
        let mut dvalue = Array2::zeros(value.raw_dim());
        for (Place { asks, tells, head, .. }, [dq, dk, dv]) in zip(places, each) {
            dquery.slice_mut(s![asks, head.clone()]).assign(&dq);
            dkey.slice_mut(s![tells.clone(), head.clone()]).assign(&dk);
            dvalue.slice_mut(s![tells, head]).assign(&dv);
        }

        // query = x Wq + bq
        let dx = self.query.backward(x.rows, &dquery, &mut grad.query);
        // key, value = source W + b: source went two ways, so two slopes come back
        let dsource = self.key.backward(source.rows, &dkey, &mut grad.key)
            + self.value.backward(source.rows, &dvalue, &mut grad.value);
        [dx, dsource]
    }

    /// Each head of each text.
    fn places(&self, x: Texts<'_, F>, source: Texts<'_, F>, dropout: Dropout) -> Vec<Place> {
        let asks = x.words.rows(x.rows.nrows());
        let tells = source.words.rows(source.rows.nrows());
        let (texts, sources) = (asks.len(), tells.len());
        assert_eq!(texts, sources, "{texts} texts cannot ask {sources} sources: one each");
        let columns = self.query.weight.nrows();
        let size = columns / self.heads;
        let heads = (0..columns).step_by(size).map(|column| column..column + size);
        let texts = asks.into_iter().zip(tells);
        let each = texts.flat_map(|text| heads.clone().map(move |head| (text.clone(), head)));
        let place = |(site, ((asks, tells), head)): (u64, ((_, Range<usize>), _))| Place {
            site,
            asks,
            keeps: tells.len() <= TILE || !dropout.is_off(),
            tells,
            head,
        };
        zip(0.., each).map(place).collect()
    }
}

/// A head of a text.
#[derive(Clone, Debug)]
struct Place {
    site: u64,           // for what it forgets
    asks: Range<usize>,  // the rows that ask
    tells: Range<usize>, // the rows that answer
    head: Range<usize>,  // its columns
    keeps: bool,         // whether its chances are: if they are few, or some are forgotten
}
