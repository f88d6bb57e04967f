//! What words hear of the keys and values that are kept, and no more memory than a tile of it.
//!
//! ```text
//! scores  = query keysᵀ / √D       (n, words)   each row hears the words up to its own place
//! chances = softmax(scores)        (n, words)
//! y       = chances · values       (n, D)       for each head; a group of heads shares keys and values
//! ```
//!
//! The queries of a group of heads go together, so keys and values are read once for all of them. Many
//! rows (a prompt) are cut into tiles of queries, and each tile walks over the words. A few rows (the
//! next token) have too little to cut there: so the words are cut, and what is heard of each part is
//! joined. Where is a matter of the shapes alone, so any number of threads gives the same bits:
//!
//! ```text
//! top = max topᵢ,   sum = Σ exp(topᵢ - top) sumᵢ,   y = Σ exp(topᵢ - top) heardᵢ / sum
//! ```

mod kept;
mod lanes;
mod small;
mod tile;

use std::cell::RefCell;
use std::ops::Range;

use ndarray::ArrayRef2;

pub use kept::Kept;
use kept::TILE;
use tile::{Room, Task, hear};

use crate::Team;

/// So few rows are cut along the words.
const FEW: usize = 8;
/// So many words are in a part, where the words are cut.
const SPAN: usize = 2 * TILE;
/// So many queries are in a tile of them, or one row's.
const QUERIES: usize = 96;

thread_local! {
    static ROOM: RefCell<Room> = RefCell::default();
    static PARTS: RefCell<Vec<f32>> = RefCell::default();
}

/// What the last rows of a text hear: the queries are (n, H·D), and so is `y`. There is one `kept` for
/// each head of keys and values, and it holds the words of the rows, too.
///
/// # Panics
/// If the heads cannot be shared out among the keys and values, or fewer words are kept than asked for.
///
/// ```
/// use kernels::Team;
/// use kernels::attend::{Kept, attend};
/// use ndarray::{Array2, array};
///
/// let mut kept = Kept::new(2, usize::MAX);
/// kept.push(&[1.0, 0.0], &[5.0, 7.0]);
/// let mut y = Array2::zeros((1, 2));
/// attend(&Team::new(1), &array![[3.0, 1.0]], &[kept], &mut y);
/// assert_eq!(y, array![[5.0, 7.0]]); // who hears one word alone hears what it has to say
/// ```
pub fn attend(team: &Team, query: &ArrayRef2<f32>, kept: &[Kept], y: &mut ArrayRef2<f32>) {
    attend_by(Way::quickest(), team, query, kept, y);
}

/// The same on a kind of processor.
///
/// # Panics
/// As [`attend`].
pub fn attend_by(
    way: Way,
    team: &Team,
    query: &ArrayRef2<f32>,
    kept: &[Kept],
    y: &mut ArrayRef2<f32>,
) {
    let (rows, columns) = query.dim();
    let (size, words) = (kept[0].size(), kept[0].words());
    let group = columns / size / kept.len();
    assert_eq!(group * kept.len() * size, columns, "{} heads of {size}: {columns}", kept.len());
    assert!(query.is_standard_layout(), "rows one after another");
    assert_eq!(y.dim(), query.dim(), "each row of queries hears a row");
    assert!(kept.iter().all(|one| one.words() == words && one.size() == size), "heads of a kind");
    assert!(rows <= words, "{rows} rows of {words} words");
    if rows <= FEW && words > SPAN {
        in_spans(way, team, query, kept, group, &Rows::of(y));
    } else {
        in_tiles(way, team, query, kept, group, &Rows::of(y));
    }
}

/// Many rows, or a short text: the rows are cut into tiles.
fn in_tiles(way: Way, team: &Team, query: &ArrayRef2<f32>, kept: &[Kept], group: usize, y: &Rows) {
    let (rows, size, words) = (query.nrows(), kept[0].size(), kept[0].words());
    let tile = (QUERIES / group).max(1);
    let tiles = rows.div_ceil(tile);
    team.share(tiles * kept.len(), |piece| {
        let (from_last, head) = (piece / kept.len(), piece % kept.len());
        let start = (tiles - 1 - from_last) * tile; // the longest first
        let here = start..rows.min(start + tile);
        let heads = head * group..(head + 1) * group;
        let seen = 0..words - (rows - here.end);
        let task = Task { query, kept: &kept[head], rows: here, heads, words: seen };
        ROOM.with_borrow_mut(|room| {
            way.hear(&task, room);
            let heard = room.heard.chunks_exact(task.kept.width()).zip(&room.sum);
            for (i, (heard, sum)) in heard.enumerate() {
                let (row, head) = (task.rows.start + i / group, task.heads.start + i % group);
                // SAFETY: these rows of this head are this piece's alone.
                let y = unsafe { y.part(row, head * size..(head + 1) * size) };
                let scale = 1.0 / sum;
                y.iter_mut().zip(heard).for_each(|(y, heard)| *y = heard * scale);
            }
        });
    });
}

