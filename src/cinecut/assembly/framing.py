"""Where a re-framed picture looks: for each clip a still crop or a slow move that keeps what matters in it; pure.

What matters are faces, then people and animals, then where something moves or stands out; what is where comes from
whoever looked at the stills. Of two faces that do not fit together the larger and surer one wins. A path is found by
dynamic programming: what is lost at the edge costs, moving costs, moving fast costs more, and a still crop is taken
wherever a move would win little. At a cut inside a clip the crop jumps.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from cinecut.assembly.shape import Cut
from cinecut.manifest.schema import FramingPoint

Floats = npt.NDArray[np.float64]

FRAMING_VERSION = 1
"""Raised when the same glimpses would give another path."""

STEP_S = 0.125
PLACES = 97
"""Middles that are tried along the way of a crop."""

FASTEST_PER_S = 0.75
"""Crop widths a second, of which the smoothed path's steepest part has half as much again."""

MARGIN = 0.12
"""Room wanted on each side of a face, in its own widths."""

LOST, OFF_CENTRE, TRAVEL, HASTE = 3.0, 0.12, 0.55, 0.5
"""Costs: a subject out of the picture at one glimpse; each crop width off the middle there; each crop width
travelled; and the square of its speed in crop widths a second, by the second."""

WORTH_MOVING = 0.35
"""What a move must save over the best still crop."""

SIMPLER = 0.012
"""How far, in parts of the picture, the written path may lie off the found one."""

MOST_STEP = 0.15
"""How far somebody walks from one still to the next, in parts of the picture; who is further off is somebody else."""

HEADROOM = 0.08
"""How far above the middle faces are wanted in a crop that can move up and down, in parts of its height."""


@dataclass(frozen=True)
class Subject:
    """Something to keep in the picture; the box is left, top, width, height as parts of the shown picture."""

    box: tuple[float, float, float, float]
    weight: float
    """1 for the most important of its still."""
    is_face: bool = False


@dataclass(frozen=True)
class Glimpse:
    """What one still shows."""

    time_s: float
    subjects: tuple[Subject, ...] = ()
    interest: tuple[float, ...] = ()
    """Where the eye goes along the way of the crop: shares by equal strips, for stills without subjects."""


def plan_framing(
    start_s: float, end_s: float, glimpses: Sequence[Glimpse], cuts_s: Sequence[float], cut: Cut
) -> tuple[FramingPoint, ...]:
    """The points of a clip's path, as few as do; one where the crop stands still; none where all is shown.

    Args:
        start_s: Of the clip, in film seconds.
        end_s: Of the clip.
        glimpses: Of the shots that the clip shows, by time; those just outside it count as well.
        cuts_s: Shot changes inside the clip.
        cut: What is cut out.
    """
    if cut.is_whole:
        return ()
    borders = [start_s, *(time for time in cuts_s if start_s < time < end_s), end_s]
    points: list[FramingPoint] = []
    for begin, end in pairwise(borders):
        outer = (
            begin - 1.0 if begin == start_s else begin,
            end + 1.0 if end == end_s else end,
        )
        seen = [one for one in glimpses if outer[0] <= one.time_s < outer[1]]
        found = _plan_shot(begin, end, seen, cut)
        if points:
            found[0] = found[0].model_copy(update={"jumps": True})
        points += found
    return tuple(points)


def _plan_shot(begin: float, end: float, glimpses: Sequence[Glimpse], cut: Cut) -> list[FramingPoint]:
    across, down = cut.parts
    is_sideways = (cut.box[2] - cut.box[0]) - across >= (cut.box[3] - cut.box[1]) - down
    axis, part = (0, across) if is_sideways else (1, down)
    low, high = cut.box[axis] + part / 2, cut.box[axis + 2] - part / 2
    still = cut.kept_inside((cut.box[0] + cut.box[2]) / 2, (cut.box[1] + cut.box[3]) / 2)

    def point(time: float, place: float) -> FramingPoint:
        x, y = (place, still[1]) if is_sideways else (still[0], place)
        return FramingPoint(source_s=round(max(0.0, time), 3), x=round(x, 4), y=round(y, 4))

    if high - low < 1e-6 or not glimpses:
        return [point(begin, still[axis])]
    glimpses = _carried_on(glimpses, begin, end)
    places = np.linspace(low, high, PLACES)
    first = min(begin, glimpses[0].time_s)
    count = max(2, round((max(end, glimpses[-1].time_s) - first) / STEP_S) + 1)
    costs = np.zeros((count, PLACES))
    for glimpse in glimpses:
        node = min(count - 1, max(0, round((glimpse.time_s - first) / STEP_S)))
        costs[node] += _costs(glimpse, places, part, axis)
    path = _best_path(costs, places / part)
    standing = int(np.argmin(costs.sum(axis=0)))
    saved = costs[:, standing].sum() - _total(costs, path, places / part)
    if saved < WORTH_MOVING:
        return [point(begin, float(places[standing]))]
    times = first + STEP_S * np.arange(count)
    inner = np.array([begin, *times[(times > begin) & (times < end)], end])
    values = np.interp(inner, times, places[path])
    return [point(float(inner[at]), float(values[at])) for at in _corners(inner, values)]


