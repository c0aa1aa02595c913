"""How much of OpenAI's request a server understands, learnt from its refusals and remembered.

From a JSON Schema to any JSON object to words alone; with or without a system message, a seed, a temperature.
Deliberately not here: sending.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from cinecore.language.replies import ANNOTATIONS

FORMATS = ("json_schema", "json_object", "prompt")
"""From the strictest to none."""

REFUSING = frozenset({400, 404, 415, 422, 501})
"""HTTP statuses under which servers say that they do not know a field of the request."""

_FORMAT_WORDS = re.compile(
    r"response_?format|json_?schema|json_?object|json mode|structured output|guided|grammar|invalid schema",
    re.IGNORECASE,
)
_OPTIONAL = ("seed", "temperature")


@dataclass(frozen=True)
class Dialect:
    """What is sent."""

    format: str = "json_schema"
    has_system: bool = True
    length_field: str = "max_tokens"
    without: frozenset[str] = frozenset()
    """Optional fields that the server refuses."""

    def request(
        self,
        model: str,
        instruction: str,
        parts: Sequence[Mapping[str, Any]],
        schema: Mapping[str, Any],
        *,
        temperature: float,
        max_tokens: int | None,
        seed: int,
    ) -> dict[str, Any]:
        """The body of a request.

        With pictures the instruction is the first part of the one message, since many models that see know no
        system message; in both ways it stands before what changes from request to request.
        """
        is_words_alone = all(part["type"] == "text" for part in parts)
        words: dict[str, Any] = {"type": "text", "text": instruction}
        if is_words_alone:
            # Plain text is understood by every server, a list of parts is not.
            text = "\n\n".join(str(part["text"]) for part in parts)
            messages: list[dict[str, Any]] = (
                [{"role": "system", "content": instruction}, {"role": "user", "content": text}]
                if self.has_system
                else [{"role": "user", "content": f"{instruction}\n\n{text}"}]
            )
        else:
            messages = [{"role": "user", "content": [words, *parts]}]
        body: dict[str, Any] = {
            "model": model,
            "messages": messages,
            "stream": False,
            "temperature": temperature,
            "seed": seed,
        }
        if max_tokens is not None:
            body[self.length_field] = max_tokens
        if self.format == "json_schema":
            body["response_format"] = {
                "type": "json_schema",
                "json_schema": {"name": "answer", "schema": schema, "strict": is_strict(schema)},
            }
        elif self.format == "json_object":
            body["response_format"] = {"type": "json_object"}
        return {name: value for name, value in body.items() if name not in self.without}


def step_down(dialect: Dialect, status: int, said: str) -> Dialect | None:
    """The next simpler dialect that a refusal asks for; None where it was refused for another reason."""
    words = said.lower()
    if "system" in words and re.search(r"system (role|message|prompt)", words) and dialect.has_system:
        return replace(dialect, has_system=False)
    if status not in REFUSING:
        return None
    if "max_completion_tokens" in words and dialect.length_field == "max_tokens":
        return replace(dialect, length_field="max_completion_tokens")
    if _FORMAT_WORDS.search(words) and dialect.format != FORMATS[-1]:
        return replace(dialect, format=FORMATS[FORMATS.index(dialect.format) + 1])
    for name in _OPTIONAL:
        if name not in dialect.without and re.search(rf"\b{name}\b", words):
            return replace(dialect, without=dialect.without | {name})
    return None


def shape_in_words(schema: Mapping[str, Any]) -> str:
    """What tells a model which JSON it shall write, wherever a server may not hold it to that."""
    shape = json.dumps(_bare(schema), ensure_ascii=False, separators=(",", ":"))
    return f"Answer with one JSON object alone. It must fit this JSON Schema:\n{shape}"


def _bare(schema: Any) -> Any:
    """A schema without what demands nothing, to save the model's context."""
    if isinstance(schema, list):
        return [_bare(part) for part in schema]
    if not isinstance(schema, Mapping):
        return schema
    kept = {name: part for name, part in schema.items() if name not in ANNOTATIONS}
    return {
        # Below these two stand names of our own, which may be the same words.
        name: {own: _bare(part) for own, part in value.items()}
        if name in {"properties", "$defs"}
        else _bare(value)
        for name, value in kept.items()
    }


def is_strict(schema: Any) -> bool:
    """Whether every object inside names all its fields as required and allows no others, as strict modes want."""
    if isinstance(schema, list):
        return all(is_strict(part) for part in schema)
    if not isinstance(schema, dict):
        return True
    if schema.get("type") == "object" and (
        schema.get("additionalProperties") is not False
        or set(schema.get("required", ())) != set(schema.get("properties", {}))
    ):
        return False
    return all(is_strict(part) for part in schema.values())
