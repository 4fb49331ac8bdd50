#!/bin/sh
# Serves the product with demo data.
set -eu
cd "$(dirname "$0")/.."
. scripts/demo-settings.sh

.venv/bin/dialtree migrate
.venv/bin/dialtree demo load
exec .venv/bin/dialtree serve
