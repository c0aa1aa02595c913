"""What part a spoken line can play in a trailer, and how well it stands without what was said before.

Roles as an editor's spine has them: world, want, trouble, doubt, stakes, threat, vow; told by phrases that are data
(`spoken_roles.toml`), by language. Deliberately not here: where a line then goes, and its feeling.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

ROLES = ("world", "want", "trouble", "doubt", "stakes", "threat", "vow")

STANDS_WELL = range(4, 15)
"""Words of a line that is whole and still short."""
STANDS_AT_ALL = range(2, 21)

COST_OF_OPENING = 0.25
"""What a line loses that begins with a word that ties it to the one before."""

COST_OF_LEANING = 0.15
"""For each of the first two words that stand for somebody or something that the line does not name."""

COST_OF_TRAILING_OFF = 0.2
WORTH_OF_POINT = 0.2
"""For a question, a cry, and what ends on either."""

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_ENDS_OPEN = ("...", "…", ",", "-", "–", "—")
_ENDS_POINTED = ("?", "!", "？", "！")


@dataclass(frozen=True)
class Standing:
    """How a line stands in a trailer."""

    worth: float
    """0 (says nothing alone) to 1 (whole, short, pointed)."""
    role: str
    """One of `ROLES`; empty where no phrase speaks for any."""


@dataclass(frozen=True)
class _Language:
    opening: frozenset[str]
    leaning: frozenset[str]
    roles: tuple[tuple[str, re.Pattern[str]], ...]


def standing(text: str, language: str = "") -> Standing:
    """How a line stands; where its language is not known, by its length and marks alone."""
    words = _WORD.findall(text)
    if not words:
        return Standing(0.0, "")
    worth = 0.8 if len(words) in STANDS_WELL else 0.45 if len(words) in STANDS_AT_ALL else 0.2
    ending = text.rstrip(" \"'»”’)")
    if ending.endswith(_ENDS_POINTED):
        worth += WORTH_OF_POINT
    elif ending.endswith(_ENDS_OPEN):
        worth -= COST_OF_TRAILING_OFF
    lists = _languages().get(language)
    if lists is None:
        return Standing(_unit(worth), "")
    lower = [word.lower().replace("’", "'") for word in words]
    if lower[0] in lists.opening:
        worth -= COST_OF_OPENING
    worth -= COST_OF_LEANING * min(2, _leaning(words, lower, lists))
    return Standing(_unit(worth), _role(lower, lists))


def _leaning(words: list[str], lower: list[str], lists: _Language) -> int:
    """Words that stand for what the line has not named before them; a name in the line is what they stand for."""
    count = 0
    for number, (word, plain) in enumerate(zip(words, lower, strict=True)):
        if plain in lists.leaning:
            count += 1
        elif number and word[0].isupper() and len(word) > 1:
            break
    return count


def _role(lower: list[str], lists: _Language) -> str:
    """The role for which most words of the line speak; the first in `ROLES` of equals, none where none does."""
    line = f" {' '.join(lower)} "
    best, most = "", 0
    for role, pattern in lists.roles:
        said = sum(len(found.group().split()) for found in pattern.finditer(line))
        if said > most:
            best, most = role, said
    return best


def _unit(value: float) -> float:
    return round(min(1.0, max(0.0, value)), 4)


@lru_cache(maxsize=1)
def _languages() -> dict[str, _Language]:
    text = resources.files("cinecut.narrative").joinpath("spoken_roles.toml").read_text("utf-8")
    return {
        name: _Language(
            frozenset(lists["opening"].split()),
            frozenset(lists["leaning"].split()),
            tuple((role, _pattern(lists["roles"][role])) for role in ROLES),
        )
        for name, lists in tomllib.loads(text).items()
    }


def _pattern(phrases: list[str]) -> re.Pattern[str]:
    """One expression for all phrases of a role, the longest first; each stands between spaces."""

    def words(phrase: str) -> str:
        parts = (r"\S+" if part == "*" else re.escape(part).replace(r"\*", r"\S*") for part in phrase.split())
        return " ".join(parts)

    plain = sorted((" ".join(_parts(phrase)) for phrase in phrases), key=lambda one: (-len(one), one))
    return re.compile("(?<= )(?:" + "|".join(words(phrase) for phrase in plain) + ")(?= )")


def _parts(phrase: str) -> list[str]:
    """The words of a phrase as lines are taken apart: hyphens and commas part words, * stays."""
    return re.findall(r"[^\W\d_]+(?:['’][^\W\d_]+)*\*?|\*", phrase.lower())
