"""How music-like sound is: tones that stand still while they sound, as notes do and syllables do not.

Continuous frequency activation: each spectrum is cleared of its own trend, what stands out is marked, and the marks
are counted over the two to three seconds around; held notes give narrow ridges there, speech and noise a flat plain.
The five highest ridges are added up. It hears music under speech, and singing with it. It cannot tell a
machine's steady hum from a held note, and hears little in dense distorted guitars.

Source: K. Seyerlehner, T. Pohle, M. Schedl and G. Widmer, "Automatic music detection in television productions",
DAFx 2007. Deliberately not here: which music it is, its beats and its keys.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

WINDOW = 2048
"""128 ms at 16 kHz: 7.8 Hz from one bin to the next, fine enough for neighbouring notes above 130 Hz."""

HOP = 512
BLOCK_FRAMES = 83
"""2.7 s of spectra that one value looks at, half before and half behind."""

BINS = slice(12, 520)
"""94 Hz to 4.06 kHz: below lies hum, above hardly a note."""

TREND_BINS = 21
STANDS_OUT_DB = 6.0
RIDGES = 5
SILENT_DB = -60.0
"""Spectra quieter than this (full-scale sine 0 dB) have no tones: what stands out there is rounding."""

MIDDLE_RIDGES = 1.85
"""Sum of ridges that counts as .5. Measured: read and synthetic speech 1.0 to 1.6 (95th of a hundred), noise .9,
orchestra, piano, synthesiser and film scores 2.5 to 4.6 (5th of a hundred 2.1), a metal band 1.3 to 2.8."""

SPREAD_RIDGES = 0.22

Curve = npt.NDArray[np.float32]


class MusicMeter:
    """Takes one channel at 16 kHz."""

    def __init__(self) -> None:
        self._left = np.zeros(WINDOW // 2, np.float32)  # so that spectrum k is about sample k · HOP
        self._window = np.hanning(WINDOW).astype(np.float32)
        self._marks: list[npt.NDArray[np.uint8]] = []

    def add(self, samples: npt.NDArray[np.float32]) -> None:
        """More sound, shape (samples,)."""
        self._left = np.concatenate([self._left, samples])
        count = (len(self._left) - WINDOW) // HOP + 1
        if count < 1:
            return
        frames = np.lib.stride_tricks.sliding_window_view(self._left, WINDOW)[::HOP][:count]
        spectra = np.fft.rfft(frames * self._window, axis=1)[:, BINS]
        # a sine at full scale reaches a quarter of the window's length squared
        level = 20 * np.log10(np.abs(spectra).astype(np.float32) / (WINDOW / 4) + np.float32(1e-7))
        stands_out = (level - _trend(level) > STANDS_OUT_DB) & (level.max(axis=1) > SILENT_DB)[:, None]
        self._marks.append(np.packbits(stands_out, axis=1))
        self._left = self._left[count * HOP :]

    def close(self, steps: int, step_s: float) -> Curve:
        """The sound has ended: how music-like it was, 0..1, for `steps` steps of `step_s` seconds."""
        self.add(np.zeros(WINDOW // 2, np.float32))
        if not self._marks:
            return np.zeros(steps, np.float32)
        packed = np.concatenate(self._marks)
        # a value for every tenth of the block, then for each step the nearest: the block is far longer than a step
        centres = np.arange(0, len(packed), BLOCK_FRAMES // 10)
        ridges = np.array([_ridges(_unpacked(packed, int(centre))) for centre in centres])
        likeness = 1 / (1 + np.exp(-(ridges - MIDDLE_RIDGES) / SPREAD_RIDGES))
        at = (np.arange(steps) + 0.5) * step_s * 16_000 / HOP
        nearest = np.clip(np.round(at / (BLOCK_FRAMES // 10)).astype(np.int64), 0, len(centres) - 1)
        curve: Curve = likeness[nearest].astype(np.float32)
        return curve


def _trend(level: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """The mean of the bins around each bin."""
    half = TREND_BINS // 2
    sums = np.cumsum(np.pad(level, ((0, 0), (half + 1, half)), mode="edge"), axis=1, dtype=np.float64)
    trend: npt.NDArray[np.float32] = ((sums[:, TREND_BINS:] - sums[:, :-TREND_BINS]) / TREND_BINS).astype(
        np.float32
    )
    return trend


def _unpacked(packed: npt.NDArray[np.uint8], centre: int) -> npt.NDArray[np.uint8]:
    block = packed[max(0, centre - BLOCK_FRAMES // 2) : centre + BLOCK_FRAMES // 2 + 1]
    return np.unpackbits(block, axis=1, count=BINS.stop - BINS.start)


def _ridges(marks: npt.NDArray[np.uint8]) -> float:
    """The heights of the highest ridges over the dips beside them, added up; short blocks count as if filled up."""
    active = marks.sum(axis=0) / BLOCK_FRAMES
    here = active[2:-2]
    beside = np.minimum.reduce([active[:-4], active[1:-3], active[3:-1], active[4:]])
    is_top = (here >= active[1:-3]) & (here >= active[3:-1])
    heights = np.sort(np.where(is_top, here - beside, 0.0))
    return float(heights[-RIDGES:].sum())
