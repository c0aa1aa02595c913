"""No program outlives the run that started it, however the run dies; and a program that dies is one clear message."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.durability.small_film import (
    PLAIN,
    Place,
    guarded_processes,
    kill,
    make_film,
    new_place,
    wait_until,
)

from cinecore.ffmpeg import guardian
from cinecore.ffmpeg.command import PREAMBLE
from cinecore.ffmpeg.lifeline import Lifeline, Wait
from cinecore.ffmpeg.run import run, spawn_count

pytestmark = pytest.mark.media

BLIND = (*PLAIN, "--vision", "none")

GONE_SECONDS = 3.0

HOLDING = """
import sys, threading, time
from cinecore.ffmpeg.command import PREAMBLE
from cinecore.ffmpeg.run import open_process, spawn_count

ENDLESS = [*PREAMBLE, "-re", "-f", "lavfi", "-i", "testsrc2=s=32x32:r=5:d=3600", "-f", "null", "-"]

def hold():
    with open_process(ENDLESS) as running:
        numbers.append(running.process.pid)
        time.sleep(600)

numbers = []
for _ in range(3):
    threading.Thread(target=hold, daemon=True).start()
while len(numbers) < 3:
    time.sleep(0.01)
print(*numbers, spawn_count(), flush=True)
time.sleep({seconds})
"""


def is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    with contextlib.suppress(OSError):
        return Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    return True


def guardians_of(parent: int) -> list[int]:
    if not Path("/proc/self/stat").exists():
        pytest.skip("this system lists no processes under /proc")
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                is_child = int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1]) == parent
                if is_child and b"guardian.py" in (entry / "cmdline").read_bytes():
                    found.append(int(entry.name))
    return found


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_film(tmp_path_factory.mktemp("film") / "original.mp4")


@pytest.fixture
def place(tmp_path: Path, film: Path) -> Place:
    return new_place(tmp_path, "place", film)


@pytest.mark.parametrize("end", ["kill -9", "its own end"])
def test_programs_of_worker_threads_end_with_the_run(end: str) -> None:
    program = HOLDING.replace("{seconds}", "600" if end == "kill -9" else "0")
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        *numbers, spawned = map(int, process.stdout.readline().split())
        assert spawned == 3, "the guardian is not counted"
        guardians = guardians_of(process.pid) if end == "kill -9" else []
        if end == "kill -9":
            assert len(guardians) == 1, "one guardian serves every program"
            process.kill()
    assert wait_until(lambda: not any(map(is_alive, [*numbers, *guardians])), GONE_SECONDS)


def test_a_program_started_at_the_very_moment_of_our_end_is_found_by_its_mark(place: Place) -> None:
    with place.start(failpoint="spawn.started:2:kill") as process:  # its number was told to nobody
        process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL
    assert wait_until(lambda: not guarded_processes(place.folder), GONE_SECONDS)


def at_work(place: Place, stage: str) -> bool:
    """Whether a program works on the film (`analysis`) or writes segments (`rendering`)."""
    if stage == "analysis":
        return (place.work / "analysis" / "stills" / "still_000001.jpg").exists()
    return any((place.work / "segments").glob(".*.partial.mp4"))


def test_kill_9_leaves_no_program_and_nothing_that_the_next_run_does_not_clear(place: Place) -> None:
    for stage in ("analysis", "rendering"):
        with place.start(*BLIND) as process:
            assert wait_until(
                lambda process=process, stage=stage: at_work(place, stage) or process.poll() is not None, 60
            )
            guardians = guardians_of(process.pid)
            kill(process)
        assert process.returncode == -signal.SIGKILL
        assert len(guardians) == 1
        assert wait_until(
            lambda guardians=guardians: (
                not guarded_processes(place.folder) and not any(map(is_alive, guardians))
            ),
            GONE_SECONDS,
        )
    again = place.here(*BLIND)
    assert again.status == 0, again.errors
    assert place.temporaries() == []


def test_a_killed_ffmpeg_is_one_message_and_the_next_run_ends_right(place: Place, film: Path) -> None:
    undisturbed = new_place(place.folder.parent, "other", film)
    assert undisturbed.here(*BLIND).status == 0
    with place.start(*BLIND) as process:
        assert wait_until(lambda: at_work(place, "rendering") or process.poll() is not None, 60)
        for number in guarded_processes(place.folder):
            os.kill(number, signal.SIGKILL)
        _, errors = process.communicate(timeout=60)
    assert process.returncode == 70, errors
    assert errors.count("Error: ") == 1
    assert "killed by signal 9" in errors
    assert "Traceback" not in errors
    assert place.temporaries() == []
    again = place.here(*BLIND)
    assert again.status == 0, again.errors
    assert again.said["stages_run"] == ["conform"]
    assert place.results() == undisturbed.results()


def test_a_guardian_that_somebody_ended_is_replaced_and_knows_what_runs(tmp_path: Path) -> None:
    started: list[subprocess.Popen[bytes]] = []

    def start(pipe: int, mark: str) -> Wait:
        program = [sys.executable, "-I", "-S", guardian.__file__, mark]
        started.append(subprocess.Popen(program, stdin=pipe))
        return started[-1].wait

    sleeper = subprocess.Popen(["sleep", "600"], start_new_session=True)
    lifeline = Lifeline(start)
    try:
        lifeline.announce()
        lifeline.watch(sleeper.pid)
        started[0].kill()
        started[0].wait()
        lifeline.announce()
        lifeline.withdraw()
        assert len(started) == 2
        assert sleeper.poll() is None
        lifeline.close()  # as our end would
        assert sleeper.wait(GONE_SECONDS) == -signal.SIGKILL
    finally:
        sleeper.kill()
        sleeper.wait()


def test_a_released_group_is_left_alone() -> None:
    reader, writer = os.pipe()
    os.write(writer, b"?\n+40\n?\n?\n!\n+50\n-40\n+x\n?\nhalf a li")
    os.close(writer)
    assert guardian.read_lines(reader) == ({50}, 1)
    os.close(reader)


def test_the_guardian_is_there_within_a_few_milliseconds_of_work() -> None:
    before = time.process_time(), os.times().children_user + os.times().children_system
    for _ in range(5):
        program = [sys.executable, "-I", "-S", guardian.__file__, "mark"]
        assert subprocess.run(program, stdin=subprocess.DEVNULL, check=True).returncode == 0
    spent = os.times().children_user + os.times().children_system - before[1]
    assert spent / 5 < 0.06, "it imports next to nothing"


def test_the_guardian_is_no_media_program() -> None:
    before = spawn_count()
    run([*PREAMBLE, "-version"])
    assert spawn_count() == before + 1
