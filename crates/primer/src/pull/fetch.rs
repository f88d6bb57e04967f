//! A file gets here whole, or not at all.
//!
//! ```text
//! .NAME.COMMIT.part    what is here so far: a connection that breaks is taken up from there
//! NAME                 all of it, of the right length and with the right SHA-256
//! ```

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{ErrorKind, IsTerminal, Read, Seek, SeekFrom, Write, stderr};
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use indicatif::{ProgressBar, ProgressStyle};
use sha2::{Digest, Sha256};
use ureq::Body;
use ureq::http::Response;

use super::cached::Name;
use super::hub::{Hub, Listed};
use crate::{durable, memory, out};

/// So often in a row it is tried without a byte that is new.
const TRIES: u32 = 5;
const LOOKS: &str = "{msg} {bar:28} {bytes} of {total_bytes} · {bytes_per_sec} · {eta} left";

/// A file that is to be fetched.
#[derive(Clone, Copy, Debug)]
pub struct Fetch<'a> {
    /// From where.
    pub hub: &'a Hub,
    /// Whose it is.
    pub name: &'a Name,
    /// Of which commit.
    pub commit: &'a str,
    /// What is known of it.
    pub file: &'a Listed,
    /// Where it is to be.
    pub path: &'a Path,
}

/// A file that is here.
#[derive(Clone, Copy, Debug)]
pub struct Got {
    /// How long it is.
    pub bytes: u64,
    /// How much of it was fetched now.
    pub fetched: u64,
}

/// What is here so far.
struct Part {
    file: File,
    path: PathBuf,
    have: u64,
    sha256: Sha256,
}

