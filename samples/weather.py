"""What falls, flies and shines over a whole shot: rain, snow, embers, a turning beam, a lantern's glow."""

from __future__ import annotations

import math

import numpy as np
from PIL import Image, ImageDraw

from samples.drawing import Brush


class Weather:
    """Effects for one canvas size; every one is a function of film seconds."""

    def __init__(self, width: int, height: int, seed: int) -> None:
        self._width, self._height = width, height
        random = np.random.default_rng([seed, 4])
        self._embers = random.uniform(0, 1, (46, 4))
        self._flakes = random.uniform(0, 1, (90, 4))
        self._drops = random.uniform(0, 1, (120, 3))
        self._lantern: Image.Image | None = None

    def put(self, canvas: Image.Image, effect: str, seconds: float) -> None:
        """Draw one effect over the canvas (RGB), in place."""
        {"rain": self._rain, "snow": self._snow, "embers": self._fire, "beam": self._beam}[effect](
            canvas, seconds
        )

    def put_lantern(self, canvas: Image.Image, x: float, y: float) -> None:
        """A warm glow around a point of the canvas, for the dark."""
        if self._lantern is None:
            brush = Brush(1.2, 1.2, self._height)
            brush.glow(0.6, 0.6, 0.6, (255, 186, 96), 0.30)
            self._lantern = brush.finished()
        glow = self._lantern
        canvas.paste(glow, (round(x - glow.width / 2), round(y - glow.height / 2)), glow)

    def _rain(self, canvas: Image.Image, seconds: float) -> None:
        draw = ImageDraw.Draw(canvas, "RGBA")
        for x, phase, length in self._drops:
            y = (phase + seconds * (1.7 + length)) % 1.0
            left, top = x * self._width * 1.1 - 0.06 * y * self._width, (y * 1.2 - 0.1) * self._height
            tall = (0.05 + 0.05 * length) * self._height
            draw.line(
                (left, top, left - tall * 0.2, top + tall), (206, 220, 236, 130), max(1, self._height // 240)
            )

    def _snow(self, canvas: Image.Image, seconds: float) -> None:
        draw = ImageDraw.Draw(canvas, "RGBA")
        for x, phase, size, sway in self._flakes:
            y = (phase + seconds * (0.10 + 0.12 * size)) % 1.0
            left = (x + 0.02 * math.sin(seconds * (0.8 + sway) + 6 * sway)) * self._width
            radius = (0.002 + 0.005 * size) * self._height
            top = y * self._height
            draw.ellipse((left - radius, top - radius, left + radius, top + radius), (246, 248, 255, 215))

    def _fire(self, canvas: Image.Image, seconds: float) -> None:
        draw = ImageDraw.Draw(canvas, "RGBA")
        for x, phase, size, sway in self._embers:
            rise = (phase + seconds * (0.18 + 0.35 * sway)) % 1.0
            left = (x + 0.04 * math.sin(4 * seconds * sway + 6 * phase)) * self._width
            top = (1.05 - 1.1 * rise) * self._height
            radius = (0.003 + 0.009 * size) * self._height * (1 - 0.6 * rise)
            paint = (255, round(210 - 130 * rise), round(90 - 60 * rise), round(235 * (1 - rise * 0.7)))
            draw.ellipse((left - radius, top - radius, left + radius, top + radius), paint)

    def _beam(self, canvas: Image.Image, seconds: float) -> None:
        draw = ImageDraw.Draw(canvas, "RGBA")
        origin = (0.78 * self._width, 0.2 * self._height)
        angle = math.pi * (0.8 + 0.35 * math.sin(1.4 * seconds))
        reach = 1.4 * self._width
        for spread, alpha in ((0.16, 40), (0.09, 60)):
            points = [origin]
            points += [
                (
                    origin[0] + reach * math.cos(angle + side * spread),
                    origin[1] + reach * math.sin(angle + side * spread),
                )
                for side in (-1, 1)
            ]
            draw.polygon(points, (255, 244, 200, alpha))
