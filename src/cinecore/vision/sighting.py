"""What eyes saw in one still, as values; no network runs here."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from cinecore.vision.panels import Box

SHOT_SIZES = (
    "extreme close-up",
    "close-up",
    "medium close-up",
    "medium",
    "medium long",
    "long",
    "extreme long",
)
"""From near to far: how much of a person the picture shows. Empty where nobody tells it."""

LOOK_LENGTH = 32

Vector = npt.NDArray[np.float32]


def _nothing() -> Vector:
    return np.empty(0, np.float32)


@dataclass(frozen=True, eq=False)
class FaceSeen:
    """One face in a still."""

    box: Box
    """Left, top, width, height as parts of the still."""
    score: float
    """How sure the finder is that it is a face, 0..1."""
    embedding: Vector = field(default_factory=_nothing)
    """128 numbers (`face_identity.FACE_SPACE`); of drawn faces they tell nobody from anybody."""
    is_drawn: bool = False
    drawn: float = 0.0
    """Above 0 drawn; the mean of a person's faces is surer than one."""
    figure: Vector = field(default_factory=_nothing)
    """Hair, skin and clothes (`figures.FIGURE_SPACE`)."""
    is_frontal: bool = True
    """Whether both eyes and the mouth are seen well enough to tell whose face it is."""


@dataclass(frozen=True, eq=False)
class ThingSeen:
    """One thing in a still; people are things of the family `person`."""

    label: str
    """One of `labels.LABELS`."""
    family: str
    """Labels that the detector confuses share one."""
    score: float
    """0..1"""
    box: Box
    """Left, top, width, height as parts of the still."""
    vector: Vector = field(default_factory=_nothing)
    """Colours and shape (`looks.THING_SPACE`) of a living thing whose face says nothing; else empty."""


@dataclass(frozen=True, eq=False)
class Sighting:
    """Everything seen in one still."""

    time_s: float
    """In the film's own seconds."""
    faces: tuple[FaceSeen, ...] = ()
    """The surest first."""
    things: tuple[ThingSeen, ...] = ()
    """The surest first."""
    shot_size: str = ""
    """One of `SHOT_SIZES`, or empty."""
    look: Vector = field(default_factory=_nothing)
    """`LOOK_LENGTH` numbers; only differences inside one film mean something, after whitening. Empty where faces alone
    were looked for; then `things` and `palette` are empty too."""
    palette: tuple[str, ...] = ()
    """The main colours as `#rrggbb`, the strongest first."""

    @property
    def people(self) -> int:
        """How many people are in the picture, by faces and figures together."""
        bodies = [thing.box for thing in self.things if thing.family == "person"]
        lone = [face for face in self.faces if not any(_holds(body, face.box) for body in bodies)]
        return max(len(self.faces), len(bodies) + len(lone))


def _holds(body: Box, face: Box) -> bool:
    """Whether the middle of a face lies in a body's box."""
    x, y = face[0] + face[2] / 2, face[1] + face[3] / 2
    return body[0] <= x <= body[0] + body[2] and body[1] <= y <= body[1] + body[3]
