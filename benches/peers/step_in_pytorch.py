"""Training steps of one shape in PyTorch, timed one by one. `train_speed.py` runs it beside Primer.

    python step_in_pytorch.py SHAPE f32|bf16 eager|compiled STEPS

Random ids: what is learned does not matter, how long it takes does. Prints one JSON line.
"""

import json
import sys
import time
from contextlib import nullcontext
from types import SimpleNamespace

import torch
from torch import nn
from torch.nn.functional import cross_entropy, gelu, scaled_dot_product_attention, silu

THREADS = 2
SHAPES = {
    # layers, heads, channels, hidden, context, batch, vocabulary
    "tiny": (4, 4, 128, 512, 64, 12, 65),
    "baby": (6, 6, 384, 1536, 256, 16, 65),
    "gpt2": (12, 12, 768, 3072, 64, 4, 50257),
    "llama-15m": (6, 6, 288, 768, 256, 8, 32000),
}


def shape(name):
    names = ("layers", "heads", "channels", "hidden", "context", "batch", "vocabulary")
    return SimpleNamespace(name=name, **dict(zip(names, SHAPES[name])))


def turned(x, cosine, sine):  # (B, H, T, D)
    a, b = x.chunk(2, dim=-1)
    return torch.cat((a * cosine - b * sine, a * sine + b * cosine), dim=-1)


class Block(nn.Module):
    def __init__(self, s, llama, bias):
        super().__init__()
        norm = nn.RMSNorm if llama else nn.LayerNorm
        more = {} if llama else {"bias": bias}
        self.llama, self.heads = llama, s.heads
        self.attention_norm, self.feed_forward_norm = norm(s.channels, **more), norm(s.channels, **more)
        self.query_key_value = nn.Linear(s.channels, 3 * s.channels, bias=bias)
        self.output = nn.Linear(s.channels, s.channels, bias=bias)
        self.expand = nn.Linear(s.channels, s.hidden * (2 if llama else 1), bias=bias)
        self.project = nn.Linear(s.hidden, s.channels, bias=bias)

    def forward(self, x, cosine, sine):  # (B, T, C)
        parts = self.query_key_value(self.attention_norm(x)).chunk(3, dim=2)
        q, k, v = (part.unflatten(2, (self.heads, -1)).transpose(1, 2) for part in parts)  # (B, H, T, D)
        if self.llama:
            q, k = turned(q, cosine, sine), turned(k, cosine, sine)
        heard = scaled_dot_product_attention(q, k, v, is_causal=True)
        x = x + self.output(heard.transpose(1, 2).flatten(2))
        wide = self.expand(self.feed_forward_norm(x))
        if self.llama:
            gate, up = wide.chunk(2, dim=2)
            return x + self.project(silu(gate) * up)
        return x + self.project(gelu(wide, approximate="tanh"))


class Model(nn.Module):
    def __init__(self, s):
        super().__init__()
        llama, bias = s.name.startswith("llama"), s.name == "gpt2"
        self.token = nn.Embedding(s.vocabulary, s.channels)
        self.position = None if llama else nn.Embedding(s.context, s.channels)
        self.blocks = nn.ModuleList(Block(s, llama, bias) for _ in range(s.layers))
        self.norm = nn.RMSNorm(s.channels) if llama else nn.LayerNorm(s.channels, bias=bias)
        half = s.channels // s.heads // 2
        angles = torch.arange(s.context)[:, None] * 10000.0 ** (-torch.arange(half) / half)
        self.register_buffer("cosine", angles.cos())
        self.register_buffer("sine", angles.sin())
        for array in self.parameters():
            if array.dim() >= 2:
                nn.init.normal_(array, std=0.02)

    def forward(self, ids, targets):
        x = self.token(ids)
        if self.position is not None:
            x = x + self.position.weight[: ids.shape[1]]
        for block in self.blocks:
            x = block(x, self.cosine, self.sine)
        logits = self.norm(x) @ self.token.weight.T
        return cross_entropy(logits.flatten(0, 1).float(), targets.flatten())


def main():
    s, precision, mode, steps = shape(sys.argv[1]), sys.argv[2], sys.argv[3], int(sys.argv[4])
    torch.set_num_threads(THREADS)
    torch.manual_seed(1)
    model = Model(s)
    arrays = list(model.parameters())
    optimizer = torch.optim.AdamW(arrays, lr=1e-3, betas=(0.9, 0.99), fused=True)
    step = torch.compile(model) if mode == "compiled" else model
    inside = torch.autocast("cpu", torch.bfloat16) if precision == "bf16" else nullcontext()
    seconds = []
    for _ in range(steps):
        windows = torch.randint(s.vocabulary, (s.batch, s.context + 1))
        clock = time.perf_counter()
        with inside:
            loss = step(windows[:, :-1], windows[:, 1:])
        loss.backward()
        nn.utils.clip_grad_norm_(arrays, 1.0)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        loss.item()
        seconds.append(time.perf_counter() - clock)
    print(json.dumps({"seconds": seconds, "tokens": s.batch * s.context}))


if __name__ == "__main__":
    main()
