"""Prints what `encoder_decoder_reference.rs` expects: one batch of pairs through `torch.nn.Transformer`.

    python encoder_decoder_reference.py > encoder_decoder_reference.json

The pairs are of unequal length, so here they lie in a box, filled up with padding that masks hide. Nothing is
drawn at random: the numbers of the model come from a formula, and so do its sentences. All in 64 bits.

`logits` are those of the real tokens, pair by pair; `loss` is summed over them, with label smoothing; `norms` are
those of the slope along each parameter.
"""

import json
from math import prod, sqrt

import torch
from torch import nn
from torch.nn.functional import cross_entropy, linear
from torch.nn.utils.rnn import pad_sequence

VOCABULARY, CONTEXT, CHANNELS, LAYERS, HEADS, HIDDEN, SMOOTHING = 11, 8, 8, 2, 2, 12, 0.1
START, END, PADDING = 0, 1, 2
LENGTHS = [(5, 3), (1, 6), (7, 1), (3, 7)]  # of sentence and translation, without start and end


def attention(name):
    for part in ("query", "key", "value", "output"):
        yield from layer(f"{name}.{part}", CHANNELS, CHANNELS)


def layer(name, outputs, inputs):
    yield f"{name}.weight", (outputs, inputs)
    yield f"{name}.bias", (outputs,)


def norm(name):
    yield f"{name}.gain", (CHANNELS,)
    yield f"{name}.bias", (CHANNELS,)


def shapes():
    """Every parameter's name and shape, in the order in which they are filled."""
    yield "token.weight", (VOCABULARY, CHANNELS)
    for half, parts in (("encoder", ["attention"]), ("decoder", ["attention", "cross"])):
        for block in (f"{half}.{i}" for i in range(LAYERS)):
            for part in parts:
                yield from attention(f"{block}.{part}")
                yield from norm(f"{block}.{part}_norm")
            yield from layer(f"{block}.feed_forward.expand", HIDDEN, CHANNELS)
            yield from layer(f"{block}.feed_forward.project", CHANNELS, HIDDEN)
            yield from norm(f"{block}.feed_forward_norm")


def start():
    """The n-th number of the model lies in [-0.4, 0.4), and looks scattered; a gain is 1 more."""
    parameters, n = {}, 0
    for name, shape in shapes():
        numbers = [(i * 2654435761 % 2**32) / 2**32 * 0.8 - 0.4 for i in range(n, n + prod(shape))]
        n += len(numbers)
        array = torch.tensor(numbers).reshape(shape)
        parameters[name] = (array + 1.0 if name.endswith("gain") else array).requires_grad_()
    return parameters


def theirs(name):
    """The parameters here that make up one of PyTorch's, and how that one is called."""
    half, block, rest = name.split(".", 2)
    for here, there in {
        "cross_norm": "norm2",
        "feed_forward_norm": "norm2" if half == "encoder" else "norm3",
        "attention_norm": "norm1",
        "cross": "multihead_attn",
        "attention": "self_attn",
        "feed_forward.expand": "linear1",
        "feed_forward.project": "linear2",
        "output": "out_proj",
        "gain": "weight",
    }.items():
        rest = rest.replace(f"{here}.", f"{there}.").replace(f".{here}", f".{there}")
    for part in ("query", "key", "value"):
        rest = rest.replace(f".{part}.", ".in_proj_")
    return f"{half}.layers.{block}.{rest}"


def transformer(parameters):
    """`torch.nn.Transformer` without its last norms, which are not in the paper."""
    sizes = dict(dropout=0.0, activation="relu", batch_first=True, norm_first=False)
    encoder = nn.TransformerEncoder(
        nn.TransformerEncoderLayer(CHANNELS, HEADS, HIDDEN, **sizes), LAYERS, enable_nested_tensor=False
    )
    decoder = nn.TransformerDecoder(nn.TransformerDecoderLayer(CHANNELS, HEADS, HIDDEN, **sizes), LAYERS)
    model = nn.Transformer(CHANNELS, HEADS, custom_encoder=encoder, custom_decoder=decoder, batch_first=True)
    arrays = {}
    for name, array in parameters.items():
        if name != "token.weight":
            arrays.setdefault(theirs(name), []).append(array)
    arrays = {name: torch.cat(parts) for name, parts in arrays.items()}
    assert arrays.keys() == dict(model.named_parameters()).keys(), "every parameter is given, once"
    return lambda *texts, **masks: torch.func.functional_call(model, arrays, texts, masks)


def waves():
    """The paper's positions, section 3.5: (T, C)"""
    places, even = torch.arange(CONTEXT)[:, None], torch.arange(0, CHANNELS, 2)
    angles = places / 10000 ** (even / CHANNELS)
    return torch.stack([angles.sin(), angles.cos()], 2).flatten(1)


def pairs():
    """Sentences and translations: ids from 3 on."""
    token = lambda pair, place, side: 3 + (pair * 5 + place * 3 + side * 7 + place * place) % (VOCABULARY - 3)
    for pair, lengths in enumerate(LENGTHS):
        yield [[token(pair, place, side) for place in range(length)] for side, length in enumerate(lengths)]


def main():
    torch.set_default_dtype(torch.float64)
    parameters = start()
    source, read, say = [], [], []
    for sentence, translation in pairs():
        source.append(torch.tensor(sentence + [END]))
        read.append(torch.tensor([START] + translation))
        say.append(torch.tensor(translation + [END]))
    source, read, say = (pad_sequence(texts, batch_first=True, padding_value=PADDING) for texts in (source, read, say))

    embed = lambda ids: parameters["token.weight"][ids] * sqrt(CHANNELS) + waves()[: ids.shape[1]]
    y = transformer(parameters)(
        embed(source),
        embed(read),
        tgt_mask=torch.ones(read.shape[1], read.shape[1], dtype=torch.bool).triu(1),
        src_key_padding_mask=source == PADDING,
        tgt_key_padding_mask=read == PADDING,
        memory_key_padding_mask=source == PADDING,
    )
    logits = linear(y, parameters["token.weight"])  # (B, T, V)
    options = dict(ignore_index=PADDING, label_smoothing=SMOOTHING, reduction="sum")
    loss = cross_entropy(logits.flatten(0, 1), say.flatten(), **options)
    loss.backward()

    short = lambda number: 0.0 if abs(number) < 1e-13 else float(f"{number:.12g}")
    norms = [f'"{name}": {short(array.grad.norm().item())}' for name, array in parameters.items()]
    rows = [json.dumps([short(number) for number in row]) for row in logits[read != PADDING].tolist()]
    together = ",\n  ".join
    print(f'{{\n "loss": {short(loss.item())},')
    print(f' "norms": {{\n  {together(norms)}\n }},\n "logits": [\n  {together(rows)}\n ]\n}}')


if __name__ == "__main__":
    main()
