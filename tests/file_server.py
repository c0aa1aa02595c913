"""A file server on the loopback that behaves badly on order: slow, dropped mid-way, without ranges, another file."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Orders:
    """What the server holds and how it gives it."""

    data: bytes
    knows_ranges: bool = True
    drops_after: list[int] = field(default_factory=list)
    """For each request in turn, after how many bytes the connection breaks; then no more."""
    answers: list[int] = field(default_factory=list)
    """For each request in turn, another status than the file; then no more."""
    claims_bytes: int | None = None
    """A length that the header claims."""
    gate: threading.Event | None = None
    """Holds back the second half of each answer until it is set."""
    asked: list[str] = field(default_factory=list)
    """The Range of each request; empty where it had none."""
    credentials: list[str] = field(default_factory=list)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    orders: Orders

    def do_GET(self) -> None:
        """The file, from where it was asked for."""
        orders = self.orders
        wanted = self.headers.get("Range", "")
        orders.asked.append(wanted)
        orders.credentials.append(self.headers.get("Authorization", ""))
        self.close_connection = True
        if orders.answers:
            status = orders.answers.pop(0)
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        begin = int(wanted.removeprefix("bytes=").rstrip("-")) if wanted and orders.knows_ranges else 0
        total = len(orders.data)
        if begin and begin >= total:
            self.send_response(416)
            self.send_header("Content-Range", f"bytes */{total}")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        rest = orders.data[begin:]
        self.send_response(206 if wanted and orders.knows_ranges else 200)
        if wanted and orders.knows_ranges:
            self.send_header("Content-Range", f"bytes {begin}-{total - 1}/{total}")
        self.send_header("Content-Length", str(orders.claims_bytes or len(rest)))
        self.end_headers()
        if orders.drops_after:
            rest = rest[: orders.drops_after.pop(0)]
        self.wfile.write(rest[: len(rest) // 2])
        self.wfile.flush()
        if orders.gate is not None:
            orders.gate.wait(30)
        self.wfile.write(rest[len(rest) // 2 :])

    def log_message(self, *_: object) -> None:
        """Nothing."""


@contextmanager
def serving(orders: Orders) -> Iterator[str]:
    """The address of the file while inside."""
    handler = type("Handler", (_Handler,), {"orders": orders})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/weights.gguf"
    finally:
        if orders.gate is not None:
            orders.gate.set()
        server.shutdown()
        server.server_close()
        thread.join()
