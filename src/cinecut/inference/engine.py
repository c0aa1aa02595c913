"""LLaVA behind a llama-server of ours, for one run of stage 4: the engine of the public Python API.

A thin door on `cinecore.language.llama_server` and the describer that asks: the product's defaults and errors.
Deliberately not here: starting a dead server again (`llama`), and what is remembered (`stage`).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from cinecore.errors import (
    Cancelled,
    CineError,
    EngineGoneError,
    EngineLateError,
    InputError,
    ReplyError,
)
from cinecore.gpu import lock_folder
from cinecore.language import memory
from cinecore.language.chat import ChatClient
from cinecore.language.llama_server import HEALTH_SECONDS, Device, LlamaServer
from cinecore.language.server_settings import ENGINE_PORT
from cinecore.ports import StillView
from cinecut.errors import CineCutError, InferenceError
from cinecut.inference.vision_model import VisionModelDescriber
from cinecut.inference.vram import assert_vram_available
from cinecut.models import KeyframeRecord, SceneDescription

NAME = "LLaVA"
LOG_FILENAME = "llama-server.log"


class LlavaEngine:
    """LLaVA, ready inside a `with` block; holds the GPU and its memory for the whole of it.

    Args:
        model_path: The model's weights (GGUF).
        mmproj_path: Its eyes.
        port: Where its server listens; another free port is taken where that is in use.
        debug: Whether the server writes a log, to `log` or to the user's cache folder.
        device: auto and gpu: the GPU, which must be there. cpu: the processor; the GPU, its memory and its lock
            are left alone.
        n_slots: Requests at once; None: as many as the free memory takes.
        log: Where a log goes.
        check_memory: Raises where the GPU's free memory is too small.
        program: A llama-server; None: it is looked for.
        has_prompt_cache: Whether the server keeps what requests have in common; None: with several slots.
        say: Hears what is waited for.
        cancelled: Asked while waiting.
    """

    def __init__(
        self,
        model_path: str | os.PathLike[str],
        mmproj_path: str | os.PathLike[str],
        port: int = ENGINE_PORT,
        debug: bool = False,  # noqa: FBT001, FBT002 - the place that the public API gives it
        *,
        device: Device = "auto",
        n_slots: int | None = 1,
        log: Path | None = None,
        check_memory: Callable[[], None] = assert_vram_available,
        program: str | os.PathLike[str] | None = None,
        has_prompt_cache: bool | None = None,
        say: Callable[[str], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> None:
        is_on_gpu = device != "cpu"
        self.log_path = log or lock_folder() / LOG_FILENAME
        self.server = LlamaServer(
            Path(model_path),
            Path(mmproj_path),
            port=port,
            device="gpu" if is_on_gpu else "cpu",
            n_slots=n_slots,
            log=self.log_path if debug else None,
            has_prompt_cache=has_prompt_cache,
            program=program,
            # the chip shares the machine's memory there, and no nvidia-smi tells of it
            check_memory=check_memory if is_on_gpu and not memory.is_apple_silicon() else None,
            on_wait=say,
            cancelled=cancelled,
        )
        self._cancelled = cancelled
        self._client: ChatClient | None = None

    @property
    def base_url(self) -> str:
        """The server's root."""
        return self.server.base_url

    @property
    def n_slots(self) -> int:
        """Requests at once; sized from the memory once the server has started."""
        return self.server.n_slots

    @property
    def client(self) -> ChatClient:
        """Who asks the server; another one after each start.

        Raises:
            InferenceError: The engine has not been started.
        """
        if self._client is None:
            raise InferenceError("The engine is asked before it was started, or after its end.")
        return self._client

    @property
    def _process(self) -> Any:
        """The server's `subprocess.Popen`; that module itself is the runner's alone."""
        return self.server.server.process if self.server.server else None

    @property
    def _log_file(self) -> IO[bytes] | None:
        return self.server.log_file

    def __enter__(self) -> Self:
        """The engine, healthy.

        Raises:
            As `_start`.
        """
        self._start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the server and give the GPU back."""
        self._stop()

    def describe_frame(self, record: KeyframeRecord) -> SceneDescription | None:
        """What the model sees in a still; None where it gave no usable answer or the still cannot be read.

        Raises:
            InferenceError: The server is gone.
        """
        describer = VisionModelDescriber(self.client, name=NAME)
        try:
            with in_public_words():
                seen = describer.describe(StillView(record.timestamp_s, Path(record.frame_path)))
        except (InputError, ReplyError, EngineLateError):
            return None
        return SceneDescription(seen.visual_content, seen.mood, seen.action, seen.setting)

    def _start(self) -> None:
        """Take the GPU and start the server; where that fails nothing is left behind.

        Raises:
            VramError: Too little memory on the GPU, or it cannot be asked.
            InferenceError: No program, no usable weights, or the server did not become healthy.
            Cancelled: The run is to stop.
        """
        with in_public_words(is_starting=True):
            self.server.start()
        self._client = ChatClient(self.server.chat_server(), self._cancelled)

    def _restart(self, log: Path) -> None:
        """Start the server once more, keeping the GPU; from now on it writes a log.

        Raises:
            As `_start`.
        """
        with in_public_words(is_starting=True):
            self.server.restart(log)
        self._close_client()
        self._client = ChatClient(self.server.chat_server(), self._cancelled)

    def _wait_for_health(self, timeout_s: float = HEALTH_SECONDS) -> None:
        """Look every second whether the server is healthy.

        Raises:
            InferenceError: It ended, or was not healthy in time.
        """
        with in_public_words(is_starting=True):
            self.server.wait_until_healthy(timeout_s)

    def _stop(self) -> None:
        """SIGTERM, ten seconds, SIGKILL; then the GPU is given back. Twice is no harm."""
        self._close_client()
        self.server.stop()

    def _close_client(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            client.close()


@contextmanager
def in_public_words(*, is_starting: bool = False) -> Iterator[None]:
    """The core's errors as the public API's; inside, what says something of one still alone goes through.

    Args:
        is_starting: Whether nothing is asked about a still inside, so that every error is about the engine.

    Raises:
        InferenceError: Instead of the core's own.
    """
    passing: tuple[type[CineError], ...] = (CineCutError, Cancelled)
    if not is_starting:
        passing += (InputError, ReplyError, EngineLateError)
    try:
        yield
    except passing:
        raise
    except CineError as error:
        raise InferenceError(_told(error)) from error


def _told(error: CineError) -> str:
    """The cause alone where the contract has words for it; else with the thing it happened to."""
    if isinstance(error, EngineGoneError | EngineLateError):
        return error.happened
    return f"{error.happened} ({os.fspath(error.which)})" if isinstance(error.which, Path) else error.happened
