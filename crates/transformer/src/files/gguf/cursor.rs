//! A place in the bytes of a file. What is asked for is there, or an error says what was cut.

use bytes::Bytes;

use super::GgufError;

/// A place in the bytes of a file.
#[derive(Debug)]
pub(super) struct Cursor {
    bytes: Bytes,
    at: usize,
}

impl Cursor {
    pub(super) fn new(bytes: Bytes) -> Self {
        Cursor { bytes, at: 0 }
    }

    /// How many bytes were read.
    pub(super) fn at(&self) -> usize {
        self.at
    }

    /// All bytes of the file.
    pub(super) fn all(&self) -> &Bytes {
        &self.bytes
    }

    /// How many bytes are left.
    pub(super) fn left(&self) -> usize {
        self.bytes.len() - self.at
    }

    /// The next bytes, shared.
    pub(super) fn take(&mut self, count: u64, what: &str) -> Result<Bytes, GgufError> {
        let start = self.at;
        self.skip(count, what)?;
        Ok(self.bytes.slice(start..self.at))
    }

    /// Walks past the next bytes.
    pub(super) fn skip(&mut self, count: u64, what: &str) -> Result<(), GgufError> {
        match usize::try_from(count) {
            Ok(count) if count <= self.left() => {
                self.at += count;
                Ok(())
            }
            _ => {
                let left = self.left();
                let problem =
                    format!("wants {count} bytes at byte {}, and {left} are left", self.at);
                Err(GgufError::broken(what, problem))
            }
        }
    }

    fn number<const N: usize>(&mut self, what: &str) -> Result<[u8; N], GgufError> {
        let mut number = [0; N];
        let start = self.at;
        self.skip(N as u64, what)?;
        number.copy_from_slice(&self.bytes[start..self.at]);
        Ok(number)
    }

    pub(super) fn u32(&mut self, what: &str) -> Result<u32, GgufError> {
        self.number(what).map(u32::from_le_bytes)
    }

    pub(super) fn u64(&mut self, what: &str) -> Result<u64, GgufError> {
        self.number(what).map(u64::from_le_bytes)
    }

    /// A text: its length, and its bytes.
    pub(super) fn text(&mut self, what: &str) -> Result<Bytes, GgufError> {
        let length = self.u64(what)?;
        self.take(length, what)
    }

    /// The name of something.
    pub(super) fn name(&mut self, what: &str) -> Result<String, GgufError> {
        let at = self.at;
        let bytes = self.text(what)?;
        match std::str::from_utf8(&bytes) {
            Ok(name) if !name.is_empty() && name.len() < 1 << 16 => Ok(name.to_owned()),
            _ => {
                let problem = format!("at byte {at} has {} bytes that are no name", bytes.len());
                Err(GgufError::broken(what, problem))
            }
        }
    }
}
