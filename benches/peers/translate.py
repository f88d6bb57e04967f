"""Trains `torch.nn.Transformer` to translate, for a number of minutes, and measures what it says on held-out sentences.

    python3 benches/peers/translate.py --prepare eng-fra.zip pairs.tsv
    python3 benches/peers/translate.py pairs.tsv --tokenizer model/tokenizer.json --minutes 20 --out translations.txt
    python3 benches/peers/translate.py pairs.tsv --score translations.txt

Pairs are lines of sentence<TAB>translation. Held out are the sentences whose SHA-256 is small, with all of their
translations: the same as Primer holds out. `--score` measures lines of sentence<TAB>what was said, whoever wrote them.
"""

import argparse
import hashlib
import math
import random
import sys
import time
import warnings
import zipfile
from pathlib import Path

import environment


def prepare(source, out):
    """Every pair of the archive: the first two columns of each line. Later editions have a third, who wrote it."""
    with zipfile.ZipFile(source) as archive:
        lines = archive.read("fra.txt").decode().split("\n")
    pairs = ["\t".join(line.split("\t")[:2]) + "\n" for line in lines if line]
    Path(out).write_text("".join(pairs), encoding="utf-8", newline="")
    print(f"{len(pairs)} pairs in {out}")


def read(file):
    """Lines of two columns."""
    rows = Path(file).read_bytes().decode().split("\n")
    return [tuple(row.split("\t", 1)) for row in rows if row]


def split(pairs, fraction):
    """What is learned from, and each held-out sentence with all of its translations."""
    learned, held = [], {}
    for source, target in pairs:
        number = int.from_bytes(hashlib.sha256(source.encode()).digest()[:8], "big")
        if float(number) >= fraction * 2.0**64:
            learned.append((source, target))
        else:
            held.setdefault(source, []).append(target)
    return learned, held


def score(said, held):
    """Exact match and BLEU of what was said for each held-out sentence."""
    import sacrebleu

    missing = [source for source in held if source not in said]
    if missing:
        sys.exit(f"{len(missing)} of {len(held)} held-out sentences are not translated, for example: {missing[0]}")
    exact = sum(said[source] in references for source, references in held.items())
    most = max(map(len, held.values()))
    columns = [[(refs[i] if i < len(refs) else None) for refs in held.values()] for i in range(most)]
    bleu = sacrebleu.corpus_bleu([said[source] for source in held], columns).score
    print(f"{len(held)} held-out sentences: exact match {100 * exact / len(held):.2f} %, BLEU {bleu:.2f}")


class Words:
    """Primer's `tokenizer.json`."""

    def __init__(self, file):
        from tokenizers import Tokenizer

        self.tokenizer = Tokenizer.from_file(file)
        self.tokenizer.encode_special_tokens = True  # "<|endoftext|>" in a text is ordinary text here
        self.size = self.tokenizer.get_vocab_size()
        (self.tab,), (self.end,) = self.ids(["\t", "\n"])

    def ids(self, texts):
        return [one.ids for one in self.tokenizer.encode_batch(texts, add_special_tokens=False)]

    def text(self, ids):
        return self.tokenizer.decode(ids, skip_special_tokens=False)


