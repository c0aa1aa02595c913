"""A bed composed for one cut: sections on its acts, notes on its beats, the same samples from the same plan.

Parts: a pad that holds the chords, a bass, a lead, percussion, struck moments and what leads up to
them, one room around all of it. It knows nothing of pictures: sections, hits and beats come in the plan.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np

from cinecore.audio.drums import DRUMS, FILLS, PATTERNS, drum_hit, strength
from cinecore.audio.effects import make_effect, usual_length
from cinecore.audio.harmony import Phrase, bass_notes, chord_pitches, lead_notes
from cinecore.audio.instruments import play
from cinecore.audio.palette import EFFECTS, SECTIONS, Palette
from cinecore.audio.synth import Mono, add, peak_at, reverberation, stereo
from cinecore.audio.wave import Pcm, silence
from cinecore.errors import InputError
from cinecore.timebase import SAMPLE_RATE, round_half_up
from cinecore.timeline import BeatGrid

PEAK_DB = -3.0
"""Highest sample of a composed bed."""

STEPS_A_BEAT = 4
_ON_GRID = Fraction(1, 8)
"""Beats by which a section may begin after its first beat and still own it: cuts lie on whole frames."""
_END_FADE = SAMPLE_RATE // 125
"""8 ms: how a section's notes end where another begins."""
_LONGEST_RING_S = 1.8
"""How long the last sound may ring on into a stop."""
_PUMPED = frozenset({"four_on_the_floor", "electronic"})


@dataclass(frozen=True)
class ScoreSection:
    """A part of the bed: samples `[start, end)`."""

    name: str
    """Word of `palette.SECTIONS`."""
    start: int
    end: int


@dataclass(frozen=True)
class ScoreHit:
    """A struck moment of the picture: a title, the last shot."""

    sample: int
    kind: str = "title"
    """A word of `palette.EFFECTS`, or title (the palette's first hit) or change (its last)."""
    gain_db: float = 0.0


@dataclass(frozen=True)
class ScorePlan:
    """All that a bed is made from.

    Raises:
        InputError: Sections that overlap, leave the bed or have unknown names; unknown hits.
    """

    samples: int
    grid: BeatGrid
    sections: tuple[ScoreSection, ...]
    palette: Palette
    hits: tuple[ScoreHit, ...] = ()
    seed: int = 0

    def __post_init__(self) -> None:
        position = 0
        for section in self.sections:
            if section.name not in SECTIONS:
                raise InputError(
                    "Unknown section of a score.", section.name, f"Known: {', '.join(SECTIONS)}."
                )
            if section.start < position or section.end <= section.start or section.end > self.samples:
                raise InputError(
                    "Sections of a score must follow one another inside it.",
                    f"{section.name} {section.start}..{section.end} of {self.samples}",
                    "Report this.",
                )
            position = section.end
        for hit in self.hits:
            if hit.kind not in {"title", "change", *EFFECTS}:
                raise InputError("Unknown hit of a score.", hit.kind, f"Known: {', '.join(EFFECTS)}.")


@dataclass(frozen=True)
class _Weight:
    """How full a section is."""

    gain_db: float
    pad: float
    bass: float
    lead: float
    drums: float
    is_full: bool
    brightness: float
    grows_db: float = 0.0
    """How much quieter it begins than it ends."""


_WEIGHTS: dict[str, _Weight] = {
    "intro": _Weight(0.0, 1.3, 0.0, 1.1, 0.0, False, 0.6),
    "build": _Weight(-1.0, 1.0, 0.85, 0.95, 0.8, False, 0.8, 2.5),
    "drive": _Weight(-1.0, 0.9, 1.0, 1.0, 1.0, True, 1.0, 1.0),
    "drop": _Weight(0.0, 1.0, 1.15, 1.1, 1.2, True, 1.15),
    "tail": _Weight(1.0, 1.3, 0.9, 0.0, 0.0, False, 0.7),
}


