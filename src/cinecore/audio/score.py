"""A bed composed for one cut: sections on its acts, notes on its beats, the same samples from the same plan.

Parts: a pad that holds the chords, a bass, a lead, percussion, struck moments and what leads up to
them, one room around all of it. It knows nothing of pictures: sections, hits and beats come in the plan.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from fractions import Fraction

import numpy as np

from cinecore.audio.effects import make_effect, usual_length
from cinecore.audio.harmony import Phrase
from cinecore.audio.palette import EFFECTS, SECTIONS, Palette
from cinecore.audio.score_level import section_loudness
from cinecore.audio.score_notes import Note, Players, Sides, TonePlayers, perform, sides
from cinecore.audio.score_parts import (
    STEPS_A_BEAT,
    WEIGHTS,
    Drummer,
    lay_drums,
    lay_fill,
    pump,
    write_bass,
    write_counter,
    write_lead,
    write_pad,
)
from cinecore.audio.synth import Mono, answer_of_room, peak_at
from cinecore.audio.variation import BarTurn, bar_turn, unevenness
from cinecore.audio.wave import Pcm
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
_MOST_LIFT_DB, _MOST_CUT_DB = 12.0, 18.0
"""How far a section's notes are brought to its level; our own instruments need 12.3 dB at most, a SoundFont's more."""
FIRST_STOP_BY = 10 * SAMPLE_RATE
"""The music has stopped once by then."""
_LEAST_INTRO_BEATS = 4
_LEAST_STOP = SAMPLE_RATE * 2 // 5
"""0.4 s: a shorter silence is a gap between notes."""
_FIRST_STOP_FADE = SAMPLE_RATE // 16
"""A sixteenth of a second: how the music breaks off where its beat is about to enter."""
_LEVEL_STRIDE = 8
"""Every eighth sample tells how loud the loudest thousandth of a bed is."""
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
class PlayedBy:
    """The SoundFont that plays a score's melodic parts."""

    path: str
    digest: str
    """Of its content: another one is another score."""


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
    soundfont: PlayedBy | None = None
    """None: the built-in instruments. Who opens it hands its players to `compose`."""

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


def compose(plan: ScorePlan, players: Players | None = None) -> Pcm:
    """The bed: (plan.samples, 2), peak −3 dBFS, zeros where no section lies and at the heart of a stop.

    Sections begin and end on their sample; beats of the grid are heard on their sample. The melodic parts are
    played by `players`, our own instruments where none are given; drums and struck moments always by ours.
    """
    players = players or TonePlayers(player_seed(plan))
    drummer = Drummer(player_seed(plan))
    written = [_written(plan, index) for index in range(len(plan.sections))]
    players.read_ahead(note for part in written for note in part.notes)
    bed = sides(plan.samples)
    for index, part in enumerate(written):
        section = plan.sections[index]
        if section.name != "stop":
            bed[:, section.start : section.end] += _section(plan, players, drummer, index, part)
    struck = _strikes(plan)
    room = plan.palette.room_s
    sends = np.float32(0.4) * struck
    sends += bed
    bed += struck
    answer_of_room(sends, bed, 0.22 + 0.05 * room, room, plan.palette.brightness)
    _gate(plan, bed)
    loudest = np.percentile(np.abs(bed[:, ::_LEVEL_STRIDE]), 99.9) if plan.samples else 0.0
    bed *= np.float32(0.9 / max(1e-6, float(loudest)))
    np.tanh(bed, out=bed)
    return peak_at(np.ascontiguousarray(bed.T), PEAK_DB)


def player_seed(plan: ScorePlan) -> int:
    """The seed that players of a plan begin from."""
    return plan.seed * 1009 + 17


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


@dataclass
class _Written:
    """A section on paper: samples count from its start."""

    beats: list[int]
    beat: float
    bars: list[tuple[int, list[int]]]
    turns: list[BarTurn]
    notes: list[Note] = field(default_factory=list)


def _written(plan: ScorePlan, index: int) -> _Written:
    """The melodic notes of one section, and its bars."""
    section, palette = plan.sections[index], plan.palette
    if section.name == "stop":
        return _Written([], 0.0, [], [])
    weight = WEIGHTS[section.name]
    length = section.end - section.start
    beats = [sample - section.start for _, sample in section_beats(plan.grid, section)]
    beat = float(SAMPLE_RATE * 60 / plan.grid.bpm)
    bars = _bars(beats, plan.grid.beats_per_bar)
    if section.name == "tail":
        bars = bars[:1] or [(0, [0])]
    elif not bars:
        bars = [(0, [])]
    phrase = Phrase.invent(palette, plan.seed)
    turns = [bar_turn(palette, section.name, bar, len(bars)) for bar in range(len(bars))]
    if section.name == "tail":
        turns = [replace(turn, degree=1) for turn in turns]
    part = _Written(beats, beat, bars, turns)
    for bar, ((start, starts), turn) in enumerate(zip(bars, turns, strict=True)):
        end = bars[bar + 1][0] if bar + 1 < len(bars) else length
        first = 0 if bar == 0 else start
        part.notes += write_pad(palette, (first, end - first), turn, section.name, weight)
        part.notes += write_bass(palette, starts or [start], beat, turn, section.name, weight)
        part.notes += write_lead(palette, starts, beat, bar, turn, section.name, weight, phrase)
        part.notes += write_counter(palette, starts, beat, bar, turn, weight)
    return part


