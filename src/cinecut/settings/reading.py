"""How each setting's text is read: lengths, music, wishes, folders; a ValueError says what is expected instead."""

from __future__ import annotations

import os
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

from cinecore.setting_values import length_of_time, path, text

SHORTEST_S, LONGEST_S = Fraction(6), Fraction(150)
"""Trailers this tool makes; the voluntary limit of cinemas is 2:30."""

TEXT_LETTERS_AT_MOST = 400
"""Letters of a title or tagline, as in the manifest's schema."""

WISHES_AT_MOST = 100
"""Of --keep, and of --ban."""

TRAILERS_AT_MOST = 12
"""Of one run: its lengths times its shapes."""

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


def several(read_one: Callable[[object], object]) -> Callable[[object], object]:
    """A reader of one value, or of several as a list or with commas between; one alone comes back as itself."""

    def read(raw: object) -> object:
        parts = (
            raw.split(",") if isinstance(raw, str) else list(raw) if isinstance(raw, list | tuple) else [raw]
        )
        if len(parts) > TRAILERS_AT_MOST:
            raise ValueError(f"at most {TRAILERS_AT_MOST} at once, not {len(parts)}")
        values = [read_one(part.strip() if isinstance(part, str) else part) for part in parts]
        if len(values) == 1:
            return values[0]
        if None in values:
            raise ValueError("either auto alone or several others")
        twice = next((part for at, part in enumerate(parts) if values[at] in values[:at]), None)
        if twice is not None:
            raise ValueError(f"each of them once: {str(twice).strip()} is there twice")
        return tuple(values)

    return read


def share(raw: object) -> float:
    """A part of one: 0 to 1."""
    try:
        value = float(str(raw).strip().replace(",", "."))
    except ValueError:
        value = -1.0
    if isinstance(raw, bool) or not 0 <= value <= 1:
        raise ValueError("a number from 0 to 1, such as 0.5")
    return value


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
    """A sound file's path, "none", "jamendo", or None for composed music."""
    word = os.fspath(raw) if isinstance(raw, str | Path) else ""
    if (said := word.strip().lower()) in {"none", "composed", "jamendo"}:
        return None if said == "composed" else said
    return os.fspath(path(word))


def soundfont(raw: object) -> str:
    """A SoundFont's path, "auto" or "none"."""
    word = os.fspath(raw) if isinstance(raw, str | Path) else ""
    if (said := word.strip().lower()) in {"auto", "none"}:
        return said
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
