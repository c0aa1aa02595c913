"""What a still's description means for a trailer, read by stated word lists; no model, no pictures.

Each field is read for what it is: the mood for tension, the action for energy and for what is done, the setting
for the place and the light; the picture's content counts least. A field gives the mean of its words' figures, so
that a long text weighs no more than a short one. What a sentence denies is not counted, other languages than
English say nothing, and what a text asks for has no effect but that of its words.
"""

from __future__ import annotations

import bisect
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from cinecut.models import KeyframeRecord, SceneDescription
from cinecut.narrative.lexicon import (
    CLOSE,
    DEEDS,
    EMBRACING_PAIRS,
    FEELINGS,
    FIERCE,
    LIGHT,
    NO_PLACE,
    NOTHING_DONE,
    PEOPLE,
    SAYS_NOTHING_BEFORE,
    THINGS,
    VIBE_TENSION,
    VIBE_WORDS,
    by_stem,
    deeds_by_stem,
    places_by_stem,
)
from cinecut.narrative.stems import Said, is_english, said_in, stem, tidied

TENSION_WEIGHTS = {"mood": 0.5, "action": 0.25, "visual_content": 0.15, "setting": 0.10}
"""How much each field says of tension."""

TENSION_DOUBT = 0.3
"""Weight of knowing nothing: one field alone, however strong its word, stays short of certain."""

FIT_WEIGHTS = {"mood": 0.35, "action": 0.25, "setting": 0.25, "visual_content": 0.15}
"""How much a word of the vibe counts in each field; several in one field count once."""

MOST_LETTERS_SHOWN = 300
"""Of each field in a manifest."""

NEAR_S = 2.0
"""Within about so many seconds of a candidate's middle a still speaks for it most."""


@dataclass(frozen=True)
class Meaning:
    """What words say; figures in 0..1, .5 is neutral."""

    tension: float = 0.5
    energy: float = 0.5
    fit: float = 0.5
    """How well it suits the vibe."""
    deed: str = ""
    """The kind of action (`lexicon.DEEDS`); empty where none is told."""
    place: frozenset[str] = frozenset()
    """The words that tell this setting from others; empty where it names no place."""
    is_close_up: bool = False
    """Whether a person is seen from near."""
    is_deserted: bool = False
    """Whether it is told what happens, and of nobody."""
    text: str = ""
    """The description itself, in one line."""
    moved_by: tuple[str, ...] = ()
    """The words that tension, energy and fit come from, as they stood, each once."""

    @property
    def drive(self) -> float:
        """Tension and energy in one, 0..1: how far on in a trailer this belongs."""
        return 0.55 * self.tension + 0.45 * self.energy if self.deed else self.tension

    @property
    def says_something(self) -> bool:
        """Whether any word was read that could move a clip."""
        return bool(self.deed) or (self.tension, self.energy, self.fit) != (0.5, 0.5, 0.5)

    @property
    def is_fierce(self) -> bool:
        """Whether something is done that escalates: a fight, a chase, a disaster."""
        return self.deed in FIERCE


NEUTRAL = Meaning()


def shared_place(one: Meaning, two: Meaning) -> float:
    """0..1: how much of two settings is the same place; 0 where either is not known."""
    both = one.place | two.place
    return len(one.place & two.place) / len(both) if one.place and two.place else 0.0


def read_description(said: SceneDescription, vibe: str) -> Meaning:
    """One description under one vibe; neutral, with its text, where it says nothing that we can read."""
    fields = {
        "visual_content": said.visual_content,
        "mood": said.mood,
        "action": said.action,
        "setting": said.setting,
    }
    shown = (tidied(text, MOST_LETTERS_SHOWN) for text in fields.values())
    text = "; ".join(part for part in shown if part)
    if not is_english(*fields.values()):
        return Meaning(text=text)
    spoken = {name: said_in(words) for name, words in fields.items()}
    read = {name: _stated(words) for name, words in spoken.items()}
    tension, tense_words = _tension(read)
    deed, energy, deed_words = _deed(read)
    if not deed and any(item.is_denied and item.stem in NOTHING_DONE for item in spoken["action"]):
        deed, energy = "stay", 0.5 + 0.5 * DEEDS["stay"][0]
    fit, fit_words = _fit(read, vibe, tension)
    has_people = any(item.stem in PEOPLE for name in ("visual_content", "action") for item in read[name])
    return Meaning(
        tension,
        energy,
        fit,
        deed,
        _place(read["setting"]),
        _is_close_up(read["visual_content"]),
        bool(deed) and not has_people,
        text,
        tuple(dict.fromkeys((*tense_words, *deed_words, *fit_words))),
    )


def _stated(words: Sequence[Said]) -> list[Said]:
    """What is not denied, and not part of another thing's name."""
    kept = []
    for place, item in enumerate(words):
        following = words[place + 1].stem if place + 1 < len(words) else ""
        if not item.is_denied and following not in SAYS_NOTHING_BEFORE.get(item.stem, ()):
            kept.append(item)
    return kept


@cache
def _tension_lists() -> dict[str, dict[str, float]]:
    """Per field the figures of the words that are read there."""
    deeds = {found: DEEDS[deed][1] for found, deed in deeds_by_stem().items()}
    feelings, things, light = by_stem(FEELINGS), by_stem(THINGS), by_stem(LIGHT)
    return {
        "mood": light | feelings,
        "action": things | deeds | feelings,
        "visual_content": light | things | deeds | feelings,
        "setting": light | things | feelings,
    }


