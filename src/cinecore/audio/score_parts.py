"""The players' parts of a composed bed: pad, bass, lead and counter voice as written notes, drums laid as strokes, bar by bar."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from cinecore.audio.drums import DRUMS, FILLS, PATTERNS, drum_hit, strength
from cinecore.audio.harmony import Phrase, bass_notes, chord_pitches, lead_notes
from cinecore.audio.palette import Palette
from cinecore.audio.score_notes import Note, Sides, lay
from cinecore.audio.synth import Mono
from cinecore.audio.variation import BarTurn
from cinecore.timebase import SAMPLE_RATE

STEPS_A_BEAT = 4


@dataclass(frozen=True)
class Weight:
    """How full a section is."""

    level_lufs: float
    """How loud its notes are before hits and room: sections grow into the drop whatever they are made of."""
    pad: float
    bass: float
    lead: float
    drums: float
    is_full: bool
    brightness: float
    grows_db: float = 0.0
    """How much quieter it begins than it ends."""


WEIGHTS: dict[str, Weight] = {
    "intro": Weight(-30.0, 1.3, 0.0, 1.1, 0.0, False, 0.6),
    "build": Weight(-26.0, 1.0, 0.85, 0.95, 0.8, False, 0.8, 2.5),
    "drive": Weight(-22.0, 0.9, 1.0, 1.0, 1.0, True, 1.0, 1.0),
    "drop": Weight(-19.0, 1.0, 1.15, 1.1, 1.2, True, 1.15),
    "tail": Weight(-24.0, 1.3, 0.9, 0.0, 0.0, False, 0.7),
}


@dataclass
class Drummer:
    """Strokes already made; a score repeats most of them."""

    seed: int
    _strokes: dict[str, Mono] = field(default_factory=dict)

    def strike(self, target: Sides, name: str, at: int, gain: float) -> None:
        """Lay one stroke of a drum at its place between left and right."""
        drum = DRUMS[name]
        if name not in self._strokes:
            self._strokes[name] = drum_hit(name, self.seed + len(name))
        lay(target, self._strokes[name], at, gain * drum.gain, drum.pan)


def write_pad(
    palette: Palette, span: tuple[int, int], turn: BarTurn, section: str, weight: Weight
) -> Iterator[Note]:
    """The chord, held over `span` (start, samples)."""
    start, length = span
    if palette.pad == "none" or length < 1:
        return
    ring = SAMPLE_RATE // 4
    nominal = -(-(length + ring) // 480) * 480
    pitches = chord_pitches(palette, turn.degree)
    if section == "drop":
        pitches = [*pitches, pitches[-1] + 12, pitches[0] + 12]
    if section == "tail":
        pitches = [pitches[0] - 12, *pitches]
    bright = palette.brightness * weight.brightness * turn.brightness
    for number, pitch in enumerate(pitches):
        pan = 0.55 * (-1) ** number * (0.4 + 0.6 * number / len(pitches))
        yield Note("pad", palette.pad, pitch, nominal, bright, start, 0.42 * weight.pad, pan)


def write_bass(
    palette: Palette, beats: list[int], beat: float, turn: BarTurn, section: str, weight: Weight
) -> Iterator[Note]:
    """The lowest part of one bar, an octave of sub under the drop's downbeats."""
    if palette.bass == "none" or not weight.bass:
        return
    bright = palette.brightness * weight.brightness
    for at_beats, long_beats, pitch, level in bass_notes(
        palette, turn.degree, len(beats), is_full=weight.is_full
    ):
        at = beats[0] + round(at_beats * beat)
        lasts = max(2400, round(long_beats * beat if section != "tail" else 4 * beat))
        yield Note("bass", palette.bass, pitch, lasts, bright, at, 1.05 * level * weight.bass)
        if section == "drop" and palette.bass != "sub" and at_beats == 0:
            low = pitch - (12 if pitch >= 40 else 0)
            yield Note("bass", "sub", low, round(2 * beat), 0.5, at, 0.7)


