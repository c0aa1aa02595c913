"""Quiet sounds that hold a pause for as long as asked; levels and edges are set by `effects.py`."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from cinecore.audio.hits import bell
from cinecore.audio.synth import (
    Mono,
    add,
    band,
    fall,
    frequency,
    in_room,
    moving_band,
    noise,
    partials,
    reverberation,
    seconds_to_samples,
    stereo,
    thump,
    times,
    tone,
)
from cinecore.audio.wave import Pcm, silence
from cinecore.timebase import SAMPLE_RATE


def _heartbeat(length: int, seed: int, _: float) -> Mono:
    out = silence(length)
    beat = stereo(band(thump(SAMPLE_RATE // 2, 72, 42, 0.09), 20, 220))
    for at in range(0, length, seconds_to_samples(1.0)):
        add(out, beat, at)
        add(out, beat, at + seconds_to_samples(0.28), 0.65)
    return out[:, 0] + 0.004 * band(noise(length, seed), 40, 300)


def _slow_wave(length: int, seed: int, hertz: float) -> Mono:
    """A smooth random curve around 1, for gusts and drift."""
    knots = max(4, int(length / SAMPLE_RATE * hertz) + 4)
    values = np.random.default_rng(seed).uniform(0.25, 1.0, knots)
    fine = np.interp(np.linspace(1, knots - 2, max(8, knots * 16)), np.arange(knots), values)
    smooth = np.convolve(np.pad(fine, 8, mode="edge"), np.hanning(17) / np.hanning(17).sum(), "valid")
    return np.interp(np.linspace(0, len(smooth) - 1, length), np.arange(len(smooth)), smooth).astype(
        np.float32
    )


def _wind(length: int, seed: int, _: float) -> Pcm:
    left = moving_band(
        noise(length, seed), 250 + 500 * _slow_wave(length, seed + 1, 0.7).astype(np.float64), octaves=0.5
    )
    right = moving_band(
        noise(length, seed + 2), 260 + 520 * _slow_wave(length, seed + 3, 0.7).astype(np.float64), octaves=0.5
    )
    gust = _slow_wave(length, seed + 4, 0.5)[:, None]
    return np.asarray(np.stack([left, right], axis=1) * gust, np.float32)


def _still_tone(length: int, _: int, pitch: float) -> Mono:
    return tone(frequency(pitch + 48), length) * 0.5 + tone(frequency(pitch + 48) * 1.0007, length) * 0.5


def _clock(length: int, seed: int, _: float) -> Pcm:
    out = silence(length)
    for number, at in enumerate(range(0, length, SAMPLE_RATE // 2)):
        size = SAMPLE_RATE // 10
        tick = partials(size, 2300 if number % 2 else 2700, ((1.0, 1.0, 0.008), (1.9, 0.5, 0.005)))
        add(out, stereo(tick + 0.4 * band(noise(size, seed), 2500, 9000) * fall(size, 0.003)), at)
    return in_room(out, 0.8, 0.25)


def _bell_far(length: int, seed: int, pitch: float) -> Pcm:
    near = bell(length, seed, pitch)
    return np.asarray(0.3 * near + reverberation(near, 3.0, 0.2)[:length], np.float32)


def _air(length: int, seed: int, _: float) -> Pcm:
    return np.stack([band(noise(length, seed + side), 60, 900, slope=1.0) for side in range(2)], axis=1)


def _hum(length: int, seed: int, pitch: float) -> Pcm:
    low = frequency(pitch - 12)
    out = silence(length)
    for ratio, level, pan in (
        (1.0, 1.0, 0.0),
        (1.004, 0.7, -0.5),
        (2.003, 0.4, 0.5),
        (3.0, 0.2, 0.0),
        (4.99, 0.08, 0.3),
    ):
        out += stereo(tone(low * ratio, length) * np.float32(level), pan)
    return np.asarray(out * _slow_wave(length, seed, 0.6)[:, None], np.float32)


def _rain(length: int, seed: int, _: float) -> Pcm:
    random = np.random.default_rng(seed)
    out = np.stack(
        [band(noise(length, seed + side), 900, 9000, slope=1.0) * 0.35 for side in range(2)], axis=1
    )
    drop = fall(960, 0.002)
    for _drop in range(int(60 * length / SAMPLE_RATE)):
        sound = tone(float(random.uniform(1800, 6500)), 960) * drop
        add(
            out,
            stereo(sound, float(random.uniform(-0.9, 0.9))),
            int(random.integers(length)),
            float(random.uniform(0.1, 0.5)),
        )
    return out.astype(np.float32)


def _creak(length: int, seed: int, pitch: float) -> Pcm:
    """One door, slowly: stick-slip pulses through a wooden body, in the middle of a near-silence."""
    rate = 18 + 45 * _slow_wave(length, seed, 1.5).astype(np.float64)
    pulses = (np.diff(np.floor(np.cumsum(rate) / SAMPLE_RATE), prepend=0.0) > 0).astype(np.float32)
    body = partials(4800, 310, ((1.0, 1.0, 0.02), (2.1, 0.7, 0.012), (3.4, 0.5, 0.008), (5.2, 0.3, 0.005)))
    creak = np.convolve(pulses, body)[:length]
    place = np.exp(-0.5 * ((np.arange(length) / length - 0.45) / 0.16) ** 2).astype(np.float32)
    return in_room(np.asarray(creak * place, np.float32), 1.8, 0.4, 0.4) + 0.02 * _air(length, seed, pitch)


def _breathing(length: int, seed: int, _: float) -> Mono:
    out = np.zeros(length, np.float32)
    air_in, air_out = band(noise(length, seed), 900, 5000), band(noise(length, seed + 1), 400, 2600)
    at = times(length) % 2.6
    out += air_in * (np.sin(np.pi * np.clip(at / 0.9, 0, 1)) ** 2).astype(np.float32) * 0.7
    out += air_out * (np.sin(np.pi * np.clip((at - 1.15) / 1.2, 0, 1)) ** 2).astype(np.float32)
    return out


def _note(length: int, _: int, pitch: float) -> Pcm:
    out = stereo(
        partials(
            length, frequency(pitch + 24), tuple((float(n), 1 / n**1.6, 1.9 / n**0.6) for n in range(1, 9))
        )
    )
    return in_room(out, 2.8, 0.5, 0.4)


BREATH_MAKERS: dict[str, Callable[[int, int, float], Mono | Pcm]] = {
    "heartbeat": _heartbeat,
    "wind": _wind,
    "tone": _still_tone,
    "clock": _clock,
    "bell_far": _bell_far,
    "room": _air,
    "hum": _hum,
    "rain": _rain,
    "creak": _creak,
    "breathing": _breathing,
    "note": _note,
}
"""A maker for every kind: (samples, seed, MIDI pitch of the key's low root) → sound."""
