#!/usr/bin/env python3
"""How training grows: tokens a second and memory, where one number of `tiny` at a time is changed.

    python3 benches/scale.py PRIMER TEXT [--steps 12] [--svg docs/pictures/scale.svg]

PRIMER is the program, built with --release. Prints a table for docs/measurements.md: what a few steps took, and what `--dry-run` says of the
same; and draws tokens/s against what was changed. Keep the machine idle meanwhile.
"""

import argparse
import json
import math
import statistics
import subprocess
import tempfile

TINY = {"layers": 4, "channels": 128, "heads": 4, "context": 64, "batch": 12}
CHANGES = {
    "width": [{"channels": n, "heads": n // 32} for n in (64, 128, 256, 512)],
    "depth": [{"layers": n} for n in (2, 4, 8, 16)],
    "context": [{"context": n, "batch": max(12 * 64 // n, 1)} for n in (64, 256, 1024, 4096)],
    "vocabulary": [{"tokenizer": f"bpe:{n}"} for n in (500, 2000, 8000)],
    "batch": [{"batch": n} for n in (3, 12, 48, 192)],
}
LEFT_OUT = 3
COLOURS = ("#1f77b4", "#d62728", "#2ca02c", "#9467bd", "#ff7f0e")


def events(command):
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def measured(primer, text, change, steps):
    """Tokens a second and bytes, as measured and as foretold."""
    flags = [part for name, value in (TINY | change).items() for part in (f"--{name}", str(value))]
    command = [primer, "train", "--data", text, *flags, "--threads", "2", "--json"]
    said = events([*command, "--dry-run"])[-1]
    with tempfile.TemporaryDirectory() as out:
        told = events([*command, "--steps", str(steps), "--eval-batches", "1", "--eval-every", "1000", "--out", out])
    speeds = [event["tokens_per_second"] for event in told if event["event"] == "step"]
    return statistics.median(speeds[LEFT_OUT:]), told[-1]["peak_bytes"], said


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("primer")
    parser.add_argument("text")
    parser.add_argument("--steps", type=int, default=12)
    parser.add_argument("--svg")
    args = parser.parse_args()
    curves = {}
    print("| | parameters | MFLOPs a token | tokens/s | GFLOP/s | peak, MB | foretold, MB | ratio |\n|---|---|---|---|---|---|---|---|")
    for name, changes in CHANGES.items():
        for change in changes:
            speed, peak, said = measured(args.primer, args.text, change, args.steps)
            what = ", ".join(f"{key} {value}" for key, value in change.items() if key != "heads")
            flops, foretold = said["flops_per_token"], said["memory_bytes"]
            print(
                f"| {what} | {said['parameters']:,} | {flops / 1e6:.1f} | {speed:,.0f} | {flops * speed / 1e9:.0f} "
                f"| {peak / 1e6:.0f} | {foretold / 1e6:.0f} | {foretold / peak:.2f} |",
                flush=True,
            )
            curves.setdefault(name, []).append((flops, speed))
    if args.svg:
        with open(args.svg, "w") as file:
            file.write(picture(curves))


def picture(curves):
    """Tokens a second against the work of a token, both logarithmic."""
    points = [point for curve in curves.values() for point in curve]
    bounds = [(math.log10(min(point[i] for point in points)), math.log10(max(point[i] for point in points))) for i in (0, 1)]

    def place(point):
        x, y = ((math.log10(number) - low) / ((high - low) or 1) for number, (low, high) in zip(point, bounds))
        return 80 + 500 * x, 360 - 300 * y

    lines = [
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 720 420" font-family="sans-serif" font-size="13">',
        '<rect width="720" height="420" fill="white"/>',
        '<text x="20" y="28" font-size="15">Tokens a second, where one number of tiny is changed</text>',
        '<text x="330" y="405" text-anchor="middle">FLOPs of a token</text>',
    ]
    for axis, (low, high) in enumerate(bounds):
        for power in range(math.floor(low), math.ceil(high) + 1):
            for digit in (1, 2, 5):
                number = digit * 10.0**power
                if low <= math.log10(number) <= high:
                    x, y = place((number, 10 ** bounds[1][0]) if axis == 0 else (10 ** bounds[0][0], number))
                    label = f"{number / 1e6:g}M" if axis == 0 else f"{number:,.0f}"
                    at = f'x="{x:.0f}" y="382" text-anchor="middle"' if axis == 0 else f'x="68" y="{y + 4:.0f}" text-anchor="end"'
                    lines.append(f"<text {at} fill=\"#555\">{label}</text>")
                    end = (x, 60) if axis == 0 else (580, y)
                    lines.append(f'<line x1="{x:.0f}" y1="{y:.0f}" x2="{end[0]:.0f}" y2="{end[1]:.0f}" stroke="#ddd"/>')
    for curve, colour in zip(curves.values(), COLOURS):
        places = [place(point) for point in sorted(curve)]
        path = " ".join(f"{x:.0f},{y:.0f}" for x, y in places)
        lines.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        lines += [f'<circle cx="{x:.0f}" cy="{y:.0f}" r="3.5" fill="{colour}"/>' for x, y in places]
    for i, (name, colour) in enumerate(zip(curves, COLOURS)):
        lines.append(f'<rect x="600" y="{70 + 24 * i}" width="18" height="4" fill="{colour}"/><text x="626" y="{77 + 24 * i}">{name}</text>')
    return "\n".join([*lines, "</svg>"]) + "\n"


if __name__ == "__main__":
    main()
