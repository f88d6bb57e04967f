//! A model that runs, and learns no more: its weights stay as the file has them.
//!
//! ```text
//! x      = token[id] (+ position)             (T) -> (T, C)
//! x      = x + attention(norm(x))             (T, C)           layer after layer
//! x      = x + feed_forward(norm(x))          (T, C)
//! logits = norm(x) Wᵀ                         (C) -> (V)       for the last row alone
//! ```
//!
//! This is [`Gpt`](crate::Gpt) and [`Llama`](crate::Llama) once more, in one forward for both. They are
//! what a reader reads, and a test holds this equal to them. What is different here: a weight may be
//! rounded to 16, 8 or 4 bits, is multiplied as it is, and lies wherever the file is mapped; nothing is
//! set aside for a backward; a long text is read in pieces, and most of its keys and values are kept in 16
//! bits; and threads share each product, instead of a batch.

mod block;
mod cache;
mod forward;
mod norm;
mod open;
mod weight;

use std::sync::Arc;

use kernels::Team;
use ndarray::{Array2, ArrayView2, s};

pub use cache::Cache;

use crate::Reader;
use block::Block;
use forward::matrix_mut;
use norm::Norm;
use weight::Weight;

/// How exactly a model computes, and whether it is rounded first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Precision {
    /// As the file has it: long pieces of text in the arithmetic that suits the weights, short ones in
    /// `f32`.
    #[default]
    Auto,
    /// The weights as the file has them, and all else in `f32`.
    F32,
    /// Matrices of `f32` are rounded to bf16 first.
    Bf16,
    /// Matrices are rounded to 8 bits first, if they have more.
    Q8,
}

/// So many rows of a text go through the layers at once, so that memory does not grow with the text.
const PIECE: usize = 512;

/// So many rows go through the output at once: their scores are the widest rows of all.
const SCORED: usize = 64;

/// Keys and values of so many words are kept in 32 bits, for the same reason; those further on in 16,
/// unless the weights have 32 themselves.
const KEPT: usize = 512;

/// The sizes that the forward asks for.
#[derive(Clone, Debug)]
struct Shape {
    vocabulary: usize,
    context: usize,
    channels: usize,
    heads: usize,
    kv_heads: usize,
    size: usize, // of a head: D
    hidden: usize,
}

/// A model that runs.
///
/// ```
/// use std::sync::Arc;
///
/// use kernels::Team;
/// use neuron::init::seeded;
/// use transformer::files::{Config, Kind, Tensors, gpt2};
/// use transformer::run::{Model, Precision};
/// use transformer::{Gpt, GptConfig};
///
/// let config = GptConfig::gpt2(5, 8, 16, 2, 4);
/// let gpt: Gpt = Gpt::random(config.clone(), &mut seeded(1));
/// let file = ("model.safetensors".to_owned(), gpt2::write(&gpt, Kind::F32)?.to_bytes().into());
/// let tensors = Tensors::from_safetensors(vec![file])?;
/// let team = Arc::new(Team::new(1));
/// let model = Model::open(&Config::Gpt(config), &tensors, Precision::F32, team)?;
///
/// let (ours, theirs) = (model.logits(&[0, 1, 2]), gpt.logits(&[0, 1, 2], 3));
/// assert!((&ours - &theirs).iter().all(|difference| difference.abs() < 1e-5));
/// # Ok::<(), transformer::FileError>(())
/// ```
#[derive(Debug)]
pub struct Model {
    token: Weight,
    position: Option<Weight>,
    blocks: Vec<Block>,
    norm: Norm,
    output: Option<Weight>,
    rotary: Option<Vec<f64>>, // (D/2): how far each pair of numbers turns from one place to the next
    shape: Shape,
    precision: Precision,
    team: Arc<Team>,
}

impl Model {
    /// V: how many tokens it knows.
    pub fn vocabulary(&self) -> usize {
        self.shape.vocabulary
    }

