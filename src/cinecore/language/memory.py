"""How much memory a model may take here, on the GPU or beside it, and how many requests at once fit into it.

Deliberately not here: which model, and what to say where it does not fit.
"""

from __future__ import annotations

import contextlib
import platform
import shutil
import time
from collections.abc import Callable, Iterator

from cinecore.errors import CineError, SetupError
from cinecore.ffmpeg.run import run
from cinecore.gpu import gpu_lock, is_taken
from cinecore.language.gguf_head import GgufHead
from cinecore.settings import available_memory_bytes, environment

MIB = 1024 * 1024
QUERY = ("--query-gpu=memory.free", "--format=csv,noheader,nounits")
ANSWER_SECONDS = 10.0
"""How long nvidia-smi may take: one without persistence mode wakes the GPU first, some seconds; one that hangs
has a driver that hangs."""

SLOT_TOKENS = 2048
"""Context of one request: a LLaVA 1.5 picture takes 576, the question 200, the answer 640 at most."""

WORKING_MIB = 512
"""Beside weights and contexts: the buffers of one pass and those of the picture's encoder. llama.cpp's log names
about 170 MiB and 60 MiB for LLaVA 1.5 7B, and a CUDA context takes 300."""

SLOTS_ON_GPU = 16
SLOTS_ON_PROCESSOR = 4
"""More gain little: one pass reads the weights once for all of them, and then computing is the limit."""

LOOK_AGAIN_SECONDS = 0.25

BACK_SECONDS = 10.0
"""How long the memory of a model that has ended may take to come back; drivers take some hundred milliseconds."""

BACK_MIB = 256
"""Less than this missing counts as back: other programs' windows come and go."""


def is_apple_silicon() -> bool:
    """Whether GPU and processor share one memory, and nvidia-smi is not to be asked."""
    return platform.system() == "Darwin" and platform.machine() == "arm64"


def gpu_free_mib(limit_s: float = ANSWER_SECONDS) -> int:
    """Free memory of the GPU that has most of it, in MiB; nvidia-smi is asked and nothing else.

    Raises:
        SetupError: It is not there, fails, hangs, or answers something else.
    """
    path = shutil.which("nvidia-smi", path=environment().get("PATH"))
    if path is None:
        raise SetupError("nvidia-smi was not found: there is no NVIDIA GPU here, or no driver.")
    try:
        answer = run(QUERY, program="nvidia-smi", path=path, timeout_s=limit_s).decode("utf-8", "replace")
    except CineError as error:
        raise SetupError(error.happened, path, "Run nvidia-smi to see why.") from error
    lines = [line.strip() for line in answer.splitlines() if line.strip()]
    if not lines or not all(line.isascii() and line.isdigit() for line in lines):
        raise SetupError(f"nvidia-smi answers {answer.strip()[:80]!r}, not a size in MiB.", path)
    return max(map(int, lines))


def system_free_mib() -> int | None:
    """Memory of the machine that may be taken, in MiB; None where the system does not tell."""
    free = available_memory_bytes()
    return None if free is None else free // MIB


def free_mib(*, is_on_gpu: bool) -> int | None:
    """Free memory where a model would lie, in MiB; None where the system does not tell.

    Raises:
        SetupError: A GPU that cannot be asked.
    """
    return gpu_free_mib() if is_on_gpu and not is_apple_silicon() else system_free_mib()


def has_gpu() -> bool:
    """Whether there is a GPU that can be asked for its memory."""
    if is_apple_silicon():
        return True
    try:
        gpu_free_mib()
    except SetupError:
        return False
    return True


def needed_mib(model: GgufHead, eyes: GgufHead | None, slots: int = 1) -> int:
    """Memory that a server takes for a model and so many requests at once, in MiB; an estimate from the files."""
    weights = model.size_bytes + (eyes.size_bytes if eyes else 0)
    return weights // MIB + WORKING_MIB + slots * slot_mib(model)


def slot_mib(model: GgufHead) -> int:
    """Memory for one more request at once, in MiB; where the file does not tell, a LLaVA 1.5 7B's 1 GiB."""
    each = model.bytes_a_token
    return 1024 if each is None else max(1, -(-each * SLOT_TOKENS // MIB))


def slots_that_fit(free_mib: int | None, model: GgufHead, eyes: GgufHead | None, *, is_on_gpu: bool) -> int:
    """How many requests at once are best here: at least one, and no more than help."""
    most = SLOTS_ON_GPU if is_on_gpu else SLOTS_ON_PROCESSOR
    if free_mib is None:
        return 1
    return max(1, min(most, (free_mib - needed_mib(model, eyes, 0)) // slot_mib(model)))


@contextlib.contextmanager
def owned_gpu(
    check: Callable[[], None],
    *,
    on_wait: Callable[[str], None] | None = None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Iterator[None]:
    """Own the GPU while inside, with enough memory free at the beginning; what was taken is back at the end.

    Args:
        check: Raises where too little memory is free. Asked before the GPU is waited for, unless another owner
            has to go first, and again once it is ours.
        on_wait: Hears whom we wait for.
        cancelled: Asked several times a second while waiting.

    Raises:
        Cancelled: `cancelled` said so.
        OutputError: The lock file cannot be made.
        Whatever `check` raises.
    """
    has_waited = is_taken()

    def wait(text: str) -> None:
        nonlocal has_waited
        has_waited = True
        if on_wait is not None:
            on_wait(text)

    if not has_waited:
        check()
    with gpu_lock(on_wait=wait, cancelled=cancelled):
        if (
            has_waited
        ):  # the owner before us has gone, perhaps by kill -9: its memory comes back some time after
            wait_until(lambda: _passes(check), BACK_SECONDS, cancelled)
        check()
        before = _free_or_none()
        try:
            yield
        finally:
            # whoever is next, in this process or another, finds the memory as we found it
            if before is not None:
                wait_until(lambda: _is_back(before), BACK_SECONDS, lambda: False)


def _passes(check: Callable[[], None]) -> bool:
    try:
        check()
    except CineError:
        return False
    return True


def _free_or_none() -> int | None:
    """Free memory of a GPU of its own; None where it cannot be asked, or shares the machine's."""
    try:
        return None if is_apple_silicon() else gpu_free_mib()
    except SetupError:
        return None


def _is_back(before_mib: int) -> bool:
    free = _free_or_none()
    return free is None or free >= before_mib - BACK_MIB


def wait_until(is_enough: Callable[[], bool], seconds: float, cancelled: Callable[[], bool]) -> bool:
    """Whether something came true in the time given; memory comes back some time after its owner has gone."""
    end_s = time.monotonic() + seconds
    while not is_enough():
        if cancelled() or time.monotonic() >= end_s:
            return False
        time.sleep(LOOK_AGAIN_SECONDS)
    return True
