"""Which zone each part of the trailer should draw from, so that no zone is asked for more than it holds.

Acts 1, 2 and 3 draw from BEGINNING, ESCALATION and CLIMAX as long as those last. What a zone cannot
give is drawn from its neighbour, which keeps the zones in order.
"""

from __future__ import annotations

from collections.abc import Sequence

from cinecut.narrative.bars import APART_S
from cinecut.narrative.film_grid import FilmGrid, Mask, runs
from cinecut.narrative.permitted import Permitted
from cinecut.narrative.shape import Shape

SHARE_TO_COUNT_ON = 0.7
"""Of what could be packed into a zone at best: the choice also wants good footage."""

_NATURAL = {"act1": 0, "beat_drop": 1, "act2": 1, "breath": 1, "act3": 2}


def wanted_zones(
    shape: Shape, grid: FilmGrid, permitted: Permitted, quiet: Mask, handle: int
) -> tuple[int, ...]:
    """For each position of the trailer the zone (0, 1, 2) that a clip which starts there should come from."""
    fps = float(grid.rate.fps)
    needs = [0.0, 0.0, 0.0]
    lengths = [2.0, 2.0, 2.0]
    for section in shape.sections:
        if section.act in _NATURAL:
            zone = _NATURAL[section.act]
            needs[zone] += shape.frames_of(section) / fps
            if section.holds == "many":
                lengths[zone] = sum(section.targets_s) / 2
    holds = [
        SHARE_TO_COUNT_ON * _packed_s(grid, permitted, quiet, zone, lengths[zone], handle)
        for zone in range(3)
    ]
    first, second, _ = _balanced(needs, holds)
    wanted: list[int] = [0] * len(shape.positions)
    passed = 0.0
    for section in shape.sections:
        if section.act not in _NATURAL:
            continue
        for position in range(section.first, section.last):
            wanted[position] = 0 if passed < first - 0.05 else 1 if passed < first + second - 0.05 else 2
            passed += (shape.positions[position + 1] - shape.positions[position]) / fps
    return tuple(wanted)


def _balanced(needs: Sequence[float], holds: Sequence[float]) -> tuple[float, float, float]:
    """Seconds to draw from each zone: the needs, with what a zone lacks moved to its neighbours."""
    first, second, third = needs
    if third > holds[2]:
        second, third = second + third - holds[2], holds[2]
    if first > holds[0]:
        second, first = second + first - holds[0], holds[0]
    over = second - holds[1]
    if over > 0:
        moved = min(over, max(0.0, holds[0] - first))
        first, second, over = first + moved, second - moved, over - moved
        moved = min(over, max(0.0, holds[2] - third))
        second, third = second - moved, third + moved
    return first, second, third


def _packed_s(
    grid: FilmGrid, permitted: Permitted, quiet: Mask, zone: int, length_s: float, handle: int
) -> float:
    """Trailer seconds that clips of one length from a zone's quiet stretches could fill, packed from the left."""
    fps = float(grid.rate.fps)
    length = max(1, round(length_s * fps)) + 2 * handle
    apart = round(APART_S * fps)
    borders = (permitted.start_s, *permitted.borders_s, permitted.limit_s)
    low, high = grid.at_or_after(borders[zone]), grid.at_or_before(borders[zone + 1])
    free, count = low, 0
    shot_of = grid.shot_of
    for first, end in runs(quiet):
        at = max(first, free, low)
        while at + length <= min(end, high):
            if shot_of[at] == shot_of[at + length - 1]:
                count += 1
                at += length + apart
                free = at
            else:
                at += 1
                while at < end and shot_of[at] == shot_of[at - 1]:
                    at += 1
    return count * length_s
