"""What servers say of themselves, in the shapes that they really use: models, eyes, whose program."""

from __future__ import annotations

from typing import Any

import pytest
from tests.model_server import ModelServer, answers, drops, html, refuses, waits

from cinecore.errors import CineError, EngineGoneError, EngineLateError, ReplyError, SetupError
from cinecore.language.chat import ChatAbilities, ChatClient, ChatServer

pytestmark = pytest.mark.service

LLAMA_WITH_EYES = {
    "models": [{"name": "llava", "model": "llava", "capabilities": ["completion", "multimodal"]}],
    "object": "list",
    "data": [{"id": "llava", "object": "model", "owned_by": "llamacpp", "meta": {"n_vocab": 32000}}],
}
LLAMA_BLIND = {
    "models": [{"name": "smol", "model": "smol", "capabilities": ["completion"]}],
    "data": [{"id": "smol", "object": "model", "owned_by": "llamacpp"}],
}
LLAMA_NEW = {
    "data": [
        {"id": "a", "owned_by": "llamacpp", "architecture": {"input_modalities": ["text"]}},
        {"id": "b", "owned_by": "llamacpp", "architecture": {"input_modalities": ["text", "image"]}},
    ]
}
VLLM = {"object": "list", "data": [{"id": "Qwen/VL", "object": "model", "owned_by": "vllm"}]}
SGLANG = {"object": "list", "data": [{"id": "m", "object": "model", "owned_by": "sglang"}]}
OLLAMA = {
    "object": "list",
    "data": [
        {"id": "llava:latest", "object": "model", "owned_by": "library"},
        {"id": "smollm2:135m", "object": "model", "owned_by": "library"},
    ],
}
LM_STUDIO = {
    "data": [
        {"id": "embed-1", "object": "model", "owned_by": "organization_owner"},
        {"id": "qwen-vl", "object": "model", "owned_by": "organization_owner"},
        {"id": "smol", "object": "model", "owned_by": "organization_owner"},
    ]
}
LM_STUDIO_OWN = {
    "data": [
        {"id": "embed-1", "type": "embeddings"},
        {"id": "qwen-vl", "type": "vlm", "state": "loaded"},
        {"id": "smol", "type": "llm"},
    ]
}
GATEWAY = {
    "data": [
        {"id": "a/text", "architecture": {"modality": "text->text", "input_modalities": ["text"]}},
        {"id": "a/eyes", "architecture": {"input_modalities": ["image", "text"]}},
    ]
}


def show(exchange: Any) -> None:
    model = exchange.asked.document["model"]
    eyes = ["vision"] if model.startswith("llava") else []
    exchange.send(200, f'{{"capabilities": {["completion", *eyes]}}}'.replace("'", '"').encode())


@pytest.mark.parametrize(
    ("models", "others", "model", "found"),
    [
        (LLAMA_WITH_EYES, {}, "", ChatAbilities(("llava",), True, "llama.cpp")),
        (
            LLAMA_BLIND,
            {"/props": {"modalities": {"vision": False, "audio": False}}},
            "",
            ChatAbilities(("smol",), False, "llama.cpp"),
        ),
        (
            LLAMA_BLIND,
            {"/props": {"modalities": {"vision": True}}},
            "any name",
            ChatAbilities(("smol",), True, "llama.cpp"),
        ),
        (LLAMA_BLIND, {}, "", ChatAbilities(("smol",), None, "llama.cpp")),
        (LLAMA_NEW, {}, "", ChatAbilities(("a", "b"), False, "llama.cpp")),
        (LLAMA_NEW, {}, "b", ChatAbilities(("a", "b"), True, "llama.cpp")),
        (VLLM, {}, "", ChatAbilities(("Qwen/VL",), None, "vllm")),
        (SGLANG, {}, "", ChatAbilities(("m",), None, "sglang")),
        (OLLAMA, {"/api/show": show}, "", ChatAbilities(("llava:latest", "smollm2:135m"), True, "ollama")),
        (OLLAMA, {"/api/show": show}, "smollm2:135m", ChatAbilities(("llava:latest", "smollm2:135m"), False, "ollama")),
        (OLLAMA, {}, "llava", ChatAbilities(("llava:latest", "smollm2:135m"), None, "ollama")),
        (LM_STUDIO, {"/api/v0/models": LM_STUDIO_OWN}, "", ChatAbilities(("qwen-vl", "smol"), True, "lm studio")),
        (LM_STUDIO, {"/api/v0/models": LM_STUDIO_OWN}, "smol", ChatAbilities(("qwen-vl", "smol"), False, "lm studio")),
        (LM_STUDIO, {"/api/v0/models": LM_STUDIO_OWN}, "other", ChatAbilities(("qwen-vl", "smol"), None, "lm studio")),
        (GATEWAY, {}, "a/eyes", ChatAbilities(("a/text", "a/eyes"), True, "")),
        (GATEWAY, {}, "", ChatAbilities(("a/text", "a/eyes"), False, "")),
        (["plain"], {}, "", ChatAbilities(("plain",), None, "")),
        (["plain"], {"/api/show": html(), "/api/v0/models": html()}, "", ChatAbilities(("plain",), None, "")),
        (["plain"], {"/api/show": drops, "/api/v0/models": [1, None]}, "", ChatAbilities(("plain",), None, "")),
        ({"data": [{"id": "e", "type": "embedding"}, {"id": "y"}]}, {}, "", ChatAbilities(("y",), None, "")),
        ({"object": "list", "data": None}, {}, "named", ChatAbilities((), None, "")),
        (None, {}, "named", ChatAbilities((), None, "")),
        ({"data": [{"no": "id"}, 7, {"id": "x\x1b[2J"}, {"id": "y"}]}, {}, "", ChatAbilities(("y",), None, "")),
    ],
)  # fmt: skip
def test_each_kind_of_server_is_read_in_its_own_shape(
    models: Any, others: dict[str, Any], model: str, found: ChatAbilities
) -> None:
    with (
        ModelServer(models=models, others=others) as server,
        ChatClient(ChatServer(server.url, model)) as chat,
    ):
        assert chat.abilities() == found


