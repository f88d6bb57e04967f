//! The names that GGUF has for the patterns that cut texts.

use super::{Vocabulary, unsupported};
use crate::{
    FormatError,
    cut::{Behavior, Step, find::Find},
    split::{Pattern, Regex},
};

/// What a name stands for.
pub(super) struct Pre {
    pub(super) steps: Vec<Step>,
    /// Whether a piece that is a token is that token.
    pub(super) whole_first: bool,
    /// Whether a text begins with `bos`, if the file does not say.
    pub(super) add_bos: bool,
    /// Whether the models of this name bring texts into Unicode's form C.
    pub(super) nfc: bool,
}

const KNOWN: &str = "gpt-2, llama-bpe, qwen2, qwen35, gpt-4o, tekken, smollm, dbrx, default or one of \
    their other names";

/// The cut that a vocabulary asks for.
pub(super) fn read(vocabulary: &Vocabulary) -> Result<Pre, FormatError> {
    let name = vocabulary.pre.as_deref().unwrap_or("gpt-2"); // files older than the key are GPT-2's
    let plain = |pattern| Pre { steps: steps(pattern), ..Pre::bare() };
    Ok(match name {
        "gpt-2" | "phi-2" | "olmo" | "mpt" | "jais" | "gigachat" | "mellum" | "exaone4"
        | "trillion" | "granite-docling" => plain(Pattern::Gpt2),
        "llama-bpe" | "llama3" | "llama-v3" | "falcon3" | "falcon-h1" | "pixtral" | "midm-2.0"
        | "lfm2" => Pre { whole_first: true, add_bos: true, ..plain(Pattern::Llama3) },
        "dbrx" | "smaug-bpe" | "chatglm-bpe" | "glm4" => plain(Pattern::Llama3),
        "qwen2" => Pre { nfc: true, ..plain(Pattern::Qwen2) },
        "stablelm2" | "deepseek-r1-qwen" | "hunyuan" | "megrez" => plain(Pattern::Qwen2),
        "qwen35" => Pre { nfc: true, ..plain(Pattern::Qwen35) },
        "gpt-4o" | "llama4" => plain(Pattern::O200k),
        "tekken" => Pre { whole_first: true, add_bos: true, ..plain(Pattern::Tekken) },
        "smollm" | "starcoder" | "refact" | "command-r" | "codeshell" | "exaone" | "minerva-7b" => {
            Pre { steps: digits_then_gpt2(), ..Pre::bare() }
        }
        "default" => Pre { steps: default()?, ..Pre::bare() },
        other => return unsupported("pre", other, KNOWN),
    })
}

/// The name of a cut, if it has one.
pub(super) fn name(steps: &[Step], whole_first: bool) -> Option<&'static str> {
    if steps == digits_then_gpt2() {
        return Some("smollm");
    }
    let all = [
        (Pattern::Gpt2, "gpt-2"),
        (Pattern::Llama3, if whole_first { "llama-bpe" } else { "dbrx" }),
        (Pattern::Qwen2, "qwen2"),
        (Pattern::Qwen35, "qwen35"),
        (Pattern::O200k, "gpt-4o"),
        (Pattern::Tekken, "tekken"),
    ];
    let named = all.into_iter().find(|&(pattern, _)| steps == self::steps(pattern));
    named.map(|(_, name)| name)
}

impl Pre {
    fn bare() -> Self {
        Pre { steps: Vec::new(), whole_first: false, add_bos: false, nfc: false }
    }
}

fn steps(pattern: Pattern) -> Vec<Step> {
    match pattern {
        Pattern::Gpt2 => vec![Step::ByteLevel { prefix: false, pattern: true }],
        pattern => vec![isolated(Find::Pattern(pattern)), bytes()],
    }
}

fn digits_then_gpt2() -> Vec<Step> {
    vec![isolated(Find::Digits), Step::ByteLevel { prefix: false, pattern: true }]
}

/// What llama.cpp takes for files that say no name, Falcon's way with three digits at a time.
fn default() -> Result<Vec<Step>, FormatError> {
    let regex = |pattern| Ok::<_, FormatError>(isolated(Find::Regex(Regex::new(pattern)?)));
    Ok(vec![
        regex(r"[\p{P}\$\+<=>\^~\|]+")?,
        isolated(Find::Pattern(Pattern::Gpt2)),
        regex(r"\p{N}+")?,
        regex("[0-9][0-9][0-9]")?,
        bytes(),
    ])
}

fn isolated(find: Find) -> Step {
    Step::Split { find, behavior: Behavior::Isolated, invert: false }
}

fn bytes() -> Step {
    Step::ByteLevel { prefix: false, pattern: false }
}
