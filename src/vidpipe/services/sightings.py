"""What the eyes find in one picture: people with their faces, and things; each with what tells it from others.

Deliberately not here: time. Which sightings of a clip are one thing is told by `clusters.py`.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from cinecore.vision.colors import foreground, main_colors, pixel_box, signature
from cinecore.vision.detect import Detection, ObjectDetector, inside
from cinecore.vision.drawn import drawn_score
from cinecore.vision.face_identity import FaceEmbedder
from cinecore.vision.faces import Face, FaceFinder, landmark_pixels
from cinecore.vision.figures import figure_vector
from vidpipe.schemas.analysis import Box
from vidpipe.services.clip_frames import Picture

PERSON = "person"

WORN = frozenset({"tie", "handbag", "backpack", "suitcase", "cell phone", "umbrella"})
"""What lies inside a person's box as part of how the person looks, unless it stands beside them."""

WORN_INSIDE = 0.75

FACE_INSIDE = 0.7
"""Part of a face that lies in the body it belongs to."""

FACE_IN_UPPER = 0.55
"""A face's middle lies in this upper part of its body."""

Vector = npt.NDArray[np.float32]


@dataclass(frozen=True)
class SeenFace:
    """A face in one picture."""

    box: Box
    score: float
    embedding: Vector
    drawn: float
    """How drawn it is; compare with `cinecore.vision.drawn.DRAWN_FROM`."""
    sharpness: float


@dataclass(frozen=True)
class SeenOnce:
    """A person or a thing in one picture."""

    label: str
    family: str
    score: float
    box: Box
    """Of the body or thing; of the face where nothing else of a person was found."""
    face: SeenFace | None
    has_body: bool
    vector: Vector
    """Of a person the figure's vector, of a thing its colours."""
    sharpness: float
    colors: tuple[str, ...]
    tone: Vector = field(default_factory=lambda: np.zeros(0, np.float32), repr=False)
    """Its colours, whatever it is: what is compared where the eyes are not sure of the kind."""
    also: tuple[str, ...] = ()
    """Families that it may be as well."""

    @property
    def is_person(self) -> bool:
        """Whether it is somebody."""
        return self.family == PERSON


class Eyes:
    """The models that look at pictures, each loaded when it is first needed; may be shared by threads."""

    def __init__(self) -> None:
        self.detector = ObjectDetector()
        self._finder = FaceFinder()
        self._embedder = FaceEmbedder()

    def look(
        self, picture: Picture, *, sees_small: bool = False, is_one_of_many: bool = False
    ) -> list[SeenOnce]:
        """Everybody and everything in a picture, the surest first.

        Args:
            picture: RGB.
            sees_small: Look more closely for small things.
            is_one_of_many: Whether it is a frame among others of a clip, so that each may be measured more quickly.

        Raises:
            SetupError: A model is missing or changed.
        """
        found = self.detector.detect(picture, sees_small=sees_small)
        faces = [
            self._face(picture, face, is_mirrored_too=not is_one_of_many)
            for face in self._finder.find(picture)
        ]
        bodies = [seen for seen in found if seen.family == PERSON]
        pairs = _paired(bodies, faces)
        people = [_person(picture, body, pairs.get(number)) for number, body in enumerate(bodies)]
        taken = {id(face) for face in pairs.values()}
        people += [_person(picture, None, face) for face in faces if id(face) not in taken]
        things = [
            _thing(picture, seen)
            for seen in found
            if seen.family != PERSON and not _is_worn(seen, bodies) and not _is_face(seen, faces)
        ]
        return sorted([*people, *things], key=lambda seen: (-seen.score, seen.box))

    def _face(self, picture: Picture, face: Face, *, is_mirrored_too: bool) -> SeenFace:
        points = landmark_pixels(face, picture)
        embedding = self._embedder.embed(picture, points, is_mirrored_too=is_mirrored_too)
        return SeenFace(
            box=face.box,
            score=face.score,
            embedding=embedding,
            drawn=drawn_score(picture, points, embedding),
            sharpness=sharpness(picture, face.box),
        )


def _person(picture: Picture, body: Detection | None, face: SeenFace | None) -> SeenOnce:
    box = body.box if body is not None else face.box if face is not None else (0.0, 0.0, 1.0, 1.0)
    lab, weight = foreground(picture, box)
    return SeenOnce(
        label=PERSON,
        family=PERSON,
        score=body.score if body is not None else face.score if face is not None else 0.0,
        box=box,
        face=face,
        has_body=body is not None,
        vector=figure_vector(picture, body.box if body else None, face.box if face else None),
        sharpness=sharpness(picture, box),
        colors=tuple(main_colors(lab, weight)),
        tone=signature(lab, weight),
        also=body.also if body is not None and face is None else (),
    )


def _thing(picture: Picture, seen: Detection) -> SeenOnce:
    lab, weight = foreground(picture, seen.box)
    tone = signature(lab, weight)
    return SeenOnce(
        label=seen.label,
        family=seen.family,
        score=seen.score,
        box=seen.box,
        face=None,
        has_body=True,
        vector=tone,
        sharpness=sharpness(picture, seen.box),
        colors=tuple(main_colors(lab, weight)),
        tone=tone,
        also=seen.also,
    )


def _paired(bodies: list[Detection], faces: list[SeenFace]) -> dict[int, SeenFace]:
    """Of each body its face; a face goes to the smallest body that can bear it."""
    pairs: dict[int, SeenFace] = {}
    for face in faces:
        middle = face.box[1] + face.box[3] / 2
        bearers = [
            (body.box[2] * body.box[3], number)
            for number, body in enumerate(bodies)
            if number not in pairs
            and inside(face.box, body.box) >= FACE_INSIDE
            and middle <= body.box[1] + FACE_IN_UPPER * body.box[3]
        ]
        if bearers:
            pairs[min(bearers)[1]] = face
    return pairs


def _is_worn(seen: Detection, bodies: list[Detection]) -> bool:
    return seen.label in WORN and any(inside(seen.box, body.box) >= WORN_INSIDE for body in bodies)


def _is_face(seen: Detection, faces: list[SeenFace]) -> bool:
    """Whether a thing is a face taken for something round."""
    return any(
        inside(face.box, seen.box) >= FACE_INSIDE
        and seen.box[2] * seen.box[3] < 4 * face.box[2] * face.box[3]
        for face in faces
    )


def sharpness(picture: Picture, box: Box) -> float:
    """Mean absolute Laplacian of the brightness in a box, at no more than 160 pixels, in levels of 255."""
    left, top, right, bottom = pixel_box(picture, box)
    step = max(1, max(right - left, bottom - top) // 160)
    grey = picture[top:bottom:step, left:right:step, 1].astype(np.float32)
    if min(grey.shape) < 3:
        return 0.0
    around = grey[:-2, 1:-1] + grey[2:, 1:-1] + grey[1:-1, :-2] + grey[1:-1, 2:]
    return float(np.abs(around - 4 * grey[1:-1, 1:-1]).mean())
