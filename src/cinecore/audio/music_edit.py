"""A piece of music edited to a cut: which of its bars is heard when, so that its drop meets the trailer's.

Edits lie on downbeats and on the trailer's grid. Choosing the bars is a shortest path: to play on costs nothing,
to jump costs the more the less the two sides are alike, and a bar should be as full as the act that it plays in.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from cinecore.audio.form import MusicBar

Costs = npt.NDArray[np.float64]

JUMP = 1.5
"""Cost of any jump; a bar 6 dB off its act's fullness costs half of one."""
UNLIKE = 1.0
"""Cost of a jump for each unit of difference between what is left and what follows; unrelated bars differ by 2–4."""
SHORT_LOOP = 2.0
"""Cost of going back by fewer than four bars: heard as a loop."""
UNEVEN = 1.0
"""Cost of a bar that is not as long as the grid's."""
OFF_6_DB = 0.75
NOT_BEFORE_DROP = 6.0
"""Cost of leading into the drop with another bar than the one before it."""
UNEVEN_SHARE = 0.03
KEPT_WITHIN_S = 0.008
"""A bar that begins this near to where the grid has it is left to play on."""


@dataclass(frozen=True)
class Cut:
    """What the music is edited to."""

    seconds: float
    """Length of the trailer."""
    bar_s: Fraction
    """Length of a bar of the grid, which begins with the trailer."""
    levels_db: Sequence[tuple[float, float]]
    """(from second, how full, 0 and less) of each act, by rising times."""
    drop_s: Fraction | None = None
    """Where the music's drop belongs: a beat of the grid."""
    stop_s: float | None = None
    """Where the music falls silent before it."""


@dataclass(frozen=True)
class SourceSpan:
    """From `time_s` of the trailer on, the piece is heard from `source_s` on, until the next."""

    time_s: Fraction
    source_s: float
    reason: str


def edit_to_cut(bars: Sequence[MusicBar], drop: int | None, cut: Cut) -> tuple[SourceSpan, ...]:
    """Where the piece is heard from, and since when, for the whole cut; empty where there are no bars.

    Equal input gives equal edits.
    """
    if not bars:
        return ()
    drop_s = cut.drop_s if cut.drop_s is not None and 0 < cut.drop_s < cut.seconds else None
    if drop_s is None:
        return tuple(_spans(bars, _path(bars, cut, Fraction(0), cut.seconds), Fraction(0), cut.bar_s, ""))
    until = min(float(drop_s), cut.stop_s) if cut.stop_s is not None else float(drop_s)
    begin = Fraction(0)
    if cut.stop_s is None:
        # the music runs into its drop: whole bars lead there, and what is left over begins the trailer
        begin = drop_s - (drop_s // cut.bar_s) * cut.bar_s
        begin = begin if begin == 0 else begin - cut.bar_s
    last = drop - 1 if drop else None
    lead = _path(bars, cut, begin, until, last=last)
    first = drop if drop is not None else None
    after = _path(bars, cut, drop_s, cut.seconds, first=first)
    why = "the drop" if drop is not None else "a fuller part"
    return (
        *_spans(bars, lead, begin, cut.bar_s, "the build" if last is not None else ""),
        *_spans(bars, after, drop_s, cut.bar_s, why),
    )


def _path(
    bars: Sequence[MusicBar],
    cut: Cut,
    begin: Fraction,
    until: float,
    *,
    first: int | None = None,
    last: int | None = None,
) -> list[int]:
    """The bar at each place from `begin` on: the cheapest run."""
    count = max(1, int(np.ceil((until - float(begin)) / float(cut.bar_s) - 1e-6)))
    levels = np.array([bar.level_db for bar in bars])
    top = float(np.percentile(levels, 90))
    full = np.minimum(0.0, levels - top)
    lengths = np.array([bar.end_s - bar.start_s for bar in bars])
    uneven = UNEVEN * (np.abs(lengths / float(cut.bar_s) - 1) > UNEVEN_SHARE)
    change = _jumps(bars)
    total = np.full(len(bars), np.inf)
    came_from = np.zeros((count, len(bars)), np.int64)
    for place in range(count):
        at = float(begin + place * cut.bar_s)
        own = OFF_6_DB * np.abs(full - _wanted(cut.levels_db, at)) / 6 + uneven
        if place == 0:
            total = own.copy() if first is None else np.where(np.arange(len(bars)) == first, 0.0, np.inf)
            continue
        reached = total[:, None] + change
        came_from[place] = reached.argmin(axis=0)
        total = own + reached.min(axis=0)
    if last is not None:
        total = total + NOT_BEFORE_DROP * (np.arange(len(bars)) != last)
    path = [int(total.argmin())]
    for place in range(count - 1, 0, -1):
        path.append(int(came_from[place, path[-1]]))
    return path[::-1]


def _wanted(levels: Sequence[tuple[float, float]], at: float) -> float:
    """How full the act at that time is to be."""
    found = 0.0
    for start, level in levels:
        if start <= at + 0.05:
            found = level
    return found


def _jumps(bars: Sequence[MusicBar]) -> Costs:
    """Cost of hearing bar j after bar i: nothing for the next one."""
    half = len(bars[0].colour) // 2
    starts = np.array([bar.colour[:half] for bar in bars])
    levels = np.array([bar.level_db for bar in bars]) / 6
    count = len(bars)
    # what would have come next against what comes instead
    apart = _distances(np.vstack([starts[1:], starts[-1:]]), starts)
    if count > 1:
        # nothing follows the last bar: what comes instead should follow a bar like it
        apart[-1, 1:] = _distances(starts[-1:], starts[:-1])[0]
    level_next = np.concatenate([levels[1:], levels[-1:]])
    cost = JUMP + UNLIKE * (apart + 0.5 * np.abs(level_next[:, None] - levels[None, :]))
    back = np.arange(count)[:, None] + 1 - np.arange(count)[None, :]
    cost = cost + SHORT_LOOP * ((back > 0) & (back < min(4, count)))
    cost[np.arange(count - 1), np.arange(1, count)] = 0.0
    return np.asarray(cost, np.float64)


def _distances(some: Costs, others: Costs) -> Costs:
    """How far each row of one is from each of the other."""
    squares = (some**2).sum(axis=1)[:, None] + (others**2).sum(axis=1)[None, :] - 2 * some @ others.T
    return np.asarray(np.sqrt(np.maximum(0.0, squares)), np.float64)


def _spans(
    bars: Sequence[MusicBar], path: Sequence[int], begin: Fraction, bar_s: Fraction, reason: str
) -> list[SourceSpan]:
    """One span a run of the path; a run that has left the grid is set on it again at the next downbeat."""
    spans: list[SourceSpan] = []
    for place, bar in enumerate(path):
        time = begin + place * bar_s
        source = bars[bar].start_s
        if spans:
            expected = spans[-1].source_s + float(time - spans[-1].time_s)
            is_next = bar == path[place - 1] + 1
            if is_next and abs(source - expected) <= KEPT_WITHIN_S:
                continue
            why = "kept on the beat" if is_next else "from here on"
        else:
            why = reason
        spans.append(SourceSpan(time, source, why))
    first = spans[0]
    if first.time_s < 0:
        # a bar that began before the trailer: heard from where the trailer begins
        spans[0] = SourceSpan(Fraction(0), first.source_s - float(first.time_s), first.reason)
    return spans
