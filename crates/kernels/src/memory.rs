//! Large tables in large pages.
//!
//! A processor finds a byte by the page that it lies in, and keeps the last some thousand pages in mind.
//! A table of many megabytes that is asked here and there needs more pages of 4 KiB than that, and then
//! each look waits for two. In pages of 2 MiB it needs a handful.

/// Asks the system to keep these numbers in large pages, if they fill one. Best before they are first
/// written to. Where there are none, nothing happens.
pub fn in_large_pages<T>(table: &[T]) {
    #[cfg(target_os = "linux")]
    {
        const PAGE: usize = 4096;
        const LARGE: usize = 1 << 21;
        let bytes = table.as_ptr_range();
        let (start, end) =
            (bytes.start.addr().next_multiple_of(PAGE), bytes.end.addr() / PAGE * PAGE);
        if start + LARGE <= end {
            // SAFETY: it is advice about pages that lie inside the table, and changes nothing in them.
            unsafe { libc::madvise(start as *mut libc::c_void, end - start, libc::MADV_HUGEPAGE) };
        }
    }
    #[cfg(not(target_os = "linux"))]
    let _ = table;
}
