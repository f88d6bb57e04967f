//! `primer tokenizer show`: the tokens of a text side by side, then each of them and how it came about.
//!
//! ```text
//! The│ cat│s
//!
//! 3 tokens, 8 bytes: 2.7 bytes a token
//!
//!    id  token  text
//!   464  The    The
//!               h + e -> he (rank 2)
//!               T + he -> The (rank 207)
//! ```

mod joins;
mod visible;

use std::collections::{BTreeMap, HashMap};

use anstyle::{Ansi256Color, AnsiColor, Style};
use anyhow::{Context, Result};
use serde_json::{Value, json};
use tokenizer::{Model, Tokenizer};

use self::joins::Join;
use self::visible::{columns, cut, pad, visible};
use crate::args::{Global, Show};
use crate::out;

/// What stands between two tokens where there are no colours.
const BETWEEN: &str = "│";

/// Light backgrounds, by turns: sky, peach, mint, rose, straw.
const LIGHT: [u8; 5] = [153, 223, 157, 218, 229];

/// A cell of the table is at most this wide.
const WIDEST: usize = 40;

/// A token of the text.
struct Row {
    id: u32,
    token: String,
    bytes: Vec<u8>,
    score: Option<f64>,
    joins: Vec<Join>,
    /// How often it is there.
    count: usize,
}

pub(super) fn show(flags: &Show, all: &Global) -> Result<()> {
    let tokenizer = super::open(&flags.source)?;
    let (text, name) = super::given(&flags.text)?;
    let ids = tokenizer.encode_with(&text, super::specials(&flags.text)).context(name)?;
    let rows = rows(&tokenizer, &ids);
    if all.json {
        return out::line(&as_json(&ids, &rows, text.len()).to_string());
    }
    let places: HashMap<u32, &Row> = rows.iter().map(|row| (row.id, row)).collect();
    let summary = summary(&ids, &places, text.len());
    if ids.is_empty() {
        return out::line(&summary);
    }
    let tokens = ids.iter().filter_map(|id| Some(&*places.get(id)?.bytes));
    let laid = side_by_side(tokens, out::shows_colours());
    out::styled(&format!("{}\n\n{summary}\n\n{}", laid.trim_end_matches('\n'), table(&rows)))
}

/// Tokens by turns on backgrounds of other colours, or with lines between them.
fn side_by_side<'t>(tokens: impl Iterator<Item = &'t [u8]>, colours: bool) -> String {
    if colours {
        tokens.zip(LIGHT.iter().cycle()).map(|(token, &light)| coloured(token, light)).collect()
    } else {
        tokens.map(|token| laid(token, "\n")).collect::<Vec<_>>().join(BETWEEN)
    }
}

/// Each token once, in the order in which they come.
fn rows(tokenizer: &Tokenizer, ids: &[u32]) -> Vec<Row> {
    let (mut rows, mut places) = (Vec::<Row>::new(), BTreeMap::new());
    for &id in ids {
        let place = *places.entry(id).or_insert(rows.len());
        if place == rows.len() {
            rows.push(Row {
                id,
                token: tokenizer.token(id).unwrap_or_default(),
                bytes: bytes(tokenizer, id),
                score: score(tokenizer.model(), id),
                joins: joins::joins(tokenizer, id),
                count: 0,
            });
        }
        rows[place].count += 1;
    }
    rows
}

/// What a token stands for in a text.
fn bytes(tokenizer: &Tokenizer, id: u32) -> Vec<u8> {
    let token = tokenizer.token(id).unwrap_or_default();
    match tokenizer.model() {
        Model::Pairs(_) | Model::Bytes => {
            tokenizer.token_bytes(id).map(<[u8]>::to_vec).unwrap_or_default()
        }
        Model::SentencePiece(_) | Model::Unigram(_) => match byte_named(&token) {
            Some(byte) => vec![byte],
            None => token.replace('▁', " ").into_bytes(),
        },
        Model::WordPiece(_) => token.strip_prefix("##").unwrap_or(&token).as_bytes().to_vec(),
        Model::Characters(_) | Model::Words(_) => token.into_bytes(),
    }
}

/// The byte that a token such as `<0x41>` names.
fn byte_named(token: &str) -> Option<u8> {
    let digits = token.strip_prefix("<0x")?.strip_suffix('>')?;
    u8::from_str_radix(digits, 16).ok().filter(|_| digits.len() == 2)
}

