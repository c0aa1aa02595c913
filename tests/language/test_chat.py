"""Asking a chat server: what is sent, in which order, in which dialect, and how an unusable reply is asked for again."""

from __future__ import annotations

import base64
import json
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from tests.model_server import (
    Asked,
    Behaviour,
    ModelServer,
    answers,
    drops,
    knows_no,
    refuses,
    sends,
    waits,
)
from tests.model_server import (
    chat as chat_body,
)

from cinecore.errors import InputError, ReplyError
from cinecore.language.chat import ChatClient, ChatServer, Picture

pytestmark = pytest.mark.service

MOOD = {
    "type": "object",
    "properties": {"mood": {"type": "string", "minLength": 1, "maxLength": 12}},
    "required": ["mood"],
    "additionalProperties": False,
}
CALM = {"mood": "calm"}


def client(server: ModelServer, **settings: Any) -> ChatClient:
    return ChatClient(ChatServer(server.url, **settings))


def test_the_instruction_stands_before_the_picture_so_that_servers_keep_it(tmp_path: Path) -> None:
    still = tmp_path / "still.jpg"
    still.write_bytes(b"\xff\xd8 a picture")
    with ModelServer(answers(CALM)) as server, client(server, model="eyes") as chat:
        chat.ask("Look.", [Picture(still), "Second.", Picture(b"PNG", "image/png")], MOOD)
        chat.ask("Look.", [Picture(b"other")], MOOD)
    first, second = (asked.document for asked in server.chats)
    assert first["model"] == "eyes"
    (message,) = first["messages"]
    kinds = [part["type"] for part in message["content"]]
    assert (message["role"], kinds) == ("user", ["text", "image_url", "text", "image_url"])
    assert message["content"][0]["text"].startswith("Look.\n\n")
    jpeg, png = server.chats[0].pictures
    assert base64.b64decode(jpeg.removeprefix("data:image/jpeg;base64,")) == still.read_bytes()
    assert png == "data:image/png;base64,UE5H"
    assert second["messages"][0]["content"][0] == message["content"][0]


def test_words_alone_go_as_plain_text_with_the_instruction_apart() -> None:
    with ModelServer(answers(CALM)) as server, client(server) as chat:
        assert chat.ask("Judge.", ["One", "Two"], MOOD, temperature=0.5, max_tokens=None, seed=7) == CALM
    document = server.chats[0].document
    system, user = document["messages"]
    assert system["role"] == "system"
    assert system["content"].startswith("Judge.\n\nAnswer with one JSON object alone.")
    assert user == {"role": "user", "content": "One\n\nTwo"}
    assert (document["temperature"], document["seed"], document["stream"]) == (0.5, 7, False)
    assert "max_tokens" not in document
    form = document["response_format"]["json_schema"]
    assert (form["schema"], form["strict"]) == (MOOD, True)


def test_a_shape_that_the_instruction_tells_is_not_told_twice() -> None:
    with ModelServer(answers(CALM)) as server, client(server) as chat:
        chat.ask("One mood as JSON.", ["x"], MOOD, tells_shape=False)
    assert server.chats[0].words == "One mood as JSON.\nx"


@pytest.mark.parametrize(
    ("unknown", "form"),
    [
        ((), "json_schema"),
        (("json_schema",), "json_object"),
        (("json_schema", "json_object"), None),
        (("response_format",), None),
    ],
)
def test_a_server_that_knows_less_is_asked_for_less_and_that_is_remembered(
    unknown: tuple[str, ...], form: str | None
) -> None:
    with ModelServer(knows_no(*unknown, says=CALM)) as server, client(server) as chat:
        assert chat.ask("Judge.", ["x"], MOOD) == CALM
        before = len(server.chats)
        assert chat.ask("Judge.", ["x"], MOOD) == CALM
    assert len(server.chats) == before + 1
    assert server.chats[-1].document.get("response_format", {}).get("type") == form
    assert '"maxLength":12' in server.chats[-1].words


