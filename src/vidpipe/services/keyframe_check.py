"""A still looked at before a clip is paid for: it shows something, and photographed people are who they should be."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image
from pydantic import BaseModel, Field

from cinecore.ports import ReferencePicture

BLANK_DEVIATION = 2.0
"""Standard deviation of luma, of 255, under which a still shows nothing."""

Picture = npt.NDArray[np.uint8]


class KeyframeCheck(BaseModel):
    """What was found in a still."""

    is_good: bool
    is_blank: bool = False
    face_distances: dict[str, float] = Field(default_factory=dict)
    """Tag of a photographed person → distance of the nearest face, in the embedding's own measure."""
    problems: list[str] = Field(default_factory=list)


def look_at_keyframe(still: Path, references: Sequence[ReferencePicture]) -> KeyframeCheck:
    """What is wrong with a still, if anything; faces are compared only with photographs that show one."""
    with Image.open(still) as opened:
        picture = np.asarray(opened.convert("RGB"))
    if float(np.asarray(picture, np.float32).mean(axis=2).std()) < BLANK_DEVIATION:
        return KeyframeCheck(is_good=False, is_blank=True, problems=["the picture is blank"])
    photographs = [item for item in references if item.is_photo and item.role in {"face", "body"}]
    if not photographs:
        return KeyframeCheck(is_good=True)
    return _compared(picture, photographs)


def _compared(picture: Picture, photographs: Sequence[ReferencePicture]) -> KeyframeCheck:
    from cinecore.vision.face_identity import FACE_SPACE, FACE_THRESHOLDS, face_distance

    shown = _faces(picture)
    distances: dict[str, float] = {}
    problems: list[str] = []
    for reference in photographs:
        with Image.open(reference.path) as opened:
            wanted = _faces(np.asarray(opened.convert("RGB")))
        if not wanted:
            continue  # the photograph shows no face: nothing to compare with
        if not shown:
            problems.append(f"no face is seen, {reference.tag} was expected")
            continue
        nearest = min(face_distance(wanted[0], face) for face in shown)
        distances[reference.tag] = round(nearest, 4)
        if nearest > FACE_THRESHOLDS[FACE_SPACE]:
            problems.append(f"nobody looks like {reference.tag} (distance {nearest:.2f})")
    return KeyframeCheck(is_good=not problems, face_distances=distances, problems=problems)


def _faces(picture: Picture) -> list[npt.NDArray[np.float32]]:
    from cinecore.vision.face_identity import FaceEmbedder
    from cinecore.vision.faces import FaceFinder, landmark_pixels

    embedder = FaceEmbedder()
    return [embedder.embed(picture, landmark_pixels(face, picture)) for face in FaceFinder().find(picture)]
