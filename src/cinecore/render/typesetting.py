"""Setting lines of lettering: how large, how close and broken where, so that they stand inside the safe area."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, replace

from cinecore.render.card_style import CardStyle
from cinecore.render.typefaces import for_letters, is_shaped, typeface

TITLE_SAFE = 0.8
"""Part of width and height that titles keep to: SMPTE ST 2046-1 says 90 %; older screens want 80 %."""
SMALLEST_PART = 0.035
"""Smallest letter height as part of the picture's height that is still read on a phone; only where whole
words would leave the safe area at this size are they broken, and only then do letters get smaller still."""
LEAST_PIXELS = 8
CLOSER = ((0.75, 1.0), (0.5, 1.0), (0.75, 0.9), (0.5, 0.9), (0.5, 0.82))
"""Tracking and size, in parts of what the style asks, that are tried one after the other where lines would break into more rows
than `MOST_ROWS`: a word that is left over in a row of its own looks like a mistake."""
CLOSEST = 0.5
"""Part of its tracking that a word keeps that is too long for the picture; only then are its letters made smaller."""
MOST_ROWS, MOST_ROWS_BELOW = 2, 1
"""Rows of a title's or tagline's line, and of a credit, that are taken as they come."""


@dataclass(frozen=True)
class Block:
    """Lines of one size."""

    lines: list[str]
    pixels: int
    style: CardStyle

    @property
    def height(self) -> float:
        """In pixels."""
        return line_step(self.pixels) * len(self.lines)


def fitted(
    lines: list[str],
    style: CardStyle,
    size: float,
    shape: tuple[int, int],
    room: float,
    *,
    most_rows: int = MOST_ROWS,
) -> Block:
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
    return Block(wrapped, pixels, style)


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


def line_step(pixels: int) -> float:
    """From one line's middle to the next one's, in pixels, for letters of this size."""
    return pixels * 1.28


def letter_runs(line: str, stem: str) -> list[tuple[str, str]]:
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


def line_width(line: str, style: CardStyle, pixels: int) -> float:
    """A tracked line's length in pixels, what its outer letters let hang over left out."""
    space = style.tracking * pixels
    total = sum(
        typeface(stem, pixels).getlength(letter) + space for letter, stem in letter_runs(line, style.font)
    )
    return max(0.0, total - space)


def _seen_width(line: str, style: CardStyle, pixels: int) -> float:
    """The width that a centred line needs with what its outer letters let hang over: tails, italics."""
    runs = letter_runs(line, style.font)
    if not runs:
        return 0.0
    first, last = typeface(runs[0][1], pixels), typeface(runs[-1][1], pixels)
    before = -first.getbbox(runs[0][0], anchor="lm")[0]
    behind = last.getbbox(runs[-1][0], anchor="lm")[2] - last.getlength(runs[-1][0])
    return line_width(line, style, pixels) + 2 * max(0.0, before, behind)


def _wrap(lines: list[str], style: CardStyle, pixels: int, width: int) -> list[str]:
    """Lines broken at spaces, balanced, to stay inside the safe width."""
    room = width * TITLE_SAFE
    wrapped: list[str] = []
    for line in lines:
        words = line.split()
        if not words or _seen_width(line, style, pixels) <= room:
            wrapped.append(line)
            continue
        rows = -(-int(line_width(line, style, pixels)) // int(room))
        aim = line_width(line, style, pixels) / rows
        row = words[0]
        for word in words[1:]:
            longer = f"{row} {word}"
            if _seen_width(longer, style, pixels) <= room and line_width(row, style, pixels) < aim * 0.92:
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
            for letter, _ in letter_runs(word, style.font):
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
        (row, typeface(stem, pixels).getbbox(letter, anchor="lm"))
        for row, line in enumerate(lines)
        for letter, stem in letter_runs(line, style.font)
    ]
    step, middle = line_step(pixels), (len(lines) - 1) / 2
    reach = max(
        (max((row - middle) * step + box[3], (middle - row) * step - box[1]) for row, box in boxes),
        default=0.0,
    )
    return widest <= width * TITLE_SAFE and reach <= room / 2
