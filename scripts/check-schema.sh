#!/bin/sh
# Fails when schema.graphql is not what the code exports.
set -eu
cd "$(dirname "$0")/.."
mkdir -p .make
.venv/bin/dialtree export-schema >.make/schema.graphql
if ! diff -u schema.graphql .make/schema.graphql; then
    echo "error: schema.graphql is not what the code exports; run: make schema" >&2
    exit 1
fi
