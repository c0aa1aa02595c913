"""Waiting for a server that says it is busy: as long as it wishes, within bounds, and heard when a person stops.

Deliberately not here: what is asked, and which failures are worth another try for other reasons.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from cinecore.errors import Cancelled, RemoteError
from cinecore.language.answers import refused_with
from cinecore.language.wire import Answer

BUSY = frozenset({408, 429, 502, 503, 504, *range(520, 525), 529})
"""HTTP statuses that may pass: too many requests, a gateway without its server, a model that is being loaded."""

TRIES = 6
"""Requests in all before a busy server is given up."""

FIRST_WAIT_S = 1.0
"""Doubled with each refusal where the server does not say how long: 1, 2, 4, 8, 16 s."""

LONGEST_WAIT_S = 60.0
"""A server that wishes for more is asked again after this all the same."""

LOOK_EVERY_S = 0.1
"""How soon a stop is heard."""


@dataclass(frozen=True)
class Clock:
    """How time is told and waited for."""

    now_s: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep


class Patience:
    """Holds all threads of one client back together while their server is busy."""

    def __init__(self, cancelled: Callable[[], bool] | None, clock: Clock) -> None:
        self._cancelled = cancelled or (lambda: False)
        self._clock = clock
        self._lock = threading.Lock()
        self._quiet_until_s = 0.0

    def through(self, call: Callable[[], Answer], who: Callable[[], str]) -> Answer:
        """The first answer that is not busy.

        Raises:
            RemoteError: Still busy after all tries.
            Cancelled: The person stopped the run.
        """
        for tried in range(TRIES):
            self._wait_with_the_others()
            answer = call()
            status = refused_with(answer)
            if status not in BUSY or _is_spent(answer):
                return answer
            if tried + 1 < TRIES:
                wished_s = answer.retry_after_s
                wait_s = FIRST_WAIT_S * 2**tried if wished_s is None else wished_s
                self._hold(min(wait_s, LONGEST_WAIT_S))
        raise RemoteError(
            f"The server is still busy (HTTP {status}) after {TRIES} tries.",
            who(),
            "Run again later, or with fewer requests at once; finished work is kept.",
        )

    def _hold(self, wait_s: float) -> None:
        with self._lock:
            self._quiet_until_s = max(self._quiet_until_s, self._clock.now_s() + wait_s)

    def _wait_with_the_others(self) -> None:
        """Until the server's wish has passed, whoever of us heard it."""
        while True:
            if self._cancelled():
                raise Cancelled
            with self._lock:
                left_s = self._quiet_until_s - self._clock.now_s()
            if left_s <= 0:
                return
            self._clock.sleep(min(left_s, LOOK_EVERY_S))


def _is_spent(answer: Answer) -> bool:
    """Whether a 429 means that the money is gone, which no waiting brings back."""
    return "insufficient_quota" in answer.text
