"""Drawing title cards: real typography on a designed ground, as the few pictures in which the lettering comes in.

They are kept as one lossless film a card, whose last picture stands for as long as the card does; how long that is
and where is not known here, nor how lettering comes in (`entrances`) and in which typeface (`typefaces`).
"""

from __future__ import annotations

import contextlib
import json
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from cinecore.errors import InputError
from cinecore.ffmpeg.command import PREAMBLE
from cinecore.ffmpeg.graph import filter_, print_chain
from cinecore.ffmpeg.run import open_process
from cinecore.render.entrances import ENTRANCES_S, Lettering, entrance_frames
from cinecore.render.typefaces import for_letters, is_drawn, is_shaped, typeface
from cinecore.timeline import Card
from cinecore.work.fingerprint import fingerprint
from cinecore.work.store import Store

CARD_VERSION = 4
TITLE_SAFE = 0.8
"""Part of width and height that titles keep to: SMPTE ST 2046-1 says 90 %; older screens want 80 %."""
SMALLEST_PART = 0.035
"""Smallest letter height as part of the picture's height that is still read on a phone; only where whole
words would leave the safe area at this size are they broken, and only then do letters get smaller still."""
LEAST_PIXELS = 8
CLOSER = ((1.0, 1.0), (0.75, 1.0), (0.5, 1.0), (0.75, 0.9), (0.5, 0.9), (0.5, 0.82))
"""Tracking and size, in parts of what the style asks, that are tried one after the other where lines would break into more rows
than `MOST_ROWS`: a word that is left over in a row of its own looks like a mistake."""
CLOSEST = 0.5
"""Part of its tracking that a word keeps that is too long for the picture; only then are its letters made smaller."""
MOST_ROWS, MOST_ROWS_BELOW = 2, 1
"""Rows of a title's or tagline's line, and of a credit, that are taken as they come."""
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
    entrance: str = "fade"
    """How the lettering comes in: a name of `cinecore.render.entrances.ENTRANCES_S`."""
    small: float = 1.0
    """Size of every line but the first, as a part of the first one's: credits under a title."""

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
            style = cls(**values)
            is_known = style.entrance in ENTRANCES_S
        except (TypeError, ValueError) as error:
            raise InputError(
                "A card's style cannot be read.", text[:200], "Check the vibe's [title] table."
            ) from error
        if not is_known:
            raise InputError(
                "A card's lettering comes in in no known way.", style.entrance, "Check `animation`."
            )
        return style


@dataclass(frozen=True)
class CardArt:
    """A drawn card: a lossless film of its entrance, which ends with the picture that stays."""

    film: Path


def card_art(card: Card, width: int, height: int, frames_per_second: float, folder: Path) -> CardArt:
    """The card drawn into `folder`, once for each look.

    Raises:
        InputError: The style cannot be read, or its font is not there.
        SetupError: The typefaces that ship are not there.
    """
    style = CardStyle.parse(card.style)
    lines = _set_lines(card, style)
    name = fingerprint(
        version=CARD_VERSION,
        card=card,
        width=width,
        height=height,
        rate=round(frames_per_second, 3),
        typefaces=sorted({stem for line in lines for _, stem in _runs(line, style.font)}),
    )

    def draw(path: Path) -> None:
        ground = np.asarray(draw_ground(style, width, height))
        frames = entrance_frames(
            style.entrance, ground, lettering_of(card, style, width, height), frames_per_second
        )
        with open_process([*_encoded(width, height), f"file:{path}"], stdin=True) as ffmpeg:
            # one that has ended takes no more pictures; why it did is said by `finish`
            with contextlib.suppress(BrokenPipeError):
                for frame in frames:
                    ffmpeg.stdin.write(np.ascontiguousarray(frame).tobytes())
                ffmpeg.stdin.close()
            ffmpeg.finish()

    film, _ = Store(folder, ".mkv").make(name, draw)
    return CardArt(film)


def _encoded(width: int, height: int) -> list[str]:
    """RGB pictures from standard input as a lossless film in the delivery's own colours; equal bytes each time."""
    colors = [
        filter_("scale", out_color_matrix="bt709", out_range="tv"),
        filter_("format", pix_fmts="yuv420p"),
    ]
    return [
        *PREAMBLE,
        *("-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{width}x{height}", "-r", "25", "-i", "pipe:0"),
        *("-vf", print_chain(colors), "-c:v", "libx264", "-qp", "0", "-preset", "ultrafast", "-threads", "1"),
        *("-map_metadata", "-1", "-fflags", "+bitexact", "-flags:v", "+bitexact", "-f", "matroska"),
    ]


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
    return Image.fromarray(lettering_of(card, style, width, height).picture, "RGBA")


def _set_lines(card: Card, style: CardStyle) -> list[str]:
    return [_cased(_cleaned(line), style.case) for line in card.lines]


