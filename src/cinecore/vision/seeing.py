"""One look at a still: its faces, things, shot size, look and palette, by the networks that ship.

Deliberately not here: which stills are looked at, and which two faces are one person's.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from cinecore.vision.colors import foreground, main_colors
from cinecore.vision.covered import is_mouth_covered
from cinecore.vision.detect import Detection, ObjectDetector, inside
from cinecore.vision.drawn import DRAWN_FROM, drawn_score
from cinecore.vision.face_identity import FaceEmbedder
from cinecore.vision.faces import LONG_SIDES, Face, FaceFinder, landmark_pixels
from cinecore.vision.figures import figure_vector
from cinecore.vision.looks import thing_vector
from cinecore.vision.panels import Box, Picture
from cinecore.vision.sighting import FaceSeen, Sighting, ThingSeen
from cinecore.vision.spaces import spaces
from cinecore.vision.weights import DIGESTS

EYES_VERSION = 1
"""Raised when a look would say something else of the same still."""

FACES_AT_MOST = 64
"""Counted in one still; of a crowd nobody is known again anyway."""

FACES_KNOWN_AT_MOST = 8
"""The largest faces of a still, which alone are embedded: each costs 20 ms."""

SMALLEST_KNOWN_PIXELS = 20.0
"""Width of a face under which it is counted and not known again: down to 21 pixels changed copies stayed one person."""

LIVING = frozenset({"person", "animal", "bird"})
"""Families that may be somebody where no face tells."""

LIVING_AT_MOST = 2
"""The largest living things without a telling face of a still, which get a vector: each costs one more run."""

SMALLEST_LIVING = 0.01
"""Part of the picture under which a thing's colours and shape say nothing."""

FACE_IN_BODY = 0.6
"""Part of a face that lies in the body it belongs to."""

SIZE_BY_FACE = (
    (0.70, "extreme close-up"),
    (0.42, "close-up"),
    (0.26, "medium close-up"),
    (0.165, "medium"),
    (0.11, "medium long"),
    (0.055, "long"),
)
"""Height of the largest face, as a part of the picture's, from which a size holds; smaller is an extreme long shot.

A face is .8 of a head and a person 7.5 heads: a picture that shows head and shoulders (1.4 heads) holds a face of .57,
one to the chest .35, to the waist .20, to the knees .14, the whole person .09, with room .05. Borders lie midway.
"""

FULL_FIGURE = 1.9
"""Height of a body in its widths from which all of it is in its box, as in `figures`."""

LONG_BODY, EDGE = 0.30, 0.985
"""Height of a whole figure, as a part of the picture's, from which a shot is long and not extremely so; and where the
lower edge is, at which bodies are cut."""

FRONTAL_NOSE = (0.12, 0.88)
"""Where between the eyes a nose lies, as a part of their distance, unless the face is turned away."""

FRONTAL_EYES = 0.22
"""Distance of the eyes, as a part of the face's width, under which it is a profile."""


def eyes_identity() -> str:
    """Method and weights, as a fingerprint must know them."""
    return " ".join([f"eyes/{EYES_VERSION}", *(digest[:8] for _, digest in sorted(DIGESTS.items()))])


