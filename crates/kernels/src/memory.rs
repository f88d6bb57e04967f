//! Large tables in large pages, and what is not needed again.
//!
//! A processor finds a byte by the page that it lies in, and keeps the last some thousand pages in mind.
//! A table of many megabytes that is asked here and there needs more pages of 4 KiB than that, and then
//! each look waits for two. In pages of 2 MiB it needs a handful.

use std::{
    alloc::{Layout, alloc, dealloc, handle_alloc_error},
    fmt,
    mem::MaybeUninit,
    ops::{Deref, DerefMut, Range},
    ptr::NonNull,
    slice,
    sync::{Mutex, MutexGuard, PoisonError},
};

/// How large a large page is.
const LARGE: usize = 1 << 21;

/// Asks the system to keep these numbers in large pages, if they fill one. Best before they are first
/// written to. Where there are none, nothing happens.
pub fn in_large_pages<T>(table: &[T]) {
    #[cfg(target_os = "linux")]
    advise(table, LARGE, libc::MADV_HUGEPAGE);
    #[cfg(not(target_os = "linux"))]
    let _ = table;
}

/// Room for so many more at the end of a list, like [`Vec::reserve`]: in large pages, if it takes new room that fills one.
pub fn reserve<T>(list: &mut Vec<T>, more: usize) {
    if list.spare_capacity_mut().len() < more {
        list.reserve(more);
        in_large_pages(list.spare_capacity_mut());
    }
}

/// A table that is read here and there: it begins where a large page does, so that it lies in large pages alone.
pub struct LargeTable<T> {
    first: NonNull<T>,
    places: usize,
}

impl<T: Copy> LargeTable<T> {
    /// So many places with the same in each.
    pub fn new(places: usize, value: T) -> Self {
        let layout = Self::layout(places);
        let first = match layout.size() {
            0 => NonNull::dangling(),
            // SAFETY: the size is not 0.
            _ => NonNull::new(unsafe { alloc(layout) }.cast::<T>())
                .unwrap_or_else(|| handle_alloc_error(layout)),
        };
        // SAFETY: there is room for so many, in which anything may lie before it is written to.
        let table = unsafe { slice::from_raw_parts_mut(first.as_ptr().cast(), places) };
        in_large_pages::<MaybeUninit<T>>(table);
        table.fill(MaybeUninit::new(value));
        LargeTable { first, places }
    }
}

impl<T> LargeTable<T> {
    fn layout(places: usize) -> Layout {
        let table = Layout::array::<T>(places).expect("a table is smaller than all memory");
        match table.size() {
            0..LARGE => table,
            _ => table.align_to(LARGE).expect("so is what lies around it"),
        }
    }
}

impl<T> Deref for LargeTable<T> {
    type Target = [T];

    #[inline(always)]
    fn deref(&self) -> &[T] {
        // SAFETY: so many were written when it was made, and it owns them.
        unsafe { slice::from_raw_parts(self.first.as_ptr(), self.places) }
    }
}

impl<T> DerefMut for LargeTable<T> {
    #[inline(always)]
    fn deref_mut(&mut self) -> &mut [T] {
        // SAFETY: as above, and nobody else has it.
        unsafe { slice::from_raw_parts_mut(self.first.as_ptr(), self.places) }
    }
}

impl<T> Drop for LargeTable<T> {
    fn drop(&mut self) {
        let layout = Self::layout(self.places);
        if layout.size() > 0 {
            // SAFETY: it was allocated so. (What is `Copy` needs no dropping.)
            unsafe { dealloc(self.first.as_ptr().cast(), layout) }
        }
    }
}

impl<T> fmt::Debug for LargeTable<T> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "LargeTable of {}", self.places)
    }
}

// SAFETY: it owns what it points to, as a `Vec` does.
unsafe impl<T: Send> Send for LargeTable<T> {}
// SAFETY: as above.
unsafe impl<T: Sync> Sync for LargeTable<T> {}

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
