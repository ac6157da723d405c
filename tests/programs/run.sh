#!/usr/bin/env bash
# Runs real programs that read AWS credentials through every way in which leapp hands them over, and through
# every state in which it must not. One server on loopback records whose key signed each request.
#
#   tests/programs/run.sh [--quick] [--install-only] [OPTIONS]
#
# --quick         the few programs that run in every CI run; otherwise all, which takes half an hour
# --install-only  installs the programs and stops
#
# Other options go to the harness (see --help). Some of them:
#   --program boto --way exec --way env-fails --state metadata   narrows it down
#   --record FILE        keeps the results, and adds those of this run
#   --page FILE          writes the document from the record: docs/programs.md
#   --binaries DIR       where leapp and leapp-exec are; by default target/debug
set -euo pipefail
# shellcheck source=tests/programs/install.sh
source "$(dirname "${BASH_SOURCE[0]}")/install.sh"

install_only=''
options=()
quick=''
for option in "$@"; do
    case $option in
        --install-only) install_only=yes ;;
        --quick) quick=yes options+=(--quick) ;;
        *) options+=("$option") ;;
    esac
done

setup_python
install_quick
[[ -n $quick ]] || install_all
setup_report
[[ -z $install_only ]] || exit 0

PYTHONPATH=$root/tests/programs exec "$venv/bin/python" -m harness.runner "${options[@]}"
