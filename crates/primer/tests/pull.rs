//! `primer pull` against a server on this machine that speaks as the Hub does: what it is asked for is
//! written down, and it misbehaves where a test wants it to.

#![cfg(feature = "pull")]
#![allow(clippy::disallowed_types, clippy::unwrap_used)] // a helper of a test is a test, and looks at files

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::{Arc, Mutex, OnceLock};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tempfile::TempDir;

const COMMIT: &str = "0123456789abcdef0123456789abcdef01234567";
const NUMBERS: &str = "model.safetensors";
type Files = BTreeMap<String, Vec<u8>>;

/// What somebody asked for.
#[derive(Clone, Debug)]
struct Asked {
    path: String,
    from: usize,
    token: Option<String>,
}

/// What is answered; `sent` is how much of the body leaves before the connection breaks.
struct Reply {
    status: u16,
    headers: Vec<(&'static str, String)>,
    body: Vec<u8>,
    sent: usize,
    wait: Duration,
}

fn reply(status: u16, body: impl Into<Vec<u8>>) -> Reply {
    let body = body.into();
    Reply { status, headers: vec![], sent: body.len(), body, wait: Duration::ZERO }
}

fn leads_to(status: u16, place: String) -> Reply {
    Reply { headers: vec![("Location", place)], ..reply(status, "") }
}

/// A part of a file, from a byte on.
fn part(bytes: &[u8], from: usize) -> Reply {
    if from == 0 {
        return reply(200, bytes);
    }
    if from >= bytes.len() {
        return reply(416, "");
    }
    let range = format!("bytes {from}-{}/{}", bytes.len() - 1, bytes.len());
    Reply { headers: vec![("Content-Range", range)], ..reply(206, &bytes[from..]) }
}

/// A server on a port of its own.
#[derive(Clone)]
struct Server {
    url: String,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Server {
    fn new(answer: impl Fn(&Asked) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let server = Server { url, asked: Arc::default() };
        let (asked, answer) = (server.asked.clone(), Arc::new(answer));
        thread::spawn(move || {
            for stream in listener.incoming() {
                let (asked, answer) = (asked.clone(), answer.clone());
                // whoever goes away in the middle is no failure
                thread::spawn(move || serve(stream.unwrap(), &asked, &*answer).ok());
            }
        });
        server
    }

    /// What was asked for since the last time, of paths that hold this.
    fn take(&self, part: &str) -> Vec<Asked> {
        let all = std::mem::take(&mut *self.asked.lock().unwrap());
        all.into_iter().filter(|asked| asked.path.contains(part)).collect()
    }
}

fn serve(
    stream: TcpStream,
    all: &Mutex<Vec<Asked>>,
    answer: &dyn Fn(&Asked) -> Reply,
) -> std::io::Result<()> {
    let mut lines = BufReader::new(stream.try_clone()?).lines();
    let first = lines.next().unwrap_or(Ok(String::new()))?;
    let path = first.split(' ').nth(1).unwrap_or_default().to_owned();
    let mut asked = Asked { path, from: 0, token: None };
    for line in lines {
        let line = line?;
        let Some((name, value)) = line.split_once(": ") else { break };
        match name.to_lowercase().as_str() {
            "range" => {
                let from = value.trim_start_matches("bytes=").trim_end_matches('-');
                asked.from = from.parse().unwrap();
            }
            "authorization" => asked.token = Some(value.to_owned()),
            _ => {}
        }
    }
    all.lock().unwrap().push(asked.clone());
    let reply = answer(&asked);
    thread::sleep(reply.wait);
    let mut stream = stream;
    write!(stream, "HTTP/1.1 {} So\r\nConnection: close\r\n", reply.status)?;
    write!(stream, "Content-Length: {}\r\n", reply.body.len())?;
    for (name, value) in &reply.headers {
        write!(stream, "{name}: {value}\r\n")?;
    }
    stream.write_all(b"\r\n")?;
    stream.write_all(&reply.body[..reply.sent])?;
    stream.flush()
}

fn listing(files: &Files) -> Value {
    let siblings = files.iter().map(|(name, bytes)| {
        let sha256: String = Sha256::digest(bytes).iter().map(|b| format!("{b:02x}")).collect();
        let mut file = json!({ "rfilename": name, "size": bytes.len(), "blobId": "0" });
        if name.ends_with(".safetensors") || name.ends_with(".gguf") {
            file["lfs"] = json!({ "sha256": sha256, "size": bytes.len(), "pointerSize": 134 });
        }
        file
    });
    json!({ "id": "me/small", "sha": COMMIT, "siblings": siblings.collect::<Vec<_>>() })
}

/// The Hub: small files come from a path beside, large ones from another server.
fn honest(files: &Files, elsewhere: &str, asked: &Asked) -> Reply {
    let path = asked.path.as_str();
    if path == "/api/models/me/small/revision/main?blobs=true" {
        return reply(200, listing(files).to_string());
    }
    if let Some(name) = path.strip_prefix("/beside/") {
        return part(&files[name], asked.from);
    }
    let resolve = format!("/me/small/resolve/{COMMIT}/");
    match path.strip_prefix(&resolve) {
        Some(name) if !files.contains_key(name) => reply(404, "Entry not found"),
        Some(name) if name.ends_with(".safetensors") => {
            leads_to(302, format!("{elsewhere}/large/{name}?signed=yes"))
        }
        Some(name) => leads_to(307, format!("/beside/{name}")),
        None => reply(404, "Repository not found"),
    }
}

/// The Hub and the server of its large files, of which `misbehave` may answer otherwise.
fn hub(
    files: Files,
    misbehave: impl Fn(&Asked) -> Option<Reply> + Send + Sync + 'static,
) -> [Server; 2] {
    let (large, misbehave) = (files.clone(), Arc::new(misbehave));
    let other = misbehave.clone();
    let elsewhere = Server::new(move |asked| {
        let name = asked.path.trim_start_matches("/large/").trim_end_matches("?signed=yes");
        other(asked).unwrap_or_else(|| part(&large[name], asked.from))
    });
    let url = elsewhere.url.clone();
    let hub =
        Server::new(move |asked| misbehave(asked).unwrap_or_else(|| honest(&files, &url, asked)));
    [hub, elsewhere]
}

/// The program, where nothing of this machine's own settings holds.
fn command(folder: &Path, url: &str, line: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_primer"));
    command.args(line.split_whitespace()).current_dir(folder);
    for name in ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"]
    {
        command.env_remove(name);
    }
    for name in ["HF_TOKEN", "HF_TOKEN_PATH", "HF_HUB_CACHE", "HF_HUB_OFFLINE"] {
        command.env_remove(name);
    }
    command.env("HF_ENDPOINT", url).env("HF_HOME", folder.join("home"));
    command
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[track_caller]
fn good(output: Output) -> String {
    assert!(output.status.success(), "{}", text(&output.stderr));
    text(&output.stdout)
}

/// One line, which holds each of the words, and status 1.
#[track_caller]
fn bad(output: Output, words: &[&str]) -> String {
    let told = text(&output.stderr);
    let lines: Vec<_> = told.lines().filter(|line| line.starts_with("primer: ")).collect();
    assert_eq!((output.status.code(), lines.len()), (Some(1), 1), "{told}");
    assert_eq!(told.lines().last(), Some(lines[0]), "{told}");
    assert!(!told.contains("panicked") && output.stdout.is_empty(), "{told}");
    for word in words {
        assert!(lines[0].contains(word), "{word:?} is missing in: {}", lines[0]);
    }
    lines[0].to_owned()
}

#[track_caller]
fn run(folder: &TempDir, server: &Server, line: &str) -> Output {
    command(folder.path(), &server.url, line).output().unwrap()
}

/// The files of a llama that has learned a little, and one that is no part of it.
fn files() -> Files {
    static FILES: OnceLock<Files> = OnceLock::new();
    let made = FILES.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let text = "The cat sat on the mat. The dog ran to the cat.\n".repeat(40);
        fs::write(folder.path().join("text.txt"), text).unwrap();
        let small =
            "--layers 1 --heads 2 --channels 16 --context 16 --batch 2 --steps 4 --eval-every 4";
        let line = format!("train --architecture llama --data text.txt --out m {small}");
        good(command(folder.path(), "", &line).output().unwrap());
        let mut files = Files::new();
        for file in fs::read_dir(folder.path().join("m")).unwrap() {
            let file = file.unwrap();
            if file.file_type().unwrap().is_file() {
                let name = file.file_name().into_string().unwrap();
                files.insert(name, fs::read(file.path()).unwrap());
            }
        }
        files.insert("pytorch_model.bin".to_owned(), b"a pickle".to_vec());
        files
    });
    made.clone()
}

/// All files below a folder.
fn below(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return vec![] };
    let mut files = vec![];
    for entry in entries {
        let path = entry.unwrap().path();
        files.extend(if path.is_dir() { below(&path) } else { vec![path] });
    }
    files
}

