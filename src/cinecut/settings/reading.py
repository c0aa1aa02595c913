"""How each setting's text is read: lengths, music, wishes, folders; a ValueError says what is expected instead."""

from __future__ import annotations

import os
from fractions import Fraction
from pathlib import Path

from cinecore.setting_values import length_of_time, path, text

SHORTEST_S, LONGEST_S = Fraction(6), Fraction(150)
"""Trailers this tool makes; the voluntary limit of cinemas is 2:30."""

TEXT_LETTERS_AT_MOST = 400
"""Letters of a title or tagline, as in the manifest's schema."""

WISHES_AT_MOST = 100
"""Of --keep, and of --ban."""

NO_CLIP = Path("none")
"""Said of `clip`: none is used, though one may lie in the models folder."""


def trailer_length(raw: object) -> Fraction | None:
    """The asked length; None where it is to be decided."""
    if raw == "auto":
        return None
    seconds = length_of_time(raw)
    if not SHORTEST_S <= seconds <= LONGEST_S:
        raise ValueError(f"a length from {SHORTEST_S}s to {LONGEST_S}s, such as 90s or 1:30, or auto")
    return seconds


def clip_place(raw: object) -> Path:
    """A CLIP of one's own, or that none is to be used."""
    return NO_CLIP if str(raw).strip().lower() == str(NO_CLIP) else path(raw)


def wishes(raw: object) -> tuple[str, ...]:
    """Texts of a list, or the lines of one text, as an environment variable holds them."""
    texts = raw.splitlines() if isinstance(raw, str) else raw
    if not isinstance(texts, list | tuple) or len(texts) > WISHES_AT_MOST:
        raise ValueError(
            f"a list of at most {WISHES_AT_MOST} lines, ranges such as 1:02:03-1:02:10, or names"
        )
    found = [text(TEXT_LETTERS_AT_MOST)(item) for item in texts]
    return tuple(dict.fromkeys(item for item in found if item))


def music(raw: object) -> str | None:
    """A sound file's path, "none", or None for composed music."""
    word = os.fspath(raw) if isinstance(raw, str | Path) else ""
    if word.strip().lower() in {"none", "composed"}:
        return "none" if word.strip().lower() == "none" else None
    return os.fspath(path(word))


def music_without_files(raw: object) -> str | None:
    """The same where no file may be named."""
    if str(raw).strip().lower() not in {"none", "composed"}:
        raise ValueError("none or composed here: a file is named on the command line or in your own settings")
    return music(raw)


def folders(raw: object) -> tuple[Path, ...]:
    """Folders of a list, or of one text as PATH holds them."""
    if isinstance(raw, str):
        raw = [part for part in raw.split(os.pathsep) if part]
    if not isinstance(raw, list | tuple):
        raise ValueError("a list of folders")  # noqa: TRY004 - one kind of error says what is expected
    return tuple(path(item) for item in raw)
