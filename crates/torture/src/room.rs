//! A folder to work in, and the program that is put to the test.

use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use rustix::process::{Pid, Signal, kill_process};
use sha2::{Digest, Sha256};
use tempfile::TempDir;

/// A training of a moment.
pub const SMALL: &str = "train --data text.txt --layers 1 --heads 2 --channels 16 --context 16 \
                         --batch 4 --eval-batches 1";

/// So long may anything take before it hangs.
const HANGS: Duration = Duration::from_secs(120);

/// A folder to work in.
#[derive(Debug)]
pub struct Room {
    /// The folder.
    pub folder: TempDir,
    program: PathBuf,
}

/// How a program ended.
#[derive(Debug)]
pub struct Ended {
    /// Its status, if no signal ended it.
    pub status: Option<i32>,
    /// The signal that ended it.
    pub signal: Option<i32>,
    /// What it wrote to standard output.
    pub out: String,
    /// What it wrote to standard error.
    pub told: String,
    /// How long it took.
    pub seconds: f64,
    /// The most memory that it was seen to have, in bytes.
    pub peak: u64,
    /// How long processors worked for it, in seconds.
    pub work: f64,
}

impl Ended {
    /// Whether it said in one line why it could not be done.
    pub fn is_one_line(&self) -> bool {
        let lines: Vec<_> = self.told.lines().filter(|line| line.starts_with("primer: ")).collect();
        let panicked = self.told.contains("panicked");
        self.status == Some(1)
            && lines.len() == 1
            && self.told.lines().last() == lines.first().copied()
            && !panicked
    }

    /// Status and last words.
    pub fn words(&self) -> String {
        let last = self.told.lines().last().unwrap_or_default();
        format!("status {:?}, signal {:?}: {last}", self.status, self.signal)
    }
}

impl Room {
    /// A folder with a text, for a program.
    ///
    /// # Errors
    /// If it cannot be made.
    pub fn new(program: &Path) -> Result<Room> {
        let folder = tempfile::tempdir()?;
        let text = "The cat sat on the mat. The dog ran to the cat, and the cat ran away.\n";
        fs::write(folder.path().join("text.txt"), text.repeat(40))?;
        let pairs = (0..200).map(|i| format!("the cat saw {i} dogs\tle chat a vu {i} chiens\n"));
        fs::write(folder.path().join("pairs.txt"), pairs.collect::<String>())?;
        Ok(Room { folder, program: program.to_owned() })
    }

    /// A path in it.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The program with its arguments, to fail as `fail` says.
    pub fn command(&self, line: &str, fail: &str) -> Command {
        let mut command = Command::new(&self.program);
        command.args(line.split_whitespace()).current_dir(&self.folder);
        if !fail.is_empty() {
            command.env("PRIMER_FAIL", fail);
        }
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// Runs it to its end.
    ///
    /// # Errors
    /// If it cannot be started, or hangs.
    pub fn run(&self, line: &str) -> Result<Ended> {
        self.fail(line, "")
    }

    /// Runs it to its end, to fail as `fail` says.
    ///
    /// # Errors
    /// If it cannot be started, or hangs.
    pub fn fail(&self, line: &str, fail: &str) -> Result<Ended> {
        let child = self.command(line, fail).spawn().context("the program cannot be started")?;
        end(child, None)
    }

    /// Runs it, and kills it after a while if it has not ended before.
    ///
    /// # Errors
    /// If it cannot be started.
    pub fn kill_after(&self, line: &str, while_: Duration) -> Result<Ended> {
        let child = self.command(line, "").spawn().context("the program cannot be started")?;
        end(child, Some(while_))
    }

    /// Starts it, and waits for a line with these words on its standard output.
    ///
    /// # Errors
    /// If it ends before.
    pub fn start(
        &self,
        line: &str,
        fail: &str,
        words: &str,
    ) -> Result<(Child, BufReader<ChildStdout>)> {
        let mut command = self.command(line, fail);
        let mut child = command.stderr(Stdio::null()).spawn()?;
        let mut lines = BufReader::new(child.stdout.take().context("no output")?);
        let mut line = String::new();
        while !line.contains(words) {
            line.clear();
            ensure!(lines.read_line(&mut line)? > 0, "it ended before {words}");
        }
        Ok((child, lines))
    }

    /// The SHA-256 of the weights of a model.
    ///
    /// # Errors
    /// If there is none.
    pub fn weights(&self, out: &str) -> Result<String> {
        Ok(sha256(&fs::read(self.path(out).join("model.safetensors"))?))
    }

    /// Trains a run to its end, and gives the SHA-256 of its weights.
    ///
    /// # Errors
    /// If it does not end well.
    pub fn reference(&self, line: &str, out: &str) -> Result<String> {
        let ended = self.run(&format!("{line} --out {out}"))?;
        ensure!(ended.status == Some(0), "{line}: {}", ended.words());
        self.weights(out)
    }

    /// What lies in a model's folder and should not: what was never finished.
    pub fn litter(&self, out: &str) -> Vec<String> {
        let mut litter = vec![];
        let mut folders = vec![self.path(out)];
        while let Some(folder) = folders.pop() {
            let name = folder.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            if name.starts_with("step-") && !folder.join("manifest.json").exists() {
                litter.push(name.to_owned());
            }
            for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
                let name = entry.file_name().to_string_lossy().into_owned();
                if entry.path().is_dir() {
                    folders.push(entry.path());
                } else if name.starts_with('.') {
                    litter.push(name);
                }
            }
        }
        litter
    }

