#!/bin/sh
# Writes out/report.txt and counts its own runs in out/runs.
set -eu
cd "$(dirname "$0")/.."
mkdir -p out
runs=$(($(cat out/runs 2>/dev/null || echo 0) + 1))
echo "$runs" >out/runs
{
  echo "Run $runs in $(pwd), as $(id -un)"
  node src/main.mjs latest
} >out/report.txt
cat out/report.txt