    /// T: how many tokens it can remember.
    pub fn context(&self) -> usize {
        self.shape.context
    }

    /// How many blocks it has.
    pub fn layers(&self) -> usize {
        self.blocks.len()
    }

    /// How many bytes its weights have, wherever they lie.
    pub fn bytes(&self) -> usize {
        let rest = [&self.position, &self.output].into_iter().flatten();
        let blocks = self.blocks.iter().flat_map(Block::weights);
        rest.chain([&self.token]).chain(blocks).map(Weight::len).sum()
    }

    /// Nothing read yet.
    pub fn cache(&self) -> Cache {
        let whole = self.precision == Precision::F32 || self.token.is_f32();
        self.keep(if whole { usize::MAX } else { KEPT })
    }

    fn keep(&self, exact: usize) -> Cache {
        Cache::new(self.blocks.len(), self.shape.kv_heads, self.shape.size, exact)
    }

    /// Reads on, and scores what may come after the last of the ids: (T) -> (V).
    ///
    /// # Panics
    /// If there are no ids, one is not in the vocabulary, or the context has no room for them.
    pub fn extend(&self, ids: &[u32], cache: &mut Cache) -> Vec<f32> {
        assert!(!ids.is_empty(), "no token to read: a text starts with one");
        let pieces = ids.len().div_ceil(PIECE);
        for (i, piece) in ids.chunks(PIECE).enumerate() {
            self.read(piece, cache, usize::from(i + 1 == pieces), None);
        }
        let mut logits = vec![0.0; self.shape.vocabulary];
        let how = self.arithmetic(1);
        self.score(0..1, how, cache, matrix_mut(&mut logits, self.shape.vocabulary));
        logits
    }

    /// The scores after each of the ids, a few rows at a time: (T) -> (≤ 64, V), again and again.
    ///
    /// # Panics
    /// As [`Model::extend`].
    pub fn each_logits(&self, ids: &[u32], mut each: impl FnMut(ArrayView2<'_, f32>)) {
        let mut cache = self.cache();
        let mut logits = Array2::zeros((SCORED.min(ids.len()), self.shape.vocabulary));
        for piece in ids.chunks(PIECE) {
            self.read(piece, &mut cache, piece.len(), None);
            let how = self.arithmetic(piece.len());
            for start in (0..piece.len()).step_by(SCORED) {
                let rows = start..piece.len().min(start + SCORED);
                let mut logits = logits.slice_mut(s![..rows.len(), ..]);
                self.score(rows, how, &mut cache, logits.view_mut());
                each(logits.view());
            }
        }
    }

    /// The scores after each of the ids: (T) -> (T, V).
    ///
    /// # Panics
    /// As [`Model::extend`].
    pub fn logits(&self, ids: &[u32]) -> Array2<f32> {
        let (mut all, mut start) = (Array2::zeros((ids.len(), self.shape.vocabulary)), 0);
        self.each_logits(ids, |rows| {
            all.slice_mut(s![start..start + rows.nrows(), ..]).assign(&rows);
            start += rows.nrows();
        });
        all
    }

    /// How much each word listens to each, by layer and head: (T) -> (T, T), again and again.
    ///
    /// # Panics
    /// As [`Model::extend`].
    pub fn attention(&self, ids: &[u32]) -> Vec<Vec<Array2<f32>>> {
        let mut chances = Vec::new();
        self.read(ids, &mut self.keep(usize::MAX), ids.len(), Some(&mut chances));
        chances
    }
}

impl Reader for Model {
    type Cache = Cache;

    fn context(&self) -> usize {
        Model::context(self)
    }

    fn cache(&self) -> Cache {
        Model::cache(self)
    }

    fn words(cache: &Cache) -> usize {
        cache.words
    }

    fn extend(&self, ids: &[u32], cache: &mut Cache) -> Vec<f32> {
        Model::extend(self, ids, cache)
    }
}
