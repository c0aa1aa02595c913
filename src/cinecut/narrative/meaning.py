"""What a still's description says about tension and mood, by stated word lists; no model, no pictures."""

from __future__ import annotations

import bisect
import re
from collections.abc import Sequence
from dataclasses import dataclass

from cinecut.models import KeyframeRecord, SceneDescription


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


TENSE = _words(
    """fire burning explosion blood gun knife weapon fight fighting battle war attack chase chasing running run
    falling fall crash storm lightning danger dangerous scream screaming shouting angry anger fear afraid scared
    terror menacing threatening ominous tense dark night shadow shadows ruin ruins dead monster violent police
    dramatic intense furious crying desperate trapped escape"""
)
CALM = _words(
    """calm quiet peaceful bright sunny sunlight morning home kitchen garden meadow smile smiling laughing gentle
    sleeping resting sitting reading walking landscape sky field soft warm pleasant relaxed serene child children
    breakfast village park happy cheerful"""
)
MOODS = {
    "action": "fast intense fire explosion running chase fight car",
    "adventure": "wide mountain sea sky journey forest bright warm landscape",
    "animation": "colourful bright saturated cheerful cartoon",
    "comedy": "laughing smiling bright cheerful funny warm people",
    "crime": "dark night city cool police gun shadow",
    "documentary": "outdoor street people landscape natural neutral",
    "drama": "sad crying alone face close quiet window",
    "family": "child children home warm smiling bright dog",
    "fantasy": "forest castle magic light sky glow saturated",
    "history": "old warm castle church crowd horse",
    "horror": "dark night shadow blood scream ominous low-contrast",
    "music": "stage crowd dance saturated bright light",
    "mystery": "dark fog shadow cool night door window",
    "romance": "couple kiss warm soft smiling close light",
    "sci-fi": "cool blue space light screen metal robot",
    "thriller": "dark tense cool running shadow knife phone",
    "war": "soldier fire smoke ruins grey field",
    "western": "desert horse warm dust sun hat",
}
"""Words that speak for a vibe when a describer uses them."""


@dataclass(frozen=True)
class Meaning:
    """What words say, in 0..1; .5 is neutral."""

    tension: float = 0.5
    mood: float = 0.5
    text: str = ""


class DescribedStills:
    """Descriptions by film time."""

    def __init__(
        self, descriptions: Sequence[tuple[KeyframeRecord, SceneDescription | None]], vibe: str
    ) -> None:
        rows = sorted(
            ((record.timestamp_s, said) for record, said in descriptions if said is not None),
            key=lambda row: row[0],
        )
        self._times = [time for time, _ in rows]
        mood = _words(MOODS.get(vibe, ""))
        self._meanings = [_meaning(said, mood) for _, said in rows]

    def __bool__(self) -> bool:
        """Whether anything was described."""
        return bool(self._times)

    def between(self, start_s: float, end_s: float) -> Meaning | None:
        """What the stills inside a stretch say: the mean, with the middle one's words; None without any."""
        low, high = bisect.bisect_left(self._times, start_s), bisect.bisect_left(self._times, end_s)
        found = self._meanings[low:high]
        if not found:
            return None
        return Meaning(
            sum(meaning.tension for meaning in found) / len(found),
            sum(meaning.mood for meaning in found) / len(found),
            found[len(found) // 2].text,
        )


def _meaning(said: SceneDescription, mood: frozenset[str]) -> Meaning:
    words = re.findall(r"[a-z\-]+", f"{said.visual_content} {said.mood} {said.action} {said.setting}".lower())
    tense = sum(word in TENSE for word in words)
    calm = sum(word in CALM for word in words)
    fitting = len({word for word in words if word in mood})
    tension = 0.5 + 0.5 * (tense - calm) / (tense + calm + 1)
    parts = (said.visual_content, said.mood, said.action, said.setting)
    return Meaning(tension, min(1.0, 0.4 + 0.2 * fitting), "; ".join(part for part in parts if part))
