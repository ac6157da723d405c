#!/usr/bin/env bash
# Installs what the tests need, then runs them:
#
#   tests/run.sh [--all] [ARGUMENTS OF cargo test...]
#
# --all: also what takes minutes: cargo-deb, cargo-fuzz and starship, built from source, tests
# with Keycloak, MinIO, KeePassXC, KWallet, an sshd and the SDKs for Node and Go, an STS that hangs,
# the Debian package, a few seconds of every fuzz target, and the oldest Rust that will do.
set -euo pipefail
# shellcheck source=tests/setup.sh
source "$(dirname "${BASH_SOURCE[0]}")/setup.sh"

if [[ ${1-} == --all ]]; then
    shift
    export LEAPP_TEST_ALL=1
    for tool in cargo-deb cargo-fuzz; do
        command -v "$tool" >/dev/null || cargo install --locked "$tool" ||
            setup_unavailable+=("$tool")
    done
    setup_toolchain nightly
    setup_toolchain "$setup_oldest_rust"
    [[ -x $root/target/rig/starship/bin/starship ]] ||
        cargo install --locked starship --no-default-features --root "$root/target/rig/starship" ||
        setup_unavailable+=(starship)
    setup_keycloak
    setup_minio
    setup_keyrings
    setup_sdks
    # A service of the machine: nothing for somebody's own.
    [[ ${CI-} != true ]] || setup_programs sshd=openssh-server
fi

setup_programs "${setup_for_tests[@]}" "${setup_for_lints[@]}"
setup_python
setup_simplesamlphp
setup_report

cd "$root"
run=(cargo test --locked "$@")
# What is started in the background ignores Ctrl-C, and so would every program that a test starts.
if env --default-signal true 2>/dev/null; then run=(env --default-signal "${run[@]}"); fi
"${run[@]}"