@dataclass(frozen=True)
class Eyes:
    """The networks that look at stills, each loaded when it is first needed."""

    finder: FaceFinder = field(default_factory=FaceFinder)
    embedder: FaceEmbedder = field(default_factory=FaceEmbedder)
    detector: ObjectDetector = field(default_factory=ObjectDetector)

    def look(self, picture: Picture, time_s: float) -> Sighting:
        """Everything that can be seen in a still.

        Args:
            picture: RGB, without letterbox bars.
            time_s: When the film shows it.

        Raises:
            SetupError: A model is missing or changed.
        """
        found, look = self.detector.detect_and_look(picture)
        bodies = [seen.box for seen in found if seen.family == "person"]
        faces = self._faces(picture, bodies, LONG_SIDES, is_mirrored_too=True)
        measured = spaces()
        whole = (0.0, 0.0, 1.0, 1.0)
        return Sighting(
            time_s=time_s,
            faces=faces,
            things=self._things(picture, found, faces),
            shot_size=shot_size(faces, bodies, picture.shape[1] / picture.shape[0]),
            look=np.asarray((look - measured.look_mean) @ measured.look_axes, np.float32),
            palette=tuple(main_colors(*foreground(picture, whole))),
        )

    def look_for_faces(self, picture: Picture, time_s: float) -> Sighting:
        """Faces alone, at one size and a quarter of the cost: another still of a view that was looked at.

        Raises:
            SetupError: A model is missing or changed.
        """
        faces = self._faces(picture, [], LONG_SIDES[:1], is_mirrored_too=False)
        return Sighting(time_s=time_s, faces=faces, shot_size=shot_size(faces, [], 1.0))

    def _faces(
        self, picture: Picture, bodies: list[Box], sides: tuple[int, ...], *, is_mirrored_too: bool
    ) -> tuple[FaceSeen, ...]:
        found = self.finder.find(picture, long_sides=sides, at_most=FACES_AT_MOST)
        largest = sorted(found, key=lambda face: (-face.box[2] * face.box[3], face.box))
        known = {id(face) for face in largest[:FACES_KNOWN_AT_MOST]}
        return tuple(
            self._known(picture, face, bodies, is_mirrored_too=is_mirrored_too)
            if id(face) in known and face.box[2] * picture.shape[1] >= SMALLEST_KNOWN_PIXELS
            else FaceSeen(face.box, face.score, is_frontal=False)
            for face in found
        )

    def _known(self, picture: Picture, face: Face, bodies: list[Box], *, is_mirrored_too: bool) -> FaceSeen:
        points = landmark_pixels(face, picture)
        embedding = self.embedder.embed(picture, points, is_mirrored_too=is_mirrored_too)
        drawn = drawn_score(picture, points, embedding)
        is_covered = is_mouth_covered(picture, points, seems_drawn=drawn > DRAWN_FROM)
        body = next((box for box in bodies if inside(face.box, box) > FACE_IN_BODY), None)
        return FaceSeen(
            box=face.box,
            score=face.score,
            embedding=embedding,
            is_drawn=drawn > DRAWN_FROM and not is_covered,
            drawn=drawn,
            figure=figure_vector(picture, body, face.box),
            is_frontal=not is_covered and is_frontal(face, picture.shape[1] / picture.shape[0]),
        )

    def _things(
        self, picture: Picture, found: list[Detection], faces: tuple[FaceSeen, ...]
    ) -> tuple[ThingSeen, ...]:
        living = [
            seen
            for seen in found
            if seen.family in LIVING
            and seen.box[2] * seen.box[3] >= SMALLEST_LIVING
            and not any(inside(face.box, seen.box) > FACE_IN_BODY and len(face.embedding) for face in faces)
        ]
        living.sort(key=lambda seen: (-seen.box[2] * seen.box[3], seen.box))
        vectors = {
            id(seen): thing_vector(picture, seen.box, self.detector) for seen in living[:LIVING_AT_MOST]
        }
        nothing = np.empty(0, np.float32)
        return tuple(
            ThingSeen(seen.label, seen.family, seen.score, seen.box, vectors.get(id(seen), nothing))
            for seen in found
        )


def is_frontal(face: Face, aspect: float) -> bool:
    """Whether a face is turned to us enough to tell whose it is; `aspect` is the picture's width by its height."""
    left, right, nose = face.landmarks[0], face.landmarks[1], face.landmarks[2]
    # along the line of the eyes, so that a tilted head counts as an upright one
    across = np.array([(right[0] - left[0]) * aspect, right[1] - left[1]])
    to_nose = np.array([(nose[0] - left[0]) * aspect, nose[1] - left[1]])
    length = float(np.hypot(*across))
    if length < FRONTAL_EYES * face.box[2] * aspect:
        return False
    place = float(across @ to_nose) / length**2
    return FRONTAL_NOSE[0] <= place <= FRONTAL_NOSE[1]


def shot_size(faces: tuple[FaceSeen, ...], bodies: list[Box], aspect: float) -> str:
    """How near the nearest person is, as one of `SHOT_SIZES`; empty where nobody is seen.

    Args:
        faces: Every face.
        bodies: The boxes of people.
        aspect: The picture's width by its height.
    """
    if faces:
        tallest = max(face.box[3] for face in faces)
        return next((name for least, name in SIZE_BY_FACE if tallest >= least), "extreme long")
    if not bodies:
        return ""
    _, top, width, height = max(bodies, key=lambda box: (box[3], box))
    is_whole = height > FULL_FIGURE * width * aspect
    if top + height >= EDGE and not is_whole:
        return "medium"
    if top + height >= EDGE:
        return "medium long"
    return "long" if height >= LONG_BODY else "extreme long"
