#!/usr/bin/env bash
# Sees to a Chromium for the tests that look at pages in a real browser: what is there is used, else the system's
# package manager where it may be. No browser is no error: those tests then skip and say why.
set -euo pipefail

for name in chromium chromium-browser google-chrome google-chrome-stable; do
  command -v "$name" >/dev/null 2>&1 && exit 0
done

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

may_be_root() {
  [ "$(id -u)" = 0 ] || { command -v sudo >/dev/null && sudo -n true 2>/dev/null; }
}

if command -v apt-get >/dev/null && may_be_root; then
  echo "Installing chromium with apt-get, for the tests that look at pages."
  export DEBIAN_FRONTEND=noninteractive
  as_root apt-get update -qq || true
  as_root apt-get install -y -qq --no-install-recommends chromium >/dev/null || true
fi
command -v chromium >/dev/null 2>&1 || echo "No browser could be had: tests of pages will skip."
