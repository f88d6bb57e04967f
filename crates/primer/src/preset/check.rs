//! Which settings make no sense, and which of two runs differ.

use anyhow::{Result, anyhow, ensure};
use transformer::files::Config;
use transformer::{ConfigError, Ingredient};

use super::{SCHEDULE, Settings};

/// The settings that may differ when a run is resumed.
const FREE: [&str; 4] = ["eval_every", "eval_batches", "save_every", "keep"];

/// The settings that cannot differ: the model would not fit into its own files.
const SHAPE: [&str; 13] = [
    "architecture",
    "layers",
    "heads",
    "kv_heads",
    "channels",
    "hidden",
    "context",
    "bias",
    "tokenizer",
    "val_fraction",
    "from",
    "lora_rank",
    "lora_alpha",
];

/// The most tokens that a step may be asked to learn from, or an evaluation to read.
const MOST_TOKENS: usize = 1 << 32;

/// A setting in which two runs differ.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    /// Its flag.
    pub flag: String,
    /// What is asked for now.
    pub now: String,
    /// What was asked for then.
    pub then: String,
    /// Whether the model itself would be another.
    pub in_shape: bool,
}

impl Settings {
    /// Says which number makes no sense, before any work is done.
    ///
    /// # Errors
    /// If one does not, by its flag.
    pub fn check(&self) -> Result<()> {
        let checked = match self.language(1) {
            Config::Llama(config) => config.check(),
            _ if self.kv_heads != self.heads => {
                Err(ConfigError::Groups { heads: self.heads, kv_heads: self.kv_heads })
            }
            Config::Gpt(config) => config.check(),
            Config::EncoderDecoder(config) => config.check(),
            Config::Sprint(config) => config.check(),
        };
        checked.map_err(|error| match error {
            ConfigError::Zero(name) => {
                anyhow!("--{} 0: it must be at least 1", name.replace('_', "-"))
            }
            other => other.into(),
        })?;
        for (flag, number) in [
            ("batch", self.batch),
            ("accumulate", self.accumulate),
            ("steps", self.steps),
            ("eval-every", self.eval_every),
            ("save-every", self.save_every()),
            ("keep", self.keep),
        ] {
            ensure!(number > 0, "--{flag} 0: it must be at least 1");
        }
        for (flags, numbers) in [
            ("--batch, --accumulate and --context", [self.batch, self.accumulate, self.context]),
            (
                "--batch, --eval-batches and --context",
                [self.batch, self.eval_batches, self.context],
            ),
        ] {
            let all = numbers.into_iter().try_fold(1_usize, usize::checked_mul);
            let fits = all.is_some_and(|all| all <= MOST_TOKENS);
            ensure!(fits, "{flags} together ask for more tokens at once than {MOST_TOKENS}");
        }
        for (flag, number, least, below) in [
            ("lr", self.lr, 0.0, f64::INFINITY),
            ("min-lr", self.min_lr, 0.0, f64::INFINITY),
            ("muon", self.muon, 0.0, f64::INFINITY),
            ("weight-decay", self.weight_decay, 0.0, f64::INFINITY),
            ("clip", self.clip, 0.0, f64::INFINITY),
            ("beta1", self.beta1, 0.0, 1.0),
            ("beta2", self.beta2, 0.0, 1.0),
            ("dropout", self.dropout, 0.0, 1.0),
            ("label-smoothing", self.label_smoothing, 0.0, 1.0),
            ("val-fraction", self.val_fraction, 0.0, 1.0),
        ] {
            let fits = (least..below).contains(&number);
            ensure!(fits, "--{flag} {number}: it must be at least {least} and below {below}");
        }
        ensure!(self.muon == 0.0 || self.lr > 0.0, "--lr 0: with --muon it must be above 0");
        for name in &self.without {
            let names = Ingredient::ALL.map(|(name, _)| name).join(", ");
            ensure!(
                name == SCHEDULE || Ingredient::named(name).is_some(),
                "--without {name}: the recipe has {names} and {SCHEDULE}"
            );
        }
        ensure!(self.val_fraction > 0.0, "--val-fraction 0: some text must be left to validate on");
        Ok(())
    }

    /// The settings in which the two differ, each as its flag, with both values.
    pub fn differences(&self, other: &Settings) -> Vec<Difference> {
        let table = |settings: &Settings| match serde_json::to_value(settings) {
            Ok(serde_json::Value::Object(table)) => table,
            _ => serde_json::Map::new(),
        };
        let (ours, theirs) = (table(self), table(other));
        let differ = ours.iter().filter(|(name, value)| {
            !FREE.contains(&name.as_str()) && theirs.get(*name) != Some(*value)
        });
        let difference = |(name, value): (&String, &serde_json::Value)| Difference {
            flag: format!("--{}", name.replace('_', "-")),
            now: value.to_string(),
            then: theirs.get(name).cloned().unwrap_or_default().to_string(),
            in_shape: SHAPE.contains(&name.as_str()),
        };
        differ.map(difference).collect()
    }
}
