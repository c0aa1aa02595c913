"""Struck sounds: their onset is sample 0 and they ring out; levels and edges are set by `effects.py`."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from cinecore.audio.synth import (
    SAW,
    Mono,
    add,
    band,
    envelope,
    fall,
    frequency,
    glide,
    in_room,
    moving_band,
    noise,
    oscillator,
    partials,
    seconds_to_samples,
    stereo,
    string,
    thump,
    times,
    tone,
)
from cinecore.audio.wave import Pcm, silence
from cinecore.timebase import SAMPLE_RATE


def _hit(length: int, seed: int, _: float) -> Pcm:
    click = band(noise(length, seed), 900, 9000) * fall(length, 0.035)
    return in_room(thump(length, 150, 48, 0.28) + 0.9 * click, 1.4, 0.35)


def _boom(length: int, seed: int, _: float) -> Pcm:
    rumble = band(noise(length, seed), 25, 160) * fall(length, 0.7)
    knock = band(noise(length, seed + 1), 300, 1500) * fall(length, 0.06)  # heard on small speakers too
    return in_room(thump(length, 110, 34, 0.7) + 1.1 * rumble + 0.7 * knock, 2.4, 0.5, 0.3)


def _braam(length: int, seed: int, pitch: float) -> Pcm:
    """Massed low brass: detuned saws through an opening throat, driven hard."""
    out = silence(length)
    open_ = np.exp(-times(length) / 0.9) * np.minimum(1, times(length) / 0.05)
    for number, step in enumerate((0, 0, 7, 12, 12, 24)):
        detune = 1 + 0.0035 * (number % 3 - 1)
        raw = oscillator(frequency(pitch + step) * detune, length, SAW)
        out += stereo(raw, (-0.6, 0.6, 0.0)[number % 3])
    for side in range(2):  # filters add up: two passes a side, not two a voice
        raw = np.ascontiguousarray(out[:, side])
        out[:, side] = band(raw, 30, 260) + band(raw, 60, 2600) * open_.astype(np.float32)
    body = envelope(length, attack_s=0.03, decay_s=1.2, sustain=0.15, release_s=0.4 * length / SAMPLE_RATE)
    driven = np.tanh(0.9 * out * body[:, None]).astype(np.float32)
    return in_room(driven + 0.4 * _hit(length, seed, pitch), 2.2, 0.35)


def _sub_drop(length: int, _: int, pitch: float) -> Mono:
    # the glide of a sine, with enough of its octaves to be heard on small speakers
    hertz = glide(110, max(26.0, frequency(pitch - 12)), length, 0.35)
    body = oscillator(hertz, length, (1.0, 0.3, 0.15)) * fall(length, 0.35 * length / SAMPLE_RATE + 0.2)
    return band(np.asarray(np.tanh(1.6 * body), np.float32), 20, 20_000)


def timpani(length: int, seed: int, pitch: float) -> Mono:
    """A kettledrum a fifth over the root."""
    hertz = frequency(pitch + 7)
    parts = ((1.0, 1.0, 0.7), (1.5, 0.55, 0.45), (1.98, 0.35, 0.35), (2.44, 0.2, 0.25), (0.5, 0.25, 0.2))
    stick = band(noise(length, seed), 80, 1800) * fall(length, 0.02)
    return partials(length, hertz, parts) + 0.6 * stick


def gong(length: int, seed: int, pitch: float) -> Pcm:
    """A large gong: many tones apart from a series, the higher ones blooming late."""
    random = np.random.default_rng(seed)
    low = frequency(pitch)
    out = silence(length)
    bloom = np.minimum(1, times(length) / 0.25).astype(np.float32)
    for number in range(22):
        ratio = 1 + number * 0.73 + float(random.uniform(-0.2, 0.2))
        late = bloom if number > 6 else 1.0
        ring = tone(low * ratio * 1.5, length) * fall(length, 2.4 / (1 + 0.12 * number)) * late
        out += stereo(np.asarray(ring, np.float32) / (1 + 0.25 * number), float(random.uniform(-0.6, 0.6)))
    return out


def bell(length: int, _: int, pitch: float) -> Pcm:
    """A church bell: hum, prime, minor third, fifth, nominal (ratios after Rossing)."""
    parts = (
        (0.5, 0.5, 2.6),
        (1.0, 0.8, 1.8),
        (1.19, 0.6, 1.4),
        (1.5, 0.35, 1.0),
        (2.0, 0.9, 1.1),
        (2.6, 0.3, 0.6),
        (4.1, 0.2, 0.35),
    )
    return in_room(partials(length, frequency(pitch + 24), parts), 2.2, 0.4)


def _chime(length: int, _: int, pitch: float) -> Pcm:
    out = silence(length)
    for number, step in enumerate((0, 4, 7, 12, 16)):
        parts = ((1.0, 1.0, 0.9), (2.76, 0.4, 0.4), (5.4, 0.15, 0.15))
        add(
            out,
            stereo(partials(length, frequency(pitch + 48 + step), parts), -0.6 + 0.3 * number),
            number * 2400,
        )
    return in_room(out, 1.8, 0.35, 0.8)


def _glass(length: int, seed: int, _: float) -> Pcm:
    random = np.random.default_rng(seed)
    out = stereo(band(noise(length, seed), 3000, 16_000) * fall(length, 0.05))
    for _shard in range(26):
        at = int(abs(random.normal(0, 0.14)) * SAMPLE_RATE) if _shard else 0
        ring = tone(float(random.uniform(2200, 9500)), length) * fall(
            length, float(random.uniform(0.03, 0.22))
        )
        add(out, stereo(ring, float(random.uniform(-0.9, 0.9))), at, float(random.uniform(0.08, 0.3)))
    return in_room(out, 1.0, 0.2, 0.9)


def _cannon(length: int, seed: int, _: float) -> Pcm:
    crack = band(noise(length, seed), 200, 5000) * fall(length, 0.05)
    rumble = band(noise(length, seed + 1), 20, 220) * fall(length, 0.9)
    return in_room(np.tanh(2 * (thump(length, 180, 38, 0.4) + crack + 1.5 * rumble)), 3.0, 0.7, 0.15)


def _gunshot(length: int, seed: int, _: float) -> Pcm:
    crack = band(noise(length, seed), 500, 12_000) * fall(length, 0.012)
    body = band(noise(length, seed + 1), 90, 1400) * fall(length, 0.07)
    return in_room(np.tanh(3 * (1.5 * crack + body)), 2.2, 0.5, 0.4)


def _whip(length: int, seed: int, _: float) -> Pcm:
    return in_room(band(noise(length, seed), 1800, 15_000) * fall(length, 0.009), 0.9, 0.3, 0.8)


def _slam(length: int, seed: int, _: float) -> Pcm:
    wood = partials(length, 95, ((1.0, 1.0, 0.12), (1.7, 0.7, 0.08), (2.9, 0.5, 0.05), (5.3, 0.3, 0.03)))
    return in_room(wood + band(noise(length, seed), 120, 3500) * fall(length, 0.03), 1.6, 0.45, 0.3)


def _shutter(length: int, seed: int, _: float) -> Mono:
    click = np.zeros(length, np.float32)
    for number, (at_s, level) in enumerate(((0.0, 1.0), (0.055, 0.75), (0.075, 0.4))):
        at = min(length - 1, seconds_to_samples(at_s))
        part = band(noise(length - at, seed + number), 1500, 9000) * fall(length - at, 0.006)
        click[at:] += level * part
    return click


def _woodblock(length: int, seed: int, _: float) -> Mono:
    block = partials(length, 820, ((1.0, 1.0, 0.035), (1.62, 0.6, 0.025), (2.7, 0.3, 0.015)))
    return block + 0.3 * band(noise(length, seed), 2000, 8000) * fall(length, 0.004)


def _pluck_hit(length: int, seed: int, pitch: float) -> Pcm:
    note = string(frequency(pitch + 24), length, decay_s=0.9, brightness=0.6, seed=seed)
    return in_room(note, 0.9, 0.2)


def _low_piano(length: int, seed: int, pitch: float) -> Pcm:
    out = silence(length)
    for step, level in ((-12, 1.0), (0, 0.8)):
        hertz = frequency(pitch + step)
        parts = tuple((n * (1 + 0.0004 * n * n), 1 / n**0.8, 2.2 / n**0.7) for n in range(1, 15))
        out += stereo(partials(length, hertz, parts) * np.float32(level))
    return in_room(out + stereo(0.5 * band(noise(length, seed), 100, 2000) * fall(length, 0.015)), 2.4, 0.4)


def _scrape(length: int, seed: int, _: float) -> Pcm:
    """Metal drawn over metal: shrieking bands that judder."""
    random = np.random.default_rng(seed)
    judder = 0.5 + 0.5 * np.sign(np.sin(2 * np.pi * np.cumsum(glide(55, 18, length)) / SAMPLE_RATE))
    out = silence(length)
    for _band in range(5):
        start = float(random.uniform(900, 4200))
        curve = glide(start, start * float(random.uniform(0.6, 1.7)), length)
        ring = moving_band(noise(length, int(random.integers(1 << 30))), curve, octaves=0.06)
        out += stereo(ring * judder.astype(np.float32), float(random.uniform(-0.7, 0.7)))
    return in_room(out * fall(length, 0.4 * length / SAMPLE_RATE)[:, None], 1.8, 0.4, 0.7)


HIT_MAKERS: dict[str, Callable[[int, int, float], Mono | Pcm]] = {
    "hit": _hit,
    "boom": _boom,
    "braam": _braam,
    "sub_drop": _sub_drop,
    "timpani": timpani,
    "gong": gong,
    "bell": bell,
    "chime": _chime,
    "glass": _glass,
    "cannon": _cannon,
    "gunshot": _gunshot,
    "whip": _whip,
    "slam": _slam,
    "shutter": _shutter,
    "woodblock": _woodblock,
    "pluck_hit": _pluck_hit,
    "low_piano": _low_piano,
    "scrape": _scrape,
}
"""A maker for every kind: (samples, seed, MIDI pitch of the key's low root) → sound."""