fn room() -> TempDir {
    tempfile::tempdir().unwrap()
}

#[test]
fn a_model_is_pulled_and_speaks_by_its_name() {
    let (folder, files) = (room(), files());
    let [hub, elsewhere] = hub(files.clone(), |_| None);
    let told = good(run(&folder, &hub, "pull me/small"));
    let here = PathBuf::from(told.trim());
    let snapshot = format!("home/hub/models--me--small/snapshots/{COMMIT}");
    assert_eq!(here, folder.path().join(snapshot));
    assert_eq!(fs::read(here.join(NUMBERS)).unwrap(), files[NUMBERS]);
    assert_eq!(fs::read(here.join("tokenizer.json")).unwrap(), files["tokenizer.json"]);
    assert!(!here.join("pytorch_model.bin").exists() && !here.join("loss.svg").exists());
    assert!(below(folder.path()).iter().all(|file| file.extension() != Some("part".as_ref())));

    let seen: Value =
        serde_json::from_str(&good(run(&folder, &hub, "inspect me/small --json"))).unwrap();
    assert!(seen.to_string().contains("parameters"));
    let said = good(run(&folder, &hub, "generate me/small --prompt The --greedy --tokens 4"));
    assert!(said.starts_with("The"), "{said}");

    // again: nothing but the list is asked for
    let [_, _] = [hub.take(""), elsewhere.take("")];
    let again = good(run(&folder, &hub, "pull me/small --json"));
    let again: Value = serde_json::from_str(&again).unwrap();
    assert_eq!(again["commit"], COMMIT);
    assert!(again["files"].as_array().unwrap().iter().all(|file| file["fetched"] == 0));
    assert_eq!((hub.take("").len(), elsewhere.take("").len()), (1, 0));

    // a file that was changed here is fetched again, and into a folder of one's own all is
    fs::write(here.join(NUMBERS), b"changed").unwrap();
    good(run(&folder, &hub, "pull me/small"));
    assert_eq!(fs::read(here.join(NUMBERS)).unwrap(), files[NUMBERS]);
    assert_eq!(elsewhere.take("").len(), 1);
    assert_eq!(good(run(&folder, &hub, "pull me/small --out own")), "own\n");
    good(run(&folder, &hub, "generate own --tokens 4"));
}