def _section(plan: ScorePlan, players: Players, drummer: Drummer, index: int, part: _Written) -> Sides:
    """The dry sound of one section, from its first sample to its last."""
    section, palette = plan.sections[index], plan.palette
    weight = WEIGHTS[section.name]
    length = section.end - section.start
    out = sides(length)
    perform(part.notes, players, out)
    if palette.percussion in _PUMPED and weight.is_full:
        out *= pump(length, part.beats, part.beat)
    if weight.drums:
        uneven = unevenness(plan.seed, len(part.bars), STEPS_A_BEAT * plan.grid.beats_per_bar)
        for (_, starts), turn, forces in zip(part.bars, part.turns, uneven, strict=True):
            lay_drums(palette, drummer, out, starts, part.beat, turn, weight, forces)
        if section.name == "drop":
            drummer.strike(out, "crash", part.beats[0] if part.beats else 0, 0.9)
        following = plan.sections[index + 1].name if index + 1 < len(plan.sections) else ""
        if following in {"drive", "drop", "stop"}:
            lay_fill(palette, drummer, out, part.beats, part.beat)
    level = section_loudness(out)
    lift = 0.0 if level is None else float(np.clip(weight.level_lufs - level, -_MOST_CUT_DB, _MOST_LIFT_DB))
    grow = 10 ** (np.linspace(-weight.grows_db + lift, lift, length, dtype=np.float32) / np.float32(20))
    edge = min(_END_FADE, length // 2)
    grow[length - edge :] *= np.linspace(1, 0, edge, dtype=np.float32)
    out *= grow
    return out


def _bars(beats: list[int], beats_per_bar: int) -> list[tuple[int, list[int]]]:
    """(start, its beats) of each bar; bars count from the section's first beat."""
    return [
        (beats[first], beats[first : first + beats_per_bar]) for first in range(0, len(beats), beats_per_bar)
    ]


def _strikes(plan: ScorePlan) -> Sides:
    """Hits on changes of section and where the plan asks, and what leads up to them."""
    out = sides(plan.samples)
    palette, pitch = plan.palette, plan.palette.root_pitch

    def strike(kind: str, at: int, gain: float, until: int | None = None) -> None:
        length = min(usual_length(kind), (until or plan.samples) - at)
        if length > 0:
            _add(out, make_effect(kind, length, plan.seed + at % 97, root_pitch=pitch), at, gain)

    def lead_to(kind: str, at: int, length: int, gain: float) -> None:
        if length > SAMPLE_RATE // 4:
            _add(out, make_effect(kind, length, plan.seed + 5, root_pitch=pitch), at - length, gain)

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


def _add(target: Sides, sound: Pcm, at: int, gain: float) -> None:
    """Add a sound with two sides; what lies outside is cut off."""
    begin, end = max(0, at), min(target.shape[1], at + len(sound))
    if begin < end:
        target[:, begin:end] += (sound[begin - at : end - at] * np.float32(gain)).T


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


def _gate(plan: ScorePlan, bed: Sides) -> None:
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
        bed[:, start : start + fade] *= _fall_to_zero(fade)
        bed[:, start + fade : end] = 0.0
    for start, end in gaps:
        ring = min(round(_LONGEST_RING_S * SAMPLE_RATE), round(0.6 * (end - start))) if start else 0
        bed[:, start : start + ring] *= _fall_to_zero(ring)
        bed[:, start + ring : end] = 0.0
    for start, end, name in edges:
        if name == "tail":
            length = end - start
            bed[:, start:end] *= _fall_to_zero(length) ** np.float32(0.7)
    if plan.samples:
        edge = min(_END_FADE, plan.samples)
        bed[:, plan.samples - edge :] *= np.linspace(1, 0, edge, dtype=np.float32)


def _fall_to_zero(length: int) -> Mono:
    return (np.cos(0.5 * np.pi * (np.arange(length) + 1) / max(1, length)) ** 2).astype(np.float32)
