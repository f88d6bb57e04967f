//! Threads that wait awake.
//!
//! A token goes through some hundred products of a hundred microseconds each. To wake a thread takes
//! tens of them. So the threads of a team stay awake for a while after each piece of work and watch a
//! number in memory: to hand work out is to change it, about a microsecond there and back. Who finds
//! nothing for some hundred microseconds lets others have the processor, and then goes to sleep.
//!
//! ```text
//! gate = round · 2³² + open · 2³¹ + inside
//! caller   writes the job, opens the gate, works, shuts the gate, waits until nobody is inside
//! worker   sees a new round, steps inside (one more), works while there are pieces, steps out
//! ```
//!
//! A worker that is asleep, or has lost its processor, is not inside, and nobody waits for it.

use std::any::Any;
use std::cell::UnsafeCell;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release, SeqCst};
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

const OPEN: u64 = 1 << 31;
const ROUND: u64 = 1 << 32;
const INSIDE: u64 = OPEN - 1;
/// So often a worker looks again at once: about 50 µs.
const LOOKS: u32 = 2000;
/// So often it looks again after others had the processor: about 200 µs, if there are none.
const YIELDS: u32 = 500;

/// Threads that share out work.
///
/// ```
/// use std::sync::atomic::{AtomicUsize, Ordering};
/// use kernels::Team;
///
/// let team = Team::new(2);
/// let sum = AtomicUsize::new(0);
/// team.share(100, |piece| {
///     sum.fetch_add(piece, Ordering::Relaxed);
/// });
/// assert_eq!(sum.into_inner(), 4950);
/// ```
pub struct Team {
    common: Arc<Common>,
    workers: Vec<JoinHandle<()>>,
}

impl std::fmt::Debug for Team {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Team").field("threads", &self.threads()).finish_non_exhaustive()
    }
}

/// What the threads of a team see.
#[derive(Default)]
struct Common {
    /// Written by the caller whose `busy` it is, while the gate is shut and nobody is inside.
    job: Line<UnsafeCell<Option<Job>>>,
    gate: Line<AtomicU64>,
    next: Line<AtomicUsize>,
    /// someone shares out work
    busy: AtomicBool,
    over: AtomicBool,
    asleep: AtomicUsize,
    bed: Mutex<()>,
    alarm: Condvar,
    panic: Mutex<Option<Box<dyn Any + Send>>>,
}

/// A cache line of its own: what one thread writes often shall not slow down readers of something else.
#[derive(Default)]
#[repr(align(128))]
struct Line<T>(T);

#[derive(Clone, Copy)]
struct Job {
    pieces: usize,
    work: *const (dyn Fn(usize) + Sync),
}

// SAFETY: `job` is the one field that is not Sync. It is written by whoever has set `busy`, while the
// gate is shut and nobody is inside, and read by those who are inside.
unsafe impl Sync for Common {}
// SAFETY: the work that `job` leads to is Sync, and outlives everybody's time inside.
unsafe impl Send for Common {}

impl Team {
    /// So many threads, the caller's among them. 1, or 0: the caller alone. Fewer, if the system does
    /// not give so many.
    pub fn new(threads: usize) -> Team {
        let common = Arc::new(Common::default());
        let worker = |_| {
            let common = Arc::clone(&common);
            let name = std::thread::Builder::new().name("kernels".to_owned());
            name.spawn(move || common.attend()).ok()
        };
        let workers = (1..threads).map_while(worker).collect();
        Team { common, workers }
    }

    /// How many threads there are, the caller's among them.
    pub fn threads(&self) -> usize {
        self.workers.len() + 1
    }

