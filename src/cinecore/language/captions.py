"""Spoken lines as captions: at most two rows of 42 letters, parted where a reader would breathe; SRT and WebVTT.

Times are the lines' own. Deliberately not here: when a line is spoken.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Protocol

ROW_LETTERS = 42
"""As broadcasters and streaming services ask for Latin letters; wide ones count twice."""
ROWS = 2

SHORTEST_S = 1.0
"""A caption stays so long where the next one leaves it room."""
GAP_S = 0.084
"""Between two captions that follow at once: two frames, so that the change is seen."""

_SENTENCE_END = re.compile(r"[.!?…。！？؟][\"'”’)]*$")
_PHRASE_END = re.compile(r"[,;:،、–—-][\"'”’)]*$")
_OPENERS = frozenset(
    [
        "and",
        "but",
        "or",
        "nor",
        "so",
        "yet",
        "because",
        "that",
        "which",
        "who",
        "whom",
        "when",
        "while",
        "where",
        "if",
        "than",
        "then",
        "as",
        "though",
        "although",
        "until",
        "before",
        "after",
        "in",
        "on",
        "at",
        "to",
        "for",
        "with",
        "from",
        "of",
        "by",
        "into",
        "over",
        "under",
        "about",
        "like",
        "through",
        "without",
    ]
)
_TAG_LIKE = re.compile(r"<(/?[A-Za-z][^<>]*)>")
_CLINGING = frozenset(
    [
        "a",
        "an",
        "the",
        "my",
        "your",
        "his",
        "her",
        "its",
        "our",
        "their",
        "this",
        "that",
        "these",
        "those",
        "no",
        "not",
        "very",
        "mr",
        "mrs",
        "dr",
        "i",
        "you",
        "he",
        "she",
        "we",
        "they",
        "of",
        "to",
        "in",
        "on",
        "at",
        "is",
        "are",
        "was",
        "were",
        "am",
        "be",
    ]
)


class Spoken(Protocol):
    """A line with the time in which it is heard."""

    @property
    def start_s(self) -> float: ...  # noqa: D102 - as its name says
    @property
    def end_s(self) -> float: ...  # noqa: D102 - as its name says
    @property
    def text(self) -> str: ...  # noqa: D102 - as its name says
    @property
    def speaker(self) -> str: ...  # noqa: D102 - as its name says


@dataclass(frozen=True)
class Caption:
    """What stands on the screen from `start_s` to `end_s`."""

    start_s: float
    end_s: float
    rows: tuple[str, ...]
    speaker: str = ""


def captions_of(
    lines: Sequence[Spoken], until_s: float | None = None, row_letters: int = ROW_LETTERS
) -> tuple[Caption, ...]:
    """Captions of lines whose times count from the start of the whole, in order, never two at once.

    A long line becomes several captions that share its time by their letters. None stays beyond `until_s`. Narrow
    pictures take fewer `row_letters`.
    """
    found: list[Caption] = []
    for line in sorted(lines, key=lambda item: (item.start_s, item.end_s)):
        pages = split_caption(line.text, row_letters)
        total = sum(_width(row) for page in pages for row in page) or 1
        at = line.start_s
        for page in pages:
            share = sum(_width(row) for row in page) / total
            end = at + (line.end_s - line.start_s) * share
            found.append(Caption(round(at, 3), round(end, 3), page, line.speaker))
            at = end
    return tuple(
        _held(caption, found[number + 1].start_s - GAP_S if number + 1 < len(found) else until_s)
        for number, caption in enumerate(found)
    )


def _held(caption: Caption, until_s: float | None) -> Caption:
    """A short caption for as long as can be read, never beyond what it is given."""
    end = max(caption.end_s, caption.start_s + SHORTEST_S)
    if until_s is not None:
        end = min(end, max(caption.start_s + 0.04, until_s))
    return Caption(caption.start_s, round(end, 3), caption.rows, caption.speaker)


def split_caption(text: str, row_letters: int = ROW_LETTERS) -> tuple[tuple[str, ...], ...]:
    """A line as pages of one or two rows of at most 42 letters; joined with blanks they are the line again (a word wider than a row is cut)."""
    words = _words(text, row_letters)
    if not words:
        return ()
    rows = _rows(tuple(words), row_letters)
    return tuple(_paged(rows))


def _words(text: str, row_letters: int) -> list[str]:
    """The line's words, none wider than a row; what could be taken for markup or a time is made harmless."""
    plain = "".join(
        letter if not unicodedata.category(letter).startswith("C") or letter in "\u200c\u200d" else " "
        for letter in unicodedata.normalize("NFC", text)
    ).replace("-->", "→")
    words: list[str] = []
    for word in plain.split():
        part = ""
        for letter in word:
            if _width(part + letter) > row_letters:
                words.append(part)
                part = ""
            part += letter
        words.append(part)
    return words


