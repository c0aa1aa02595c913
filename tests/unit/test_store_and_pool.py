"""Artefacts are whole or absent whoever makes them, and a pool ends at the first failure with nothing left behind."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from cinecore.errors import Cancelled, InputError, OutputError
from cinecore.work.pool import map_in_order
from cinecore.work.store import Store


def test_an_artefact_is_made_once(tmp_path: Path) -> None:
    store = Store(tmp_path / "deep" / "folder", ".txt")
    assert not store.has("a")
    made, is_new = store.make("a", lambda path: path.write_text("one") and None)
    assert (made, is_new, made.read_text()) == (store.path("a"), True, "one")
    again, is_new = store.make("a", lambda _: pytest.fail("made twice"))
    assert (again, is_new) == (made, False)
    assert [path.name for path in store.folder.iterdir()] == ["a.txt"]


def test_a_maker_writes_under_a_name_that_keeps_the_suffix_and_is_not_the_artefacts(tmp_path: Path) -> None:
    store = Store(tmp_path, ".mp4")

    def maker(path: Path) -> None:
        assert path.suffix == ".mp4"
        assert path != store.path("a")
        path.write_bytes(b"x")
        assert not store.has("a")

    store.make("a", maker)
    assert store.has("a")


@pytest.mark.parametrize("kind", [ValueError, KeyboardInterrupt, Cancelled])
def test_a_failing_maker_leaves_nothing(tmp_path: Path, kind: type[BaseException]) -> None:
    store = Store(tmp_path, ".txt")

    def maker(path: Path) -> None:
        path.write_text("half")
        raise kind

    with pytest.raises(kind):
        store.make("a", maker)
    assert list(tmp_path.iterdir()) == []
    assert not store.has("a")


def test_a_maker_that_makes_nothing_is_an_error_and_no_artefact(tmp_path: Path) -> None:
    with pytest.raises(OutputError):
        Store(tmp_path, ".txt").make("a", lambda _: None)
    assert list(tmp_path.iterdir()) == []


def test_two_makers_of_one_name_never_write_one_file(tmp_path: Path) -> None:
    store = Store(tmp_path, ".bin")
    together = threading.Barrier(2)
    payload = os.urandom(1 << 20)

    def maker(path: Path) -> None:
        together.wait(10)
        with path.open("xb") as stream:
            for start in range(0, len(payload), 1 << 16):
                stream.write(payload[start : start + (1 << 16)])
        together.wait(10)

    results = map_in_order(lambda name, _: store.make(name, maker)[0].read_bytes(), ["a", "a"], jobs=2)
    assert results == [payload, payload]
    assert [path.name for path in tmp_path.iterdir()] == ["a.bin"]


def test_a_file_in_the_way_of_the_folder_is_one_message(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(OutputError, match="in the way"):
        Store(tmp_path / "file", ".txt").make("a", lambda _: None)


def test_only_what_is_named_is_kept_and_strangers_are_left_alone(tmp_path: Path) -> None:
    store = Store(tmp_path, ".mp4")
    for name in ("a", "b", "c"):
        store.make(name, lambda path: path.write_bytes(bytes(100)) and None)
    (tmp_path / ".b.99999.partial.mp4").write_bytes(bytes(10))
    (tmp_path / "notes.txt").write_text("a person's")
    (tmp_path / "folder.mp4").mkdir()
    assert store.keep_only(["a", "none"]) == 210
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.mp4", "folder.mp4", "notes.txt"]
    assert Store(tmp_path / "none", ".mp4").keep_only([]) == 0


def test_results_come_in_the_order_of_the_items() -> None:
    def work(item: int, cancelled: object) -> int:
        time.sleep((5 - item) / 100)
        return item * item

    heard: list[int] = []
    assert map_in_order(work, range(5), jobs=3, on_done=heard.append) == [0, 1, 4, 9, 16]
    assert heard == [1, 2, 3, 4, 5]
    assert map_in_order(work, [], jobs=3) == []


def test_no_more_pieces_run_at_once_than_asked() -> None:
    lock, now, most = threading.Lock(), [0], [0]

    def work(item: int, cancelled: object) -> None:
        with lock:
            now[0] += 1
            most[0] = max(most[0], now[0])
        time.sleep(0.02)
        with lock:
            now[0] -= 1

    map_in_order(work, range(8), jobs=2)
    assert most == [2]


def test_the_first_failure_is_raised_and_stops_the_others() -> None:
    started: list[int] = []
    stopped: list[int] = []

    def work(item: int, cancelled: object) -> None:
        started.append(item)
        if item == 1:
            raise InputError("Piece 1 is bad.")
        while not cancelled():  # type: ignore[operator] # the pool hands in a function
            time.sleep(0.005)
        stopped.append(item)
        raise Cancelled

    with pytest.raises(InputError, match="Piece 1 is bad"):
        map_in_order(work, range(50), jobs=2)
    assert 1 in started
    assert set(started) <= {0, 1, 2}, "nothing new is begun after a failure"
    assert stopped == [0]


INTERRUPTED = """
import signal, threading, time
from cinecore.ffmpeg.command import PREAMBLE
from cinecore.ffmpeg.run import run, spawn_count
from cinecore.work.pool import map_in_order

signal.signal(signal.SIGINT, signal.default_int_handler)

def work(item, cancelled):
    # runs for an hour and prints nothing meanwhile
    source = ["-re", "-f", "lavfi", "-i", "testsrc2=s=32x32:r=5:d=3600"]
    run([*PREAMBLE, *source, "-f", "null", "-"], cancelled=cancelled)

def tell():
    while spawn_count() < 2:
        time.sleep(0.02)
    print("running", flush=True)

threading.Thread(target=tell, daemon=True).start()
try:
    map_in_order(work, range(4), jobs=2)
except KeyboardInterrupt:
    print("stopped", spawn_count(), flush=True)
"""


@pytest.mark.media
def test_ctrl_c_ends_silent_programs_at_once_and_leaves_no_process() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", INTERRUPTED], stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "running\n"
            children = children_of(process.pid)
            process.send_signal(signal.SIGINT)
            output, _ = process.communicate(timeout=30)
        finally:
            process.kill()
    assert len(children) == 3, "two programs and the guardian"
    assert output == "stopped 2\n", "the two that ran were stopped, the other two never begun"
    assert [child for child in children if Path(f"/proc/{child}").exists()] == []


def children_of(parent: int) -> list[int]:
    """Process ids whose parent is `parent`."""
    if not Path("/proc/self/stat").exists():
        pytest.skip("this system lists no processes under /proc")
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                if int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1]) == parent:
                    found.append(int(entry.name))
    return found