@dataclass
class _Studio:
    """Notes and strokes already made; a score repeats most of them."""

    palette: Palette
    seed: int
    notes: dict[tuple[str, str, int, int, float], Mono] = field(default_factory=dict)
    strokes: dict[str, Pcm] = field(default_factory=dict)

    def note(self, part: str, name: str, pitch: int, length: int, brightness: float) -> Mono:
        key = (part, name, pitch, length, round(min(1.0, brightness), 2))
        if key not in self.notes:
            self.notes[key] = play(part, name, pitch, length, key[4], self.seed + pitch)
        return self.notes[key]

    def stroke(self, name: str) -> Pcm:
        if name not in self.strokes:
            drum = DRUMS[name]
            made = drum_hit(name, self.seed + len(name)) * np.float32(drum.gain)
            self.strokes[name] = stereo(made, drum.pan)
        return self.strokes[name]


def compose(plan: ScorePlan) -> Pcm:
    """The bed: (plan.samples, 2), peak −3 dBFS, zeros where no section lies and at the heart of a stop.

    Sections begin and end on their sample; beats of the grid are heard on their sample.
    """
    studio = _Studio(plan.palette, plan.seed * 1009 + 17)
    dry = silence(plan.samples)
    phrase = Phrase.invent(plan.palette, plan.seed)
    for index, section in enumerate(plan.sections):
        if section.name != "stop":
            dry[section.start : section.end] += _section(plan, studio, phrase, index)
    struck = _strikes(plan)
    sends = dry + 0.4 * struck
    room = plan.palette.room_s
    wet = reverberation(sends, room, plan.palette.brightness)[: plan.samples]
    bed = dry + struck + np.float32(0.22 + 0.05 * room) * wet
    _gate(plan, bed)
    driven = np.tanh(bed * np.float32(0.9 / max(1e-6, float(np.percentile(np.abs(bed), 99.9)))))
    return peak_at(np.asarray(driven, np.float32), PEAK_DB)


