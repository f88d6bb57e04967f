//! How much memory is, was, or will be taken.

use attention::tiled::TILE;
use softmax::output::rows_at_once;
use transformer::files::Config;
use transformer::{EncoderDecoderConfig, Ingredient};

use crate::lesson::Size;

/// The most memory that this process has held, in bytes; 0 where the system does not say.
pub fn peak_bytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<u64>().ok());
    kilobytes.unwrap_or(0) * 1024
}

/// What the allocator holds ready.
const READY: u64 = 6 << 20;

/// About what training will take at most, in bytes: what the program has taken `before`, to read the text; the
/// numbers, their two moments, and a gradient for each share; what a forward keeps for its backward; and scores. A part
/// of each lies between, in pages that are not full. Where a share goes through in `pieces`, and where threads take turns
/// with a single share, what is freed is not quite what is needed next: half as much again. (`benches/scale.py` holds
/// it to what is measured.)
pub fn training_bytes(before: u64, size: &Size, shares: usize, pieces: bool) -> u64 {
    let numbers = 1.08 * ((3 + shares) * size.parameters) as f64;
    let kept = if shares == 1 || pieces { 1.65 } else { 1.15 } * size.kept as f64;
    let scores = 1.15 * size.scores as f64;
    before + READY + (4.0 * (numbers + kept + scores)) as u64
}

/// So many tokens go through a model at once, or one window. What they keep is then small, and each product is still
/// large enough to be worth its packing.
pub const TOKENS: usize = 512;

/// The same with a large vocabulary: no more than have their scores at once.
///
/// ```
/// assert_eq!([65, 32_000].map(primer::memory::tokens_at_once), [512, 262]);
/// ```
pub fn tokens_at_once(vocabulary: usize) -> usize {
    TOKENS.min(rows_at_once(vocabulary))
}

/// How many numbers there are to learn.
pub fn parameters(config: &Config) -> usize {
    let count = match config {
        Config::Gpt(config) => config.parameters(),
        Config::Llama(config) => config.parameters(),
        Config::EncoderDecoder(config) => config.parameters(),
        Config::Sprint(config) => config.parameters(),
    };
    count.unwrap_or(0)
}

/// How many scores are there at once, of so many tokens in two shares.
pub fn scores(vocabulary: usize, tokens: usize) -> usize {
    tokens.min(2 * rows_at_once(vocabulary)) * vocabulary
}

/// How many numbers a model keeps for its backward, of so many tokens in texts of `words` each, and what the
/// backward has at hand in one block. Attention to long texts works its chances out again, unless it `drops`
/// some.
pub fn kept(config: &Config, tokens: usize, words: usize, drops: bool) -> usize {
    let (layers, in_block, wide) = match config {
        Config::Gpt(config) => {
            let chances = if words <= TILE || drops { config.heads * words } else { config.heads };
            let in_block = 6 * config.channels + config.hidden + chances;
            (config.layers, in_block, 5 * config.channels + config.hidden)
        }
        Config::Llama(config) => {
            let heads = 2 * (config.heads + config.kv_heads) * config.head_size;
            let in_block = 2 * config.channels + heads + 2 * config.hidden;
            (config.layers, in_block, 5 * config.channels + 2 * config.hidden)
        }
        Config::Sprint(config) => {
            let in_block = 10 * config.channels + config.hidden;
            (config.layers, in_block, 4 * config.channels + config.hidden)
        }
        Config::EncoderDecoder(_) => return 0, // see `kept_to_translate`
    };
    tokens * (layers * in_block + wide)
}

/// How many numbers an encoder–decoder keeps, of so many pairs of sentences of this average length.
pub fn kept_to_translate(
    config: &EncoderDecoderConfig,
    pairs: usize,
    sentence: f64,
    translation: f64,
) -> usize {
    let (channels, hidden, heads) =
        (config.channels as f64, config.hidden as f64, config.heads as f64);
    let encoder = 9.0 * channels + hidden + heads * sentence;
    let decoder = 15.0 * channels + hidden + heads * (sentence + translation);
    let layers = config.layers as f64 * (sentence * encoder + translation * decoder);
    let scores = 2.0 * translation * config.vocabulary as f64;
    (pairs as f64 * (layers + scores)) as usize
}

/// The multiplications and additions that learning from one token takes, in texts of `words` each, as
/// PaLM counts them (<https://arxiv.org/abs/2204.02311>, appendix B): `6 N + 12 L C T`, of which a third is
/// the forward. What is only looked up is not counted.
pub fn flops(config: &Config, count: usize, words: usize) -> u64 {
    let (looked_up, asked) = match config {
        Config::Gpt(config) => (config.context * config.channels, config.layers * config.channels),
        Config::Llama(config) => {
            let token = if config.tied { 0 } else { config.vocabulary * config.channels };
            (token, config.layers * config.heads * config.head_size)
        }
        Config::Sprint(config) => {
            // The tokens, and what they are reminded of.
            let rows = config.vocabulary
                * if config.has(Ingredient::ValueSkip) { 1 + config.layers } else { 1 };
            (rows * config.channels, config.layers * config.channels)
        }
        Config::EncoderDecoder(config) => {
            return flops_to_translate(config, words as f64, words as f64);
        }
    };
    (6 * (count - looked_up) + 12 * asked * words) as u64
}

/// The same for a token of a pair of sentences of this average length: those of the sentence go through
/// the encoder, those of the translation through the decoder, and each hears all that it may.
pub fn flops_to_translate(config: &EncoderDecoderConfig, sentence: f64, translation: f64) -> u64 {
    let (channels, layers) = (config.channels as f64, config.layers as f64);
    let feed_forward = 2.0 * channels * config.hidden as f64;
    let encoder = layers * (4.0 * channels * channels + feed_forward);
    let decoder = layers * (6.0 * channels * channels + feed_forward);
    let both = layers * 2.0 * channels * channels; // keys and values of the sentence in the decoder
    let scores = config.vocabulary as f64 * channels;
    let listened = sentence * sentence + translation * (translation / 2.0 + sentence);
    let products = sentence * (encoder + both) + translation * (decoder + scores);
    let all = 6.0 * products + 12.0 * layers * channels * listened;
    (all / (sentence + translation)) as u64
}

/// A number of bytes as people say it.
///
/// ```
/// assert_eq!(primer::memory::bytes_in_words(3_250_000), "3.2 MB");
/// ```
pub fn bytes_in_words(bytes: u64) -> String {
    match bytes as f64 {
        few if few < 1e3 => format!("{few} bytes"),
        some if some < 1e6 => format!("{:.1} kB", some / 1e3),
        many if many < 1e9 => format!("{:.1} MB", many / 1e6),
        most => format!("{:.1} GB", most / 1e9),
    }
}
