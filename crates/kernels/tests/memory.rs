//! What is let go is still there.

#![allow(clippy::unwrap_used)] // helpers of tests

use kernels::memory::{Mapped, PURGE_DELAY, keep_what_is_freed, let_go};

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
    assert!(map.as_ref() == whole);
}

/// The allocator takes its options from the environment by name: so it says itself whether the number is right.
#[test]
fn the_option_of_the_allocator_is_the_one_that_is_meant() {
    const NAME: &str = "MIMALLOC_PURGE_DELAY";
    // SAFETY: it reads one number.
    let delay = || unsafe { libmimalloc_sys::mi_option_get(PURGE_DELAY) };
    if std::env::var_os(NAME).is_none() {
        let own = std::env::current_exe().unwrap();
        let mut again = std::process::Command::new(own);
        again.args(["--exact", "memory::the_option_of_the_allocator_is_the_one_that_is_meant"]);
        let told = again.env(NAME, "77").output().unwrap().stdout;
        let told = String::from_utf8_lossy(&told);
        assert!(told.contains("1 passed"), "{told}");
        return;
    }
    assert_eq!(delay(), 77);
    keep_what_is_freed();
    assert_eq!(delay(), -1);
}
