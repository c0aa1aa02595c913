"""Which zone each part of the trailer should draw from, so that no zone is asked for more than it holds.

Acts 1, 2 and 3 draw from BEGINNING, ESCALATION and CLIMAX as long as those last. What a zone cannot
give is drawn from its neighbour, which keeps the zones in order.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from cinecut.narrative.bars import APART_S
from cinecut.narrative.judgement import Judged
from cinecut.narrative.shape import Shape

SHARE_TO_COUNT_ON = 0.7
"""Of what could be packed into a zone at best: the choice also wants good footage."""

SHORTEST_SHARE = 0.7
"""Of the wished length that a clip must have to be one of its act."""

_NATURAL = {"act1": 0, "beat_drop": 1, "act2": 1, "breath": 1, "act3": 2}


def wanted_zones(shape: Shape, judged: Sequence[Judged], handle: int) -> tuple[int, ...]:
    """For each position of the trailer the zone (0, 1, 2) that a clip which starts there should come from."""
    fps = float(shape.rate.fps)
    needs = [0.0, 0.0, 0.0]
    lengths = [2.0, 2.0, 2.0]
    for section in shape.sections:
        if section.act in _NATURAL:
            zone = _NATURAL[section.act]
            needs[zone] += shape.frames_of(section) / fps
            if section.holds == "many":
                lengths[zone] = sum(section.targets_s) / 2
    holds = [
        SHARE_TO_COUNT_ON * _packed_s(judged, zone, max(1, round(lengths[zone] * fps)), handle, fps)
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


def _packed_s(judged: Sequence[Judged], zone: int, length: int, handle: int, fps: float) -> float:
    """Trailer seconds that clips of about one length from a zone's candidates could fill, packed from the left."""
    apart = math.ceil(APART_S * fps)
    free = total = 0
    inside = (item.candidate for item in judged if item.zone == zone)
    for candidate in sorted(inside, key=lambda one: (one.core_out, one.number)):
        # where its stretch is short a clip is shorter than wished, down to half
        wished = min(length, candidate.reach_frames - 2 * handle)
        if wished < max(candidate.core_frames, SHORTEST_SHARE * length):
            continue
        frames = max(wished, candidate.core_frames) + 2 * handle
        first = max(free, candidate.reach_in, candidate.core_out - frames)
        if first <= candidate.core_in and first + frames <= candidate.reach_out:
            total += frames - 2 * handle
            free = first + frames + apart
    return total / fps
