"""Prints what `llama_reference.rs` expects: logits, loss and slopes of small Llamas in transformers.

    python llama_reference.py > llama_reference.json

Nothing is drawn at random: the numbers of each model come from a formula. Needs PyTorch and transformers.
"""

import json

import torch
from transformers import LlamaConfig, LlamaForCausalLM, Qwen2Config, Qwen2ForCausalLM, Qwen3Config, Qwen3ForCausalLM

SIZES = {
    "vocab_size": 11,
    "hidden_size": 12,
    "intermediate_size": 20,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "max_position_embeddings": 64,
    "attn_implementation": "eager",
    "rms_norm_eps": 1e-5,
}
LLAMA3 = {
    "rope_type": "llama3",
    "factor": 8.0,
    "low_freq_factor": 1.0,
    "high_freq_factor": 4.0,
    "original_max_position_embeddings": 16,
}
MODELS = {
    "llama 3.1": (LlamaForCausalLM, LlamaConfig, {"head_dim": 6, "rope_theta": 100.0, "rope_scaling": LLAMA3}),
    "llama, linear": (
        LlamaForCausalLM,
        LlamaConfig,
        {
            "head_dim": 4,
            "num_key_value_heads": 1,
            "rope_theta": 50.0,
            "rope_scaling": {"rope_type": "linear", "factor": 2.0},
        },
    ),
    "qwen 2": (
        Qwen2ForCausalLM,
        Qwen2Config,
        {"hidden_size": 16, "rope_theta": 1000.0, "tie_word_embeddings": True, "use_sliding_window": False},
    ),
    "qwen 3": (
        Qwen3ForCausalLM,
        Qwen3Config,
        {"head_dim": 6, "rope_theta": 1000.0, "tie_word_embeddings": True, "use_sliding_window": False},
    ),
}
PARTS = (
    ("attention_norm.gain", "input_layernorm.weight"),
    ("attention.query", "self_attn.q_proj"),
    ("attention.key", "self_attn.k_proj"),
    ("attention.value", "self_attn.v_proj"),
    ("attention.output", "self_attn.o_proj"),
    ("attention.query_norm.gain", "self_attn.q_norm.weight"),
    ("attention.key_norm.gain", "self_attn.k_norm.weight"),
    ("feed_forward_norm.gain", "post_attention_layernorm.weight"),
    ("feed_forward.gate", "mlp.gate_proj"),
    ("feed_forward.up", "mlp.up_proj"),
    ("feed_forward.down", "mlp.down_proj"),
)


def names(model):
    """Our name and the array of every parameter, in our order."""
    theirs = dict(model.named_parameters())
    yield "token.weight", theirs["model.embed_tokens.weight"]
    for block in range(model.config.num_hidden_layers):
        for ours, other in PARTS:
            for part in ("", ".weight", ".bias"):
                array = theirs.get(f"model.layers.{block}.{other}{part}")
                if array is not None:
                    yield f"blocks.{block}.{ours}{part}", array
    yield "norm.gain", theirs["model.norm.weight"]
    if "lm_head.weight" in theirs:
        yield "output", theirs["lm_head.weight"]


def fill(model):
    """The n-th number of the model lies in [-0.5, 0.5), and looks scattered; a gain is 1 more."""
    n = 0
    for name, array in names(model):
        numbers = [(i * 2654435761 % 2**32) / 2**32 - 0.5 for i in range(n, n + array.numel())]
        n += array.numel()
        values = torch.tensor(numbers, dtype=torch.float64).reshape(array.shape)
        array.data = values + 1.0 if name.endswith("gain") else values


def rounded(numbers):
    return [float(f"{x:.9g}") for x in numbers]


def main():
    ids = [(i * i * 7 + i * 3 + i // 5) % 11 for i in range(25)]
    found = {}
    for name, (kind, config, settings) in MODELS.items():
        model = kind(config(**{**SIZES, **settings})).double()
        fill(model)
        text, targets = torch.tensor([ids[:-1]]), torch.tensor(ids[1:])
        logits = model(text).logits[0]
        loss = torch.nn.functional.cross_entropy(logits, targets, reduction="sum")
        loss.backward()
        found[name] = {
            "parameters": sum(array.numel() for _, array in names(model)),
            "last_logits": rounded(logits[-1].tolist()),
            "loss": rounded([loss.item()])[0],
            "slopes": {
                ours: rounded([array.grad.norm().item(), array.grad.flatten()[0].item(), array.grad.flatten()[-1].item()])
                for ours, array in names(model)
            },
        }
    print(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
