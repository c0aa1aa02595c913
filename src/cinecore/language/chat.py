"""A client of chat servers in OpenAI's shape: words and pictures there, one checked JSON object back.

Knows llama.cpp, vLLM, SGLang, Ollama, LM Studio and gateways by what they answer, not by their names. Asks for
a JSON Schema first, for any JSON object where that is refused, and in words alone where that is refused too.
Deliberately not here: starting a server (`llama_server`), and what is asked (prompts of the products).
"""

from __future__ import annotations

import base64
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from cinecore.errors import EngineGoneError, EngineLateError, InputError, ReplyError, SetupError
from cinecore.language.abilities import ChatAbilities, probe
from cinecore.language.answers import refused_with, reply_text, what_was_said
from cinecore.language.dialect import Dialect, shape_in_words, step_down
from cinecore.language.endpoint import KEY_ADVICE, endpoint_url
from cinecore.language.faults import HungUpError
from cinecore.language.patience import Clock, Patience
from cinecore.language.refusals import LOG_ADVICE, RefusedError, ServerFailedError, refusal
from cinecore.language.replies import SHORTER, read_object
from cinecore.language.wire import Answer, Wire

__all__ = ["ChatAbilities", "ChatClient", "ChatServer", "Picture"]

REPAIR_TEMPERATURE = 0.2
"""At zero the same request would give the same broken reply again."""


