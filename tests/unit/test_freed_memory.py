"""What was let go leaves the process where the C library can be asked for it."""

from __future__ import annotations

import ctypes
import subprocess
import sys

import pytest

PROGRAM = """
import threading
from pathlib import Path
from cinecore.work.freed_memory import give_back_memory

def held_mib():
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096 / 2**20

def work():
    blocks = [bytearray(100_000) for _ in range(2_000)]  # too small to be mapped one by one
    kept.append(blocks[-1])  # at the end: what lies before it cannot simply be cut off

kept = []
thread = threading.Thread(target=work)
thread.start()
thread.join()
before = held_mib()
give_back_memory()
print(before, held_mib())
"""


@pytest.mark.skipif(
    not sys.platform.startswith("linux") or not hasattr(ctypes.CDLL(None), "malloc_trim"),
    reason="this C library has no malloc_trim",
)
def test_what_a_thread_let_go_is_given_back() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)
    before, after = map(float, done.stdout.split())
    assert before - after > 100
