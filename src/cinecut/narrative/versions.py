"""What makes a further version of a trailer another one: what earlier versions show costs more, their hooks most."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from cinecut.manifest.schema import Manifest
from cinecut.narrative.bars import APART_S

COST_AGAIN = 0.35
"""Of footage that one earlier version shows: more than what tells good clips from the next best, less than a zone."""

COST_OF_SAME_HOOK = 6.0
"""Of beginning as an earlier version begins: nothing else that may be shown first costs as much."""

SEED_STEP = 1_000_003
"""Between the seeds of two versions: each breaks ties, and has its music composed, in its own way."""


@dataclass(frozen=True)
class Earlier:
    """What one earlier version shows, in film seconds."""

    hook_s: tuple[float, float]
    spans_s: tuple[tuple[float, float], ...]
    """In film order."""

    @classmethod
    def of(cls, manifest: Manifest) -> Earlier:
        """What a version's manifest shows."""
        spans = [(clip.source_start_s, clip.source_end_s) for clip in manifest.clips]
        return cls(spans[0], tuple(sorted(spans)))

    def shows(self, start_s: float, end_s: float) -> bool:
        """Whether any of this is shown."""
        place = bisect_right(self.spans_s, (end_s, 0.0))
        return any(
            start < end_s and start_s < end for start, end in self.spans_s[max(0, place - 2) : place + 1]
        )


def begins_alike(earlier: Sequence[Earlier], start_s: float, end_s: float) -> bool:
    """Whether footage, in film seconds, would be the beginning of an earlier version, or lies next to it."""
    return any(
        start - APART_S < end_s and start_s < end + APART_S for start, end in (one.hook_s for one in earlier)
    )


def cost_again(earlier: Sequence[Earlier], start_s: float, end_s: float, *, opens: bool) -> float:
    """What footage costs because earlier versions show it.

    Args:
        earlier: The versions before this one.
        start_s: Where what must be seen of it begins, in film seconds.
        end_s: Where it ends.
        opens: Whether it would be the first thing seen.
    """
    cost = COST_AGAIN * sum(one.shows(start_s, end_s) for one in earlier)
    if opens and begins_alike(earlier, start_s, end_s):
        cost += COST_OF_SAME_HOOK
    return cost


def seed_of_version(seed: int, number: int) -> int:
    """The seed of the `number`-th version, counted from 0; that of the first is the one asked for."""
    return (seed + number * SEED_STEP) % 2**32
