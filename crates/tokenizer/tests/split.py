#!/usr/bin/env python3
"""Prints split.json: the pieces that the Hugging Face library finds. pip install tokenizers==0.23.*

Its engine (Oniguruma) runs the regular expressions that stand in src/split/spellings.rs, read from there.
"""

import json
import pathlib
import re

from tokenizers import Regex, pre_tokenizers

TEXTS = [
    "It's we'll I'D they'VE don't a'ſ x'K",
    "'sir x''s !!'s 's 'LL'm'",
    "a \n  ",
    "two  spaces, three   spaces   ",
    "a\n b \nc\n\nd \n\n  e\n \t",
    "x\u00a0y \u00a0z\u3000\u3000w\x85v\x1cu\u180et\u200bs",
    "1234567 1½²Ⅷ٣٤३𝟙 3rd",
    "camelCase HTMLParser XMLHttp's ABC ǅungla Ω",
    "日本語ABCdef文字Ab中AB",
    "e\u0301E\u0301F \u0301ABC \u0301's !\u0301 !!\u0301a",
    "हिन्दी ภาษาไทย العَرَبِيَّة",
    "👩\u200d👩\u200d👧 😀😀ʰªʰA",
    "http://a.b/c//\n/\r\n/ !!\r\n\r\n--\n/x",
    "\r\n\r\n a\r\n  b\r\r",
    "",
]


def main():
    source = pathlib.Path(__file__).with_name("..") / "src/split/spellings.rs"
    patterns = re.findall(r'r"(.*)",\n', source.read_text())
    cut = lambda pattern, text: [
        piece for piece, _ in pre_tokenizers.Split(Regex(pattern), "isolated").pre_tokenize_str(text)
    ]
    pieces = {pattern: [cut(pattern, text) for text in TEXTS] for pattern in patterns}
    print(json.dumps({"texts": TEXTS, "pieces": pieces}, indent=None))


main()
