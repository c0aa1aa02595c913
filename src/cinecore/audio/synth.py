"""The few parts that every made sound is built from: oscillators, strings, noise, envelopes, filters, a room.

All arrays are float32 at 48 kHz; mono is (samples,). Nothing here knows notes' names or music.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt

from cinecore.audio.loudness import convolve
from cinecore.audio.wave import Pcm
from cinecore.timebase import SAMPLE_RATE

Mono = npt.NDArray[np.float32]

_TABLE = 16_384
"""Samples of one cycle: so many that the nearest serves, at half the work of going between two (noise at −60 dB)."""

SAW = tuple(1 / n for n in range(1, 41))
"""Harmonics of a saw-tooth."""


def seconds_to_samples(seconds: float) -> int:
    """The nearest whole number of samples."""
    return int(seconds * SAMPLE_RATE + 0.5)


def times(length: int) -> npt.NDArray[np.float64]:
    """Seconds of each sample from 0."""
    return np.arange(length) / SAMPLE_RATE


def frequency(pitch: float) -> float:
    """Hertz of a MIDI pitch; 69 is A at 440."""
    return float(440.0 * 2.0 ** ((pitch - 69) / 12))


@lru_cache(maxsize=256)
def _table(harmonics: tuple[float, ...]) -> npt.NDArray[np.float32]:
    """One cycle of a sum of harmonics, unit RMS over √2, at the middles of its samples."""
    phase = (np.arange(_TABLE + 1) + 0.5) / _TABLE * 2 * np.pi
    wave = np.zeros(_TABLE + 1)
    for number, amount in enumerate(harmonics, start=1):
        if amount:
            wave += amount * np.sin(number * phase + 0.7 * number * number)
    level = float(np.sqrt(np.mean(wave**2))) or 1.0
    return np.asarray(wave / level / np.sqrt(2), np.float32)


def oscillator(hertz: float | npt.NDArray[np.float64], length: int, harmonics: tuple[float, ...]) -> Mono:
    """A periodic wave; a curve of hertz glides. Harmonics over 15 kHz are left out."""
    return oscillators(hertz, length, (harmonics,))[0]


def oscillators(
    hertz: float | npt.NDArray[np.float64], length: int, voices: tuple[tuple[float, ...], ...]
) -> list[Mono]:
    """Several waves of one pitch that run in step, as `oscillator` makes each: their phase is worked out once."""
    usable = max(1, int(15_000 / max(1.0, float(np.max(hertz)))))
    step = np.broadcast_to(np.asarray(hertz, np.float64) / SAMPLE_RATE, (length,))
    position = np.cumsum(step)
    position -= np.floor(position)
    position *= _TABLE
    index = position.astype(np.int32)
    return [_table(harmonics[:usable])[index] for harmonics in voices]


def string(hertz: float, length: int, *, decay_s: float, brightness: float, seed: int) -> Mono:
    """A plucked string (Karplus and Strong 1983): a noise burst in a loop that dulls and fades it.

    The loop is worked one period at a time; its fraction of a sample is made up by reading the result
    at a slightly different pace.
    """
    period = max(2, int(SAMPLE_RATE / hertz - 0.5))
    burst = np.random.default_rng(seed).uniform(-1, 1, period)
    smooth = int(1 + (1 - brightness) * 6)
    burst = np.convolve(np.concatenate([burst[-smooth:], burst]), np.full(smooth, 1 / smooth), "same")[
        -period:
    ]
    pace = hertz * (period + 0.5) / SAMPLE_RATE
    needed = int(length * pace) + period + 4
    loss = float(0.001 ** (1 / (decay_s * hertz)))
    rows = -(-needed // period) + 1
    loop = np.zeros((rows, period))
    loop[0] = burst - burst.mean()
    for row in range(1, rows):
        before = loop[row - 1]
        shifted = np.empty_like(before)
        shifted[1:], shifted[0] = before[:-1], loop[row - 2, -1] if row > 1 else before[-1]
        loop[row] = loss * 0.5 * (before + shifted)
    flat = loop.ravel()
    at = np.arange(length) * pace
    out = np.interp(at, np.arange(len(flat)), flat)
    return np.asarray(out / max(1e-6, float(np.abs(out).max())), np.float32)


def noise(length: int, seed: int) -> Mono:
    """White noise of standard deviation 0.3."""
    return (np.random.default_rng(seed).standard_normal(max(1, length)) * 0.3).astype(np.float32)


def band(sound: Mono, low_hz: float, high_hz: float, *, slope: float = 2.0) -> Mono:
    """The sound between two frequencies, with edges of `slope` × 6 dB an octave and no delay."""
    if not len(sound):
        return sound
    size = 1 << int(np.ceil(np.log2(len(sound) + 4096)))
    spectrum = np.fft.rfft(sound, size)
    at = np.maximum(np.fft.rfftfreq(size, 1 / SAMPLE_RATE), 1e-3)
    gain = np.ones_like(at)
    if low_hz > 0:
        gain /= np.sqrt(1 + (low_hz / at) ** (2 * slope))
    if high_hz < SAMPLE_RATE / 2:
        gain /= np.sqrt(1 + (at / high_hz) ** (2 * slope))
    return np.fft.irfft(spectrum * gain.astype(np.float32), size)[: len(sound)].astype(np.float32)


def moving_band(sound: Mono, centres_hz: npt.NDArray[np.float64], *, octaves: float = 1.0) -> Mono:
    """The sound through a band whose centre moves along the curve (short overlapping windows)."""
    size, hop = 2048, 512
    padded = np.pad(sound, (size, size))
    window = np.hanning(size + 1)[:-1]
    out = np.zeros(len(padded))
    at = np.log2(np.maximum(np.fft.rfftfreq(size, 1 / SAMPLE_RATE), 1.0))
    for start in range(0, len(padded) - size, hop):
        middle = min(max(0, start - size // 2), len(centres_hz) - 1)
        gain = np.exp(-0.5 * ((at - np.log2(centres_hz[middle])) / octaves) ** 2)
        out[start : start + size] += (
            np.fft.irfft(np.fft.rfft(padded[start : start + size] * window) * gain, size) * window
        )
    return (out[size : size + len(sound)] / 1.5).astype(np.float32)


def envelope(length: int, *, attack_s: float, decay_s: float, sustain: float, release_s: float) -> Mono:
    """Rise, exponential fall to `sustain`, and a release that ends in zero with the last sample."""
    level = sustain + (1 - sustain) * np.exp(-times(length) / max(1e-3, decay_s))
    attack = min(length, max(24, seconds_to_samples(attack_s)))
    level[:attack] *= np.sin(0.5 * np.pi * (np.arange(attack) + 0.5) / attack) ** 2
    release = min(length, max(48, seconds_to_samples(release_s)))
    level[length - release :] *= np.cos(0.5 * np.pi * (np.arange(release) + 1) / release) ** 2
    return np.asarray(level, np.float32)


def fall(length: int, decay_s: float) -> Mono:
    """Exponential decay by 1/e every `decay_s` seconds."""
    return np.exp(-times(length) / decay_s).astype(np.float32)


def faded(pcm: Pcm, edge_s: float = 0.003) -> Pcm:
    """The sound with soft edges, so that it may be laid anywhere."""
    edge = min(len(pcm) // 2, max(1, seconds_to_samples(edge_s)))
    ramp = np.sin(0.5 * np.pi * (np.arange(edge) + 0.5) / edge).astype(np.float32)[:, None] ** 2
    out = pcm.copy()
    out[:edge] *= ramp
    out[len(out) - edge :] *= ramp[::-1]
    return out


def stereo(mono: Mono, pan: float = 0.0) -> Pcm:
    """Both channels at equal power; `pan` −1 left … 1 right."""
    angle = (pan + 1) * np.pi / 4
    gains = np.array([np.cos(angle), np.sin(angle)], np.float32) * np.float32(np.sqrt(2))
    return np.asarray(mono[:, None] * gains, np.float32)


@lru_cache(maxsize=16)
def _room(decay_s: float, brightness: float, seed: int) -> Pcm:
    """The impulse response of a made room: noise that falls by 60 dB in `decay_s`, dulled with time."""
    length = seconds_to_samples(decay_s)
    out = np.zeros((length, 2), np.float32)
    fading = np.exp(-6.908 * times(length) / decay_s).astype(np.float32)
    onset = np.minimum(1, times(length) / 0.012).astype(np.float32)
    for channel in range(2):
        raw = noise(length, seed * 2 + channel)
        dull = band(raw, 120, 900 + 2500 * brightness)
        clear = band(raw, 160, 3500 + 6000 * brightness)
        blend = np.exp(-times(length) / (0.25 * decay_s)).astype(np.float32)
        out[:, channel] = (dull * (1 - blend) + clear * blend) * fading * onset
    return np.asarray(out / np.sqrt(np.sum(out**2, axis=0)), np.float32)


def reverberation(pcm: Pcm, decay_s: float, brightness: float = 0.5, seed: int = 7) -> Pcm:
    """What the room answers (without the sound itself), longer than the sound by the room's length."""
    return convolve(pcm, _room(round(decay_s, 2), round(brightness, 2), seed))