#[test]
fn one_file_alone() {
    let folder = room();
    let mut files = files();
    files.insert("sub/a.gguf".to_owned(), b"GGUF!".to_vec());
    let [hub, _] = hub(files, |_| None);
    good(run(&folder, &hub, "pull me/small --out own --file sub/a.gguf"));
    assert_eq!(below(&folder.path().join("own")), [folder.path().join("own/sub/a.gguf")]);
    bad(run(&folder, &hub, "pull me/small --file none.gguf"), &["none.gguf", "config.json"]);
    bad(run(&folder, &hub, "pull me/small --file pytorch_model.bin"), &["programs"]);
    bad(run(&folder, &hub, "pull small"), &["OWNER/NAME"]);
    bad(run(&folder, &hub, "pull ../small"), &["OWNER/NAME"]);
}

#[test]
fn what_broke_off_goes_on() {
    let (folder, files) = (room(), files());
    let half = files[NUMBERS].len() / 2;
    let (broken, whole) = (Arc::new(Mutex::new(true)), files[NUMBERS].clone());
    let breaks = broken.clone();
    let [hub, elsewhere] = hub(files.clone(), move |asked| {
        let breaks = *breaks.lock().unwrap() && asked.path.starts_with("/large/");
        let sent = if asked.from == 0 { half } else { 0 };
        breaks.then(|| Reply { sent, ..part(&whole, asked.from) })
    });
    let pull = "pull me/small --out own";
    let words = ["breaks off", "model.safetensors", "the same command"];
    bad(run(&folder, &hub, pull), &words);
    assert!(!folder.path().join("own").join(NUMBERS).exists());
    let asked: Vec<_> = elsewhere.take("").iter().map(|asked| asked.from).collect();
    assert_eq!(asked[..2], [0, half], "within one run it goes on, too");

    *broken.lock().unwrap() = false;
    let told = good(run(&folder, &hub, &format!("{pull} --json")));
    let told: Value = serde_json::from_str(&told).unwrap();
    let numbers = told["files"].as_array().unwrap().iter().find(|file| file["name"] == NUMBERS);
    let rest = files[NUMBERS].len() - half;
    assert_eq!(numbers.unwrap()["fetched"], rest);
    let asked: Vec<_> = elsewhere.take("").iter().map(|asked| asked.from).collect();
    assert_eq!(asked, [half]);
    assert_eq!(fs::read(folder.path().join("own").join(NUMBERS)).unwrap(), files[NUMBERS]);
    assert!(below(folder.path()).iter().all(|file| file.extension() != Some("part".as_ref())));
}