def _carried_on(glimpses: Sequence[Glimpse], begin: float, end: float) -> list[Glimpse]:
    """The glimpses with one more at each end that no still shows: who walks there walks on."""
    found = list(glimpses)
    if len(glimpses) > 1:
        if begin < glimpses[0].time_s - STEP_S:
            found.insert(0, _next(glimpses[1], glimpses[0], begin))
        if end > glimpses[-1].time_s + STEP_S:
            found.append(_next(glimpses[-2], glimpses[-1], end))
    return found


def _next(before: Glimpse, last: Glimpse, time_s: float) -> Glimpse:
    """What the most important subject of two glimpses would be doing at a time beyond the second."""
    if not before.subjects or not last.subjects:
        return Glimpse(time_s, last.subjects, last.interest)
    here = max(last.subjects, key=lambda one: one.weight)
    there = min(
        before.subjects, key=lambda one: abs(one.box[0] - here.box[0]) + abs(one.box[1] - here.box[1])
    )
    ahead = (time_s - last.time_s) / (last.time_s - before.time_s)
    far = abs(here.box[0] - there.box[0]) + abs(here.box[1] - there.box[1])
    if abs(ahead) > 1 or far > MOST_STEP:
        return Glimpse(time_s, last.subjects, last.interest)
    left, top = (here.box[at] + ahead * (here.box[at] - there.box[at]) for at in (0, 1))
    return Glimpse(time_s, (replace(here, box=(left, top, here.box[2], here.box[3])),))


def _costs(glimpse: Glimpse, places: Floats, part: float, axis: int) -> Floats:
    """What each middle costs at one still."""
    if glimpse.subjects:
        total = np.zeros(len(places))
        for subject in glimpse.subjects:
            length = max(subject.box[axis + 2], 1e-3)
            middle = subject.box[axis] + length / 2
            lowered = HEADROOM * part if axis == 1 and subject.is_face else 0.0
            room = part / 2 - min(length * (0.5 + MARGIN), part / 2)
            lost = np.clip((np.abs(places - middle) - room) / length, 0, 1)
            total += subject.weight * (
                LOST * lost + OFF_CENTRE * np.minimum(1.0, np.abs(places - middle - lowered) / part)
            )
        return total
    if glimpse.interest:
        shares = np.array(glimpse.interest)
        edges = np.concatenate([[0.0], np.cumsum(shares)]) / max(float(shares.sum()), 1e-9)
        at = np.linspace(0, 1, len(edges))
        seen = np.interp(places + part / 2, at, edges) - np.interp(places - part / 2, at, edges)
        spread: Floats = seen.max() - seen
        return spread
    return OFF_CENTRE * np.abs(places - 0.5) / part


def _best_path(costs: Floats, places: Floats) -> npt.NDArray[np.int64]:
    """The cheapest place by step; `places` in crop lengths."""
    apart = np.abs(places[:, None] - places[None, :])
    moving = _moving(apart)
    moving[apart > FASTEST_PER_S * STEP_S + 1e-9] = np.inf
    best = costs[0].copy()
    came = np.zeros((len(costs), len(places)), np.int64)
    for step in range(1, len(costs)):
        through = best[:, None] + moving
        came[step] = through.argmin(axis=0)
        best = through[came[step], np.arange(len(places))] + costs[step]
    path = np.zeros(len(costs), np.int64)
    path[-1] = int(best.argmin())
    for step in range(len(costs) - 1, 0, -1):
        path[step - 1] = came[step, path[step]]
    return path


def _moving(apart: Floats) -> Floats:
    cost: Floats = TRAVEL * apart + HASTE * apart**2 / STEP_S
    return cost


def _total(costs: Floats, path: npt.NDArray[np.int64], places: Floats) -> float:
    apart = np.abs(np.diff(places[path]))
    return float(costs[np.arange(len(path)), path].sum() + _moving(apart).sum())


def _corners(times: Floats, values: Floats) -> list[int]:
    """Indices of the points that tell the path to within `SIMPLER` (Douglas and Peucker), both ends among them."""

    def between(first: int, last: int) -> list[int]:
        if last - first < 2:
            return []
        inside = slice(first + 1, last)
        line = np.interp(times[inside], times[[first, last]], values[[first, last]])
        off = np.abs(values[inside] - line)
        if off.max() <= SIMPLER:
            return []
        worst = first + 1 + int(off.argmax())
        return [*between(first, worst), worst, *between(worst, last)]

    return [0, *between(0, len(times) - 1), len(times) - 1]
