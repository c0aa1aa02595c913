"""How loud a section of a score is, after BS.1770-4, at the cost of one transform: power alone, no weighted sound.

`loudness.gated_loudness` is the measure of finished files; this one levels sections against each other.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt

from cinecore.audio.loudness import weighted
from cinecore.audio.score_notes import Sides
from cinecore.timebase import SAMPLE_RATE

_TICK = SAMPLE_RATE // 10
"""100 ms: blocks of 400 ms overlap by three quarters."""
_AT_ONCE = 16
"""Stretches of each side that are transformed together: what fits a processor's cache."""
_ABSOLUTE_GATE_LUFS = -70.0
_RELATIVE_GATE = 0.1
"""10 dB under the mean of what passes the first gate."""


def section_loudness(sound: Sides) -> float | None:
    """Integrated loudness in LUFS, within .1 LU of `gated_loudness` on music (.3 on one low tone); None under the gate or under 0.4 s."""
    ticks = sound.shape[1] // _TICK
    if ticks < 4:
        return None
    rows = sound[:, : ticks * _TICK].reshape(2, ticks, _TICK)
    weights = _power_weights()
    powers = np.zeros(ticks)
    for start in range(0, ticks, _AT_ONCE):
        # the power of a stretch is that of its spectrum (Parseval); edges between stretches leak little
        spectrum = np.fft.rfft(rows[:, start : start + _AT_ONCE], axis=-1).view(np.float32)
        np.square(spectrum, out=spectrum)
        powers[start : start + _AT_ONCE] = np.einsum("ijk,k->j", spectrum, weights)
    sums = np.concatenate([[0.0], np.cumsum(powers)])
    blocks = (sums[4:] - sums[:-4]) / 4
    loud = blocks[blocks > 10 ** ((_ABSOLUTE_GATE_LUFS + 0.691) / 10)]
    if not len(loud):
        return None
    return float(10 * np.log10(loud[loud > _RELATIVE_GATE * loud.mean()].mean()) - 0.691)


@lru_cache(maxsize=1)
def _power_weights() -> npt.NDArray[np.float32]:
    """What the square of each real and imaginary part of a stretch's spectrum adds to its weighted mean power."""
    click = np.zeros((8 * _TICK, 2), np.float32)
    click[0] = 1.0
    response = np.fft.rfft(weighted(click)[:, 0])[::8]
    shares = np.full(len(response), 2.0)
    shares[[0, -1]] = 1.0
    return np.repeat(shares * np.abs(response) ** 2 / _TICK**2, 2).astype(np.float32)
