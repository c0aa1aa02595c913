"""Every piece of film that could be a clip: quiet stretches of one shot, and whole lines; nothing is judged here.

A candidate must show its core and may reach a little to both sides; any two frame numbers between
reach and core are lawful edges: never inside a spoken line, a foreign shot, a fence or a flash.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from cinecut.models import DialogueEvent, LineKind
from cinecut.narrative.film_grid import FilmGrid, Mask, runs
from cinecut.narrative.permitted import Permitted

LEAST_FRAMES = 8
"""Shortest piece of a shot that does not read as a flash frame."""

REACH_S = 7.0
"""How far a quiet candidate reaches to either side of its centre; no vibe's clip is twice as long."""

LINE_REACH_S = 4.0
"""How far a line's candidate reaches before and after the line."""

LONGEST_LINE_S = 11.0
"""Longer runs of speech do not fit a trailer."""

MERGE_GAP_S = 0.12
"""Lines closer than this cannot be told apart by a cut with room to breathe."""

MOST_LINES = 50
"""Lines that one clip can hold; where more overlap nothing can be understood."""

LONGEST_EXCHANGE_S = 7.5
LONGEST_ANSWER_GAP_S = 0.7
MOST_QUIET = 2500


@dataclass(frozen=True, slots=True)
class Candidate:
    """A piece of film; all figures are frames of the grid, half-open."""

    number: int
    core_in: int
    core_out: int
    reach_in: int
    reach_out: int
    shot: int
    """Index into `analysis.shots` of the shot that is seen longest."""
    lines: tuple[int, ...] = ()
    """Indices into the events of the lines that the core holds whole; empty for a quiet stretch."""
    is_one_shot: bool = True
    """Whether no shot change lies inside; only a heard line may carry one."""

    @property
    def centre(self) -> int:
        """The middle of the core."""
        return (self.core_in + self.core_out) // 2

    @property
    def core_frames(self) -> int:
        """The shortest clip that shows the core."""
        return self.core_out - self.core_in

    @property
    def reach_frames(self) -> int:
        """The longest clip that stays lawful."""
        return self.reach_out - self.reach_in


def find_candidates(
    grid: FilmGrid, events: Sequence[DialogueEvent], permitted: Permitted
) -> tuple[Candidate, ...]:
    """All candidates in film order, quiet ones first."""
    usable = permitted.allowed & grid.clean
    spoken = grid.spoken(events)
    quiet = _quiet(grid, usable & ~spoken, permitted)
    lines = _lines(grid, events, permitted, usable, spoken)
    return tuple(Candidate(number, *parts) for number, parts in enumerate([*quiet, *lines]))


Parts = tuple[int, int, int, int, int, tuple[int, ...], bool]
"""A candidate without its number."""


