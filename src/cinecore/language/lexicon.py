"""What a spoken line feels like: a class and a strength from word lists, marks and capitals.

The lists are data (`lexicon.toml`), by language; the language of a whole file is told by its function words.
Deliberately not here: understanding. Irony, context and delivery are left to models and to the sound.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import resources

EMOTIONS = ("neutral", "joy", "anger", "fear", "sadness", "surprise", "tenderness", "threat")
"""All classes that a line can have."""

LOUDEST_FIRST = ("threat", "fear", "anger", "sadness", "tenderness", "joy", "surprise")
"""Which class wins where two weigh the same: the one that a trailer would sooner use."""

STRONG_WEIGHT = 2.0
PLAIN_WEIGHT = 1.0
NEGATED_SHARE = 0.25
"""What is left of a word's weight behind a negation."""

NEGATION_REACH = 3
"""How many words a negation reaches forward."""

STRENGTH_PER_WEIGHT = 0.3
STRENGTH_PER_MARK = 0.12
"""For each of the first two exclamation marks."""

STRENGTH_OF_CAPITALS = 0.15
MARKS_ALONE_STRENGTH = 0.3
"""Strength of a line with no listed word that ends in an exclamation mark."""

REMEMBERED_WORDS = 50_000

SAMPLE_WORDS = 20_000
"""Words that telling the language looks at."""

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_STEM_BORDER = re.compile(r"\*")


@dataclass(frozen=True)
class Emotion:
    """A class of `EMOTIONS` and how strong it is, 0..1; neutral is always 0."""

    name: str
    strength: float


@dataclass(frozen=True)
class _Language:
    """The lists of one language, ready to be looked up."""

    name: str
    function: frozenset[str]
    negations: frozenset[str]
    is_unspaced: bool
    words: dict[str, tuple[tuple[str, float], ...]]
    """Word → its classes with weights."""
    stems: dict[str, tuple[tuple[str, str, float], ...]]
    """Beginning → (needed ending, class, weight)."""
    phrases: dict[str, tuple[tuple[str, str, float], ...]]
    """First word → (padded phrase, class, weight)."""
    fragments: tuple[tuple[str, str, float], ...]
    """Every entry of an unspaced language, with its class and weight."""
    seen: dict[str, tuple[tuple[str, float], ...]] = field(default_factory=dict, compare=False)
    """What was already looked up: most words of a film come often."""


@dataclass(frozen=True)
class EmotionLexicon:
    """The lists of all languages."""

    languages: dict[str, _Language]

    def guess_language(self, lines: Iterable[str]) -> str:
        """The language whose function words make up most of the lines; empty where none reaches a tenth."""
        hits = dict.fromkeys(self.languages, 0)
        total = 0
        for line in lines:
            words = _words(line)
            total += len(words)
            for name, language in self.languages.items():
                if language.is_unspaced:
                    hits[name] += 2 * any(word in line for word in language.function)
                else:
                    hits[name] += sum(word in language.function for word in words)
            if total >= SAMPLE_WORDS:
                break
        best = max(sorted(hits), key=lambda name: hits[name], default="")
        return best if best and hits[best] >= max(1, total * 0.1) else ""

    def emotion(self, line: str, language: str = "", *, capitals_shout: bool = True) -> Emotion:
        """The feeling of one line.

        `language` is a name that `guess_language` gave; with none, marks and capitals alone speak.
        `capitals_shout` is False for a file that is written in capitals throughout.
        """
        scores = self.weights(line, language)
        marks = line.count("!") + line.count("！") + line.count("¡")
        asks = "?" in line or "？" in line
        is_shouted = capitals_shout and _is_shouted(line)
        if not scores:
            return _from_marks(marks, asks=asks, is_shouted=is_shouted)
        name = max(LOUDEST_FIRST, key=lambda emotion: scores.get(emotion, 0.0))
        strength = (
            STRENGTH_PER_WEIGHT * scores[name]
            + STRENGTH_PER_MARK * min(2, marks)
            + STRENGTH_OF_CAPITALS * is_shouted
        )
        return Emotion(name, round(min(1.0, strength), 4))

    def weights(self, line: str, language: str) -> dict[str, float]:
        """What the line's listed words weigh for each class, without marks and capitals; empty where none is listed."""
        scores: dict[str, float] = {}
        known = self.languages.get(language)
        if known is not None:
            (_score_unspaced if known.is_unspaced else _score_words)(line, known, scores)
        return scores


