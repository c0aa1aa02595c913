"""A script as beats: what happens and what is said, one after the other, with the time each takes.

Deliberately not here: which picture is seen meanwhile (`panels.py`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from cinecore.ports import SpeechMaker, VoiceHint
from vidpipe.schemas.kinds import LineKind
from vidpipe.schemas.pacing import split_line, words_in
from vidpipe.schemas.script import Script
from vidpipe.schemas.storyboard import Line
from vidpipe.services.line_timing import AIR_AFTER_S, AIR_BEFORE_S, SpokenLine
from vidpipe.services.voices import NO_VOICE, cast_speakers, speak_line

ACTION_WORDS_PER_SECOND = 3.0
SHORTEST_ACTION_S, LONGEST_ACTION_S = 2.0, 6.0
"""How long something that happens is held: as long as it is read, within reason."""

LONGEST_LINE_S = 20.0
"""Longer speeches are spoken in parts, parted at sentences."""

LAST_AIR_S = 1.0
"""After everything: the last picture stands while the last chord rings."""


@dataclass(frozen=True)
class Beat:
    """Something that happens, or a line, with the time it takes."""

    scene: int
    seconds: float
    line: SpokenLine | None = None
    """Timed from the beginning of the beat."""


def is_timed(script: Script) -> bool:
    """Whether the script itself says when every line is spoken, as subtitles do."""
    lines = script.lines()
    return bool(lines) and all(line.start_s is not None for line in lines)


def script_beats(
    script: Script, maker: SpeechMaker | None, folder: Path
) -> tuple[list[list[Beat]], tuple[str, ...]]:
    """What happens and is said in each scene, with the time each takes, and what could not be spoken.

    Sounds lie in `folder`.

    Raises:
        OutputError: The folder cannot be written.
    """
    written: list[list[tuple[str, Line | None, float | None]]] = []
    for scene in script.scenes:
        rows: list[tuple[str, Line | None, float | None]] = []
        for block in scene.blocks:
            if block.line is None:
                rows.append((block.action, None, None))
                continue
            said = block.line
            kind = LineKind.NARRATION if not said.speaker else said.kind
            for number, text in enumerate(split_line(said.text, LONGEST_LINE_S)):
                line = Line(speaker=said.speaker[:300], text=text, kind=kind, manner=said.manner[:300])
                rows.append(("", line, said.start_s if number == 0 else None))
        written.append(rows or [(scene.synopsis or scene.heading, None, None)])
    cast = cast_speakers(line for rows in written for _, line, _ in rows if line is not None)
    notices: list[str] = []
    beats: list[list[Beat]] = []
    for number, rows in enumerate(written):
        spoken = [_beat(number, row, cast, maker, folder, notices) for row in rows]
        beats.append(_as_long_as_wished(spoken, script.scenes[number].hints.duration_s))
    if is_timed(script):
        beats = _at_their_times(beats, [[start for _, _, start in rows] for rows in written])
    last = beats[-1][-1]
    beats[-1][-1] = Beat(last.scene, last.seconds + LAST_AIR_S, last.line)
    return beats, tuple(dict.fromkeys(notices))


def _beat(
    scene: int,
    row: tuple[str, Line | None, float | None],
    cast: Mapping[str, VoiceHint],
    maker: SpeechMaker | None,
    folder: Path,
    notices: list[str],
) -> Beat:
    action, line, _ = row
    if line is None:
        read_s = words_in(action) / ACTION_WORDS_PER_SECOND
        return Beat(scene, min(LONGEST_ACTION_S, max(SHORTEST_ACTION_S, read_s)))
    path, length, notice = speak_line(line, cast, maker, folder)
    if notice:
        notices.append(notice if notice == NO_VOICE else f"Scene {scene + 1}: {notice}")
    spoken = SpokenLine(path, AIR_BEFORE_S, AIR_BEFORE_S + length, line.text, line.speaker, None, line.kind)
    return Beat(scene, AIR_BEFORE_S + length + AIR_AFTER_S, spoken)


def _as_long_as_wished(beats: list[Beat], wished_s: float | None) -> list[Beat]:
    """A shot list's length for the scene, where its lines leave it; the last beat takes what is missing."""
    missing = (wished_s or 0.0) - sum(beat.seconds for beat in beats)
    if missing <= 0:
        return beats
    last = beats[-1]
    return [*beats[:-1], Beat(last.scene, last.seconds + missing, last.line)]


def _at_their_times(beats: list[list[Beat]], starts: list[list[float | None]]) -> list[list[Beat]]:
    """Beats that begin when the script says; those without a time of their own follow on."""
    flat = [
        (number, beat, start)
        for number, (scene, row) in enumerate(zip(beats, starts, strict=True))
        for beat, start in zip(scene, row, strict=True)
        if beat.line is not None
    ]
    timed: list[list[Beat]] = [[] for _ in beats]
    at = 0.0
    for place, (number, beat, start) in enumerate(flat):
        assert beat.line is not None  # noqa: S101 - the others were left out above
        length = beat.line.end_s - beat.line.start_s
        offset = max(0.0, (start if start is not None else at) - at)
        following = next((later for _, _, later in flat[place + 1 :] if later is not None), None)
        seconds = offset + length + AIR_AFTER_S
        if following is not None and place + 1 < len(flat) and flat[place + 1][2] is not None:
            seconds = max(offset + 0.1, following - at)
        line = SpokenLine(
            beat.line.path, offset, offset + length, beat.line.text, beat.line.speaker, None, beat.line.kind
        )
        timed[number].append(Beat(beat.scene, seconds, line))
        at += seconds
    return [scene or [Beat(number, 0.01)] for number, scene in enumerate(timed)]


def lines_in_time(beats: Sequence[Sequence[Beat]], seconds: Sequence[Sequence[float]]) -> list[SpokenLine]:
    """Every line in seconds of the whole."""
    found: list[SpokenLine] = []
    at = 0.0
    for scene, lengths in zip(beats, seconds, strict=True):
        for beat, length in zip(scene, lengths, strict=True):
            if beat.line is not None:
                line = beat.line
                found.append(
                    SpokenLine(
                        line.path,
                        at + line.start_s,
                        at + line.end_s,
                        line.text,
                        line.speaker,
                        None,
                        line.kind,
                    )
                )
            at += length
    return found
