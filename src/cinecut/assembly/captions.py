"""What is said in a trailer and when, read off its timeline: lines of clips, J- and L-cuts, voice-overs.

Values only; rows and files are `cinecore.language.captions`'.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from cinecore.timebase import SAMPLE_RATE
from cinecore.timeline import AudioCue, FilmSound, Stem, Timeline
from cinecut.manifest.schema import Manifest

HEARD_PART = Fraction(1, 2)
"""Of a line, under which it is not written down: it was hardly heard."""

TOGETHER_S = 0.4
"""Lines that begin nearer than this while the first still sounds are written as one caption with two voices."""


@dataclass(frozen=True)
class HeardLine:
    """A line in trailer time."""

    start_s: float
    end_s: float
    text: str
    speaker: str = ""


def heard_lines(manifest: Manifest, timeline: Timeline) -> tuple[HeardLine, ...]:
    """Every line that is heard, in order, never two at once.

    Args:
        manifest: As assembled; it knows what is said where in the film.
        timeline: Compiled from it; it knows which stretches of the film's sound are heard when.
    """
    found = sorted(
        (line for cue in timeline.cues for line in _said_in(cue, manifest)),
        key=lambda one: (one.start_s, one.end_s),
    )
    apart: list[HeardLine] = []
    for line in found:
        before = apart[-1] if apart else None
        if before is None or line.start_s >= before.end_s:
            apart.append(line)
        elif (line.text, line.speaker) == (before.text, before.speaker):
            continue  # one line that two clips hold
        elif line.start_s - before.start_s < TOGETHER_S:
            apart[-1] = HeardLine(
                before.start_s, max(before.end_s, line.end_s), _both(before.text, line.text)
            )
        else:
            apart[-1] = HeardLine(before.start_s, line.start_s, before.text, before.speaker)
            apart.append(line)
    return tuple(apart)


def _both(one: str, other: str) -> str:
    """Two voices at once as one text."""
    return f"– {' '.join(one.split())} – {' '.join(other.split())}"


def _said_in(cue: AudioCue, manifest: Manifest) -> Iterator[HeardLine]:
    at = Fraction(cue.start, SAMPLE_RATE)
    length = Fraction(cue.length, SAMPLE_RATE)
    if cue.stem is Stem.NARRATION and cue.text:
        yield _line(at, at + length, cue.text, "")
        return
    if cue.stem is not Stem.DIALOGUE:
        return
    if not isinstance(cue.sound, FilmSound):
        if cue.text:
            yield _line(at, at + length, cue.text, "")
        return
    begin, end = cue.sound.start_s, cue.sound.start_s + length
    known = {
        (line.start_s, line.end_s, line.text, line.speaker)
        for clip in manifest.clips
        if clip.sound != "none"
        for line in clip.lines
    }
    for start_s, end_s, text, speaker in sorted(known):
        start, stop = Fraction(str(start_s)), Fraction(str(end_s))
        first, last = max(start, begin), min(stop, end)
        if last - first >= (stop - start) * HEARD_PART and last > first:
            yield _line(at + first - begin, at + last - begin, text, speaker)


def _line(start: Fraction, end: Fraction, text: str, speaker: str) -> HeardLine:
    return HeardLine(round(float(start), 3), round(float(end), 3), text, speaker)
