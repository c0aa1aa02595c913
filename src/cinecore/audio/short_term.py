"""A slow hand on the fader: no three seconds of a sound louder than allowed once the whole of it has its loudness.

EBU R 128 s1 asks this of spots and trailers. Where nothing is too loud, nothing is touched. Peaks, and bringing the
whole to its loudness, are `loudness`'s.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from cinecore.audio.loudness import weighted
from cinecore.audio.wave import Pcm, checked
from cinecore.timebase import SAMPLE_RATE

Curve = npt.NDArray[np.float64]

_STEP = SAMPLE_RATE // 10
"""Samples of one step of the fader: meters look as often."""
_WINDOW = 30
"""Steps of a short-term window: 3 s."""
_BLOCK = 4
"""Steps of a block of the integrated measure: 400 ms."""
_MARGIN_LU = 0.25
"""What a limiter and an encoder behind this may add."""
_TRIES = 20
_FADE = 11
"""Steps over which the fader moves: 1.1 s, slow enough not to be heard as pumping."""


def hold_short_term(pcm: Pcm, integrated_lufs: float, at_most_lufs: float) -> Pcm:
    """The sound with its loud passages taken back as far as they must be; its own level is kept where they are not.

    Args:
        pcm: The sound, at any level.
        integrated_lufs: What all of it will be brought to.
        at_most_lufs: What no three seconds of it may then pass.

    Raises:
        InputError: The sound has the wrong shape.
    """
    sound = checked(pcm)
    steps = len(sound) // _STEP
    if steps < _WINDOW or not sound.any():
        return sound
    heard = weighted(sound)[: steps * _STEP]
    powers = np.einsum("ijk,ijk->i", *(heard.reshape(steps, _STEP, 2),) * 2).astype(np.float64) / _STEP
    gain_db = np.zeros(steps)
    limit = at_most_lufs - _MARGIN_LU
    for _ in range(_TRIES):
        now = powers * 10 ** (gain_db / 10)
        to_target = integrated_lufs - _integrated(now)
        over = _level(_means(now, _WINDOW)) + to_target - limit
        if over.max() <= 0:
            break
        gain_db += _taken_back(-np.maximum(0.0, over), steps)
    if not gain_db.any():
        return sound
    middles = np.arange(steps) * _STEP + (_STEP - 1) / 2
    fine = np.interp(np.arange(len(sound)), middles, 10 ** (gain_db / 20)).astype(np.float32)
    return np.asarray(sound * fine[:, None], np.float32)


def _taken_back(windows_db: Curve, steps: int) -> Curve:
    """For each step the least that a window over it asks for, moved to slowly on both sides."""
    side = _FADE // 2
    padded = np.pad(windows_db, _WINDOW - 1)
    lowest = np.lib.stride_tricks.sliding_window_view(padded, _WINDOW).min(axis=1)[:steps]
    widened = np.lib.stride_tricks.sliding_window_view(np.pad(lowest, side, mode="edge"), _FADE).min(axis=1)
    shape = np.hanning(_FADE + 2)[1:-1]
    return np.asarray(np.convolve(np.pad(widened, side, mode="edge"), shape / shape.sum(), "valid"))


def _means(powers: Curve, width: int) -> Curve:
    sums = np.concatenate([[0.0], np.cumsum(powers)])
    return np.asarray((sums[width:] - sums[:-width]) / width, np.float64)


def _level(powers: Curve) -> Curve:
    return np.asarray(-0.691 + 10 * np.log10(np.maximum(powers, 1e-12)), np.float64)


def _integrated(powers: Curve) -> float:
    """Integrated loudness after BS.1770-4: blocks over −70 LUFS, then those at most 10 LU under their mean."""
    blocks = _means(powers, _BLOCK)
    loud = blocks[_level(blocks) > -70]
    if not len(loud):
        return -70.0
    loud = loud[loud > loud.mean() / 10]
    return float(_level(np.array([loud.mean()]))[0])
