//! The transformer as it was first drawn: an encoder reads a sentence, a decoder writes its translation.
//!
//! ```text
//! source = encoder_N(… encoder_1(embed(sentence)))           (m) -> (m, C)    read once
//! y      = decoder_N(… decoder_1(embed(translation), source)) (n) -> (n, C)   each block asks the source
//! logits = y Wᵀ                                              (n, C) -> (n, V) what comes next
//!
//! embed(ids) = W[id] √C + wave[place in its text]             (n) -> (n, C)
//! ```
//!
//! `W`, (V, C), serves three times: for the words of the sentence, for those of the translation, and to
//! ask for the next one. Both languages share one vocabulary.
//!
//! *Teacher forcing*: in training the decoder is given the right translation, moved by one, whatever it
//! would have said itself. So all of its words are learned at once.
//!
//! ```text
//! read     start  Où    habites  tu   ?
//! to say   Où     habites  tu    ?    end
//! ```
//!
//! Source: Vaswani et al. 2017, <https://arxiv.org/abs/1706.03762>, sections 3 and 5.4.

use attention::{Texts, Words};
use backprop::{Dropout, Loss};
use embedding::Embedding;
use ndarray::{Array2, ArrayRef2, s};
use neuron::{Float, matmul, parameters};
use softmax::{cross_entropy, smoothed_cross_entropy};

use crate::{DecoderBlock, EncoderBlock, decoder, encoder};

mod config;
mod pairs;
mod random;

pub use config::EncoderDecoderConfig;
pub use pairs::Pairs;

/// An encoder, and a decoder that listens to it.
#[derive(Clone, Debug, PartialEq)]
pub struct EncoderDecoder<F = f32> {
    /// (V, C): what each token is, in both languages, and what it is asked for by.
    pub token: Embedding<F>,
    /// The blocks that read, from input to output.
    pub encoder: Vec<EncoderBlock<F>>,
    /// The blocks that write, from input to output.
    pub decoder: Vec<DecoderBlock<F>>,
    /// (T, C): what each place is; nothing that is learned.
    pub position: Array2<F>,
    /// The sizes.
    pub config: EncoderDecoderConfig,
}

parameters!(EncoderDecoder { token, encoder, decoder; position, config });

/// What [`EncoderDecoder::encode`] sets aside: what each block was given, and what it set aside.
#[derive(Clone, Debug)]
pub struct Encoded<F = f32>(Vec<(Array2<F>, encoder::Saved<F>)>);

/// What [`EncoderDecoder::decode`] sets aside.
#[derive(Clone, Debug)]
pub struct Decoded<F = f32> {
    /// What each block was given, and what it set aside.
    pub blocks: Vec<(Array2<F>, decoder::Saved<F>)>,
    last: Array2<F>, // (n, C)
}

// The sites of dropout: the blocks of each half from 0 on, and its embeddings.
const ENCODER: u64 = 0;
const DECODER: u64 = 1;
const EMBEDDINGS: u64 = 1 << 32;

impl<F: Float> EncoderDecoder<F> {
    /// What the encoder makes of some sentences: (m) -> (m, C).
    ///
    /// # Panics
    /// If a sentence is longer than the context, or an id is not in the vocabulary.
    pub fn encode(
        &self,
        ids: &[u32],
        words: Words<'_>,
        dropout: Dropout,
    ) -> (Array2<F>, Encoded<F>) {
        let dropout = dropout.site(ENCODER);
        let mut x = self.embed(ids, words, 0);
        dropout.site(EMBEDDINGS).apply(&mut x);
        let mut saved = Vec::new();
        for (site, block) in (0..).zip(&self.encoder) {
            let (y, set_aside) = block.forward(Texts::new(&x, words), dropout.site(site));
            saved.push((x, set_aside));
            x = y;
        }
        (x, Encoded(saved))
    }

    /// Adds to `grad` the slopes along the encoder's parameters, from the slope along what it made.
    pub fn encode_backward(
        &self,
        ids: &[u32],
        words: Words<'_>,
        dropout: Dropout,
        saved: Encoded<F>,
        mut dx: Array2<F>,
        grad: &mut Self,
    ) {
        let dropout = dropout.site(ENCODER);
        // x = block(x), the last block first
        let blocks = self.encoder.iter().zip(saved.0).zip(&mut grad.encoder);
        for (site, ((block, (x, saved)), grad)) in blocks.enumerate().rev() {
            let site = dropout.site(site as u64);
            dx = block.backward(Texts::new(&x, words), site, saved, &dx, grad);
        }
        // x = dropout(embed(ids))
        dropout.site(EMBEDDINGS).apply(&mut dx);
        self.embed_backward(ids, dx, grad);
    }

