"""Captions drawn into pictures: one ASS file for each segment, in pixels, for libass; pure but for measuring letters.

Rows stand low and inside the title-safe area, white with a black edge, which reads on any picture; where a title card's
lettering reaches down to them they are left out while it stands. Which words stand when is `language.captions`'.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from importlib.resources import files
from pathlib import Path

import numpy as np
from PIL import ImageFont

from cinecore.language.captions import ROW_LETTERS, Caption, directed
from cinecore.render.card_style import CardStyle
from cinecore.render.cards import lettering_of
from cinecore.render.typefaces import has_letter, typeface
from cinecore.timebase import FrameRate
from cinecore.timeline import Card, Timeline

FACE = "NotoSans-Medium"
FAMILY = "Noto Sans Medium"
"""The same as libass finds it, by its full name."""

SAFE = Fraction(9, 10)
"""Part of width and height that captions keep to. Source: SMPTE ST 2046-1, title-safe area."""

SIZE_OF_WIDE = Fraction(1, 18)
"""Letter size as part of the height: 60 pixels of 1080, as players draw subtitles."""

SIZE_OF_NARROW = Fraction(1, 17)
"""And as part of the width, where that is less: a telephone is held upright."""

ROW_STEP = 1.37
"""Line height of this typeface in parts of its size, as its own metrics say."""

EDGE = 0.09
"""Thickness of the black edge in parts of the size."""

LETTER_WIDTH = 0.53
"""Mean width of its letters in parts of its size."""

LEAST_PIXELS = 9

STYLE_FIELDS = (
    "Format: Name,Fontname,Fontsize,PrimaryColour,SecondaryColour,OutlineColour,BackColour,Bold,Italic,Underline,"
    "StrikeOut,ScaleX,ScaleY,Spacing,Angle,BorderStyle,Outline,Shadow,Alignment,MarginL,MarginR,MarginV,Encoding"
)

BURNT_VERSION = 1
"""Raised when the same ASS file is drawn in another way: with another typeface, or elsewhere in the graph."""


@dataclass(frozen=True)
class BurntCaptions:
    """What a segment draws over its pictures."""

    file: Path
    fonts: Path
    """The folder with the typeface."""


def fonts_folder() -> Path:
    """Where the shipped typefaces lie."""
    return Path(str(files("cinecore.render") / "fonts"))


def undrawn_letters(captions: Sequence[Caption]) -> str:
    """Letters, each once, that the shipped typeface lacks: this system draws them as it can, or as boxes."""
    letters = (letter for caption in captions for row in caption.rows for letter in row)
    return "".join(dict.fromkeys(letter for letter in letters if not has_letter(FACE, letter)))


def letters_in_a_row(width: int, height: int) -> int:
    """How many letters a row takes in pictures of this shape: 42, or fewer in narrow ones."""
    return min(ROW_LETTERS, int(float(SAFE) * width / (LETTER_WIDTH * _size(width, height))))


def _size(width: int, height: int) -> int:
    return max(LEAST_PIXELS, round(min(height * SIZE_OF_WIDE, width * SIZE_OF_NARROW)))


def caption_zone(width: int, height: int) -> tuple[int, int]:
    """First row of pixels that two rows of a caption may touch, and the first one below them."""
    below = round(height * (1 + SAFE) / 2)
    return below - round(2 * ROW_STEP * _size(width, height) + 2 * EDGE * _size(width, height)), below


def ass_of_frames(
    captions: Sequence[Caption],
    timeline: Timeline,
    first: int,
    count: int,
    hidden: Sequence[tuple[int, int]] = (),
) -> str:
    """The ASS file for `count` output frames from frame `first` on; empty where nothing is said in them.

    Args:
        captions: In trailer time.
        timeline: For its size and rate.
        first: The segment's first output frame.
        count: Its length in frames.
        hidden: Spans of output frames (the second is the first one after) in which no caption is drawn.
    """
    size = _size(timeline.width, timeline.height)
    events = [
        f"Dialogue: 0,{_clock(begin - first, timeline.rate)},{_clock(end - first, timeline.rate)},Said,,0,0,0,,{text}"
        for caption in captions
        for begin, end in _seen(caption, timeline.rate, first, count, hidden)
        if (text := _text(caption, size, timeline.width))
    ]
    if not events:
        return ""
    side = round(timeline.width * (1 - SAFE) / 2)
    low = round(timeline.height * (1 - SAFE) / 2)
    edge = max(1.0, round(size * EDGE, 1))
    style = (
        f"Style: Said,{FAMILY},{_ass_size(size)},&H00FFFFFF,&H00FFFFFF,&H00000000,&H80000000,"
        f"0,0,0,0,100,100,0,0,1,{edge:g},0,2,{side},{side},{low},1"
    )
    return "\n".join(
        [
            "[Script Info]",
            "ScriptType: v4.00+",
            f"PlayResX: {timeline.width}",
            f"PlayResY: {timeline.height}",
            "WrapStyle: 2",
            "ScaledBorderAndShadow: yes",
            "",
            "[V4+ Styles]",
            STYLE_FIELDS,
            style,
            "",
            "[Events]",
            "Format: Layer,Start,End,Style,Name,MarginL,MarginR,MarginV,Effect,Text",
            *events,
            "",
        ]
    )


def _ass_size(size: int) -> float:
    """Libass takes a size as the whole line height of a typeface, where everybody else means its em."""
    return round(size * ROW_STEP, 1)


def _seen(
    caption: Caption, rate: FrameRate, first: int, count: int, hidden: Sequence[tuple[int, int]]
) -> list[tuple[int, int]]:
    """Spans of output frames inside a segment in which a caption is drawn."""
    begin, end = (rate.frames_nearest(Fraction(str(at))) for at in (caption.start_s, caption.end_s))
    spans = [(max(begin, first), min(end, first + count))]
    for out_from, out_to in hidden:
        spans = (
            [
                part
                for start, stop in spans
                for part in ((start, min(stop, out_from)), (max(start, out_to), stop))
            ]
            if any(start < out_to and stop > out_from for start, stop in spans)
            else spans
        )
    return [(start, stop) for start, stop in spans if stop > start]


def _text(caption: Caption, size: int, width: int) -> str:
    """The rows, escaped, smaller where one of them would leave the safe width."""
    font: ImageFont.FreeTypeFont = typeface(FACE, size)
    widest = max((font.getlength(row) for row in caption.rows), default=0.0)
    room = float(width * SAFE) - 2 * EDGE * size
    smaller = f"{{\\fs{_ass_size(size) * room / widest:.1f}}}" if widest > room else ""
    return smaller + "\\N".join(escaped(directed(row)) for row in caption.rows)


def escaped(row: str) -> str:
    """A row in which libass finds no command: braces are escaped, a backslash is parted from what follows it."""
    return (
        " ".join(row.split())
        .replace("\\", "\\\u2060")  # a joiner of no width: `\N` would be a new line
        .replace("{", "\\{")
        .replace("}", "\\}")
    )


def _clock(frame: int, rate: FrameRate) -> str:
    """The hundredth at or before a frame: drawn from this very frame on, and gone with it."""
    hundredths = int(rate.seconds(frame) * 100)
    return f"{hundredths // 360_000}:{hundredths // 6000 % 60:02}:{hundredths // 100 % 60:02}.{hundredths % 100:02}"


def frames_of_low_cards(timeline: Timeline) -> tuple[tuple[int, int], ...]:
    """Spans of output frames in which a card's lettering reaches down to where captions stand."""
    top, _ = caption_zone(timeline.width, timeline.height)
    return tuple(
        (picture.start, picture.end)
        for picture in timeline.pictures
        if isinstance(picture.content, Card) and picture.content.lines
        if _lowest(picture.content, timeline) >= top
    )


def _lowest(card: Card, timeline: Timeline) -> int:
    """The lowest row of pixels that a card's lettering touches."""
    picture = lettering_of(card, CardStyle.parse(card.style), timeline.width, timeline.height).picture
    rows = np.flatnonzero(picture[..., 3].max(axis=1))
    return int(rows[-1]) if len(rows) else 0
