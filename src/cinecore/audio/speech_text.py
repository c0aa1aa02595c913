"""What of a written line can be spoken, and in which script it is written; text is data, never markup.

Tags, phoneme brackets and the like would be commands to one engine or another: none of them reaches any.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

from cinecore.errors import ToolError

LETTERS_AT_MOST = 5_000
"""Of one line: six minutes of speech; longer ones are somebody's mistake."""

_TAG = re.compile(r"</?[A-Za-z!?][^<>]*>")
_MARKUP = str.maketrans(dict.fromkeys('[]{}<>|~^`*_#\\/()"“”«»', " "))
_SILENT = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "So", "Sk", "Zl", "Zp"})
"""Unicode categories without a sound: controls, directions of writing, pictures, halves of letters."""
_NOT_A_BEGINNING = re.compile(r"^[^\w$€£¥+]+")


def spoken_text(text: str) -> str:
    """The part of a line that is spoken, on one row, begun by a letter or figure; empty where there is none."""
    plain = _TAG.sub(" ", unicodedata.normalize("NFC", text)).translate(_MARKUP)
    heard = "".join(" " if unicodedata.category(letter) in _SILENT else letter for letter in plain)
    row = _NOT_A_BEGINNING.sub("", " ".join(heard.split()))
    return row if any(letter.isalnum() for letter in row) else ""


def script_of(text: str) -> str:
    """The script of most of its letters, as Unicode names it: `LATIN`, `CYRILLIC`, `HEBREW`; `LATIN` for figures."""
    scripts = Counter(unicodedata.name(letter, "LATIN").split()[0] for letter in text if letter.isalpha())
    # of two equally frequent ones the first in the alphabet, so that equal lines are spoken alike
    return min(scripts, key=lambda name: (-scripts[name], name)) if scripts else "LATIN"


def checked_text(text: str) -> str:
    """What is spoken of a line.

    Raises:
        ToolError: Nothing, or too much for one line.
    """
    if len(text) > LETTERS_AT_MOST:
        raise ToolError(
            f"A line of {len(text)} letters is too long to be spoken in one go.",
            f"{text[:60]}…",
            "Split it; until then it gets captions alone.",
        )
    heard = spoken_text(text)
    if not heard:
        raise ToolError(
            "There is nothing in this line that could be spoken.", text, "It gets a caption alone."
        )
    return heard
