#!/usr/bin/env python3
"""How fast does a published model run, in one run: Primer beside llama.cpp with the same file.

    benches/peers/running.py MODEL.gguf [MODEL.gguf ...] [--prompt 256] [--tokens 256] [--rounds 5] [--ctranslate2 FOLDER]

Each round starts each program anew, two threads each, in turn: it reads a prompt of so many tokens, then says so many, greedily. Printed are
medians: tokens a second of both, the peak memory of the process, and the seconds from its start to the first token after a short prompt.
With --ctranslate2, a folder that ct2-transformers-converter has made of the same model (int8): its prompt alone. Keep the machine idle meanwhile.
"""

import argparse
import importlib.util
import json
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

import environment

LLAMA = """
import json, resource, sys, time
start = time.perf_counter()
import llama_cpp
path, tokens, threads, ids = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), json.load(sys.stdin)
began = time.perf_counter()
model = llama_cpp.Llama(path, n_ctx=len(ids) + tokens + 8, n_threads=threads, n_threads_batch=threads, n_batch=512, verbose=False)
clock = time.perf_counter()
model.eval(ids)
said = [model.sample(temp=0.0)]
prefill, clock = time.perf_counter() - clock, time.perf_counter()
first = time.perf_counter() - began
for _ in range(tokens - 1):
    model.eval(said[-1:])
    said.append(model.sample(temp=0.0))
decode = time.perf_counter() - clock
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
rate = (tokens - 1) / decode if tokens > 1 else 0.0
print(json.dumps(dict(prefill=len(ids) / prefill, decode=rate, peak=peak, first=first, ids=said)))
"""

CTRANSLATE2 = """
import json, resource, sys, time
import ctranslate2
path, threads, ids = sys.argv[1], int(sys.argv[2]), json.load(sys.stdin)
model = ctranslate2.Generator(path, compute_type="int8", intra_threads=threads, inter_threads=1)
seconds = []
for _ in range(3):
    clock = time.perf_counter()
    model.forward_batch([ids])
    seconds.append(time.perf_counter() - clock)
print(json.dumps(dict(prefill=len(ids) / min(seconds), peak=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)))
"""


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("models", nargs="+")
    arguments.add_argument("--prompt", type=int, default=256)
    arguments.add_argument("--tokens", type=int, default=256)
    arguments.add_argument("--rounds", type=int, default=5)
    arguments.add_argument("--threads", type=int, default=2)
    arguments.add_argument("--precision", default="auto")
    arguments.add_argument("--ctranslate2")
    arguments.add_argument("--primer")
    given = arguments.parse_args()
    environment.enter()
    binary = environment.primer(given.primer)
    needed = ["llama_cpp"] + ["ctranslate2"] * bool(given.ctranslate2)
    missing = [name.replace("llama_cpp", "llama-cpp-python") for name in needed if importlib.util.find_spec(name) is None]
    if missing:
        sys.exit(f"install {' and '.join(missing)} first: {sys.executable} -m pip install {' '.join(missing)}")
    for model in given.models:
        rows = {}
        with tempfile.TemporaryDirectory() as folder:
            prompt = pathlib.Path(folder) / "prompt.txt"
            prompt.write_text(text_of(binary, model, given.prompt), encoding="utf-8")
            for _ in range(given.rounds):
                ours = primer(binary, model, prompt, given)
                rows.setdefault("primer", []).append(ours)
                rows.setdefault("llama.cpp", []).append(peer(LLAMA, [model, given.tokens, given.threads], ours["prompt"]))
                if given.ctranslate2:
                    rows.setdefault("ctranslate2", []).append(peer(CTRANSLATE2, [given.ctranslate2, given.threads], ours["prompt"]))
        show(model, rows)


def text_of(binary, model, tokens):
    """A text of about so many tokens: the project's own pages, as often as it takes."""
    pages = "\n".join(page.read_text(encoding="utf-8") for page in sorted((environment.ROOT / "docs").glob("*.md")))
    pages = pages * (1 + tokens * 8 // len(pages))
    ids = json.loads(run([binary, "tokenizer", "encode", model, "-", "--json"], pages[: tokens * 8]))["ids"]
    return run([binary, "tokenizer", "decode", model, "-"], " ".join(map(str, ids[:tokens])))


def run(command, text=None):
    done = subprocess.run([str(part) for part in command], input=text, capture_output=True, encoding="utf-8")
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command[:3]))} ended with {done.returncode}: {done.stderr.strip()[-400:]}")
    return done.stdout


def primer(binary, model, prompt, given):
    command = [binary, "generate", model, "--greedy", "--ignore-eos", "--json", "--threads", given.threads, "--precision", given.precision]
    line = json.loads(run([*command, "--prompt-file", prompt, "--tokens", given.tokens]))
    clock = time.perf_counter()
    run([*command, "--prompt", "The capital of France is", "--tokens", 1])
    first = time.perf_counter() - clock
    names = dict(prefill="prefill_tokens_per_second", decode="decode_tokens_per_second", peak="peak_bytes", ids="ids", prompt="prompt_ids")
    return dict({ours: line[theirs] for ours, theirs in names.items()}, first=first)


def peer(script, arguments, ids):
    line = json.loads(run([sys.executable, "-c", script, *arguments], json.dumps(ids)).splitlines()[-1])
    if "decode" in line:  # the time to the first token, after a prompt as short as Primer's
        line["first"] = json.loads(run([sys.executable, "-c", script, arguments[0], 1, arguments[2]], json.dumps(ids[:5])).splitlines()[-1])["first"]
    return line


def show(model, rows):
    tokens = len(rows["primer"][0]["prompt"])
    print(f"{pathlib.Path(model).name}: a prompt of {tokens} tokens", flush=True)
    for who, rounds in rows.items():
        line = f"  {who:12}"
        for name, unit, scale in (("prefill", "tokens/s", 1), ("decode", "tokens/s", 1), ("peak", "MB", 1e6), ("first", "s to the first token", 1)):
            if name in rounds[0]:
                ratio = statistics.median(ours[name] / theirs[name] for ours, theirs in zip(rows["primer"], rounds) if theirs[name])
                line += f"  {name} {statistics.median(each[name] for each in rounds) / scale:.4g} {unit}" + ("" if who == "primer" else f" (ours: {ratio:.2f} x)")
        print(line, flush=True)
    same = 0
    for ours, theirs in zip(rows["primer"][0]["ids"], rows["llama.cpp"][0]["ids"]):
        if ours != theirs:
            break
        same += 1
    print(f"  the first {same} greedy tokens are the same", flush=True)


if __name__ == "__main__":
    main()
