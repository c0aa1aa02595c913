"""What every text model promises, whichever engine is behind it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager

import pytest
from tests.model_server import Asked, Behaviour, ModelServer, answers, closed_port, refuses

from cinecore.errors import EngineGoneError, RemoteError, ReplyError, SetupError
from cinecore.language.chat import ChatClient, ChatServer
from cinecore.language.chat_text import ChatTextModel
from cinecore.language.replies import complaint
from cinecore.ports import TextModel

pytestmark = pytest.mark.service

SCHEMA = {
    "type": "object",
    "properties": {"answer": {"type": "string", "minLength": 1, "maxLength": 40}},
    "required": ["answer"],
    "additionalProperties": False,
}
INSTRUCTION = "Answer the question in one word, as JSON."


def _one_word(asked: Asked) -> dict[str, str]:
    question = asked.document["messages"][1]["content"]
    return {"answer": f"to {question}"}


@contextmanager
def _chat() -> Iterator[TextModel]:
    with ModelServer(answers(_one_word)) as server, ChatClient(ChatServer(server.url, "words")) as client:
        yield ChatTextModel(client)


TEXT_MODELS: dict[str, Callable[[], AbstractContextManager[TextModel]]] = {"chat server": _chat}
"""By engine: has one ready inside. An engine that must be installed skips where it is not."""


@pytest.fixture(params=TEXT_MODELS, scope="module")
def model(request: pytest.FixtureRequest) -> Iterator[TextModel]:
    with TEXT_MODELS[request.param]() as made:
        yield made


def test_it_writes_what_fits_the_schema_and_at_temperature_0_the_same_twice(model: TextModel) -> None:
    said = model.answer(INSTRUCTION, "What is the colour of snow?", SCHEMA, 0.0)
    assert complaint(json.loads(said), SCHEMA) == ""
    assert model.answer(INSTRUCTION, "What is the colour of snow?", SCHEMA, 0.0) == said


def test_every_thread_gets_the_answer_to_its_own_question(model: TextModel) -> None:
    questions = [f"What is {number} and 1?" for number in range(6)]
    one_by_one = [model.answer(INSTRUCTION, question, SCHEMA, 0.0) for question in questions]
    with ThreadPoolExecutor(3) as pool:
        together = list(
            pool.map(lambda question: model.answer(INSTRUCTION, question, SCHEMA, 0.0), questions)
        )
    assert [complaint(json.loads(said), SCHEMA) for said in together] == [""] * 6
    assert len(together) == len(one_by_one)


def test_it_has_an_identity_that_holds_no_address(model: TextModel) -> None:
    assert model.identity == model.identity.strip() != ""
    assert "://" not in model.identity


def test_a_chat_server_is_told_what_is_wanted_and_how_free_it_is() -> None:
    with ModelServer(answers(_one_word)) as server, ChatClient(ChatServer(server.url, "words")) as client:
        said = ChatTextModel(client, max_tokens=99).answer(INSTRUCTION, "Why?", SCHEMA, 0.7)
    assert json.loads(said) == {"answer": "to Why?"}
    document = server.chats[0].document
    assert (document["temperature"], document["max_tokens"]) == (0.7, 99)
    assert '"maxLength":40' in document["messages"][0]["content"]


@pytest.mark.parametrize("reply", ["no JSON at all", '{"other": 1}', '{"answer": ""}'])
def test_what_does_not_fit_is_handed_over_for_the_asker_to_judge(reply: str) -> None:
    with ModelServer(answers(f"<think>Hm</think>{reply}")) as server:
        with ChatClient(ChatServer(server.url, "words")) as client:
            assert ChatTextModel(client).answer(INSTRUCTION, "Why?", SCHEMA, 0.0) == reply
        assert len(server.chats) == 1


@pytest.mark.parametrize(
    ("behaviour", "kind"),
    [
        (answers(""), ReplyError),
        (answers('{"answer": "be', finish="length"), ReplyError),
        (refuses(500, "oops"), ReplyError),
        (refuses(401, "who are you"), SetupError),
    ],
)
def test_no_answer_is_an_error_of_its_kind(behaviour: Behaviour, kind: type[Exception]) -> None:
    with (
        ModelServer(behaviour) as server,
        ChatClient(ChatServer(server.url, "words")) as client,
        pytest.raises(kind),
    ):
        ChatTextModel(client).answer(INSTRUCTION, "Why?", SCHEMA, 0.0)


def test_a_model_that_is_not_there_is_gone() -> None:
    assert issubclass(EngineGoneError, RemoteError)
    with (
        ChatClient(ChatServer(f"http://127.0.0.1:{closed_port()}", "words")) as client,
        pytest.raises(EngineGoneError),
    ):
        ChatTextModel(client).answer(INSTRUCTION, "Why?", SCHEMA, 0.0)


def test_the_identity_follows_model_and_weights_and_no_address() -> None:
    def identity(url: str, model: str, weights: str = "") -> str:
        return ChatTextModel(ChatClient(ChatServer(url, model, "sk-1")), weights=weights).identity

    assert identity("http://a/v1", "m") == identity("http://b:9/v1", "m")
    assert (
        len({identity("http://a", "m"), identity("http://a", "n"), identity("http://a", "m", "sha 1")}) == 3
    )
