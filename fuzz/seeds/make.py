#!/usr/bin/env python3
"""Makes the small files that the fuzzers start from: python fuzz/seeds/make.py. pip install tokenizers sentencepiece"""

import base64
import json
from pathlib import Path

from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

HERE = Path(__file__).parent
TEXT = ["the cat's hat, the cats' hats", "a naïve café 中文 12 345"] * 3
SPECIAL = ["<unk>", "<s>", "</s>"]


def save(name, tokenizer):
    file = json.loads(tokenizer.to_str())
    (HERE / "tokenizer_json" / f"{name}.json").write_text(json.dumps(file, ensure_ascii=False, separators=(",", ":")) + "\n")


def template():
    return processors.TemplateProcessing(single="<s> $A </s>", pair="<s> $A </s> $B </s>", special_tokens=[("<s>", 1), ("</s>", 2)])


def byte_level():
    tokenizer = Tokenizer(models.BPE(ignore_merges=True))
    pattern = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
    split = pre_tokenizers.Split(Regex(pattern), "isolated")
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([split, pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])
    tokenizer.normalizer = normalizers.NFC()
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.train_from_iterator(TEXT, trainers.BpeTrainer(vocab_size=275, special_tokens=SPECIAL, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False))
    tokenizer.post_processor = processors.Sequence([processors.ByteLevel(), template()])
    save("byte_level", tokenizer)


def byte_fallback():
    bytes_ = [f"<0x{byte:02X}>" for byte in range(256)]
    pieces = ["▁", "t", "h", "e", "c", "a", "▁t", "he", "▁the", "at", "▁c", "▁cat"]
    vocab = {token: id for id, token in enumerate([*SPECIAL, *bytes_, *pieces])}
    merges = [("▁", "t"), ("h", "e"), ("▁t", "he"), ("a", "t"), ("▁", "c"), ("▁c", "at")]
    tokenizer = Tokenizer(models.BPE(vocab, merges, unk_token="<unk>", fuse_unk=True, byte_fallback=True))
    tokenizer.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    tokenizer.decoder = decoders.Sequence([decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)])
    tokenizer.add_special_tokens(SPECIAL)
    tokenizer.post_processor = template()
    save("byte_fallback", tokenizer)


def unigram():
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.normalizer = normalizers.Sequence([normalizers.Replace(Regex(" {2,}"), " "), normalizers.NFKD(), normalizers.StripAccents(), normalizers.Lowercase()])
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace()])
    tokenizer.decoder = decoders.Metaspace()
    tokenizer.train_from_iterator(TEXT, trainers.UnigramTrainer(vocab_size=60, unk_token="<unk>", special_tokens=SPECIAL, show_progress=False))
    tokenizer.post_processor = template()
    save("unigram", tokenizer)


def word_piece():
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.decoder = decoders.WordPiece()
    special = ["[UNK]", "[CLS]", "[SEP]"]
    tokenizer.train_from_iterator(TEXT, trainers.WordPieceTrainer(vocab_size=60, special_tokens=special, show_progress=False))
    tokenizer.post_processor = processors.BertProcessing(("[SEP]", 2), ("[CLS]", 1))
    save("word_piece", tokenizer)


def ranks():
    tokens = [bytes([byte]) for byte in range(256)] + [b"th", b" t", b" th", b"the", b" the", b"at", b"cat", b"\xe4\xb8"]
    lines = [base64.b64encode(token) + b" " + str(rank).encode() + b"\n" for rank, token in enumerate(tokens)]
    (HERE / "tiktoken").mkdir(exist_ok=True)
    (HERE / "tiktoken/small.tiktoken").write_bytes(b"".join(lines))
    vocab = [{"rank": rank, "token_bytes": base64.b64encode(token).decode()} for rank, token in enumerate(tokens)]
    config = {"pattern": r" ?\p{L}+|\s+|[^\s\p{L}]+", "num_vocab_tokens": len(vocab), "default_vocab_size": len(vocab) + 3, "default_num_special_tokens": 3, "version": "v3"}
    special = [{"rank": 0, "token_str": "<unk>", "is_control": True}]
    file = {"config": config, "vocab": vocab, "special_tokens": special}
    (HERE / "tiktoken/tekken.json").write_text(json.dumps(file, separators=(",", ":")) + "\n")


def sentencepiece():
    from sentencepiece import SentencePieceTrainer

    (HERE / "sentencepiece").mkdir(exist_ok=True)
    for kind, vocabulary in [("unigram", 40), ("bpe", 300)]:
        prefix = HERE / "sentencepiece" / kind
        settings = {"byte_fallback": kind == "bpe", "normalization_rule_name": "identity", "minloglevel": 2, "hard_vocab_limit": False}
        SentencePieceTrainer.train(sentence_iterator=iter(TEXT), model_prefix=str(prefix), model_type=kind, vocab_size=vocabulary, **settings)
        prefix.with_suffix(".vocab").unlink()


for make in [byte_level, byte_fallback, unigram, word_piece, ranks, sentencepiece]:
    make()
