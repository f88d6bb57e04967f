//! Where the time of a training went, for `primer train --profile`.

use std::time::Duration;

use kernels::profile::{Spent, Work};
use serde_json::{Value, json};

/// Where the time of all threads went while steps were taken.
#[derive(Debug)]
pub struct Profile {
    /// What kernels did, and how long it took; what took longest comes first.
    pub kernels: Vec<(Work, Spent)>,
    /// For so long, steps were taken
    pub seconds: f64,
    /// by so many threads
    pub threads: usize,
}

impl Profile {
    /// The same for programs.
    pub fn event(&self) -> Value {
        let rows = self.kernels.iter().map(|(work, spent)| {
            json!({
                "kernel": work.kernel,
                "place": work.place.map(place),
                "calls": spent.calls,
                "seconds": spent.time.as_secs_f64(),
                "share": self.share(spent.time),
                "gflops": per_nanosecond(spent.operations, spent.time),
                "gigabytes_per_second": per_nanosecond(spent.bytes, spent.time),
            })
        });
        json!({
            "event": "profile",
            "seconds": self.seconds,
            "threads": self.threads,
            "kernels": rows.collect::<Vec<_>>(),
            "between_kernels": self.share(self.between()),
        })
    }

    /// The same for people.
    pub fn table(&self) -> String {
        let Profile { seconds, threads, .. } = self;
        let mut lines = vec![
            format!("where the {seconds:.1} s of the steps went, in {threads} threads:"),
            format!("{:>7} {:>9} {:>9} {:>7}", "share", "seconds", "GFLOP/s", "GB/s"),
        ];
        for (work, spent) in &self.kernels {
            let rate = |count| match per_nanosecond(count, spent.time) {
                0.0 => String::new(),
                rate => format!("{rate:.1}"),
            };
            lines.push(format!(
                "{:>6.1}% {:>9.2} {:>9} {:>7}  {}{}",
                100.0 * self.share(spent.time),
                spent.time.as_secs_f64(),
                rate(spent.operations),
                rate(spent.bytes),
                work.kernel,
                work.place.map(|at| format!(", {}", place(at))).unwrap_or_default(),
            ));
        }
        lines.push(format!(
            "{:>6.1}% {:>9.2} {:>9} {:>7}  between kernels: sums, copies, waiting",
            100.0 * self.share(self.between()),
            self.between().as_secs_f64(),
            "",
            "",
        ));
        lines.join("\n")
    }

    fn share(&self, time: Duration) -> f64 {
        time.as_secs_f64() / (self.seconds * self.threads as f64).max(f64::MIN_POSITIVE)
    }

    fn between(&self) -> Duration {
        let in_kernels: Duration = self.kernels.iter().map(|(_, spent)| spent.time).sum();
        let all = Duration::from_secs_f64(self.seconds * self.threads as f64);
        all.saturating_sub(in_kernels)
    }
}

/// A line of the source, as in `attention/src/cross.rs:40`.
fn place((file, line): (&str, u32)) -> String {
    let file = file.rsplit_once("crates/").map_or(file, |(_, inside)| inside);
    format!("{file}:{line}")
}

/// 10⁹ a second.
fn per_nanosecond(count: u64, time: Duration) -> f64 {
    count as f64 / time.as_nanos().max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_in_kernels_is_between_them() {
        let spent = |seconds, operations| Spent {
            calls: 1,
            time: Duration::from_secs(seconds),
            operations,
            bytes: 8_000_000_000,
        };
        let product = Work { kernel: "product", place: Some(("/at/crates/neuron/src/a.rs", 7)) };
        let gelu = Work { kernel: "gelu", place: None };
        let kernels = vec![(product, spent(4, 2_000_000_000_000)), (gelu, spent(1, 0))];
        let profile = Profile { kernels, seconds: 5.0, threads: 2 };
        let expected = "\
where the 5.0 s of the steps went, in 2 threads:
  share   seconds   GFLOP/s    GB/s
  40.0%      4.00     500.0     2.0  product, neuron/src/a.rs:7
  10.0%      1.00               8.0  gelu
  50.0%      5.00                    between kernels: sums, copies, waiting";
        assert_eq!(profile.table(), expected);
        assert_eq!(profile.event()["between_kernels"], 0.5);
        assert_eq!(profile.event()["kernels"][0]["gflops"], 500.0);
    }
}
