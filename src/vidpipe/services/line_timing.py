"""When each line of a scene is spoken: by its words before a voice exists, by its sound afterwards.

Lines never overlap; there is air before, between and after them while the scene has room for it. Deliberately
not here: making the sound (`voices.py`), and where scenes lie in the whole (`vidpipe.pipeline.stitch`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from cinecore.audio.speech_sound import line_length_s
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


def place_lines(
    scenes: Sequence[Sequence[SpokenLine]], starts_s: Sequence[float], total_s: float
) -> tuple[tuple[SpokenLine, ...], bool]:
    """Every line in seconds of the whole, none while another is spoken, and whether any had to be cut off.

    What would be spoken over the line in front of it begins later; what would then run over the video's end
    begins earlier, as far as the lines in front of it allow.
    """
    placed: list[SpokenLine] = []
    for lines, scene_start_s in zip(scenes, starts_s, strict=True):
        for line in lines:
            length = line_length_s(line.path) if line.path is not None else None
            start = max(scene_start_s + line.start_s, placed[-1].end_s + GAP_S if placed else 0.0)
            placed.append(_at(line, start, length if length is not None else line.end_s - line.start_s))
    limit = total_s
    for number in range(len(placed) - 1, -1, -1):
        line = placed[number]
        if line.end_s <= limit:
            break
        start = max(0.0, line.start_s - (line.end_s - limit))
        placed[number] = _at(line, start, line.end_s - line.start_s)
        limit = start - GAP_S
    kept: list[SpokenLine] = []
    is_cut = False
    for line in placed:
        start = line.start_s
        if kept and start < kept[-1].end_s:
            start = kept[-1].end_s + GAP_S
        length = min(line.end_s - line.start_s, total_s - start)
        is_cut = is_cut or length < line.end_s - line.start_s - 0.002
        if length > GAP_S:
            kept.append(_at(line, start, length))
    return tuple(kept), is_cut


def _at(line: SpokenLine, start_s: float, length_s: float) -> SpokenLine:
    return replace(line, start_s=round(start_s, 3), end_s=round(start_s + length_s, 3))


def speaking(lines: Sequence[SpokenLine]) -> tuple[Mapping[str, Any], ...]:
    """Who is seen to speak when, as a clip's request tells it: {tag, start_s, end_s}; narrators are not seen."""
    return tuple(
        {"tag": line.tag, "start_s": line.start_s, "end_s": line.end_s}
        for line in lines
        if line.tag is not None and line.kind is LineKind.DIALOGUE
    )
