"""Whether a face's mouth is covered: a mask, a scarf or a hand makes people alike, and must make nobody somebody else."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PIL import Image

from cinecore.vision.face_identity import face_chip
from cinecore.vision.panels import Picture

COVERED_UNDER = 0.45
"""Detail around the mouth, as a part of that around the eyes, under which it is covered.

Measured on 33 photographed faces of 30 people in two changed views each, and with the lower half painted over in four
colours: bare ones .55 to 3.65, covered ones 0 to .5, nine of ten under .13. A mask with a pattern is not told.
"""

COVERED_IF_DRAWN_UNDER = 0.18
"""The same for faces that seem drawn: a drawn mouth is a line or two (.23 to 1.3 on three people in four looks), and a
plain mask makes a photographed face look drawn."""

EYES, MOUTH = (slice(34, 64), slice(30, 120)), (slice(86, 122), slice(40, 110))
"""Rows and columns of a chip."""

FAINTEST = 0.1
"""Mean gradient that eyes are taken to have at least: a face in the dark has no detail anywhere."""


def is_mouth_covered(picture: Picture, landmarks: npt.ArrayLike, *, seems_drawn: bool = False) -> bool:
    """Whether there is next to nothing where a mouth should be.

    Args:
        picture: RGB.
        landmarks: 5 × 2 in the picture's pixels.
        seems_drawn: Whether the face looks like a drawn one.
    """
    chip = face_chip(picture, np.asarray(landmarks, np.float64))
    luma = np.asarray(Image.fromarray(chip).convert("L"), np.float32)
    least = COVERED_IF_DRAWN_UNDER if seems_drawn else COVERED_UNDER
    return _detail(luma[MOUTH]) < least * max(FAINTEST, _detail(luma[EYES]))


def _detail(luma: npt.NDArray[np.float32]) -> float:
    return float(np.hypot(np.diff(luma, axis=0)[:, :-1], np.diff(luma, axis=1)[:-1]).mean())
