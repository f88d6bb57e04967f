//! What attention does to a tile of scores, row by row.

use super::{exp, fold};

for_each_processor! {
    /// Takes a tile of scores into a softmax that has seen others. A row has `most`, the largest so far, `sum`,
    /// that of exp(score - most), and a row of `y`, summed with the same weights.
    pub fn soften(scores: &mut [f32], y: &mut [f32], most: &mut [f32], sum: &mut [f32]) {
        let rows = most.len().max(1);
        let (columns, size) = ((scores.len() / rows).max(1), (y.len() / rows).max(1));
        let tiles = scores.chunks_exact_mut(columns).zip(y.chunks_exact_mut(size));
        for ((scores, y), (most, sum)) in tiles.zip(most.iter_mut().zip(sum)) {
            let larger = fold(scores, *most, |a, b| if b > a { b } else { a });
            let shrink = exp(*most - larger);
            for score in scores.iter_mut() {
                *score = exp(*score - larger);
            }
            *sum = *sum * shrink + fold(scores, 0.0, |a, b| a + b);
            for y in y.iter_mut() {
                *y *= shrink;
            }
            *most = larger;
        }
    }
}

for_each_processor! {
    /// `scores = exp(scores - log_sum)`, one `log_sum` for each row.
    pub fn chances(scores: &mut [f32], log_sum: &[f32]) {
        let columns = (scores.len() / log_sum.len().max(1)).max(1);
        for (scores, &log_sum) in scores.chunks_exact_mut(columns).zip(log_sum) {
            for score in scores.iter_mut() {
                *score = exp(*score - log_sum);
            }
        }
    }
}

for_each_processor! {
    /// `slopes = chances · (slopes - average)`, one `average` for each row.
    pub fn scores_backward(chances: &[f32], slopes: &mut [f32], average: &[f32]) {
        let columns = (slopes.len() / average.len().max(1)).max(1);
        let rows = slopes.chunks_exact_mut(columns).zip(chances.chunks_exact(columns));
        for ((slopes, chances), &average) in rows.zip(average) {
            for (slope, &chance) in slopes.iter_mut().zip(chances) {
                *slope = chance * (*slope - average);
            }
        }
    }
}