def section_beats(grid: BeatGrid, section: ScoreSection) -> Iterator[tuple[int, int]]:
    """(number, sample) of every beat that belongs to a section, counted from its first."""
    begin = Fraction(section.start, SAMPLE_RATE) - _ON_GRID * 60 / grid.bpm
    first = -((-(begin - grid.offset_s) * grid.bpm / 60) // 1)
    number = 0
    while True:
        sample = round_half_up(grid.beat_s(first + number) * SAMPLE_RATE)
        if sample >= section.end - SAMPLE_RATE // 50:
            return
        yield number, max(section.start, sample)
        number += 1


def _section(plan: ScorePlan, studio: _Studio, phrase: Phrase, index: int) -> Pcm:
    """The dry notes of one section, from its first sample to its last."""
    section, palette = plan.sections[index], plan.palette
    weight = _WEIGHTS[section.name]
    length = section.end - section.start
    tuned, drums = silence(length), silence(length)
    beats = [sample - section.start for _, sample in section_beats(plan.grid, section)]
    beat = float(SAMPLE_RATE * 60 / plan.grid.bpm)
    bars = _bars(beats, plan.grid.beats_per_bar)
    if section.name == "tail":
        bars = bars[:1] or [(0, [0])]
    elif not bars:
        bars = [(0, [])]
    for bar, (start, starts) in enumerate(bars):
        degree = 1 if section.name == "tail" else palette.progression[bar % len(palette.progression)]
        end = bars[bar + 1][0] if bar + 1 < len(bars) else length
        _pad(
            studio, tuned, 0 if bar == 0 else start, end - (0 if bar == 0 else start), degree, section, weight
        )
        if section.name != "tail" or weight.bass:
            _bass(studio, tuned, starts or [start], beat, degree, section, weight)
        if weight.lead:
            _lead(studio, tuned, starts, beat, (bar, degree), section, weight, phrase)
        if weight.drums:
            _drums(studio, drums, starts, beat, weight)
    if section.name == "drop" and weight.drums:
        add(drums, studio.stroke("crash"), beats[0] if beats else 0, 0.9)
    if palette.percussion in _PUMPED and weight.is_full:
        tuned *= _pump(length, beats, beat)[:, None]
    following = plan.sections[index + 1].name if index + 1 < len(plan.sections) else ""
    if following in {"drive", "drop", "stop"} and weight.drums:
        _fill(studio, drums, beats, beat)
    out = tuned + drums
    grow = np.linspace(-weight.grows_db, 0.0, length) + weight.gain_db
    out *= (10 ** (grow / 20)).astype(np.float32)[:, None]
    edge = min(_END_FADE, length // 2)
    out[length - edge :] *= np.linspace(1, 0, edge, dtype=np.float32)[:, None]
    return out


def _bars(beats: list[int], beats_per_bar: int) -> list[tuple[int, list[int]]]:
    """(start, its beats) of each bar; bars count from the section's first beat."""
    return [
        (beats[first], beats[first : first + beats_per_bar]) for first in range(0, len(beats), beats_per_bar)
    ]


def _pad(
    studio: _Studio, out: Pcm, start: int, length: int, degree: int, section: ScoreSection, weight: _Weight
) -> None:
    palette = studio.palette
    if palette.pad == "none" or length < 1:
        return
    ring = SAMPLE_RATE // 4
    nominal = -(-(length + ring) // 480) * 480
    pitches = chord_pitches(palette, degree)
    if section.name == "drop":
        pitches = [*pitches, pitches[-1] + 12, pitches[0] + 12]
    if section.name == "tail":
        pitches = [pitches[0] - 12, *pitches]
    for number, pitch in enumerate(pitches):
        note = studio.note("pad", palette.pad, pitch, nominal, palette.brightness * weight.brightness)
        pan = 0.55 * (-1) ** number * (0.4 + 0.6 * number / len(pitches))
        add(out, stereo(note, pan), start, 0.42 * weight.pad)


def _bass(
    studio: _Studio,
    out: Pcm,
    beats: list[int],
    beat: float,
    degree: int,
    section: ScoreSection,
    weight: _Weight,
) -> None:
    palette = studio.palette
    if palette.bass == "none" or not weight.bass:
        return
    for at_beats, long_beats, pitch, level in bass_notes(palette, degree, len(beats), is_full=weight.is_full):
        at = beats[0] + round(at_beats * beat)
        lasts = long_beats * beat if section.name != "tail" else 4 * beat
        note = studio.note(
            "bass", palette.bass, pitch, max(2400, round(lasts)), palette.brightness * weight.brightness
        )
        add(out, stereo(note), at, 1.05 * level * weight.bass)
        if section.name == "drop" and palette.bass != "sub" and at_beats == 0:
            low = studio.note("bass", "sub", pitch - (12 if pitch >= 40 else 0), round(2 * beat), 0.5)
            add(out, stereo(low), at, 0.7)


def _lead(
    studio: _Studio,
    out: Pcm,
    beats: list[int],
    beat: float,
    place: tuple[int, int],
    section: ScoreSection,
    weight: _Weight,
    phrase: Phrase,
) -> None:
    palette = studio.palette
    if palette.lead == "none" or not beats:
        return
    bar, degree = place
    line = "sparse" if section.name == "intro" else palette.lead_line
    for at_beats, long_beats, pitch, level in lead_notes(palette, phrase, line, bar, degree, len(beats)):
        at = beats[0] + round((at_beats + _swung(palette.swing, at_beats)) * beat)
        length = max(2400, round(long_beats * beat))
        note = studio.note("lead", palette.lead, pitch, length, palette.brightness * weight.brightness)
        add(out, stereo(note, 0.15), at, 0.75 * level * weight.lead)
        if section.name == "drop":
            high = studio.note(
                "lead", palette.lead, pitch + 12, length, palette.brightness * weight.brightness
            )
            add(out, stereo(high, -0.35), at, 0.4 * level)


def _swung(swing: float, at_beats: float) -> float:
    """How much later an off-beat eighth falls, in beats: a sixth at full triplet swing."""
    return swing / 6 if abs(at_beats % 1 - 0.5) < 0.01 else 0.0


def _drums(studio: _Studio, out: Pcm, beats: list[int], beat: float, weight: _Weight) -> None:
    half, full = PATTERNS[studio.palette.percussion]
    pattern = full if weight.is_full else half
    sparseness = 1 - studio.palette.density
    for name, marks in pattern.items():
        for step in range(len(beats) * STEPS_A_BEAT):
            hard = strength(marks, step)
            if hard <= (0.55 if step % 2 else 0.0) * sparseness:
                continue
            at_beats = step / STEPS_A_BEAT
            base = beats[step // STEPS_A_BEAT]
            at = base + round((at_beats % 1 + _swung(studio.palette.swing, at_beats)) * beat)
            add(out, studio.stroke(name), at, hard * weight.drums * 1.3)


def _fill(studio: _Studio, out: Pcm, beats: list[int], beat: float) -> None:
    """Sixteenths that grow over the last beats before a stronger section."""
    drum = FILLS.get(studio.palette.percussion)
    if drum is None or len(beats) < 8:
        return
    steps = 8
    for step in range(steps):
        at = beats[-2] + round(step * beat / STEPS_A_BEAT)
        add(out, studio.stroke(drum), at, 0.35 + 0.65 * step / steps)


def _pump(length: int, beats: list[int], beat: float) -> Mono:
    """Pads and bass give way to each kick and come back within three quarters of a beat."""
    out = np.ones(length, np.float32)
    shape = (0.35 + 0.65 * np.linspace(0, 1, round(0.75 * beat)) ** 0.6).astype(np.float32)
    for at in beats:
        end = min(length, at + len(shape))
        out[at:end] = np.minimum(out[at:end], shape[: end - at])
    return out


def _strikes(plan: ScorePlan) -> Pcm:
    """Hits on changes of section and where the plan asks, and what leads up to them."""
    out = silence(plan.samples)
    palette, pitch = plan.palette, plan.palette.root_pitch

    def strike(kind: str, at: int, gain: float, until: int | None = None) -> None:
        length = min(usual_length(kind), (until or plan.samples) - at)
        if length > 0:
            add(out, make_effect(kind, length, plan.seed + at % 97, root_pitch=pitch), at, gain)

    def lead_to(kind: str, at: int, length: int, gain: float) -> None:
        if length > SAMPLE_RATE // 4:
            add(out, make_effect(kind, length, plan.seed + 5, root_pitch=pitch), at - length, gain)

    for index, section in enumerate(plan.sections):
        before = plan.sections[index - 1] if index else None
        joins = before is not None and before.end == section.start
        room = min(section.start - before.start, 3 * SAMPLE_RATE) if before is not None and joins else 0
        if section.name == "stop":
            lead_to("riser", section.start, min(room, plan.samples), 0.8)
            strike(palette.hits[-1], section.start, 0.9, section.end)
        elif section.name == "drop":
            if before is not None and before.name != "stop":
                lead_to("riser", section.start, room, 0.8)
            strike(palette.hits[-1], section.start, 1.0)
            strike("sub_drop", section.start, 0.7)
        elif section.name == "drive":
            lead_to("reverse", section.start, min(room, usual_length("reverse")), 0.5)
            strike(palette.hits[-1], section.start, 0.6)
    for hit in plan.hits:
        kind = {"title": palette.hits[0], "change": palette.hits[-1]}.get(hit.kind, hit.kind)
        strike(kind, hit.sample, 0.9 * 10 ** (hit.gain_db / 20))
    return out


def _gate(plan: ScorePlan, bed: Pcm) -> None:
    """Silence where no section lies; what rings on into a stop or a gap fades to zero in good time."""
    edges = [(section.start, section.end, section.name) for section in plan.sections]
    position = 0
    gaps: list[tuple[int, int]] = []
    for start, end, name in edges:
        gaps.append((position, start))
        if name == "stop":
            gaps.append((start, end))
        position = end
    gaps.append((position, plan.samples))
    for start, end in gaps:
        ring = min(round(_LONGEST_RING_S * SAMPLE_RATE), round(0.6 * (end - start))) if start else 0
        bed[start : start + ring] *= _fall_to_zero(ring)[:, None]
        bed[start + ring : end] = 0.0
    for start, end, name in edges:
        if name == "tail":
            length = end - start
            bed[start:end] *= _fall_to_zero(length)[:, None] ** np.float32(0.7)
    if plan.samples:
        edge = min(_END_FADE, plan.samples)
        bed[plan.samples - edge :] *= np.linspace(1, 0, edge, dtype=np.float32)[:, None]


def _fall_to_zero(length: int) -> Mono:
    return (np.cos(0.5 * np.pi * (np.arange(length) + 1) / max(1, length)) ** 2).astype(np.float32)