def _quiet(grid: FilmGrid, usable: Mask, permitted: Permitted) -> list[Parts]:
    """Stretches of one shot without a word, long ones in several overlapping candidates."""
    shot_of = grid.shot_of
    fps = float(grid.rate.fps)
    stretches: list[tuple[int, int]] = []
    for first, end in runs(usable):
        inside = np.flatnonzero(np.diff(shot_of[first:end])) + first + 1
        borders = [first, *(int(border) for border in inside), end]
        stretches += [(a, b) for a, b in pairwise(borders) if b - a >= LEAST_FRAMES]
    total = sum(b - a for a, b in stretches)
    step = max(total / MOST_QUIET, min(3.0, max(0.4, permitted.seconds / 250)) * fps)
    motion = np.concatenate(([0.0], np.cumsum(grid.curve(grid.analysis.motion), dtype=np.float64)))
    reach = round(REACH_S * fps)
    found: list[Parts] = []
    for first, end in stretches:
        count = max(1, round((end - first) / step))
        for part in range(count):
            low = first + (end - first) * part // count
            high = first + (end - first) * (part + 1) // count
            centre = _liveliest(motion, low, high, round(fps))
            core_in = max(first, min(centre - LEAST_FRAMES // 2, end - LEAST_FRAMES))
            core_out = core_in + LEAST_FRAMES
            found.append(
                (
                    core_in,
                    core_out,
                    max(first, centre - reach),
                    min(end, centre + reach),
                    int(shot_of[centre]),
                    (),
                    True,
                )
            )
    return found


def _liveliest(motion_sum: np.ndarray, low: int, high: int, window: int) -> int:
    """The middle of the second with most motion between two frames; their middle where all are alike."""
    window = min(window, high - low)
    starts = np.arange(low, high - window + 1)
    amount = motion_sum[starts + window] - motion_sum[starts]
    middle = (low + high) // 2
    if len(amount) < 2 or float(amount.max() - amount.min()) < 1e-4 * window:
        return min(middle, high - 1)
    # the edges of a shot are where an actor starts and stops: leave them to the length of the clip
    favour = 1.0 - 0.5 * np.abs(starts + window / 2 - middle) / max(1.0, (high - low) / 2)
    return min(int(starts[int(np.argmax(amount * favour))]) + window // 2, high - 1)


def _lines(
    grid: FilmGrid, events: Sequence[DialogueEvent], permitted: Permitted, usable: Mask, spoken: Mask
) -> list[Parts]:
    """Whole lines, and exchanges of two, with the free footage around them."""
    groups = _groups(events)
    pairs = [
        (*one, *two)
        for one, two in pairwise(groups)
        if _gap_s(events, one, two) <= LONGEST_ANSWER_GAP_S
        and _length_s(events, (*one, *two)) <= LONGEST_EXCHANGE_S
    ]
    found: list[Parts] = []
    for group in [*groups, *pairs]:
        if _length_s(events, group) > LONGEST_LINE_S or len(group) > MOST_LINES:
            continue
        parts = line_parts(grid, events, group, permitted.allowed, usable, spoken)
        if parts is not None:
            found.append(parts)
    return sorted(found, key=lambda parts: (parts[0], parts[1]))


def line_parts(
    grid: FilmGrid,
    events: Sequence[DialogueEvent],
    group: tuple[int, ...],
    allowed: Mask,
    usable: Mask,
    spoken: Mask,
) -> Parts | None:
    """A clip that holds these lines whole, as a candidate's parts; None where no lawful one does."""
    first, _ = grid.line_span(min(events[i].start_s for i in group), 0.0)
    _, end = grid.line_span(0.0, max(events[i].end_s for i in group))
    if first < 0 or end > grid.frames or not bool(allowed[first:end].all()):
        return None
    if not _cuts_are_carried(grid, events, group, first, end):
        return None
    parts = _around(grid, usable, spoken, first, end, round(LINE_REACH_S * float(grid.rate.fps)))
    return None if parts is None else (*parts, group, int(grid.shot_of[first]) == int(grid.shot_of[end - 1]))


def _cuts_are_carried(
    grid: FilmGrid, events: Sequence[DialogueEvent], group: tuple[int, ...], first: int, end: int
) -> bool:
    """Whether every shot change between first and end lies inside a line, not in the pause between two."""
    cuts = np.flatnonzero(np.diff(grid.shot_of[first:end])) + first + 1
    return all(
        any(events[i].start_s - 0.0005 <= grid.seconds(int(cut)) <= events[i].end_s + 0.0005 for i in group)
        for cut in cuts
    )


def _around(
    grid: FilmGrid, usable: Mask, spoken: Mask, first: int, end: int, reach: int
) -> tuple[int, int, int, int, int] | None:
    """Core, reach and main shot of a line; None where a fragment of a shot would flash by."""
    shot_of = grid.shot_of
    cuts = np.flatnonzero(np.diff(shot_of[first:end])) + first + 1
    reach_in, reach_out = first, end
    while reach_in > max(0, first - reach) and _continues(shot_of, usable, spoken, reach_in - 1, first):
        reach_in -= 1
    while reach_out < min(grid.frames, end + reach) and _continues(
        shot_of, usable, spoken, reach_out, end - 1
    ):
        reach_out += 1
    core_in, core_out = first, end
    if len(cuts):
        core_in = min(core_in, int(cuts[0]) - LEAST_FRAMES)
        core_out = max(core_out, int(cuts[-1]) + LEAST_FRAMES)
    if core_in < reach_in or core_out > reach_out:
        return None
    if not bool(usable[core_in : core_in + 4].all()) or not bool(usable[core_out - 4 : core_out].all()):
        return None  # it would open or close in the middle of a dissolve
    shots, counts = np.unique(shot_of[core_in:core_out], return_counts=True)
    return core_in, core_out, reach_in, reach_out, int(shots[int(np.argmax(counts))])


def _continues(shot_of: np.ndarray, usable: Mask, spoken: Mask, frame: int, inside: int) -> bool:
    return bool(usable[frame]) and not bool(spoken[frame]) and int(shot_of[frame]) == int(shot_of[inside])


def _groups(events: Sequence[DialogueEvent]) -> list[tuple[int, ...]]:
    """Spoken lines that no cut can part, by their indices, in order of time."""
    order = sorted(
        (
            i
            for i, event in enumerate(events)
            if event.kind is LineKind.SPEECH and event.end_s > event.start_s
        ),
        key=lambda i: (events[i].start_s, events[i].end_s, i),
    )
    groups: list[list[int]] = []
    until = -1.0
    for i in order:
        if groups and events[i].start_s < until + MERGE_GAP_S:
            groups[-1].append(i)
        else:
            groups.append([i])
        until = max(until, events[i].end_s)
    return [tuple(group) for group in groups]


def _length_s(events: Sequence[DialogueEvent], group: tuple[int, ...]) -> float:
    return max(events[i].end_s for i in group) - min(events[i].start_s for i in group)


def _gap_s(events: Sequence[DialogueEvent], one: tuple[int, ...], two: tuple[int, ...]) -> float:
    return min(events[i].start_s for i in two) - max(events[i].end_s for i in one)
