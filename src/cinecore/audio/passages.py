"""Sounds that lead up to their last sample, pass by or stop; levels and edges are set by `effects.py`."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from cinecore.audio.hits import gong, timpani
from cinecore.audio.synth import (
    SAW,
    Mono,
    add,
    band,
    frequency,
    glide,
    moving_band,
    noise,
    oscillator,
    stereo,
)
from cinecore.audio.wave import Pcm, silence
from cinecore.timebase import SAMPLE_RATE


def _sweep(length: int, seed: int, _: float) -> Pcm:
    """Air that passes from left to right: up, then down."""
    half = max(1, int(length * 0.62))
    centres = np.concatenate([glide(350, 5200, half, 1.4), glide(5200, 700, length - half, 0.8)])
    air = moving_band(noise(length, seed), centres, octaves=0.7)
    rise = np.sin(np.pi * np.minimum(1, np.arange(length) / length) ** 1.5) ** 2
    moved = air * rise.astype(np.float32)
    pan = np.linspace(-0.7, 0.7, length)
    left, right = np.cos((pan + 1) * np.pi / 4), np.sin((pan + 1) * np.pi / 4)
    return np.stack([moved * left, moved * right], axis=1).astype(np.float32)


def _riser(length: int, seed: int, pitch: float) -> Pcm:
    """Noise and a chord that climb two octaves and swell to the very end."""
    grow = (np.linspace(0, 1, length) ** 2.2).astype(np.float32)
    air = moving_band(noise(length, seed), glide(250, 9000, length, 1.3), octaves=0.9)
    out = stereo(air * grow)
    for number, (step, pan) in enumerate(((0, -0.5), (7, 0.5), (12, 0.0))):
        hertz = frequency(pitch + 12 + step)
        climb = glide(hertz, hertz * 4, length, 1.6) * (1 + 0.004 * number)
        pulse = 0.65 + 0.35 * np.sin(2 * np.pi * np.cumsum(glide(3, 16, length)) / SAMPLE_RATE)
        out += stereo(0.16 * oscillator(climb, length, SAW[:10]) * grow * pulse.astype(np.float32), pan)
    return out


def _reverse(length: int, seed: int, pitch: float) -> Pcm:
    """A struck cymbal and chord, backwards."""
    return np.ascontiguousarray(gong(length, seed, pitch + 12)[::-1])


def _swell(length: int, seed: int, pitch: float) -> Pcm:
    """A cymbal roll and low strings that grow."""
    grow = (np.linspace(0, 1, length) ** 1.8).astype(np.float32)
    metal = band(noise(length, seed), 2500, 14_000) * grow
    strings = sum(
        oscillator(frequency(pitch + step) * (1 + d), length, SAW[:12])
        for step, d in ((0, 0.0), (7, 0.002), (12, -0.002))
    )
    return stereo(metal, 0.2) + stereo(np.asarray(strings, np.float32) * 0.12 * grow, -0.2)


def _stop(length: int, seed: int, pitch: float) -> Mono:
    """A record braked to a halt."""
    slow = np.maximum(0.02, 1 - np.linspace(0, 1, length) ** 1.3)
    note = oscillator(frequency(pitch + 24) * slow, length, SAW[:8]) * 0.6
    note += oscillator(frequency(pitch + 31) * slow, length, SAW[:6]) * 0.4
    scratch = moving_band(noise(length, seed), 200 + 2500 * slow, octaves=0.8) * 0.8
    return np.asarray((note + scratch) * (slow**0.5).astype(np.float32), np.float32)


def _roll(length: int, seed: int, pitch: float) -> Pcm:
    """A timpani roll that grows: strokes ever so slightly uneven."""
    random = np.random.default_rng(seed)
    out = silence(length)
    stroke = stereo(timpani(min(length, SAMPLE_RATE), seed, pitch))
    position = 0.0
    while position < length:
        part = position / length
        add(out, stroke, int(position), 0.15 + 0.85 * part**1.6 + float(random.uniform(-0.05, 0.05)))
        position += SAMPLE_RATE * (0.085 - 0.025 * part)
    return out


PASSAGE_MAKERS: dict[str, Callable[[int, int, float], Mono | Pcm]] = {
    "sweep": _sweep,
    "long_sweep": _sweep,
    "riser": _riser,
    "reverse": _reverse,
    "swell": _swell,
    "stop": _stop,
    "roll": _roll,
}
"""A maker for every kind: (samples, seed, MIDI pitch of the key's low root) → sound."""
