//! Where a picture goes: into the file that the program was told to write.

/// Writes `svg` into FILE if the program was started with `--svg FILE`, and does nothing otherwise.
///
/// # Panics
/// If the file cannot be written.
pub fn save(svg: &str) {
    let mut arguments = std::env::args().skip_while(|argument| argument != "--svg").skip(1);
    if let Some(file) = arguments.next()
        && let Err(problem) = std::fs::write(&file, svg)
    {
        panic!("{file}: {problem}");
    }
}
