//! `primer chat`: a conversation with a model.
//!
//! ```text
//! > What is the capital of France?
//! The capital of France is Paris.
//!
//! > /help
//! ```
//!
//! [`signs`] keeps what a person types from being more than text, [`talk`] is the conversation, and
//! [`lines`] what is typed.

pub mod lines;
pub mod signs;
pub mod talk;

use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::{Context, Result, bail, ensure};
use neuron::init::seeded;
use serde_json::{Value, json};
use signal_hook::consts::SIGINT;
use signal_hook::flag;
use tokenizer::Tokenizer;
use transformer::Reader;

use crate::args::{self, Global};
use crate::chat_template::{self, ChatTemplate};
use crate::model::{Model, threads};
use crate::parts::Parts;
use crate::{data, memory, out};
use lines::Lines;
use talk::{Answer, Finish, Setting, Talk};

const HELP: &str = "\
/system TEXT   tell the model something before the conversation, and begin anew
/reset         forget the conversation
/exit          leave; so do Ctrl-D, and Ctrl-C twice
Ctrl-C stops an answer, or drops what you type. A line that ends in \\ goes on in the next; \"\"\" begins and ends several lines.";

/// Opens a model and talks to it.
///
/// # Errors
/// If the model cannot be opened, or has no chat template and none is given.
pub fn chat(flags: &args::Chat, all: &Global) -> Result<()> {
    ensure!(flags.tokens > 0, "--tokens 0: an answer has at least 1");
    let sampler = flags.sampling.sampler()?;
    let parts = Parts::open(&flags.model)?;
    let tokenizer = parts.tokenizer_and_pages(flags.precision)?;
    let template = template(flags, &parts, &tokenizer)?;
    let model = Model::of(&parts, tokenizer, flags.precision, threads(all))?;
    let setting = Setting {
        model: &model.network,
        tokenizer: &model.tokenizer,
        template: &template,
        sampler,
        ends: model.ends.clone(),
        stops: flags.stop.clone(),
        tokens: flags.tokens,
    };
    let talk = Talk::new(setting, flags.system.as_deref());
    converse(talk, Lines::of_standard_input()?, all)
}

/// The template that is given, or the model's own.
fn template(flags: &args::Chat, parts: &Parts, tokenizer: &Tokenizer) -> Result<ChatTemplate> {
    let name = flags.model.display();
    let (source, from) = match &flags.template {
        Some(file) => (data::read_text(file)?, file.display().to_string()),
        None => match parts.template()? {
            Some(source) => (source, name.to_string()),
            None => bail!(
                "{name} has no chat template: it was not trained to converse; let it go on with a text \
                 by `primer generate {name}`, or give a template with --template FILE"
            ),
        },
    };
    let [bos, eos] = around(parts, tokenizer)?;
    ChatTemplate::new(&source, bos, eos).with_context(|| format!("in {from}"))
}

/// How the tokens are spelled that begin and end a text.
fn around(parts: &Parts, tokenizer: &Tokenizer) -> Result<[Option<String>; 2]> {
    let spelled = |id: Option<u32>| id.and_then(|id| tokenizer.token(id));
    if let Some(gguf) = &parts.gguf {
        let vocabulary = gguf.vocabulary()?;
        return Ok([spelled(vocabulary.bos), spelled(vocabulary.eos)]);
    }
    let file = parts.path.join("tokenizer_config.json");
    if file.exists() {
        let config: Value = serde_json::from_slice(&data::read_bytes(&file)?)
            .with_context(|| format!("{} is not valid JSON", file.display()))?;
        let token = |key| chat_template::token_in_config(&config, key);
        return Ok([token("bos_token"), token("eos_token")]);
    }
    let said = parts.generation()?;
    Ok([spelled(said.start), spelled(said.ends.first().copied())])
}

/// Ctrl-C stops an answer; where nobody answers, it ends the program.
struct Interrupt {
    asked: Arc<AtomicBool>,
    idle: Arc<AtomicBool>,
}

