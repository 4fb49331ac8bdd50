#!/bin/sh
# Serves the product with demo data from several processes, see cluster.py.
set -eu
cd "$(dirname "$0")/.."
. scripts/demo-settings.sh
exec .venv/bin/python scripts/cluster.py
