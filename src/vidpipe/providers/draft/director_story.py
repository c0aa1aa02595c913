"""A script to a story: who is who through all the sentences, what happens, where, what is said.

Deliberately not here: shots.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache

from vidpipe.providers.draft.director_beats import Beat, Place, Story
from vidpipe.providers.draft.director_people import Cast
from vidpipe.providers.draft.director_phrases import Phrase
from vidpipe.providers.draft.director_places import place_of_clause, place_of_heading
from vidpipe.providers.draft.director_sentences import Clause, clauses, sentences
from vidpipe.providers.draft.director_speech import names_in, without_speech
from vidpipe.providers.draft.director_tokens import QUOTE_MARK, small
from vidpipe.providers.draft.words import Verb, load_lexicon
from vidpipe.schemas.kinds import AssetType, LineKind
from vidpipe.schemas.script import Script, ScriptKind, ScriptLine, ScriptScene, ShotHints
from vidpipe.schemas.storyboard import SCENES_AT_MOST, AssetSpec

_CAPITALS = re.compile(r"\b[A-ZÀ-Þ][A-ZÀ-Þ'’.\-]*[A-ZÀ-Þ]\b")
_ASIDE = re.compile(r"\s*\(([^()]*)\)")
_NUMBER = re.compile(r"\b\d[\d.,:]*\b(?:\s+[^\W\d_]+)?")
LETTERS_AT_MOST = 3000
"""Of a beat's words: what fits a description with what the director adds."""


def read_story(
    script: Script, known: tuple[AssetSpec, ...], seed: int, scenes_at_most: int = SCENES_AT_MOST
) -> Story:
    """The story in a script; of a screenplay's scenes only as many as there can be shots."""
    return _Reader(script, known, seed).story(scenes_at_most)


