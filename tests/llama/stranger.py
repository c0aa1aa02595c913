"""Somebody else's program on a port of this machine."""

from __future__ import annotations

import contextlib
import socket
import threading


class Stranger:
    """Somebody else's program on a port: it takes connections and counts them."""

    def __init__(self, port: int = 0) -> None:
        self.socket = socket.create_server(("127.0.0.1", port))
        self.port = int(self.socket.getsockname()[1])
        self.visits = 0
        threading.Thread(target=self._take, daemon=True).start()

    def _take(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                visitor, _ = self.socket.accept()
                self.visits += 1
                visitor.sendall(b'HTTP/1.1 200 OK\r\nContent-Length: 15\r\n\r\n{"status":"ok"}')
                visitor.close()

    def close(self) -> None:
        # a mere close would leave the accepting thread on the port
        self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()
