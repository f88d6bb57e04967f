//! `cargo xtask torture [--short] [--seed N] [--only WORDS] [--primer PATH]`
#![allow(clippy::disallowed_types, clippy::print_stderr)]

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result, bail, ensure};
use torture::Plan;

fn main() -> ExitCode {
    match plan() {
        Ok(plan) if torture::torture(&plan) => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("torture: {error:#}");
            ExitCode::from(2)
        }
    }
}

/// The program stands beside this one, if nothing else is said.
fn plan() -> Result<Plan> {
    let mut words = std::env::args().skip(1).filter(|word| word != "torture");
    let (mut short, mut seed, mut program, mut only) = (false, None, None, String::new());
    while let Some(word) = words.next() {
        let mut value = || words.next().with_context(|| format!("{word} needs a value"));
        match word.as_str() {
            "--short" => short = true,
            "--seed" => seed = Some(value()?.parse()?),
            "--only" => only = value()?,
            "--primer" => program = Some(PathBuf::from(value()?)),
            _ => bail!(
                "{word} is unknown: torture [--short] [--seed N] [--only WORDS] [--primer PATH]"
            ),
        }
    }
    let program = match program {
        Some(program) => program.canonicalize()?,
        None => std::env::current_exe()?.with_file_name("primer"),
    };
    let name = program.display();
    ensure!(program.is_file(), "{name} is not there: cargo build -p primer");
    let plan = if short { Plan::short(program) } else { Plan::whole(program) };
    Ok(Plan { seed: seed.unwrap_or(plan.seed), only, ..plan })
}
