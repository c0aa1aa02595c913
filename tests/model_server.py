"""A chat server in OpenAI's shape on loopback, which answers or misbehaves as a test has written for it.

Real HTTP on a real socket: what a client makes of it is what it would make of a server. It records what it was
asked and how much of that at once.
"""

from __future__ import annotations

import contextlib
import json
import socket
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

DESCRIPTION = {
    "visual_content": "A red car on a wet road",
    "mood": "tense",
    "action": "The car turns",
    "setting": "a street at night, outside",
}
"""What the server says of any still unless told otherwise."""


@dataclass(frozen=True)
class Asked:
    """One request as it came in."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes = field(repr=False)

    @property
    def document(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)

    @property
    def words(self) -> str:
        """All texts of all messages, in their order."""
        found = []
        for message in self.document["messages"]:
            content = message["content"]
            parts = [{"type": "text", "text": content}] if isinstance(content, str) else content
            found += [part["text"] for part in parts if part["type"] == "text"]
        return "\n".join(found)

    @property
    def pictures(self) -> list[str]:
        """The addresses of all pictures."""
        return [
            part["image_url"]["url"]
            for message in self.document["messages"]
            if isinstance(message["content"], list)
            for part in message["content"]
            if part["type"] == "image_url"
        ]


@dataclass
class Exchange:
    """What a behaviour has to work with."""

    asked: Asked
    handler: BaseHTTPRequestHandler
    server: ModelServer

    def send(self, status: int, body: bytes, kind: str = "application/json", **headers: str) -> None:
        """A whole answer; `retry_after="1"` becomes a header `Retry-After`."""
        self.handler.send_response(status)
        self.handler.send_header("Content-Type", kind)
        self.handler.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.handler.send_header(name.replace("_", "-").title(), value)
        self.handler.end_headers()
        self.handler.wfile.write(body)

    def hang_up(self) -> None:
        """End the connection now."""
        self.handler.close_connection = True
        with contextlib.suppress(OSError):
            self.handler.connection.shutdown(socket.SHUT_RDWR)


Behaviour = Callable[[Exchange], None]


def chat(content: Any, *, finish: str = "stop", **message: Any) -> bytes:
    """The body of a chat answer; a dict becomes JSON inside the message."""
    text = json.dumps(content) if isinstance(content, dict) else content
    choice = {
        "index": 0,
        "finish_reason": finish,
        "message": {"role": "assistant", "content": text, **message},
    }
    return json.dumps({"id": "x", "object": "chat.completion", "choices": [choice]}).encode()


def answers(content: Any = DESCRIPTION, *, finish: str = "stop", **message: Any) -> Behaviour:
    """Says this; a function is asked what to say to each request."""

    def act(exchange: Exchange) -> None:
        said = content(exchange.asked) if callable(content) else content
        exchange.send(200, chat(said, finish=finish, **message))

    return act


def sends(body: bytes, status: int = 200, kind: str = "application/json", **headers: str) -> Behaviour:
    """Exactly these bytes."""
    return lambda exchange: exchange.send(status, body, kind, **headers)


def refuses(status: int, message: str, **headers: str) -> Behaviour:
    """An error in OpenAI's shape."""
    return sends(json.dumps({"error": {"message": message}}).encode(), status, **headers)


def waits(seconds: float, then: Behaviour | None = None) -> Behaviour:
    """Thinks for a while first; the server's end wakes it."""

    def act(exchange: Exchange) -> None:
        if not exchange.server.is_ending.wait(seconds):
            (then or answers())(exchange)

    return act


def drops(exchange: Exchange) -> None:
    """Hangs up without a word."""
    exchange.hang_up()


def drops_in_the_body(exchange: Exchange) -> None:
    """Hangs up in the middle of its answer."""
    handler = exchange.handler
    handler.send_response(200)
    handler.send_header("Content-Type", "application/json")
    handler.send_header("Content-Length", "4000")
    handler.end_headers()
    handler.wfile.write(chat(DESCRIPTION)[:60])
    exchange.hang_up()


def drips(exchange: Exchange) -> None:
    """Sends a space now and then, and never its answer, as gateways do to keep a connection open."""
    handler = exchange.handler
    handler.send_response(200)
    handler.send_header("Transfer-Encoding", "chunked")
    handler.end_headers()
    while not exchange.server.is_ending.wait(0.02):
        handler.wfile.write(b"1\r\n \r\n")
        handler.wfile.flush()


def is_no_http(exchange: Exchange) -> None:
    """Speaks something else."""
    exchange.handler.wfile.write(b"SSH-2.0-OpenSSH_9.6\r\n")
    exchange.hang_up()


def html(status: int = 200) -> Behaviour:
    """A page, as another program on the port would send."""
    return sends(b"<!doctype html><title>Hello</title>", status, "text/html")


