//! A disk that is full, may not be written to, is not there, or loses what is being read.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Result, ensure};

use crate::Plan;
use crate::room::{Room, SMALL, copy, end};
use crate::table::Row;

/// A small disk of its own, in memory.
struct Disk(PathBuf);

impl Disk {
    /// `None` where it may not be made, which takes a superuser.
    fn new(place: PathBuf, options: &str) -> Option<Disk> {
        fs::create_dir_all(&place).ok()?;
        let mut mount = Command::new("mount");
        let mount = mount.args(["-t", "tmpfs", "-o", options, "tmpfs"]).arg(&place);
        let made = mount.output().ok()?.status.success();
        made.then_some(Disk(place))
    }

    fn change(&self, options: &str) -> Result<()> {
        let mut mount = Command::new("mount");
        let mount = mount.args(["-o", &format!("remount,{options}")]).arg(&self.0);
        ensure!(mount.output()?.status.success(), "the disk does not change");
        Ok(())
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _nothing_more_can_be_done = Command::new("umount").arg(&self.0).output();
    }
}

fn line() -> String {
    format!("{SMALL} --steps 60 --save-every 5 --eval-every 20 --dropout 0.1 --keep 2")
}

/// Disks of many sizes, each of which is full at some time.
///
/// # Errors
/// If a program cannot be started.
pub fn full(row: &mut Row, plan: &Plan) -> Result<()> {
    let room = Room::new(&plan.program)?;
    let line = line();
    let wanted = room.reference(&line, "whole")?;
    let Some(disk) = Disk::new(room.path("disk"), "size=64m") else {
        return by_fail_point(row, plan, &room, &line, &wanted);
    };
    copy(&room.path("whole"), &room.path("disk/model"))?;
    let used = Command::new("du").args(["-sk"]).arg(room.path("disk/model")).output()?;
    let used = String::from_utf8_lossy(&used.stdout).split_whitespace().next().map(str::to_owned);
    let used: usize = used.unwrap_or_default().parse()?;
    drop(disk);
    let (mut stopped, mut resumed) = (0, 0);
    for i in 0..plan.disks {
        let kilobytes = 8 + used * i / plan.disks;
        let Some(disk) = Disk::new(room.path("disk"), &format!("size={kilobytes}k")) else { break };
        let ended = room.run(&format!("{line} --out disk/model"))?;
        let words = ["disk/model", "it needs", "are free", "No space left"];
        let said = ended.is_one_line() && words.iter().all(|word| ended.told.contains(word))
            || ended.is_one_line()
                && ended.told.contains("No space left")
                && ended.told.contains("disk/model");
        row.trial(said || ended.status == Some(0), || format!("{kilobytes} kB: {}", ended.words()));
        stopped += usize::from(ended.status == Some(1));
        let litter = room.litter("disk/model");
        row.trial(litter.is_empty(), || format!("{kilobytes} kB: it leaves {litter:?}"));
        disk.change("size=64m")?;
        if !room.checkpoints("disk/model").is_empty() {
            resumed += 1;
            let ended = room.run("train --resume --out disk/model")?;
            let same = ended.status == Some(0) && room.weights("disk/model")? == wanted;
            row.trial(same, || format!("{kilobytes} kB, then resumed: {}", ended.words()));
        }
    }
    row.note = format!("{} sizes: {stopped} too small, {resumed} resumed", plan.disks);
    Ok(())
}

/// Where no disk can be made, the program is told that it is full.
fn by_fail_point(row: &mut Row, plan: &Plan, room: &Room, line: &str, wanted: &str) -> Result<()> {
    for i in 0..plan.disks {
        let out = format!("full-{i}");
        let fail = format!("file-written@{}+=full", 1 + 7 * i);
        let ended = room.fail(&format!("{line} --out {out}"), &fail)?;
        row.trial(ended.is_one_line() && ended.told.contains("it needs"), || ended.words());
        let litter = room.litter(&out);
        row.trial(litter.is_empty(), || format!("{fail}: it leaves {litter:?}"));
        if !room.checkpoints(&out).is_empty() {
            let ended = room.run(&format!("train --resume --out {out}"))?;
            let same = ended.status == Some(0) && room.weights(&out)? == wanted;
            row.trial(same, || format!("{fail}, then resumed: {}", ended.words()));
        }
    }
    "no superuser, so by a fail point".clone_into(&mut row.note);
    Ok(())
}

/// Folders that cannot be written to, and one that is not there yet.
///
/// # Errors
/// If a program cannot be started.
pub fn closed(row: &mut Row, plan: &Plan) -> Result<()> {
    let room = Room::new(&plan.program)?;
    let line = line();
    let ended = room.run(&format!("{line} --out a/b/c"))?;
    row.trial(ended.status == Some(0), || format!("not there yet: {}", ended.words()));
    for out in ["/proc/model", "/dev/null", "/dev/null/model", "text.txt", "text.txt/model"] {
        let ended = room.run(&format!("{line} --out {out}"))?;
        row.trial(ended.is_one_line() && ended.told.contains(out), || {
            format!("{out}: {}", ended.words())
        });
    }
    if let Some(disk) = Disk::new(room.path("disk"), "size=64m") {
        room.reference(&line, "disk/model")?;
        disk.change("ro")?;
        for flags in
            ["--out disk/model --resume", "--out disk/model --overwrite", "--out disk/other"]
        {
            let ended = room.run(&format!("train --data text.txt {flags}"))?;
            let said = ended.is_one_line() && ended.told.contains("disk/");
            row.trial(said, || format!("read-only, {flags}: {}", ended.words()));
        }
        let said = room.run("generate disk/model --tokens 3")?;
        row.trial(said.status == Some(0), || format!("read-only, generate: {}", said.words()));
    }
    let ended = room.run("train --data /dev/zero --out zero")?;
    row.trial(ended.is_one_line() && ended.told.contains("/dev/zero"), || ended.words());
    // Every file takes a tenth of a second more: the same model.
    let slow = format!("{SMALL} --steps 4 --save-every 2 --eval-every 4");
    let wanted = room.reference(&slow, "fast")?;
    let ended = room.fail(&format!("{slow} --out slow"), "file-written@1+=slow")?;
    row.trial(room.weights("slow")? == wanted, || format!("slow: {}", ended.words()));
    Ok(())
}

/// A model that is cut short while it speaks.
///
/// # Errors
/// If a program cannot be started.
pub fn shrinks(row: &mut Row, plan: &Plan) -> Result<()> {
    let room = Room::new(&plan.program)?;
    // A llama's matrices are multiplied where they lie in the file; most of a GPT's are turned over first.
    let line = SMALL.replacen("--channels 16 ", "--channels 256 --architecture llama ", 1);
    let line = format!("{line} --steps 1 --eval-every 1");
    room.reference(&line, "model")?;
    let path = room.path("model/model.safetensors");
    let whole = fs::read(&path)?;
    for i in 0..plan.shrinks {
        let mut command = room.command("generate model --tokens 100000 --samples 1000", "");
        let mut child = command.spawn()?;
        let mut first = [0];
        if let Some(out) = &mut child.stdout {
            std::io::Read::read_exact(out, &mut first)?;
        }
        let length = whole.len() as u64 * i as u64 / plan.shrinks as u64;
        fs::File::options().write(true).open(&path)?.set_len(length)?;
        let ended = end(child, None)?;
        let said = ended.is_one_line() && ended.told.contains("model.safetensors");
        row.trial(said, || format!("cut to {length}: {}", ended.words()));
        fs::write(&path, &whole)?;
    }
    Ok(())
}
