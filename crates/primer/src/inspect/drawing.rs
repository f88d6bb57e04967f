//! A model as a picture: what a token goes through, from top to bottom, with the shapes.

use transformer::files::Config;
use transformer::{GptConfig, LlamaConfig};

/// One of the two ways around in a block: a norm, and what comes after it.
struct Way {
    norm: String,
    steps: Vec<(&'static str, String)>,
}

/// The picture, for a model that goes on with a text.
pub(super) fn drawing(config: &Config) -> Option<String> {
    let (ways, before, norm, end) = match config {
        Config::Gpt(config) => gpt(config),
        Config::Llama(config) => llama(config),
        Config::EncoderDecoder(_) | Config::Sprint(_) => return None,
    };
    let (layers, rows) = match config {
        Config::Gpt(config) => (config.layers, config.channels),
        Config::Llama(config) => (config.layers, config.channels),
        Config::EncoderDecoder(_) | Config::Sprint(_) => return None,
    };
    let vocabulary = config.vocabulary();
    let line = |left: &str, right: &str| format!("{left:<32}{right}").trim_end().to_owned();
    let mut lines = vec![line("      ids", "T"), line(BAR, "")];
    lines.extend(before.iter().map(|(name, shape)| line(&format!("     {name}"), shape)));
    lines.push(line(BAR, &format!("T × {rows}")));
    lines.push(line(&format!("┌──────┤ × {layers}"), ""));
    for Way { norm, steps } in ways {
        lines.push(line("│      │", ""));
        lines.push(line("│      ├─── norm", &norm));
        let step = |(name, shape): &(&str, String)| line(&format!("│      │    {name}"), shape);
        lines.extend(steps.iter().map(step));
        lines.push(line("│      + ◀──╯", ""));
    }
    lines.extend([line("│      │", ""), line("└──────┤", ""), line(BAR, "")]);
    lines.push(line("      norm", &norm));
    lines.push(line("     output", &end));
    lines.push(line(BAR, ""));
    lines.push(line("     scores", &format!("T × {vocabulary}")));
    Some(lines.join("\n") + "\n")
}

const BAR: &str = "       │";

type Drawn = (Vec<Way>, Vec<(&'static str, String)>, String, String);

fn gpt(config: &GptConfig) -> Drawn {
    let GptConfig { channels, hidden, heads, vocabulary, context, .. } = *config;
    let size = channels / heads;
    let square = format!("{channels} × {channels}");
    let listen = vec![
        ("query, key, value", format!("3 of {square}, {heads} heads of {size} each")),
        ("output", square),
    ];
    let think = vec![
        ("expand", format!("{hidden} × {channels}, then {:?}", config.activation)),
        ("project", format!("{channels} × {hidden}")),
    ];
    let norm = channels.to_string();
    let ways =
        vec![Way { norm: norm.clone(), steps: listen }, Way { norm: norm.clone(), steps: think }];
    let before = vec![
        ("token", format!("{vocabulary} × {channels}")),
        ("+ position", format!("{context} × {channels}")),
    ];
    (ways, before, norm, output(config.tied, vocabulary, channels))
}

fn llama(config: &LlamaConfig) -> Drawn {
    let LlamaConfig { channels, hidden, heads, kv_heads, head_size, vocabulary, .. } = *config;
    let head_norm = if config.head_norm { ", each normalized" } else { "" };
    let turned =
        if config.stretch.is_some() { "turned by place, stretched" } else { "turned by place" };
    let listen = vec![
        (
            "query",
            format!(
                "{} × {channels}, {heads} heads of {head_size}{head_norm}, {turned}",
                heads * head_size
            ),
        ),
        (
            "key",
            format!("{} × {channels}, {kv_heads} heads{head_norm}, {turned}", kv_heads * head_size),
        ),
        ("value", format!("{} × {channels}, {kv_heads} heads", kv_heads * head_size)),
        ("output", format!("{channels} × {}", heads * head_size)),
    ];
    let wide = format!("{hidden} × {channels}");
    let think = vec![
        ("gate", format!("{wide}, then silu")),
        ("up", format!("{wide}, times the gate")),
        ("down", format!("{channels} × {hidden}")),
    ];
    let norm = format!("{channels}, rms");
    let ways =
        vec![Way { norm: norm.clone(), steps: listen }, Way { norm: norm.clone(), steps: think }];
    let before = vec![("token", format!("{vocabulary} × {channels}"))];
    (ways, before, norm, output(config.tied, vocabulary, channels))
}

fn output(tied: bool, vocabulary: usize, channels: usize) -> String {
    let shape = format!("{vocabulary} × {channels}");
    if tied { format!("{shape}, the numbers of token again") } else { shape }
}
