#!/usr/bin/env python3
"""Prints pipelines.json: what the Hugging Face library makes of the same texts. pip install tokenizers==0.23.*

Small tokenizers of each kind, and each normalizer, pre-tokenizer and decoder by itself.
"""

import json
import sys

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

TEXT = (
    "The cat sat on the mat. The cats sat on the mats, and the rats sat on the hats!\n"
    "It's the cat's hat, isn't it?  They'll say: \"we've 1234 cafés, naïve ones.\"\n\n  aaaaaaa abababab\n"
    "unaffable cats, unable rats; do n't say so, said the hatter. 2025 12345\n"
) * 2
TEXTS = [
    "", " ", "  ", "\n", "The cat sat.", " the cats' hats", "  two  spaces  ", "It's 12345 cats!\n\nno", "cafe\u0301 naïve CAFÉ", "ﬁ ½ Ⅷ ﷺ",
    "中文 日本語", "👩‍👩‍👧 😀", "a\u00a0b\u3000c\u200bd\ufeff", "x\x00\x01\x7fy\x85z", "▁the▁cat ▁", "<s>the</s>", "a <s> cat  </s> b<mask> c", "[CLS] a [SEP]b",
    "THINK think thinking think!", "un-able hat", "İ ẞ Σ ǅ", "unaffable unaffablex", "a\r\nb\tc", "<0x41>", "``the'' cat", "ababab" * 9, "1²3½4",
]
LLAMA3 = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
QWEN = LLAMA3.replace("{1,3}", "")


def trained(tokenizer, trainer, **settings):
    alphabet = pre_tokenizers.ByteLevel.alphabet() if settings.pop("bytes", False) else []
    tokenizer.train_from_iterator([TEXT], trainer(initial_alphabet=alphabet, show_progress=False, **settings))
    return tokenizer


def token(content, **flags):
    return AddedToken(content, **{"normalized": False, **flags})


def around(before, after, tokenizer):
    names = before + after
    return processors.TemplateProcessing(
        single=" ".join([*before, "$A", *after]),
        pair=" ".join([*before, "$A", *after, *before, "$B:1", *after]),
        special_tokens=[(name, tokenizer.token_to_id(name)) for name in names],
    )


def byte_level(cut, normalizer=None, ignore_merges=False, size=300):
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer, tokenizer.decoder = cut, decoders.ByteLevel()
    if normalizer:
        tokenizer.normalizer = normalizer
    trained(tokenizer, trainers.BpeTrainer, vocab_size=size, bytes=True)
    tokenizer.model.ignore_merges = ignore_merges
    return tokenizer


def gpt2():
    tokenizer = byte_level(pre_tokenizers.ByteLevel(add_prefix_space=True))
    tokenizer.post_processor = processors.ByteLevel(trim_offsets=False)
    tokenizer.add_special_tokens(["<s>", "</s>"])
    tokenizer.add_special_tokens([token("<mask>", lstrip=True)])
    tokenizer.post_processor = processors.RobertaProcessing(("</s>", 301), ("<s>", 300))
    return tokenizer


def llama3():
    split = pre_tokenizers.Split(Regex(LLAMA3), "isolated")
    tokenizer = byte_level(pre_tokenizers.Sequence([split, pre_tokenizers.ByteLevel(False, use_regex=False)]), size=330)
    vocabulary = json.loads(tokenizer.to_str())
    # A token that merges do not reach, as Llama 3's vocabulary has some.
    model = vocabulary["model"]
    model["ignore_merges"], model["vocab"]["Ġunable"] = True, len(model["vocab"])
    tokenizer = Tokenizer.from_str(json.dumps(vocabulary))
    tokenizer.add_special_tokens(["<s>", "</s>"])
    tokenizer.post_processor = processors.Sequence([processors.ByteLevel(trim_offsets=False), around(["<s>"], [], tokenizer)])
    return tokenizer


def qwen():
    split = pre_tokenizers.Split(Regex(QWEN), "isolated")
    cut = pre_tokenizers.Sequence([split, pre_tokenizers.ByteLevel(False, use_regex=False)])
    tokenizer = byte_level(cut, normalizers.NFC())
    tokenizer.add_special_tokens(["<s>"])
    tokenizer.add_tokens([token("think"), token("<mask>", special=False, rstrip=True)])
    return tokenizer


def falcon():
    cuts = [pre_tokenizers.Punctuation("contiguous"), pre_tokenizers.ByteLevel(add_prefix_space=False), pre_tokenizers.Digits(), pre_tokenizers.Split(Regex("[0-9][0-9][0-9]"), "isolated")]
    return byte_level(pre_tokenizers.Sequence(cuts))


