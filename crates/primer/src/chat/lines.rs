//! What is typed: with a line editor on a terminal, and as plain lines from anywhere else.
//!
//! ```text
//! a line that ends in \        goes on in the next
//! """                          all lines up to the next """ are one message
//! ```

use std::io::{BufRead, IsTerminal, stdin, stdout};

use anyhow::{Context, Result};
use rustyline::DefaultEditor;
use rustyline::error::ReadlineError;

use crate::out;

/// Where lines come from.
pub enum Lines {
    /// A person, who may edit them.
    Editor(Box<DefaultEditor>),
    /// A file or another program.
    Plain(Box<dyn BufRead>),
}

/// What came of asking for a line or a message.
enum Typed {
    Text(String),
    /// No more comes.
    End,
    /// Ctrl-C: what was typed is not meant.
    Dropped,
}

impl Typed {
    fn text(self) -> Option<String> {
        match self {
            Typed::Text(text) => Some(text),
            Typed::End | Typed::Dropped => None,
        }
    }
}

impl Lines {
    /// Those of standard input.
    ///
    /// # Errors
    /// If the terminal cannot be used.
    pub fn of_standard_input() -> Result<Self> {
        match stdin().is_terminal() && stdout().is_terminal() {
            true => Ok(Lines::Editor(Box::new(DefaultEditor::new().context("the terminal")?))),
            false => Ok(Lines::Plain(Box::new(stdin().lock()))),
        }
    }

    /// Whether somebody is there who types.
    pub fn is_person(&self) -> bool {
        matches!(self, Lines::Editor(_))
    }

    /// The next message, which may be of several lines; none at the end. Ctrl-C drops what is typed; a
    /// second one is the end.
    ///
    /// # Errors
    /// If it cannot be read.
    pub fn message(&mut self) -> Result<Option<String>> {
        match self.typed()? {
            Typed::Dropped => out::tell("(Ctrl-C again, Ctrl-D or /exit leaves)"),
            typed => return Ok(typed.text()),
        }
        Ok(self.typed()?.text())
    }

    /// A message of one line or several.
    fn typed(&mut self) -> Result<Typed> {
        let mut line = match self.line("> ")? {
            Typed::Text(line) => line,
            nothing => return Ok(nothing),
        };
        let mut message = String::new();
        if let Some(begun) = line.strip_prefix(QUOTES) {
            message.push_str(begun);
            while !message.contains(QUOTES) {
                match self.line("… ")? {
                    Typed::Text(more) => message = message + "\n" + &more,
                    Typed::End => break,
                    Typed::Dropped => return Ok(Typed::Dropped),
                }
            }
            let end = message.find(QUOTES).unwrap_or(message.len());
            message.truncate(end);
            line = message.trim_matches('\n').to_owned();
            self.remember(&format!("{QUOTES}{line}{QUOTES}"));
            return Ok(Typed::Text(line));
        }
        while let Some(begun) = line.strip_suffix('\\') {
            message = message + begun + "\n";
            line = match self.line("… ")? {
                Typed::Text(more) => more,
                Typed::End => return Ok(Typed::Text(message)),
                Typed::Dropped => return Ok(Typed::Dropped),
            };
        }
        message.push_str(&line);
        self.remember(&message);
        Ok(Typed::Text(message))
    }

    /// One line, without its end.
    fn line(&mut self, prompt: &str) -> Result<Typed> {
        match self {
            Lines::Editor(editor) => match editor.readline(prompt) {
                Ok(line) => Ok(Typed::Text(line)),
                Err(ReadlineError::Eof) => Ok(Typed::End),
                Err(ReadlineError::Interrupted) => Ok(Typed::Dropped),
                Err(error) => Err(error).context("the terminal cannot be read"),
            },
            Lines::Plain(lines) => {
                let mut bytes = Vec::new();
                let length = lines.read_until(b'\n', &mut bytes).context("standard input")?;
                let line = String::from_utf8_lossy(&bytes);
                let line = line.trim_end_matches(['\r', '\n']).to_owned();
                Ok(if length > 0 { Typed::Text(line) } else { Typed::End })
            }
        }
    }

    fn remember(&mut self, message: &str) {
        if let Lines::Editor(editor) = self
            && !message.trim().is_empty()
        {
            let _full = editor.add_history_entry(message);
        }
    }
}

const QUOTES: &str = "\"\"\"";
