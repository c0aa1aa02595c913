"""The key of a server goes to that server in one header and appears nowhere else."""

from __future__ import annotations

import logging
import pickle
import traceback
from pathlib import Path
from typing import Any

import pytest
from tests.model_server import (
    Behaviour,
    ModelServer,
    answers,
    closed_port,
    drops,
    drops_in_the_body,
    html,
    refuses,
    sends,
    waits,
)

from cinecore.errors import CineError, EngineGoneError, SetupError
from cinecore.language.chat import ChatClient, ChatServer, Picture
from cinecore.language.chat_text import ChatTextModel
from cinecore.language.patience import Clock
from cinecut.inference.vision_model import VisionModelDescriber

pytestmark = pytest.mark.service

KEY = "sk-live-Zu7verySecret"
SCHEMA = {
    "type": "object",
    "properties": {"mood": {"type": "string"}},
    "required": ["mood"],
    "additionalProperties": False,
}
CALM = {"mood": "calm"}


def everything_about(error: BaseException) -> str:
    """What a log, a traceback, a pickle or a debugger would show of an error and of all that caused it."""
    told = [*traceback.format_exception(error), pickle.dumps(error).decode("latin-1")]
    seen: list[BaseException] = []
    waiting: list[Any] = [error]
    while waiting:
        one = waiting.pop()
        if isinstance(one, BaseException) and one not in seen:
            seen.append(one)
            told += [repr(one), repr(vars(one))]
            # The library's errors hold the request that failed.
            told += [str(dict(value.headers)) for value in vars(one).values() if hasattr(value, "headers")]
            waiting += [one.__cause__, one.__context__]
    return "\n".join(told)


ECHOES: list[Behaviour] = [
    refuses(401, f"Incorrect API key provided: {KEY}"),
    refuses(402, f"No credit on {KEY}"),
    refuses(400, f"bad header Authorization: Bearer {KEY}"),
    refuses(404, f"model not found for {KEY}"),
    refuses(418, f"teapot of {KEY}"),
    refuses(429, f"{KEY} is too quick"),
    refuses(500, f"trace: {KEY}"),
    sends(f'{{"error": "{KEY}"}}'.encode()),
    sends(f"plain {KEY}".encode()),
    sends(b"", 307, location=f"http://127.0.0.1:9/{KEY}?k={KEY}"),
    answers(f"my key is {KEY}"),
    answers({KEY: 1}),
    answers({"mood": "calm", KEY: 1}),
    answers(f"cut {KEY}", finish="length"),
    answers(None, refusal=f"not for {KEY}"),
    html(502),
    drops,
    drops_in_the_body,
    waits(60),
]


@pytest.mark.parametrize("behaviour", ECHOES, ids=range(len(ECHOES)))
def test_the_key_is_in_no_error_and_no_log_whatever_a_server_says(
    behaviour: Behaviour, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    no_wait = Clock(sleep=lambda _: None, now_s=iter(range(0, 10**9, 100)).__next__)
    with (
        ModelServer(behaviour, models=behaviour) as server,
        ChatClient(ChatServer(server.url, "eyes", KEY, timeout_s=0.3), clock=no_wait) as chat,
    ):
        with pytest.raises(CineError) as caught:
            chat.ask("Look.", [Picture(b"x")], SCHEMA)
        told = everything_about(caught.value)
        try:
            told += repr(chat.abilities())
        except CineError as error:
            told += everything_about(error)
        assert server.chats[0].headers["Authorization"] == f"Bearer {KEY}"
    printed = capfd.readouterr()
    assert KEY not in told + caplog.text + printed.out + printed.err


def test_the_key_is_in_no_name_of_a_server_client_or_model(tmp_path: Path) -> None:
    with ModelServer(answers(CALM), key=KEY) as server:
        known = ChatServer(server.url, "eyes", KEY)
        with ChatClient(known) as chat:
            describer = VisionModelDescriber(chat, name="openai")
            assert chat.ask("Look.", ["x"], SCHEMA) == CALM
            shown = [repr(known), str(known), repr(chat), repr(chat.abilities()), describer.identity]
            shown += [ChatTextModel(chat).identity, describer.name, repr(describer)]
    assert KEY not in "\n".join(shown)
    assert str(server.port) not in describer.identity


def test_the_key_stands_in_the_header_alone() -> None:
    with ModelServer(answers(CALM), key=KEY) as server:
        with ChatClient(ChatServer(server.url, "", KEY)) as chat:
            chat.ask("Look.", ["x"], SCHEMA)
        asked = server.asked
    assert asked
    for one in asked:
        assert one.headers["Authorization"] == f"Bearer {KEY}"
        rest = {name: value for name, value in one.headers.items() if name != "Authorization"}
        assert KEY not in f"{one.path} {rest} {one.body!r}"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_redirect_is_followed_with_or_without_the_key(status: int) -> None:
    with ModelServer() as other:
        away = sends(b"", status, location=f"http://me:pw@127.0.0.1:{other.port}/v1/chat/completions?x=1")
        with (
            ModelServer(away, models=away) as server,
            ChatClient(ChatServer(server.url, "eyes", KEY)) as chat,
        ):
            for call in (lambda: chat.ask("Look.", ["x"], SCHEMA), chat.abilities):
                with pytest.raises(SetupError, match="sends us to another address") as caught:
                    call()
                assert f"127.0.0.1:{other.port}" in str(caught.value)
                assert "pw" not in str(caught.value)
        assert other.asked == []


def test_a_proxy_of_the_environment_is_asked_for_other_machines_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with ModelServer(answers(CALM)) as proxy, ModelServer(answers(CALM)) as server:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        for name in ("NO_PROXY", "no_proxy"):
            monkeypatch.delenv(name, raising=False)
        with ChatClient(ChatServer(server.url, "eyes")) as chat:
            chat.ask("Look.", ["x"], SCHEMA)
        assert (len(server.asked), len(proxy.asked)) == (1, 0)
        with ChatClient(ChatServer("http://models.example", "eyes")) as chat:
            chat.ask("Look.", ["x"], SCHEMA)
        assert [asked.path for asked in proxy.asked] == ["http://models.example/v1/chat/completions"]


def test_a_proxy_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{closed_port()}")
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    chat = ChatClient(ChatServer("http://models.example", "eyes", KEY))
    with pytest.raises(EngineGoneError, match="proxy that your environment names") as caught:
        chat.ask("Look.", ["x"], SCHEMA)
    assert KEY not in everything_about(caught.value)


@pytest.mark.parametrize("key", [KEY, None])
def test_a_password_file_neither_replaces_the_key_nor_stands_in_for_one(
    key: str | None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    netrc = tmp_path / ".netrc"
    netrc.write_text("default login me password hunter2\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    with ModelServer(answers(CALM)) as proxy:
        monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{proxy.port}")
        monkeypatch.delenv("no_proxy", raising=False)
        monkeypatch.delenv("NO_PROXY", raising=False)
        with ChatClient(ChatServer("http://models.example", "eyes", key)) as chat:
            chat.ask("Look.", ["x"], SCHEMA)
    assert proxy.asked[0].headers.get("Authorization") == (f"Bearer {key}" if key else None)