def knows_no(*fields: str, says: Any = DESCRIPTION) -> Behaviour:
    """Refuses requests with one of these fields, or with a response format of that type; answers others."""

    def act(exchange: Exchange) -> None:
        document = exchange.asked.document
        form = document.get("response_format", {}).get("type")
        for name in fields:
            if form == name:
                return refuses(400, f"response_format type {name!r} is not supported")(exchange)
            if name in document:
                hint = " Use 'max_completion_tokens' instead." if name == "max_tokens" else ""
                message = f"Unsupported parameter: {name!r} is not supported with this model.{hint}"
                return refuses(400, message)(exchange)
        return answers(says)(exchange)

    return act


class ModelServer:
    """The server; a context manager.

    Args:
        script: What it does with one chat request after the other; the last goes on for ever.
        models: The body of `/v1/models`: a list of names, a whole document, or a behaviour; None: it keeps none.
        key: Wanted in each request.
        others: What it does under other paths, such as `/props`.
        port: Where it listens; 0: any free one.
    """

    def __init__(
        self,
        *script: Behaviour,
        models: Sequence[str] | Mapping[str, Any] | Behaviour | None = ("tiny",),
        key: str | None = None,
        others: Mapping[str, Any] | None = None,
        port: int = 0,
    ) -> None:
        self.script: list[Behaviour] = list(script) or [answers()]
        self.models = models
        self.key = key
        self.others = dict(others or {})
        self.port = port
        self.asked: list[Asked] = []
        self.peak = 0
        self.is_ending = threading.Event()
        self._at_once = 0
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()

    @property
    def chats(self) -> list[Asked]:
        """The chat requests alone."""
        return [asked for asked in self.asked if asked.path.endswith("/chat/completions")]

    @property
    def url(self) -> str:
        """Its endpoint."""
        return f"http://127.0.0.1:{self.port}/v1"

    def __enter__(self) -> Self:
        """Listening."""

        class Server(ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 64

            def handle_error(self, request: Any, client_address: Any) -> None:
                """A client that went away is no fault of the server."""

        self._server = Server(("127.0.0.1", self.port), self._handler())
        self.port = int(self._server.server_address[1])
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Gone, as a killed server is: open connections are cut."""
        self.stop()

    def stop(self) -> None:
        """Go away now; safe to be called again."""
        if self.is_ending.is_set():
            return
        self.is_ending.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
        with self._lock:
            for connection in self._open:
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def setup(self) -> None:
                super().setup()
                with server._lock:
                    server._open.add(self.connection)

            def finish(self) -> None:
                with server._lock:
                    server._open.discard(self.connection)
                with contextlib.suppress(OSError):
                    super().finish()

            def do_GET(self) -> None:
                server._serve(self, "GET")

            def do_POST(self) -> None:
                server._serve(self, "POST")

            def log_message(self, format: str, *arguments: Any) -> None:  # noqa: A002 - the library's name
                """Nothing is printed."""

        return Handler

    def _serve(self, handler: BaseHTTPRequestHandler, method: str) -> None:
        length = int(handler.headers.get("Content-Length") or 0)
        body = handler.rfile.read(length)
        if len(body) < length:  # whoever asked was killed in the middle of the question
            return
        asked = Asked(method, handler.path, dict(handler.headers.items()), body)
        is_chat = asked.path.endswith("/chat/completions")
        with self._lock:
            self.asked.append(asked)
            if is_chat:
                self._at_once += 1
                self.peak = max(self.peak, self._at_once)
        try:
            self._behaviour(asked, is_chat=is_chat)(Exchange(asked, handler, self))
        except OSError:  # the client went away
            handler.close_connection = True
        finally:
            with self._lock:
                self._at_once -= is_chat

    def _behaviour(self, asked: Asked, *, is_chat: bool) -> Behaviour:
        if self.key is not None and asked.headers.get("Authorization") != f"Bearer {self.key}":
            return refuses(401, f"Incorrect API key provided: {asked.headers.get('Authorization', '')}")
        if is_chat:
            with self._lock:
                return self.script.pop(0) if len(self.script) > 1 else self.script[0]
        path = asked.path.partition("?")[0]
        if path.endswith("/v1/models"):
            return self._list()
        if path in self.others:
            found = self.others[path]
            return found if callable(found) else sends(json.dumps(found).encode())
        return refuses(404, "Not Found")

    def _list(self) -> Behaviour:
        if self.models is None:
            return refuses(404, "Not Found")
        if callable(self.models):
            return self.models
        document = (
            self.models
            if isinstance(self.models, Mapping)
            else {"object": "list", "data": [{"id": name, "object": "model"} for name in self.models]}
        )
        return sends(json.dumps(document).encode())


def closed_port() -> int:
    """A port of this machine on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
