"""Cut-outs as the camera holds them: premultiplied, padded, placed between pixels without a tremble.

Resizing a picture anew for each frame costs 15 ms at 720p; so a cut-out that moves is enlarged once, smoothly,
and each frame picks the nearest of its pixels (under 2 ms). What that leaves is an error of a sixth of a pixel
at 720p, a quarter at 1080p. Keyframes, which stand alone, are resized exactly. Deliberately not here: where
anything is at a moment.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from PIL import Image

PAD = 3
"""Transparent pixels around a cut-out, so that an edge between two pixels has something to fade into."""

PHASES = 4
"""Places between two pixels that are kept ready for a pan: an eighth of a pixel is the largest error."""

ENLARGED = ((600_000, 4), (1_700_000, 3))
"""Up to so many pixels a cut-out is enlarged so many times each way, larger ones twice: none takes over 60 MB.
Large ones belong to large frames, where a pixel is smaller."""

BILINEAR = Image.Resampling.BILINEAR
"""No filter with negative lobes: it would let a premultiplied colour pass its alpha, and painting would wrap."""

NEAREST = Image.Resampling.NEAREST

Rectangle = tuple[int, int, int, int]
"""Left, top, right, bottom in board pixels."""


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


@dataclass(frozen=True)
class Brush:
    """How a cut-out is painted."""

    bottom: int
    """Down to this row of the frame: what lies below is covered anyway."""
    level: float = 1.0
    """How strongly it shows."""
    is_exact: bool = False
    """Whether this picture stands alone, as a keyframe does."""


class Sprite:
    """One cut-out, cut to what is seen of it.

    Args:
        image: RGBA.
        left: Its left edge in board pixels.
        top: Its upper edge in board pixels.
        seen: What the camera ever sees at its depth; an opaque picture of all of it has no edge in sight.
    """

    def __init__(self, image: Image.Image, left: int, top: int, seen: Rectangle) -> None:
        alpha = image.getchannel("A")
        box = alpha.getbbox() or (0, 0, 1, 1)
        cut = image.crop(box)
        self.left, self.top = left + box[0], top + box[1]
        right, bottom = self.left + cut.width, self.top + cut.height
        opaque = np.asarray(cut.getchannel("A")) == 255
        is_wide = self.left <= seen[0] and right >= seen[2]
        self.solid_from = (
            _solid_from(opaque, self.top) if is_wide and bottom >= seen[3] and opaque[-1].all() else None
        )
        """The row of the board from which on nothing behind it is seen; None: there is none."""
        if is_wide and self.top <= seen[1] and bottom >= seen[3] and opaque.all():
            self.image = cut.convert("RGB")
        else:
            self.image = Image.new("RGBa", (cut.width + 2 * PAD, cut.height + 2 * PAD))
            self.image.paste(cut.convert("RGBa"), (PAD, PAD))
            self.left, self.top = self.left - PAD, self.top - PAD
        self._phases: dict[tuple[int, int], Image.Image] = {}
        self._large: tuple[int, Image.Image] | None = None

    def paint(self, canvas: Image.Image, placing: Placing, brush: Brush) -> None:
        """Paint it on an RGB canvas."""
        if placing.angle:
            self._paint_turned(canvas, placing, brush)
            return
        left = placing.origin_x + placing.scale_x * (self.left - placing.about_x)
        top = placing.origin_y + placing.scale_y * (self.top - placing.about_y)
        is_same_size = abs(placing.scale_x - 1) < 1e-9 and abs(placing.scale_y - 1) < 1e-9
        if not is_same_size or not self._paint_shifted(canvas, left, top, brush):
            self._paint_scaled(canvas, (left, top), (placing.scale_x, placing.scale_y), brush)

    def _paint_shifted(self, canvas: Image.Image, left: float, top: float, brush: Brush) -> bool:
        """Paint it at its own size, moved along one axis; False where it lies between pixels both ways."""
        column, row = round(left * PHASES), round(top * PHASES)
        phase = (column % PHASES, row % PHASES)
        if 0 not in phase:
            return False
        # kept ready, since a pan comes by every phase again and again
        if phase not in self._phases:
            self._phases[phase] = _shifted(self.image, phase[0] / PHASES, phase[1] / PHASES)
        image = self._phases[phase]
        left_pixel, top_pixel = column // PHASES, row // PHASES
        box = (
            max(0, -left_pixel),
            max(0, -top_pixel),
            min(image.width, canvas.width - left_pixel),
            min(image.height, brush.bottom - top_pixel),
        )
        if box[2] > box[0] and box[3] > box[1]:
            part = image if box == (0, 0, *image.size) else image.crop(box)
            _lay(canvas, part, left_pixel + box[0], top_pixel + box[1], brush)
        return True

    def _paint_scaled(
        self, canvas: Image.Image, corner: tuple[float, float], scale: tuple[float, float], brush: Brush
    ) -> None:
        """Paint it at any size with its corner between pixels; only what is in the frame is computed."""
        (left, top), (scale_x, scale_y) = corner, scale
        image = self.image
        first_x, first_y = max(0, math.ceil(left)), max(0, math.ceil(top))
        last_x = min(canvas.width, math.floor(left + image.width * scale_x))
        last_y = min(brush.bottom, math.floor(top + image.height * scale_y))
        if last_x <= first_x or last_y <= first_y:
            return
        size = (last_x - first_x, last_y - first_y)
        if brush.is_exact:
            box = (
                max(0.0, (first_x - left) / scale_x),
                max(0.0, (first_y - top) / scale_y),
                min(float(image.width), (last_x - left) / scale_x),
                min(float(image.height), (last_y - top) / scale_y),
            )
            part = image.resize(size, BILINEAR, box=box)
        else:
            times, large = self._enlarged()
            across, down = times / scale_x, times / scale_y
            matrix = (across, 0.0, across * (first_x - left), 0.0, down, down * (first_y - top))
            part = large.transform(size, Image.Transform.AFFINE, matrix, NEAREST)
        _lay(canvas, part, first_x, first_y, brush)

    def _paint_turned(self, canvas: Image.Image, placing: Placing, brush: Brush) -> None:
        image = self.image
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
        bottom = min(brush.bottom, math.ceil(max(rows)))
        if right <= left or bottom <= top:
            return
        times, source = (1, image) if brush.is_exact else self._enlarged()
        # from the frame back to the cut-out: undo the turn, then the scale
        a, b = times * cosine / placing.scale_x, times * sine / placing.scale_x
        d, e = -times * sine / placing.scale_y, times * cosine / placing.scale_y
        away_x, away_y = left - placing.origin_x, top - placing.origin_y
        matrix = (
            a,
            b,
            a * away_x + b * away_y + times * (placing.about_x - self.left),
            d,
            e,
            d * away_x + e * away_y + times * (placing.about_y - self.top),
        )
        turned = source.transform(
            (right - left, bottom - top),
            Image.Transform.AFFINE,
            matrix,
            BILINEAR if brush.is_exact else NEAREST,
        )
        _lay(canvas, turned, left, top, brush)

    def _enlarged(self) -> tuple[int, Image.Image]:
        """How many times enlarged, and the enlarged picture; made when it is first asked for."""
        if self._large is None:
            image = self.image
            pixels = image.width * image.height
            times = next((times for most, times in ENLARGED if pixels <= most), 2)
            large = image.resize((image.width * times, image.height * times), BILINEAR)
            self._large = (times, large)
        return self._large


def _lay(canvas: Image.Image, part: Image.Image, left: int, top: int, brush: Brush) -> None:
    """Paint a part that lies wholly in the frame."""
    if brush.level < 1:
        part = part.convert("RGBa") if part.mode != "RGBa" else part
        part = part.point([round(value * brush.level) for value in range(256)] * 4)
    canvas.paste(part, (left, top), part if part.mode == "RGBa" else None)


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


def _solid_from(opaque: np.ndarray[tuple[int, ...], np.dtype[np.bool_]], top: int) -> int:
    """The board's row from which on every pixel is opaque."""
    holes = np.flatnonzero(~opaque.all(axis=1))
    return top + (int(holes[-1]) + 1 if len(holes) else 0)
