"""The `tiny` recipe in PyTorch: nanoGPT's Shakespeare on a CPU. `train.py` runs it beside Primer.

    python tiny_in_pytorch.py FILE SEED STEPS

Prints one JSON line with the keys of the last line of `primer train --json`.
"""

import json
import sys
import time
from math import cos, pi
from pathlib import Path

import torch
from torch import nn
from torch.nn.functional import cross_entropy, gelu, scaled_dot_product_attention

LAYERS, HEADS, CHANNELS, CONTEXT, BATCH, THREADS = 4, 4, 128, 64, 12, 2
PEAK, LEAST, WARMUP = 1e-3, 1e-4, 100


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.attention_norm = nn.LayerNorm(CHANNELS, bias=False)
        self.query_key_value = nn.Linear(CHANNELS, 3 * CHANNELS, bias=False)
        self.output = nn.Linear(CHANNELS, CHANNELS, bias=False)
        self.feed_forward_norm = nn.LayerNorm(CHANNELS, bias=False)
        self.expand = nn.Linear(CHANNELS, 4 * CHANNELS, bias=False)
        self.project = nn.Linear(4 * CHANNELS, CHANNELS, bias=False)

    def forward(self, x):  # (B, T, C)
        parts = self.query_key_value(self.attention_norm(x)).split(CHANNELS, dim=2)
        q, k, v = (part.unflatten(2, (HEADS, -1)).transpose(1, 2) for part in parts)  # (B, H, T, D)
        heard = scaled_dot_product_attention(q, k, v, is_causal=True)
        x = x + self.output(heard.transpose(1, 2).flatten(2))
        return x + self.project(gelu(self.expand(self.feed_forward_norm(x))))


class Gpt(nn.Module):
    def __init__(self, vocabulary):
        super().__init__()
        self.token = nn.Embedding(vocabulary, CHANNELS)
        self.position = nn.Embedding(CONTEXT, CHANNELS)
        self.blocks = nn.Sequential(*(Block() for _ in range(LAYERS)))
        self.norm = nn.LayerNorm(CHANNELS, bias=False)
        for name, array in self.named_parameters():
            if array.dim() >= 2:  # what is added to the stream starts smaller, as in GPT-2
                added = name.endswith(("output.weight", "project.weight"))
                nn.init.normal_(array, std=0.02 / (2 * LAYERS) ** 0.5 if added else 0.02)

    def forward(self, ids, targets):
        x = self.token(ids) + self.position.weight[: ids.shape[1]]
        logits = self.norm(self.blocks(x)) @ self.token.weight.T
        return cross_entropy(logits.flatten(0, 1), targets.flatten())


def rate(done, steps):
    """nanoGPT's schedule: a linear climb, then half a cosine down."""
    if done < WARMUP:
        return PEAK * (done + 1) / (WARMUP + 1)
    return LEAST + 0.5 * (1 + cos(pi * (done - WARMUP) / (steps - WARMUP))) * (PEAK - LEAST)


@torch.no_grad()
def loss_over(model, tail):
    """The mean over every token of the tail but its first, in non-overlapping windows; the last may be shorter."""
    inputs, targets = tail[:-1], tail[1:]
    whole = len(inputs) // CONTEXT * CONTEXT
    pairs = list(zip(*(ids[:whole].view(-1, CONTEXT).split(64) for ids in (inputs, targets))))
    if whole < len(inputs):
        pairs.append((inputs[None, whole:], targets[None, whole:]))
    return sum(model(x, y).item() * x.numel() for x, y in pairs) / len(inputs)


def train(data, seed, steps):
    torch.set_num_threads(THREADS)
    torch.manual_seed(seed)
    text = Path(data).read_bytes().decode()
    numbers = {character: i for i, character in enumerate(sorted(set(text)))}
    ids = torch.tensor([numbers[character] for character in text])
    cut = int(len(ids) * 0.9)
    learned, tail = ids[:cut], ids[cut:]
    model = Gpt(len(numbers))
    arrays = list(model.parameters())
    groups = [
        {"params": [array for array in arrays if array.dim() >= 2], "weight_decay": 0.1},
        {"params": [array for array in arrays if array.dim() < 2], "weight_decay": 0.0},
    ]
    optimizer = torch.optim.AdamW(groups, betas=(0.9, 0.99), fused=True)

    began = time.perf_counter()
    for done in range(steps):
        for group in optimizer.param_groups:
            group["lr"] = rate(done, steps)
        starts = torch.randint(len(learned) - CONTEXT, (BATCH, 1))
        windows = learned[starts + torch.arange(CONTEXT + 1)]
        loss = model(windows[:, :-1], windows[:, 1:])
        loss.backward()
        nn.utils.clip_grad_norm_(arrays, 1.0)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
    seconds = time.perf_counter() - began
    return {"val_loss": loss_over(model, tail), "tokens_per_second": steps * BATCH * CONTEXT / seconds}


if __name__ == "__main__":
    print(json.dumps(train(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))))
