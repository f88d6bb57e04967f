//! Prints the built-in pairs from which `primer train --architecture encoder-decoder` learns: a line of
//! `sentence<TAB>translation` for each.

use std::io::{ErrorKind, Result, Write, stdout};

use primer::sentences::sentences;
use primer::train::PAIRS;

fn main() -> Result<()> {
    let (seed, count) = PAIRS;
    let written = stdout().write_all(sentences(seed, count).as_bytes());
    match written {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()), // `| head` has seen enough
        written => written,
    }
}
