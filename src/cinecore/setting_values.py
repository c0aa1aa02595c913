"""Readers for settings' values: from what a file, the environment or the command line holds to what is meant.

Each raises a ValueError that says what is expected instead, as `Knob.read` wants it. Deliberately not here: which
settings there are.
"""

from __future__ import annotations

import contextlib
import difflib
import math
import os
import re
from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path

from cinecore.errors import InputError
from cinecore.timebase import parse_seconds

LONGEST_TIME_S = 366 * 86_400
"""A year: no film is longer, and whatever counts with it stays within what a float holds."""


def did_you_mean(word: str, known: Sequence[str]) -> str:
    """`Did you mean …?` for a word close to a known one, else an empty string."""
    close = difflib.get_close_matches(word.lower(), known, n=1)
    return f"Did you mean {close[0]!r}?" if close else ""


def text(letters_at_most: int) -> Callable[[object], str]:
    """Words of a person, without the blanks round them."""

    def read(raw: object) -> str:
        if not isinstance(raw, str):
            raise ValueError("text in quotes")  # noqa: TRY004 - one kind of error says what is expected
        stripped = raw.strip()
        if len(stripped) > letters_at_most:
            raise ValueError(f"at most {letters_at_most} letters")
        if re.search(r"[\x00-\x08\x0b-\x1f\x7f]", stripped):
            raise ValueError("text without control characters")
        return stripped

    return read


def whole_number(lowest: int, highest: int) -> Callable[[object], int]:
    """An integer between two others, both included."""

    def read(raw: object) -> int:
        written = str(raw).strip()
        if isinstance(raw, bool | float) or not re.fullmatch(r"[+-]?[0-9]{1,20}", written):
            raise ValueError(f"a whole number from {lowest} to {highest}")
        number = int(written)
        if not lowest <= number <= highest:
            raise ValueError(f"a whole number from {lowest} to {highest}")
        return number

    return read


def length_of_time(raw: object) -> Fraction:
    """Seconds, exactly, none of them below zero: from a number, `90s`, `1:30` or `1m30s`."""
    seconds: Fraction | None = None
    if isinstance(raw, Fraction | int) and not isinstance(raw, bool):
        seconds = Fraction(raw)
    elif isinstance(raw, float) and math.isfinite(raw):
        seconds = Fraction(str(raw))
    elif isinstance(raw, str):
        with contextlib.suppress(InputError):
            seconds = parse_seconds(raw)
    if seconds is None or not 0 <= seconds <= LONGEST_TIME_S:
        raise ValueError("a length of time such as 90s, 1:30 or 1m30s")
    return seconds


def one_of(*words: str) -> Callable[[object], str]:
    """One of these words, in letters of any case."""

    def read(raw: object) -> str:
        word = raw.strip().lower() if isinstance(raw, str) else ""
        if word not in words:
            hint = did_you_mean(word, words)
            raise ValueError(f"one of {', '.join(words)}" + (f" ({hint})" if hint else ""))
        return word

    return read


def switch(raw: object) -> bool:
    """On or off."""
    if isinstance(raw, bool):
        return raw
    word = str(raw).strip().lower()
    if word in {"on", "yes", "true", "1"}:
        return True
    if word in {"off", "no", "false", "0"}:
        return False
    raise ValueError("on or off")


def path(raw: object) -> Path:
    """The name of a file or folder."""
    written = os.fspath(raw) if isinstance(raw, str | Path) else ""
    if not written or "\0" in written:
        raise ValueError("the name of a file or folder")
    return at_home(written)


def at_home(written: str) -> Path:
    """`~/` is the user's home; any other name that begins with `~` is a name."""
    return Path(written).expanduser() if written == "~" or written.startswith("~/") else Path(written)
