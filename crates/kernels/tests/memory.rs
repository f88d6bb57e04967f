//! What is let go is still there.

#![allow(clippy::unwrap_used)] // helpers of tests

use kernels::memory::{
    LargeTable, Mapped, PURGE_DELAY, giving_back, keep_what_is_freed, let_go, look_ahead,
};

#[test]
fn bytes_that_are_no_file_s_stay() {
    let bytes: Vec<u8> = (0..100_000_u32).map(|i| i as u8).collect();
    let_go(&bytes);
    assert!(bytes.iter().enumerate().all(|(i, byte)| *byte == i as u8));
}

#[test]
#[cfg(target_os = "linux")]
fn a_mapped_file_is_read_again() {
    struct Map(&'static [u8]);
    impl AsRef<[u8]> for Map {
        fn as_ref(&self) -> &[u8] {
            self.0
        }
    }
    let path = std::env::current_exe().unwrap();
    let whole = std::fs::read(&path).unwrap();
    let name = std::ffi::CString::new(path.to_str().unwrap()).unwrap();
    // SAFETY: the file is this program, which nobody changes while it runs; the map is never taken back.
    let map = unsafe {
        let file = libc::open(name.as_ptr(), libc::O_RDONLY);
        let (read, shared) = (libc::PROT_READ, libc::MAP_SHARED);
        let start = libc::mmap(std::ptr::null_mut(), whole.len(), read, shared, file, 0);
        assert_ne!(start, libc::MAP_FAILED);
        Mapped::new(Map(std::slice::from_raw_parts(start.cast(), whole.len())))
    };
    let resident = |bytes: &[u8]| {
        let statistics = std::fs::read_to_string("/proc/self/smaps").unwrap();
        let place = format!("{:x}-", bytes.as_ptr().addr());
        let mut lines = statistics.lines().skip_while(|line| !line.starts_with(&place));
        let line = lines.find(|line| line.starts_with("Rss:")).unwrap();
        line.split_whitespace().nth(1).unwrap().parse::<usize>().unwrap()
    };
    assert!(map.as_ref() == whole);
    let before = resident(map.as_ref());
    let_go(map.as_ref());
    assert!(resident(map.as_ref()) < before / 2, "of {before} KiB");
    look_ahead(map.as_ref());
    assert!(resident(map.as_ref()) > before * 9 / 10, "of {before} KiB");
    assert!(map.as_ref() == whole);
}

const DELAY: &str = "MIMALLOC_PURGE_DELAY";

/// Whether this is a process for this test alone, with a delay of 77; if not, one is started, and must pass.
fn is_alone(test: &str) -> bool {
    if std::env::var_os(DELAY).is_some() {
        return true;
    }
    let mut again = std::process::Command::new(std::env::current_exe().unwrap());
    again.args(["--exact", &format!("memory::{test}")]).env(DELAY, "77");
    let told = again.output().unwrap().stdout;
    let told = String::from_utf8_lossy(&told);
    assert!(told.contains("1 passed"), "{told}");
    false
}

/// The allocator takes its options from the environment by name: so it says itself whether the number is right.
#[test]
fn the_option_of_the_allocator_is_the_one_that_is_meant() {
    if !is_alone("the_option_of_the_allocator_is_the_one_that_is_meant") {
        return;
    }
    // SAFETY: it reads one number.
    let delay = || unsafe { libmimalloc_sys::mi_option_get(PURGE_DELAY) };
    assert_eq!(delay(), 77);
    assert_eq!(giving_back(delay), 0);
    assert_eq!(delay(), 77);
    keep_what_is_freed();
    assert_eq!(delay(), -1);
}

#[test]
#[cfg(target_os = "linux")]
fn what_is_freed_is_kept() {
    if !is_alone("what_is_freed_is_kept") {
        return;
    }
    const BYTES: usize = 64 << 20;
    let held = || {
        let status = std::fs::read_to_string("/proc/self/status").unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("RssAnon:")).unwrap();
        line.trim().trim_end_matches(" kB").parse::<usize>().unwrap() * 1024
    };
    keep_what_is_freed();
    let before = held();
    // SAFETY: what is asked for is written to within its length, and freed once.
    unsafe {
        let bytes = libmimalloc_sys::mi_malloc(BYTES).cast::<u8>();
        bytes.write_bytes(1, BYTES);
        libmimalloc_sys::mi_free(bytes.cast());
        libmimalloc_sys::mi_collect(true);
    }
    let kept = held();
    assert!(kept > before + BYTES / 2, "{kept} after {before}");
}

#[test]
fn a_large_table_is_what_was_written_to_it() {
    for places in [0, 1, 1000, 1 << 18, (3 << 18) + 1] {
        let mut table = LargeTable::new(places, u64::MAX);
        assert!(table.len() == places && table.iter().all(|&value| value == u64::MAX));
        table.iter_mut().zip(0..).for_each(|(place, at)| *place = at);
        assert!(table.iter().zip(0..).all(|(&place, at)| place == at));
        let bytes = size_of_val(&*table);
        assert!(bytes < 1 << 21 || table.as_ptr().addr().is_multiple_of(1 << 21), "of {bytes}");
    }
}
