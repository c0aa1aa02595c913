"""True peaks of a sound by four-fold oversampling (BS.1770-4), at each control step of the limiter.

What is done about them is `loudness`'s.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from cinecore.audio.wave import Pcm

Curve = npt.NDArray[np.float64]

TICK = 32
"""Samples of one control step: 0.67 ms."""

_PEAK_TAPS = 32
_PEAK_BLOCK = 32 * TICK


def true_peaks(sound: Pcm, wanted: float = 0.0) -> Curve:
    """Highest true peak of every control step: four-fold oversampling by a windowed sinc of 32 taps.

    Where a peak between samples cannot reach `wanted`, the highest sample stands for it.
    """
    ticks = -(-len(sound) // TICK)
    highest = np.zeros(ticks * TICK, np.float32)
    np.maximum(np.abs(sound[:, 0]), np.abs(sound[:, 1]), out=highest[: len(sound)])
    kernels = _between_samples()
    most = max(float(np.abs(kernel).sum()) for kernel in kernels)
    for start, end in _louder_stretches(highest, wanted / most):
        first = max(0, start - _PEAK_TAPS)
        for channel in range(2):
            near = np.ascontiguousarray(sound[first : end + _PEAK_TAPS, channel])
            for kernel in kernels:
                between = np.abs(np.convolve(near, kernel)[_PEAK_TAPS // 2 :])[start - first :]
                part = highest[start:end]
                np.maximum(part[: len(between)], between[: len(part)], out=part[: len(between)])
    return np.asarray(highest.reshape(-1, TICK).max(axis=1), np.float64)


def _louder_stretches(highest: npt.NDArray[np.float32], level: float) -> Iterator[tuple[int, int]]:
    """Half-open stretches of samples, whole blocks, outside of which no sample or neighbour reaches a level."""
    blocks = -(-len(highest) // _PEAK_BLOCK)
    padded = np.zeros(blocks * _PEAK_BLOCK, np.float32)
    padded[: len(highest)] = highest
    is_loud = padded.reshape(blocks, _PEAK_BLOCK).max(axis=1) >= level
    is_near = is_loud.copy()
    is_near[1:] |= is_loud[:-1]
    is_near[:-1] |= is_loud[1:]
    edges = np.flatnonzero(np.diff(np.concatenate([[0], is_near.astype(np.int8), [0]])))
    for first, end in zip(edges[::2], edges[1::2], strict=True):
        yield int(first) * _PEAK_BLOCK, min(int(end) * _PEAK_BLOCK, len(highest))


@lru_cache(maxsize=1)
def _between_samples() -> tuple[npt.NDArray[np.float32], ...]:
    """Windowed sincs that read a quarter, a half and three quarters of the way to the next sample."""
    kernels = []
    for phase in (0.25, 0.5, 0.75):
        at = np.arange(_PEAK_TAPS) - _PEAK_TAPS // 2 + phase
        kernel = np.sinc(at) * np.cos(np.pi * at / (_PEAK_TAPS + 1)) ** 2
        kernels.append((kernel / kernel.sum()).astype(np.float32))
    return tuple(kernels)
