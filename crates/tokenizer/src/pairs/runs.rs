//! A word that is a few letters, each again and again: a million spaces, a line of dashes.
//!
//! ```text
//! a a a a a a a b          7 of a, 1 of b
//! a + a -> A               3 of A, 1 of a, 1 of b       the whole run at once
//! ```
//!
//! The rule is that of [`merge`](super::merge): the lowest rank first, the leftmost of them. It joins a
//! run from left to right, two by two, unless what it makes could be joined sooner than the rest of the
//! run. Then only the first two are joined. Either way the number of steps is that of the runs, and of
//! how often one can be halved.

use super::Pair;

/// A word of more runs than this, or that takes more steps, is no such word.
const RUNS: usize = 16;
const STEPS: usize = 256;

/// A token, and how many of it stand side by side.
type Run = (u32, usize);

/// Joins neighbours until no two can be joined, if the word is a few runs and stays so.
pub(super) fn merge(ids: &[u32], ranks: impl Fn(Pair) -> Option<(u32, u32)>) -> Option<Vec<u32>> {
    let mut runs: Vec<Run> = Vec::new();
    for run in ids.chunk_by(|one, other| one == other) {
        if runs.len() == RUNS {
            return None;
        }
        runs.push((run[0], run.len()));
    }
    for _ in 0..STEPS {
        let Some((rank, place, id)) = lowest(&runs, &ranks) else {
            let tokens = runs.iter().flat_map(|&(token, many)| std::iter::repeat_n(token, many));
            return Some(tokens.collect());
        };
        join(&mut runs, rank, place, id, &ranks);
        if runs.len() > RUNS {
            return None;
        }
    }
    None
}

/// Where two are joined.
#[derive(Clone, Copy, PartialEq, PartialOrd, Eq, Ord)]
enum Place {
    /// Inside of a run.
    Inside(usize),
    /// The last of a run and the first of the next.
    Behind(usize),
}

/// The lowest rank, the leftmost place that has it, and what the two become.
fn lowest(runs: &[Run], ranks: &impl Fn(Pair) -> Option<(u32, u32)>) -> Option<(u32, Place, u32)> {
    let inside = runs.iter().enumerate().filter(|(_, (_, many))| *many > 1);
    let inside = inside.map(|(at, &(token, _))| (at, Place::Inside(at), (token, token)));
    let behind = runs.windows(2).enumerate();
    let behind = behind.map(|(at, two)| (at, Place::Behind(at), (two[0].0, two[1].0)));
    let ranked = |(at, place, pair)| ranks(pair).map(|(rank, id)| (rank, at, place, id));
    let (rank, _, place, id) = inside.chain(behind).filter_map(ranked).min()?;
    Some((rank, place, id))
}

fn join(
    runs: &mut Vec<Run>,
    rank: u32,
    place: Place,
    id: u32,
    ranks: &impl Fn(Pair) -> Option<(u32, u32)>,
) {
    let sooner = |left, right| ranks((left, right)).is_some_and(|(other, _)| other < rank);
    let (at, becomes): (usize, Vec<Run>) = match place {
        Place::Inside(at) => {
            let (token, many) = runs[at];
            let before = at.checked_sub(1).map(|before| runs[before].0);
            let waits = before.is_none_or(|before| !sooner(before, id));
            let all = waits && !sooner(id, id) && !sooner(id, token);
            let made = if all { many / 2 } else { 1 };
            (at, vec![(id, made), (token, many - 2 * made)])
        }
        Place::Behind(at) => {
            let ((left, many), (right, more)) = (runs[at], runs.remove(at + 1));
            (at, vec![(left, many - 1), (id, 1), (right, more - 1)])
        }
    };
    runs.splice(at..=at, becomes);
    runs.retain(|&(_, many)| many > 0);
    runs.dedup_by(|next, run| {
        let same = next.0 == run.0;
        if same {
            run.1 += next.1;
        }
        same
    });
}
