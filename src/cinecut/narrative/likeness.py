"""What it costs to show clips near each other that are alike: the same shot, the same look, the same place."""

from __future__ import annotations

from collections.abc import Sequence

from cinecut.narrative.judgement import Judged, Looks
from cinecut.narrative.meaning import NEUTRAL, Meaning, shared_place

COST_OF_ALIKE = 0.7
SEEN_ALIKE = 0.85
"""Likeness of two shots from which on they are seen to be alike."""

COST_OF_SAME_SHOT = 0.5
COST_OF_SAME_PLACE = 0.12
"""Weaker than the look: two clips of one place can be told apart, and a scene may need both."""

COST_OF_SAME_VIEW = 0.12
"""Two neighbours of one size with the same people in them: the cut between them looks like a mistake."""

LOOKS_BACK, PLACES_BACK = 3, 2
"""How many clips back looks and places are compared."""


class Likeness:
    """Costs between shots, each pair worked out once."""

    def __init__(self, judged: Sequence[Judged], looks: Looks) -> None:
        self._looks = looks
        self._meanings: dict[int, Meaning] = {}
        for item in judged:
            if item.meaning.place:
                self._meanings.setdefault(item.candidate.shot, item.meaning)
        self._views = {item.candidate.shot: (item.size, item.people) for item in judged if item.size}
        self._pairs: dict[tuple[int, int], tuple[float, float]] = {}

    def cost(self, shot: int, recent: Sequence[int]) -> float:
        """The cost of showing a shot after those of `recent`, the last of which was shown last."""
        cost = 0.0
        for age, other in enumerate(reversed(recent)):
            if other == shot:
                cost += COST_OF_SAME_SHOT / (1 + age)
            elif age < LOOKS_BACK:
                look, place = self._between(other, shot)
                cost += look / (1 + age)
                if age == 0 and shot in self._views and self._views[shot] == self._views.get(other):
                    cost += COST_OF_SAME_VIEW
                if age < PLACES_BACK:
                    cost += place / (1 + age)
        return cost

    def _between(self, one: int, two: int) -> tuple[float, float]:
        pair = one, two
        known = self._pairs.get(pair)
        if known is None:
            alike = self._looks.alike(one, two)
            look = COST_OF_ALIKE * max(0.0, alike - SEEN_ALIKE) / (1 - SEEN_ALIKE)
            place = shared_place(self._meanings.get(one, NEUTRAL), self._meanings.get(two, NEUTRAL))
            known = self._pairs[pair] = look, COST_OF_SAME_PLACE * place
        return known
