"""What nvidia-smi says is believed only where it is a size; and a GPU changes hands with its memory."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from cinecore import gpu
from cinecore.errors import Cancelled, SetupError
from cinecore.language import memory
from cinecut.errors import VramError
from cinecut.inference import assert_vram_available, check_vram_free_mib

NvidiaSmi = Callable[[str], Path]


def enough() -> None:
    """A look at the memory that finds nothing wrong."""


@pytest.mark.parametrize(
    ("answer", "free_mib"), [("500", 500), ("24000", 24000), ("  81000 ", 81000), ("1200\n24000\n300", 24000)]
)
def test_the_gpu_with_most_free_memory_counts(nvidia_smi: NvidiaSmi, answer: str, free_mib: int) -> None:
    nvidia_smi(f"printf '{answer}\\n'")
    assert memory.gpu_free_mib() == free_mib


def test_it_is_asked_for_free_memory_in_plain_mebibytes(nvidia_smi: NvidiaSmi, tmp_path: Path) -> None:
    nvidia_smi(f'echo "$@" > {tmp_path}/asked; echo 7000')
    assert check_vram_free_mib() == 7000
    asked = (tmp_path / "asked").read_text().strip()
    assert asked == "--query-gpu=memory.free --format=csv,noheader,nounits"


@pytest.mark.parametrize(
    ("script", "words"),
    [
        ("echo 'NVIDIA-SMI has failed'; exit 9", "failed with status 9"),
        ("echo '[N/A]'", "answers '[N/A]', not a size"),
        ("echo '24000 MiB'", "not a size"),
        ("echo -5", "not a size"),
        ("head -c 300000 /dev/urandom", "not a size"),
        ("true", "not a size"),
        ("kill -9 $$", "killed by signal 9"),
    ],
)
def test_any_other_answer_is_a_vram_error(nvidia_smi: NvidiaSmi, script: str, words: str) -> None:
    nvidia_smi(script)
    with pytest.raises(VramError) as raised:
        check_vram_free_mib()
    assert words in raised.value.detail
    assert str(raised.value).startswith("Insufficient VRAM for LLaVA inference.")


def test_one_that_hangs_is_not_waited_for(nvidia_smi: NvidiaSmi, tmp_path: Path) -> None:
    nvidia_smi(f"echo $$ > {tmp_path}/process; exec sleep 600")
    with pytest.raises(VramError, match=r"did not finish in 0\.3 s"):
        check_vram_free_mib(0.3)
    assert not Path(f"/proc/{(tmp_path / 'process').read_text().strip()}").exists()
    assert memory.ANSWER_SECONDS == 10, "the contract's limit, where none is given"


def test_no_nvidia_smi_is_a_vram_error(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(VramError, match="nvidia-smi was not found"):
        check_vram_free_mib()
    assert not memory.has_gpu()


def test_too_little_is_said_with_both_figures(nvidia_smi: NvidiaSmi) -> None:
    nvidia_smi("echo 6143")
    with pytest.raises(VramError) as raised:
        assert_vram_available()
    assert raised.value.detail == "Only 6143 MiB free VRAM, need at least 6144 MiB"
    nvidia_smi("echo 6144")
    assert_vram_available()


def test_memory_is_looked_at_before_the_gpu_is_taken_and_once_it_is_ours() -> None:
    held: list[bool] = []
    with memory.owned_gpu(lambda: held.append(gpu.GPU_LOCK.locked())):
        assert gpu.is_taken()
    assert held == [False, True]
    assert not gpu.is_taken()


def test_where_another_owner_must_go_first_memory_is_looked_at_afterwards_alone() -> None:
    held: list[bool] = []
    said: list[str] = []
    release = threading.Event()

    def first() -> None:
        with gpu.gpu_lock():
            taken.set()
            release.wait(20)

    taken = threading.Event()
    other = threading.Thread(target=first)
    other.start()
    taken.wait(20)

    def hear(text: str) -> None:
        said.append(text)
        release.set()

    with memory.owned_gpu(lambda: held.append(gpu.GPU_LOCK.locked()), on_wait=hear):
        pass
    other.join()
    assert said == ["Waiting for the GPU: another part of this run is using it."]
    assert held
    assert all(held)


def test_memory_of_an_owner_that_has_just_gone_is_waited_for(nvidia_smi: NvidiaSmi, tmp_path: Path) -> None:
    # the third look after the owner's end finds the memory back
    nvidia_smi(f"echo x >> {tmp_path}/looks; [ $(wc -l < {tmp_path}/looks) -gt 2 ] && echo 24000 || echo 500")
    hold = gpu.gpu_lock()
    hold.__enter__()
    released = threading.Timer(0.05, lambda: hold.__exit__(None, None, None))
    released.start()
    with memory.owned_gpu(assert_vram_available):
        pass
    released.join()
    assert (tmp_path / "looks").read_text().count("x") >= 3


def test_an_owner_goes_only_when_its_memory_is_back(nvidia_smi: NvidiaSmi, tmp_path: Path) -> None:
    (tmp_path / "free").write_text("24000")
    nvidia_smi(f"cat {tmp_path}/free")
    ended = []
    with memory.owned_gpu(enough):
        (tmp_path / "free").write_text("9000")

        def give_back() -> None:
            ended.append(gpu.is_taken())
            (tmp_path / "free").write_text("23900")

        threading.Timer(0.4, give_back).start()
    assert ended == [True], "the lock was still held when the memory came back"
    assert not gpu.is_taken()


def test_memory_that_never_comes_back_is_not_waited_for_for_ever(
    nvidia_smi: NvidiaSmi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory, "BACK_SECONDS", 0.3)
    (tmp_path / "free").write_text("24000")
    nvidia_smi(f"cat {tmp_path}/free")
    with memory.owned_gpu(enough):
        (tmp_path / "free").write_text("9000")
    assert not gpu.is_taken()


def test_too_little_memory_leaves_the_gpu_to_others(nvidia_smi: NvidiaSmi) -> None:
    nvidia_smi("echo 500")
    with pytest.raises(VramError), memory.owned_gpu(assert_vram_available):
        pass
    assert not gpu.is_taken()


def test_waiting_for_the_gpu_can_be_given_up() -> None:
    with (
        gpu.gpu_lock(),
        pytest.raises(Cancelled),
        memory.owned_gpu(enough, cancelled=lambda: True),
    ):
        pass


def test_a_wait_ends_as_soon_as_it_may() -> None:
    looks: list[float] = []

    def third_time() -> bool:
        looks.append(time.monotonic())
        return len(looks) == 3

    assert memory.wait_until(third_time, 20, lambda: False)
    assert len(looks) == 3
    assert not memory.wait_until(lambda: False, 20, lambda: True)


def test_a_machine_says_its_own_memory_where_no_gpu_is_asked() -> None:
    free = memory.free_mib(is_on_gpu=False)
    assert free is None or free > 10


def test_a_missing_gpu_is_an_error_where_the_gpu_is_asked_for(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SetupError, match="no NVIDIA GPU here"):
        memory.free_mib(is_on_gpu=True)
