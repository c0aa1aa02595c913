"""Chords, bass lines and melodies as numbers: scale degrees to pitches, bars to notes; no sound is made.

A note is (beat in the bar, length in beats, MIDI pitch, level 0..1).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cinecore.audio.instruments import lead_register
from cinecore.audio.palette import MODES, Palette

Note = tuple[float, float, int, float]

_STACKS: dict[str, tuple[int, ...]] = {
    "triad": (0, 2, 4),
    "seventh": (0, 2, 4, 6),
    "add9": (0, 2, 4, 8),
    "sus2": (0, 1, 4),
    "power": (0, 4, 7),
    "cluster": (0, 1, 3),
}
"""Scale steps above the chord's own degree."""

_PAD_LOW = 53
_BASS_LOW = 31
_LEAD_MIDDLE = 67


def scale_pitch(palette: Palette, step: int) -> int:
    """Semitones above the C below the root's octave of a scale step, 0 being the root; any octave."""
    octave, place = divmod(step, 7)
    return palette.root_pitch + 12 * octave + MODES[palette.mode][place]


def chord_steps(palette: Palette, degree: int) -> tuple[int, ...]:
    """Scale steps of the chord on a degree 1..7."""
    return tuple(degree - 1 + step for step in _STACKS[palette.chord])


def chord_pitches(palette: Palette, degree: int) -> list[int]:
    """MIDI pitches of a chord in the pad's register, lowest first: neighbours move little."""
    pitches = {
        _PAD_LOW + (scale_pitch(palette, step) - _PAD_LOW) % 12 for step in chord_steps(palette, degree)
    }
    return sorted(pitches)


def bass_pitch(palette: Palette, step: int) -> int:
    """MIDI pitch of a scale step in the bass's register."""
    return _BASS_LOW + (scale_pitch(palette, step) - _BASS_LOW) % 12


def bass_notes(palette: Palette, degree: int, beats: int, *, is_full: bool) -> list[Note]:
    """One bar of bass."""
    root = bass_pitch(palette, degree - 1)
    line = palette.bass_line
    if line == "pedal":
        root = bass_pitch(palette, 0)
    if not is_full:
        return [(0.0, float(max(1, beats)), root, 0.9)]
    if line == "walking":
        steps = (degree - 1, degree + 1, degree + 3, degree)
        return [
            (float(beat), 0.95, bass_pitch(palette, steps[beat % 4]), 1.0 if beat == 0 else 0.8)
            for beat in range(beats)
        ]
    if line in {"pulse", "octaves"}:
        return [
            (
                half / 2,
                0.45,
                root + (12 if line == "octaves" and half % 2 else 0),
                1.0 if half % 2 == 0 else 0.7,
            )
            for half in range(2 * beats)
        ]
    notes: list[Note] = [(0.0, min(2.0, float(beats)), root, 1.0)]
    if beats > 2:
        notes.append((2.0, float(beats - 2), root, 0.85))
    return notes


@dataclass(frozen=True)
class Phrase:
    """A melodic idea of two bars, in scale steps above the chord, and a figure for ostinati."""

    motif: tuple[tuple[tuple[float, float, int], ...], ...]
    """For each bar: (beat, length in beats, scale steps above the chord's degree)."""
    figure: tuple[int, ...]
    """Indices of chord tones, eight steps long."""

    @classmethod
    def invent(cls, palette: Palette, seed: int) -> Phrase:
        """A phrase from a seed: strong beats on chord tones, steps between, a leap answered by a step back."""
        random = np.random.default_rng([seed, palette.root_pitch, len(palette.progression)])
        tones = (0, 2, 4, 7)
        bars: list[tuple[tuple[float, float, int], ...]] = []
        previous = int(random.choice((2, 4, 7)))
        for bar in range(2):
            onsets = [0.0]
            for half in range(1, 8):
                likely = (0.35 if half % 2 == 0 else 0.05) + 0.5 * palette.density * (
                    0.9 if half % 2 == 0 else 0.5
                )
                if random.random() < likely and not (bar == 1 and half > 5):
                    onsets.append(half / 2)
            notes: list[tuple[float, float, int]] = []
            for number, onset in enumerate(onsets):
                if onset % 2 == 0:
                    step = min(
                        tones, key=lambda tone: (abs(tone - previous - int(random.integers(-2, 3))), tone)
                    )
                else:
                    step = previous + int(random.choice((-1, 1)))
                step = max(-1, min(8, step))
                until = onsets[number + 1] if number + 1 < len(onsets) else 4.0
                notes.append((onset, until - onset, step))
                previous = step
            bars.append(tuple(notes))
        figures = (
            (0, 2, 1, 2, 0, 2, 1, 2),
            (0, 0, 2, 0, 1, 0, 2, 1),
            (0, 1, 2, 1, 0, 1, 2, 1),
            (0, 0, 0, 1, 0, 0, 2, 1),
        )
        return cls(tuple(bars), figures[int(random.integers(len(figures)))])


def lead_notes(
    palette: Palette, phrase: Phrase, line: str, bar: int, degree: int, beats: int, *, shift: int = 0
) -> list[Note]:
    """One bar of the lead; every fourth bar of a theme turns upside down, as an answer.

    Repeated figures begin `shift` steps later.
    """
    register = lead_register(palette.lead)

    def pitch(step: int) -> int:
        raw = scale_pitch(palette, degree - 1 + step)
        base = scale_pitch(palette, degree - 1)
        lifted = _LEAD_MIDDLE - 5 + (base - _LEAD_MIDDLE + 5) % 12
        return lifted + (raw - base) + register

    tones = [step - (degree - 1) for step in chord_steps(palette, degree)]
    if line == "sparse":
        notes: list[Note] = [(0.0, float(max(1, beats)), pitch(tones[bar % len(tones)]), 0.9)]
        if palette.density > 0.5 and beats > 2 and bar % 2:
            notes.append((2.0, float(beats - 2), pitch(tones[(bar + 1) % len(tones)]), 0.7))
        return notes
    if line in {"arpeggio", "ostinato"}:
        fast = 4 if palette.density > 0.7 else 2
        ladder = [*tones, tones[0] + 7]
        up_down = [*range(len(ladder)), *range(len(ladder) - 2, 0, -1)]
        result: list[Note] = []
        for number in range(fast * beats):
            index = (
                phrase.figure[(number + shift) % len(phrase.figure)]
                if line == "ostinato"
                else up_down[(number + shift) % len(up_down)]
            )
            level = 1.0 if number % fast == 0 else 0.6
            result.append(
                (number / fast, 0.95 if line == "arpeggio" else 0.9 / fast, pitch(ladder[index]), level)
            )
        return result
    motif = phrase.motif[bar % 2]
    is_answer = bar % 4 == 3
    return [
        (onset, length, pitch(4 - step if is_answer else step), 1.0 if onset % 2 == 0 else 0.8)
        for onset, length, step in motif
        if onset < beats
    ]
