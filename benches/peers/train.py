"""Trains the `tiny` recipe in PyTorch and in Primer, in turn, and prints both side by side.

    python3 benches/peers/train.py --data tinyshakespeare.txt --seeds 1 2 3

The recipe is nanoGPT's Shakespeare on a CPU: eager f32, two threads, the loss over the whole tail of the text.
Each run is a process of its own, so that its memory is its own. Both are measured from outside in the same way.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time

import environment

CONTEXT, BATCH, THREADS = 64, 12, 2
PYTORCH = str(environment.HERE / "tiny_in_pytorch.py")


def measured(command):
    """Runs a command that prints JSON lines; its last one, with the seconds and the peak memory of the process."""
    began = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    lines = process.stdout.read().splitlines()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0 or not lines:
        sys.exit(f"exit status {process.returncode}, {len(lines)} lines: {' '.join(command)}")
    result = json.loads(lines[-1])
    return result | {"whole": time.perf_counter() - began, "megabytes": usage.ru_maxrss / 1024}


def row(who, seed, numbers):
    return f"{who:<9}{seed:>7}" + "".join(f"{number:>12.{digits}f}" for number, digits in zip(numbers, (4, 1, 1, 0, 0)))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", required=True, help="a text file, UTF-8")
    parser.add_argument("--seeds", nargs="+", type=int, default=[1, 2, 3])
    parser.add_argument("--steps", type=int, default=2000)
    parser.add_argument("--primer", help="the binary (default: target/release/primer)")
    parser.add_argument("--pytorch-only", action="store_true", help="leave Primer out")
    given = parser.parse_args()
    environment.enter()

    peers = {"pytorch": lambda seed, out: [sys.executable, PYTORCH, given.data, str(seed), str(given.steps)]}
    if not given.pytorch_only:
        binary = environment.primer(given.primer)
        peers["primer"] = lambda seed, out: [
            *(binary, "train", "--data", given.data, "--preset", "tiny", "--steps", str(given.steps)),
            *("--eval-every", str(given.steps), "--eval-batches", "0", "--seed", str(seed)),
            *("--threads", str(THREADS), "--out", out, "--overwrite", "--json"),
        ]
    print(f"{'':<9}{'seed':>7}{'val loss':>12}{'training s':>12}{'whole s':>12}{'tokens/s':>12}{'peak MiB':>12}")
    seen = {who: [] for who in peers}
    for seed in given.seeds:
        for who, command in peers.items():
            with tempfile.TemporaryDirectory() as out:
                result = measured(command(seed, out))
            speed = result["tokens_per_second"]
            training = given.steps * BATCH * CONTEXT / speed
            seen[who].append((result["val_loss"], training, result["whole"], speed, result["megabytes"]))
            print(row(who, seed, seen[who][-1]), flush=True)
    medians = {who: [statistics.median(column) for column in zip(*rows)] for who, rows in seen.items()}
    for who, numbers in medians.items():
        print(row(who, "median", numbers))
    if "primer" in medians:
        ratios = [ours / theirs for ours, theirs in zip(medians["primer"], medians["pytorch"])]
        print(f"{'primer / pytorch':<16}" + "".join(f"{ratio:>12.3f}" for ratio in ratios))


if __name__ == "__main__":
    main()