#[test]
fn a_server_that_knows_no_parts_begins_again() {
    let (folder, files) = (room(), files());
    let half = files[NUMBERS].len() / 2;
    let whole = files[NUMBERS].clone();
    let times = Mutex::new(0);
    let [hub, elsewhere] = hub(files.clone(), move |asked| {
        if !asked.path.starts_with("/large/") {
            return None;
        }
        let mut times = times.lock().unwrap();
        *times += 1;
        let sent = if *times == 1 { half } else { whole.len() };
        Some(Reply { sent, ..reply(200, whole.clone()) })
    });
    good(run(&folder, &hub, "pull me/small --out own"));
    assert_eq!(elsewhere.take("").len(), 2);
    assert_eq!(fs::read(folder.path().join("own").join(NUMBERS)).unwrap(), files[NUMBERS]);
}

#[test]
fn what_is_damaged_is_not_kept() {
    let (folder, files) = (room(), files());
    let mut damaged = files[NUMBERS].clone();
    *damaged.last_mut().unwrap() ^= 1;
    let [hub, _] = hub(files.clone(), move |asked| {
        asked.path.starts_with("/large/").then(|| part(&damaged, asked.from))
    });
    bad(run(&folder, &hub, "pull me/small --out own"), &[NUMBERS, "damaged", "SHA-256"]);
    let left = below(&folder.path().join("own"));
    assert!(left.iter().all(|file| !file.to_str().unwrap().contains("safetensors")), "{left:?}");
    bad(run(&folder, &hub, "pull me/small"), &["damaged"]);
    bad(run(&folder, &hub, "generate me/small"), &["me/small"]); // it is not there under its name

    let mut short = files.clone();
    short.get_mut("config.json").unwrap().pop();
    let honest = Arc::new(files);
    let [hub, _] = self::hub(short, move |asked| {
        asked.path.starts_with("/api/models").then(|| reply(200, listing(&honest).to_string()))
    });
    bad(run(&folder, &hub, "pull me/small --out short"), &["config.json", "bytes"]);
    assert!(!folder.path().join("short/config.json").exists());
}

