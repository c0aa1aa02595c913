"""Footage for what a person wants kept: more candidates, and for each wish which candidates fulfil it.

A range is kept by its heart: the lawful stretch nearest to its middle. The spoiler limit gives way to a wish;
fences, bans, whole lines and shot changes do not.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from cinecut.models import LineKind
from cinecut.narrative.bars import APART_S
from cinecut.narrative.brief import Brief
from cinecut.narrative.candidates import LEAST_FRAMES, REACH_S, Candidate, Parts, line_parts
from cinecut.narrative.film_grid import FilmGrid, Mask, runs
from cinecut.narrative.judgement import Judged
from cinecut.narrative.permitted import Permitted
from cinecut.narrative.wishes import Wish

AIR_S = 0.5
"""Granted on either side of a kept line past the spoiler limit."""

LONGEST_KEPT_S = 20.0
"""Of speech that no cut can part: longer than for other lines, since somebody asked for it."""

HEART_S = 1.0
"""Of a kept range that must be seen, where its shot holds so much."""

LEAST_STRETCH_S, ROOMY_S = 0.55, 1.5
"""What lasts no longer is no clip; where the middle of a range lasts less than the second, a longer part is its heart."""

MOST_LOOKS = 24
"""Stills of somebody who is to be kept that clips are made around."""

MOST_TOGETHER = 3
"""Kept lines that stand close to one another and are tried as one clip."""


@dataclass(frozen=True)
class Kept:
    """A wish, and what in the film fulfils it."""

    wish: Wish
    heart: int = -1
    """Of a range: the frame that a clip must show."""
    why_not: str = ""
    """Why nothing can fulfil it, in words."""
    is_past_limit: bool = False
    weight: float = 1.0
    """All wishes of a person weigh alike."""

    def is_fulfilled_by(self, item: Judged, *, is_heard: bool) -> bool:
        """Whether a clip of this candidate, heard or not, is what was asked for."""
        candidate = item.candidate
        if self.wish.kind == "range":
            return candidate.core_in <= self.heart < candidate.core_out
        if self.wish.kind == "line":
            return is_heard and set(self.wish.lines) <= set(candidate.lines)
        is_seen = bool(self.wish.person) and self.wish.person in item.people
        return is_seen or (is_heard and not set(self.wish.lines).isdisjoint(candidate.lines))


def find_kept(
    brief: Brief, grid: FilmGrid, permitted: Permitted, candidates: Sequence[Candidate]
) -> tuple[tuple[Candidate, ...], tuple[Kept, ...]]:
    """All candidates with those that only a wish makes, and the wishes in the order given."""
    if not brief.keep:
        return tuple(candidates), ()
    seeker = _Seeker(brief, grid, permitted)
    kept = [seeker.find(wish) for wish in brief.keep]
    seeker.join_neighbours()
    there = {(one.core_in, one.core_out, one.lines) for one in candidates}
    new = [parts for parts in seeker.parts if (parts[0], parts[1], parts[5]) not in there]
    found = [
        *candidates,
        *(Candidate(number, *parts) for number, parts in enumerate(dict.fromkeys(new), len(candidates))),
    ]
    return tuple(found), tuple(kept)


class _Seeker:
    """Looks for lawful clips that show what is wished for."""

    def __init__(self, brief: Brief, grid: FilmGrid, permitted: Permitted) -> None:
        self.brief, self.grid, self.events = brief, grid, brief.events
        self.limit = grid.at_or_before(permitted.limit_s)
        granted = np.zeros(grid.frames, dtype=np.bool_)
        for wish in brief.keep:
            granted |= grid.mask_of(_granted(wish, brief))
        self.allowed: Mask = permitted.allowed | (granted & permitted.unfenced)
        self.unfenced = permitted.unfenced
        self.usable: Mask = self.allowed & grid.clean
        self.spoken = grid.spoken(brief.events)
        self.parts: list[Parts] = []

    def find(self, wish: Wish) -> Kept:
        """What fulfils a wish; its candidates are remembered."""
        if wish.kind == "person":
            self.parts += self._looks_at(wish.person)
            return Kept(wish)
        if wish.kind == "line":
            parts = self._of_lines(wish.lines)
            if parts is None:
                return Kept(wish, why_not=self._why_not(*self._frames_of(wish.lines)))
            self.parts.append(parts)
            return Kept(wish, is_past_limit=parts[1] > self.limit)
        first = max(0, self.grid.at_or_after(wish.span_s[0]))
        end = min(self.grid.frames, max(first + 1, self.grid.at_or_before(wish.span_s[1])))
        return self._of_range(wish, first, end)

    def join_neighbours(self) -> None:
        """Kept lines that stand too close for two clips are tried as one."""
        lines = sorted(
            {i for wish in self.brief.keep if wish.kind == "line" for i in wish.lines},
            key=lambda i: (self.events[i].start_s, i),
        )
        for first in range(len(lines)):
            for count in range(2, MOST_TOGETHER + 1):
                together = lines[first : first + count]
                if len(together) < count or not all(
                    self.events[b].start_s - self.events[a].end_s < APART_S for a, b in pairwise(together)
                ):
                    break
                parts = self._of_lines(tuple(together))
                if parts is not None:
                    self.parts.append(parts)

    def _looks_at(self, person: str) -> list[Parts]:
        """Clips round stills that show somebody: whoever is seen seldom is in no other candidate's middle."""
        cast = self.brief.eyes.cast if self.brief.eyes is not None else ()
        times = [time_s for one in cast if one.id == person for time_s in one.still_times_s]
        step = max(1, len(times) // MOST_LOOKS)
        frames = [self.grid.at_or_before(time_s) for time_s in times[::step]]
        found = [self._quiet_near(at, at - LEAST_FRAMES // 2, at + LEAST_FRAMES // 2) for at in frames]
        return [
            parts
            for at, parts in zip(frames, found, strict=True)
            if parts is not None and parts[0] <= at < parts[1]
        ]

    def _frames_of(self, lines: Sequence[int]) -> tuple[int, int]:
        first, _ = self.grid.line_span(min(self.events[i].start_s for i in lines), 0.0)
        _, end = self.grid.line_span(0.0, max(self.events[i].end_s for i in lines))
        return first, min(end, self.grid.frames)

    def _of_lines(self, lines: Sequence[int]) -> Parts | None:
        """The shortest run of whole lines around these that a clip can hold."""
        group = self._closed(lines)
        length_s = max(self.events[i].end_s for i in group) - min(self.events[i].start_s for i in group)
        if length_s > LONGEST_KEPT_S:
            return None
        return line_parts(self.grid, self.events, group, self.allowed, self.usable, self.spoken)

    def _closed(self, lines: Sequence[int]) -> tuple[int, ...]:
        """These lines and all others that a cut at their edges would part."""
        group = set(lines)
        while True:
            first, end = self._frames_of(sorted(group))
            low, high = self.grid.seconds(first), self.grid.seconds(end)
            grown = group | {
                i
                for i, event in enumerate(self.events)
                if event.kind is LineKind.SPEECH
                and event.start_s < high - 0.0005
                and event.end_s > low + 0.0005
                and event.end_s > event.start_s
            }
            if grown == group:
                return tuple(sorted(group, key=lambda i: (self.events[i].start_s, self.events[i].end_s, i)))
            group = grown

    def _of_range(self, wish: Wish, first: int, end: int) -> Kept:
        """The stretch of one shot, or the whole line, nearest to the middle of the range."""
        middle = (first + end) // 2
        time_s = self.grid.seconds(middle)
        speaking = [
            i
            for i, event in enumerate(self.events)
            if event.kind is LineKind.SPEECH and event.start_s <= time_s < event.end_s
        ]
        if speaking:
            parts = self._of_lines(speaking)
            if parts is not None and parts[0] <= middle < parts[1]:
                self.parts.append(parts)
                return Kept(wish, middle, is_past_limit=parts[1] > self.limit)
        parts = self._quiet_near(middle, first, end)
        if parts is None:
            return Kept(wish, why_not=self._why_not(first, end))
        self.parts.append(parts)
        return Kept(wish, (parts[0] + parts[1]) // 2, is_past_limit=parts[1] > self.limit)

    def _quiet_near(self, middle: int, first: int, end: int) -> Parts | None:
        free = self.usable & ~self.spoken
        shot_of = self.grid.shot_of
        fps = float(self.grid.rate.fps)
        least = math.ceil(LEAST_STRETCH_S * fps)
        stretches = [
            stretch
            for low, high in runs(free)
            if low < end and first < high
            for stretch in _in_shots(shot_of, low, high)
            if stretch[1] - stretch[0] >= least and stretch[0] < end and first < stretch[1]
        ]
        if not stretches:
            return None
        low, high = min(
            stretches,
            key=lambda s: (
                s[1] - s[0] < ROOMY_S * fps,
                max(max(s[0], first) - middle, middle - min(s[1], end) + 1, 0),
                max(s[0], first) - min(s[1], end),
            ),
        )
        inside = (max(low, first), min(high, end))
        wanted = min(inside[1] - inside[0], round(HEART_S * fps))
        wanted = max(wanted, LEAST_FRAMES)
        core_in = min(max(middle - wanted // 2, inside[0]), inside[1] - wanted)
        core_in = min(max(core_in, low), high - wanted)
        reach = round(REACH_S * fps)
        centre = core_in + wanted // 2
        return (
            core_in,
            core_in + wanted,
            max(low, centre - reach),
            min(high, centre + reach),
            int(shot_of[core_in]),
            (),
            True,
        )

    def _why_not(self, first: int, end: int) -> str:
        if not self.unfenced[first:end].all():
            first_s, end_s = self.grid.seconds(first), self.grid.seconds(end)
            for fence in self.brief.analysis.fences:
                if fence.start_s < end_s and first_s < fence.end_s:
                    return f"{fence.kind} lies there"
            return "--in, --out or a ban leaves it out"
        return "no clip can hold it whole: a shot change, a fade, black or longer speech lies at its edges"


def _granted(wish: Wish, brief: Brief) -> list[tuple[float, float]]:
    if wish.kind == "range":
        return [wish.span_s]
    if wish.kind == "person":
        return []
    lines = [brief.events[i] for i in wish.lines]
    return [(line.start_s - AIR_S, line.end_s + AIR_S) for line in lines]


def _in_shots(shot_of: np.ndarray, first: int, end: int) -> list[tuple[int, int]]:
    inside = np.flatnonzero(np.diff(shot_of[first:end])) + first + 1
    return list(pairwise([first, *(int(border) for border in inside), end]))


def without_fulfilment(kept: Sequence[Kept], judged: Sequence[Judged]) -> tuple[Kept, ...]:
    """The wishes, each that no candidate fulfils with the reason."""
    return tuple(
        one
        if one.why_not or any(one.is_fulfilled_by(item, is_heard=True) for item in judged)
        else replace(one, why_not="nothing that may be shown shows or says it")
        for one in kept
    )
