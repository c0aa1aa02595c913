"""Sounds of places and things that the core has no maker for: noise and tones shaped until they are recognised.

Each is made anew from a seed, the same samples each time. Which scene gets which is decided elsewhere.
"""

from __future__ import annotations

import json
from collections.abc import Callable

import numpy as np

from cinecore.audio.synth import (
    Mono,
    add,
    band,
    faded,
    fall,
    glide,
    noise,
    oscillator,
    peak_at,
    seconds_to_samples,
    stereo,
    thump,
    times,
    tone,
)
from cinecore.audio.wave import Pcm, silence
from cinecore.errors import InputError
from cinecore.timebase import SAMPLE_RATE
from cinecore.timeline import MadeSound

MAKER = "surroundings/1"
"""A change in how they sound is a change of this name."""

PEAK_DB = -12.0


def surroundings_sound(kind: str, seed: int) -> MadeSound:
    """The recipe of a sound; it is made as long as its cue.

    Raises:
        InputError: No such kind.
    """
    if kind not in MAKERS:
        raise InputError("There is no such sound.", kind, f"Known: {', '.join(MAKERS)}.")
    return MadeSound(MAKER, json.dumps({"kind": kind, "seed": seed}, sort_keys=True, separators=(",", ":")))


def make_surroundings(sound: MadeSound, length: int) -> Pcm:
    """A sound of exactly `length` samples, soft at both ends, its peak at -12 dBFS.

    Raises:
        InputError: A recipe that is none of ours.
    """
    try:
        recipe = json.loads(sound.recipe)
        maker, seed = MAKERS[str(recipe["kind"])], int(recipe["seed"])
    except (ValueError, KeyError, TypeError) as error:
        raise InputError("A sound's recipe cannot be read.", sound.recipe[:80], "Stitch again.") from error
    made = silence(length)
    add(made, maker(length, seed), 0)
    return peak_at(faded(made, min(0.02, length / SAMPLE_RATE / 4)), PEAK_DB)


