"""A describer that measures: it says in words from a stated vocabulary what light, colour and detail a still has.

Nothing is recognised and nothing guessed: no people, no things, no day or night. Every word below follows
from a figure by a rule stated beside it, so that the same still always gets the same words.
"""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np
import numpy.typing as npt
from PIL import Image, UnidentifiedImageError

from cinecore.errors import InputError
from cinecore.ports import Description, StillView

Number = TypeVar("Number", np.uint8, np.float32)

PIXELS_VERSION = "pixels/1"
"""Raised when a rule or a threshold changes, so that stored descriptions are made anew."""

MEASURED_SIZE = (160, 90)
"""Stills are measured at this size: layout and light stay, noise and compression go."""

LUMA_WEIGHTS = np.array([0.2126, 0.7152, 0.0722], dtype=np.float32)
"""Rec. 709 luma."""

BAR_LIMIT = 0.06
"""Brightest value of a row or column that belongs to a letterbox bar (16 of 255 and some noise)."""

COLORFUL_CHROMA = 0.12
"""Maximum less minimum of R, G, B above which a pixel counts as coloured rather than grey."""

HUES = (
    (15.0, "red"),
    (45.0, "orange"),
    (70.0, "yellow"),
    (165.0, "green"),
    (200.0, "cyan"),
    (260.0, "blue"),
    (290.0, "violet"),
    (345.0, "magenta"),
    (360.0, "red"),
)
"""Upper ends, in degrees, of the named parts of the colour circle."""

MOODS = (
    "tense",
    "sombre",
    "intense",
    "dreamy",
    "cheerful",
    "warm",
    "cold",
    "bleak",
    "calm",
    "neutral",
)
"""All moods that `mood_of` can say."""

ACTION_UNKNOWN = "not to be told from a single still"

_BRIGHTNESS = ((0.08, "black"), (0.25, "dark"), (0.42, "dim"), (0.62, "mid-lit"), (0.80, "bright"))
_CONTRAST = ((0.22, "low-contrast"), (0.50, "medium-contrast"))
_SATURATION = ((0.05, "colourless"), (0.18, "muted"), (0.42, "coloured"))
_DETAIL = ((0.010, "almost without detail"), (0.030, "soft"), (0.070, "detailed"))
_THIRDS = ("upper", "middle", "lower")
_COLUMNS = ("left", "centre", "right")


@dataclass(frozen=True)
class PixelMeasures:
    """Figures of one still, each 0..1 unless said."""

    brightness: float
    """Mean luma."""
    contrast: float
    """Standard deviation of luma, twice over, so that black-and-white checks reach 1."""
    saturation: float
    """Mean of maximum less minimum of R, G, B."""
    warmth: float
    """Mean of R less mean of B, -1..1."""
    detail: float
    """Mean absolute luma gradient."""
    hues: tuple[tuple[str, float], ...]
    """Named colours with their share of the picture, the largest first, from .08 on."""
    row_detail: tuple[float, float, float]
    """Shares of all detail in the upper, middle and lower third; they add to 1."""
    column_detail: tuple[float, float, float]
    """The same for left, centre and right."""
    row_light: tuple[float, float, float]
    """Mean luma of the upper, middle and lower third."""
    brightest: float
    """Largest luma."""
    center_light: float
    """Mean luma of the middle of the picture less that of its rim, -1..1."""


class PixelDescriber:
    """The describer named `pixels`: needs no model and answers in milliseconds."""

    @property
    def name(self) -> str:
        """The engine's name as a person reads it."""
        return "pixels"

    @property
    def identity(self) -> str:
        """Method and version; there are no weights."""
        return PIXELS_VERSION

    @property
    def in_flight(self) -> int:
        """One: measuring holds the interpreter, threads would only wait for each other."""
        return 1

    def serving(self) -> AbstractContextManager[None]:
        """Nothing has to be started."""
        return nullcontext()

    def describe(self, still: StillView) -> Description:
        """What was measured of one still, in words.

        Raises:
            InputError: The still cannot be read as a picture.
        """
        measures = measures_of_still(still.path)
        return Description(
            visual_content=visual_content_of(measures),
            mood=mood_of(measures),
            action=ACTION_UNKNOWN,
            setting=setting_of(measures),
        )


