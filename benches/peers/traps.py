"""Texts on which tokenizers differ: each trap by itself, all of them as one text, and as many random strings as are wanted."""

import random

# Contractions in both cases and with the long s; what only looks like one.
CONTRACTIONS = [
    "It's we'll I'D they'VE don't he'S I'M you'RE 'tis y'all's rock'n'roll O'Neill's 'Ll 'vE",
    "a'ſ don\u2019t it\u2018s 's't're've'm'll'd 's 't ''s '' ' x' 'sa 'll1 \u02bcs 'K \u0149a",
]
# White space: runs, ends, every kind.
SPACES = [
    " ", "  ", "   ", " a", "  a", "a ", "a  ", " a  b   c    d     e", "\t", "\t\ta", " \t a\t b", "\n", "\n\n", "a\n", "a\n\n b\n  c\n\n\n",
    "a \n  ", "a\r\nb\r\n\r\n c\r\rd\n\r", "a\x0bb\x0cc", "x\x85y", "x\u00a0y \u00a0z", "x\u3000\u3000y", "\u2003\u2003w\u2009v\u202fu\u205ft",
    "x\u1680y\u2028z\u2029w", "x\u180ey\u200bz\ufeffw\u2060v", "\ufeffbom", " " * 97 + "x" + " " * 300, "\n" * 80 + " \n" * 40, "x\n \n  \n   y",
    "\u2581", "a\u2581b", " \u2581 \u2581\u2581a ", "\u2581\u2581\u2581", "\u0120the \u010a\u0120",
]
# Digits of many scripts.
DIGITS = [
    "1 12 123 1234 12345 1234567890", "1,234,567.89 -5 +3 1e-10 0x1F 3rd 4th 1st", "٣٤٥٦٧ ३४५६ ５６７８ 𝟙𝟚𝟛𝟜 ½ ⅔ ² ₃ Ⅷ ⅳ ① ⑳ 〇一二三 ௧௨௩",
    "a1b22c333d4444", "12/03/2024 10:45:03.250",
]
# Letters: case, title case, scripts, marks composed and not, what changes under NFC, NFKC or lower case.
LETTERS = [
    "camelCase HTMLParser XMLHttpRequest iOS eBAY ABCdEF ǅungla ǲ ǈ ΣΊΣΥΦΟΣ straße STRASSE ẞ İstanbul ıI K Å ﬁ ﬃ ﬅ ŉ ǆ",
    "naïve cafe\u0301 e\u0301\u0327\u0301 A\u030a \u0344 \u0345 \u0300\u0301 a\u0323\u0307 \u1e69 s\u0323\u0307 s\u0307\u0323 \u212b \u2126 \u00c5",
    "\u0301start A\u0301B\u0301c\u0301 !\u0301 !!\u0301a 1\u0301 \n\u0301 \u20dd x\u20dd \ufe0f\ufe0e",
    "ʰªʰA ʹaʹ ˀ ᵃᵇ ⁿ ₐ ⓐⒶ ㍿ ㈱ ｶﾞ ﾊﾟ か\u3099 が ｈｅｌｌｏ Ｗｏｒｌｄ ℌ 𝔘𝔫𝔦𝔠𝔬𝔡𝔢 𝓉𝒽ℯ ﷺ ﷼",
    "日本語ABCdef文字Ab中AB漢字かなカナ混じり文。句読点、「引用」！？", "中文字 中文　全角，标点。1人2人", "한국어 문장입니다. \u1112\u1161\u11ab\u1100\u1173\u11af 각 가\u11a8",
    "العَرَبِيَّةُ ١٢٣ لَا ﻻ ﷲ\u200f\u200e ‏عربي English مخلوط", "עִבְרִית שָׁלוֹם \ufb2a \u05e9\u05c1", "हिन्दी में क्षेत्र नमस्ते \u0958 क\u093c বাংলা தமிழ் తెలుగు ภาษาไทยไม่มีช่องว่าง ລາວ မြန်မာ ខ្មែរ བོད་ཡིག",
    "Ελληνικά άέήίόύώ Русский язык ё й и\u0306 Українська ґ Հայերեն ქართული አማርኛ ᏣᎳᎩ ᐃᓄᒃᑎᑐᑦ Tiếng Việt tiê\u0301ng",
    "\U00020000\U0002a6d6\U00030000 𐍈𐌰 𒀀𒁀 𓀀 \U0001e900\U0001e922 𞤀 \U000e0041\U000e007f \U0010ffff \uffff \ufffe \ufdd0 \u0378",
]
# What is no letter.
SIGNS = [
    "👩\u200d👩\u200d👧\u200d👦 👍🏽 🏳️\u200d🌈 🇩🇪🇫🇷 ❤️ ☺︎ #️⃣ 1️⃣ 😀😀😀 🤷🏿\u200d♀️ 🧑\u200d🚀\u200d",
    "http://a.b/c//d?e=f&g=h#i //\n/\r\n/ !!\r\n\r\n--\n/x /*\n*/ a/b \\n", "... … ?! !!! --- — – ~~ ** __ ## $$ %% ^^ && (((a))) [[b]] {{c}} <<d>> ''e'' \"\"f\"\" ``g``",
    "$5.00 €10 £3 ¥100 ₿1 50% ‰ §1 ©®™ °C ±1 ×2 ÷3 ∑∫√∞≈≠≤ →⇒ ♠♥ ■□ ░▒▓ ┌─┐", "a_b __init__ self._x a-b e.g. i.e. U.S.A. Ph.D. 3.14 v1.2.3-rc.1+b",
    "\x00", "\x00\x01\x02\x07\x08\x0e\x1b[0m\x1c\x1d\x1e\x1f\x7f\x80\x9f\xad", "a\x00b\x1cc\xadd", "\ufffd \ufffd\ufffd", "\ue000\uf8ff", "\u202ebidi\u202c \u2066x\u2069",
]
# Special tokens of many vocabularies, as text.
SPECIALS = [
    "<|endoftext|>", "a<|endoftext|>b <|endoftext|> c\n<|endoftext|>", "<s>", "</s> <s> a</s>b <unk><pad> <mask> [CLS] a [SEP] [PAD] [UNK] [MASK] b", "<|begin_of_text|><|end_of_text|> <|eot_id|>",
    "<|im_start|>user\nHi<|im_end|>\n", "<think>\n\n</think> <tool_call>", "<bos><eos> <start_of_turn>user\nhi<end_of_turn>", "<|start|>assistant<|channel|>final<|message|>hi<|return|>",
    "[INST] hi [/INST] [TOOL_CALLS]", "<0x0A> <0x41><0xFF>", "<|endoftext", "<|endoftext|", "<<|endoftext|>>", "<|ENDOFTEXT|>", "<unused0> <table> <h1>a</h1> [multimodal]", "<extra_id_0>",
    "<repo_name>a<file_sep>b<filename>c<gh_stars>d<|fim_prefix|>e<|fim_suffix|>f<|fim_middle|>",
]
# Long runs of one thing: no word boundary, and merges that overlap.
RUNS = [one * count for one in ["a", "A", "ab", "0", " ", "\n", "\t", "^", "=", "-", "é", "中", "\u0301", "😀", "'s", "\u00a0", "аб", "\u2581", "x ", "aA"] for count in [2, 3, 7, 16, 31, 33, 255, 1000]]
EMPTY = [""]

