"""The text of a subtitle file to raw cues: times, text as written, name and style where the format has them.

SRT and VTT are scanned here, because their real files break their rules in ways that swallow text (numbers
that are dialogue, notes, two times in a line of words); ASS and SSA go through pysubs2, line by line checked.
Deliberately not here: markup, meaning, mending of times.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pysubs2

_TIME = r"(-?)\s*(?:(\d{1,4})\s*:\s*)?(\d{1,3})\s*:\s*(\d{1,2})(?:\s*[.,:]\s*(\d{1,9}))?"
_TIMING = re.compile(rf"^\W{{0,3}}?{_TIME}\s*(?:--?\s?-?>|[–—]>)\s*{_TIME}(?:\s+(.*))?$")
_CLEAN_TIMING = re.compile(r"(\d\d):(\d\d):(\d\d)[,.](\d\d\d) --> (\d\d):(\d\d):(\d\d)[,.](\d\d\d)", re.ASCII)
CLEAN_TIMING_CHARACTERS = 29
"""A timing line as the format has it; nearly all are, and are read at a third of the price."""
_SETTINGS = re.compile(r"(?:[\w-]+:\S+(?:\s+|$))+$")
_ASS_TIME = re.compile(r"\s*-?\d{1,2}:\d{1,2}:\d{1,2}[.,:]\d{1,3}\s*$")
_ASS_LINE = re.compile(r"^\s*dialogue\s*:", re.IGNORECASE)
_ASS_COLUMNS = ("layer", "start", "end", "style", "name", "marginl", "marginr", "marginv", "effect", "text")
_ASS_HEAD = (
    "[Script Info]\nScriptType: v4.00+\n\n[Events]\n"
    "Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\n"
)
_FRAME_BASED = re.compile(r"^\s*\{\d+\}\{\d*\}", re.MULTILINE)
FORMAT_PROBE_CHARACTERS = 200_000


@dataclass(frozen=True)
class RawCue:
    """One cue as the file has it; times may be nonsense."""

    start_ms: int
    end_ms: int
    text: str
    """With markup; lines divided by newlines (`\\N` in ASS)."""
    name: str = ""
    style: str = ""


def tell_format(text: str) -> str:
    """`srt`, `ass` or `vtt` by content; `microdvd`, `ttml`, `sami`, `vobsub` for known others; else empty."""
    head = text[:FORMAT_PROBE_CHARACTERS].lstrip("\ufeff \t\r\n")
    if head.startswith("WEBVTT"):
        return "vtt"
    lower = head[:4000].lower()
    if "[script info]" in lower or "[v4" in lower or "[events]" in lower or lower.startswith("dialogue:"):
        return "ass"
    if lower.startswith("# vobsub"):
        return "vobsub"
    if "<sami" in lower:
        return "sami"
    if "<tt" in lower and "ns/ttml" in lower:
        return "ttml"
    if any(_TIMING.match(line) for line in head.splitlines() if ">" in line):
        return "srt"
    if _FRAME_BASED.match(head):
        return "microdvd"
    return ""


def read_cues(text: str, format_: str) -> tuple[list[RawCue], int]:
    """All cues in the order of the file, and how many could not be read."""
    flat = text.replace("\r\r\n", "\n").replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")
    if format_ == "ass":
        return _read_ass(flat)
    return list(_scan(flat.split("\n"), is_vtt=format_ == "vtt")), 0


def _milliseconds(sign: str, hours: str | None, minutes: str, seconds: str, fraction: str | None) -> int:
    """Whole milliseconds; digits beyond the third are dropped."""
    whole = (int(hours or 0) * 60 + int(minutes)) * 60 + int(seconds)
    parts = int((fraction or "0")[:3].ljust(3, "0"))
    return (-1 if sign else 1) * (whole * 1000 + parts)


def _timing(line: str) -> tuple[int, int, str] | None:
    """Start, end and the rest of a timing line; None for another line."""
    if len(line) == CLEAN_TIMING_CHARACTERS and (clean := _CLEAN_TIMING.match(line)):
        h1, m1, s1, f1, h2, m2, s2, f2 = map(int, clean.groups())
        return ((h1 * 60 + m1) * 60 + s1) * 1000 + f1, ((h2 * 60 + m2) * 60 + s2) * 1000 + f2, ""
    match = _TIMING.match(line) if ":" in line else None
    if match is None:
        return None
    groups = match.groups()
    return _milliseconds(*groups[:5]), _milliseconds(*groups[5:10]), groups[10] or ""


def _scan(lines: list[str], *, is_vtt: bool) -> Iterator[RawCue]:
    """SRT or VTT cues; the text of a cue ends where the next timing line begins."""
    times: tuple[int, int] | None = None
    body: list[str] = []
    number: int | None = None
    for line in lines:
        if ">" not in line or (found := _timing(line)) is None:
            body.append(line)
            continue
        before, next_number = _before_timing(body, number, is_vtt=is_vtt, is_first=times is None)
        if times is not None:
            yield RawCue(*times, "\n".join(before))
        times = found[:2]
        rest = found[2]
        body = [rest] if rest and not is_vtt and not _SETTINGS.match(rest) else []
        number = next_number
    if times is not None:
        yield RawCue(*times, "\n".join(_vtt_text(body) if is_vtt else body))


def _before_timing(
    body: list[str], number: int | None, *, is_vtt: bool, is_first: bool
) -> tuple[list[str], int | None]:
    """The text before a timing line without the next cue's own number, and that number.

    A last line of digits is that number when it counts on from the one before, or when it stands alone
    right before the times; else somebody says it.
    """
    if is_vtt:
        return _vtt_text(body), None
    end = len(body)
    while end and not body[end - 1].strip():
        end -= 1
    last = body[end - 1].strip() if end else ""
    if not last.isdecimal() or len(last) > 9:
        return body, None
    value = int(last)
    stands_alone = end == 1 or not body[end - 2].strip()
    touches = end == len(body)
    if is_first:
        return body[: end - 1], value if stands_alone else None
    if number is not None and value == number + 1 and (touches or stands_alone):
        return body[: end - 1], value
    if touches and stands_alone and end > 1:
        return body[: end - 1], value
    return body, None


def _vtt_text(body: list[str]) -> list[str]:
    """The lines up to the first empty one: what follows are notes, styles and the next cue's name."""
    for place, line in enumerate(body):
        if not line.strip():
            return body[:place]
    return body


