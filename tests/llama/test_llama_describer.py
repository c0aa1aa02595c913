"""The describer over a server of ours: started when first asked, once more where it dies, and then not again."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from samples.tiny_llava import write_pair
from tests.llama.stranger import Stranger

from cinecore import gpu
from cinecore.errors import EngineGoneError, InputError, ReplyError, SetupError
from cinecore.language import llama_server, memory
from cinecore.ports import Describer, StillView
from cinecut.errors import InferenceError, VramError
from cinecut.inference import run_inference_stage
from cinecut.inference.llama import LlamaDescriber
from cinecut.inference.stage import describe_keyframes
from cinecut.models import KeyframeRecord

pytestmark = pytest.mark.service

Pair = tuple[Path, Path]
Odd = Callable[[str], Path]
NvidiaSmi = Callable[[str], Path]


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A second between two looks would be most of these tests' time."""
    monkeypatch.setattr(llama_server, "POLL_SECONDS", 0.05)


@pytest.fixture
def said() -> list[str]:
    """What a person would have read."""
    return []


@pytest.fixture
def describer(pair: Pair, tmp_path: Path, said: list[str]) -> Callable[..., LlamaDescriber]:
    """One over a program that poses as llama-server."""

    def make(program: Path, weights: Pair = pair, **other: Any) -> LlamaDescriber:
        values = {"device": "cpu", "n_slots": 1, "port": 0, "log": tmp_path / "work" / "server.log", **other}
        return LlamaDescriber(*weights, program=program, say=said.append, **values)

    return make


def starts(tmp_path: Path) -> int:
    mark = tmp_path / "started.once"
    return mark.read_text().count("started") if mark.exists() else 0


def records(stills: list[Path]) -> list[KeyframeRecord]:
    return [KeyframeRecord(float(number), str(path), "scene_change") for number, path in enumerate(stills)]


Make = Callable[..., LlamaDescriber]


def test_it_is_a_describer_and_starts_nothing_before_it_is_asked(
    describer: Make, odd: Odd, tmp_path: Path
) -> None:
    one: Describer = describer(odd("ready"))
    assert one.name == "LLaVA"
    assert one.identity
    assert one.in_flight == 1
    assert starts(tmp_path) == 0


def test_its_identity_is_that_of_the_weights_and_the_prompt_alone(
    describer: Make, odd: Odd, tmp_path: Path, pair: Pair
) -> None:
    program = odd("ready")
    one = describer(program).identity
    assert describer(program, port=9000, n_slots=3, device="gpu").identity == one
    assert describer(program, write_pair(tmp_path / "other", seed=1)).identity != one
    assert str(pair[0].parent) not in one


def test_its_name_is_the_models_own_where_it_is_no_llava(describer: Make, odd: Odd, tmp_path: Path) -> None:
    program = odd("ready")
    model, eyes = write_pair(tmp_path / "other")
    eyes.write_bytes(
        eyes.read_bytes().replace(
            b"\x03\x00\x00\x00\x00\x00\x00\x00mlp", b"\x03\x00\x00\x00\x00\x00\x00\x00xyz"
        )
    )
    assert describer(program, (model, eyes)).name == "Tiny random LLaVA"
    assert describer(program, (tmp_path / "none.gguf", tmp_path / "none")).name == "none"


def test_all_stills_are_described_by_one_start(
    describer: Make, odd: Odd, stills: list[Path], tmp_path: Path, said: list[str]
) -> None:
    results = describe_keyframes(records(stills[:5]), describer(odd("ready"), n_slots=2))
    assert [found.mood for _, found in results if found] == ["calm"] * 5
    assert starts(tmp_path) == 1
    assert said == []
    assert not (tmp_path / "work").exists(), "no log where nothing went wrong"


def test_one_that_dies_at_frame_7_is_started_once_more_with_a_log_and_no_frame_is_lost(
    describer: Make, odd: Odd, stills: list[Path], tmp_path: Path, said: list[str]
) -> None:
    one = describer(odd("dies-once:7"), n_slots=3)
    results = describe_keyframes(records(stills), one)
    assert all(found for _, found in results)
    assert starts(tmp_path) == 2
    log = tmp_path / "work" / "server.log"
    assert log.exists()
    assert said == [f"llama-server ended with status 3. It is started once more, with a log: {log}"]


def test_one_that_dies_twice_is_an_error_with_its_status_and_last_lines(
    describer: Make, odd: Odd, stills: list[Path], tmp_path: Path
) -> None:
    one = describer(odd("dies:4"), n_slots=3)
    with pytest.raises(EngineGoneError) as raised:
        describe_keyframes(records(stills), one)
    assert raised.value.happened == "llama-server ended twice; the second time it ended with status 3."
    assert "a last word before the end" in str(raised.value)
    assert str(tmp_path / "work" / "server.log") in str(raised.value)
    assert starts(tmp_path) == 2


def test_every_question_after_the_second_end_gets_the_same_answer(
    describer: Make, odd: Odd, stills: list[Path], tmp_path: Path
) -> None:
    one = describer(odd("dies:1"), n_slots=4)
    errors: list[BaseException] = []

    def ask(path: Path) -> None:
        try:
            one.describe(StillView(0, path))
        except EngineGoneError as error:
            errors.append(error)

    with one.serving():
        threads = [threading.Thread(target=ask, args=(path,)) for path in stills[:6]]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        ask(stills[7])
    assert {str(error) for error in errors} == {str(errors[0])}
    assert len(errors) == 7
    assert starts(tmp_path) == 2


