//! A piece of up to 15 bytes as two numbers: its bytes, and how many they are.

/// The longest piece that has a key.
pub(super) const LONGEST: usize = 15;

/// A short piece, or none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Key([u64; 2]);

/// Which bits of 16 bytes the first 0, 1, 2 … bytes are.
static FIRST: [[u64; 2]; 16] = {
    let mut first = [[0; 2]; 16];
    let mut many = 0;
    while many < 16 {
        let bits = (1u128 << (8 * many)) - 1;
        first[many] = [bits as u64, (bits >> 64) as u64];
        many += 1;
    }
    first
};

impl Key {
    /// The key of `bytes[from..to]`; of a longer piece, one that no short piece has.
    #[inline(always)]
    pub(super) fn of(bytes: &[u8], from: usize, to: usize) -> Self {
        let length = to - from;
        let Some(sixteen) = bytes.get(from..from + 16) else {
            return Self::at_the_end(&bytes[from..to]);
        };
        let (low, high) = sixteen.split_at(8);
        let number = |eight: &[u8]| u64::from_le_bytes(eight.try_into().unwrap_or_default());
        let first = FIRST[length & 15];
        Key([
            number(low) & first[0],
            number(high) & first[1] | (length.min(LONGEST + 1) as u64) << 56,
        ])
    }

    /// Where fewer than 16 bytes are left to read.
    #[cold]
    fn at_the_end(piece: &[u8]) -> Self {
        let mut sixteen = [0; 16];
        for (to, from) in sixteen.iter_mut().zip(piece) {
            *to = *from;
        }
        Self::of(&sixteen, 0, piece.len().min(LONGEST + 1))
    }

    /// The same bytes where they are not a piece, but a part of a longer one.
    pub(super) fn of_a_part(self) -> Self {
        Key([self.0[0], self.0[1] | 1 << 63])
    }

    #[inline(always)]
    pub(super) fn is_short(self) -> bool {
        self.0[1] >> 56 <= LONGEST as u64
    }

    /// Whether both are the same piece.
    #[inline(always)]
    pub(super) fn is(self, other: Self) -> bool {
        (self.0[0] ^ other.0[0]) | (self.0[1] ^ other.0[1]) == 0
    }

    /// A number in which every byte of the piece has a part.
    #[inline(always)]
    pub(super) fn hash(self) -> u64 {
        (self.0[0] ^ self.0[1].rotate_left(29)).wrapping_mul(0x9E37_79B9_7F4A_7C15)
    }
}
