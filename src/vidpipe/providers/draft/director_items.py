"""The pieces of a sentence: noun phrases, verbs, prepositions, joints, in order from left to right.

Deliberately not here: what one phrase means (`director_phrases`), and clauses (`director_sentences`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from vidpipe.providers.draft.director_phrases import Phrase, PhraseReader
from vidpipe.providers.draft.director_tokens import NUMBERS, QUOTE_MARK, Word, is_known_noun, small, words_of
from vidpipe.providers.draft.words import Lexicon, Verb, load_lexicon


@dataclass(frozen=True)
class Item:
    """One piece of a sentence: phrase | verb | preposition | joint | mark | adverb | auxiliary | quote."""

    kind: str
    text: str
    start: int
    end: int
    phrase: Phrase | None = None
    verb: Verb | None = None


def read_items(sentence: str, names: frozenset[str]) -> list[Item]:
    """The pieces of a sentence; `names` are known names in lower case."""
    return _Reader(sentence, names, load_lexicon()).items()


class _Reader:
    """Goes through a sentence once, from left to right."""

    def __init__(self, sentence: str, names: frozenset[str], lexicon: Lexicon) -> None:
        self._names = names
        self._lexicon = lexicon
        self._words = words_of(sentence, lexicon)
        self._phrases = PhraseReader(names, lexicon)

    def items(self) -> list[Item]:
        """The pieces in order."""
        found: list[Item] = []
        place = 0
        while place < len(self._words):
            item, place = self._next(place, found)
            found.append(item)
        return found

    def _next(self, place: int, before: list[Item]) -> tuple[Item, int]:
        word = self._words[place]
        low = word.low
        if word.text == QUOTE_MARK:
            return Item("quote", word.text, word.start, word.end), place + 1
        if not word.text[0].isalnum():
            return Item("mark", word.text, word.start, word.end), place + 1
        previous = before[-1].kind if before else ""
        kind = "auxiliary" if low in small("auxiliaries") else "joint" if self._joins(place, previous) else ""
        if kind or low in small("prepositions"):
            return Item(kind or "preposition", word.text, word.start, word.end), place + 1
        if low in small("pronouns") and not (low == "her" and self._content(place + 1)):
            phrase = Phrase(word.text, low, is_pronoun=True)
            return Item("phrase", word.text, word.start, word.end, phrase), place + 1
        if self._is_verb_here(place, before):
            verb = self._lexicon.verbs.get(low) or Verb(_base(low), "stand")
            return Item("verb", word.text, word.start, word.end, verb=verb), place + 1
        if (read := self._phrase(place, before)) is not None:
            phrase, after = read
            item = Item("phrase", phrase.text, word.start, self._words[after - 1].end, phrase)
            return item, after
        return Item("adverb", word.text, word.start, word.end), place + 1

    def _joins(self, place: int, previous: str) -> bool:
        """Whether a word joins clauses here rather than standing before a noun."""
        low = self._words[place].low
        if low not in small("joints") or (low == "that" and previous in {"preposition", "verb", ""}):
            return False
        return not (low in small("prepositions") and self._starts_phrase_without_verb(place + 1))

    def _starts_phrase_without_verb(self, place: int) -> bool:
        """Whether a noun follows and no verb in the same breath: `before dawn`, not `before she leaves`."""
        for word in self._words[place : place + 5]:
            if word.low in self._lexicon.verbs and word.low not in self._lexicon.nouns:
                return False
            if not word.text[0].isalnum() or word.low in small("prepositions"):
                break
        return True

    def _content(self, place: int) -> bool:
        """Whether the word there can be part of a phrase."""
        if place >= len(self._words):
            return False
        word = self._words[place]
        return (
            word.text[0].isalnum()
            and word.low not in small("prepositions")
            and word.low not in small("joints")
            and word.low not in small("auxiliaries")
            and word.low not in small("pronouns")
            and word.low not in small("articles")
            and word.low not in small("adverbs")
            and not (word.low.endswith("ly") and not is_known_noun(self._lexicon, word.low))
        )

    def _is_verb_here(self, place: int, before: list[Item]) -> bool:
        word = self._words[place]
        low = word.low
        previous = before[-1] if before else None
        has_subject = previous is not None and previous.kind in {
            "phrase",
            "adverb",
            "auxiliary",
            "quote",
            "joint",
        }
        if low in self._lexicon.verbs and not word.is_owner:
            if is_known_noun(self._lexicon, low) or low in self._lexicon.colors:
                return has_subject and previous is not None and previous.kind != "joint"
            if previous is not None and previous.kind == "preposition" and previous.text.lower() != "to":
                return low.endswith("ing")
            following = self._words[place + 1].low if place + 1 < len(self._words) else ""
            follows = is_known_noun(self._lexicon, following)
            if previous is None and following in self._lexicon.verbs and not low.endswith("ing"):
                return False  # "light falls"
            if previous is None and low.endswith(("ing", "ed")) and follows:
                return False  # "running water", "abandoned houses"
            return not (word.text[:1].isupper() and low in self._names)
        if is_known_noun(self._lexicon, low) or low in self._names or word.is_owner or not has_subject:
            return False
        if previous is None or previous.kind == "joint" or word.text[:1].isupper():
            return False
        looks_like_one = low.endswith(("s", "ed", "ing")) and not low.endswith(("ss", "us")) and len(low) > 3
        after = self._words[place + 1] if place + 1 < len(self._words) else None
        return looks_like_one and (after is None or not self._content(place + 1))

    def _phrase(self, place: int, before: list[Item]) -> tuple[Phrase, int] | None:
        """The phrase that begins here and the place after it; None where none does."""
        start = place
        words = self._words
        article = owner = ""
        if words[place].low in small("articles") or words[place].low in small("possessives"):
            article = words[place].low
            owner = article if article in small("possessives") else ""
            place += 1
        run: list[Word] = []
        while place < len(words) and self._content(place):
            word = words[place]
            if word.is_owner:
                owner, run = " ".join(part.text for part in [*run, word]), []
                place += 1
                article = article or "the"
                continue
            if run and self._ends_before(place, run):
                break
            run.append(word)
            place += 1
        while run and run[-1].low in NUMBERS and len(run) > 1:
            run.pop()
            place -= 1
        if not run or not (article or owner or self._may_stand_bare(run, before)):
            return None
        phrase = self._phrases.read(run, article, owner)
        text_start = words[start].start
        return replace(phrase, text=self._text(text_start, words[place - 1].end)), place

    def _text(self, start: int, end: int) -> str:
        pieces: list[str] = []
        at = start
        for word in self._words:
            if start <= word.start and word.end <= end:
                pieces.append((" " if word.start > at else "") + word.text + ("'s" if word.is_owner else ""))
                at = word.end
        return "".join(pieces).strip()

    def _ends_before(self, place: int, run: list[Word]) -> bool:
        """Whether a phrase is complete before this word."""
        low = self._words[place].low
        has_head = any(is_known_noun(self._lexicon, word.low) or word.low in self._names for word in run)
        if is_known_noun(self._lexicon, low) or low in self._lexicon.nothing:
            both = low in self._lexicon.verbs and has_head
            return bool(both and self._acts(place, self._is_somebody(run[-1])))
        if low in self._lexicon.verbs:
            if has_head:
                return True
            return not (low.endswith(("ing", "ed", "en")) and self._content(place + 1)) or len(run) > 2
        if low in self._names or self._words[place].text[:1].isupper():
            return has_head and run[-1].low not in self._lexicon.titles and not run[-1].text[:1].isupper()
        if has_head:
            return True
        looks_like_verb = low.endswith(("s", "ed")) and not low.endswith("ss")
        return looks_like_verb and not self._content(place + 1)

    def _is_somebody(self, word: Word) -> bool:
        noun = self._lexicon.noun(word.low)
        return word.low in self._names or (noun is not None and (noun.is_person or noun.is_animal))

    def _acts(self, place: int, after_somebody: bool) -> bool:  # noqa: FBT001 - a fact about the words before
        """Whether a word that is a noun and a verb is a verb here: `the man cooks dinner`, `the guard plants`."""
        after = self._words[place + 1] if place + 1 < len(self._words) else None
        if after_somebody and self._words[place].low.endswith("s"):
            return (
                after is None
                or after.low not in self._lexicon.verbs
                or is_known_noun(self._lexicon, after.low)
            )
        return after is not None and (
            after.low in small("articles")
            or after.low in small("possessives")
            or after.low in small("prepositions")
        )

    def _may_stand_bare(self, run: list[Word], before: list[Item]) -> bool:
        """Whether words without an article are a phrase: names, plurals, known nouns, the first words of all."""
        last = run[-1]
        if any(is_known_noun(self._lexicon, word.low) for word in run):
            return True
        if run[0].text[:1].isupper() and (
            before or last.low in self._names or self._is_followed_by_verb(last)
        ):
            return True
        if run[0].low in self._names or run[0].low in NUMBERS or run[0].text.isdigit():
            return True
        if last.low in self._lexicon.nothing:
            return not before
        if before and before[-1].text.lower() == "of":
            return True
        is_first = not any(item.kind in {"phrase", "verb", "preposition"} for item in before)
        return is_first and last.low not in self._lexicon.expressions and not last.low.endswith("ed")

    def _is_followed_by_verb(self, word: Word) -> bool:
        place = self._words.index(word) + 1
        if place >= len(self._words):
            return False
        low = self._words[place].low
        return low in self._lexicon.verbs or low in small("auxiliaries") or low == "and"


def _base(low: str) -> str:
    for ending in ("ing", "ed", "es", "s"):
        if low.endswith(ending) and len(low) > len(ending) + 2:
            return low[: -len(ending)]
    return low
