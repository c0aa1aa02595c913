"""One noun phrase: what it is about, how many, in which colour, whose.

Deliberately not here: where a phrase begins and ends in a sentence (`director_items`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from vidpipe.providers.draft.director_tokens import NUMBERS, Word, is_known_noun
from vidpipe.providers.draft.words import Lexicon, Noun
from vidpipe.schemas.kinds import AssetType


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


class PhraseReader:
    """Reads phrases; `names` are known names in lower case."""

    def __init__(self, names: frozenset[str], lexicon: Lexicon) -> None:
        self._names, self._lexicon = names, lexicon

    def read(self, run: Sequence[Word], article: str, owner: str) -> Phrase:
        """The phrase of a run of words behind an article or an owner; its `text` is left empty."""
        lexicon = self._lexicon
        count = 1
        kept: list[Word] = []
        for word in run:
            if word.low in NUMBERS or word.text.isdigit():
                count = NUMBERS.get(word.low) or min(99, int(word.text)) if word.text.isascii() else 1
            else:
                kept.append(word)
        kept = kept or list(run)
        known = [place for place, word in enumerate(kept) if is_known_noun(lexicon, word.low)]
        head_place = known[-1] if known else len(kept) - 1
        head = kept[head_place]
        low = head.low
        before = kept[:head_place]
        adjectives = tuple(
            word.low for word in before if not is_known_noun(lexicon, word.low) or word.low in lexicon.colors
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

    def _looks_like_name(self, word: Word) -> bool:
        if word.low in self._names:
            return True
        is_capital = word.text[:1].isupper() and not is_known_noun(self._lexicon, word.low)
        is_odd = word.low in self._lexicon.colors or word.low in self._lexicon.nothing
        return is_capital and not is_odd and word.low not in self._lexicon.old | self._lexicon.young

    def _named(self, kept: Sequence[Word], names: Sequence[Word], article: str, owner: str) -> Phrase:
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


def _is_no_thing(low: str, singular: str, lexicon: Lexicon) -> bool:
    """Whether an unknown noun cannot be put into a picture: a mere word, a colour, an action."""
    return (
        low in lexicon.nothing or singular in lexicon.nothing or low in lexicon.colors or low.endswith("ing")
    )
