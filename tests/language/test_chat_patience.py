"""A busy server is waited for: as long as it wishes, within bounds, by all threads, until a person stops."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from email.utils import format_datetime
from typing import Any

import pytest
from tests.model_server import Behaviour, ModelServer, answers, html, refuses, sends

from cinecore.errors import Cancelled, RemoteError, ReplyError, SetupError
from cinecore.language.chat import ChatClient, ChatServer
from cinecore.language.patience import LONGEST_WAIT_S, TRIES, Clock

pytestmark = pytest.mark.service

SCHEMA = {"type": "object", "properties": {"mood": {"type": "string"}}, "required": ["mood"]}
CALM = {"mood": "calm"}


class Time:
    """A clock that stands still until somebody sleeps."""

    def __init__(self) -> None:
        self.now_s = 1000.0
        self._lock = threading.Lock()

    def sleep(self, seconds: float) -> None:
        with self._lock:
            self.now_s += seconds

    @property
    def clock(self) -> Clock:
        return Clock(lambda: self.now_s, self.sleep)

    @property
    def waited_s(self) -> float:
        return round(self.now_s - 1000.0, 3)


def ask(server: ModelServer, time: Time, cancelled: Callable[[], bool] | None = None) -> Any:
    with ChatClient(ChatServer(server.url, "eyes"), cancelled, clock=time.clock) as chat:
        return chat.ask("Judge.", ["x"], SCHEMA)


@pytest.mark.parametrize(
    ("header", "waited_s"),
    [
        ({}, 1.0),
        ({"retry_after": "7"}, 7.0),
        ({"retry_after": "0"}, 0.0),
        ({"retry_after": "2.5"}, 2.5),
        ({"retry_after": "86400"}, LONGEST_WAIT_S),
        ({"retry_after": "-3"}, 1.0),
        ({"retry_after": "soon"}, 1.0),
        ({"retry_after": "9" * 400}, LONGEST_WAIT_S),
        ({"retry_after": "Wed, 99 Foo 2026 07:28:00 GMT"}, 1.0),
    ],
)
def test_a_busy_server_is_left_alone_as_long_as_it_wishes(header: dict[str, str], waited_s: float) -> None:
    time = Time()
    with ModelServer(refuses(429, "slow down", **header), answers(CALM)) as server:
        assert ask(server, time) == CALM
    assert time.waited_s == waited_s
    assert len(server.chats) == 2


@pytest.mark.parametrize(("ahead_s", "waited_s"), [(20, 20.0), (-50, 0.0), (10_000, LONGEST_WAIT_S)])
def test_a_date_to_come_back_at_is_read_by_the_servers_own_clock(ahead_s: int, waited_s: float) -> None:
    import datetime as dt

    its_now = dt.datetime(2031, 3, 1, 12, 0, tzinfo=dt.UTC)  # years off ours

    def busy(exchange: Any) -> None:
        exchange.handler.send_response_only(429)
        exchange.handler.send_header("Date", format_datetime(its_now, usegmt=True))
        until = its_now + dt.timedelta(seconds=ahead_s)
        exchange.handler.send_header("Retry-After", format_datetime(until, usegmt=True))
        exchange.handler.send_header("Content-Length", "0")
        exchange.handler.end_headers()

    time = Time()
    with ModelServer(busy, answers(CALM)) as server:
        assert ask(server, time) == CALM
    assert time.waited_s == waited_s


@pytest.mark.parametrize(
    "behaviour",
    [
        refuses(503, "Loading model"),
        html(502),
        sends(b'{"error": {"message": "upstream died", "code": 502}}'),
    ],
    ids=["loading", "gateway", "inside a 200"],
)
def test_what_may_pass_is_tried_a_bounded_number_of_times_with_growing_pauses(behaviour: Behaviour) -> None:
    time = Time()
    with ModelServer(behaviour) as server, pytest.raises(RemoteError, match="still busy") as caught:
        ask(server, time)
    assert type(caught.value) is RemoteError
    assert len(server.chats) == TRIES
    assert time.waited_s == 1 + 2 + 4 + 8 + 16
    assert "fewer requests at once" in caught.value.advice


def test_money_that_is_gone_is_not_waited_for() -> None:
    time = Time()
    with ModelServer(refuses(429, "insufficient_quota")) as server, pytest.raises(SetupError):
        ask(server, time)
    assert (len(server.chats), time.waited_s) == (1, 0.0)


def test_a_stop_is_heard_while_a_busy_server_is_waited_for() -> None:
    time = Time()
    with ModelServer(refuses(429, "slow down", retry_after="60")) as server, pytest.raises(Cancelled):
        ask(server, time, cancelled=lambda: time.waited_s >= 1)
    assert len(server.chats) == 1
    assert time.waited_s == 1.0


def test_a_stop_is_heard_before_anything_is_asked() -> None:
    with ModelServer() as server, pytest.raises(Cancelled):
        ask(server, Time(), cancelled=lambda: True)
    assert server.asked == []


def test_what_one_thread_was_told_holds_for_all() -> None:
    time = Time()
    told = threading.Event()
    asked_at: list[float] = []

    def act(exchange: Any) -> None:
        if not told.is_set():
            told.set()
            refuses(429, "slow down", retry_after="30")(exchange)
        else:
            asked_at.append(time.waited_s)
            answers(CALM)(exchange)

    with (
        ModelServer(act) as server,
        ChatClient(ChatServer(server.url, "eyes"), clock=time.clock) as chat,
        ThreadPoolExecutor(2) as pool,
    ):
        first = pool.submit(chat.ask, "Judge.", ["x"], SCHEMA)
        assert first.result(timeout=30) == CALM
        assert pool.submit(chat.ask, "Judge.", ["x"], SCHEMA).result(timeout=30) == CALM
    assert min(asked_at) >= 30


def test_a_list_of_models_is_waited_for_as_well() -> None:
    time = Time()
    busy = iter([True, False])

    def models(exchange: Any) -> None:
        (refuses(503, "Loading model") if next(busy) else sends(b'{"data": [{"id": "eyes"}]}'))(exchange)

    with (
        ModelServer(models=models) as server,
        ChatClient(ChatServer(server.url), clock=time.clock) as chat,
    ):
        assert chat.abilities().models == ("eyes",)
    assert time.waited_s == 1.0


def test_a_reply_that_cannot_be_used_is_not_waited_for() -> None:
    time = Time()
    with ModelServer(answers("no")) as server, pytest.raises(ReplyError):
        ask(server, time)
    assert time.waited_s == 0.0
