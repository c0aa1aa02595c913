"""The shape of a scene description: its JSON schema and the check of a reply against it.

Deliberately not here: asking anybody for one. The dataclass itself lives in `cinecut.models`.
"""

from __future__ import annotations

from typing import Any

from cinecut.errors import InferenceError
from cinecut.models import SceneDescription

DESCRIPTION_FIELDS = ("visual_content", "mood", "action", "setting")

SCENE_DESCRIPTION_SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {name: {"type": "string"} for name in DESCRIPTION_FIELDS},
    "required": list(DESCRIPTION_FIELDS),
    "additionalProperties": False,
}
"""What a model must answer with: four strings, nothing else."""


def validate_scene_description(data: object) -> SceneDescription:
    """The description held by a parsed reply.

    Raises:
        InferenceError: Not an object, a field missing, one too many, or not a string.
    """
    if not isinstance(data, dict):
        raise InferenceError(f"The reply is {type(data).__name__}, not an object.")
    for name in DESCRIPTION_FIELDS:
        if name not in data:
            raise InferenceError(f"The reply has no field {name!r}.")
        if not isinstance(data[name], str):
            raise InferenceError(f"The field {name!r} of the reply is not a string.")
    if extra := sorted(str(name) for name in data if name not in DESCRIPTION_FIELDS):
        raise InferenceError(f"The reply has fields that nobody asked for: {', '.join(extra)}.")
    return SceneDescription(**data)
