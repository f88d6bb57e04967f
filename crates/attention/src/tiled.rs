//! The same sum as in [`crate::head`], tile by tile: no array is as large as the text is long, squared.
//!
//! ```text
//! for each tile of queries, for each tile of keys that they may hear:
//!     scores = query keyᵀ / √D               (tile, tile)
//!     most'  = max(most, scores)             (tile)      softmax ignores a shift: by the largest so far
//!     shrink = exp(most - most')             (tile)      what was summed before was shifted by less
//!     parts  = exp(scores - most')           (tile, tile)
//!     sum    = shrink · sum + Σ parts        (tile)
//!     y      = shrink · y + parts · value    (tile, D)
//! y = y / sum,  log_sum = most + ln sum
//! ```
//!
//! A softmax seems to need all scores of a row at once, first the largest and then the sum. It does not:
//! both can be mended as more scores come in. Backward works the chances out again, from `log_sum`:
//! to keep them would take the memory that was saved. Of a causal text nearly half the tiles are hidden
//! as a whole, and are not worked out.
//!
//! Sources: Milakov & Gimelshein 2018, <https://arxiv.org/abs/1805.02867>, for the sum on the way; Rabe &
//! Staats 2021, <https://arxiv.org/abs/2112.05682>; Dao et al. 2022, <https://arxiv.org/abs/2205.14135>.

use std::iter::zip;
use std::ops::Range;

use ndarray::{Array1, Array2, ArrayRef1, ArrayRef2, s};
use neuron::{Float, add_matmul, matmul};

/// How many words a tile has on each side.
pub const TILE: usize = 64;

/// What each word hears, (T, D), and the logarithm of the sum of exp(score) of each row, (T).
///
/// There may be more keys than queries: then the queries are the last words of the text.
///
/// ```
/// use attention::{head::attend, tiled::attend_tiled};
/// use backprop::Dropout;
/// use ndarray::array;
///
/// let words = array![[1.0, 0.5], [-2.0, 0.0], [0.5, 3.0]];
/// let (plain, _) = attend(&words, &words, &words, true, Dropout::OFF);
/// let (tiled, _) = attend_tiled(&words, &words, &words, true, 2); // tiles of 2 · 2
/// assert!(tiled.abs_diff_eq(&plain, 1e-12));
/// ```
pub fn attend_tiled<F: Float>(
    query: &ArrayRef2<F>,
    key: &ArrayRef2<F>,
    value: &ArrayRef2<F>,
    causal: bool,
    tile: usize,
) -> (Array2<F>, Array1<F>) {
    let tiles = Tiles { queries: query.nrows(), keys: key.nrows(), causal, tile };
    let query = query / root(query);
    let mut y = Array2::zeros((query.nrows(), value.ncols()));
    let mut most = Array1::from_elem(query.nrows(), F::neg_infinity());
    let mut sum = Array1::zeros(query.nrows());
    for (asks, tells) in tiles.pairs() {
        let mut parts = tiles.scores(&query, key, &asks, &tells);
        let mut y = y.slice_mut(s![asks.clone(), ..]);
        let (mut most, mut sum) = (most.slice_mut(s![asks.clone()]), sum.slice_mut(s![asks]));
        soften(&mut parts, &mut y, &mut most, &mut sum);
        add_matmul(&mut y, &parts, &value.slice(s![tells, ..]));
    }
    for (mut row, sum) in zip(y.rows_mut(), &sum) {
        row /= *sum;
    }
    (y, most + sum.ln())
}

/// From the slope along `y` to the slopes along `query`, `key` and `value`.
#[expect(clippy::too_many_arguments, reason = "what forward had, what it gave, and dy")]
pub fn attend_tiled_backward<F: Float>(
    query: &ArrayRef2<F>,
    key: &ArrayRef2<F>,
    value: &ArrayRef2<F>,
    y: &ArrayRef2<F>,
    log_sum: &Array1<F>,
    dy: &ArrayRef2<F>,
    causal: bool,
    tile: usize,
) -> [Array2<F>; 3] {
    let tiles = Tiles { queries: query.nrows(), keys: key.nrows(), causal, tile };
    let query = query / root(query);
    let mut dquery = Array2::zeros(query.raw_dim());
    let mut dkey = Array2::zeros(key.raw_dim());
    let mut dvalue = Array2::zeros(value.raw_dim());
    // Σ chances ⊙ dchances of a whole row, which softmax's slope subtracts, is also Σ dy ⊙ y.
    let shared: Array1<F> = zip(dy.rows(), y.rows()).map(|(dy, y)| dy.dot(&y)).collect();
    for (asks, tells) in tiles.pairs() {
        let (asked, told) = (s![asks.clone(), ..], s![tells.clone(), ..]);
        let dy = dy.slice(asked);

        // chances = exp(scores - log_sum), once more
        let mut chances = tiles.scores(&query, key, &asks, &tells);
        to_chances(&mut chances, &log_sum.slice(s![asks.clone()]));

        // y = chances · value
        add_matmul(&mut dvalue.slice_mut(told), &chances.t(), &dy);
        let mut dscores = matmul(&dy, &value.slice(told).t()); // dchances, for now

        // chances = softmax(scores), and scores = query keyᵀ, of a query that is divided by √D
        to_dscores(&chances, &mut dscores, &shared.slice(s![asks.clone()]));
        add_matmul(&mut dquery.slice_mut(asked), &dscores, &key.slice(told));
        add_matmul(&mut dkey.slice_mut(told), &dscores.t(), &query.slice(asked));
    }
    [dquery / root(&query), dkey, dvalue]
}