def add(target: Pcm, sound: Pcm, start: int, gain: float = 1.0) -> None:
    """Add a sound into a longer one; what lies outside is cut off."""
    begin, end = max(0, start), min(len(target), start + len(sound))
    if begin < end:
        target[begin:end] += sound[begin - start : end - start] * np.float32(gain)


def peak_at(pcm: Pcm, level_db: float) -> Pcm:
    """The sound with its highest sample at `level_db`; silence stays silence."""
    highest = float(np.abs(pcm).max(initial=0.0))
    return (
        pcm if highest < 1e-9 else np.asarray(pcm * np.float32(10 ** (level_db / 20) / highest), np.float32)
    )


def glide(
    start_hz: float, end_hz: float, length: int, bend: float = 1.0
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Hertz from one to the other along a curve."""
    part = (np.arange(length) / max(1, length - 1)) ** bend
    return np.asarray(start_hz * (end_hz / start_hz) ** part, np.float64)


def tone(hertz: float, length: int) -> Mono:
    """A sine."""
    return oscillator(hertz, length, (1.0,))


def thump(length: int, start_hz: float, end_hz: float, decay_s: float) -> Mono:
    """A body that falls in pitch, as struck skins and explosions do."""
    drop = end_hz + (start_hz - end_hz) * np.exp(-times(length) / 0.045)
    return oscillator(drop, length, (1.0, 0.15)) * fall(length, decay_s)


def partials(length: int, hertz: float, parts: tuple[tuple[float, float, float], ...]) -> Mono:
    """A struck body: (ratio, level, decay in seconds) of each of its tones."""
    out = np.zeros(length, np.float32)
    for ratio, level, decay_s in parts:
        if hertz * ratio < 18_000:
            out += level * tone(hertz * ratio, length) * fall(length, decay_s)
    return out


def in_room(sound: Mono | Pcm, decay_s: float, amount: float, brightness: float = 0.5) -> Pcm:
    """The sound with a part of the room's answer, cut to its own length."""
    dry = sound if sound.ndim == 2 else stereo(sound)
    wet = reverberation(dry, decay_s, brightness)[: len(dry)]
    return np.asarray(dry + np.float32(amount) * wet, np.float32)
