"""Faces in a picture: where they are, and their eyes, noses and mouths.

CenterFace sees faces well that are 20 to 200 pixels wide, drawn ones only from about 30 to 45 (measured), so that
every picture is looked at in several sizes. Deliberately not here: whose face it is (`face_identity.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image

from cinecore.vision.detect import inside, overlap
from cinecore.vision.panels import Box, Picture
from cinecore.vision.weights import Outputs, network

STRIDE = 4
"""Pixels of a picture for each cell of the network's answer."""

MULTIPLE = 32
"""Both sides of what the network sees are multiples of this."""

LONG_SIDES = (640, 320)
"""Sizes at which a picture is looked at: its longer side in pixels, none larger than the picture itself. Of drawn people
300, 500 and 900 pixels tall in 1280 × 720 these find 14, 16 and 16 of 16 faces, 544 with 272 only 5 of the small ones."""

CLOSE_LONG_SIDES = (1280, 640, 320)
"""Sizes for a picture in which small faces matter too, at four times the cost."""

THRESHOLD = 0.5
"""Score from which a face is worth believing (photographed ones reach .7 to .95, drawn ones .5 to .7)."""

OVERLAP_AT_MOST = 0.35
COVERED_AT_MOST = 0.7
FACES_AT_MOST = 20
"""Where nobody asks for more; a crowd has more, at little more cost."""

SMALLEST_PIXELS = 14.0
"""Width of a face, at the size it was found in, under which the landmarks are guesses."""

Points = tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Face:
    """One face seen."""

    box: Box
    """Left, top, width, height as parts of the picture."""
    landmarks: Points
    """Left eye, right eye, tip of the nose, left and right corner of the mouth as the viewer sees them, as parts
    of the picture."""
    score: float


class FaceFinder:
    """Finds faces; the model is loaded at the first look. May be shared by threads."""

    def find(
        self,
        picture: Picture,
        *,
        threshold: float = THRESHOLD,
        long_sides: Sequence[int] = LONG_SIDES,
        at_most: int = FACES_AT_MOST,
    ) -> list[Face]:
        """The faces in a picture, the surest first.

        Args:
            picture: RGB.
            threshold: Score from which a face counts.
            long_sides: Sizes at which to look, as the longer side in pixels.
            at_most: Faces at most; the surest stay.

        Raises:
            SetupError: The model is missing or changed.
        """
        longest = max(picture.shape[:2])
        sizes = sorted({min(size, longest) for size in long_sides}, reverse=True)
        found = [face for size in sizes for face in _faces_at(picture, size, threshold)]
        kept: list[Face] = []
        for face in sorted(found, key=lambda seen: (-seen.score, seen.box)):
            is_said_again = any(
                overlap(face.box, other.box) > OVERLAP_AT_MOST
                or inside(face.box, other.box) > COVERED_AT_MOST
                or inside(other.box, face.box) > COVERED_AT_MOST
                for other in kept
            )
            if not is_said_again:
                kept.append(face)
        return kept[:at_most]


def _faces_at(picture: Picture, long_side: int, threshold: float) -> list[Face]:
    height, width = picture.shape[:2]
    scale = long_side / max(height, width)
    seen_width = max(MULTIPLE, round(width * scale / MULTIPLE) * MULTIPLE)
    seen_height = max(MULTIPLE, round(height * scale / MULTIPLE) * MULTIPLE)
    scaled = Image.fromarray(picture).resize(
        (seen_width, seen_height), Image.Resampling.BILINEAR, reducing_gap=2.0
    )
    pixels = np.asarray(scaled).transpose(2, 0, 1)[None].astype(np.float32)
    return _decoded(network("centerface").run(pixels), seen_width, seen_height, threshold)


def _decoded(outputs: Outputs, width: int, height: int, threshold: float) -> list[Face]:
    """Faces from the network's four maps: how sure, size (log), place in the cell, landmarks in the box."""
    heat, size, offset, points = (outputs[name][0] for name in ("537", "538", "539", "540"))
    rows, columns = np.nonzero(heat[0] >= threshold)
    faces = []
    for row, column in zip(rows.tolist(), columns.tolist(), strict=True):
        tall, wide = (float(value) * STRIDE for value in np.exp(size[:, row, column]))
        if wide < SMALLEST_PIXELS:
            continue
        left = (column + float(offset[1, row, column]) + 0.5) * STRIDE - wide / 2
        top = (row + float(offset[0, row, column]) + 0.5) * STRIDE - tall / 2
        marks = points[:, row, column].reshape(5, 2)
        faces.append(
            Face(
                box=_clipped(left / width, top / height, wide / width, tall / height),
                landmarks=tuple(
                    (float((left + x * wide) / width), float((top + y * tall) / height)) for y, x in marks
                ),
                score=float(heat[0, row, column]),
            )
        )
    return faces


def _clipped(left: float, top: float, width: float, height: float) -> Box:
    right, bottom = min(1.0, left + width), min(1.0, top + height)
    left, top = max(0.0, left), max(0.0, top)
    return left, top, max(0.0, right - left), max(0.0, bottom - top)


def landmark_pixels(face: Face, picture: Picture) -> npt.NDArray[np.float64]:
    """A face's landmarks in the pixels of its picture, 5 × 2."""
    height, width = picture.shape[:2]
    return np.array(face.landmarks, np.float64) * (width, height)
