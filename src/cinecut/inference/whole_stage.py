"""Stage 4 in one call, for those who use the Python API without a work folder: stills in, descriptions out.

Deliberately not here: a journal and the cache, which need a film (`stage`, `cache`).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path

from cinecore.gpu import lock_folder
from cinecore.language.llama_server import Device
from cinecore.language.server_settings import ENGINE_PORT
from cinecore.ports import Progress
from cinecut.inference.cache import DescribedKeyframe
from cinecut.inference.engine import LOG_FILENAME, in_public_words
from cinecut.inference.llama import LlamaDescriber
from cinecut.inference.stage import describe_keyframes
from cinecut.models import KeyframeRecord


def run_inference_stage(
    keyframe_records: Sequence[KeyframeRecord],
    model: str | os.PathLike[str],
    mmproj: str | os.PathLike[str],
    progress_callback: Callable[[int, int], None] | None = None,
    *,
    device: Device = "auto",
    n_slots: int | None = None,
    port: int = ENGINE_PORT,
    program: Path | None = None,
    say: Callable[[str], None] = lambda _: None,
) -> list[DescribedKeyframe]:
    """Each still with its description, in the order given, as `save_cache` takes them; None where it failed.

    Args:
        keyframe_records: The stills.
        model: Weights (GGUF) of a vision model.
        mmproj: Its eyes.
        progress_callback: Hears of stills done and stills in all.
        device: auto and gpu: the GPU, which must be there. cpu: the processor.
        n_slots: Stills at once; None: as many as the free memory takes.
        port: Where the server listens.
        program: A llama-server; None: it is looked for.
        say: Hears what is waited for.

    Raises:
        VramError: Too little memory on the GPU, or it cannot be asked.
        InferenceError: The engine cannot be started, died twice, or described not one still.
    """

    def progress(step: Progress) -> None:
        if progress_callback is not None:
            progress_callback(step.done, step.total)

    describer = LlamaDescriber(
        Path(model),
        Path(mmproj),
        device=device,
        n_slots=n_slots,
        port=port,
        log=lock_folder() / LOG_FILENAME,
        program=program,
        say=say,
    )
    with in_public_words(is_starting=True):
        return describe_keyframes(keyframe_records, describer, progress=progress, notice=say)
