"""`python -m samples.contact_sheet FILE OUT --every N`: a video as one picture of tiles with times.

Works for any video; one ffmpeg pass. It judges nothing.
"""

from __future__ import annotations

import argparse
import io
import sys
from fractions import Fraction
from pathlib import Path

from PIL import Image, ImageDraw

from cinecore.errors import CineError, InputError
from cinecore.ffmpeg import run
from cinecore.ffmpeg.command import PREAMBLE, local_input
from cinecore.ffmpeg.graph import filter_, print_chain
from cinecore.ffmpeg.probe import probe
from cinecore.files import write_atomic
from cinecore.timebase import FrameRate, parse_seconds
from samples.cards import font

TILE_WIDTH = 240
COLUMNS = 6
GAP = 3
LARGEST_BYTES = 300_000
QUALITIES = (88, 80, 72, 64, 56, 48, 40, 32)
MOST_TILES = 600


def make_contact_sheet(
    video: Path, out: Path, every_seconds: Fraction, *, columns: int = COLUMNS, tile_width: int = TILE_WIDTH
) -> int:
    """The number of tiles in the JPEG or PNG written to `out`; a JPEG stays under 300 kB where it can.

    A tile's time is that of its frame at the video's average rate.

    Raises:
        InputError: Not a film, or more than 600 tiles.
        ToolError: It cannot be decoded.
    """
    media = probe(video)
    if media.video is None:
        raise InputError("There are no moving pictures in this file.", video, "Give a film.")
    rate = media.video.average_rate
    step = max(1, rate.frames_nearest(every_seconds))
    if media.duration * rate.fps / step > MOST_TILES:
        raise InputError("Too many tiles.", f"every {float(every_seconds)} s", "Ask for fewer with --every.")
    width, height = media.video.display_size
    tile = (tile_width, max(2, round(tile_width * height / width)))
    chain = print_chain(
        [
            filter_("select", expr=f"not(mod(n,{step}))"),
            filter_("scale", w=tile[0], h=tile[1], flags="area"),
            filter_("format", pix_fmts="rgb24"),
        ]
    )
    arguments = ["-map", "0:v:0", "-vf", chain, "-fps_mode", "passthrough", "-enc_time_base", "-1"]
    data = run.run([*PREAMBLE, *local_input(video), *arguments, "-f", "rawvideo", "pipe:1"])
    size = tile[0] * tile[1] * 3
    count = len(data) // size
    tiles = [Image.frombytes("RGB", tile, data[index * size : (index + 1) * size]) for index in range(count)]
    sheet = _sheet(tiles, tile, rate, step, columns)
    write_atomic(out, _encoded(sheet, out.suffix.lower()))
    return count


def _sheet(
    tiles: list[Image.Image], tile: tuple[int, int], rate: FrameRate, step: int, columns: int
) -> Image.Image:
    columns = max(1, min(columns, len(tiles)))
    rows = max(1, -(-len(tiles) // columns))
    sheet = Image.new("RGB", (columns * (tile[0] + GAP) + GAP, rows * (tile[1] + GAP) + GAP), (24, 24, 26))
    draw = ImageDraw.Draw(sheet)
    letters = font(max(11, tile[0] // 18))
    for index, picture in enumerate(tiles):
        left = GAP + index % columns * (tile[0] + GAP)
        top = GAP + index // columns * (tile[1] + GAP)
        sheet.paste(picture, (left, top))
        seconds = float(rate.seconds(index * step))
        text = f"{int(seconds // 60)}:{seconds % 60:05.2f}"
        corner = (left + 4, top + tile[1] - 4)
        box = draw.textbbox(corner, text, font=letters, anchor="lb")
        draw.rectangle((box[0] - 3, box[1] - 2, box[2] + 3, box[3] + 2), fill=(0, 0, 0))
        draw.text(corner, text, (255, 255, 255), letters, "lb")
    return sheet


def _encoded(sheet: Image.Image, suffix: str) -> bytes:
    buffer = io.BytesIO()
    if suffix == ".png":
        sheet.save(buffer, "PNG")
        return buffer.getvalue()
    for quality in QUALITIES:
        buffer = io.BytesIO()
        sheet.save(buffer, "JPEG", quality=quality, optimize=True)
        if buffer.tell() <= LARGEST_BYTES:
            break
    return buffer.getvalue()


def main(arguments: list[str] | None = None) -> int:
    """0 when the sheet was written, else the error's exit status, told in one message."""
    parser = argparse.ArgumentParser(prog="python -m samples.contact_sheet", description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--every", default="5", help="seconds between tiles")
    parser.add_argument("--columns", type=int, default=COLUMNS)
    asked = parser.parse_args(arguments)
    try:
        every = parse_seconds(asked.every)
        count = make_contact_sheet(asked.file, asked.out, every, columns=asked.columns)
    except CineError as error:
        print(error, file=sys.stderr)
        return error.exit_status
    print(f"{asked.out}: {count} tiles")
    return 0


if __name__ == "__main__":
    sys.exit(main())
