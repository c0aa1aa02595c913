"""What a model wrote, read as the JSON object that was asked for, or refused with the reason in words.

Prose around the object, code fences and thoughts in `<think>` are read past; broken JSON is not mended. The
check knows the part of JSON Schema that our schemas use. Deliberately not here: asking again.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from cinecore.errors import ReplyError

SHOWN_CHARACTERS = 400
"""How much of a reply goes with an error: enough for a developer, little enough for a message."""

SHORTER = "Answer with one short JSON object alone."
"""What helps a model whose reply could not be used."""

STARTS_AT_MOST = 64
"""Places in a reply at which an object is looked for; a reply of ours has one."""

ANNOTATIONS = frozenset({"title", "description", "default", "examples", "$schema"})
"""Keywords that demand nothing."""

_KINDS: dict[str, Callable[[Any], bool]] = {
    "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list),
    "string": lambda value: isinstance(value, str),
    "boolean": lambda value: isinstance(value, bool),
    "null": lambda value: value is None,
    "number": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "integer": lambda value: (
        (isinstance(value, int) and not isinstance(value, bool))
        or (isinstance(value, float) and value.is_integer())
    ),
}


def read_object(text: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    """The first object in a reply that fits the schema.

    Raises:
        ReplyError: There is none; the message says what is wrong with the first one, or that there is no JSON.
    """
    wrong = ""
    for value in _objects(without_thoughts(text)):
        found = complaint(value, schema)
        if not found:
            return value
        wrong = wrong or found
    if wrong:
        raise ReplyError(
            f"The model's reply does not have the shape that was asked for: {wrong}",
            reply=text[:SHOWN_CHARACTERS],
        )
    said = "The model's reply is empty." if not text.strip() else "The model's reply is not valid JSON."
    raise ReplyError(said, reply=text[:SHOWN_CHARACTERS])


def without_thoughts(text: str) -> str:
    """A reply without what a reasoning model thought aloud in front of it."""
    _, closed, after = text.rpartition("</think>")
    if closed:
        return after.strip()
    return re.sub(r"^\s*<think>.*", "", text, count=1, flags=re.DOTALL).strip()


def complaint(value: Any, schema: Mapping[str, Any]) -> str:
    """What is wrong with a value, in one sentence that a model can act on; empty where it fits.

    Raises:
        ValueError: The schema holds a keyword that this check does not know.
    """
    return _wrong(value, schema, schema, "the answer")


def _objects(text: str) -> Iterator[dict[str, Any]]:
    """Whole JSON objects in a text, outermost ones, in order."""
    decoder = json.JSONDecoder(parse_constant=_no_constant)
    at = 0
    for _ in range(STARTS_AT_MOST):
        at = text.find("{", at)
        if at < 0:
            return
        try:
            value, at = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            at += 1
            continue
        yield value


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is no JSON")


def _wrong(value: Any, schema: Mapping[str, Any], root: Mapping[str, Any], where: str) -> str:
    """What is wrong with the value at `where`; empty where nothing is."""
    rules = {name: rule for name, rule in schema.items() if name not in ANNOTATIONS and name != "$defs"}
    for name, rule in rules.items():
        check = _RULES.get(name)
        if check is None:
            raise ValueError(f"the schema of a reply uses {name!r}, which nobody checks")
        if found := check(value, rule, schema, root, where):
            return found
    return _half_a_character(value, where)


def _half_a_character(value: Any, where: str) -> str:
    if isinstance(value, str) and any("\ud800" <= letter <= "\udfff" for letter in value):
        return f"{where} holds half a character."
    return ""


def _type(value: Any, rule: Any, _schema: Any, _root: Any, where: str) -> str:
    kinds = [rule] if isinstance(rule, str) else rule
    if any(_KINDS[kind](value) for kind in kinds):
        return ""
    return f"{where} must be of type {' or '.join(kinds)}."


def _properties(value: Any, rule: Any, _schema: Any, root: Mapping[str, Any], where: str) -> str:
    if not isinstance(value, dict):
        return ""
    wrong = (
        _wrong(value[name], part, root, _inside(where, name)) for name, part in rule.items() if name in value
    )
    return next(filter(None, wrong), "")


def _required(value: Any, rule: Any, _schema: Any, _root: Any, where: str) -> str:
    missing = [name for name in rule if isinstance(value, dict) and name not in value]
    return f"{where} lacks {', '.join(map(repr, missing))}." if missing else ""


def _additional(value: Any, rule: Any, schema: Mapping[str, Any], root: Mapping[str, Any], where: str) -> str:
    if not isinstance(value, dict) or rule is True:
        return ""
    extra = [name for name in value if name not in schema.get("properties", {})]
    if rule is False:
        return f"{where} may not have {', '.join(repr(name[:60]) for name in extra[:6])}." if extra else ""
    wrong = (_wrong(value[name], rule, root, _inside(where, name)) for name in extra)
    return next(filter(None, wrong), "")


def _items(value: Any, rule: Any, _schema: Any, root: Mapping[str, Any], where: str) -> str:
    if not isinstance(value, list):
        return ""
    wrong = (_wrong(item, rule, root, f"{where}[{number}]") for number, item in enumerate(value))
    return next(filter(None, wrong), "")


def _any_of(value: Any, rule: Any, _schema: Any, root: Mapping[str, Any], where: str) -> str:
    wrong = [_wrong(value, part, root, where) for part in rule]
    return "" if not all(wrong) else wrong[0]


def _ref(value: Any, rule: Any, _schema: Any, root: Mapping[str, Any], where: str) -> str:
    target: Any = root
    for part in str(rule).removeprefix("#/").split("/"):
        target = target[part]
    return _wrong(value, target, root, where)


def _enum(value: Any, rule: Any, _schema: Any, _root: Any, where: str) -> str:
    if any(value == word and isinstance(value, bool) == isinstance(word, bool) for word in rule):
        return ""
    return f"{where} must be one of {', '.join(json.dumps(word) for word in rule)}."


def _const(value: Any, rule: Any, schema: Any, root: Any, where: str) -> str:
    return _enum(value, [rule], schema, root, where)


def _limit(
    holds: Callable[[Any], bool],
    size: Callable[[Any], float],
    keeps: Callable[[float, Any], bool],
    words: str,
) -> Any:
    """A rule about a size: `words` says what must be, with the limit in the place of `{}`."""

    def check(value: Any, rule: Any, _schema: Any, _root: Any, where: str) -> str:
        if not holds(value) or keeps(size(value), rule):
            return ""
        return f"{where} {words.format(rule)}."

    return check


def _inside(where: str, name: str) -> str:
    name = repr(name[:60])
    return name if where == "the answer" else f"{where}.{name}"


_RULES: dict[str, Callable[[Any, Any, Any, Any, str], str]] = {
    "type": _type,
    "properties": _properties,
    "required": _required,
    "additionalProperties": _additional,
    "items": _items,
    "anyOf": _any_of,
    "$ref": _ref,
    "enum": _enum,
    "const": _const,
    "minLength": _limit(
        _KINDS["string"], len, lambda size, least: size >= least, "must have at least {} character"
    ),
    "maxLength": _limit(
        _KINDS["string"], len, lambda size, most: size <= most, "may have at most {} characters"
    ),
    "minItems": _limit(_KINDS["array"], len, lambda size, least: size >= least, "must have at least {} item"),
    "maxItems": _limit(_KINDS["array"], len, lambda size, most: size <= most, "may have at most {} items"),
    "minimum": _limit(_KINDS["number"], float, lambda size, least: size >= least, "must be at least {}"),
    "maximum": _limit(_KINDS["number"], float, lambda size, most: size <= most, "must be at most {}"),
    "exclusiveMinimum": _limit(
        _KINDS["number"], float, lambda size, least: size > least, "must be more than {}"
    ),
    "exclusiveMaximum": _limit(
        _KINDS["number"], float, lambda size, most: size < most, "must be less than {}"
    ),
}
