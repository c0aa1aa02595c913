"""The notes of a score as they are written, and the built-in players who turn them into sound, each tone made once.

What plays a note stands behind `Players`; where notes lie in a bar is `score_parts.py`'s.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
import numpy.typing as npt

from cinecore.audio.instruments import finished, tone_maker
from cinecore.audio.synth import Mono

Sides = npt.NDArray[np.float32]
"""Sound as (2, samples), left and right each in one piece: half the cost of laying a note into (samples, 2)."""


@dataclass(frozen=True)
class Note:
    """One note of a melodic part."""

    part: str
    """lead, bass or pad."""
    instrument: str
    """A word of the part's list in `palette.py`."""
    pitch: int
    """MIDI pitch."""
    length: int
    """Samples."""
    brightness: float
    """0 dark … 1 bright."""
    at: int
    """The sample on which it begins."""
    gain: float
    pan: float = 0.0
    """−1 left … 1 right."""


class Players(Protocol):
    """Who plays a score's melodic parts."""

    def sound(self, note: Note) -> Mono:
        """The note, (note.length,): its loudest 100 ms at an RMS of 0.1, both ends at zero."""
        ...

    def read_ahead(self, notes: Iterable[Note]) -> None:
        """Get ready for these notes: whatever they share is made once."""
        ...


_Tone = tuple[str, str, int, float]


def tone_of(note: Note) -> _Tone:
    """What notes have in common that differ in place, length and level alone; brightness in steps of a tenth."""
    return note.part, note.instrument, note.pitch, round(min(1.0, note.brightness), 1)


MakeTone = Callable[[str, str, int, int, float, int], Mono]
"""(part, instrument, pitch, samples, brightness, seed) → a tone of that length that is not let go."""


def synth_tone(part: str, instrument: str, pitch: int, length: int, brightness: float, seed: int) -> Mono:
    """A tone of our own instruments."""
    return tone_maker(part, instrument)(pitch, length, brightness, seed)


@dataclass
class TonePlayers:
    """Notes cut from tones: each tone is made once, as long as its longest note."""

    seed: int
    make: MakeTone = synth_tone
    _longest: dict[_Tone, int] = field(default_factory=dict)
    _tones: dict[_Tone, Mono] = field(default_factory=dict)
    _notes: dict[tuple[_Tone, int], Mono] = field(default_factory=dict)

    def read_ahead(self, notes: Iterable[Note]) -> None:
        """Remember how long each tone will be wanted."""
        for note in notes:
            tone = tone_of(note)
            self._longest[tone] = max(note.length, self._longest.get(tone, 0))

    def sound(self, note: Note) -> Mono:
        """The note, from its tone."""
        tone = tone_of(note)
        made = self._notes.get((tone, note.length))
        if made is None:
            made = finished(self._tone(tone, note.length), note.part, note.instrument, note.length)
            self._notes[tone, note.length] = made
        return made

    def _tone(self, tone: _Tone, least: int) -> Mono:
        if len(self._tones.get(tone, ())) < least:
            part, instrument, pitch, brightness = tone
            length = max(least, self._longest.get(tone, 0))
            self._tones[tone] = self.make(part, instrument, pitch, length, brightness, self.seed + pitch)
        return self._tones[tone]


def sides(length: int) -> Sides:
    """`length` samples of nothing."""
    return np.zeros((2, max(0, length)), np.float32)


def lay(target: Sides, sound: Mono, at: int, gain: float, pan: float = 0.0) -> None:
    """Add a mono sound at equal power between left and right; what lies outside is cut off."""
    begin, end = max(0, at), min(target.shape[1], at + len(sound))
    if begin >= end:
        return
    piece = sound[begin - at : end - at]
    angle = (pan + 1) * np.pi / 4
    for side, share in zip(target, (np.cos(angle), np.sin(angle)), strict=True):
        side[begin:end] += piece * np.float32(gain * share * np.sqrt(2))


def perform(notes: Iterable[Note], players: Players, target: Sides) -> None:
    """Play notes into `target`."""
    for note in notes:
        lay(target, players.sound(note), note.at, note.gain, note.pan)