def _drift(length: int, seed: int, hertz: float, low: float = 0.3) -> Mono:
    """A smooth random curve between `low` and 1 that changes about `hertz` times a second."""
    knots = max(4, int(length / SAMPLE_RATE * hertz) + 4)
    values = np.random.default_rng(seed).uniform(low, 1.0, knots)
    at = np.linspace(1, knots - 2, max(8, length // 480))
    before = np.clip(at.astype(np.int64), 0, knots - 2)
    part = 0.5 - 0.5 * np.cos(np.pi * (at - before))
    coarse = values[before] * (1 - part) + values[before + 1] * part
    return np.interp(np.linspace(0, len(coarse) - 1, length), np.arange(len(coarse)), coarse).astype(
        np.float32
    )


def _two_sides(make: Callable[[int], Mono]) -> Pcm:
    return np.stack([make(0), make(1)], axis=1).astype(np.float32)


def _sea(length: int, seed: int) -> Pcm:
    """Rollers every seven seconds or so: a body that swells, and foam that hisses after it."""
    random = np.random.default_rng(seed)
    swell = np.full(length, 0.18, np.float32)
    foam = np.full(length, 0.05, np.float32)
    at = -random.uniform(0.0, 4.0)
    clock = times(length)
    while at < length / SAMPLE_RATE:
        strength = random.uniform(0.6, 1.0)
        swell += (strength * np.exp(-0.5 * ((clock - at - 2.2) / 1.1) ** 2)).astype(np.float32)
        late = clock - at - 2.6
        foam += (strength * np.where(late > 0, np.exp(-late / 1.6), np.exp(late / 0.4))).astype(np.float32)
        at += random.uniform(5.5, 8.0)
    return _two_sides(
        lambda side: (
            band(noise(length, seed * 7 + side), 60, 600) * swell * 1.6
            + band(noise(length, seed * 7 + 2 + side), 700, 3200) * foam * 0.35
        )
    )


def _fire(length: int, seed: int) -> Pcm:
    random = np.random.default_rng(seed)
    out = _two_sides(
        lambda side: (
            band(noise(length, seed * 5 + side), 40, 350, slope=1.0) * _drift(length, seed + side, 3.0) * 1.2
        )
    )
    for _ in range(int(14 * length / SAMPLE_RATE) + 1):
        size = int(random.integers(120, 900))
        burst = band(noise(size, int(random.integers(1 << 30))), 900, 9000) * fall(
            size, size / SAMPLE_RATE / 4
        )
        crack = stereo(burst, float(random.uniform(-0.6, 0.6)))
        add(out, crack, int(random.integers(max(1, length))), min(1.2, float(random.exponential(0.6))))
    # a few crackles stand far above the rest: rounded off, so that the fire between them is heard
    return np.asarray(np.tanh(4 * out), np.float32)


def _birds(length: int, seed: int) -> Pcm:
    random = np.random.default_rng(seed)
    out = _two_sides(lambda side: band(noise(length, seed * 3 + side), 200, 1500, slope=1.0) * 0.03)
    at = int(random.uniform(0.1, 0.6) * SAMPLE_RATE)
    while at < length:
        start, bend = float(random.uniform(2600, 4800)), float(random.uniform(0.75, 1.35))
        pan, level = float(random.uniform(-0.8, 0.8)), float(random.uniform(0.15, 0.5))
        for _ in range(int(random.integers(2, 6))):
            size = int(random.uniform(0.05, 0.13) * SAMPLE_RATE)
            shape = np.sin(np.pi * np.arange(size) / size).astype(np.float32)
            add(
                out,
                stereo(oscillator(glide(start, start * bend, size), size, (1.0, 0.1)) * shape, pan),
                at,
                level,
            )
            at += size + int(random.uniform(0.02, 0.08) * SAMPLE_RATE)
        at += int(random.uniform(0.4, 1.6) * SAMPLE_RATE)
    return out


def _stream(length: int, seed: int) -> Pcm:
    return _two_sides(
        lambda side: (
            band(noise(length, seed * 5 + side), 400, 1600) * _drift(length, seed + side, 14.0)
            + band(noise(length, seed * 5 + 2 + side), 1800, 6000)
            * _drift(length, seed + 9 + side, 22.0)
            * 0.5
        )
    )


def _night(length: int, seed: int) -> Pcm:
    """Two crickets, each with a pitch and a pace of its own."""
    out = silence(length)
    clock = times(length)
    for number, (hertz, every_s, pan) in enumerate(((4350.0, 0.92, -0.5), (4720.0, 1.17, 0.6))):
        chirp = (clock + 0.3 * number) % every_s
        gate = (np.clip(chirp / 0.02, 0, 1) * np.clip((0.34 - chirp) / 0.03, 0, 1)).astype(np.float32)
        trill = (0.5 - 0.5 * np.cos(2 * np.pi * 31.0 * clock)).astype(np.float32)
        out += stereo(tone(hertz, length) * gate * trill * np.float32(0.5), pan)
    return out + _two_sides(lambda side: band(noise(length, seed * 3 + side), 80, 600, slope=1.0) * 0.1)


def _traffic(length: int, seed: int) -> Pcm:
    return _two_sides(
        lambda side: (
            band(noise(length, seed * 5 + side), 45, 380) * _drift(length, seed + side, 0.35, 0.2) * 1.5
            + band(noise(length, seed * 5 + 2 + side), 500, 2200)
            * _drift(length, seed + side, 0.35, 0.1)
            * 0.25
        )
    )


def _crowd(length: int, seed: int) -> Pcm:
    """Many voices that say nothing: bands of noise where vowels lie, each with syllables of its own."""
    out = silence(length)
    random = np.random.default_rng(seed)
    for number in range(10):
        low = float(random.uniform(220, 650))
        voice = (
            band(noise(length, seed * 31 + number), low, low * 2.2)
            * _drift(length, seed * 17 + number, 4.5, 0.0) ** 2
        )
        add(out, stereo(voice, float(random.uniform(-0.9, 0.9))), 0, 0.6)
    return out


def _thunder(length: int, seed: int) -> Pcm:
    clock = times(length)
    roll = (np.minimum(1, clock / 0.06) * np.exp(-clock / 1.3)).astype(np.float32)
    crack = np.exp(-clock / 0.18).astype(np.float32)
    return _two_sides(
        lambda side: (
            band(noise(length, seed * 5 + side), 22, 160) * roll * _drift(length, seed + side, 5.0, 0.2) * 9.0
            + band(noise(length, seed * 5 + 2 + side), 200, 2500, slope=1.0) * crack * 0.35
        )
    )


def _footsteps(length: int, seed: int) -> Pcm:
    out = silence(length)
    size = seconds_to_samples(0.18)
    for number, at in enumerate(range(0, max(1, length - size), seconds_to_samples(0.56))):
        gravel = band(noise(size, seed * 11 + number), 700, 5200) * fall(size, 0.035) * 0.5
        step = thump(size, 130, 70, 0.05) + gravel
        add(out, stereo(step, 0.15 * (-1) ** number), at, 1.0 if number % 2 else 0.85)
    return out


def _splash(length: int, seed: int) -> Pcm:
    clock = times(length)
    body = (np.minimum(1, clock / 0.02) * np.exp(-clock / 0.28)).astype(np.float32)
    return _two_sides(
        lambda side: (
            band(noise(length, seed * 5 + side), 350, 5500, slope=1.0)
            * body
            * _drift(length, seed + side, 24.0)
        )
    )


def _knock(length: int, seed: int) -> Pcm:
    out = silence(length)
    size = seconds_to_samples(0.16)
    for number in range(3):
        wood = band(noise(size, seed * 11 + number), 250, 1400) * fall(size, 0.018) + thump(
            size, 240, 170, 0.03
        )
        add(out, stereo(wood), number * seconds_to_samples(0.26))
    return out


MAKERS: dict[str, Callable[[int, int], Pcm]] = {
    "sea": _sea,
    "fire": _fire,
    "birds": _birds,
    "stream": _stream,
    "night": _night,
    "traffic": _traffic,
    "crowd": _crowd,
    "thunder": _thunder,
    "footsteps": _footsteps,
    "splash": _splash,
    "knock": _knock,
}
"""A maker for every kind: (samples, seed) → sound."""
