//! Writing a file: first all that is said of the tensors, then each, row by row.
//!
//! Where a tensor will stand follows from the sizes alone, so no more than a few rows are ever in memory.

use std::io::Write;

use super::{ALIGNMENT, GgufError, List, MAGIC, Part, Value, kinds, value};

/// The version that is written.
const VERSION: u32 = 3;

/// Writes a GGUF file.
///
/// # Errors
/// If the writing fails, or a tensor is of a kind that is only read.
pub fn write(
    mut to: impl Write,
    metadata: &[(String, Value)],
    parts: &[Part<'_>],
) -> Result<(), GgufError> {
    let mut head = Vec::new();
    head.extend(MAGIC);
    head.extend(VERSION.to_le_bytes());
    head.extend((parts.len() as u64).to_le_bytes());
    head.extend((metadata.len() as u64).to_le_bytes());
    for (key, value) in metadata {
        text(key.as_bytes(), &mut head);
        head.extend(kind(value).to_le_bytes());
        bytes(value, &mut head);
    }
    let mut offset = 0;
    for part in parts {
        let number = kinds::number(part.kind()).unwrap_or_default();
        text(part.name().as_bytes(), &mut head);
        head.extend((part.shape().len() as u32).to_le_bytes());
        part.shape().iter().rev().for_each(|&axis| head.extend((axis as u64).to_le_bytes()));
        head.extend(number.to_le_bytes());
        head.extend((offset as u64).to_le_bytes());
        offset = (offset + part.length()?).next_multiple_of(ALIGNMENT as usize);
    }
    head.resize(head.len().next_multiple_of(ALIGNMENT as usize), 0);
    to.write_all(&head)?;
    drop(head);
    for part in parts {
        part.write(&mut to)?;
        let length = part.length()?;
        let padding = length.next_multiple_of(ALIGNMENT as usize) - length;
        to.write_all(&[0; ALIGNMENT as usize][..padding])?;
    }
    to.flush()?;
    Ok(())
}

fn text(text: &[u8], to: &mut Vec<u8>) {
    to.extend((text.len() as u64).to_le_bytes());
    to.extend(text);
}

/// The number of a value's type.
fn kind(value: &Value) -> u32 {
    match value {
        Value::U8(_) => 0,
        Value::I8(_) => 1,
        Value::U16(_) => 2,
        Value::I16(_) => 3,
        Value::U32(_) => 4,
        Value::I32(_) => value::I32,
        Value::F32(_) => value::F32,
        Value::Bool(_) => value::BOOL,
        Value::Text(_) => value::TEXT,
        Value::List(_) => value::LIST,
        Value::U64(_) => 10,
        Value::I64(_) => 11,
        Value::F64(_) => 12,
    }
}

fn bytes(value: &Value, to: &mut Vec<u8>) {
    match value {
        Value::U8(number) => to.extend(number.to_le_bytes()),
        Value::I8(number) => to.extend(number.to_le_bytes()),
        Value::U16(number) => to.extend(number.to_le_bytes()),
        Value::I16(number) => to.extend(number.to_le_bytes()),
        Value::U32(number) => to.extend(number.to_le_bytes()),
        Value::I32(number) => to.extend(number.to_le_bytes()),
        Value::F32(number) => to.extend(number.to_le_bytes()),
        Value::U64(number) => to.extend(number.to_le_bytes()),
        Value::I64(number) => to.extend(number.to_le_bytes()),
        Value::F64(number) => to.extend(number.to_le_bytes()),
        Value::Bool(flag) => to.push(u8::from(*flag)),
        Value::Text(bytes) => text(bytes, to),
        Value::List(list) => {
            to.extend(list.kind.to_le_bytes());
            to.extend((list.count as u64).to_le_bytes());
            to.extend(&list.bytes);
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Value::Text(text.as_bytes().to_vec().into())
    }
}

impl From<&[String]> for Value {
    fn from(texts: &[String]) -> Self {
        let mut bytes = Vec::new();
        texts.iter().for_each(|each| text(each.as_bytes(), &mut bytes));
        Value::List(List { kind: value::TEXT, count: texts.len(), bytes: bytes.into() })
    }
}

impl From<&[i32]> for Value {
    fn from(numbers: &[i32]) -> Self {
        let bytes: Vec<u8> = numbers.iter().flat_map(|number| number.to_le_bytes()).collect();
        Value::List(List { kind: value::I32, count: numbers.len(), bytes: bytes.into() })
    }
}

impl From<&[f32]> for Value {
    fn from(numbers: &[f32]) -> Self {
        let bytes: Vec<u8> = numbers.iter().flat_map(|number| number.to_le_bytes()).collect();
        Value::List(List { kind: value::F32, count: numbers.len(), bytes: bytes.into() })
    }
}
