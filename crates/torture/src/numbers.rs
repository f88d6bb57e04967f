//! A loss or a slope that is no number is told in its step and not learned from; if it stays, training
//! stops, and nothing of it is saved.

use anyhow::Result;
use rand::RngExt;
use rand::rngs::ChaCha8Rng;
use serde_json::Value;

use crate::Plan;
use crate::room::{Room, SMALL};
use crate::table::Row;

/// One bad step is left out; bad steps without end are the end.
///
/// # Errors
/// If a program cannot be started.
pub fn injected(row: &mut Row, plan: &Plan, rng: &mut ChaCha8Rng) -> Result<()> {
    let room = Room::new(&plan.program)?;
    let line =
        format!("{SMALL} --steps 30 --save-every 5 --eval-every 10 --json --overwrite --out model");
    for i in 0..plan.numbers - plan.numbers / 4 {
        let (what, number) = (["loss", "gradient"][i % 2], ["nan", "inf", "-inf"][i % 3]);
        let (step, stays) = (rng.random_range(1..28), i % 4 > 1);
        let fail = format!("{what}@{step}{}={number}", if stays { "+" } else { "" });
        let ended = room.fail(&line, &fail)?;
        let events = ended.out.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        let events: Vec<_> = events.collect();
        let skipped: Vec<_> = events
            .iter()
            .filter(|event| event["event"] == "skipped")
            .filter_map(|event| event["step"].as_u64())
            .collect();
        let named = events.iter().filter(|event| event["event"] == "skipped").all(|event| {
            event["lr"].is_number()
                && event["parameter"].as_str().is_some_and(|name| !name.is_empty())
        });
        let told = ended.told.contains(&format!("the loss of step {step} is"));
        let well = match stays {
            false => {
                let done = events.last().is_some_and(|event| event["skipped"] == 1);
                ended.status == Some(0) && skipped == [step] && done
            }
            true => ended.is_one_line() && skipped == [step, step + 1, step + 2],
        };
        row.trial(well && named && told, || format!("{fail}: {skipped:?} {}", ended.words()));
        // What is saved opens, and is finite; a run that ended went on to the end.
        let looked = room.run("train --resume --dry-run --out model")?;
        let fine = looked.status == Some(0) && !looked.told.contains("passing over");
        row.trial(fine, || format!("{fail}, saved: {}", looked.told));
    }
    Ok(())
}

/// A rate so high that the weights run away by themselves.
///
/// # Errors
/// If a program cannot be started.
pub fn runs_away(row: &mut Row, plan: &Plan) -> Result<()> {
    let room = Room::new(&plan.program)?;
    for rate in ["1e3", "1e10", "1e20", "1e30", "1e37"] {
        for kind in ["gpt", "llama", "encoder-decoder"] {
            let translates = kind == "encoder-decoder";
            let line =
                if translates { SMALL.replace("text.txt", "pairs.txt") } else { SMALL.to_owned() };
            let line =
                format!("{line} --architecture {kind} --steps 60 --save-every 1 --eval-every 2");
            let ended =
                room.run(&format!("{line} --warmup 0 --lr {rate} --overwrite --out model"))?;
            let fine = ended.status == Some(0) || ended.is_one_line();
            row.trial(fine, || format!("{kind}, --lr {rate}: {}", ended.words()));
            // What was saved is finite and opens, though what it computes may be no number.
            let looked = room.run("train --resume --dry-run --out model")?;
            let fine = looked.status == Some(0) && !looked.told.contains("passing over");
            row.trial(fine, || format!("{kind}, --lr {rate}, saved: {}", looked.told));
            let speaks = match translates {
                true => ["translate model cat", "translate model cat --beams 2"],
                false => ["generate model --tokens 3", "generate model --tokens 3 --beams 2"],
            };
            for speak in speaks {
                let said = room.run(speak)?;
                let fine = said.status == Some(0) || said.is_one_line();
                row.trial(fine, || format!("{kind}, --lr {rate}, {speak}: {}", said.words()));
            }
        }
    }
    Ok(())
}
