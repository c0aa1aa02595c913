"""Candidates in the order of their cost in a section, and how much should be spoken by when; prepared once a search."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from cinecut.manifest.schema import Act
from cinecut.narrative.bars import OUTSIDE_ZONE_ORDER
from cinecut.narrative.brief import Brief
from cinecut.narrative.judgement import Judged
from cinecut.narrative.leaning import cost_by_brief
from cinecut.narrative.shape import Shape
from cinecut.narrative.taste import cost_in_act, cost_of_zone
from cinecut.narrative.versions import cost_again

SPOKEN_WEIGHTS = {"act1": 1.25, "beat_drop": 0.6, "act2": 1.15, "act3": 0.45}
"""How the spoken share spreads over the acts: words inform early, pictures close."""

Ranked = tuple[list[tuple[float, int]], list[tuple[float, int]]]
"""Quiet candidates and lines, each as cost and index."""


class Ranking:
    """What a search asks again and again of the same candidates."""

    def __init__(self, brief: Brief, shape: Shape, judged: Sequence[Judged]) -> None:
        self._brief, self._shape, self._judged = brief, shape, judged
        self._fps = float(shape.rate.fps)
        self._act_costs: dict[Act, list[float]] = {}
        self._ranked_lists: dict[tuple[int, int], Ranked] = {}

    def ranked(self, number: int, wanted_zone: int) -> Ranked:
        """Quiet candidates and lines with their costs in a section, the best first."""
        key = (number, wanted_zone)
        if key not in self._ranked_lists:
            act = self._shape.sections[number].act
            quiet: list[tuple[float, int]] = []
            lines: list[tuple[float, int]] = []
            for index, item in enumerate(self._judged):
                cost = self._costs_in(act)[index]
                if act not in OUTSIDE_ZONE_ORDER:
                    cost += cost_of_zone(item.zone, wanted_zone)
                (lines if item.candidate.lines else quiet).append((round(cost, 9), index))
            self._ranked_lists[key] = (sorted(quiet), sorted(lines))
        return self._ranked_lists[key]

    def cost(self, number: int, wanted_zone: int, index: int) -> float:
        """What one candidate costs in a section."""
        act = self._shape.sections[number].act
        cost = self._costs_in(act)[index]
        if act not in OUTSIDE_ZONE_ORDER:
            cost += cost_of_zone(self._judged[index].zone, wanted_zone)
        return round(cost, 9)

    def _costs_in(self, act: Act) -> list[float]:
        if act not in self._act_costs:
            costs = [cost_in_act(act, item, self._brief) for item in self._judged]
            if self._brief.earlier:
                costs = [
                    cost + self._again(act, item) for cost, item in zip(costs, self._judged, strict=True)
                ]
            if self._brief.asked is not None:
                costs = [
                    cost + cost_by_brief(self._brief.asked, item)
                    for cost, item in zip(costs, self._judged, strict=True)
                ]
            self._act_costs[act] = costs
        return self._act_costs[act]

    def _again(self, act: Act, item: Judged) -> float:
        """What a candidate costs because earlier versions show it, or begin with it."""
        origin, fps = item.time_s - item.candidate.centre / self._fps, self._fps
        start_s, end_s = origin + item.candidate.core_in / fps, origin + item.candidate.core_out / fps
        opens = act == self._shape.sections[0].act
        return cost_again(self._brief.earlier, start_s, end_s, opens=opens)

    @cached_property
    def expected_spoken_s(self) -> list[float]:
        """Per position how many seconds of clips with a line should have passed."""
        if not any(item.candidate.lines for item in self._judged):
            return [0.0] * len(self._shape.positions)
        weights = [0.0] * len(self._shape.positions)
        total = weighed = 0.0
        for section in self._shape.sections:
            for position in range(section.first, section.last):
                seconds = (self._shape.positions[position + 1] - self._shape.positions[position]) / self._fps
                weights[position + 1] = seconds * SPOKEN_WEIGHTS.get(section.act, 0.0)
                weighed += weights[position + 1]
                is_black = section.act == "breath" and self._brief.vibe.breath.prefers == "black"
                total += 0.0 if section.holds == "card" or is_black else seconds
        share = self._brief.vibe.dialogue_share * total / max(weighed, 1e-9)
        passed, expected = 0.0, []
        for weight in weights:
            passed += weight * share
            expected.append(passed)
        return expected
