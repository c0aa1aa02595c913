"""Lets one worker make what the tests of all workers of a session read."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

WORKER_VARIABLE = "PYTEST_XDIST_WORKER"
"""Set by pytest-xdist in each of its workers; their base folders lie side by side in that of the session."""


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """A folder that `make` fills, called by whichever worker of the session asks for it first; others wait for it.

    Whoever gets it reads in it and writes nothing. What failed half-way is removed, and the next one tries again.

    Args:
        factory: Pytest's maker of temporary folders.
        name: The same for the same things, and a folder's name.
        make: Called with the empty folder.
    """
    session = factory.getbasetemp()
    if WORKER_VARIABLE in os.environ:
        session = session.parent
    folder, is_made = session / "made-once" / name, session / "made-once" / f"{name}.made"
    folder.parent.mkdir(exist_ok=True)
    with (folder.parent / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not is_made.exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            make(folder)
            is_made.touch()
    return folder