impl Fetch<'_> {
    /// Fetches it, unless it is here already.
    ///
    /// # Errors
    /// If it is not there or may not be read, arrives damaged, or cannot be written down.
    pub fn run(self) -> Result<Got> {
        if let Some(bytes) = self.is_here()? {
            out::tell(&format!("{} is here already", self.file.path));
            return Ok(Got { bytes, fetched: 0 });
        }
        let folder = self.path.parent().unwrap_or(Path::new("."));
        let cannot_write = |path: &Path| {
            let path = path.display().to_string();
            move || format!("cannot write {path}")
        };
        fs::create_dir_all(folder).with_context(cannot_write(folder))?;
        self.stays(folder)?;
        let mut part = self.open(folder)?;
        let bar = self.bar();
        let begun = part.have;
        self.download(&mut part, &bar)?;
        bar.finish_and_clear();
        self.verify(&part)?;
        let written = part.file.sync_all().and_then(|()| fs::rename(&part.path, self.path));
        written.with_context(cannot_write(self.path))?;
        durable::sync_folder(folder)?;
        let bytes = part.have;
        out::tell(&format!("{} · {}", self.file.path, memory::bytes_in_words(bytes)));
        Ok(Got { bytes, fetched: bytes.saturating_sub(begun) })
    }

    /// Makes sure that no link among the folders leads elsewhere.
    fn stays(&self, folder: &Path) -> Result<()> {
        let inside = Path::new(&self.file.path).parent().unwrap_or(Path::new(""));
        let base = folder.ancestors().nth(inside.components().count()).unwrap_or(folder);
        let base = if base.as_os_str().is_empty() { Path::new(".") } else { base };
        let (should, is) = (base.canonicalize()?.join(inside), folder.canonicalize()?);
        let path = &self.file.path;
        ensure!(should == is, "{path} would be written to {}: a link leads there", is.display());
        Ok(())
    }

    /// The length of the file, if it is here as it should be.
    fn is_here(&self) -> Result<Option<u64>> {
        let Ok(mut file) = File::open(self.path) else { return Ok(None) };
        let length = file.metadata()?.len();
        let Some(size) = self.file.size else { return Ok(None) };
        let same = match &self.file.sha256 {
            None => length == size,
            Some(sha256) => length == size && hex(&hash(&mut file)?.finalize()) == *sha256,
        };
        Ok(same.then_some(length))
    }

    /// What is here so far; nobody else may fetch it meanwhile.
    fn open(&self, folder: &Path) -> Result<Part> {
        let name = self.path.file_name().unwrap_or_default().to_string_lossy();
        let whose = self.file.sha256.as_deref().unwrap_or(self.commit);
        let whose: String = whose.chars().filter(char::is_ascii_alphanumeric).take(12).collect();
        let path = folder.join(format!(".{name}.{whose}.part"));
        if path.is_symlink() {
            fs::remove_file(&path).with_context(|| format!("cannot write {}", path.display()))?;
        }
        let file = OpenOptions::new().read(true).append(true).create(true).open(&path);
        let mut file = file.with_context(|| format!("cannot write {}", path.display()))?;
        if let Err(TryLockError::WouldBlock) = file.try_lock() {
            bail!("{} is being fetched by another program: wait for it", self.file.path);
        }
        let sha256 = hash(&mut file)?;
        let have = file.metadata()?.len();
        Ok(Part { file, path, have, sha256 })
    }

    /// Fetches what is missing; where the connection breaks, from there on.
    fn download(&self, part: &mut Part, bar: &ProgressBar) -> Result<()> {
        let mut tries = 0;
        loop {
            let before = part.have;
            if self.file.size.is_some_and(|size| part.have > size) {
                part.restart()?;
            }
            if self.file.size.is_some_and(|size| part.have == size) {
                return Ok(());
            }
            let problem = match self.hub.file(self.name, self.commit, &self.file.path, part.have) {
                Ok(response) => match self.take(response, part, bar)? {
                    None => return Ok(()),
                    Some(problem) => problem,
                },
                Err(error) => error,
            };
            tries = if part.have > before { 0 } else { tries + 1 };
            if tries == TRIES {
                let (path, have) = (&self.file.path, memory::bytes_in_words(part.have));
                return Err(problem.context(format!(
                    "{path} breaks off after {have}: the same command goes on from there"
                )));
            }
            sleep(Duration::from_millis(200) * tries);
        }
    }

    /// Takes what comes; gives what went wrong with the connection, if something did.
    fn take(
        &self,
        mut response: Response<Body>,
        part: &mut Part,
        bar: &ProgressBar,
    ) -> Result<Option<anyhow::Error>> {
        let status = response.status().as_u16();
        if matches!(status, 416 | 500..=599) {
            if status == 416 {
                part.restart()?;
            }
            return Ok(Some(anyhow::anyhow!("{} answers {status}", self.hub.endpoint())));
        }
        let what = format!("{} of {}", self.file.path, self.name);
        self.hub.check(status, &what, self.name)?;
        if status == 200 || range_start(&response) != Some(part.have) {
            ensure!(status == 200 || part.have == 0, "{what}: the server gives another part of it");
            part.restart()?;
        }
        let length = response.body().content_length().map(|rest| part.have + rest);
        let (size, length) = (self.file.size, length.or(self.file.size));
        ensure!(length.is_some(), "{what}: the server does not say how long it is");
        if let (Some(size), Some(length)) = (size, length) {
            ensure!(
                size == length,
                "{what} should have {size} bytes, and the server sends {length}: try again later"
            );
        }
        bar.set_length(length.unwrap_or(0));
        let mut reader = response.body_mut().with_config().limit(u64::MAX).reader();
        let mut bytes = vec![0; 1 << 16];
        loop {
            let count = match reader.read(&mut bytes) {
                Ok(0) => break,
                Ok(count) => count,
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) => {
                    return Ok(Some(anyhow::anyhow!("the connection broke off: {error}")));
                }
            };
            part.push(&bytes[..count])?;
            bar.set_position(part.have);
            ensure!(length.is_none_or(|length| part.have <= length), "{what} is too long");
        }
        let whole = length.is_none_or(|length| part.have == length);
        Ok((!whole).then(|| anyhow::anyhow!("the connection broke off")))
    }

    /// Checks that nothing was changed on the way. What is damaged is deleted.
    fn verify(&self, part: &Part) -> Result<()> {
        let found = hex(&part.sha256.clone().finalize());
        if let Some(sha256) = &self.file.sha256
            && found != *sha256
        {
            let _gone = fs::remove_file(&part.path);
            bail!(
                "{} arrived damaged: its SHA-256 is {found}, and should be {sha256}; it was deleted, \
                 try again",
                self.file.path
            );
        }
        Ok(())
    }

    fn bar(&self) -> ProgressBar {
        if !stderr().is_terminal() {
            return ProgressBar::hidden();
        }
        let style = ProgressStyle::with_template(LOOKS);
        ProgressBar::new(self.file.size.unwrap_or(0))
            .with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
            .with_message(self.file.path.clone())
    }
}

impl Part {
    /// What is here is of no use.
    fn restart(&mut self) -> Result<()> {
        self.file.set_len(0).with_context(|| format!("cannot write {}", self.path.display()))?;
        (self.have, self.sha256) = (0, Sha256::new());
        Ok(())
    }

    fn push(&mut self, bytes: &[u8]) -> Result<()> {
        let written = self.file.write_all(bytes);
        written.with_context(|| {
            let path = self.path.display();
            format!("cannot write {path}: make room, then the same command goes on from there")
        })?;
        self.sha256.update(bytes);
        self.have += bytes.len() as u64;
        Ok(())
    }
}

/// Where the part begins that a server sends.
fn range_start(response: &Response<Body>) -> Option<u64> {
    let range = response.headers().get("Content-Range")?.to_str().ok()?;
    range.strip_prefix("bytes ")?.split('-').next()?.parse().ok()
}

/// The hash of a whole file.
fn hash(file: &mut File) -> Result<Sha256> {
    file.seek(SeekFrom::Start(0))?;
    let (mut sha256, mut bytes) = (Sha256::new(), vec![0; 1 << 16]);
    loop {
        match file.read(&mut bytes)? {
            0 => return Ok(sha256),
            count => sha256.update(&bytes[..count]),
        }
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
