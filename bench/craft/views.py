"""A video as small grey views at a regular pace, and each view as a descriptor that a grade does not change.

A descriptor holds how each part of a picture differs from its surroundings, measured in what differs there: grades, contrast,
vignettes and fades to half cancel out. What a picture means is not asked.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np
import numpy.typing as npt

from cinecore.ffmpeg import run
from cinecore.ffmpeg.command import PREAMBLE, decimal, local_input
from cinecore.ffmpeg.graph import filter_, print_chain

Grey = npt.NDArray[np.uint8]
Rows = npt.NDArray[np.float32]

VIEW_COLUMNS, VIEW_ROWS = 96, 54
"""Of a view of the whole frame; parts of it are cut out of these."""

LOOK_COLUMNS, LOOK_ROWS = 32, 18
"""Of what is compared."""

SURROUNDINGS = 3
"""How many cells to each side count as the surroundings of one."""

LEAST_DETAIL = 2.0
"""Grey levels (0 to 255, standard deviation) below which a view shows nothing: black, a plain card."""

ZOOMS = (1.0, 0.9, 0.8)
PLACES = (0.5, 0.0, 0.25, 0.75, 1.0)
"""Where in the room that a cut leaves it may lie, from left to right and from top to bottom."""
ROOMY = 0.93
"""Of a side: a larger part has no room to lie elsewhere."""

Box = tuple[float, float, float, float]
"""Left, top, right, bottom, as parts of the frame."""


@dataclass(frozen=True)
class Views:
    """View n was seen at n / rate seconds."""

    rate: int
    pictures: Grey
    """Views × rows × columns."""
    box: Box
    """The picture inside its bars."""
    aspect: float
    """Width over height of that picture as it is displayed."""

    def at(self, seconds: float) -> int:
        """The view nearest to a time."""
        return int(np.clip(round(seconds * self.rate), 0, len(self.pictures) - 1))


def read_views(video: Path, rate: int, box: Box, display_aspect: float) -> Views:
    """One decode of a video into views.

    Raises:
        ToolError: It cannot be decoded.
    """
    chain = print_chain(
        [
            filter_("fps", fps=decimal(Fraction(rate)), round="near", start_time="0"),
            filter_("scale", w=VIEW_COLUMNS, h=VIEW_ROWS, flags="area"),
            filter_("format", pix_fmts="gray"),
        ]
    )
    arguments = ["-map", "0:v:0", "-vf", chain, "-f", "rawvideo", "pipe:1"]
    blocks: list[bytes] = []
    with run.open_process([*PREAMBLE, *local_input(video), *arguments]) as running:
        while block := running.stdout.read(VIEW_COLUMNS * VIEW_ROWS * 256):
            blocks.append(block)
        running.finish()
    pictures = np.frombuffer(b"".join(blocks), np.uint8).reshape(-1, VIEW_ROWS, VIEW_COLUMNS)
    width, height = box[2] - box[0], box[3] - box[1]
    return Views(rate, pictures, box, display_aspect * width / height)


def windows(film: Views, aspect: float) -> tuple[Box, ...]:
    """Parts of the film's frame that a trailer of this aspect may show, the likeliest first: whole, pushed in, to a side."""
    left, top, right, bottom = film.box
    width, height = right - left, bottom - top
    part = min(1.0, aspect / film.aspect), min(1.0, film.aspect / aspect)
    found = []
    for zoom in ZOOMS:
        wide, high = zoom * part[0] * width, zoom * part[1] * height
        for across in PLACES if wide < ROOMY * width else (0.5,):
            for down in PLACES if high < ROOMY * height else (0.5,):
                begin, upper = left + across * (width - wide), top + down * (height - high)
                off_centre = abs(across - 0.5) + abs(down - 0.5)
                found.append((off_centre, -zoom, (begin, upper, begin + wide, upper + high)))
    return tuple(box for _, _, box in sorted(found))


def looks(pictures: Grey, box: Box) -> tuple[Rows, npt.NDArray[np.bool_]]:
    """The descriptors of a part of each view (views × cells, length 1), and which of them show anything."""
    across = _resampling(VIEW_COLUMNS, LOOK_COLUMNS, box[0], box[2])
    down = _resampling(VIEW_ROWS, LOOK_ROWS, box[1], box[3])
    small = down @ (pictures.astype(np.float32) @ across.T)
    shows = small.std(axis=(1, 2)) >= LEAST_DETAIL
    rest = small - _blurred(small)
    spread = np.sqrt(_blurred(rest**2)) + 1.0
    rows = (rest / spread).reshape(len(small), -1).astype(np.float32)
    rows -= rows.mean(axis=1, keepdims=True)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True) + 1e-9
    return rows, shows


def _resampling(size: int, cells: int, low: float, high: float) -> Rows:
    """Cells × size: each row averages the part of the input that one cell covers."""
    edges = np.linspace(low * size, high * size, cells + 1)
    inputs = np.arange(size)
    cover = np.minimum(edges[1:, None], inputs + 1) - np.maximum(edges[:-1, None], inputs)
    cover = np.maximum(cover, 0)
    return np.asarray(cover / cover.sum(axis=1, keepdims=True), np.float32)


def _blurred(values: Rows) -> Rows:
    """Means over square surroundings, edges repeated."""
    for axis in (1, 2):
        pad: list[tuple[int, int]] = [(0, 0), (0, 0), (0, 0)]
        pad[axis] = (SURROUNDINGS + 1, SURROUNDINGS)
        sums = np.cumsum(np.pad(values, pad, mode="edge"), axis=axis)
        size = values.shape[axis]
        width = 2 * SURROUNDINGS + 1
        high = np.take(sums, np.arange(width, width + size), axis=axis)
        low = np.take(sums, np.arange(size), axis=axis)
        values = np.asarray((high - low) / width, np.float32)
    return values