#[test]
fn what_is_refused_is_said() {
    let folder = room();
    let [hub, _] = hub(files(), |_| None);
    bad(run(&folder, &hub, "pull me/none"), &["me/none", &hub.url]);
    bad(run(&folder, &hub, "pull me/small --revision v9"), &["v9"]);
    for (status, at, words) in [
        (401, "/api/models", &["HF_TOKEN", "me/small"][..]),
        (403, "/api/models", &["HF_TOKEN", "me/small"]),
        (404, "/resolve/", &["config.json", "has no"]),
        (401, "/resolve/", &["HF_TOKEN"]),
        (403, "/large/", &["HF_TOKEN", "model.safetensors"]),
        (429, "/api/models", &["too often"]),
        (500, "/api/models", &["500", "later"]),
        (503, "/large/", &["503", "model.safetensors"]),
    ] {
        let [hub, _] = self::hub(files(), move |asked| {
            asked.path.contains(at).then(|| reply(status, "{\"error\":\"no\"}"))
        });
        let told = bad(run(&folder, &hub, "pull me/small --out own"), words);
        assert!(!told.contains("{\"error"), "{told}");
    }
    for body in ["<html>", "[]", "{}", "{\"sha\":1,\"siblings\":[]}"] {
        let [hub, _] =
            self::hub(files(), move |asked| asked.path.contains("/api").then(|| reply(200, body)));
        bad(run(&folder, &hub, "pull me/small"), &["does not speak as the Hub does"]);
    }
    let none = Files::from([("README.md".to_owned(), vec![])]);
    let [hub, _] = self::hub(none, |_| None);
    bad(run(&folder, &hub, "pull me/small"), &["me/small", ".safetensors"]);
}

#[test]
fn nobody_is_there() {
    let folder = room();
    let gone = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let output = command(folder.path(), &format!("http://{gone}"), "pull me/small").output();
    bad(output.unwrap(), &["cannot reach", &gone.to_string(), "HF_ENDPOINT"]);
    for (url, word) in [("nonsense", "HF_ENDPOINT"), ("ftp://127.0.0.1", "HF_ENDPOINT")] {
        bad(command(folder.path(), url, "pull me/small").output().unwrap(), &[word]);
    }
    let mut offline = command(folder.path(), "", "pull me/small");
    bad(offline.env("HF_HUB_OFFLINE", "1").output().unwrap(), &["HF_HUB_OFFLINE"]);
}

#[test]
fn nobody_is_waited_for_for_ever() {
    let folder = room();
    for at in ["/api/models", "/large/"] {
        let [hub, _] = hub(files(), move |asked| {
            let late = || Reply { wait: Duration::from_secs(60), ..reply(200, "late") };
            asked.path.contains(at).then(late)
        });
        let begun = Instant::now();
        let mut pull = command(folder.path(), &hub.url, "pull me/small --out own");
        let output = pull.env("HF_HUB_DOWNLOAD_TIMEOUT", "0.3").output().unwrap();
        bad(output, &["does not answer in time"]);
        assert!(begun.elapsed() < Duration::from_secs(30), "{:?}", begun.elapsed());
    }
    // it begins to answer, and then falls silent
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", silent.local_addr().unwrap());
    thread::spawn(move || {
        let mut all = vec![];
        for stream in silent.incoming() {
            let mut stream = stream.unwrap();
            let _asked = stream.read(&mut [0; 4096]);
            stream.write_all(b"HTTP/1.1 200 So\r\nContent-Length: 9\r\n\r\n{").unwrap();
            all.push(stream);
        }
    });
    let mut pull = command(folder.path(), &url, "pull me/small");
    let begun = Instant::now();
    bad(pull.env("HF_HUB_DOWNLOAD_TIMEOUT", "0.3").output().unwrap(), &["in time"]);
    assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
}

#[test]
fn the_token_goes_to_the_hub_alone() {
    let folder = room();
    let [hub, elsewhere] = hub(files(), |_| None);
    let mut pull = command(folder.path(), &hub.url, "pull me/small --out own");
    good(pull.env("HF_TOKEN", " secret\n").output().unwrap());
    let asked = hub.take("");
    assert!(!asked.is_empty());
    assert!(asked.iter().all(|one| one.token.as_deref() == Some("Bearer secret")), "{asked:?}");
    let asked = elsewhere.take("");
    assert_eq!(asked.len(), 1);
    assert_eq!(asked[0].token, None);

    // from the file of it, too
    fs::create_dir_all(folder.path().join("home")).unwrap();
    fs::write(folder.path().join("home/token"), "filed\n").unwrap();
    good(run(&folder, &hub, "pull me/small --out other"));
    assert!(hub.take("").iter().all(|one| one.token.as_deref() == Some("Bearer filed")));
}