/// A few rows: the words are cut into spans, and what is heard of each is joined.
fn in_spans(way: Way, team: &Team, query: &ArrayRef2<f32>, kept: &[Kept], group: usize, y: &Rows) {
    let (size, width, words) = (kept[0].size(), kept[0].width(), kept[0].words());
    let (spans, count) = (words.div_ceil(SPAN), query.nrows() * group);
    let len = count * (width + 2); // of a part: heard, top, sum
    let mut parts = PARTS.take();
    parts.resize(kept.len() * spans * len, 0.0);
    let out = Rows { start: parts.as_mut_ptr(), columns: len, rows: kept.len() * spans };
    team.share(kept.len() * spans, |piece| {
        let (head, span) = (piece / spans, piece % spans);
        let heads = head * group..(head + 1) * group;
        let words = span * SPAN..words.min((span + 1) * SPAN);
        let task = Task { query, kept: &kept[head], rows: 0..query.nrows(), heads, words };
        ROOM.with_borrow_mut(|room| {
            way.hear(&task, room);
            // SAFETY: this part is this piece's alone.
            let part = unsafe { out.part(piece, 0..len) };
            let (heard, rest) = part.split_at_mut(count * width);
            let (top, sum) = rest.split_at_mut(count);
            heard.copy_from_slice(&room.heard);
            top.copy_from_slice(&room.top);
            sum.copy_from_slice(&room.sum);
        });
    });
    for (head, parts) in parts.chunks_exact(spans * len).enumerate().take(kept.len()) {
        for i in 0..count {
            let (row, head) = (i / group, head * group + i % group);
            // SAFETY: nobody else is at work.
            let y = unsafe { y.part(row, head * size..(head + 1) * size) };
            join(parts, len, i * width..i * width + size, count * width + i, count, y);
        }
    }
    PARTS.set(parts);
}

/// What is heard of all parts: each has `heard` at a place, `top` at another, and `sum` so much further.
fn join(parts: &[f32], len: usize, heard: Range<usize>, top: usize, sum: usize, y: &mut [f32]) {
    let parts = || parts.chunks_exact(len);
    let largest = parts().map(|part| part[top]).fold(f32::NEG_INFINITY, f32::max);
    let fade = |part: &[f32]| (part[top] - largest).exp();
    let sum: f32 = parts().map(|part| fade(part) * part[top + sum]).sum();
    y.fill(0.0);
    for part in parts() {
        let share = fade(part) / sum;
        y.iter_mut().zip(&part[heard.clone()]).for_each(|(y, heard)| *y += share * heard);
    }
}

/// Rows that several threads write, each its own part.
struct Rows {
    start: *mut f32,
    rows: usize,
    columns: usize,
}

// SAFETY: who takes a part promises that nobody else has it.
unsafe impl Sync for Rows {}

impl Rows {
    fn of(array: &mut ArrayRef2<f32>) -> Self {
        assert!(array.is_standard_layout(), "rows one after another");
        Rows { rows: array.nrows(), columns: array.ncols(), start: array.as_mut_ptr() }
    }

    /// # Safety
    /// Nobody else has any of it, and the array lives.
    #[allow(clippy::mut_from_ref)] // as the promise says
    unsafe fn part(&self, row: usize, columns: Range<usize>) -> &mut [f32] {
        assert!(row < self.rows && columns.end <= self.columns);
        // SAFETY: it is within the array, and the caller's alone.
        unsafe {
            let start = self.start.add(row * self.columns + columns.start);
            std::slice::from_raw_parts_mut(start, columns.len())
        }
    }
}

/// The kinds of processors.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Way(Kind);

#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    Plain,
    #[cfg(target_arch = "x86_64")]
    Avx2,
    #[cfg(target_arch = "x86_64")]
    Avx512,
}

impl Way {
    /// Those that this processor can go, the quickest first.
    pub fn all() -> Vec<Way> {
        let mut ways = Vec::new();
        #[cfg(target_arch = "x86_64")]
        {
            if is_x86_feature_detected!("avx512f")
                && is_x86_feature_detected!("avx512dq")
                && is_x86_feature_detected!("avx512vl")
                && is_x86_feature_detected!("avx512bw")
            {
                ways.push(Way(Kind::Avx512));
            }
            if is_x86_feature_detected!("avx2")
                && is_x86_feature_detected!("fma")
                && is_x86_feature_detected!("f16c")
            {
                ways.push(Way(Kind::Avx2));
            }
        }
        ways.push(Way(Kind::Plain));
        ways
    }

    fn quickest() -> Way {
        static QUICKEST: std::sync::LazyLock<Way> = std::sync::LazyLock::new(|| Way::all()[0]);
        *QUICKEST
    }

    fn hear(self, task: &Task<'_>, room: &mut Room) {
        match self.0 {
            // SAFETY: any processor has what the compiler was told of.
            Kind::Plain => unsafe { hear::<lanes::Plain, 1>(task, room) },
            // SAFETY: only `all` makes a way, and it has asked the processor.
            #[cfg(target_arch = "x86_64")]
            Kind::Avx2 => unsafe { with_avx2(task, room) },
            // SAFETY: the same.
            #[cfg(target_arch = "x86_64")]
            Kind::Avx512 => unsafe { with_avx512(task, room) },
        }
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma,f16c")]
fn with_avx2(task: &Task<'_>, room: &mut Room) {
    // SAFETY: the caller has asked the processor.
    unsafe { hear::<lanes::Avx2, 1>(task, room) }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512dq,avx512vl,avx512bw")]
fn with_avx512(task: &Task<'_>, room: &mut Room) {
    // SAFETY: the caller has asked the processor.
    unsafe { hear::<lanes::Avx512, 4>(task, room) }
}
