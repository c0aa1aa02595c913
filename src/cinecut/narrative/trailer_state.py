"""A trailer so far, as the search holds it; how it grows is decided in `choice.py`."""

from __future__ import annotations

import math
from dataclasses import dataclass

from cinecut.narrative.acquaintance import Known

FALLING = 0.92
"""Clips of an act are on average at most this part of the length of those of the act before."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """A clip in its place: `frames` from cut to cut, transitions not yet counted in."""

    section: int
    first_position: int
    last_position: int
    judged: int
    """Index into the judged candidates; -1 for a card."""
    first: int
    frames: int
    is_heard: bool
    lock: int = -1
    """Which locked clip it is, where it is one; `judged` is then -1."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How long clips are on average: in the act before, and in this one so far."""

    act: str = ""
    before_s: float = math.inf
    sum_s: float = 0.0
    count: int = 0

    def with_clip(self, act: str, seconds: float) -> Pace:
        """The pace after one more clip of an act."""
        if act != self.act:
            before = self.sum_s / self.count if self.count else math.inf
            return Pace(act, before, seconds, 1)
        return Pace(act, self.before_s, self.sum_s + seconds, self.count + 1)

    @property
    def slowing(self) -> float:
        """By which part this act's clips come out longer than they may; 0 while lengths fall."""
        return max(0.0, self.sum_s / self.count / self.before_s - FALLING) if self.count else 0.0


class State:
    """A trailer up to a beat; its parent is the trailer one item shorter."""

    __slots__ = (
        "chosen",
        "cost",
        "kept",
        "known",
        "pace",
        "parent",
        "rank",
        "recent",
        "shown",
        "spoken_s",
        "told",
        "used",
        "zone",
    )

    def __init__(
        self,
        parent: State | None,
        chosen: Chosen | None,
        cost: float,
        zone: int,
        used: int,
        spoken_s: float,
        recent: tuple[int, ...],
        pace: Pace,
        known: Known,
        told: int,
    ) -> None:
        self.pace = pace
        self.known, self.told = known, told
        self.parent, self.chosen, self.cost, self.zone = parent, chosen, cost, zone
        self.used, self.spoken_s, self.recent = used, spoken_s, recent
        self.rank = cost
        self.kept: int = parent.kept if parent is not None else 0
        self.shown: int = parent.shown if parent is not None else 0