def _tension(read: dict[str, list[Said]]) -> tuple[float, list[str]]:
    """Tension in 0..1, and the words that speak for it, the most telling field first."""
    total = weight = 0.0
    words: list[str] = []
    for name, share in TENSION_WEIGHTS.items():
        figures = _tension_lists()[name]
        found = {item.stem: item for item in read[name] if item.stem in figures}
        if not found:
            continue
        mean = sum(figures[key] for key in found) / len(found)
        total += share * mean
        weight += share * abs(mean)
        words += [item.word for key, item in found.items() if abs(figures[key]) >= 0.3]
    return round(0.5 + 0.5 * total / (weight + TENSION_DOUBT), 6), words


def _deed(read: dict[str, list[Said]]) -> tuple[str, float, list[str]]:
    """The liveliest kind of action, the energy of all that is done in 0..1, and its words."""
    kinds = _deeds()
    for name in ("action", "visual_content"):
        found = {item.stem: item.word for item in read[name] if item.stem in kinds}
        pair = _embracing_pair(read[name])
        if not found and not pair:
            continue
        deeds = [kinds[key] for key in found] + (["embrace"] if pair else [])
        told = {deed: DEEDS[deed] for deed in deeds}
        # two who embrace are also said to stand and smile: the embrace is what they do, unless somebody fights
        strongest = max(told, key=lambda deed: (deed in FIERCE, deed == "embrace", *told[deed][:2], deed))
        mean = sum(energy for energy, _, _ in told.values()) / len(told)
        return strongest, round(0.5 + 0.5 * mean, 6), [*found.values(), *pair]
    return "", 0.5, []


@cache
def _deeds() -> dict[str, str]:
    return deeds_by_stem()


def _embracing_pair(words: Sequence[Said]) -> tuple[str, ...]:
    for place in range(len(words) - 1):
        one, two = words[place], words[place + 1]
        if (one.stem, two.stem) in EMBRACING_PAIRS:
            return (f"{one.word} {two.word}",)
    return ()


def _fit(read: dict[str, list[Said]], vibe: str, tension: float) -> tuple[float, list[str]]:
    """How well the vibe is served, 0..1: its words in the fields, and tension where it likes that."""
    wanted = _vibe_stems(vibe)
    share = 0.0
    words: list[str] = []
    for name, weight in FIT_WEIGHTS.items():
        if hits := [word for found, word in _with_pairs(read[name]) if found in wanted]:
            share += weight
            words += hits
    liked = VIBE_TENSION.get(vibe, 0.0) * (2 * tension - 1)
    return round(min(1.0, max(0.0, 0.5 + 0.4 * share + 0.3 * liked)), 6), words


@cache
def _vibe_stems(vibe: str) -> frozenset[str]:
    return frozenset(word if "-" in word else stem(word) for word in VIBE_WORDS.get(vibe, "").split())


def _with_pairs(words: Sequence[Said]) -> Iterable[tuple[str, str]]:
    """Each word's stem with the word, and neighbours joined by a hyphen."""
    for place, item in enumerate(words):
        yield item.stem, item.word
        if place + 1 < len(words):
            joined = f"{item.word}-{words[place + 1].word}"
            yield joined, joined


def _place(setting: Sequence[Said]) -> frozenset[str]:
    """The kinds of place that a setting names, and else its own words."""
    kinds, figures = _places(), _tension_lists()["setting"]
    named = frozenset(kinds[item.stem] for item in setting if item.stem in kinds)
    return named or frozenset(
        item.stem for item in setting if item.stem not in NO_PLACE and item.stem not in figures
    )


@cache
def _places() -> dict[str, str]:
    return places_by_stem()


def _is_close_up(words: Sequence[Said]) -> bool:
    stems = [item.stem for item in words]
    is_near = any(word in CLOSE for word in stems) or any(
        stems[place : place + 2] == [stem("close"), "up"] for place in range(len(stems))
    )
    return is_near and any(word in PEOPLE for word in stems)


class DescribedStills:
    """Descriptions by film time, each read once."""

    def __init__(
        self, descriptions: Sequence[tuple[KeyframeRecord, SceneDescription | None]], vibe: str
    ) -> None:
        rows = sorted(
            ((record.timestamp_s, said) for record, said in descriptions if said is not None),
            key=lambda row: row[0],
        )
        self._times = [time for time, _ in rows]
        self._meanings = [read_description(said, vibe) for _, said in rows]

    def __bool__(self) -> bool:
        """Whether any description says something that we can read."""
        return any(meaning.says_something for meaning in self._meanings)

    def of(self, start_s: float, end_s: float, shot: tuple[float, float]) -> Meaning | None:
        """What the stills inside a stretch say, the nearest to its middle most; None without any.

        Args:
            start_s: Where the stretch begins.
            end_s: Where it ends.
            shot: Start and end of its shot: one still speaks for a whole view, so that of a stretch
                without any is the nearest in the same shot.
        """
        middle = (start_s + end_s) / 2
        found = self._between(start_s, end_s)
        if not found:
            found = sorted(self._between(*shot), key=lambda i: (abs(self._times[i] - middle), i))[:1]
        if not found:
            return None
        weights = [math.exp(-abs(self._times[i] - middle) / NEAR_S) + 1e-9 for i in found]
        meanings = [self._meanings[i] for i in found]
        nearest = meanings[max(range(len(found)), key=lambda k: (weights[k], -k))]
        total = sum(weights)

        def mean(figures: Iterable[float]) -> float:
            return sum(weight * figure for weight, figure in zip(weights, figures, strict=True)) / total

        return Meaning(
            mean(item.tension for item in meanings),
            mean(item.energy for item in meanings),
            mean(item.fit for item in meanings),
            nearest.deed,
            nearest.place,
            nearest.is_close_up,
            nearest.is_deserted,
            nearest.text,
            nearest.moved_by,
        )

    def _between(self, start_s: float, end_s: float) -> list[int]:
        return list(range(bisect.bisect_left(self._times, start_s), bisect.bisect_left(self._times, end_s)))