def lettering_of(card: Card, style: CardStyle, width: int, height: int) -> Lettering:
    """The same, with where each letter lies."""
    lines = _set_lines(card, style)
    first, rest = (lines, []) if style.small == 1.0 else (lines[:1], lines[1:])
    # what stands small below is set first: the title has what is left
    room = height * TITLE_SAFE
    below = None
    if rest:
        size = style.size * style.small
        below = _fitted(rest, style, size, (width, height), room / 2, most_rows=MOST_ROWS_BELOW)
    left = room - (below.height + _line_step(below.pixels) * 0.6 if below else 0)
    above = _fitted(first, style, style.size, (width, height), left)
    picture = Image.new("RGBA", (width, height), (*_rgb(style.color), 0))
    draw = ImageDraw.Draw(picture)
    letters: list[tuple[int, int, int, int]] = []
    total = above.height + (_line_step(below.pixels) * 0.6 + below.height if below else 0)
    top = (height - total) / 2
    for block in (above, below):
        if block is None:
            continue
        step = _line_step(block.pixels)
        for row, line in enumerate(block.lines):
            middle = top + (row + 0.5) * step
            letters += _draw_line(draw, line, block.style, block.pixels, width / 2, middle)
        top += block.height + _line_step(below.pixels if below else 0) * 0.6
    return Lettering(np.asarray(picture), tuple(letters))


@dataclass(frozen=True)
class _Block:
    """Lines of one size."""

    lines: list[str]
    pixels: int
    style: CardStyle

    @property
    def height(self) -> float:
        return _line_step(self.pixels) * len(self.lines)


def _fitted(
    lines: list[str],
    style: CardStyle,
    size: float,
    shape: tuple[int, int],
    room: float,
    *,
    most_rows: int = MOST_ROWS,
) -> _Block:
    """The lines wrapped, as large as asked and as the room allows; `room` is the height there is, in pixels."""
    width, height = shape
    # a tall picture is as wide as a wide one is high: letters keep their measure to the shorter side
    measure = min(height, width * 1.25)
    smallest = max(LEAST_PIXELS, round(SMALLEST_PART * measure))
    style, pixels = _closer(lines, style, max(smallest, round(size * measure)), smallest, width, most_rows)
    wrapped = _wrap(lines, style, pixels, width)
    least_tracking = CLOSEST * style.tracking
    while pixels > LEAST_PIXELS and not _fits(wrapped, style, pixels, width, room):
        if style.tracking > least_tracking:
            style = replace(style, tracking=max(least_tracking, style.tracking - least_tracking / 4))
            wrapped = _wrap(lines, style, pixels, width)
            continue
        pixels = max(smallest, round(pixels * 0.92)) if pixels > smallest else pixels - 1
        # one word as long as a sentence is broken, but only where smaller letters would not be read
        whole = lines if pixels > smallest else _with_breaks(lines, style, pixels, width)
        wrapped = _wrap(whole, style, pixels, width)
    return _Block(wrapped, pixels, style)


def _closer(
    lines: list[str], style: CardStyle, pixels: int, smallest: int, width: int, most_rows: int
) -> tuple[CardStyle, int]:
    """Tracking and size at which the lines break into fewest rows, taken back no further than that needs."""
    best = style, pixels
    fewest = len(_wrap(lines, style, pixels, width))
    for tracking, part in CLOSER:
        if fewest <= most_rows * len(lines):
            break
        tried = replace(style, tracking=style.tracking * tracking)
        size = max(smallest, round(pixels * part))
        rows = len(_wrap(lines, tried, size, width))
        if rows < fewest:
            best, fewest = (tried, size), rows
    return best


def undrawable(lines: Iterable[str], font: str) -> str:
    """The letters, each once, that no typeface at hand has, this system's own among them: they become empty boxes."""
    letters = (letter for line in lines for letter in _cleaned(line))
    return "".join(dict.fromkeys(letter for letter in letters if not is_drawn(font, letter)))


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
    """Letters (with the marks that stand on them) and the typeface that has them; of a shaped script all in one.

    A title in Greek stays readable in a Latin-only face.
    """
    if is_shaped(line):
        return [(line, for_letters(stem, line))]
    letters: list[str] = []
    for letter in line:
        if letters and unicodedata.combining(letter):
            letters[-1] += letter
        else:
            letters.append(letter)
    return [(letter, for_letters(stem, letter)) for letter in letters]


def _font(stem: str, pixels: int) -> ImageFont.FreeTypeFont:
    return typeface(stem, pixels)


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


def _fits(lines: list[str], style: CardStyle, pixels: int, width: int, room: float) -> bool:
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
    return widest <= width * TITLE_SAFE and reach <= room / 2


def _draw_line(
    draw: ImageDraw.ImageDraw, line: str, style: CardStyle, pixels: int, center_x: float, center_y: float
) -> list[tuple[int, int, int, int]]:
    """Draw one line; where its letters lie."""
    x = center_x - _width(line, style, pixels) / 2
    places: list[tuple[int, int, int, int]] = []
    for letter, stem in _runs(line, style.font):
        font = _font(stem, pixels)
        draw.text((x, center_y), letter, font=font, fill=(*_rgb(style.color), 255), anchor="lm")
        box = font.getbbox(letter, anchor="lm")
        if not letter.isspace():
            left, right = int(x + box[0]) - 1, int(x + box[2]) + 2
            top, bottom = int(center_y + box[1]) - 1, int(center_y + box[3]) + 2
            places += _in_parts((left, top, right, bottom), len(letter), is_leftward=is_shaped(letter))
        x += font.getlength(letter) + style.tracking * pixels
    return places


def _in_parts(
    box: tuple[int, int, int, int], count: int, *, is_leftward: bool
) -> list[tuple[int, int, int, int]]:
    """A shaped line in as many strips as it has letters, from where it is begun; any other letter as it is."""
    left, top, right, bottom = box
    if not is_leftward:
        return [box]
    edges = [left + (right - left) * part // count for part in range(count + 1)]
    return [(edges[at], top, edges[at + 1], bottom) for at in reversed(range(count))]
