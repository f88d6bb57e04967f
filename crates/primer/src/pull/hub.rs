//! How one asks the Hub: which files a model has, and for one of them.

use std::env;
use std::io::ErrorKind;
use std::time::Duration;

use anyhow::{Context, Result, anyhow, bail, ensure};
use serde_json::Value;
use ureq::{Agent, Body, http::Response};

use super::cached::{self, Name};

/// Where the Hub is.
const ENDPOINT: &str = "https://huggingface.co";
/// A list of files is no longer than this.
const LONG: u64 = 16 << 20;
/// So often an address may lead on to another.
const LEADS_ON: usize = 8;

/// A file that the Hub has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Its path.
    pub path: String,
    /// How many bytes it has, if that is said.
    pub size: Option<u64>,
    /// Its SHA-256 in hexadecimal, which is said of large files.
    pub sha256: Option<String>,
}

/// What a model consists of.
#[derive(Clone, Debug)]
pub struct Listing {
    /// The commit that the revision is.
    pub commit: String,
    /// Its files.
    pub files: Vec<Listed>,
}

/// The Hub, as the environment says it is to be asked.
#[derive(Debug)]
pub struct Hub {
    agent: Agent,
    endpoint: String,
    token: Option<String>,
}

impl Hub {
    /// From `HF_ENDPOINT`, `HF_TOKEN` or the file of it, and `HF_HUB_DOWNLOAD_TIMEOUT`.
    ///
    /// # Errors
    /// If there is to be no network.
    pub fn from_environment() -> Result<Self> {
        let set = |name| env::var(name).ok().filter(|value| !value.is_empty());
        let offline = set("HF_HUB_OFFLINE").is_some_and(|value| value != "0" && value != "false");
        ensure!(!offline, "HF_HUB_OFFLINE is set: nothing is fetched; unset it");
        let seconds = set("HF_HUB_DOWNLOAD_TIMEOUT").and_then(|value| value.parse().ok());
        let wait =
            Duration::from_secs_f64(seconds.filter(|s| *s > 0.0 && *s < 1e6).unwrap_or(20.0));
        let agent = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0) // here each is looked at: who gets the token, and what is said on the way
            .max_redirects_will_error(false)
            .timeout_connect(Some(wait))
            .timeout_recv_response(Some(wait))
            .timeout_per_read(Some(wait))
            .user_agent(concat!("primer/", env!("CARGO_PKG_VERSION")))
            .build()
            .new_agent();
        let in_file = || {
            let path = set("HF_TOKEN_PATH").map_or(cached::home()?.join("token"), Into::into);
            std::fs::read_to_string(path).ok()
        };
        let token = set("HF_TOKEN").or_else(in_file).map(|token| token.trim().to_owned());
        let endpoint = set("HF_ENDPOINT").unwrap_or_else(|| ENDPOINT.to_owned());
        let endpoint = endpoint.trim_end_matches('/').to_owned();
        Ok(Hub { agent, endpoint, token: token.filter(|token| !token.is_empty()) })
    }

    /// Where the Hub is.
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// The files of a model.
    ///
    /// # Errors
    /// If there is no such model or revision, or it may not be read.
    pub fn listing(&self, name: &Name, revision: &str) -> Result<Listing> {
        let revision = escaped(revision, false);
        let url = format!("{}/api/models/{name}/revision/{revision}?blobs=true", self.endpoint);
        let mut response = self.get(&url, 0)?;
        self.check(response.status().as_u16(), &format!("{name} at revision {revision}"), name)?;
        let told = || format!("{} does not speak as the Hub does", self.endpoint);
        let body = response.body_mut().with_config().limit(LONG).read_to_vec();
        let body = body.map_err(|error| match error {
            ureq::Error::Timeout(_) => unreached(&error, &url),
            error => anyhow!(error).context(told()),
        })?;
        let said: Value = serde_json::from_slice(&body).with_context(told)?;
        let commit = said["sha"].as_str().with_context(told)?.to_owned();
        let files = said["siblings"].as_array().with_context(told)?;
        let listed = |file: &Value| {
            Some(Listed {
                path: file["rfilename"].as_str()?.to_owned(),
                size: file["size"].as_u64(),
                sha256: file["lfs"]["sha256"].as_str().map(str::to_lowercase),
            })
        };
        // a name that is a command to the terminal is that of no model's file
        let plain = |file: &Listed| !file.path.contains(char::is_control);
        Ok(Listing { commit, files: files.iter().filter_map(listed).filter(plain).collect() })
    }

    /// A file from this byte on.
    ///
    /// # Errors
    /// If nobody answers, or the address leads nowhere.
    pub fn file(&self, name: &Name, commit: &str, path: &str, from: u64) -> Result<Response<Body>> {
        let (commit, path) = (escaped(commit, false), escaped(path, true));
        self.get(&format!("{}/{name}/resolve/{commit}/{path}", self.endpoint), from)
    }

    /// Asks, and follows where it leads on to. Only the Hub itself is told the token.
    fn get(&self, url: &str, from: u64) -> Result<Response<Body>> {
        let mut url = url.to_owned();
        for _ in 0..LEADS_ON {
            let mut request = self.agent.get(&url).header("Accept-Encoding", "identity");
            if let Some(token) = &self.token
                && origin(&url) == origin(&self.endpoint)
            {
                request = request.header("Authorization", format!("Bearer {token}"));
            }
            if from > 0 {
                request = request.header("Range", format!("bytes={from}-"));
            }
            let response = request.call().map_err(|error| unreached(&error, &url))?;
            if !matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308) {
                return Ok(response);
            }
            let next = response.headers().get("Location").and_then(|next| next.to_str().ok());
            url = match next {
                Some(next) if next.starts_with("https://") || next.starts_with("http://") => {
                    next.to_owned()
                }
                Some(next) if next.starts_with('/') => format!("{}{next}", origin(&url)),
                _ => bail!("{url} leads on to nowhere"),
            };
        }
        bail!("{url}: it leads on and on")
    }

    /// Says why a request was refused.
    pub(super) fn check(&self, status: u16, what: &str, name: &Name) -> Result<()> {
        let endpoint = &self.endpoint;
        match status {
            200 | 206 => Ok(()),
            401 => bail!(
                "{endpoint} does not show {what}: there is none of this name, or it is private; check \
                 the name, or set HF_TOKEN"
            ),
            403 => bail!(
                "{endpoint} does not give {what} to everybody: ask for it at {endpoint}/{name}, and set \
                 HF_TOKEN to a token that may read it"
            ),
            404 => bail!("{endpoint} has no {what}: check the name"),
            429 => bail!("{endpoint} has been asked too often: wait some minutes"),
            status => bail!("{endpoint} answers {status} for {what}: try again later"),
        }
    }
}

