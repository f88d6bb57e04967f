"""Puts a script into the Python that holds PyTorch and transformers, made on first use."""

import os
import subprocess
import sys
import venv
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent


def enter():
    """Starts the script again inside `$PRIMER_PEERS_VENV`, or `.venv` beside this file, unless it runs there."""
    folder = Path(os.environ.get("PRIMER_PEERS_VENV") or HERE / ".venv").resolve()
    if Path(sys.prefix).resolve() == folder:
        return
    python = folder / "bin" / "python"
    ready = folder / "ready"
    if "PRIMER_PEERS_VENV" in os.environ:
        if not python.exists():
            sys.exit(f"PRIMER_PEERS_VENV: {python} does not exist; unset it to have one made here")
    elif not ready.exists():
        print(f"installing PyTorch into {folder}, once", file=sys.stderr)
        venv.create(folder, with_pip=True, clear=True)
        subprocess.run([python, "-m", "pip", "install", "-q", "-r", HERE / "requirements.txt"], check=True)
        ready.touch()
    os.execv(python, [str(python), *sys.argv])


def primer(given):
    """The binary to measure: what was given, or this workspace's release build."""
    binary = Path(given or ROOT / "target" / "release" / "primer")
    if not binary.exists():
        sys.exit(f"{binary} does not exist; build it with `cargo build --release`, or name one with --primer")
    return str(binary.resolve())
