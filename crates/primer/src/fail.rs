//! Failures on purpose: how the tests see what happens if the power goes in the middle of saving.
//!
//! ```text
//! PRIMER_FAIL=POINT@N=WHAT
//!
//! POINT   one of POINTS, N the how manieth time it is passed     WHAT   kill, full, slow
//!         loss, gradient: the N-th step, with N+ all after it            nan, inf, -inf
//! ```
//!
//! Without the variable, a point is a look at a value that is not there. What is tested is so the very
//! program that is used.

use std::io::{Error, Result};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::sleep;
use std::time::Duration;

/// The places in saving where it can be made to fail.
pub const POINTS: [&str; 7] = [
    "checkpoint-begun",
    "file-begun",
    "file-written",
    "file-synced",
    "file-renamed",
    "checkpoint-written",
    "checkpoint-pruned",
];

/// The name of the variable.
const VARIABLE: &str = "PRIMER_FAIL";

/// What the system says when a disk is full: ENOSPC.
const FULL: i32 = 28;

/// What was asked for.
#[derive(Debug)]
struct Wanted {
    point: String,
    time: usize,
    after: bool,
    what: String,
}

fn wanted() -> Option<&'static Wanted> {
    static WANTED: OnceLock<Option<Wanted>> = OnceLock::new();
    let parse = |text: String| {
        let (place, what) = text.split_once('=')?;
        let (point, time) = place.split_once('@')?;
        let after = time.ends_with('+');
        let time = time.trim_end_matches('+').parse().ok()?;
        Some(Wanted { point: point.to_owned(), time, after, what: what.to_owned() })
    };
    WANTED.get_or_init(|| std::env::var(VARIABLE).ok().and_then(parse)).as_ref()
}

/// A place in saving.
///
/// # Errors
/// If the disk is to seem full.
pub fn point(name: &str) -> Result<()> {
    static PASSED: AtomicUsize = AtomicUsize::new(0);
    let Some(wanted) = wanted().filter(|wanted| wanted.point == name) else { return Ok(()) };
    let time = PASSED.fetch_add(1, Ordering::SeqCst) + 1;
    if time != wanted.time && !(wanted.after && time > wanted.time) {
        return Ok(());
    }
    match wanted.what.as_str() {
        "kill" => {
            #[cfg(unix)]
            let _ = signal_hook::low_level::raise(9);
            std::process::abort()
        }
        "full" => Err(Error::from_raw_os_error(FULL)),
        _ => {
            sleep(Duration::from_millis(100));
            Ok(())
        }
    }
}

/// What a loss or a slope is to be in a step.
pub fn number(name: &str, step: usize) -> Option<f32> {
    let wanted = wanted().filter(|wanted| wanted.point == name)?;
    let now = step == wanted.time || wanted.after && step > wanted.time;
    now.then(|| wanted.what.parse().ok())?
}
