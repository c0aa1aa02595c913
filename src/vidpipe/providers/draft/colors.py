"""Colours: words to paint, paint to paint, and the colour that a picture of a thing chiefly has."""

from __future__ import annotations

import colorsys
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
from PIL import Image

RGB = tuple[int, int, int]

COLOR_WORDS: Final[dict[str, RGB]] = {
    "red": (200, 32, 36),
    "scarlet": (214, 40, 30),
    "crimson": (165, 20, 45),
    "maroon": (110, 24, 36),
    "pink": (236, 140, 170),
    "rose": (226, 110, 140),
    "orange": (232, 120, 30),
    "amber": (240, 165, 30),
    "gold": (214, 166, 52),
    "golden": (214, 166, 52),
    "yellow": (240, 200, 40),
    "cream": (244, 232, 202),
    "beige": (220, 200, 168),
    "tan": (196, 158, 112),
    "khaki": (172, 158, 110),
    "brown": (118, 76, 46),
    "chestnut": (128, 66, 38),
    "copper": (176, 98, 56),
    "green": (44, 140, 66),
    "olive": (112, 118, 50),
    "lime": (140, 200, 60),
    "mint": (160, 220, 190),
    "teal": (20, 128, 128),
    "turquoise": (50, 186, 186),
    "cyan": (60, 190, 220),
    "blue": (34, 82, 190),
    "navy": (24, 40, 92),
    "indigo": (62, 50, 140),
    "violet": (120, 70, 180),
    "purple": (116, 50, 150),
    "lilac": (190, 160, 214),
    "magenta": (200, 40, 140),
    "white": (240, 240, 236),
    "ivory": (244, 240, 222),
    "silver": (190, 194, 200),
    "gray": (128, 130, 134),
    "grey": (128, 130, 134),
    "charcoal": (62, 64, 70),
    "black": (34, 34, 40),
}
"""Colours that words name, as sRGB."""

NEUTRAL: Final[RGB] = (150, 152, 156)
"""Of things that nothing gives a colour: no hue, so that it leans towards none."""

_WORD = re.compile(r"[a-z]+")


def from_hex(text: str) -> RGB:
    """The colour that `#rrggbb` writes."""
    return (int(text[1:3], 16), int(text[3:5], 16), int(text[5:7], 16))


def first_color_in(text: str) -> RGB | None:
    """The first colour that a text names; `dark` and `light` before it are heard; None without one."""
    words = _WORD.findall(text.lower())
    for at, word in enumerate(words):
        if word in COLOR_WORDS:
            color = COLOR_WORDS[word]
            before = words[at - 1] if at else ""
            if before in {"dark", "deep"}:
                return scaled(color, 0.65)
            if before in {"light", "pale"}:
                return mixed(color, (255, 255, 255), 0.45)
            return color
    return None


def color_of(text: str, *nouns: str) -> RGB | None:
    """The colour that stands right before one of the nouns, at most two words away: `red woollen coat`."""
    words = _WORD.findall(text.lower())
    for at, word in enumerate(words):
        if word in nouns or (word.endswith("s") and word[:-1] in nouns):
            before = words[max(0, at - 3) : at]
            nearest = next(
                (start for start in reversed(range(len(before))) if before[start] in COLOR_WORDS), None
            )
            if nearest is not None:
                return first_color_in(
                    " ".join(before[max(0, nearest - 1) :])
                    if nearest == 0 or before[nearest - 1] not in COLOR_WORDS
                    else before[nearest]
                )
    return None


def mixed(one: RGB, other: RGB, part: float) -> RGB:
    """`part` 0 is one, 1 the other."""
    return _clipped([a + (b - a) * part for a, b in zip(one, other, strict=True)])


def scaled(color: RGB, factor: float) -> RGB:
    """Lighter above 1, darker below; hue kept."""
    return _clipped([part * factor for part in color])


def luminance(color: RGB) -> float:
    """0 black to 1 white, as the eye weighs the three (Rec. 709, on coded values)."""
    return (0.2126 * color[0] + 0.7152 * color[1] + 0.0722 * color[2]) / 255


def saturated(color: RGB, factor: float) -> RGB:
    """More or less colourful, its brightness nearly kept."""
    grey = luminance(color) * 255
    return _clipped([grey + (part - grey) * factor for part in color])


def _clipped(parts: Sequence[float]) -> RGB:
    red, green, blue = (min(255, max(0, round(part))) for part in parts)
    return (red, green, blue)


def main_color(picture: Image.Image) -> RGB | None:
    """The dominant saturated colour of a picture's middle; a grey where it has hardly any colour; None if empty.

    Pixels are weighed by saturation and by nearness to the middle, gathered in 24 hues; the strongest hue's
    weighted median is the answer. A thing is grey where less than a tenth of the middle is colourful.
    """
    small = picture.convert("RGBA").resize((64, 64), Image.Resampling.BOX)
    pixels = np.asarray(small, dtype=np.float64)
    inner = pixels[8:56, 8:56].reshape(-1, 4)
    seen = inner[:, 3] > 127
    if not seen.any():
        return None
    rows, columns = np.mgrid[-1:1:48j, -1:1:48j]
    near = np.exp(-1.5 * (rows**2 + columns**2)).reshape(-1)[seen]
    rgb = inner[seen, :3]
    top, bottom = rgb.max(axis=1), rgb.min(axis=1)
    saturation = np.where(top > 0, (top - bottom) / np.maximum(top, 1), 0)
    colourful = (saturation > 0.28) & (top > 45)
    if near[colourful].sum() < 0.1 * near.sum():
        grey = np.median(rgb.mean(axis=1))
        return _clipped([grey, grey, grey])
    hues = np.array([colorsys.rgb_to_hsv(*pixel)[0] for pixel in rgb[colourful] / 255])
    weights = near[colourful] * saturation[colourful] * np.sqrt(top[colourful] / 255)
    counts = np.bincount((hues * 24).astype(int) % 24, weights, 24)
    blurred = counts + 0.5 * (np.roll(counts, 1) + np.roll(counts, -1))
    best = int(blurred.argmax())
    distance = np.abs((hues * 24 - best - 0.5 + 12) % 24 - 12)
    chosen = rgb[colourful][distance <= 1.5]
    order = chosen.sum(axis=1).argsort(kind="stable")
    # The brighter half is the paint in the light; the darker half is its shadow, which the artist draws anew.
    lit = chosen[order[len(order) // 2 :]]
    return _clipped([float(part) for part in np.median(lit, axis=0)])


def main_color_of_file(path: Path) -> RGB | None:
    """`main_color` of a picture file; None where it cannot be read, so that a lost crop is only a lost colour."""
    try:
        with Image.open(path) as picture:
            picture.draft("RGB", (256, 256))
            return main_color(picture)
    except (OSError, ValueError, Image.DecompressionBombError):
        return None
