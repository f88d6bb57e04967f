//! What a model remembers of a text, and where it works.

use kernels::attend::Kept;

use super::Shape;

/// What a model remembers of the text so far. It grows as it is filled.
#[derive(Clone, Debug)]
pub struct Cache {
    /// Of each block, by head.
    pub(super) blocks: Vec<Vec<Kept>>,
    pub(super) words: usize,
    pub(super) room: Room,
}

impl Cache {
    pub(super) fn new(layers: usize, heads: usize, size: usize, exact: usize) -> Self {
        let blocks = vec![vec![Kept::new(size, exact); heads]; layers];
        Cache { blocks, words: 0, room: Room::default() }
    }

    /// How many tokens it has read.
    pub fn len(&self) -> usize {
        self.words
    }

    /// Whether it has read none yet.
    pub fn is_empty(&self) -> bool {
        self.words == 0
    }
}

/// Where the rows of a piece are worked out. It is kept from token to token, so that none asks for
/// memory; a copy of a cache starts with none.
#[derive(Debug, Default)]
pub(super) struct Room {
    pub(super) x: Vec<f32>,      // (n, C)
    pub(super) normed: Vec<f32>, // (n, C): after a norm, and what is to be added to x
    pub(super) query: Vec<f32>,  // (n, H·D)
    pub(super) key: Vec<f32>,    // (n, KV·D)
    pub(super) value: Vec<f32>,  // (n, KV·D)
    pub(super) heard: Vec<f32>,  // (n, H·D)
    pub(super) gate: Vec<f32>,   // (n, hidden)
    pub(super) up: Vec<f32>,     // (n, hidden)
    pub(super) cosine: Vec<f32>, // (n, D/2)
    pub(super) sine: Vec<f32>,   // (n, D/2)
}

impl Clone for Room {
    fn clone(&self) -> Self {
        Room::default()
    }
}

impl Room {
    /// Room for so many rows.
    pub(super) fn prepare(&mut self, shape: &Shape, rows: usize) {
        let (asked, kept) = (shape.heads * shape.size, shape.kv_heads * shape.size);
        for (numbers, width) in [
            (&mut self.x, shape.channels),
            (&mut self.normed, shape.channels),
            (&mut self.query, asked),
            (&mut self.key, kept),
            (&mut self.value, kept),
            (&mut self.heard, asked),
            (&mut self.gate, shape.hidden),
            (&mut self.up, shape.hidden),
        ] {
            let len = rows * width;
            if numbers.capacity() < len {
                *numbers = vec![0.0; len]; // as the system gives it: nobody writes zeros
            }
            numbers.resize(len, 0.0);
        }
    }

    /// Leaves the last few of so many rows: what they are, and what they ask.
    pub(super) fn leave(&mut self, shape: &Shape, rows: usize, last: usize) {
        let asked = shape.heads * shape.size;
        for (numbers, width) in [(&mut self.x, shape.channels), (&mut self.query, asked)] {
            numbers.copy_within((rows - last) * width..rows * width, 0);
        }
        self.prepare(shape, last);
    }

    /// How far each pair of numbers is turned, at each place from `start` on. An angle of thousands
    /// needs 64 bits.
    pub(super) fn turn(&mut self, frequencies: &[f64], start: usize, rows: usize) {
        self.cosine.clear();
        self.sine.clear();
        for place in start..start + rows {
            for frequency in frequencies {
                let (sine, cosine) = (place as f64 * frequency).sin_cos();
                self.cosine.push(cosine as f32);
                self.sine.push(sine as f32);
            }
        }
    }
}
