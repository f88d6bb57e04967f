"""Opens a folder that `primer train --architecture encoder-decoder` wrote in transformers, and compares both.

    python3 benches/peers/translations_open.py MODEL --data pairs.tsv

Compared are the ids of sentences, the loss over the whole file, the greedy translation of the first sentences and
the log-chance of each of them; and again after transformers has saved the model it opened, read by both. Ends with
status 1 and one line at the first that differs.

In transformers a sentence is given with a new line behind it, its end; a translation starts after a tab.
"""

import argparse
import json
import shutil
import tempfile
from pathlib import Path

import environment
from comparing import check, opened, primer

TOLERANCE = 1e-4  # of losses and of log-chances, a token
SENTENCES = 50  # to translate


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", help="a folder that `primer train --architecture encoder-decoder` wrote")
    parser.add_argument("--data", required=True, help="lines of sentence<TAB>translation, in the model's vocabulary")
    parser.add_argument("--primer", help="the binary (default: target/release/primer)")
    given = parser.parse_args()
    environment.enter()
    binary = environment.primer(given.primer)
    first = Comparison(given.model, given.data, binary)
    first.all()
    with tempfile.TemporaryDirectory() as again:
        first.model.save_pretrained(again)
        for name in ("tokenizer.json", "tokenizer_config.json"):  # the library adds steps to them that do nothing
            shutil.copy(Path(given.model) / name, again)
        print("saved by transformers and opened again:")
        Comparison(again, given.data, binary).all()
    print(f"{given.model}: Primer and transformers agree")


class Comparison:
    def __init__(self, folder, data, binary):
        from transformers import AutoModelForSeq2SeqLM

        self.folder, self.data, self.binary = folder, data, binary
        lines = Path(data).read_text(encoding="utf-8").split("\n")
        self.pairs = [line.rstrip("\r").split("\t") for line in lines if line.strip("\r")]
        self.model, self.tokenizer = opened(AutoModelForSeq2SeqLM, folder)
        self.start, self.end = self.encode("\t")[0], self.encode("\n")[0]
        config = self.model.config
        marks = (config.decoder_start_token_id, config.eos_token_id)
        check(marks == (self.start, self.end), f"start and end are {marks}, a tab and a new line {self.start, self.end}")

    def all(self):
        self.loss()
        self.translations()

    def primer(self, *arguments, text=None):
        """The lines, each of JSON, that Primer writes."""
        return [json.loads(line) for line in primer(self.binary, *arguments, "--json", text=text).splitlines()]

    def encode(self, text):
        return self.tokenizer.encode(text, add_special_tokens=False)

    def chances(self, sentence, translation):
        """The log-chance of each token of a translation, with its end: (T)"""
        import torch

        say = torch.tensor(translation)
        read = torch.tensor([[self.start, *translation[:-1]]])
        with torch.no_grad():
            logits = self.model(torch.tensor([sentence]), decoder_input_ids=read, use_cache=False).logits[0]
        return logits.log_softmax(1)[torch.arange(len(say)), say]

    def loss(self):
        total = count = 0
        for sentence, translation in self.pairs:
            chances = self.chances(self.encode(sentence + "\n"), self.encode(translation + "\n"))
            total, count = total - chances.sum().item(), count + len(chances)
        (ours,) = self.primer("eval", self.folder, "--data", self.data)
        check(ours["tokens"] == count, f"tokens: primer {ours['tokens']}, transformers {count}")
        ours, theirs = ours["loss"], total / count
        check(abs(ours - theirs) <= TOLERANCE, f"loss: primer {ours:.6f}, transformers {theirs:.6f}")
        print(f"loss: primer {ours:.6f}, transformers {theirs:.6f}, over {count} tokens")

    def translations(self):
        import torch

        sentences = list(dict.fromkeys(sentence for sentence, _ in self.pairs))[:SENTENCES]
        furthest = 0.0
        for ours in self.primer("translate", self.folder, text="\n".join(sentences) + "\n"):
            name, ids = ours["source"], self.encode(ours["source"] + "\n")
            check(ours["prompt_ids"] + [self.end] == ids, f"{name!r}: primer {ours['prompt_ids']}, transformers {ids}")
            said = self.model.generate(torch.tensor([ids]), do_sample=False, num_beams=1)[0].tolist()
            check(said[0] == self.start, f"{name!r}: transformers starts with {said[0]}")
            plain = said[1:-1] if said[-1] == self.end else said[1:]
            check(ours["ids"] == plain, f"{name!r}: primer says {ours['ids']}, transformers {plain}")
            text = self.tokenizer.decode(plain, clean_up_tokenization_spaces=False)
            check(ours["text"] == text, f"{name!r}: primer says {ours['text']!r}, transformers {text!r}")
            apart = abs(self.chances(ids, said[1:]).sum().item() - ours["logprob"]) / len(said[1:])
            check(apart <= TOLERANCE, f"{name!r}: log-chances are {apart:.2e} a token apart")
            furthest = max(furthest, apart)
        print(f"greedy: {len(sentences)} translations equal, their log-chances at most {furthest:.1e} a token apart")


if __name__ == "__main__":
    main()
