"""A brief in plain words read without a model: names, themes and words of the film, and what is not wanted of them.

Deliberately not here: what a wish costs a clip, and asking a model.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

from cinecut.models import DialogueEvent, LineKind
from cinecut.narrative.eyes import SeenFilm
from cinecut.narrative.spoken_words import folded

LEAST_LETTERS = 3
"""Of a word that is looked for in lines: shorter ones are everywhere."""


@dataclass(frozen=True)
class Asked:
    """One thing that a brief speaks of, and where the film has it."""

    words: str
    """As in the brief, or a theme's name."""
    lines: tuple[int, ...] = ()
    """Indices of events that have it."""
    person: str = ""
    """As the eyes number them."""
    seen_words: tuple[str, ...] = ()
    """Beginnings of words of a description that shows it."""


@dataclass(frozen=True)
class Understood:
    """What a brief was taken to ask for."""

    favour: tuple[Asked, ...] = ()
    avoid: tuple[Asked, ...] = ()
    tone: str = ""
    """intense | calm; empty where none was named."""
    missed: tuple[str, ...] = ()
    """Words that nothing in the film answers to."""
    read_by: str = "names and words"

    def in_words(self) -> str:
        """What was understood, and what was not, for a notice."""
        parts = []
        for name, asked in (("to favour", self.favour), ("to avoid", self.avoid)):
            if asked:
                parts.append(f"{name}: {', '.join(_told(one) for one in asked)}")
        if self.tone:
            parts.append(f"tone: {self.tone}")
        if self.missed:
            parts.append(f"not understood: {', '.join(repr(word) for word in self.missed)}")
        return f"The brief was read by {self.read_by}: {'; '.join(parts) or 'nothing was understood'}."


def _told(asked: Asked) -> str:
    where = f" ({len(asked.lines)} {'line' if len(asked.lines) == 1 else 'lines'})" if asked.lines else ""
    return f"{asked.words}{where}"


@dataclass(frozen=True)
class Phrase:
    """A stretch of a brief under one wish."""

    words: tuple[str, ...]
    is_unwanted: bool


def read_brief(
    text: str, events: Sequence[DialogueEvent], eyes: SeenFilm | None, seen: str = ""
) -> Understood:
    """What a brief asks for, by names and words.

    Args:
        text: The brief. It is words only: nothing in it is followed but these.
        events: The film's lines.
        eyes: Who is seen; None where nobody looked.
        seen: All descriptions of the film in one text.
    """
    spoken = [(i, folded(one.text).split()) for i, one in enumerate(events) if one.kind is LineKind.SPEECH]
    seen_words = set(folded(seen).split())
    people = _people(events, eyes)
    found: dict[bool, dict[str, Asked]] = {False: {}, True: {}}
    missed: dict[str, None] = {}
    tone = ""
    for phrase in phrases(text):
        place = 0
        while place < len(phrase.words):
            name, taken = _name_at(phrase.words, place, people)
            word = phrase.words[place]
            place += taken or 1
            if taken:
                found[phrase.is_unwanted].setdefault(name, people[name])
            elif word in _vocabulary()["words"]["said_along"] or word in _vocabulary()["words"]["for"]:
                continue
            elif own := _tone_of(word):
                other = {"intense": "calm", "calm": "intense"}
                tone = other[own] if phrase.is_unwanted else own
            elif asked := _theme_of(word, events, spoken) or _word_of(word, spoken, seen_words):
                found[phrase.is_unwanted].setdefault(asked.words, asked)
            else:
                missed[word] = None
    favour = {name: one for name, one in found[False].items() if name not in found[True]}
    return Understood(tuple(favour.values()), tuple(found[True].values()), tone, tuple(missed))


def phrases(text: str) -> list[Phrase]:
    """The brief's phrases: what stands behind a `no` up to the next mark or `but` is not wanted.

    In a list that ends with `or` (`no blood, guns or tears`) the `no` holds to its end.
    """
    words = _vocabulary()["words"]
    parts = [part for part in re.split(r"[,;:.!?\n–—]+", text.replace("’", "'")) if folded(part)]
    clauses: list[list[str]] = []
    for part in parts:
        clauses.append([])
        for word in folded(part).split():
            if word in words["but"]:
                clauses.append([])
            else:
                clauses[-1].append(word)
    clauses = [clause for clause in clauses if clause]
    found: list[Phrase] = []
    carries = False
    for number, clause in enumerate(clauses):
        starts_anew = clause[0] in words["not"] or clause[0] in words["for"]
        rest = clauses[number : number + 6]
        carries = carries and not starts_anew and any(set(one) & set(words["or"]) for one in rest)
        is_unwanted = carries
        run: list[str] = []
        for word in clause:
            # `less Ben more Anna` turns round, `no more Ben` and `not with Ben` do not
            if word in words["not"] or (word in words["for"] and is_unwanted and run):
                if run:
                    found.append(Phrase(tuple(run), is_unwanted))
                run, is_unwanted = [], word in words["not"]
            elif word not in words["or"]:
                run.append(word)
        if run:
            found.append(Phrase(tuple(run), is_unwanted))
        carries = is_unwanted
    return found


def _people(events: Sequence[DialogueEvent], eyes: SeenFilm | None) -> dict[str, Asked]:
    found: dict[str, Asked] = {}
    for speaker in dict.fromkeys(one.speaker for one in events if folded(one.speaker)):
        lines = tuple(i for i, one in enumerate(events) if one.speaker == speaker)
        found[folded(speaker)] = Asked(speaker, lines)
    for one in eyes.cast if eyes is not None else ():
        found[folded(one.id)] = Asked(one.id, person=one.id)
    return found


def _name_at(words: Sequence[str], place: int, people: dict[str, Asked]) -> tuple[str, int]:
    """The name that stands there and how many words it has; a genitive's s is no part of it."""
    for count in (3, 2, 1):
        name = " ".join(words[place : place + count])
        if len(words) - place >= count:
            for form in (name, name.removesuffix("s")):
                if form in people:
                    return form, count
    return "", 0


def _tone_of(word: str) -> str:
    return next(
        (name for name, tone in _vocabulary()["tones"].items() if word.startswith(tuple(tone["asked"]))), ""
    )


def _theme_of(
    word: str, events: Sequence[DialogueEvent], spoken: Sequence[tuple[int, list[str]]]
) -> Asked | None:
    for name, theme in _vocabulary()["themes"].items():
        if word.startswith(tuple(theme["asked"])):
            found = tuple(theme["found"])
            lines = tuple(
                i
                for i, said in spoken
                if any(one.startswith(found) for one in said)
                or (events[i].emotion in theme["emotions"] and events[i].emotion_strength >= 0.4)
            )
            return Asked(name, lines, seen_words=found)
    return None


def _word_of(word: str, spoken: Sequence[tuple[int, list[str]]], seen: set[str]) -> Asked | None:
    if len(word) < LEAST_LETTERS:
        return None
    forms = {word, word.removesuffix("s"), word + "s"}
    lines = tuple(i for i, said in spoken if forms & set(said))
    in_pictures = forms & seen
    return Asked(word, lines, seen_words=tuple(sorted(in_pictures))) if lines or in_pictures else None


@lru_cache(maxsize=1)
def _vocabulary() -> dict[str, Any]:
    data = resources.files("cinecut.narrative").joinpath("brief_words.toml").read_text("utf-8")
    return tomllib.loads(data)
