#!/usr/bin/env python3
"""Breaks one line at a time, in a copy of the tree, and demands that a test fails.

    python3 benches/mutations/run.py                 every mutation of list.toml
    python3 benches/mutations/run.py norm tape       those whose name or file holds one of these words
    python3 benches/mutations/run.py --folder DIR    keeps the copy and what was built, for the next time

Needs Python 3.11 and cargo. The exit status is 1 if a mutation survives or does not compile.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
LIMIT = 900  # seconds for one build or one run
# These need the built examples, and the pages: no mutation is theirs to find.
SKIP = ["--skip", "the_pages_show_what_the_examples_print"]


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("words", nargs="*", help="only mutations whose name or file holds one of these")
    arguments.add_argument("--folder", type=Path, help="where the copy is made and kept; else it is temporary")
    arguments.add_argument("--list", action="store_true", help="check that each line is found, and run nothing")
    given = arguments.parse_args()

    mutations = tomllib.loads((HERE / "list.toml").read_text())["mutation"]
    wanted = lambda one: any(word in one["name"] or word in one["file"] for word in given.words)
    mutations = [one for one in mutations if not given.words or wanted(one)]
    for one in mutations:
        mutated(ROOT, one)
    print(f"{len(mutations)} mutations, each of a line that stands once in its file")
    if given.list or not mutations:
        return
    if given.folder:
        verdicts = run_all(given.folder.resolve(), mutations)
    else:
        with tempfile.TemporaryDirectory(prefix="mutations-") as folder:
            verdicts = run_all(Path(folder), mutations)
    caught = sum(verdict == "caught" for verdict in verdicts)
    print(f"\n{caught} of {len(mutations)} mutations were caught")
    sys.exit(caught < len(mutations))


def run_all(folder, mutations):
    tree = folder / "tree"
    copy(tree)
    cargo = Cargo(tree, folder / "target")
    for package in sorted({package for one in mutations for package in one["packages"]}):
        build, failed = cargo.test(package)
        if not build or failed:
            sys.exit(f"{package} fails as it is: {failed or 'it does not compile'}")
    width = max(len(one["name"]) for one in mutations)
    verdicts = []
    for one in mutations:
        path = tree / "crates" / one["file"]
        whole = path.read_text()
        path.write_text(mutated(tree, one))
        try:
            verdict, by = judge(cargo, tree, one)
        finally:
            path.write_text(whole)
            for seeds in tree.rglob("*.proptest-regressions"):
                seeds.unlink()
        verdicts.append(verdict)
        print(f"{one['name']:{width}}  {verdict:9}  {by}", flush=True)
    return verdicts


def judge(cargo, tree, one):
    """The verdict on the tree as it stands, and which test gave it."""
    for package in one["packages"]:
        gradient = (tree / "crates" / package / "tests" / "gradient.rs").exists()
        for only in [["gradient::"]] * gradient + [[]]:
            build, failed = cargo.test(package, only)
            if not build:
                return "IS BAD", "it does not compile"
            if failed:
                return "caught", f"{package}: {failed}"
    return "SURVIVED", ""


class Cargo:
    def __init__(self, tree, target):
        self.tree = tree
        self.environment = os.environ | {"CARGO_TARGET_DIR": str(target), "RUST_BACKTRACE": "0"}

    def test(self, package, only=()):
        """Whether it compiles, and the name of a test that failed, of all or of those whose names hold a word."""
        command = ["cargo", "test", "--quiet", "--package", package, "--tests"]
        if self.run([*command, "--no-run"])[0] != 0:
            return False, None
        status, output = self.run([*command, "--", *only, *SKIP])
        if status == 0:
            return True, None
        names = re.findall(r"^test (\w\S*).* \.\.\. FAILED$|^    (\w[\w:]+)$", output, re.MULTILINE)
        return True, next((a or b for a, b in names), None) or sys.exit(f"{package} breaks off:\n{output}")

    def run(self, command):
        result = subprocess.run(
            command, cwd=self.tree, env=self.environment, text=True, timeout=LIMIT,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )
        return result.returncode, result.stdout


def mutated(root, one):
    """The text of the file with the one line changed."""
    lines = (root / "crates" / one["file"]).read_text().splitlines(keepends=True)
    places = [place for place, line in enumerate(lines) if line.strip() == one["line"]]
    if len(places) != 1:
        sys.exit(f"{one['name']}: {len(places)} lines of {one['file']} are: {one['line']}")
    line = lines[places[0]]
    indentation = line[: len(line) - len(line.lstrip())]
    becomes = one.get("becomes")
    lines[places[0]] = "" if becomes is None else f"{indentation}{becomes}\n"
    return "".join(lines)


def copy(tree):
    """What git knows or would add, as it stands on the disk; what has not changed is left alone."""
    known = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    names = subprocess.run(known, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    names = {name for name in names.split("\0") if name and (ROOT / name).is_file()}
    for old in [path for path in tree.rglob("*") if path.is_file() or path.is_symlink()]:
        if str(old.relative_to(tree)) not in names:
            old.unlink()
    for name in names:
        source, copied = ROOT / name, tree / name
        if copied.is_file() and copied.read_bytes() == source.read_bytes():
            continue
        copied.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, copied)


if __name__ == "__main__":
    main()
