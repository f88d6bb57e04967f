//! A piece of a text through all blocks, and the scores after some of it.

use std::ops::Range;

use kernels::Arithmetic;
use ndarray::{Array2, ArrayView2, ArrayViewMut2};

use super::block::{self, Step};
use super::{Cache, Model, Precision};

/// A piece of fewer rows is read in `f32`. It costs little, since such a piece waits for the weights to
/// come from memory nearly as long as for the arithmetic; and a short question gets the very answer that
/// the weights give, where one rounded number may change a whole text.
const EXACT: usize = 64;

impl Model {
    /// In which arithmetic a piece of so many rows is read.
    pub(super) fn arithmetic(&self, rows: usize) -> Arithmetic {
        if self.precision == Precision::F32 || rows < EXACT {
            Arithmetic::F32
        } else {
            Arithmetic::Fast
        }
    }

    /// Takes a piece of a text through all blocks, and leaves it in the cache: (T) -> (T, C). But of what the last
    /// block makes of it only the last few rows are `wanted`: nobody listens to the others any more.
    pub(super) fn read(
        &self,
        ids: &[u32],
        cache: &mut Cache,
        wanted: usize,
        mut watch: Option<&mut Vec<Vec<Array2<f32>>>>,
    ) {
        let (start, end) = (cache.words, cache.words + ids.len());
        let context = self.shape.context;
        assert!(end <= context, "a text of {end} tokens is longer than the context of {context}");
        cache.room.prepare(&self.shape, ids.len());
        self.embed(ids, start, &mut cache.room.x);
        if let Some(frequencies) = &self.rotary {
            cache.room.turn(frequencies, start, ids.len());
        }
        let mut step = Step {
            team: &self.team,
            shape: &self.shape,
            rows: ids.len(),
            how: self.arithmetic(ids.len()),
        };
        for (i, (block, kept)) in self.blocks.iter().zip(&mut cache.blocks).enumerate() {
            block.keep(&step, kept, &mut cache.room);
            if i + 1 == self.blocks.len() && wanted < step.rows {
                cache.room.leave(&self.shape, step.rows, wanted);
                step.rows = wanted;
                if wanted == 0 {
                    break;
                }
            }
            block.hear(&step, kept, &mut cache.room);
            if let Some(watch) = &mut watch {
                watch.push(block::chances(&step, kept, &cache.room));
            }
            block.think(&step, &mut cache.room);
        }
        cache.words = end;
    }

    /// What each token is, and where it stands if that is learned.
    fn embed(&self, ids: &[u32], start: usize, x: &mut [f32]) {
        let vocabulary = self.shape.vocabulary;
        let mut place = vec![0.0; if self.position.is_some() { self.shape.channels } else { 0 }];
        for ((at, &id), x) in (start..).zip(ids).zip(x.chunks_exact_mut(self.shape.channels)) {
            assert!(
                (id as usize) < vocabulary,
                "your vocabulary has {vocabulary} entries and this id is {id}"
            );
            self.token.rows().widen(id as usize, x);
            if let Some(position) = &self.position {
                position.rows().widen(at, &mut place);
                kernels::rows::add(x, &place);
            }
        }
    }

    /// The scores after some of the rows that have just been read: (n, C) -> (n, V).
    pub(super) fn score(
        &self,
        rows: Range<usize>,
        how: Arithmetic,
        cache: &mut Cache,
        mut logits: ArrayViewMut2<'_, f32>,
    ) {
        let (count, channels) = (rows.len(), self.shape.channels);
        let room = &mut cache.room;
        let last = &mut room.normed[..count * channels];
        last.copy_from_slice(&room.x[rows.start * channels..rows.end * channels]);
        last.chunks_exact_mut(channels).for_each(|row| self.norm.apply(row));
        let last = matrix(last, channels);
        let output = self.output.as_ref().unwrap_or(&self.token);
        kernels::rows_product(&self.team, output.rows(), &last, &mut logits, how);
    }
}

/// Numbers as rows.
pub(super) fn matrix(numbers: &[f32], columns: usize) -> ArrayView2<'_, f32> {
    let shape = (numbers.len() / columns, columns);
    ArrayView2::from_shape(shape, numbers).unwrap_or_else(|error| panic!("{shape:?}: {error}"))
}

pub(super) fn matrix_mut(numbers: &mut [f32], columns: usize) -> ArrayViewMut2<'_, f32> {
    let shape = (numbers.len() / columns, columns);
    ArrayViewMut2::from_shape(shape, numbers).unwrap_or_else(|error| panic!("{shape:?}: {error}"))
}