fn score(model: &Model, id: u32) -> Option<f64> {
    let Model::Unigram(unigram) = model else { return None };
    unigram.tokens().get(id as usize).map(|&(_, score)| score)
}

/// A token as it is laid beside the others: lines end where they end.
fn laid(token: &[u8], end: &str) -> String {
    visible(token, ' ').replace('↵', &format!("↵{end}"))
}

/// A token on a light background.
fn coloured(token: &[u8], light: u8) -> String {
    let black = Some(Ansi256Color(16).into());
    let style = Style::new().fg_color(black).bg_color(Some(Ansi256Color(light).into()));
    let end = format!("{style:#}\n{style}");
    format!("{style}{}{style:#}", laid(token, &end))
}

fn summary(ids: &[u32], places: &HashMap<u32, &Row>, bytes: usize) -> String {
    let mut line = format!("{} tokens, {bytes} bytes", ids.len());
    if !ids.is_empty() {
        line += &format!(": {:.1} bytes a token", bytes as f64 / ids.len() as f64);
    }
    let scores = ids.iter().filter_map(|id| places.get(id)?.score);
    if scores.clone().next().is_some() {
        line += &format!("; the scores add up to {:.3}", scores.sum::<f64>());
    }
    line
}

fn table(rows: &[Row]) -> String {
    let dim = Style::new().dimmed();
    let cyan = AnsiColor::Cyan.on_default();
    let cells: Vec<[String; 5]> = rows.iter().map(cells).collect();
    let head = ["id", "token", "text", "score", "times"].map(str::to_owned);
    let width = |at: usize| cells.iter().chain([&head]).map(|row| columns(&row[at])).max();
    let widths: [usize; 5] = std::array::from_fn(|at| width(at).unwrap_or(0));
    let (scored, again) =
        (rows.iter().any(|r| r.score.is_some()), rows.iter().any(|r| r.count > 1));
    let line = |row: &[String; 5], style: Style| {
        let id = pad(&row[0], widths[0], true);
        let [token, text] = [1, 2].map(|at| pad(&row[at], widths[at], false));
        let mut line = format!("{id}  {style}{token}{style:#}  {text}");
        for at in [3, 4].into_iter().filter(|at| if *at == 3 { scored } else { again }) {
            line += &format!("  {}", pad(&row[at], widths[at], true));
        }
        line.trim_end().to_owned() + "\n"
    };
    let mut table = format!("{dim}{}{dim:#}\n", line(&head, Style::new()).trim_end());
    for (row, cells) in rows.iter().zip(&cells) {
        table += &line(cells, cyan);
        for join in &row.joins {
            let [left, right, joined] =
                [&join.left, &join.right, &join.joined].map(|name| spelled(name));
            let front = " ".repeat(widths[0] + 2);
            table +=
                &format!("{front}{dim}{left} + {right} -> {joined} (rank {}){dim:#}\n", join.rank);
        }
    }
    table
}

fn cells(row: &Row) -> [String; 5] {
    let score = row.score.map(|score| format!("{score:.4}")).unwrap_or_default();
    let count = if row.count > 1 { format!("×{}", row.count) } else { String::new() };
    [row.id.to_string(), spelled(&row.token), cut(&visible(&row.bytes, '·'), WIDEST), score, count]
}

/// A token as the file spells it, if that can be seen.
fn spelled(token: &str) -> String {
    cut(&visible(token.as_bytes(), '·'), WIDEST)
}

fn as_json(ids: &[u32], rows: &[Row], bytes: usize) -> Value {
    let one = |row: &Row| {
        let mut one = json!({ "id": row.id, "token": row.token });
        match std::str::from_utf8(&row.bytes) {
            Ok(text) => one["text"] = text.into(),
            Err(_) => one["bytes"] = row.bytes.clone().into(),
        }
        if let Some(score) = row.score {
            one["score"] = score.into();
        }
        let join = |join: &Join| json!({ "left": join.left, "right": join.right, "joined": join.joined, "rank": join.rank });
        if !row.joins.is_empty() {
            one["joins"] = row.joins.iter().map(join).collect();
        }
        (row.id, one)
    };
    let each: HashMap<u32, Value> = rows.iter().map(one).collect();
    let tokens: Vec<Option<&Value>> = ids.iter().map(|id| each.get(id)).collect();
    json!({ "ids": ids, "tokens": tokens, "bytes": bytes })
}
