#!/usr/bin/env bash
# make demo: a sample film and its trailer in demo/, or the trailer of FILM (with SUBTITLES and VIBE).
set -euo pipefail
cd "$(dirname "$0")/.."

vibe="${VIBE:-thriller}"
mkdir -p demo

if [ -n "${FILM:-}" ]; then
  arguments=("$FILM")
  [ -n "${SUBTITLES:-}" ] && arguments+=(--subtitle "$SUBTITLES")
  [ -n "${VIBE:-}" ] && arguments+=(--vibe "$VIBE")
  exec .venv/bin/cinecut make "${arguments[@]}"
fi

if [ ! -s demo/film/film.mp4 ]; then
  echo "Making the sample film (three minutes of drawn scenes; about a minute of work)."
  # Into a folder of another name first: a sample film that was interrupted is made again, not used.
  rm -rf demo/film demo/film.part
  .venv/bin/python -m samples.make_film --seed 7 --length 180 --size 640x360 --rate 24 --out demo/film.part
  mv demo/film.part demo/film
fi

title="$(.venv/bin/python -c 'import json; print(json.load(open("demo/film/truth.json", encoding="utf-8"))["title"])')"
trailer="demo/trailer_$vibe.mp4"
.venv/bin/cinecut make demo/film/film.mp4 --subtitle demo/film/film.srt --vibe "$vibe" \
  --title "$title" --output "$trailer" --overwrite
echo
echo "The film:    $PWD/demo/film/film.mp4"
echo "Its trailer: $PWD/$trailer"
