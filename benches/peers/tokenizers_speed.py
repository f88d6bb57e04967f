#!/usr/bin/env python3
"""How fast do tokenizers encode a text, in one run: Primer beside gigatoken, fastokens, tiktoken and the others.

    benches/peers/tokenizers_speed.py TEXT [TEXT ...] --with FOLDER [--rounds 5] [--only NAME ...] [--beside NAME ...]

One thread each, each text as one string: with a tokenizer just made (cold), the same text again (warm), and decoding. The programs take
turns, and the median of the rounds is printed in MB/s. Keep the machine idle meanwhile. FOLDER holds the files by the names below.
"""

import argparse
import base64
import json
import os
import pathlib
import statistics
import subprocess
import time

from environment import ROOT, enter

FILES = {
    "gpt2": ("gpt2.json", "json", "r50k_base.tiktoken"),
    "cl100k": ("cl100k_base.tiktoken", "tiktoken:cl100k", "cl100k_base.tiktoken"),
    "o200k": ("o200k_base.tiktoken", "tiktoken:o200k", "o200k_base.tiktoken"),
    "llama3": ("llama3.json", "json", None),
    "llama2": ("llama2.json", "json", None),
}


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("texts", nargs="+")
    arguments.add_argument("--rounds", type=int, default=5)
    arguments.add_argument("--with", dest="folder", required=True, help="a folder that holds the vocabularies")
    arguments.add_argument("--only", nargs="*", default=list(FILES))
    arguments.add_argument("--beside", nargs="*", default=["gigatoken", "fastokens", "tiktoken"])
    given = arguments.parse_args()
    enter()
    os.environ["RAYON_NUM_THREADS"] = "1"
    os.environ["TOKENIZERS_PARALLELISM"] = "false"
    build = ["cargo", "build", "-q", "--release", "-p", "tokenizer", "--example", "ids"]
    subprocess.run(build, cwd=ROOT, check=True)
    for name in given.only:
        file, kind, ranks = FILES[name]
        folder = pathlib.Path(given.folder)
        for text in given.texts:
            compare(name, kind, folder / file, ranks and folder / ranks, text, given)


def compare(name, kind, file, ranks, text, given):
    rows = {}
    for _ in range(given.rounds):
        beside = {who: each for who, each in peers(file, ranks, name, text).items() if who in given.beside}
        for who, seconds in {"primer": lambda: primer(kind, file, text), **beside}.items():
            try:
                times = seconds()
            except Exception as problem:  # a peer that cannot open a file is left out
                rows.setdefault(who, str(problem)[:60])
                continue
            rows.setdefault(who, []).append(times)
    size = pathlib.Path(text).stat().st_size / 1e6
    for who, times in rows.items():
        if isinstance(times, str):
            print(f"{name:7} {pathlib.Path(text).name:14} {who:10} {times}")
            continue
        cold, warm, decode = (size / statistics.median(each) for each in zip(*times))
        print(f"{name:7} {pathlib.Path(text).name:14} {who:10} cold {cold:6.0f}  warm {warm:6.0f}  decode {decode:6.0f} MB/s", flush=True)


def primer(kind, file, text):
    target = os.environ.get("CARGO_TARGET_DIR", ROOT / "target")
    command = [pathlib.Path(target, "release/examples/ids"), "speed", kind, str(file), str(text)]
    line = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    seconds = line["seconds"]
    return seconds["cold"], seconds["warm"], seconds["decode"]


def peers(file, ranks, name, text):
    string = pathlib.Path(text).read_bytes().decode()

    def timed(make, encode, decode):
        tokenizer = make()
        times = []
        for _ in range(2):
            start = time.perf_counter()
            ids = encode(tokenizer, string)
            times.append(time.perf_counter() - start)
        start = time.perf_counter()
        decode(tokenizer, ids)
        return (*times, time.perf_counter() - start)

    def best(*functions):
        return tuple(min(times) for times in zip(*(timed(*functions) for _ in range(3))))

    def gigatoken():
        import gigatoken

        make = gigatoken.Tokenizer.from_tiktoken if file.suffix == ".tiktoken" else gigatoken.Tokenizer
        return best(lambda: make(str(file)), lambda t, s: t.encode(s), lambda t, ids: t.decode(ids))

    def fastokens():
        import fastokens

        assert file.suffix == ".json", "no tokenizer.json"
        make = lambda: fastokens.Tokenizer.from_file(str(file))
        return best(make, lambda t, s: t.encode(s, add_special_tokens=False), lambda t, ids: t.decode(getattr(ids, "ids", ids)))

    def tiktoken():
        import tiktoken

        assert ranks, "no rank file"
        lines = (line.split() for line in ranks.read_bytes().splitlines())
        table = {base64.b64decode(token): int(rank) for token, rank in lines}
        make = lambda: tiktoken.Encoding(name, pat_str=PATTERNS[name], mergeable_ranks=table, special_tokens={})
        return timed(make, lambda t, s: t.encode_ordinary(s), lambda t, ids: t.decode(ids))

    return {"gigatoken": gigatoken, "fastokens": fastokens, "tiktoken": tiktoken}


PATTERNS = {
    "gpt2": r"'(?:[sdmt]|ll|ve|re)| ?\p{L}++| ?\p{N}++| ?[^\s\p{L}\p{N}]++|\s++$|\s+(?!\S)|\s",
    "cl100k": r"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}++|\p{N}{1,3}+| ?[^\s\p{L}\p{N}]++[\r\n]*+|\s++$|\s*[\r\n]|\s+(?!\S)|\s",
    "o200k": "|".join([
        r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?",
        r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?",
        r"\p{N}{1,3}", r" ?[^\s\p{L}\p{N}]+[\r\n/]*", r"\s*[\r\n]+", r"\s+(?!\S)", r"\s+",
    ]),
}

main()
