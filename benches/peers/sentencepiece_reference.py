"""Small SentencePiece models of every kind, and what the `sentencepiece` package says of traps.

    python3 benches/peers/sentencepiece_reference.py > crates/tokenizer/tests/model_files.json

It learns from Primer's own pages and the traps below. The tables of characters are a few rules of our own: those of Unicode
would be larger than all the rest.
"""

import base64
import json
import random
import sys
import tempfile
from pathlib import Path

from environment import ROOT, enter

enter()
from sentencepiece import SentencePieceProcessor, SentencePieceTrainer  # noqa: E402

DEFINED = ["[REF]", "ab", "abc", "▁▁", "  ", "é", "<x>", "the"]
RULES = {"ﬁ": "fi", "ﬁﬁ": "FI", "é": "e\u0301", "\t": " ", "\u3000": " ", "\u200b": "", "㌕": "キログラム", "e\u0301e": "E", "É": "é"}
TRAPS = [
    "", " ", "   ", "the cat", " the  cat ", "The cats' hats, at 12:30.", "a\tb\nc\r\nd", "▁", "▁▁▁ a", "a ▁ b", "ababcabc abca[REF]the<x>",
    "水は水です", "ﬁﬁ é É e\u0301e E\u0301", "\u3000 x \u3000", "\u200b", "\u200b \u200b", "㌕㌕", "👩‍👩‍👧 café", "<unk><s></s><0x41>", "\u0001\u007f",
    "-" * 65, "a" * 70, " " * 33, "x" + " " * 17 + "y", "[REF] [REF]the the", "naïve Ⅷ ½ \u2047 \ufffd", "aab" * 20, "▁b▁▁▁▁▁▁▁",
]
KINDS = {
    "bpe": dict(model_type="bpe", vocab_size=420, byte_fallback=True, normalization_rule_name="identity", remove_extra_whitespaces=False),
    "bpe_rules": dict(model_type="bpe", vocab_size=200, rules=True),
    "bpe_defined": dict(model_type="bpe", vocab_size=420, byte_fallback=True, rules=True, user_defined_symbols=DEFINED, remove_extra_whitespaces=False),
    "unigram": dict(model_type="unigram", vocab_size=260, normalization_rule_name="identity"),
    "unigram_bytes": dict(model_type="unigram", vocab_size=480, byte_fallback=True, rules=True, remove_extra_whitespaces=False),
    "unigram_defined": dict(
        model_type="unigram", vocab_size=260, user_defined_symbols=DEFINED, control_symbols=["[C]"], add_dummy_prefix=False,
        remove_extra_whitespaces=False, normalization_rule_name="identity", unk_surface="?",
    ),
    "unigram_suffix": dict(model_type="unigram", vocab_size=260, treat_whitespace_as_suffix=True, rules=True),
    "char": dict(model_type="char", vocab_size=90, user_defined_symbols=DEFINED, rules=True),
}


def words(random, pieces):
    some = lambda: random.choice([*"ab ", " ", "▁", *TRAPS, *pieces]).replace("▁", random.choice("▁ "))
    return "".join(some() for _ in range(random.randrange(9)))


def reference(folder, name, rules=False, **options):
    if rules:
        table = folder / "rules.tsv"
        code = lambda text: " ".join(f"{ord(c):x}" for c in text)
        table.write_text("".join(f"{code(a)}\t{code(b)}\n" for a, b in RULES.items()))
        options["normalization_rule_tsv"] = str(table)
    SentencePieceTrainer.train(
        input=str(folder / "text"), model_prefix=str(folder / name), minloglevel=2, character_coverage=0.99, num_threads=1, **options
    )
    model = (folder / f"{name}.model").read_bytes()
    processor = SentencePieceProcessor(model_proto=model)
    chance = random.Random(name)
    pieces = [processor.id_to_piece(id) for id in range(len(processor))]
    texts = TRAPS + [words(chance, pieces) for _ in range(20)]
    drawn = [[chance.randrange(len(pieces)) for _ in range(chance.randrange(12))] for _ in range(20)]
    return {
        "model": base64.b64encode(model).decode(),
        "texts": [[text, processor.encode(text)] for text in texts],
        "ids": [[ids, processor.decode(ids)] for ids in drawn + [processor.encode(text) for text in TRAPS]],
    }


def main():
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        pages = [page.read_text() for page in sorted((ROOT / "docs").glob("*.md"))]
        (folder / "text").write_text("\n".join(pages + TRAPS * 3))
        all = {name: reference(folder, name, **options) for name, options in KINDS.items()}
    json.dump(all, sys.stdout, ensure_ascii=False, separators=(",", ":"))
    print()


if __name__ == "__main__":
    main()
