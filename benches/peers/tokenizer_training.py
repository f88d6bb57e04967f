#!/usr/bin/env python3
"""Does Primer learn the merges that the Hugging Face library learns, and how long do both take?

    benches/peers/tokenizer_training.py TEXT [--vocab 32000] [--runs 5] [--strings 500] [--held-out TEXT] [--primer PATH]

Trains byte pairs on TEXT in both, in turn, each in a process of its own, and prints medians of seconds (wall and processor) and of the
largest memory; compares merges and vocabulary. Trains each kind of Primer's, opens what it writes with `tokenizers`, and compares the
ids of TEXT and of traps. Compares merges over many small texts in which a lot is equally common. With --held-out, Unigram is compared
with SentencePiece's own trainer, by how many tokens and bits a character it needs for that text. Status 1 if anything differs.
"""

import argparse
import json
import math
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import traps
from environment import enter, primer

KINDS = ["bpe", "bpe --pattern cl100k", "bpe --pattern o200k", "bpe --pattern llama3", "bpe --pattern qwen2", "sentencepiece", "unigram", "word", "char", "byte"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("text", type=Path)
    parser.add_argument("--vocab", type=int, default=32_000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--strings", type=int, default=500)
    parser.add_argument("--held-out", type=Path)
    parser.add_argument("--primer")
    parser.add_argument("--theirs", help=argparse.SUPPRESS)  # the process that trains theirs
    flags = parser.parse_args()
    enter()
    if flags.theirs:
        return theirs(flags)
    flags.primer = primer(flags.primer)
    with tempfile.TemporaryDirectory() as folder:
        flags.folder = Path(folder)
        differ = [*side_by_side(flags), *kinds(flags), *small_texts(flags)]
        if flags.held_out:
            unigram(flags)
    for what in differ:
        print(f"differs: {what}")
    sys.exit(1 if differ else 0)


def theirs(flags):
    started = time.perf_counter()
    trained = bpe([flags.text.read_bytes().decode()], flags.vocab)
    seconds = time.perf_counter() - started
    Path(flags.theirs).write_text(trained.to_str())
    print(json.dumps({"seconds": seconds}))


def bpe(texts, vocabulary):
    from tokenizers import Tokenizer, models, pre_tokenizers, trainers

    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(vocab_size=vocabulary, initial_alphabet=alphabet, show_progress=False)
    tokenizer.train_from_iterator(texts, trainer)
    return tokenizer


def measured(command):
    """Seconds that it says, of the processor, and megabytes."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE)
    said = json.loads(process.stdout.read().splitlines()[-1])
    _, status, used = os.wait4(process.pid, 0)
    assert status == 0, command
    return said["seconds"], used.ru_utime + used.ru_stime, used.ru_maxrss / 1000


def side_by_side(flags):
    ours, other = flags.folder / "ours.json", flags.folder / "theirs.json"
    train = [flags.primer, "tokenizer", "train", "--json", "--data", flags.text, "--vocab", str(flags.vocab), "--out", ours]
    same = [sys.executable, __file__, flags.text, "--vocab", str(flags.vocab), "--theirs", other]
    runs = [(measured(train), measured(same)) for _ in range(flags.runs)]
    for name, run in zip(["primer", "tokenizers"], zip(*runs)):
        seconds, processor, megabytes = (statistics.median(column) for column in zip(*run))
        print(f"{name}: {seconds:.2f} s ({processor:.2f} s of the processor), {megabytes:.0f} MB")
    mine, their = (json.loads(path.read_text())["model"] for path in (ours, other))
    if merges(mine) != merges(their):
        yield f"{flags.text}: other merges"
    elif mine["vocab"] != their["vocab"]:
        yield f"{flags.text}: another vocabulary"
    else:
        print(f"same: {len(mine['merges'])} merges")


def merges(model):
    return [merge.split(" ") if isinstance(merge, str) else list(merge) for merge in model["merges"]]


def train(flags, data, kind, vocabulary, out):
    command = [flags.primer, "tokenizer", "train", "--data", data, "--kind", *kind.split(), "--out", out]
    subprocess.run([*command, "--vocab", str(vocabulary)], check=True, stderr=subprocess.DEVNULL)


def ids(flags, tokenizer, text):
    out = flags.folder / "ids"
    command = [flags.primer, "tokenizer", "encode", tokenizer, "--file", text, "--out", out, "--dtype", "u32"]
    subprocess.run(command, check=True, stderr=subprocess.DEVNULL)
    return memoryview(out.read_bytes()).cast("I").tolist()


def kinds(flags):
    """What each kind writes opens in the library, and has the same ids and text there."""
    from tokenizers import Tokenizer

    both, odd, written = flags.folder / "both", flags.folder / "traps", flags.folder / "kind.json"
    text = flags.text.read_bytes()[:3_000_000].decode(errors="ignore").replace("\0", "")
    strange = "\n".join(trap for trap in traps.TRAPS if "\0" not in trap)
    both.write_bytes((text + "\n" + strange).encode())
    odd.write_bytes(strange.encode())
    for kind in KINDS:
        data = both if kind == "char" else flags.text
        train(flags, data, kind, 10_000, written)
        opened = Tokenizer.from_file(str(written))
        opened.encode_special_tokens = True  # a sign that a text spells is text here
        for path in both, odd:
            whole = path.read_bytes().decode()
            there = opened.encode(whole, add_special_tokens=False).ids
            here = ids(flags, written, path)
            if here != there:
                at = next((at for at, two in enumerate(zip(here, there)) if two[0] != two[1]), min(len(here), len(there)))
                yield f"{kind}: {path.name}: other ids from {at} on: {here[at : at + 5]}, theirs {there[at : at + 5]}"
                continue
            print(f"same: {kind}, {path.name}: {len(here)} ids")


def small_texts(flags):
    """Where a lot is equally common, all hangs on ties."""
    chance = random.Random(5)
    different = 0
    for _ in range(flags.strings):
        letters = chance.choice(["ab", "ab ", "abc ", "aab ", "xyz's ", "ab12 \n", "éa b"])
        text = "".join(chance.choices(letters, k=chance.choice([20, 100, 400, 2000]))) + "."
        data, out = flags.folder / "small.txt", flags.folder / "small.json"
        data.write_bytes(text.encode())
        train(flags, data, "bpe", 330, out)
        mine, their = json.loads(out.read_text())["model"], json.loads(bpe([text], 330).to_str())["model"]
        if merges(mine) != merges(their):
            different += 1
            yield f"other merges of {text[:60]!r}"
    print(f"same: merges of {flags.strings - different} of {flags.strings} small texts")


def unigram(flags):
    """On text that neither has learned from."""
    import sentencepiece
    from tokenizers import Tokenizer

    size = min(flags.vocab, 8_000)
    written, prefix = flags.folder / "unigram.json", flags.folder / "spm"
    started = time.perf_counter()
    train(flags, flags.text, "unigram", size, written)
    took = time.perf_counter() - started
    started = time.perf_counter()
    sentencepiece.SentencePieceTrainer.train(
        input=str(flags.text), model_prefix=str(prefix), vocab_size=size, model_type="unigram", byte_fallback=True, split_digits=True,
        normalization_rule_name="identity", remove_extra_whitespaces=False, max_sentence_length=1_000_000, minloglevel=2,
    )  # fmt: skip
    theirs_took = time.perf_counter() - started
    ours = Tokenizer.from_file(str(written))
    theirs = sentencepiece.SentencePieceProcessor(model_file=f"{prefix}.model")
    lines = [line for line in flags.held_out.read_text().splitlines() if line]
    characters = sum(map(len, lines))
    for name, seconds, all_ids in [
        ("primer", took, [encoding.ids for encoding in ours.encode_batch(lines, add_special_tokens=False)]),
        ("sentencepiece", theirs_took, theirs.encode(lines)),
    ]:
        counts = Counter(id for line in all_ids for id in line)
        number = sum(counts.values())
        bits = -sum(count * math.log2(count / number) for count in counts.values()) / characters
        print(f"unigram of {size}, {name}: {seconds:.1f} s; held out: {number} tokens, {bits:.3f} bits a character")


main()
