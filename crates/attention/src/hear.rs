//! What words hear, head by head and text by text, where a head may answer several that ask.

use std::iter::zip;
use std::ops::Range;

use ndarray::{Array1, Array2, ArrayRef2, s};
use neuron::{Float, side_by_side};

use crate::texts::Words;
use crate::tiled::{TILE, attend_tiled, attend_tiled_backward};

/// What each word hears in its own text, (n, H·D), head by head; and for each the logarithms of its sums.
pub(crate) fn hear<F: Float>(
    query: &ArrayRef2<F>,
    key: &ArrayRef2<F>,
    value: &ArrayRef2<F>,
    heads: [usize; 2],
    words: usize,
) -> (Array2<F>, Vec<Array1<F>>) {
    let places = places(query, heads, words);
    let each = side_by_side(places.clone(), |(rows, asks, answers)| {
        let (asks, answers) = (s![rows.clone(), asks], s![rows, answers]);
        let (key, value) = (key.slice(answers), value.slice(answers));
        attend_tiled(&query.slice(asks), &key, &value, true, TILE)
    });
    let mut heard = Array2::zeros(query.raw_dim());
    let mut log_sums = Vec::new();
    for ((rows, asks, _), (y, log_sum)) in zip(places, each) {
        heard.slice_mut(s![rows, asks]).assign(&y);
        log_sums.push(log_sum);
    }
    (heard, log_sums)
}

/// From the slope along what was heard to the slopes along `query`, `key` and `value`. A group's slopes add
/// up in the head that answers it.
pub(crate) fn hear_backward<F: Float>(
    query: &ArrayRef2<F>,
    key: &ArrayRef2<F>,
    value: &ArrayRef2<F>,
    heads: [usize; 2],
    words: usize,
    (heard, log_sums): (&ArrayRef2<F>, &[Array1<F>]),
    dheard: &ArrayRef2<F>,
) -> [Array2<F>; 3] {
    let places = places(query, heads, words);
    let pieces = zip(places.clone(), log_sums).collect();
    let each = side_by_side(pieces, |((rows, asks, answers), log_sum): (_, &Array1<F>)| {
        let (asks, answers) = (s![Range::clone(&rows), asks], s![rows, answers]);
        attend_tiled_backward(
            &query.slice(asks),
            &key.slice(answers),
            &value.slice(answers),
            &heard.slice(asks),
            log_sum,
            &dheard.slice(asks),
            true,
            TILE,
        )
    });
    let mut dquery = Array2::zeros(query.raw_dim());
    let mut dkey = Array2::zeros(key.raw_dim());
    let mut dvalue = Array2::zeros(value.raw_dim());
    for ((rows, asks, answers), [dasked, dfound, dtold]) in zip(places, each) {
        dquery.slice_mut(s![rows.clone(), asks]).assign(&dasked);
        let answers = s![rows, answers];
        let (mut dkey, mut dvalue) = (dkey.slice_mut(answers), dvalue.slice_mut(answers));
        dkey += &dfound;
        dvalue += &dtold;
    }
    [dquery, dkey, dvalue]
}

/// The rows of each text, and the columns of each head that asks and of the one that answers it.
fn places<F>(
    query: &ArrayRef2<F>,
    heads: [usize; 2],
    words: usize,
) -> Vec<(Range<usize>, Range<usize>, Range<usize>)> {
    let texts = Words::Each(words).rows(query.nrows()).into_iter();
    let each = texts.flat_map(|rows| {
        groups(query.ncols(), heads).map(move |(asks, answers)| (rows.clone(), asks, answers))
    });
    each.collect()
}

/// The columns of each head that asks, and of the one that answers it.
pub(crate) fn groups(
    columns: usize,
    [heads, kv_heads]: [usize; 2],
) -> impl Iterator<Item = (Range<usize>, Range<usize>)> {
    let (size, group) = (columns / heads, heads / kv_heads);
    let columns = move |head| head * size..(head + 1) * size;
    (0..heads).map(move |head| (columns(head), columns(head / group)))
}
