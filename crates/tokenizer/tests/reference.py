#!/usr/bin/env python3
"""Prints reference.json: what others make of the same texts. pip install regex tokenizers==0.23.*

The splits are by the `regex` module with GPT-2's pattern, the rest is by the Hugging Face library.
"""

import json

import regex
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

PATTERN = r"'(?:[sdmt]|ll|ve|re)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"
TRAPS = [
    "It's we'll I'D they've don't", "'sir x''s !!'s 's 'LL", " leading", "trailing ", "two  spaces",
    "three   spaces   ", "\n", "\n\n", "a\nb", "a\n b", "a \nb", "a\n\nb", "a \n\n  b\n", "\t\ttab\tx", " \t x",
    "x\u00a0y", "x \u00a0y", "x\u3000\u3000y", "a\x85b", "a\x1cb", "a\u180eb", "a\u200bb", "1234abc5 6½²Ⅷ٣٤", "3rd 4",
    "naïve cafe\u0301", "x\u0345y ⓐⓑ", "हिन्दी", "中文字 中文", "👩‍👩‍👧 😀😀", "$5.00!", " ... (a) ", "", " ", "  ", "don’t",
]
TEXT = (
    "The cat sat on the mat. The cats sat on the mats, and the rats sat on the hats!\n"
    "It's the cat's hat, isn't it?  They'll say: \"we've 1234 cafés, naïve ones.\"\n\n  aaaaaaa abababab\n"
) * 2


def main():
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(vocab_size=320, initial_alphabet=alphabet, show_progress=False)
    tokenizer.train_from_iterator([TEXT], trainer)
    texts = [text for text in TRAPS if text] + [TEXT]
    reference = {
        "splits": [[text, regex.findall(PATTERN, text)] for text in TRAPS],
        "trained on": TEXT,
        "tokenizer": json.loads(tokenizer.to_str()),
        "ids": [[text, tokenizer.encode(text).ids] for text in texts],
        "broken": [[ids, tokenizer.decode(ids)] for ids in [[160, 103], [127, 64], [160], [255, 187]]],
    }
    print(json.dumps(reference, ensure_ascii=True))


main()
