"""Says in measured words how a thing looks: its colours, tone, shape, size and place, from a stated vocabulary.

Colours are compared in OKLab (Björn Ottosson, 2020), where equal distances look about equally different. Pure:
pictures are arrays. Deliberately not here: what a thing is (the detector's label is taken as it comes).
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from PIL import Image

from vidpipe.schemas.analysis import Box

Picture = npt.NDArray[np.uint8]
"""Rows × columns × 3, sRGB."""

COLOR_SAMPLES: Final[dict[str, tuple[str, ...]]] = {
    "white": ("#ffffff", "#f4f4f2", "#e8e9ec"),
    "grey": ("#808286", "#a8abb0", "#c4c7cb", "#54575c", "#6b7280"),
    "black": ("#08080a", "#18191c", "#26282c"),
    "red": ("#c82024", "#e53935", "#a51420", "#701824", "#ff1a1a", "#d8483e"),
    "orange": ("#e8781e", "#ff7f0e", "#f59b42", "#d86a12"),
    "brown": ("#764a2e", "#8b5a2b", "#5c3a21", "#a0703c", "#432a1a"),
    "beige": ("#dcc8a8", "#c4a882", "#e8d8b8", "#f0d5b8", "#d8b08c"),
    "yellow": ("#f0c828", "#ffe135", "#d8b018", "#f5e678", "#ffd400"),
    "green": ("#2c8c42", "#4caf50", "#1b5e20", "#8bc34a", "#6b8e23", "#a8d8a0", "#00c040"),
    "turquoise": ("#20b2aa", "#32bac6", "#148080", "#7fdfd4", "#00d0d0"),
    "blue": ("#2252be", "#1e88e5", "#182c5c", "#3f6fb0", "#87b8ea", "#0000ff", "#34508c"),
    "violet": ("#7846b4", "#5b2c8f", "#9b72cf", "#3e2a70", "#bea0d6"),
    "pink": ("#ec8caa", "#e26e8e", "#f5b8cc", "#c8288c", "#ff69b4"),
}
"""The words for colours, and colours that people call so; a colour bears the word of the nearest."""

TONES: Final = ("bright", "dark", "pale", "muted")
SHAPES: Final = ("low and wide", "tall and narrow", "about as wide as high")
SIZES: Final = ("very large", "large", "at middle size", "small")
PLACES: Final = ("on the left", "in the middle", "on the right")
CUT_OFF: Final = "cut off by the edge"
JOINING: Final = ("a", "an", "with", "in", "and", "seen")

VOCABULARY: Final[frozenset[str]] = frozenset(
    word
    for phrase in (*COLOR_SAMPLES, *TONES, *SHAPES, *SIZES, *PLACES, CUT_OFF, *JOINING)
    for word in phrase.split()
)
"""Every word that a description may use beside the thing's label."""

LIGHTNESS_WEIGHT = 0.6
"""Of lightness against hue when two colours are compared: a shadow does not give a thing another colour."""

SAME_COLOR = 0.09
"""OKLab distance under which two colours are one to a viewer; a just noticeable step is about 0.02."""

CLUSTERS = 7
ROUNDS = 12
SIDE_PX = 48
"""A crop is measured at this size: its colours, not its details, are asked for."""

RING = 0.08
"""Part of each side that counts as the crop's edge, where the surroundings show."""

SECOND_COLOR_SHARE = 0.14
"""From this share on a further colour is named."""

WIDE, NARROW = 1.5, 0.667
LARGE_SHARES: Final = ((0.25, SIZES[0]), (0.08, SIZES[1]), (0.02, SIZES[2]), (0.0, SIZES[3]))
EDGE = 0.004
"""A box this near to the picture's edge is cut off by it."""

PEOPLE: Final = frozenset({"person", "face", "man", "woman", "boy", "girl", "child"})


@dataclass(frozen=True)
class Look:
    """What was measured on a crop."""

    colors: tuple[str, ...]
    """`#rrggbb`, the strongest first."""
    color_words: tuple[str, ...]
    """Their words, each once, in the same order."""
    tone: str
    shape: str


