#![doc = include_str!("../README.md")]
#![doc = include_str!("../../../docs/theme/cargo-doc.html")]
#![allow(clippy::disallowed_types, clippy::print_stdout)] // files and figures are its trade
//!
//! # In this order
//!
//! 1. [`room`]: a folder, and the program in it
//! 2. [`table`]: what was tried, and how it went
//! 3. [`crashes`], [`exact`]: killed or not, the same model
//! 4. [`damage`]: bits, bytes and files that are not what they were
//! 5. [`disks`], [`signals`], [`numbers`]: whatever else goes wrong in a night
//! 6. [`hostile`]: files from a stranger

use std::path::PathBuf;

use rand::SeedableRng;
use rand::rngs::ChaCha8Rng;

pub mod crashes;
pub mod damage;
pub mod disks;
pub mod exact;
pub mod fail_points;
pub mod hostile;
pub mod numbers;
pub mod room;
pub mod signals;
pub mod table;

use table::Table;

/// How much is tried.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The program.
    pub program: PathBuf,
    /// What all that is random here begins with.
    pub seed: u64,
    /// Words of what is to be tried; nothing: all of it.
    pub only: String,
    /// How many trainings are killed, and how often each.
    pub trainings: usize,
    /// How often each training is killed.
    pub kills: usize,
    /// How often training is killed at each of the named points.
    pub points: usize,
    /// How many sizes of a disk are full.
    pub disks: usize,
    /// How many bits are flipped.
    pub flips: usize,
    /// How many files are cut.
    pub truncations: usize,
    /// How many numbers are not finite.
    pub numbers: usize,
    /// How long the run is whose memory is watched.
    pub steps: usize,
    /// How often a signal is sent, and then another.
    pub signals: usize,
    /// How often a file is cut that is mapped.
    pub shrinks: usize,
    /// How often each kind of file is broken.
    pub hostile: usize,
}

impl Plan {
    /// All of it.
    pub fn whole(program: PathBuf) -> Plan {
        Plan {
            program,
            seed: 1,
            only: String::new(),
            trainings: 20,
            kills: 10,
            points: 20,
            disks: 20,
            flips: 1000,
            truncations: 500,
            numbers: 100,
            steps: 10_000,
            signals: 4,
            shrinks: 100,
            hostile: 300,
        }
    }

    /// A form for every change.
    pub fn short(program: PathBuf) -> Plan {
        Plan {
            trainings: 3,
            kills: 2,
            points: 1,
            disks: 4,
            flips: 40,
            truncations: 20,
            numbers: 16,
            steps: 1000,
            signals: 1,
            shrinks: 20,
            hostile: 12,
            ..Plan::whole(program)
        }
    }
}

/// Does all that a plan says, and prints the figures. Whether everything went well.
pub fn torture(plan: &Plan) -> bool {
    let rng = &mut ChaCha8Rng::seed_from_u64(plan.seed);
    let mut table = Table::new(&plan.only);
    table.row("kill -9 at a random moment", |row| crashes::kills(row, plan, rng));
    table.row("kill -9 at a named point", |row| crashes::points(row, plan, rng));
    table.row("200 steps are 100 and 100", |row| exact::halves(row, plan));
    table.row("memory stays", |row| exact::memory_stays(row, plan));
    table.row("single bits flipped", |row| damage::flips(row, plan, rng));
    table.row("files cut", |row| damage::truncations(row, plan, rng));
    table.row("files swapped, missing, foreign", |row| damage::others(row, plan));
    table.row("numbers in a checkpoint not finite", |row| damage::weights(row, plan, rng));
    table.row("losses and slopes not finite", |row| numbers::injected(row, plan, rng));
    table.row("rates too high", |row| numbers::runs_away(row, plan));
    table.row("disks full", |row| disks::full(row, plan));
    table.row("disks closed, slow or not there", |row| disks::closed(row, plan));
    table.row("a mapped file cut", |row| disks::shrinks(row, plan));
    table.row("signals", |row| signals::signals(row, plan));
    table.row("locks and pipes", |row| signals::locks(row, plan));
    table.row("files from a stranger", |row| hostile::files(row, plan, rng));
    table.end()
}
