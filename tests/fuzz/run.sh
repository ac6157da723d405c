#!/usr/bin/env bash
# Runs the fuzz targets, one after the other:
#
#   tests/fuzz/run.sh [SECONDS [TARGET...]]
#
# Ten seconds each unless told otherwise. It needs a nightly Rust and `cargo install cargo-fuzz`. What
# a run finds beyond the committed seeds stays in tests/fuzz/corpus, what breaks in tests/fuzz/artifacts.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

seconds=${1:-10}
shift || true
targets=("$@")
[[ ${#targets[@]} -gt 0 ]] || mapfile -t targets < <(cd targets && printf '%s\n' *.rs | sed 's/\.rs$//')

# The same versions of everything as in the program itself.
cp ../../Cargo.lock Cargo.lock

# No sanitizer: there is no unsafe code of ours that it could watch.
options=(--fuzz-dir . --sanitizer none --release)
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$PWD/target}
cargo +nightly fuzz build "${options[@]}"

# Most targets write small files, very often.
[[ ! -w /dev/shm ]] || export TMPDIR=/dev/shm
for target in "${targets[@]}"; do
    echo "fuzzing $target for $seconds s" >&2
    mkdir -p "corpus/$target"
    cargo +nightly fuzz run "${options[@]}" "$target" "corpus/$target" "seeds/$target" -- \
        -max_total_time="$seconds" -timeout=20 -rss_limit_mb=2048 -verbosity=0 -print_final_stats=1
done