class _Reader:
    def __init__(self, script: Script, known: tuple[AssetSpec, ...], seed: int) -> None:
        self._script = script
        self._lexicon = load_lexicon()
        self._names = names_in(script, known)
        self._cast = Cast(known, seed)
        self._beats: list[Beat] = []
        self._place: Place | None = None
        self._subjects: tuple[int, ...] = ()
        self._speaker: int | None = None

    def story(self, scenes_at_most: int) -> Story:
        """Read from the first scene on."""
        is_play = self._script.kind is ScriptKind.FOUNTAIN
        for number, scene in enumerate(self._script.scenes[: scenes_at_most if is_play else None]):
            self._read_scene(number, scene)
        beats = [beat for place, beat in enumerate(self._beats) if not self._is_told_later(place)]
        return Story(tuple(self._cast.figures), tuple(beats))

    def _is_told_later(self, place: int) -> bool:
        """Whether a beat that the director supposed is one that the script tells itself."""
        beat = self._beats[place]
        who = set(beat.others or beat.objects[1:])
        return beat.is_added and any(
            not later.is_added and who & set(later.figures) for later in self._beats[place + 1 :]
        )

    def _read_scene(self, number: int, scene: ScriptScene) -> None:
        first = len(self._beats)
        if scene.heading or scene.hints.place:
            self._place = place_of_heading(scene.heading or scene.hints.place, self._lexicon, self._place)
        for block in scene.blocks:
            if block.action:
                self._read_action(block.action, number, scene)
            elif block.line is not None:
                self._read_line(block.line, number, scene)
        for name in scene.hints.characters:
            figure = self._cast.speaker(name)
            for place in range(first, len(self._beats)):
                beat = self._beats[place]
                if figure in beat.figures:
                    continue
                if beat.subjects:
                    self._beats[place] = replace(beat, others=(*beat.others, figure))
                else:
                    self._beats[place] = replace(beat, subjects=(figure,))
        if not scene.blocks and scene.heading:
            self._beats.append(Beat("", number, self._here(), scene.heading))
        if first < len(self._beats):
            self._beats[first] = replace(self._beats[first], transition=scene.transition)

    def _here(self) -> Place:
        return self._place or Place("park")

    def _read_line(self, line: ScriptLine, number: int, scene: ScriptScene) -> None:
        if line.kind is LineKind.NARRATION or not line.speaker:
            if self._script.kind is ScriptKind.SUBTITLES:
                self._read_action(line.text, number, scene)
                if self._beats and self._beats[-1].scene == number:
                    # What is narrated is seen while it is said; the words are spoken once.
                    self._beats[-1] = replace(self._beats[-1], lines=(line,), speakers=(None,))
                    return
            self._add_line(line, None, number, scene)
            return
        figure = self._cast.speaker(line.speaker)
        self._add_line(line, figure, number, scene)

    def _add_line(self, line: ScriptLine, figure: int | None, number: int, scene: ScriptScene) -> None:
        last = self._beats[-1] if self._beats else None
        seen = () if figure is None or line.is_off_screen else (figure,)
        if (
            last is not None
            and last.scene == number
            and (last.lines or self._script.kind is ScriptKind.SHOT_LIST)
        ):
            subjects = tuple(dict.fromkeys((*last.subjects, *seen)))
            self._beats[-1] = replace(
                last, lines=(*last.lines, line), speakers=(*last.speakers, figure), subjects=subjects
            )
        else:
            self._beats.append(
                Beat(
                    text="",
                    scene=number,
                    place=self._here(),
                    heading=scene.heading,
                    subjects=seen or (() if figure is not None else self._subjects[:1]),
                    lines=(line,),
                    speakers=(figure,),
                    hints=scene.hints,
                )
            )
        if seen:
            self._subjects = seen

    def _read_action(self, text: str, number: int, scene: ScriptScene) -> None:
        if self._script.kind is ScriptKind.FOUNTAIN:
            text = self._without_capitals(text)
        text, quotes = without_speech(text)
        for aside in _ASIDE.finditer(text):
            self._cast.described(text[: aside.start()], aside[1], self._names)
        text = _ASIDE.sub("", text)
        spoken = list(quotes)
        for sentence in sentences(text):
            before: Clause | None = None
            for clause in clauses(sentence, self._names):
                taken = [spoken.pop(0) for _ in range(min(clause.quotes, len(spoken)))]
                self._read_clause(clause, before, taken, number, scene)
                before = clause

    def _without_capitals(self, text: str) -> str:
        """A screenplay's capitals as ordinary words: names with one capital, the rest small."""

        def instead(found: re.Match[str]) -> str:
            low = found[0].lower()
            if low in self._names:
                return found[0].title().replace("'S", "'s").replace("’S", "’s")
            return low

        return _CAPITALS.sub(instead, text)

    def _read_clause(
        self, clause: Clause, before: Clause | None, quotes: list[str], number: int, scene: ScriptScene
    ) -> None:
        subjects = self._subjects_of(clause, before)
        objects = self._cast.resolve_all(clause.objects, subjects)
        taken, receivers = self._receivers(clause, subjects)
        others = self._others(clause, taken, subjects, objects)
        self._cast.remember((*others, *objects, *subjects))
        self._name(clause)
        self._dress(clause, subjects, objects)
        seen = [self._cast.figures[place] for place in (*subjects, *objects, *others)]
        self._place = place_of_clause(clause, taken, seen, self._lexicon, self._place)
        speaks = clause.verb is not None and clause.verb.base in small("saying")
        words = _ASIDE.sub("", clause.text.replace(QUOTE_MARK, "")).strip(" ,:;.-–—")
        if quotes:
            speaker = next((n for n in subjects if self._cast.figures[n].acts), self._speaker)
            if speaker is None and self._subjects:
                speaker = self._subjects[0]
            self._speaker = speaker
            lines = tuple(self._spoken(quote, speaker, clause) for quote in quotes)
            if speaks or not words:
                words, subjects = (
                    "",
                    tuple(dict.fromkeys((*([speaker] if speaker is not None else []), *subjects))),
                )
        else:
            lines, speaker = (), None
        if not words and not lines:
            return
        text = self._told(clause, subjects, words) if words else ""
        self._beats.append(
            Beat(
                text=text[:LETTERS_AT_MOST],
                scene=number,
                place=self._place,
                heading=scene.heading,
                subjects=subjects,
                objects=objects,
                others=others,
                verb=clause.verb,
                action=self._action(clause, subjects),
                expression=self._expression(clause.text),
                lines=lines,
                speakers=(speaker,) * len(lines),
                details=self._details(clause),
                hints=scene.hints,
                sounds=self._sounds(clause.text),
            )
        )
        self._subjects = subjects or self._subjects
        if receivers and clause.verb and "make" in clause.verb.flags:
            last = self._beats[-1]
            receiver = next(phrase for preposition, phrase in clause.prepositions if preposition == "for")
            cut = re.compile(rf"\s+for {re.escape(receiver.text)}\b.*$", re.IGNORECASE | re.DOTALL)
            self._beats[-1] = replace(last, text=cut.sub(".", last.text), action=cut.sub("", last.action))
            self._supposed_gift(clause, subjects, objects, receivers, number, scene)

    def _spoken(self, quote: str, speaker: int | None, clause: Clause) -> ScriptLine:
        verb = clause.verb.base if clause.verb else ""
        manner = {"whisper": "whispering", "shout": "shouting", "yell": "shouting", "scream": "screaming", "murmur": "quietly", "mutter": "quietly", "sing": "singing", "cry": "crying"}.get(verb, "")  # fmt: skip
        if speaker is None:
            return ScriptLine(text=quote, kind=LineKind.NARRATION, manner=manner)
        return ScriptLine(text=quote, speaker=self._cast.figures[speaker].name, manner=manner)

    def _subjects_of(self, clause: Clause, before: Clause | None) -> tuple[int, ...]:
        if clause.is_relative and before is not None:
            last = [*before.subjects, *before.objects, *(phrase for _, phrase in before.prepositions)]
            found = self._cast.resolve_all(tuple(last[-1:]), self._subjects)
            if found:
                return found
        found = self._cast.resolve_all(clause.subjects, self._subjects)
        if found or clause.subjects:
            return found
        return self._subjects if clause.verb is not None else ()

    def _receivers(self, clause: Clause, subjects: tuple[int, ...]) -> tuple[frozenset[int], tuple[int, ...]]:
        """For whom it is done, and which prepositions are theirs: `for a girl on the beach`."""
        for place, (preposition, phrase) in enumerate(clause.prepositions):
            if preposition != "for" or phrase.is_nothing or not clause.verb:
                continue
            figures = self._cast.resolve_all((phrase,), subjects)
            if figures and self._cast.figures[figures[0]].acts:
                own = {place}
                following = clause.prepositions[place + 1 : place + 2]
                if following and following[0][1].place and "make" in clause.verb.flags:
                    own.add(place + 1)
                return frozenset(own), figures
        return frozenset(), ()

    def _others(
        self, clause: Clause, taken: frozenset[int], subjects: tuple[int, ...], objects: tuple[int, ...]
    ) -> tuple[int, ...]:
        phrases = tuple(
            phrase
            for number, (preposition, phrase) in enumerate(clause.prepositions)
            if number not in taken and _is_seen_too(preposition, phrase)
        )
        found = self._cast.resolve_all(phrases, subjects)
        return tuple(number for number in found if number not in subjects and number not in objects)

    def _name(self, clause: Clause) -> None:
        for phrase, name in clause.named:
            self._cast.name(phrase, name)

    def _dress(self, clause: Clause, subjects: tuple[int, ...], objects: tuple[int, ...]) -> None:
        """Clothes and hair go to whom they stand by."""
        if not subjects:
            return
        wears = clause.verb is not None and clause.verb.base in {"wear", "put"}
        clothes = [phrase for _, phrase in clause.prepositions if phrase.is_clothing]
        clothes += [phrase for phrase in clause.objects if phrase.is_clothing and wears]
        clothes += [phrase for phrase in clause.subjects if phrase.is_clothing]
        seen = subjects if wears else (*subjects, *objects)
        owner = next((n for n in reversed(seen) if self._cast.figures[n].acts), None)
        for phrase in clothes:
            if owner is not None:
                self._cast.dress(owner, phrase, len(self._beats))

    def _told(self, clause: Clause, subjects: tuple[int, ...], words: str) -> str:
        """The clause as a sentence that stands by itself: pronouns become who is meant."""
        has_own = bool(clause.subjects) and not clause.subjects[0].is_pronoun and not clause.is_relative
        text = words
        if subjects and not has_own and clause.after_verb:
            who = _listed([self._cast.figures[number].shown for number in subjects])
            verb = clause.after_verb.replace(QUOTE_MARK, "").strip(" ,:;")
            text = f"{who} {verb}"
        text = self._without_pronouns(text, clause)
        text = " ".join(text.split())
        return text[:1].upper() + text[1:] + ("" if text.endswith((".", "!", "?", "…", "。")) else ".")

    def _without_pronouns(self, text: str, clause: Clause) -> str:
        for phrase in (*clause.objects, *(phrase for _, phrase in clause.prepositions)):
            if not phrase.is_pronoun or phrase.head.endswith(("self", "selves")):
                continue
            pattern = re.compile(rf"\b{phrase.head}\b", re.IGNORECASE)
            figures = self._cast.resolved(phrase)
            if figures and len(pattern.findall(text)) == 1:
                who = _listed([self._cast.figures[number].shown for number in figures])
                text = pattern.sub(who.replace("\\", ""), text)
        return text

    def _action(self, clause: Clause, subjects: tuple[int, ...]) -> str:
        if not subjects or not clause.after_verb:
            return ""
        text = _ASIDE.sub("", clause.after_verb.replace(QUOTE_MARK, "")).strip(" ,:;.-–—")
        return " ".join(self._without_pronouns(text, clause).split())[:200]

    def _expression(self, text: str) -> str:
        for word in re.findall(r"[^\W\d_]+", text.lower()):
            if found := self._lexicon.expressions.get(word):
                return found
        return ""

    def _sounds(self, text: str) -> tuple[str, ...]:
        words = re.findall(r"[^\W\d_]+", text.lower())
        return tuple(
            dict.fromkeys(self._lexicon.sounds[word] for word in words if word in self._lexicon.sounds)
        )

    def _details(self, clause: Clause) -> tuple[str, ...]:
        phrases = (*clause.subjects, *clause.objects, *(phrase for _, phrase in clause.prepositions))
        found = [phrase.head for phrase in phrases if phrase.is_name]
        found += [name for _, name in clause.named]
        found += [f"{phrase.color} {phrase.head}" for phrase in phrases if phrase.color]
        found += [
            f"{phrase.count} × {phrase.head}" for phrase in phrases if phrase.count > 2 and not phrase.is_name
        ]
        found += [match[0] for match in _NUMBER.finditer(clause.text)]
        return tuple(dict.fromkeys(text[:300] for text in found))

    def _supposed_gift(
        self,
        clause: Clause,
        subjects: tuple[int, ...],
        objects: tuple[int, ...],
        receivers: tuple[int, ...],
        number: int,
        scene: ScriptScene,
    ) -> None:
        """What was made for somebody is brought to them; dropped later where the script tells it."""
        given = next((n for n in objects if not self._cast.figures[n].acts), None)
        if given is None or not subjects:
            return
        own = [pair for place, pair in enumerate(clause.prepositions) if place > 0 and pair[1].place]
        there = Clause("", prepositions=tuple(own[-1:]))
        before = self._place
        place = place_of_clause(there, frozenset(), [], self._lexicon, before) if own else self._here()
        figures = self._cast.figures
        where = f" {own[-1][0]} {place.words}" if own else ""
        action = f"gives {figures[given].shown} to {figures[receivers[0]].shown}"
        who = figures[subjects[0]].shown
        verb = _give()
        self._beats.append(
            Beat(
                text=f"{who[:1].upper()}{who[1:]} {action}{where}.",
                scene=number,
                place=place,
                heading=scene.heading,
                subjects=subjects[:1],
                objects=(given, *receivers),
                verb=verb,
                action=action,
                expression="happy",
                hints=ShotHints(),
                is_added=True,
            )
        )
        self._place = place


def _is_seen_too(preposition: str, phrase: Phrase) -> bool:
    """Whether what a preposition brings in stands in the picture, rather than being the place or a mere word."""
    label = phrase.noun.label if phrase.noun else ""
    if preposition in {"of", "like", "without", "about"} or (phrase.place and phrase.noun is None):
        return False
    if preposition == "from":
        return phrase.noun is not None and phrase.noun.asset_type is AssetType.VEHICLE
    return not (preposition in {"in", "inside", "into"} and label in {"house", "lighthouse", "train", "bed"})


@lru_cache(maxsize=1)
def _give() -> Verb:
    return load_lexicon().verbs["gives"]


def _listed(names: list[str]) -> str:
    if len(names) < 2:
        return names[0] if names else ""
    return f"{', '.join(names[:-1])} and {names[-1]}"
