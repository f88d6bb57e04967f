//! A tile of queries against tile after tile of words, with the softmax on the way.
//!
//! ```text
//! scores  = query keysᵀ                       (R, D) · (D, 64)  at most six queries at a time
//! top'    = max(top, scores)                  (R)
//! p       = exp(scores - top')                (R, 64)
//! fade    = exp(top - top')                   (R)               what was worked out under the old top
//! sum     = fade sum + Σ p                    (R)
//! heard   = fade heard + p values             (R, D)
//! ```
//!
//! After the last tile `heard / sum` is what softmax over all words would give, and no more than 64
//! scores of a query were ever there at once.
//!
//! Source: Milakov and Gimelshein 2018, <https://arxiv.org/abs/1805.02867>; Dao et al. 2022,
//! <https://arxiv.org/abs/2205.14135>.

use std::ops::Range;

use ndarray::ArrayRef2;

use super::kept::{Kept, TILE};
use super::lanes::Lanes;
use super::small::{ROWS, add_values, in_rows, score, wide};
use crate::rows::exp;

/// Some rows of some heads, who hear some of the words that are kept.
pub(super) struct Task<'a> {
    pub(super) query: &'a ArrayRef2<f32>, // (n, H·D)
    pub(super) kept: &'a Kept,
    pub(super) rows: Range<usize>,
    pub(super) heads: Range<usize>,
    pub(super) words: Range<usize>, // from the start of a tile on
}

impl Task<'_> {
    /// How many queries there are: row by row, and head by head in each.
    pub(super) fn count(&self) -> usize {
        self.rows.len() * self.heads.len()
    }

    /// How many words a query may hear: the last row hears them all, the row above all but the last.
    fn limit(&self, query: usize) -> usize {
        let row = self.rows.start + query / self.heads.len();
        self.kept.words() + row + 1 - self.query.nrows()
    }
}

/// Where a thread works.
#[derive(Default)]
pub(super) struct Room {
    query: Vec<f32>,            // six queries at a time, (D, R), divided by √D
    keys: Vec<f32>,             // (D, TILE)
    values: Vec<f32>,           // (TILE, W)
    scores: Vec<f32>,           // (ROWS, TILE)
    pub(super) heard: Vec<f32>, // (count, W): not yet divided by `sum`
    pub(super) top: Vec<f32>,   // (count): the largest score
    pub(super) sum: Vec<f32>,   // (count): Σ exp(score - top)
}

impl Room {
    fn prepare(&mut self, task: &Task<'_>) {
        let (size, width, count) = (task.kept.size(), task.kept.width(), task.count());
        let scale = 1.0 / (size as f32).sqrt();
        self.query.resize(count * size, 0.0);
        let rows = task.rows.clone();
        let queries = rows.flat_map(|row| task.heads.clone().map(move |head| (row, head)));
        for (place, (row, head)) in queries.enumerate() {
            let first = place / ROWS * ROWS;
            let together = ROWS.min(count - first);
            let to = &mut self.query[first * size + place - first..(first + together) * size];
            let from = task.query.row(row);
            let from = from.as_slice().unwrap_or_default(); // `attend` has asked for rows
            let from = &from[head * size..(head + 1) * size];
            for (to, from) in to.chunks_mut(together).zip(from) {
                to[0] = from * scale;
            }
        }
        for (numbers, len, start) in [
            (&mut self.heard, count * width, 0.0),
            (&mut self.top, count, f32::NEG_INFINITY),
            (&mut self.sum, count, 0.0),
        ] {
            numbers.clear();
            numbers.resize(len, start);
        }
        self.keys.resize(TILE * size, 0.0);
        self.values.resize(TILE * width, 0.0);
        self.scores.resize(ROWS * TILE, 0.0);
    }
}