def measures_of_still(path: Path) -> PixelMeasures:
    """The figures of a still in a file.

    Raises:
        InputError: It cannot be read as a picture.
    """
    try:
        with Image.open(path) as picture:
            picture.draft("RGB", (MEASURED_SIZE[0] * 2, MEASURED_SIZE[1] * 2))
            whole = picture.convert("RGB")
        small = whole.crop(picture_box(np.asarray(whole))).resize(MEASURED_SIZE, Image.Resampling.BOX)
    except (OSError, UnidentifiedImageError, ValueError, Image.DecompressionBombError) as error:
        raise InputError(
            "The still cannot be read as a picture.", path, "Run again; `cinecut clean` starts anew."
        ) from error
    return measure((np.asarray(small) / np.float32(255)).astype(np.float32))


def picture_box(rgb: npt.NDArray[np.uint8]) -> tuple[int, int, int, int]:
    """Left, top, right, bottom without black rows and columns at the edges; a side keeps at least its half."""
    is_lit = _largest(rgb) > BAR_LIMIT * 255
    top, bottom = _lit_run(is_lit.max(axis=1))
    left, right = _lit_run(is_lit.max(axis=0))
    return left, top, right, bottom


def _lit_run(is_lit: npt.NDArray[np.bool_]) -> tuple[int, int]:
    """First and end of the lit part; everything where less than half of it is lit."""
    places = np.flatnonzero(is_lit)
    if len(places) == 0 or 2 * (places[-1] + 1 - places[0]) < len(is_lit):
        return 0, len(is_lit)
    return int(places[0]), int(places[-1]) + 1


def _largest(rgb: npt.NDArray[Number]) -> npt.NDArray[Number]:
    """Maximum of R, G, B of every pixel; `max(axis=2)` takes ten times as long over so short an axis."""
    return np.maximum(np.maximum(rgb[..., 0], rgb[..., 1]), rgb[..., 2])


