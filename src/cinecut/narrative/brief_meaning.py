"""A brief read by who understands more than words: a text model, whose answer is checked, or an encoder of sentences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from importlib import resources
from typing import Any

import numpy as np

from cinecore.ports import SentenceEncoder, TextModel
from cinecut.models import DialogueEvent, LineKind
from cinecut.narrative.brief_words import Asked, Understood, phrases, read_brief
from cinecut.narrative.eyes import SeenFilm
from cinecut.narrative.spoken_words import folded
from cinecut.narrative.storyteller import Answers, Asker

LEAST_NEARNESS = 0.5
"""Cosine from which on a line is about what a phrase says; unlike sentences of one language lie below .3."""

MOST_NEAR = 12
"""Lines of one phrase."""

MOST_LINES_TOLD = 400
LINE_LETTERS = 160
MOST_NAMED = 12

_NAMES = {"type": "array", "maxItems": MOST_NAMED, "items": {"type": "string", "maxLength": 80}}
_LINES = {"type": "array", "maxItems": 40, "items": {"type": "integer"}}
SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "properties": {
        "favour_people": _NAMES,
        "avoid_people": _NAMES,
        "favour_lines": _LINES,
        "avoid_lines": _LINES,
        "favour_words": _NAMES,
        "avoid_words": _NAMES,
        "tone": {"type": "string", "enum": ["", "calm", "intense"]},
        "not_understood": _NAMES,
    },
    "required": [
        "favour_people",
        "avoid_people",
        "favour_lines",
        "avoid_lines",
        "favour_words",
        "avoid_words",
        "tone",
        "not_understood",
    ],
    "additionalProperties": False,
}


def read_by_model(
    text: str,
    events: Sequence[DialogueEvent],
    eyes: SeenFilm | None,
    seen: str,
    model: TextModel,
    answers: Answers,
) -> Understood | None:
    """What a text model takes a brief to ask for, as far as it is in the film; None where it cannot be used.

    Names, lines and words that the film does not have are dropped and said: an answer is never followed, only looked up.

    Raises:
        SetupError, RemoteError: The model cannot be asked.
        OutputError: Its answer cannot be kept.
    """
    spoken = [i for i, one in enumerate(events) if one.kind is LineKind.SPEECH]
    step = max(1, -(-len(spoken) // MOST_LINES_TOLD))
    told = spoken[::step]
    names = list(dict.fromkeys(events[i].speaker for i in spoken if events[i].speaker))
    names += [one.id for one in eyes.cast] if eyes is not None else []
    lines = "\n".join(
        f"[{i + 1}] {events[i].speaker + ': ' if events[i].speaker else ''}"
        f"{' '.join(events[i].text.split())[:LINE_LETTERS]}"
        for i in told
    )
    asker = Asker(model, answers)
    asked = f"BRIEF:\n{text}\n\nPEOPLE:\n{', '.join(names) or 'nobody is named'}\n\nLINES:\n{lines}"
    instruction = resources.files("cinecut").joinpath("prompts/read_brief.md").read_text("utf-8").strip()
    answer = asker.ask(instruction, asked, SCHEMA, lambda _: "")
    if answer is None:
        return None
    missed = [str(one) for one in answer["not_understood"]]
    favour = _checked(answer, "favour", events, eyes, seen, set(told), missed)
    avoid = _checked(answer, "avoid", events, eyes, seen, set(told), missed)
    return Understood(
        favour, avoid, str(answer["tone"]), tuple(dict.fromkeys(missed))[:MOST_NAMED], model.identity
    )


def _checked(
    answer: Mapping[str, Any],
    side: str,
    events: Sequence[DialogueEvent],
    eyes: SeenFilm | None,
    seen: str,
    told: set[int],
    missed: list[str],
) -> tuple[Asked, ...]:
    found: list[Asked] = []
    for word in (*answer[f"{side}_people"], *answer[f"{side}_words"]):
        read = read_brief(str(word), events, eyes, seen)
        found += [*read.favour, *read.avoid]
        if not (read.favour or read.avoid or read.tone):
            missed.append(str(word))
    lines = tuple(sorted({int(n) - 1 for n in answer[f"{side}_lines"]} & told))
    if lines:
        found.append(Asked("lines it chose", lines))
    return tuple(dict.fromkeys(found))


def with_nearness(
    understood: Understood, text: str, events: Sequence[DialogueEvent], encoder: SentenceEncoder
) -> Understood:
    """The same, with lines that are about a phrase though they share no word with it.

    Raises:
        SetupError, ToolError: The encoder cannot be used.
    """
    spoken = [i for i, one in enumerate(events) if one.kind is LineKind.SPEECH and folded(one.text)]
    said = [(" ".join(one.words), one.is_unwanted) for one in phrases(text)]
    if not spoken or not said:
        return understood
    encoded = encoder.encode([words for words, _ in said] + [folded(events[i].text) for i in spoken])
    places = np.concatenate(list(encoded)).astype(np.float64)
    places /= np.maximum(np.linalg.norm(places, axis=1, keepdims=True), 1e-9)
    near = places[: len(said)] @ places[len(said) :].T
    sides: dict[bool, list[Asked]] = {False: list(understood.favour), True: list(understood.avoid)}
    answered: set[str] = set()
    for row, (words, is_unwanted) in zip(near, said, strict=True):
        order = [int(k) for k in np.argsort(-row, kind="stable")[:MOST_NEAR] if row[k] >= LEAST_NEARNESS]
        if order:
            sides[is_unwanted].append(
                Asked(f"what is like {words!r}", tuple(sorted(spoken[k] for k in order)))
            )
            answered |= set(words.split())
    missed = tuple(word for word in understood.missed if word not in answered)
    read_by = "names, words and the nearness of sentences"
    return replace(
        understood, favour=tuple(sides[False]), avoid=tuple(sides[True]), missed=missed, read_by=read_by
    )
