"""A chat server that fails: each way told apart by its error, with what a person can do about it."""

from __future__ import annotations

from typing import Any

import pytest
from tests.model_server import (
    Behaviour,
    ModelServer,
    answers,
    closed_port,
    drips,
    drops,
    drops_in_the_body,
    html,
    is_no_http,
    refuses,
    sends,
    waits,
)

from cinecore.errors import CineError, EngineGoneError, EngineLateError, RemoteError, ReplyError, SetupError
from cinecore.language.chat import ChatClient, ChatServer, Picture

pytestmark = pytest.mark.service

SCHEMA = {"type": "object", "properties": {"mood": {"type": "string"}}, "required": ["mood"]}
CALM = {"mood": "calm"}
STILL = Picture(b"\xff\xd8")


def failure(behaviour: Behaviour, kind: type[CineError], **settings: Any) -> tuple[CineError, ModelServer]:
    """The error that asking about a picture ends in, exactly of this kind."""
    with ModelServer(behaviour) as server:
        with ChatClient(ChatServer(server.url, "eyes", **settings)) as chat, pytest.raises(kind) as caught:
            chat.ask("Look.", [STILL], SCHEMA)
        assert str(server.port) in str(caught.value)
    assert caught.value.advice
    assert "<" not in str(caught.value)
    return caught.value, server


@pytest.mark.parametrize(
    ("behaviour", "kind", "said"),
    [
        (refuses(401, "Missing bearer"), SetupError, "wants a key (HTTP 401)"),
        (refuses(403, "Forbidden"), SetupError, "wants a key (HTTP 403)"),
        (refuses(402, "Insufficient credits"), SetupError, "nothing left: Insufficient credits"),
        (refuses(429, "insufficient_quota: see your plan"), SetupError, "nothing left"),
        (refuses(404, "The model `eyes` does not exist."), SetupError, "does not have this model"),
        (
            refuses(404, 'model "eyes" not found, try pulling it first'),
            SetupError,
            "does not have this model",
        ),
        (refuses(400, "Invalid model name passed in model=eyes"), SetupError, "does not have this model"),
        (refuses(404, "Not Found"), SetupError, "Nothing at the endpoint answers chats"),
        (html(405), SetupError, "Nothing at the endpoint answers chats"),
        (
            refuses(500, "image input is not supported - hint: … mmproj"),
            SetupError,
            "does not look at pictures",
        ),
        (refuses(400, "eyes is not a multimodal model"), SetupError, "does not look at pictures"),
        (
            refuses(400, "image_url is only supported by certain models"),
            SetupError,
            "does not look at pictures",
        ),
        (
            refuses(404, "No endpoints found that support image input"),
            SetupError,
            "does not look at pictures",
        ),
        (
            refuses(400, "unknown variant `image_url`, expected `text`"),
            SetupError,
            "does not look at pictures",
        ),
        (refuses(400, "messages[0].content must be a string"), SetupError, "does not look at pictures"),
        (refuses(400, "Failed to load image or audio file"), ReplyError, "refused this request (HTTP 400)"),
        (refuses(413, "Request Entity Too Large"), ReplyError, "refused this request (HTTP 413)"),
        (html(500), ReplyError, "a page for browsers, no answer"),
        (html(), ReplyError, "not in the shape of a chat"),
        (html(418), RemoteError, "HTTP 418: a page for browsers"),
        (sends(b'{"error": "it broke"}'), ReplyError, "failed at this request: it broke"),
    ],
)
def test_each_refusal_is_told_by_its_kind(behaviour: Behaviour, kind: type[CineError], said: str) -> None:
    error, _ = failure(behaviour, kind)
    assert said in str(error)
    assert isinstance(error, ReplyError) is (kind is ReplyError)


def test_a_text_that_is_refused_has_nothing_to_do_with_pictures() -> None:
    with (
        ModelServer(refuses(400, "vision is not supported")) as server,
        ChatClient(ChatServer(server.url, "m")) as chat,
        pytest.raises(ReplyError, match="refused this"),
    ):
        chat.ask("Judge.", ["words"], SCHEMA)


def test_a_given_key_that_is_refused_is_told_apart_from_none() -> None:
    error, _ = failure(refuses(401, "no"), SetupError, key="sk-1")
    assert "refuses the key that was given" in error.happened


def test_a_server_that_nobody_started_is_gone() -> None:
    chat = ChatClient(ChatServer(f"http://127.0.0.1:{closed_port()}", "eyes"))
    for ask in (lambda: chat.ask("Look.", [STILL], SCHEMA), chat.abilities):
        with pytest.raises(EngineGoneError, match="Nobody answers") as caught:
            ask()
        assert "Start the server" in caught.value.advice


