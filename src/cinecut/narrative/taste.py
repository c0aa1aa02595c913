"""What each act likes: the cost of a candidate in it, before anything is known of its neighbours."""

from __future__ import annotations

import hashlib

from cinecut.manifest.schema import Act
from cinecut.narrative.bars import OUTSIDE_ZONE_ORDER
from cinecut.narrative.brief import Brief
from cinecut.narrative.judgement import Judged
from cinecut.narrative.spine import worth_in_act

COST_AHEAD, COST_FAR_AHEAD = 0.9, 2.5
"""Footage from a zone later than wanted closes the earlier ones for good."""

COST_BEHIND, COST_FAR_BEHIND = 0.35, 1.2

SEED_SPREAD = 0.05
"""How far the seed may move a cost: enough to choose between equals, not against a better one."""

WORTH_OF_FIT, WORTH_OF_FIT_IN_ACT1 = 0.2, 0.1
"""What suiting the vibe is worth where it is told what is done; light alone says too little of a vibe, and the
first act informs before it thrills."""

COST_OF_LEANING_LINE = 0.3
"""Of a line that says nothing by itself."""


def cost_in_act(act: Act, judged: Judged, brief: Brief) -> float:
    """About 0 (made for it) to 3 (out of place); acts 1 to 3 of a clip with and without a line compare."""
    signals = dict(judged.signals)
    score, intensity, still = judged.score, judged.intensity, judged.stillness
    has_line = bool(judged.candidate.lines)
    if act == "cold_open":
        worth = 0.4 * score + 0.35 * signals.get("uniqueness", 0.5) + 0.25 * signals.get("contrast", 0.5)
        if has_line:
            worth += 0.15 if brief.vibe.dialogue_share >= 0.45 else -0.1
    elif act == "act1":
        worth = 0.65 * score + 0.2 * (1 - intensity) + 0.15 * still
    elif act == "breath":
        worth = 0.5 * still + 0.3 * score + 0.2 * (1 - intensity)
    elif act == "act3":
        worth = 0.45 * score + 0.55 * intensity
    elif act == "button":
        worth = 0.6 * score + 0.2 * still + (0.25 * judged.emotion_strength + 0.1 if has_line else 0.0)
    else:
        worth = 0.6 * score + 0.4 * intensity
    if judged.meaning.deed:
        worth += (WORTH_OF_FIT_IN_ACT1 if act == "act1" else WORTH_OF_FIT) * (judged.meaning.fit - 0.5)
    cost = 1.0 - worth
    if act in OUTSIDE_ZONE_ORDER and judged.zone == 2:
        cost += 0.15
    if judged.said is not None:
        cost += COST_OF_LEANING_LINE * (1.0 - judged.said.worth)
        cost -= worth_in_act(act, judged.said, judged.size, is_one_shot=judged.candidate.is_one_shot)
    return cost + SEED_SPREAD * _dice(brief.seed, act, judged.candidate.number)


def cost_of_zone(zone: int, wanted: int) -> float:
    """What it costs to draw from another zone than the one wanted; never forbidden by itself."""
    ahead = zone - wanted
    if ahead > 0:
        return COST_AHEAD if ahead == 1 else COST_FAR_AHEAD
    return 0.0 if ahead == 0 else COST_BEHIND if ahead == -1 else COST_FAR_BEHIND


def _dice(seed: int, act: str, number: int) -> float:
    """0..1, the same for the same seed on every machine."""
    digest = hashlib.blake2b(f"{seed}:{act}:{number}".encode(), digest_size=4).digest()
    return int.from_bytes(digest, "big") / 0xFFFFFFFF
