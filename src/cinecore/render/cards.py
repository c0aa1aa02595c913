"""Drawing title cards: real typography on a designed ground, as the few pictures in which the lettering comes in.

They are kept as one lossless film a card, whose last picture stands for as long as the card does; how long that is
and where is not known here, nor how lettering comes in (`entrances`) and in which typeface (`typefaces`).
"""

from __future__ import annotations

import contextlib
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from cinecore.errors import InputError
from cinecore.ffmpeg.command import PREAMBLE
from cinecore.ffmpeg.graph import filter_, print_chain
from cinecore.ffmpeg.run import open_process
from cinecore.render.card_style import CardStyle
from cinecore.render.entrances import Lettering, entrance_frames
from cinecore.render.typefaces import is_drawn, is_shaped, typeface
from cinecore.render.typesetting import (
    MOST_ROWS_BELOW,
    TITLE_SAFE,
    fitted,
    letter_runs,
    line_step,
    line_width,
)
from cinecore.timeline import Card
from cinecore.work.fingerprint import fingerprint
from cinecore.work.store import Store

CARD_VERSION = 4
GRAIN = 1.6
"""Standard deviation of the ground's grain in code values: keeps a dark gradient from banding."""


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
        typefaces=sorted({stem for line in lines for _, stem in letter_runs(line, style.font)}),
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
        below = fitted(rest, style, size, (width, height), room / 2, most_rows=MOST_ROWS_BELOW)
    left = room - (below.height + line_step(below.pixels) * 0.6 if below else 0)
    above = fitted(first, style, style.size, (width, height), left)
    picture = Image.new("RGBA", (width, height), (*_rgb(style.color), 0))
    draw = ImageDraw.Draw(picture)
    letters: list[tuple[int, int, int, int]] = []
    total = above.height + (line_step(below.pixels) * 0.6 + below.height if below else 0)
    top = (height - total) / 2
    for block in (above, below):
        if block is None:
            continue
        step = line_step(block.pixels)
        for row, line in enumerate(block.lines):
            middle = top + (row + 0.5) * step
            letters += _draw_line(draw, line, block.style, block.pixels, width / 2, middle)
        top += block.height + line_step(below.pixels if below else 0) * 0.6
    return Lettering(np.asarray(picture), tuple(letters))


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


def _draw_line(
    draw: ImageDraw.ImageDraw, line: str, style: CardStyle, pixels: int, center_x: float, center_y: float
) -> list[tuple[int, int, int, int]]:
    """Draw one line; where its letters lie."""
    x = center_x - line_width(line, style, pixels) / 2
    places: list[tuple[int, int, int, int]] = []
    for letter, stem in letter_runs(line, style.font):
        font = typeface(stem, pixels)
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
