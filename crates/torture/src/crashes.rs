//! Killed at any moment, training ends with the model of a run that was never killed.

use std::time::Duration;

use anyhow::{Result, ensure};
use rand::RngExt;
use rand::rngs::ChaCha8Rng;

use crate::room::{Ended, Room, SMALL};
use crate::table::Row;
use crate::{Plan, fail_points};

/// So often a training may be started in search of one that can be killed.
const PATIENCE: usize = 200;

/// What is trained, the i-th time: every kind of model, with all that is random in learning.
fn training(i: usize) -> String {
    let kind = match i % 3 {
        0 => SMALL.to_owned(),
        1 => format!("{SMALL} --architecture llama"),
        _ => SMALL.replace("text.txt", "pairs.txt") + " --architecture encoder-decoder",
    };
    let (keep, accumulate, threads) = (1 + i % 2, 1 + i / 2 % 2, 1 + i % 4);
    format!(
        "{kind} --steps 300 --save-every 10 --eval-every 40 --keep {keep} --seed {i} --dropout 0.1 \
         --accumulate {accumulate} --threads {threads}"
    )
}

/// Kill -9 at random moments.
///
/// # Errors
/// If a program cannot be started.
pub fn kills(row: &mut Row, plan: &Plan, rng: &mut ChaCha8Rng) -> Result<()> {
    let (mut resumed, mut before) = (0, 0);
    for i in 0..plan.trainings {
        let room = Room::new(&plan.program)?;
        let line = training(i);
        let began = std::time::Instant::now();
        let wanted = room.reference(&line, "whole")?;
        let whole = began.elapsed().as_secs_f64();
        let (mut killed, mut started) = (0, 0);
        while killed < plan.kills {
            started += 1;
            ensure!(started < PATIENCE, "it always ends before it is killed");
            let line = match room.checkpoints("cut").is_empty() {
                true => format!("{line} --out cut --overwrite"),
                false => "train --resume --out cut".to_owned(),
            };
            // A resumed run is shorter than the whole, and the next is shorter still.
            let moment = Duration::from_secs_f64(rng.random_range(0.0..0.6) * whole);
            let ended = room.kill_after(&line, moment)?;
            if ended.signal.is_some() {
                killed += 1;
                if line.contains("--resume") {
                    resumed += 1
                } else {
                    before += 1
                }
                continue;
            }
            row.trial(ended.status == Some(0) && room.weights("cut")? == wanted, || {
                format!("training {i}, ended by itself: {}", ended.words())
            });
            std::fs::remove_dir_all(room.path("cut"))?;
        }
        let last = finish(&room, &line, "cut")?;
        let same = last.status == Some(0) && room.weights("cut")? == wanted;
        row.trial(same, || format!("training {i}: another model; {}", last.words()));
        let litter = room.litter("cut");
        row.trial(litter.is_empty(), || format!("training {i} leaves {litter:?}"));
    }
    row.note = format!(
        "{} trainings, {} kills: {resumed} of a resumed run, {before} of one that had just begun",
        plan.trainings,
        resumed + before
    );
    Ok(())
}

/// Resumes, or starts if nothing was saved yet.
fn finish(room: &Room, line: &str, out: &str) -> Result<Ended> {
    match room.checkpoints(out).is_empty() {
        true => room.run(&format!("{line} --out {out} --overwrite")),
        false => room.run(&format!("train --resume --out {out}")),
    }
}

/// Killed at each of the named points in saving.
///
/// # Errors
/// If a program cannot be started.
pub fn points(row: &mut Row, plan: &Plan, rng: &mut ChaCha8Rng) -> Result<()> {
    let room = Room::new(&plan.program)?;
    let line = format!("{SMALL} --steps 60 --save-every 3 --eval-every 20 --dropout 0.1");
    let wanted = room.reference(&line, "whole")?;
    let mut hit = 0;
    for point in fail_points::POINTS {
        for i in 0..plan.points {
            let out = format!("{point}-{i}");
            // In the first save there is nothing before it; a save writes some twelve files.
            let time = match point.starts_with("file-") {
                true => rng.random_range(20..200),
                false => rng.random_range(2..16),
            };
            let keep = 1 + i % 3;
            let killed = room.fail(
                &format!("{line} --keep {keep} --out {out}"),
                &format!("{point}@{time}=kill"),
            )?;
            row.trial(killed.signal == Some(9), || format!("{point}@{time}: {}", killed.words()));
            hit += usize::from(killed.signal == Some(9));
            let resumed = room.run(&format!("train --resume --out {out}"))?;
            let same = resumed.status == Some(0) && room.weights(&out)? == wanted;
            row.trial(same, || format!("{point}@{time}: {}", resumed.words()));
            let litter = room.litter(&out);
            row.trial(litter.is_empty(), || format!("{point}@{time} leaves {litter:?}"));
            std::fs::remove_dir_all(room.path(&out))?;
        }
    }
    row.note = format!("{hit} kills, at {} points", fail_points::POINTS.len());
    Ok(())
}
