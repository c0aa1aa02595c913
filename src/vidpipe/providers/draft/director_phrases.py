"""The pieces of a sentence: noun phrases, verbs, prepositions, joints, in order from left to right.

Deliberately not here: clauses (`director_sentences`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache

from vidpipe.providers.draft.words import LONGEST_PHRASE_WORDS, Lexicon, Noun, Verb, load_lexicon
from vidpipe.schemas.kinds import AssetType

_TOKEN = re.compile(r"[^\W_]+(?:['’\-][^\W_]+)*|[^\w\s]|_")
QUOTE_MARK = "\ue000"
"""Stands in the text where quoted speech was taken out."""

_NUMBERS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "twin": 2, "dozen": 12, "hundred": 100, "both": 2,
}  # fmt: skip


@cache
def small(kind: str) -> frozenset[str]:
    """The small words of a kind."""
    return frozenset(load_lexicon().tables["grammar"][kind].split())


@dataclass(frozen=True)
class Phrase:
    """A noun with what stands before it, or a pronoun, or a name."""

    text: str
    head: str
    """Singular, lower case; a name as written."""
    noun: Noun | None = None
    place: str = ""
    """The kind of place where the head is one."""
    time: str = ""
    weather: str = ""
    article: str = ""
    """a | the | his | … ; empty for none."""
    owner: str = ""
    """Whose it is: a pronoun or a name."""
    adjectives: tuple[str, ...] = ()
    color: str = ""
    count: int = 1
    is_pronoun: bool = False
    is_name: bool = False
    is_clothing: bool = False
    is_nothing: bool = False
    modifier: str = ""
    """A noun before the head: `lighthouse` in `lighthouse keeper`."""


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


@dataclass(frozen=True)
class _Word:
    text: str
    low: str
    start: int
    end: int
    is_owner: bool = False
    """Whether it ended in 's."""


