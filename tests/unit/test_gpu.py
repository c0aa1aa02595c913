"""The GPU has one owner at a time: threads and processes take turns, are told for whom they wait, and may give up."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from cinecore.errors import Cancelled, OutputError
from cinecore.gpu import GPU_LOCK, LOCK_NAME, gpu_lock

HOLD = """
import sys
from pathlib import Path
from cinecore.gpu import gpu_lock
with gpu_lock(folder=Path(sys.argv[1])):
    print("mine", flush=True)
    sys.stdin.read()
"""


def test_another_process_is_waited_for_and_named(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdin is not None
        assert other.stdout is not None
        assert other.stdout.readline() == b"mine\n"
        said: list[str] = []

        def on_wait(text: str) -> None:
            said.append(text)
            assert other.stdin is not None
            other.stdin.close()

        with gpu_lock(folder=tmp_path, on_wait=on_wait) as has_lock:
            assert has_lock
            assert other.wait(10) == 0
        assert said == [f"Waiting for the GPU: process {other.pid} is using it."]


def test_threads_of_one_process_take_turns(tmp_path: Path) -> None:
    inside: list[int] = []
    most: list[int] = []

    def work(number: int) -> None:
        with gpu_lock(folder=tmp_path):
            inside.append(number)
            most.append(len(inside))
            threading.Event().wait(0.02)
            inside.remove(number)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == [1, 1, 1, 1]


def test_waiting_can_be_given_up_and_leaves_nothing_held(tmp_path: Path) -> None:
    with gpu_lock(folder=tmp_path):
        caught: list[BaseException] = []

        def work() -> None:
            try:
                with gpu_lock(folder=tmp_path, cancelled=lambda: True):
                    pass
            except Cancelled as error:
                caught.append(error)

        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
        assert len(caught) == 1
    assert not GPU_LOCK.locked()


def test_a_place_that_cannot_be_written_is_said_and_the_gpu_is_free_again(tmp_path: Path) -> None:
    (tmp_path / LOCK_NAME).mkdir()
    with pytest.raises(OutputError), gpu_lock(folder=tmp_path):
        pass
    assert not GPU_LOCK.locked()
