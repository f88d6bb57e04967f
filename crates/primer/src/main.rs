//! The program `primer`: reads its arguments, does what they say, and says in one line what went wrong.

use std::process::ExitCode;

use clap::Parser;
use primer::args::Arguments;
use primer::out;

// Gives memory back to the next step without asking the system again.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    if cfg!(debug_assertions) {
        out::tell("WARNING: this is a debug build, and slow. For real work: cargo build --release");
    }
    match primer::primer(&arguments) {
        Ok(status) => ExitCode::from(status),
        Err(error) if out::is_closed(&error) => ExitCode::SUCCESS,
        Err(error) => {
            out::tell(&format!("primer: {}", out::in_one_line(&error)));
            ExitCode::FAILURE
        }
    }
}
