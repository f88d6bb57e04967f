//! Signals, closed pipes, and two trainings in one folder.

use std::time::{Duration, Instant};

use anyhow::Result;
use rustix::process::Signal;

use crate::Plan;
use crate::room::{Room, SMALL, end, send};
use crate::table::Row;

/// Ctrl-C and its like save and leave in time, a second one at once.
///
/// # Errors
/// If a program cannot be started.
pub fn signals(row: &mut Row, plan: &Plan) -> Result<()> {
    let room = Room::new(&plan.program)?;
    let line = format!("{SMALL} --steps 2000 --save-every 500 --eval-every 500 --dropout 0.1");
    let wanted = room.reference(&line, "whole")?;
    let (mut slowest, mut slowest_second) = (0.0_f64, 0.0_f64);
    for i in 0..plan.signals {
        let (signal, status) = [(Signal::INT, 130), (Signal::TERM, 143)][i % 2];
        let line = format!("{line} --json --overwrite --out cut");
        let (child, lines) = room.start(&line, "", &format!("\"step\":{},", 3 + 37 * i))?;
        let reader = std::thread::spawn(move || std::io::read_to_string(lines));
        let began = Instant::now();
        send(&child, signal)?;
        let ended = end(child, None)?;
        let _text = reader.join();
        let seconds = began.elapsed().as_secs_f64();
        slowest = slowest.max(seconds);
        let well = ended.status == Some(status) && seconds < 5.0;
        row.trial(well, || format!("{signal:?} in {seconds:.1} s: {}", ended.words()));
        let resumed = room.run("train --resume --out cut")?;
        let same = resumed.status == Some(0) && room.weights("cut")? == wanted;
        row.trial(same, || format!("{signal:?}, then resumed: {}", resumed.words()));

        // Saving takes long, and the second does not wait for it.
        let (child, lines) = room.start(&line, "file-written@20+=slow", "\"step\":3,")?;
        let reader = std::thread::spawn(move || std::io::read_to_string(lines));
        send(&child, signal)?;
        std::thread::sleep(Duration::from_millis(300));
        let began = Instant::now();
        send(&child, signal)?;
        let ended = end(child, None)?;
        let _text = reader.join();
        let seconds = began.elapsed().as_secs_f64();
        slowest_second = slowest_second.max(seconds);
        let well = ended.status == Some(status) && seconds < 1.0;
        row.trial(well, || format!("{signal:?} twice, {seconds:.1} s: {}", ended.words()));
        let resumed = room.run("train --resume --out cut")?;
        let same = resumed.status == Some(0) && room.weights("cut")? == wanted;
        row.trial(same, || format!("{signal:?} twice, then resumed: {}", resumed.words()));
    }
    row.note = format!("within {slowest:.2} s, the second one within {slowest_second:.2} s");
    Ok(())
}

/// A second training is refused while the first one lives, and no longer.
///
/// # Errors
/// If a program cannot be started.
pub fn locks(row: &mut Row, plan: &Plan) -> Result<()> {
    let room = Room::new(&plan.program)?;
    let line = format!("{SMALL} --steps 100000 --json");
    let (mut child, _lines) = room.start(&format!("{line} --out model"), "", "\"step\":3,")?;
    for flags in ["--overwrite", "--resume"] {
        let second = match flags {
            "--resume" => "train --out model --resume".to_owned(),
            _ => format!("{line} --out model {flags}"),
        };
        let ended = room.run(&second)?;
        let refused = ended.is_one_line() && ended.told.contains("another training writes there");
        row.trial(refused, || format!("{flags}: {}", ended.words()));
    }
    let alive = child.try_wait()?.is_none();
    row.trial(alive, || "the first one has ended".to_owned());
    child.kill()?;
    child.wait()?;
    let ended = room.run("train --out model --resume --resume-anyway --steps 5")?;
    row.trial(ended.status == Some(0), || format!("after a crash: {}", ended.words()));

    // Whoever reads no more ends it quietly.
    let (child, lines) = room.start(&format!("{line} --out piped"), "", "\"step\":3,")?;
    drop(lines);
    let ended = end(child, None)?;
    row.trial(ended.status == Some(0), || format!("a closed pipe: {}", ended.words()));
    Ok(())
}
