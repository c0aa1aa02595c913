"""Where in the film a candidate gives a clip of a wanted length, and which frames that uses up; nothing is chosen."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from cinecut.narrative.bars import APART_S
from cinecut.narrative.judgement import Judged

AIR_BEFORE, AIR_AFTER = 6, 9
"""Frames of air around a line that are aimed for at 24 frames a second; scaled to the rate."""

COST_OF_LOST_AIR = 0.4
MOST_MASK_BITS = 40_000
"""Frames that a bit mask tells apart; in longer films a bit stands for several."""


@dataclass(frozen=True, slots=True)
class Place:
    """One lawful showing of a candidate."""

    first: int
    """First frame, at the cut point."""
    occupied: int
    """Bit mask of the film frames it uses, handles counted in."""
    keep_off: int
    """Bit mask of the film frames that no other clip may use."""
    cost: float


class Placing:
    """Places of candidates, found once for each length.

    Args:
        judged: The candidates.
        fps: Frames a second.
        handle: Frames that a transition takes from either side of a clip.
        reserved: Spans of frames that no candidate but those `may_take` names may use.
        may_take: Tells by its index who may.
    """

    def __init__(
        self,
        judged: Sequence[Judged],
        fps: float,
        handle: int,
        reserved: Sequence[tuple[int, int]] = (),
        may_take: Callable[[int], bool] = lambda _: False,
    ) -> None:
        self.judged, self.fps, self.handle = judged, fps, handle
        self.air_before = round(AIR_BEFORE * fps / 24)
        self.air_after = round(AIR_AFTER * fps / 24)
        self.apart = math.ceil(APART_S * fps) + 1
        last = max((item.candidate.reach_out for item in judged), default=1)
        self._cell = max(1, math.ceil(last / MOST_MASK_BITS))
        self._may_take = may_take
        self._reserved = 0
        for first, end in reserved:
            self._reserved |= self._mask(first, min(end, last))
        self._places: dict[tuple[int, int], tuple[Place, ...]] = {}
        self._at: dict[tuple[int, int, int], Place] = {}
        self._cores: dict[int, int] = {}

    def places(self, index: int, length: int) -> tuple[Place, ...]:
        """Up to three lawful places for a clip of `length` frames from a candidate, the best first."""
        key = (index, length)
        if key not in self._places:
            self._places[key] = tuple(self._find_placements(index, length))
        return self._places[key]

    def place_at(self, index: int, first: int, length: int) -> Place:
        """One of those places by its first frame."""
        key = (index, first, length)
        if key not in self._at:
            self._at[key] = self._place(index, first, length)
        return self._at[key]

    def core_keep_off(self, index: int) -> int:
        """Bit mask of the frames that no other clip may use whatever of a candidate is shown."""
        if index not in self._cores:
            candidate = self.judged[index].candidate
            self._cores[index] = self._mask(candidate.core_in - self.apart, candidate.core_out + self.apart)
        return self._cores[index]

    def _find_placements(self, index: int, length: int) -> Iterator[Place]:
        candidate = self.judged[index].candidate
        low = max(candidate.reach_in, candidate.core_out - length)
        high = min(candidate.core_in, candidate.reach_out - length)
        if low > high:
            return
        roomy_low, roomy_high = low + self.handle, high - self.handle
        if roomy_low > roomy_high:
            roomy_low = roomy_high = (low + high) // 2
        if candidate.lines:
            before = self.air_before + 2 * self.handle
            firsts = [candidate.core_in - before]
        else:
            middle = candidate.centre - length // 2
            firsts = [middle, roomy_low, roomy_high]
        done: set[int] = set()
        for wanted in firsts:
            first = min(max(wanted, roomy_low), roomy_high)
            if first in done:
                continue
            done.add(first)
            place = self._place(index, first, length)
            if not place.occupied & self._reserved or self._may_take(index):
                yield place

    def _place(self, index: int, first: int, length: int) -> Place:
        candidate = self.judged[index].candidate
        cost = 0.0
        if candidate.lines:
            before = candidate.core_in - first
            after = first + length - candidate.core_out
            lost = (
                max(0, self.air_before - before) / self.air_before
                + max(0, self.air_after - after) / self.air_after
            )
            cost += COST_OF_LOST_AIR * lost / 2
            cost += 0.2 * max(0.0, (before + after) / self.fps - 2.0)
        start, end = first - self.handle, first + length + self.handle
        occupied = self._mask(start, end)
        return Place(first, occupied, self._mask(start - self.apart, end + self.apart), cost)

    def _mask(self, first: int, end: int) -> int:
        low = max(0, first) // self._cell
        high = max(low + 1, math.ceil(end / self._cell))
        return ((1 << (high - low)) - 1) << low
