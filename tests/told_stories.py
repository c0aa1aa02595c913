"""Text models that know a sample film's truth, or answer as badly as a test wants; answers kept in memory."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from cinecore.errors import EngineGoneError
from cinecut.narrative.storyteller import TURNS

_NUMBERED = re.compile(r"^\[(\d+)\] (\d+):(\d\d):(\d\d)", re.MULTILINE)


def numbered_times(text: str) -> dict[int, int]:
    """Line number → whole seconds, as a question shows them."""
    return {
        int(number): int(hours) * 3600 + int(minutes) * 60 + int(seconds)
        for number, hours, minutes, seconds in _NUMBERED.findall(text)
    }


@dataclass
class KnowingModel:
    """Answers each question from what it is shown and from the truth: where the film turns."""

    turning_points_s: Sequence[float]
    name: str = "knowing:1"
    asked: list[tuple[str, str]] = field(default_factory=list)
    dies_after: int | None = None
    """Answers after which nobody is there any more."""

    @property
    def identity(self) -> str:
        return self.name

    def answer(self, instruction: str, text: str, schema: Mapping[str, Any], temperature: float) -> str:
        if self.dies_after is not None and len(self.asked) >= self.dies_after:
            raise EngineGoneError("Nobody answers there any more.", "a test", "Start it.")
        del temperature
        self.asked.append((instruction, text))
        times = numbered_times(text)
        if "summary" in schema["properties"]:
            first, last = min(times.values()), max(times.values())
            most = schema["properties"]["moments"]["maxItems"]
            inside = [at for at in self.turning_points_s if first - 20 <= at <= last + 5]
            moments = [
                {"line": self._line_at(times, at), "what": "something changes"} for at in inside[:most]
            ]
            return json.dumps({"summary": f"From {first} to {last} seconds.", "moments": moments})
        arc = {
            name: {"line": self._line_at(times, at), "reason": f"{name} as the lines tell it"}
            for name, at in zip(TURNS, self.turning_points_s, strict=True)
        }
        return json.dumps(arc)

    def _line_at(self, times: Mapping[int, int], seconds: float) -> int:
        return min(times, key=lambda number: (abs(times[number] - seconds), number))


@dataclass
class ScriptedModel:
    """Knows, but for what a function makes of its answers."""

    truth: KnowingModel
    changed: Callable[[int, dict[str, Any]], Any]
    """Called with the number of the question, from 0, and the right answer."""

    @property
    def identity(self) -> str:
        return "scripted:1"

    def answer(self, instruction: str, text: str, schema: Mapping[str, Any], temperature: float) -> str:
        number = len(self.truth.asked)
        right = json.loads(self.truth.answer(instruction, text, schema, temperature))
        said = self.changed(number, right)
        return said if isinstance(said, str) else json.dumps(said)


@dataclass
class Remembered:
    """Answers in memory."""

    answers: dict[str, str] = field(default_factory=dict)

    def kept(self, key: str) -> str | None:
        return self.answers.get(key)

    def keep(self, key: str, answer: str) -> None:
        self.answers[key] = answer
