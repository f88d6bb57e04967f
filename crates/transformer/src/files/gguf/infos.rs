//! What a file says of its tensors, held against the bytes that are there.

use super::error::short;
use super::{Cursor, GgufError, kinds, value};
use crate::files::FileError;
use crate::files::tensors::Tensor;

/// A tensor has at most so many axes.
const AXES: u32 = 4;

/// What a file says of a tensor.
struct Info {
    name: String,
    axes: Vec<u64>, // from the inside out
    kind: u32,
    offset: u64,
}

/// The tensors, each with its bytes. No two have bytes in common.
pub(super) fn read(
    mut cursor: Cursor,
    count: u64,
    alignment: u64,
) -> Result<Vec<Tensor>, FileError> {
    let mut infos = Vec::new();
    for _ in 0..count {
        infos.push(read_one(&mut cursor)?);
    }
    if let Some(name) = value::twice(infos.iter().map(|info| &*info.name)) {
        return Err(
            GgufError::broken(format!("the tensor {}", short(name)), "is there twice").into()
        );
    }
    let start = (cursor.at() as u64).next_multiple_of(alignment);
    let mut tensors = Vec::with_capacity(infos.len());
    let mut places = Vec::with_capacity(infos.len());
    for (at, info) in infos.into_iter().enumerate() {
        let place = place(&info, start, alignment, cursor.all().len() as u64)?;
        places.push((place.clone(), at));
        tensors.push(tensor(info, cursor.all().slice(place))?);
    }
    places.sort_unstable_by_key(|(place, _)| place.start);
    match places.windows(2).find(|two| two[0].0.end > two[1].0.start) {
        Some(two) => {
            let [one, other] = [two[0].1, two[1].1].map(|at| short(&tensors[at].name));
            let problem = format!("begins inside of {one}");
            Err(GgufError::broken(format!("the tensor {other}"), problem).into())
        }
        None => Ok(tensors),
    }
}

fn read_one(cursor: &mut Cursor) -> Result<Info, GgufError> {
    let name = cursor.name("the name of a tensor")?;
    let place = format!("the tensor {}", short(&name));
    let axes = cursor.u32(&place)?;
    if !(1..=AXES).contains(&axes) {
        return Err(GgufError::broken(place, format!("has {axes} axes, not 1 to {AXES}")));
    }
    let axes = (0..axes).map(|_| cursor.u64(&place)).collect::<Result<_, _>>()?;
    let (kind, offset) = (cursor.u32(&place)?, cursor.u64(&place)?);
    Ok(Info { name, axes, kind, offset })
}

/// From which byte of the file to which.
fn place(
    info: &Info,
    start: u64,
    alignment: u64,
    end: u64,
) -> Result<std::ops::Range<usize>, GgufError> {
    let named = || format!("the tensor {}", short(&info.name));
    let broken = |problem: String| Err(GgufError::broken(named(), problem));
    let Some(kind) = kinds::of(info.kind) else {
        return Err(GgufError::Kind { name: short(&info.name), found: kinds::other(info.kind) });
    };
    if !info.offset.is_multiple_of(alignment) {
        return broken(format!(
            "has the offset {}, which {alignment} does not divide",
            info.offset
        ));
    }
    let columns = usize::try_from(info.axes[0]).ok().filter(|&columns| columns > 0);
    let row = columns.and_then(|columns| kind.row_bytes(columns));
    let rows = info.axes[1..].iter().try_fold(1, |rows: u64, &axis| rows.checked_mul(axis));
    let length = row.zip(rows).and_then(|(row, rows)| rows.checked_mul(row as u64));
    let Some(length) = length.filter(|&length| length > 0) else {
        return broken(format!("has the axes {:?}, which {} cannot have", info.axes, kind.name()));
    };
    let from = start.checked_add(info.offset);
    match from.and_then(|from| Some((from, from.checked_add(length)?))) {
        Some((from, to)) if to <= end => Ok(from as usize..to as usize),
        _ => broken(format!(
            "has {length} bytes from {} on, and the file ends at {end}",
            start.saturating_add(info.offset)
        )),
    }
}

fn tensor(info: Info, bytes: bytes::Bytes) -> Result<Tensor, FileError> {
    let shape = info.axes.iter().rev().map(|&axis| axis as usize).collect();
    match kinds::of(info.kind) {
        Some(kind) => Tensor::new(info.name, kind, shape, bytes),
        None => Err(GgufError::Kind { name: info.name, found: kinds::other(info.kind) }.into()),
    }
}
