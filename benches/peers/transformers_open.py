"""Opens folders that Primer wrote in transformers, of a GPT or a Llama, and compares what both make of them.

    python3 benches/peers/transformers_open.py MODEL... --data tinyshakespeare.txt [--exports]

Compared are the ids and the decoded text, the loss over the whole file, the log-chances of every token at each
of a few greedy steps, and the greedy ids. With --exports, the same for what `primer export` makes of each in 32
and 16 bits. Ends with status 1 and one line at the first that differs.
"""

import argparse
import json
import tempfile
from pathlib import Path

import environment
from comparing import check, opened, primer

TOLERANCE = 1e-4  # of losses and of log-chances
STEPS = 8  # greedy tokens
SAMPLE = 2000  # characters to encode and decode


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", nargs="+", help="a folder that `primer train` or `primer export` wrote")
    parser.add_argument("--data", required=True, help="a text file, UTF-8, in the model's vocabulary")
    parser.add_argument("--exports", action="store_true", help="compare what `primer export` makes of it, too")
    parser.add_argument("--primer", help="the binary (default: target/release/primer)")
    given = parser.parse_args()
    environment.enter()
    binary = environment.primer(given.primer)
    for model in given.model:
        Comparison(model, given.data, binary).all()
        if given.exports:
            exports(model, given.data, binary)


def exports(model, data, binary):
    import torch
    from safetensors.torch import load_file
    from transformers import AutoConfig

    for precision, dtype in (("f32", torch.float32), ("bf16", torch.bfloat16), ("f16", torch.float16)):
        with tempfile.TemporaryDirectory() as folder:
            out = str(Path(folder) / precision)
            primer(binary, "export", model, "--out", out, "--format", "safetensors", "--precision", precision)
            found = {tensor.dtype for tensor in load_file(f"{out}/model.safetensors").values()}
            found.add(AutoConfig.from_pretrained(out).dtype)
            check(found == {dtype}, f"{out} has and says {found}")
            Comparison(out, data, binary).all()


class Comparison:
    def __init__(self, folder, data, binary):
        from transformers import AutoModelForCausalLM

        self.folder, self.data, self.binary = folder, data, binary
        self.text = Path(data).read_bytes().decode()
        self.model, self.tokenizer = opened(AutoModelForCausalLM, folder)
        self.length = self.model.config.max_position_embeddings

    def all(self):
        self.ids_and_text()
        self.loss()
        self.greedy()
        print(f"{self.folder}: Primer and transformers agree")

    def primer(self, *arguments):
        return primer(self.binary, *arguments)

    def primer_json(self, *arguments):
        return json.loads(self.primer(*arguments, "--json").splitlines()[-1])

    def encode(self, text):
        return self.tokenizer.encode(text, add_special_tokens=False)

    def ids_and_text(self):
        sample = self.text[:SAMPLE]
        theirs = self.encode(sample)
        ours = self.primer_json("tokenizer", "encode", self.folder, f"--text={sample}")["ids"]
        first = next((i for i, (a, b) in enumerate(zip(ours, theirs)) if a != b), min(len(ours), len(theirs)))
        check(ours == theirs, f"ids from number {first}: primer {ours[first:][:5]}, transformers {theirs[first:][:5]}")
        decoded = self.tokenizer.decode(theirs, clean_up_tokenization_spaces=False)
        check(decoded == sample, "transformers decodes another text than was encoded")
        printed = self.primer("tokenizer", "decode", self.folder, f"--ids={' '.join(map(str, ours))}")
        check(printed in (decoded, decoded + "\n"), "primer decodes another text than transformers")
        print(f"tokenizer: {len(ours)} ids and their text are equal ({type(self.tokenizer).__name__})")

    def loss(self):
        """Non-overlapping windows over the whole text; the last may be shorter, the first token is not predicted."""
        import torch
        from torch.nn.functional import cross_entropy

        ids = torch.tensor(self.encode(self.text))
        inputs, targets = ids[:-1], ids[1:]
        whole = len(inputs) // self.length * self.length
        rows = max(1, 2**24 // (self.length * self.model.config.vocab_size))  # 64 MiB of logits at a time
        pairs = list(zip(*(part[:whole].view(-1, self.length).split(rows) for part in (inputs, targets))))
        if whole < len(inputs):
            pairs.append((inputs[None, whole:], targets[None, whole:]))
        total = 0.0
        with torch.no_grad():
            for x, y in pairs:
                if x.numel():
                    logits = self.model(x, use_cache=False).logits
                    total += cross_entropy(logits.flatten(0, 1), y.flatten(), reduction="sum").item()
        theirs = total / len(inputs)
        ours = self.primer_json("eval", self.folder, "--data", self.data, "--precision", "f32")["loss"]
        check(abs(ours - theirs) <= TOLERANCE, f"loss: primer {ours:.6f}, transformers {theirs:.6f}")
        print(f"loss: primer {ours:.6f}, transformers {theirs:.6f}, over {len(inputs)} tokens")

    def greedy(self):
        import torch

        room = self.length - STEPS
        check(room > 0, f"a context of {self.length} leaves no room for a prompt and {STEPS} tokens")
        prompt = self.text[: min(room, 40)]
        while len(self.encode(prompt)) > room:
            prompt = prompt[:-1]
        vocabulary = self.model.config.vocab_size
        ours = self.primer_json(
            *("generate", self.folder, f"--prompt={prompt}", "--greedy", "--tokens", str(STEPS)),
            *("--precision", "f32", "--ignore-eos"),
            *("--logprobs", str(vocabulary)),
        )
        check(len(ours["ids"]) == len(ours["logprobs"]) == STEPS, f"primer generated {len(ours['ids'])} tokens")
        ids, furthest = self.encode(prompt), 0.0
        for step, (chosen, pairs) in enumerate(zip(ours["ids"], ours["logprobs"])):
            with torch.no_grad():
                theirs = self.model(torch.tensor([ids]), use_cache=False).logits[0, -1].log_softmax(0)
            seen = {pair["id"]: pair["logprob"] for pair in pairs}
            check(sorted(seen) == list(range(vocabulary)), f"step {step}: {len(seen)} of {vocabulary} log-chances")
            apart = (torch.tensor([seen[i] for i in range(vocabulary)]) - theirs).abs()
            furthest = max(furthest, apart.max().item())
            check(
                apart.max().item() <= TOLERANCE,
                f"step {step}, id {apart.argmax().item()}: log-chances {apart.max().item():.2e} apart",
            )
            best = theirs.argmax().item()
            check(chosen == best, f"step {step}: primer chose {chosen}, transformers {best}")
            ids.append(chosen)
        print(f"greedy: {STEPS} ids equal, {STEPS} x {vocabulary} log-chances at most {furthest:.1e} apart")


if __name__ == "__main__":
    main()