/// The scheme and the host of an address.
fn origin(url: &str) -> &str {
    let host = url.find("://").map_or(0, |at| at + 3);
    let end = url[host..].find(['/', '?', '#']).map_or(url.len(), |at| host + at);
    &url[..end]
}

/// A text as a part of an address.
fn escaped(text: &str, with_slashes: bool) -> String {
    let mut escaped = String::new();
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                escaped.push(char::from(byte));
            }
            b'/' if with_slashes => escaped.push('/'),
            _ => escaped.push_str(&format!("%{byte:02X}")),
        }
    }
    escaped
}

/// Why nobody answers.
fn unreached(error: &ureq::Error, url: &str) -> anyhow::Error {
    let host = origin(url);
    match error {
        ureq::Error::HostNotFound | ureq::Error::ConnectionFailed => {
            anyhow!("cannot reach {host}: check the network, or HF_ENDPOINT")
        }
        ureq::Error::Io(error) if error.kind() == ErrorKind::ConnectionRefused => {
            anyhow!("cannot reach {host}: nobody listens there; check the network, or HF_ENDPOINT")
        }
        ureq::Error::Timeout(_) => anyhow!("{host} does not answer in time: try again later"),
        ureq::Error::BadUri(_) | ureq::Error::Http(_) => {
            anyhow!("{host} is no address of a server: check HF_ENDPOINT")
        }
        error => anyhow!("cannot fetch from {host}: {error}"),
    }
}