def look_of(crop: Picture) -> Look:
    """How a thing looks that fills the middle of its crop.

    Args:
        crop: The cut-out; what also lies along its edge counts as surroundings.
    """
    colors, shares = _main_colors(crop)
    hexes = tuple(_hex(color) for color in colors)
    words: list[str] = []
    for color, share in zip(hexes, shares, strict=True):
        word = color_word(color)
        if word not in words and (not words or share >= SECOND_COLOR_SHARE):
            words.append(word)
    height, width = crop.shape[:2]
    ratio = width / height
    shape = SHAPES[0] if ratio >= WIDE else SHAPES[1] if ratio <= NARROW else SHAPES[2]
    return Look(hexes, tuple(words[:3]), _tone(colors[0]), shape)


def describe(crop: Picture, label: str, box: Box) -> str:
    """A sentence on how a thing looks and where: `a red car with black, bright, low and wide, seen large on the left`.

    Args:
        crop: The cut-out.
        label: What it is, in one common noun.
        box: Where it was seen.
    """
    look = look_of(crop)
    words = [phrase_of(look, label), look.tone, look.shape, f"seen {_size(box)} {_place(box)}"]
    if _is_cut_off(box):
        words.append(CUT_OFF)
    return ", ".join(word for word in words if word)


def reverse_prompt_of(crop: Picture, label: str) -> str:
    """Words that ask for the same thing again, wherever it may stand: `red car with black, bright, low and wide`."""
    look = look_of(crop)
    return ", ".join(
        word for word in (phrase_of(look, label).split(" ", 1)[1], look.tone, look.shape) if word
    )


def name_of(look: Look, label: str) -> str:
    """A short name: `red car`, `person in red`."""
    if label in PEOPLE:
        return f"{label} in {look.color_words[0]}"
    return f"{look.color_words[0]} {label}"


def phrase_of(look: Look, label: str) -> str:
    """The thing with its article and colours: `a red car with black`, `a person in red and blue`."""
    first, *others = look.color_words
    if label in PEOPLE:
        return f"{_article(label)} {label} in {' and '.join(look.color_words)}"
    also = f" with {' and '.join(others)}" if others else ""
    return f"{_article(first)} {first} {label}{also}"


def color_word(color: str) -> str:
    """The word for a colour written as `#rrggbb`."""
    words, samples = _samples()
    return words[int(_distance(samples, _lab(_from_hex(color))[None]).argmin())]


def color_distance(one: str, other: str) -> float:
    """How different two colours look, both `#rrggbb`: 0 equal, `SAME_COLOR` hardly, 1 as black and white."""
    return float(_distance(_lab(_from_hex(one))[None], _lab(_from_hex(other))[None])[0])


def is_same_color(one: str, other: str) -> bool:
    """Whether two colours are one to a viewer."""
    return color_distance(one, other) <= SAME_COLOR


def _main_colors(crop: Picture) -> tuple[list[npt.NDArray[np.float64]], list[float]]:
    """The main colours in OKLab with their shares, the strongest first."""
    small = np.asarray(Image.fromarray(crop).resize((SIDE_PX, SIDE_PX), Image.Resampling.BOX))
    pixels = _lab(small.reshape(-1, 3) / 255.0)
    across = (np.arange(SIDE_PX) + 0.5) / SIDE_PX
    down, right = (part.reshape(-1) for part in np.meshgrid(across, across, indexing="ij"))
    is_edge = np.minimum.reduce([down, 1 - down, right, 1 - right]) < RING
    middle = np.exp(-6.0 * ((down - 0.5) ** 2 + (right - 0.5) ** 2))
    centers = _clusters(pixels, middle)
    nearest = np.stack([_distance(pixels, center[None]) for center in centers]).argmin(axis=0)
    found = []
    for number, center in enumerate(centers):
        mine = nearest == number
        share = float(middle[mine & ~is_edge].sum() / middle[~is_edge].sum())
        around = float(mine[is_edge].mean())
        # what runs along the edge is mostly the surroundings; what is colourful is what people name
        chroma = float(np.hypot(center[1], center[2]))
        found.append((share * (1 - 0.8 * around) * (0.6 + min(1.0, chroma / 0.12)), center))
    found = [(weight, center) for weight, center in found if weight > 0]
    total = sum(weight for weight, _ in found)
    # equal weights are told apart by lightness, so that the order never hangs on the sort
    found.sort(key=lambda item: (-item[0], float(item[1][0])))
    kept = [(weight / total, center) for weight, center in found if weight / total >= 0.04][:4]
    return [center for _, center in kept], [weight for weight, _ in kept]


