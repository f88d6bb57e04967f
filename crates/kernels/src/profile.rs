//! Where the time goes: how long each kernel works, and for which line of the lessons.
//!
//! While nobody asks, a kernel looks at one flag.

use std::collections::BTreeMap;
use std::panic::Location;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// A kernel, and who asked for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Work {
    /// The kernel
    pub kernel: &'static str,
    /// The file and the line that asked for a product; none for other kernels, which have a name for each use
    pub place: Option<(&'static str, u32)>,
}

/// What work has taken.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Spent {
    /// How often it was done
    pub calls: u64,
    /// For how long, all threads together
    pub time: Duration,
    /// Multiplications and additions, where somebody counts them: in products
    pub operations: u64,
    /// Bytes of what was read, and of what was written
    pub bytes: u64,
}

type Table = BTreeMap<Work, Spent>;

static WATCHES: AtomicBool = AtomicBool::new(false);
/// One for each thread.
static TABLES: Mutex<Vec<Arc<Mutex<Table>>>> = Mutex::new(Vec::new());

thread_local! {
    static OWN: Arc<Mutex<Table>> = {
        let own = Arc::default();
        locked(&TABLES).push(Arc::clone(&own));
        own
    };
}

/// From now on, kernels are watched, or are not.
pub fn watch(whether: bool) {
    WATCHES.store(whether, Relaxed);
}

/// What has been seen so far, by all threads together; what took longest comes first. From then on it is forgotten.
pub fn take() -> Vec<(Work, Spent)> {
    let mut all = Table::new();
    for table in &*locked(&TABLES) {
        for (work, spent) in std::mem::take(&mut *locked(table)) {
            add(&mut all, work, spent);
        }
    }
    let mut all: Vec<_> = all.into_iter().collect();
    all.sort_by_key(|(_, spent)| std::cmp::Reverse(spent.time));
    all
}

/// A product for the line at that place.
pub(crate) fn product<T>(
    kernel: &'static str,
    place: &'static Location<'static>,
    [n, k, m]: [usize; 3],
    work: impl FnOnce() -> T,
) -> T {
    let place = Some((place.file(), place.line()));
    let (operations, numbers) = (2 * n * k * m, n * k + k * m + n * m);
    timed(Work { kernel, place }, operations as u64, 4 * numbers as u64, work)
}

/// A kernel for rows of so many bytes.
pub(crate) fn rows<T>(kernel: &'static str, bytes: usize, work: impl FnOnce() -> T) -> T {
    timed(Work { kernel, place: None }, 0, bytes as u64, work)
}

#[inline]
fn timed<T>(name: Work, operations: u64, bytes: u64, work: impl FnOnce() -> T) -> T {
    if !WATCHES.load(Relaxed) {
        return work();
    }
    let start = Instant::now();
    let result = work();
    let spent = Spent { calls: 1, time: start.elapsed(), operations, bytes };
    OWN.with(|own| add(&mut locked(own), name, spent));
    result
}

fn add(table: &mut Table, work: Work, spent: Spent) {
    let sum = table.entry(work).or_default();
    sum.calls += spent.calls;
    sum.time += spent.time;
    sum.operations += spent.operations;
    sum.bytes += spent.bytes;
}

/// A panic leaves nothing half done under these locks.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// How many bytes an argument of a kernel brings to be read, and takes to be written.
pub(crate) trait Bytes {
    fn bytes(&self) -> usize {
        0
    }
}

impl Bytes for f32 {}
impl Bytes for bool {}
impl<F> Bytes for crate::rows::AdamStep<F> {}

impl Bytes for &[f32] {
    fn bytes(&self) -> usize {
        size_of_val(*self)
    }
}

impl<B: Bytes> Bytes for Option<B> {
    fn bytes(&self) -> usize {
        self.as_ref().map_or(0, Bytes::bytes)
    }
}

impl Bytes for &mut [f32] {
    fn bytes(&self) -> usize {
        2 * size_of_val(*self)
    }
}