def test_one_that_was_killed_while_nobody_asked_is_not_asked_but_started_once_more(
    describer: Make, odd: Odd, stills: list[Path], said: list[str]
) -> None:
    one = describer(odd("ready"))
    with one.serving():
        assert one._server is not None
        assert one._server.server is not None
        os.kill(one._server.server.process.pid, 9)
        one._server.server.process.wait()
        assert one.describe(StillView(0, stills[0])).mood == "calm"
    assert "was killed by signal 9: by hand, or by the system for want of memory" in said[0]


def test_a_stranger_on_the_port_of_a_dead_server_is_not_asked(
    describer: Make, odd: Odd, stills: list[Path]
) -> None:
    one = describer(odd("ready"))
    with one.serving():
        assert one._server is not None
        assert one._server.server is not None
        os.kill(one._server.server.process.pid, 9)
        one._server.server.process.wait()
        stranger = Stranger(one._server.port)
        assert one.describe(StillView(0, stills[0])).mood == "calm"
        assert one._server.port != stranger.port
    assert stranger.visits == 0
    stranger.close()


def test_one_that_does_not_come_up_again_is_not_started_a_third_time(
    describer: Make, odd: Odd, stills: list[Path], tmp_path: Path
) -> None:
    one = describer(odd("relapses:1"))
    with one.serving():
        for path in stills[:3]:
            with pytest.raises(EngineGoneError, match="the second time it ended with status 4"):
                one.describe(StillView(0, path))
    assert starts(tmp_path) == 2


def test_one_that_ends_while_starting_is_tried_again_for_its_last_lines(
    describer: Make, odd: Odd, tmp_path: Path, said: list[str]
) -> None:
    one = describer(odd("exits:9"))
    with pytest.raises(EngineGoneError) as raised, one.serving():
        pass
    assert "the second time it ended with status 9" in raised.value.happened
    assert "a reason for the end" in str(raised.value)
    assert starts(tmp_path) == 2
    assert len(said) == 1


def test_answers_that_are_none_fail_their_frame_and_not_the_engine(
    describer: Make, odd: Odd, stills: list[Path], tmp_path: Path
) -> None:
    one = describer(odd("words"))
    with one.serving():
        with pytest.raises(ReplyError):
            one.describe(StillView(0, stills[0]))
        with pytest.raises(InputError):
            one.describe(StillView(0, tmp_path / "gone.jpg"))
    assert starts(tmp_path) == 1


def test_another_program_under_the_name_is_known_before_weights_are_loaded(
    describer: Make, tmp_path: Path
) -> None:
    program = tmp_path / "llama-server"
    program.write_text("#!/bin/sh\necho hello\n")
    program.chmod(0o755)
    with pytest.raises(SetupError, match="does not answer as llama-server"), describer(program).serving():
        pass


def test_too_little_memory_on_the_gpu_is_a_vram_error_and_starts_nothing(
    describer: Make, odd: Odd, nvidia_smi: NvidiaSmi, tmp_path: Path
) -> None:
    one = describer(odd("ready"), device="auto")
    nvidia_smi("echo 500")
    with pytest.raises(VramError, match="Only 500 MiB free VRAM, need at least 6144 MiB"), one.serving():
        pass
    assert starts(tmp_path) == 0
    assert not gpu.is_taken()


def test_no_gpu_is_a_vram_error_where_the_processor_was_not_allowed(
    describer: Make, odd: Odd, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    one = describer(odd("ready"), device="auto")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(VramError, match="nvidia-smi was not found"), one.serving():
        pass


def test_slots_come_from_the_memory_that_is_free(
    describer: Make, odd: Odd, nvidia_smi: NvidiaSmi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory, "slot_mib", lambda _: 1024)
    one = describer(odd("ready"), device="gpu", n_slots=None)
    nvidia_smi("echo 6200")
    with one.serving():
        assert one.in_flight == 5, "6,200 less 512 for the working buffers, at 1,024 each"
    assert one.in_flight == 1


def test_the_whole_stage_in_one_call_tells_how_far_it_is(pair: Pair, odd: Odd, stills: list[Path]) -> None:
    heard: list[tuple[int, int]] = []
    results = run_inference_stage(
        records(stills[:4]),
        *map(str, pair),
        lambda done, total: heard.append((done, total)),
        device="cpu",
        port=0,
        program=odd("ready"),
    )
    assert [record.timestamp_s for record, _ in results] == [0, 1, 2, 3]
    assert heard[-1] == (4, 4)
    assert [done for done, _ in heard] == sorted(done for done, _ in heard)


def test_the_whole_stage_speaks_in_the_public_errors(
    pair: Pair, odd: Odd, stills: list[Path], nvidia_smi: NvidiaSmi, tmp_path: Path
) -> None:
    program = odd("dies:1")
    with pytest.raises(InferenceError, match="ended twice"):
        run_inference_stage(records(stills), *pair, device="cpu", port=0, program=program)
    with pytest.raises(InferenceError, match="weights cannot be opened"):
        run_inference_stage(records(stills), tmp_path / "none.gguf", pair[1], device="cpu", program=program)
    nvidia_smi("echo 500")
    with pytest.raises(VramError):
        run_inference_stage(records(stills), *pair, port=0, program=program)
