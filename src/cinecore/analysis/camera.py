"""The global shift between neighbouring pictures, and the change that is left once it is taken out.

Translation only: a zoom or a roll counts as motion.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]

MARGIN = 2
"""Blocks left out at the border, where the shift brings in what was not seen before."""

MOST_SHIFT = 0.2
"""A shift by a larger part of a side is no camera move but another picture."""


class GlobalShift:
    """Phase correlation to the block, then one least-squares step below it.

    Sources: C. Kuglin and D. Hines (1975), phase correlation; B. Lucas and T. Kanade (1981), the
    gradient step over the whole picture.
    """

    def __init__(self, rows: int, columns: int) -> None:
        self._rows, self._columns = rows, columns
        self._window = np.outer(np.hanning(rows), np.hanning(columns)).astype(np.float32)

    def measure(self, pictures: Floats) -> tuple[Floats, Floats, Floats]:
        """(motion, shift right, shift down) from each picture to the next, as parts of full range and side.

        `pictures` has shape (n + 1, rows, columns) in code values; the results have length n.
        """
        count = len(pictures) - 1
        windowed = (pictures - pictures.mean(axis=(1, 2), keepdims=True)) * self._window
        spectra = np.fft.rfft2(windowed)
        cross = spectra[1:] * np.conj(spectra[:-1])
        cross /= np.abs(cross) + np.float32(1e-3)
        surface = np.fft.irfft2(cross, s=(self._rows, self._columns))
        peak = surface.reshape(count, -1).argmax(axis=1)
        down, right = np.divmod(peak, self._columns)
        down = np.where(down > self._rows // 2, down - self._rows, down)
        right = np.where(right > self._columns // 2, right - self._columns, right)
        is_far = (np.abs(down) > MOST_SHIFT * self._rows) | (np.abs(right) > MOST_SHIFT * self._columns)
        down, right = np.where(is_far, 0, down), np.where(is_far, 0, right)
        residual, fine_down, fine_right = self._refined(pictures, down, right)
        still, still_down, still_right = self._refined(pictures, np.zeros_like(down), np.zeros_like(right))
        is_moved = residual < still
        motion = np.where(is_moved, residual, still)
        total_down = np.where(is_moved, down + fine_down, still_down)
        total_right = np.where(is_moved, right + fine_right, still_right)
        return (
            np.clip(motion / 219, 0, 1).astype(np.float32),
            (total_right / self._columns).astype(np.float32),
            (total_down / self._rows).astype(np.float32),
        )

    def _refined(
        self, pictures: Floats, down: npt.NDArray[np.int64], right: npt.NDArray[np.int64]
    ) -> tuple[Floats, Floats, Floats]:
        """Mean residual after a whole and then a fractional shift, and that fraction."""
        before, after = pictures[:-1], pictures[1:]
        if down.any() or right.any():
            rows = np.clip(np.arange(self._rows)[None] - down[:, None], 0, self._rows - 1)
            columns = np.clip(np.arange(self._columns)[None] - right[:, None], 0, self._columns - 1)
            before = before[np.arange(len(before))[:, None, None], rows[:, :, None], columns[:, None, :]]
        inner = (slice(None), slice(MARGIN, -MARGIN), slice(MARGIN, -MARGIN))
        # slopes of the mean of both pictures: a step from one side alone falls short of a large shift
        mean = (before + after) * np.float32(0.5)
        slope_y = (mean[:, 3:-1, 2:-2] - mean[:, 1:-3, 2:-2]) * np.float32(0.5)
        slope_x = (mean[:, 2:-2, 3:-1] - mean[:, 2:-2, 1:-3]) * np.float32(0.5)
        change = after[inner] - before[inner]
        count = len(change)
        flat_x, flat_y, flat_c = (part.reshape(count, -1) for part in (slope_x, slope_y, change))
        xx = np.einsum("ij,ij->i", flat_x, flat_x) + 1.0
        yy = np.einsum("ij,ij->i", flat_y, flat_y) + 1.0
        xy = np.einsum("ij,ij->i", flat_x, flat_y)
        xc = -np.einsum("ij,ij->i", flat_x, flat_c)
        yc = -np.einsum("ij,ij->i", flat_y, flat_c)
        determinant = xx * yy - xy * xy
        fine_right = np.clip((yy * xc - xy * yc) / determinant, -1, 1).astype(np.float32)
        fine_down = np.clip((xx * yc - xy * xc) / determinant, -1, 1).astype(np.float32)
        rest = change + slope_x * fine_right[:, None, None] + slope_y * fine_down[:, None, None]
        residual = np.abs(rest).reshape(count, -1).mean(axis=1)
        return residual.astype(np.float32), fine_down, fine_right