def measure(rgb: npt.NDArray[np.float32]) -> PixelMeasures:
    """The figures of a picture; `rgb` has the shape (height, width, 3) and values 0..1."""
    luma = rgb @ LUMA_WEIGHTS
    chroma = _largest(rgb) - np.minimum(np.minimum(rgb[..., 0], rgb[..., 1]), rgb[..., 2])
    gradient = np.zeros_like(luma)
    gradient[:, 1:] += np.abs(np.diff(luma, axis=1))
    gradient[1:, :] += np.abs(np.diff(luma, axis=0))
    rows = np.array_split(gradient, 3, axis=0)
    columns = np.array_split(gradient, 3, axis=1)
    total = float(gradient.sum())
    height, width = luma.shape
    inner = np.zeros(luma.shape, dtype=bool)
    inner[height // 4 : height - height // 4, width // 4 : width - width // 4] = True
    row_light = [float(part.mean()) for part in np.array_split(luma, 3, axis=0)]
    return PixelMeasures(
        brightness=float(luma.mean()),
        contrast=min(1.0, 2 * float(luma.std())),
        saturation=float(chroma.mean()),
        warmth=float(rgb[..., 0].mean() - rgb[..., 2].mean()),
        detail=float(gradient.mean()),
        hues=_hues(rgb, chroma),
        row_detail=_shares(rows, total),
        column_detail=_shares(columns, total),
        row_light=(row_light[0], row_light[1], row_light[2]),
        brightest=float(luma.max()),
        center_light=float(luma[inner].mean() - luma[~inner].mean()),
    )


def _shares(parts: list[npt.NDArray[np.float32]], total: float) -> tuple[float, float, float]:
    if total <= 0:
        return (1 / 3, 1 / 3, 1 / 3)
    first, second, third = (float(part.sum()) / total for part in parts)
    return (first, second, third)


def _hues(rgb: npt.NDArray[np.float32], chroma: npt.NDArray[np.float32]) -> tuple[tuple[str, float], ...]:
    """Named colours by their share of all pixels; hue as in the HSV hexcone (Smith 1978)."""
    is_colored = chroma > COLORFUL_CHROMA
    if not is_colored.any():
        return ()
    red, green, blue = (rgb[..., channel][is_colored] for channel in range(3))
    spread = chroma[is_colored]
    largest = np.maximum(np.maximum(red, green), blue)
    degrees = 60 * np.where(
        largest == red,
        ((green - blue) / spread) % 6,
        np.where(largest == green, (blue - red) / spread + 2, (red - green) / spread + 4),
    )
    bins = np.searchsorted([end for end, _ in HUES], degrees, side="right").clip(0, len(HUES) - 1)
    counts = np.bincount(bins, minlength=len(HUES))
    shares: dict[str, float] = {}
    for (_, name), count in zip(HUES, counts, strict=True):
        shares[name] = shares.get(name, 0.0) + float(count) / chroma.size
    ranked = sorted(shares.items(), key=lambda item: (-item[1], item[0]))
    return tuple((name, share) for name, share in ranked if share >= 0.08)


def visual_content_of(measures: PixelMeasures) -> str:
    """One sentence of light, contrast, colour, and where the detail lies."""
    light = _word(measures.brightness, _BRIGHTNESS, "very bright")
    if light == "black" and measures.detail < _DETAIL[0][0]:
        return "A black picture; " + (
            "nothing to be seen." if measures.brightest < 0.2 else "a few bright marks."
        )
    words = [light]
    if temperature := _temperature(measures):
        words.append(temperature)
    words += [
        _word(measures.contrast, _CONTRAST, "high-contrast"),
        _word(measures.saturation, _SATURATION, "vivid"),
    ]
    return f"A {', '.join(words)} picture; {_color_words(measures)}; {_detail_words(measures)}."


def mood_of(measures: PixelMeasures) -> str:
    """A mood by light and colour alone; the first rule that holds.

    dark (< .25): high contrast (≥ .40) → tense, else sombre. Then vivid (≥ .32) and high contrast (≥ .50)
    → intense; bright (≥ .62) and low contrast (< .30) → dreamy; bright (≥ .50), coloured (≥ .18) and not
    cool → cheerful; warm (≥ .06) → warm; cool (≤ -.06) → cold; grey (< .08) and dim (< .42) → bleak;
    low contrast (< .30) → calm; else neutral.
    """
    light, contrast, color = measures.brightness, measures.contrast, measures.saturation
    rules = (
        (light < 0.25, "tense" if contrast >= 0.40 else "sombre"),
        (color >= 0.32 and contrast >= 0.50, "intense"),
        (light >= 0.62 and contrast < 0.30, "dreamy"),
        (light >= 0.50 and color >= 0.18 and measures.warmth > -0.06, "cheerful"),
        (measures.warmth >= 0.06, "warm"),
        (measures.warmth <= -0.06, "cold"),
        (color < 0.08 and light < 0.42, "bleak"),
        (contrast < 0.30, "calm"),
    )
    return next((mood for holds, mood in rules if holds), "neutral")


def setting_of(measures: PixelMeasures) -> str:
    """How the light is spread: where it is bright, where dark, or even."""
    top, _, bottom = measures.row_light
    if measures.brightness < _BRIGHTNESS[0][0] and measures.contrast < 0.15:
        return "no light"
    if top - bottom >= 0.15:
        return "bright above, darker below"
    if bottom - top >= 0.15:
        return "bright below, darker above"
    if measures.center_light >= 0.12:
        return "bright middle in a darker frame"
    if measures.center_light <= -0.12:
        return "dark middle before a brighter ground"
    return "even light" if measures.contrast < 0.35 else "mixed light"


def _temperature(measures: PixelMeasures) -> str:
    """Warm or cool by red less blue, weighed by how bright the picture is; empty between."""
    relative = measures.warmth / max(measures.brightness, 0.1)
    return "warm" if relative >= 0.15 else "cool" if relative <= -0.15 else ""


def _color_words(measures: PixelMeasures) -> str:
    if not measures.hues:
        return "greys only"
    (first, share), *others = measures.hues
    text = f"mostly {first}" if share >= 0.5 else f"dominant {first}"
    if others and others[0][1] >= 0.5 * share:
        text += f" and {others[0][0]}"
    return text


def _detail_words(measures: PixelMeasures) -> str:
    amount = _word(measures.detail, _DETAIL, "finely detailed")
    row = max(range(3), key=lambda index: (measures.row_detail[index], -index))
    column = max(range(3), key=lambda index: (measures.column_detail[index], -index))
    if amount == "almost without detail":
        return amount
    if measures.row_detail[row] >= 0.45:
        return f"{amount}, most of it in the {_THIRDS[row]} third"
    if measures.column_detail[column] >= 0.45:
        place = "in the centre" if column == 1 else f"on the {_COLUMNS[column]}"
        return f"{amount}, most of it {place}"
    return f"{amount} all over"


def _word(value: float, steps: tuple[tuple[float, str], ...], last: str) -> str:
    """The word of the first step whose end lies above the value."""
    return next((word for end, word in steps if value < end), last)