def _clusters(
    pixels: npt.NDArray[np.float64], weights: npt.NDArray[np.float64]
) -> list[npt.NDArray[np.float64]]:
    """Weighted k-means, begun at the pixels farthest from each other; like centres are one."""
    chosen = [int(_distance(pixels, np.average(pixels, axis=0, weights=weights)[None]).argmin())]
    away = _distance(pixels, pixels[chosen[0]][None])
    while len(chosen) < CLUSTERS and float(away.max()) > SAME_COLOR / 2:
        chosen.append(int((away * weights).argmax()))
        away = np.minimum(away, _distance(pixels, pixels[chosen[-1]][None]))
    centers = pixels[chosen]
    for _ in range(ROUNDS):
        nearest = np.stack([_distance(pixels, center[None]) for center in centers]).argmin(axis=0)
        moved = centers.copy()
        for number in range(len(centers)):
            mine = nearest == number
            if mine.any():
                moved[number] = np.average(pixels[mine], axis=0, weights=weights[mine])
        if np.allclose(moved, centers, atol=1e-5):
            break
        centers = moved
    kept: list[npt.NDArray[np.float64]] = []
    for center in centers:
        if all(float(_distance(center[None], other[None])[0]) > SAME_COLOR * 0.6 for other in kept):
            kept.append(center)
    return kept


def _tone(color: npt.NDArray[np.float64]) -> str:
    lightness, chroma = float(color[0]), float(np.hypot(color[1], color[2]))
    if lightness < 0.36:
        return "dark"
    if chroma >= 0.13 or (lightness > 0.92):
        return "bright"
    if lightness > 0.8:
        return "pale"
    return "muted" if 0.03 < chroma < 0.08 else ""


def _size(box: Box) -> str:
    share = box[2] * box[3]
    return next(word for least, word in LARGE_SHARES if share >= least)


def _place(box: Box) -> str:
    middle = box[0] + box[2] / 2
    return PLACES[0] if middle < 1 / 3 else PLACES[2] if middle > 2 / 3 else PLACES[1]


def _is_cut_off(box: Box) -> bool:
    left, top, width, height = box
    return min(left, top, 1 - left - width, 1 - top - height) < EDGE


def _article(word: str) -> str:
    return "an" if word[:1] in "aeiou" else "a"


def _from_hex(color: str) -> npt.NDArray[np.float64]:
    return np.array([int(color[at : at + 2], 16) for at in (1, 3, 5)], np.float64) / 255


def _hex(color: npt.NDArray[np.float64]) -> str:
    return "#" + "".join(f"{part:02x}" for part in _rgb(color))


_TO_LMS: Final = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_TO_LAB: Final = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)


def _lab(rgb: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """OKLab of sRGB values 0 to 1."""
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    lms: npt.NDArray[np.float64] = np.cbrt(linear @ _TO_LMS.T) @ _TO_LAB.T
    return lms


def _rgb(lab: npt.NDArray[np.float64]) -> list[int]:
    """Bytes in sRGB of one OKLab colour; what no screen can show is clipped."""
    linear = np.linalg.inv(_TO_LMS) @ (np.linalg.inv(_TO_LAB) @ lab) ** 3
    linear = np.clip(linear, 0, 1)
    coded = np.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055)
    return [round(float(part) * 255) for part in coded]


def _distance(these: npt.NDArray[np.float64], those: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    apart = (these - those) * np.array([LIGHTNESS_WEIGHT, 1.0, 1.0])
    length: npt.NDArray[np.float64] = np.sqrt((apart**2).sum(axis=-1))
    return length


@functools.cache
def _samples() -> tuple[list[str], npt.NDArray[np.float64]]:
    """The words, and the colours that bear them."""
    named = [(word, _from_hex(color)) for word, colors in COLOR_SAMPLES.items() for color in colors]
    return [word for word, _ in named], _lab(np.stack([color for _, color in named]))
