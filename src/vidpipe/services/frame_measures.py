"""Measures on single frames by which two ends of a cut are compared: structure, colours, light, movement.

Pure. Deliberately not here: what a measure is worth (`continuity.py`).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

REACH = 12
"""Pixels of a small picture within which a shift over the measured frames is looked for."""


def structural_similarity(
    first: npt.NDArray[np.float32], second: npt.NDArray[np.float32], window: int = 8
) -> float:
    """SSIM of two small pictures over square windows (Wang et al. 2004), −1 to 1."""
    height, width = (side // window * window for side in first.shape)
    if not height or not width:
        return float(first.mean() == second.mean())
    one, other = (
        picture[:height, :width].reshape(height // window, window, width // window, window).astype(np.float64)
        for picture in (first, second)
    )
    axes = (1, 3)
    mean_one, mean_other = one.mean(axis=axes), other.mean(axis=axes)
    spread_one, spread_other = one.var(axis=axes), other.var(axis=axes)
    common = (one * other).mean(axis=axes) - mean_one * mean_other
    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    ratio = ((2 * mean_one * mean_other + c1) * (2 * common + c2)) / (
        (mean_one**2 + mean_other**2 + c1) * (spread_one + spread_other + c2)
    )
    return float(ratio.mean())


def coarse_colors(picture: npt.NDArray[np.uint8]) -> npt.NDArray[np.float64]:
    """Shares of coarse colours: 6 × 6 × 6 cubes of RGB, each sharing with its neighbours."""
    small = picture[::8, ::8].reshape(-1, 3).astype(np.intp) * 6 // 256
    cube = np.bincount((small[:, 0] * 6 + small[:, 1]) * 6 + small[:, 2], minlength=216).reshape(6, 6, 6)
    shares = cube / cube.sum()
    for axis in range(3):
        padded = np.pad(shares, [(1, 1) if at == axis else (0, 0) for at in range(3)], mode="edge")
        low, high = (np.take(padded, range(start, start + 6), axis) for start in (0, 2))
        shares = 0.5 * shares + 0.25 * (low + high)
    even: npt.NDArray[np.float64] = shares / shares.sum()
    return even


def mean_light(frame: npt.NDArray[np.float32]) -> float:
    """Mean of linear light, with a floor so that black against black is no drift."""
    return float(((frame / 255) ** 2.2).mean()) + 0.003


def global_shift(luma: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
    """Pixels a frame by which the whole picture moves, from the first to the last of a few frames.

    The shift by which two pictures agree best, by phase correlation (Kuglin and Hines 1975).
    """
    if len(luma) < 2:
        return np.zeros(2)
    first, last = (frame - frame.mean() for frame in (luma[0], luma[-1]))
    window = np.outer(np.hanning(first.shape[0]), np.hanning(first.shape[1]))
    spectrum = np.fft.rfft2(last * window) * np.conj(np.fft.rfft2(first * window))
    surface = np.fft.irfft2(spectrum / np.maximum(np.abs(spectrum), 1e-6), first.shape)
    near = np.concatenate([np.arange(REACH + 1), np.arange(-REACH, 0)])
    patch = surface[np.ix_(near % first.shape[0], near % first.shape[1])]
    row, column = np.unravel_index(int(patch.argmax()), patch.shape)
    return np.array([near[column], near[row]], np.float64) / (len(luma) - 1)
