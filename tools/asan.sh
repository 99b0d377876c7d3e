#!/bin/sh
# Looks for memory errors with AddressSanitizer: runs the test programs, the tests in Rust, programs that are damaged at
# random and random programs that change everything under hot code.
#
#     tools/asan.sh                 all versions
#     tools/asan.sh 3.8 3.12        only these
#
# DAMAGED=20000 and RANDOM_PROGRAMS=500 are how many of the last two kinds there are. Random programs want a CPython of
# their version on PATH. The compiler may be a stable one; the build goes to target/asan and takes some minutes.
#
# Leaks are looked for in the tests in Rust: the command leaves its machine to the system when it exits. LeakSanitizer
# cannot run under ptrace (gdb, strace); there, set ASAN_OPTIONS=detect_leaks=0.
set -eu
cd "$(dirname "$0")/.."
versions=${*:-3.6 3.7 3.8 3.9 3.10 3.11 3.12 3.13 3.14}
host=$(rustc -vV | sed -n 's/^host: //p')

export RUSTC_BOOTSTRAP=1
export RUSTFLAGS="-Zsanitizer=address --cfg opyc_plain_heap ${RUSTFLAGS:-}"
export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-target}/asan"
# Memory has no limits yet: a program that wants all of it is stopped here, not the machine that it runs on.
export ASAN_OPTIONS="max_allocation_size_mb=2000:hard_rss_limit_mb=6000:${ASAN_OPTIONS:-}"

run() {
    echo "== $*"
    "$@"
}
# With a target, build scripts and macros are compiled without the sanitizer.
tests() {
    run cargo test --profile quick --target "$host" "$@"
}

for version in $versions; do
    OPYC_ONLY=$version tests --test programs programs_do
    OPYC_ONLY=$version OPYC_DAMAGE=0..${DAMAGED:-1000} tests --test damage
done
tests -p opyc-core --lib --tests
tests --test many_machines leaves_nothing
tests --test rungs --test overrides --test opcode_maps --test block_strategies --test endless
# Where the host holds values when a machine goes, its heap stays: these tests do so on purpose.
(
    export ASAN_OPTIONS="detect_leaks=0:$ASAN_OPTIONS"
    tests --test embed
)
for version in $versions; do
    # What is on PATH may be a shim for one that is not there.
    if "python$version" -c pass 2>/dev/null; then
        run tools/fuzz_caches.py "$CARGO_TARGET_DIR/$host/quick/opyc" "python$version" --count "${RANDOM_PROGRAMS:-50}"
    else
        echo "== no python$version: no random programs for it"
    fi
done
echo "== no memory errors"
