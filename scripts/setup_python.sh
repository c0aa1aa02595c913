#!/usr/bin/env bash
# Makes .venv from hash-pinned requirements and installs this checkout into it. Runs as often as you like.
set -euo pipefail
cd "$(dirname "$0")/.."

is_new_enough() {
  command -v "$1" >/dev/null 2>&1 && "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

find_python() {
  local candidate
  for candidate in ${PYTHON:+"$PYTHON"} python3.11 python3.12 python3.13 python3 python; do
    if is_new_enough "$candidate"; then
      command -v "$candidate"
      return
    fi
  done
  return 1
}

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

if ! .venv/bin/python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
  if ! python="$(find_python)"; then
    echo "Python 3.11 or newer was not found. Install it, or name it: make setup PYTHON=/path/to/python3.11" >&2
    exit 69
  fi
  rm -rf .venv
  # Debian ships Python without ensurepip: then its venv package is asked for, where that is allowed.
  if ! "$python" -m venv .venv 2>/dev/null; then
    rm -rf .venv
    version="$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')"
    if command -v apt-get >/dev/null && as_root apt-get update -qq && as_root apt-get install -y -qq "python$version-venv"; then
      "$python" -m venv .venv
    elif command -v uv >/dev/null; then
      uv venv --seed --python "$python" .venv
    else
      echo "$python cannot make virtual environments. Install python$version-venv (or uv), then run again." >&2
      exit 69
    fi
  fi
fi

export PIP_DISABLE_PIP_VERSION_CHECK=1
.venv/bin/python -m pip install --quiet --require-hashes --no-deps -r requirements/dev.txt
.venv/bin/python -m pip install --quiet --no-deps --no-build-isolation -e .