impl Interrupt {
    fn listen() -> Result<Self> {
        let (asked, idle) = (Arc::default(), Arc::new(AtomicBool::new(true)));
        flag::register_conditional_shutdown(SIGINT, 128 + SIGINT, Arc::clone(&idle))?;
        flag::register(SIGINT, Arc::clone(&asked))?;
        Ok(Interrupt { asked, idle })
    }

    fn answering(&self, begins: bool) {
        self.asked.store(false, Ordering::SeqCst);
        self.idle.store(!begins, Ordering::SeqCst);
    }
}

/// Reads what is typed and answers, until there is no more.
fn converse<R: Reader>(mut talk: Talk<'_, R>, mut lines: Lines, all: &Global) -> Result<()> {
    let interrupt = Interrupt::listen()?;
    if lines.is_person() {
        out::tell("Type what you want to say. /help says what else there is, /exit leaves.");
    }
    let mut rng = seeded(all.seed());
    while let Some(typed) = lines.message()? {
        let (command, rest) =
            typed.trim().split_once(char::is_whitespace).unwrap_or((typed.trim(), ""));
        match command {
            "" => {}
            "/exit" | "/quit" | "/bye" => break,
            "/help" => out::tell(HELP),
            "/reset" => talk.reset(),
            "/system" if rest.trim().is_empty() => talk.begin(None),
            "/system" => talk.begin(Some(rest.trim())),
            unknown if is_command(unknown) => {
                out::tell(&format!("{unknown} is no command: /help says which there are"));
            }
            _ => {
                interrupt.answering(true);
                let mut written = Ok(());
                let said = talk.say(&typed, &mut rng, |text| {
                    if !all.json && !text.is_empty() && written.is_ok() {
                        written = out::write(text);
                    }
                    match interrupt.asked.load(Ordering::SeqCst) || written.is_err() {
                        true => ControlFlow::Break(()),
                        false => ControlFlow::Continue(()),
                    }
                });
                interrupt.answering(false);
                written?;
                match said {
                    Ok(answer) => tell(&answer, &typed, &lines, all)?,
                    Err(error) if !lines.is_person() => return Err(error),
                    Err(error) => out::tell(&format!("primer: {}", out::in_one_line(&error))),
                }
            }
        }
    }
    Ok(())
}

/// Whether this looks like a command: `/word`, and no path.
fn is_command(word: &str) -> bool {
    let name = word.strip_prefix('/').unwrap_or_default();
    !name.is_empty() && name.chars().all(|letter| letter.is_ascii_alphabetic())
}

/// What is said behind an answer.
fn tell(answer: &Answer, typed: &str, lines: &Lines, all: &Global) -> Result<()> {
    if answer.forgotten > 0 {
        let forgotten = answer.forgotten;
        out::tell(&format!("(the context is full: the oldest {forgotten} messages are forgotten)"));
    }
    if all.json {
        return out::line(&to_json(answer, typed).to_string());
    }
    out::line("")?;
    match answer.finish {
        Finish::Stop => {}
        Finish::Length => out::tell("(--tokens ends the answer here)"),
        Finish::Context => out::tell("(the context is full: the answer ends here)"),
        Finish::Interrupted => out::tell("(stopped)"),
    }
    if lines.is_person() { out::line("") } else { Ok(()) }
}

/// All that is known of an answer, for a program to read.
fn to_json(answer: &Answer, typed: &str) -> Value {
    let speed =
        |tokens: usize, seconds: f64| if seconds > 0.0 { tokens as f64 / seconds } else { 0.0 };
    let finish = match answer.finish {
        Finish::Stop => "stop",
        Finish::Length => "length",
        Finish::Context => "context",
        Finish::Interrupted => "interrupted",
    };
    json!({
        "user": typed,
        "text": answer.text,
        "ids": answer.ids,
        "finish": finish,
        "read": answer.read,
        "kept": answer.kept,
        "forgotten": answer.forgotten,
        "prefill_tokens_per_second": speed(answer.read, answer.seconds[0]),
        "decode_tokens_per_second": speed(answer.ids.len(), answer.seconds[1]),
        "peak_bytes": memory::peak_bytes(),
    })
}