def test_a_server_is_looked_at_once() -> None:
    with ModelServer(answers({}), models=LLAMA_NEW) as server, ChatClient(ChatServer(server.url)) as chat:
        first = chat.abilities()
        assert chat.abilities() is first
        assert chat.model == "a"
        chat.ask("x", ["y"], {"type": "object"})
    assert [asked.path for asked in server.asked] == ["/v1/models", "/v1/chat/completions"]


def test_a_named_model_is_asked_without_looking_first() -> None:
    with ModelServer(answers({})) as server, ChatClient(ChatServer(server.url, "named")) as chat:
        chat.ask("x", ["y"], {"type": "object"})
    assert [asked.document["model"] for asked in server.asked] == ["named"]


@pytest.mark.parametrize(
    ("document", "kind", "said"),
    [
        ({"status": "ok"}, SetupError, "no model's server"),
        ({}, SetupError, "no model's server"),
        ({"error": "no such thing"}, ReplyError, "no such thing"),
    ],
)
def test_json_of_another_program_is_no_list_of_models(
    document: dict[str, str], kind: type[CineError], said: str
) -> None:
    with (
        ModelServer(models=document) as server,
        ChatClient(ChatServer(server.url)) as chat,
        pytest.raises(kind, match=said),
    ):
        chat.abilities()


@pytest.mark.parametrize("status", [400, 403, 500])
def test_a_key_that_may_chat_and_not_list_is_enough_where_the_model_is_named(status: int) -> None:
    with (
        ModelServer(answers({}), models=refuses(status, "missing scope: models.read")) as server,
        ChatClient(ChatServer(server.url, "named", key="sk-1")) as chat,
    ):
        assert chat.abilities() == ChatAbilities((), None, "")
        assert chat.ask("x", ["y"], {"type": "object"}) == {}
    with (
        ModelServer(models=refuses(status, "missing scope: models.read")) as server,
        ChatClient(ChatServer(server.url, key="sk-1")) as chat,
        pytest.raises((SetupError, ReplyError)),
    ):
        chat.abilities()


def test_a_look_survives_one_broken_connection() -> None:
    def once(exchange: Any) -> None:
        exchange.server.models = ["m"]
        exchange.hang_up()

    with ModelServer(models=once) as server, ChatClient(ChatServer(server.url)) as chat:
        assert chat.abilities().models == ("m",)


def test_a_failed_look_is_not_remembered() -> None:
    with (
        ModelServer(models=refuses(500, "oops")) as server,
        ChatClient(ChatServer(server.url)) as chat,
    ):
        with pytest.raises(ReplyError, match="failed at this request: oops"):
            chat.abilities()
        server.models = ["m"]
        assert chat.abilities().models == ("m",)


def test_a_look_that_meets_a_closed_door_says_which_kind_it_is() -> None:
    with ModelServer(key="right") as server:
        with ChatClient(ChatServer(server.url)) as chat, pytest.raises(SetupError, match="wants a key"):
            chat.abilities()
        with (
            ChatClient(ChatServer(server.url, key="wrong")) as chat,
            pytest.raises(SetupError, match="refuses"),
        ):
            chat.abilities()
        with ChatClient(ChatServer(server.url, key="right")) as chat:
            assert chat.abilities().models == ("tiny",)


def test_a_look_is_late_or_at_nobody_in_so_many_words() -> None:
    with (
        ModelServer(models=waits(60)) as server,
        ChatClient(ChatServer(server.url, timeout_s=0.2)) as chat,
    ):
        with pytest.raises(EngineLateError):
            chat.abilities()
        server.stop()
        with pytest.raises(EngineGoneError):
            chat.abilities()