class _Reader:
    """Goes through a sentence once, from left to right."""

    def __init__(self, sentence: str, names: frozenset[str], lexicon: Lexicon) -> None:
        self._names = names
        self._lexicon = lexicon
        self._words = _joined([_word(found) for found in _TOKEN.finditer(sentence)], lexicon)

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
            and not (word.low.endswith("ly") and not self._known_noun(word.low))
        )

    def _known_noun(self, low: str) -> bool:
        lexicon = self._lexicon
        return (
            lexicon.noun(low) is not None
            or lexicon.place(low) is not None
            or low in lexicon.times
            or low in lexicon.weather
            or lexicon.singular(low) in lexicon.clothes
            or lexicon.singular(low) in lexicon.body
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
            if self._known_noun(low) or low in self._lexicon.colors:
                return has_subject and previous is not None and previous.kind != "joint"
            if previous is not None and previous.kind == "preposition" and previous.text.lower() != "to":
                return low.endswith("ing")
            following = self._words[place + 1].low if place + 1 < len(self._words) else ""
            follows = self._known_noun(following)
            if previous is None and following in self._lexicon.verbs and not low.endswith("ing"):
                return False  # "light falls"
            if previous is None and low.endswith(("ing", "ed")) and follows:
                return False  # "running water", "abandoned houses"
            return not (word.text[:1].isupper() and low in self._names)
        if self._known_noun(low) or low in self._names or word.is_owner or not has_subject:
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
        run: list[_Word] = []
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
        while run and run[-1].low in _NUMBERS and len(run) > 1:
            run.pop()
            place -= 1
        if not run or not (article or owner or self._may_stand_bare(run, before)):
            return None
        phrase = self._read_run(run, article, owner)
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

    def _ends_before(self, place: int, run: list[_Word]) -> bool:
        """Whether a phrase is complete before this word."""
        low = self._words[place].low
        has_head = any(self._known_noun(word.low) or word.low in self._names for word in run)
        if self._known_noun(low) or low in self._lexicon.nothing:
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

    def _is_somebody(self, word: _Word) -> bool:
        noun = self._lexicon.noun(word.low)
        return word.low in self._names or (noun is not None and (noun.is_person or noun.is_animal))

    def _acts(self, place: int, after_somebody: bool) -> bool:  # noqa: FBT001 - a fact about the words before
        """Whether a word that is a noun and a verb is a verb here: `the man cooks dinner`, `the guard plants`."""
        after = self._words[place + 1] if place + 1 < len(self._words) else None
        if after_somebody and self._words[place].low.endswith("s"):
            return after is None or after.low not in self._lexicon.verbs or self._known_noun(after.low)
        return after is not None and (
            after.low in small("articles")
            or after.low in small("possessives")
            or after.low in small("prepositions")
        )

    def _may_stand_bare(self, run: list[_Word], before: list[Item]) -> bool:
        """Whether words without an article are a phrase: names, plurals, known nouns, the first words of all."""
        last = run[-1]
        if any(self._known_noun(word.low) for word in run):
            return True
        if run[0].text[:1].isupper() and (
            before or last.low in self._names or self._is_followed_by_verb(last)
        ):
            return True
        if run[0].low in self._names or run[0].low in _NUMBERS or run[0].text.isdigit():
            return True
        if last.low in self._lexicon.nothing:
            return not before
        if before and before[-1].text.lower() == "of":
            return True
        is_first = not any(item.kind in {"phrase", "verb", "preposition"} for item in before)
        return is_first and last.low not in self._lexicon.expressions and not last.low.endswith("ed")

    def _is_followed_by_verb(self, word: _Word) -> bool:
        place = self._words.index(word) + 1
        if place >= len(self._words):
            return False
        low = self._words[place].low
        return low in self._lexicon.verbs or low in small("auxiliaries") or low == "and"

    def _read_run(self, run: list[_Word], article: str, owner: str) -> Phrase:
        lexicon = self._lexicon
        count = 1
        kept: list[_Word] = []
        for word in run:
            if word.low in _NUMBERS or word.text.isdigit():
                count = _NUMBERS.get(word.low) or min(99, int(word.text)) if word.text.isascii() else 1
            else:
                kept.append(word)
        kept = kept or run
        known = [place for place, word in enumerate(kept) if self._known_noun(word.low)]
        head_place = known[-1] if known else len(kept) - 1
        head = kept[head_place]
        low = head.low
        before = kept[:head_place]
        adjectives = tuple(
            word.low for word in before if not self._known_noun(word.low) or word.low in lexicon.colors
        )
        color = next((word.low for word in before if word.low in lexicon.colors), "")
        modifier = next((w.low for w in reversed(before) if lexicon.noun(w.low) or lexicon.place(w.low)), "")
        singular = lexicon.singular(low)
        plural_count = 2 if count == 1 and singular != low and article not in {"a", "an"} else count
        names = [word for word in kept if self._looks_like_name(word)]
        if names and (not known or kept[0].low in lexicon.titles):
            return self._named(kept, names, article, owner)
        noun = lexicon.noun(low)
        if noun is not None and noun.is_crowd and (one := lexicon.one_of(low)) and 1 < count <= 3:
            singular, noun = one.word, one
        if noun is None and len(known) == 0:
            noun = Noun(singular, singular, AssetType.OBJECT, is_known=False)
        return Phrase(
            text="",
            head=singular,
            noun=noun,
            place=lexicon.place(low) or "",
            time=lexicon.times.get(low, ""),
            weather=lexicon.weather.get(low, ""),
            article=article,
            owner=owner,
            adjectives=adjectives,
            color=color,
            count=plural_count,
            is_clothing=singular in lexicon.clothes or singular in lexicon.body,
            is_nothing=noun is not None and not noun.is_known and _is_no_thing(low, singular, lexicon),
            modifier=modifier,
        )

    def _looks_like_name(self, word: _Word) -> bool:
        if word.low in self._names:
            return True
        is_capital = word.text[:1].isupper() and not self._known_noun(word.low)
        is_odd = word.low in self._lexicon.colors or word.low in self._lexicon.nothing
        return is_capital and not is_odd and word.low not in self._lexicon.old | self._lexicon.young

    def _named(self, kept: list[_Word], names: list[_Word], article: str, owner: str) -> Phrase:
        title = kept[0] if kept[0].low in self._lexicon.titles else None
        shown = " ".join(
            word.text for word in ([title] if title else []) + [w for w in names if w is not title]
        )
        adjectives = tuple(word.low for word in kept if word not in names and word is not title)
        return Phrase(
            text="",
            head=shown,
            noun=self._lexicon.noun(title.low) if title else None,
            article=article,
            owner=owner,
            adjectives=adjectives,
            is_name=True,
        )


def _word(found: re.Match[str]) -> _Word:
    text = found[0]
    is_owner = bool(re.search(r"['’]s$", text)) and text.lower() not in {
        "it's",
        "he's",
        "she's",
        "that's",
        "there's",
    }
    bare = text[:-2] if is_owner else text
    return _Word(bare, bare.lower().replace("’", "'"), found.start(), found.end(), is_owner)


def _joined(words: list[_Word], lexicon: Lexicon) -> list[_Word]:
    """The words with the entries of more than one word made one."""
    joined: list[_Word] = []
    place = 0
    while place < len(words):
        for length in range(LONGEST_PHRASE_WORDS, 1, -1):
            part = words[place : place + length]
            low = " ".join(word.low for word in part)
            if len(part) == length and (low in lexicon.phrases or low.removesuffix("s") in lexicon.phrases):
                low = low if low in lexicon.phrases else low.removesuffix("s")
                text = " ".join(word.text for word in part)
                joined.append(_Word(text, low, part[0].start, part[-1].end, part[-1].is_owner))
                place += length
                break
        else:
            joined.append(words[place])
            place += 1
    return joined


def _is_no_thing(low: str, singular: str, lexicon: Lexicon) -> bool:
    """Whether an unknown noun cannot be put into a picture: a mere word, a colour, an action."""
    return (
        low in lexicon.nothing or singular in lexicon.nothing or low in lexicon.colors or low.endswith("ing")
    )


def _base(low: str) -> str:
    for ending in ("ing", "ed", "es", "s"):
        if low.endswith(ending) and len(low) > len(ending) + 2:
            return low[: -len(ending)]
    return low
