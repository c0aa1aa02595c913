"""English sentences to clauses: who, does what, to what, where; a light grammar with word lists, no parser.

What it cannot read stays in the words and is staged as it stands. Deliberately not here: who is meant by "she".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from vidpipe.providers.draft.director_items import Item, read_items
from vidpipe.providers.draft.director_phrases import Phrase
from vidpipe.providers.draft.director_tokens import QUOTE_MARK, small
from vidpipe.providers.draft.words import Verb

_SENTENCE_END = re.compile(r"(?<=[.!?…;。！？])[\"”’)]*(?:\s+|$)|\n+")
_ABBREVIATION = re.compile(r"\b(?:Mr|Mrs|Ms|Dr|St|Prof|Capt|Sgt|No|vs|etc|[A-Z])\.[\"”’)]*\s*$")


@dataclass(frozen=True)
class Clause:
    """One thing that happens."""

    text: str
    """Its words, without the conjunction before it."""
    subjects: tuple[Phrase, ...] = ()
    verb: Verb | None = None
    verb_text: str = ""
    after_verb: str = ""
    """The words from the verb on."""
    objects: tuple[Phrase, ...] = ()
    prepositions: tuple[tuple[str, Phrase], ...] = ()
    named: tuple[tuple[Phrase, str], ...] = ()
    """Who is given a name here: (phrase, name)."""
    is_relative: bool = False
    """Whether its subject is the last thing of the clause before: `who lost it`."""
    quotes: int = 0
    """How many quoted speeches stand in it."""


def sentences(text: str) -> list[str]:
    """The sentences of a text, as they stand."""
    parts: list[str] = []
    place = 0
    for found in _SENTENCE_END.finditer(text):
        part = text[place : found.end()]
        if _ABBREVIATION.search(part.rstrip()) and found.end() < len(text) and "\n" not in found[0]:
            continue
        parts.append(part.strip())
        place = found.end()
    parts.append(text[place:].strip())
    return [part for part in parts if any(letter.isalnum() or letter == QUOTE_MARK for letter in part)]


def clauses(sentence: str, names: frozenset[str] = frozenset()) -> list[Clause]:
    """The clauses of a sentence, at least one; `names` are known names in lower case."""
    items = read_items(sentence, names)
    cuts = [0, *_borders(items), len(items)]
    found = [_clause(sentence, items[start:end]) for start, end in pairwise(cuts) if end > start]
    return [clause for clause in found if clause is not None] or [Clause(sentence.strip())]


def _borders(items: list[Item]) -> list[int]:
    """Where a new clause begins: the joint before a verb that has its own subject or shares the one before."""
    borders: list[int] = []
    verbs = [place for place, item in enumerate(items) if item.kind == "verb"]
    for before, verb in pairwise(verbs):
        place = verb - 1
        joint = -1
        while place > before:
            item = items[place]
            if item.kind == "joint" or (item.kind == "mark" and item.text in ",;:—–-"):
                joint = place
                if item.kind == "joint" and item.text.lower() != "and":
                    break
                if place - 1 > before and items[place - 1].kind in {"joint", "mark"}:
                    place -= 1
                    continue
                break
            if item.kind not in {"phrase", "adverb", "auxiliary", "quote"}:
                break
            place -= 1
        if joint > before:
            borders.append(joint)
    return borders


def _trimmed(items: list[Item]) -> list[Item]:
    """The items without the conjunctions and marks at both ends."""
    inner = [place for place, item in enumerate(items) if item.kind not in {"joint", "mark"}]
    return items[inner[0] : inner[-1] + 1] if inner else []


def _clause(sentence: str, items: list[Item]) -> Clause | None:
    is_relative = items[0].kind == "joint" and items[0].text.lower() in {"who", "which", "that"}
    items = _trimmed(items)
    if not items:
        return None
    verb_place = next((place for place, item in enumerate(items) if item.kind == "verb"), None)
    subjects: list[Phrase] = []
    objects: list[Phrase] = []
    prepositions: list[tuple[str, Phrase]] = []
    named: list[tuple[Phrase, str]] = []
    pending = ""
    last: Phrase | None = None
    for place, item in enumerate(items):
        if item.kind == "preposition":
            pending = item.text.lower()
        elif item.phrase is not None:
            phrase = item.phrase
            naming = place > 0 and items[place - 1].text.lower() in {"named", "called"}
            before = items[place - 1].phrase if place > 0 else None
            titled = before is not None and before.noun is not None and before.noun.is_person
            apposed = place > 0 and items[place - 1].text == "," and last is not None and not pending
            if (
                phrase.is_name
                and last is not None
                and (naming or titled or (apposed and not last.is_name and last.noun))
            ):
                named.append((last, phrase.head))
                continue
            if apposed and last is not None and last.is_name and phrase.article in {"a", "an", "the"}:
                named.append((phrase, last.head))
                continue
            if (
                pending == "of"
                and last is not None
                and not (last.head in small("containers") or last.is_nothing)
            ):
                if phrase.place:
                    prepositions.append(("of", phrase))
            elif pending and pending != "of":
                prepositions.append((pending, phrase))
            elif verb_place is None or place < verb_place:
                subjects.append(phrase)
            else:
                objects.append(phrase)
            last, pending = phrase, ""
        elif item.kind in {"verb", "mark", "joint"}:
            pending = ""
        elif item.kind == "adverb" and pending:
            last = None  # "in front of": what follows the "of" stands by itself
    start, end = items[0].start, items[-1].end
    verb = items[verb_place] if verb_place is not None else None
    return Clause(
        text=sentence[start:end].strip(),
        subjects=tuple(subjects),
        verb=verb.verb if verb else None,
        verb_text=verb.text if verb else "",
        after_verb=sentence[verb.start : end].strip() if verb else "",
        objects=tuple(objects),
        prepositions=tuple(prepositions),
        named=tuple(named),
        is_relative=is_relative,
        quotes=sum(item.kind == "quote" for item in items),
    )