def network(given, size):
    import torch
    from torch import nn

    class Translator(nn.Module):
        def __init__(self):
            super().__init__()
            channels = given.channels
            self.embedding = nn.Embedding(size, channels)  # read, written to and looked up again at the end
            nn.init.normal_(self.embedding.weight, std=channels**-0.5)
            self.transformer = nn.Transformer(
                *(channels, given.heads, given.layers, given.layers, given.hidden, given.dropout), batch_first=True
            )
            self.dropout = nn.Dropout(given.dropout)
            place = torch.arange(given.context)[:, None]
            wave = torch.exp(torch.arange(0, channels, 2) * (-math.log(10000.0) / channels))
            table = torch.stack([torch.sin(place * wave), torch.cos(place * wave)], dim=2)
            self.register_buffer("positions", table.flatten(1))  # (T, C)
            future = torch.ones(given.context, given.context, dtype=torch.bool).triu(1)
            self.register_buffer("future", future)  # (T, T), true where a word may not look

        def embed(self, ids):  # (B, T) -> (B, T, C)
            scaled = self.embedding(ids) * self.embedding.embedding_dim**0.5
            return self.dropout(scaled + self.positions[: ids.shape[1]])

        def encode(self, ids, padding):
            return self.transformer.encoder(self.embed(ids), src_key_padding_mask=padding)

        def decode(self, memory, memory_padding, ids):
            # What is padded in a translation is at its end: the mask of the future hides it from all words before.
            future = self.future[: ids.shape[1], : ids.shape[1]]
            return self.transformer.decoder(
                *(self.embed(ids), memory, future), memory_key_padding_mask=memory_padding, tgt_is_causal=True
            )

        def logits(self, hidden):
            return hidden @ self.embedding.weight.T

        def listen(self, memory):
            """For each layer of the decoder, the keys and values of what was read, and none of what was said yet."""
            layers = self.transformer.decoder.layers
            return [[heads(one.multihead_attn, memory, 1), heads(one.multihead_attn, memory, 2), None, None] for one in layers]

        def go_on(self, ids, kept, may):  # (B, 1) -> (B, 1, C)
            """`decode` for one more word, with the keys and values kept from those before."""
            past = 0 if kept[0][2] is None else kept[0][2].shape[2]
            x = self.embedding(ids) * self.embedding.embedding_dim**0.5 + self.positions[past]
            for layer, cache in zip(self.transformer.decoder.layers, kept):
                own = heads(layer.self_attn, x, 1), heads(layer.self_attn, x, 2)
                cache[2:] = own if past == 0 else (torch.cat(pair, dim=2) for pair in zip(cache[2:], own))
                x = layer.norm1(x + attend(layer.self_attn, x, *cache[2:], None))
                x = layer.norm2(x + attend(layer.multihead_attn, x, *cache[:2], may))
                x = layer.norm3(x + layer.linear2(layer.linear1(x).relu()))
            return self.transformer.decoder.norm(x)

    def heads(attention, x, part):  # (B, T, C) -> (B, H, T, D): the queries 0, keys 1 or values 2
        weight, bias = attention.in_proj_weight.chunk(3)[part], attention.in_proj_bias.chunk(3)[part]
        return nn.functional.linear(x, weight, bias).unflatten(2, (given.heads, -1)).transpose(1, 2)

    def attend(attention, x, keys, values, may):
        heard = nn.functional.scaled_dot_product_attention(heads(attention, x, 0), keys, values, attn_mask=may)
        return attention.out_proj(heard.transpose(1, 2).flatten(2))

    return Translator()


def padded(rows, fill):
    import torch

    longest = max(map(len, rows))
    return torch.tensor([row + [fill] * (longest - len(row)) for row in rows])


def batches(pairs, given, chance):
    """Endless batches: of 100 batches drawn together, those of about the same length go together."""
    while True:
        order = list(range(len(pairs)))
        chance.shuffle(order)
        pool = 100 * given.batch
        for start in range(0, len(order), pool):
            near = sorted(order[start : start + pool], key=lambda i: (len(pairs[i][1]), len(pairs[i][0])))
            cut, row = [], []
            for i in near:
                longest = len(pairs[i][0]) + len(pairs[i][1])
                if row and (len(row) == given.batch or (len(row) + 1) * longest > given.tokens_cap):
                    cut.append(row)
                    row = []
                row.append(i)
            cut.append(row)
            chance.shuffle(cut)
            for rows in cut:
                yield [pairs[i] for i in rows]


def rate(given, step, progress):
    """A linear climb, then half a cosine down, as far as the time is gone."""
    wave = given.min_lr + 0.5 * (1 + math.cos(math.pi * min(progress, 1.0))) * (given.lr - given.min_lr)
    return wave * min(1.0, (step + 1) / given.warmup)


def train(model, pairs, words, given):
    import torch
    from torch.nn.functional import cross_entropy

    arrays = list(model.parameters())
    groups = [
        {"params": [array for array in arrays if array.dim() >= 2], "weight_decay": 0.01},
        {"params": [array for array in arrays if array.dim() < 2], "weight_decay": 0.0},
    ]
    optimizer = torch.optim.AdamW(groups, lr=given.lr, betas=(0.9, 0.98), fused=True)
    feed = batches(pairs, given, random.Random(given.seed))
    model.train()
    began = shown = time.perf_counter()
    step, seen, tokens, loss_sum, loss_tokens = 0, 0, 0, 0.0, 0
    while True:
        elapsed = time.perf_counter() - began
        progress = max(elapsed / (60 * given.minutes), step / given.steps if given.steps else 0.0)
        if progress >= 1.0 or time.perf_counter() - shown > given.report:
            shown = time.perf_counter()
            mean = loss_sum / max(loss_tokens, 1)
            speed = f"{seen / elapsed:.0f} pairs/s  {tokens / elapsed:.0f} tokens/s"
            print(f"{elapsed / 60:6.2f} min  step {step}  loss {mean:.4f}  {speed}", flush=True)
            loss_sum, loss_tokens = 0.0, 0
        if progress >= 1.0:
            return
        for group in optimizer.param_groups:
            group["lr"] = rate(given, step, progress)
        batch = next(feed)
        sources = padded([source for source, _ in batch], -1)  # (B, S)
        inputs = padded([[words.tab] + target for _, target in batch], words.end)  # (B, T)
        targets = padded([target + [words.end] for _, target in batch], -1)
        padding, wanted = sources < 0, targets >= 0
        memory = model.encode(sources.clamp(min=0), padding)
        hidden = model.decode(memory, padding, inputs)
        loss = cross_entropy(model.logits(hidden[wanted]), targets[wanted], label_smoothing=given.label_smoothing)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(arrays, 1.0)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        count = int(wanted.sum())
        step, seen, tokens = step + 1, seen + len(batch), tokens + count + int((~padding).sum())
        loss_sum, loss_tokens = loss_sum + loss.item() * count, loss_tokens + count


