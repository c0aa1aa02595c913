"""A frame number written into the corner of a picture, and read back from a finished video.

It says which film frame a picture came from; it does not say what the frame shows.

The code is a strip of 24 columns at the top left: sixteen bits of the frame number, high bit first, then an
eight-bit checksum. Each column is two cells: the bit above, its opposite below. Reading compares the two, so
grades, fades and gradients cancel out; in a crossfade some columns keep their contrast and others lose it,
which is seen and answered with None. Cells are a sixty-fourth of the width: five pixels at 320.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from cinecore.errors import InputError
from cinecore.ffmpeg import run
from cinecore.ffmpeg.command import PREAMBLE, local_input
from cinecore.ffmpeg.graph import filter_, print_chain
from cinecore.ffmpeg.probe import probe

NUMBER_BITS = 16
CHECK_BITS = 8
COLUMNS = NUMBER_BITS + CHECK_BITS
MAXIMUM_FRAME = (1 << NUMBER_BITS) - 1

COLUMNS_ACROSS = 64
"""Cells that would fit across the picture."""
ROWS_DOWN = 36
"""Cells that would fit down the picture."""
LEFT_CELLS = 1.0
TOP_CELLS = 0.5

BLACK = 20
WHITE = 225
"""Grey levels of the cells (full range): short of the ends, so that a grade's clipping leaves them flat."""

LEAST_CONTRAST = 14.0
"""Grey levels between the two cells of a column under which a picture counts as unreadable."""
LEAST_EVENNESS = 0.70
"""Weakest column's contrast over the strongest; a crossfade with a sixth of another frame falls below.

No two codes differ in all columns, so in a mixture one column always keeps its whole contrast."""

CHECK_POLYNOMIAL = 0x07
CHECK_START = 0x5A

Grey = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class CodeArea:
    """Where the strip lies in a picture, in whole pixels."""

    left: int
    top: int
    width: int
    height: int


