"""Shapes in units of the picture's height, drawn large and shrunk so that edges are smooth.

What the shapes depict is decided in `places`, `figures` and `objects`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw

Colour = tuple[int, int, int]
Paint = tuple[int, int, int] | tuple[int, int, int, int]
Point = tuple[float, float]

SUPERSAMPLING = 2


class Brush:
    """A drawing surface; (0, 0) is top left, y = 1 is one picture height down."""

    def __init__(self, width: float, height: float, pixels_per_unit: int, background: Paint | None = None):
        self.scale = pixels_per_unit * SUPERSAMPLING
        self.size = (max(1, round(width * pixels_per_unit)), max(1, round(height * pixels_per_unit)))
        self.width, self.height = width, height
        large = (self.size[0] * SUPERSAMPLING, self.size[1] * SUPERSAMPLING)
        self._picture = Image.new("RGBA", large, background or (0, 0, 0, 0))
        self._draw = ImageDraw.Draw(self._picture)

    def _box(self, left: float, top: float, right: float, bottom: float) -> tuple[float, float, float, float]:
        return (
            min(left, right) * self.scale,
            min(top, bottom) * self.scale,
            max(left, right) * self.scale,
            max(top, bottom) * self.scale,
        )

    def rectangle(
        self, left: float, top: float, right: float, bottom: float, paint: Paint, radius: float = 0
    ) -> None:
        """A filled rectangle, its corners rounded by `radius`."""
        self._draw.rounded_rectangle(self._box(left, top, right, bottom), radius * self.scale, fill=paint)

    def ellipse(
        self,
        x: float,
        y: float,
        across: float,
        down: float,
        paint: Paint | None,
        outline: Paint | None = None,
    ) -> None:
        """A filled ellipse by its middle and its two radii."""
        width = max(1, round(0.004 * self.scale))
        box = self._box(x - across, y - down, x + across, y + down)
        self._draw.ellipse(box, fill=paint, outline=outline, width=width)

    def polygon(self, points: list[Point], paint: Paint) -> None:
        """A filled polygon."""
        self._draw.polygon([(x * self.scale, y * self.scale) for x, y in points], fill=paint)

    def line(self, points: list[Point], paint: Paint, thickness: float) -> None:
        """A line through points with round joints and ends."""
        width = max(1, round(thickness * self.scale))
        scaled = [(x * self.scale, y * self.scale) for x, y in points]
        self._draw.line(scaled, fill=paint, width=width, joint="curve")
        if width > 3:
            for x, y in (scaled[0], scaled[-1]):
                self._draw.ellipse((x - width / 2, y - width / 2, x + width / 2, y + width / 2), fill=paint)

    def arc(
        self,
        x: float,
        y: float,
        across: float,
        down: float,
        angles: tuple[float, float],
        paint: Paint,
        thickness: float,
    ) -> None:
        """Part of an ellipse's outline, angles in degrees clockwise from the right."""
        box = self._box(x - across, y - down, x + across, y + down)
        self._draw.arc(box, *angles, fill=paint, width=max(1, round(thickness * self.scale)))

    def gradient(self, top: float, bottom: float, above: Colour, below: Colour) -> None:
        """A vertical gradient over the whole width between two heights."""
        first, last = round(top * self.scale), round(bottom * self.scale)
        share = np.linspace(0, 1, max(1, last - first))[:, np.newaxis, np.newaxis]
        column = np.array(above) * (1 - share) + np.array(below) * share
        strip = Image.fromarray(np.rint(column).astype(np.uint8))
        self._picture.paste(strip.resize((self._picture.width, strip.height)), (0, first))

    def glow(self, x: float, y: float, radius: float, paint: Colour, strength: float) -> None:
        """A soft light around a point; `strength` (0 to 1) in its middle."""
        side = max(2, round(2 * radius * self.scale))
        axis = np.linspace(-1, 1, side)
        distance = np.sqrt(axis[:, np.newaxis] ** 2 + axis[np.newaxis, :] ** 2)
        alpha = np.clip(1 - distance, 0, 1) ** 2 * 255 * strength
        light = Image.new("RGBA", (side, side), (*paint, 255))
        light.putalpha(Image.fromarray(np.rint(alpha).astype(np.uint8)))
        corner = (round((x - radius) * self.scale), round((y - radius) * self.scale))
        layer = Image.new("RGBA", self._picture.size, (0, 0, 0, 0))
        layer.paste(light, corner)
        self._picture.alpha_composite(layer)

    def finished(self) -> Image.Image:
        """The drawing at its asked size, RGBA."""
        return self._picture.reduce(SUPERSAMPLING).resize(self.size, Image.Resampling.BILINEAR)


@dataclass(frozen=True)
class Light:
    """The time of day: sky colours and what the light does to every colour under it."""

    name: str
    sky_top: Colour
    sky_bottom: Colour
    gains: tuple[float, float, float]
    is_lit: bool
    """Whether windows and lamps burn."""


LIGHTS = {
    "day": Light("day", (104, 168, 214), (214, 232, 232), (1.0, 1.0, 1.0), is_lit=False),
    "dusk": Light("dusk", (92, 74, 128), (244, 158, 96), (0.94, 0.76, 0.70), is_lit=True),
    "dawn": Light("dawn", (120, 140, 190), (250, 208, 178), (0.98, 0.88, 0.86), is_lit=False),
    "night": Light("night", (16, 22, 52), (46, 58, 104), (0.42, 0.48, 0.70), is_lit=True),
    "lamplight": Light("lamplight", (16, 22, 52), (46, 58, 104), (0.92, 0.70, 0.50), is_lit=True),
    "dark": Light("dark", (5, 7, 14), (12, 16, 28), (0.13, 0.15, 0.21), is_lit=False),
}


def tinted(picture: Image.Image, gains: tuple[float, float, float]) -> Image.Image:
    """The picture (RGB or RGBA) with each colour multiplied; transparency kept."""
    if gains == (1.0, 1.0, 1.0):
        return picture
    tables = [min(255, round(level * gain)) for gain in gains for level in range(256)]
    if picture.mode == "RGBA":
        tables += list(range(256))
    return picture.point(tables)


def shade(colour: Colour, factor: float) -> Colour:
    """A lighter (factor above 1) or darker colour."""
    red, green, blue = (min(255, max(0, round(part * factor))) for part in colour)
    return red, green, blue


def paper(picture: Image.Image, random: np.random.Generator, strength: float = 5.0) -> Image.Image:
    """The picture with the grain of paper, so that nothing is perfectly flat."""
    grain = random.normal(0, strength, (picture.height, picture.width, 1))
    pixels = np.asarray(picture).astype(np.float32)
    pixels[..., :3] += grain
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))
