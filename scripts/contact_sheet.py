# ruff: noqa: INP001 - a program to run, not a package to import
"""A trailer as one picture: frames evenly spread over it, in rows, as a JPEG.

    python scripts/contact_sheet.py TRAILER PICTURE.jpg [--columns 5] [--rows 4] [--width 1600]

Deliberately not here: judging what is seen.
"""

from __future__ import annotations

import argparse
import io
from pathlib import Path

from PIL import Image

from cinecore.ffmpeg.command import PREAMBLE, local_input
from cinecore.ffmpeg.graph import filter_, print_chain
from cinecore.ffmpeg.probe import probe
from cinecore.ffmpeg.run import run

GAP = 6
GROUND = (16, 17, 20)


def frame_at(trailer: Path, seconds: float, width: int) -> Image.Image:
    """The frame shown at a time, `width` pixels wide."""
    from fractions import Fraction

    data = run(
        [
            *PREAMBLE,
            *local_input(trailer, start_s=Fraction(str(round(seconds, 3)))),
            *("-frames:v", "1", "-vf", print_chain([filter_("scale", w=width, h=-2)])),
            *("-f", "image2pipe", "-c:v", "png", "-"),
        ]
    )
    return Image.open(io.BytesIO(data)).convert("RGB")


def main() -> None:
    """Reads the words and writes the picture."""
    words = argparse.ArgumentParser(description="A trailer as one picture.")
    words.add_argument("trailer", type=Path)
    words.add_argument("picture", type=Path)
    words.add_argument("--columns", type=int, default=5)
    words.add_argument("--rows", type=int, default=4)
    words.add_argument("--width", type=int, default=1600)
    asked = words.parse_args()
    duration = float(probe(asked.trailer).duration)
    count = asked.columns * asked.rows
    cell = (asked.width - GAP * (asked.columns + 1)) // asked.columns
    frames = [frame_at(asked.trailer, duration * (at + 0.5) / count, cell) for at in range(count)]
    height = frames[0].height
    sheet = Image.new("RGB", (asked.width, GAP + asked.rows * (height + GAP)), GROUND)
    for at, frame in enumerate(frames):
        row, column = divmod(at, asked.columns)
        sheet.paste(frame, (GAP + column * (cell + GAP), GAP + row * (height + GAP)))
    asked.picture.parent.mkdir(parents=True, exist_ok=True)
    sheet.save(asked.picture, quality=82, optimize=True)


if __name__ == "__main__":
    main()
