#!/usr/bin/env python3
"""How fast are training steps, in one run: Primer beside PyTorch, four shapes, two threads each.

    python3 benches/peers/train_speed.py [--shapes tiny baby gpt2 llama-15m] [--rounds 5] [--precisions f32 bf16]

Each round starts each program anew, in turn: Primer and PyTorch, eager and compiled, as it comes and with its malloc tuned (huge pages,
nothing given back). A run's speed is the median of its steps, the first few left out; printed are medians over the rounds, the ratio of
Primer to PyTorch's best (the median of the rounds' own ratios), and the peak memory of the process. `of peak` is the share of what a large
product in PyTorch reaches here. Keep the machine idle meanwhile: another process cuts PyTorch to a tenth.
"""

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import environment

THREADS = 2
STEPS = {"tiny": 150, "baby": 9, "gpt2": 9, "llama-15m": 9}
LEFT_OUT = 3
PRIMER = {
    "tiny": ["--preset", "tiny"],
    "baby": ["--preset", "baby", "--batch", "16", "--dropout", "0"],
    "gpt2": ["--preset", "gpt2", "--context", "64", "--batch", "4"],
    "llama-15m": ["--preset", "llama-15m", "--batch", "8"],
}
VOCABULARIES = {"gpt2": 50257, "llama-15m": 32000}
TUNED = "glibc.malloc.hugetlb=1:glibc.malloc.mmap_threshold=4000000000:glibc.malloc.trim_threshold=8000000000"
PEAK = """
import sys, time, torch
torch.set_num_threads(2)
a, b = (torch.randn(2048, 2048).to(getattr(torch, sys.argv[1])) for _ in "ab")
best = 1e9
for _ in range(20):
    clock = time.perf_counter()
    a @ b
    best = min(best, time.perf_counter() - clock)
print(2 * 2048**3 / best)
"""


def measured(command, tuned=False):
    """What a process prints, and its peak memory in MiB."""
    more = {"GLIBC_TUNABLES": TUNED} if tuned else {}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=os.environ | more)
    lines, errors = process.stdout.read().splitlines(), process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0 or not lines:
        sys.exit(f"exit status {process.returncode}: {' '.join(command)}\n{errors[-2000:]}")
    return lines, usage.ru_maxrss / 1024


def pytorch(shape, precision, mode, tuned):
    script = str(environment.HERE / "step_in_pytorch.py")
    lines, peak = measured([sys.executable, script, shape, precision, mode, str(STEPS[shape])], tuned)
    result = json.loads(lines[-1])
    return result["tokens"] / statistics.median(result["seconds"][LEFT_OUT:]), peak


def primer(binary, shape, precision, data, tokenizers):
    more = ["--tokenizer", tokenizers[shape]] if shape in tokenizers else []
    data = data if shape in tokenizers else data + ".letters"
    with tempfile.TemporaryDirectory() as out:
        command = [binary, "train", "--data", data, *PRIMER[shape], *more, "--precision", precision, "--steps", str(STEPS[shape])]
        command += ["--eval-batches", "1", "--eval-every", "1000", "--threads", str(THREADS), "--out", out, "--json"]
        lines, peak = measured(command)
    events = [json.loads(line) for line in lines]
    speeds = [event["tokens_per_second"] for event in events if event["event"] == "step"]
    return statistics.median(speeds[LEFT_OUT:]), peak, events[-1]["parameters"]


def texts(folder, binary, shapes):
    """A text of made-up words, long enough for any vocabulary, one of 65 letters, and the vocabularies."""
    chance = random.Random(1)
    parts = [a + b for a in "bcdfghjklmnprstvwz" for b in "aeiou"]
    words = ["".join(chance.choices(parts, k=chance.randint(1, 5))) for _ in range(60_000)]
    weights = [1 / (rank + 10) for rank in range(len(words))]
    text = " ".join(chance.choices(words, weights, k=1_500_000))
    data = Path(folder, "words.txt")
    data.write_text(text)
    letters = [chr(code) for code in range(33, 98)]
    Path(folder, "words.txt.letters").write_text("".join(chance.choices(letters, k=400_000)))
    tokenizers = {}
    for shape, size in VOCABULARIES.items():
        if shape in shapes:
            tokenizers[shape] = str(Path(folder, f"{shape}.json"))
            command = [binary, "tokenizer", "train", "--data", str(data), "--vocab", str(size), "--kind", "bpe"]
            measured([*command, "--out", tokenizers[shape], "--json"])
    return str(data), tokenizers


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shapes", nargs="+", choices=STEPS, default=list(STEPS))
    parser.add_argument("--precisions", nargs="+", choices=["f32", "bf16"], default=["f32", "bf16"])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--modes", nargs="+", choices=["eager", "compiled"], default=["eager", "compiled"])
    parser.add_argument("--primer", help="the binary (default: target/release/primer)")
    given = parser.parse_args()
    environment.enter()
    binary = environment.primer(given.primer)
    dtypes = {"f32": "float32", "bf16": "bfloat16"}
    peaks = {p: float(measured([sys.executable, "-c", PEAK, dtypes[p]])[0][-1]) for p in given.precisions}
    for precision, peak in peaks.items():
        print(f"a product of 2048 in {precision} reaches {peak / 1e9:.0f} GFLOP/s in PyTorch")

    kinds = [(mode, tuned) for mode in given.modes for tuned in (False, True)]
    names = {kind: f"{kind[0]}{' tuned' if kind[1] else ''}" for kind in kinds}
    heads = "".join(f"{name:>16}" for name in names.values())
    print(f"{'tokens/s, peak MiB':<20}{'primer':>16}{heads}{'/ best':>8}{'/ tuned':>8}{'memory':>8}{'of peak':>8}", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        data, tokenizers = texts(folder, binary, given.shapes)
        for shape in given.shapes:
            for precision in given.precisions:
                ours, theirs = [], {kind: [] for kind in kinds}
                for _ in range(given.rounds):
                    ours.append(primer(binary, shape, precision, data, tokenizers))
                    for kind in kinds:
                        theirs[kind].append(pytorch(shape, precision, *kind))
                cell = lambda runs: f"{statistics.median(r[0] for r in runs):>9.0f}{statistics.median(r[1] for r in runs):>7.0f}"
                against = {}
                for is_tuned in (False, True):
                    best = [max(theirs[kind][i][0] for kind in kinds if kind[1] == is_tuned) for i in range(given.rounds)]
                    against[is_tuned] = statistics.median(our[0] / their for our, their in zip(ours, best))
                least = min(statistics.median(r[1] for r in theirs[kind]) for kind in kinds if not kind[1])
                memory = statistics.median(r[1] for r in ours) / least
                share = statistics.median(r[0] for r in ours) * 6 * ours[0][2] / peaks[precision]
                row = "".join(cell(theirs[kind]) for kind in kinds)
                print(
                    f"{shape + ' ' + precision:<20}{cell(ours)}{row}{against[False]:>8.2f}{against[True]:>8.2f}{memory:>8.2f}{share:>8.2f}",
                    flush=True,
                )


if __name__ == "__main__":
    main()
