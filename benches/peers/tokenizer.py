#!/usr/bin/env python3
"""Does the Hugging Face library agree with Primer on every kind of tokenizer?

    benches/peers/tokenizer.py TEXT [TOKENIZER.json ...]

Trains the four kinds on TEXT, opens what Primer writes with `tokenizers`, and compares ids and
decoded text on TEXT and on a text of traps; compares the merges with those of `BpeTrainer`; then does
the same for the published files.
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

from environment import ROOT, enter

TRAPS = (
    "It's we'll I'D they've  don't 'sir x''s !!'s\n\n\n  leading   and trailing \t\r\n \n x\u00a0y\u3000z\u2003\u2003w "
    "1234 ½ ² Ⅷ ٣٤ 3cats <|endoftext|> <unk> naïve e\u0301 \u0345 ⓐ हिन्दी 中文字 \u200d👩‍👩‍👧 😀😀 \x00\x1c\x85\u180e "
    + "ab" * 300 + "   "
)


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    enter()

    text, *files = sys.argv[1:]
    build = ["cargo", "build", "-q", "--release", "-p", "tokenizer", "--example", "ids"]
    subprocess.run(build, cwd=ROOT, check=True)
    folder = tempfile.TemporaryDirectory()
    traps = pathlib.Path(folder.name, "traps")
    both = pathlib.Path(folder.name, "both")
    traps.write_bytes(TRAPS.encode())
    both.write_bytes(pathlib.Path(text).read_bytes() + TRAPS.encode())

    for kind in ["characters", "words:5000", "bytes", "pairs:5000"]:
        same(kind, both, text)
        same(kind, both, traps)
    same_merges(text)
    for file in files:
        same("file", file, text)
        same("file", file, traps)


def ids(kind, source, text):
    target = os.environ.get("CARGO_TARGET_DIR", ROOT / "target")
    command = [pathlib.Path(target, "release/examples/ids"), kind, str(source), str(text)]
    return json.loads(subprocess.run(command, check=True, capture_output=True).stdout)


def same(kind, source, text):
    from tokenizers import Tokenizer

    ours = ids(kind, source, text)
    for name, file in {"as written": ours["tokenizer"], "as it was": source}.items():
        if name == "as it was" and kind != "file":
            continue
        theirs = Tokenizer.from_str(file) if name == "as written" else Tokenizer.from_file(str(file))
        theirs.encode_special_tokens = True  # "<|endoftext|>" in a text is ordinary text here
        string = pathlib.Path(text).read_bytes().decode()
        start = time.perf_counter()
        encoded = theirs.encode(string, add_special_tokens=False).ids
        seconds = time.perf_counter() - start
        assert encoded == ours["ids"], f"{kind} {source}: other ids for {text}"
        decoded = theirs.decode(encoded, skip_special_tokens=False)
        assert decoded == ours["text"], f"{kind} {source}: other text for {text}"
        size = len(string.encode()) / 1e6
        speed = f"{size / ours['seconds_to_encode']:.1f} MB/s, theirs {size / seconds:.1f}"
        what = pathlib.Path(source).name if kind == "file" else kind
        print(f"same: {what}, {name}, {pathlib.Path(text).name}: {len(encoded)} ids, {speed}")


def same_merges(text):
    from tokenizers import Tokenizer, models, pre_tokenizers, trainers

    theirs = Tokenizer(models.BPE())
    theirs.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(vocab_size=5000, initial_alphabet=alphabet, show_progress=False)
    string = pathlib.Path(text).read_bytes().decode()
    start = time.perf_counter()
    theirs.train_from_iterator([string], trainer)
    seconds = time.perf_counter() - start
    ours = ids("pairs:5000", text, text)
    model = json.loads(theirs.to_str())["model"]
    mine = json.loads(ours["tokenizer"])["model"]
    assert [" ".join(merge) for merge in model["merges"]] == mine["merges"], "other merges"
    assert model["vocab"] == mine["vocab"], "another vocabulary"
    print(f"same: merges of {pathlib.Path(text).name}, {ours['seconds_to_make']:.2f} s, theirs {seconds:.2f} s")


main()
