"""A bed composed for one cut: sections on its acts, notes on its beats, the same samples from the same plan.

Parts: a pad that holds the chords, a bass, a lead, percussion, struck moments and what leads up to
them, one room around all of it. It knows nothing of pictures: sections, hits and beats come in the plan.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from cinecore.audio.effects import make_effect, usual_length
from cinecore.audio.harmony import Phrase
from cinecore.audio.loudness import gated_loudness
from cinecore.audio.palette import EFFECTS, SECTIONS, Palette
from cinecore.audio.score_parts import (
    STEPS_A_BEAT,
    WEIGHTS,
    Studio,
    lay_bass,
    lay_counter,
    lay_drums,
    lay_fill,
    lay_lead,
    lay_pad,
    pump,
)
from cinecore.audio.synth import Mono, add, peak_at, reverberation
from cinecore.audio.variation import bar_turn, unevenness
from cinecore.audio.wave import Pcm, silence
from cinecore.errors import InputError
from cinecore.timebase import SAMPLE_RATE, round_half_up
from cinecore.timeline import BeatGrid

PEAK_DB = -3.0
"""Highest sample of a composed bed."""

_ON_GRID = Fraction(1, 8)
"""Beats by which a section may begin after its first beat and still own it: cuts lie on whole frames."""
_END_FADE = SAMPLE_RATE // 125
"""8 ms: how a section's notes end where another begins."""
_LONGEST_RING_S = 1.8
"""How long the last sound may ring on into a stop."""
_MOST_LIFT_DB = 12.0
FIRST_STOP_BY = 10 * SAMPLE_RATE
"""The music has stopped once by then."""
_LEAST_INTRO_BEATS = 4
_LEAST_STOP = SAMPLE_RATE * 2 // 5
"""0.4 s: a shorter silence is a gap between notes."""
_FIRST_STOP_FADE = SAMPLE_RATE // 16
"""A sixteenth of a second: how the music breaks off where its beat is about to enter."""
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


def compose(plan: ScorePlan) -> Pcm:
    """The bed: (plan.samples, 2), peak −3 dBFS, zeros where no section lies and at the heart of a stop.

    Sections begin and end on their sample; beats of the grid are heard on their sample.
    """
    studio = Studio(plan.palette, plan.seed * 1009 + 17)
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


def _section(plan: ScorePlan, studio: Studio, phrase: Phrase, index: int) -> Pcm:
    """The dry notes of one section, from its first sample to its last."""
    section, palette = plan.sections[index], plan.palette
    weight = WEIGHTS[section.name]
    length = section.end - section.start
    tuned, drums = silence(length), silence(length)
    beats = [sample - section.start for _, sample in section_beats(plan.grid, section)]
    beat = float(SAMPLE_RATE * 60 / plan.grid.bpm)
    bars = _bars(beats, plan.grid.beats_per_bar)
    if section.name == "tail":
        bars = bars[:1] or [(0, [0])]
    elif not bars:
        bars = [(0, [])]
    uneven = unevenness(plan.seed, len(bars), STEPS_A_BEAT * plan.grid.beats_per_bar)
    for bar, (start, starts) in enumerate(bars):
        turn = bar_turn(palette, section.name, bar, len(bars))
        if section.name == "tail":
            turn = replace(turn, degree=1)
        end = bars[bar + 1][0] if bar + 1 < len(bars) else length
        first = 0 if bar == 0 else start
        lay_pad(studio, tuned, (first, end - first), turn, section.name, weight)
        if section.name != "tail" or weight.bass:
            lay_bass(studio, tuned, starts or [start], beat, turn, section.name, weight)
        if weight.lead:
            lay_lead(studio, tuned, starts, beat, bar, turn, section.name, weight, phrase)
        if turn.has_counter:
            lay_counter(studio, tuned, starts, beat, bar, turn, weight)
        if weight.drums:
            lay_drums(studio, drums, starts, beat, turn, weight, uneven[bar])
    if section.name == "drop" and weight.drums:
        add(drums, studio.stroke("crash"), beats[0] if beats else 0, 0.9)
    if palette.percussion in _PUMPED and weight.is_full:
        tuned *= pump(length, beats, beat)[:, None]
    following = plan.sections[index + 1].name if index + 1 < len(plan.sections) else ""
    if following in {"drive", "drop", "stop"} and weight.drums:
        lay_fill(studio, drums, beats, beat)
    out = tuned + drums
    level = gated_loudness(out)
    lift = 0.0 if level is None else float(np.clip(weight.level_lufs - level, -_MOST_LIFT_DB, _MOST_LIFT_DB))
    grow = np.linspace(-weight.grows_db, 0.0, length) + lift
    out *= (10 ** (grow / 20)).astype(np.float32)[:, None]
    edge = min(_END_FADE, length // 2)
    out[length - edge :] *= np.linspace(1, 0, edge, dtype=np.float32)[:, None]
    return out


def _bars(beats: list[int], beats_per_bar: int) -> list[tuple[int, list[int]]]:
    """(start, its beats) of each bar; bars count from the section's first beat."""
    return [
        (beats[first], beats[first : first + beats_per_bar]) for first in range(0, len(beats), beats_per_bar)
    ]


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


def first_stop(plan: ScorePlan) -> list[tuple[int, int]]:
    """The beat of silence before the intro's end, or within ten seconds where the intro is longer; else none."""
    opening = plan.sections[0] if plan.sections else None
    if opening is None or opening.name != "intro" or len(plan.sections) < 2:
        return []
    beats = [sample for _, sample in section_beats(plan.grid, opening)]
    edges = [sample for sample in (*beats, opening.end) if sample <= min(opening.end, FIRST_STOP_BY)]
    if len(edges) < _LEAST_INTRO_BEATS:
        return []
    end = edges[-1]
    start = max((edge for edge in edges if end - edge >= _LEAST_STOP), default=0)
    return [(start, end)] if start else []


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
    for start, end in first_stop(plan):
        fade = min(_FIRST_STOP_FADE, (end - start) // 2)
        bed[start : start + fade] *= _fall_to_zero(fade)[:, None]
        bed[start + fade : end] = 0.0
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