/// What the queries of a task hear, into `room`, `16 BLOCKS` numbers abreast.
///
/// # Safety
/// The processor has the instructions of `L`.
#[inline(always)]
pub(super) unsafe fn hear<L: Lanes, const BLOCKS: usize>(task: &Task<'_>, room: &mut Room) {
    room.prepare(task);
    let Room { query, keys, values, scores, heard, top, sum } = room;
    let (size, width, count) = (task.kept.size(), task.kept.width(), task.count());
    for start in task.words.clone().step_by(TILE) {
        let words = TILE.min(task.words.end - start);
        // SAFETY: the caller has asked the processor.
        let (keys, values) = unsafe {
            (
                wide::<L>(task.kept.keys(start), keys),
                wide::<L>(task.kept.values(start, words), values),
            )
        };
        for first in (0..count).step_by(ROWS) {
            let queries = first..count.min(first + ROWS);
            let seen = |query| task.limit(query).saturating_sub(start).min(words);
            let most = seen(queries.end - 1);
            if most == 0 {
                continue; // all of it is ahead of them
            }
            let query = &query[first * size..queries.end * size];
            // SAFETY: the caller has asked the processor; the keys are (D, TILE).
            unsafe { in_rows!(queries.len(), score::<L, BLOCKS>(query, size, keys, scores)) };
            let mut sees = [0; ROWS];
            sees.iter_mut().zip(queries.clone()).for_each(|(sees, query)| *sees = seen(query));
            let (top, sum) = (&mut top[queries.clone()], &mut sum[queries.clone()]);
            // SAFETY: the caller has asked the processor.
            let fades = unsafe { soften::<L>(scores, &sees, top, sum) };
            let heard = &mut heard[first * width..queries.end * width];
            // SAFETY: the caller has asked the processor; there are `words` ≥ `most` values of `width`.
            unsafe {
                in_rows!(
                    queries.len(),
                    add_values::<L, BLOCKS>(scores, most, values, width, &fades, heard)
                );
            }
        }
    }
}

/// Scores into what softmax makes of them so far: (R, TILE). Returns how much is left of what was there
/// before. Of its words each row sees the first few.
///
/// # Safety
/// The processor has the instructions of `L`.
#[inline(always)]
unsafe fn soften<L: Lanes>(
    scores: &mut [f32],
    sees: &[usize],
    top: &mut [f32],
    sum: &mut [f32],
) -> [f32; 16] {
    let mut largest = [0.0; 16];
    let mut fades = [0.0; 16];
    let (rows, _) = scores.as_chunks_mut::<TILE>();
    for (i, (row, &top)) in rows.iter_mut().zip(&*top).enumerate() {
        if sees[i] < TILE {
            row[sees[i]..].fill(f32::NEG_INFINITY);
        }
        let abreast = fold(row, top, |a, b| if b > a { b } else { a });
        // SAFETY: sixteen numbers, and the caller has asked the processor.
        largest[i] = unsafe { L::load(abreast.as_ptr()).largest() };
        fades[i] = top - largest[i];
    }
    fades.iter_mut().for_each(|fade| *fade = exp(*fade));
    for (i, (row, (top, sum))) in rows.iter_mut().zip(top.iter_mut().zip(sum)).enumerate() {
        if sees[i] == 0 {
            row.fill(0.0);
            fades[i] = 1.0;
            continue;
        }
        row.iter_mut().for_each(|score| *score = exp(*score - largest[i]));
        *top = largest[i];
        let abreast = fold(row, 0.0, |a, b| a + b);
        // SAFETY: sixteen numbers, and the caller has asked the processor.
        *sum = *sum * fades[i] + unsafe { L::load(abreast.as_ptr()).total() };
    }
    fades
}

/// Folds a row sixteen numbers abreast.
#[inline(always)]
fn fold(row: &[f32; TILE], start: f32, join: impl Fn(f32, f32) -> f32) -> [f32; 16] {
    let mut abreast = [start; 16];
    for chunk in row.as_chunks::<16>().0 {
        for (lane, &x) in abreast.iter_mut().zip(chunk) {
            *lane = join(*lane, x);
        }
    }
    abreast
}
