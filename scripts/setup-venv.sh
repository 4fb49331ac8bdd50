#!/bin/sh
# Makes .venv with the versions of requirements.lock and the package itself.
# With --clear an existing .venv is made anew. PYTHON names the interpreter to use.
set -eu
cd "$(dirname "$0")/.."

die() {
    echo "error: $*" >&2
    exit 1
}

new_enough() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

find_python() {
    for candidate in ${PYTHON:-python3 python3.14 python3.13 python3.12 python3.11}; do
        if new_enough "$candidate"; then
            echo "$candidate"
            return
        fi
    done
    die "Python 3.11 or newer is needed, found $("${PYTHON:-python3}" --version 2>&1 || :);" \
        "get it (apt-get install python3 python3-venv) or name it (make PYTHON=/path/to/python3 …)"
}

if [ "${1:-}" = --clear ] || ! new_enough .venv/bin/python; then
    python=$(find_python)
    "$python" -c 'import venv, ensurepip' 2>/dev/null ||
        die "$python lacks its venv module: apt-get install python3-venv"
    "$python" -m venv --clear .venv
fi

echo "Installing the Python packages of requirements.lock into .venv …"
pip() {
    .venv/bin/python -m pip --disable-pip-version-check --quiet "$@"
}
pip install --require-hashes --requirement requirements.lock
pip install --no-deps --editable .
