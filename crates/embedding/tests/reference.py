"""Prints what `reference.rs` expects: positions from waves as PyTorch users write them, and rotary positions
as turns of complex numbers, after a check that they are what `transformers` does for Llama.

    python reference.py
"""

import math

import torch
from transformers import LlamaConfig
from transformers.models.llama.modeling_llama import LlamaRotaryEmbedding, apply_rotary_pos_emb

SIZE, START, BASE = 6, 2, 500.0


def waves(places, channels):
    """(places, channels), with an even number of channels."""
    place = torch.arange(places, dtype=torch.float64)[:, None]
    frequency = torch.exp(torch.arange(0, channels, 2, dtype=torch.float64) * -math.log(10000.0) / channels)
    table = torch.zeros(places, channels, dtype=torch.float64)
    table[:, 0::2] = torch.sin(place * frequency)
    table[:, 1::2] = torch.cos(place * frequency)
    return table


def turned(x):
    """(T, D) -> (T, D): number i and number i + D/2 are one complex number."""
    words, half = x.shape[0], SIZE // 2
    place = torch.arange(START, START + words, dtype=torch.float64)[:, None]
    angle = place * BASE ** (torch.arange(half, dtype=torch.float64) / -half)
    y = torch.complex(x[:, :half], x[:, half:]) * torch.polar(torch.ones_like(angle), angle)
    return torch.cat([y.real, y.imag], dim=1)


def turned_by_transformers(x):
    config = LlamaConfig(
        hidden_size=SIZE,
        num_attention_heads=1,
        rope_parameters={"rope_type": "default", "rope_theta": BASE},
    )
    place = torch.arange(START, START + x.shape[0])[None]
    cosine, sine = LlamaRotaryEmbedding(config)(x[None], place)
    return apply_rotary_pos_emb(x[None, None], x[None, None], cosine, sine)[0][0, 0]


x = torch.arange(12, dtype=torch.float64).reshape(2, SIZE) / 4 - 1
print("waves", waves(3, 6)[1:].tolist())
print("turned", turned(x).tolist())
assert torch.allclose(turned(x), turned_by_transformers(x), atol=1e-6)
