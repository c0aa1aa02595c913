"""Subtitle files of a sample film: SubRip, and ASS with the speakers' names.

Only what the films need is written; nothing is read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cinecore.files import write_atomic

ASS_HEAD = """\
[Script Info]
ScriptType: v4.00+
PlayResX: 640
PlayResY: 360

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic, \
Underline, StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL, \
MarginR, MarginV, Encoding
Style: Default,Noto Sans,20,&H00FFFFFF,&H000000FF,&H00000000,&H00000000,0,0,0,0,100,100,0,0,1,1,0,2,10,10,14,1

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
"""


@dataclass(frozen=True)
class SubtitleLine:
    """One line as it is spoken; seconds from the film's beginning."""

    start_s: float
    end_s: float
    text: str
    speaker: str


def write_srt(path: Path, lines: Sequence[SubtitleLine]) -> None:
    """Write SubRip in UTF-8; times to the millisecond."""
    blocks = [
        f"{number}\n{_clock(line.start_s)} --> {_clock(line.end_s)}\n{line.text}\n"
        for number, line in enumerate(lines, 1)
    ]
    write_atomic(path, "\n".join(blocks).encode())


def write_ass(path: Path, lines: Sequence[SubtitleLine], title: str) -> None:
    """Write ASS, the speaker in the Name field; times to the hundredth, as the format has it."""
    events = [
        f"Dialogue: 0,{_ass_clock(line.start_s)},{_ass_clock(line.end_s)},Default,{line.speaker},0,0,0,,{line.text}"
        for line in lines
    ]
    head = ASS_HEAD.replace("[Script Info]\n", f"[Script Info]\nTitle: {title}\n")
    write_atomic(path, (head + "\n".join(events) + "\n").encode())


def _clock(seconds: float) -> str:
    milliseconds = max(0, round(seconds * 1000))
    return (
        f"{milliseconds // 3600000:02}:{milliseconds // 60000 % 60:02}:"
        f"{milliseconds // 1000 % 60:02},{milliseconds % 1000:03}"
    )


def _ass_clock(seconds: float) -> str:
    hundredths = max(0, round(seconds * 100))
    return (
        f"{hundredths // 360000}:{hundredths // 6000 % 60:02}:"
        f"{hundredths // 100 % 60:02}.{hundredths % 100:02}"
    )
