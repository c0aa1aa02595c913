"""The few parts that every made sound is built from: oscillators, strings, noise, envelopes, filters, a room.

All arrays are float32 at 48 kHz; mono is (samples,). Nothing here knows notes' names or music.
"""

from __future__ import annotations

from collections import deque
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

_BLOCK = 256
"""Samples of a row where a curve is the product of a slow and a fast one: one multiplication a sample."""
_LEAST_FALL = 1e-30
"""What has fallen this far is nothing; still smaller figures are slow to work with."""
_ROOM_PART = 1 << 15
"""Samples of a part of a room's answer."""
_TONE_PHASE = 0.7j
"""Where a tone begins in its cycle, as in the tables."""
CONTROL = 32
"""Samples over which a gliding pitch holds still: 1,500 steps a second are heard as none."""


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
    usable = max(1, int(15_000 / max(1.0, float(np.max(hertz)))))
    step = np.broadcast_to(np.asarray(hertz, np.float64) / SAMPLE_RATE, (length,))
    position = np.cumsum(step)
    position -= np.floor(position)
    position *= _TABLE
    return _table(harmonics[:usable])[position.astype(np.intp)]


@lru_cache(maxsize=64)
def _table_pair(dull: tuple[float, ...], bright: tuple[float, ...]) -> npt.NDArray[np.complex64]:
    """The dull cycle, and beside it what the bright one adds."""
    soft = _table(dull)[:_TABLE]
    return soft + np.complex64(1j) * (_table(bright)[:_TABLE] - soft)


def crossing_waves(
    hertz: npt.NDArray[np.float64],
    length: int,
    dull: tuple[float, ...],
    bright: tuple[float, ...],
    tunings: tuple[float, ...],
) -> npt.NDArray[np.complex64]:
    """Two waves in step, summed over slightly different tunings: the dull one, and beside it what the bright adds.

    `hertz` holds one figure for each `CONTROL` samples; `tunings` are factors on it. One look into a table
    gives both waves (real and imaginary part), so that crossing from one to the other is a multiplication.
    """
    usable = max(1, int(15_000 / max(1.0, float(hertz.max(initial=1.0)) * max(tunings))))
    table = _table_pair(dull[:usable], bright[:usable])
    cycles = np.concatenate([[0.0], np.cumsum(hertz[:-1])]) * (CONTROL / SAMPLE_RATE)
    inside = np.arange(CONTROL, dtype=np.float32)
    out = np.zeros(len(hertz) * CONTROL, np.complex64)
    for tuning in tunings:
        begins = (cycles * tuning % 1.0 * _TABLE).astype(np.float32)
        paces = (hertz * (tuning / SAMPLE_RATE * _TABLE)).astype(np.float32)
        places = np.multiply.outer(paces, inside)
        places += begins[:, None]
        index = places.ravel().astype(np.intp)
        index &= _TABLE - 1
        out += table.take(index)
    return out[:length]


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


def rise_and_fall(length: int, *, attack_s: float, decay_s: float, sustain: float) -> Mono:
    """Rise, then an exponential fall to `sustain`: how a held note begins and goes on."""
    level = fall(length, max(1e-3, decay_s)) * np.float32(1 - sustain)
    level += np.float32(sustain)
    attack = max(24, seconds_to_samples(attack_s))
    rise = np.sin(0.5 * np.pi * (np.arange(min(length, attack)) + 0.5) / attack) ** 2
    level[:attack] *= rise.astype(np.float32)
    return level


def let_go(sound: Mono, release: int) -> None:
    """Bring the sound's last `release` samples (at least 1 ms) to zero, in place."""
    release = min(len(sound), max(48, release))
    sound[len(sound) - release :] *= (
        np.cos(0.5 * np.pi * (np.arange(release) + 1) / max(1, release)) ** 2
    ).astype(np.float32)


def envelope(length: int, *, attack_s: float, decay_s: float, sustain: float, release_s: float) -> Mono:
    """Rise, exponential fall to `sustain`, and a release that ends in zero with the last sample."""
    level = rise_and_fall(length, attack_s=attack_s, decay_s=decay_s, sustain=sustain)
    let_go(level, seconds_to_samples(release_s))
    return level


