//! What a key holds: a number, a text, or a list of one of them.
//!
//! ```text
//! 0 u8   1 i8   2 u16   3 i16   4 u32   5 i32   6 f32   7 bool   8 text   9 list   10 u64   11 i64   12 f64
//! text   its length (u64), its bytes               list   type (u32), how many (u64), the values
//! ```
//!
//! A list keeps its bytes, and its values are read when they are asked for: a vocabulary of 100,000
//! tokens takes no room until then.

use bytes::Bytes;

use super::error::short;
use super::{Cursor, GgufError};

/// How many lists may stand in each other.
const DEEP: usize = 4;

/// What a key holds.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)] // the names of the format
pub enum Value {
    U8(u8),
    I8(i8),
    U16(u16),
    I16(i16),
    U32(u32),
    I32(i32),
    F32(f32),
    Bool(bool),
    Text(Bytes),
    List(List),
    U64(u64),
    I64(i64),
    F64(f64),
}

/// Values of one type, as the file has them.
#[derive(Clone, Debug, PartialEq)]
pub struct List {
    pub(super) kind: u32,
    pub(super) count: usize,
    pub(super) bytes: Bytes,
}

pub(super) const BOOL: u32 = 7;
pub(super) const F32: u32 = 6;
pub(super) const TEXT: u32 = 8;
pub(super) const LIST: u32 = 9;
pub(super) const I32: u32 = 5;

/// How many bytes a value of this type has, if it has no length of its own.
fn size(kind: u32) -> Option<usize> {
    match kind {
        0 | 1 | 7 => Some(1),
        2 | 3 => Some(2),
        4..=6 => Some(4),
        10..=12 => Some(8),
        _ => None,
    }
}

/// The keys and their values.
pub(super) fn read_all(cursor: &mut Cursor, count: u64) -> Result<Vec<(String, Value)>, GgufError> {
    let mut metadata = Vec::new();
    for _ in 0..count {
        let key = cursor.name("the name of a key")?;
        let kind = cursor.u32(&key)?;
        let value = read(cursor, kind, &key)?;
        metadata.push((key, value));
    }
    match twice(metadata.iter().map(|(key, _)| &**key)) {
        Some(key) => Err(GgufError::broken(format!("the key {}", short(key)), "is there twice")),
        None => Ok(metadata),
    }
}

/// The first of some names that is there twice.
pub(super) fn twice<'n>(names: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    let mut names: Vec<&str> = names.collect();
    names.sort_unstable();
    names.windows(2).find(|two| two[0] == two[1]).map(|two| two[0])
}

fn read(cursor: &mut Cursor, kind: u32, key: &str) -> Result<Value, GgufError> {
    let place = || format!("the key {}", short(key));
    match kind {
        TEXT => Ok(Value::Text(cursor.text(&place())?)),
        LIST => {
            let (kind, count) = (cursor.u32(&place())?, cursor.u64(&place())?);
            let start = cursor.at();
            pass(cursor, kind, count, 1, key)?;
            let bytes = cursor.all().slice(start..cursor.at());
            Ok(Value::List(List { kind, count: count as usize, bytes }))
        }
        kind => {
            let unknown = || GgufError::broken(place(), format!("is of the unknown type {kind}"));
            let bytes = cursor.take(size(kind).ok_or_else(unknown)? as u64, &place())?;
            number(kind, &bytes).ok_or_else(|| GgufError::broken(place(), "is no truth value"))
        }
    }
}

/// Walks over the values of a list, all of which must be there.
fn pass(c: &mut Cursor, kind: u32, count: u64, deep: usize, key: &str) -> Result<(), GgufError> {
    let place = || format!("the list {}", short(key));
    let least = match kind {
        TEXT => 8,
        LIST => 12,
        kind => match size(kind) {
            Some(size) => size as u64,
            None => {
                return Err(GgufError::broken(place(), format!("is of the unknown type {kind}")));
            }
        },
    };
    if count.checked_mul(least).is_none_or(|bytes| bytes > c.left() as u64) {
        let problem = format!("tells of {count} values, and {} bytes are left", c.left());
        return Err(GgufError::broken(place(), problem));
    }
    match kind {
        TEXT => (0..count).try_for_each(|_| {
            let length = c.u64(key)?;
            c.skip(length, key)
        }),
        LIST if deep == DEEP => Err(GgufError::broken(place(), "has lists in lists in lists")),
        LIST => (0..count).try_for_each(|_| {
            let (kind, count) = (c.u32(key)?, c.u64(key)?);
            pass(c, kind, count, deep + 1, key)
        }),
        _ => c.skip(count * least, &place()),
    }
}

