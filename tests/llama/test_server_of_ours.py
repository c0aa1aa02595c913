"""A server is ours or it is not talked to; it is watched while it starts, and nothing is left where that fails."""

from __future__ import annotations

import contextlib
import json
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.llama.stranger import Stranger

from cinecore import gpu
from cinecore.errors import Cancelled, EngineGoneError, EngineLateError, OutputError, RemoteError, SetupError
from cinecore.language import listeners, llama_server, memory
from cinecore.language.chat import ChatClient
from cinecore.language.llama_server import LlamaServer
from cinecut.errors import InferenceError
from cinecut.inference import LlavaEngine
from cinecut.models import KeyframeRecord

pytestmark = pytest.mark.service

Pair = tuple[Path, Path]
Odd = Callable[[str], Path]
NvidiaSmi = Callable[[str], Path]

POLL_SECONDS = llama_server.POLL_SECONDS

SCHEMA = {"type": "object", "properties": {"mood": {"type": "string"}}, "required": ["mood"]}


def is_alive(process: int) -> bool:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


def server(pair: Pair, program: Path, **other: object) -> LlamaServer:
    values = {"port": 0, "device": "cpu", "program": program, **other}
    return LlamaServer(*pair, **values)  # type: ignore[arg-type]  # each test gives the right types


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A second between two looks would be most of these tests' time."""
    monkeypatch.setattr(llama_server, "POLL_SECONDS", 0.05)


@pytest.fixture
def stranger() -> Iterator[Stranger]:
    one = Stranger()
    yield one
    one.close()


def test_it_serves_with_a_key_and_ends_with_the_block(pair: Pair, odd: Odd) -> None:
    with server(pair, odd("ready"), n_slots=3) as ours:
        process = ours.server.process.pid if ours.server else 0
        assert ours.is_running
        asked = ours.chat_server()
        assert asked.in_flight == 3
        assert ours.key not in repr(asked)
        with ChatClient(asked) as client:
            assert client.abilities().sees_pictures
    assert process
    assert not is_alive(process)
    assert not ours.is_running


