"""The text of a storyboard in its parts: head, cast, shots, each field with the number of its line.

Deliberately not here: what the fields mean (`storyboard_reading`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from vidpipe.errors import ScriptError
from vidpipe.services.storyboard_lines import FIRST_LINE

_SHOT = re.compile(r"^SHOT\s+(\d{1,4}|NEW)\s*\(\s*(\d{1,4}(?:\.\d{1,6})?)\s*s\s*\)$", re.IGNORECASE)
_FIELD = re.compile(r"^([A-Za-z]+):(.*)$", re.DOTALL)


@dataclass(frozen=True)
class Entry:
    """A field of the text, with the number of its line."""

    name: str
    value: str
    line: int


@dataclass
class Block:
    """A shot of the text; number 0 is a new one."""

    number: int
    duration: str
    line: int
    entries: list[Entry] = field(default_factory=list)


@dataclass
class Document:
    """A text in its parts."""

    head: list[Entry] = field(default_factory=list)
    cast: list[tuple[int, str]] = field(default_factory=list)
    shots: list[Block] = field(default_factory=list)


def wrong(line: int, what: str, advice: str = "") -> ScriptError:
    """The error that names a line."""
    return ScriptError(
        f"Line {line} of the storyboard text: {what}" if line else what,
        None,
        advice or "Mend it and read the text again; nothing was changed.",
    )


def parse(text: str) -> Document:
    """The text in its parts.

    Raises:
        ScriptError: A line fits nowhere.
    """
    document = Document()
    section = "start"
    for number, raw in enumerate(text.removeprefix("\ufeff").split("\n"), 1):
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        if section == "start":
            if line != FIRST_LINE:
                raise wrong(number, f"this is no storyboard text; its first line is {FIRST_LINE}.")
            section = "head"
        elif line == "CAST" and section == "head":
            section = "cast"
        elif found := _SHOT.match(line):
            section = "shots"
            shot = 0 if found[1].upper() == "NEW" else int(found[1])
            if shot and any(block.number == shot for block in document.shots):
                raise wrong(number, f"shot {shot} stands in the text twice; a new one is called SHOT NEW.")
            document.shots.append(Block(shot, found[2], number))
        elif section == "cast":
            document.cast.append((number, line))
        elif (entry := _FIELD.match(line)) is None:
            is_shot = line.upper().startswith("SHOT")
            hint = "a shot begins with, for instance, SHOT 3 (6 s)" if is_shot else "a line reads Name: value"
            raise wrong(number, f"it cannot be read ({hint}): {line[:60]!r}.")
        else:
            target = document.head if section == "head" else document.shots[-1].entries
            target.append(Entry(entry[1].capitalize(), entry[2].strip(), number))
    if not document.shots:
        raise wrong(0, "The storyboard text has no shot in it.")
    return document