@pytest.mark.parametrize("field", ["seed", "temperature", "max_tokens"])
def test_a_field_that_a_server_refuses_is_left_out_from_then_on(field: str) -> None:
    with ModelServer(knows_no(field, says=CALM)) as server, client(server) as chat:
        assert chat.ask("Judge.", ["x"], MOOD) == CALM
        assert chat.ask("Judge.", ["x"], MOOD) == CALM
    assert len(server.chats) == 3
    if field == "max_tokens":
        assert server.chats[-1].document["max_completion_tokens"] == 512


def test_a_model_without_a_system_message_gets_the_instruction_in_the_users() -> None:
    def act(exchange: Any) -> None:
        roles = [message["role"] for message in exchange.asked.document["messages"]]
        behaviour = refuses(500, "System role not supported") if "system" in roles else answers(CALM)
        behaviour(exchange)

    with ModelServer(act) as server, client(server) as chat:
        assert chat.ask("Judge.", ["x"], MOOD, tells_shape=False) == CALM
    assert server.chats[-1].document["messages"] == [{"role": "user", "content": "Judge.\n\nx"}]


UNUSABLE: list[tuple[Behaviour, str]] = [
    (answers("It is calm."), "not valid JSON"),
    (answers({"mood": "calm", "why": "x"}), "may not have 'why'"),
    (answers({"mood": "x" * 13}), "at most 12 characters"),
    (answers({"mood": ""}), "at least 1 character"),
    (answers('{"mood": "ca', finish="length"), "cut off at its greatest length."),
    (answers("", finish="length", reasoning_content="Hm…"), "spent on thinking aloud"),
    (answers("<think>Hm…", finish="length"), "spent on thinking aloud"),
    (answers(""), "empty"),
    (answers(None), "empty"),
    (answers(None, refusal="I will not."), "refused to answer"),
    (sends(b'{"object": "chat.completion"}'), "not in the shape of a chat"),
    (sends(b'{"choices": [{"message": '), "not in the shape of a chat"),
    (sends(b"[]"), "not in the shape of a chat"),
    (refuses(500, "Unexpected empty grammar stack after accepting piece"), "failed at this request"),
]


@pytest.mark.parametrize(("behaviour", "said"), UNUSABLE, ids=[said for _, said in UNUSABLE])
def test_an_unusable_reply_is_asked_for_once_more_and_then_told(behaviour: Behaviour, said: str) -> None:
    with ModelServer(behaviour, answers(CALM)) as server, client(server, model="eyes") as chat:
        assert chat.ask("Judge.", ["x"], MOOD) == CALM
    with ModelServer(behaviour) as server, client(server, model="eyes") as chat:
        with pytest.raises(ReplyError) as caught:
            chat.ask("Judge.", ["x"], MOOD)
        assert len(server.chats) == 2
        assert said in caught.value.happened
        assert caught.value.which == f"eyes at {server.url}"
        assert caught.value.advice


def test_the_second_try_says_what_was_wrong_and_may_differ() -> None:
    with ModelServer(answers({"mood": "x" * 13}), answers(CALM)) as server, client(server) as chat:
        chat.ask("Judge.", ["x"], MOOD, max_tokens=100)
    first, second = (asked.document for asked in server.chats)
    assert "may have at most 12 characters" in server.chats[1].words
    assert server.chats[1].words.startswith(server.chats[0].words)
    assert (first["temperature"], first["seed"], first["max_tokens"]) == (0.0, 0, 100)
    assert (second["temperature"], second["seed"], second["max_tokens"]) == (0.2, 1, 200)


def test_a_servers_own_failure_is_no_reproach_to_the_model() -> None:
    with ModelServer(refuses(500, "oops"), answers(CALM)) as server, client(server) as chat:
        chat.ask("Judge.", ["x"], MOOD)
    assert server.chats[0].words == server.chats[1].words


def test_a_request_that_is_refused_for_good_is_not_repeated() -> None:
    message = "the request exceeds the available context size (2048 tokens)"
    with ModelServer(refuses(400, message)) as server, client(server) as chat:
        with pytest.raises(ReplyError, match="longer than the server allows") as caught:
            chat.ask("Judge.", ["x"], MOOD)
        assert len(server.chats) == 1
    assert "larger context" in caught.value.advice


