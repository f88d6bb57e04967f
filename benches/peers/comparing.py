"""What every comparison with transformers needs."""

import subprocess
import sys


def check(holds, message):
    if not holds:
        sys.exit(f"differs: {message}")


def opened(kind, folder):
    """The model and the tokenizer of a folder, by one of the library's Auto classes: whole, or not at all."""
    from transformers import AutoTokenizer, logging

    logging.set_verbosity_error()
    logging.disable_progress_bar()
    model, found = kind.from_pretrained(folder, output_loading_info=True)
    # transformers draws what it misses at random, without a word
    for what in ("missing_keys", "unexpected_keys", "mismatched_keys"):
        check(not found[what], f"{folder}/model.safetensors has {what}: {sorted(found[what])}")
    return model.float().eval(), AutoTokenizer.from_pretrained(folder)


def primer(binary, *arguments, text=None):
    """The standard output of Primer."""
    done = subprocess.run([binary, *arguments], input=text, capture_output=True, encoding="utf-8")
    command = " ".join(arguments[:2])
    check(done.returncode == 0, f"`primer {command}` ended with {done.returncode}: {done.stderr.strip()}")
    return done.stdout
