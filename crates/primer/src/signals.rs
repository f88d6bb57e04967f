//! Ctrl-C asks training to save and stop; a second one stops at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use anyhow::Result;
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;

/// Whether the program was asked to stop, and how.
#[derive(Clone, Debug, Default)]
pub struct Stop {
    asked: Arc<AtomicBool>,
    signal: Arc<AtomicUsize>,
    nothing_to_lose: Arc<AtomicBool>,
}

impl Stop {
    /// From now on, listens.
    ///
    /// # Errors
    /// If the system does not allow it.
    pub fn listen() -> Result<Self> {
        let stop = Stop::default();
        for signal in [SIGINT, SIGTERM] {
            // In this order: the second signal finds the mark of the first.
            let at_once = [&stop.nothing_to_lose, &stop.asked];
            for mark in at_once {
                flag::register_conditional_shutdown(signal, 128 + signal, Arc::clone(mark))?;
            }
            flag::register_usize(signal, Arc::clone(&stop.signal), signal as usize)?;
            flag::register(signal, Arc::clone(&stop.asked))?;
        }
        Ok(stop)
    }

    /// Whether everything is saved: then the first signal ends the program at once.
    pub fn nothing_to_lose(&self, saved: bool) {
        self.nothing_to_lose.store(saved, Ordering::SeqCst);
    }

    /// The status to leave with, if the program was asked to stop: 130 after Ctrl-C.
    pub fn status(&self) -> Option<u8> {
        let asked = self.asked.load(Ordering::SeqCst);
        asked.then(|| 128 + self.signal.load(Ordering::SeqCst) as u8)
    }
}
