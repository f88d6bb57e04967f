#!/usr/bin/env python3
"""Makes the small files that the fuzzers start from: python fuzz/seeds/make.py. pip install tokenizers sentencepiece torch transformers gguf"""

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


LLAMA = {"vocab_size": 3, "max_position_embeddings": 4, "hidden_size": 2, "num_hidden_layers": 1, "intermediate_size": 2}
BLOCK = {
    "skip": 2, "attention_norm.rms.gain": 4, "shift.own": 4, "shift.before": 4, "reminder.weight": (3, 4), "attention.query.weight": (4, 4),
    "attention.key.weight": (4, 4), "attention.value.weight": (4, 4), "attention.output.weight": (4, 4), "attention.query_norm.gain": 2,
    "attention.key_norm.gain": 2, "feed_forward_norm.rms.gain": 4, "feed_forward.expand.weight": (2, 4), "feed_forward.project.weight": (4, 2),
}
SPRINT = {"token.weight": (3, 4), "first_norm.rms.gain": 4, "norm.rms.gain": 4, "output": (3, 4)} | {f"blocks.0.{name}": shape for name, shape in BLOCK.items()}

CONFIGS = {  # the first four are those of fuzz_targets/safetensors.rs, in its order
    "gpt2": {"model_type": "gpt2", "vocab_size": 3, "n_positions": 4, "n_embd": 2, "n_layer": 1, "n_head": 1, "n_inner": 2},
    "llama": LLAMA | {"model_type": "llama", "num_attention_heads": 1, "tie_word_embeddings": True},
    "qwen3": LLAMA | {"model_type": "qwen3", "num_attention_heads": 2, "num_key_value_heads": 1, "head_dim": 2, "attention_bias": True},
    "marian": {
        "model_type": "marian", "vocab_size": 3, "max_position_embeddings": 4, "d_model": 2, "activation_function": "relu",
        **{f"{half}_{part}": size for half in ("encoder", "decoder") for part, size in (("layers", 1), ("attention_heads", 1), ("ffn_dim", 2))},
        "decoder_start_token_id": 0, "eos_token_id": 1,
    },
    "llama3": LLAMA | {
        "model_type": "llama", "num_attention_heads": 1, "mlp_bias": True, "eos_token_id": [1, 2],
        "rope_parameters": {"rope_theta": 500000.0, "rope_type": "llama3", "factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0, "original_max_position_embeddings": 2},
    },
    "mistral": LLAMA | {"model_type": "mistral", "num_attention_heads": 8, "head_dim": 2, "sliding_window": 3, "rope_theta": 1e6, "rope_scaling": {"type": "linear", "factor": 2}},
    "qwen2": LLAMA | {
        "model_type": "qwen2", "num_attention_heads": 1, "num_key_value_heads": 1, "use_sliding_window": True, "sliding_window": 2,
        "max_window_layers": 0, "layer_types": ["sliding_attention"], "quantization_config": None, "hidden_act": "silu", "rms_norm_eps": 1e-6,
    },
    "sprint": {"model_type": "primer-sprint", "vocab_size": 3, "n_positions": 4, "n_embd": 4, "n_layer": 1, "n_head": 2, "n_inner": 2},
    "generation": {"do_sample": True, "temperature": 0.6, "top_k": 20, "top_p": 0.9, "repetition_penalty": 1.1, "bos_token_id": 1, "eos_token_id": [2, 3]},
    "index": {"metadata": {"total_size": 4}, "weight_map": {"a": "model-00001-of-00002.safetensors", "b": "model-00002-of-00002.safetensors"}},
}


def config_json():
    (HERE / "config_json").mkdir(exist_ok=True)
    for name, config in CONFIGS.items():
        (HERE / f"config_json/{name}.json").write_text(json.dumps(config, separators=(",", ":")) + "\n")


def safetensors():
    import torch
    from safetensors.torch import save
    from transformers import AutoConfig, AutoModelForCausalLM, MarianMTModel

    (HERE / "safetensors").mkdir(exist_ok=True)
    for i, (name, config) in enumerate(list(CONFIGS.items())[:4]):
        torch.manual_seed(i)
        config = AutoConfig.for_model(**config | {"pad_token_id": 0, "scale_embedding": True, "bos_token_id": None})
        model = (MarianMTModel if name == "marian" else AutoModelForCausalLM.from_config)(config)
        tensors = {key: tensor.clone() for key, tensor in model.state_dict().items() if key.endswith("shared.weight") or not ("embed_" in key and name == "marian")}
        if name != "qwen3":  # the others are tied
            tensors.pop("lm_head.weight")
        for kind, dtype in (("f32", torch.float32), ("bf16", torch.bfloat16)):
            bytes_ = save({key: tensor.to(dtype) for key, tensor in tensors.items()})
            (HERE / f"safetensors/{name}.{kind}").write_bytes(bytes([i]) + bytes_)
    # Of no other program.
    tensors = {name: torch.ones(shape) for name, shape in SPRINT.items()}
    (HERE / "safetensors/sprint.f32").write_bytes(bytes([4]) + save(tensors))


def gguf():
    import numpy
    from gguf import GGUFWriter, TokenType

    (HERE / "gguf").mkdir(exist_ok=True)
    sizes = {"context_length": 4, "embedding_length": 4, "block_count": 1, "feed_forward_length": 6, "head_count": 2}
    pieces = [*SPECIAL, *(f"<0x{byte:02X}>" for byte in range(256)), "▁", "t", "h", "e", "▁t", "he", "▁the"]
    pairs = ["<s>", "t", "h", "e", "Ġ", "th", "the", "Ġthe", "<x>"]
    kinds = [TokenType.UNKNOWN] + [TokenType.CONTROL] * 2 + [TokenType.BYTE] * 256 + [TokenType.NORMAL] * 7
    for architecture in ["llama", "qwen2", "gpt2"]:
        writer = GGUFWriter(HERE / f"gguf/{architecture}.gguf", architecture)
        for key, size in sizes.items():
            getattr(writer, f"add_{key}")(size)
        if architecture == "llama":
            writer.add_tokenizer_model("llama")
            writer.add_token_list(pieces)
            writer.add_token_types(kinds)
            writer.add_token_scores([-float(id) for id in range(len(pieces))])
            writer.add_tensor("rope_freqs.weight", numpy.array([2], dtype=numpy.float32))
        else:
            writer.add_tokenizer_model("gpt2")
            writer.add_tokenizer_pre("qwen2" if architecture == "qwen2" else "smollm")
            writer.add_token_list(pairs)
            writer.add_token_types([TokenType.CONTROL] + [TokenType.NORMAL] * 7 + [TokenType.USER_DEFINED])
            writer.add_token_merges(["t h", "th e", "Ġ the"])
            writer.add_bos_token_id(0)
            writer.add_add_bos_token(True)
        writer.add_tensor("token_embd.weight", numpy.ones((3, 4), dtype=numpy.float16))
        writer.add_tensor("blk.0.attn_norm.weight", numpy.ones(4, dtype=numpy.float32))
        if architecture == "gpt2":
            writer.add_tensor("blk.0.attn_qkv.weight", numpy.ones((12, 4), dtype=numpy.float32))
        else:
            writer.add_tensor("blk.0.attn_q.weight", numpy.ones((4, 4), dtype=numpy.float32))
            writer.add_tensor("blk.0.attn_q.bias", numpy.ones(4, dtype=numpy.float32))
        writer.write_header_to_file()
        writer.write_kv_data_to_file()
        writer.write_tensors_to_file()
        writer.close()


def manifest():
    (HERE / "manifest").mkdir(exist_ok=True)
    settings = {
        "architecture": "gpt", "layers": 1, "heads": 2, "kv_heads": 2, "channels": 4, "hidden": 8, "context": 4, "bias": False, "batch": 2,
        "accumulate": 1, "steps": 2, "lr": 0.001, "min_lr": 0.0001, "warmup": 1, "beta1": 0.9, "beta2": 0.99, "weight_decay": 0.1, "clip": 1.0,
        "dropout": 0.1, "label_smoothing": 0.0, "val_fraction": 0.1, "tokenizer": "char", "precision": "f32", "from": None, "lora_rank": 0,
        "lora_alpha": 0.0, "without": [], "muon": 0.0, "seed": 42, "eval_every": 1, "eval_batches": 20, "save_every": None, "keep": 3,
    }
    files = {name: {"bytes": 4, "sha256": "0" * 64} for name in ("config.json", "model.safetensors", "optimizer.safetensors")}
    # The first format has no checksum of its own, which would hide all that comes after it.
    whole = {"format": 1, "step": 1, "skipped": 0, "shares": 2, "data": ["a.txt"], "text": "0" * 64, "settings": settings, "files": files}
    (HERE / "manifest/first.json").write_text(json.dumps(whole))


def chat_template():
    (HERE / "chat_template").mkdir(exist_ok=True)
    cases = json.loads((HERE / "../../crates/primer/tests/chat_template_cases.json").read_text())
    for name, template in cases["templates"].items():
        (HERE / f"chat_template/{name.replace(' ', '_')}.jinja").write_text(template["source"])
    hostile = [
        "{% set ns = namespace(l=[1]) %}{% for i in range(9) %}{% set ns.l = ns.l + ns.l * 2 %}{% endfor %}{{ ns.l | tojson }}",
        "{% macro m(a, b=[1]) %}{{ caller(a) }}{% endmacro %}{% call(x) m(b=2, a=[3, (4,)]) %}{{ x[::-1] }}{% endcall %}",
        "{% for x in [1, [2]] recursive %}{{ loop(x) if x is sequence else x ~ loop.cycle('a', 'b') }}{% else %}{% endfor %}",
        "{% with d = {'a': [1]} %}{{ d.items() | list }}{{ 'x y'.split() | map('upper') | join('-') }}{% endwith %}",
        "{% set x | replace('a', 'bb') %}a{% endset %}{{ '%s' | format(x) }}{{ '{}'.format(x) }}{{ x in [x] and 1 < 2 <= 3 }}",
        "{{ messages | selectattr('role', 'eq', 'user') | map(attribute='content') | sort | unique | batch(2) | list }}",
    ]
    for number, source in enumerate(hostile):
        (HERE / f"chat_template/hostile_{number}.jinja").write_text(source)


for make in [byte_level, byte_fallback, unigram, word_piece, ranks, sentencepiece, config_json, safetensors, gguf, manifest, chat_template]:
    make()
