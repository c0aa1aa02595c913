"""What each instrument's word in a palette sounds like: one note at a time, as data; no rhythm, no mix.

Made in four ways: waves (a bright and a dull cycle that cross over), strings (plucked loops), bars
(struck bodies, each tone with its own decay) and breath (a wave with air in it). Notes are levelled
against each other by their loudest 100 ms, so that a palette's parts stay in proportion.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from cinecore.audio.synth import (
    CONTROL,
    Mono,
    band,
    crossing_waves,
    fall,
    frequency,
    let_go,
    noise,
    partials,
    rise_and_fall,
    seconds_to_samples,
    string,
    times,
)
from cinecore.timebase import SAMPLE_RATE

ToneMaker = Callable[[float, int, float, int], Mono]
"""(MIDI pitch, samples, brightness 0..1, seed) → a mono tone that is not let go yet; a longer one begins the same."""


_AIR_SAMPLES = 2 * SAMPLE_RATE
"""Breath longer than this comes round again: it lies far under its note."""


@dataclass(frozen=True)
class _Wave:
    """A sustained or struck wave."""

    harmonics: tuple[float, ...]
    attack_s: float = 0.01
    decay_s: float = 0.6
    sustain: float = 0.7
    release_s: float = 0.12
    bright_decay_s: float = 0.5
    """How fast the bright cycle gives way to the dull one."""
    detune_cents: tuple[float, ...] = (0.0,)
    vibrato_cents: float = 0.0
    vibrato_hz: float = 5.3
    air: float = 0.0
    glide_cents: float = 0.0
    """How far under its pitch a note begins."""


def _saw(count: int, tilt: float = 1.0) -> tuple[float, ...]:
    return tuple(1 / n**tilt for n in range(1, count + 1))


def _odd(count: int, tilt: float = 1.0, even: float = 0.05) -> tuple[float, ...]:
    return tuple((1.0 if n % 2 else even) / n**tilt for n in range(1, count + 1))


def _formed(count: int, peaks: tuple[tuple[float, float], ...], base_hz: float = 220.0) -> tuple[float, ...]:
    """Harmonics lifted around formants (Hz, level), for voices; placed for notes near `base_hz`."""
    return tuple(
        (1 / n)
        * (0.12 + sum(level * float(np.exp(-0.5 * ((n * base_hz - hz) / 160) ** 2)) for hz, level in peaks))
        for n in range(1, count + 1)
    )


def _wave_tone(voice: _Wave, pitch: float, length: int, brightness: float, seed: int) -> Mono:
    hertz = frequency(pitch)
    curve = np.full(-(-length // CONTROL), hertz)
    if voice.vibrato_cents or voice.glide_cents:
        at = np.arange(len(curve)) * (CONTROL / SAMPLE_RATE)
        late = np.clip((at - 0.15) / 0.35, 0, 1)
        bend = voice.vibrato_cents * late * np.sin(2 * np.pi * voice.vibrato_hz * at + seed % 7)
        curve *= 2 ** ((bend - voice.glide_cents * np.exp(-at / 0.05)) / 1200)
    count = max(2, int(len(voice.harmonics) * (0.35 + 0.65 * brightness)))
    dull = tuple(amount / n**1.2 for n, amount in enumerate(voice.harmonics[: max(2, count // 2)], start=1))
    tunings = tuple(float(2 ** (cents / 1200)) for cents in voice.detune_cents)
    both = crossing_waves(curve, length, dull, voice.harmonics[:count], tunings)
    out = fall(length, voice.bright_decay_s) * np.float32(0.4 + 0.6 * brightness)
    out *= both.imag
    out += both.real
    if voice.air:
        # worked over the same stretch whatever the length, so that a longer tone begins as a shorter one does
        breath = band(noise(_AIR_SAMPLES, seed), hertz * 0.8, hertz * 6)
        out += np.float32(voice.air) * np.resize(breath, length) * (np.float32(0.4) + fall(length, 0.08))
    out *= rise_and_fall(length, attack_s=voice.attack_s, decay_s=voice.decay_s, sustain=voice.sustain)
    return out


@dataclass(frozen=True)
class _Bar:
    """A struck body: (ratio, level, decay s at 261 Hz) of each tone, and a knock at its start."""

    tones: tuple[tuple[float, float, float], ...]
    knock: float = 0.1
    knock_hz: float = 3000.0


def _bar_tone(body: _Bar, pitch: float, length: int, brightness: float, seed: int) -> Mono:
    hertz = frequency(pitch)
    shrink = (261.6 / hertz) ** 0.4
    tones = tuple(
        (ratio, level * (0.5 + brightness if ratio > 1.5 else 1.0), decay_s * shrink)
        for ratio, level, decay_s in body.tones
    )
    out = partials(length, hertz, tones)
    if body.knock:
        short = min(length, SAMPLE_RATE // 20)
        knock = band(noise(SAMPLE_RATE // 20, seed), 0.2 * body.knock_hz, body.knock_hz)[:short]
        out[:short] += body.knock * knock * fall(short, 0.008)
    return _struck(out, 0.001)


def _struck(sound: Mono, attack_s: float) -> Mono:
    """The sound with the beginning of a struck one, in place: it fades by itself."""
    sound *= rise_and_fall(len(sound), attack_s=attack_s, decay_s=9.0, sustain=1.0)
    return sound


@dataclass(frozen=True)
class _String:
    """A plucked string."""

    decay_s: float
    colour: float
    """Added to the palette's brightness."""
    bend_cents: float = 0.0
    body_hz: float = 9000.0


