//! Who looks at whom in a model, while it reads a text.

use anyhow::{Context, Result, ensure};
use ndarray::Array2;
use serde_json::{Value, json};
use transformer::Reader;

use super::chosen;
use crate::args::{Global, Inspect, RunPrecision};
use crate::model::{self, Model};
use crate::parts::Parts;

/// More tokens are no picture any more.
const MOST: usize = 64;

/// Up to so many, each cell has room for its percentage.
const FEW: usize = 12;

const SHADES: [char; 5] = [' ', '░', '▒', '▓', '█'];

/// How much each token listens to each.
pub(super) struct Listening {
    pub(super) tokens: Vec<String>,
    /// (T, T) by layer and head: how much the token of each row listens to that of each column.
    pub(super) layers: Vec<Vec<Array2<f32>>>,
}

impl Listening {
    /// Lets a model read a text.
    pub(super) fn to(text: &str, parts: &Parts, flags: &Inspect, all: &Global) -> Result<Self> {
        let tokenizer = parts.tokenizer()?;
        let model = Model::of(parts, tokenizer, RunPrecision::F32, model::threads(all))?;
        let ids = model.prompt(text, true)?;
        let (tokens, most) = (ids.len(), MOST.min(model.network.context()));
        ensure!(
            tokens <= most,
            "--attention: the text has {tokens} tokens, and {most} can be shown"
        );
        let layers = model.network.attention(&ids);
        let layers = layers.context("--attention: a sprint does not tell who looks at whom")?;
        chosen("--layer", flags.layer, layers.len())?;
        chosen("--head", flags.head, layers[0].len())?;
        let name = |&id| {
            let token = model.tokenizer.decode(&[id]).context("a token of the text")?;
            Ok(token.replace(' ', "·").replace('\n', "⏎").replace('\t', "⇥"))
        };
        let tokens = ids.iter().map(name).collect::<Result<Vec<_>>>()?;
        Ok(Listening { tokens, layers })
    }

    /// The average over the heads that were asked for.
    fn average(&self, flags: &Inspect) -> Result<Array2<f64>> {
        let layers = chosen("--layer", flags.layer, self.layers.len())?;
        let mut sum = Array2::zeros((self.tokens.len(), self.tokens.len()));
        let mut many = 0;
        for layer in &self.layers[layers] {
            for head in &layer[chosen("--head", flags.head, layer.len())?] {
                sum += &head.mapv(f64::from);
                many += 1;
            }
        }
        Ok(sum / f64::from(many))
    }

    pub(super) fn in_words(&self, flags: &Inspect) -> Result<String> {
        let shares = self.average(flags)?;
        let whose = match (flags.layer, flags.head) {
            (Some(layer), Some(head)) => format!("head {head} of layer {layer}"),
            (Some(layer), None) => format!("the average head of layer {layer}"),
            _ => "the average head of all layers".to_owned(),
        };
        let names: Vec<&str> = self.tokens.iter().map(String::as_str).collect();
        let map = match names.len() {
            0..=FEW => pictures::heat_map(&names, &names, &shares),
            _ => small_map(&names, &shares),
        };
        Ok(format!("how much each token (a row) listens to each (a column): {whose}\n\n{map}"))
    }

    pub(super) fn to_json(&self) -> Value {
        let rows = |head: &Array2<f32>| -> Value {
            head.rows()
                .into_iter()
                .map(|row| row.iter().map(|&share| rounded(share)).collect::<Value>())
                .collect()
        };
        let layers: Value =
            self.layers.iter().map(|heads| heads.iter().map(rows).collect::<Value>()).collect();
        json!({ "tokens": self.tokens, "layers": layers })
    }
}

/// Four digits are enough for a picture.
fn rounded(share: f32) -> f64 {
    (f64::from(share) * 1e4).round() / 1e4
}

/// A shade for each cell; columns by the number of their token.
fn small_map(names: &[&str], shares: &Array2<f64>) -> String {
    let margin = names.iter().map(|name| name.chars().count()).max().unwrap_or(0);
    let heads: String = (0..names.len()).map(|column| format!("{column:>3}")).collect();
    let mut lines = vec![format!("{:margin$}    {heads}", "")];
    for (number, (name, row)) in names.iter().zip(shares.rows()).enumerate() {
        let shade = |&share: &f64| {
            let level = if share < 0.005 { 0 } else { 1 + ((4.0 * share) as usize).min(3) };
            format!(" {}", SHADES[level].to_string().repeat(2))
        };
        let pad = " ".repeat(margin - name.chars().count());
        let cells: String = row.iter().map(shade).collect();
        lines.push(format!("{pad}{name} {number:>3}{cells}"));
    }
    lines.join("\n")
}
