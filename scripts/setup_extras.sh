#!/usr/bin/env bash
# Sees to the packages of optional extras for the tests that need them: each in a folder of its own beside the
# environment, so that every other test runs as a base install does. No registry is no error: those tests then
# skip and say why.
set -euo pipefail
cd "$(dirname "$0")/.."

export PIP_DISABLE_PIP_VERSION_CHECK=1
folder=.venv/test-extras

for extra in feelings speech voice; do
  list="requirements/$extra.txt"
  [ "$folder/$extra" -nt "$list" ] && continue
  rm -rf "${folder:?}/$extra"
  # what the environment has already is not wanted twice
  if .venv/bin/python -m pip install --quiet --no-deps --require-hashes --only-binary :all: \
    --target "$folder/$extra" -r "$list"; then
    touch "$folder/$extra"
  else
    rm -rf "${folder:?}/$extra"
    echo "The extra $extra could not be had: its tests will skip."
  fi
done