    /// The checkpoints of a model that have a manifest, the newest first.
    pub fn checkpoints(&self, out: &str) -> Vec<PathBuf> {
        let entries = fs::read_dir(self.path(out).join("checkpoints"));
        let paths = entries.into_iter().flatten().flatten().map(|entry| entry.path());
        let mut paths: Vec<_> = paths.filter(|path| path.join("manifest.json").exists()).collect();
        paths.sort();
        paths.reverse();
        paths
    }
}

/// Sends a signal.
///
/// # Errors
/// If nobody is there.
pub fn send(child: &Child, signal: Signal) -> Result<()> {
    let id = Pid::from_raw(i32::try_from(child.id())?).context("no process")?;
    Ok(kill_process(id, signal)?)
}

/// The SHA-256 of some bytes.
pub fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A figure of a process, in bytes: `VmRSS`, `VmHWM`.
pub fn memory(id: u32, figure: &str) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{id}/status")).ok()?;
    let line = status.lines().find(|line| line.starts_with(figure))?;
    Some(line.split_whitespace().nth(1)?.parse::<u64>().ok()? * 1024)
}

/// How long processors have worked for a process, in seconds.
fn worked(id: u32) -> Option<f64> {
    let text = fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    let after_name = text.rsplit(')').next()?;
    let mut ticks =
        after_name.split_whitespace().skip(11).map_while(|field| field.parse::<f64>().ok());
    Some((ticks.next()? + ticks.next()?) / 100.0)
}

/// Copies a folder with all that is in it.
///
/// # Errors
/// If that cannot be done.
pub fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}

/// Waits for the end, or brings it about.
///
/// # Errors
/// If it hangs.
pub fn end(mut child: Child, kill: Option<Duration>) -> Result<Ended> {
    let (began, id) = (Instant::now(), child.id());
    let read = |pipe: Option<Box<dyn std::io::Read + Send>>| {
        std::thread::spawn(move || {
            let mut text = vec![];
            pipe.map(|mut pipe| pipe.read_to_end(&mut text));
            String::from_utf8_lossy(&text).into_owned()
        })
    };
    let out = read(child.stdout.take().map(|pipe| Box::new(pipe) as _));
    let told = read(child.stderr.take().map(|pipe| Box::new(pipe) as _));
    let (mut peak, mut work) = (0, 0.0_f64);
    let status = loop {
        if let Some(status) = child.try_wait()? {
            break status;
        }
        peak = memory(id, "VmHWM").unwrap_or(0).max(peak);
        work = worked(id).unwrap_or(0.0).max(work);
        if kill.is_some_and(|kill| began.elapsed() >= kill) {
            child.kill()?;
            break child.wait()?;
        }
        if began.elapsed() > HANGS {
            child.kill()?;
            bail!("it hangs");
        }
        sleep(Duration::from_millis(2));
    };
    let seconds = began.elapsed().as_secs_f64();
    let [Ok(out), Ok(told)] = [out.join(), told.join()] else { bail!("a pipe broke") };
    Ok(Ended { status: status.code(), signal: status.signal(), out, told, seconds, peak, work })
}