def translate(model, sources, words, given):
    """Greedily, each sentence until its end or the end of the context. One that is too long is answered by nothing."""
    import torch

    encoded = dict(zip(sources, (ids + [words.end] for ids in words.ids(sources))))
    said = {source: "" for source in sources}
    order = sorted((source for source in sources if len(encoded[source]) <= given.context), key=lambda one: len(encoded[one]))
    model.eval()
    with torch.inference_mode():
        for start in range(0, len(order), 256):
            rows = order[start : start + 256]
            ids = padded([encoded[source] for source in rows], -1)
            padding = ids < 0
            kept = model.listen(model.encode(ids.clamp(min=0), padding))
            may = ~padding[:, None, None, :]  # (B, 1, 1, S)
            spoken = torch.full((len(rows), 1), words.tab)
            while rows:
                logits = model.logits(model.go_on(spoken[:, -1:], kept, may)[:, -1])
                spoken = torch.cat([spoken, logits.argmax(dim=1, keepdim=True)], dim=1)
                going = spoken[:, -1] != words.end
                if spoken.shape[1] > given.context:
                    going[:] = False
                if going.all():
                    continue
                for row, goes, line in zip(rows, going.tolist(), spoken[:, 1:].tolist()):
                    if not goes:
                        said[row] = words.text(line[:-1] if line[-1] == words.end else line)
                rows = [row for row, goes in zip(rows, going.tolist()) if goes]
                spoken, may, kept = spoken[going], may[going], [[part[going] for part in layer] for layer in kept]
    return {source: text.replace("\t", " ") for source, text in said.items()}


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pairs", nargs="?", help="lines of sentence<TAB>translation")
    parser.add_argument("--prepare", nargs=2, metavar=("ZIP", "OUT"), help="write the pairs of the archive, and end")
    parser.add_argument("--score", metavar="FILE", help="measure these lines of sentence<TAB>said, and end")
    parser.add_argument("--tokenizer", help="a tokenizer.json that Primer wrote")
    parser.add_argument("--out", help="where the translations of the held-out sentences go")
    parser.add_argument("--minutes", type=float, default=20.0, help="of training; evaluation comes on top")
    parser.add_argument("--steps", type=int, default=0, help="end after so many, too")
    for name, value in {"threads": 2, "layers": 3, "channels": 256, "heads": 4, "hidden": 1024, "batch": 64}.items():
        parser.add_argument(f"--{name}", type=int, default=value)
    for name, value in {"context": 64, "warmup": 400, "seed": 42}.items():
        parser.add_argument(f"--{name}", type=int, default=value)
    parser.add_argument("--tokens-cap", type=int, default=1 << 30, help="most tokens of a batch, padding included")
    for name, value in {"lr": 1e-3, "min-lr": 1e-5, "dropout": 0.1, "label-smoothing": 0.1, "val-fraction": 0.1}.items():
        parser.add_argument(f"--{name}", type=float, default=value)
    parser.add_argument("--report", type=float, default=10.0, help="seconds between two reports")
    return parser, parser.parse_args()


def main():
    parser, given = arguments()
    if given.prepare:
        return prepare(*given.prepare)
    if not given.pairs or not (given.score or given.tokenizer):
        parser.error("give a file of pairs, and --tokenizer or --score")
    environment.enter()
    learned, held = split(read(given.pairs), given.val_fraction)
    if given.score:
        return score(dict(read(given.score)), held)

    import torch

    warnings.filterwarnings("ignore", message=".*nested tensor.*")
    torch.set_num_threads(given.threads)
    torch.manual_seed(given.seed)
    words = Words(given.tokenizer)
    sources, targets = zip(*learned)
    ids = zip([ids + [words.end] for ids in words.ids(list(sources))], words.ids(list(targets)))
    pairs = [(source, target) for source, target in ids if max(len(source), len(target) + 1) <= given.context]
    model = network(given, words.size)
    count = sum(array.numel() for array in model.parameters())
    print(f"{len(pairs)} of {len(learned)} pairs fit into {given.context} tokens; {len(held)} sentences are held out")
    print(f"{count:,} parameters, a vocabulary of {words.size}, torch {torch.__version__}, {given.threads} threads")
    train(model, pairs, words, given)
    began = time.perf_counter()
    said = translate(model, list(held), words, given)
    print(f"translated in {time.perf_counter() - began:.1f} s")
    if given.out:
        lines = "".join(f"{source}\t{text}\n" for source, text in said.items())
        Path(given.out).write_text(lines, encoding="utf-8", newline="")
    score(said, held)


if __name__ == "__main__":
    main()
