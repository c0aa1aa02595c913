"""Programs end when they are late, cancelled, killed or left, with all that they started."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from pathlib import Path

import pytest

from cinecore.errors import Cancelled, KilledError, ToolError
from cinecore.ffmpeg.command import PREAMBLE
from cinecore.ffmpeg.run import open_process, run

pytestmark = pytest.mark.media

ENDLESS = [*PREAMBLE, "-re", "-f", "lavfi", "-i", "testsrc2=s=32x32:r=5:d=3600", "-f", "null", "-"]


def is_alive(process_id: int) -> bool:
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    with contextlib.suppress(OSError):
        return Path(f"/proc/{process_id}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    return True


def test_a_program_killed_from_outside_is_said_to_be_so(stand_in: Path) -> None:
    stand_in.write_text("import os\nos.kill(os.getpid(), 9)\n")
    with pytest.raises(ToolError, match="killed by signal 9"):
        run([])


@pytest.mark.parametrize(("number", "is_from_outside"), [(9, True), (15, True), (11, False), (6, False)])
def test_an_end_from_outside_is_told_from_a_crash(stand_in: Path, number: int, is_from_outside: bool) -> None:
    stand_in.write_text(
        "import os, resource\n"
        "resource.setrlimit(resource.RLIMIT_CORE, (0, 0))\n"
        f"os.kill(os.getpid(), {number})\n"
    )
    with pytest.raises(ToolError) as caught:
        run([])
    assert isinstance(caught.value, KilledError) is is_from_outside


def test_a_late_program_is_stopped_and_called_late() -> None:
    with pytest.raises(ToolError, match=r"ffmpeg did not finish in 0\.5 s"):
        run(ENDLESS, timeout_s=0.5)


def test_a_program_that_ends_well_when_told_to_stop_is_late_all_the_same(stand_in: Path) -> None:
    stand_in.write_text(
        "import signal, sys, time\nsignal.signal(signal.SIGTERM, lambda *_: sys.exit(0))\n"
        "print('half an answer', flush=True)\ntime.sleep(600)\n"
    )
    with pytest.raises(ToolError, match="did not finish"):
        run([], timeout_s=1)


def test_a_program_that_prints_nothing_is_cancelled_all_the_same() -> None:
    asked: list[float] = []

    def cancelled() -> bool:
        asked.append(time.monotonic())
        return len(asked) >= 3

    with pytest.raises(Cancelled):
        run(ENDLESS, cancelled=cancelled)
    assert len(asked) == 3


def test_a_program_that_reports_frames_is_cancelled_too() -> None:
    with pytest.raises(Cancelled):
        run(ENDLESS, cancelled=lambda: True, on_frame=lambda _: None)


def test_an_error_of_the_listener_ends_the_program_and_is_raised() -> None:
    def fails(_: int) -> None:
        raise RuntimeError("the screen is gone")

    with pytest.raises(RuntimeError, match="screen is gone"):
        run(ENDLESS, on_frame=fails)
    with pytest.raises(RuntimeError, match="no answer"):
        run(ENDLESS, cancelled=lambda: (_ for _ in ()).throw(RuntimeError("no answer")))


def test_a_program_left_by_an_error_is_gone_with_all_it_started(stand_in: Path) -> None:
    stand_in.write_text(
        "import subprocess, sys, time, signal\n"
        "signal.signal(signal.SIGTERM, signal.SIG_DFL)\n"
        "child = subprocess.Popen([sys.executable, '-c',"
        " 'import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
        ' print("deaf", flush=True); time.sleep(600)\'])\n'
        "print(child.pid, flush=True)\ntime.sleep(600)\n"
    )
    lines: set[bytes] = set()
    processes: list[int] = []

    def use_and_fail() -> None:
        with open_process([]) as running:
            processes.append(running.process.pid)
            lines.update((running.stdout.readline().strip(), running.stdout.readline().strip()))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        use_and_fail()
    assert b"deaf" in lines
    child = int(next(line for line in lines if line != b"deaf"))
    deadline = time.monotonic() + 20
    while is_alive(child) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not is_alive(child), "the child of the program ignored SIGTERM and lives on"
    assert not is_alive(processes[0])


def test_a_stopped_block_takes_no_signal_of_ours() -> None:
    with open_process(ENDLESS) as running:
        assert os.getpgid(running.process.pid) == running.process.pid
        running.stop()
        assert running.process.returncode in {255, -signal.SIGTERM}
        running.stop()
