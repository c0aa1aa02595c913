"""All that is said in a film as one run of words, so that a part of a line, or of two, is found; nothing is judged."""

from __future__ import annotations

import difflib
import unicodedata
from bisect import bisect_right
from collections.abc import Sequence

from cinecut.models import DialogueEvent, LineKind

MOST_COMPARED = 400
"""Lines that share most words with what is looked for and are compared letter by letter."""

NEAREST_LIKENESS = 0.3
"""Below this a line is no help to somebody who mistyped another."""


def folded(text: str) -> str:
    """Letters and figures in one case, one blank between words; capitals, marks and apostrophes change nothing."""
    flat = unicodedata.normalize("NFKC", text).casefold()
    kept = ("" if letter in "'’" else letter if _is_spoken(letter) else " " for letter in flat)
    return " ".join("".join(kept).split())


def _is_spoken(letter: str) -> bool:
    """Whether it is a letter, a figure, or a mark that letters bear (Thai, Arabic and Hindi vowels)."""
    return unicodedata.category(letter)[0] in "LMN"


class SpokenWords:
    """The spoken lines of a film, searched.

    Args:
        events: All lines; what is no speech is left out.
    """

    def __init__(self, events: Sequence[DialogueEvent]) -> None:
        self.events = events
        order = sorted(
            (i for i, event in enumerate(events) if event.kind is LineKind.SPEECH),
            key=lambda i: (events[i].start_s, events[i].end_s, i),
        )
        self._lines = [(i, folded(events[i].text)) for i in order]
        self._lines = [(i, words) for i, words in self._lines if words]
        self._starts: list[int] = []
        at = 1
        for _, words in self._lines:
            self._starts.append(at)
            at += len(words) + 1
        self._all = " " + " ".join(words for _, words in self._lines) + " "

    def text_of(self, place: Sequence[int]) -> str:
        """What is said in these lines."""
        return " ".join(self.events[i].text for i in place)

    def find(self, text: str) -> list[tuple[int, ...]]:
        """Every place that says this, as indices of the lines it stands in; whole lines before parts of lines.

        Whole words are looked for first, then parts of words: scripts without blanks have no others.
        """
        wanted = folded(text)
        if not wanted:
            return []
        whole: list[tuple[int, ...]] = [(i,) for i, words in self._lines if words == wanted]
        return whole or self._places(f" {wanted} ", 1) or self._places(wanted, 0)

    def _places(self, wanted: str, blanks: int) -> list[tuple[int, ...]]:
        found: dict[tuple[int, ...], None] = {}
        at = self._all.find(wanted)
        while at >= 0:
            first = bisect_right(self._starts, at + blanks) - 1
            last = bisect_right(self._starts, at + len(wanted) - 1 - blanks) - 1
            found[tuple(i for i, _ in self._lines[first : last + 1])] = None
            at = self._all.find(wanted, at + 1)
        return list(found)

    def nearest(self, text: str, count: int) -> list[tuple[int, ...]]:
        """The lines most like it, the nearest first."""
        wanted = folded(text)
        words = set(wanted.split())
        by_words = sorted(self._lines, key=lambda row: (-len(words & set(row[1].split())), row[0]))
        rows = [
            (difflib.SequenceMatcher(None, wanted, line).ratio() + 0.3 * len(words & set(line.split())), i)
            for i, line in by_words[:MOST_COMPARED]
        ]
        near = [
            i
            for likeness, i in sorted(rows, key=lambda row: (-row[0], row[1]))
            if likeness >= NEAREST_LIKENESS
        ]
        return [(i,) for i in near[:count]]
