"""Asks a text model where a film's story turns: parts are summarised first, then one question over the whole arc.

Never a median over parts, which would lie in the middle of the film whatever the story is. What the model says
is checked: five lines that are there, apart, spread over the story; reasons that say something. Every answer that
could be used is handed to a keeper, so that a run that was killed asks again only for the one in hand.
"""

from __future__ import annotations

import hashlib
import itertools
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any, Protocol

from cinecore.errors import ReplyError
from cinecore.language.replies import SHORTER, read_object
from cinecore.ports import TextModel
from cinecut.models import DialogueEvent, LineKind
from cinecut.narrative.told import ToldStory, ToldTurn

FEWEST_LINES = 25
"""Spoken lines below which a text tells no arc."""
PART_LINES, SHORTEST_PART, LONGEST_PART = 75, 50, 100
PAUSE_REACH = 10
"""Lines by which a part's end may move to the longest pause near it."""
MOST_PARTS = 60
"""4,500 lines; what says more is no film, and nobody waits for it."""
LEAST_SUMMARISED = 2 / 3
"""Of the parts: with fewer, the arc has holes."""
LEAST_SPREAD = 0.25
"""Of the story between first and fifth turning point: five of one scene are no arc."""
REPAIR_TEMPERATURE = 0.2

SUMMARY_LETTERS, MOMENT_LETTERS, REASON_LETTERS, LINE_LETTERS = 500, 140, 240, 300
MOMENTS, MOMENTS_OF_FEW_PARTS, FEW_PARTS = 4, 8, 2
"""Of a part; a film of few parts has its whole arc in them."""
TURNS = ("opportunity", "change_of_plans", "point_of_no_return", "major_setback", "climax")

ARC_SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "properties": {
        name: {
            "type": "object",
            "properties": {
                "line": {"type": "integer"},
                "reason": {"type": "string", "maxLength": REASON_LETTERS},
            },
            "required": ["line", "reason"],
            "additionalProperties": False,
        }
        for name in TURNS
    },
    "required": list(TURNS),
    "additionalProperties": False,
}


def summary_schema(moments: int) -> Mapping[str, Any]:
    """The shape of a part's summary with so many moments at most."""
    moment = {
        "type": "object",
        "properties": {
            "line": {"type": "integer"},
            "what": {"type": "string", "maxLength": MOMENT_LETTERS},
        },
        "required": ["line", "what"],
        "additionalProperties": False,
    }
    return {
        "type": "object",
        "properties": {
            "summary": {"type": "string", "maxLength": SUMMARY_LETTERS},
            "moments": {"type": "array", "maxItems": moments, "items": moment},
        },
        "required": ["summary", "moments"],
        "additionalProperties": False,
    }


class Answers(Protocol):
    """Keeps answers between runs, by a digest of all that was asked."""

    def kept(self, key: str) -> str | None:
        """The answer under a key; None where there is none."""
        ...

    def keep(self, key: str, answer: str) -> None:
        """Remember an answer for good.

        Raises:
            OutputError: It cannot be written.
        """
        ...


@dataclass(frozen=True)
class Telling:
    """What came of asking."""

    story: ToldStory | None
    notice: str = ""
    """Why there is no story; empty where there is one."""


@dataclass(frozen=True)
class _Line:
    """A spoken line with its number, counted from 1."""

    number: int
    event: DialogueEvent


def parts_to_ask(events: Sequence[DialogueEvent]) -> int:
    """How many requests summaries will take; 0 where there are too few or too many lines to ask at all."""
    lines = _spoken(events)
    return len(_parts(lines)) if FEWEST_LINES <= len(lines) <= MOST_PARTS * PART_LINES else 0


