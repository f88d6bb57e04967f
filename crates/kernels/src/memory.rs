//! Large tables in large pages, and what is not needed again.
//!
//! A processor finds a byte by the page that it lies in, and keeps the last some thousand pages in mind.
//! A table of many megabytes that is asked here and there needs more pages of 4 KiB than that, and then
//! each look waits for two. In pages of 2 MiB it needs a handful.

use std::ops::Range;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Asks the system to keep these numbers in large pages, if they fill one. Best before they are first
/// written to. Where there are none, nothing happens.
pub fn in_large_pages<T>(table: &[T]) {
    const LARGE: usize = 1 << 21;
    #[cfg(target_os = "linux")]
    advise(table, LARGE, libc::MADV_HUGEPAGE);
    #[cfg(not(target_os = "linux"))]
    let _ = (table, LARGE);
}

/// A table of so many places with the same in each, in large pages.
pub fn large_table<T: Clone>(places: usize, value: T) -> Vec<T> {
    let mut table = Vec::with_capacity(places);
    in_large_pages(table.spare_capacity_mut());
    table.resize(places, value);
    table
}

/// From now on, the allocator gives no memory back to the system: what is freed waits for whoever needs as much
/// again, and need not be cleared by the system once more. (Nothing happens to another allocator than mimalloc.)
pub fn keep_what_is_freed() {
    give_back_after(-1);
}

/// As long as `work` goes on, the allocator gives back at once what is freed: nobody needs the same again, and
/// something of another size is growing meanwhile.
pub fn giving_back<T>(work: impl FnOnce() -> T) -> T {
    // SAFETY: it reads one number.
    let before = unsafe { libmimalloc_sys::mi_option_get(PURGE_DELAY) };
    give_back_after(0);
    let made = work();
    give_back_after(before);
    made
}

fn give_back_after(milliseconds: libc::c_long) {
    // SAFETY: it sets one number among the options of the allocator, which any thread may do at any time.
    unsafe { libmimalloc_sys::mi_option_set(PURGE_DELAY, milliseconds) };
}

/// `mi_option_purge_delay` in mimalloc.h, which the crate does not name: in milliseconds, -1 for never.
pub const PURGE_DELAY: libmimalloc_sys::mi_option_t = 15;

/// Where files are mapped into memory.
static MAPPED: Mutex<Vec<Range<usize>>> = Mutex::new(Vec::new());

fn mapped() -> MutexGuard<'static, Vec<Range<usize>>> {
    MAPPED.lock().unwrap_or_else(PoisonError::into_inner)
}

fn places<T>(table: &[T]) -> Range<usize> {
    let bytes = table.as_ptr_range();
    bytes.start.addr()..bytes.end.addr()
}

/// A file that is mapped into memory: [`let_go`] works on its bytes.
#[derive(Debug)]
pub struct Mapped<M: AsRef<[u8]>>(M);

impl<M: AsRef<[u8]>> Mapped<M> {
    /// # Safety
    /// The bytes are those of a map of a file, which stays where it is while this lives, and nobody
    /// writes to it: whoever looks at a byte again finds the one that was there.
    pub unsafe fn new(map: M) -> Self {
        mapped().push(places(map.as_ref()));
        Mapped(map)
    }
}

impl<M: AsRef<[u8]>> AsRef<[u8]> for Mapped<M> {
    fn as_ref(&self) -> &[u8] {
        self.0.as_ref()
    }
}

impl<M: AsRef<[u8]>> Drop for Mapped<M> {
    fn drop(&mut self) {
        let own = places(self.0.as_ref());
        let mut mapped = mapped();
        if let Some(place) = mapped.iter().position(|other| *other == own) {
            mapped.swap_remove(place);
        }
    }
}

/// Tells the system that nobody will look at these bytes soon. If they are those of a [`Mapped`] file,
/// they are no longer in this program's memory until somebody looks again; otherwise nothing happens.
pub fn let_go(bytes: &[u8]) {
    let own = places(bytes);
    let held = mapped(); // so that the map stays what it is meanwhile
    if held.iter().any(|map| map.start <= own.start && own.end <= map.end) {
        #[cfg(target_os = "linux")]
        advise(bytes, 1, libc::MADV_DONTNEED);
    }
}

/// Maps the pages of these bytes now: whoever looks at one first need not wait for the system. A few at a time,
/// since who asks for memory waits meanwhile. Nothing happens on a system that cannot.
pub fn look_ahead(bytes: &[u8]) {
    #[cfg(target_os = "linux")]
    bytes.chunks(1 << 22).for_each(|some| advise(some, 1, libc::MADV_POPULATE_READ));
    #[cfg(not(target_os = "linux"))]
    let _ = bytes;
}

/// How many bytes of memory the machine has; 0, where nobody says so.
pub fn machine() -> usize {
    #[cfg(target_os = "linux")]
    {
        // SAFETY: it asks for a number.
        let asked = |name| usize::try_from(unsafe { libc::sysconf(name) }).unwrap_or(0);
        asked(libc::_SC_PHYS_PAGES).saturating_mul(asked(libc::_SC_PAGESIZE))
    }
    #[cfg(not(target_os = "linux"))]
    0
}

/// Advice about the whole pages inside a table, if they have so many bytes.
#[cfg(target_os = "linux")]
fn advise<T>(table: &[T], least: usize, advice: libc::c_int) {
    const PAGE: usize = 4096;
    let bytes = table.as_ptr_range();
    let (start, end) = (bytes.start.addr().next_multiple_of(PAGE), bytes.end.addr() / PAGE * PAGE);
    if start + least <= end {
        // SAFETY: it is advice about pages that lie inside the table, and changes nothing that they hold:
        // large pages hold what small ones did, and those of a file are read from it again.
        unsafe { libc::madvise(start as *mut libc::c_void, end - start, advice) };
    }
}
