//! What a value weighs: one for each value within it, and for each 64 bytes of text.
//!
//! ```text
//! "Hi"                       1
//! [1, 2, 3]                  4
//! [l, l] where l is that     9      the same list twice is printed twice, and compared twice
//! ```
//!
//! No value is heavier than [`HEAVIEST`] or deeper than [`DEEPEST`], none is lazy, and none holds itself:
//! so whatever the engine does with one ends soon, and what it costs is paid here.

use minijinja::value::ValueKind;
use minijinja::{Environment, Error, ErrorKind, State, Value};

/// What is made goes through this: a lazy list becomes a list, and what is too heavy is refused.
pub(super) const KEPT: &str = "_kept";
/// What becomes a part of a namespace goes through this.
pub(super) const HELD: &str = "_held";
/// What is walked goes through this, and is paid for.
pub(super) const WEIGHED: &str = "_weighed";
/// What is walked only if it is text goes through this.
pub(super) const READ: &str = "_read";
/// What takes a part of a value out: of a text it must walk to it.
pub(super) const ITEM: &str = "_item";

/// A conversation of 200,000 words weighs 20,000.
const HEAVIEST: usize = 250_000;
/// Lists in lists, so deep.
const DEEPEST: usize = 50;
/// So much costs one step.
const A_STEP: usize = 16;

/// Adds the filters that weigh.
pub(super) fn add(environment: &mut Environment<'static>) {
    environment.add_filter(KEPT, kept);
    environment.add_filter(HELD, |value: Value| match changes(&value) {
        true => Err(holds()),
        false => Ok(value),
    });
    environment.add_filter(WEIGHED, |state: &State, value: Value| {
        kept(state, value.clone())?;
        Ok::<_, Error>(value)
    });
    environment.add_filter(ITEM, |state: &State, value: Value, at: Value| {
        kept(state, at.clone())?;
        if value.as_str().is_some() {
            kept(state, value.clone())?;
        }
        value.get_item(&at)
    });
    environment.add_filter(READ, |state: &State, value: Value| match value.as_str() {
        Some(_) => kept(state, value),
        None => Ok(value),
    });
}

/// What a value weighs; the heaviest weighs no more than it may.
pub(super) fn of(value: &Value) -> usize {
    let mut left = HEAVIEST;
    let _heavy = plain(value, DEEPEST, &mut left);
    HEAVIEST - left
}

fn kept(state: &State, value: Value) -> Result<Value, Error> {
    let mut left = HEAVIEST;
    let plain = plain(&value, DEEPEST, &mut left);
    state.consume_fuel(((HEAVIEST - left) / A_STEP) as u64)?;
    Ok(plain?.unwrap_or(value))
}

/// The value without lazy lists, where it has any; `left` is what it may still weigh.
fn plain(value: &Value, deep: usize, left: &mut usize) -> Result<Option<Value>, Error> {
    let weight = 1 + value.as_str().map_or(0, |text| text.len() / 64);
    *left = match left.checked_sub(weight) {
        Some(left) => left,
        None => {
            *left = 0;
            return Err(Error::from(ErrorKind::OutOfFuel));
        }
    };
    let Some(object) = value.as_object() else { return Ok(None) };
    if deep == 0 {
        return Err(Error::new(ErrorKind::InvalidOperation, "recursion: a list lies too deep"));
    }
    let mut within = |one: &Value| match changes(one) {
        true => Err(holds()),
        false => plain(one, deep - 1, left),
    };
    match value.kind() {
        ValueKind::Map => {
            for (key, value) in object.try_iter_pairs().into_iter().flatten() {
                if within(&key)?.or(within(&value)?).is_some() {
                    return Err(holds());
                }
            }
            Ok(None)
        }
        kind @ (ValueKind::Seq | ValueKind::Iterable) => {
            let (mut items, mut lazy) = (Vec::new(), kind == ValueKind::Iterable);
            for item in value.try_iter()?.checked() {
                let item = item?;
                let plain = within(&item)?;
                lazy |= plain.is_some();
                items.push(plain.unwrap_or(item));
            }
            Ok(lazy.then(|| Value::from(items)))
        }
        _ => Ok(None),
    }
}

/// Whether it may change, as namespaces and loops do: one that holds another could hold itself.
fn changes(value: &Value) -> bool {
    let name = value.as_object().map_or("", |object| object.type_name());
    name.ends_with("::Namespace") || name.ends_with("::Loop")
}

fn holds() -> Error {
    Error::new(ErrorKind::InvalidOperation, "a list, dict or namespace holds a namespace or a loop")
}
