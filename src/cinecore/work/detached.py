"""Work that outlives whoever asked for it: modules of ours started in a session of their own, with locks they inherit.

Deliberately not here: media programs, which end with us (see `cinecore.ffmpeg.run`).
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

from cinecore.errors import SetupError
from cinecore.files import write_error
from cinecore.settings import environment

try:
    import fcntl
except ImportError:  # Windows has no flock
    fcntl = None  # type: ignore[assignment]  # a module or nothing

NO_LOCKS = "This place has no file locks, so that two workers could do one job."


def claim(path: Path) -> int | None:
    """A descriptor that holds the lock file at `path` alone, to be closed by the caller; None: somebody else does.

    The lock lives as long as any copy of the descriptor: a program that inherits it owns it from its first moment.

    Raises:
        OutputError: The lock file cannot be made.
        SetupError: The file system has no locks.
    """
    if fcntl is None:
        raise SetupError(NO_LOCKS, path, "Choose a data folder on a local disk of Linux or macOS.")
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o644)
    except OSError as error:
        raise write_error(error, path) from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    except OSError as error:
        os.close(descriptor)
        raise SetupError(NO_LOCKS, path, "Choose a data folder on a local disk.") from error
    return descriptor


def start_detached(
    module: str, arguments: Sequence[str | os.PathLike[str]], *, log: Path, keep: Sequence[int] = ()
) -> int:
    """Start `python -m module` so that it goes on when we end, by whatever means; its process id.

    It shares neither our session nor our terminal; what it prints is appended to `log`; the descriptors in
    `keep` are open in it under the same numbers.

    Raises:
        SetupError: There is no interpreter that could run it.
        OutputError: The log cannot be written.
    """
    if not sys.executable or getattr(sys, "frozen", False):  # then the "interpreter" would be our own program
        raise SetupError(
            "There is no Python interpreter to start a worker with.", module, "Install with pip."
        )
    try:
        stream = log.open("ab")
    except OSError as error:
        raise write_error(error, log) from error
    with stream:
        try:
            process = subprocess.Popen(
                # -P: nothing that lies in the current folder is taken for one of our modules
                [sys.executable, "-P", "-m", module, *(os.fspath(argument) for argument in arguments)],
                stdin=subprocess.DEVNULL,
                stdout=stream,
                stderr=stream,
                start_new_session=True,
                pass_fds=tuple(keep),
                env=dict(environment()),
            )
        except OSError as error:
            raise SetupError(
                f"A worker could not be started: {error.strerror}.", module, "Run again when memory is free."
            ) from error
    # while we live we are its parent: somebody must take note of its end, or it stays as a zombie
    threading.Thread(target=process.wait, daemon=True, name=f"end of {process.pid}").start()
    return process.pid
