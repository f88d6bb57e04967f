//! A block: listen, then think, and add what comes of it to what was there.
//!
//! ```text
//! query, key, value = turn(norm(x) Wᵀ + b)           (n, C) -> (n, H·D), (n, KV·D) twice; values are not turned
//! x = x + attend(query, keys, values) Wᵀ + b         (n, H·D) -> (n, C)
//! x = x + (silu(gate) · up) Wᵀ + b                   (n, hidden) -> (n, C); or bend(expand) Wᵀ + b
//! ```
//!
//! Rows of a long piece are shared out among the threads; those of a token are too few for that.

use activations::Activation;
use kernels::attend::{Kept, attend};
use kernels::{Arithmetic, Team, rows};
use ndarray::{Array2, s};
use neuron::matmul;
use softmax::softmax_in_place;

use super::Shape;
use super::cache::Room;
use super::forward::{matrix, matrix_mut};
use super::norm::Norm;
use super::weight::{Linear, Weight};

/// The weights of a block.
#[derive(Debug)]
pub(super) struct Block {
    pub(super) attention_norm: Norm,
    pub(super) query: Linear,
    pub(super) key: Linear,
    pub(super) value: Linear,
    pub(super) output: Linear,
    pub(super) head_norms: Option<[Norm; 2]>, // of each query and each key
    pub(super) neighbours: bool, // whether the numbers that turn together stand side by side
    pub(super) feed_forward_norm: Norm,
    pub(super) feed_forward: FeedForward,
}

/// The two kinds of it.
#[derive(Debug)]
pub(super) enum FeedForward {
    /// GPT: expand, bend, project.
    Bent { expand: Linear, activation: Activation, project: Linear },
    /// Llama: one half says how much of the other goes through.
    Gated { gate: Linear, up: Linear, down: Linear },
}

/// What is the same for all blocks of a piece.
pub(super) struct Step<'a> {
    pub(super) team: &'a Team,
    pub(super) shape: &'a Shape,
    pub(super) rows: usize,
    pub(super) how: Arithmetic,
}

/// So many rows are one thread's at a time.
const SHARE: usize = 16;

impl Block {
    /// Keeps what the rows can be found by and what they have to say, by head; and what they ask is in the room.
    pub(super) fn keep(&self, step: &Step<'_>, kept: &mut [Kept], room: &mut Room) {
        step.norm(&self.attention_norm, room);
        let Room { normed, query, key, value, .. } = room;
        step.products(normed, [(&self.query, query), (&self.key, key), (&self.value, value)]);
        self.turn(step, room);
        step.keep(kept, room);
    }

    /// `x = x + attention(norm(x))`, with all that has been kept.
    pub(super) fn hear(&self, step: &Step<'_>, kept: &[Kept], room: &mut Room) {
        let asked = step.shape.heads * step.shape.size;
        let (query, mut heard) = (matrix(&room.query, asked), matrix_mut(&mut room.heard, asked));
        attend(step.team, &query, kept, &mut heard);
        step.products(&room.heard, [(&self.output, &mut room.normed)]);
        step.add(&self.output, room);
    }

    /// `x = x + feed_forward(norm(x))`
    pub(super) fn think(&self, step: &Step<'_>, room: &mut Room) {
        step.norm(&self.feed_forward_norm, room);
        let Room { normed, gate, up, .. } = room;
        let last = match &self.feed_forward {
            FeedForward::Bent { expand, activation, project } => {
                step.products(normed, [(expand, up)]);
                step.bend(expand, *activation, room);
                project
            }
            FeedForward::Gated { gate: open, up: through, down } => {
                step.products(normed, [(open, gate), (through, up)]);
                step.gate(open, through, room);
                down
            }
        };
        step.products(&room.gate, [(last, &mut room.normed)]);
        step.add(last, room);
    }

    /// Biases, norms of the heads, and turns, for what is asked and what can be found.
    fn turn(&self, step: &Step<'_>, room: &mut Room) {
        let Room { query, key, value, cosine, sine, .. } = room;
        let (size, half) = (step.shape.size, step.shape.size / 2);
        let norms = self.head_norms.as_ref();
        for (linear, numbers, norm, turned) in [
            (&self.query, query, norms.map(|norms| &norms[0]), true),
            (&self.key, key, norms.map(|norms| &norms[1]), true),
            (&self.value, value, None, false),
        ] {
            let turned = turned && !cosine.is_empty();
            if linear.bias.is_none() && norm.is_none() && !turned {
                continue;
            }
            step.each(numbers, |row, numbers| {
                if let Some(bias) = &linear.bias {
                    rows::add(numbers, bias);
                }
                for head in numbers.chunks_exact_mut(size) {
                    if let Some(norm) = norm {
                        norm.apply(head);
                    }
                    if turned {
                        let angles = row * half..(row + 1) * half;
                        let (cosine, sine) = (&cosine[angles.clone()], &sine[angles]);
                        match self.neighbours {
                            true => rows::turn_neighbours(head, cosine, sine),
                            false => {
                                let (first, second) = head.split_at_mut(half);
                                rows::turn(first, second, cosine, sine, 1.0);
                            }
                        }
                    }
                }
            });
        }
    }

