"""Drawing title cards: real typography on a designed ground, as two pictures (ground and lettering).

How long a card stands and where is not known here.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from cinecore.errors import InputError
from cinecore.timeline import Card
from cinecore.work.fingerprint import fingerprint
from cinecore.work.store import Store

CARD_VERSION = 2
TITLE_SAFE = 0.8
"""Part of width and height that titles keep to: SMPTE ST 2046-1 says 90 %; older screens want 80 %."""
FALLBACK_FONT = "NotoSans-Medium"
SMALLEST_PART = 0.035
"""Smallest letter height as part of the picture's height that is still read on a phone; only where whole
words would leave the safe area at this size are they broken, and only then do letters get smaller still."""
LEAST_PIXELS = 8
RISE = 0.04
"""How far lettering rises while it comes in, as part of the height."""
GRAIN = 1.6
"""Standard deviation of the ground's grain in code values: keeps a dark gradient from banding."""


@dataclass(frozen=True)
class CardStyle:
    """How a card looks; lengths are parts of the picture's height."""

    font: str = "Oswald-Medium"
    size: float = 0.12
    tracking: float = 0.04
    """Extra space between letters, in parts of the letter size."""
    case: str = "as_written"
    """as_written | upper | title"""
    color: str = "#f2efe8"
    ground: tuple[str, str] = ("#16181d", "#050506")
    """Centre and edge of the ground."""
    entrance_s: float = 0.35
    """How long the lettering takes to come in; 0 slams."""
    rises: bool = False
    """Whether it comes up from a little below while it comes in."""

    @classmethod
    def parse(cls, text: str) -> CardStyle:
        """The style written as JSON in a timeline's card.

        Raises:
            InputError: Not a style.
        """
        try:
            values: dict[str, Any] = json.loads(text or "{}")
            if "ground" in values:
                first, second = values["ground"]
                values["ground"] = (str(first), str(second))
            return cls(**values)
        except (TypeError, ValueError) as error:
            raise InputError(
                "A card's style cannot be read.", text[:200], "Check the vibe's [title] table."
            ) from error


@dataclass(frozen=True)
class CardArt:
    """A drawn card: two files and how the lettering comes in."""

    ground: Path
    text: Path
    entrance_frames: int
    rises_by: int
    """Pixels that the lettering rises by while it comes in."""


def card_art(card: Card, width: int, height: int, frames_per_second: float, folder: Path) -> CardArt:
    """The card drawn into `folder`, once for each look.

    Raises:
        InputError: The style cannot be read, or its font is not there.
    """
    style = CardStyle.parse(card.style)
    name = fingerprint(version=CARD_VERSION, card=card, width=width, height=height)
    store = Store(folder, ".png")
    ground, _ = store.make(
        f"{name}-ground", lambda path: draw_ground(style, width, height).save(path, optimize=False)
    )
    text, _ = store.make(f"{name}-text", lambda path: draw_lettering(card, style, width, height).save(path))
    rise = round(height * RISE) if style.rises else 0
    return CardArt(ground, text, round(style.entrance_s * frames_per_second), rise)


@lru_cache(maxsize=64)
def _font(stem: str, pixels: int) -> ImageFont.FreeTypeFont:
    resource = files("cinecore.render") / "fonts" / f"{stem}.ttf"
    try:
        return ImageFont.truetype(BytesIO(resource.read_bytes()), pixels)
    except OSError as error:
        raise InputError(
            "The typeface of a title is not there.",
            stem,
            "Name one of the shipped typefaces, or reinstall cinecut.",
        ) from error


def _rgb(color: str) -> tuple[int, int, int]:
    text = color.lstrip("#")
    try:
        value = int(text, 16)
    except ValueError:
        value = -1
    if len(text) != 6 or value < 0:
        raise InputError("Not a colour.", color, "Write it as #rrggbb.")
    return value >> 16, value >> 8 & 255, value & 255


def draw_ground(style: CardStyle, width: int, height: int) -> Image.Image:
    """A soft light from the middle into the edges, with grain: never a flat black."""
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    distance = np.hypot((x / width - 0.5) * 2, (y / height - 0.5) * 1.6)
    blend = np.clip(distance / 1.15, 0, 1)[..., None] ** 1.3
    center = np.array(_rgb(style.ground[0]), np.float32)
    edge = np.array(_rgb(style.ground[1]), np.float32)
    grain = np.random.default_rng(7).normal(0, GRAIN, (height, width, 1)).astype(np.float32)
    pixels = np.clip(center * (1 - blend) + edge * blend + grain, 0, 255)
    return Image.fromarray(pixels.round().astype(np.uint8), "RGB")


def draw_lettering(card: Card, style: CardStyle, width: int, height: int) -> Image.Image:
    """The lines, centred, tracked, as large as the style asks and the safe area allows, on nothing."""
    lines = [_cased(_cleaned(line), style.case) for line in card.lines]
    pixels = max(LEAST_PIXELS, round(style.size * height))
    smallest = max(LEAST_PIXELS, round(SMALLEST_PART * height))
    wrapped = _wrap(lines, style, pixels, width)
    while pixels > LEAST_PIXELS and not _fits(wrapped, style, pixels, width, height):
        pixels = max(smallest, round(pixels * 0.92)) if pixels > smallest else pixels - 1
        # one word as long as a sentence is broken, but only where smaller letters would not be read
        whole = lines if pixels > smallest else _with_breaks(lines, style, pixels, width)
        wrapped = _wrap(whole, style, pixels, width)
    picture = Image.new("RGBA", (width, height), (*_rgb(style.color), 0))
    draw = ImageDraw.Draw(picture)
    step = _line_step(pixels)
    top = (height - step * len(wrapped)) / 2
    for row, line in enumerate(wrapped):
        _draw_line(draw, line, style, pixels, width / 2, top + (row + 0.5) * step)
    return picture


