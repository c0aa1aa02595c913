"""Which ranked candidates can stand at a place of the skeleton; put together once, since every state asks the same."""

from __future__ import annotations

from collections.abc import Sequence

from cinecut.manifest.schema import ZONE_ORDER
from cinecut.narrative.bars import OUTSIDE_ZONE_ORDER
from cinecut.narrative.judgement import Judged
from cinecut.narrative.lengths import Lengths
from cinecut.narrative.placing import Place, Placing
from cinecut.narrative.ranking import Ranking
from cinecut.narrative.shape import Shape

QuietRow = tuple[float, int, int, tuple[Place, ...]]
"""Cost, index, zone and places of a candidate."""
LineRow = tuple[float, int, int, int, tuple[Place, ...]]
"""The same of a line, with the position at which its clip ends before its places."""


class Fitting:
    """Rows of candidates, the cheapest first.

    Args:
        judged: The candidates.
        shape: The skeleton.
        placing: Where they can be shown.
        lengths: How long clips may be.
        ranking: What they cost.
        zone_caps: For each section the last zone that may stand in it, for the sake of locked clips behind it.
        scan: How many of the cheapest are looked at.
    """

    def __init__(
        self,
        judged: Sequence[Judged],
        shape: Shape,
        placing: Placing,
        lengths: Lengths,
        ranking: Ranking,
        zone_caps: Sequence[int],
        scan: int,
    ) -> None:
        self._judged, self._shape, self._placing, self._lengths = judged, shape, placing, lengths
        self._ranking, self._zone_caps, self._scan = ranking, zone_caps, scan
        self._quiet: dict[tuple[int, int, int], list[QuietRow]] = {}
        self._lines: dict[tuple[int, int, int], list[LineRow]] = {}

    def quiet(self, number: int, zone: int, length: int) -> Sequence[QuietRow]:
        """Quiet candidates that can give a clip of `length` frames in a section that draws from a zone."""
        key = (number, zone, length)
        if key not in self._quiet:
            ranked = self._in_order(number, self._ranking.ranked(number, zone)[0])[: self._scan]
            rows = ((base, index, self._placing.places(index, length)) for base, index in ranked)
            self._quiet[key] = [
                (base, index, self._judged[index].zone, places) for base, index, places in rows if places
            ]
        return self._quiet[key]

    def lines(self, number: int, zone: int, position: int, target: float) -> Sequence[LineRow]:
        """Lines whose clips can begin at a position, where clips are wished to last `target` seconds."""
        key = (number, zone, position)
        if key not in self._lines:
            positions, rows = self._shape.positions, []
            for base, index in self._in_order(number, self._ranking.ranked(number, zone)[1])[: self._scan]:
                end = self._lengths.end_for_line(self._shape.sections[number], position, index, target)
                if end is None:
                    continue
                if places := self._placing.places(index, positions[end] - positions[position]):
                    rows.append((base, index, self._judged[index].zone, end, places))
            self._lines[key] = rows
        return self._lines[key]

    def _in_order(self, number: int, ranked: Sequence[tuple[float, int]]) -> Sequence[tuple[float, int]]:
        """Without what would stand before a locked clip of an earlier zone."""
        cap = self._zone_caps[number]
        if cap >= len(ZONE_ORDER) - 1 or self._shape.sections[number].act in OUTSIDE_ZONE_ORDER:
            return ranked
        return [row for row in ranked if self._judged[row[1]].zone <= cap]