@pytest.mark.parametrize(
    "behaviour",
    [
        answers('{"mood": "calm"}', finish="length"),
        answers("Here:\n```json\n" + json.dumps(CALM) + "\n```"),
        answers(f"<think>Is it?</think>{json.dumps(CALM)}"),
        answers(CALM, reasoning_content="It looks calm."),
        sends(chat_body(CALM)[:-1] + b', "error": {"message": "a warning"}}'),
        answers([{"type": "text", "text": '{"mood": '}, {"type": "text", "text": '"calm"}'}]),
    ],
    ids=["whole though stopped", "fenced", "thought aloud", "thought apart", "warned", "in parts"],
)
def test_a_usable_reply_is_read_at_once_however_it_is_dressed(behaviour: Behaviour) -> None:
    with ModelServer(behaviour, answers("no")) as server, client(server) as chat:
        assert chat.ask("Judge.", ["x"], MOOD) == CALM
        assert len(server.chats) == 1


def test_no_more_than_in_flight_are_asked_at_once_whoever_asks_on_connections_that_are_kept() -> None:
    ports = set()

    def act(exchange: Any) -> None:
        ports.add(exchange.handler.client_address[1])
        waits(0.05, answers(CALM))(exchange)

    with (
        ModelServer(act) as server,
        client(server, model="eyes", in_flight=3) as chat,
        ThreadPoolExecutor(8) as pool,
    ):
        found = list(pool.map(lambda _: chat.ask("Judge.", ["x"], MOOD), range(12)))
    assert found == [CALM] * 12
    assert server.peak == 3
    assert len(ports) == 3


def test_threads_that_are_refused_together_step_down_together_and_not_too_far() -> None:
    barrier = threading.Barrier(4, timeout=10)

    def act(exchange: Any) -> None:
        form = exchange.asked.document["response_format"]["type"]
        if form == "json_schema":
            barrier.wait()  # all four have asked before the first hears no
            refuses(400, "response_format json_schema is not supported")(exchange)
        else:
            answers(CALM)(exchange)

    with ModelServer(act) as server, client(server, model="eyes") as chat, ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda _: chat.ask("Judge.", ["x"], MOOD), range(4))) == [CALM] * 4
    assert len(server.chats) == 8


def test_connections_are_kept_and_a_closed_one_is_opened_again() -> None:
    ports = []

    def act(exchange: Any) -> None:
        ports.append(exchange.handler.client_address[1])
        answers(CALM)(exchange)

    with ModelServer(act, act, drops, act) as server, client(server, model="eyes") as chat:
        for _ in range(3):
            assert chat.ask("Judge.", ["x"], MOOD) == CALM
    assert ports[0] == ports[1] != ports[2]


def test_a_picture_that_is_gone_is_an_error_before_anything_is_sent(tmp_path: Path) -> None:
    with ModelServer() as server, client(server, model="eyes") as chat:
        with pytest.raises(InputError, match="picture cannot be read") as caught:
            chat.ask("Look.", [Picture(tmp_path / "gone.jpg")], MOOD)
        assert server.asked == []
    assert caught.value.which == tmp_path / "gone.jpg"


def test_text_of_any_kind_arrives_as_it_is() -> None:
    text = 'naïve 😀 \u2028 \x00 " \\ </script>'

    def echo(asked: Asked) -> str:
        return json.dumps({"text": asked.document["messages"][1]["content"]})

    schema = {"type": "object", "properties": {"text": {"type": "string"}}}
    with ModelServer(answers(echo)) as server, client(server) as chat:
        assert chat.ask("Repeat.", [text], schema) == {"text": text}
        assert chat.ask("Repeat.", ["half \ud800"], schema) == {"text": "half ?"}


def test_the_same_question_is_sent_in_the_same_bytes() -> None:
    def once() -> list[bytes]:
        with ModelServer(answers("no"), answers(CALM)) as server, client(server, model="m") as chat:
            chat.ask("Judge.", ["x", Picture(b"abc")], MOOD)
        return [asked.body for asked in server.chats]

    assert once() == once()
