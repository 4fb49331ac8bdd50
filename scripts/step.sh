#!/bin/sh
# step.sh NAME COMMAND…: runs the command between two lines that say what runs and how long it took.
name=$1
shift
echo "== $name"
start=$(date +%s)
"$@"
code=$?
seconds=$(($(date +%s) - start))
if [ "$code" -eq 0 ]; then
    echo "== $name: ok in $seconds s"
else
    echo "== $name: FAILED after $seconds s (exit code $code)"
fi
exit "$code"
