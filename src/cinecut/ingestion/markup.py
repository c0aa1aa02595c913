"""Markup of a cue taken off: tags, override blocks, drawings, entities, invisible signs; names it held kept.

Deliberately not here: what kind of line remains.
"""

from __future__ import annotations

import html
import re
import unicodedata

_OVERRIDE = re.compile(r"\{([^{}]*)\}")
_DRAWING_ON = re.compile(r"\\p([1-9])")
_DRAWING_OFF = re.compile(r"\\p0")
_SRT_BRACES = re.compile(r"\{(?:\\[^{}]*|[a-zA-Z]:[^{}]*)\}")
_VOICE = re.compile(r"<v(?:\.[^\s>]{0,80})?\s+([^<>]{0,200})>", re.IGNORECASE)
_RUBY_READING = re.compile(r"<rt>.*?(?:</rt>|(?=</ruby>)|$)", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(r"</?\s*[a-zA-Z][^<>]*>|<\d[\d:.]*>|</>")
_BROKEN_TAG = re.compile(
    r"</?\s*(?:i|b|u|s|font)\b\s*(?:color\s*=\s*\S*)?\s*$|^\s*/?(?:i|b|u)>", re.IGNORECASE
)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z]{2,8});")
_INVISIBLE = re.compile(
    "[\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\u00ad\x00-\x08\x0b-\x1f\x7f]"
)
_SPACES = re.compile(r"[ \t\u00a0\u2000-\u200a\u202f\u205f\u3000]+")
_PLAIN = re.compile(r"[\x20-\x7e]*\Z")


def clean(text: str, format_: str) -> tuple[list[str], str]:
    """The shown lines of a cue without markup and empty ones, and the speaker a VTT voice tag names."""
    speaker = ""
    if format_ == "ass":
        text = _without_overrides(text)
    else:
        if "{" in text:
            text = _SRT_BRACES.sub("", text)
        if "<" in text:
            voices = list(dict.fromkeys(name.strip() for name in _VOICE.findall(text)))
            speaker = _spaced(_entities(voices[0])) if len(voices) == 1 else ""
            text = _untagged(_RUBY_READING.sub("", text))
    text = text.replace("\\N", "\n").replace("\\n", "\n").replace("\\h", " ")
    if "&" in text:
        text = _entities(text)
        if "<" in text and format_ != "vtt":  # markup that was escaped once too often
            text = _untagged(text)
    lines = (_spaced(line) for line in text.split("\n"))
    return [line for line in lines if line], speaker


def _untagged(text: str) -> str:
    text = _TAG.sub("", text)
    return (
        "\n".join(_BROKEN_TAG.sub("", line) for line in text.split("\n"))
        if "<" in text or ">" in text
        else text
    )


def _entities(text: str) -> str:
    return _ENTITY.sub(lambda found: html.unescape(found[0]), text)


def _without_overrides(text: str) -> str:
    """ASS text without its `{…}` blocks and without the drawings that `p1` begins and `p0` ends."""
    if "{" not in text:
        return text
    kept: list[str] = []
    is_drawing = False
    place = 0
    for block in _OVERRIDE.finditer(text):
        if not is_drawing:
            kept.append(text[place : block.start()])
        if _DRAWING_ON.search(block[1]):
            is_drawing = True
        elif _DRAWING_OFF.search(block[1]):
            is_drawing = False
        place = block.end()
    if not is_drawing:
        kept.append(text[place:])
    return "".join(kept)


def _spaced(line: str) -> str:
    """One line with single spaces, composed letters and no invisible signs."""
    if _PLAIN.match(line):
        return _SPACES.sub(" ", line).strip()
    line = _INVISIBLE.sub("", unicodedata.normalize("NFC", line))
    return _SPACES.sub(" ", line).strip()