    /// Does `work` for every piece, once, by whoever is free; returns when all is done. Who shares out
    /// work from inside a piece, or while another thread shares out its own, does it alone.
    ///
    /// # Panics
    /// If a piece does. Pieces that nobody has begun are then left undone.
    pub fn share(&self, pieces: usize, work: impl Fn(usize) + Sync) {
        let common = &*self.common;
        if pieces < 2 || self.workers.is_empty() || common.busy.swap(true, Acquire) {
            return (0..pieces).for_each(work);
        }
        let work: *const (dyn Fn(usize) + Sync + '_) = &work;
        // SAFETY: of the two types, only the lifetime differs. Nobody is inside when this returns, so
        // the work outlives every use.
        let work: *const (dyn Fn(usize) + Sync) = unsafe { std::mem::transmute(work) };
        let job = Job { pieces, work };
        // SAFETY: this thread has set `busy`; the gate is shut, and nobody is inside.
        unsafe { *common.job.0.get() = Some(job) };
        common.next.0.store(0, Relaxed);
        let round = common.gate.0.load(Relaxed) & !(OPEN | INSIDE);
        common.gate.0.store(round.wrapping_add(ROUND) | OPEN, SeqCst);
        common.wake(pieces - 1);
        common.work(job);
        common.gate.0.fetch_and(!OPEN, Acquire);
        let mut looks = 0;
        while common.gate.0.load(Acquire) & INSIDE != 0 {
            pause(&mut looks);
        }
        let panic = locked(&common.panic).take();
        common.busy.store(false, Release);
        if let Some(panic) = panic {
            resume_unwind(panic);
        }
    }

    /// Does `work` for every item, once: [`share`](Team::share) with something to write to.
    ///
    /// ```
    /// let mut squares = [0; 9];
    /// kernels::Team::new(2).share_mut(&mut squares, |i, square| *square = i * i);
    /// assert_eq!(squares, [0, 1, 4, 9, 16, 25, 36, 49, 64]);
    /// ```
    ///
    /// # Panics
    /// If the work does.
    pub fn share_mut<T: Send>(&self, items: &mut [T], work: impl Fn(usize, &mut T) + Sync) {
        let start = Start(items.as_mut_ptr());
        self.share(items.len(), |i| {
            // SAFETY: each piece comes once, so each item is borrowed once; `items` is borrowed throughout.
            work(i, unsafe { &mut *start.at(i) });
        });
    }
}

impl Drop for Team {
    fn drop(&mut self) {
        self.common.over.store(true, SeqCst);
        drop(locked(&self.common.bed));
        self.common.alarm.notify_all();
        for worker in self.workers.drain(..) {
            let _ = worker.join();
        }
    }
}

impl Common {
    /// A worker's day.
    fn attend(&self) {
        let mut last = 0;
        while let Some(gate) = self.wait(last) {
            // It may be shut by now, or others may have stepped in or out: then look again.
            if self.gate.0.compare_exchange_weak(gate, gate + 1, Acquire, Relaxed).is_ok() {
                last = gate / ROUND;
                // SAFETY: this thread is inside, so nobody writes the job.
                let job = unsafe { *self.job.0.get() };
                job.into_iter().for_each(|job| self.work(job));
                self.gate.0.fetch_sub(1, Release);
            }
        }
    }

    /// Does pieces while there are any. A panic is kept for the caller.
    fn work(&self, job: Job) {
        let pieces = AssertUnwindSafe(|| {
            // SAFETY: the caller has lent the work until nobody is inside.
            let work = unsafe { &*job.work };
            let next = || Some(self.next.0.fetch_add(1, Relaxed)).filter(|&next| next < job.pieces);
            std::iter::from_fn(next).for_each(work);
        });
        if let Err(panic) = catch_unwind(pieces) {
            self.next.0.store(job.pieces, Relaxed);
            locked(&self.panic).get_or_insert(panic);
        }
    }

    /// The gate when it is open in a new round. None: the team is no more.
    fn wait(&self, last: u64) -> Option<u64> {
        let mut looks = 0;
        loop {
            let gate = self.gate.0.load(SeqCst);
            if is_new(gate, last) {
                return Some(gate);
            }
            if self.over.load(SeqCst) {
                return None;
            }
            if looks < LOOKS + YIELDS {
                pause(&mut looks);
            } else {
                self.sleep(last);
                looks = 0;
            }
        }
    }

    fn sleep(&self, last: u64) {
        let mut bed = locked(&self.bed);
        self.asleep.fetch_add(1, SeqCst);
        // Whoever opens the gate looks at `asleep` after that, and this looks at the gate after it has
        // told so: one of the two sees the other.
        while !is_new(self.gate.0.load(SeqCst), last) && !self.over.load(SeqCst) {
            bed = self.alarm.wait(bed).unwrap_or_else(PoisonError::into_inner);
        }
        self.asleep.fetch_sub(1, SeqCst);
    }

    /// Wakes so many, if anybody is asleep.
    fn wake(&self, wanted: usize) {
        let asleep = self.asleep.load(SeqCst);
        if asleep > 0 {
            drop(locked(&self.bed));
            (0..wanted.min(asleep)).for_each(|_| self.alarm.notify_one());
        }
    }
}

/// Whether a gate is open in another round than the last.
fn is_new(gate: u64, last: u64) -> bool {
    gate & OPEN != 0 && gate / ROUND != last
}

/// Looks again at once, and after a while when others have had the processor.
fn pause(looks: &mut u32) {
    *looks += 1;
    if *looks < LOOKS { std::hint::spin_loop() } else { std::thread::yield_now() }
}

/// A panic leaves nothing half done under these locks.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Where items begin that threads take apart.
struct Start<T>(*mut T);

// SAFETY: each item is used by one thread at a time, which may be another's (T: Send).
unsafe impl<T: Send> Sync for Start<T> {}

impl<T> Start<T> {
    fn at(&self, i: usize) -> *mut T {
        self.0.wrapping_add(i)
    }
}
