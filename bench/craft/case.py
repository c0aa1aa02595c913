"""One trailer beside what is known of its film, and what a measure finds in it: values only."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from bench.craft.shown import Piece, Shown
from samples.truth import TrueScene, TrueShot, Truth

from cinecut.manifest.vibe_profile import VibeProfile


@dataclass(frozen=True)
class Case:
    """What a measure may look at; the plan's own reasons are not among it."""

    shown: Shown
    truth: Truth
    vibe: VibeProfile
    asked_s: float
    planning_cpu_s: float | None = None
    """None where nothing was planned."""

    @property
    def fps(self) -> float:
        """Frames a second, of film and trailer alike."""
        return float(self.shown.rate.fps)

    @cached_property
    def limit(self) -> int:
        """The film frame at which the ending begins to be given away: the fourth turning point."""
        return self.truth.turning_points[3].frame

    @cached_property
    def _shot_starts(self) -> list[int]:
        return [shot.first for shot in self.truth.shots]

    def shot_at(self, frame: int) -> TrueShot:
        """The shot that a film frame lies in."""
        return self.truth.shots[max(0, bisect_right(self._shot_starts, frame) - 1)]

    def scene_of(self, piece: Piece) -> int:
        """The scene that the middle of a piece lies in, as an index."""
        return self.shot_at((piece.first + piece.last) // 2).scene

    def scene(self, index: int) -> TrueScene:
        """One scene of the film."""
        return self.truth.scenes[index]

    def people_in(self, piece: Piece) -> frozenset[str]:
        """Who is in the shot that a piece shows longest."""
        return frozenset(self.shot_at((piece.first + piece.last) // 2).people)

    def seconds(self, frame: int) -> float:
        """A film frame's time."""
        return float(self.shown.rate.seconds(frame))


@dataclass(frozen=True)
class Finding:
    """What a measure found in one trailer."""

    value: float | None
    """None where the film or the trailer has nothing to measure it by."""
    why: tuple[str, ...] = ()
    """What is lost and where, in words; empty where nothing is."""


@dataclass(frozen=True)
class Measure:
    """One frozen measure."""

    name: str
    about: str
    """Its definition in a line."""
    better: Literal["higher", "lower"]
    goal: float | None
    """What each trailer should reach; None where more is better without end."""
    find: Callable[[Case], Finding]

    def is_kept(self, value: float) -> bool:
        """Whether a value reaches the goal; without a goal nothing can be missed."""
        if self.goal is None:
            return True
        slack = 1e-9
        return value >= self.goal - slack if self.better == "higher" else value <= self.goal + slack

    def gain(self, ours: float, other: float) -> float:
        """By how much the first value is better than the second."""
        return ours - other if self.better == "higher" else other - ours