def in_bytes_first():
    tokenizer = byte_level(pre_tokenizers.Split(" ", "merged_with_next"), normalizers.ByteLevel())
    tokenizer.add_tokens([token("thé", normalized=True)])
    return tokenizer


def llama2(metaspace=False):
    model = models.BPE(unk_token="<unk>", fuse_unk=True, byte_fallback=True)
    tokenizer = Tokenizer(model)
    steps = [decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)]
    if metaspace:
        tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="first", split=False)
        tokenizer.decoder = decoders.Sequence([decoders.Replace("▁", " "), *steps])
    else:
        tokenizer.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
        tokenizer.decoder = decoders.Sequence([decoders.Replace("▁", " "), *steps])
    specials = ["<unk>", "<s>", "</s>"] + [f"<0x{byte:02X}>" for byte in range(256)]
    trained(tokenizer, trainers.BpeTrainer, vocab_size=340, special_tokens=specials)
    file = json.loads(tokenizer.to_str())
    file["added_tokens"] = file["added_tokens"][:3]
    tokenizer = Tokenizer.from_str(json.dumps(file))
    tokenizer.post_processor = around(["<s>"], [], tokenizer)
    return tokenizer


def unigram():
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.normalizer = normalizers.Sequence([normalizers.Nmt(), normalizers.NFKC(), normalizers.Replace(Regex(" {2,}"), " "), normalizers.Strip(False, True)])
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.decoder = decoders.Metaspace()
    trained(tokenizer, trainers.UnigramTrainer, vocab_size=120, special_tokens=["<unk>", "<s>", "</s>"], unk_token="<unk>")
    tokenizer.post_processor = around([], ["</s>"], tokenizer)
    return tokenizer


def bert():
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]", max_input_chars_per_word=30))
    tokenizer.normalizer, tokenizer.pre_tokenizer = normalizers.BertNormalizer(), pre_tokenizers.BertPreTokenizer()
    tokenizer.decoder = decoders.WordPiece()
    specials = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "<mask>"]
    trained(tokenizer, trainers.WordPieceTrainer, vocab_size=150, special_tokens=specials)
    tokenizer.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    return tokenizer


def words():
    tokenizer = Tokenizer(models.WordLevel(unk_token="<unk>"))
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFD(), normalizers.Lowercase(), normalizers.StripAccents()])
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.Whitespace(), pre_tokenizers.Digits(individual_digits=True)])
    trained_words = trainers.WordLevelTrainer(special_tokens=["<unk>"], show_progress=False)
    tokenizer.train_from_iterator([TEXT], trained_words)
    tokenizer.add_special_tokens([token("<s>"), token("Think", normalized=True)])
    return tokenizer


def added():
    tokenizer = Tokenizer(models.BPE(unk_token="?"))
    tokenizer.normalizer = normalizers.Lowercase()
    trained(tokenizer, trainers.BpeTrainer, vocab_size=80, special_tokens=["?"])
    tokenizer.add_tokens([
        token("<s>", lstrip=True), token("</s>", rstrip=True, special=True), token("THINK", normalized=True, single_word=True), token("<mask>", lstrip=True, rstrip=True, special=True),
        token(" ", lstrip=True), token("cat"), token("cats"), token("hat", single_word=True), token("CAFÉ", normalized=True, special=True),
    ])
    return tokenizer


KINDS = [gpt2, llama3, qwen, falcon, in_bytes_first, llama2, lambda: llama2(metaspace=True), unigram, bert, words, added]
NAMES = ["gpt2", "llama3", "qwen", "falcon", "in bytes first", "llama2", "metaspace", "unigram", "bert", "words", "added"]

