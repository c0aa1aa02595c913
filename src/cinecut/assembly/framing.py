"""Where a re-framed picture looks: for each clip a still crop or a slow move that keeps what matters in it; pure.

What matters are faces, then people and animals, then where something moves or stands out; what is where comes from
whoever looked at the stills. Of two faces that do not fit together the one that speaks wins where that is known, and else
the larger and surer one. A path is found by dynamic programming: what is lost at the edge costs, moving costs, moving
fast costs more, and a still crop is taken wherever a move would win little. At a cut inside a clip the crop jumps, and
where another begins to speak who stands too far off to be panned to.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from cinecut.assembly.shape import Cut
from cinecut.assembly.speakers import Turn, holds_of
from cinecut.manifest.schema import FramingPoint

Floats = npt.NDArray[np.float64]

FRAMING_VERSION = 2
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

LISTENER = 0.25
"""Weight of those who do not speak, as a part of their own."""

JUMP_FROM = 0.8
"""Crop widths between two speakers from which on the crop jumps from one to the other: both pictures then share little, as on both
sides of a cut. Nearer ones are panned to; a jump would look like a piece that is missing."""

HEADROOM = 0.08
"""How far above the middle faces are wanted in a crop that can move up and down, in parts of its height."""


@dataclass(frozen=True)
class Subject:
    """Something to keep in the picture; the box is left, top, width, height as parts of the shown picture."""

    box: tuple[float, float, float, float]
    weight: float
    """1 for the most important of its still."""
    is_face: bool = False
    who: int = 0
    """The same number for the same somebody in all stills of a shot; 0 where nobody followed them."""


@dataclass(frozen=True)
class Glimpse:
    """What one still shows."""

    time_s: float
    subjects: tuple[Subject, ...] = ()
    interest: tuple[float, ...] = ()
    """Where the eye goes along the way of the crop: shares by equal strips, for stills without subjects."""


def plan_framing(
    start_s: float,
    end_s: float,
    glimpses: Sequence[Glimpse],
    cuts_s: Sequence[float],
    cut: Cut,
    turns: Sequence[Turn] = (),
) -> tuple[FramingPoint, ...]:
    """The points of a clip's path, as few as do; one where the crop stands still; none where all is shown.

    Args:
        start_s: Of the clip, in film seconds.
        end_s: Of the clip.
        glimpses: Of the shots that the clip shows, by time; those just outside it count as well.
        cuts_s: Shot changes inside the clip.
        cut: What is cut out.
        turns: Who speaks when, in film seconds, by the numbers of the subjects.
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
        for first, last, heeded in _stretches(begin, end, seen, turns, cut):
            found = _plan_shot(first, last, heeded, cut)
            if points:
                found[0] = found[0].model_copy(update={"jumps": True})
            points += found
    return tuple(points)


def _stretches(
    begin: float, end: float, glimpses: Sequence[Glimpse], turns: Sequence[Turn], cut: Cut
) -> list[tuple[float, float, list[Glimpse]]]:
    """Parts of a shot between which the crop jumps, each with what is seen in it by who speaks; mostly there is one."""
    known = {subject.who for glimpse in glimpses for subject in glimpse.subjects}
    holds = holds_of([turn for turn in turns if turn.who in known], begin, end)
    if not holds:
        return [(begin, end, list(glimpses))]
    found: list[tuple[float, float, list[Glimpse]]] = []
    before = 0.0
    for hold in holds:
        heeded = [_heeding(glimpse, hold.who, glimpses) for glimpse in _of_hold(hold, begin, end, glimpses)]
        place = float(np.median([_place_of(glimpse, hold.who, cut) for glimpse in heeded]))
        if found and abs(place - before) < JUMP_FROM:
            first, _, earlier = found.pop()
            found.append((first, hold.end_s, [*earlier, *heeded]))
        else:
            found.append((hold.start_s, hold.end_s, heeded))
        before = place
    return found


def _of_hold(hold: Turn, begin: float, end: float, glimpses: Sequence[Glimpse]) -> list[Glimpse]:
    """The glimpses of a part of a shot; those beyond the shot's own part belong to its first and last."""
    inside = [
        one
        for one in glimpses
        if (one.time_s >= hold.start_s or hold.start_s <= begin)
        and (one.time_s < hold.end_s or hold.end_s >= end)
    ]
    if inside:
        return inside
    middle = (hold.start_s + hold.end_s) / 2
    return [replace(min(glimpses, key=lambda one: abs(one.time_s - middle)), time_s=middle)]


def _heeding(glimpse: Glimpse, who: int, glimpses: Sequence[Glimpse]) -> Glimpse:
    """A glimpse as it counts while somebody speaks; where they are not seen in it, they are where they were seen next."""
    near = min(
        (one for one in glimpses if any(subject.who == who for subject in one.subjects)),
        key=lambda one: abs(one.time_s - glimpse.time_s),
    )
    own = next(subject for subject in near.subjects if subject.who == who)
    others = (replace(one, weight=LISTENER * one.weight) for one in glimpse.subjects if one.who != who)
    return replace(glimpse, subjects=(replace(own, weight=1.0), *others))


def _place_of(glimpse: Glimpse, who: int, cut: Cut) -> float:
    """Where the crop's middle is with somebody in its own, along its way, in crop widths."""
    axis, part = _way(cut)
    box = next(subject.box for subject in glimpse.subjects if subject.who == who)
    middle = box[axis] + box[axis + 2] / 2
    return min(cut.box[axis + 2] - part / 2, max(cut.box[axis] + part / 2, middle)) / part


def _way(cut: Cut) -> tuple[int, float]:
    """Along which axis the crop moves (0 across, 1 down), and its length there."""
    across, down = cut.parts
    is_sideways = (cut.box[2] - cut.box[0]) - across >= (cut.box[3] - cut.box[1]) - down
    return (0, across) if is_sideways else (1, down)


def _plan_shot(begin: float, end: float, glimpses: Sequence[Glimpse], cut: Cut) -> list[FramingPoint]:
    axis, part = _way(cut)
    is_sideways = axis == 0
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
