//! What tensors are called in GGUF, and what in the Hugging Face layout.

/// What the turns of queries and keys are divided by, in Llama 3: it is no tensor of the Hugging Face
/// layout, but follows from `rope_scaling`.
pub(super) const FREQUENCIES: &str = "rope_freqs.weight";

/// Names in GGUF without `.weight` and `.bias`, and in the Hugging Face layout.
type Names = &'static [(&'static str, &'static str)];

const LLAMA: Names =
    &[("token_embd", "model.embed_tokens"), ("output_norm", "model.norm"), ("output", "lm_head")];

const LLAMA_BLOCK: Names = &[
    ("attn_norm", "input_layernorm"),
    ("attn_q", "self_attn.q_proj"),
    ("attn_k", "self_attn.k_proj"),
    ("attn_v", "self_attn.v_proj"),
    ("attn_output", "self_attn.o_proj"),
    ("attn_q_norm", "self_attn.q_norm"),
    ("attn_k_norm", "self_attn.k_norm"),
    ("ffn_norm", "post_attention_layernorm"),
    ("ffn_gate", "mlp.gate_proj"),
    ("ffn_up", "mlp.up_proj"),
    ("ffn_down", "mlp.down_proj"),
];

const GPT2: Names = &[
    ("token_embd", "transformer.wte"),
    ("position_embd", "transformer.wpe"),
    ("output_norm", "transformer.ln_f"),
    ("output", "lm_head"),
];

const GPT2_BLOCK: Names = &[
    ("attn_norm", "ln_1"),
    ("attn_qkv", "attn.c_attn"),
    ("attn_output", "attn.c_proj"),
    ("ffn_norm", "ln_2"),
    ("ffn_up", "mlp.c_fc"),
    ("ffn_down", "mlp.c_proj"),
];

/// The names of an architecture: of the whole, of a block, and what stands before a block's number.
fn of(architecture: &str) -> (Names, Names, &'static str) {
    match architecture {
        "gpt2" => (GPT2, GPT2_BLOCK, "transformer.h."),
        _ => (LLAMA, LLAMA_BLOCK, "model.layers."),
    }
}

/// The name in the Hugging Face layout.
pub(super) fn published(architecture: &str, name: &str) -> Option<String> {
    let (whole, block, before) = of(architecture);
    let (stem, ending) = ended(name)?;
    let find = |names: Names, part: &str| Some(names.iter().find(|(ours, _)| *ours == part)?.1);
    match stem.strip_prefix("blk.") {
        Some(rest) => {
            let (number, part) = rest.split_once('.')?;
            Some(format!("{before}{}.{}{ending}", numbered(number)?, find(block, part)?))
        }
        None => Some(format!("{}{ending}", find(whole, stem)?)),
    }
}

/// The name in GGUF.
pub(super) fn in_gguf(architecture: &str, name: &str) -> Option<String> {
    let (whole, block, before) = of(architecture);
    let (stem, ending) = ended(name)?;
    let find = |names: Names, part: &str| Some(names.iter().find(|(_, theirs)| *theirs == part)?.0);
    match stem.strip_prefix(before) {
        Some(rest) => {
            let (number, part) = rest.split_once('.')?;
            Some(format!("blk.{}.{}{ending}", numbered(number)?, find(block, part)?))
        }
        None => Some(format!("{}{ending}", find(whole, stem)?)),
    }
}

fn ended(name: &str) -> Option<(&str, &'static str)> {
    [".weight", ".bias"].into_iter().find_map(|end| Some((name.strip_suffix(end)?, end)))
}

/// The number of a block, written in one way alone.
fn numbered(text: &str) -> Option<usize> {
    text.parse().ok().filter(|number: &usize| number.to_string() == text)
}
