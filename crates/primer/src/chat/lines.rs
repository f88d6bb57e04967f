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

/// Where lines come from.
pub enum Lines {
    /// A person, who may edit them.
    Editor(Box<DefaultEditor>),
    /// A file or another program.
    Plain(Box<dyn BufRead>),
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

    /// The next message, which may be of several lines; none at the end.
    ///
    /// # Errors
    /// If it cannot be read.
    pub fn message(&mut self) -> Result<Option<String>> {
        let Some(mut line) = self.line("> ")? else { return Ok(None) };
        let mut message = String::new();
        if let Some(begun) = line.strip_prefix(QUOTES) {
            message.push_str(begun);
            while !message.contains(QUOTES) {
                let Some(more) = self.line("… ")? else { break };
                message.push('\n');
                message.push_str(&more);
            }
            let end = message.find(QUOTES).unwrap_or(message.len());
            message.truncate(end);
            line = message.trim_matches('\n').to_owned();
            self.remember(&format!("{QUOTES}{line}{QUOTES}"));
            return Ok(Some(line));
        }
        while let Some(begun) = line.strip_suffix('\\') {
            message.push_str(begun);
            message.push('\n');
            let Some(more) = self.line("… ")? else { return Ok(Some(message)) };
            line = more;
        }
        message.push_str(&line);
        self.remember(&message);
        Ok(Some(message))
    }

    /// One line, without its end.
    fn line(&mut self, prompt: &str) -> Result<Option<String>> {
        match self {
            Lines::Editor(editor) => match editor.readline(prompt) {
                Ok(line) => Ok(Some(line)),
                Err(ReadlineError::Eof | ReadlineError::Interrupted) => Ok(None),
                Err(error) => Err(error).context("the terminal cannot be read"),
            },
            Lines::Plain(lines) => {
                let mut bytes = Vec::new();
                let length = lines.read_until(b'\n', &mut bytes).context("standard input")?;
                let line = String::from_utf8_lossy(&bytes);
                let line = line.trim_end_matches(['\r', '\n']).to_owned();
                Ok((length > 0).then_some(line))
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
