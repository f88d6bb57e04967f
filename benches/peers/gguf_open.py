"""Opens GGUF files that Primer wrote in llama.cpp, and compares what both make of them.

    benches/peers/gguf_open.py MODEL... [--precision f32 bf16 f16 q8] [--prompt TEXT]... [--sample FILE]

Each MODEL is a folder or a .gguf file; `primer export` writes it in each precision. Compared are the ids of a text, the
text of these ids, and what both say to each prompt, greedily. In F32 the ids must be the same. In the other precisions
llama.cpp rounds the numbers between the matrices as well, so at a near tie it may turn the other way: there its own
scores must find Primer's choice at most so much worse than its best, and it goes on from there. Ends with status 1 and
one line at the first that differs. Needs PRIMER_PEERS_VENV with llama-cpp-python, or llama-cpp-python in `.venv`.
"""

import argparse
import json
import tempfile
from pathlib import Path

import environment
from comparing import check, primer

F32 = 0  # llama.cpp's number for it: keys and values are kept so
# How much worse llama.cpp may find the token that Primer chose. In F32 only the order of sums differs.
WORSE = {"f32": 1e-3, "bf16": 0.3, "f16": 0.1, "q8": 0.5}
PROMPTS = ["Once upon a time", "The", "It was a sunny day"]
SAMPLE = "It's the cat's hat: 1234 of them, DON'T you see?\n\n  x = y;  \tAnd so on. "


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", nargs="+")
    parser.add_argument("--precision", nargs="+", choices=WORSE, default=list(WORSE))
    parser.add_argument("--prompt", action="append", help="what both go on with, greedily")
    parser.add_argument("--tokens", type=int, default=40)
    parser.add_argument("--sample", help="a text whose ids are compared, in the vocabulary of every model")
    parser.add_argument("--primer", help="the binary (default: target/release/primer)")
    given = parser.parse_args()
    environment.enter()
    binary = environment.primer(given.primer)
    sample = Path(given.sample).read_bytes().decode() if given.sample else SAMPLE
    for model in given.model:
        for precision in given.precision:
            with tempfile.TemporaryDirectory() as folder:
                file = str(Path(folder) / "model.gguf")
                primer(binary, "export", model, "--out", file, "--format", "gguf", "--precision", precision)
                compare(f"{model} in {precision}", file, binary, given, sample, WORSE[precision])


def compare(name, file, binary, given, sample, worse):
    from llama_cpp import Llama

    llama = Llama(file, n_ctx=0, n_threads=2, verbose=False, logits_all=True, type_k=F32, type_v=F32)
    ours = says(binary, file, sample, 1)["prompt_ids"]
    theirs = llama.tokenize(sample.encode(), add_bos=True, special=False)  # if the file says so
    check(ours == theirs, f"{name}: ids of the sample: primer {ours[:9]}, llama.cpp {theirs[:9]}")
    said = llama.detokenize(theirs).decode(errors="replace")
    check(said.strip() == sample.strip(), f"{name}: llama.cpp decodes {said[:40]!r}")
    same, furthest = 0, 0.0
    prompts = given.prompt or PROMPTS
    for prompt in prompts:
        turned = greedy(name, llama, file, binary, prompt, given.tokens, worse)
        same, furthest = same + (turned == 0.0), max(furthest, turned)
    turned = f"; at a near tie of {furthest:.4f} the others turned" if furthest else ""
    print(f"{name}: {len(theirs)} ids are equal; {same} of {len(prompts)} texts are the same{turned}", flush=True)


def says(binary, file, prompt, tokens):
    """What Primer goes on with, greedily."""
    said = primer(binary, "generate", file, f"--prompt={prompt}", "--greedy", "--tokens", str(tokens), "--ignore-eos", "--json")
    return json.loads(said.splitlines()[-1])


def greedy(name, llama, file, binary, prompt, tokens, worse):
    """How much worse llama.cpp finds what Primer chose, at worst."""
    ours = says(binary, file, prompt, tokens)
    check(len(ours["ids"]) == tokens, f"{name}: primer said {len(ours['ids'])} tokens of {tokens}")
    llama.reset()
    llama.eval(ours["prompt_ids"])
    furthest = 0.0
    for step, chosen in enumerate(ours["ids"]):
        scores = llama.scores[llama.n_tokens - 1]
        apart = float(scores.max() - scores[chosen])
        check(apart <= worse, f"{name}, {prompt!r}, token {step}: primer chose {chosen}, llama.cpp {int(scores.argmax())}, by {apart:.4f}")
        furthest = max(furthest, apart)
        llama.eval([chosen])
    return furthest


if __name__ == "__main__":
    main()
