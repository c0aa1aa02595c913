"""What a shot change is, as values; nothing is found here."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]

SHORTEST_SHOT_FRAMES = 5

BLACK_CONTRAST = 0.012
"""A picture of less contrast shows nothing; a night scene has little light too, but it has contrast."""


@dataclass(frozen=True)
class Change:
    """A shot change: no frame of `[first, clean)` shows one shot alone; the next shot is counted from `cut`."""

    kind: str
    """hard | dissolve | fade"""
    first: int
    cut: int
    clean: int


@dataclass(frozen=True)
class Boundaries:
    """All shot changes in order, and the frames that are flashes or black."""

    changes: tuple[Change, ...]
    flashes: tuple[tuple[int, int], ...]
    """Half-open runs of frames."""
    black: tuple[tuple[int, int], ...]


def runs(mask: Mask) -> list[tuple[int, int]]:
    """Half-open runs of true values."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], mask, [False]]).astype(np.int8)))
    return [(int(begin), int(end)) for begin, end in zip(edges[::2], edges[1::2], strict=True)]
