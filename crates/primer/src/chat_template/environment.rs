//! What templates find: the tags, filters and functions that the library `transformers` gives them.
//!
//! ```text
//! {% break %}, {% continue %}          loop controls
//! "a b".split(), d.items(), l[::-1]    what Python's values can do
//! raise_exception("…")                 the template refuses
//! strftime_now("%d %b %Y")             today
//! x | tojson                           JSON as Python spells it: `{"a": 1, "b": [2, 3]}`
//! {% generation %}                     where the assistant speaks: of use in training alone
//! ```

use std::io;

use anyhow::Result;
use minijinja::syntax::SyntaxConfig;
use minijinja::value::Kwargs;
use minijinja::{AutoEscape, Environment, Error, ErrorKind, State, Value};
use minijinja_contrib::pycompat::unknown_method_callback;
use serde::Serialize;
use serde_json::ser::{Formatter, PrettyFormatter, Serializer};

use super::weight;

/// Each step of a template costs 1, and so do 64 bytes of what it makes. The longest published template
/// takes some thousands for a conversation.
const FUEL: u64 = 1_000_000;
/// JSON is no longer than this many bytes.
const JSON: usize = 8 << 20;
/// Filters that templates of Jinja do not know, or that make lists of lists of lists.
const NOT_THERE: [&str; 3] = ["chain", "zip", "sum"];
/// How deep templates may call themselves.
const DEPTH: usize = 100;

/// How a template is written.
pub(super) fn syntax() -> Result<SyntaxConfig> {
    let syntax = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build();
    syntax.map_err(super::explain)
}

/// The environment of a template.
pub(super) fn environment() -> Environment<'static> {
    let mut environment = Environment::new();
    environment.set_fuel(Some(FUEL));
    environment.set_recursion_limit(DEPTH);
    environment.set_auto_escape_callback(|_| AutoEscape::None);
    environment.set_unknown_method_callback(method);
    NOT_THERE.iter().for_each(|name| environment.remove_filter(name));
    environment.remove_global("debug");
    weight::add(&mut environment);
    environment.add_filter("tojson", to_json);
    environment.add_function("raise_exception", raise_exception);
    environment.add_function("strftime_now", strftime_now);
    environment
}

/// What Python's values can do. What these make of much text is paid for before it is made.
fn method(state: &mut State, of: &Value, name: &str, args: &[Value]) -> Result<Value, Error> {
    let text = of.as_str().unwrap_or_default();
    match name {
        "format" => {
            let holes = text.matches('{').count();
            state.consume_fuel((holes * args.iter().map(weight::of).sum::<usize>()) as u64)?;
            if text.contains(':') {
                return Err(Error::new(ErrorKind::InvalidOperation, "format: {:…} is not there"));
            }
        }
        "split" => {
            let by = args.first().and_then(Value::as_str).filter(|by| !by.is_empty());
            let many = by.map_or(text.len() / 2, |by| text.matches(by).count());
            state.consume_fuel(many as u64 / 2)?;
        }
        "splitlines" => state.consume_fuel(text.lines().count() as u64 / 2)?,
        _ => {}
    }
    unknown_method_callback(state, of, name, args)
}

fn raise_exception(message: String) -> Result<Value, Error> {
    Err(Error::new(ErrorKind::InvalidOperation, message))
}

fn strftime_now(format: &str) -> Result<String, Error> {
    if format.len() > 256 {
        return Err(Error::new(
            ErrorKind::InvalidOperation,
            "strftime_now: the format is too long",
        ));
    }
    let now = jiff::fmt::strtime::format(format, &jiff::Zoned::now());
    now.map_err(|error| Error::new(ErrorKind::InvalidOperation, error.to_string()))
}

/// JSON as Python's `json.dumps` spells it.
fn to_json(value: &Value, named: Kwargs) -> Result<Value, Error> {
    let indent: Option<usize> = named.get("indent")?;
    for ignored in ["ensure_ascii", "separators", "sort_keys"] {
        let _: Option<Value> = named.get(ignored)?;
    }
    named.assert_all_used()?;
    let mut bytes = Few(Vec::new());
    let written = match indent {
        None => value.serialize(&mut Serializer::with_formatter(&mut bytes, Python)),
        Some(width) => {
            let spaces = " ".repeat(width.min(16));
            let pretty = PrettyFormatter::with_indent(spaces.as_bytes());
            value.serialize(&mut Serializer::with_formatter(&mut bytes, pretty))
        }
    };
    let failed = |error: String| Error::new(ErrorKind::BadSerialization, error);
    written.map_err(|error| failed(error.to_string()))?;
    let text = String::from_utf8(bytes.0).map_err(|error| failed(error.to_string()))?;
    Ok(Value::from(text))
}

/// Bytes that are no more than [`JSON`].
struct Few(Vec<u8>);

impl io::Write for Few {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.0.len() + bytes.len() > JSON {
            return Err(io::Error::other("the JSON is too long"));
        }
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A space behind each comma and each colon.
struct Python;

impl Formatter for Python {
    fn begin_array_value<W: ?Sized + io::Write>(
        &mut self,
        writer: &mut W,
        first: bool,
    ) -> io::Result<()> {
        if first { Ok(()) } else { writer.write_all(b", ") }
    }

    fn begin_object_key<W: ?Sized + io::Write>(
        &mut self,
        writer: &mut W,
        first: bool,
    ) -> io::Result<()> {
        if first { Ok(()) } else { writer.write_all(b", ") }
    }

    fn begin_object_value<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        writer.write_all(b": ")
    }
}

/// The template with `{% generation %}` made a block that is always taken.
pub(super) fn without_marks(source: &str) -> String {
    let (mut out, mut rest) = (String::with_capacity(source.len()), source);
    while let Some(start) = rest.find("{%") {
        let Some(length) = rest[start..].find("%}") else { break };
        let (tag, end) = (&rest[start..start + length], start + length);
        let name = tag.trim_matches(['{', '%', '-', '+', ' ', '\n', '\r', '\t']);
        out.push_str(&rest[..start]);
        match name {
            "generation" => out.push_str(&tag.replacen(name, "if true", 1)),
            "endgeneration" => out.push_str(&tag.replacen(name, "endif", 1)),
            _ => out.push_str(tag),
        }
        rest = &rest[end..];
    }
    out + rest
}