TRAPS = EMPTY + CONTRACTIONS + SPACES + DIGITS + LETTERS + SIGNS + SPECIALS + RUNS
TRAPS += ["".join(TRAPS), "\n".join(TRAPS), " ".join(reversed(TRAPS))]

RANGES = [
    (0x20, 0x7E), (0x00, 0xFF), (0x100, 0x24F), (0x250, 0x2FF), (0x300, 0x36F), (0x370, 0x52F), (0x590, 0x6FF), (0x900, 0xDFF), (0xE00, 0x109F), (0x10A0, 0x1FFF), (0x2000, 0x2BFF),
    (0x3000, 0x30FF), (0x4E00, 0x9FFF), (0xAC00, 0xD7A3), (0xE000, 0xFFFF), (0x1D400, 0x1D7FF), (0x1F300, 0x1FAFF), (0x10000, 0x10FFFF),
]


def strings(count, seed, words):
    """`count` strings of at most some dozens of characters, drawn in eight ways; `words` are real ones."""
    draw = random.Random(seed)
    pieces = [piece for trap in TRAPS if len(trap) < 200 for piece in [*trap.split(" "), *trap[:40]] if piece]
    spaces = [" ", " ", "  ", "\n", "\r\n", "\t", "\u00a0", "\u3000", "   ", "\n\n", "\x85"]

    def character(ranges=RANGES):
        return chr(draw.randint(*draw.choice(ranges)))

    def any_characters():
        return "".join(character() for _ in range(draw.randint(0, 24)))

    def one_script():
        some = [draw.choice(RANGES), (0x300, 0x36F), (0x20, 0x20)]
        return "".join(character(some) for _ in range(draw.randint(1, 24)))

    def printable():
        return "".join(chr(draw.randint(0x20, 0x7E)) for _ in range(draw.randint(1, 40)))

    def few_letters():
        some = draw.sample("abcdefghilmnorstuwy ABET'1.\n", 4)
        return "".join(draw.choice(some) for _ in range(draw.randint(1, 48)))

    def trapped():
        return "".join(draw.choice(pieces) + draw.choice(["", "", " "]) for _ in range(draw.randint(1, 8)))

    def spaced():
        return "".join(draw.choice(spaces) if draw.random() < 0.7 else draw.choice(pieces) for _ in range(draw.randint(1, 16)))

    def joined_words():
        return "".join(draw.choice(words)[: draw.randint(1, 12)] + draw.choice(["", "", " ", "'s", "-"]) for _ in range(draw.randint(1, 6)))

    def repeated():
        return "".join(draw.choice(pieces)[:3] * draw.randint(1, 20) for _ in range(draw.randint(1, 3)))

    ways = [any_characters, one_script, printable, few_letters, trapped, spaced, joined_words, repeated]
    for number in range(count):
        text = ways[number % len(ways)]()
        yield "".join(c for c in text if not 0xD800 <= ord(c) < 0xE000)


def byte_strings(count, seed):
    """`count` strings of bytes, most of which are no text."""
    draw = random.Random(seed)
    for number in range(count):
        length = draw.randint(0, 32)
        if number % 2:
            yield draw.randbytes(length)
        else:  # nearly a text: one broken in a few places
            text = bytearray(" ".join(draw.choices(TRAPS[1:40], k=2)).encode()[:64])
            for _ in range(draw.randint(1, 3)):
                if text:
                    text[draw.randrange(len(text))] = draw.randrange(256)
            yield bytes(text)
