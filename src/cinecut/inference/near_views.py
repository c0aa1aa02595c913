"""Which stills show the same view, so that a model is asked about one of them and its words serve the others.

Two stills show the same view when, made small, they differ little beside their own contrast and in no part of
the picture. Deliberately not here: asking, and leaving stills out (every still keeps its own record).
"""

from __future__ import annotations

import io
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
from PIL import Image, UnidentifiedImageError

Look = npt.NDArray[np.uint8]
"""A still made small: shape (16, 24, 3), RGB, 0..255."""

LOOK_SIZE = (24, 16)
"""Width and height at which stills are compared."""

BLOCK = 4
"""Pixels of a look along one side of a part of the picture: 6 by 4 parts."""

SAME_PART = 0.03
"""No part's mean colour differs by this much (0..1), else something has come or gone.

Measured with `SAME_VIEW` on 1,193 stills of Big Buck Bunny (two a second) and 209 of the Sintel trailer (four
a second): of 732,764 pairs both limits leave 862, of which 239 join 25 pairs of shots. One of each was looked
at: all show the same framing with the same figures, or black. Beyond the limits: a title that appears over its
ground (parts .037, view .12; small white letters on black .025 and .10), an arrow in a tree (.077), a head that
rises into the picture (.100), a figure that has left (.225). Over the whole picture these differ by .002 to
.027 of 1, which a limit that lets figures move would have let pass.
"""

SAME_VIEW = 0.08
"""Mean difference, in parts of the weaker still's contrast, under which two stills show the same view.

Beside the contrast, because in the dark everything differs little: two people at night of the Sintel trailer are
.041 apart, a night street and a title on black .027, as far as the same framing by day.
"""

LEAST_CONTRAST = 0.02
"""Contrast (mean distance from the mean colour, 0..1) that every still is taken to have: two black ones are alike.

In the darkest stills one step of 255 is a difference, so some are asked about once more than need be: to leave
single steps out joined `THE BLENDER FOUNDATION` with `COMING SOON`, both small and white on black.
"""


def look_of(frame: bytes) -> Look | None:
    """A still made small; None where the bytes are no picture."""
    try:
        with Image.open(io.BytesIO(frame)) as picture:
            picture.draft("RGB", (LOOK_SIZE[0] * 4, LOOK_SIZE[1] * 4))
            small = picture.convert("RGB").resize(LOOK_SIZE, Image.Resampling.BOX)
    except (OSError, UnidentifiedImageError, ValueError, Image.DecompressionBombError):
        return None
    return np.asarray(small, dtype=np.uint8)


def representatives(looks: Mapping[str, Look]) -> dict[str, str]:
    """For each key the key of the still that stands for its view, which may be itself.

    The order of `looks` does not matter: stills are gone through by key. A still that shows no view known so
    far stands for a new one; another joins the nearest. So each is within the limits of the one that stands
    for it (a slow pan is no single view), and no two of those show the same view.
    """
    count = len(looks)
    # what stands for a view, in arrays that grow by one: a film has thousands
    small = np.empty((count, LOOK_SIZE[1] * LOOK_SIZE[0] * 3), dtype=np.uint8)
    parts = np.empty((count, small.shape[1] // BLOCK**2), dtype=np.int16)
    contrasts = np.empty(count)
    names: list[str] = []
    chosen: dict[str, str] = {}
    for key in sorted(looks):
        look = looks[key]
        part, contrast = _parts(look), _contrast(look)
        known = len(names)
        is_close = np.abs(parts[:known] - part).max(axis=1, initial=0) < SAME_PART * 255 * BLOCK**2
        near = np.flatnonzero(is_close)
        difference = np.abs(small[near].astype(np.int16) - look.reshape(-1)).mean(axis=1) / 255
        distances = difference / np.maximum(LEAST_CONTRAST, np.minimum(contrasts[near], contrast))
        if len(near) and distances.min() < SAME_VIEW:
            chosen[key] = names[near[int(distances.argmin())]]
            continue
        small[known], parts[known], contrasts[known] = look.reshape(-1), part, contrast
        names.append(key)
        chosen[key] = key
    return chosen


def _parts(look: Look) -> npt.NDArray[np.int16]:
    """Sums of each part's pixels, by colour, in one row."""
    height, width, _ = look.shape
    blocks = look.reshape(height // BLOCK, BLOCK, width // BLOCK, BLOCK, 3)
    sums: npt.NDArray[np.int16] = blocks.sum(axis=(1, 3), dtype=np.int16)
    return sums.reshape(-1)


def _contrast(look: Look) -> float:
    """Mean distance from the mean colour, 0..1."""
    colors = look.reshape(-1, 3).astype(np.float64)
    return float(np.abs(colors - colors.mean(axis=0)).mean()) / 255
