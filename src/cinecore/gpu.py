"""One owner of this machine's GPU at a time: other threads and other processes wait, and are told for whom.

Not here: what the GPU is used for, and whether there is one.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from cinecore.errors import BusyError, Cancelled, OutputError
from cinecore.files import folder_lock, write_error

GPU_LOCK = threading.Lock()
"""What threads of this process wait for."""

LOCK_NAME = "gpu.lock"
LOOK_AGAIN_S = 0.25


def lock_folder() -> Path:
    """The user's own folder of the lock file: every program on this core waits for the same one."""
    import platformdirs

    return Path(platformdirs.user_cache_dir("cinecore", appauthor=False))


@contextlib.contextmanager
def gpu_lock(
    *,
    folder: Path | None = None,
    on_wait: Callable[[str], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Iterator[bool]:
    """Own the GPU while inside; yields False where the file system has no locks between processes.

    Args:
        folder: Where the lock file lies; None: `lock_folder()`.
        on_wait: Hears once whom we wait for.
        cancelled: Asked several times a second while waiting.

    Raises:
        Cancelled: `cancelled` said so.
        OutputError: The lock file cannot be made.
    """
    place = folder or lock_folder()
    wait = _Wait(on_wait, cancelled)
    while not GPU_LOCK.acquire(timeout=LOOK_AGAIN_S):
        wait.again("another part of this run")
    try:
        try:
            place.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise write_error(error, place) from error
        with contextlib.ExitStack() as owned:
            yield _own(place, owned, wait)
    finally:
        GPU_LOCK.release()


def is_taken(folder: Path | None = None) -> bool:
    """Whether somebody owns the GPU at this moment, in this process or another."""
    if GPU_LOCK.locked():
        return True
    try:
        with folder_lock(folder or lock_folder(), name=LOCK_NAME):
            return False
    except BusyError:
        return True
    except OutputError:  # no folder yet: nobody ever owned it
        return False


class _Wait:
    """Says once whom we wait for, and ends the waiting when told to."""

    def __init__(self, on_wait: Callable[[str], None] | None, cancelled: Callable[[], bool] | None) -> None:
        self.on_wait = on_wait
        self.cancelled = cancelled

    def again(self, holder: str) -> None:
        if self.on_wait is not None:
            self.on_wait(f"Waiting for the GPU: {holder} is using it.")
            self.on_wait = None
        if self.cancelled is not None and self.cancelled():
            raise Cancelled


def _own(place: Path, owned: contextlib.ExitStack, wait: _Wait) -> bool:
    while True:
        try:
            return owned.enter_context(folder_lock(place, name=LOCK_NAME))
        except BusyError as busy:
            wait.again(f"process {busy.holder}")
            time.sleep(LOOK_AGAIN_S)
