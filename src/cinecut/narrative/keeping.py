"""What a search must know of kept wishes: which clips fulfil them, by when they are due, which footage waits for them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from copy import copy
from typing import Generic, Protocol, TypeVar

from cinecut.narrative.bars import APART_S
from cinecut.narrative.judgement import Judged
from cinecut.narrative.ranking import Ranking
from cinecut.narrative.shape import Shape
from cinecut.narrative.wishes import Wish

COST_OF_MISSING = 12.0
"""Of a wish that is overdue: more than all that speaks against any one clip."""

MOST_OFFERED = 4
"""Clips offered at once for one wish that many would fulfil."""

_ACT_OF = ("act1", "act2", "act3")
_ZONED = {"act1", "beat_drop", "act2", "act3"}


class Wanted(Protocol):
    """Something that a trailer should hold."""

    @property
    def weight(self) -> float:
        """Of what it costs to leave it out; 1 is usual."""
        ...

    def is_fulfilled_by(self, item: Judged, *, is_heard: bool) -> bool:
        """Whether a clip of this candidate, heard or not, is that."""
        ...


W = TypeVar("W", bound=Wanted)


class Fulfilment(Generic[W]):
    """Which candidates fulfil which wishes, as bits: the same in every skeleton.

    Args:
        wants: The wishes.
        judged: The candidates, and behind them the locked clips.
    """

    def __init__(self, wants: Sequence[W], judged: Sequence[Judged]) -> None:
        self.wants, self.judged = wants, judged
        self.silent: dict[int, int] = {}
        self.heard: dict[int, int] = {}
        self.possible = 0
        for index, item in enumerate(judged):
            silent = heard = 0
            for number, one in enumerate(wants):
                if one.is_fulfilled_by(item, is_heard=True):
                    heard |= 1 << number
                    silent |= one.is_fulfilled_by(item, is_heard=False) << number
            if heard:
                self.silent[index], self.heard[index] = silent, heard
                self.possible |= heard

    def with_judged(self, judged: Sequence[Judged]) -> Fulfilment[W]:
        """The same for the same candidates in other zones."""
        moved = copy(self)
        moved.judged = judged
        return moved


class Keeping(Generic[W]):
    """Wishes as bits of a state.

    Args:
        fulfilment: The wishes and what fulfils them.
        shape: The skeleton.
        wanted_zones: For each position the zone that it should draw from.
        cost_of_missing: Of a wish of weight 1 that is overdue.
        offered: Clips offered at once for one wish.
    """

    def __init__(
        self,
        fulfilment: Fulfilment[W],
        shape: Shape,
        wanted_zones: Sequence[int],
        *,
        cost_of_missing: float = COST_OF_MISSING,
        offered: int = MOST_OFFERED,
    ) -> None:
        self.kept, self._judged = fulfilment.wants, fulfilment.judged
        self._silent, self._heard = fulfilment.silent, fulfilment.heard
        self.possible = fulfilment.possible
        self._cost_of_missing, self._most_offered = cost_of_missing, offered
        self._due = self._when_due(shape, wanted_zones)
        self._costs: dict[int, float] = {0: 0.0}
        self._rows: dict[tuple[int, int], list[tuple[float, int]]] = {}
        self._offered: dict[tuple[int, int, int], list[tuple[float, int]]] = {}

    def fulfilled(self, index: int, *, is_heard: bool) -> int:
        """Bits of the wishes that a clip fulfils."""
        return (self._heard if is_heard else self._silent).get(index, 0)

    def cost(self, position: int, kept: int) -> float:
        """What the wishes cost that were due by a position and are not fulfilled."""
        missing = self._due[position] & ~kept
        cost = self._costs.get(missing)
        if cost is None:
            weights = (one.weight for number, one in enumerate(self.kept) if missing >> number & 1)
            cost = self._costs[missing] = self._cost_of_missing * sum(weights)
        return cost

    def reserved(self, wishes: Sequence[Wish], fps: float) -> list[tuple[int, int]]:
        """Frames that wait for a clip of a kept line or range, the two seconds around them counted in."""
        apart = math.ceil(APART_S * fps) + 1
        spans = []
        for number, wish in enumerate(wishes):
            if wish.kind == "person":
                continue
            cores = [
                (self._judged[i].candidate.core_in, self._judged[i].candidate.core_out)
                for i, bits in self._heard.items()
                if bits >> number & 1
            ]
            if cores:  # the shortest is enough: longer ones hold its neighbours too
                first, end = min(cores, key=lambda core: (core[1] - core[0], core[0]))
                spans.append((first - apart, end + apart))
        return spans

    def is_for_a_wish(self, index: int) -> bool:
        """Whether a candidate fulfils any."""
        return index in self._heard

    def missing(self, ranking: Ranking, number: int, zone: int, kept: int) -> list[tuple[float, int]]:
        """Candidates that fulfil what is not yet fulfilled, with their costs in a section, the best first."""
        wanted = self.possible & ~kept
        if not wanted:
            return []
        key = (number, zone, wanted)
        if key not in self._offered:
            rows = [row for row in self._fulfilling(ranking, number, zone) if self._heard[row[1]] & wanted]
            counts: dict[int, int] = {}
            found = []
            for row in rows:
                bits = self._heard[row[1]] & wanted
                open_bits = [bit for bit in range(bits.bit_length()) if bits >> bit & 1]
                if all(counts.get(bit, 0) >= self._most_offered for bit in open_bits):
                    continue
                for bit in open_bits:
                    counts[bit] = counts.get(bit, 0) + 1
                found.append(row)
            self._offered[key] = found
        return self._offered[key]

    def _fulfilling(self, ranking: Ranking, number: int, zone: int) -> list[tuple[float, int]]:
        """All candidates that fulfil any wish, with their costs in a section, the best first."""
        if (number, zone) not in self._rows:
            quiet, lines = ranking.ranked(number, zone)
            self._rows[number, zone] = sorted(row for row in (*quiet, *lines) if row[1] in self._heard)
        return self._rows[number, zone]

    def _when_due(self, shape: Shape, wanted_zones: Sequence[int]) -> list[int]:
        """For each position the wishes that should be fulfilled by then: spread over the part that draws from their zone."""
        last = len(shape.positions) - 1
        by_zone: dict[int, list[int]] = {}
        times: dict[int, float] = {}
        for number in range(len(self.kept)):
            rows = [self._judged[i] for i, bits in self._heard.items() if bits >> number & 1]
            if rows:
                best = min(rows, key=lambda row: (row.zone, row.time_s))
                times[number] = best.time_s
                by_zone.setdefault(best.zone, []).append(number)
        due = [0] * (last + 1)
        for zone, numbers in by_zone.items():
            body = [
                (section.act, position)
                for section in shape.sections
                if section.act in _ZONED and section.holds == "many"
                for position in range(section.first + 1, section.last + 1)
            ]
            part = [position for _, position in body if wanted_zones[position - 1] == zone]
            # where no part is to draw from that zone, the act that is named after it does
            part = part or [position for act, position in body if act == _ACT_OF[zone]] or [last]
            numbers.sort(key=lambda number: (times[number], number))
            for place, number in enumerate(numbers):
                at = part[min(len(part) - 1, (place + 1) * len(part) // (len(numbers) + 1))]
                for position in range(at, last + 1):
                    due[position] |= 1 << number
        return due
