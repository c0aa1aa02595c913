"""The GPU's free memory, as the engine of stage 4 wants it: asked of nvidia-smi, held against the least that will do.

A thin door on `cinecore.language.memory`: the product's error and its figure, nothing else.
"""

from __future__ import annotations

from cinecore.errors import SetupError
from cinecore.language import memory
from cinecut.errors import VramError

VRAM_MINIMUM_MIB = 6144
"""LLaVA 1.5 7B in 4 bits (4.1 GB), its eyes in half precision (.6 GB), one context of 2,048 tokens (1 GiB)."""


def check_vram_free_mib(limit_s: float = memory.ANSWER_SECONDS) -> int:
    """Free memory of the GPU in MiB; of several, of the one that has most.

    Raises:
        VramError: nvidia-smi is missing, fails, takes more than `limit_s`, or answers no number.
    """
    try:
        return memory.gpu_free_mib(limit_s)
    except SetupError as error:
        raise VramError(error.happened) from error


def assert_vram_available() -> None:
    """See that the engine fits.

    Raises:
        VramError: It does not, or the GPU cannot be asked.
    """
    free = check_vram_free_mib()
    if free < VRAM_MINIMUM_MIB:
        raise VramError(f"Only {free} MiB free VRAM, need at least {VRAM_MINIMUM_MIB} MiB")
