"""How strongly something begins in a piece of music, and how its sound is coloured; no beat is looked for here."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from cinecore.audio.wave import Pcm
from cinecore.timebase import SAMPLE_RATE

Curve = npt.NDArray[np.float64]
Sound = Pcm | npt.NDArray[np.float32]
"""(samples, 2), or (samples,) where one channel is enough."""

HOP = 240
"""Samples between values of the onset curve: 5 ms."""
CURVE_RATE = SAMPLE_RATE / HOP
_WINDOW = 1024
_BANDS_HZ = (30, 90, 160, 250, 370, 530, 740, 1000, 1400, 2000, 2900, 4200, 6000, 9000, 15_000)
_FRAMES_AT_ONCE = 2048

COLOUR_HOP = 4800
"""Samples between values of the colour curve: a tenth of a second."""
COLOUR_RATE = SAMPLE_RATE / COLOUR_HOP
_COLOUR_WINDOW = 8192
_LOWEST_NOTE_HZ, _HIGHEST_NOTE_HZ = 100.0, 4000.0


def mono_of(sound: Sound) -> npt.NDArray[np.float32]:
    """One channel of either shape."""
    return sound if sound.ndim == 1 else np.asarray(sound.mean(axis=1), np.float32)


def onset_curves(sound: Sound) -> tuple[Curve, Curve]:
    """How strongly something begins, every 5 ms: over all bands, and under 160 Hz alone.

    Log-compressed band levels, their rise over 10 ms, less a local mean; unit standard deviation.
    """
    mono = mono_of(sound)
    padded = np.pad(mono, (_WINDOW // 2, _WINDOW))
    count = len(mono) // HOP + 1
    sums = _band_sums(_WINDOW, _BANDS_HZ)
    window = np.hanning(_WINDOW + 1)[:-1].astype(np.float32)
    frames = np.lib.stride_tricks.sliding_window_view(padded, _WINDOW)[::HOP][:count]
    levels = np.empty((len(frames), sums.shape[1]), np.float32)
    for first in range(0, len(frames), _FRAMES_AT_ONCE):
        spectrum = np.fft.rfft(frames[first : first + _FRAMES_AT_ONCE] * window, axis=1)
        levels[first : first + _FRAMES_AT_ONCE] = (spectrum.real**2 + spectrum.imag**2) @ sums
    loud = float(np.percentile(levels.sum(axis=1), 99)) or 1.0
    bands = np.log1p(levels / np.float32(loud * 1e-4))
    rise = np.zeros_like(bands)
    rise[1:-1] = np.maximum(0.0, bands[2:] - bands[:-2])
    return (
        _standard(rise.sum(axis=1, dtype=np.float64)),
        _standard(rise[:, :2].sum(axis=1, dtype=np.float64)),
    )


def colour_curves(sound: Sound) -> tuple[Curve, Curve]:
    """Ten times a second: the level of 14 bands in dB, (n, 14), and how strong each of the 12 notes is, (n, 12).

    A row of notes has unit length, or is zero where nothing sounds.
    """
    mono = mono_of(sound)
    padded = np.pad(mono, (_COLOUR_WINDOW // 2, _COLOUR_WINDOW))
    count = len(mono) // COLOUR_HOP + 1
    window = np.hanning(_COLOUR_WINDOW + 1)[:-1].astype(np.float32)
    window /= np.sqrt(np.sum(window**2) * _COLOUR_WINDOW / 2)
    sums = _band_sums(_COLOUR_WINDOW, _BANDS_HZ)
    hertz = np.fft.rfftfreq(_COLOUR_WINDOW, 1 / SAMPLE_RATE)
    pitches = 69 + 12 * np.log2(np.maximum(hertz, 1.0) / 440)
    is_note = (hertz > _LOWEST_NOTE_HZ) & (hertz < _HIGHEST_NOTE_HZ)
    classes = (np.rint(pitches[:, None]).astype(int) % 12 == np.arange(12)) & is_note[:, None]
    frames = np.lib.stride_tricks.sliding_window_view(padded, _COLOUR_WINDOW)[::COLOUR_HOP][:count]
    levels = np.empty((len(frames), sums.shape[1]))
    notes = np.empty((len(frames), 12))
    for first in range(0, len(frames), 256):
        spectrum = np.fft.rfft(frames[first : first + 256] * window, axis=1)
        power = (spectrum.real**2 + spectrum.imag**2).astype(np.float32)
        levels[first : first + 256] = power @ sums
        notes[first : first + 256] = np.sqrt(power) @ classes.astype(np.float32)
    length = np.linalg.norm(notes, axis=1, keepdims=True)
    return 10 * np.log10(levels + 1e-9), np.where(length > 1e-6, notes / np.maximum(length, 1e-6), 0.0)


def _band_sums(window: int, edges_hz: tuple[int, ...]) -> npt.NDArray[np.float32]:
    """Which bins of a spectrum belong to which band: (bins, bands) of 0 and 1."""
    hertz = np.fft.rfftfreq(window, 1 / SAMPLE_RATE)
    place = np.searchsorted(edges_hz, hertz, side="right")
    return np.asarray(place[:, None] == np.arange(1, len(edges_hz)), np.float32)


def _standard(curve: Curve) -> Curve:
    """The curve less its mean over a second, nothing below zero, unit standard deviation."""
    width = int(CURVE_RATE)
    local = np.convolve(np.pad(curve, width // 2, mode="reflect"), np.full(width, 1 / width), "same")
    lifted = np.maximum(0.0, curve - local[width // 2 : width // 2 + len(curve)])
    spread = float(lifted.std())
    return np.asarray(lifted / spread if spread > 1e-9 else np.zeros_like(lifted), np.float64)