def _width(text: str) -> int:
    """Letters that a text takes on the screen: wide ones two, marks on others none."""
    return sum(
        0 if unicodedata.combining(letter) else 2 if unicodedata.east_asian_width(letter) in "WF" else 1
        for letter in text
    )


def _cost(before: str, after: str) -> float:
    """How badly a break between two words reads."""
    if _SENTENCE_END.search(before):
        return 0.0
    if _PHRASE_END.search(before):
        return 1.0
    first = re.sub(r"\W", "", after.lower())
    last = re.sub(r"\W", "", before.lower())
    if last in _CLINGING:
        return 9.0
    return 2.5 if first in _OPENERS else 5.0


def _rows(words: tuple[str, ...], row_letters: int) -> list[tuple[str, float]]:
    """Rows of a line with the cost of the break behind each: as few as need be, breaking where it reads best."""
    count = len(words)

    @cache
    def best(first: int) -> tuple[float, int]:
        """(cost of the rest, end of the row that begins at `first`)."""
        found: tuple[float, int] | None = None
        width = -1
        for end in range(first + 1, count + 1):
            width += 1 + _width(words[end - 1])
            if width > row_letters and end > first + 1:
                break
            slack = ((row_letters - width) / row_letters) ** 2
            rest = 0.0 if end == count else best(end)[0] + _cost(words[end - 1], words[end])
            total = rest + 6.0 + 5.0 * slack
            if found is None or total < found[0]:
                found = (total, end)
        assert found is not None  # noqa: S101 - every row takes one word at least
        return found

    for first in range(count - 1, -1, -1):  # from the end, so that no line is too long for the stack
        best(first)
    rows: list[tuple[str, float]] = []
    at = 0
    while at < count:
        end = best(at)[1]
        rows.append((" ".join(words[at:end]), _cost(words[end - 1], words[end]) if end < count else 0.0))
        at = end
    return rows


def _paged(rows: list[tuple[str, float]]) -> list[tuple[str, ...]]:
    """Rows in pages of one or two, parted where the break reads best."""
    costs = [0.0] * (len(rows) + 1)
    takes = [1] * len(rows)
    for first in range(len(rows) - 1, -1, -1):
        # a page more costs about what a poor break does; a break between pages weighs twice one inside
        one = 4.0 + 2 * rows[first][1] + costs[first + 1]
        two = one + 1.0
        if first + 2 <= len(rows):
            two = 4.0 + rows[first][1] + 2 * rows[first + 1][1] + costs[first + 2]
        takes[first], costs[first] = (2, two) if two <= one and first + 2 <= len(rows) else (1, one)
    pages: list[tuple[str, ...]] = []
    at = 0
    while at < len(rows):
        pages.append(tuple(row for row, _ in rows[at : at + takes[at]]))
        at += takes[at]
    return pages


def srt_text(captions: Sequence[Caption]) -> str:
    """Captions as SubRip; it knows no escapes, so what players would take for a tag gets other brackets."""
    blocks = [
        f"{number}\n{_clock(caption.start_s, ',')} --> {_clock(caption.end_s, ',')}\n"
        + "\n".join(directed(_TAG_LIKE.sub("‹\\1›", row).replace("{\\", "{ \\")) for row in caption.rows)
        for number, caption in enumerate(captions, start=1)
    ]
    return "\n\n".join(blocks) + "\n" if blocks else ""


def vtt_text(captions: Sequence[Caption]) -> str:
    """Captions as WebVTT; who speaks stands in a voice tag."""
    blocks = [
        f"{_clock(caption.start_s, '.')} --> {_clock(caption.end_s, '.')}\n{_voiced(caption)}"
        for caption in captions
    ]
    return "\n\n".join(["WEBVTT", *blocks]) + "\n"


def _voiced(caption: Caption) -> str:
    rows = "\n".join(directed(_escaped(row)) for row in caption.rows)
    speaker = " ".join(re.sub(r"[<>&\n]", " ", caption.speaker).split())
    return f"<v {speaker}>{rows}" if speaker else rows


def directed(row: str) -> str:
    """A row that is read from right to left between marks that say so: else players put its full stop on the wrong side."""
    strong = (kind for letter in row if (kind := unicodedata.bidirectional(letter)) in {"L", "R", "AL"})
    return f"\u202b{row}\u202c" if next(strong, "L") != "L" else row


def _escaped(row: str) -> str:
    return row.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _clock(seconds: float, point: str) -> str:
    thousandths = round(seconds * 1000)
    return (
        f"{thousandths // 3_600_000:02}:{thousandths // 60_000 % 60:02}:{thousandths // 1000 % 60:02}"
        f"{point}{thousandths % 1000:03}"
    )
