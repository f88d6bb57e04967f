//! What is kept of each word: by what it can be found, and what it has to say.
//!
//! ```text
//! keys     tile after tile of 64 words, (D, 64): word after word in each row, so that 16 scores are worked out abreast
//! values   word after word, (W): the D numbers of a value, and zeros up to a multiple of 16
//! ```

use half::f16;
use half::slice::HalfFloatSliceExt;

/// So many words are in a tile.
pub(super) const TILE: usize = 64;

/// Numbers, the first of them in 32 bits and the others in 16.
#[derive(Clone, Debug, PartialEq)]
struct Numbers {
    wide: Vec<f32>,
    narrow: Vec<f16>,
    split: usize, // how many may be wide
}

impl Numbers {
    fn new(split: usize) -> Self {
        Numbers { wide: Vec::new(), narrow: Vec::new(), split }
    }

    /// Room for so many, so that none is moved until then.
    fn reserve(&mut self, len: usize) {
        let (wide, narrow) = (len.min(self.split), len.saturating_sub(self.split));
        self.wide.reserve(wide.saturating_sub(self.wide.len()));
        self.narrow.reserve(narrow.saturating_sub(self.narrow.len()));
    }

    fn resize(&mut self, len: usize) {
        self.wide.resize(len.min(self.split), 0.0);
        self.narrow.resize(len.saturating_sub(self.split), f16::ZERO);
    }

    /// Writes numbers `step` apart from each other.
    fn write(&mut self, start: usize, step: usize, from: &[f32]) {
        if start < self.split {
            let to = self.wide[start..].iter_mut().step_by(step);
            to.zip(from).for_each(|(to, &x)| *to = x);
        } else {
            let to = self.narrow[start - self.split..].iter_mut().step_by(step);
            to.zip(from).for_each(|(to, &x)| *to = f16::from_f32(x));
        }
    }

    fn part(&self, start: usize, len: usize) -> Part<'_> {
        if start < self.split {
            Part::F32(&self.wide[start..start + len])
        } else {
            let start = start - self.split;
            Part::F16(self.narrow[start..start + len].reinterpret_cast())
        }
    }

    fn get(&self, at: usize) -> f32 {
        match at < self.split {
            true => self.wide[at],
            false => self.narrow[at - self.split].to_f32(),
        }
    }
}

/// Some of the numbers, as they are kept.
pub(super) enum Part<'a> {
    F32(&'a [f32]),
    F16(&'a [u16]),
}

/// The keys and values of one head, for the words of one text. It grows with the text.
///
/// ```
/// use kernels::attend::Kept;
///
/// let mut kept = Kept::new(2, usize::MAX);
/// kept.push(&[1.0, 2.0], &[3.0, 4.0]);
/// assert_eq!((kept.words(), kept.key(0)), (1, vec![1.0, 2.0]));
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Kept {
    size: usize,
    words: usize,
    keys: Numbers,
    values: Numbers,
}

impl Kept {
    /// Nothing yet, of a head of `size` numbers (D). The first `exact` words, in whole tiles, will be kept
    /// in 32 bits, and those after them in 16: half the memory, and half of it to read for each word.
    pub fn new(size: usize, exact: usize) -> Self {
        let exact = exact.div_ceil(TILE).saturating_mul(TILE);
        let [keys, values] = [size, size.next_multiple_of(16)]
            .map(|numbers| Numbers::new(exact.saturating_mul(numbers)));
        Kept { size, words: 0, keys, values }
    }

    /// How many words there are.
    pub fn words(&self) -> usize {
        self.words
    }

    /// D: how many numbers a key or a value has.
    pub fn size(&self) -> usize {
        self.size
    }

    /// W: how many numbers a value takes.
    pub(super) fn width(&self) -> usize {
        self.size.next_multiple_of(16)
    }

    /// Makes room for so many words more.
    pub fn reserve(&mut self, words: usize) {
        let words = self.words + words;
        self.keys.reserve(words.next_multiple_of(TILE) * self.size);
        self.values.reserve(words * self.width());
    }

    /// The next word: its key and its value, each (D).
    ///
    /// # Panics
    /// If they are of another size.
    pub fn push(&mut self, key: &[f32], value: &[f32]) {
        let (size, width) = (self.size, self.width());
        assert!(
            key.len() == size && value.len() == size,
            "a key of {} numbers and a value of {}, for a head of {size}",
            key.len(),
            value.len()
        );
        let (tile, place) = (self.words / TILE, self.words % TILE);
        if place == 0 {
            self.keys.resize((tile + 1) * TILE * size);
        }
        self.keys.write(tile * TILE * size + place, TILE, key);
        self.values.resize((self.words + 1) * width);
        self.values.write(self.words * width, 1, value);
        self.words += 1;
    }

    /// The key of a word, as it was kept: (D).
    ///
    /// # Panics
    /// If there is no such word.
    pub fn key(&self, word: usize) -> Vec<f32> {
        assert!(word < self.words, "there are {} words, and none at {word}", self.words);
        let start = word / TILE * TILE * self.size + word % TILE;
        (0..self.size).map(|i| self.keys.get(start + i * TILE)).collect()
    }

    /// The keys of the tile that starts with a word: (D, TILE).
    pub(super) fn keys(&self, word: usize) -> Part<'_> {
        self.keys.part(word * self.size, TILE * self.size)
    }

    /// The values of so many words: (words, W).
    pub(super) fn values(&self, word: usize, words: usize) -> Part<'_> {
        self.values.part(word * self.width(), words * self.width())
    }
}