def _string_tone(kind: _String, pitch: float, length: int, brightness: float, seed: int) -> Mono:
    hertz = frequency(pitch)
    bright = float(np.clip(0.5 * brightness + kind.colour, 0.05, 1.0))
    out = string(hertz, length, decay_s=kind.decay_s, brightness=bright, seed=seed)
    if kind.bend_cents:
        wobble = (
            kind.bend_cents * np.sin(2 * np.pi * 5.5 * times(length)) * np.clip(times(length) / 0.3, 0, 1)
        )
        place = np.cumsum(2 ** (wobble / 1200))
        out = np.interp(place, np.arange(length), out, right=0.0).astype(np.float32)
    return _struck(band(out, 0.7 * hertz, kind.body_hz, slope=1.0), 0.001)


def _piano(felt: float, pitch: float, length: int, brightness: float, seed: int) -> Mono:
    """Stiff strings: harmonics slightly sharp, high ones gone first; felt takes the hammer's edge."""
    hertz = frequency(pitch)
    stiff = 0.0003 * (hertz / 261.6) ** 0.8
    tilt = 0.9 + 0.9 * felt + 0.5 * (1 - brightness)
    tones = tuple(
        (n * float(np.sqrt(1 + stiff * n * n)), 1 / n**tilt, 2.4 * (261.6 / hertz) ** 0.5 / n**0.75)
        for n in range(1, 13)
    )
    second = tuple((ratio * 1.0009, 0.35 * level, decay_s) for ratio, level, decay_s in tones[:4])
    out = partials(length, hertz, tones + second)
    short = min(length, SAMPLE_RATE // 12)
    hammer = band(noise(SAMPLE_RATE // 12, seed), 80, 700 + 2500 * (1 - felt))[:short]
    out[:short] += 0.25 * hammer * fall(short, 0.012)
    return _struck(out, 0.002 + 0.006 * felt)


_AH = ((650.0, 1.6), (1080.0, 1.2), (2650.0, 0.5))
_OO = ((350.0, 1.6), (750.0, 0.8))

_WAVES: dict[str, _Wave] = {
    "strings": _Wave(_saw(24, 1.1), 0.07, 1.5, 0.85, 0.3, 2.0, (-6.0, 0.0, 7.0), 9.0),
    "low_strings": _Wave(_saw(20, 1.2), 0.05, 1.5, 0.85, 0.3, 1.2, (-7.0, 0.0, 6.0), 6.0),
    "cello": _Wave(_saw(18, 1.15), 0.06, 1.2, 0.85, 0.22, 1.6, (0.0,), 14.0, 5.0, 0.04),
    "horn": _Wave(_saw(12, 1.5), 0.05, 0.8, 0.8, 0.2, 0.9, (0.0, 3.0), 5.0, 4.8, 0.02, 30.0),
    "brass": _Wave(_saw(22, 0.95), 0.035, 0.35, 0.6, 0.12, 0.45, (-5.0, 0.0, 5.0), 0.0, 5.0, 0.0, 25.0),
    "muted_trumpet": _Wave(
        (0.3, 0.5, 1.0, 0.9, 0.8, 0.5, 0.35, 0.3, 0.2), 0.03, 0.6, 0.75, 0.12, 1.0, (0.0,), 16.0
    ),
    "clarinet": _Wave(_odd(13, 1.15), 0.03, 0.8, 0.85, 0.1, 1.4, (0.0,), 4.0, 5.0, 0.05),
    "oboe": _Wave(
        (0.5, 0.8, 1.0, 0.85, 0.5, 0.35, 0.25, 0.2, 0.1), 0.03, 0.9, 0.85, 0.1, 2.0, (0.0,), 13.0, 5.4, 0.03
    ),
    "whistle": _Wave((1.0, 0.06, 0.03), 0.04, 1.0, 0.9, 0.12, 1.0, (0.0,), 22.0, 5.6, 0.25, 60.0),
    "harmonica": _Wave(
        (0.7, 1.0, 0.6, 0.7, 0.4, 0.35, 0.2, 0.15),
        0.05,
        1.0,
        0.9,
        0.1,
        2.0,
        (-5.0, 5.0),
        10.0,
        5.8,
        0.06,
        35.0,
    ),
    "voice": _Wave(_formed(20, _AH, 440.0), 0.16, 1.5, 0.9, 0.35, 3.0, (-4.0, 4.0), 22.0, 5.2, 0.06),
    "choir": _Wave(_formed(22, _AH), 0.25, 2.0, 0.9, 0.5, 3.0, (-9.0, -3.0, 4.0, 10.0), 12.0, 4.7, 0.05),
    "synth": _Wave(_odd(20, 0.9, 0.5), 0.004, 0.18, 0.35, 0.06, 0.12, (-4.0, 4.0)),
    "saw": _Wave(_saw(36), 0.005, 0.25, 0.6, 0.08, 0.25, (-8.0, 0.0, 8.0)),
    "bowed": _Wave(_saw(14, 1.2), 0.06, 1.5, 0.9, 0.2, 1.5, (-4.0, 4.0), 5.0),
    "sub": _Wave((1.0, 0.22, 0.1, 0.05), 0.008, 0.9, 0.75, 0.06, 0.5),
    "drone": _Wave(_saw(16, 1.4), 0.4, 4.0, 0.9, 0.6, 6.0, (-5.0, 0.0, 8.0), 3.0, 0.4),
    "warm": _Wave(_saw(10, 1.6), 0.25, 2.0, 0.9, 0.5, 2.5, (-7.0, 0.0, 7.0)),
    "analogue": _Wave(_saw(28, 1.05), 0.18, 1.4, 0.8, 0.4, 1.4, (-11.0, -4.0, 5.0, 12.0)),
    "glass": _Wave(
        (1.0, 0.0, 0.25, 0.5, 0.0, 0.2, 0.0, 0.3), 0.3, 2.5, 0.85, 0.6, 2.0, (-3.0, 4.0), 6.0, 0.8
    ),
    "organ": _Wave((1.0, 0.8, 0.5, 0.6, 0.1, 0.3, 0.05, 0.4), 0.03, 2.0, 1.0, 0.1, 9.0, (0.0, 2.0), 3.0, 6.2),
    "dark": _Wave(_formed(8, _OO, 110.0), 0.5, 3.0, 0.9, 0.8, 4.0, (-14.0, -5.0, 6.0, 15.0), 8.0, 0.6, 0.08),
    "pad_brass": _Wave(_saw(14, 1.3), 0.12, 1.5, 0.8, 0.3, 1.2, (-5.0, 5.0), 4.0),
}

_BARS: dict[str, _Bar] = {
    "celesta": _Bar(((1.0, 1.0, 0.9), (4.0, 0.25, 0.25), (2.0, 0.15, 0.5)), 0.06, 6000),
    "music_box": _Bar(((1.0, 1.0, 0.7), (2.0, 0.12, 0.4), (5.4, 0.35, 0.18), (8.9, 0.12, 0.08)), 0.12, 9000),
    "marimba": _Bar(((1.0, 1.0, 0.35), (3.93, 0.3, 0.09), (9.2, 0.1, 0.04)), 0.25, 1800),
    "bells": _Bar(((1.0, 1.0, 1.6), (2.0, 0.45, 1.1), (2.76, 0.4, 0.7), (5.4, 0.18, 0.35)), 0.08, 7000),
    "rhodes": _Bar(((1.0, 1.0, 1.7), (2.0, 0.25, 0.9), (3.0, 0.1, 0.5), (7.1, 0.12, 0.07)), 0.05, 2500),
    "bowed_metal": _Bar(
        ((1.0, 0.8, 2.5), (1.47, 0.5, 2.0), (2.09, 0.6, 1.8), (2.56, 0.35, 1.4), (3.9, 0.3, 1.0)), 0.02, 4000
    ),
}

_STRINGS: dict[str, _String] = {
    "pluck": _String(0.9, 0.3),
    "harp": _String(2.4, 0.15),
    "guitar": _String(2.0, 0.3, 0.0, 6000),
    "twang": _String(2.6, 0.55, 18.0, 7500),
    "ukulele": _String(0.7, 0.25, 0.0, 6500),
    "pizzicato": _String(0.28, 0.05, 0.0, 3500),
    "upright": _String(0.8, 0.02, 0.0, 1800),
}

_OCTAVE_OF: dict[str, int] = {
    "celesta": 24,
    "music_box": 24,
    "bells": 12,
    "whistle": 12,
    "harp": 0,
    "cello": -12,
    "horn": -12,
}
"""Semitones by which a lead lies over or under the middle register."""


def lead_register(name: str) -> int:
    """Semitones to move a melody by so that it suits the instrument."""
    return _OCTAVE_OF.get(name, 0)


def _key(part: str, name: str) -> str:
    """The instrument that a word stands for; some words differ between lead, bass and pad."""
    return {("pad", "brass"): "pad_brass", ("bass", "piano"): "piano", ("bass", "guitar"): "guitar"}.get(
        (part, name), name
    )


def tone_maker(part: str, name: str) -> ToneMaker:
    """The maker of an instrument's tones; `part` is lead, bass or pad."""
    key = _key(part, name)
    if key in {"piano", "felt_piano"}:
        return partial(_piano, 0.8 if key == "felt_piano" else 0.1)
    if key in _BARS:
        return partial(_bar_tone, _BARS[key])
    if key in _STRINGS:
        return partial(_string_tone, _STRINGS[key])
    return partial(_wave_tone, _WAVES[key])


def release_samples(part: str, name: str, length: int) -> int:
    """How long before its end a note of `length` samples is let go."""
    key = _key(part, name)
    if key in {"piano", "felt_piano"}:
        return min(seconds_to_samples(0.3), round(0.3 * length))
    if key in _WAVES:
        return min(seconds_to_samples(_WAVES[key].release_s), length // 2)
    return round((0.25 if key in _BARS else 0.2) * length)


def levelled(note: Mono) -> Mono:
    """The note with its loudest 100 ms at an RMS of 0.1 (found in steps of 10 ms), in place."""
    step = SAMPLE_RATE // 100
    if len(note) < 10 * step:
        power = float(np.einsum("i,i", note, note)) / max(1, len(note))
    else:
        rows = note[: len(note) // step * step].reshape(-1, step)
        sums = np.concatenate([[0.0], np.cumsum(np.einsum("ij,ij->i", rows, rows), dtype=np.float64)])
        power = float((sums[10:] - sums[:-10]).max()) / (10 * step)
    note *= np.float32(0.1 / np.sqrt(max(1e-12, power)))
    return note


def finished(tone: Mono, part: str, name: str, length: int) -> Mono:
    """A note of exactly `length` samples from a tone at least that long: let go, ending in zero, and levelled."""
    note = tone[:length].copy()
    let_go(note, release_samples(part, name, length))
    return levelled(note)


def play(part: str, name: str, pitch: float, length: int, brightness: float, seed: int) -> Mono:
    """One note of exactly `length` samples: its loudest 100 ms at an RMS of 0.1, both edges at zero."""
    return finished(tone_maker(part, name)(pitch, length, brightness, seed), part, name, length)
