//! What was tried, how often it went well, and what did not.

use std::time::Instant;

use anyhow::Result;

/// Failures are shown up to so many a row.
const SHOWN: usize = 5;

/// The results of one kind of trial.
#[derive(Clone, Debug, Default)]
pub struct Row {
    /// What was tried.
    pub what: String,
    /// How often.
    pub tries: usize,
    /// What went wrong, a line for each.
    pub wrong: Vec<String>,
    /// A figure, or why nothing was tried.
    pub note: String,
    /// How long it took.
    pub seconds: f64,
}

impl Row {
    /// A trial, and whether it went well.
    pub fn trial(&mut self, well: bool, wrong: impl FnOnce() -> String) {
        self.tries += 1;
        if !well {
            self.wrong.push(wrong());
        }
    }
}

/// All results so far.
#[derive(Debug, Default)]
pub struct Table {
    only: String,
    rows: Vec<Row>,
}

impl Table {
    /// Nothing yet, and in the end only what has these words in its name.
    pub fn new(only: &str) -> Table {
        Table { only: only.to_owned(), rows: vec![] }
    }

    /// Tries something, and says so.
    pub fn row(&mut self, what: &str, trials: impl FnOnce(&mut Row) -> Result<()>) {
        if !what.contains(&self.only) {
            return;
        }
        let began = Instant::now();
        let mut row = Row { what: what.to_owned(), ..Row::default() };
        if let Err(error) = trials(&mut row) {
            row.tries += 1;
            row.wrong.push(format!("could not be tried: {error:#}"));
        }
        row.seconds = began.elapsed().as_secs_f64();
        println!("{}", line(&row));
        row.wrong.iter().take(SHOWN).for_each(|wrong| println!("    {wrong}"));
        self.rows.push(row);
    }

    /// Prints all of it. Whether everything went well.
    pub fn end(&self) -> bool {
        let all: f64 = self.rows.iter().map(|row| row.seconds).sum();
        println!("\n| what | tries | well | figures |\n|---|---|---|---|");
        for row in &self.rows {
            let well = row.tries - row.wrong.len().min(row.tries);
            println!("| {} | {} | {well} | {} |", row.what, row.tries, row.note);
        }
        let wrong: usize = self.rows.iter().map(|row| row.wrong.len()).sum();
        println!("\n{wrong} went wrong, in {all:.0} s");
        wrong == 0
    }
}

fn line(row: &Row) -> String {
    let well = row.tries - row.wrong.len().min(row.tries);
    let note = if row.note.is_empty() { String::new() } else { format!(" ({})", row.note) };
    format!("{well:5} of {:5} · {}{note} · {:.0} s", row.tries, row.what, row.seconds)
}