    /// The scores of each next token, in some translations so far: (n) -> (n, V). `source` is what the
    /// encoder has made of their sentences, (m, C).
    ///
    /// # Panics
    /// If a translation is longer than the context, or an id is not in the vocabulary.
    pub fn decode(
        &self,
        ids: &[u32],
        words: Words<'_>,
        source: Texts<'_, F>,
        dropout: Dropout,
    ) -> (Array2<F>, Decoded<F>) {
        let dropout = dropout.site(DECODER);
        let mut x = self.embed(ids, words, 0);
        dropout.site(EMBEDDINGS).apply(&mut x);
        let mut blocks = Vec::new();
        for (site, block) in (0..).zip(&self.decoder) {
            let (y, saved) = block.forward(Texts::new(&x, words), source, dropout.site(site));
            blocks.push((x, saved));
            x = y;
        }
        let logits = matmul(&x, &self.token.weight.t());
        (logits, Decoded { blocks, last: x })
    }

    /// From the slope along the logits, (n, V), to the slope along `source`, (m, C).
    /// The slopes along the parameters are added to `grad`.
    #[allow(clippy::too_many_arguments)] // a text to write, a text to read, and what backward always takes
    pub fn decode_backward(
        &self,
        ids: &[u32],
        words: Words<'_>,
        source: Texts<'_, F>,
        dropout: Dropout,
        saved: Decoded<F>,
        dlogits: &ArrayRef2<F>,
        grad: &mut Self,
    ) -> Array2<F> {
        let dropout = dropout.site(DECODER);
        // logits = last Wᵀ
        neuron::add_matmul(&mut grad.token.weight, &dlogits.t(), &saved.last);
        let mut dx = matmul(dlogits, &self.token.weight);

        // x = block(x, source), the last block first: every block has asked the source
        let mut dsource = Array2::zeros(source.rows.raw_dim());
        let blocks = self.decoder.iter().zip(saved.blocks).zip(&mut grad.decoder);
        for (site, ((block, (x, saved)), grad)) in blocks.enumerate().rev() {
            let (x, site) = (Texts::new(&x, words), dropout.site(site as u64));
            let [dy, asked] = block.backward(x, source, site, saved, &dx, grad);
            dx = dy;
            dsource += &asked;
        }
        // x = dropout(embed(ids))
        dropout.site(EMBEDDINGS).apply(&mut dx);
        self.embed_backward(ids, dx, grad);
        dsource
    }

    /// What each token is and where it stands, in texts that start at place `start`.
    pub(crate) fn embed(&self, ids: &[u32], words: Words<'_>, start: usize) -> Array2<F> {
        let mut x = self.token.forward(ids) * F::count(self.config.channels).sqrt();
        for text in words.rows(ids.len()) {
            let (end, context) = (start + text.len(), self.config.context);
            assert!(
                end <= context,
                "a text of {end} tokens is longer than the context of {context}"
            );
            let mut rows = x.slice_mut(s![text, ..]);
            rows += &self.position.slice(s![start..end, ..]);
        }
        x
    }

    fn embed_backward(&self, ids: &[u32], dx: Array2<F>, grad: &mut Self) {
        // x = W[id] √C + wave
        let dtoken = dx * F::count(self.config.channels).sqrt();
        self.token.backward(ids, &dtoken, &mut grad.token);
    }

    /// How surprised the model is by some translations: the sum of -ln chance(token).
    pub fn loss(&self, pairs: &Pairs) -> Loss {
        let (source, _) = self.encode(&pairs.source, pairs.source_words(), Dropout::OFF);
        let source = Texts::new(&source, pairs.source_words());
        let (logits, _) = self.decode(&pairs.input, pairs.words(), source, Dropout::OFF);
        Loss { sum: cross_entropy(logits, &pairs.target).0, count: pairs.target.len() }
    }

    /// Adds to `grad` the gradient of the summed loss of some pairs, smoothed, and returns that loss.
    pub fn learn(&self, pairs: &Pairs, smoothing: f64, dropout: Dropout, grad: &mut Self) -> Loss {
        let (sentences, words) = (pairs.source_words(), pairs.words());
        let (source, encoded) = self.encode(&pairs.source, sentences, dropout);
        let texts = Texts::new(&source, sentences);
        let (logits, decoded) = self.decode(&pairs.input, words, texts, dropout);
        let (sum, dlogits) = smoothed_cross_entropy(logits, &pairs.target, smoothing);
        let dsource =
            self.decode_backward(&pairs.input, words, texts, dropout, decoded, &dlogits, grad);
        self.encode_backward(&pairs.source, sentences, dropout, encoded, dsource, grad);
        Loss { sum, count: pairs.target.len() }
    }
}