    /// All its matrices.
    pub(super) fn weights(&self) -> Vec<&Weight> {
        let mut linear = vec![&self.query, &self.key, &self.value, &self.output];
        match &self.feed_forward {
            FeedForward::Bent { expand, project, .. } => linear.extend([expand, project]),
            FeedForward::Gated { gate, up, down } => linear.extend([gate, up, down]),
        }
        linear.into_iter().map(|linear| &linear.weight).collect()
    }
}

impl Step<'_> {
    /// Does something with each row: (n, …).
    fn each(&self, numbers: &mut [f32], work: impl Fn(usize, &mut [f32]) + Sync) {
        let width = numbers.len() / self.rows;
        if self.rows <= SHARE {
            return (0..).zip(numbers.chunks_exact_mut(width)).for_each(|(row, it)| work(row, it));
        }
        let mut shares: Vec<_> = numbers.chunks_mut(SHARE * width).collect();
        self.team.share_mut(&mut shares, |share, numbers| {
            for (row, it) in (share * SHARE..).zip(numbers.chunks_exact_mut(width)) {
                work(row, it);
            }
        });
    }

    /// `normed = norm(x)`
    fn norm(&self, norm: &Norm, room: &mut Room) {
        let (x, width) = (&room.x, self.shape.channels);
        self.each(&mut room.normed, |row, normed| {
            normed.copy_from_slice(&x[row * width..(row + 1) * width]);
            norm.apply(normed);
        });
    }

    /// `x = x + normed + bias`, where `normed` holds what a layer made.
    fn add(&self, linear: &Linear, room: &mut Room) {
        let (normed, width) = (&room.normed, self.shape.channels);
        self.each(&mut room.x, |row, x| {
            rows::add(x, &normed[row * width..(row + 1) * width]);
            if let Some(bias) = &linear.bias {
                rows::add(x, bias);
            }
        });
    }

    /// `gate = bend(up + bias)`
    fn bend(&self, linear: &Linear, activation: Activation, room: &mut Room) {
        self.bias(linear, &mut room.up);
        let (up, width) = (&room.up, self.shape.hidden);
        self.each(&mut room.gate, |row, bent| {
            let up = &up[row * width..(row + 1) * width];
            matrix_mut(bent, width).assign(&activation.forward(&matrix(up, width)));
        });
    }

    /// `gate = silu(gate + bias) · (up + bias)`
    fn gate(&self, open: &Linear, through: &Linear, room: &mut Room) {
        self.bias(open, &mut room.gate);
        self.bias(through, &mut room.up);
        let (up, width) = (&room.up, self.shape.hidden);
        self.each(&mut room.gate, |row, gate| {
            rows::silu_times(gate, &up[row * width..(row + 1) * width]);
        });
    }

    fn bias(&self, linear: &Linear, numbers: &mut [f32]) {
        if let Some(bias) = &linear.bias {
            self.each(numbers, |_, row| rows::add(row, bias));
        }
    }

    /// Keeps the keys and values of the rows, head by head.
    fn keep(&self, kept: &mut [Kept], room: &Room) {
        let (size, width) = (self.shape.size, self.shape.kv_heads * self.shape.size);
        let push = |head: usize, kept: &mut Kept| {
            kept.reserve(2 * self.rows); // as many again are likely to follow
            for row in 0..self.rows {
                let here = row * width + head * size..row * width + (head + 1) * size;
                kept.push(&room.key[here.clone()], &room.value[here]);
            }
        };
        if self.rows <= SHARE {
            kept.iter_mut().enumerate().for_each(|(head, kept)| push(head, kept));
        } else {
            self.team.share_mut(kept, push);
        }
    }

    /// What several layers make of the same rows, without their biases: (n, in) -> (n, out) each.
    fn products<const N: usize>(&self, x: &[f32], layers: [(&Linear, &mut [f32]); N]) {
        let x = matrix(x, x.len() / self.rows);
        let mut made = layers.map(|(linear, y)| {
            let outputs = y.len() / self.rows;
            (linear.weight.rows(), matrix_mut(y, outputs))
        });
        let mut made = made.each_mut().map(|(weight, y)| (*weight, &mut **y));
        kernels::rows_products(self.team, &mut made, &x, self.how);
    }
}

/// How much each row listens to each word: (n, words), by head.
pub(super) fn chances(step: &Step<'_>, kept: &[Kept], room: &Room) -> Vec<Array2<f32>> {
    let (heads, size) = (step.shape.heads, step.shape.size);
    let query = matrix(&room.query, heads * size);
    let listen = |head: usize| {
        let kept = &kept[head * kept.len() / heads];
        let keys: Vec<f32> = (0..kept.words()).flat_map(|word| kept.key(word)).collect();
        let query = query.slice(s![.., head * size..(head + 1) * size]);
        let mut scores = matmul(&query, &matrix(&keys, size).t()) / (size as f32).sqrt();
        let earlier = kept.words() - step.rows;
        for (row, mut scores) in scores.rows_mut().into_iter().enumerate() {
            scores.slice_mut(s![earlier + row + 1..]).fill(f32::NEG_INFINITY);
        }
        softmax_in_place(&mut scores);
        scores
    };
    (0..heads).map(listen).collect()
}
