"""What English words mean to the rule-based director: kinds of people and things, places, verbs, feelings.

The lists are data (`words.toml`). Deliberately not here: sentences (`director_sentences`) and stories.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import resources
from typing import Any

from vidpipe.schemas.kinds import AssetType

LONGEST_PHRASE_WORDS = 3
"""Words of the longest entry: `hot air balloon`."""

VOWELS = frozenset("aeiou")


@dataclass(frozen=True)
class Noun:
    """What a noun stands for."""

    word: str
    """As it stands in the lists, singular: `gull`."""
    label: str
    """What is drawn for it: `bird`; the word itself where no list knows it."""
    asset_type: AssetType
    is_person: bool = False
    is_child: bool = False
    gender: str = ""
    """`m` or `f` where the word says it."""
    usual_gender: str = ""
    """`m` or `f` where the word leaves it open and one is taken until a pronoun says otherwise."""
    is_crowd: bool = False
    is_animal: bool = False
    is_known: bool = True


@dataclass(frozen=True)
class Verb:
    """What a verb does in a picture."""

    base: str
    pose: str
    flags: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Lexicon:
    """All lists, ready to be looked up in lower case; phrases have spaces."""

    nouns: dict[str, Noun]
    places: dict[str, str]
    verbs: dict[str, Verb]
    """Every form of every verb."""
    times: dict[str, str]
    weather: dict[str, str]
    expressions: dict[str, str]
    sounds: dict[str, str]
    colors: frozenset[str]
    old: frozenset[str]
    young: frozenset[str]
    clothes: frozenset[str]
    body: frozenset[str]
    names: dict[str, str]
    """Given name → `m` or `f`."""
    titles: frozenset[str]
    nothing: frozenset[str]
    plurals: dict[str, str]
    tables: dict[str, dict[str, Any]] = field(default_factory=dict, compare=False)
    """The tables that are looked up as they stand: `inside`, `wardrobe` …"""
    phrases: frozenset[str] = frozenset()
    """Entries of more than one word."""

    def singular(self, word: str) -> str:
        """The singular of a noun in lower case; the word itself where it is none or unknown."""
        if word in self.plurals:
            return self.plurals[word]
        if word in self.nouns or word in self.places:
            return word
        for ending, instead in (("ies", "y"), ("ves", "f"), ("es", ""), ("s", "")):
            if word.endswith(ending) and len(word) > len(ending) + 1:
                base = word[: -len(ending)] + instead
                if base in self.nouns or base in self.places or base in self.clothes:
                    return base
        return word

    def noun(self, word: str) -> Noun | None:
        """What a noun in any number stands for; None for words that no list knows."""
        return self.nouns.get(word) or self.nouns.get(self.singular(word))

    def one_of(self, word: str) -> Noun | None:
        """One of a crowd: the girl of `girls`; None where the word has no singular of its own."""
        single = self.plurals.get(word) or word.removesuffix("s")
        noun = self.nouns.get(single)
        return noun if noun is not None and not noun.is_crowd else None

    def place(self, word: str) -> str | None:
        """The kind of place that a word names."""
        return self.places.get(word) or self.places.get(self.singular(word))

    def is_plural(self, word: str) -> bool:
        """Whether a known noun stands for more than one."""
        return self.singular(word) != word


@lru_cache(maxsize=1)
def load_lexicon() -> Lexicon:
    """The lists, read once."""
    text = resources.files("vidpipe.providers.draft").joinpath("words.toml").read_text("utf-8")
    tables = tomllib.loads(text)
    nouns = _nouns(tables)
    places = _inverted(tables["places"])
    times, weather = _inverted(tables["time"]), _inverted(tables["weather"])
    return Lexicon(
        nouns=nouns,
        places=places,
        verbs=_verbs(tables),
        times=times,
        weather=weather,
        expressions=_inverted(tables["expressions"]),
        sounds=_inverted(tables["sounds"]),
        colors=frozenset(tables["colors"]["words"].split()),
        old=frozenset(tables["ages"]["old"].split()),
        young=frozenset(tables["ages"]["young"].split()),
        clothes=frozenset(tables["clothes"]["words"].split()),
        body=frozenset(tables["clothes"]["body"].split()),
        names=dict.fromkeys(tables["names"]["she"].split(), "f")
        | dict.fromkeys(tables["names"]["he"].split(), "m"),
        titles=frozenset(tables["titles"]["words"].split()),
        nothing=frozenset(tables["nothing"]["words"].split()),
        plurals=dict(tables["irregular_plurals"]),
        tables=tables,
        phrases=frozenset(
            entry for table in (nouns, places, times, weather) for entry in table if " " in entry
        ),
    )


def _inverted(table: dict[str, str]) -> dict[str, str]:
    """Word → key; the first key that lists a word has it."""
    found: dict[str, str] = {}
    for key, words in table.items():
        for word in words.split():
            found.setdefault(word.replace("_", " "), key)
    return found


def _nouns(tables: dict[str, Any]) -> dict[str, Noun]:
    nouns: dict[str, Noun] = {}

    def add(words: str, label: str, asset_type: AssetType, **more: Any) -> None:
        for entry in words.split():
            word = entry.replace("_", " ")
            nouns.setdefault(word, Noun(word, label or word, asset_type, **more))

    for label, words in tables["people"].items():
        gender = "f" if label in {"woman", "girl", "old woman"} else "m"
        is_child = label in {"boy", "girl"}
        add(words, label, AssetType.CHARACTER, is_person=True, gender=gender, is_child=is_child)
    for kind, words in tables["people_of_either_kind"].items():
        usual = {"man": "m", "woman": "f"}.get(kind, "")
        add(words, kind, AssetType.CHARACTER, is_person=True, usual_gender=usual, is_child=kind == "child")
    for words in tables["crowds"].values():
        add(words, "people", AssetType.CHARACTER, is_person=True, is_crowd=True)
    for label, words in tables["animals"].items():
        add(words, label, AssetType.CHARACTER, is_animal=True)
    add(tables["other_animals"]["any"], "", AssetType.CHARACTER, is_animal=True)
    for label, words in tables["vehicles"].items():
        add(words, label, AssetType.VEHICLE)
    add(tables["other_vehicles"]["any"], "", AssetType.VEHICLE)
    for label, words in tables["things"].items():
        add(words, label, AssetType.PROP)
    return nouns


def _verbs(tables: dict[str, Any]) -> dict[str, Verb]:
    flags: dict[str, set[str]] = {}
    for flag, words in tables["verb_flags"].items():
        for word in words.split():
            flags.setdefault(word, set()).add(flag)
    verbs: dict[str, Verb] = {}
    for pose, words in tables["verbs"].items():
        for entry in words.split():
            base, *past = entry.split("/")
            verb = Verb(base, pose.replace("_", " "), frozenset(flags.get(base, ())))
            for form in (base, *past, *forms_of(base, is_regular=not past)):
                verbs.setdefault(form, verb)
    return verbs


def forms_of(base: str, *, is_regular: bool) -> tuple[str, ...]:
    """The forms of a verb that the rules make: he runs, running, and where regular the past."""
    if base.endswith(("s", "sh", "ch", "x", "z", "o")):
        third = base + "es"
    elif base.endswith("y") and base[-2] not in VOWELS:
        third = base[:-1] + "ies"
    else:
        third = base + "s"
    stem = base
    if base.endswith("ie"):
        stem = base[:-2] + "y"
    elif base.endswith("e") and not base.endswith(("ee", "oe", "ye")):
        stem = base[:-1]
    doubled = re.fullmatch(r"[^aeiou]*[aeiou][^aeiouwxy]", base)
    again = stem + base[-1] if doubled and stem == base else stem
    forms = [third, again + "ing"]
    if base.endswith(("gin", "get", "mit", "fer", "nap")):
        forms.append(base + base[-1] + "ing")
    if is_regular:
        if base.endswith("e"):
            forms.append(base + "d")
        elif base.endswith("y") and base[-2] not in VOWELS:
            forms.append(base[:-1] + "ied")
        else:
            forms.append(again + "ed")
    return tuple(forms)
