"""The describer that keeps a llama-server of its own: started when first asked, started once more where it dies.

Deliberately not here: how a server is started (`cinecore.language.llama_server`), how a model is asked
(`vision_model`), and which stills (`stage`).
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from cinecore.errors import EngineGoneError, EngineLateError, SetupError
from cinecore.language import memory
from cinecore.language.chat import ChatClient
from cinecore.language.gguf_head import GgufHead, check_pair, read_head, weights_identity
from cinecore.language.llama_program import find_llama_server, how_it_ended
from cinecore.language.llama_server import Device, LlamaServer
from cinecore.language.server_settings import ENGINE_PORT
from cinecore.ports import Description, StillView
from cinecut.errors import VramError
from cinecut.inference.engine import NAME
from cinecut.inference.vision_model import VisionModelDescriber, prompt_digest
from cinecut.inference.vram import assert_vram_available, check_vram_free_mib

VERSION = "llama/1"
"""Raised when what is asked, or how, changes beyond the prompt."""

LAST_WORDS_SECONDS = 2.0
"""How long a server that does not answer any more may take to be seen to have ended."""


@dataclass(frozen=True)
class _Service:
    """One start of the server."""

    number: int
    describer: VisionModelDescriber
    client: ChatClient


class LlamaDescriber:
    """Describes stills by a vision model on this machine.

    Args:
        model: Its weights (GGUF).
        mmproj: Its eyes.
        device: auto and gpu: the GPU, which must be there. cpu: the processor.
        n_slots: Stills at once; None: as many as the free memory takes. With 1, equal stills give equal bytes.
        port: Where its server listens; another free port where that is in use.
        log: Where a server that had to be started once more writes what it does; in the work folder.
        program: A llama-server; None: it is looked for.
        say: Hears what is waited for, and that a server had to be started once more.
        cancelled: Asked while waiting.
    """

    def __init__(
        self,
        model: Path,
        mmproj: Path,
        *,
        device: Device = "auto",
        n_slots: int | None = None,
        port: int = ENGINE_PORT,
        log: Path,
        program: Path | None = None,
        say: Callable[[str], None] = lambda _: None,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> None:
        self._model = model
        self._mmproj = mmproj
        self._device: Device = "cpu" if device == "cpu" else "gpu"
        self._n_slots = n_slots
        self._port = port
        self._log = log
        self._program = program
        self._say = say
        self._cancelled = cancelled
        self._lock = threading.Lock()
        self._identity = ""
        self._server: LlamaServer | None = None
        self._service: _Service | None = None
        self._end: EngineGoneError | None = None
        self._is_open = False

    @property
    def name(self) -> str:
        """The engine's name as a person reads it: LLaVA, or what the model's maker calls it."""
        try:
            if read_head(self._mmproj).is_llava_shaped:
                return NAME
            return read_head(self._model).name or self._model.stem
        except SetupError:  # said when it is to be started; a name must not fail
            return self._model.stem

    @property
    def identity(self) -> str:
        """Method, digests of the weights, and prompt.

        Raises:
            SetupError: The weights are not there.
        """
        if not self._identity:
            weights = weights_identity((self._model, self._mmproj))
            self._identity = f"{VERSION} weights {weights} prompt {prompt_digest()}"
        return self._identity

    @property
    def in_flight(self) -> int:
        """As many as the server has slots; known once it has started."""
        return self._server.n_slots if self._server is not None else self._n_slots or 1

    @contextmanager
    def serving(self) -> Iterator[None]:
        """The server, healthy and known to look at pictures.

        Raises:
            SetupError: No program, no usable weights, or too little memory.
            VramError: Too little memory on the GPU, or it cannot be asked.
            EngineGoneError: It ended twice while starting. EngineLateError: It did not become healthy.
        """
        program = find_llama_server(self._program)
        model, eyes = read_head(self._model), read_head(self._mmproj)
        check_pair(model, eyes)
        server = LlamaServer(
            self._model,
            self._mmproj,
            port=self._port,
            device=self._device,
            n_slots=self._n_slots,
            program=program.path,
            check_memory=self._gpu_check(model, eyes),
            on_wait=self._say,
            cancelled=lambda: self._cancelled() or not self._is_open,
        )
        self._end, self._is_open, self._server = None, True, server
        try:
            try:
                server.start()
            except EngineGoneError:
                with self._lock:
                    self._start_once_more(server, after_failing_to_start=True)
            else:
                self._service = self._opened(server, 1)
            assert self._service is not None  # noqa: S101 - both ways above have set it
            with self._service.describer.serving():
                yield
        finally:
            self._is_open = False  # a thread that still asks must not start another one
            with self._lock:
                service, self._service = self._service, None
                if service is not None:
                    service.client.close()
                server.stop()
                self._server = None

    def describe(self, still: StillView) -> Description:
        """What the model sees in one still.

        Raises:
            InputError: The still cannot be read.
            ReplyError, EngineLateError: No usable answer about this one.
            EngineGoneError: The server ended twice.
            SetupError, RemoteError: It is gone for good otherwise.
        """
        while True:
            service, server = self._service, self._server
            if service is None or server is None:
                raise self._end or EngineGoneError("The engine is not running.", self._model, "Run again.")
            try:
                if not server.is_running:  # whoever listens there now is not ours
                    raise EngineGoneError("llama-server has ended.", self._model, "Run again.")
                return service.describer.describe(still)
            except EngineGoneError as error:
                self._revive(service, server, error)

    def _revive(self, failed: _Service, server: LlamaServer, error: EngineGoneError) -> None:
        """Have a server again, where the one that failed us was the first.

        Raises:
            EngineGoneError: It was not.
        """
        with self._lock:
            if self._end is not None:
                raise self._end
            if not self._is_open:
                raise error
            if self._service is not failed:
                return  # another thread has seen to it
            if failed.number > 1:
                raise self._over(server)
            self._start_once_more(server)

    def _start_once_more(self, server: LlamaServer, *, after_failing_to_start: bool = False) -> None:
        """Start the server again, now with a log; the lock is held.

        Raises:
            EngineGoneError: It ended again.
        """
        self._say(f"llama-server {_how(server)}. It is started once more, with a log: {self._log}")
        try:
            if after_failing_to_start:
                server.log = self._log
                server.start()
            else:
                server.restart(self._log)
        except EngineGoneError:
            raise self._over(server) from None
        except EngineLateError as error:
            self._end = EngineGoneError(error.happened, self._model, self._last_lines(server))
            raise self._end from None
        old, self._service = self._service, self._opened(server, 2)
        if old is not None:
            old.client.close()

    def _opened(self, server: LlamaServer, number: int) -> _Service:
        client = ChatClient(server.chat_server(), self._cancelled)
        return _Service(number, VisionModelDescriber(client, name=NAME), client)

    def _over(self, server: LlamaServer) -> EngineGoneError:
        """The error for a server that ended a second time; every later question gets it too."""
        self._end = EngineGoneError(
            f"llama-server ended twice; the second time it {_how(server)}.",
            self._model,
            self._last_lines(server),
        )
        return self._end

    def _last_lines(self, server: LlamaServer) -> str:
        lines = server.log_tail().splitlines()
        if not lines:
            return f"Run again: described stills are kept. The log {str(self._log)!r} is empty."
        return "\n    ".join(
            (f"Run again: described stills are kept. The last lines of {str(self._log)!r}:", *lines)
        )

    def _gpu_check(self, model: GgufHead, eyes: GgufHead) -> Callable[[], None] | None:
        """How the GPU's memory is looked at: LLaVA's own minimum, or what the files of another model need."""
        if self._device == "cpu" or memory.is_apple_silicon():
            return None
        if eyes.is_llava_shaped:
            return assert_vram_available

        def check() -> None:
            free, needed = check_vram_free_mib(), memory.needed_mib(model, eyes, self._n_slots or 1)
            if free < needed:
                raise VramError(f"Only {free} MiB free VRAM, need at least {needed} MiB")

        return check


def _how(server: LlamaServer) -> str:
    """What became of a server, as a clause."""
    status = server.status_at_end(LAST_WORDS_SECONDS)
    if status is None:
        return "does not answer any more"
    return f"was {how}" if (how := how_it_ended(status)).startswith("killed") else how.replace("it ", "", 1)