def _read_ass(text: str) -> tuple[list[RawCue], int]:
    """Dialogue lines by their own `Format:` line, put into pysubs2's order, the unreadable ones counted."""
    columns: tuple[str, ...] = _ASS_COLUMNS
    kept: list[str] = []
    unreadable = 0
    in_events = "[events]" not in text.lower()
    for line in text.split("\n"):
        stripped = line.strip()
        lower = stripped[:12].lower()
        if lower.startswith("["):
            in_events = lower.startswith("[events]") or (in_events and "]" not in lower)
        elif in_events and lower.startswith("format:"):
            names = tuple(part.strip().lower() for part in stripped.partition(":")[2].split(","))
            if {"start", "end", "text"} <= set(names) and names[-1] == "text":
                columns = tuple("name" if name == "actor" else name for name in names)
        elif in_events and _ASS_LINE.match(stripped):
            values = stripped.partition(":")[2].split(",", len(columns) - 1)
            fields = dict(zip(columns, values, strict=False))
            start, end = fields.get("start", ""), fields.get("end", "")
            if "text" not in fields or not _ASS_TIME.match(start) or not _ASS_TIME.match(end):
                unreadable += 1
                continue
            kept.append(
                f"Dialogue: 0,{_dotted(start)},{_dotted(end)},{fields.get('style', '').strip()},"
                f"{fields.get('name', '').strip()},0,0,0,,{fields['text']}"
            )
    events = pysubs2.SSAFile.from_string(_ASS_HEAD + "\n".join(kept), format_="ass").events
    return [
        RawCue(event.start, event.end, event.text, event.name, event.style)
        for event in events
        if not event.is_comment
    ], unreadable


def _dotted(time: str) -> str:
    """`0:00:01:50` and `0:00:01,50` with the dot that pysubs2 wants."""
    head, fraction = re.split(r"[.,:](?=\d+\s*$)", time.strip(), maxsplit=1)
    return f"{head}.{fraction}"
