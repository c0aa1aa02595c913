"""Our end of the pipe that the guardian watches: which programs run, told in one short line each.

The guardian is started with the first program and serves all of them, from every thread. Where it cannot be
started, programs run unguarded. Deliberately not here: starting processes, and ending them.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import threading
from collections.abc import Callable
from pathlib import Path

from cinecore.ffmpeg import guardian

PROGRAM = Path(guardian.__file__)
"""What the guardian runs; a file, since a bare interpreter would not find the package."""

Wait = Callable[[], object]


class Lifeline:
    """The pipe to one guardian.

    Args:
        start: Starts the guardian with a descriptor as its standard input and the mark as its argument, and
            returns what waits for its end; an OSError means that there is none.
    """

    def __init__(self, start: Callable[[int, str], Wait]) -> None:
        self._start = start
        self._lock = threading.Lock()
        self._pipe: int | None = None
        self._wait: Wait | None = None
        self._mark = ""
        self._groups: set[int] = set()
        self._starting = 0
        self._is_prepared = False
        self._is_impossible = False

    @property
    def mark(self) -> dict[str, str]:
        """What a guarded program's environment must hold; valid after `announce`."""
        return {guardian.MARK_VARIABLE: self._mark}

    def announce(self) -> None:
        """A program is about to be started: should we die before its number is known, it is looked for."""
        with self._lock:
            self._starting += 1
            if self._pipe is None and not self._is_impossible:
                self._open(self._starting - 1)
            self._tell(b"?\n")

    def withdraw(self) -> None:
        """The program that was announced could not be started."""
        with self._lock:
            self._starting -= 1
            self._tell(b"!\n")

    def watch(self, group: int) -> None:
        """The program that was announced runs in this process group."""
        with self._lock:
            self._starting -= 1
            self._groups.add(group)
            self._tell(b"+%d\n" % group)

    def release(self, group: int) -> None:
        """The group has ended; saying it twice is no harm."""
        with self._lock:
            if group in self._groups:
                self._groups.discard(group)
                self._tell(b"-%d\n" % group)

    def close(self) -> None:
        """Let the guardian go, and wait until it has; the next program starts another."""
        with self._lock:
            pipe, wait = self._pipe, self._wait
            self._pipe = self._wait = None
        if pipe is not None:
            os.close(pipe)
        if wait is not None:
            wait()

    def _open(self, starting: int) -> None:
        """Start a guardian that knows all that runs now."""
        if not self._is_prepared:
            self._is_prepared = True
            self._mark = os.urandom(12).hex()  # told apart from other runs' programs; no result depends on it
            atexit.register(self.close)
            if hasattr(os, "register_at_fork"):
                os.register_at_fork(after_in_child=self._forget)
        try:
            reader, writer = os.pipe()
        except OSError:  # too many open files: the program itself will say so
            return
        try:
            self._wait = self._start(reader, self._mark)
        except OSError:
            self._is_impossible = True
            os.close(writer)
            return
        finally:
            os.close(reader)
        self._pipe = writer
        known = b"?\n" * starting + b"".join(b"?\n+%d\n" % group for group in sorted(self._groups))
        with contextlib.suppress(OSError):  # it ended at once: the next line finds that out
            os.write(writer, known)

    def _tell(self, line: bytes) -> None:
        if self._pipe is None:
            return
        try:
            os.write(self._pipe, line)
        except OSError:  # somebody ended the guardian: the next one is told all that it should know
            with contextlib.suppress(OSError):
                os.close(self._pipe)
            if self._wait is not None:
                self._wait()
            self._pipe = self._wait = None
            self._open(self._starting)

    def _forget(self) -> None:
        """In a forked copy of us: its end must not keep the pipe open, nor speak for us."""
        if self._pipe is not None:
            with contextlib.suppress(OSError):
                os.close(self._pipe)
        self._lock = threading.Lock()
        self._pipe = None
        self._groups = set()
        self._starting = 0
