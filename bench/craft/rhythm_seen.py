"""Measures of a trailer's time: length, pace against the vibe's, how much is spoken, what planning cost."""

from __future__ import annotations

import math
from itertools import pairwise

from bench.craft.case import Case, Finding

ACTS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("act 1", ("act1",)),
    ("act 2", ("beat_drop", "act2")),
    ("act 3", ("act3",)),
)


def duration(case: Case) -> Finding:
    """How far the trailer's length is from what was asked, in seconds."""
    off = abs(case.shown.seconds - case.asked_s)
    why = (f"{case.shown.seconds:.2f} s, not {case.asked_s:g}",) if off > 0.5 else ()
    return Finding(off, why)


def _means_s(case: Case) -> list[float]:
    """Mean length of the clips of each act in seconds; an act without clips is left out."""
    means = []
    for _, acts in ACTS:
        lengths = [piece.frames / case.fps for piece in case.shown.pieces if piece.slot.act in acts]
        if lengths:
            means.append(sum(lengths) / len(lengths))
    return means


def pace_falls(case: Case) -> Finding:
    """1 where clips are on average shorter in each act than in the one before, else 0."""
    means = _means_s(case)
    if len(means) < len(ACTS):
        return Finding(None)
    falls = all(one > two for one, two in pairwise(means))
    words = ", ".join(f"{mean:.2f}" for mean in means)
    return Finding(float(falls), () if falls else (f"mean lengths {words} s",))


def pace_distance(case: Case) -> Finding:
    """Mean over the acts of how far ln(mean length) is from that of the vibe, each less its own mean."""
    means = _means_s(case)
    if len(means) < len(ACTS):
        return Finding(None)
    ratios = [math.log(mean / wanted) for mean, wanted in zip(means, case.vibe.act_seconds, strict=True)]
    middle = sum(ratios) / len(ratios)
    words = ", ".join(f"{mean:.2f}" for mean in means)
    wanted = ", ".join(f"{length:g}" for length in case.vibe.act_seconds)
    return Finding(
        sum(abs(ratio - middle) for ratio in ratios) / len(ratios),
        (f"mean lengths {words} s for the vibe's {wanted} s",),
    )


def dialogue_distance(case: Case) -> Finding:
    """How far the share of clip time in which a line is heard is from the vibe's."""
    clips = [slot for slot in case.shown.slots if not slot.is_card]
    total = sum(slot.end - slot.start for slot in clips)
    spoken = sum(slot.end - slot.start for slot in clips if slot.heard)
    if not total or not case.truth.lines:
        return Finding(None)
    share = spoken / total
    off = abs(share - case.vibe.dialogue_share)
    return Finding(off, (f"{share:.2f} for the vibe's {case.vibe.dialogue_share:.2f}",))


def planning_cpu(case: Case) -> Finding:
    """CPU seconds that the plan took."""
    return Finding(case.planning_cpu_s)
