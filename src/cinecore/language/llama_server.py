"""One llama-server of ours: started with its weights, known to be ours, watched until healthy, ended with us.

It owns the GPU while it lives, is guarded like every program, and listens on this machine alone with a key that
only we know. Deliberately not here: what is asked (`chat`), and starting a dead one again (its user decides).
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Literal, Self

import requests

from cinecore.errors import Cancelled, EngineGoneError, EngineLateError, RemoteError, SetupError
from cinecore.ffmpeg.run import GuardedServer, start_server
from cinecore.files import write_error
from cinecore.language import listeners, memory
from cinecore.language.chat import ChatServer
from cinecore.language.gguf_head import GgufHead, check_pair, read_head
from cinecore.language.llama_command import LlamaCommand
from cinecore.language.llama_program import how_it_ended, locate_llama_server
from cinecore.language.server_settings import ENGINE_PORT
from cinecore.settings import environment

Device = Literal["auto", "gpu", "cpu"]

HEALTH_SECONDS = 120.0
"""A 4 GB model comes from a slow disk in a minute."""

POLL_SECONDS = 1.0
PROBE_SECONDS = 2.0
WATCH_SECONDS = 0.2
SECOND_LOOK_SECONDS = 0.1
ANSWER_SECONDS = 120.0
ANSWER_SECONDS_ON_PROCESSOR = 900.0
"""A 7B model reads 30 tokens a second on a laptop's processor and writes 5, shared by all slots."""

STOP_SECONDS = 10.0
"""Between SIGTERM and SIGKILL."""

PORTS_TRIED = 3
TAIL_LINES = 12
TAIL_BYTES = 16 * 1024

EXITED = "llama-server exited during startup — check model path and VRAM"


class _StrangerError(Exception):
    """Somebody else listens on the port that ours was given."""


