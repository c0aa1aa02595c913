"""`python -m samples.make_film`: a sample film from the command line."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from cinecore.errors import CineError, InputError
from cinecore.timebase import FrameRate
from samples.film import FilmSpec, make_film


def parse_size(text: str) -> tuple[int, int]:
    """Width and height from `640x360`.

    Raises:
        InputError: Not a size.
    """
    width, _, height = text.lower().partition("x")
    if not (width.isdigit() and height.isdigit()):
        raise InputError("Not a size.", text, "Write 640x360.")
    return int(width), int(height)


def main(arguments: list[str] | None = None) -> int:
    """0 when the film was made, else the error's exit status, told in one message."""
    parser = argparse.ArgumentParser(prog="python -m samples.make_film", description=__doc__)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--length", type=int, default=120, help="seconds, 60 to 600")
    parser.add_argument("--size", default="640x360")
    parser.add_argument("--rate", default="24", help="24, 23.976, 24000/1001 …")
    parser.add_argument("--voice", default="auto", help="auto, espeak-ng, flite or tones")
    parser.add_argument("--out", type=Path, required=True, help="folder for film.mp4, .srt, .ass, truth.json")
    asked = parser.parse_args(arguments)
    try:
        width, height = parse_size(asked.size)
        spec = FilmSpec(asked.seed, asked.length, width, height, FrameRate.parse(asked.rate), asked.voice)
        made = make_film(spec, asked.out)
    except CineError as error:
        print(error, file=sys.stderr)
        return error.exit_status
    truth = made.truth
    print(
        f"{made.film}: {truth.title!r}, {truth.frames} frames, {len(truth.shots)} shots, "
        f"{len(truth.lines)} lines ({truth.voice})"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