def test_the_program_is_told_what_the_contract_says(
    pair: Pair, odd: Odd, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("ODD_REPORT", str(tmp_path / "told.json"))
    monkeypatch.setenv("LLAMA_ARG_HOST", "192.0.2.1")
    with server(pair, odd("ready"), n_slots=2) as ours:
        told = json.loads((tmp_path / "told.json").read_text())
    assert told["argv"] == ours.command().arguments()
    assert told["environ"]["LLAMA_API_KEY"] == ours.key
    assert "LLAMA_ARG_HOST" not in told["environ"]


def test_a_port_in_use_is_left_alone_and_a_free_one_taken(pair: Pair, odd: Odd, stranger: Stranger) -> None:
    said: list[str] = []
    with server(pair, odd("ready"), port=stranger.port, on_wait=said.append) as ours:
        assert ours.port != stranger.port
        assert ours.base_url.endswith(f":{ours.port}")
    assert said == [f"Port {stranger.port} is in use; llama-server takes {ours.port}."]
    assert stranger.visits == 0


def test_a_stranger_that_comes_between_our_look_and_the_start_is_not_talked_to(
    pair: Pair, odd: Odd, monkeypatch: pytest.MonkeyPatch
) -> None:
    came: list[Stranger] = []

    def start(*arguments: object, **named: object) -> object:
        if not came:
            came.append(Stranger(ours.port))
        return original(*arguments, **named)  # type: ignore[arg-type]  # handed on as they are

    original = llama_server.start_server
    monkeypatch.setattr(llama_server, "start_server", start)
    ours = server(pair, odd("ready"), port=listeners.free_port())
    with ours:
        assert came[0].port != ours.port
        assert came[0].visits == 0
    came[0].close()


def test_a_stranger_on_the_port_of_a_slow_server_is_not_talked_to(
    pair: Pair, odd: Odd, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It listens while ours is still loading, as ours cannot know yet."""
    came: list[Stranger] = []

    def look(port: int, group: int) -> bool | None:
        if not came:
            came.append(Stranger(port))
        return original(port, group)

    original = listeners.listener_is_of_group
    monkeypatch.setattr(listeners, "listener_is_of_group", look)
    with server(pair, odd("slow:0.5")) as ours:
        assert ours.port != came[0].port
    assert came[0].visits == 0
    came[0].close()


def test_where_the_system_tells_no_listeners_only_our_secret_makes_a_server_ours(
    pair: Pair, odd: Odd, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listeners, "tells_listeners", lambda: False)
    with pytest.raises(RemoteError, match="keep taking the ports"), server(pair, odd("ready")):
        pass  # it is well, and does not bear the name that we gave it


def test_one_that_ends_while_it_is_looked_for_is_no_stranger(
    pair: Pair, odd: Odd, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its socket was seen, and then it had none any more."""

    def look(_port: int, group: int) -> bool:
        with contextlib.suppress(ProcessLookupError):
            os.kill(group, 9)
        return False

    monkeypatch.setattr(listeners, "listener_is_of_group", look)
    ours = server(pair, odd("deaf"))
    with pytest.raises(EngineGoneError, match="exited during startup"), ours:
        pass
    assert ours.exit_status == -9


def test_strangers_on_every_port_are_an_error_in_the_end(
    pair: Pair, odd: Odd, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listeners, "listener_is_of_group", lambda _port, _group: False)
    with pytest.raises(RemoteError, match="keep taking the ports"), server(pair, odd("ready")):
        pass


def test_an_early_end_is_said_at_once_in_the_contracts_words(pair: Pair, odd: Odd) -> None:
    engine = LlavaEngine(*pair, port=0, device="cpu", program=odd("exits:1"))
    with pytest.raises(InferenceError) as raised, engine:
        pass
    assert raised.value.detail == "llama-server exited during startup — check model path and VRAM"
    assert engine.server.exit_status == 1
    assert engine._process is None


@pytest.mark.parametrize("kind", ["never", "deaf", "slow:60"])
def test_one_that_is_never_healthy_is_ended_in_the_contracts_words(
    pair: Pair, odd: Odd, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(llama_server, "HEALTH_SECONDS", 0.4)
    processes: list[int] = []
    engine = LlavaEngine(*pair, port=0, device="cpu", program=odd(kind))
    original = engine.server.wait_until_healthy

    def watched(timeout_s: float) -> None:
        processes.append(engine._process.pid)
        original(timeout_s)

    monkeypatch.setattr(engine.server, "wait_until_healthy", watched)
    with pytest.raises(InferenceError) as raised, engine:
        pass
    assert raised.value.detail == "llama-server did not become healthy within 0.4s"
    assert processes
    assert not any(map(is_alive, processes))


def test_two_minutes_are_given_and_the_limit_is_in_the_message(pair: Pair, odd: Odd) -> None:
    assert (llama_server.HEALTH_SECONDS, llama_server.PROBE_SECONDS) == (120, 2)
    with server(pair, odd("ready")) as ours:
        os.kill(ours.server.process.pid if ours.server else 0, 19)  # SIGSTOP: it hangs
        with pytest.raises(EngineLateError, match="did not become healthy within 2s"):
            ours.wait_until_healthy(2)
        os.kill(ours.server.process.pid if ours.server else 0, 18)


def test_it_is_looked_at_every_second(pair: Pair, odd: Odd, monkeypatch: pytest.MonkeyPatch) -> None:
    assert POLL_SECONDS == 1
    waits: list[float] = []
    ours = server(pair, odd("slow:0.3"))
    original = ours._pass_time

    def wait(seconds: float) -> None:
        waits.append(seconds)
        original(seconds)

    monkeypatch.setattr(ours, "_pass_time", wait)
    with ours:
        assert set(waits) == {llama_server.POLL_SECONDS}


def test_a_flood_of_output_holds_nobody_up(pair: Pair, odd: Odd) -> None:
    with server(pair, odd("loud")) as ours:
        assert ours.is_running


def test_a_log_takes_what_it_prints(pair: Pair, odd: Odd, tmp_path: Path) -> None:
    log = tmp_path / "not" / "yet" / "there.log"
    with pytest.raises(EngineGoneError), server(pair, odd("exits:7"), log=log):
        pass
    assert log.read_text() == "a first line\na reason for the end\n"


def test_a_log_that_cannot_be_written_is_one_message(pair: Pair, odd: Odd, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError), server(pair, odd("ready"), log=tmp_path / "file" / "log"):
        pass


def test_debug_writes_a_log_and_without_it_nobody_listens_to_the_output(
    pair: Pair, odd: Odd, tmp_path: Path
) -> None:
    program = odd("ready")
    with LlavaEngine(*pair, 0, True, device="cpu", program=program, log=tmp_path / "log") as engine:
        assert engine._log_file is not None
        assert "--log-disable" not in engine.server.command().arguments()
    assert engine._log_file is None
    with LlavaEngine(*pair, 0, device="cpu", program=program) as engine:
        assert engine._log_file is None
        assert Path(f"/proc/{engine._process.pid}/fd/1").resolve() == Path("/dev/null")
        assert Path(f"/proc/{engine._process.pid}/fd/2").resolve() == Path("/dev/null")


def test_one_that_ignores_a_polite_end_is_killed(
    pair: Pair, odd: Odd, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert llama_server.STOP_SECONDS == 10
    monkeypatch.setattr(llama_server, "STOP_SECONDS", 0.3)
    with server(pair, odd("stubborn")) as ours:
        process = ours.server.process if ours.server else None
    assert process is not None
    assert process.returncode == -9


def test_a_polite_end_is_enough_for_one_that_listens_to_it(pair: Pair, odd: Odd) -> None:
    with server(pair, odd("ready")) as ours:
        process = ours.server.process if ours.server else None
    assert process is not None
    assert process.returncode == -15


def test_a_start_can_be_given_up(pair: Pair, odd: Odd) -> None:
    with pytest.raises(Cancelled), server(pair, odd("deaf"), cancelled=lambda: True):
        pass


def test_a_server_can_be_started_once_more_with_a_log(pair: Pair, odd: Odd, tmp_path: Path) -> None:
    with server(pair, odd("ready")) as ours:
        first = ours.server.process.pid if ours.server else 0
        ours.restart(tmp_path / "log")
        second = ours.server.process.pid if ours.server else 0
        assert first != second
        assert not is_alive(first)
        assert is_alive(second)
        with ChatClient(ours.chat_server()) as client:
            assert client.ask("", ["?"], SCHEMA)["mood"] == "calm"


@pytest.mark.parametrize("kind", ["exits:1", "never"])
def test_the_gpu_is_given_back_when_starting_fails(
    pair: Pair, odd: Odd, nvidia_smi: NvidiaSmi, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(llama_server, "HEALTH_SECONDS", 0.3)
    program = odd(kind)
    nvidia_smi("echo 24000")
    with pytest.raises(InferenceError), LlavaEngine(*pair, port=0, program=program):
        pass
    assert not gpu.is_taken()


def test_the_gpu_is_held_for_the_engines_whole_life_and_through_a_restart(
    pair: Pair, odd: Odd, nvidia_smi: NvidiaSmi, tmp_path: Path
) -> None:
    program = odd("ready")
    nvidia_smi("echo 24000")
    with LlavaEngine(*pair, port=0, program=program, n_slots=None) as engine:
        assert gpu.is_taken()
        assert "99" in engine.server.command().arguments()
        assert engine.n_slots == memory.SLOTS_ON_GPU
        engine._restart(tmp_path / "log")
        assert gpu.is_taken()
        engine._stop()
        assert not gpu.is_taken()
    assert not gpu.is_taken()


def test_a_processor_engine_leaves_the_gpu_to_others(pair: Pair, odd: Odd) -> None:
    with gpu.gpu_lock(), LlavaEngine(*pair, port=0, device="cpu", program=odd("ready")) as engine:
        assert "0" in engine.server.command().arguments()


def test_a_server_for_whatever_there_is_takes_the_processor_where_there_is_no_gpu(
    pair: Pair, odd: Odd, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    program = odd("ready")
    monkeypatch.setenv("PATH", str(tmp_path))
    with server(pair, program, device="auto") as ours:
        assert not ours.is_on_gpu


def test_a_model_larger_than_the_memory_is_not_started(
    pair: Pair, odd: Odd, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(memory, "system_free_mib", lambda: 100)
    monkeypatch.setenv("ODD_REPORT", str(tmp_path / "started"))
    with (
        pytest.raises(SetupError, match="needs about 513 MiB, and 100 MiB are free"),
        server(pair, odd("ready")),
    ):
        pass
    assert not (tmp_path / "started").exists()


def test_unusable_weights_are_known_before_anything_is_started(
    pair: Pair, odd: Odd, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("ODD_REPORT", str(tmp_path / "started"))
    program = odd("ready")
    with pytest.raises(SetupError, match="holds the eyes"):
        server((pair[1], pair[1]), program).start()
    with pytest.raises(InferenceError) as raised:
        LlavaEngine(tmp_path / "none.gguf", pair[1], device="cpu", program=program)._start()
    assert "none.gguf" in raised.value.detail
    assert not (tmp_path / "started").exists()


def test_a_text_model_runs_on_the_same_launcher(pair: Pair, odd: Odd) -> None:
    with LlamaServer(pair[0], port=0, device="cpu", context=4096, program=odd("ready")) as ours:
        assert "--mmproj" not in ours.command().arguments()
        with ChatClient(ours.chat_server()) as client:
            assert client.ask("", ["?"], SCHEMA)["mood"] == "calm"


@pytest.mark.parametrize("kind", ["garbage", "words"])
def test_answers_that_are_none_are_no_description(
    pair: Pair, odd: Odd, stills: list[Path], kind: str
) -> None:
    with LlavaEngine(*pair, port=0, device="cpu", program=odd(kind)) as engine:
        assert engine.describe_frame(KeyframeRecord(1.0, str(stills[0]), "scene_change")) is None
        assert engine._process.poll() is None


def test_a_still_that_is_gone_is_no_description_and_a_server_that_is_gone_an_error(
    pair: Pair, odd: Odd, stills: list[Path], tmp_path: Path
) -> None:
    with LlavaEngine(*pair, port=0, device="cpu", program=odd("dies:1")) as engine:
        assert engine.describe_frame(KeyframeRecord(1.0, str(tmp_path / "gone.jpg"), "scene_change")) is None
        with pytest.raises(InferenceError):
            engine.describe_frame(KeyframeRecord(1.0, str(stills[0]), "scene_change"))


def test_an_engine_that_is_not_started_says_so(pair: Pair) -> None:
    with pytest.raises(InferenceError, match="before it was started"):
        LlavaEngine(*pair).describe_frame(KeyframeRecord(1.0, "a.jpg", "scene_change"))


def test_its_address_is_known_before_it_is_started(pair: Pair) -> None:
    engine = LlavaEngine(*pair)
    assert engine.base_url == "http://127.0.0.1:8089"
    assert engine._process is None


def test_who_listens_is_told_by_process_group() -> None:
    if not listeners.tells_listeners():
        pytest.skip("this system does not tell who listens")
    one = Stranger()
    assert listeners.listener_is_of_group(one.port, os.getpgid(0)) is True
    assert listeners.listener_is_of_group(one.port, 999_999_999) is False
    assert not listeners.is_free(one.port)
    one.close()
    deadline = time.monotonic() + 5
    while listeners.listener_is_of_group(one.port, os.getpgid(0)) is not None and time.monotonic() < deadline:
        time.sleep(0.01)
    assert listeners.listener_is_of_group(one.port, os.getpgid(0)) is None
    assert listeners.is_free(one.port)
