#!/bin/sh
# What each ingredient of `primer train --recipe fast` buys: trains with all of them, and without one after
# another, and prints the loss on the whole tail of the text at the end.
#
#   benches/fast.sh TEXT [SEEDS [options of primer train …]]
#
# PRIMER: the program [target/release/primer].
set -eu
text=$1
seeds=${2:-1}
shift
[ $# -gt 0 ] && shift
primer=${PRIMER:-target/release/primer}
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT

run() { # a name, then options
    name=$1
    shift
    printf '%s' "| $name |"
    for seed in $(seq "$seeds"); do
        "$primer" train --data "$text" --out "$out/model" --overwrite --seed "$seed" --eval-batches 0 \
            --eval-every 1000000 --save-every 1000000 --json "$@" 2>"$out/told" |
            sed -n 's/.*"event":"done".*"val_loss":\([0-9.]*\).*/ \1/p' | tr '\n' ' ' ||
            { cat "$out/told" >&2; exit 1; }
    done
    echo '|'
}

run 'all' --recipe fast "$@"
for name in rotary rms-norm qk-norm relu-squared zero-start value-skip first-skip shift schedule; do
    run "without $name" --recipe fast --without $name "$@"
done
run 'without muon' --recipe fast --muon 0 "$@"
