"""Who is who: a phrase to the figures it means, by name, noun, pronoun and what was said before.

Deliberately not here: what they do, and tags.
"""

from __future__ import annotations

import re

from vidpipe.providers.draft.director_beats import Figure
from vidpipe.providers.draft.director_phrases import Phrase
from vidpipe.providers.draft.director_sentences import clauses
from vidpipe.providers.draft.director_tokens import small
from vidpipe.providers.draft.words import Noun, load_lexicon
from vidpipe.schemas.kinds import AssetType
from vidpipe.schemas.storyboard import AssetSpec

_HE, _SHE = frozenset({"he", "him", "himself"}), frozenset({"she", "her", "herself"})
_IT, _THEY = frozenset({"it", "itself"}), frozenset({"they", "them", "themselves"})
_OTHERS = frozenset({"other", "another", "second", "third", "different", "new"})
PEOPLE_IN_A_GROUP = 3
"""A larger number is a crowd."""

CERTAINLY_NOT = 3
CHILD_UNDER_YEARS, OLD_FROM_YEARS = 14, 60


class Cast:
    """Everyone and everything that the story has named so far."""

    def __init__(self, known: tuple[AssetSpec, ...], seed: int) -> None:
        self.figures: list[Figure] = []
        self._known = list(known)
        self._seed = seed
        self._lexicon = load_lexicon()
        self._recent: list[int] = []
        """Numbers, the last mentioned last."""
        self._meant: dict[Phrase, tuple[int, ...]] = {}
        self._speakers: dict[str, int] = {}

    def resolve_all(self, phrases: tuple[Phrase, ...], subjects: tuple[int, ...]) -> tuple[int, ...]:
        """The figures that phrases mean, each once, in order; clothes, places and mere words mean none."""
        found: list[int] = []
        for phrase in phrases:
            for number in self._resolve(phrase, subjects):
                if number not in found:
                    found.append(number)
        return tuple(found)

    def resolved(self, phrase: Phrase) -> tuple[int, ...]:
        """Whom a phrase meant when it was last met."""
        return self._meant.get(phrase, ())

    def remember(self, numbers: tuple[int, ...]) -> None:
        """These were just spoken of, the last one above all: a pronoun that follows means it first."""
        for number in numbers:
            if number in self._recent:
                self._recent.remove(number)
                self._recent.append(number)

    def speaker(self, name: str) -> int:
        """The figure that a cue or a column names; a new one where nobody bears that name."""
        key = " ".join(name.lower().split())
        if key in self._speakers:
            return self._speakers[key]
        number = self._by_name(name)
        if number is None:
            number = self._from_noun(name)
        if number is None:
            shown = name.title() if name.isupper() and len(name) > 2 else name
            noun = next(
                (self._lexicon.noun(w.lower()) for w in name.split() if self._lexicon.noun(w.lower())), None
            )
            person = (
                noun
                if noun is not None and (noun.is_person or noun.is_animal) and not noun.is_crowd
                else None
            )
            number = self._new(shown, person, shown, AssetType.CHARACTER, is_named=True)
        self._speakers[key] = number
        self._mention(number)
        return number

    def name(self, phrase: Phrase, name: str) -> None:
        """Give a name to whom a phrase means: `a girl named Mina`, `Mara, a sailor`."""
        figures = self.resolve_all((phrase,), ()) if not phrase.is_name else ()
        bearer = self._by_name(name)
        if bearer is not None and phrase.noun is not None:
            figure = self.figures[bearer]
            self._learn(figure, phrase)
            if figure.noun is None or figure.noun.label == "any":
                figure.noun = phrase.noun
            if figures and figures[0] != bearer and figures[0] == len(self.figures) - 1:
                self._forget_last()
        elif figures:
            self.figures[figures[0]].name = name
            self.figures[figures[0]].is_named = True

    def dress(self, number: int, phrase: Phrase, beat: int) -> None:
        """Clothes are worn from this beat on; hair, beards and the like belong to the person."""
        figure = self.figures[number]
        words = re.sub(r"^(?:an?|the|his|her|its|their|my|your)\s+", "", phrase.text, flags=re.IGNORECASE)
        if phrase.head in self._lexicon.body:
            if words not in figure.looks:
                figure.looks.append(words)
            return
        if figure.clothes and figure.clothes[-1][0] == beat:
            words = f"{figure.clothes.pop()[1]} and {words}"
        figure.clothes.append((beat, words))

    def described(self, before: str, aside: str, names: frozenset[str]) -> None:
        """What stands in brackets behind a name: an age, looks, clothes."""
        last = re.findall(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*", before)[-1:]
        if not last or not (last[0].lower() in names or self._lexicon.noun(last[0].lower())):
            return
        figure = self.figures[self.speaker(last[0])]
        if (age := re.search(r"\b(\d{1,2})(?:'?s)?\b", aside)) is not None:
            years = int(age[1])
            figure.age = "child" if years < CHILD_UNDER_YEARS else ("old" if years >= OLD_FROM_YEARS else "")
        for part in re.split(r"[,;]", aside):
            words = part.strip()
            low = [word.lower() for word in words.split()]
            if any(word in self._lexicon.old for word in low):
                figure.age = "old"
            if noun := next((n for w in low if (n := self._lexicon.noun(w)) and n.is_person), None):
                figure.gender = figure.gender or noun.gender
                if noun.is_child:
                    figure.age = "child"
            elif any(self._lexicon.singular(word) in self._lexicon.clothes for word in low):
                figure.clothes.append((0, re.sub(r"^(?:in|wearing)\s+(?:an?\s+)?", "", words)))
            elif words and not any(letter.isdigit() for letter in words):
                figure.looks.append(words)

    def _resolve(self, phrase: Phrase, subjects: tuple[int, ...]) -> tuple[int, ...]:
        found = self._means(phrase, subjects)
        self._meant[phrase] = found
        for number in found:
            self._mention(number)
        return found

    def _means(self, phrase: Phrase, subjects: tuple[int, ...]) -> tuple[int, ...]:
        if phrase.is_pronoun:
            return self._pronoun(phrase.head, subjects)
        self._owned_by(phrase)
        if phrase.is_name:
            number = self._by_name(phrase.head)
            if number is None:
                number = self._new(phrase.head, phrase.noun, phrase.head, AssetType.CHARACTER, is_named=True)
            self._learn(self.figures[number], phrase)
            return (number,)
        if phrase.noun is None or phrase.is_clothing or phrase.is_nothing or phrase.time or phrase.weather:
            return ()
        if phrase.noun.is_person and not phrase.noun.is_crowd and 1 < phrase.count <= PEOPLE_IN_A_GROUP:
            return self._group(phrase)
        number = self._same(phrase)
        if number is None:
            number = self._new(phrase.head, phrase.noun, self._called(phrase), phrase.noun.asset_type)
        self._learn(self.figures[number], phrase)
        return (number,)

    def _pronoun(self, word: str, subjects: tuple[int, ...]) -> tuple[int, ...]:
        if word in _HE or word in _SHE:
            gender = "m" if word in _HE else "f"
            # Reflexive or not, an object pronoun prefers somebody other than the subject.
            order = [*reversed(self._recent)]
            if word in {"him", "her"}:
                order = [n for n in order if n not in subjects] + [n for n in order if n in subjects]
            people = [n for n in order if self.figures[n].is_person and not self.figures[n].is_crowd]
            best = sorted(people, key=lambda number: _doubt(self.figures[number], gender))
            if best and _doubt(self.figures[best[0]], gender) < CERTAINLY_NOT:
                self.figures[best[0]].gender = gender
                return (best[0],)
            return tuple(n for n in order if self.figures[n].is_animal)[:1]
        if word in _IT:
            order = [n for n in reversed(self._recent) if not self.figures[n].is_person]
            things = [n for n in order if not self.figures[n].is_animal and n not in subjects]
            return tuple((things or order)[:1])
        if word in _THEY:
            many = [n for n in reversed(self._recent) if self.figures[n].count > 1]
            people = [n for n in reversed(self._recent) if self.figures[n].acts]
            if len(subjects) > 1 and word == "they":
                return subjects
            return tuple(many[:1]) if many else tuple(sorted(people[:2]))
        return ()

    def _owned_by(self, phrase: Phrase) -> None:
        """An owner who is named by a noun or a name is somebody too: `the old man's boat`."""
        if phrase.owner and not phrase.article.startswith(
            ("his", "her", "its", "their", "my", "your", "our")
        ):
            found = clauses(
                f"the {phrase.owner}", frozenset({phrase.owner.lower()}) & frozenset(self._lexicon.names)
            )
            if found[0].subjects:
                self.resolve_all(found[0].subjects[:1], ())

    def _group(self, phrase: Phrase) -> tuple[int, ...]:
        assert phrase.noun is not None  # noqa: S101 - the caller looked
        alike = [f.number for f in self.figures if f.word == phrase.head and f.name.split()[0] in _ORDINALS]
        if len(alike) >= phrase.count:
            return tuple(alike[: phrase.count])
        numbers = []
        for place in range(phrase.count):
            number = self._new(
                phrase.head, phrase.noun, f"{_ORDINALS[place]} {phrase.head}", phrase.noun.asset_type
            )
            self._learn(self.figures[number], phrase)
            numbers.append(number)
        return tuple(numbers)

    def _same(self, phrase: Phrase) -> int | None:
        """The figure that was meant before by the same words; None for somebody new."""
        if set(phrase.adjectives) & _OTHERS or phrase.article in {"another", "other"}:
            return None
        noun = phrase.noun
        assert noun is not None  # noqa: S101 - the caller looked
        is_definite = phrase.article not in {"a", "an", ""}
        for number in reversed(self._recent):
            figure = self.figures[number]
            if phrase.color and figure.color and phrase.color != figure.color:
                continue
            if phrase.color and not figure.color and not is_definite:
                continue
            same_word = figure.word == phrase.head or (not figure.is_named and figure.name == phrase.head)
            if same_word and _ages_agree(figure, phrase, self._lexicon.old):
                return number
            if not is_definite or figure.noun is None:
                continue
            if (
                phrase.head in small("generic")
                and figure.is_person
                and noun.is_person
                and _fits(figure, noun)
            ):
                return number
            if not noun.is_person and figure.label == noun.label and noun.is_known and not figure.is_person:
                return number
            if phrase.head in {"animal", "creature"} and figure.is_animal:
                return number
            if phrase.head == "vehicle" and figure.asset_type is AssetType.VEHICLE:
                return number
        return None

    def _called(self, phrase: Phrase) -> str:
        before = f"{phrase.modifier} " if phrase.modifier else ""
        old = next((word for word in phrase.adjectives if word in self._lexicon.old), "")
        if phrase.head in {"man", "woman"} and old:
            before = f"{old} "
        return f"{before}{phrase.head}"

    def _by_name(self, name: str) -> int | None:
        words = {word.lower() for word in name.split()} - self._lexicon.titles
        for figure in self.figures:
            if figure.name.lower() == name.lower():
                return figure.number
            own = {word.lower() for word in figure.name.split()} - self._lexicon.titles
            if figure.is_named and words and own and (words <= own or own <= words):
                if len(name.split()) > len(figure.name.split()):
                    figure.name = name.title() if name.isupper() else name
                return figure.number
        return None

    def _from_noun(self, name: str) -> int | None:
        """Whom a cue such as OLD MAN or KEEPER means."""
        low = name.lower()
        phrases = clauses(f"the {low}")[0].subjects
        if not phrases or phrases[0].is_name or phrases[0].noun is None or not phrases[0].noun.is_known:
            return None
        noun = phrases[0].noun
        if not (noun.is_person or noun.is_animal) or noun.is_crowd or re.search(r"\d", name):
            return None
        found = self._same(phrases[0])
        if found is None:
            found = self._new(phrases[0].head, noun, self._called(phrases[0]), noun.asset_type)
        self._learn(self.figures[found], phrases[0])
        return found

    def _new(
        self, word: str, noun: Noun | None, name: str, asset_type: AssetType, *, is_named: bool = False
    ) -> int:
        figure = Figure(
            number=len(self.figures),
            word=word,
            noun=noun,
            name=name,
            asset_type=asset_type,
            is_named=is_named,
        )
        if noun is not None and noun.is_child:
            figure.age = "child"
        if is_named:
            first = [part.lower() for part in name.split() if part.lower() not in self._lexicon.titles]
            title = self._lexicon.noun(name.split(maxsplit=1)[0].lower())
            figure.gender = (title.gender if title else "") or self._lexicon.names.get(
                first[0] if first else "", ""
            )
        self.figures.append(figure)
        figure.known = self._take_known(figure)
        if figure.known is None and figure.is_person and not figure.gender and noun is not None:
            usual = noun.gender or noun.usual_gender
            if not usual and noun.label in {"any", "child"} and (self._seed + figure.number) % 2:
                # Left open by the text: dealt by the seed, and still open to a pronoun.
                figure.noun = Noun(**{**vars(noun), "usual_gender": "f"})
        return figure.number

    def _take_known(self, figure: Figure) -> AssetSpec | None:
        """The asset that this figure is, where name or label fit; each asset is taken once."""
        low = figure.name.lower()
        for asset in self._known:
            name = asset.name.lower()
            if name == low or (
                figure.is_named and set(low.split()) & set(name.split()) - self._lexicon.titles
            ):
                return self._take(asset, figure)
        for asset in self._known:
            last = asset.name.lower().split()[-1:] == [figure.word.lower()]
            if (
                not figure.is_named
                and asset.asset_type is figure.asset_type
                and (last or asset.label == figure.label)
            ):
                return self._take(asset, figure)
        return None

    def _take(self, asset: AssetSpec, figure: Figure) -> AssetSpec:
        self._known.remove(asset)
        noun = self._lexicon.noun(asset.label)
        if noun is not None:
            figure.gender = figure.gender or noun.gender
            figure.age = "child" if noun.is_child else figure.age
        if asset.label in {"old man", "old woman"}:
            figure.age = "old"
            figure.gender = figure.gender or ("f" if asset.label == "old woman" else "m")
        return asset

    def _learn(self, figure: Figure, phrase: Phrase) -> None:
        lexicon = self._lexicon
        figure.color = figure.color or ("" if figure.is_person else phrase.color)
        figure.is_owned = figure.is_owned or bool(phrase.owner)
        figure.modifier = figure.modifier or phrase.modifier
        figure.count = max(figure.count, phrase.count)
        for word in phrase.adjectives:
            if word in lexicon.old and figure.is_person:
                figure.age = figure.age if figure.age == "child" else "old"
            elif word in {"young", "teenage"} and not figure.age:
                figure.age = "young"
            elif word in {"little", "small", "tiny"} and figure.is_person and not figure.age:
                figure.age = "child" if phrase.head in {"child", "kid", "boy", "girl"} else ""
            known = lexicon.colors | lexicon.old | _OTHERS | {"young", *figure.looks}
            if word not in known and len(figure.looks) < 4 and not phrase.is_name:
                figure.looks.append(word)

    def _mention(self, number: int) -> None:
        self.figures[number].mentions += 1
        if number in self._recent:
            self._recent.remove(number)
        self._recent.append(number)

    def _forget_last(self) -> None:
        """Take back a figure that turned out to be somebody else's description."""
        gone = self.figures.pop()
        self._recent = [number for number in self._recent if number != gone.number]
        if gone.known is not None:
            self._known.append(gone.known)


_ORDINALS = ("first", "second", "third")


def _ages_agree(figure: Figure, phrase: Phrase, old: frozenset[str]) -> bool:
    """An old man is not the young man that was met before; "the man" may be either."""
    says_old = any(word in old for word in phrase.adjectives)
    says_young = "young" in phrase.adjectives
    return not (says_old and figure.age == "young") and not (says_young and figure.age == "old")


def _doubt(figure: Figure, gender: str) -> int:
    """How far a pronoun's gender is from what is known of somebody: 0 it is theirs, 3 it cannot be."""
    given = figure.gender or (figure.noun.gender if figure.noun else "")
    if given:
        return 0 if given == gender else CERTAINLY_NOT
    usual = figure.noun.usual_gender if figure.noun else ""
    return 1 if usual in {"", gender} else 2


def _fits(figure: Figure, noun: Noun) -> bool:
    """Whether a generic word can mean a figure: `the man` a sailor, not a girl."""
    gender = figure.gender or (figure.noun.gender if figure.noun else "")
    if noun.gender and gender and noun.gender != gender:
        return False
    is_child = figure.age == "child"
    return not (noun.is_child and not is_child and figure.age == "old") and not (
        noun.label in {"man", "woman"} and is_child
    )
