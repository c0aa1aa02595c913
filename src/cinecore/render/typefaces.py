"""Typefaces for lettering: those that ship, and, for letters that none of them has, one that this system has.

What is set in them, and how large, is decided in `cards`.
"""

from __future__ import annotations

import sys
import unicodedata
from functools import lru_cache
from importlib.resources import files
from io import BytesIO
from pathlib import Path

from PIL import ImageFont, features

from cinecore.errors import InputError, SetupError

FALLBACK = "NotoSans-Medium"
SYSTEM = "system:"
"""Before the path of a typeface that does not ship; a style cannot name one."""

SYSTEM_FOLDERS = {
    "linux": ("/usr/share/fonts", "/usr/local/share/fonts", "~/.local/share/fonts", "~/.fonts"),
    "darwin": ("/System/Library/Fonts", "/Library/Fonts", "~/Library/Fonts"),
    "win32": ("C:/Windows/Fonts",),
}
PREFERRED = ("notosanscjk", "notosans", "noto", "dejavusans", "arialunicode", "hiragino", "pingfang", "yugoth", "msgothic", "malgun", "simsun", "wqy", "takao", "ipag", "freesans", "arial")  # fmt: skip
"""Parts of file names, the best first: plain, wide in what they have, found on common systems."""

MOST_TRIED = 300
JOINED_SCRIPTS = frozenset({"AL", "R"})
"""Bidirectional classes of letters that are written from right to left. Source: UAX #9, table 4."""

SHAPED = ("ARABIC", "HEBREW", "SYRIAC", "DEVANAGARI", "BENGALI", "TAMIL", "TELUGU", "THAI", "KHMER", "MYANMAR", "SINHALA", "GUJARATI", "GURMUKHI", "KANNADA", "MALAYALAM", "NKO", "MONGOLIAN", "TIBETAN", "LAO")  # fmt: skip
"""Scripts whose letters join, change or are reordered: they are set as whole lines, without extra space."""


@lru_cache(maxsize=64)
def typeface(stem: str, pixels: int) -> ImageFont.FreeTypeFont:
    """A typeface at a size.

    Raises:
        InputError: A style names one that does not ship.
        SetupError: One that ships has been removed.
    """
    if stem.startswith(SYSTEM):
        return ImageFont.truetype(stem.removeprefix(SYSTEM), pixels)
    resource = files("cinecore.render") / "fonts" / f"{stem}.ttf"
    try:
        return ImageFont.truetype(BytesIO(resource.read_bytes()), pixels)
    except OSError as error:
        if not (files("cinecore.render") / "fonts" / f"{FALLBACK}.ttf").is_file():
            raise SetupError(
                "The typefaces of titles are not there.", stem, "Reinstall cinecut: they ship with it."
            ) from error
        raise InputError(
            "The typeface of a title is not there.",
            stem,
            "Name one of the shipped typefaces, or reinstall cinecut.",
        ) from error


@lru_cache(maxsize=8192)
def has_letter(stem: str, letter: str) -> bool:
    """Whether a typeface draws a letter, and not the box that stands for one it has not."""
    if letter.isspace():
        return True
    font = typeface(stem, 32)
    missing = font.getmask("\uffff")
    mask = font.getmask(letter)
    return mask.size != missing.size or bytes(mask) != bytes(missing)


def has_all(stem: str, text: str) -> bool:
    """Whether a typeface draws every letter of a text; marks that only join or direct count as drawn."""
    return all(has_letter(stem, letter) for letter in text if unicodedata.category(letter) != "Cf")


def for_letters(stem: str, letters: str) -> str:
    """The typeface in which letters are set: the named one, the fallback, or one of this system's."""
    for one in (stem, FALLBACK):
        if has_all(one, letters):
            return one
    return _of_system(letters) or FALLBACK


def is_drawn(stem: str, letter: str) -> bool:
    """Whether a letter is drawn in any typeface at hand."""
    return has_all(for_letters(stem, letter), letter)


def is_shaped(text: str) -> bool:
    """Whether a line must be set whole: its script joins letters or runs from right to left."""
    return any(
        unicodedata.bidirectional(letter) in JOINED_SCRIPTS or unicodedata.name(letter, "").startswith(SHAPED)
        for letter in text
    )


def can_shape() -> bool:
    """Whether this Pillow sets such scripts as they are written (with raqm and fribidi)."""
    return bool(features.check("raqm"))


@lru_cache(maxsize=512)
def _of_system(letters: str) -> str | None:
    """A typeface of this system that draws letters; None where there is none."""
    for path in _system_files():
        name = f"{SYSTEM}{path}"
        try:
            if has_all(name, letters):
                return name
        except OSError:  # not a typeface, or one of fixed sizes
            continue
    return None


@lru_cache(maxsize=1)
def _system_files() -> tuple[str, ...]:
    found = []
    for folder in SYSTEM_FOLDERS.get(sys.platform, SYSTEM_FOLDERS["linux"]):
        place = Path(folder).expanduser()
        found += [path for kind in ("ttf", "ttc", "otf") for path in place.rglob(f"*.{kind}")]

    def rank(path: Path) -> tuple[int, int, str]:
        name = path.stem.lower().replace("-", "").replace(" ", "")
        place = next((at for at, part in enumerate(PREFERRED) if part in name), len(PREFERRED))
        plain = int(any(word in name for word in ("bold", "italic", "oblique", "light", "mono", "condensed")))
        return place, plain, str(path)

    return tuple(str(path) for path in sorted(found, key=rank)[:MOST_TRIED])
