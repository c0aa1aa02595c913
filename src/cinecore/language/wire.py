"""One pool of connections to a model's server: JSON there, bytes back, each way of failing by its own name.

The key travels in one header and nowhere else: no redirect is followed, no password file is read, and what a
server says is cleared of it before anybody sees it. Deliberately not here: what the calls mean, waiting,
asking again.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase

from cinecore.errors import ReplyError, SetupError
from cinecore.language.endpoint import is_this_machine, without_secrets
from cinecore.language.faults import connection_fault, late

CONNECT_S = 10.0
"""A server that does not take a connection in this time is not there; a handshake across the world takes one."""

ANSWER_BYTES_AT_MOST = 8 * 1024 * 1024
"""A chat answer has kilobytes; a gateway's list of all its models about one megabyte."""

PIECE_BYTES = 1024
"""What is read between two looks at the clock, where the server names the length beforehand."""


@dataclass(frozen=True)
class Answer:
    """What came back: an HTTP status and a body."""

    status: int
    body: bytes = field(repr=False)
    retry_after_s: float | None = None
    """How long the server wishes to be left alone; None: it did not say."""

    @property
    def document(self) -> Any:
        """The body as JSON; None where it is none."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            return None

    @property
    def text(self) -> str:
        """The body as text, whatever it is."""
        return self.body.decode("utf-8", "replace")


class _Key(AuthBase):
    """Sets the key's header; given even without a key, since requests would else look into a password file."""

    def __init__(self, key: str | None) -> None:
        self._key = key

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        if self._key is not None:
            request.headers["Authorization"] = f"Bearer {self._key}"
        return request


class Wire:
    """A pool of `connections` to the server at `base_url`; safe for threads.

    Args:
        base_url: An address as `endpoint_url` gives it.
        key: Sent as a bearer token; None sends none.
        timeout_s: For each answer as a whole, its first byte and its last.
        connections: How many are kept open.
    """

    def __init__(self, base_url: str, key: str | None, *, timeout_s: float, connections: int) -> None:
        self._url = base_url
        self.key = key
        self.timeout_s = timeout_s
        self._session = requests.Session()
        # A proxy of the environment has nothing to do between this machine and itself.
        self._session.trust_env = not is_this_machine(base_url)
        self._session.auth = _Key(key)
        self._session.headers["User-Agent"] = "cinecut"
        for scheme in ("http://", "https://"):
            self._session.mount(
                scheme, HTTPAdapter(pool_connections=1, pool_maxsize=connections, max_retries=0)
            )

    def close(self) -> None:
        """Close idle connections; the next call opens new ones."""
        self._session.close()

    def call(
        self,
        method: str,
        url: str,
        document: Mapping[str, Any] | None = None,
        *,
        timeout_s: float | None = None,
    ) -> Answer:
        """The answer to one call, whatever its status.

        Raises:
            EngineGoneError: Nobody answers at the address. HungUpError: The connection ended in the middle.
            EngineLateError: No whole answer in time.
            SetupError: The server's certificate is not trusted, or it sends us to another address.
            ReplyError: The answer is far too long.
        """
        limit_s = self.timeout_s if timeout_s is None else timeout_s
        ends_at = time.monotonic() + limit_s
        body = (
            None if document is None else json.dumps(document, ensure_ascii=False).encode("utf-8", "replace")
        )
        try:
            with self._session.request(
                method,
                url,
                data=body,
                headers={"Content-Type": "application/json"} if body is not None else {},
                timeout=(min(CONNECT_S, limit_s), limit_s),
                allow_redirects=False,
                stream=True,
            ) as response:
                if response.is_redirect or response.is_permanent_redirect:
                    raise self._elsewhere(response)
                return Answer(
                    response.status_code,
                    self._read(response, ends_at, limit_s),
                    _retry_after_s(response.headers, time.time),
                )
        except requests.RequestException as error:
            fault = connection_fault(error, self._url, limit_s)
        raise fault  # outside, so that no error of ours drags along a request with its headers

    def clear(self, text: str) -> str:
        """A text of the server without our key in it."""
        return text.replace(self.key, "[the key]") if self.key else text

    def _read(self, response: requests.Response, ends_at: float, limit_s: float) -> bytes:
        """The whole body, looked at often enough that a server which drips cannot hold us."""
        is_chunked = response.headers.get("Transfer-Encoding", "").lower() == "chunked"
        pieces: list[bytes] = []
        size = 0
        for piece in response.iter_content(None if is_chunked else PIECE_BYTES):
            pieces.append(piece)
            size += len(piece)
            if size > ANSWER_BYTES_AT_MOST:
                raise ReplyError(
                    f"The server's answer is longer than {ANSWER_BYTES_AT_MOST >> 20} MiB.",
                    self._url,
                    "See what answers there.",
                )
            if time.monotonic() > ends_at:
                raise late(self._url, limit_s)
        return b"".join(pieces)

    def _elsewhere(self, response: requests.Response) -> SetupError:
        target = self.clear(without_secrets(response.headers.get("Location", "")))
        return SetupError(
            "The endpoint sends us to another address, which is not followed.",
            f"{self._url} → {target}",
            "If you trust it, give that address as the endpoint.",
        )


def _retry_after_s(headers: Mapping[str, str], now_s: Callable[[], float]) -> float | None:
    """Seconds of a Retry-After header, given as such or as a date; never negative."""
    written = headers.get("Retry-After", "").strip()
    try:
        if written.replace(".", "", 1).isdecimal():
            return float(written)
        until = parsedate_to_datetime(written)
        # The server's own clock where it tells the time: ours may go wrong by minutes.
        told = headers.get("Date")
        since_s = parsedate_to_datetime(told).timestamp() if told else now_s()
        return max(0.0, until.timestamp() - since_s)
    except (ValueError, TypeError, OverflowError):
        return None
