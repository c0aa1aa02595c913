"""A sentence as words: what they are in lower case, where they stand, whose `'s` they carry.

Deliberately not here: phrases (`director_phrases`) and what a sentence is made of (`director_items`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from vidpipe.providers.draft.words import LONGEST_PHRASE_WORDS, Lexicon, load_lexicon

_TOKEN = re.compile(r"[^\W_]+(?:['’\-][^\W_]+)*|[^\w\s]|_")
QUOTE_MARK = "\ue000"
"""Stands in the text where quoted speech was taken out."""

NUMBERS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "twin": 2, "dozen": 12, "hundred": 100, "both": 2,
}  # fmt: skip


@dataclass(frozen=True)
class Word:
    """A word, or a mark; `start` and `end` count letters of the sentence."""

    text: str
    low: str
    start: int
    end: int
    is_owner: bool = False
    """Whether it ended in 's."""


@cache
def small(kind: str) -> frozenset[str]:
    """The small words of a kind."""
    return frozenset(load_lexicon().tables["grammar"][kind].split())


def words_of(sentence: str, lexicon: Lexicon) -> list[Word]:
    """The words of a sentence, with the entries of more than one word made one."""
    return _joined([_word(found) for found in _TOKEN.finditer(sentence)], lexicon)


def is_known_noun(lexicon: Lexicon, low: str) -> bool:
    """Whether a word in lower case is somebody, something, a place, a time, weather, clothes or a part of a body."""
    return (
        lexicon.noun(low) is not None
        or lexicon.place(low) is not None
        or low in lexicon.times
        or low in lexicon.weather
        or lexicon.singular(low) in lexicon.clothes
        or lexicon.singular(low) in lexicon.body
    )


def _word(found: re.Match[str]) -> Word:
    text = found[0]
    is_owner = bool(re.search(r"['’]s$", text)) and text.lower() not in {
        "it's",
        "he's",
        "she's",
        "that's",
        "there's",
    }
    bare = text[:-2] if is_owner else text
    return Word(bare, bare.lower().replace("’", "'"), found.start(), found.end(), is_owner)


def _joined(words: list[Word], lexicon: Lexicon) -> list[Word]:
    """The words with the entries of more than one word made one."""
    joined: list[Word] = []
    place = 0
    while place < len(words):
        for length in range(LONGEST_PHRASE_WORDS, 1, -1):
            part = words[place : place + length]
            low = " ".join(word.low for word in part)
            if len(part) == length and (low in lexicon.phrases or low.removesuffix("s") in lexicon.phrases):
                low = low if low in lexicon.phrases else low.removesuffix("s")
                text = " ".join(word.text for word in part)
                joined.append(Word(text, low, part[0].start, part[-1].end, part[-1].is_owner))
                place += length
                break
        else:
            joined.append(words[place])
            place += 1
    return joined