/// Takes a tile of scores into the softmax of its rows, and leaves `parts` of them.
fn soften<F: Float>(
    scores: &mut ArrayRef2<F>,
    y: &mut ArrayRef2<F>,
    most: &mut ArrayRef1<F>,
    sum: &mut ArrayRef1<F>,
) {
    let slices = scores.as_slice_mut().zip(y.as_slice_mut());
    let slices = slices.zip(most.as_slice_mut().zip(sum.as_slice_mut()));
    let fast = slices.and_then(|((scores, y), (most, sum))| F::soften(scores, y, most, sum));
    if fast.is_some() {
        return;
    }
    for ((mut scores, mut y), (most, sum)) in
        zip(zip(scores.rows_mut(), y.rows_mut()), zip(most, sum))
    {
        let larger = scores.fold(*most, |most, &score| most.max(score));
        let shrink = (*most - larger).exp();
        scores.mapv_inplace(|score| (score - larger).exp());
        *sum = *sum * shrink + scores.sum();
        y *= shrink;
        *most = larger;
    }
}

/// `chances = exp(scores - log_sum)`, row by row.
fn to_chances<F: Float>(scores: &mut ArrayRef2<F>, log_sum: &ArrayRef1<F>) {
    let fast = scores.as_slice_mut().zip(log_sum.as_slice());
    let fast = fast.and_then(|(scores, log_sum)| F::chances(scores, log_sum));
    fast.unwrap_or_else(|| {
        for (mut row, &log_sum) in zip(scores.rows_mut(), log_sum) {
            row.mapv_inplace(|score| (score - log_sum).exp());
        }
    });
}

/// `dscores = chances ⊙ (dchances - shared)`, row by row.
fn to_dscores<F: Float>(chances: &Array2<F>, slopes: &mut ArrayRef2<F>, shared: &ArrayRef1<F>) {
    let fast = chances.as_slice().zip(slopes.as_slice_mut()).zip(shared.as_slice());
    let fast =
        fast.and_then(|((chances, slopes), shared)| F::scores_backward(chances, slopes, shared));
    fast.unwrap_or_else(|| {
        let rows = zip(slopes.rows_mut(), chances.rows());
        for ((mut slopes, chances), &shared) in zip(rows, shared) {
            slopes.zip_mut_with(&chances, |slope, &chance| *slope = chance * (*slope - shared));
        }
    });
}

/// √D
fn root<F: Float>(query: &ArrayRef2<F>) -> F {
    F::count(query.ncols()).sqrt()
}

/// A table of scores, cut into tiles.
struct Tiles {
    queries: usize,
    keys: usize,
    causal: bool,
    tile: usize,
}

impl Tiles {
    /// The rows and columns of each tile in which anything is heard, row after row.
    fn pairs(&self) -> Vec<(Range<usize>, Range<usize>)> {
        let Tiles { queries, keys, causal, tile } = *self;
        let cut = |end: usize| (0..end).step_by(tile).map(move |at| at..(at + tile).min(end));
        let heard = |end: usize| if causal { keys - queries + end } else { keys };
        cut(queries)
            .flat_map(|asks| {
                let tells = cut(keys).take_while(move |tells| tells.start < heard(asks.end));
                tells.map(move |tells| (asks.clone(), tells)).collect::<Vec<_>>()
            })
            .collect()
    }

    /// query keyᵀ of one tile; minus infinity for what is ahead.
    fn scores<F: Float>(
        &self,
        query: &ArrayRef2<F>,
        key: &ArrayRef2<F>,
        asks: &Range<usize>,
        tells: &Range<usize>,
    ) -> Array2<F> {
        let (query, key) = (query.slice(s![asks.clone(), ..]), key.slice(s![tells.clone(), ..]));
        let mut scores = matmul(&query, &key.t());
        let first = self.keys - self.queries.min(self.keys) + asks.start; // the word that the first row is
        if self.causal && first + 1 < tells.end {
            for (word, mut row) in (first..).zip(scores.rows_mut()) {
                let seen = (word + 1).clamp(tells.start, tells.end) - tells.start;
                row.slice_mut(s![seen..]).fill(F::neg_infinity());
            }
        }
        scores
    }
}
