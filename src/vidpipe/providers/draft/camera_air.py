"""What is in the air before the camera: rain, snow, leaves, sparks, dust, stars, fog and lightning.

Each small thing has its place, speed and size from the board's seed, so that every moment can be drawn
alone. Deliberately not here: the board's layers.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from vidpipe.providers.draft.board import Light, Particles

USUAL_COUNT: Final = {"rain": 250, "snow": 250, "leaves": 25, "sparks": 40, "dust": 40, "stars": 90}
"""At density 1, as the board promises."""

MOST: Final = 900
"""More are not told apart, and cost time."""

FALL_HEIGHTS_PER_SECOND: Final = {"rain": 1.9, "snow": 0.16, "leaves": 0.2, "sparks": -0.22, "dust": 0.015}

SIZES: Final = 4
"""Sizes of one kind; each is drawn once at every place between pixels."""

PHASES: Final = 4

REFERENCE_HEIGHT: Final = 720
"""The height in which sizes below are given, in pixels."""

LIGHTNING_EVERY_S: Final = 2.6
LIGHTNING_S: Final = 0.28

FOG_LARGEST_ALPHA: Final = 150
FOG_WIDTHS_PER_SECOND: Final = 0.012


class Swarm:
    """One kind of small things in one frame."""

    def __init__(self, particles: Particles, width: int, height: int, seed: int) -> None:
        self.kind = particles.kind
        self._width, self._height = width, height
        self._wind = particles.wind
        usual = USUAL_COUNT.get(particles.kind, 40)
        count = min(MOST, max(1, round(usual * particles.density)))
        draw = np.random.default_rng([seed & 0xFFFFFFFF, sum(particles.kind.encode())])
        self._start = draw.random((count, 2))
        self._nearness = draw.random(count)
        self._phase = draw.random(count)
        self._color = particles.color
        self._unit = height / REFERENCE_HEIGHT
        self._sprites: dict[tuple[int, int, int], Image.Image] = {}

    def paint(self, canvas: Image.Image, time_s: float) -> None:
        """Paint the swarm as it is at a time on an RGB canvas."""
        for x, y, size in zip(*self._places(time_s), strict=True):
            column, row = math.floor(x), math.floor(y)
            sprite = self._sprite(int(size), int((x - column) * PHASES), int((y - row) * PHASES))
            if sprite is not None:
                canvas.paste(sprite, (column - sprite.width // 2, row - sprite.height // 2), sprite)

    def _places(self, time_s: float) -> tuple[list[float], list[float], list[int]]:
        size = np.minimum(SIZES - 1, (self._nearness * SIZES).astype(int))
        if self.kind == "stars":
            # they stay, and twinkle by changing their size
            swing = np.sin(2 * math.pi * (0.5 * time_s * (0.4 + self._nearness) + self._phase))
            size = np.clip(size + np.where(swing > 0.75, 1, 0), 0, SIZES - 1)
            return (
                (self._start[:, 0] * self._width).tolist(),
                (self._start[:, 1] * self._height * 0.6).tolist(),
                size.tolist(),
            )
        margin = 0.12
        speed = FALL_HEIGHTS_PER_SECOND.get(self.kind, 0.1) * (0.6 + 0.8 * self._nearness)
        along = 1 + 2 * margin
        y = ((self._start[:, 1] + speed * time_s) % along - margin) * self._height
        wind = np.abs(speed) * self._wind * self._height / self._width
        x = (self._start[:, 0] + wind * time_s) % along - margin
        x = x * self._width + self._sideways(time_s)
        return x.tolist(), y.tolist(), size.tolist()

    def _sideways(self, time_s: float) -> NDArray[np.float64]:
        reach = {"snow": 9.0, "leaves": 34.0, "sparks": 12.0, "dust": 20.0}.get(self.kind, 0.0)
        rate = {"snow": 0.35, "leaves": 0.4, "sparks": 0.7, "dust": 0.1}.get(self.kind, 0.0)
        return reach * self._unit * np.sin(2 * math.pi * (rate * time_s + self._phase))

    def _sprite(self, size: int, column: int, row: int) -> Image.Image | None:
        if self.kind == "rain":
            column = row = 0  # so fast that no eye sees between pixels
        key = (size, column, row)
        if key not in self._sprites:
            self._sprites[key] = self._drawn(size, column / PHASES, row / PHASES)
        return self._sprites[key]

    def _drawn(self, size: int, right: float, down: float) -> Image.Image:
        """One of the swarm, drawn at four times its size and reduced."""
        fine = 4
        near = 0.45 + 0.55 * (size + 1) / SIZES
        radius = {"rain": 0.8, "snow": 2.6, "leaves": 5.0, "sparks": 2.0, "dust": 2.2, "stars": 1.3}.get(
            self.kind, 2.0
        )
        radius *= near * self._unit
        tall = 26 * near * self._unit if self.kind == "rain" else 0.0
        slant = tall * self._wind
        half_width = math.ceil(radius * 2 + abs(slant) / 2) + 2
        half_height = math.ceil(radius * 2 + tall / 2) + 2
        image = Image.new("RGBA", (2 * half_width * fine, 2 * half_height * fine), (*self._color[:3], 0))
        pen = ImageDraw.Draw(image)
        x, y = (half_width + right) * fine, (half_height + down) * fine
        reach = radius * fine
        color = (*self._color[:3], round(self._color[3] * (0.5 + 0.5 * near)))
        if self.kind == "rain":
            pen.line(
                (x - slant / 2 * fine, y - tall / 2 * fine, x + slant / 2 * fine, y + tall / 2 * fine),
                fill=color,
                width=max(fine, round(2 * reach)),
            )
        elif self.kind == "leaves":
            tilt = 0.9 * (size / SIZES) + 0.4
            points = [
                (
                    x + reach * (math.cos(turn) * math.cos(tilt) - 0.5 * math.sin(turn) * math.sin(tilt)),
                    y + reach * (math.cos(turn) * math.sin(tilt) + 0.5 * math.sin(turn) * math.cos(tilt)),
                )
                for turn in (step * math.pi / 8 for step in range(16))
            ]
            pen.polygon(points, fill=color)
        else:
            pen.ellipse((x - reach, y - reach, x + reach, y + reach), fill=color)
        return image.convert("RGBa").resize((2 * half_width, 2 * half_height), Image.Resampling.BOX)


class Fog:
    """A veil that drifts over everything."""

    def __init__(self, light: Light, width: int, height: int, seed: int) -> None:
        draw = np.random.default_rng([seed & 0xFFFFFFFF, 77])
        self._width = width
        self._period = width  # the veil comes round after one width, without a seam
        coarse = draw.random((6, 8))
        tile = np.concatenate([coarse, coarse[:, :4]], axis=1).astype(np.float32)
        veil = Image.fromarray((tile * 255).astype(np.uint8)).resize(
            (width * 12 // 8, height), Image.Resampling.BICUBIC
        )
        veil = veil.filter(ImageFilter.GaussianBlur(width / 60))
        strong = np.asarray(veil, dtype=np.float32) / 255
        falls = np.linspace(0.55, 1.0, height, dtype=np.float32)[:, None]
        alpha = np.clip((0.45 + 0.55 * strong) * falls * light.fog * FOG_LARGEST_ALPHA, 0, 255)
        pixels = np.empty((*alpha.shape, 4), np.uint8)
        pixels[..., :3] = light.fog_color
        pixels[..., 3] = alpha.astype(np.uint8)
        self._image = Image.fromarray(pixels, "RGBA").convert("RGBa")
        # twice the width is needed to slide: the half that is missing is the beginning again
        self._span = width * 4 // 8

    def paint(self, canvas: Image.Image, time_s: float) -> None:
        """Paint the veil as it is at a time on an RGB canvas."""
        # to and fro inside the strip: soft as it is, whole pixels are no steps
        part = 0.5 - 0.5 * math.cos(
            2 * math.pi * time_s * FOG_WIDTHS_PER_SECOND * self._width / self._span / 2
        )
        left = round(part * self._span)
        veil = self._image.crop((left, 0, left + canvas.width, canvas.height))
        canvas.paste(veil, (0, 0), veil)


def lightning_at(time_s: float, duration_s: float, seed: int) -> float:
    """How bright the sky flashes, 0 to 1; never in a shot's first and last moments."""
    first = 0.7 + (seed % 97) / 97
    if not 0.25 < time_s < duration_s - 0.25:
        return 0.0
    since = (time_s - first) % LIGHTNING_EVERY_S
    if time_s < first or since >= LIGHTNING_S:
        return 0.0
    # two strokes, the second weaker
    first_stroke = max(0.0, 1 - since / 0.1)
    second_stroke = 0.7 * max(0.0, 1 - abs(since - 0.17) / 0.09)
    return max(first_stroke, second_stroke)