def tell_story(
    events: Sequence[DialogueEvent],
    span_s: tuple[float, float],
    model: TextModel,
    answers: Answers,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> Telling:
    """Where the story turns as the model tells it, or why that could not be used.

    Args:
        events: The film's lines.
        span_s: Between which film seconds the story is told.
        model: Whom to ask.
        answers: What was answered before, and where new answers go.
        progress: Told how many of how many questions are answered.

    Raises:
        SetupError, RemoteError: The model cannot be asked at all; what it said until then is kept.
        OutputError: An answer cannot be kept.
    """
    lines = _spoken(events)
    if not parts_to_ask(events):
        return Telling(
            None, f"The film has {len(lines)} spoken lines: too few or too many to ask a text model."
        )
    asker = Asker(model, answers)
    parts = _parts(lines)
    moments = MOMENTS_OF_FEW_PARTS if len(parts) <= FEW_PARTS else MOMENTS
    instruction = _prompt("summarise_lines").replace("{moments}", str(moments))
    told: list[str] = []
    lost = 0
    for number, part in enumerate(parts, 1):
        progress(number - 1, len(parts) + 1)
        summary = asker.ask(instruction, _part_text(part), summary_schema(moments), _summary_fault)
        lost += summary is None
        told.append(_told_part(number, len(parts), part, summary))
        if len(parts) - lost < LEAST_SUMMARISED * len(parts):  # at once: nobody waits for what cannot be used
            return Telling(
                None, f"{lost} of {len(parts)} parts of the dialogue got no usable summary. {asker.fault}"
            )
    progress(len(parts), len(parts) + 1)
    arc = asker.ask(
        _prompt("find_turns"),
        "\n\n".join(told),
        ARC_SCHEMA,
        lambda said: _arc_fault(said, lines, span_s),
    )
    progress(len(parts) + 1, len(parts) + 1)
    if arc is None:
        return Telling(None, f"The model's turning points could not be used: {asker.fault}")
    turns = sorted((arc[name] for name in TURNS), key=lambda turn: int(turn["line"]))
    first, second, third, fourth, fifth = (
        ToldTurn(
            lines[int(turn["line"]) - 1].event.start_s,
            int(turn["line"]),
            " ".join(str(turn["reason"]).split())[:REASON_LETTERS],
        )
        for turn in turns
    )
    return Telling(ToldStory((first, second, third, fourth, fifth), model.identity, asker.digest))


class Asker:
    """Asks once, once more where the reply cannot be used, and keeps what can."""

    def __init__(self, model: TextModel, answers: Answers) -> None:
        self._model, self._answers = model, answers
        self._said = hashlib.sha256()
        self.fault = ""

    @property
    def digest(self) -> str:
        """Of everything asked and answered so far, in 16 hex digits."""
        return self._said.hexdigest()[:16]

    def ask(
        self,
        instruction: str,
        text: str,
        schema: Mapping[str, Any],
        fault_of: Callable[[Mapping[str, Any]], str],
    ) -> dict[str, Any] | None:
        """The checked answer; None where two replies could not be used."""
        asked = json.dumps([self._model.identity, instruction, text, schema], sort_keys=True)
        key = hashlib.sha256(asked.encode()).hexdigest()[:32]
        self._said.update(key.encode())
        kept = self._answers.kept(key)
        answer = None if kept is None else self._read(kept, schema, fault_of)
        if answer is None:
            answer = self._fresh(instruction, text, schema, fault_of, key)
        self._said.update(json.dumps(answer, sort_keys=True).encode())
        return answer

    def _fresh(
        self,
        instruction: str,
        text: str,
        schema: Mapping[str, Any],
        fault_of: Callable[[Mapping[str, Any]], str],
        key: str,
    ) -> dict[str, Any] | None:
        again = text
        for temperature in (0.0, REPAIR_TEMPERATURE):
            try:
                reply = self._model.answer(instruction, again, schema, temperature)
            except ReplyError as error:
                self.fault = error.happened
            else:
                answer = self._read(reply, schema, fault_of)
                if answer is not None:
                    self._answers.keep(key, json.dumps(answer, ensure_ascii=False))
                    return answer
            again = f"{text}\n\nYour answer before this one could not be used. {self.fault} {SHORTER}"
        return None

    def _read(
        self, reply: str, schema: Mapping[str, Any], fault_of: Callable[[Mapping[str, Any]], str]
    ) -> dict[str, Any] | None:
        try:
            answer = read_object(reply, schema)
        except ReplyError as error:
            self.fault = error.happened
            return None
        self.fault = fault_of(answer)
        return None if self.fault else answer


def _summary_fault(said: Mapping[str, Any]) -> str:
    return "" if str(said["summary"]).strip() else "The summary is empty."


def _arc_fault(said: Mapping[str, Any], lines: Sequence[_Line], span_s: tuple[float, float]) -> str:
    """What is wrong with five turning points; empty where they can be used."""
    numbers = [int(said[name]["line"]) for name in TURNS]
    if wrong := [number for number in numbers if not 1 <= number <= len(lines)]:
        return f"There is no line {wrong[0]}."
    if len(set(numbers)) < len(numbers):
        return "Two turning points have the same line."
    if not all(str(said[name]["reason"]).strip() for name in TURNS):
        return "A reason is empty."
    times = sorted(lines[number - 1].event.start_s for number in numbers)
    if times[0] < span_s[0] or times[-1] > span_s[1]:
        return "A turning point lies in the opening titles or the credits."
    if any(later <= earlier for earlier, later in itertools.pairwise(times)):
        return "Two turning points come at the same moment."
    if times[-1] - times[0] < LEAST_SPREAD * (span_s[1] - span_s[0]):
        return "The five turning points lie in one part of the film instead of over its whole length."
    return ""


def _spoken(events: Sequence[DialogueEvent]) -> list[_Line]:
    spoken = [event for event in events if event.kind is LineKind.SPEECH and event.text.strip()]
    return [_Line(number, event) for number, event in enumerate(spoken, 1)]


def _parts(lines: Sequence[_Line]) -> list[Sequence[_Line]]:
    """The lines in parts of 50 to 100 (one part where there are fewer), each ending at a pause where there is one."""
    count = max(1, round(len(lines) / PART_LINES), -(-len(lines) // LONGEST_PART))
    edges = [0]
    for number in range(1, count):
        even = round(number * len(lines) / count)
        low = max(edges[-1] + SHORTEST_PART, even - PAUSE_REACH)
        high = min(edges[-1] + LONGEST_PART, even + PAUSE_REACH, len(lines) - 1)
        pauses = {at: lines[at].event.start_s - lines[at - 1].event.end_s for at in range(low, high + 1)}
        edges.append(max(pauses, key=lambda at: (pauses[at], -abs(at - even))) if pauses else even)
    edges.append(len(lines))
    return [lines[first:end] for first, end in itertools.pairwise(edges)]


def _part_text(part: Sequence[_Line]) -> str:
    return "\n".join(
        f"[{line.number}] {_clock(line.event.start_s)} "
        f"{f'{line.event.speaker}: ' if line.event.speaker else ''}"
        f"{' '.join(line.event.text.split())[:LINE_LETTERS]}"
        for line in part
    )


def _told_part(number: int, count: int, part: Sequence[_Line], summary: Mapping[str, Any] | None) -> str:
    """A part as the question over the arc shows it; lines that are not there are left out."""
    head = (
        f"Part {number} of {count}, lines {part[0].number} to {part[-1].number}, "
        f"{_clock(part[0].event.start_s)} to {_clock(part[-1].event.end_s)}:"
    )
    if summary is None:
        return f"{head} (no summary)\n[{part[0].number}] {_clock(part[0].event.start_s)} it begins"
    times = {line.number: line.event.start_s for line in part}
    moments = [
        f"[{int(moment['line'])}] {_clock(times[int(moment['line'])])} {' '.join(str(moment['what']).split())}"
        for moment in sorted(summary["moments"], key=lambda moment: int(moment["line"]))
        if int(moment["line"]) in times
    ]
    return "\n".join([f"{head} {' '.join(str(summary['summary']).split())}", *moments])


def _clock(seconds: float) -> str:
    whole = max(0, int(seconds))
    return f"{whole // 3600}:{whole // 60 % 60:02}:{whole % 60:02}"


@lru_cache(maxsize=4)
def _prompt(name: str) -> str:
    return resources.files("cinecut").joinpath(f"prompts/{name}.md").read_text("utf-8").strip()
