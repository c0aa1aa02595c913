"""The sound of a sample film: lines, ambience by place, music that follows the intensity, effects.

Everything is synthesised in numpy at 48 kHz from the shooting plan; the lines come ready-made.
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from cinecore.timebase import SAMPLE_RATE, Span
from samples.camera import WALK_CYCLES_A_SECOND
from samples.encode import Sound
from samples.screenplay import intensity_at
from samples.shooting import ShootingPlan, Shot

Mono = npt.NDArray[np.float32]

SEGMENT_TEMPO = (72, 84, 100, 92, 108, 132)
"""Beats a minute between two turning points."""
SEGMENT_ROOT_HZ = (110.0, 123.47, 98.0, 87.31, 92.5, 110.0)
MAJOR = ((0, 4, 7), (9, 12, 16), (5, 9, 12), (7, 11, 14))
MINOR = ((0, 3, 7), (8, 12, 15), (3, 7, 10), (10, 14, 17))
"""Four chords of a bar each, in semitones above the root."""

DIALOGUE_GAIN = 1.0
DUCK_DB = -9.0
"""How far music and ambience step back under a line."""
DUCK_RAMP_S = 0.18
PEAK = 0.93

AMBIENCES: dict[str, tuple[float, float, float]] = {
    "street": (90, 900, 0.010),
    "harbour": (60, 700, 0.018),
    "forest": (900, 6000, 0.006),
    "kitchen": (50, 240, 0.006),
    "rooftop": (120, 1200, 0.013),
    "hills": (180, 2200, 0.009),
    "workshop": (70, 500, 0.010),
    "tunnel": (40, 300, 0.016),
}
"""Low and high edge in hertz, and level, of the noise that a place makes."""


def mix_film(plan: ShootingPlan, seed: int) -> Sound:
    """The film's whole sound, (samples, 2) float32 within ±1, exactly as long as its frames."""
    total = plan.rate.samples(plan.frames)
    random = np.random.default_rng([seed, 5])
    bed = np.zeros((total, 2), np.float32)
    for index, scene in enumerate(plan.outline.scenes):
        span = _scene_samples(plan, index)
        if scene.place:
            _ambience(bed, span, scene.place, random)
        if scene.kind not in {"black", "test_card"}:
            _music(bed, span, plan, index)
        if scene.kind == "test_card":
            time = np.arange(span.length) / SAMPLE_RATE
            bed[span.start : span.end] += (0.08 * np.sin(2 * np.pi * 1000 * time)).astype(np.float32)[
                :, np.newaxis
            ]
    bed *= _ducking(plan, total)[:, np.newaxis]
    for shot in plan.shots:
        _effects(bed, plan, shot)
    for line in plan.lines:
        pan = (line.speaker % 3 - 1) * 0.12
        part = bed[line.start : line.end]
        part[:, 0] += line.sound * (DIALOGUE_GAIN * (1 - pan))
        part[:, 1] += line.sound * (DIALOGUE_GAIN * (1 + pan))
    # A soft knee near full scale: hits on a climax lean on it, nothing wraps or clips.
    mixed: Sound = (PEAK * np.tanh(bed / PEAK)).astype(np.float32)
    return mixed


def _scene_samples(plan: ShootingPlan, index: int) -> Span:
    inside = [shot.span for shot in plan.shots if shot.scene == index]
    return Span(plan.rate.samples(inside[0].start), plan.rate.samples(inside[-1].end))


def _ducking(plan: ShootingPlan, total: int) -> Mono:
    gain = np.ones(total, np.float32)
    low = 10 ** (DUCK_DB / 20)
    ramp = round(DUCK_RAMP_S * SAMPLE_RATE)
    down = np.linspace(1, low, ramp, dtype=np.float32)
    for line in plan.lines:
        start, end = max(0, line.start - ramp), min(total, line.end + ramp)
        shape = np.full(end - start, low, np.float32)
        shape[:ramp] = down
        shape[-ramp:] = down[::-1]
        np.minimum(gain[start:end], shape, out=gain[start:end])
    return gain


