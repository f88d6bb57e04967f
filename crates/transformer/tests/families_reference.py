"""Prints what `families_reference.rs` expects: a small model of each family, as transformers makes it.

    python families_reference.py > families_reference.json

For each there is its `config.json` as the library writes it, the name and shape of every tensor of its
`model.safetensors`, and the logits of one text. Nothing is drawn at random: the numbers of a model come from a
formula, in the order of the names, and so does the text.
"""

import json
import tempfile
from math import prod
from pathlib import Path

import torch
from safetensors import safe_open
from transformers import AutoModelForCausalLM, GPT2Config, LlamaConfig, MistralConfig, Qwen2Config, Qwen3Config

IDS = [3, 1, 4, 1, 5, 9, 2, 6]
# Heads of 4 numbers in groups of two, unless said otherwise; nothing is a multiple of anything needlessly.
SHAPE = {
    "vocab_size": 11,
    "max_position_embeddings": 16,
    "hidden_size": 12,
    "intermediate_size": 20,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "head_dim": 4,
    "rms_norm_eps": 1e-5,
}
GPT = {"bos_token_id": None, "eos_token_id": None, "vocab_size": 11, "n_positions": 16, "n_embd": 12, "n_layer": 2, "n_head": 3}
LLAMA3 = {
    "rope_type": "llama3",
    "rope_theta": 100.0,
    "factor": 8.0,
    "low_freq_factor": 1.0,
    "high_freq_factor": 4.0,
    "original_max_position_embeddings": 32,
}

MODELS = {
    "gpt2": GPT2Config(**GPT),
    "gpt2 untied": GPT2Config(**GPT, tie_word_embeddings=False, activation_function="relu", n_inner=20),
    "llama": LlamaConfig(**SHAPE),
    "llama tied": LlamaConfig(**SHAPE, tie_word_embeddings=True, rope_parameters={"rope_type": "default", "rope_theta": 100.0}),
    "llama with biases": LlamaConfig(**SHAPE, attention_bias=True, mlp_bias=True),
    "llama stretched": LlamaConfig(**SHAPE, rope_parameters={"rope_type": "linear", "factor": 2.0, "rope_theta": 1e4}),
    "llama 3": LlamaConfig(**{**SHAPE, "head_dim": 8, "max_position_embeddings": 64}, rope_parameters=LLAMA3),
    "mistral": MistralConfig(**SHAPE, sliding_window=8),
    "mistral without a window": MistralConfig(**SHAPE, sliding_window=None),
    "qwen2": Qwen2Config(**{**SHAPE, "hidden_size": 16}, tie_word_embeddings=True),
    "qwen2 with a window": Qwen2Config(**SHAPE, use_sliding_window=True, sliding_window=8, max_window_layers=1),
    "qwen3": Qwen3Config(**{**SHAPE, "head_dim": 6}),
    "qwen3 with biases": Qwen3Config(**SHAPE, attention_bias=True, tie_word_embeddings=True),
}


def fill(model):
    """The n-th number of the model lies in [-0.4, 0.4), and looks scattered; a gain is 1 more."""
    n = 0
    for name, parameter in sorted(model.named_parameters()):
        count = prod(parameter.shape)
        numbers = torch.tensor([(i * 2654435761 % 2**32) / 2**32 * 0.8 - 0.4 for i in range(n, n + count)], dtype=torch.float64)
        gain = parameter.dim() == 1 and name.endswith("weight")
        parameter.copy_((numbers + 1.0 if gain else numbers).reshape(parameter.shape).float())
        n += count


@torch.no_grad()
def reference(config):
    model = AutoModelForCausalLM.from_config(config, attn_implementation="eager", dtype=torch.float32).eval()
    fill(model)
    with tempfile.TemporaryDirectory() as folder:
        model.save_pretrained(folder)
        written = json.loads((Path(folder) / "config.json").read_text())
        with safe_open(Path(folder) / "model.safetensors", "pt") as file:
            shapes = {name: file.get_slice(name).get_shape() for name in sorted(file.keys())}
    del written["transformers_version"]
    logits = model(torch.tensor([IDS])).logits[0]
    return {"config": written, "shapes": shapes, "logits": [[float(f"{x:.6g}") for x in row] for row in logits.tolist()]}


models = {name: reference(config) for name, config in MODELS.items()}
print(json.dumps({"ids": IDS, "models": models}).replace('}, "', '},\n"'))
