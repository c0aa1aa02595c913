"""The spoken spine of a trailer: which part each line plays, where that part belongs, and what repeats it.

Deliberately not here: what a line's words say of its part (`spoken_roles`), and the search.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cinecut.manifest.schema import Act
from cinecut.models import DialogueEvent
from cinecut.narrative.spoken_roles import ROLES, Standing, standing

WORTH_OF_ROLE: Mapping[Act, Mapping[str, float]] = {
    "cold_open": {"trouble": 0.08, "world": 0.06, "doubt": 0.04},
    "act1": {"want": 0.12, "world": 0.1, "trouble": 0.05},
    "beat_drop": {"trouble": 0.08, "stakes": 0.06, "threat": 0.06},
    "act2": {"stakes": 0.1, "threat": 0.1, "trouble": 0.08, "doubt": 0.08, "vow": 0.06},
    "act3": {"vow": 0.1, "threat": 0.1, "stakes": 0.05},
}
"""What a line gains where its part belongs: the first act informs, the second asks and threatens, the third vows."""

COST_OF_SAME_ROLE = 0.06
"""A part that was played already: five lines of one kind are one line."""

WORTH_OF_LAST_WORD = 0.2
"""A threat or a vow as the last words before the breath."""

WORTH_OF_ANSWER = 0.15
"""A question with its answer in one clip is worth more than either alone."""

WORTH_OF_CLOSE_UP = 0.05
WORTH_OF_STRONG_CLOSE_UP = 0.35
"""A line whose speaker is seen near; what is at stake, threatened or vowed is then a moment of its own."""

STRONG = frozenset(("stakes", "threat", "vow"))
NEAR = frozenset(("extreme close-up", "close-up", "medium close-up"))

LAST_WORDS = frozenset(("threat", "vow"))
_BITS = {role: 1 << number for number, role in enumerate(ROLES)}


def standing_of(lines: Sequence[DialogueEvent], language: str) -> Standing | None:
    """How the lines of one clip stand; None where there are none. An answer may lean on its own question."""
    if not lines:
        return None
    parts = [standing(line.text, language) for line in lines]
    if len(lines) > 1 and lines[0].text.rstrip(" \"'»”").endswith(("?", "？")):
        worth = min(1.0, max(part.worth for part in parts) + WORTH_OF_ANSWER)
    else:
        worth = parts[0].worth if len(parts) == 1 else min(part.worth for part in parts)
    return Standing(round(worth, 4), next((part.role for part in parts if part.role), ""))


def worth_in_act(act: Act, said: Standing, size: str = "", *, is_one_shot: bool = True) -> float:
    """What the part of a line is worth in an act, and its speaker's nearness, where no cut parts the line."""
    worth = WORTH_OF_ROLE.get(act, {}).get(said.role, 0.0)
    if size in NEAR and is_one_shot:
        worth += WORTH_OF_STRONG_CLOSE_UP if said.role in STRONG else WORTH_OF_CLOSE_UP
    return worth


def is_strong_near(said: Standing | None, size: str, *, is_one_shot: bool) -> bool:
    """Whether a line says what is at stake, threatens or vows, and is said whole in one view near the camera."""
    return said is not None and said.role in STRONG and size in NEAR and is_one_shot


def cost_in_spine(told: int, said: Standing, *, is_last_word: bool) -> tuple[float, int]:
    """What a line costs after the parts that were played, and the parts played with it."""
    bit = _BITS.get(said.role, 0)
    cost = COST_OF_SAME_ROLE if bit & told else 0.0
    if is_last_word and said.role in LAST_WORDS:
        cost -= WORTH_OF_LAST_WORD
    return cost, told | bit
