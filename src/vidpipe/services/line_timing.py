"""When each line of a scene is spoken: by its words before a voice exists, by its sound afterwards.

Lines never overlap; there is air before, between and after them while the scene has room for it. Deliberately
not here: making the sound (`voices.py`), and where the scene lies in the whole (`vidpipe.pipeline.stitch`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vidpipe.schemas.kinds import LineKind
from vidpipe.schemas.pacing import WORDS_PER_SECOND, words_in

AIR_BEFORE_S, AIR_BETWEEN_S, AIR_AFTER_S = 0.35, 0.3, 0.35
"""Least air while there is room: 8 frames before a line, 7 between two, 8 after the last."""

MOST_BEFORE_S, MOST_BETWEEN_S = 1.1, 0.9
"""More than this is a pause that somebody should have written."""

GAP_S = 0.08
"""Between two lines of a scene that is too short for them."""

SHORTEST_LINE_S = 0.6


@dataclass(frozen=True)
class SpokenLine:
    """One line in its place, in seconds from the beginning of its scene."""

    path: Path | None
    """Its sound; None: it is a caption alone."""
    start_s: float
    end_s: float
    text: str
    speaker: str = ""
    tag: str | None = None
    kind: LineKind = LineKind.DIALOGUE


def estimated_s(text: str) -> float:
    """Seconds that a line will take, by its words."""
    return max(SHORTEST_LINE_S, words_in(text) / WORDS_PER_SECOND)


def time_lines(lengths_s: Sequence[float], scene_s: float) -> tuple[tuple[float, float], ...]:
    """(start, end) of each line, in milliseconds, from the beginning of a scene of that length.

    Room beyond the least air is shared out: some before the first line, some between lines, the rest after the
    last. Too little room shrinks the air; none at all lets the last line run on beyond the scene's end.
    """
    if not lengths_s:
        return ()
    between = len(lengths_s) - 1
    least = AIR_BEFORE_S + between * AIR_BETWEEN_S + AIR_AFTER_S
    room = scene_s - sum(lengths_s)
    if room >= least:
        spare = room - least
        before = min(MOST_BEFORE_S, AIR_BEFORE_S + 0.3 * spare)
        gap = min(MOST_BETWEEN_S, AIR_BETWEEN_S + 0.4 * spare / max(1, between))
    else:
        share = max(0.0, room) / least
        before, gap = AIR_BEFORE_S * share, max(GAP_S, AIR_BETWEEN_S * share)
    spans: list[tuple[float, float]] = []
    at = before
    for length in lengths_s:
        spans.append((round(at, 3), round(at + length, 3)))
        at += length + gap
    return tuple(spans)


def speaking(lines: Sequence[SpokenLine]) -> tuple[Mapping[str, Any], ...]:
    """Who is seen to speak when, as a clip's request tells it: {tag, start_s, end_s}; narrators are not seen."""
    return tuple(
        {"tag": line.tag, "start_s": line.start_s, "end_s": line.end_s}
        for line in lines
        if line.tag is not None and line.kind is LineKind.DIALOGUE
    )