class LlamaServer:
    """A llama-server of ours; a context manager, to be entered and left from one thread at a time.

    `base_url` is right from the start and changes where the port is taken. `key` goes with every request. After
    the end `exit_status` and `log_tail` say how it went.

    Args:
        model: Weights (GGUF).
        eyes: The model's projector (mmproj); None for a model of text alone.
        port: Where it listens; another free port is taken where somebody else does. 0: any.
        device: gpu: there must be one. cpu: the GPU is left alone, and so is its lock. auto: the GPU where there
            is one, else the processor.
        n_slots: Requests at once, each with its own context; None: as many as the free memory takes.
        context: Tokens of each slot.
        log: A file that takes what it prints; None: nobody does.
        has_prompt_cache: Whether what requests have in common is kept between them; None: with several slots.
            With one slot and without it, equal requests give equal bytes.
        program: A llama-server; None: `locate_llama_server` finds it.
        check_memory: Raises where too little memory is free; None: what the files need is held against it.
        on_wait: Hears in one sentence what is waited for, or done otherwise than asked.
        cancelled: Asked several times a second while waiting.
    """

    def __init__(
        self,
        model: Path,
        eyes: Path | None = None,
        *,
        port: int = ENGINE_PORT,
        device: Device = "auto",
        n_slots: int | None = 1,
        context: int = memory.SLOT_TOKENS,
        log: Path | None = None,
        has_prompt_cache: bool | None = None,
        program: str | os.PathLike[str] | None = None,
        check_memory: Callable[[], None] | None = None,
        on_wait: Callable[[str], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> None:
        self.model = model
        self.eyes = eyes
        self.device = device
        self.n_slots = n_slots or 1
        self.context = context
        self.log = log
        self.key = os.urandom(16).hex()
        self.alias = f"cinecut-{os.urandom(8).hex()}"
        self.has_prompt_cache = has_prompt_cache
        self.server: GuardedServer | None = None
        self.exit_status: int | None = None
        self.log_file: IO[bytes] | None = None
        self._port = port
        self._is_sized_by_memory = n_slots is None
        self._program = program
        self._check_memory = check_memory
        self._on_wait = on_wait or (lambda _: None)
        self._cancelled = cancelled or (lambda: False)
        self._owned = contextlib.ExitStack()
        self._is_on_gpu: bool | None = None

    @property
    def port(self) -> int:
        """Where it listens."""
        return self._port

    @property
    def base_url(self) -> str:
        """Its root; the chat endpoint is `chat_url`."""
        return f"http://{listeners.LOOPBACK}:{self._port}"

    @property
    def chat_url(self) -> str:
        """What a chat client is given."""
        return f"{self.base_url}/v1"

    def chat_server(self, timeout_s: float | None = None) -> ChatServer:
        """What a chat client asks; valid until the next start. The model bears its file's name there.

        `timeout_s` is for one answer; None: what a slow machine of the kind needs.
        """
        limit_s = timeout_s or (ANSWER_SECONDS if self.is_on_gpu else ANSWER_SECONDS_ON_PROCESSOR)
        return ChatServer(
            self.chat_url, self.command().name, self.key, timeout_s=limit_s, in_flight=self.n_slots
        )

    @property
    def is_on_gpu(self) -> bool:
        """Whether the model goes to a GPU."""
        if self._is_on_gpu is None:
            self._is_on_gpu = memory.has_gpu() if self.device == "auto" else self.device == "gpu"
        return self._is_on_gpu

    @property
    def is_running(self) -> bool:
        """Whether its process goes on."""
        return self.server is not None and self.server.wait(0) is None

    def __enter__(self) -> Self:
        """The server, healthy and ours.

        Raises:
            As `start`.
        """
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End it and give the GPU back."""
        self.stop()

    def start(self) -> None:
        """Take the GPU, start the server and wait until it is healthy; where that fails nothing is left behind.

        Raises:
            SetupError: No program, no usable weights, no GPU, or too little memory.
            EngineGoneError: It ended while starting.
            EngineLateError: It did not become healthy.
            RemoteError: Others keep taking its port.
            OutputError: The log cannot be written.
            Cancelled: `cancelled` said so.
        """
        model = read_head(self.model)
        eyes = None if self.eyes is None else read_head(self.eyes)
        check_pair(model, eyes)
        try:
            check = self._check_memory or (lambda: self._see_that_it_fits(model, eyes))
            if self.is_on_gpu:
                self._owned.enter_context(
                    memory.owned_gpu(check, on_wait=self._on_wait, cancelled=self._cancelled)
                )
            else:
                check()
            if self._is_sized_by_memory:
                free = memory.free_mib(is_on_gpu=self.is_on_gpu)
                self.n_slots = memory.slots_that_fit(free, model, eyes, is_on_gpu=self.is_on_gpu)
            self._launch()
        except BaseException:
            self.stop()
            raise

    def restart(self, log: Path | None) -> None:
        """Start the server anew, keeping the GPU; from now on its output goes to `log`.

        Raises:
            As `start`.
        """
        self._end()
        self.log = log
        try:
            self._launch()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """End the server and give the GPU back, its memory with it; twice is no harm."""
        try:
            self._end()
        finally:
            self._owned.close()

    def wait_until_healthy(self, timeout_s: float = HEALTH_SECONDS) -> None:
        """Look every second whether it is healthy, and whether it is ours.

        Raises:
            EngineGoneError: It ended.
            EngineLateError: Not healthy in time.
            Cancelled: `cancelled` said so.
        """
        end_s = time.monotonic() + timeout_s
        with requests.Session() as session:
            session.trust_env = False  # a proxy has nothing to do between this machine and itself
            while True:
                self._see_that_it_runs()
                if self._is_ours_listening() and self._is_healthy(session):
                    return
                left_s = end_s - time.monotonic()
                if left_s <= 0:
                    raise EngineLateError(
                        f"llama-server did not become healthy within {timeout_s:g}s",
                        self.model,
                        "Is that program llama-server, and the model one that it knows? A log says more.",
                    )
                self._pass_time(min(POLL_SECONDS, left_s))

    def status_at_end(self, patience_s: float) -> int | None:
        """Its exit status, minus the signal that ended it; None where it goes on, or was ended by us."""
        if self.server is not None and self.exit_status is None:
            self.exit_status = self.server.wait(patience_s)
        return self.exit_status

    def log_tail(self) -> str:
        """The last lines of the log; empty where there is none."""
        if self.log is None:
            return ""
        try:
            with self.log.open("rb") as stream:
                stream.seek(max(0, stream.seek(0, os.SEEK_END) - TAIL_BYTES))
                text = stream.read().decode("utf-8", "replace")
        except OSError:
            return ""
        lines = text.splitlines()[-TAIL_LINES:]
        return "\n".join("".join(filter(str.isprintable, line)) for line in lines)

    def command(self) -> LlamaCommand:
        """How it is started."""
        return LlamaCommand(
            model=self.model,
            eyes=self.eyes,
            port=self._port,
            n_slots=self.n_slots,
            context=self.context,
            is_on_gpu=self.is_on_gpu,
            has_log=self.log is not None,
            has_prompt_cache=self.n_slots > 1 if self.has_prompt_cache is None else self.has_prompt_cache,
            key=self.key,
            alias=self.alias,
        )

    def _see_that_it_fits(self, model: GgufHead, eyes: GgufHead | None) -> None:
        free = memory.free_mib(is_on_gpu=self.is_on_gpu)
        needed = memory.needed_mib(model, eyes, 1 if self._is_sized_by_memory else self.n_slots)
        if free is not None and free < needed:
            where = "the GPU" if self.is_on_gpu else "this machine"
            raise SetupError(
                f"The model needs about {needed} MiB, and {free} MiB are free on {where}.",
                model.path,
                "Close other programs, or take a smaller model.",
            )

    def _launch(self) -> None:
        """Start the process on a port of its own and wait for its health.

        Raises:
            As `start`.
        """
        program = locate_llama_server(self._program).path
        for _ in range(PORTS_TRIED):
            self._choose_port()
            self._open_log()
            self.exit_status = None
            command = self.command()
            self.server = start_server(
                program,
                command.arguments(),
                variables=command.variables(environment()),
                output=self.log_file,
            )
            try:
                self.wait_until_healthy(HEALTH_SECONDS)
            except _StrangerError:
                self._end()
            except EngineGoneError:
                if listeners.is_free(self._port):
                    raise
                self._end()  # somebody took the port between our look and its start
            else:
                return
        raise RemoteError(
            "Other programs keep taking the ports that llama-server is given.", None, "Run again."
        )

    def _choose_port(self) -> None:
        if self._port and listeners.is_free(self._port):
            return
        taken, self._port = self._port, listeners.free_port()
        if taken:
            self._on_wait(f"Port {taken} is in use; llama-server takes {self._port}.")

    def _open_log(self) -> None:
        if self.log is None:
            return
        try:
            self.log.parent.mkdir(parents=True, exist_ok=True)
            self.log_file = self.log.open("wb")
        except OSError as error:
            raise write_error(error, self.log) from error

    def _see_that_it_runs(self) -> None:
        if self.server is None:
            raise EngineGoneError("llama-server is not running.", self.model, "Start it first.")
        status = self.server.wait(0)
        if status is not None:
            self.exit_status = status
            raise EngineGoneError(
                EXITED, self.model, f"{how_it_ended(status).capitalize()}. A log says more."
            )

    def _is_ours_listening(self) -> bool:
        """Whether our process listens on the port; where the system does not tell, its key decides later.

        Raises:
            _StrangerError: Another one does.
        """
        if not listeners.tells_listeners() or self.server is None:
            return True
        is_ours = listeners.listener_is_of_group(self._port, self.server.process.pid)
        if is_ours is False:
            # one that ended between the two looks of that question has left its socket behind in the first
            if self.server.wait(SECOND_LOOK_SECONDS) is not None:
                return False
            is_ours = listeners.listener_is_of_group(self._port, self.server.process.pid)
        if is_ours is False:
            raise _StrangerError
        return is_ours is True

    def _is_healthy(self, session: requests.Session) -> bool:
        """Whether it says that it is well and, where only it can tell who it is, names our secret."""
        answer = _json(session, f"{self.base_url}/health")
        if answer is None or answer.get("status") != "ok":
            return False
        if listeners.tells_listeners():
            return True
        # a stranger may read this key: it opens nothing but a server that is ours
        listed = _json(session, f"{self.base_url}/v1/models", self.key) or {}
        if self.alias not in str(listed):
            raise _StrangerError
        return True

    def _pass_time(self, seconds: float) -> None:
        """Wait; a server that ends and a wish to stop are heard at once."""
        end_s = time.monotonic() + seconds
        while (left_s := end_s - time.monotonic()) > 0:
            if self._cancelled():
                raise Cancelled
            if self.server is not None and self.server.wait(min(WATCH_SECONDS, left_s)) is not None:
                return

    def _end(self) -> None:
        """End the process, close the log."""
        server, self.server = self.server, None
        if server is not None:
            has_ended = server.wait(0)
            server.stop(STOP_SECONDS)
            self.exit_status = has_ended if has_ended is not None else self.exit_status
        if self.log_file is not None:
            self.log_file.close()
            self.log_file = None


def _json(session: requests.Session, url: str, key: str = "") -> dict[str, Any] | None:
    """The object at an address; None where there is none in time."""

    def with_our_key(request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Given even without a key, since requests would else look into a password file."""
        if key:
            request.headers["Authorization"] = f"Bearer {key}"
        return request

    try:
        answer = session.get(url, timeout=PROBE_SECONDS, allow_redirects=False, auth=with_our_key)
        document = answer.json() if answer.status_code == 200 else None
    except (requests.RequestException, ValueError):
        return None
    return document if isinstance(document, dict) else None