def undrawable(lines: Iterable[str], font: str) -> str:
    """The letters, each once, that neither the typeface nor its fallback has: they are drawn as empty boxes."""
    letters = (letter for line in lines for letter in _cleaned(line))
    return "".join(
        dict.fromkeys(
            letter for letter in letters if not _has(font, letter) and not _has(FALLBACK_FONT, letter)
        )
    )


def _cleaned(line: str) -> str:
    """Letters in their composed form, blanks as single spaces, nothing that has no shape of its own."""
    composed = unicodedata.normalize("NFC", " ".join(line.split()))
    return "".join(letter for letter in composed if letter.isprintable())


def _cased(line: str, case: str) -> str:
    if case == "upper":
        return line.upper()
    # str.title() would make "Don'T"; only first letters are raised, the others left as written
    return " ".join(word[:1].upper() + word[1:] for word in line.split(" ")) if case == "title" else line


def _line_step(pixels: int) -> float:
    return pixels * 1.28


def _runs(line: str, stem: str) -> list[tuple[str, str]]:
    """Letters (with the marks that stand on them) and the typeface that has them.

    A title in Greek stays readable in a Latin-only face.
    """
    letters: list[str] = []
    for letter in line:
        if letters and unicodedata.combining(letter):
            letters[-1] += letter
        else:
            letters.append(letter)
    return [
        (letter, stem if all(_has(stem, part) for part in letter) else FALLBACK_FONT) for letter in letters
    ]


@lru_cache(maxsize=4096)
def _has(stem: str, letter: str) -> bool:
    if letter.isspace():
        return True
    font = _font(stem, 32)
    missing = font.getmask("\uffff")
    mask = font.getmask(letter)
    return mask.size != missing.size or bytes(mask) != bytes(missing)


def _width(line: str, style: CardStyle, pixels: int) -> float:
    space = style.tracking * pixels
    total = sum(_font(stem, pixels).getlength(letter) + space for letter, stem in _runs(line, style.font))
    return max(0.0, total - space)


def _seen_width(line: str, style: CardStyle, pixels: int) -> float:
    """The width that a centred line needs with what its outer letters let hang over: tails, italics."""
    runs = _runs(line, style.font)
    if not runs:
        return 0.0
    first, last = _font(runs[0][1], pixels), _font(runs[-1][1], pixels)
    before = -first.getbbox(runs[0][0], anchor="lm")[0]
    behind = last.getbbox(runs[-1][0], anchor="lm")[2] - last.getlength(runs[-1][0])
    return _width(line, style, pixels) + 2 * max(0.0, before, behind)


def _wrap(lines: list[str], style: CardStyle, pixels: int, width: int) -> list[str]:
    """Lines broken at spaces, balanced, to stay inside the safe width."""
    room = width * TITLE_SAFE
    wrapped: list[str] = []
    for line in lines:
        words = line.split()
        if not words or _seen_width(line, style, pixels) <= room:
            wrapped.append(line)
            continue
        rows = -(-int(_width(line, style, pixels)) // int(room))
        aim = _width(line, style, pixels) / rows
        row = words[0]
        for word in words[1:]:
            longer = f"{row} {word}"
            if _seen_width(longer, style, pixels) <= room and _width(row, style, pixels) < aim * 0.92:
                row = longer
            else:
                wrapped.append(row)
                row = word
        wrapped.append(row)
    return wrapped


def _with_breaks(lines: list[str], style: CardStyle, pixels: int, width: int) -> list[str]:
    """The lines with a blank inside each word that is wider than the safe area, where the room ends."""
    room = width * TITLE_SAFE
    broken: list[str] = []
    for line in lines:
        words: list[str] = []
        for word in line.split():
            part = ""
            for letter, _ in _runs(word, style.font):
                if part and _seen_width(part + letter, style, pixels) > room:
                    words.append(part)
                    part = ""
                part += letter
            words.append(part)
        broken.append(" ".join(words))
    return broken


def _fits(lines: list[str], style: CardStyle, pixels: int, width: int, height: int) -> bool:
    widest = max((_seen_width(line, style, pixels) for line in lines), default=0.0)
    # the ink itself: a capital's accent or a swash leaves the line that it stands in
    boxes = [
        (row, _font(stem, pixels).getbbox(letter, anchor="lm"))
        for row, line in enumerate(lines)
        for letter, stem in _runs(line, style.font)
    ]
    step, middle = _line_step(pixels), (len(lines) - 1) / 2
    reach = max(
        (max((row - middle) * step + box[3], (middle - row) * step - box[1]) for row, box in boxes),
        default=0.0,
    )
    return widest <= width * TITLE_SAFE and reach <= height * TITLE_SAFE / 2


def _draw_line(
    draw: ImageDraw.ImageDraw, line: str, style: CardStyle, pixels: int, center_x: float, center_y: float
) -> None:
    x = center_x - _width(line, style, pixels) / 2
    for letter, stem in _runs(line, style.font):
        font = _font(stem, pixels)
        draw.text((x, center_y), letter, font=font, fill=(*_rgb(style.color), 255), anchor="lm")
        x += font.getlength(letter) + style.tracking * pixels