def _ambience(bed: Sound, span: Span, place: str, random: np.random.Generator) -> None:
    low, high, level = AMBIENCES[place]
    size = min(span.length, 6 * SAMPLE_RATE)
    for channel in range(2):
        spectrum = np.fft.rfft(random.standard_normal(size))
        frequency = np.fft.rfftfreq(size, 1 / SAMPLE_RATE)
        spectrum *= 1 / (1 + (low / np.maximum(frequency, 1)) ** 4) / (1 + (frequency / high) ** 4)
        noise = np.fft.irfft(spectrum, size)
        noise *= level / np.sqrt(np.mean(noise**2))
        time = np.arange(span.length) / SAMPLE_RATE
        swell = 1 + 0.35 * np.sin(2 * np.pi * time / (5.3 if place == "harbour" else 11.0) + channel)
        tiled = np.resize(np.concatenate([noise, noise[::-1]]), span.length) * swell
        edge = min(span.length // 2, SAMPLE_RATE // 25)
        tiled[:edge] *= np.linspace(0, 1, edge)
        tiled[-edge:] *= np.linspace(1, 0, edge)
        bed[span.start : span.end, channel] += tiled.astype(np.float32)


@lru_cache(maxsize=256)
def _note(hertz: float, seconds: float, kind: str) -> Mono:
    """One note of an instrument: pad, bass, pluck, or a drum."""
    time = np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    if kind == "drum":
        phase = np.cumsum(45 + 90 * np.exp(-time * 28)) / SAMPLE_RATE
        return (np.sin(2 * np.pi * phase) * np.exp(-time * 9)).astype(np.float32)
    if kind == "hat":
        noise = np.random.default_rng(9).standard_normal(len(time))
        return (np.diff(noise, prepend=0.0) * np.exp(-time * 45) * 0.35).astype(np.float32)
    partials = {"pad": (1, 0.5, 0.22, 0.1), "bass": (1, 0.6, 0.3), "pluck": (1, 0.4, 0.25, 0.12)}[kind]
    sound = np.zeros_like(time)
    for number, strength in enumerate(partials, 1):
        detune = 1 + 0.0015 * (number % 3 - 1)
        sound += strength * np.sin(2 * np.pi * hertz * number * detune * time + 0.3 * number)
    if kind == "pad":
        shape = np.minimum(1, time / 0.35) * np.minimum(1, (seconds - time) / 0.4)
    else:
        shape = np.minimum(1, time / 0.006) * np.exp(-time * (3.0 if kind == "bass" else 7.0))
        shape *= np.minimum(1, (seconds - time) / 0.02)
    note: Mono = (sound * shape).astype(np.float32)
    return note


def _add(bed: Sound, at: int, sound: Mono, gain: float, pan: float, end: int) -> None:
    """Lay a mono sound at a sample, cut at `end` with a 5 ms fade."""
    length = min(len(sound), end - at)
    if length <= 0 or at < 0:
        return
    part = sound[:length] * np.float32(gain)
    if length < len(sound):
        ramp = min(length, SAMPLE_RATE // 200)
        part[-ramp:] *= np.linspace(1, 0, ramp, dtype=np.float32)
    bed[at : at + length, 0] += part * np.float32(1 - max(0.0, pan))
    bed[at : at + length, 1] += part * np.float32(1 + min(0.0, pan))


def _music(bed: Sound, span: Span, plan: ShootingPlan, index: int) -> None:
    """Pads always; bass, plucks and drums as the intensity rises. Bars begin with the scene."""
    scene = plan.outline.scenes[index]
    played = scene.segment if scene.music is None else scene.music
    segment = max(played, 0)
    is_bright = played in {-1, 0, 1} or (played == 5 and scene.turning_point is None)
    chords = MAJOR if is_bright else MINOR
    beat = 60 / SEGMENT_TEMPO[segment]
    root = SEGMENT_ROOT_HZ[segment]
    beats = math.ceil(span.length / SAMPLE_RATE / beat)
    for number in range(beats):
        at = span.start + round(number * beat * SAMPLE_RATE)
        intensity = 0.3 if scene.segment < 0 else intensity_at(plan.outline, at / SAMPLE_RATE)
        loud = 0.35 + 0.9 * intensity
        chord = chords[number // 4 % 4]
        if number % 4 == 0:
            for voice, step in enumerate(chord):
                pitch = root * 2 * 2 ** (step / 12)
                _add(bed, at, _note(pitch, beat * 4 + 0.3, "pad"), 0.020 * loud, (voice - 1) * 0.5, span.end)
        if intensity > 0.28:
            _add(bed, at, _note(root / 2 * 2 ** (chord[0] / 12), beat, "bass"), 0.06 * loud, 0, span.end)
        if intensity > 0.4:
            for half in range(2 if intensity < 0.7 else 4):
                step = chord[(number + half) % 3] + 12 * (half % 2)
                offset = round(half * beat / (2 if intensity < 0.7 else 4) * SAMPLE_RATE)
                note = _note(root * 4 * 2 ** (step / 12), 0.4, "pluck")
                _add(bed, at + offset, note, 0.028 * loud, 0.6 * (-1) ** half, span.end)
        if intensity > 0.55:
            _add(bed, at, _note(50.0, 0.4, "drum"), 0.20 * loud, 0, span.end)
            _add(bed, at + round(beat / 2 * SAMPLE_RATE), _note(0.0, 0.12, "hat"), 0.10 * loud, 0.3, span.end)


@lru_cache(maxsize=8)
def _effect(kind: str) -> Mono:
    """A boom, a thunder-clap, a step or a sweep."""
    seconds = {"boom": 1.8, "thunder": 1.6, "step": 0.09, "sweep": 0.6}[kind]
    time = np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    noise = np.random.default_rng(len(kind)).standard_normal(len(time))
    rumble = np.convolve(noise, np.hanning(180) / 90, mode="same")
    if kind == "boom":
        tone = np.sin(2 * np.pi * np.cumsum(38 + 60 * np.exp(-time * 14)) / SAMPLE_RATE)
        return (0.6 * tone * np.exp(-time * 3.2) + 0.8 * rumble * np.exp(-time * 7)).astype(np.float32)
    if kind == "thunder":
        crack = noise * np.exp(-time * 30) * 0.35
        return ((crack + 2.2 * rumble * np.exp(-time * 3)) * np.minimum(1, time / 0.004)).astype(np.float32)
    if kind == "step":
        return (rumble * np.exp(-time * 60) * np.minimum(1, time / 0.002)).astype(np.float32)
    sweep: Mono = (rumble * np.sin(np.pi * time / seconds) ** 2).astype(np.float32)
    return sweep


def _is_marked(plan: ShootingPlan, shot: Shot) -> bool:
    """Whether a blow on the sound track goes with the shot."""
    turning_point = plan.outline.scenes[shot.scene].turning_point
    if shot.moment.startswith("turning point"):
        return turning_point not in plan.outline.unmarked
    return shot.moment.startswith("false climax")


def _effects(bed: Sound, plan: ShootingPlan, shot: Shot) -> None:
    rate = plan.rate
    start, end = rate.samples(shot.span.start), rate.samples(shot.span.end)
    total = len(bed)
    if _is_marked(plan, shot):
        _add(bed, start, _effect("boom"), 0.55, 0, total)
    if shot.opening == "flash":
        _add(bed, start, _effect("thunder"), 0.35, 0, total)
    for frame in shot.flashes[:1]:
        _add(bed, rate.samples(frame), _effect("thunder"), 0.4, 0.2, total)
    for person in shot.people[:1]:
        cycles = WALK_CYCLES_A_SECOND[person.action]
        if cycles and shot.repeats is None:
            stride = SAMPLE_RATE / (2 * cycles)
            for step in range(int((end - start) / stride)):
                gain = 0.16 if person.action == "run" else 0.09
                _add(bed, start + round(step * stride), _effect("step"), gain, 0, end)