def fall(length: int, decay_s: float) -> Mono:
    """Exponential decay by 1/e every `decay_s` seconds."""
    pace = 1 / (decay_s * SAMPLE_RATE)
    rows = np.exp(-pace * _BLOCK * np.arange(-(-length // _BLOCK)))
    rows[rows < _LEAST_FALL] = 0.0
    inside = np.exp(-pace * np.arange(_BLOCK))
    curve: Mono = np.multiply.outer(rows.astype(np.float32), inside.astype(np.float32)).ravel()
    return curve[:length]


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


def answer_of_room(
    sends: npt.NDArray[np.float32],
    target: npt.NDArray[np.float32],
    gain: float,
    decay_s: float,
    brightness: float = 0.5,
    seed: int = 7,
) -> None:
    """Add to `target` what the room answers to `sends`, both (2, samples); the ring after the end is cut off."""
    # the room's answer in parts, so that no transform outgrows the processor's cache (Gardner 1995, in equal parts)
    parts = _room_parts(round(decay_s, 2), round(brightness, 2), seed) * np.float32(gain)
    size = sends.shape[1]
    heard: deque[npt.NDArray[np.complex64] | None] = deque(maxlen=len(parts))
    buffer = np.zeros((2, 2 * _ROOM_PART), np.float32)
    for start in range(0, size, _ROOM_PART):
        new = sends[:, start : start + _ROOM_PART]
        buffer[:, :_ROOM_PART] = buffer[:, _ROOM_PART:]
        buffer[:, _ROOM_PART : _ROOM_PART + new.shape[1]] = new
        buffer[:, _ROOM_PART + new.shape[1] :] = 0.0
        heard.appendleft(np.fft.rfft(buffer).astype(np.complex64) if buffer.any() else None)
        answers = [past * part for past, part in zip(heard, parts, strict=False) if past is not None]
        if answers:
            answer = np.fft.irfft(sum(answers[1:], answers[0]), 2 * _ROOM_PART)
            target[:, start : start + _ROOM_PART] += answer[:, _ROOM_PART : _ROOM_PART + new.shape[1]]


@lru_cache(maxsize=4)
def _room_parts(decay_s: float, brightness: float, seed: int) -> npt.NDArray[np.complex64]:
    """Spectra of the room's answer in parts of equal length: (parts, 2, bins)."""
    taps = _room(decay_s, brightness, seed).T
    count = -(-taps.shape[1] // _ROOM_PART)
    padded = np.zeros((2, count * _ROOM_PART), np.float32)
    padded[:, : taps.shape[1]] = taps
    parts = np.fft.rfft(padded.reshape(2, count, _ROOM_PART), 2 * _ROOM_PART)
    return np.ascontiguousarray(parts.transpose(1, 0, 2))


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
    """A struck body: (ratio, level, decay in seconds) of each of its tones.

    A tone that fades is a power of one complex number; powers are products of powers, so that all tones
    together are one product of two small matrices.
    """
    heard = [part for part in parts if hertz * part[0] < 18_000]
    if not heard or length < 1:
        return np.zeros(length, np.float32)
    ratios, levels, decays_s = (np.array(column) for column in zip(*heard, strict=True))
    paces = (2j * np.pi * hertz * ratios - 1 / decays_s) / SAMPLE_RATE
    rows = levels * np.exp(_TONE_PHASE + np.multiply.outer(np.arange(-(-length // _BLOCK)) * _BLOCK, paces))
    rows[np.abs(rows) < _LEAST_FALL] = 0.0
    inside = np.exp(np.multiply.outer(paces, np.arange(_BLOCK)))
    left = np.concatenate([rows.real, rows.imag], axis=1).astype(np.float32)
    right = np.concatenate([inside.imag, inside.real]).astype(np.float32)
    # not `@`: a product that is shared out among threads is rounded by how many there are
    out: Mono = np.einsum("ij,jk->ik", left, right).ravel()
    return out[:length]


def in_room(sound: Mono | Pcm, decay_s: float, amount: float, brightness: float = 0.5) -> Pcm:
    """The sound with a part of the room's answer, cut to its own length."""
    dry = sound if sound.ndim == 2 else stereo(sound)
    wet = reverberation(dry, decay_s, brightness)[: len(dry)]
    return np.asarray(dry + np.float32(amount) * wet, np.float32)
