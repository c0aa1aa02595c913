"""A server ends with the run that started it, however that run ends, and whichever thread started it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.llama.serving import server_program, why_not

pytestmark = pytest.mark.service

Pair = tuple[Path, Path]
Odd = Callable[[str], Path]

HOLDING = """
import os, sys, threading, time
from pathlib import Path
from cinecore.language import llama_server
from cinecore.language.llama_server import LlamaServer

model, eyes, program, thread, end = sys.argv[1:]
llama_server.POLL_SECONDS = 0.05

def hold():
    ours = LlamaServer(Path(model), Path(eyes), port=0, device="cpu", program=program)
    ours.start()
    print(ours.server.process.pid, flush=True)
    kept.append(ours)

kept = []
if thread == "main":
    hold()
else:
    worker = threading.Thread(target=hold)
    worker.start()
    worker.join()  # the thread that started the server is no more
if end == "crash":
    os.abort()
if end == "its own end":
    sys.exit()
time.sleep(600)
"""


def is_alive(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def ends(process: int, seconds: float = 5.0) -> bool:
    end_s = time.monotonic() + seconds
    while is_alive(process) and time.monotonic() < end_s:
        time.sleep(0.02)
    return not is_alive(process)


def hold(pair: Pair, program: str, thread: str, end: str) -> tuple[subprocess.Popen[str], int]:
    run = subprocess.Popen(
        [sys.executable, "-c", HOLDING, *map(str, pair), program, thread, end],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert run.stdout is not None
    return run, int(run.stdout.readline() or "0")


@pytest.mark.parametrize("thread", ["main", "worker"])
@pytest.mark.parametrize("end", ["kill -9", "crash", "its own end"])
def test_no_server_outlives_its_run(pair: Pair, odd: Odd, thread: str, end: str) -> None:
    run, process = hold(pair, str(odd("stubborn")), thread, end)
    with run:
        assert process
        if end == "kill -9":
            time.sleep(0.1)
            assert is_alive(process), "a server goes on when the thread that started it has ended"
            run.kill()
        run.wait(20)
    assert ends(process)


@pytest.mark.model
def test_no_real_server_outlives_its_run(pair: Pair) -> None:
    if why_not():
        pytest.skip(why_not())
    run, process = hold(pair, str(server_program()), "worker", "kill -9")
    with run:
        assert is_alive(process)
        os.kill(run.pid, signal.SIGKILL)
        run.wait(20)
    assert ends(process)
