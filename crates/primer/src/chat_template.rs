//! A conversation becomes one text, by the template that a model was trained with.
//!
//! ```text
//! user: Hi     ->   <|im_start|>user
//!                   Hi<|im_end|>
//!                   <|im_start|>assistant
//! ```
//!
//! A template is a program in Jinja, and it comes with the model: from anybody. So it runs with fuel, which
//! pays for each step and for each byte that it makes, what it makes is weighed (`guard`, `weight`), and
//! it sees nothing but the conversation. What it finds is what the library `transformers` gives to
//! templates, down to the spelling of JSON (`environment`).

mod environment;
mod guard;
mod weight;

use anyhow::{Result, anyhow, bail};
use minijinja::machinery::{CodeGenerator, eval, make_string_output};
use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment, ErrorKind, Value, context};
use serde::Serialize;

/// A template is no longer than this many bytes; published ones have some thousands.
const LONG: usize = 1 << 20;
/// What is wrong is told in so many characters.
const TOLD: usize = 300;
/// Under this name errors know the template.
const NAME: &str = "chat template";

/// What somebody said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Message {
    /// `system`, `user` or `assistant`.
    pub role: String,
    /// What was said.
    pub content: String,
}

impl Message {
    /// What somebody said.
    pub fn new(role: &str, content: &str) -> Self {
        Message { role: role.to_owned(), content: content.to_owned() }
    }
}

/// How conversations become text.
///
/// ```
/// use primer::chat_template::{ChatTemplate, Message};
///
/// let source = "{% for m in messages %}<{{ m.role }}>{{ m.content | trim }}</s>{% endfor %}\
///               {% if add_generation_prompt %}<assistant>{% endif %}";
/// let template = ChatTemplate::new(source, None, None)?;
/// let text = template.render(&[Message::new("user", " Hi ")], true)?;
/// assert_eq!(text, "<user>Hi</s><assistant>");
/// # Ok::<(), anyhow::Error>(())
/// ```
#[derive(Debug)]
pub struct ChatTemplate {
    environment: Environment<'static>,
    source: String,
    bos: Option<String>,
    eos: Option<String>,
}

impl ChatTemplate {
    /// A template, and how the tokens are spelled that begin and end a text.
    ///
    /// # Errors
    /// If it is no Jinja.
    pub fn new(source: &str, bos: Option<String>, eos: Option<String>) -> Result<Self> {
        if source.len() > LONG {
            bail!("the chat template has {} bytes: at most {LONG} are read", source.len());
        }
        let environment = environment::environment();
        let source = environment::without_marks(source);
        guard::guarded(&source, NAME, environment::syntax()?).map_err(explain)?;
        Ok(ChatTemplate { environment, source, bos, eos })
    }

    /// The text of a conversation; `answer`: up to where the assistant is to speak.
    ///
    /// # Errors
    /// If the template refuses the conversation, fails, or does not end.
    pub fn render(&self, messages: &[Message], answer: bool) -> Result<String> {
        let spelled = |token: &Option<String>| match token {
            Some(token) => Value::from(token.as_str()),
            None => Value::UNDEFINED,
        };
        let seen = context! {
            messages => Value::from(Serde(messages)),
            add_generation_prompt => answer,
            bos_token => spelled(&self.bos),
            eos_token => spelled(&self.eos),
            tools => (),
            documents => (),
        };
        let tree = guard::guarded(&self.source, NAME, environment::syntax()?).map_err(explain)?;
        let mut code = CodeGenerator::new(NAME, &self.source);
        code.compile_stmt(&tree);
        let (steps, blocks) = code.finish();
        let mut text = String::new();
        let mut out = make_string_output(&mut text);
        let done = eval(&self.environment, &steps, seen, &blocks, &mut out, AutoEscape::None);
        done.map_err(explain)?;
        Ok(text)
    }

    /// What stands right behind what the assistant said: by that, a model says that it has finished.
    pub fn behind_an_answer(&self) -> Option<String> {
        const ANSWER: &str = "7f3a9c"; // what no template says itself
        let talk = [Message::new("user", "Hi"), Message::new("assistant", ANSWER)];
        let text = self.render(&talk, false).ok()?;
        let (_, behind) = text.rsplit_once(ANSWER)?;
        Some(behind.to_owned())
    }
}

/// What is wrong, in one line.
fn explain(error: minijinja::Error) -> anyhow::Error {
    match error.kind() {
        ErrorKind::OutOfFuel => anyhow!(
            "the chat template does not end, or its text grows without end: give another one with \
             --template FILE"
        ),
        _ => {
            let told: String =
                error.to_string().replace(['\n', '\r'], " ").chars().take(TOLD).collect();
            anyhow!("the chat template: {told}")
        }
    }
}

/// The template that a `tokenizer_config.json` has: a text, or that called `default` in a list of several.
pub fn in_tokenizer_config(config: &serde_json::Value) -> Option<String> {
    let found = match &config["chat_template"] {
        serde_json::Value::Array(named) => {
            let is_default = |one: &&serde_json::Value| one["name"] == "default";
            &named.iter().find(is_default).or(named.first())?["template"]
        }
        text => text,
    };
    found.as_str().map(str::to_owned)
}

/// How a `tokenizer_config.json` spells `bos_token` or `eos_token`: as a text, or as an object with one.
pub fn token_in_config(config: &serde_json::Value, key: &str) -> Option<String> {
    let token = &config[key];
    token.as_str().or(token["content"].as_str()).map(str::to_owned)
}
