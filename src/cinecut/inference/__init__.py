"""What stills show, in words: the describer that measures pixels, the journal, the cache, and the public shapes."""

from cinecut.errors import InferenceError, VramError
from cinecut.inference.models import SCENE_DESCRIPTION_SCHEMA, validate_scene_description
from cinecut.models import SceneDescription

__all__ = [
    "SCENE_DESCRIPTION_SCHEMA",
    "InferenceError",
    "SceneDescription",
    "VramError",
    "validate_scene_description",
]
