"""Prints what `reference.rs` expects: ten training steps of a small GPT in plain PyTorch.

    python reference.py > reference_losses.json

Nothing is drawn at random: the numbers of the model come from a formula, and so does its text.
The losses are the mean cross-entropy before each step, the norms those of the gradient before it is clipped.
"""

import json
from math import cos, pi, prod

import torch
from torch.nn.functional import cross_entropy, gelu, layer_norm, linear

VOCABULARY, CONTEXT, CHANNELS, LAYERS, HEADS, HIDDEN, BATCH, STEPS = 11, 8, 16, 2, 2, 64, 4, 10
PEAK, LEAST, WARMUP = 1e-2, 1e-3, 4


def shapes():
    """Every parameter's name and shape, in the order in which they are filled."""
    yield "token.weight", (VOCABULARY, CHANNELS)
    yield "position.weight", (CONTEXT, CHANNELS)
    for block in range(LAYERS):
        yield from norm(f"blocks.{block}.attention_norm")
        for name in ("query", "key", "value", "output"):
            yield from layer(f"blocks.{block}.attention.{name}", CHANNELS, CHANNELS)
        yield from norm(f"blocks.{block}.feed_forward_norm")
        yield from layer(f"blocks.{block}.feed_forward.expand", HIDDEN, CHANNELS)
        yield from layer(f"blocks.{block}.feed_forward.project", CHANNELS, HIDDEN)
    yield from norm("norm")


def norm(name):
    yield f"{name}.gain", (CHANNELS,)
    yield f"{name}.bias", (CHANNELS,)


def layer(name, outputs, inputs):
    yield f"{name}.weight", (outputs, inputs)
    yield f"{name}.bias", (outputs,)


def start():
    """The n-th number of the model lies in [-0.2, 0.2), and looks scattered; a gain is 1 more."""
    parameters, n = {}, 0
    for name, shape in shapes():
        numbers = [(i * 2654435761 % 2**32) / 2**32 * 0.4 - 0.2 for i in range(n, n + prod(shape))]
        n += len(numbers)
        array = torch.tensor(numbers, dtype=torch.float64).to(torch.float32).reshape(shape)
        parameters[name] = (array + 1.0 if name.endswith("gain") else array).requires_grad_()
    return parameters


def logits(p, ids):
    """ids: (B, T) -> (B, T, V)"""
    batch, words = ids.shape

    def normed(name, x):
        return layer_norm(x, (CHANNELS,), p[f"{name}.gain"], p[f"{name}.bias"], 1e-5)

    def through(name, x):
        return linear(x, p[f"{name}.weight"], p[f"{name}.bias"])

    def attention(name, x):
        q, k, v = (
            through(f"{name}.{part}", x).view(batch, words, HEADS, -1).transpose(1, 2)  # (B, H, T, D)
            for part in ("query", "key", "value")
        )
        later = torch.ones(words, words, dtype=torch.bool).triu(1)
        scores = (q @ k.transpose(2, 3) / (CHANNELS // HEADS) ** 0.5).masked_fill(later, -torch.inf)
        heard = (scores.softmax(3) @ v).transpose(1, 2).reshape(batch, words, CHANNELS)
        return through(f"{name}.output", heard)

    x = p["token.weight"][ids] + p["position.weight"][:words]
    for block in (f"blocks.{i}" for i in range(LAYERS)):
        x = x + attention(f"{block}.attention", normed(f"{block}.attention_norm", x))
        hidden = through(f"{block}.feed_forward.expand", normed(f"{block}.feed_forward_norm", x))
        x = x + through(f"{block}.feed_forward.project", gelu(hidden, approximate="tanh"))
    return normed("norm", x) @ p["token.weight"].T


def rate(step):
    """nanoGPT's schedule: a linear climb, then half a cosine down. `step` counts from 1."""
    done = step - 1
    if done < WARMUP:
        return PEAK * (done + 1) / (WARMUP + 1)
    return LEAST + 0.5 * (1 + cos(pi * (done - WARMUP) / (STEPS - WARMUP))) * (PEAK - LEAST)


def batch(stream, step):
    starts = [(step * 37 + row * 91) % (len(stream) - CONTEXT - 1) for row in range(BATCH)]
    rows = torch.tensor([stream[start : start + CONTEXT + 1] for start in starts])
    return rows[:, :-1], rows[:, 1:]


def main():
    stream = [(i * i * 7 + i * 3 + i // 5) % VOCABULARY for i in range(400)]
    parameters = start()
    arrays = list(parameters.values())
    groups = [
        {"params": [array for array in arrays if array.dim() >= 2], "weight_decay": 0.1},
        {"params": [array for array in arrays if array.dim() < 2], "weight_decay": 0.0},
    ]
    optimizer = torch.optim.AdamW(groups, betas=(0.9, 0.99), eps=1e-8)
    losses, norms = [], []
    for step in range(1, STEPS + 1):
        for group in optimizer.param_groups:
            group["lr"] = rate(step)
        ids, targets = batch(stream, step)
        loss = cross_entropy(logits(parameters, ids).flatten(0, 1), targets.flatten())
        optimizer.zero_grad()
        loss.backward()
        norms.append(torch.nn.utils.clip_grad_norm_(arrays, 1.0).item())
        losses.append(loss.item())
        optimizer.step()
    rounded = {
        "losses": [float(f"{x:.9g}") for x in losses],
        "norms": [float(f"{x:.9g}") for x in norms],
        "rates": [float(f"{rate(step):.9g}") for step in range(1, STEPS + 1)],
        "parameters": sum(array.numel() for array in arrays),
    }
    print(json.dumps(rounded, indent=1))


if __name__ == "__main__":
    main()
