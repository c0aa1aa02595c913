"""How much a candidate is what a brief asks for, as a cost; nothing is forbidden and no bar moves."""

from __future__ import annotations

from collections.abc import Sequence

from cinecut.narrative.brief_words import Asked, Understood
from cinecut.narrative.judgement import Judged
from cinecut.narrative.spoken_words import folded

WORTH_OF_BRIEF = 0.45
"""Of a clip that has something the brief favours: more than what separates good clips from average ones."""

COST_OF_UNWANTED = 0.9
"""Of one that has something to be avoided; a clip that must be there for want of others still is."""

WORTH_OF_TONE = 0.9
"""Between the calmest and the most intense clip."""


def cost_by_brief(understood: Understood, item: Judged) -> float:
    """Below 0 for what is asked for, above for what is not wanted."""
    cost = 0.0
    is_favoured, is_unwanted = favoured_and_unwanted(understood, item)
    if is_favoured:
        cost -= WORTH_OF_BRIEF
    if is_unwanted:
        cost += COST_OF_UNWANTED
    if understood.tone:
        lean = item.intensity - 0.5
        cost += WORTH_OF_TONE * (lean if understood.tone == "calm" else -lean)
    return cost


def favoured_and_unwanted(understood: Understood | None, item: Judged) -> tuple[bool, bool]:
    """Whether a clip has something that is asked for, and something that is to be avoided."""
    if understood is None:
        return False, False
    words = folded(item.seen).split()
    favoured, unwanted = (
        any(_has(one, item, words) for one in some) for some in (understood.favour, understood.avoid)
    )
    return favoured, unwanted


def _has(asked: Asked, item: Judged, words: Sequence[str]) -> bool:
    if asked.person and asked.person in item.people:
        return True
    if not set(asked.lines).isdisjoint(item.candidate.lines):
        return True
    return bool(asked.seen_words) and any(word.startswith(asked.seen_words) for word in words)
