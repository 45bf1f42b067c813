#!/usr/bin/env bash
# reload.sh CORPUS: opens a corpus in every Python tool of the README, in a virtual environment that it makes once.
set -euo pipefail
root="$(cd "$(dirname "$0")/.." && pwd)"
environment="$root/target/reload-venv"
if [ ! -e "$environment/ready" ]; then
    python3 -m venv --clear "$environment"
    "$environment/bin/pip" install --quiet pyarrow pandas polars duckdb datasets
    touch "$environment/ready"
fi
HF_HUB_OFFLINE=1 HF_DATASETS_CACHE="$(mktemp -d)" exec "$environment/bin/python" "$root/tests/reload.py" "$1"