/// A value without a length of its own, from its bytes.
fn number(kind: u32, bytes: &[u8]) -> Option<Value> {
    let two = || Some([*bytes.first()?, *bytes.get(1)?]);
    let four = || bytes.first_chunk().copied();
    let eight = || bytes.first_chunk().copied();
    if kind == BOOL && !matches!(bytes, [0 | 1]) {
        return None;
    }
    Some(match kind {
        0 => Value::U8(*bytes.first()?),
        1 => Value::I8(*bytes.first()? as i8),
        2 => Value::U16(u16::from_le_bytes(two()?)),
        3 => Value::I16(i16::from_le_bytes(two()?)),
        4 => Value::U32(u32::from_le_bytes(four()?)),
        5 => Value::I32(i32::from_le_bytes(four()?)),
        6 => Value::F32(f32::from_le_bytes(four()?)),
        BOOL => Value::Bool(matches!(bytes, [1])),
        10 => Value::U64(u64::from_le_bytes(eight()?)),
        11 => Value::I64(i64::from_le_bytes(eight()?)),
        12 => Value::F64(f64::from_le_bytes(eight()?)),
        _ => return None,
    })
}

impl Value {
    /// A whole number of any type.
    pub fn integer(&self) -> Option<i64> {
        Some(match *self {
            Value::U8(number) => number.into(),
            Value::I8(number) => number.into(),
            Value::U16(number) => number.into(),
            Value::I16(number) => number.into(),
            Value::U32(number) => number.into(),
            Value::I32(number) => number.into(),
            Value::U64(number) => i64::try_from(number).ok()?,
            Value::I64(number) => number,
            _ => return None,
        })
    }

    /// A number of any type. One in 32 bits is the shortest that it can be meant for: 1e-5, and not
    /// 9.999999747378752e-6.
    pub fn number(&self) -> Option<f64> {
        match self {
            Value::F32(number) => number.to_string().parse().ok(),
            Value::F64(number) => Some(*number),
            other => other.integer().map(|number| number as f64),
        }
    }

    /// True or false.
    pub fn flag(&self) -> Option<bool> {
        if let Value::Bool(flag) = self { Some(*flag) } else { None }
    }

    /// A text, if it is one: nothing in the format says that it must be UTF-8.
    pub fn text(&self) -> Option<&str> {
        if let Value::Text(bytes) = self { std::str::from_utf8(bytes).ok() } else { None }
    }

    /// A list.
    pub fn list(&self) -> Option<&List> {
        if let Value::List(list) = self { Some(list) } else { None }
    }

    /// The value in an error, on one line of a bearable length.
    pub(super) fn shown(&self) -> String {
        match self {
            Value::Text(bytes) => short(&String::from_utf8_lossy(&bytes[..bytes.len().min(400)])),
            Value::List(list) => format!("a list of {}", list.count),
            Value::Bool(flag) => flag.to_string(),
            other => match (other.integer(), other.number()) {
                (Some(number), _) => number.to_string(),
                (_, Some(number)) => number.to_string(),
                _ => "out of bounds".into(),
            },
        }
    }
}

impl List {
    /// How many values there are.
    pub fn count(&self) -> usize {
        self.count
    }

    /// Whole numbers, if it is a list of some.
    pub fn integers(&self) -> Option<Vec<i64>> {
        self.numbers(|value| value.integer())
    }

    /// Numbers in 32 bits, if it is a list of some.
    pub fn floats(&self) -> Option<Vec<f32>> {
        self.numbers(|value| if let Value::F32(number) = value { Some(number) } else { None })
    }

    fn numbers<T>(&self, read: impl Fn(Value) -> Option<T>) -> Option<Vec<T>> {
        let chunks = self.bytes.chunks_exact(size(self.kind)?);
        chunks.map(|bytes| read(number(self.kind, bytes)?)).collect()
    }

    /// Texts, if it is a list of some: UTF-8 or not.
    pub fn texts(&self) -> Option<impl Iterator<Item = &[u8]>> {
        let mut rest = &self.bytes[..];
        let next = move || {
            let (length, after) = rest.split_first_chunk()?;
            let (text, after) = after.split_at_checked(u64::from_le_bytes(*length) as usize)?;
            rest = after;
            Some(text)
        };
        (self.kind == TEXT).then(|| std::iter::from_fn(next))
    }
}
