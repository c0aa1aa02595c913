"""One's own panels dealt over one's own lines: which panel is seen from when to when; times only, no files read.

Panels keep their order and follow the script's: first over scenes, then over what happens and is said in them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from pathlib import Path

SHORTEST_PANEL_S = 0.8
"""A panel seen for less is a flash."""


@dataclass(frozen=True)
class PanelTime:
    """When a panel is seen, in seconds of the whole."""

    panel: int
    scene: int
    """The first scene of the script that it shows."""
    start_s: float
    end_s: float


@dataclass(frozen=True)
class Deal:
    """Panels in time; `beats_s` may be longer than asked, where more panels than beats need the time."""

    panels: tuple[PanelTime, ...]
    beats_s: tuple[tuple[float, ...], ...]
    notices: tuple[str, ...]


def natural_key(path: Path) -> tuple[tuple[tuple[int, int, str], ...], str]:
    """Sorts `panel 10` behind `panel 9`, whatever the case; equal ones by their exact name."""
    parts = re.split(r"(\d+)", str(path).casefold())
    key = tuple((1, int(part), "") if part.isdecimal() else (0, 0, part) for part in parts)
    return key, str(path)


def deal_panels(scenes: Sequence[Sequence[float]], count: int, *, may_stretch: bool = True) -> Deal:
    """Which panel is seen when; `scenes` holds, for each scene, the seconds of what happens and is said in it.

    As many panels as scenes: one each. More: scenes with more to tell get more, cuts fall between lines while
    there are enough of them, inside them after that. Fewer: a panel stands for several scenes in a row.
    """
    beats = [[max(0.01, seconds) for seconds in scene] or [SHORTEST_PANEL_S] for scene in scenes]
    if count < len(beats):
        return _shared(beats, count)
    notices: list[str] = []
    total = sum(len(scene) for scene in beats)
    if count > total:
        notices.append(
            f"There are {count} panels for {total} lines and actions; some lines are seen over several panels."
        )
    shares = _allotted([sum(scene) for scene in beats], [len(scene) for scene in beats], count)
    panels: list[PanelTime] = []
    begin = 0.0
    for number, (scene, share) in enumerate(zip(beats, shares, strict=True)):
        if share <= len(scene):
            edges = _grouped(scene, share)
        else:
            pieces = _allotted(scene, [1] * len(scene), share)
            if may_stretch:
                scene[:] = [max(s, n * SHORTEST_PANEL_S) for s, n in zip(scene, pieces, strict=True)]
            edges = _split(scene, pieces)
        for start, end in pairwise(edges):
            panels.append(PanelTime(len(panels), number, begin + start, begin + end))
        begin += sum(scene)
    return Deal(tuple(panels), tuple(tuple(scene) for scene in beats), tuple(notices))


def _shared(beats: Sequence[Sequence[float]], count: int) -> Deal:
    """Fewer panels than scenes: each stands for as many scenes in a row as its neighbours."""
    ends = list(accumulate(sum(scene) for scene in beats))
    firsts = [-(-panel * len(beats) // count) for panel in range(count)]
    panels = tuple(
        PanelTime(panel, first, ends[first - 1] if first else 0.0, ends[after - 1])
        for panel, (first, after) in enumerate(zip(firsts, [*firsts[1:], len(beats)], strict=True))
    )
    notice = f"There are {count} panels for {len(beats)} scenes; some panels stand for several scenes."
    return Deal(panels, tuple(tuple(scene) for scene in beats), (notice,))


def _allotted(seconds: Sequence[float], places: Sequence[int], count: int) -> list[int]:
    """How many of `count` panels each gets: one at least, then to whoever would hold each longest.

    Who has places left (lines to cut between) comes first.
    """
    shares = [1] * len(seconds)
    for _ in range(count - len(seconds)):
        best = max(
            range(len(seconds)),
            key=lambda n: (shares[n] < places[n], seconds[n] / (shares[n] + 1), -n),
        )
        shares[best] += 1
    return shares


def _grouped(seconds: Sequence[float], count: int) -> list[float]:
    """Edges of `count` groups of neighbouring beats, each cut at the border nearest to an equal share."""
    ends = [0.0, *accumulate(seconds)]
    chosen = [0]
    for number in range(1, count):
        wanted = ends[-1] * number / count
        first, last = chosen[-1] + 1, len(seconds) - (count - number)
        chosen.append(min(range(first, last + 1), key=lambda n: (abs(ends[n] - wanted), n)))
    return [ends[place] for place in [*chosen, len(seconds)]]


def _split(seconds: Sequence[float], pieces: Sequence[int]) -> list[float]:
    edges = [0.0]
    for length, count in zip(seconds, pieces, strict=True):
        begin = edges[-1]
        edges += [begin + length * (piece + 1) / count for piece in range(count)]
    return edges