def write_lead(
    palette: Palette,
    beats: list[int],
    beat: float,
    bar: int,
    turn: BarTurn,
    section: str,
    weight: Weight,
    phrase: Phrase,
) -> Iterator[Note]:
    """The theme, ostinato or arpeggio of one bar; doubled an octave up in the drop."""
    if palette.lead == "none" or not beats or not weight.lead:
        return
    line = "sparse" if section == "intro" else palette.lead_line
    bright = palette.brightness * weight.brightness * turn.brightness
    notes = lead_notes(palette, phrase, line, bar, turn.degree, len(beats), shift=turn.figure_shift)
    for at_beats, long_beats, pitch, level in notes:
        at = beats[0] + round((at_beats + _swung(palette.swing, at_beats)) * beat)
        length = max(2400, round(long_beats * beat))
        raised = pitch + (12 if turn.is_lifted else 0)
        yield Note("lead", palette.lead, raised, length, bright, at, 0.75 * level * weight.lead, 0.15)
        if section == "drop" and not turn.is_lifted:
            yield Note("lead", palette.lead, pitch + 12, length, bright, at, 0.4 * level, -0.35)


def write_counter(
    palette: Palette, beats: list[int], beat: float, bar: int, turn: BarTurn, weight: Weight
) -> Iterator[Note]:
    """A second voice that answers in long notes of the chord, from the side where the lead is not."""
    if not beats or not turn.has_counter:
        return
    instrument = palette.pad if palette.pad != "none" else palette.lead
    part = "pad" if palette.pad != "none" else "lead"
    if instrument == "none":
        return
    pitches = chord_pitches(palette, turn.degree)
    steps = ((0.0, pitches[-1] + 12), (2.0, pitches[-2 if bar % 2 else 0] + 12))
    for at_beats, pitch in steps:
        if at_beats >= len(beats):
            continue
        length = max(4800, round((len(beats) - at_beats if at_beats else 2.0) * beat))
        at = beats[0] + round(at_beats * beat)
        yield Note(part, instrument, pitch, length, palette.brightness * 1.1, at, 0.34 * weight.pad, -0.45)


def _swung(swing: float, at_beats: float) -> float:
    """How much later an off-beat eighth falls, in beats: a sixth at full triplet swing."""
    return swing / 6 if abs(at_beats % 1 - 0.5) < 0.01 else 0.0


def lay_drums(
    palette: Palette,
    drummer: Drummer,
    out: Sides,
    beats: list[int],
    beat: float,
    turn: BarTurn,
    weight: Weight,
    uneven: np.ndarray[tuple[int], np.dtype[np.float64]],
) -> None:
    """One bar of the pattern, its strokes uneven, its last beat rolled where the phrase turns."""
    half, full = PATTERNS[palette.percussion]
    pattern = full if weight.is_full else half
    sparseness = 1 - palette.density
    rolled = FILLS.get(palette.percussion) if turn.has_turn and weight.is_full else None
    last = (len(beats) - 1) * STEPS_A_BEAT
    for name, marks in pattern.items():
        for step in range(len(beats) * STEPS_A_BEAT):
            hard = strength(marks, step)
            if hard <= (0.55 if step % 2 else 0.0) * sparseness or (rolled and step > last):
                continue
            at_beats = step / STEPS_A_BEAT
            base = beats[step // STEPS_A_BEAT]
            at = base + round((at_beats % 1 + _swung(palette.swing, at_beats)) * beat)
            factor = float(uneven[step % len(uneven)])
            drummer.strike(out, name, at, hard * weight.drums * 1.3 * factor)
    if rolled and len(beats) > 1:
        for step in range(STEPS_A_BEAT):
            at = beats[-1] + round(step * beat / STEPS_A_BEAT)
            drummer.strike(out, rolled, at, (0.35 + 0.12 * step) * weight.drums)


def lay_fill(palette: Palette, drummer: Drummer, out: Sides, beats: list[int], beat: float) -> None:
    """Sixteenths that grow over the last beats before a stronger section."""
    drum = FILLS.get(palette.percussion)
    if drum is None or len(beats) < 8:
        return
    steps = 8
    for step in range(steps):
        at = beats[-2] + round(step * beat / STEPS_A_BEAT)
        drummer.strike(out, drum, at, 0.35 + 0.65 * step / steps)


def pump(length: int, beats: list[int], beat: float) -> Mono:
    """Pads and bass give way to each kick and come back within three quarters of a beat."""
    out = np.ones(length, np.float32)
    shape = (0.35 + 0.65 * np.linspace(0, 1, round(0.75 * beat)) ** 0.6).astype(np.float32)
    for at in beats:
        end = min(length, at + len(shape))
        out[at:end] = np.minimum(out[at:end], shape[: end - at])
    return out