def test_a_server_that_ends_between_two_requests_is_gone() -> None:
    with ModelServer(answers(CALM)) as server, ChatClient(ChatServer(server.url, "eyes")) as chat:
        chat.ask("Look.", [STILL], SCHEMA)
        server.stop()
        with pytest.raises(EngineGoneError):
            chat.ask("Look.", [STILL], SCHEMA)


def test_a_server_that_ends_while_it_answers_is_gone() -> None:
    def ends(exchange: Any) -> None:
        exchange.server.stop()
        exchange.hang_up()

    with (
        ModelServer(ends) as server,
        ChatClient(ChatServer(server.url, "eyes")) as chat,
        pytest.raises(EngineGoneError),
    ):
        chat.ask("Look.", [STILL], SCHEMA)


@pytest.mark.parametrize("cut", [drops, drops_in_the_body])
def test_one_broken_connection_costs_nothing(cut: Behaviour) -> None:
    with ModelServer(cut, answers(CALM)) as server, ChatClient(ChatServer(server.url, "eyes")) as chat:
        assert chat.ask("Look.", [STILL], SCHEMA) == CALM


@pytest.mark.parametrize("cut", [drops, drops_in_the_body])
def test_a_server_that_breaks_every_connection_and_still_lives_fails_at_this_one(cut: Behaviour) -> None:
    error, server = failure(cut, ReplyError)
    assert "hung up" in error.happened
    assert len(server.chats) == 2


def test_a_server_that_breaks_all_it_is_asked_is_gone() -> None:
    with ModelServer(drops, models=drops) as server, ChatClient(ChatServer(server.url, "eyes")) as chat:
        with pytest.raises(EngineGoneError, match="hung up"):
            chat.ask("Look.", [STILL], SCHEMA)
        with pytest.raises(EngineGoneError, match="hung up"):
            chat.abilities()


@pytest.mark.parametrize("slow", [waits(60), drips], ids=["silent", "dripping"])
def test_a_late_answer_is_late_and_no_end(slow: Behaviour) -> None:
    with (
        ModelServer(slow, answers(CALM)) as server,
        ChatClient(ChatServer(server.url, "eyes", timeout_s=0.3)) as chat,
    ):
        with pytest.raises(EngineLateError, match=r"within 0\.3 s"):
            chat.ask("Look.", [STILL], SCHEMA)
        assert len(server.chats) == 1
        assert chat.ask("Look.", [STILL], SCHEMA) == CALM


def test_an_answer_that_stops_in_the_middle_is_late() -> None:
    def stalls(exchange: Any) -> None:
        exchange.handler.send_response(200)
        exchange.handler.send_header("Content-Length", "4000")
        exchange.handler.end_headers()
        exchange.handler.wfile.write(b"{")
        exchange.server.is_ending.wait(60)

    failure(stalls, EngineLateError, timeout_s=0.3)


def test_another_program_on_the_port_is_named_as_such() -> None:
    error, server = failure(is_no_http, SetupError)
    assert "does not speak HTTP" in error.happened
    assert len(server.asked) == 1
    with (
        ModelServer(models=is_no_http) as server,
        ChatClient(ChatServer(server.url)) as chat,
        pytest.raises(SetupError, match="does not speak HTTP"),
    ):
        chat.abilities()
    with (
        ModelServer(models=html()) as server,
        ChatClient(ChatServer(server.url)) as chat,
        pytest.raises(SetupError, match="no model's server"),
    ):
        chat.abilities()


def test_a_plain_server_behind_https_is_told() -> None:
    with ModelServer() as server:
        chat = ChatClient(ChatServer(server.url.replace("http:", "https:"), "eyes"))
        with pytest.raises(SetupError, match="does not speak https"):
            chat.ask("Look.", [STILL], SCHEMA)


def test_an_endless_answer_is_not_read_to_its_end() -> None:
    def floods(exchange: Any) -> None:
        exchange.handler.send_response(200)
        exchange.handler.send_header("Transfer-Encoding", "chunked")
        exchange.handler.end_headers()
        while True:
            exchange.handler.wfile.write(b"100000\r\n" + b" " * (1 << 20) + b"\r\n")

    error, _ = failure(floods, ReplyError)
    assert "longer than 8 MiB" in error.happened


def test_a_server_without_a_model_says_so_where_none_was_named() -> None:
    with (
        ModelServer(models=[]) as server,
        ChatClient(ChatServer(server.url)) as chat,
        pytest.raises(SetupError, match="lists no model") as caught,
    ):
        chat.ask("Look.", [STILL], SCHEMA)
    assert "give its name" in caught.value.advice


def test_what_a_server_says_cannot_move_the_cursor() -> None:
    error, _ = failure(refuses(400, "bad \x1b[2J\r\n thing"), ReplyError)
    assert "\x1b" not in str(error)