#[test]
fn who_leads_on_and_on_is_left() {
    let folder = room();
    let [hub, elsewhere] =
        hub(files(), |asked| asked.path.contains("large").then(|| leads_to(302, "/large".into())));
    bad(run(&folder, &hub, "pull me/small --out own"), &["leads on and on"]);
    assert!(elsewhere.take("").len() < 99);
    for place in ["", "file:///etc/passwd", "ftp://127.0.0.1/"] {
        let [hub, _] = self::hub(files(), move |asked| {
            asked.path.contains("/api").then(|| leads_to(302, place.to_owned()))
        });
        bad(run(&folder, &hub, "pull me/small"), &["nowhere"]);
    }
}

#[test]
fn nothing_leaves_the_folder() {
    let folder = room();
    for name in [
        "../model.safetensors",
        "a/../../model.safetensors",
        "/tmp/model.safetensors",
        "..\\model.safetensors",
        "C:\\model.safetensors",
        "a//config.json",
        "./config.json",
    ] {
        let mut files = files();
        files.insert(name.to_owned(), b"evil".to_vec());
        let [hub, elsewhere] = hub(files, |_| None);
        bad(run(&folder, &hub, "pull me/small --out a/own"), &["would leave the folder"]);
        let line = format!("pull me/small --out a/own --file {name}");
        bad(run(&folder, &hub, &line), &["would leave the folder"]);
        assert!(hub.take("resolve").is_empty() && elsewhere.take("").is_empty());
    }
    assert_eq!(below(folder.path()), Vec::<PathBuf>::new());

    let [hub, _] = hub(files(), |asked| {
        let mut all = listing(&files());
        all["sha"] = "../../../evil".into();
        asked.path.contains("/api").then(|| reply(200, all.to_string()))
    });
    bad(run(&folder, &hub, "pull me/small"), &["no commit"]);
    assert_eq!(below(folder.path()), Vec::<PathBuf>::new());
}

#[cfg(unix)]
#[test]
fn no_link_leads_out_of_the_folder() {
    use std::os::unix::fs::symlink;
    let folder = room();
    let path = |name: &str| folder.path().join(name);
    for name in ["own", "outside"] {
        fs::create_dir(path(name)).unwrap();
    }
    fs::write(path("outside/mine"), "mine").unwrap();
    symlink(path("outside"), path("own/sub")).unwrap();
    symlink(path("outside/mine"), path("own/config.json")).unwrap();
    let mut files = files();
    files.insert("sub/a.gguf".to_owned(), b"GGUF!".to_vec());
    let [hub, _] = hub(files.clone(), |_| None);
    bad(
        run(&folder, &hub, "pull me/small --out own --file sub/a.gguf"),
        &["sub/a.gguf", "a link leads"],
    );
    good(run(&folder, &hub, "pull me/small --out own"));
    assert_eq!(fs::read(path("own/config.json")).unwrap(), files["config.json"]);
    assert_eq!(below(&path("outside")), [path("outside/mine")]);
    assert_eq!(fs::read(path("outside/mine")).unwrap(), b"mine");
}

#[test]
fn a_name_is_no_command_to_the_terminal() {
    let folder = room();
    let mut files = files();
    files.insert("model-\u{1b}[2J.safetensors".to_owned(), b"x".to_vec());
    let [hub, _] = hub(files, |_| None);
    good(run(&folder, &hub, "pull me/small --out own"));
    let output = run(&folder, &hub, "pull me/small --file none");
    assert!(!bad(output, &["none"]).contains('\u{1b}'));
}

#[test]
fn a_list_is_not_read_for_ever() {
    let folder = room();
    let [hub, _] =
        hub(files(), |asked| asked.path.contains("/api").then(|| reply(200, vec![b' '; 17 << 20])));
    bad(run(&folder, &hub, "pull me/small"), &["does not speak as the Hub does"]);
}
