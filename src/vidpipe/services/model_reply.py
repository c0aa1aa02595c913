"""What a text model answers as a storyboard: a schema that is easy to fill, read leniently, refused with reasons.

Deliberately not here: asking (`model_director`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from enum import StrEnum
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from vidpipe.schemas.kinds import CameraMove, Cut, Facing, Position, Role, ShotType

_Word = Annotated[str, Field(max_length=80)]
_Short = Annotated[str, Field(max_length=300)]


def _lenient(kind: type[StrEnum], others: dict[str, str] | None = None) -> Callable[[Any], Any]:
    """Reads an enumeration as people write it: `Close-Up`, `close up`; what is unknown stays to be refused."""
    known = {member.value: member for member in kind}

    def read(value: Any) -> Any:
        word = re.sub(r"[\s\-]+", "_", str(value).strip().lower())
        word = (others or {}).get(word, word)
        return known.get(word, value)

    return read


_SIZES = {"closeup": "close_up", "extreme_close_up": "insert", "long": "wide", "long_shot": "wide", "wide_shot": "wide",
          "medium_shot": "medium", "mid": "medium", "two": "two_shot", "twoshot": "two_shot", "detail": "insert"}  # fmt: skip
_MOVES = {"none": "static", "fixed": "static", "still": "static", "dolly_in": "push_in", "zoom_in": "push_in", "dolly_out": "pull_out",
          "zoom_out": "pull_out", "pull_back": "pull_out", "pan": "pan_right", "tilt": "tilt_up", "tracking": "track_right", "track": "track_right"}  # fmt: skip


class _Answer(BaseModel):
    model_config = ConfigDict(extra="ignore")


class AssetAnswer(_Answer):
    """Somebody or something that must look the same each time."""

    tag: _Word
    name: _Short
    label: _Word
    description: Annotated[str, Field(max_length=600)] = ""


class PlacementAnswer(_Answer):
    """Who or what is in a shot."""

    tag: _Word | None = None
    label: _Word = ""
    role: Annotated[Role, BeforeValidator(_lenient(Role))] = Role.SUBJECT
    position: Annotated[
        Position, BeforeValidator(_lenient(Position, {"centre": "center", "middle": "center"}))
    ] = Position.CENTER
    facing: Annotated[Facing, BeforeValidator(_lenient(Facing))] = Facing.CAMERA
    action: _Short = ""
    expression: _Word = ""
    wardrobe: _Short = ""
    color: _Word = ""


class LineAnswer(_Answer):
    """A spoken line; without a speaker it is narrated."""

    speaker: _Short = ""
    text: Annotated[str, Field(min_length=1, max_length=1000)]
    manner: _Word = ""


class SceneAnswer(_Answer):
    """One shot."""

    heading: _Short = ""
    description: Annotated[str, Field(min_length=1, max_length=1500)]
    seconds: Annotated[float, Field(gt=0, le=60)] | None = None
    shot_type: Annotated[ShotType, BeforeValidator(_lenient(ShotType, _SIZES))]
    camera_movement: Annotated[CameraMove, BeforeValidator(_lenient(CameraMove, _MOVES))] = CameraMove.STATIC
    setting: _Word
    interior: bool = False
    time_of_day: _Word = "day"
    weather: _Word = ""
    cut: Annotated[Cut, BeforeValidator(_lenient(Cut))] = Cut.CUT
    placements: Annotated[list[PlacementAnswer], Field(max_length=8)] = Field(default_factory=list)
    lines: Annotated[list[LineAnswer], Field(max_length=12)] = Field(default_factory=list)
    key_details: Annotated[list[_Short], Field(max_length=12)] = Field(default_factory=list)
    ambience: _Short = ""
    effects: Annotated[list[_Short], Field(max_length=6)] = Field(default_factory=list)
    music: _Word = ""


class StoryboardAnswer(_Answer):
    """A whole storyboard."""

    title: _Short = ""
    visual_style: Annotated[str, Field(max_length=600)] = ""
    assets: Annotated[list[AssetAnswer], Field(max_length=60)] = Field(default_factory=list)
    scenes: Annotated[list[SceneAnswer], Field(min_length=1)]


def reply_schema() -> dict[str, Any]:
    """The JSON Schema that a reply must fit."""
    return StoryboardAnswer.model_json_schema()


def read_reply(text: str) -> tuple[StoryboardAnswer | None, str]:
    """The reply, or None and what is wrong with it in words for the model."""
    start, end = text.find("{"), text.rfind("}")
    if start < 0 or end <= start:
        return None, "There was no JSON object in the answer."
    try:
        value = json.loads(text[start : end + 1])
    except (ValueError, RecursionError) as error:
        return None, f"The answer was no valid JSON: {str(error)[:120]}."
    try:
        return StoryboardAnswer.model_validate(value), ""
    except ValidationError as error:
        found = [f"{'.'.join(map(str, item['loc']))}: {item['msg']}" for item in error.errors()[:6]]
        return None, "The answer did not fit the schema: " + "; ".join(found) + "."
