"""The promises of `cinecut.inference` by their names in the contract, on a real llama-server where there is one.

The rest of them is in `tests/llama`.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path

import pytest
import requests
from tests.llama.conftest import nvidia_smi, odd, pair, stills  # noqa: F401 - fixtures
from tests.llama.serving import server_program, why_not

from cinecore import gpu
from cinecut.inference import (
    GPU_LOCK,
    SCENE_DESCRIPTION_SCHEMA,
    VRAM_MINIMUM_MIB,
    InferenceError,
    LlavaEngine,
    SceneDescription,
    VramError,
    assert_vram_available,
    check_vram_free_mib,
    validate_scene_description,
)
from cinecut.models import KeyframeRecord

Pair = tuple[Path, Path]


@pytest.fixture
def engine(pair: Pair) -> Iterator[LlavaEngine]:  # noqa: F811 - the fixture of that name
    """A real one on the processor, with the model that knows nothing."""
    if why_not():
        pytest.skip(why_not())
    with LlavaEngine(*pair, device="cpu", program=server_program()) as one:
        yield one


def record(path: Path) -> KeyframeRecord:
    return KeyframeRecord(1.0, str(path), "scene_change")


@pytest.mark.model
def test_server_health(engine: LlavaEngine) -> None:
    answer = requests.get(f"{engine.base_url}/health", timeout=5)
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
    process = engine._process
    assert process.poll() is None
    engine._stop()
    assert process.poll() is not None
    with pytest.raises(requests.ConnectionError):
        requests.get(f"{engine.base_url}/health", timeout=5)


@pytest.mark.model
def test_no_model_reload(engine: LlavaEngine, stills: list[Path]) -> None:  # noqa: F811 - the fixture of that name
    process = engine._process.pid
    for path in stills[:4]:
        assert engine.describe_frame(record(path)) is not None
    assert engine._process.pid == process


@pytest.mark.model
def test_describe_frame_structure(engine: LlavaEngine, stills: list[Path]) -> None:  # noqa: F811 - as above
    found = engine.describe_frame(record(stills[0]))
    assert isinstance(found, SceneDescription)
    assert set(asdict(found)) == set(SCENE_DESCRIPTION_SCHEMA["required"])
    assert all(isinstance(text, str) and text for text in asdict(found).values())
    assert validate_scene_description(asdict(found)) == found


@pytest.mark.parametrize("kind", ["garbage", "words"])
def test_malformed_response_skipped(
    pair: Pair,  # noqa: F811 - the fixture of that name
    odd: Callable[[str], Path],  # noqa: F811 - as above
    stills: list[Path],  # noqa: F811 - as above
    kind: str,
) -> None:
    with LlavaEngine(*pair, port=0, device="cpu", program=odd(kind)) as one:
        assert [one.describe_frame(record(path)) for path in stills[:2]] == [None, None]


def test_vram_check(nvidia_smi: Callable[[str], Path], pair: Pair) -> None:  # noqa: F811 - as above
    nvidia_smi("echo 24000")
    assert check_vram_free_mib() == 24000
    assert_vram_available()
    nvidia_smi("echo 500")
    assert check_vram_free_mib() == 500
    with pytest.raises(VramError) as raised:
        assert_vram_available()
    assert raised.value.detail == f"Only 500 MiB free VRAM, need at least {VRAM_MINIMUM_MIB} MiB"
    with pytest.raises(VramError), LlavaEngine(*pair):
        pass
    assert not GPU_LOCK.locked()


def test_gpu_lock(
    pair: Pair,  # noqa: F811 - the fixture of that name
    odd: Callable[[str], Path],  # noqa: F811 - as above
    nvidia_smi: Callable[[str], Path],  # noqa: F811 - as above
) -> None:
    assert GPU_LOCK is gpu.GPU_LOCK
    program = odd("ready")
    nvidia_smi("echo 24000")
    said: list[str] = []
    inside = threading.Event()
    may_end = threading.Event()

    def first() -> None:
        with LlavaEngine(*pair, port=0, program=program):
            inside.set()
            may_end.wait(30)

    other = threading.Thread(target=first)
    other.start()
    assert inside.wait(30)
    assert GPU_LOCK.locked()

    def hear(text: str) -> None:
        said.append(text)
        may_end.set()

    with LlavaEngine(*pair, port=0, program=program, say=hear) as second:
        other.join(30)
        assert GPU_LOCK.locked()
        assert second._process.poll() is None
    assert not GPU_LOCK.locked()
    assert said == ["Waiting for the GPU: another part of this run is using it."]
    with pytest.raises(InferenceError), LlavaEngine(*pair, port=0, program=odd("exits:1")):
        pass
    assert not GPU_LOCK.locked()
