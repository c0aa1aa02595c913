#!/usr/bin/env bash
# make demo-vidpipe: a prompt becomes a video in demo/, offline; or PROMPT=… (words or a file) and TOTAL=… of your own.
set -euo pipefail
cd "$(dirname "$0")/.."

prompt="${PROMPT:-An old lighthouse keeper finds a red kite in a storm and mends it for a girl on the beach}"
mkdir -p demo
.venv/bin/vidpipe generate "$prompt" --total "${TOTAL:-24}" --style "${STYLE:-ink}" \
  --output demo/video.mp4 --overwrite --data-dir demo/vidpipe
echo
echo "The video: $PWD/demo/video.mp4 (captions, where something is said, lie beside it)"
