"""A small music service on this machine that answers as Jamendo does, for real requests of the product."""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest

from cinecore.audio.wave import wav_bytes

BY = "http://creativecommons.org/licenses/by/3.0/"
BY_ND = "http://creativecommons.org/licenses/by-nc-nd/3.0/"
KEY = "a1b2c3d4"


class Service:
    """What the server holds, how it answers, and what it was asked."""

    def __init__(self) -> None:
        self.tracks: list[dict[str, Any]] = []
        self.asked: list[dict[str, list[str]]] = []
        self.downloads = 0
        self.says: bytes | None = None
        self.breaks = False
        self.address = ""
        tone = 0.2 * np.sin(np.arange(48_000) / 20, dtype=np.float32)
        self.sound = wav_bytes(np.stack([tone, tone], axis=1))

    def add(self, number: int, **changes: Any) -> None:
        """One more track, as the service tells of it."""
        self.tracks.append(
            {
                "id": str(number),
                "name": f"Piece {number}",
                "artist_name": "Some Body",
                "duration": 180,
                "license_ccurl": BY,
                "shareurl": f"https://www.jamendo.com/track/{number}",
                "audiodownload": f"{self.address}/download/{number}",
                "audiodownload_allowed": True,
                **changes,
            }
        )


@contextlib.contextmanager
def serving(monkeypatch: pytest.MonkeyPatch, cache: Path) -> Iterator[Service]:
    """The service on a port of this machine, named in the environment with a key and an empty cache."""
    held = Service()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            if parts.path.startswith("/download/"):
                held.downloads += 1
                self.answer(held.sound, "audio/mpeg", half=held.breaks)
                return
            asked = parse_qs(parts.query)
            held.asked.append(asked)
            if held.says is not None:
                self.answer(held.says, "application/json")
            elif asked["client_id"] != [KEY]:
                failed = {
                    "status": "failed",
                    "code": 5,
                    "error_message": "Your credential is not authorized.",
                }
                self.answer(json.dumps({"headers": failed, "results": []}).encode(), "application/json")
            else:
                good = {"status": "success", "code": 0, "results_count": len(held.tracks)}
                self.answer(
                    json.dumps({"headers": good, "results": held.tracks}).encode(), "application/json"
                )

        def answer(self, data: bytes, kind: str, *, half: bool = False) -> None:
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data[: len(data) // 2] if half else data)

        def log_message(self, *_: object) -> None:
            """Nothing: the test says what went wrong."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    held.address = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    monkeypatch.setenv("JAMENDO_CLIENT_ID", KEY)
    monkeypatch.setenv("JAMENDO_ADDRESS", f"{held.address}/v3.0/")
    monkeypatch.setenv("XDG_CACHE_HOME", str(cache))
    try:
        yield held
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
