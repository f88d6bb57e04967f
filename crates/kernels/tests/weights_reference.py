"""Writes weights_reference.txt: what the Python package `gguf` makes of blocks of each kind, and the other way.

    pip install gguf && python crates/kernels/tests/weights_reference.py

A line is: the direction, the kind, the bytes, the numbers. Bytes are in hexadecimal, as they lie in a file; numbers are
f32 of four bytes, little-endian, in hexadecimal too.
"""

from pathlib import Path

import numpy as np
from gguf import GGMLQuantizationType as Kind
from gguf import GGML_QUANT_SIZES
from gguf.quants import dequantize, quantize

rng = np.random.default_rng(6)
# Where scales of 16 bits lie in a block: any bits would do there, but few of them are near 1.
HALVES = {"Q8_0": [0], "Q4_0": [0], "Q4_1": [0, 2], "Q4_K": [0, 2], "Q6_K": [208]}


def line(way, kind, data, numbers):
    return f"{way} {kind} {data.tobytes().hex()} {numbers.astype('<f4').tobytes().hex()}\n"


def read():
    for kind, halves in HALVES.items():
        _, size = GGML_QUANT_SIZES[Kind[kind]]
        blocks = rng.integers(0, 256, (2, size), dtype=np.uint8)
        for at in halves:
            scale = rng.normal(size=2).astype(np.float16)
            blocks[:, at : at + 2] = scale.view(np.uint8).reshape(2, 2)
        yield line("read", kind, blocks, dequantize(blocks, Kind[kind]))
    for kind, count in [("F16", 2), ("BF16", 2), ("F32", 4)]:
        data = rng.integers(0, 0x70, (1, 16 * count), dtype=np.uint8)  # no NaN among them
        yield line("read", kind, data, dequantize(data, Kind[kind]))


def write():
    blocks = rng.normal(size=(6, 32)).astype(np.float32)
    blocks[1] *= 1e-4
    blocks[2] *= 3e4
    blocks[3] = np.arange(32, dtype=np.float32) / 2 - 8  # halves, with a scale of 1
    blocks[3, 0] = 127
    blocks[4] = 0
    blocks[5, :4] = [-0.0, 1e-38, 1e-42, 65519]
    for kind in ["F16", "BF16", "Q8_0", "F32"]:
        yield line("write", kind, quantize(blocks, Kind[kind]), blocks)


Path(__file__).with_suffix(".txt").write_text("".join([*read(), *write()]))
