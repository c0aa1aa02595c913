"""Single values of a storyboard text: signs put back, parts at their bars, words of a kind, colours.

Deliberately not here: which field holds what (`storyboard_reading`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from vidpipe.services.storyboard_document import Entry, wrong

_SIGN = re.compile(r"\\(?:u\{([0-9a-f]{1,5})\}|(.))", re.DOTALL)
_PIECE = re.compile(r"\\.|[^\\]|\\$", re.DOTALL)
_Model = TypeVar("_Model", bound=BaseModel)
_Kind = TypeVar("_Kind", bound=StrEnum)


def plain(text: str) -> str:
    """A value as it was before signs were written out."""
    return _SIGN.sub(lambda found: chr(int(found[1], 16)) if found[1] else found[2], text.strip())


def parts_of(value: str) -> list[str]:
    """A value at its bars, without those behind a stroke; still as written."""
    pieces = [""]
    for sign in _PIECE.findall(value):
        if sign == "|":
            pieces.append("")
        else:
            pieces[-1] += sign
    return [piece.strip() for piece in pieces]


def text_of(entry: Entry, value: str, most: int = 300) -> str:
    """Words as they were before signs were written out.

    Raises:
        ScriptError: They are more letters than `most`.
    """
    text = plain(value)
    if len(text) > most:
        raise wrong(entry.line, f"{len(text)} letters are too many; at most {most} fit.")
    return text


def choice_of(entry: Entry, value: str, kind: type[_Kind]) -> _Kind:
    """One of the words of a kind.

    Raises:
        ScriptError: It is none of them.
    """
    word = value.strip().lower().replace(" ", "_").replace("-", "_")
    if word not in {item.value for item in kind}:
        names = ", ".join(item.value for item in kind)
        raise wrong(entry.line, f"{value.strip()[:40]!r} is not one of {names}.")
    return kind(word)


def color_of(entry: Entry, color: str) -> str:
    """A colour in sixteens.

    Raises:
        ScriptError: It is none.
    """
    if not re.fullmatch(r"#[0-9a-f]{6}", color):
        raise wrong(entry.line, f"{color[:40]!r} is no colour such as #b5483a.")
    return color


def listing_of(entry: Entry) -> tuple[str, ...]:
    """What stands between the bars of a field, without empty places.

    Raises:
        ScriptError: One of them has too many letters.
    """
    return tuple(text_of(entry, part) for part in parts_of(entry.value) if part)


def valid(kind: type[_Model], values: Mapping[str, Any], line: int) -> _Model:
    """The values as what they describe.

    Raises:
        ScriptError: They do not fit it.
    """
    try:
        return kind.model_validate(values)
    except ValidationError as error:
        raise wrong(line, f"{reason(error)}.") from error


def reason(error: ValidationError) -> str:
    """What pydantic found, in a few words."""
    found = []
    for item in error.errors()[:3]:
        where = ".".join(str(part) for part in item["loc"])
        found.append(f"{where + ': ' if where else ''}{str(item['msg']).removeprefix('Value error, ')}")
    return "; ".join(found)
