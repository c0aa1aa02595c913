"""The feelings of a film's lines, told once more by an encoder of sentences where the word lists are not sure.

Deliberately not here: how either of them tells a feeling.
"""

from __future__ import annotations

from dataclasses import replace

from cinecore.errors import CineError
from cinecore.language.feelings import FeelingReader
from cinecore.language.lexicon import STRONG_WEIGHT, Emotion, load_lexicon
from cinecut.ingestion.subtitles import Subtitles
from cinecut.models import DialogueEvent, LineKind

LINES_AT_MOST = 20_000
"""Lines that are asked about: ten films' worth; later ones keep what the lists say."""

MANY_LINES = 20
"""From here on a missing word list is worth a word."""

NO_LIST = (
    "No word list knows the language of the subtitles, so feelings come from marks and capitals alone; "
    "the extra `feelings` (pip install 'cinecut[feelings]') tells them in sixteen languages."
)
LISTS_ALONE = "Feelings of lines come from word lists alone: {happened} {advice}"


def with_feelings(found: Subtitles, reader: FeelingReader | None) -> Subtitles:
    """The lines with feelings by both; an encoder that fails is said, and the lists' word stays.

    A strong listed word, or several, outranks the encoder; where it tells nothing, all stays as it was.
    """
    spoken = [event for event in found.events if event.kind in {LineKind.SPEECH, LineKind.LYRICS}]
    if reader is None:
        if found.language or len(spoken) < MANY_LINES:
            return found
        return replace(found, notices=(*found.notices, NO_LIST))
    asked = [event for event in spoken if not _is_sure(event, found.language)][:LINES_AT_MOST]
    try:
        felt = reader.feelings([event.text for event in asked])
    except CineError as error:
        said = LISTS_ALONE.format(happened=error.happened, advice=error.advice)
        return replace(found, notices=(*found.notices, said))
    told = {event.index: feeling for event, feeling in zip(asked, felt, strict=True) if feeling is not None}
    events = tuple(_felt(event, told.get(event.index)) for event in found.events)
    return replace(found, events=events)


def _is_sure(event: DialogueEvent, language: str) -> bool:
    """Whether listed words weigh as much as a strong one for one feeling, and for no other."""
    weights = sorted(load_lexicon().weights(event.text, language).values(), reverse=True)
    return bool(weights) and weights[0] >= STRONG_WEIGHT and sum(weights[1:]) <= weights[0] / 2


def _felt(event: DialogueEvent, feeling: Emotion | None) -> DialogueEvent:
    """The line with the encoder's word; how loudly it is written may say it stronger, as before."""
    if feeling is None:
        return event
    return replace(
        event, emotion=feeling.name, emotion_strength=max(feeling.strength, event.emotion_strength)
    )
