"""What was seen in a clip: faces, things, continuity; what the eyes say, never what a maker of pictures knew.

Boxes are (left, top, width, height) as parts of the picture, 0 to 1. Embeddings and crops travel with the
result and stay out of its JSON.
"""

from __future__ import annotations

from typing import Any, Protocol

from pydantic import BaseModel, ConfigDict, Field

Box = tuple[float, float, float, float]


class _Value(BaseModel):
    model_config = ConfigDict(extra="ignore")


class KnownAsset(Protocol):
    """What the analysis needs to know of a thing in the registry; `vidpipe.db.models.Asset` is one."""

    id: str
    tag: str
    asset_type: Any
    """An `AssetType`."""
    name: str
    label: str
    """What it is, in the detector's or the storyboard's common noun."""
    visual_description: str
    reference_image: str | None
    """Path relative to the data folder."""
    face_embedding: list[float] | None
    face_embedding_space: str | None
    """Name of the embedding and of the threshold that belongs to it."""
    image_embedding: list[float] | None
    image_embedding_space: str | None


class Sighting(_Value):
    """Something seen once."""

    frame_index: int
    """Counted in the clip's frames."""
    time_s: float
    box: Box
    confidence: float


class FaceMatch(_Value):
    """A person of the registry recognised by the face."""

    asset_id: str
    tag: str
    distance: float
    """In the embedding's own measure; smaller is more alike."""
    threshold: float
    space: str
    sightings: list[Sighting] = Field(default_factory=list)


class ObjectMatch(_Value):
    """A thing or figure of the registry recognised by kind and look."""

    asset_id: str
    tag: str
    label: str
    similarity: float
    how: str
    """What told: `look`, `colour`, `kind`."""
    sightings: list[Sighting] = Field(default_factory=list)


class SeenThing(_Value):
    """Something seen in a clip, whether known or not: one cluster of sightings."""

    label: str
    """As the detector names it."""
    family: str
    """Labels that the detector confuses share one: car, truck and bus are `vehicle`."""
    is_face: bool = False
    asset_tag: str | None = None
    """Whom it was matched with."""
    sightings: list[Sighting] = Field(default_factory=list)
    colors: list[str] = Field(default_factory=list)
    """Its main colours, `#rrggbb`, the strongest first."""
    description: str = ""
    """In measured words from the vocabulary of `vidpipe.services.description`."""
    quality: float = 0.0
    """0 to 10: of the best crop."""
    crop_png: bytes = Field(default=b"", exclude=True, repr=False)
    face_embedding: list[float] | None = Field(default=None, exclude=True, repr=False)
    face_embedding_space: str | None = None
    image_embedding: list[float] | None = Field(default=None, exclude=True, repr=False)
    image_embedding_space: str | None = None


class ContinuityPart(_Value):
    """One measure of continuity; `score` None where it could not be measured, with the reason."""

    score: float | None
    """0 to 10."""
    weight: float
    value: float | None = None
    """The raw figure behind it."""
    evidence: str = ""
    """Which frames, or why it could not be measured."""


class CVAnalysisResult(_Value):
    """What one clip's analysis found."""

    scene_index: int
    frames_sampled: list[int] = Field(default_factory=list)
    face_matches: list[FaceMatch] = Field(default_factory=list)
    object_matches: list[ObjectMatch] = Field(default_factory=list)
    seen: list[SeenThing] = Field(default_factory=list)
    new_entity_count: int = 0
    continuity: dict[str, ContinuityPart] = Field(default_factory=dict)
    continuity_score: float | None = None
    """0 to 10: weighted mean of the parts that could be measured."""
    notes: list[str] = Field(default_factory=list)
    models: dict[str, str] = Field(default_factory=dict)
    """Each model used and its digest."""
    clip_embeddings: dict[str, list[float]] = Field(default_factory=dict, exclude=True, repr=False)


class NewEntity(_Value):
    """Something seen that nothing in the registry stands for, good enough to be registered."""

    model_config = ConfigDict(extra="ignore", arbitrary_types_allowed=True)

    thing: SeenThing
    asset_type: str
    reason: str = ""
    also: list[SeenThing] = Field(default_factory=list)
    """Other clusters of the same thing: a person's face beside its body, a car also seen as a truck."""


class ChosenReference(_Value):
    """A reference that a request carries: which asset, which of its pictures, and what it stands for."""

    model_config = ConfigDict(frozen=True)

    tag: str
    asset_type: str
    label: str
    name: str
    role: str
    """face | body | place | prop: what of it the picture shows."""
    image: str
    """Path relative to the data folder."""
    description: str = ""
    is_photo: bool = False
    """Whether it is a picture that the user gave, to be composed in as it is."""
