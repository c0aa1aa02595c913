"""The edges of lines moved to where the words begin and end, for all lines of a film at once.

For each edge the choice is to stay or to go to a heard edge near by; the whole that leaves the least silence inside
lines and the least speech between them, at the least moving, is found by dynamic programming from line to line.
Deliberately not here: shifting all lines together.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median

from cinecut.ingestion.heard_speech import HeardSpeech

REACH_S = 0.5
"""No edge moves farther."""

SMALLEST_MOVE_S = 0.06
"""A heard edge is known to about this (95 of a hundred): what lies nearer is left as it was written."""

MOVING_COSTS = 0.3
"""What a second of moving weighs against a second of silence inside a line or of speech outside it."""

TOGETHER = 1.12
"""So much farther all edges together may stand from heard ones and still be taken as set by the sound: they are twice as many,
so that their median tells careless lines apart where that of the starts or the ends alone does not. Over music 6 and 12 dB
below the voices lines that are off by up to .1 s have a median of .051 to .074 s, those off by .2 s one of .093 to .123."""

SHORTEST_S = 0.2
"""No line becomes shorter."""

MOST_CANDIDATES = 4
"""Heard edges that one edge chooses among, the nearest first."""

Span = tuple[float, float]
_BEFORE_ALL: Span = (-1e9, -1e9)
_AFTER_ALL: Span = (1e9, 1e9)
"""Stand-ins for the lines before the first and behind the last, so that speech there counts too."""


@dataclass(frozen=True)
class _Way:
    """The best choice up to a line that ends at `end_s`."""

    cost: float
    start_s: float
    end_s: float
    before: _Way | None


def move_edges(spans: Sequence[Span], speech: HeardSpeech) -> list[Span]:
    """Each line's span with its edges at its words where these were heard within half a second.

    `spans` are sorted by start, in seconds. A line near which nothing was heard stays as it is. Lines that did not
    overlap do not come to overlap. Starts that were set by the sound already all stay, and so do such ends; where both
    together were, all stay.
    """
    starts_off = _distances([span[0] for span in spans], speech.starts_near)
    ends_off = _distances([span[1] for span in spans], speech.ends_near)
    moves_starts = not _are_trusted(starts_off, speech.known_to_s)
    moves_ends = not _are_trusted(ends_off, speech.known_to_s)
    if not (moves_starts or moves_ends) or _are_trusted(starts_off + ends_off, TOGETHER * speech.known_to_s):
        return list(spans)
    ways = [_Way(0.0, *_BEFORE_ALL, None)]
    earlier = _BEFORE_ALL
    for span in (*spans, _AFTER_ALL):
        starts = _worth(span[0], speech.starts_near(span[0], REACH_S)) if moves_starts else []
        ends = _worth(span[1], speech.ends_near(span[1], REACH_S)) if moves_ends else []
        ways = _onward(ways, earlier, span, speech, starts, ends)
        earlier = span
    moved: list[Span] = []
    way = ways[0].before  # behind the last line there is one end only
    while way is not None and way.before is not None:
        moved.append((way.start_s, way.end_s))
        way = way.before
    return moved[::-1]


def _onward(
    ways: list[_Way], earlier: Span, span: Span, speech: HeardSpeech, starts: list[float], ends: list[float]
) -> list[_Way]:
    """The best way to each end that a line may get, out of the best ways to each end of the line before.

    `starts` and `ends` are the heard edges that it may go to.
    """
    was_start, was_end = span
    begun: list[tuple[float, float, _Way]] = []
    for start_s in (was_start, *starts):
        costs = [
            (way.cost + _between(way.end_s, start_s, earlier, span, speech), way)
            for way in ways
            if _may_follow(way.end_s, start_s, earlier, span)
        ]
        if costs:
            cost, way = min(costs, key=lambda one: one[0])
            begun.append((cost + MOVING_COSTS * abs(start_s - was_start), start_s, way))
    following: list[_Way] = []
    for end_s in (was_end, *ends):
        shortest_s = min(SHORTEST_S, was_end - was_start)
        choices = [
            (cost + end_s - start_s - speech.inside(start_s, end_s), start_s, way)
            for cost, start_s, way in begun
            if end_s - start_s >= shortest_s - 1e-9
        ]
        if choices:
            cost, start_s, way = min(choices, key=lambda one: one[0])
            following.append(_Way(cost + MOVING_COSTS * abs(end_s - was_end), start_s, end_s, way))
    return following


def _distances(edges: Sequence[float], heard_near: Callable[[float, float], list[float]]) -> list[float]:
    """How far each edge stands from the nearest heard one, of those that have one near."""
    return [min(abs(heard - at_s) for heard in near) for at_s in edges if (near := heard_near(at_s, REACH_S))]


def _are_trusted(distances: Sequence[float], known_to_s: float) -> bool:
    """Whether half of some edges stand as near to heard ones as those are known: they were set by the sound already."""
    return bool(distances) and median(distances) < known_to_s


def _worth(at_s: float, heard: list[float]) -> list[float]:
    """The heard edges that an edge may go to; none where it stands on one already."""
    if any(abs(time - at_s) < SMALLEST_MOVE_S for time in heard):
        return []
    return sorted(heard, key=lambda time: abs(time - at_s))[:MOST_CANDIDATES]


def _may_follow(end_s: float, start_s: float, earlier: Span, later: Span) -> bool:
    """Whether two lines overlap no more than they did."""
    return end_s - start_s <= max(0.0, earlier[1] - later[0]) + 1e-9


def _between(end_s: float, start_s: float, earlier: Span, later: Span, speech: HeardSpeech) -> float:
    """Seconds of speech between two lines that one of them could have had."""
    reached, reaching = earlier[1] + REACH_S, later[0] - REACH_S
    if reached >= reaching:
        return speech.inside(end_s, start_s)
    return speech.inside(end_s, reached) + speech.inside(reaching, start_s)