@dataclass(frozen=True)
class ChatServer:
    """Which server is asked, and how.

    Raises:
        InputError: The address or the key cannot be one.
    """

    base_url: str
    """As people write it; kept as `endpoint_url` gives it."""
    model: str = ""
    """Empty: the only one or the first that the server lists."""
    key: str | None = field(default=None, repr=False)
    timeout_s: float = 120.0
    """For each answer as a whole."""
    in_flight: int = 4
    """Requests at once, whatever number of threads asks."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "base_url", endpoint_url(self.base_url))
        key = (self.key or "").strip()
        if not all("!" <= letter <= "~" for letter in key):
            raise InputError(
                "The endpoint's key holds characters that no key has.", self.base_url, KEY_ADVICE
            )
        object.__setattr__(self, "key", key or None)


@dataclass(frozen=True)
class Picture:
    """A picture to be looked at: a file or its bytes, sent as they are."""

    source: Path | bytes = field(repr=False)
    mime: str = "image/jpeg"

    def data_url(self) -> str:
        """The picture inside an address, as chat servers take it.

        Raises:
            InputError: The file cannot be read.
        """
        try:
            data = self.source if isinstance(self.source, bytes) else self.source.read_bytes()
        except OSError as error:
            raise InputError(f"The picture cannot be read: {error.strerror}.", self.source) from error
        return f"data:{self.mime};base64,{base64.b64encode(data).decode('ascii')}"


class ChatClient:
    """Asks one server; safe for threads, of which `in_flight` are heard at once.

    Args:
        server: Which one.
        cancelled: Asked before each request and while waiting for a busy server.
        clock: How time passes while a busy server is waited for; for tests that must not wait.
    """

    def __init__(
        self,
        server: ChatServer,
        cancelled: Callable[[], bool] | None = None,
        *,
        clock: Clock = Clock(),  # noqa: B008 - a frozen value
    ) -> None:
        self.server = server
        self._wire = Wire(
            server.base_url, server.key, timeout_s=server.timeout_s, connections=max(1, server.in_flight)
        )
        self._patience = Patience(cancelled, clock)
        self._lock = threading.Lock()
        self._seats = threading.BoundedSemaphore(max(1, server.in_flight))
        self._dialect = Dialect()
        self._abilities: ChatAbilities | None = None

    def __enter__(self) -> Self:
        """The client itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close its connections."""
        self.close()

    def close(self) -> None:
        """Close idle connections; the client may go on to be used."""
        self._wire.close()

    def abilities(self) -> ChatAbilities:
        """Which models the server lists and whether ours sees pictures; asked once, then remembered.

        Raises:
            SetupError: It wants a key, or something else than a model's server answers there.
            EngineGoneError, EngineLateError, RemoteError: It does not answer.
        """
        with self._lock:
            if self._abilities is None:
                self._abilities = probe(self._wire, self.server.base_url, self.server.model, self._patience)
            return self._abilities

    @property
    def model(self) -> str:
        """The model that is asked: the one named, else the first that the server lists.

        Raises:
            SetupError: None is named and the server lists none.
            RemoteError: The server had to be asked and does not answer.
        """
        if self.server.model:
            return self.server.model
        if models := self.abilities().models:
            return models[0]
        raise SetupError(
            "The server lists no model, and none was named.",
            self.server.base_url,
            "Load a model there, or give its name.",
        )

    def ask(
        self,
        instruction: str,
        content: Sequence[str | Picture],
        schema: Mapping[str, Any],
        *,
        temperature: float = 0.0,
        max_tokens: int | None = 512,
        seed: int = 0,
        tells_shape: bool = True,
    ) -> dict[str, Any]:
        """The object that the model answered with; it fits the schema.

        A reply that cannot be used is asked for once more, with what was wrong with it.

        Args:
            instruction: What to do; sent before the content, so that servers keep what is common to all requests.
            content: Texts and pictures in their order.
            schema: What must come back, in the part of JSON Schema that `replies` knows.
            temperature: 0 for the likeliest answer.
            max_tokens: How long the answer may be; None leaves it to the server.
            seed: For servers that have one.
            tells_shape: Whether the schema is added to the instruction; False where that says it already. It is
                in words for every server, since not all hold the model to it.

        Raises:
            ReplyError: Both replies could not be used.
            EngineLateError: No answer in time. EngineGoneError: Nobody there any more.
            SetupError: A key is wanted, the model is unknown or sees no pictures.
            RemoteError: Still busy after all waiting.
            InputError: A picture's file cannot be read.
            Cancelled: `cancelled` said so.
        """
        instruction, sent = _prepared(instruction, content, schema, tells_shape=tells_shape)
        try:
            return read_object(self._write(instruction, sent, schema, temperature, max_tokens, seed), schema)
        except RefusedError:
            raise  # the same request in other words would be refused again
        except ServerFailedError:
            again = sent
        except ReplyError as error:
            again = [*sent, f"Your answer before this one could not be used. {error.happened} {SHORTER}"]
        text = self._write(
            instruction,
            again,
            schema,
            max(temperature, REPAIR_TEMPERATURE),
            None if max_tokens is None else 2 * max_tokens,
            seed + 1,
        )
        try:
            return read_object(text, schema)
        except ReplyError as error:
            happened, shown = self._wire.clear(error.happened), self._wire.clear(error.reply)
        # Outside, so that the error drags nothing along that was not cleared.
        raise ReplyError(happened, self._who(), "Another model may do better.", shown)

    def write(
        self,
        instruction: str,
        content: Sequence[str | Picture],
        schema: Mapping[str, Any],
        *,
        temperature: float = 0.0,
        max_tokens: int | None = 512,
        seed: int = 0,
        tells_shape: bool = True,
    ) -> str:
        """What the model wrote, asked for in the same way as `ask` but not checked and not asked for again.

        Raises:
            As `ask`; ReplyError where nothing was written or the server failed at it.
        """
        instruction, sent = _prepared(instruction, content, schema, tells_shape=tells_shape)
        return self._write(instruction, sent, schema, temperature, max_tokens, seed)

    def _write(
        self,
        instruction: str,
        content: Sequence[str | _Shown],
        schema: Mapping[str, Any],
        temperature: float,
        max_tokens: int | None,
        seed: int,
    ) -> str:
        """One reply's text; steps down to what the server understands and remembers it."""
        has_pictures = any(isinstance(part, _Shown) for part in content)
        parts = [
            {"type": "text", "text": part}
            if isinstance(part, str)
            else {"type": "image_url", "image_url": {"url": part.url}}
            for part in content
        ]
        while True:
            dialect = self._dialect
            body = dialect.request(
                self.model,
                instruction,
                parts,
                schema,
                temperature=temperature,
                max_tokens=max_tokens,
                seed=seed,
            )
            answer = self._post(body)
            status = refused_with(answer)
            if status is None:
                return reply_text(answer, self._who(), self._wire.clear)
            said = self._wire.clear(what_was_said(answer))
            simpler = step_down(dialect, status, said)
            if simpler is None:
                raise refusal(
                    status, said, self._who(), has_pictures=has_pictures, has_key=bool(self.server.key)
                )
            with self._lock:
                # Another thread may have been refused for the same reason a moment ago.
                if self._dialect == dialect:
                    self._dialect = simpler

    def _post(self, body: Mapping[str, Any]) -> Answer:
        """The answer to a chat request; a connection that broke is tried once more."""
        url = f"{self.server.base_url}/chat/completions"
        with self._seats:
            try:
                return self._patience.through(lambda: self._wire.call("POST", url, body), self._who)
            except HungUpError:
                pass
            try:
                return self._patience.through(lambda: self._wire.call("POST", url, body), self._who)
            except HungUpError as error:
                if self._is_there():
                    raise RefusedError(error.happened, self._who(), LOG_ADVICE) from None
                raise EngineGoneError(error.happened, error.which, error.advice) from None

    def _is_there(self) -> bool:
        """Whether a server that hung up twice still answers something."""
        try:
            self._wire.call(
                "GET", f"{self.server.base_url}/models", timeout_s=min(10.0, self.server.timeout_s)
            )
        except (EngineGoneError, EngineLateError, ReplyError, SetupError):
            return False
        return True

    def _who(self) -> str:
        """The model and where it is, as messages name them."""
        name = self.server.model or (
            self._abilities.models[0] if self._abilities and self._abilities.models else ""
        )
        return f"{name} at {self.server.base_url}" if name else self.server.base_url


def _prepared(
    instruction: str, content: Sequence[str | Picture], schema: Mapping[str, Any], *, tells_shape: bool
) -> tuple[str, list[str | _Shown]]:
    """The instruction as it is sent, and the content with its pictures read.

    Raises:
        InputError: A picture's file cannot be read.
    """
    sent = [part if isinstance(part, str) else _Shown(part.data_url()) for part in content]
    return (f"{instruction}\n\n{shape_in_words(schema)}" if tells_shape else instruction), sent


@dataclass(frozen=True)
class _Shown:
    """A picture as it is sent."""

    url: str = field(repr=False)