NORMALIZERS = [
    normalizers.NFC(), normalizers.NFD(), normalizers.NFKC(), normalizers.NFKD(), normalizers.Lowercase(), normalizers.StripAccents(), normalizers.Nmt(), normalizers.ByteLevel(),
    normalizers.Strip(True, False), normalizers.Strip(False, True), normalizers.Prepend("▁"), normalizers.Replace("a", "bb"), normalizers.Replace(Regex(r"\s+"), " "),
    normalizers.BertNormalizer(), normalizers.BertNormalizer(False, False, True, False), normalizers.BertNormalizer(True, True, False, True),
    normalizers.Sequence([normalizers.NFD(), normalizers.StripAccents(), normalizers.Replace("e", "é"), normalizers.NFC()]),
]
PRE_TOKENIZERS = [
    *(pre_tokenizers.Split(Regex(r"\d|-"), behavior, invert) for behavior in ["removed", "isolated", "merged_with_previous", "merged_with_next", "contiguous"] for invert in [False, True]),
    pre_tokenizers.Split("at", "isolated"), pre_tokenizers.Whitespace(), pre_tokenizers.WhitespaceSplit(), pre_tokenizers.BertPreTokenizer(), pre_tokenizers.Digits(), pre_tokenizers.Digits(True),
    pre_tokenizers.Punctuation(), pre_tokenizers.Punctuation("merged_with_next"), pre_tokenizers.CharDelimiterSplit("a"), pre_tokenizers.FixedLength(3),
    pre_tokenizers.Metaspace(), pre_tokenizers.Metaspace(prepend_scheme="never"), pre_tokenizers.Metaspace("_", "first", False), pre_tokenizers.ByteLevel(), pre_tokenizers.ByteLevel(False, use_regex=False),
    pre_tokenizers.Sequence([pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace(prepend_scheme="first")]), pre_tokenizers.Sequence([pre_tokenizers.Whitespace(), pre_tokenizers.ByteLevel(), pre_tokenizers.Digits(True)]),
]
DECODERS = [
    decoders.ByteLevel(), decoders.ByteFallback(), decoders.Fuse(), decoders.Metaspace(), decoders.Metaspace(prepend_scheme="never"), decoders.WordPiece(), decoders.WordPiece("@@", False),
    decoders.Replace("t", "TT"), decoders.Replace(Regex("[aeiou]"), "_"), decoders.Strip("t", 1, 0), decoders.Strip("e", 0, 1), decoders.BPEDecoder(),
    decoders.Sequence([decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 2, 0)]),
    decoders.Sequence([decoders.Fuse(), decoders.Replace(Regex("t.e"), "<>"), decoders.Strip("<", 1, 0)]), decoders.Sequence([decoders.ByteFallback(), decoders.Metaspace(), decoders.BPEDecoder("at")]),
    decoders.Sequence([decoders.ByteLevel(), decoders.WordPiece()]), None,
]
TOKENS = [
    ["▁the", "▁cat", "s", "▁", "▁!"], ["the", "##se", ".", "do", "not", "n't", "'s", "##'s", "@@x", "cat"], ["Ġthe", "Ã", "©", "é", "Ġ", "â", "Ĥ", "x"],
    ["<0xE2>", "<0x82>", "<0xAC>", "▁a", "<0xC3>", "b", "<0x41>", "<0xFF>", "<0xC3>", "<0xA9>"], ["the</w>", "cat</w>", "tat", "at</w>"], ["tthe", " ", "t", "one", "e", "ee"], ["▁▁the", "<0x0A>"],
]


def answers(tokenizer):
    out = []
    for text in TEXTS:
        tokenizer.encode_special_tokens = True
        plain = tokenizer.encode(text, add_special_tokens=False).ids
        tokenizer.encode_special_tokens = False
        special = tokenizer.encode(text).ids
        out.append([text, plain, special, tokenizer.decode(special, skip_special_tokens=False), tokenizer.decode(special)])
    return out


def state(part):
    return part and json.loads(part.__getstate__())


def main():
    pieces = lambda part, text: [piece for piece, _ in part.pre_tokenize_str(text)]
    texts = [text for text in TEXTS if text and len(text) < 50]
    few = ["The cat sat.", "  two  spaces  ", "It's 12345 cats!\n\nno", "a-1--b", "中文 日本語", "x\u3000▁y_ z", "1²3½4 a"]
    joined = lambda part, tokens: part.decode(tokens) if part else " ".join(tokens)
    kinds = {name: kind() for name, kind in zip(NAMES, KINDS)}
    reference = {
        "tokenizers": {name: [json.loads(tokenizer.to_str()), answers(tokenizer)] for name, tokenizer in kinds.items()},
        "normalizers": [[state(part), [[text, part.normalize_str(text)] for text in texts]] for part in NORMALIZERS],
        "pre_tokenizers": [[state(part), [[text, pieces(part, text)] for text in few]] for part in PRE_TOKENIZERS],
        "decoders": [[state(part), [[tokens, joined(part, tokens)] for tokens in TOKENS]] for part in DECODERS],
    }
    json.dump(reference, sys.stdout, ensure_ascii=False, separators=(",", ":"))
    print()


main()
