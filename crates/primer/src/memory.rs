//! How much memory is, was, or will be taken.

use transformer::GptConfig;

use crate::preset::Settings;

/// The most memory that this process has held, in bytes; 0 where the system does not say.
pub fn peak_bytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<u64>().ok());
    kilobytes.unwrap_or(0) * 1024
}

/// Roughly what training will take, in bytes: the numbers, their two moments and a gradient for each
/// share that is alive, then whatever a forward keeps for its backward.
pub fn training_bytes(settings: &Settings, config: &GptConfig, count: usize, shares: usize) -> u64 {
    let tokens = settings.batch * settings.context;
    let in_block = 10 * config.channels + 2 * config.hidden + config.heads * config.context;
    let kept = tokens * (config.layers * in_block + 2 * config.vocabulary);
    4 * ((3 + shares) * count + kept) as u64
}

/// The multiplications and additions that learning from one token takes, as PaLM counts them
/// (<https://arxiv.org/abs/2204.02311>, appendix B): `6 N + 12 L C T`, of which a third is the forward.
/// The positions are only looked up, and not counted.
pub fn flops_per_token(config: &GptConfig, count: usize) -> u64 {
    let multiplied = count - config.context * config.channels;
    (6 * multiplied + 12 * config.layers * config.channels * config.context) as u64
}

/// A number of bytes as people say it.
///
/// ```
/// assert_eq!(primer::memory::bytes_in_words(3_250_000), "3.2 MB");
/// ```
pub fn bytes_in_words(bytes: u64) -> String {
    match bytes as f64 {
        few if few < 1e3 => format!("{few} bytes"),
        some if some < 1e6 => format!("{:.1} kB", some / 1e3),
        many if many < 1e9 => format!("{:.1} MB", many / 1e6),
        most => format!("{:.1} GB", most / 1e9),
    }
}
