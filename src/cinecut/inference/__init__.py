"""What stills show, in words: the describers, the engine behind them, the journal, the cache, and the public shapes."""

from cinecore.gpu import GPU_LOCK
from cinecut.errors import InferenceError, VramError
from cinecut.inference.engine import LlavaEngine
from cinecut.inference.models import SCENE_DESCRIPTION_SCHEMA, validate_scene_description
from cinecut.inference.vram import VRAM_MINIMUM_MIB, assert_vram_available, check_vram_free_mib
from cinecut.inference.whole_stage import run_inference_stage
from cinecut.models import SceneDescription

__all__ = [
    "GPU_LOCK",
    "SCENE_DESCRIPTION_SCHEMA",
    "VRAM_MINIMUM_MIB",
    "InferenceError",
    "LlavaEngine",
    "SceneDescription",
    "VramError",
    "assert_vram_available",
    "check_vram_free_mib",
    "run_inference_stage",
    "validate_scene_description",
]
