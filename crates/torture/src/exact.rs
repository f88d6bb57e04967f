//! 200 steps are 100, and 100 after resuming, bit for bit, with any number of threads; and the memory
//! of a long run does not grow.

use std::fs;
use std::io::BufRead;

use anyhow::{Result, ensure};

use crate::Plan;
use crate::room::{Room, SMALL, copy, end, memory};
use crate::table::Row;

/// The same weights, whoever computes them, and wherever they were interrupted.
///
/// # Errors
/// If a program cannot be started.
pub fn halves(row: &mut Row, plan: &Plan) -> Result<()> {
    for kind in ["gpt", "llama", "encoder-decoder"] {
        let room = Room::new(&plan.program)?;
        let data = if kind == "encoder-decoder" { "pairs.txt" } else { "text.txt" };
        let line = SMALL.replace("text.txt", data);
        let line = format!(
            "{line} --architecture {kind} --steps 200 --save-every 50 --eval-every 200 --keep 9 \
             --dropout 0.2 --accumulate 2"
        );
        let mut wanted = None;
        for before in [1, 2, 4] {
            let whole =
                room.reference(&format!("{line} --threads {before}"), &format!("{before}"))?;
            let wanted = wanted.get_or_insert_with(|| whole.clone());
            row.trial(whole == *wanted, || format!("{kind}: {before} threads give another model"));
            for after in [1, 2, 4] {
                let half = format!("{before}-{after}");
                copy(&room.path(&before.to_string()), &room.path(&half))?;
                for later in ["step-000150", "step-000200"] {
                    fs::remove_dir_all(room.path(&half).join("checkpoints").join(later))?;
                }
                let ended = room.run(&format!("train --resume --out {half} --threads {after}"))?;
                let on = ended.told.contains("going on after step 100");
                row.trial(on && room.weights(&half)? == *wanted, || {
                    format!("{kind}, {before} threads and then {after}: {}", ended.words())
                });
            }
        }
    }
    Ok(())
}

/// The memory from step 100 on, and at the end: the mean of a tenth of the run each, for what an
/// allocator keeps for later goes up and down.
///
/// # Errors
/// If a program cannot be started.
pub fn memory_stays(row: &mut Row, plan: &Plan) -> Result<()> {
    let room = Room::new(&plan.program)?;
    let line =
        SMALL.replacen("--batch 4 ", "--batch 12 ", 1).replacen("channels 16", "channels 64", 1);
    let line = format!("{line} --steps {} --eval-every 50 --save-every 50 --json", plan.steps);
    let (child, mut lines) = room.start(&format!("{line} --out model"), "", "\"step\":100,")?;
    let (id, mut line, mut figures) = (child.id(), String::new(), vec![]);
    while lines.read_line(&mut line)? > 0 {
        figures
            .extend(line.starts_with("{\"event\":\"step\"").then(|| memory(id, "VmRSS")).flatten());
        line.clear();
    }
    let ended = end(child, None)?;
    ensure!(ended.status == Some(0), "{}", ended.words());
    let tenth = figures.len() / 10;
    let mean = |figures: &[u64]| figures.iter().sum::<u64>() as f64 / figures.len() as f64;
    let (first, last) = (mean(&figures[..tenth]), mean(&figures[figures.len() - tenth..]));
    let growth = (last / first - 1.0) * 100.0;
    row.note =
        format!("{} steps: {:.1} MB, and at the end {growth:+.2} %", plan.steps, first / 1e6);
    // A short run has hardly begun when its first tenth is over.
    row.trial(growth <= if plan.steps < 10_000 { 20.0 } else { 1.0 }, || format!("{growth:+.2} %"));
    Ok(())
}