def checksum(number: int) -> int:
    """The CRC-8 (polynomial x⁸+x²+x+1) of a frame number: any two numbers differ in at least four columns."""
    value = CHECK_START
    for byte in number.to_bytes(NUMBER_BITS // 8, "big"):
        value ^= byte
        for _ in range(8):
            value = ((value << 1) ^ CHECK_POLYNOMIAL) & 0xFF if value & 0x80 else value << 1
    return value


def code_bits(number: int) -> list[bool]:
    """The 24 bits of a frame number's code.

    Raises:
        InputError: The number has no code.
    """
    if not 0 <= number <= MAXIMUM_FRAME:
        raise InputError(
            "This frame number has no code.", str(number), f"Use 0 to {MAXIMUM_FRAME}: a shorter film."
        )
    word = number << CHECK_BITS | checksum(number)
    return [bool(word >> shift & 1) for shift in range(COLUMNS - 1, -1, -1)]


def _edges(width: int, height: int) -> tuple[list[int], list[int]]:
    columns = [round((LEFT_CELLS + column) * width / COLUMNS_ACROSS) for column in range(COLUMNS + 1)]
    rows = [round((TOP_CELLS + row) * height / ROWS_DOWN) for row in range(3)]
    return columns, rows


def code_area(width: int, height: int) -> CodeArea:
    """The pixels that the code covers in a picture of this size."""
    columns, rows = _edges(width, height)
    return CodeArea(columns[0], rows[0], columns[-1] - columns[0], rows[-1] - rows[0])


def code_picture(number: int, width: int, height: int) -> Grey:
    """The strip for a picture of this size: uint8 (rows, columns), to be laid at `code_area`."""
    columns, rows = _edges(width, height)
    strip = np.empty((rows[2] - rows[0], columns[-1] - columns[0]), np.uint8)
    middle = rows[1] - rows[0]
    for index, bit in enumerate(code_bits(number)):
        part = slice(columns[index] - columns[0], columns[index + 1] - columns[0])
        strip[:middle, part] = WHITE if bit else BLACK
        strip[middle:, part] = BLACK if bit else WHITE
    return strip


def stamp(picture: npt.NDArray[np.uint8], number: int) -> None:
    """Write the code into a picture, uint8 (height, width) or (height, width, 3), in place."""
    area = code_area(picture.shape[1], picture.shape[0])
    strip = code_picture(number, picture.shape[1], picture.shape[0])
    part = picture[area.top : area.top + area.height, area.left : area.left + area.width]
    part[...] = strip if picture.ndim == 2 else strip[..., np.newaxis]


def read_strips(strips: Grey, width: int, height: int) -> list[int | None]:
    """The frame number in each strip, uint8 (frames, rows, columns) cut at `code_area(width, height)`.

    None stands for every picture without one clear code: black, a card, a mixture of two frames.
    """
    columns, rows = _edges(width, height)
    cells = np.empty((2, COLUMNS, len(strips)))
    for row in range(2):
        top, bottom = _inner(rows[row] - rows[0], rows[row + 1] - rows[0])
        for column in range(COLUMNS):
            left, right = _inner(columns[column] - columns[0], columns[column + 1] - columns[0])
            cells[row, column] = strips[:, top:bottom, left:right].mean(axis=(1, 2))
    contrast = (cells[0] - cells[1]).T
    strength = np.abs(contrast)
    strongest = strength.max(axis=1)
    is_clear = (strongest >= LEAST_CONTRAST) & (strength.min(axis=1) >= LEAST_EVENNESS * strongest)
    weights = 1 << np.arange(COLUMNS - 1, -1, -1)
    words = (contrast > 0) @ weights
    return [_checked(int(word)) if clear else None for word, clear in zip(words, is_clear, strict=True)]


def _inner(start: int, end: int) -> tuple[int, int]:
    """The middle of a cell, away from its neighbours' ringing; at least one pixel."""
    margin = min((end - start - 1) // 2, max(1, round((end - start) * 0.22)))
    return start + margin, end - margin


def _checked(word: int) -> int | None:
    number = word >> CHECK_BITS
    return number if checksum(number) == word & ((1 << CHECK_BITS) - 1) else None


def read_picture(picture: npt.NDArray[Any]) -> int | None:
    """The frame number in one picture, uint8 (height, width) or (height, width, 3)."""
    height, width = picture.shape[:2]
    grey = picture if picture.ndim == 2 else picture.mean(axis=2).astype(np.uint8)
    area = code_area(width, height)
    strip = grey[area.top : area.top + area.height, area.left : area.left + area.width]
    return read_strips(strip[np.newaxis], width, height)[0]


def read_frames(video: Path) -> list[int | None]:
    """The film frame seen in each frame of a video, in order; one decode of its picture.

    The video may have another size, grade or rate than the film, but must show the whole picture: where a
    new aspect cut the corner away every entry is None.

    Raises:
        InputError: Not a film.
        ToolError: It cannot be decoded.
    """
    stream = probe(video).video
    if stream is None:
        raise InputError("There are no moving pictures in this file.", video, "Give a film.")
    width, height = stream.coded_width, stream.coded_height
    area = code_area(width, height)
    crop = filter_("crop", w=area.width, h=area.height, x=area.left, y=area.top)
    chain = print_chain([filter_("format", pix_fmts="gray"), crop])
    arguments = ["-map", "0:v:0", "-vf", chain, "-fps_mode", "passthrough", "-enc_time_base", "-1"]
    numbers: list[int | None] = []
    block_frames = 256
    frame_bytes = area.width * area.height
    with run.open_process(
        [*PREAMBLE, *local_input(video), *arguments, "-f", "rawvideo", "pipe:1"]
    ) as running:
        while block := running.stdout.read(frame_bytes * block_frames):
            frames = len(block) // frame_bytes
            strips = np.frombuffer(block, np.uint8, frames * frame_bytes)
            numbers += read_strips(strips.reshape(frames, area.height, area.width), width, height)
        running.finish()
    return numbers