@lru_cache(maxsize=1)
def load_lexicon() -> EmotionLexicon:
    """The lists that come with the package, read once."""
    text = resources.files("cinecore.language").joinpath("lexicon.toml").read_text("utf-8")
    return EmotionLexicon(
        {name: _language(name, lists) for name, lists in sorted(tomllib.loads(text).items())}
    )


def _language(name: str, lists: dict[str, object]) -> _Language:
    is_unspaced = bool(lists.get("unspaced"))
    words: dict[str, tuple[tuple[str, float], ...]] = {}
    stems: dict[str, tuple[tuple[str, str, float], ...]] = {}
    phrases: dict[str, tuple[tuple[str, str, float], ...]] = {}
    fragments: list[tuple[str, str, float]] = []
    for emotion in LOUDEST_FIRST:
        entries = lists.get(emotion, {})
        if not isinstance(entries, dict):
            continue
        for grade, weight in (("strong", STRONG_WEIGHT), ("plain", PLAIN_WEIGHT)):
            for entry in entries.get(grade, []):
                if is_unspaced:
                    fragments.append((entry, emotion, weight))
                elif "*" in entry:
                    stem, ending = _STEM_BORDER.split(entry, maxsplit=1)
                    stems[stem] = (*stems.get(stem, ()), (ending, emotion, weight))
                elif " " in entry or "-" in entry:
                    parts = _words(entry)
                    phrase = (f" {' '.join(parts)} ", emotion, weight)
                    phrases[parts[0]] = (*phrases.get(parts[0], ()), phrase)
                else:
                    words[entry] = (*words.get(entry, ()), (emotion, weight))
    return _Language(
        name=name,
        function=frozenset(_strings(lists.get("function"))),
        negations=frozenset(_strings(lists.get("not"))),
        is_unspaced=is_unspaced,
        words=words,
        stems=stems,
        phrases=phrases,
        fragments=tuple(fragments),
    )


def _strings(value: object) -> list[str]:
    return [str(item) for item in value] if isinstance(value, list) else []


def _words(line: str) -> list[str]:
    return _WORD.findall(line.lower().replace("’", "'"))


def _score_unspaced(line: str, language: _Language, scores: dict[str, float]) -> None:
    for entry, emotion, weight in language.fragments:
        if entry in line:
            scores[emotion] = scores.get(emotion, 0.0) + weight


def _score_words(line: str, language: _Language, scores: dict[str, float]) -> None:
    words = _words(line)
    padded = f" {' '.join(words)} "
    for first in dict.fromkeys(words):
        for phrase, emotion, weight in language.phrases.get(first, ()):
            if phrase in padded:
                scores[emotion] = scores.get(emotion, 0.0) + weight
    reach = 0
    for word in words:
        share = NEGATED_SHARE if reach > 0 else 1.0
        reach -= 1
        if word in language.negations:
            reach = NEGATION_REACH
            continue
        for emotion, weight in _feelings(word, language):
            scores[emotion] = scores.get(emotion, 0.0) + weight * share


def _feelings(word: str, language: _Language) -> tuple[tuple[str, float], ...]:
    """The classes of a word, remembered for the first words that are asked for."""
    known = language.seen.get(word)
    if known is None:
        known = _looked_up(word, language)
        if len(language.seen) < REMEMBERED_WORDS:
            language.seen[word] = known
    return known


def _looked_up(word: str, language: _Language) -> tuple[tuple[str, float], ...]:
    """A word's own entry, else the longest stem that it begins with."""
    found = language.words.get(word)
    if found is not None:
        return found
    for length in range(len(word), 1, -1):
        matches = tuple(
            (emotion, weight)
            for ending, emotion, weight in language.stems.get(word[:length], ())
            if word[length:].endswith(ending)
        )
        if matches:
            return matches
    return ()


def _is_shouted(line: str) -> bool:
    """Whether at least two words of three letters or more are all capitals, and most of the line is."""
    if sum(map(str.isupper, line)) < 2:  # most lines: one capital for each of the two words
        return False
    words: list[str] = [
        word for word in _WORD.findall(line) if len(word) >= 3 and word.lower() != word.upper()
    ]
    loud = sum(word.isupper() for word in words)
    return loud >= 2 and 2 * loud >= len(words)


def _from_marks(marks: int, *, asks: bool, is_shouted: bool) -> Emotion:
    if is_shouted:
        return Emotion("anger", 0.45)
    if marks and asks:
        return Emotion("surprise", 0.45)
    if marks:
        return Emotion("surprise", MARKS_ALONE_STRENGTH)
    return Emotion("neutral", 0.0)
