"""Cut-outs as the camera holds them: premultiplied, padded, placed between pixels without a tremble.

Deliberately not here: where anything is at a moment.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from PIL import Image

PAD = 3
"""Transparent pixels around a cut-out, so that an edge between two pixels has something to fade into."""

PHASES = 4
"""Places between two pixels that are kept ready: an eighth of a pixel is the largest error."""

LEVELS = 16

BILINEAR = Image.Resampling.BILINEAR
"""No filter with negative lobes: it would let a premultiplied colour pass its alpha, and painting would wrap."""


@dataclass(frozen=True)
class Placing:
    """Where a cut-out lies in the frame: frame = origin + turn(angle) · scale · (board − about)."""

    origin_x: float
    origin_y: float
    scale_x: float
    scale_y: float
    about_x: float
    about_y: float
    angle: float = 0.0


class Sprite:
    """One cut-out, cut to what is seen of it.

    Args:
        image: RGBA.
        left: Its left edge in board pixels.
        top: Its upper edge in board pixels.
        world: Width and height of the world; an opaque picture of all of it has no edge that is ever seen.
    """

    def __init__(self, image: Image.Image, left: int, top: int, world: tuple[int, int]) -> None:
        alpha = image.getchannel("A")
        box = alpha.getbbox() or (0, 0, 1, 1)
        is_solid = bool((np.asarray(alpha.crop(box)) == 255).all())
        is_whole = left <= 0 and top <= 0 and left + box[2] >= world[0] and top + box[3] >= world[1]
        seen = image.crop(box)
        if not is_solid or not is_whole or box[:2] != (0, 0):
            padded = Image.new("RGBa", (seen.width + 2 * PAD, seen.height + 2 * PAD))
            padded.paste(seen.convert("RGBa"), (PAD, PAD))
            self.image = padded
            self.left, self.top = left + box[0] - PAD, top + box[1] - PAD
        else:
            self.image = seen.convert("RGB")
            self.left, self.top = left, top
        self.solid_from = _solid_from(alpha, top) if is_whole_width(left, image.width, world) else None
        """The row of the board from which on nothing behind it is seen; None: there is none."""
        if self.solid_from is not None and top + image.height < world[1]:
            self.solid_from = None
        self._phases: dict[tuple[int, int], Image.Image] = {}
        self._levels: dict[int, Image.Image] = {}

    @property
    def size(self) -> tuple[int, int]:
        """Width and height with the padding."""
        return self.image.size

    def paint(
        self, canvas: Image.Image, placing: Placing, level: float = 1.0, bottom: int | None = None
    ) -> None:
        """Paint it on an RGB canvas, `level` strong, down to the row `bottom`: what lies below is covered anyway."""
        bottom = canvas.height if bottom is None else min(canvas.height, bottom)
        image = self._at_level(level)
        if image is None:
            return
        if placing.angle:
            self._paint_turned(canvas, image, placing, bottom)
            return
        left = placing.origin_x + placing.scale_x * (self.left - placing.about_x)
        top = placing.origin_y + placing.scale_y * (self.top - placing.about_y)
        if abs(placing.scale_x - 1) < 1e-9 and abs(placing.scale_y - 1) < 1e-9:
            self._paint_shifted(canvas, image, left, top, bottom)
        else:
            _paint_resized(canvas, image, (left, top), (placing.scale_x, placing.scale_y), bottom)

    def _at_level(self, level: float) -> Image.Image | None:
        step = round(level * LEVELS)
        if step <= 0:
            return None
        if step >= LEVELS or self.image.mode != "RGBa":
            return self.image
        if step not in self._levels:
            self._levels[step] = self.image.point([value * step // LEVELS for value in range(256)] * 4)
        return self._levels[step]

    def _paint_shifted(
        self, canvas: Image.Image, image: Image.Image, left: float, top: float, bottom: int
    ) -> None:
        column, row = round(left * PHASES), round(top * PHASES)
        phase = (column % PHASES, row % PHASES)
        if 0 in phase and image is self.image:
            # one direction only: kept ready, since a pan comes by every phase again and again
            if phase not in self._phases:
                self._phases[phase] = _shifted(image, phase[0] / PHASES, phase[1] / PHASES)
            _paste(canvas, self._phases[phase], column // PHASES, row // PHASES, bottom)
        else:
            _paint_resized(canvas, image, (left, top), (1.0, 1.0), bottom)

    def _paint_turned(self, canvas: Image.Image, image: Image.Image, placing: Placing, lowest: int) -> None:
        cosine, sine = math.cos(placing.angle), math.sin(placing.angle)
        corners = [
            ((x - placing.about_x) * placing.scale_x, (y - placing.about_y) * placing.scale_y)
            for x in (self.left, self.left + image.width)
            for y in (self.top, self.top + image.height)
        ]
        columns = [placing.origin_x + x * cosine - y * sine for x, y in corners]
        rows = [placing.origin_y + x * sine + y * cosine for x, y in corners]
        left, top = max(0, math.floor(min(columns))), max(0, math.floor(min(rows)))
        right = min(canvas.width, math.ceil(max(columns)))
        bottom = min(lowest, math.ceil(max(rows)))
        if right <= left or bottom <= top:
            return
        # from the frame back to the cut-out: undo the turn, then the scale
        a, b = cosine / placing.scale_x, sine / placing.scale_x
        d, e = -sine / placing.scale_y, cosine / placing.scale_y
        away_x, away_y = left - placing.origin_x, top - placing.origin_y
        turned = image.transform(
            (right - left, bottom - top),
            Image.Transform.AFFINE,
            (
                a,
                b,
                a * away_x + b * away_y + placing.about_x - self.left,
                d,
                e,
                d * away_x + e * away_y + placing.about_y - self.top,
            ),
            BILINEAR,
        )
        canvas.paste(turned, (left, top), turned)


def _shifted(image: Image.Image, right: float, down: float) -> Image.Image:
    """The picture moved by a part of a pixel, its size kept."""
    if not right and not down:
        return image
    # the box must lie inside: what is lost at the far edge is padding, or out of the frame
    width, height = image.width - (1 if right else 0), image.height - (1 if down else 0)
    box = (1 - right if right else 0, 1 - down if down else 0)
    moved = image.resize((width, height), BILINEAR, box=(*box, box[0] + width, box[1] + height))
    whole = Image.new(image.mode, image.size)
    whole.paste(image)
    whole.paste(moved, (1 if right else 0, 1 if down else 0))
    return whole


def _paste(canvas: Image.Image, image: Image.Image, left: int, top: int, bottom: int) -> None:
    box = (
        max(0, -left),
        max(0, -top),
        min(image.width, canvas.width - left),
        min(image.height, bottom - top),
    )
    if box[2] <= box[0] or box[3] <= box[1]:
        return
    part = image if box == (0, 0, *image.size) else image.crop(box)
    canvas.paste(part, (left + box[0], top + box[1]), part if part.mode == "RGBa" else None)


def _paint_resized(
    canvas: Image.Image,
    image: Image.Image,
    corner: tuple[float, float],
    scale: tuple[float, float],
    bottom: int,
) -> None:
    """Paint the picture with its upper left corner between pixels; only what is in the frame is computed."""
    (left, top), (scale_x, scale_y) = corner, scale
    first_x, first_y = max(0, math.ceil(left)), max(0, math.ceil(top))
    last_x = min(canvas.width, math.floor(left + image.width * scale_x))
    last_y = min(bottom, math.floor(top + image.height * scale_y))
    if last_x <= first_x or last_y <= first_y:
        return
    box = (
        max(0.0, (first_x - left) / scale_x),
        max(0.0, (first_y - top) / scale_y),
        min(float(image.width), (last_x - left) / scale_x),
        min(float(image.height), (last_y - top) / scale_y),
    )
    part = image.resize((last_x - first_x, last_y - first_y), BILINEAR, box=box)
    canvas.paste(part, (first_x, first_y), part if part.mode == "RGBa" else None)


def is_whole_width(left: int, width: int, world: tuple[int, int]) -> bool:
    """Whether a picture reaches from the world's left edge to its right one."""
    return left <= 0 and left + width >= world[0]


def _solid_from(alpha: Image.Image, top: int) -> int | None:
    """The board's row from which on every pixel of the picture is opaque; None where its last row is not."""
    opaque = (np.asarray(alpha) == 255).all(axis=1)
    holes = np.flatnonzero(~opaque)
    first = int(holes[-1]) + 1 if len(holes) else 0
    return top + first if first < len(opaque) else None
